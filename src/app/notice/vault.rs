//! Words for the vault: where it is, what came up, why it cannot be used.

use crate::app::change::ChangeError;
use crate::app::ports::{Place, Protection, VaultError, VaultNote};

use super::Notice;

/// Why the vault could not be used: a headline and a way out.
#[must_use]
pub fn vault_error(error: &VaultError) -> Notice {
    match error {
        VaultError::NoProvider => Notice::new(
            "No keyring program answers",
            "Start one (GNOME Keyring, KWallet or KeePassXC) and try again, or keep the accounts in an encrypted file",
        ),
        VaultError::Silent => Notice::new(
            "The keyring does not answer",
            "It may be busy, or wait for an answer in a window of its own. Try again, or log out and in",
        ),
        VaultError::Locked => Notice::new("The keyring is locked", "Unlock it in your desktop's password program and try again"),
        VaultError::PromptDismissed => {
            Notice::new("The keyring was not unlocked", "Try again, and enter the keyring's password when it asks")
        }
        VaultError::AnotherKeyring => Notice::new(
            "Another keyring answers than the one that holds your accounts",
            "Nothing was changed. Start the program, open the database or log in as the user that you used before, and try again",
        ),
        VaultError::KeyringDamaged => Notice::new(
            "The keyring's program cannot read its own file",
            "Nothing was changed. Put back a copy of the damaged file in ~/.local/share/keyrings, log in again and try again",
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
        VaultError::NeedsPassphrase => Notice::new("Halfminute is locked", "Unlock it with its passphrase"),
        VaultError::PassphraseOrKey
        | VaultError::PassphraseChanged
        | VaultError::KeyDamaged { .. }
        | VaultError::KeyTooCostly { .. }
        | VaultError::FileDamaged { .. }
        | VaultError::KeyMismatch { .. }
        | VaultError::GivenUp
        | VaultError::Moved { .. }
        | VaultError::AlreadyThere
        | VaultError::OldChanged
        | VaultError::NoOldCopy
        | VaultError::NotMovable => super::vault_file::vault_file_error(error),
        VaultError::Busy => Notice::new("Another window or command is writing to the vault", "Wait a moment and try again"),
        VaultError::Disk { path, kind: std::io::ErrorKind::NotFound } if path.as_os_str() == "~" => {
            Notice::new("This user has no home folder", "Name a folder in HALFMINUTE_DATA_DIR")
        }
        VaultError::Disk { path, kind } => super::unusable(path, *kind),
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
        ChangeError::SameName => Notice::new("Another test user has this name", "Choose another one"),
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
            "Look whether the newest edits are there. The newest file journal.old in the data folder has the other state",
        ),
        VaultNote::OtherPassphrase => Notice::new(
            "An older state of the accounts has another passphrase and could not be compared",
            "If an account is missing, the newest file journal.old in the data folder has that state",
        ),
        VaultNote::OldCopies => Notice::new(
            "Older copies in the data folder could not be written with the passphrase that holds now",
            "Delete the files journal.old there if you do not need them",
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

/// The passphrase over the accounts was set, changed or taken away.
#[must_use]
pub fn protected(before: bool, after: bool) -> Notice {
    match (before, after) {
        (false, _) => Notice::new(
            "The passphrase is set",
            "The keyring keeps one older state without it until you restart the computer and open Halfminute again",
        ),
        (true, true) => Notice::new(
            "The passphrase is changed",
            "The keyring keeps one older state with the old one until you restart the computer and open Halfminute again",
        ),
        (true, false) => Notice::plain("The passphrase is removed"),
    }
}

/// Another program has put the accounts under a passphrase; whether a change was lost by that.
#[must_use]
pub fn locked_elsewhere(lost: bool) -> Notice {
    let text = "Another window or command has set a passphrase";
    if lost { Notice::new(text, "Your last change was not saved. Unlock, and make it again") } else { Notice::plain(text) }
}

/// The window was locked while a change was on its way, and that failed.
#[must_use]
pub fn not_saved_before_lock() -> Notice {
    Notice::new("The last change before locking was not saved", "Unlock, and make it again")
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
