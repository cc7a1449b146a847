//! `export`: accounts into a file that another app reads.

use std::path::{Path, PathBuf};

use serde::Serialize;
use zeroize::Zeroizing;

use crate::app::export;
use crate::app::notice::Notice;
use crate::app::notice::import as words;
use crate::domain::{AccountId, name};
use crate::formats::exchange::{self, Format, Outgoing, Unheld, WriteError, Writes};

use super::Common;
use super::exit::{DONE, End, Failure, INPUT, PARTLY, REFUSED, USAGE};
use super::progress::Progress;
use super::session::{Among, Session};
use super::shape::SCHEMA;

const LONG: &str = "\
Write accounts to a file that another app reads: all of them, or those that --only names. What is in the trash stays here.

A file with a password asks for it twice, or reads it from --app-password-file. Without encryption whoever reads the file has your codes for \
ever: that is done with --plain alone. Nothing is written over. What the other app cannot hold is left out, and said. `-` writes to \
standard output.

For a copy to come back to, `halfminute backup` is the better way: it keeps everything, and is always encrypted.";

const AFTER: &str = "\
JSON:
  {\"schema\":1,\"done\":\"exported\",\"format\",\"file\",\"encrypted\",\"accounts\",
   \"left_out\":[{\"id\",\"issuer\",\"account\",\"reason\"}],\"reduced\":[the same]}

Exit codes: 0 done, 1 no account or several, 2 wrong usage, 3 the file cannot be written, 4 the vault cannot be reached, 5 done, but \
accounts were left out.

Examples:
  halfminute export --format aegis --app-password-file password.txt aegis.json
  halfminute export --format otpauth --plain --only github --only bank accounts.txt";

/// Write accounts to a file that another app reads
#[derive(Debug, clap::Args)]
#[command(long_about = LONG, after_long_help = AFTER)]
pub struct Export {
    /// The file to make
    file: PathBuf,
    /// Which app is to read it
    #[arg(long, value_name = "APP", value_parser = writable())]
    format: String,
    /// Only this account; may be given several times
    #[arg(long, value_name = "QUERY")]
    only: Vec<String>,
    /// Write it without encryption
    #[arg(long, help_heading = "Lock", conflicts_with = "app_password_file")]
    plain: bool,
    /// Read the password of the new file from FILE
    #[arg(long, value_name = "FILE", help_heading = "Lock")]
    app_password_file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) common: Common,
}

fn writable() -> clap::builder::PossibleValuesParser {
    let formats = exchange::ALL.iter().filter(|format| format.writes() != Writes::Nothing);
    formats.map(|format| clap::builder::PossibleValue::new(format.id()).help(format.name())).collect::<Vec<_>>().into()
}

#[derive(Serialize)]
struct Shape<'a> {
    schema: u32,
    done: &'static str,
    format: &'static str,
    file: &'a str,
    encrypted: bool,
    accounts: usize,
    left_out: Vec<Line<'a>>,
    reduced: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    id: String,
    issuer: &'a str,
    account: &'a str,
    reason: String,
}

impl Export {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<u8, End> {
        let format = exchange::by_id(&self.format).ok_or_else(|| Failure::usage("No app has this name", "See --help"))?;
        let stdout = self.file.as_os_str() == "-";
        // Before anything is asked for: what cannot work is said at once.
        if !self.plain && matches!(format.writes(), Writes::Plain(_)) {
            let said = words::export_in_the_clear();
            let text = format!("Files of {} are written without encryption only. {}", format.name(), said.text);
            return Err(Failure::usage(text, "If that is fine, add --plain").into());
        }
        if !stdout && session.world.exists(&self.file) {
            let text = format!("{} is there already", self.file.display());
            return Err(
                Failure::new(INPUT, "already-there", Notice::new(text, "Choose another name: nothing is written over")).into()
            );
        }
        let open = session.open(false)?;
        let ids = self.ids(&open)?;
        let accounts = export::outgoing(&open.document, ids.as_deref());
        if accounts.is_empty() {
            return Err(
                Failure::new(REFUSED, "no-match", Notice::new("There is no account", "`halfminute add` makes one")).into()
            );
        }
        let password = if self.plain { None } else { Some(self.password(session)?) };
        let now = session.world.now();
        let progress = Progress::new(session.world.terminals().errors && password.is_some(), "Encrypting");
        let written = export::write(format, &accounts, password.as_ref().map(|p| p.as_str()), session.world.entropy(), now);
        drop(progress);
        let written = written.map_err(|error| failure(error, format.name()))?;
        if stdout {
            let text = std::str::from_utf8(&written.file)
                .map_err(|_| Failure::usage("This file is no text", "Name a file in place of -"))?;
            session.print(text)?;
        } else {
            session.world.write_file(&self.file, &written.file)?;
        }
        let many = accounts.len() - written.left_out.len();
        self.tell(session, format, &accounts, &written, many, stdout)?;
        Ok(if written.left_out.is_empty() { DONE } else { PARTLY })
    }

