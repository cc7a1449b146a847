//! Words around other apps' files in the window: the clipboard, parts, and what was written.

use crate::app::export::{Put, Ready, Target};
use crate::app::import::Origin;
use crate::app::ports::FileError;
use crate::formats::exchange::{Unheld, by_id};

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
        many => format!("All {}", grouped(many as u64)),
    }
}

/// How many are chosen.
#[must_use]
pub fn chosen(many: usize) -> String {
    format!("{} chosen", grouped(many as u64))
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
    let format = if let Target::App(id) = put.target { by_id(id) } else { None };
    format.map_or_else(
        || {
            let text = format!("Exported {} as a page: {}", counted(put.accounts, "account"), put.path.display());
            Notice::new(text, page_in_the_clear().advice)
        },
        |format| super::import::exported(put.accounts, format, &put.path, !put.encrypted),
    )
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
    if many == 1 { "1 account is not in it".to_owned() } else { format!("{} accounts are not in it", grouped(many as u64)) }
}

/// How many accounts another app holds without something.
#[must_use]
pub fn in_it_without(many: usize) -> String {
    if many == 1 { "1 account loses something".to_owned() } else { format!("{} accounts lose something", grouped(many as u64)) }
}

/// An account that another app cannot hold, or not whole.
#[must_use]
pub fn held_less(title: &str, what: Unheld) -> String {
    format!("{title}: {what}")
}
