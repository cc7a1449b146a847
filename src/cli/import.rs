//! `import`: another app's file, or several, into the vault.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::app::Document;
use crate::app::change::{Change, Merging};
use crate::app::import::{Row, Standing, Table};
use crate::app::notice::import as words;
use crate::app::notice::{self, Notice};
use crate::app::ports::{FileError, PictureError};
use crate::domain::{OtpKind, name};
use crate::formats::exchange::{self, Draft, Export, Format, FormatError, Given, Import as Read, Key, google};

use crate::formats::scanned::Scanned;

use super::Common;
use super::exit::{DONE, End, Failure, INPUT, PARTLY};
use super::progress::Progress;
use super::scan;
use super::session::Session;
use super::shape::{SCHEMA, kind};

const LONG: &str = "\
Import the accounts of another app: of a file that it exported, recognised by its content.

Every entry of the file is listed with its outcome: new, here already, same name with another key (both are kept), or left out with the \
reason. Nothing here is written over. All of it is one change, or none. With --dry-run it only says what would happen, and works without \
a vault too. Several files of one app are taken together, for example the parts of an export. A picture is searched for QR codes, and with \
--screen so is the screen, where the code must be in sight. `-` reads standard input.

An encrypted file asks for its own password on the terminal, or reads it from --app-password-file; --password-file is the vault's.";

const AFTER: &str = "\
JSON:
  {\"schema\":1,\"done\":\"imported\" or \"compared\",\"format\",\"imported\":3,
   \"new\",\"same_name\",\"same_key\",\"here\",\"left_out\",\"without_code\",
   \"exports\":[{\"parts\":3,\"missing\":[2]}],
   \"entries\":[{\"number\",\"issuer\",\"account\",\"type\",\"algorithm\",\"digits\",\"period\" or \"counter\",\"outcome\",\"reason\",\"notes\":[…]}]}, \
in one line

  `outcome` is \"new\", \"same-name\", \"same-key\", \"here\", \"in-trash\", \"twice\" or \"left-out\"; `reason` says why it is left out. The \
first three are imported, unless they are in the trash of the app. `exports` is there when the app has split what it exports: how many \
parts each export has, and which are missing.

Exit codes: 0 done, 2 wrong usage, 3 the file cannot be read, 4 the vault cannot be reached, 5 done, but entries were left out.

Examples:
  halfminute import --dry-run aegis-backup.json
  halfminute import --app-password-file password.txt 2fas-backup.2fas
  halfminute import --screen --dry-run
  halfminute import --format andotp otp_accounts.json.aes";

/// Import the accounts of another app
#[derive(Debug, clap::Args)]
#[command(long_about = LONG, after_long_help = AFTER)]
pub struct Import {
    /// The file, or several of one app
    #[arg(required_unless_present = "screen")]
    file: Vec<PathBuf>,
    /// Look for QR codes on the screen
    #[arg(long, conflicts_with = "format")]
    screen: bool,
    /// Which app wrote it, where its content does not tell
    #[arg(long, value_name = "APP", value_parser = readable())]
    format: Option<String>,
    /// Say what would happen, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Read the password of the app's file from FILE
    #[arg(long, value_name = "FILE", help_heading = "Lock")]
    app_password_file: Option<PathBuf>,
    /// Open it although its password takes more work than usual
    #[arg(long, help_heading = "Lock")]
    allow_slow: bool,
    #[command(flatten)]
    pub(super) common: Common,
}

fn readable() -> clap::builder::PossibleValuesParser {
    exchange::ALL
        .iter()
        .map(|format| clap::builder::PossibleValue::new(format.id()).help(format.name()))
        .collect::<Vec<_>>()
        .into()
}

#[derive(Serialize)]
struct Shape<'a> {
    schema: u32,
    done: &'static str,
    format: &'static str,
    imported: usize,
    new: usize,
    same_name: usize,
    same_key: usize,
    here: usize,
    left_out: usize,
    without_code: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exports: Vec<Parts>,
    entries: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Parts {
    parts: u32,
    missing: Vec<u32>,
}

#[derive(Serialize)]
struct Line<'a> {
    number: usize,
    issuer: &'a str,
    account: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    algorithm: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    digits: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counter: Option<u64>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    notes: Vec<String>,
}

