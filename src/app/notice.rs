//! Every word for people: what happened and, apart, what to do. One place, so that nothing is said twice in two ways.

use std::path::Path;

use crate::domain::otp::ParamError;

mod reading;
mod verdicts;

pub use reading::{address_note, key_error, key_note, name_note, pasted_error, strength};
pub use verdicts::{code_error, reason_word, span, verdict};

use super::change::ChangeError;
use super::ports::{FileError, Place, Protection, StateError, VaultError, VaultNote};
use super::settings::{ClearAfter, SettingsTrouble};

/// What happened, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Notice {
    /// What happened: one sentence without a full stop.
    pub text: String,
    /// What to do; may be empty.
    pub advice: String,
}

impl Notice {
    /// A notice with advice.
    pub fn new(text: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { text: text.into(), advice: advice.into() }
    }

    /// A notice that needs none.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::new(text, "")
    }

    /// Both in one line.
    #[must_use]
    pub fn line(&self) -> String {
        if self.advice.is_empty() { self.text.clone() } else { format!("{}. {}", self.text, self.advice) }
    }
}

/// A code stands on the clipboard.
#[must_use]
pub fn copied(clear: ClearAfter) -> Notice {
    Notice::plain(format!("Copied. Cleared in {} s", clear.secs()))
}

/// The next code stands on the clipboard.
#[must_use]
pub fn next_copied(clear: ClearAfter) -> Notice {
    Notice::plain(format!("Next code copied. Cleared in {} s", clear.secs()))
}

/// The address stands on the clipboard.
#[must_use]
pub fn address_copied(clear: ClearAfter) -> Notice {
    Notice::new(
        format!("Address copied. Cleared in {} s", clear.secs()),
        "It holds the secret: paste it only where you trust the reader",
    )
}

/// An account lies in the trash.
#[must_use]
pub fn trashed(title: &str) -> Notice {
    Notice::plain(format!("{title} is in the trash"))
}

/// An account is back.
#[must_use]
pub fn restored() -> Notice {
    Notice::plain("Taken out of the trash")
}

/// An account is gone for ever.
#[must_use]
pub fn purged() -> Notice {
    Notice::plain("Deleted for ever")
}

/// The fields were saved.
#[must_use]
pub fn edited() -> Notice {
    Notice::plain("Saved")
}

/// A test user is gone.
#[must_use]
pub fn user_removed() -> Notice {
    Notice::plain("Test user removed")
}

/// An enrolment is complete.
#[must_use]
pub fn enrolled(title: &str) -> Notice {
    Notice::plain(format!("{title} is saved"))
}

/// A picture was written.
#[must_use]
pub fn png_saved(path: &Path) -> Notice {
    Notice::new(format!("Picture saved as {}", path.display()), "It holds the secret: delete it when the phone has scanned it")
}

/// No random bytes.
#[must_use]
pub fn no_entropy() -> Notice {
    Notice::new("The operating system gave no random bytes", "Nothing was made or saved. Restart the computer and try again")
}

/// No clipboard.
#[must_use]
pub fn no_clipboard() -> Notice {
    Notice::new("No clipboard can be reached", "Type the code instead")
}

/// A worker ended by a fault.
#[must_use]
pub fn worker_died(name: &str) -> Notice {
    Notice::new(
        format!("A part of Halfminute stopped working ({name})"),
        "What was saved is safe. Close the window and open it again",
    )
}

/// Why a file could not be used.
#[must_use]
pub fn file_error(error: &FileError) -> Notice {
    match error {
        FileError::NoDialog => Notice::new(
            "No file dialog can be shown",
            "Install a desktop portal, for example xdg-desktop-portal-gtk, and try again",
        ),
        FileError::Refused { path, kind } => {
            Notice::new(format!("{} cannot be written: {kind}", path.display()), "Choose another place")
        }
    }
}

/// Why settings that were made before do not hold.
#[must_use]
pub fn settings_trouble(trouble: &SettingsTrouble) -> Notice {
    match trouble {
        SettingsTrouble::Unreadable(error) => {
            Notice::new("The settings cannot be read: the defaults hold", file_error(error).text)
        }
        SettingsTrouble::Damaged => Notice::plain("The settings file is damaged: the defaults hold"),
        SettingsTrouble::NotUnderstood { fields } => {
            Notice::plain(format!("These settings are not understood, their defaults hold: {}", fields.join(", ")))
        }
    }
}

/// Why the state could not be used.
#[must_use]
pub fn state_error(error: &StateError) -> Notice {
    match error {
        StateError::Unusable { path } => Notice::new(
            format!("Used codes and history cannot be read or written in {}", path.display()),
            "No login is accepted until they can. Check the disk and the file's permissions",
        ),
        StateError::TooNew { path } => Notice::new(
            format!("{} was written by a newer Halfminute", path.display()),
            "History is shown, but no login is accepted. Use the newer version",
        ),
    }
}

