//! A list of `otpauth://` addresses, one a line: the form that every app should have. Empty lines and `#` comments do not count.
//!
//! An address holds names, parameters and key; tags, notes, pins and use counts have no place in it.

use zeroize::Zeroizing;

use super::{
    Draft, Format, FormatError, Given, How, Import, Key, MAX_ENTRIES, Outgoing, Unheld, WriteError, Writes, Written, ente,
    winauth,
};
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
        if !lines(text).any(is_address) {
            return Err(FormatError::NotThisFormat);
        }
        if lines(text).nth(MAX_ENTRIES).is_some() {
            return Err(FormatError::TooManyEntries);
        }
        Ok(Import { entries: lines(text).map(|line| Draft::default().address(line)).collect(), ..Import::default() })
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
        // The buffer never grows, so no copy is left behind.
        let mut file = Zeroizing::new(Vec::with_capacity(lines.iter().map(|line| line.len() + 1).sum()));
        for line in &lines {
            file.extend_from_slice(line.as_bytes());
            file.push(b'\n');
        }
        let tags = accounts.iter().enumerate().filter(|(_, account)| !account.tags.is_empty()).map(|(at, _)| (at, Unheld::Tags));
        let notes = accounts.iter().enumerate().filter(|(_, account)| !account.note.is_empty()).map(|(at, _)| (at, Unheld::Note));
        Ok(Written { file, left_out: Vec::new(), reduced: tags.chain(notes).collect() })
    }
}

/// The lines that count.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn is_address(line: &str) -> bool {
    line.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("otpauth://"))
}
