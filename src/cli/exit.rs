//! How a command ends: exit codes, and failures with their stable kinds.
//!
//! | code | means |
//! | --- | --- |
//! | 0 | done, accepted |
//! | 1 | refused, nothing found, several found |
//! | 2 | wrong usage |
//! | 3 | bad input: an address, a key, a file |
//! | 4 | the vault, the state, the clipboard, the display or a time server cannot be reached, or is locked |
//! | 5 | done, but the answer could not be written, or something was left out |

use serde::Serialize;

use crate::app::change::ChangeError;
use crate::app::notice::{self, Notice};
use crate::app::ports::{BackupError, FileError, NoClipboard, NoEntropy, RecipientError, StateError, VaultError};

/// Done, or accepted.
pub const DONE: u8 = 0;
/// Refused, or nothing found, or several found.
pub const REFUSED: u8 = 1;
/// Wrong usage.
pub const USAGE: u8 = 2;
/// Bad input.
pub const INPUT: u8 = 3;
/// The vault, or something else that is needed, cannot be reached or is locked.
pub const VAULT: u8 = 4;
/// Done, but the answer could not be written, or something was left out.
pub const PARTLY: u8 = 5;

/// Why a command stopped.
#[derive(Debug)]
pub enum End {
    /// Something to say, and an exit code.
    Failed(Failure),
    /// Whoever read our output has gone: nothing to say.
    ReaderGone,
}

/// What went wrong, with its exit code and its stable kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The exit code.
    pub code: u8,
    /// The stable key that scripts may go by.
    pub kind: &'static str,
    /// The words.
    pub notice: Notice,
    /// The accounts that a query could mean.
    pub matches: Vec<Candidate>,
}

/// An account that a query could mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// Its id.
    pub id: String,
    /// Who issued it.
    pub issuer: String,
    /// Its account name.
    pub account: String,
}

impl Failure {
    /// A failure with its words.
    pub fn new(code: u8, kind: &'static str, notice: Notice) -> Self {
        Self { code, kind, notice, matches: Vec::new() }
    }

    /// Wrong usage.
    pub fn usage(text: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(USAGE, "usage", Notice::new(text, advice))
    }

    /// Input that cannot be used.
    pub fn input(notice: Notice) -> Self {
        Self::new(INPUT, "bad-input", notice)
    }

    /// A secret stood in an argument, where every program of the computer can read it.
    pub fn secret_in_argument() -> Self {
        let advice = "Write `-` in its place and hand it over on standard input: other programs can read arguments. \
                      If it was real, the shell's history holds it now";
        Self::new(USAGE, "secret-in-argument", Notice::new("A secret is never taken from an argument", advice))
    }
}

impl<F: Into<Failure>> From<F> for End {
    fn from(failure: F) -> Self {
        Self::Failed(failure.into())
    }
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        let (code, kind) = match &error {
            VaultError::NoProvider => (VAULT, "no-keyring"),
            VaultError::Silent => (VAULT, "keyring-silent"),
            VaultError::Locked | VaultError::PromptDismissed => (VAULT, "locked"),
            VaultError::AnotherKeyring => (VAULT, "another-keyring"),
            VaultError::KeyringDamaged => (VAULT, "keyring-damaged"),
            VaultError::Busy => (VAULT, "busy"),
            VaultError::Damaged => (VAULT, "damaged"),
            VaultError::TooNew => (VAULT, "too-new"),
            VaultError::TooLarge => (VAULT, "too-large"),
            VaultError::WrongPassphrase => (VAULT, "wrong-passphrase"),
            VaultError::PassphraseOrKey => (VAULT, "passphrase-or-key"),
            VaultError::NeedsPassphrase => (VAULT, "needs-passphrase"),
            VaultError::PassphraseChanged => (VAULT, "passphrase-changed"),
            VaultError::KeyDamaged { .. } => (VAULT, "key-damaged"),
            VaultError::KeyTooCostly { .. } => (VAULT, "key-too-costly"),
            VaultError::FileDamaged { .. } => (VAULT, "damaged"),
            VaultError::KeyMismatch { .. } => (VAULT, "key-mismatch"),
            VaultError::GivenUp => (REFUSED, "given-up"),
            VaultError::Moved { .. } => (VAULT, "moved"),
            VaultError::AlreadyThere => (REFUSED, "already-there"),
            VaultError::OldChanged => (REFUSED, "old-changed"),
            VaultError::NoOldCopy => (REFUSED, "no-old-copy"),
            VaultError::NotMovable => (USAGE, "not-movable"),
            VaultError::Disk { .. } => (VAULT, "disk"),
            VaultError::UnsafeFolder { .. } => (VAULT, "unsafe-folder"),
            VaultError::Change(ChangeError::NoCounter) => (INPUT, "no-counter"),
            VaultError::Change(ChangeError::CounterMoved) => (VAULT, "busy"),
            VaultError::Change(_) => (REFUSED, "no-match"),
            VaultError::Refused(_) => (VAULT, "refused"),
        };
        Self::new(code, kind, notice::vault_error(&error))
    }
}

