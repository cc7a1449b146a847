//! Words around other apps' files in the window: the clipboard, parts, and what was written.

use crate::app::export::{Put, Ready, Target};
use crate::app::import::Origin;
use crate::app::ports::FileError;
use crate::formats::exchange::Unheld;

use super::{Notice, counted, grouped};

/// What pictures are called where apps have their names.
pub const QR_CODES: &str = "QR codes";

/// A file that was chosen cannot be read.
#[must_use]
pub fn not_chosen_file(error: &FileError) -> Notice {
    match error {
        FileError::Refused { path, kind } => super::not_read(path, *kind),
        FileError::NoDialog => super::file_error(error),
    }
}

/// Nothing of use stands on the clipboard.
#[must_use]
pub fn nothing_to_paste() -> Notice {
    Notice::new(
        "There is nothing on the clipboard that can be read",
        "Copy an otpauth:// address or a picture of a QR code there",
    )
}

/// The clipboard cannot be reached.
#[must_use]
pub fn clipboard_not_read() -> Notice {
    Notice::new("No clipboard can be reached", "Save what you copied as a file, and import that")
}

/// A part of an export was read before.
#[must_use]
pub fn part_twice(number: u32) -> Notice {
    Notice::plain(format!("Part {number} was read already"))
}

/// How many parts of an export were read, and which are missing.
#[must_use]
pub fn parts(missing: &[u32], of: u32) -> Notice {
    let read = of.saturating_sub(u32::try_from(missing.len()).unwrap_or(u32::MAX));
    match missing {
        [] => Notice::plain(format!("All {of} parts are read")),
        [one] => Notice::new(format!("{read} of {of} parts read, part {one} is missing"), "Add its picture or file"),
        [others @ .., last] => {
            let others: Vec<String> = others.iter().map(u32::to_string).collect();
            let text = format!("{read} of {of} parts read, parts {} and {last} are missing", others.join(", "));
            Notice::new(text, "Add their pictures or files")
        }
    }
}

/// "Aegis, encrypted".
#[must_use]
pub fn origin(origin: &Origin) -> String {
    if origin.encrypted { format!("{}, encrypted", origin.app) } else { origin.app.to_owned() }
}

/// How the app gives such a file out.
#[must_use]
pub fn how_given_out(hint: &str) -> String {
    format!("How to get one: {hint}")
}

/// The button that imports.
#[must_use]
pub fn import_button(many: usize) -> String {
    format!("Import {}", counted(many, "account"))
}

/// Where the app takes in what is going to be written.
#[must_use]
pub fn where_taken_in(way_in: &str) -> String {
    format!("To read it there: {way_in}")
}

/// All accounts, as a choice.
#[must_use]
pub fn all_accounts(many: usize) -> String {
    match many {
        1 => "The only one".to_owned(),
        many => format!("All {}", grouped(many)),
    }
}

/// How many are chosen.
#[must_use]
pub fn chosen(many: usize) -> String {
    format!("{} chosen", grouped(many))
}

/// "Aegis, encrypted: 12 accounts".
#[must_use]
pub fn export_in_short(ready: &Ready) -> String {
    let kind = if ready.encrypted { ", encrypted" } else { "" };
    format!("{}{kind}: {}", ready.target.name(), counted(ready.accounts, "account"))
}

/// Accounts were written to a file.
#[must_use]
pub fn exported(put: &Put) -> Notice {
    match put.target {
        Target::App(_) => super::import::exported(put.accounts, put.target.name(), &put.path, !put.encrypted),
        Target::Page(_) | Target::Phone => {
            let text = format!("Exported {} as a page: {}", counted(put.accounts, "account"), put.path.display());
            Notice::new(text, page_in_the_clear().advice)
        }
    }
}

/// QR codes for a phone are shown one after the other.
#[must_use]
pub fn scan_this(at: usize, of: usize) -> String {
    if of == 1 { "Scan this with the phone".to_owned() } else { format!("Scan this with the phone: {at} of {of}") }
}

/// A view of secrets closes by itself.
#[must_use]
pub fn closes_in(secs: u64) -> String {
    format!("Whoever photographs this has the accounts. It closes in {secs} s")
}

/// How the codes for a phone are scanned.
#[must_use]
pub fn phone_codes() -> &'static str {
    "QR codes in the form of Google Authenticator, ten accounts each. It scans them under “Transfer accounts”, “Import accounts”; \
     Aegis, 2FAS, Ente Auth and others read them as well"
}

/// A printed page is as good as a phone.
#[must_use]
pub fn page_in_the_clear() -> Notice {
    Notice::new(
        "Whoever sees this page has your codes for ever",
        "Print it on a printer of your own, delete the file, and keep the paper locked away",
    )
}

/// How many accounts another app cannot hold at all.
#[must_use]
pub fn not_in_it(many: usize) -> String {
    if many == 1 { "1 account is not in it".to_owned() } else { format!("{} accounts are not in it", grouped(many)) }
}

/// How many accounts another app holds without something.
#[must_use]
pub fn in_it_without(many: usize) -> String {
    if many == 1 { "1 account loses something".to_owned() } else { format!("{} accounts lose something", grouped(many)) }
}

/// An account that another app cannot hold, or not whole.
#[must_use]
pub fn held_less(title: &str, what: Unheld) -> String {
    format!("{title}: {what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted() {
        let rows: [(&[u32], u32, &str); 4] = [
            (&[], 3, "All 3 parts are read"),
            (&[3], 3, "2 of 3 parts read, part 3 is missing. Add its picture or file"),
            (&[1, 2, 4], 4, "1 of 4 parts read, parts 1, 2 and 4 are missing. Add their pictures or files"),
            (&[1, 3], 4, "2 of 4 parts read, parts 1 and 3 are missing. Add their pictures or files"),
        ];
        for (missing, of, said) in rows {
            assert_eq!(parts(missing, of).line(), said);
        }
    }
}
