//! Words for the check-up: what was looked at, how it is, and what to do.

use std::path::Path;

use crate::app::backup::Standing;
use crate::app::ports::Protection;

use super::{Notice, backup_age};

pub use super::clock::{time_answer, time_error};
pub use super::vault::vault_error;

/// Who keeps the secrets.
#[must_use]
pub fn provider(provider: &str, locked: bool) -> Notice {
    if locked {
        Notice::new(format!("{provider} answers, and is locked"), "Unlock it, and check again to see what is in it")
    } else {
        Notice::plain(format!("{provider} answers, and is unlocked"))
    }
}

/// Whether what is stored can be read on disk.
#[must_use]
pub fn protection(protection: Protection) -> Notice {
    match protection {
        Protection::Yes => Notice::plain("The keyring has a password"),
        Protection::No => Notice::new(
            "The keyring has no password: what it stores is plain text on disk",
            "Set a password for it in your desktop's password program, or set a passphrase in Halfminute",
        ),
        Protection::Unknown => {
            Notice::new("Whether the keyring has a password is not known", "Look in your desktop's password program")
        }
    }
}

/// The canary is there.
#[must_use]
pub fn key_found() -> Notice {
    Notice::plain("The vault's key is there: this is your keyring")
}

/// Nothing was saved so far.
#[must_use]
pub fn no_vault_yet() -> Notice {
    Notice::plain("There is no vault yet. The first start of the window or the first `add` makes it")
}

/// The newest generation is complete.
#[must_use]
pub fn document_complete() -> Notice {
    Notice::plain("The newest state of the accounts is complete in the keyring")
}

/// A newer generation is not.
#[must_use]
pub fn document_incomplete(count: usize) -> Notice {
    let states = if count == 1 { "One newer state is".to_owned() } else { format!("{count} newer states are") };
    Notice::new(
        format!("{states} incomplete in the keyring. The newest complete one is used"),
        "Look whether the last change is there, and make a backup",
    )
}

/// The keyring has none of it.
#[must_use]
pub fn only_in_journal() -> Notice {
    Notice::new(
        "The accounts stand in the journal alone: the keyring did not take them yet",
        "They are written at the next start. Make a backup now",
    )
}

/// Nothing waits.
#[must_use]
pub fn no_journal(confirmed: bool) -> Notice {
    if confirmed {
        Notice::plain("There is no journal: the keyring has shown after a restart that it keeps the newest state")
    } else {
        Notice::plain("There is no journal")
    }
}

/// The newest state is also on disk.
#[must_use]
pub fn journal_waits() -> Notice {
    Notice::plain(
        "The newest state stands on disk as well, encrypted, until a restart of the computer has shown that the keyring keeps it",
    )
}

/// The keyring has not got the newest state.
#[must_use]
pub fn keyring_behind() -> Notice {
    Notice::new(
        "The keyring does not hold the newest change. The journal does: nothing is lost",
        "It is written at the next change and the next start. If it stays so, restart the keyring program",
    )
}

/// The journal could not be looked into.
#[must_use]
pub fn journal_sealed() -> Notice {
    Notice::plain("There is a journal. It can be read once the keyring is unlocked")
}

/// The journal is damaged.
#[must_use]
pub fn journal_damaged() -> Notice {
    Notice::new("The journal is damaged", "It is set aside at the next start. Look whether the last change is there")
}

/// The journal is another vault's.
#[must_use]
pub fn journal_foreign() -> Notice {
    Notice::new("The journal belongs to another vault", "It is set aside at the next start, not deleted")
}

/// There is no vault file.
#[must_use]
pub fn no_file(path: &Path) -> Notice {
    Notice::new(format!("There is no vault file {}", path.display()), "Check the name, or restore a backup")
}

/// The key file is missing.
#[must_use]
pub fn no_key_file(path: &Path) -> Notice {
    Notice::new(
        format!("The key file that belongs to {} is missing", path.display()),
        "Put it back beside the file, or restore a backup",
    )
}

/// The newest version of the vault file is missing.
#[must_use]
pub fn only_previous_file(path: &Path) -> Notice {
    Notice::new(
        format!("{} is missing. Its previous version is there and is used", path.display()),
        "Look whether the last change is there, and make a backup",
    )
}

/// The vault file can be decrypted.
#[must_use]
pub fn file_opens(path: &Path) -> Notice {
    Notice::plain(format!("{} is there and can be decrypted", path.display()))
}

/// The vault file is locked.
#[must_use]
pub fn file_locked(path: &Path) -> Notice {
    Notice::new(
        format!("{} is there and locked", path.display()),
        "Unlock it, and check again to see whether it can be decrypted",
    )
}

/// The data folder is not made yet.
#[must_use]
pub fn folder_missing(path: &Path) -> Notice {
    Notice::plain(format!("{} is not there yet. It is made when something is saved", path.display()))
}

/// The data folder is ours alone.
#[must_use]
pub fn folder_private(path: &Path) -> Notice {
    Notice::plain(format!("{} can be read by you alone", path.display()))
}

/// Others can read it.
#[must_use]
pub fn folder_open(path: &Path) -> Notice {
    Notice::new(
        format!("{} can be read by others, or is not yours", path.display()),
        "Make it yours alone: folders with mode 0700, files with mode 0600",
    )
}

/// Room on the disk.
#[must_use]
pub fn room(free: u64, little: bool) -> Notice {
    let text = match free {
        0..10_000_000_000 => format!("{} MB are free on the disk of the data folder", free / 1_000_000),
        _ => format!("{} GB are free on the disk of the data folder", free / 1_000_000_000),
    };
    Notice::new(text, if little { "Make room: without it no change can be saved" } else { "" })
}

/// The computer's clock.
#[must_use]
pub fn clock(synchronised: Option<bool>) -> Notice {
    match synchronised {
        Some(true) => Notice::plain("The clock is kept right over the network"),
        Some(false) => Notice::new(
            "Nothing keeps the clock right, as far as the system knows: codes are wrong when it is off by more than half a minute",
            "Switch network time on (`timedatectl set-ntp true`)",
        ),
        None => Notice::new("Whether the clock is kept right is not known here", "Compare it with a phone"),
    }
}

/// How the vault stands with its backups.
#[must_use]
pub fn backups(standing: Standing) -> Notice {
    const MAKE: &str = "Make one: `Back up…` in the window's menu, or `halfminute backup FILE`";
    match standing {
        Standing::Nothing => Notice::plain("There is nothing to back up yet"),
        Standing::Never => Notice::new("There is no backup yet", MAKE),
        Standing::Old(_) => Notice::new(format!("The last backup: {}", backup_age(standing).to_lowercase()), MAKE),
        Standing::Fine(_) => Notice::plain(format!("The last backup: {}", backup_age(standing).to_lowercase())),
    }
}
