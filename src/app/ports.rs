//! What the app needs from the outside, as traits: the adapters and the tests' pretend world implement them.

mod backup;
mod health;
mod vault;

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::domain::{Account, OtpKind, Step, UnixTime};

pub use backup::{BackupError, BackupLog, Backups, Key, KeyKind, Locked, Over, RecipientError, Seal, WORK_MOST, WORK_UNASKED};
pub use health::{Examined, FileFacts, FolderFacts, ItemFacts, JournalFacts, KeyringFacts, Machine, MachineFacts};
pub use vault::{OldCopy, Opened, Place, Protection, Vault, VaultError, VaultFiles, VaultNote};

/// The numbering that an account's steps belong to. An account whose kind or period is edited begins another one: step 100 of
/// thirty seconds is not step 100 of sixty.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sequence(String);

impl Sequence {
    /// The numbering of `account` as it is now.
    #[must_use]
    pub fn of(account: &Account) -> Self {
        Self(match account.params.kind() {
            OtpKind::Totp { period } | OtpKind::Steam { period } => format!("{}/time/{}", account.id, period.secs()),
            OtpKind::Hotp { .. } => format!("{}/counter", account.id),
        })
    }

    /// Its name, as it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is not secret but must survive restarts: used steps and the history of the login test.
pub trait State: Send {
    /// The highest step accepted in `sequence` so far.
    ///
    /// # Errors
    /// [`StateError`] when it cannot be read.
    fn last_used(&mut self, sequence: &Sequence) -> Result<Option<Step>, StateError>;

    /// The steps of `sequence` accepted at `from` or later, ascending, at most 1 000.
    ///
    /// # Errors
    /// [`StateError`] when they cannot be read.
    fn used_since(&mut self, sequence: &Sequence, from: Step) -> Result<Vec<Step>, StateError>;

    /// Burns `step` durably: true if it lies above every step accepted before, false if it does not and nothing was changed.
    /// Two programs that burn the same step get true once.
    ///
    /// # Errors
    /// [`StateError`]; the login must then be refused.
    fn burn(&mut self, sequence: &Sequence, step: Step, at: UnixTime) -> Result<bool, StateError>;

    /// Writes one line of history.
    ///
    /// # Errors
    /// [`StateError`] when it cannot be written.
    fn record(&mut self, attempt: &Attempt) -> Result<(), StateError>;

    /// The newest `limit` lines of history, newest first.
    ///
    /// # Errors
    /// [`StateError`] when they cannot be read.
    fn history(&mut self, limit: usize) -> Result<Vec<Attempt>, StateError>;
}

/// One line of the login test's history. No password, no code, no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When.
    pub at: UnixTime,
    /// The test user's name; empty for a name that no test user has: people type passwords into the wrong field.
    pub user: String,
    /// The account's title at that moment; empty when none was reached.
    pub account: String,
    /// Accepted or refused.
    pub accepted: bool,
    /// The reason's stable key: `accepted`, `wrong-code`, `too-old`, `from-the-future`, `already-used`, `not-a-code`,
    /// `wrong-password`, `unknown-user`, `no-account`.
    pub reason: String,
    /// Steps from now to the matched one, where one matched.
    pub drift: Option<i64>,
    /// The same in seconds.
    pub drift_seconds: Option<i64>,
}

/// Why the state could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// The file cannot be read or written.
    #[error("{} cannot be used", path.display())]
    Unusable {
        /// Which file.
        path: PathBuf,
    },
    /// It was written by a newer version: it is read, not written.
    #[error("{} was written by a newer version", path.display())]
    TooNew {
        /// Which file.
        path: PathBuf,
    },
}

/// The wall clock.
pub trait Clock: Send + Sync {
    /// Now, UTC.
    fn now(&self) -> UnixTime;
}

/// Randomness from the operating system.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// [`NoEntropy`] when the operating system gives none; nothing may then be made with it.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy>;
}

/// The operating system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct NoEntropy;

/// The clipboard, on its own thread: calls return at once.
pub trait Clipboard: Send {
    /// Puts `text` there with the hints that keep it out of clipboard histories; it is cleared after `clear_after` and on
    /// exit, if it then still is what is there.
    ///
    /// # Errors
    /// [`NoClipboard`] when there is none.
    fn copy(&mut self, text: Zeroizing<String>, clear_after: std::time::Duration) -> Result<(), NoClipboard>;
}

/// No clipboard could be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no clipboard can be reached")]
pub struct NoClipboard;

/// Which streams are terminals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terminals {
    /// Standard input is one.
    pub input: bool,
    /// Standard output is one.
    pub output: bool,
    /// Standard error is one.
    pub errors: bool,
    /// How many characters fit into a line of standard output, where that is known.
    pub width: Option<u16>,
}

/// Files the person chooses.
pub trait Files: Send {
    /// Asks where to save; `None` if the person closed the dialog.
    ///
    /// # Errors
    /// [`FileError`] when no dialog can be shown.
    fn choose_save(&mut self, suggested_name: &str) -> Result<Option<PathBuf>, FileError>;

    /// Asks for a file that is there, under the headline `title`; `None` if the person closed the dialog.
    ///
    /// # Errors
    /// [`FileError`] when no dialog can be shown.
    fn choose_open(&mut self, title: &str) -> Result<Option<PathBuf>, FileError>;

    /// Asks for a folder, under the headline `title`; `None` if the person closed the dialog.
    ///
    /// # Errors
    /// [`FileError`] when no dialog can be shown.
    fn choose_folder(&mut self, title: &str) -> Result<Option<PathBuf>, FileError>;

    /// Writes `bytes` to `path`, readable by the owner alone, all or nothing.
    ///
    /// # Errors
    /// [`FileError`]; no half file is left.
    fn write(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FileError>;
}

/// Why a file could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// No file dialog can be shown on this desktop.
    #[error("no file dialog can be shown")]
    NoDialog,
    /// The system refused.
    #[error("{}: {kind}", path.display())]
    Refused {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        kind: std::io::ErrorKind,
    },
}