impl Import {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<u8, End> {
        // The file first: a vault file is made only for one that can be read.
        let (format, read) = self.read(session)?;
        let mut open = match session.open(!self.dry_run) {
            Ok(open) => Some(open),
            Err(failure) if self.dry_run => {
                let text = format!("Nothing is said of what is here already: {}", failure.notice.text);
                session.note(&Notice::plain(text));
                None
            }
            Err(failure) => return Err(failure.into()),
        };
        let empty = Document::default();
        let table = Table::new(read, open.as_ref().map_or(&empty, |open| &open.document));
        let ticked = table.ticked();
        if let (false, Some(open), true) = (self.dry_run, &mut open, ticked > 0) {
            let now = session.world.now();
            let document = table.document(session.world.entropy(), now)?;
            open.change(session, &Change::Merge(Arc::new(Merging::new(document))))?;
        }
        self.tell(session, format, &table, ticked)?;
        Ok(if table.counts().left_out > 0 { PARTLY } else { DONE })
    }

    /// All files, which must be of one app; codes of pictures go with addresses, or with the lists of Google Authenticator.
    fn read(&self, session: &mut Session<'_>) -> Result<(&'static dyn Format, Read), End> {
        let mut first: Option<&'static dyn Format> = None;
        let mut files = Vec::new();
        let mut password = None;
        for path in &self.file {
            let may_be_picture = self.format.is_none() && path.as_os_str() != "-";
            let codes = if may_be_picture { scan::in_file(session, path, true)? } else { None };
            let format = if let Some(codes) = codes {
                let (format, read) = in_codes(session, path, codes)?;
                files.extend(read);
                format
            } else {
                let bytes = app_file(session, path)?;
                let of = || exchange::by_beginning(&bytes).map_or("the app", Format::name);
                let given = Given::new(&bytes).map_err(|error| failure(error, of(), path))?;
                let format = self.format_of(&given, path)?;
                files.push(self.open(session, format, &given, path, &mut password)?);
                format
            };
            first = Some(one_app(first, format, path)?);
        }
        let screen = Path::new(scan::SCREEN);
        if self.screen {
            let codes = scan::on_screen(session)?;
            if codes.is_empty() {
                return Err(Failure::new(INPUT, "no-code", scan::nothing_on_screen()).into());
            }
            let (format, read) = in_codes(session, screen, codes)?;
            files.extend(read);
            first = Some(one_app(first, format, screen)?);
        }
        let Some(format) = first else { return Err(Failure::usage("There is no file", "Name one").into()) };
        let last = self.file.last().map_or(screen, PathBuf::as_path);
        let whole = Read::join(files).map_err(|error| failure(error, format.name(), last))?;
        Ok((format, whole))
    }

