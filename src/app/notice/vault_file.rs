//! Words for the vault file and for moving the accounts between it and the keyring.

use crate::app::ports::{OldCopy, Place, VaultError};

use super::Notice;

/// Why the vault file could not be used, or the accounts not moved.
pub(super) fn vault_file_error(error: &VaultError) -> Notice {
    match error {
        VaultError::PassphraseOrKey => Notice::new(
            "The passphrase is wrong, or the key file is damaged",
            "Type it again. If it is right for certain, put back a copy of the key file",
        ),
        VaultError::PassphraseChanged => {
            Notice::new("The passphrase of the vault file was changed", "Unlock it with the new one")
        }
        VaultError::KeyDamaged { path } => Notice::new(
            format!("The key file {} is damaged or missing, and so is its copy: no passphrase opens it", path.display()),
            "Nothing was changed. Put back a copy of the key file, or begin with an empty vault",
        ),
        VaultError::KeyTooCostly { path } => Notice::new(
            format!("The key file {} asks for more than 1 GiB of memory", path.display()),
            "It was not made by Halfminute, or is damaged. Put back a copy of it",
        ),
        VaultError::FileDamaged { path } => Notice::new(
            format!("The passphrase is right, but {} is damaged, and so is the version before", path.display()),
            "Nothing was changed. Put back a copy of the vault file, or begin with an empty vault",
        ),
        VaultError::KeyMismatch { path } => Notice::new(
            format!("The passphrase is right, but {} belongs to another key file, or is damaged", path.display()),
            "Nothing was changed. Put back the vault file and the key file that belong together",
        ),
        VaultError::GivenUp => Notice::plain("It was given up"),
        VaultError::Moved { to: Some(path) } => Notice::new(
            format!("The accounts have been moved to the encrypted file {}", path.display()),
            "Nothing was changed here: open them there",
        ),
        VaultError::Moved { to: None } => {
            Notice::new("The accounts have been moved to the keyring", "Nothing was changed here: open them there")
        }
        VaultError::AlreadyThere => Notice::plain("The accounts are kept there already"),
        VaultError::OldChanged => Notice::new(
            "The old copy is not what was moved: something has changed it since",
            "It was left as it is. Look at what it holds before you remove it by other means",
        ),
        VaultError::NoOldCopy => Notice::plain("There is no old copy"),
        _ => Notice::new(
            "Only the keyring and the vault file of the data folder take over from each other",
            "Leave out --vault and HALFMINUTE_VAULT",
        ),
    }
}

/// The accounts are at another place now.
#[must_use]
pub fn moved(to: &Place) -> Notice {
    match to {
        Place::Keyring { .. } => {
            Notice::new("The accounts are in the keyring now", "The old copy in the file stays until you remove it")
        }
        Place::File(path) => Notice::new(
            format!("The accounts are in the encrypted file {} now", path.display()),
            "The old copy in the keyring stays until you remove it",
        ),
    }
}

/// Something is left where the accounts were.
#[must_use]
pub fn old_copy(old: &OldCopy) -> Notice {
    match old {
        OldCopy::Keyring => Notice::plain("The old copy in the keyring is still there"),
        OldCopy::File(path) => Notice::plain(format!("The old copy in {} is still there", path.display())),
    }
}

/// Nothing is left there.
#[must_use]
pub fn old_copy_removed(old: &OldCopy) -> Notice {
    match old {
        OldCopy::Keyring => Notice::plain("The old copy was removed from the keyring"),
        OldCopy::File(path) => Notice::plain(format!("The old copy in {} was removed", path.display())),
    }
}

/// The vault file has another passphrase.
#[must_use]
pub fn passphrase_changed() -> Notice {
    Notice::new("The passphrase was changed", "Copies of the file that were made before still open with the old one")
}
