//! Words for backups: made, read, compared, missing.

use std::path::Path;

use crate::app::backup::Standing;
use crate::app::document::{Difference, Fate, Merged};
use crate::app::ports::{BackupError, RecipientError};

use super::{Notice, counted, grouped};

/// Why there is no backup, or why it cannot be read.
#[must_use]
pub fn backup_error(error: &BackupError) -> Notice {
    let or_damaged =
        "Check the keyboard layout and Caps Lock, and type it again. If it is right, the file is damaged: try an older backup";
    match error {
        BackupError::Disk { path, kind } => super::unusable(path, *kind),
        BackupError::AlreadyThere { path } => {
            Notice::new(format!("{} is there already, and nothing is written over", path.display()), "Choose another name")
        }
        BackupError::EmptyPassphrase => Notice::new("The passphrase is empty", "Choose one that nobody guesses"),
        BackupError::Recipient(error) => recipient_error(*error),
        BackupError::ReadBack => {
            Notice::new("The file could not be read back as it was written", "There is no backup. Try another disk")
        }
        BackupError::TooLarge => Notice::new("The file is larger than 16 MiB", "Check that it is the right one"),
        BackupError::NotAge => Notice::new(
            "This is no backup: it is no age file",
            "Choose the file that Halfminute wrote; its name ends in .age. A backup of another app is read elsewhere",
        ),
        BackupError::NewerAge => Notice::new("This file has a newer format of age", "Use a newer Halfminute"),
        BackupError::TooMuchWork { work: Some(work) } => Notice::new(
            format!("This file asks for the work 2^{work} to try a passphrase, more than 1 GiB of memory"),
            "Halfminute refuses more than 2^20. Open it with age, if you trust it",
        ),
        BackupError::TooMuchWork { work: None } => {
            Notice::new("This file asks for more work than any backup needs", "Check where it comes from")
        }
        BackupError::AsksForWork { work } => Notice::new(
            format!("This file asks for the work 2^{work} to try a passphrase: {} of memory and some seconds", memory(*work)),
            "Go on only if you know where it comes from",
        ),
        BackupError::NeedsPassphrase => Notice::plain("This file opens with a passphrase, not with a key file"),
        BackupError::NeedsKeyFile => {
            Notice::new("This file opens with a key file", "Choose the age identity or the SSH private key that belongs to it")
        }
        BackupError::WrongPassphrase => Notice::new("The passphrase is wrong", or_damaged),
        BackupError::NoKeyFits => Notice::new(
            "This key does not open the file",
            "Choose the private key that belongs to the public key it was made for. If it is right, the file is damaged",
        ),
        BackupError::Damaged => Notice::new("The file is damaged or incomplete", "Nothing was changed. Try an older backup"),
        BackupError::NotAKeyFile => Notice::new(
            "This is no key file",
            "Choose an age identity (AGE-SECRET-KEY-1…) or an SSH private key, not the public one",
        ),
        BackupError::KeyNotUsable => Notice::new(
            "This kind of key cannot be used here",
            "It is on a hardware key, of a plugin, or encrypted in an old way. Open the file with age itself",
        ),
        BackupError::KeyNeedsPassphrase => Notice::plain("The key file is locked with a passphrase of its own"),
        BackupError::KeyWrongPassphrase => Notice::new("The passphrase of the key file is wrong", "Type it again"),
        BackupError::HoldsKey => {
            Notice::new("This file holds a key, not accounts", "Choose it as the key file, and the file beside it as the backup")
        }
        BackupError::HoldsElse => Notice::new("The file opens, but it is no backup of Halfminute", "Choose another file"),
        BackupError::TooNew => Notice::new("The backup was written by a newer Halfminute", "Use the newer version"),
        BackupError::NoPassphraseKept => {
            Notice::new("No passphrase is kept for automatic backups", "Set one in Settings, Backups")
        }
    }
}

/// 128 bytes times r = 8 for each of the 2^work blocks.
fn memory(work: u8) -> String {
    let mib = 1_u64 << work.saturating_sub(10).min(40);
    if mib >= 1_024 { format!("{} GiB", mib / 1_024) } else { format!("{mib} MiB") }
}

/// Why a line is no public key that can be used.
#[must_use]
pub fn recipient_error(error: RecipientError) -> Notice {
    match error {
        RecipientError::None => Notice::new("There is no key", "Give one that begins with age1, ssh-ed25519 or ssh-rsa"),
        RecipientError::TooMany => Notice::plain("There are more than 32 keys"),
        RecipientError::Secret => {
            Notice::new("This is the secret half of a key", "Keep it to yourself, and give the public one (age1… or ssh-…)")
        }
        RecipientError::RsaTooShort => Notice::plain("RSA keys under 2 048 bits are too weak"),
        RecipientError::RsaTooLong => Notice::plain("RSA keys over 4 096 bits are not supported"),
        RecipientError::Unsupported => {
            Notice::new("This kind of key cannot be used", "Give one that begins with age1, ssh-ed25519 or ssh-rsa")
        }
        RecipientError::NotAKey => Notice::new("This is no public key", "Give one that begins with age1, ssh-ed25519 or ssh-rsa"),
    }
}

/// A backup was made.
#[must_use]
pub fn backup_made(path: &Path, accounts: usize) -> Notice {
    Notice::plain(format!("Backed up {}, read back and checked: {}", counted(accounts, "account"), path.display()))
}

