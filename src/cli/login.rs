//! `login`: user name, password and code, as on the login test of the window.

use zeroize::Zeroizing;

use crate::app::action::LoginForm;
use crate::app::login::{key, log_in};
use crate::app::notice::{self, Notice};
use crate::domain::Password;

use super::Common;
use super::exit::{End, Failure};
use super::session::Session;
use super::verify::tell;

const LONG: &str = "\
Log in as a test user, and say why it is refused.

It is the login test of the window: the same test users, rules, failures, used codes and history. A failure is counted before \
anything is compared, and a code that was accepted is used up for ever. A recovery code may stand in place of the code.

On a terminal password and code are asked for and not shown. Otherwise they are read from standard input: the password is the first \
line (empty if none is asked for), the code the second.";

const AFTER: &str = "\
JSON:
  {\"schema\":1,\"accepted\",\"reason\",\"step\",\"drift_steps\",\"drift_seconds\"}
  As `verify` writes it. `reason` may also be locked (too many failures: wait), disabled (too many: the window resets the counter), \
wrong-recovery-code, recovery-code-used or no-account.

Exit codes: 0 accepted, 1 refused, 2 wrong usage, 3 bad input, 4 the vault or the state cannot be reached: then no login is \
accepted.

Examples:
  halfminute login alice
  printf '%s\\n' \"$PASSWORD\" \"$CODE\" | halfminute login alice && echo come in";

/// Log in as a test user
#[derive(Debug, clap::Args)]
#[command(long_about = LONG, after_long_help = AFTER)]
pub struct Login {
    /// The test user's name
    #[arg(value_name = "USER")]
    user: String,
    #[command(flatten)]
    pub(super) common: Common,
}

impl Login {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<u8, End> {
        // The code last: it would grow old while the vault's passphrase is typed.
        let open = session.open(false)?;
        let (password, code) = typed(session)?;
        let mut state = session.state()?;
        let form = LoginForm { user: self.user, password: Password::new(&password).ok(), code };
        let now = session.world.moment();
        let outcome = log_in(&open.document, form, &now, state.as_mut()).map_err(Failure::from)?;
        let code = tell(session, outcome.period.is_some(), &outcome.verdict)?;
        let lock = outcome.standing.and_then(|standing| standing.lock).filter(|_| key(&outcome.verdict) != "locked");
        if let (false, Some(lock)) = (session.json, lock) {
            session.note(&notice::locked_from_now_on(lock));
        }
        Ok(code)
    }
}

/// Password and code, hidden or from standard input.
fn typed(session: &mut Session<'_>) -> Result<(Zeroizing<String>, Zeroizing<String>), Failure> {
    if session.world.terminals().input
        && let Some(password) = session.world.ask_hidden("Password (not shown): ")
        && let Some(code) = session.world.ask_hidden("Code (not shown): ")
    {
        return Ok((password, code));
    }
    let text = session.read_input()?;
    let mut lines = text.lines();
    let mut line = || lines.next().map(|line| Zeroizing::new(line.to_owned()));
    match (line(), line()) {
        (Some(password), Some(code)) => Ok((password, code)),
        _ => Err(Failure::input(Notice::new(
            "There is no code to check",
            "Standard input has the password in its first line, which may be empty, and the code in its second",
        ))),
    }
}
