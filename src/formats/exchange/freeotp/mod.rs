//! FreeOTP: the preferences of version 1 (`tokens.xml`), and the encrypted backup of version 2 (`externalBackup.xml`); read.
//!
//! Facts from the sources of freeotp/freeotp-android and from Aegis's importer, which was made after real files. Version 1: Android's
//! preferences; `tokenOrder` and one text per token, JSON as in [`token`]. Version 2: see [`backup`].
//!
//! Not kept of an entry: picture and colour.

use super::json::parse;
use super::{Draft, FileNote, Format, FormatError, Given, Import, Key, LeftOut, MAX_ENTRIES, prefs};

mod backup;
mod java;
pub(super) mod token;

/// See the module.
pub struct FreeOtp;

const ORDER: &str = "tokenOrder";

impl Format for FreeOtp {
    fn id(&self) -> &'static str {
        "freeotp"
    }

    fn name(&self) -> &'static str {
        "FreeOTP"
    }

    fn hint(&self) -> &'static str {
        "Menu > Backup (externalBackup.xml), or tokens.xml of version 1"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        java::is_map(given.bytes()) || given.text().is_some_and(|text| prefs::is_map(text) && text.contains("\"tokenOrder\""))
    }

    fn read(&self, given: &Given<'_>, key: &Key) -> Result<Import, FormatError> {
        if java::is_stream(given.bytes()) {
            return backup::read(&java::map(given.bytes())?, key);
        }
        preferences(given.text().ok_or(FormatError::NotThisFormat)?)
    }
}

/// The preferences of version 1.
fn preferences(text: &str) -> Result<Import, FormatError> {
    let texts = prefs::texts(text)?;
    if !texts.iter().any(|(name, _)| name == ORDER) {
        return Err(FormatError::NotThisFormat);
    }
    let mut import = Import::default();
    for (name, value) in texts.iter().filter(|(name, _)| name != ORDER) {
        if import.entries.len() == MAX_ENTRIES {
            return Err(FormatError::TooManyEntries);
        }
        let Ok(json) = parse(value) else {
            // The name of a token is its issuer and its label.
            import.entries.push(Draft { name: name.clone(), ..Draft::default() }.left_out(LeftOut::Unreadable));
            continue;
        };
        if json.has("image") && !import.notes.contains(&FileNote::Looks) {
            import.notes.push(FileNote::Looks);
        }
        import.entries.push(token::entry(&json, None, None));
    }
    Ok(import)
}