/// That a backup was made could not be noted.
#[must_use]
pub fn backup_not_noted() -> Notice {
    Notice::plain("When the backup was made could not be noted: the reminder may come too early")
}

/// A backup was restored.
#[must_use]
pub fn backup_restored(merged: &Merged) -> Notice {
    if !merged.changes() {
        return Notice::plain("Everything in this backup is here already");
    }
    Notice::plain(format!("Restored: {}", merged_in_short(merged)))
}

/// A restore was taken back.
#[must_use]
pub fn backup_unmerged() -> Notice {
    Notice::plain("Everything is as it was before the restore")
}

/// What a merge does, in one line.
#[must_use]
pub fn merged_in_short(merged: &Merged) -> String {
    let accounts = [
        (merged.count(|fate| *fate == Fate::New), "new"),
        (merged.count(|fate| matches!(fate, Fate::Both(_))), "different, both kept"),
        (merged.count(|fate| *fate == Fate::OutOfTrash), "out of the trash"),
        (merged.count(|fate| matches!(fate, Fate::Same | Fate::BothAlready(_))), "here already"),
        (merged.count(|fate| *fate == Fate::OnlyHere), "only here"),
    ];
    let mut words: Vec<String> = accounts
        .into_iter()
        .filter(|(many, _)| *many > 0)
        .map(|(many, what)| format!("{} {what}", grouped(many as u64)))
        .collect();
    let users = merged.count_users(|fate| matches!(fate, Fate::New | Fate::Both(_)));
    if users > 0 {
        words.push(counted(users, "test user"));
    }
    match merged.odd {
        0 => {}
        1 => words.push("1 entry of a newer version".into()),
        odd => words.push(format!("{} entries of a newer version", grouped(odd as u64))),
    }
    if words.is_empty() { "nothing".into() } else { words.join(", ") }
}

/// What was left out of a merge, if anything was.
#[must_use]
pub fn merged_left_out(merged: &Merged) -> Option<Notice> {
    (!merged.left_out.is_empty()).then(|| {
        let names = merged.left_out.join(", ");
        Notice::plain(format!("Of what a newer version has written, this is another here and stays as it is here: {names}"))
    })
}

/// What becomes of an account or a test user.
#[must_use]
pub fn fate(fate: &Fate) -> String {
    match fate {
        Fate::New => "New".into(),
        Fate::Same => "Same here".into(),
        Fate::OutOfTrash => "Out of the trash".into(),
        Fate::Both(what) => format!("Both kept: {}", differ(what)),
        Fate::BothAlready(what) => format!("Both here already: {}", differ(what)),
        Fate::OnlyHere => "Only here, stays".into(),
    }
}

/// "note and tags differ".
fn differ(what: &[Difference]) -> String {
    let words: Vec<&str> = what.iter().map(|what| difference(*what)).collect();
    match words.as_slice() {
        [one] if one.ends_with('s') => format!("{one} differ"),
        [one] => format!("{one} differs"),
        [most @ .., last] => format!("{} and {last} differ", most.join(", ")),
        [] => String::new(),
    }
}

/// One word for what differs; also for scripts.
#[must_use]
pub const fn difference(what: Difference) -> &'static str {
    match what {
        Difference::Issuer => "issuer",
        Difference::Name => "name",
        Difference::Secret => "key",
        Difference::Type => "type",
        Difference::Algorithm => "hash",
        Difference::Digits => "digits",
        Difference::Period => "period",
        Difference::Counter => "counter",
        Difference::Tags => "tags",
        Difference::Note => "note",
        Difference::Password => "password",
        Difference::Accounts => "accounts",
        Difference::Rules => "rules",
        Difference::Unknown => "extras",
    }
}

/// The reminder in Accounts; `None` where there is nothing to remind of.
#[must_use]
pub fn backup_reminder(standing: Standing) -> Option<Notice> {
    match standing {
        Standing::Never => Some(Notice::plain("There is no backup yet")),
        Standing::Old(days) => Some(Notice::plain(format!("The last backup was {days} days ago"))),
        Standing::Nothing | Standing::Fine(_) => None,
    }
}

/// How old the last backup is.
#[must_use]
pub fn backup_age(standing: Standing) -> String {
    match standing {
        Standing::Nothing | Standing::Never => "There is none yet".into(),
        Standing::Fine(0) => "Less than a day old".into(),
        Standing::Fine(days) | Standing::Old(days) => counted(usize::try_from(days).unwrap_or(usize::MAX), "day") + " old",
    }
}

/// An automatic backup could not be made.
#[must_use]
pub fn auto_backup_failed(error: &BackupError) -> Notice {
    let Notice { text, advice } = backup_error(error);
    Notice::new(format!("No automatic backup: {text}"), format!("{advice}. It is tried again every five minutes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_a_sentence() {
        use Difference::*;
        let rows = [
            (&[Note][..], "Both kept: note differs"),
            (&[Tags], "Both kept: tags differ"),
            (&[Note, Tags], "Both kept: note and tags differ"),
            (&[Issuer, Note, Tags], "Both kept: issuer, note and tags differ"),
        ];
        for (what, expected) in rows {
            assert_eq!(fate(&Fate::Both(what.to_vec())), expected);
        }
    }

    #[test]
    fn memory_is_that_of_scrypt() {
        assert_eq!(["256 MiB", "512 MiB", "1 GiB"], [18, 19, 20].map(memory).each_ref().map(String::as_str));
    }
}
