//! `scan`: the QR codes in pictures and on the screen.

use std::path::{Path, PathBuf};

use serde::Serialize;
use zeroize::Zeroizing;

use crate::app::notice::{self, Notice};
use crate::app::picture::{self, may_be, may_be_an_apps};
use crate::app::ports::{FileError, Picture, PictureError, Unreadable};
use crate::app::screen::{self, Why};
use crate::domain::account::title;
use crate::domain::name;
use crate::formats::exchange::{Draft, Entry, google};
use crate::formats::scanned::{Other, Scanned};

use super::Common;
use super::exit::{DONE, End, Failure, INPUT, PARTLY, REFUSED, VAULT};
use super::session::Session;
use super::shape::SCHEMA;

const LONG: &str = "\
Find the QR codes in pictures (PNG, JPEG, WebP, BMP, GIF, SVG) or on the screen and say what they are: accounts, lists of accounts of Google \
Authenticator, or something else, of which the kind alone is said. Nothing is opened or followed. No vault is needed.

--screen looks at every screen as it is: the code must be in sight, not behind the terminal. On Wayland the desktop may ask whether the \
screen may be seen. No picture of it is kept.

The addresses in the codes are secrets: they are printed with --show alone. `halfminute import` takes pictures too, and saves what it finds.";

/// How the screen is called where files have their names.
pub const SCREEN: &str = "the screen";

const AFTER: &str = "\
JSON:
  {\"schema\":1,\"codes\":[{\"file\",\"kind\",\"accounts\":[{\"issuer\",\"account\",\"reason\"}],\"uri\"}]}, in one line

  A code on the screen has \"screen\":true in place of \"file\". `kind` is \"otpauth\", \"otpauth-migration\" or \"other\"; `reason` says why an account cannot be used, and for \"other\" what the code is; \
`uri` comes with --show.

Exit codes: 0 all codes are accounts, 1 no code was found, 2 wrong usage, 3 a file cannot be read, 4 the screen \
cannot be looked at, 5 there are other codes as well.

Examples:
  halfminute scan --screen
  halfminute scan screenshot.png
  halfminute scan --show code.png | halfminute add --uri -";

/// Find the QR codes in pictures or on the screen
#[derive(Debug, clap::Args)]
#[command(long_about = LONG, after_long_help = AFTER)]
pub struct Scan {
    /// The pictures
    #[arg(required_unless_present = "screen")]
    file: Vec<PathBuf>,
    /// Look for codes on the screen
    #[arg(long)]
    screen: bool,
    /// Print the addresses, which are secrets
    #[arg(long)]
    show: bool,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Serialize)]
struct Shape<'a> {
    schema: u32,
    codes: &'a [Code],
}

#[derive(Serialize)]
struct Code {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    screen: Option<bool>,
    kind: &'static str,
    accounts: Vec<AccountLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "shown")]
    uri: Option<Zeroizing<String>>,
}

#[derive(Serialize)]
struct AccountLine {
    issuer: String,
    account: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// An address as it is: the person asked for it.
fn shown<S: serde::Serializer>(uri: &Option<Zeroizing<String>>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(uri.as_ref().map_or("", |uri| uri.as_str()))
}

impl Scan {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<u8, End> {
        let mut codes = Vec::new();
        for path in &self.file {
            let found = in_file(session, path, false)?.ok_or_else(|| bad(path, &Unreadable::NotAPicture.into()))?;
            for scanned in found {
                codes.push(self.code(Some(path), scanned));
            }
        }
        if self.screen {
            codes.extend(on_screen(session)?.into_iter().map(|scanned| self.code(None, scanned)));
        }
        if codes.is_empty() {
            let said =
                if self.file.is_empty() { nothing_on_screen() } else { notice::picture_error(&PictureError::NothingFound) };
            return Err(Failure::new(REFUSED, "no-code", said).into());
        }
        if session.json {
            session.print_json(&Shape { schema: SCHEMA, codes: &codes })?;
        } else {
            self.tell(session, &codes)?;
        }
        let other =
            codes.iter().any(|code| code.reason.is_some() || code.accounts.iter().any(|account| account.reason.is_some()));
        Ok(if other { PARTLY } else { DONE })
    }

