//! Raivo OTP: its export, a zip with a password, or the JSON inside it; read only.
//!
//! Facts from `Raivo/Models/Password.swift` (`getExportFields`) of raivo-otp/ios-application; no public sample was found. The zip holds
//! `raivo-otp-export.json` and a page with pictures. The JSON is a list; every value is a text, numbers and truth values too.
//!
//! Not kept of an entry: its icon.

use super::draft::{Filled, Kind, Numbers, base32_key, number_of, params, text_of};
use super::json::{Json, inside};
use super::zipped::{Zipped, is_zip};
use super::{Draft, Entry, Format, FormatError, Given, Import, Key, LeftOut, OddKind};
use crate::domain::OtpParams;

/// See the module.
pub struct Raivo;

const MEMBER: &str = "raivo-otp-export.json";

impl Format for Raivo {
    fn id(&self) -> &'static str {
        "raivo"
    }

    fn name(&self) -> &'static str {
        "Raivo OTP"
    }

    fn hint(&self) -> &'static str {
        "Settings > Export OTPs to ZIP archive"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        if is_zip(given.bytes()) {
            // By its name and not by the list of members, which a file that is cut short has lost.
            return given.bytes().windows(MEMBER.len()).any(|window| window == MEMBER.as_bytes());
        }
        match given.json() {
            Ok(root) => root.list().is_some_and(|items| items.iter().any(is_entry)),
            Err(_) => false,
        }
    }

    fn read(&self, given: &Given<'_>, key: &Key) -> Result<Import, FormatError> {
        if !is_zip(given.bytes()) {
            return content(given.json()?);
        }
        let mut zip = Zipped::new(given.bytes())?;
        let at = zip.find(|name| name == MEMBER)?.ok_or(FormatError::NotThisFormat)?;
        content(&inside(&zip.unpack(at, key)?)?)
    }
}

fn is_entry(item: &Json) -> bool {
    ["secret", "account", "kind", "timer"].iter().all(|name| item.has(name))
}

fn content(root: &Json) -> Result<Import, FormatError> {
    let items = root.entries_of(is_entry)?;
    let entries = items.iter().map(entry).collect();
    let looks = items.iter().filter_map(|item| item.get("iconValue")?.text()).any(|icon| !icon.is_empty());
    Ok(Import::of(entries, looks))
}

fn entry(item: &Json) -> Entry {
    Draft::filled(|draft| fill(item, draft))
}

fn fill(item: &Json, draft: &mut Draft) -> Filled {
    if item.fields().is_none() {
        return Err(LeftOut::Unreadable);
    }
    draft.issuer = text_of(item, "issuer")?.to_owned();
    draft.name = text_of(item, "account")?.to_owned();
    draft.pinned = item.get("pinned").is_some_and(|pinned| {
        pinned.bool() == Some(true)
            || pinned.whole() == Some(1)
            || pinned.text().is_some_and(|text| text.eq_ignore_ascii_case("true"))
    });
    let kind = match text_of(item, "kind")? {
        "TOTP" => Kind::Totp,
        "HOTP" => Kind::Hotp,
        "" => return Err(LeftOut::Unreadable),
        _ => return Err(LeftOut::Kind(OddKind::Other)),
    };
    Ok((base32_key(text_of(item, "secret")?), numbers(item, kind, draft)))
}

/// The app always writes them all: one that is missing is not made up.
fn numbers(item: &Json, kind: Kind, draft: &mut Draft) -> Result<OtpParams, LeftOut> {
    let algorithm = item.get("algorithm").and_then(Json::text).filter(|name| !name.is_empty()).ok_or(LeftOut::Algorithm)?;
    let digits = Some(number_of(item, "digits", LeftOut::Digits)?.ok_or(LeftOut::Digits)?);
    let (mut period, mut counter) = (None, None);
    match kind {
        Kind::Totp | Kind::Steam => period = Some(number_of(item, "timer", LeftOut::Period)?.ok_or(LeftOut::Period)?),
        Kind::Hotp => counter = number_of(item, "counter", LeftOut::Counter)?,
    }
    params(kind, Numbers { algorithm: Some(algorithm), digits, period, counter }, draft)
}
