//! `verify`: is a code right, and if not, why not.

use std::ffi::OsString;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::app::login::{check_code, key};
use crate::app::notice;
use crate::domain::{Code, CodeError, OtpParams, Policy, Reason, UnixTime, Verdict, verify};

use super::Common;
use super::exit::{DONE, End, Failure, REFUSED};
use super::input;
use super::session::{Among, Session};
use super::shape::SCHEMA;
use super::when;

const LONG: &str = "\
Check a code as a service does, and say why it is refused.

For an account of the vault the rules are those of the login test in the window, and both share what they know: a code that was \
accepted is used up for ever, and every check leaves a line in the history. It is your own check: no failure is counted, and no \
lock-out stops it, as it does at `halfminute login`. With --uri - nothing is kept, so the same code is \
accepted again.

Without CODE it is read from standard input; with --uri - from the line after the address.";

const AFTER: &str = "\
JSON:
  {\"schema\":1,\"accepted\",\"reason\",\"step\",\"drift_steps\",\"drift_seconds\"}
  `reason` is null, or wrong-code, too-old, from-the-future, already-used, not-a-code, or, at `login`, wrong-password, unknown-user or \
locked. The last three fields are null where no step has the code; a late code has a negative drift. `drift_seconds` is null for a \
counter-based account.

Exit codes: 0 accepted, 1 refused (or no account or several), 2 wrong usage, 3 bad address, 4 the vault or the state cannot be \
reached: then no code is accepted.

Examples:
  halfminute verify github 123456
  halfminute verify github --window 2 < code.txt
  halfminute verify --uri - 123456 < address.txt
  halfminute verify github 123456 --json | jq -r .reason";

/// Check a code
#[derive(Debug, clap::Args)]
#[command(long_about = LONG, after_long_help = AFTER)]
#[command(override_usage = "halfminute verify [OPTIONS] QUERY [CODE]\n       halfminute verify [OPTIONS] --uri - [CODE]")]
pub struct Verify {
    /// Which account; not with --uri
    #[arg(value_name = "QUERY", required_unless_present = "uri")]
    first: Option<String>,
    /// The code; spaces and dashes do not matter
    #[arg(value_name = "CODE")]
    second: Option<String>,
    /// Take the account from an address on standard input: `--uri -`; no vault is needed
    #[arg(long, value_name = "-")]
    uri: Option<OsString>,
    /// How many steps before and after now are accepted, 0 to 10; for a counter, how many ahead
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(0..=10))]
    window: u8,
    /// Check at this moment: seconds since 1970, or a time as in 2005-03-18T01:58:29Z
    #[arg(long, value_name = "TIME", value_parser = when::parse, allow_negative_numbers = true)]
    at: Option<UnixTime>,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Serialize)]
struct Shape {
    schema: u32,
    accepted: bool,
    reason: Option<&'static str>,
    step: Option<u64>,
    drift_steps: Option<i64>,
    drift_seconds: Option<i64>,
}

impl Verify {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<u8, End> {
        let now = self.at.unwrap_or_else(|| session.world.now());
        let policy = Policy::new(self.window).unwrap_or_default();
        if input::only_dash(self.uri.as_deref())? {
            return self.stateless(session, now, policy);
        }
        let code = match self.second {
            Some(code) => Zeroizing::new(code),
            None => {
                if session.world.terminals().input {
                    session.say("Code:");
                }
                session.read_line()?
            }
        };
        let open = session.open(false)?;
        let record = open.find(self.first.as_deref().unwrap_or(""), Among::Active)?;
        timed(self.at, &record.account.params)?;
        let mut state = session.state()?;
        let outcome = check_code(record, &code, now, policy, state.as_mut()).map_err(Failure::from)?;
        tell(session, outcome.period.is_some(), &outcome.verdict)
    }

    fn stateless(&self, session: &mut Session<'_>, now: UnixTime, policy: Policy) -> Result<u8, End> {
        if self.second.is_some() {
            return Err(Failure::usage("With --uri the account is the address", "Leave out QUERY").into());
        }
        let text = session.read_secret("Address (not shown): ")?;
        let (address, code) = match &self.first {
            Some(code) => (text.as_str(), code.as_str()),
            None => text.trim_start().split_once('\n').unwrap_or((&text, "")),
        };
        if code.trim().is_empty() && self.first.is_none() {
            let advice = "Give it after the options, or in the line after the address";
            return Err(Failure::usage("There is no code to check", advice).into());
        }
        let entry = input::address(session, address)?;
        timed(self.at, &entry.params)?;
        let verdict = match Code::parse(code.trim(), &entry.params) {
            Err(error) => Verdict::Refused(Reason::NotACode(error)),
            Ok(code) => verify(&entry.params, &entry.secret, &code, now, policy, None),
        };
        tell(session, entry.params.period().is_some(), &verdict)
    }
}

/// A counter knows no moment.
fn timed(at: Option<UnixTime>, params: &OtpParams) -> Result<(), Failure> {
    if at.is_some() && params.period().is_none() {
        return Err(Failure::usage("A counter-based code has no moment", "Leave out --at"));
    }
    Ok(())
}

/// Answers with a verdict; a counter has no seconds.
pub(super) fn tell(session: &mut Session<'_>, timed: bool, verdict: &Verdict) -> Result<u8, End> {
    let accepted = verdict.is_accepted();
    if session.json {
        let hit = verdict.matched();
        session.print_json(&Shape {
            schema: SCHEMA,
            accepted,
            reason: (!accepted).then(|| key(verdict)),
            step: hit.map(|hit| hit.step.0),
            drift_steps: hit.map(|hit| hit.drift),
            drift_seconds: hit.filter(|_| timed).map(|hit| hit.seconds),
        })?;
    } else {
        let (word, why) = notice::verdict(verdict, timed);
        session.say(&format!("{word}. {}", why.line()));
        if matches!(verdict, Verdict::Refused(Reason::WrongCode | Reason::NotACode(CodeError::Length { .. }))) {
            session.say("What the code would be right for says `halfminute diagnose`");
        }
    }
    Ok(if accepted { DONE } else { REFUSED })
}