    fn code(&self, path: Option<&Path>, scanned: Scanned) -> Code {
        let file = path.map(|path| path.display().to_string());
        let screen = file.is_none().then_some(true);
        match scanned {
            Scanned::Address(address) => {
                let accounts = vec![line(&Draft::default().address(&address))];
                Code { file, screen, kind: "otpauth", accounts, reason: None, uri: self.show.then_some(address) }
            }
            Scanned::Migration(address) => {
                let read = google::read_uri(&address);
                let accounts = read.as_ref().map(|import| import.entries.iter().map(line).collect()).unwrap_or_default();
                let reason = read.err().map(|error| error.to_string());
                Code { file, screen, kind: "otpauth-migration", accounts, reason, uri: self.show.then_some(address) }
            }
            Scanned::Other(other) => {
                Code { file, screen, kind: "other", accounts: Vec::new(), reason: Some(words(other)), uri: None }
            }
        }
    }

    fn tell(&self, session: &mut Session<'_>, codes: &[Code]) -> Result<(), End> {
        let mut text = Zeroizing::new(String::new());
        for code in codes {
            if let Some(uri) = &code.uri {
                text.push_str(uri);
                text.push('\n');
                continue;
            }
            for account in &code.accounts {
                let said = match title(&account.issuer, &account.account) {
                    title if title.is_empty() => "An account without a name".to_owned(),
                    title => name::clean(&title).text,
                };
                match &account.reason {
                    Some(reason) if self.show => session.say(&format!("{said}: {reason}")),
                    Some(reason) => text.push_str(&format!("{said}: {reason}\n")),
                    None if self.show => {}
                    None => text.push_str(&format!("{said}\n")),
                }
            }
            if let Some(reason) = &code.reason {
                session.note(&Notice::plain(format!("{}: {reason}", code.file.as_deref().unwrap_or(SCREEN))));
            }
        }
        session.print(&text)
    }
}

/// The codes in the picture at `path`; `None` if it is no picture at all. `or_an_apps`: nor need it be one, another app's file will do.
///
/// # Errors
/// A failure where the file cannot be read, is too large, or the picture is damaged. No code at all is none: the list is empty.
pub fn in_file(session: &mut Session<'_>, path: &Path, or_an_apps: bool) -> Result<Option<Vec<Scanned>>, Failure> {
    let bytes = session.world.read_file(path, picture::MOST_FILE_BYTES).map_err(|error| match error {
        FileError::Refused { kind, .. } => Failure::new(INPUT, "file", notice::not_read(path, kind)),
        FileError::NoDialog => error.into(),
    })?;
    if !may_be(&bytes) {
        return Ok(None);
    }
    let reader = session.world.pictures();
    match picture::scan(reader.as_ref(), Picture::File(&bytes)) {
        Ok(codes) => Ok(Some(codes)),
        Err(PictureError::NothingFound) => Ok(Some(Vec::new())),
        Err(error) if or_an_apps && may_be_an_apps(&error) => Ok(None),
        Err(error) => Err(bad(path, &error)),
    }
}

/// Why a file is no picture that can be read.
fn bad(path: &Path, error: &PictureError) -> Failure {
    let said = notice::picture_error(error);
    Failure::new(INPUT, "bad-picture", Notice::new(format!("{}: {}", path.display(), said.text), said.advice))
}

/// The codes on the screens; none is no failure.
///
/// # Errors
/// A failure where they cannot be looked at.
pub fn on_screen(session: &mut Session<'_>) -> Result<Vec<Scanned>, Failure> {
    let (mut screens, reader) = (session.world.screens(), session.world.pictures());
    let (left, outcome) = match screen::look(screens.as_mut(), reader.as_ref(), &|| false) {
        Ok(sight) => (sight.left, Ok(sight.codes.into_iter().map(|code| code.scanned).collect())),
        Err(not_seen) => (not_seen.left, Err(not_seen.why)),
    };
    if let Some(left) = left {
        session.note(&notice::screen::left(&left));
    }
    outcome.or_else(|why| match why {
        Why::Picture(PictureError::NothingFound) => Ok(Vec::new()),
        Why::Picture(_) => Err(Failure::new(INPUT, "bad-picture", notice::screen::not_seen_by_commands(why))),
        Why::Screen(_) => Err(Failure::new(VAULT, "no-screen", notice::screen::not_seen_by_commands(why))),
    })
}

/// There is no code on the screen.
pub fn nothing_on_screen() -> Notice {
    notice::screen::not_seen_by_commands(Why::Picture(PictureError::NothingFound))
}

/// What an entry is called, and why it cannot be used.
fn line(entry: &Entry) -> AccountLine {
    match &entry.outcome {
        Ok(found) => AccountLine { issuer: found.account.issuer.clone(), account: found.account.name.clone(), reason: None },
        Err(why) => AccountLine { issuer: String::new(), account: entry.title.clone(), reason: Some(why.to_string()) },
    }
}

/// What a code is that is no account.
fn words(other: Other) -> String {
    notice::other_code(other).text
}