    fn ids(&self, open: &super::session::Open) -> Result<Option<Vec<AccountId>>, Failure> {
        if self.only.is_empty() {
            return Ok(None);
        }
        self.only
            .iter()
            .map(|query| open.find(query, Among::Active).map(|record| record.account.id))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    fn password(&self, session: &mut Session<'_>) -> Result<Zeroizing<String>, Failure> {
        let password = match &self.app_password_file {
            Some(path) => session.password_in(path, "The file with the password of the new file")?,
            None => {
                let first = session.world.ask_hidden(&format!("New password of {}: ", self.file.display())).ok_or_else(|| {
                    let advice = "Run it on a terminal, name a file with the password: --app-password-file FILE, or add --plain";
                    Failure::new(INPUT, "needs-app-password", Notice::new("The new file needs a password", advice))
                })?;
                if !first.is_empty() && session.world.ask_hidden("The same once more: ").as_deref() != Some(&*first) {
                    return Err(Failure::input(Notice::new("The two passwords differ", "Nothing was made. Try again")));
                }
                first
            }
        };
        if password.is_empty() {
            return Err(Failure::input(Notice::new("The password is empty", "Choose one that nobody guesses")));
        }
        Ok(password)
    }

    fn tell(
        &self,
        session: &mut Session<'_>,
        format: &dyn Format,
        accounts: &[Outgoing<'_>],
        written: &exchange::Written,
        many: usize,
        stdout: bool,
    ) -> Result<(), End> {
        let lines = |which: &[(usize, Unheld)]| -> Vec<Line<'_>> {
            let line = |(at, why): &(usize, Unheld)| {
                let account = accounts.get(*at)?;
                Some(Line { id: account.id.to_string(), issuer: account.issuer, account: account.name, reason: why.to_string() })
            };
            which.iter().filter_map(line).collect()
        };
        let path = session.world.absolute(&self.file);
        if session.json && !stdout {
            return session.print_json(&Shape {
                schema: SCHEMA,
                done: "exported",
                format: format.id(),
                file: &path.to_string_lossy(),
                encrypted: !self.plain,
                accounts: many,
                left_out: lines(&written.left_out),
                reduced: lines(&written.reduced),
            });
        }
        for (which, what) in [(&written.left_out, "left out"), (&written.reduced, "in part")] {
            for Line { issuer, account, reason, .. } in lines(which) {
                let title = name::clean(&crate::domain::account::title(issuer, account)).text;
                session.say(&format!("{title}: {what}, {reason}"));
            }
        }
        if !stdout {
            session.say(&words::exported(many, format, Path::new(&self.file), self.plain).line());
            let groups = !self.plain && accounts.iter().any(|account| !account.tags.is_empty());
            if let Some(said) = words::groups_readable(format, groups) {
                session.say(&said.line());
            }
        }
        Ok(())
    }
}

fn failure(error: WriteError, app: &str) -> Failure {
    let (code, kind) = match error {
        WriteError::CannotWrite | WriteError::CannotEncrypt => (USAGE, "usage"),
        WriteError::NoRandom => (super::exit::VAULT, "no-entropy"),
        WriteError::NothingLeft => (INPUT, "nothing-left"),
    };
    Failure::new(code, kind, words::write_error(error, app))
}
