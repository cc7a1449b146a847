//! A list of `otpauth://` addresses, one a line: the form that every app should have. Empty lines and `#` comments do not count.
//!
//! An address holds names, parameters and key; tags, notes, pins and use counts have no place in it.

use zeroize::Zeroizing;

use super::address_list::{self, is_address, lines};
use super::{Draft, Format, FormatError, Given, How, Import, Key, Outgoing, Place, WriteError, Writes, Written, ente, winauth};
use crate::formats::otpauth;

/// See the module.
pub struct OtpauthList;

impl Format for OtpauthList {
    fn id(&self) -> &'static str {
        "otpauth"
    }

    fn name(&self) -> &'static str {
        "otpauth addresses"
    }

    fn is_app(&self) -> bool {
        false
    }

    fn hint(&self) -> &'static str {
        "a text file with one otpauth:// address a line"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        // Lists of Ente and WinAuth have the same lines, with more in them.
        let own = |text: &str| lines(text).next().is_some_and(is_address) && !ente::is_list(text) && !winauth::is_list(text);
        given.text().is_some_and(own)
    }

    fn read(&self, given: &Given<'_>, _: &Key) -> Result<Import, FormatError> {
        let text = given.text().ok_or(FormatError::NotThisFormat)?;
        address_list::read(text, FormatError::NotThisFormat, |line| Draft::default().address(line))
    }

    fn way_in(&self) -> &'static str {
        "import from plain text, which many apps can"
    }

    fn writes(&self) -> Writes {
        Writes::Plain("txt")
    }

    fn write(&self, accounts: &[Outgoing<'_>], how: &mut How<'_>) -> Result<Written, WriteError> {
        if how.password.is_some() {
            return Err(WriteError::CannotEncrypt);
        }
        if accounts.is_empty() {
            return Err(WriteError::NothingLeft);
        }
        let lines: Vec<Zeroizing<String>> = accounts
            .iter()
            .map(|account| otpauth::write(account.issuer, account.name, &account.params, account.secret))
            .collect();
        let reduced = accounts.iter().enumerate().flat_map(|(at, account)| account.reduced(at, Place::NONE)).collect();
        Ok(Written { file: address_list::write(&lines), left_out: Vec::new(), reduced })
    }
}