impl From<StateError> for Failure {
    fn from(error: StateError) -> Self {
        Self::new(VAULT, "state", notice::state_error(&error))
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::new(INPUT, "file", notice::file_error(&error))
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        let kind = match &error {
            BackupError::Disk { .. } => "file",
            BackupError::AlreadyThere { .. } => "already-there",
            BackupError::EmptyPassphrase => "bad-input",
            BackupError::Recipient(RecipientError::Secret) => return Self::secret_in_argument(),
            BackupError::Recipient(_) => "bad-recipient",
            BackupError::ReadBack => "read-back",
            BackupError::TooLarge => "too-large",
            BackupError::NotAge | BackupError::HoldsElse | BackupError::HoldsKey => "not-a-backup",
            BackupError::NewerAge | BackupError::TooNew => "too-new",
            BackupError::TooMuchWork { .. } => "too-much-work",
            BackupError::AsksForWork { work } => {
                let notice = notice::backup_error(&BackupError::AsksForWork { work: *work });
                return Self::new(INPUT, "asks-for-work", Notice { advice: notice.advice + ": then add --allow-slow", ..notice });
            }
            BackupError::NeedsPassphrase => "needs-backup-passphrase",
            BackupError::NeedsKeyFile => {
                let notice = notice::backup_error(&error);
                let advice = "Name the age identity or the SSH private key that belongs to it: --identity FILE";
                return Self::new(INPUT, "needs-identity", Notice::new(notice.text, advice));
            }
            BackupError::WrongPassphrase | BackupError::KeyWrongPassphrase => "wrong-backup-passphrase",
            BackupError::NoKeyFits => "no-key-fits",
            BackupError::Damaged => "damaged-backup",
            BackupError::NotAKeyFile | BackupError::KeyNotUsable => "bad-identity",
            BackupError::KeyNeedsPassphrase | BackupError::NoPassphraseKept => "needs-backup-passphrase",
        };
        Self::new(INPUT, kind, notice::backup_error(&error))
    }
}

impl From<NoEntropy> for Failure {
    fn from(_: NoEntropy) -> Self {
        Self::new(VAULT, "no-entropy", notice::no_entropy())
    }
}

impl From<NoClipboard> for Failure {
    fn from(_: NoClipboard) -> Self {
        Self::new(VAULT, "no-clipboard", notice::no_clipboard_for_commands())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_error_has_its_exit_code() {
        let rows = [
            (Failure::from(VaultError::NoProvider), 4, "no-keyring"),
            (Failure::from(VaultError::PromptDismissed), 4, "locked"),
            (Failure::from(VaultError::KeyringDamaged), 4, "keyring-damaged"),
            (Failure::from(VaultError::WrongPassphrase), 4, "wrong-passphrase"),
            (Failure::from(VaultError::Change(ChangeError::NoSuchAccount)), 1, "no-match"),
            (Failure::from(VaultError::Change(ChangeError::NoCounter)), 3, "no-counter"),
            (Failure::from(StateError::Unusable { path: "x".into() }), 4, "state"),
            (Failure::from(FileError::Refused { path: "x".into(), kind: std::io::ErrorKind::NotFound }), 3, "file"),
            (Failure::from(NoClipboard), 4, "no-clipboard"),
            (Failure::from(NoEntropy), 4, "no-entropy"),
            (Failure::usage("", ""), 2, "usage"),
            (Failure::secret_in_argument(), 2, "secret-in-argument"),
            (Failure::input(Notice::plain("x")), 3, "bad-input"),
        ];
        for (failure, code, kind) in rows {
            assert_eq!((failure.code, failure.kind), (code, kind));
            assert!(kind == "usage" || !failure.notice.text.is_empty(), "{kind}");
        }
    }
}
