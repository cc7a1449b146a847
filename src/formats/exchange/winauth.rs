//! WinAuth: Export… of its menu, as text or as a zip with that text, locked with ZipCrypto.
//!
//! One address a line: `otpauth://totp/NAME?secret=…&digits=6&icon=WinAuth`, with `serial` for Battle.net, `deviceid` and `data` for
//! Steam, `counter` on `hotp`, `period` and `algorithm` where they are not the usual ones. What makes it WinAuth's is its `icon`, a
//! name or `base64:` of a picture, at the end of each line. Who issued a code mostly stands in the name alone, so that is what is
//! read. Battle.net's codes are ordinary ones of eight digits; Steam's lines say 5 digits and are read as Steam's. Not kept: icons,
//! and what WinAuth needs for Steam's trades. The encrypted XML and PGP forms are refused. Source: WinAuth
//! `Authenticator/WinAuthHelper.cs`, `WinAuthAuthenticator.cs`.

use zeroize::Zeroizing;

use super::address_list::{self, is_address, lines};
use super::zipped::{Zipped, is_zip};
use super::{Draft, Entry, EntryNote, FileNote, Format, FormatError, Given, Import, Key, LeftOut, shape};
use crate::formats::otpauth::{self, AddressError};

/// See the module.
pub struct WinAuth;

impl Format for WinAuth {
    fn id(&self) -> &'static str {
        "winauth"
    }

    fn name(&self) -> &'static str {
        "WinAuth"
    }

    fn hint(&self) -> &'static str {
        "Options > Export, as text or as a zip with a password"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        if is_zip(given.bytes()) {
            return Zipped::new(given.bytes()).is_ok_and(|zip| member(&zip).is_ok());
        }
        given.text().is_some_and(|text| is_list(text) || is_xml(text))
    }

    fn read(&self, given: &Given<'_>, key: &Key) -> Result<Import, FormatError> {
        if is_zip(given.bytes()) {
            let mut zip = Zipped::new(given.bytes())?;
            let at = member(&zip)?;
            let bytes = zip.unpack(at, key)?;
            return import(&shape::text(&bytes).ok_or(FormatError::WrongOrDamaged)?);
        }
        let text = given.text().ok_or(FormatError::NotThisFormat)?;
        if is_xml(text) {
            return Err(FormatError::NotRead("WinAuth's own settings file"));
        }
        if text.trim_start().starts_with("-----BEGIN PGP MESSAGE-----") {
            return Err(FormatError::LockedWith("PGP"));
        }
        import(text)
    }
}

/// Whether a list of addresses is WinAuth's: one of them says so.
pub(super) fn is_list(text: &str) -> bool {
    let theirs =
        |line: &str| ["&icon=", "&serial=", "&deviceid="].iter().any(|mark| line.contains(mark)) && line.contains("&digits=");
    lines(text).next().is_some_and(is_address) && lines(text).filter(|line| is_address(line)).any(theirs)
}

fn is_xml(text: &str) -> bool {
    text.get(..1024).unwrap_or(text).contains("<WinAuth")
}

/// The one text of a zip that has nothing else in it.
fn member(zip: &Zipped<'_>) -> Result<usize, FormatError> {
    let only = zip.find(|_| true).ok().flatten();
    let text = zip.find(|name| name.to_ascii_lowercase().ends_with(".txt") && !name.eq_ignore_ascii_case("Accounts.txt"))?;
    only.filter(|at| Some(*at) == text).ok_or(FormatError::NotThisFormat)
}

fn import(text: &str) -> Result<Import, FormatError> {
    let read = address_list::read(text, FormatError::NotThisFormat, entry)?;
    Ok(Import { notes: vec![FileNote::Looks], ..read })
}

/// A line without what is WinAuth's alone: a picture makes it longer than any address may be.
fn entry(line: &str) -> Entry {
    let Some((place, query)) = line.split_once('?') else { return Draft::default().address(line) };
    if query.split('&').nth(otpauth::MAX_PARAMETERS).is_some() {
        return Draft::default().left_out(LeftOut::Address(AddressError::TooManyParameters));
    }
    let name = |parameter: &str| parameter.split_once('=').map_or("", |(name, _)| name).to_ascii_lowercase();
    let has = |wanted: &str| query.split('&').any(|parameter| name(parameter) == wanted);
    let mut draft = Draft::default();
    let own = ["icon", "serial", "deviceid", "data"];
    let kept: Vec<&str> = query.split('&').filter(|parameter| !own.contains(&name(parameter).as_str())).collect();
    let mut bare = Zeroizing::new(format!("{place}?{}", Zeroizing::new(kept.join("&")).as_str()));
    if has("deviceid") || has("data") || (kept.contains(&"digits=5") && place.to_ascii_lowercase().contains("steam")) {
        bare.push_str("&encoder=steam");
        draft.notes.push(EntryNote::NotKept("key for confirming trades"));
    }
    draft.address(&bare)
}
