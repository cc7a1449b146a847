//! Other apps' files: one file per app behind one trait, recognised by content, and nothing in them is dropped in silence.
//!
//! `entries of an [`Import`] = entries of the file`, always: each is [`Found`] or [`LeftOut`] with its reason, in the order of the file.
//! A reader never guesses: an odd entry is left out, an odd file is refused, and what the app does not say is noted.

use std::cell::OnceCell;

use zeroize::Zeroizing;

mod address_list;
mod aegis;
mod andotp;
mod authenticator_plus;
mod authy;
mod battlenet;
mod bitwarden;
mod civil;
mod crypt;
mod draft;
mod duo;
mod ente;
mod freeotp;
mod freeotp_plus;
pub mod google;
mod json;
mod kdbx;
mod keepass_otp;
mod keepassxc_csv;
mod lastpass;
mod microsoft;
mod otpauth_list;
mod outcome;
mod outgoing;
mod own_backup;
mod parts;
mod prefs;
mod proton;
mod raivo;
mod shape;
mod sqlite;
mod steam;
mod stratum;
#[cfg(test)]
mod testing;
mod totp_authenticator;
mod twofas;
mod winauth;
mod xml;
mod zipped;

pub use draft::Draft;
pub use json::Json;
pub use outcome::{CostKind, Entry, EntryNote, FileNote, FormatError, Found, Import, LeftOut, OddKind};
pub use outgoing::{How, Outgoing, Place, Random, Unheld, WriteError, Written};
pub use parts::{Export, Part, Parts};

/// The largest file read, in bytes.
pub const MAX_BYTES: usize = 16 << 20;
/// The most entries of a file.
pub const MAX_ENTRIES: usize = 10_000;
/// How deep lists and objects may lie in one another.
pub const MAX_DEPTH: usize = 64;
/// The longest text of a field that is kept, in bytes.
pub const MAX_TEXT: usize = 4096;

/// Every app whose files are read, sorted by [`name`](Format::name). File dialog, terminal and tests walk it.
#[rustfmt::skip] // one a line
pub const ALL: &[&dyn Format] = &[
    &twofas::TwoFas,
    &aegis::Aegis,
    &andotp::AndOtp,
    &authenticator_plus::AuthenticatorPlus,
    &authy::Authy,
    &battlenet::BattleNet,
    &bitwarden::Bitwarden,
    &duo::Duo,
    &ente::Ente,
    &freeotp::FreeOtp,
    &freeotp_plus::FreeOtpPlus,
    &google::Google,
    &own_backup::OwnBackup,
    &kdbx::Kdbx,
    &keepassxc_csv::KeePassXcCsv,
    &lastpass::LastPass,
    &microsoft::Microsoft,
    &otpauth_list::OtpauthList,
    &proton::Proton,
    &raivo::Raivo,
    &steam::Steam,
    &stratum::Stratum,
    &totp_authenticator::TotpAuthenticator,
    &winauth::WinAuth,
];

/// One app's files.
pub trait Format: Sync {
    /// Names it in the terminal and in tests, for ever: lower-case letters, digits and dashes.
    fn id(&self) -> &'static str;

    /// What the app is called.
    fn name(&self) -> &'static str;

    /// Whether that is an app's name, and not that of a form of files that many apps know.
    fn is_app(&self) -> bool {
        true
    }

    /// How the app gives such a file out, as its menus say it; one line.
    fn hint(&self) -> &'static str;

