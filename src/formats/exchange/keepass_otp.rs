//! How KeePassXC writes a one-time password into the one field that its CSV has for it: an `otpauth://` address, or KeeOtp's form
//! `key=B32&size=6&step=30&type=Totp&…`.
//!
//! Sources: KeePassXC `src/totp/totp.cpp`, KeeOtp `OtpAuthData.cs`.

use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::draft::{Kind, Numbers, base32_key, base64_key, bytes_key, hex_key, params};
use super::{Draft, Entry, LeftOut, OddKind};

/// An `otpauth://` address or KeeOtp's form; `None` if it is neither.
pub(super) fn address_or_keeotp(value: &str, draft: Draft) -> Option<Entry> {
    let value = value.trim();
    if value.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("otpauth:")) {
        return Some(draft.address_named(value));
    }
    keeotp(value, draft)
}

/// Takes out what KeePassXC puts into an address where the entry has no title or no user name.
pub(super) fn without_placeholders(entry: &mut Entry, title: &str, user: &str) {
    let Ok(found) = &mut entry.outcome else { return };
    if title.is_empty() && found.account.issuer == "KeePassXC" {
        found.account.issuer.clear();
    }
    if user.is_empty() && found.account.name == "none" {
        found.account.name.clear();
    }
    entry.title = crate::domain::account::title(&found.account.issuer, &found.account.name);
}

/// `key=B32&size=6&step=30&otpHashMode=Sha256&type=Hotp&counter=5`.
fn keeotp(value: &str, mut draft: Draft) -> Option<Entry> {
    let fields: Vec<(&str, Zeroizing<String>)> = value
        .split('&')
        .filter_map(|field| field.split_once('='))
        .map(|(name, value)| (name, Zeroizing::new(percent_decode_str(value).decode_utf8_lossy().into_owned())))
        .collect();
    let all = |wanted: &str| fields.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted)).count();
    let get = |wanted: &str| fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.as_str());
    let key = get("key")?;
    if ["key", "size", "step", "type", "counter", "otpHashMode", "encoding"].iter().any(|name| all(name) > 1) {
        return Some(draft.left_out(LeftOut::Unreadable));
    }
    let kind = match get("type").map(str::to_ascii_lowercase).as_deref() {
        None | Some("totp") => Kind::Totp,
        Some("hotp") => Kind::Hotp,
        Some("steam") => Kind::Steam,
        Some(_) => return Some(draft.left_out(LeftOut::Kind(OddKind::Other))),
    };
    let key = match get("encoding").map(str::to_ascii_lowercase).as_deref() {
        None | Some("base32") => base32_key(key),
        Some("base64") => base64_key(key),
        Some("hex") => hex_key(key),
        Some("utf8") => bytes_key(key.as_bytes().to_vec()),
        Some(_) => Err(LeftOut::KeyForm),
    };
    let number = |name: &str, why| get(name).filter(|text| !text.is_empty()).map(|text| whole(text).ok_or(why)).transpose();
    let numbers = || -> Result<_, LeftOut> {
        Ok(Numbers {
            algorithm: get("otpHashMode"),
            digits: number("size", LeftOut::Digits)?.filter(|_| kind != Kind::Steam),
            period: number("step", LeftOut::Period)?,
            counter: number("counter", LeftOut::Counter)?,
        })
    };
    let params = numbers().and_then(|numbers| params(kind, numbers, &mut draft));
    Some(draft.entry(key, params))
}

/// A number of digits alone.
fn whole(text: &str) -> Option<i128> {
    let text = text.trim();
    if text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}