    fn format_of(&self, given: &Given<'_>, path: &Path) -> Result<&'static dyn Format, Failure> {
        if let Some(format) = self.format.as_deref().and_then(exchange::by_id) {
            return Ok(format);
        }
        exchange::recognise(given).first().copied().ok_or_else(|| {
            let said = words::not_recognised();
            let advice = format!("{} with --format", said.advice);
            Failure::new(INPUT, "not-recognised", Notice::new(format!("{}: {}", path.display(), said.text), advice))
        })
    }

    /// One file, with its password if it asks for one. A second file is tried with the password of the first.
    fn open(
        &self,
        session: &mut Session<'_>,
        format: &'static dyn Format,
        given: &Given<'_>,
        path: &Path,
        password: &mut Option<Zeroizing<String>>,
    ) -> Result<Read, Failure> {
        let read = |password: Option<Zeroizing<String>>, errors: bool| {
            let _progress = Progress::new(errors && password.is_some(), "Opening the file");
            format.read(given, &Key { password, long: self.allow_slow })
        };
        let errors = session.world.terminals().errors;
        let mut found = read(password.clone(), errors);
        if found.as_ref().err() == Some(&FormatError::NeedsPassword) {
            let typed = match &self.app_password_file {
                Some(file) => session.password_in(file, "The file with the password of the app's file")?,
                None => session.world.ask_hidden(&format!("Password of {}: ", path.display())).ok_or_else(|| {
                    let advice = "Run it on a terminal, or name a file with the password: --app-password-file FILE";
                    let said = Notice::new(format!("{} needs a password", path.display()), advice);
                    Failure::new(INPUT, "needs-app-password", said)
                })?,
            };
            *password = Some(typed.clone());
            found = read(Some(typed), errors);
        }
        found.map_err(|error| {
            let mut failure = failure(error, format.name(), path);
            // What is wrong may be that it is another app's.
            if matches!(error, FormatError::WrongOrDamaged | FormatError::Damaged) && self.format.is_none() {
                failure.notice.text += &format!(" (read as a file of {})", format.name());
                if !format.marked(given) {
                    failure.notice.advice += ". If it is from another app, say so with --format";
                }
            }
            failure
        })
    }

    fn tell(&self, session: &mut Session<'_>, format: &dyn Format, table: &Table, ticked: usize) -> Result<(), End> {
        let counts = table.counts();
        if session.json {
            return session.print_json(&Shape {
                schema: SCHEMA,
                done: if self.dry_run { "compared" } else { "imported" },
                format: format.id(),
                imported: if self.dry_run { 0 } else { ticked },
                new: counts.new,
                same_name: counts.same_name,
                same_key: counts.same_key,
                here: counts.here + counts.twice,
                left_out: counts.left_out,
                without_code: table.without_code,
                exports: table.parts.exports().into_iter().map(|Export { of, missing }| Parts { parts: of, missing }).collect(),
                entries: table.rows.iter().map(line).collect(),
            });
        }
        let mut text = String::new();
        for row in &table.rows {
            let title = if row.title.is_empty() { format!("Entry {}", row.number) } else { name::clean(&row.title).text };
            let kept = if row.found.is_some() && !row.ticked && row.standing.is_ticked_first() { ", not imported" } else { "" };
            text += &format!("{title}: {}{kept}\n", words::standing(row.standing));
            for note in row.found.iter().flat_map(|found| &found.notes) {
                text += &format!("  {}\n", words::entry_note(note));
            }
        }
        session.print(&text)?;
        for note in &table.notes {
            session.note(&words::file_note(*note));
        }
        for said in notice::parts(&table.parts).into_iter().filter(|said| !said.advice.is_empty()) {
            session.note(&said);
        }
        if let Some(said) = words::without_code(table.without_code) {
            session.note(&said);
        }
        let comma = if table.rows.is_empty() { ":" } else { "," };
        let head = format!("{}{comma} {}", format.name(), words::import_in_short(&counts));
        let end = if self.dry_run { "Nothing was changed".to_owned() } else { words::imported(ticked, counts.left_out).text };
        session.say(&format!("{head}. {end}"));
        Ok(())
    }
}

/// The app of all files: that of the first.
fn one_app(first: Option<&'static dyn Format>, format: &'static dyn Format, path: &Path) -> Result<&'static dyn Format, Failure> {
    match first {
        Some(first) if first.id() != format.id() => {
            let text = format!("{} is a file of {}, and the first one is of {}", path.display(), format.name(), first.name());
            Err(Failure::input(Notice::new(text, "Import the files of one app at a time")))
        }
        _ => Ok(format),
    }
}

