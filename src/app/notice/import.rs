//! Words for other apps' files: why one cannot be read, what becomes of each entry, what an export leaves out.

use std::path::Path;

use crate::app::import::{Counts, Standing};
use crate::formats::exchange::{EntryNote, FileNote, Format, FormatError, LeftOut, Unheld, WriteError};

use super::reading::sentence;
use super::{Notice, counted, grouped};

/// Its databases are kept, not exported: other ways out fit them.
const KEEPASS: &str = "KeePass";

/// Why a file of `app` cannot be read.
#[must_use]
pub fn format_error(error: FormatError, app: &str) -> Notice {
    let advice = match error {
        FormatError::Empty => "Export it from the app once more",
        FormatError::NotThisFormat => {
            return Notice::new(format!("This is not a file of {app}"), "Choose another file, or another app");
        }
        FormatError::NeedsPassword => return Notice::plain(format!("This file of {app} asks for its password")),
        FormatError::WrongPassword => "Type it again: it is the one that was set when the file was exported",
        FormatError::WrongOrDamaged => "Type the password again. If it is right, export the file once more",
        FormatError::WrongKey { .. } => {
            "Type the password again. What needs more than a password is not opened here: take a CSV file of KeePassXC, Database > Export"
        }
        FormatError::TooNew => {
            let text = format!("A newer version of {app} wrote this file");
            return Notice::new(
                text,
                "It is not read, so that nothing is misread. Export it in an older form, or use a newer Halfminute",
            );
        }
        FormatError::TooLarge | FormatError::TooManyEntries if app == KEEPASS => {
            "Copy the entries that have one-time passwords to a database of their own, and import that"
        }
        FormatError::TooLarge | FormatError::TooManyEntries => "Export fewer accounts at a time",
        FormatError::KeyTwice | FormatError::Damaged if app == KEEPASS => "Open it in KeePass, and save it once more",
        FormatError::TooDeep | FormatError::KeyTwice | FormatError::Damaged => "Export it from the app once more",
        FormatError::TooCostly(_) => "It may have been made to harm: choose another file",
        FormatError::AsksForWork { .. } => "Open it all the same only if you made it",
        FormatError::ForOneAccount => {
            let text = format!("{app} exported this file for one account alone, and nobody else can open it");
            return Notice::new(text, "Export it again with a password, or without encryption");
        }
        FormatError::LockedWith(_) => "Export it with a password, or without encryption",
        FormatError::NotRead(what) if app == KEEPASS => {
            let text = sentence(&format!("{what} is not read here"));
            return Notice::new(text, "In KeePass 2 or KeePassXC, save it as a new database with the usual encryption");
        }
        FormatError::NotRead(_) => "",
        FormatError::OwnBackup => "Open it with Restore…, or in a terminal with `halfminute restore`",
    };
    Notice::new(sentence(&error.to_string()), advice)
}

/// No app's file is recognised.
#[must_use]
pub fn not_recognised() -> Notice {
    Notice::new(
        "No app is known that writes such files",
        "Choose a file that an authenticator or a password manager exported, or say which app it is from",
    )
}

/// How an entry stands to what is here, in words.
#[must_use]
pub fn standing(standing: Standing) -> String {
    match standing {
        Standing::New => "New".into(),
        Standing::Here => "Here already".into(),
        Standing::InTrash => "Here already, in the trash".into(),
        Standing::Twice => "The same again".into(),
        Standing::SameName => "Same name, another key: both are kept".into(),
        Standing::SameKey => "Same key, another name".into(),
        Standing::LeftOut(why) => left_out(why),
    }
}

/// One word for how an entry stands, for scripts.
#[must_use]
pub const fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::New => "new",
        Standing::Here => "here",
        Standing::InTrash => "in-trash",
        Standing::Twice => "twice",
        Standing::SameName => "same-name",
        Standing::SameKey => "same-key",
        Standing::LeftOut(_) => "left-out",
    }
}

/// Why an entry is left out.
#[must_use]
pub fn left_out(why: LeftOut) -> String {
    format!("Left out: {why}")
}

/// What was noticed in an entry.
#[must_use]
pub fn entry_note(note: &EntryNote) -> String {
    match note {
        EntryNote::Address(note) => super::address_note(note).line(),
        _ => sentence(&note.to_string()),
    }
}

/// What is to be known of the whole file.
#[must_use]
pub fn file_note(note: FileNote) -> Notice {
    Notice::plain(sentence(&note.to_string()))
}

/// "12 entries: 8 new, 2 here already, 1 the same again, 1 left out".
#[must_use]
pub fn import_in_short(counts: &Counts) -> String {
    let parts = [
        (counts.new, "new"),
        (counts.same_name, "with the name of another"),
        (counts.same_key, "with a key that is here"),
        (counts.here, "here already"),
        (counts.twice, "the same again"),
        (counts.left_out, "left out"),
    ];
    let there = parts.iter().filter(|(many, _)| *many > 0);
    let words: Vec<String> = there.map(|(many, what)| format!("{} {what}", grouped(*many as u64))).collect();
    match counts.all() {
        0 => "there are no accounts in it".into(),
        all => format!("{}: {}", entries(all), words.join(", ")),
    }
}

