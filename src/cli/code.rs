//! `code`: the code of one account, now or at another moment.

use std::ffi::OsString;

use serde::Serialize;

use crate::app::change::{Change, ChangeError};
use crate::app::notice::{self, Notice};
use crate::app::ports::VaultError;
use crate::domain::{Account, OtpKind, OtpParams, Secret, Step, UnixTime, code_at, name};

use super::Common;
use super::exit::{DONE, End, Failure};
use super::input;
use super::session::{Among, Open, Session};
use super::shape::{SCHEMA, kind};
use super::when;

const LONG: &str = "\
Show the code of one account.

A time-based code is the one that counts now, or at the moment of --at; --next shows the one after it.

A counter-based code is used up by showing it: the counter is moved on and saved before the code is printed, so that no other \
window or command shows it again. --next leaves out the code of the stored counter and uses up that one and the next, for a \
service that has already seen the first. With --uri nothing is saved.

With --copy a program in the background keeps the code on the clipboard, marked as nothing for a history. It ends, and the code is \
gone, with the first paste, when something else is copied, or after the time set in the window (30 s). A paste is seen on X11 alone, \
and not in the first second and a half, in which clipboard managers look; otherwise the code stays for that time.";

const AFTER: &str = "\
JSON:
  {\"schema\":1,\"issuer\",\"account\",\"type\",\"code\",\"next\",\"step\",\"valid_from\",\"valid_until\"}
  `step` is the time step or the counter of `code`; the last two are seconds since 1970, the second is the first moment at which \
`code` does not count any more. For a counter-based account `next`, `valid_from` and `valid_until` are null.

Exit codes: 0 shown, 1 no account or several, 2 wrong usage, 3 bad address, 4 the vault or the clipboard cannot be reached.

Examples:
  halfminute code github
  halfminute code github --copy
  halfminute code github --at 2026-01-01T00:00:00Z
  halfminute code --uri - < address.txt
  halfminute code --json \"Example (alice)\" | jq -r .code";

/// Show the code of one account
#[derive(Debug, clap::Args)]
#[command(long_about = LONG, after_long_help = AFTER)]
#[command(override_usage = "halfminute code [OPTIONS] QUERY\n       halfminute code [OPTIONS] --uri -")]
pub struct Code {
    /// Which account
    #[arg(required_unless_present = "uri", conflicts_with = "uri")]
    query: Option<String>,
    /// Take the account from an address on standard input: `--uri -`; no vault is needed
    #[arg(long, value_name = "-")]
    uri: Option<OsString>,
    /// Show the code after the current one
    #[arg(long)]
    next: bool,
    /// Show the code of this moment: seconds since 1970, or a time as in 2005-03-18T01:58:29Z
    #[arg(long, value_name = "TIME", value_parser = when::parse, allow_negative_numbers = true)]
    at: Option<UnixTime>,
    /// Put the code on the clipboard for one paste, instead of printing it (with --json it is printed too)
    #[arg(long)]
    copy: bool,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Serialize)]
struct Shape<'a> {
    schema: u32,
    issuer: &'a str,
    account: &'a str,
    r#type: &'static str,
    code: &'a str,
    next: Option<&'a str>,
    step: u64,
    valid_from: Option<u64>,
    valid_until: Option<u64>,
}

impl Code {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<u8, End> {
        let now = self.at.unwrap_or_else(|| session.world.now());
        if input::only_dash(self.uri.as_deref())? {
            let text = session.read_secret("Address (not shown): ")?;
            let entry = input::address(session, &text)?;
            let step = self.step(&entry.params, now)?;
            return self.show(session, (&entry.issuer, &entry.name), &entry.params, &entry.secret, step, now);
        }
        let mut open = session.open(false)?;
        let record = open.find(self.query.as_deref().unwrap_or(""), Among::Active)?;
        let (account, secret) = (record.account.clone(), record.secret.duplicate());
        let step = match account.params.kind() {
            OtpKind::Hotp { .. } => self.take(session, &mut open, &account)?,
            OtpKind::Totp { .. } | OtpKind::Steam { .. } => self.step(&account.params, now)?,
        };
        self.show(session, (&account.issuer, &account.name), &account.params, &secret, step, now)
    }

    /// The step to show, nothing being used up.
    fn step(&self, params: &OtpParams, now: UnixTime) -> Result<Step, Failure> {
        if self.at.is_some() && params.period().is_none() {
            return Err(Failure::usage("A counter-based code has no moment", "Leave out --at"));
        }
        let step = params.step_at(now);
        Ok(if self.next { step.next() } else { step })
    }

    /// Uses up the stored counter, durably, and gives the one to show.
    fn take(&self, session: &mut Session<'_>, open: &mut Open, account: &Account) -> Result<Step, Failure> {
        let mut params = account.params;
        loop {
            let step = self.step(&params, UnixTime::EPOCH)?;
            let Step(from) = params.step_at(UnixTime::EPOCH);
            let change = Change::TakeCodes { id: account.id, from, to: step.next().0 };
            match open.change(session, &change) {
                Ok(()) => return Ok(step),
                Err(VaultError::Change(ChangeError::CounterMoved)) => open.refresh()?,
                Err(error) => return Err(error.into()),
            }
            let newest = open.document.record(account.id).map(|record| record.account.params);
            match newest.filter(|newest| *newest != params) {
                Some(newest) => params = newest,
                None => return Err(VaultError::Change(ChangeError::CounterMoved).into()),
            }
        }
    }

    fn show(
        &self,
        session: &mut Session<'_>,
        (issuer, account): (&str, &str),
        params: &OtpParams,
        secret: &Secret,
        step: Step,
        now: UnixTime,
    ) -> Result<u8, End> {
        let code = code_at(params, secret, step);
        if self.copy {
            let clear = session.world.settings().clear_clipboard;
            session.world.keep_on_clipboard(code.as_str(), clear)?;
            session.say(&if self.next { notice::next_copied(clear) } else { notice::copied(clear) }.text);
        }
        let period = params.period();
        if session.json {
            let next = code_at(params, secret, step.next());
            session.print_json(&Shape {
                schema: SCHEMA,
                issuer,
                account,
                r#type: kind(params.kind()),
                code: code.as_str(),
                next: period.map(|_| next.as_str()),
                step: step.0,
                valid_from: period.map(|period| period.start_of(step).secs()),
                valid_until: period.map(|period| period.start_of(step.next()).secs()),
            })?;
            return Ok(DONE);
        }
        if !self.copy {
            let mut line = zeroize::Zeroizing::new(String::with_capacity(16));
            line.push_str(code.as_str());
            line.push('\n');
            session.print(&line)?;
        }
        if session.world.terminals().errors && self.at.is_none() {
            let title = [name::clean(issuer).text, name::clean(account).text].join(" ");
            let until = period.map(|period| period.start_of(step.next()).since(now).as_secs());
            session.note_life(title.trim(), until);
        }
        Ok(DONE)
    }
}

impl Session<'_> {
    /// Says whose code it is and how long it counts, to a person who looks.
    fn note_life(&mut self, title: &str, seconds: Option<u64>) {
        let life = match seconds {
            Some(seconds) => Notice::plain(format!("counts for {}", notice::span(seconds))),
            None => Notice::plain("used up: the next call shows the next code"),
        };
        self.say(&format!("{title}: {}", life.text));
    }
}