/// What the codes of a picture hold; what is something else is said.
fn in_codes(session: &mut Session<'_>, path: &Path, codes: Vec<Scanned>) -> Result<(&'static dyn Format, Vec<Read>), Failure> {
    let (mut lists, mut single, mut refused) = (Vec::new(), Read::default(), None);
    for code in codes {
        match code {
            Scanned::Address(address) => single.entries.push(Draft::default().address(&address)),
            Scanned::Migration(address) => match google::read_uri(&address) {
                Ok(list) => lists.push(list),
                Err(error) => {
                    refused.get_or_insert(error);
                    lists.push(Read { entries: vec![google::unread(error)], ..Read::default() });
                }
            },
            Scanned::Other(other) => session.note(&notice::other_code(other)),
        }
    }
    let readable = |read: &Read| read.entries.iter().any(|entry| entry.outcome.is_ok());
    if let Some(error) = refused.filter(|_| single.entries.is_empty() && !lists.iter().any(readable)) {
        return Err(failure(error, google::NAME, path));
    }
    let id = if lists.is_empty() { "otpauth" } else { "google" };
    if !single.entries.is_empty() {
        lists.push(single);
    }
    match exchange::by_id(id).filter(|_| !lists.is_empty()) {
        Some(format) => Ok((format, lists)),
        None => {
            let said = notice::picture_error(&PictureError::NothingFound);
            Err(Failure::new(INPUT, "no-code", Notice::new(format!("{}: {}", path.display(), said.text), said.advice)))
        }
    }
}

/// The bytes of an app's file, or of standard input.
pub fn app_file(session: &mut Session<'_>, path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let most = exchange::MAX_BYTES;
    if path.as_os_str() == "-" {
        let mut bytes = Zeroizing::new(Vec::new());
        let read = session.world.input().take(most as u64 + 1).read_to_end(&mut bytes);
        return read.map(|_| bytes).map_err(|error| {
            let text = format!("Standard input cannot be read: {}", notice::reason(error.kind()));
            Failure::input(Notice::new(text, "Hand it over with a pipe or `<`"))
        });
    }
    session.world.read_file(path, most).map_err(|error| match error {
        FileError::Refused { kind, .. } => Failure::new(INPUT, "file", notice::not_read(path, kind)),
        FileError::NoDialog => error.into(),
    })
}

/// Why a file of `app` cannot be read, as a failure with its kind.
fn failure(error: FormatError, app: &str, path: &Path) -> Failure {
    let kind = match error {
        FormatError::Empty => "empty",
        FormatError::NotThisFormat => "not-this-format",
        FormatError::NeedsPassword => "needs-app-password",
        FormatError::WrongPassword | FormatError::WrongOrDamaged | FormatError::WrongKey { .. } => "wrong-app-password",
        FormatError::TooNew => "too-new",
        FormatError::TooLarge | FormatError::TooManyEntries | FormatError::TooDeep => "too-large",
        FormatError::TooCostly(_) => "too-much-work",
        FormatError::AsksForWork { .. } => "asks-for-work",
        FormatError::ForOneAccount => "for-one-account",
        FormatError::LockedWith(_) | FormatError::NotRead(_) => "not-read",
        FormatError::OwnBackup => "own-backup",
        FormatError::KeyTwice | FormatError::Damaged => "damaged",
    };
    let mut said = words::format_error(error, app);
    if kind == "asks-for-work" {
        said.advice += ": then add --allow-slow";
    }
    Failure::new(INPUT, kind, Notice::new(format!("{}: {}", path.display(), said.text), said.advice))
}

fn line(row: &Row) -> Line<'_> {
    let account = row.found.as_ref().map(|found| &found.account);
    let params = account.map(|account| &account.params);
    let counter =
        |params: &crate::domain::OtpParams| if let OtpKind::Hotp { counter } = params.kind() { Some(counter) } else { None };
    Line {
        number: row.number,
        issuer: account.map_or("", |account| &account.issuer),
        account: account.map_or(row.title.as_str(), |account| &account.name),
        r#type: params.map(|params| kind(params.kind())),
        algorithm: params.map(|params| params.algorithm().name()),
        digits: params.map(|params| params.digits().get()),
        period: params.and_then(|params| params.period()).map(|period| period.secs()),
        counter: params.and_then(counter),
        outcome: words::standing_word(row.standing),
        reason: if let Standing::LeftOut(why) = row.standing { Some(why.to_string()) } else { None },
        notes: row.found.iter().flat_map(|found| &found.notes).map(words::entry_note).collect(),
    }
}
