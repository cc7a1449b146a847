//! Authenticator Plus: Settings > Backup & restore > Export as text and HTML, a zip locked with ZipCrypto.
//!
//! Its member `Accounts.txt` is a list of `otpauth://` addresses, one a line; `Accounts.html` says the same with pictures and is not
//! read. The backup database `authplus.db` is one of SQLCipher, which has no mark by which it could be told and is refused. Not kept:
//! categories, which the text does not say. Source: Aegis's reader.

use super::zipped::{Zipped, is_zip};
use super::{Draft, Format, FormatError, Given, Import, Key, MAX_ENTRIES, shape};

/// See the module.
pub struct AuthenticatorPlus;

/// The size of SQLCipher's smallest page.
const PAGE: usize = 1024;

impl Format for AuthenticatorPlus {
    fn id(&self) -> &'static str {
        "authenticator-plus"
    }

    fn name(&self) -> &'static str {
        "Authenticator Plus"
    }

    fn hint(&self) -> &'static str {
        "Settings > Backup & restore > Export as text and HTML"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        Zipped::new(given.bytes()).is_ok_and(|zip| member(&zip).is_ok())
    }

    fn read(&self, given: &Given<'_>, key: &Key) -> Result<Import, FormatError> {
        let bytes = given.bytes();
        if !is_zip(bytes) {
            let database = bytes.len().is_multiple_of(PAGE) && given.text().is_none() && !bytes.starts_with(b"SQLite format 3\0");
            return Err(if database {
                FormatError::NotRead("the database of Authenticator Plus")
            } else {
                FormatError::NotThisFormat
            });
        }
        let mut zip = Zipped::new(bytes)?;
        let at = member(&zip)?;
        let list = shape::text(&zip.unpack(at, key)?).ok_or(FormatError::WrongOrDamaged)?;
        let lines = || list.lines().map(str::trim).filter(|line| !line.is_empty());
        if lines().nth(MAX_ENTRIES).is_some() {
            return Err(FormatError::TooManyEntries);
        }
        Ok(Import { entries: lines().map(|line| Draft::default().address(line)).collect(), ..Import::default() })
    }
}

fn member(zip: &Zipped<'_>) -> Result<usize, FormatError> {
    zip.find(|name| name.eq_ignore_ascii_case("Accounts.txt"))?.ok_or(FormatError::NotThisFormat)
}