/// Why the vault could not be used: a headline and a way out.
#[must_use]
pub fn vault_error(error: &VaultError) -> Notice {
    match error {
        VaultError::NoProvider => Notice::new(
            "No keyring program answers",
            "Start one (GNOME Keyring, KWallet or KeePassXC) and try again, or keep the accounts in an encrypted file",
        ),
        VaultError::Silent => Notice::new("The keyring does not answer", "It may be busy or hang. Try again, or restart it"),
        VaultError::Locked => Notice::new("The keyring is locked", "Unlock it in your desktop's password program and try again"),
        VaultError::PromptDismissed => {
            Notice::new("The keyring was not unlocked", "Try again, and enter the keyring's password when it asks")
        }
        VaultError::AnotherKeyring => Notice::new(
            "Another keyring answers than the one that holds your accounts",
            "Nothing was changed. Start the program or log in as the user that you used before, and try again",
        ),
        VaultError::Damaged => Notice::new(
            "The vault cannot be read",
            "Nothing was changed. Restore a backup of the keyring, or begin with an empty vault",
        ),
        VaultError::TooNew => {
            Notice::new("The vault was written by a newer Halfminute", "Nothing was changed. Use the newer version")
        }
        VaultError::TooLarge => {
            Notice::new("The vault is too large to be written", "Nothing was changed. Delete accounts that you do not need")
        }
        VaultError::WrongPassphrase => {
            Notice::new("The passphrase is wrong", "Check the keyboard layout and Caps Lock, and type it again")
        }
        VaultError::NeedsPassphrase => Notice::plain("The vault file is locked"),
        VaultError::Busy => Notice::new("Another window or command is writing to the vault", "Wait a moment and try again"),
        VaultError::Disk { path, kind: std::io::ErrorKind::NotFound } if path.as_os_str() == "~" => {
            Notice::new("This user has no home folder", "Name a folder in HALFMINUTE_DATA_DIR")
        }
        VaultError::Disk { path, kind: std::io::ErrorKind::NotFound } => {
            Notice::new(format!("There is no {}", path.display()), "Check the name, or make the folder it is to stand in")
        }
        VaultError::Disk { path, kind } => Notice::new(
            format!("{} cannot be used: {kind}", path.display()),
            "Make room on the disk or correct the permissions, and try again",
        ),
        VaultError::UnsafeFolder { path } => Notice::new(
            format!("{} belongs to somebody else or is a link", path.display()),
            "Remove it or make it yours alone (mode 0700), and try again",
        ),
        VaultError::Change(error) => change_error(*error),
        VaultError::Refused(what) => {
            Notice::new(format!("The keyring refused: {what}"), "Try again, or restart the keyring program")
        }
    }
}

fn change_error(error: ChangeError) -> Notice {
    match error {
        ChangeError::NoSuchAccount => Notice::plain("The account is not here any more: another window removed it"),
        ChangeError::SameId => Notice::new("An account with the same id is here already", "Save it once more"),
        ChangeError::NotInTrash => Notice::plain("The account is not in the trash any more"),
        ChangeError::NoCounter => Notice::plain("The account has no counter that can move on"),
        ChangeError::CounterMoved => Notice::new("The counter has moved on: another window or command used it", "Try again"),
        ChangeError::NoSuchUser => Notice::plain("The test user is not here any more"),
    }
}

/// What was noticed when the vault was opened. `None` where nothing needs to be said.
#[must_use]
pub fn vault_note(note: &VaultNote) -> Option<Notice> {
    Some(match note {
        VaultNote::FirstStart => return None,
        VaultNote::RestoredFromJournal => {
            Notice::plain("The keyring had not kept the newest change. It was restored from the journal: nothing is lost")
        }
        VaultNote::JournalDamaged => Notice::plain("The journal is damaged. The keyring's accounts are used"),
        VaultNote::OlderGeneration { used, newest } => Notice::new(
            format!("The newest state of the vault ({newest}) is incomplete in the keyring. An older one ({used}) is shown"),
            "Changes since then may be missing. What is left of them was kept",
        ),
        VaultNote::KeyringBehind => Notice::new(
            "The newest change is saved, but the keyring did not take it yet",
            "It is tried again at the next change and the next start",
        ),
        VaultNote::Unsynced => Notice::new(
            "The newest change is saved, but the disk did not confirm it",
            "A power cut now may lose it. Check that the disk is healthy",
        ),
        VaultNote::Joined => Notice::new(
            "Two programs had changed the accounts without seeing each other. Both changes were joined",
            "Look for an account that was deleted and is back. The file journal.old in the data folder has the older state",
        ),
        VaultNote::KeptAside => Notice::new(
            "Another program has changed the accounts, and some of this computer's are not among them",
            "If you did not delete them, the newest file journal.old in the data folder has them",
        ),
        VaultNote::OddEntries { count } => Notice::new(
            format!("{count} entries cannot be read by this version"),
            "They are kept as they are. Use the version that wrote them",
        ),
        VaultNote::PreviousFile => {
            Notice::new("The vault file is damaged. Its previous version is used", "The last change may be missing")
        }
    })
}

/// The padlock's text.
#[must_use]
pub fn place(place: &Place) -> Notice {
    match place {
        Place::Keyring { provider, protection: Protection::Yes } => {
            Notice::plain(format!("Secrets are kept in {provider}, unlocked"))
        }
        Place::Keyring { provider, protection: Protection::Unknown } => Notice::new(
            format!("Secrets are kept in {provider}, unlocked. Whether it has a password is not known"),
            "Look in your desktop's password program",
        ),
        Place::Keyring { provider, protection: Protection::No } => Notice::new(
            format!("Secrets are kept in {provider}, which has no password: not protected"),
            "Set a password for the keyring in your desktop's password program",
        ),
        Place::File(path) => Notice::plain(format!("Secrets are kept in the encrypted file {}", path.display())),
    }
}

/// Why parameters do not go together.
#[must_use]
pub fn param_error(error: ParamError) -> Notice {
    match error {
        ParamError::Steam => Notice::plain("Steam codes are always SHA-1 with five letters"),
        ParamError::Counter => Notice::new("The counter is too large", "Type a number up to 9 223 372 036 854 775 807"),
    }
}