    /// Whether this is one of its files, by content alone and cheaply: encrypted and damaged ones too, as far as they can be told.
    fn sniff(&self, given: &Given<'_>) -> bool;

    /// Whether what [`sniff`](Self::sniff) recognises has a mark of the app, so that it comes before what only cannot be excluded.
    fn marked(&self, given: &Given<'_>) -> bool {
        let _ = given;
        true
    }

    /// Reads a file that [`sniff`](Self::sniff) has recognised, or that a person says is one of its.
    ///
    /// # Errors
    /// [`FormatError`], which never holds any of the file.
    fn read(&self, given: &Given<'_>, key: &Key) -> Result<Import, FormatError>;

    /// Where the app takes such a file in, in words that a new menu does not make untrue; one line, empty where nothing is written.
    fn way_in(&self) -> &'static str {
        ""
    }

    /// What it can be written as; by default nothing.
    fn writes(&self) -> Writes {
        Writes::Nothing
    }

    /// Whether the names of groups stay readable in an encrypted file of it.
    fn shows_groups(&self) -> bool {
        false
    }

    /// Writes `accounts`, encrypted where `how` has a password. What the app cannot hold is left out and said.
    ///
    /// # Errors
    /// [`WriteError`]; by default [`WriteError::CannotWrite`].
    fn write(&self, accounts: &[Outgoing<'_>], how: &mut How<'_>) -> Result<Written, WriteError> {
        let _ = (accounts, how);
        Err(WriteError::CannotWrite)
    }
}

/// In which forms an app's file can be written here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writes {
    /// In none.
    Nothing,
    /// In the clear only; the ending of its name, such as `json`.
    Plain(&'static str),
    /// In the clear, or encrypted with a password; the ending of its name.
    Both(&'static str),
}

/// What opens an encrypted file.
#[derive(Default)]
pub struct Key {
    /// The password as it was typed; `None`: none was asked for yet. An empty one is one.
    pub password: Option<Zeroizing<String>>,
    /// The person agrees to more work than usual: see [`FormatError::AsksForWork`].
    pub long: bool,
}

impl Key {
    /// The password's bytes.
    ///
    /// # Errors
    /// [`FormatError::NeedsPassword`] when there is none yet.
    pub fn password(&self) -> Result<&[u8], FormatError> {
        self.password.as_ref().map(|password| password.as_bytes()).ok_or(FormatError::NeedsPassword)
    }
}

/// A file, and what was read of it already, so that no two readers parse it twice.
pub struct Given<'a> {
    bytes: &'a [u8],
    text: OnceCell<Option<Zeroizing<String>>>,
    json: OnceCell<Result<Json, FormatError>>,
}

impl<'a> Given<'a> {
    /// `bytes` as the file was read.
    ///
    /// # Errors
    /// [`FormatError::Empty`] and [`FormatError::TooLarge`], before anything is looked at.
    pub fn new(bytes: &'a [u8]) -> Result<Self, FormatError> {
        match bytes.len() {
            0 => Err(FormatError::Empty),
            n if n > MAX_BYTES => Err(FormatError::TooLarge),
            _ => Ok(Self { bytes, text: OnceCell::new(), json: OnceCell::new() }),
        }
    }

    /// All of it.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// It as text: UTF-8, or UTF-16 with its mark, without the mark; `None` if it is no text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.text.get_or_init(|| shape::text(self.bytes)).as_ref().map(|text| text.as_str())
    }

    /// It as JSON: an object or a list, no key twice in one object, at most [`MAX_DEPTH`] deep.
    ///
    /// # Errors
    /// [`FormatError::NotThisFormat`] when it does not even begin like JSON, [`FormatError::Damaged`] when it does and is none,
    /// [`FormatError::TooDeep`], [`FormatError::KeyTwice`].
    pub fn json(&self) -> Result<&Json, FormatError> {
        self.json
            .get_or_init(|| self.text().map_or(Err(FormatError::NotThisFormat), json::parse))
            .as_ref()
            .map_err(|error| *error)
    }
}

/// The apps whose files these bytes may be, the surest first. Usually one; for bytes without any mark, such as andOTP's encrypted
/// ones, those that cannot be excluded.
#[must_use]
pub fn recognise(given: &Given<'_>) -> Vec<&'static dyn Format> {
    let mut found: Vec<_> = ALL.iter().copied().filter(|format| format.sniff(given)).collect();
    found.sort_by_key(|format| !format.marked(given));
    found
}

/// The app of a file that is too large to be read, as far as its beginning says so.
#[must_use]
pub fn by_beginning(bytes: &[u8]) -> Option<&'static dyn Format> {
    const ENOUGH: usize = 1024;
    let given = Given::new(bytes.get(..ENOUGH)?).ok()?;
    recognise(&given).into_iter().find(|format| format.marked(&given))
}

/// The app with this [`id`](Format::id).
#[must_use]
pub fn by_id(id: &str) -> Option<&'static dyn Format> {
    ALL.iter().copied().find(|format| format.id() == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_its_ids_are_unique() {
        let names: Vec<String> = ALL.iter().map(|format| format.name().to_lowercase()).collect();
        assert!(names.is_sorted(), "{names:?}");
        let ids: std::collections::BTreeSet<_> = ALL.iter().map(|format| format.id()).collect();
        assert_eq!(ids.len(), ALL.len());
        for format in ALL {
            assert_eq!(format.way_in().is_empty(), format.writes() == Writes::Nothing, "{}", format.id());
        }
        assert!(ids.iter().all(|id| !id.is_empty() && id.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))));
    }

    #[test]
    fn nothing_and_too_much_are_refused_unread() {
        assert_eq!(Given::new(b"").err(), Some(FormatError::Empty));
        assert_eq!(Given::new(&vec![b' '; MAX_BYTES + 1]).err(), Some(FormatError::TooLarge));
        assert!(Given::new(&vec![b' '; MAX_BYTES]).is_ok());
    }
}
