//! Battle.net: the settings of its Android apps, `com.blizzard.bma.AUTH_STORE.xml` of the old Authenticator and
//! `com.blizzard.messenger.authenticator_preferences.xml`, from a rooted phone.
//!
//! Android's XML of shared preferences. The value of `com.blizzard.bma.AUTH_STORE.HASH` is hexadecimal; XOR with a fixed mask gives
//! 40 hexadecimal digits, the key of 20 bytes, and then the serial number. `com.blizzard.messenger.AUTHENTICATOR_DEVICE_SECRET` holds
//! the key alone under the same mask, `…AUTHENTICATOR_SERIAL` the serial number. That the 40 characters are digits proves that the
//! mask was the right one: anything else is left out. Codes are time-based with SHA-1, eight digits, 30 s (WinAuth
//! `BattleNetAuthenticator.cs`). Sources: Aegis's reader, WinAuth.

use zeroize::Zeroizing;

use super::draft::{Kind, Numbers, hex_key, params};
use super::{Draft, Entry, Format, FormatError, Given, Import, Key, LeftOut, MAX_ENTRIES, xml};

/// See the module.
pub struct BattleNet;

const HASH: &str = "com.blizzard.bma.AUTH_STORE.HASH";
const SECRET: &str = "com.blizzard.messenger.AUTHENTICATOR_DEVICE_SECRET";
const SERIAL: &str = "com.blizzard.messenger.AUTHENTICATOR_SERIAL";
/// What the apps cover the key with.
const MASK: &str =
    "398e27fc50276a656065b0e525f4c06c04c61075286b8e7aeda59da9813b5dd6c80d2fb38068773fa59ba47c17ca6c6479015c1d5b8b8f6b9a";
/// The key of 20 bytes in hexadecimal digits.
const KEY_DIGITS: usize = 40;

impl Format for BattleNet {
    fn id(&self) -> &'static str {
        "battlenet"
    }

    fn name(&self) -> &'static str {
        "Battle.net"
    }

    fn hint(&self) -> &'static str {
        "the settings of the Android app, from a rooted phone"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        given.text().is_some_and(|text| text.contains("<map") && [HASH, SECRET].iter().any(|name| text.contains(name)))
    }

    fn read(&self, given: &Given<'_>, _: &Key) -> Result<Import, FormatError> {
        if !self.sniff(given) {
            return Err(FormatError::NotThisFormat);
        }
        let text = given.text().ok_or(FormatError::NotThisFormat)?;
        let document = xml::parse(text, u32::try_from(MAX_ENTRIES * 8).unwrap_or(u32::MAX))?;
        let root = document.root_element();
        if !root.has_tag_name("map") {
            return Err(FormatError::NotThisFormat);
        }
        let all = |name: &str| {
            let of_it = move |node: &roxmltree::Node<'_, '_>| {
                node.has_tag_name("string") && node.attribute("name").map(str::trim) == Some(name)
            };
            root.children().filter(of_it).map(|node| node.text().unwrap_or_default().trim().to_owned()).collect::<Vec<_>>()
        };
        let (hashes, secrets, serials) = (all(HASH), all(SECRET), all(SERIAL));
        if hashes.len() > 1 || secrets.len() > 1 || serials.len() > 1 {
            return Err(FormatError::KeyTwice);
        }
        let serial = serials.first().map_or("", String::as_str);
        let entries =
            hashes.iter().map(|hash| entry(hash, "")).chain(secrets.iter().map(|secret| entry(secret, serial))).collect();
        Ok(Import { entries, ..Import::default() })
    }
}

/// The account in a covered value. `serial` is masked too, or plain.
fn entry(covered: &str, serial: &str) -> Entry {
    let mut draft = Draft { issuer: "Battle.net".to_owned(), name: plain_serial(serial), ..Draft::default() };
    let Some(open) = uncovered(covered) else { return draft.left_out(LeftOut::KeyForm) };
    let (Some(key), Some(rest)) = (open.get(..KEY_DIGITS), open.get(KEY_DIGITS..)) else {
        return draft.left_out(LeftOut::KeyForm);
    };
    if !key.bytes().all(|b| b.is_ascii_hexdigit()) {
        return draft.left_out(LeftOut::KeyForm);
    }
    if draft.name.is_empty() {
        draft.name = rest.to_owned();
    }
    let params = params(Kind::Totp, Numbers { digits: Some(8), ..Numbers::default() }, &mut draft);
    draft.entry(hex_key(key), params)
}

/// A serial number as it is shown, `EU-1234-5678-9012`.
fn plain_serial(serial: &str) -> String {
    let shown = |text: &str| text.len() <= 20 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    match uncovered(serial) {
        Some(open) if shown(&open) => open.to_string(),
        _ if shown(serial) => serial.to_owned(),
        _ => String::new(),
    }
}

/// The text under the mask; `None` if it is none.
fn uncovered(covered: &str) -> Option<Zeroizing<String>> {
    let mask = data_encoding::HEXLOWER.decode(MASK.as_bytes()).ok()?;
    let covered = Zeroizing::new(data_encoding::HEXLOWER_PERMISSIVE.decode(covered.as_bytes()).ok()?);
    if covered.is_empty() || covered.len() > mask.len() {
        return None;
    }
    let open = Zeroizing::new(covered.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect::<Vec<u8>>());
    let text = std::str::from_utf8(&open).ok().filter(|text| text.bytes().all(|b| b.is_ascii_graphic()))?;
    Some(Zeroizing::new(text.to_owned()))
}