/// The same as a sentence.
#[must_use]
pub fn import_head(counts: &Counts) -> String {
    sentence(&import_in_short(counts))
}

/// "1 entry", "10 000 entries".
fn entries(many: usize) -> String {
    if many == 1 { "1 entry".to_owned() } else { format!("{} entries", grouped(many as u64)) }
}

/// Entries of the file that are about something else.
#[must_use]
pub fn without_code(many: usize) -> Option<Notice> {
    match many {
        0 => None,
        1 => Some(Notice::plain("1 entry has no codes and is no account")),
        many => Some(Notice::plain(format!("{} have no codes and are no accounts", entries(many)))),
    }
}

/// Accounts were imported, or none.
#[must_use]
pub fn imported(many: usize, left_out: usize) -> Notice {
    let accounts = if many == 0 { "Nothing was imported".to_owned() } else { format!("{} imported", counted(many, "account")) };
    match left_out {
        0 => Notice::plain(accounts),
        left_out => Notice::plain(format!("{accounts}, {} left out", entries(left_out))),
    }
}

/// An import was taken back.
#[must_use]
pub fn import_undone() -> Notice {
    Notice::plain("Everything is as it was before the import")
}

/// Why nothing was written for `app`.
#[must_use]
pub fn write_error(error: WriteError, app: &str) -> Notice {
    match error {
        WriteError::CannotWrite => Notice::new(format!("Files of {app} are read here, not written"), "Choose another app"),
        WriteError::CannotEncrypt => Notice::new(
            format!("Files of {app} are written here without encryption only"),
            "Choose Aegis or 2FAS for an encrypted file",
        ),
        WriteError::NoRandom => super::no_entropy(),
        WriteError::NothingLeft => {
            Notice::new(format!("There is no account that {app} can hold"), "Choose other accounts, or another app")
        }
    }
}

/// What of an account the other app cannot hold.
#[must_use]
pub fn unheld(what: Unheld) -> String {
    sentence(&what.to_string())
}

/// Accounts were written to a file.
#[must_use]
pub fn exported(many: usize, format: &dyn Format, path: &Path, plain: bool) -> Notice {
    let how = if format.is_app() { "for" } else { "as" };
    let text = format!("Exported {} {how} {}: {}", counted(many, "account"), format.name(), path.display());
    if plain { Notice::new(text, export_in_the_clear().advice) } else { Notice::plain(text) }
}

/// What stays readable in an encrypted file whose app keeps its groups outside of the encryption; `None` where there are none.
#[must_use]
pub fn groups_readable(format: &dyn Format, groups: bool) -> Option<Notice> {
    let text = || format!("Tags become groups there, whose names stay readable, as in every encrypted file of {}", format.name());
    (format.shows_groups() && groups).then(|| Notice::plain(text()))
}

/// What an export in the clear means.
#[must_use]
pub fn export_in_the_clear() -> Notice {
    Notice::new(
        "Whoever reads this file has your codes for ever",
        "Delete it as soon as the other app has read it, and keep it off synchronised folders and sticks",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::exchange::by_id;

    #[test]
    fn a_database_of_keepass_has_ways_out_of_its_own() {
        let own = "Copy the entries that have one-time passwords to a database of their own, and import that";
        let rows = [
            (FormatError::TooLarge, "KeePass", own),
            (FormatError::TooManyEntries, "KeePass", own),
            (FormatError::TooLarge, "Aegis", "Export fewer accounts at a time"),
            (FormatError::Damaged, "KeePass", "Open it in KeePass, and save it once more"),
            (FormatError::Damaged, "Aegis", "Export it from the app once more"),
        ];
        for (error, app, advice) in rows {
            assert_eq!(format_error(error, app).advice, advice, "{error} {app}");
        }
        assert_eq!(
            format_error(FormatError::NotRead("a database of KeePass 1"), KEEPASS).line(),
            "A database of KeePass 1 is not read here. In KeePass 2 or KeePassXC, save it as a new database with the usual encryption"
        );
        assert_eq!(by_id("keepass").unwrap().name(), KEEPASS);
    }

    #[test]
    fn work_without_memory_speaks_of_time_alone() {
        let rows = [
            (0, "Checking the password takes more than usual: about 6 s"),
            (2048, "Checking the password takes more than usual: 2048 MiB of memory, about 6 s"),
        ];
        for (mib, text) in rows {
            assert_eq!(format_error(FormatError::AsksForWork { mib, secs: 6 }, "Aegis").text, text);
        }
    }

    #[test]
    fn what_is_no_app_is_exported_as_what_it_is() {
        let rows = [
            ("aegis", "Exported 2 accounts for Aegis: x"),
            ("otpauth", "Exported 2 accounts as otpauth addresses: x"),
            ("keepassxc-csv", "Exported 2 accounts as KeePassXC CSV: x"),
        ];
        for (id, text) in rows {
            assert_eq!(exported(2, by_id(id).unwrap(), Path::new("x"), false).line(), text);
        }
    }

    #[test]
    fn groups_are_said_to_be_readable_where_they_are() {
        for (id, groups, said) in [("2fas", true, true), ("2fas", false, false), ("aegis", true, false)] {
            assert_eq!(groups_readable(by_id(id).unwrap(), groups).is_some(), said, "{id} {groups}");
        }
    }
}
