//! How KeePass and its kin write a one-time password into an entry: shared by the CSV of KeePassXC and by KDBX databases.
//!
//! - `otp`: an `otpauth://` address (KeePassXC, Strongbox, KeePassDX, …), or KeeOtp's `key=B32&size=6&step=30&type=Totp&…`.
//! - `TOTP Seed` (base32) and `TOTP Settings` (`step;digits`, or `step;S` for Steam): KeePassXC of old, KeeTrayTOTP.
//! - `TimeOtp-Secret`, `-Secret-Hex`, `-Secret-Base32`, `-Secret-Base64`, `TimeOtp-Algorithm` (`HMAC-SHA-256`), `-Length`, `-Period`:
//!   KeePass 2.47 and later; `HmacOtp-Secret…` with `HmacOtp-Counter`: KeePass 2 for ever.
//!
//! Sources: KeePassXC `src/totp/totp.cpp`, KeePass "One-Time Passwords", KeeOtp `OtpAuthData.cs`.

use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::draft::{Kind, Numbers, ReadKey, base32_key, base64_key, bytes_key, hex_key, params};
use super::{Draft, Entry, LeftOut, OddKind};

/// The fields in which an entry has a code.
const FIELDS: [&str; 11] = [
    OTP,
    SEED,
    "TimeOtp-Secret",
    "TimeOtp-Secret-Hex",
    "TimeOtp-Secret-Base32",
    "TimeOtp-Secret-Base64",
    "HmacOtp-Secret",
    "HmacOtp-Secret-Hex",
    "HmacOtp-Secret-Base32",
    "HmacOtp-Secret-Base64",
    "HmacOtp-Counter",
];
/// The fields that say more of it.
const MORE: [&str; 4] = [SETTINGS, "TimeOtp-Algorithm", "TimeOtp-Length", "TimeOtp-Period"];
const OTP: &str = "otp";
const SEED: &str = "TOTP Seed";
const SETTINGS: &str = "TOTP Settings";

/// The name of a field about codes, as it stands here; `None` for any other field.
pub(super) fn field(name: &str) -> Option<&'static str> {
    FIELDS.into_iter().chain(MORE).find(|known| *known == name)
}

/// The codes of an entry with these fields; none if it has no field about codes. The same code in two forms counts once.
/// `draft` makes what is the same for each.
pub(super) fn entries<'a>(get: &dyn Fn(&str) -> Option<&'a str>, draft: &dyn Fn() -> Draft) -> Vec<Entry> {
    let filled = |key: &str| get(key).filter(|value| !value.trim().is_empty());
    let mut entries: Vec<Entry> = Vec::new();
    if FIELDS.iter().all(|key| filled(key).is_none()) {
        return entries;
    }
    if let Some(value) = filled(OTP) {
        add(&mut entries, address_or_keeotp(value, draft()).unwrap_or_else(|| draft().left_out(LeftOut::Unreadable)));
    }
    if let Some(seed) = filled(SEED) {
        add(&mut entries, seed_and_settings(seed, filled(SETTINGS), draft()));
    }
    for (prefix, kind) in [("TimeOtp-", Kind::Totp), ("HmacOtp-", Kind::Hotp)] {
        let Some(key) = native_key(prefix, &filled) else { continue };
        let mut draft = draft();
        let number = |name: &str, why| filled(&format!("{prefix}{name}")).map(|text| whole(text).ok_or(why)).transpose();
        let params = || -> Result<_, LeftOut> {
            let numbers = Numbers {
                algorithm: filled(&format!("{prefix}Algorithm")),
                digits: number("Length", LeftOut::Digits)?,
                period: number("Period", LeftOut::Period)?,
                counter: number("Counter", LeftOut::Counter)?,
            };
            params(kind, numbers, &mut draft)
        };
        let params = { params }();
        add(&mut entries, draft.entry(key, params));
    }
    if entries.is_empty() {
        // A counter without a key.
        entries.push(draft().left_out(LeftOut::NoKey));
    }
    entries
}

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

/// The same code is said once, the entry that was left out beside one that can be used is still said.
fn add(entries: &mut Vec<Entry>, entry: Entry) {
    let same = |other: &Entry| match (&other.outcome, &entry.outcome) {
        (Ok(other), Ok(one)) => other.account.params == one.account.params && other.account.secret.same_as(&one.account.secret),
        _ => false,
    };
    if !entries.iter().any(same) {
        entries.push(entry);
    }
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

/// `30;6`, `30;S`, and as KeeTrayTOTP writes it with a third part, the address of a clock, which is never asked.
fn seed_and_settings(seed: &str, settings: Option<&str>, mut draft: Draft) -> Entry {
    let mut parts = settings.unwrap_or_default().split(';').map(str::trim);
    let (step, digits) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let number = |text: &str, why| if text.is_empty() { Ok(None) } else { whole(text).map(Some).ok_or(why) };
    let steam = digits.eq_ignore_ascii_case("s");
    let (kind, digits) = if steam { (Kind::Steam, "") } else { (Kind::Totp, digits) };
    let numbers = || -> Result<_, LeftOut> {
        let (period, digits) = (number(step, LeftOut::Period)?, number(digits, LeftOut::Digits)?);
        Ok(Numbers { digits, period, ..Numbers::default() })
    };
    let params = numbers().and_then(|numbers| params(kind, numbers, &mut draft));
    draft.entry(base32_key(seed), params)
}

/// KeePass's own fields: the key as UTF-8, hexadecimal, base32 or base64. Two of them that differ cannot both be right.
fn native_key<'a>(prefix: &str, filled: &dyn Fn(&str) -> Option<&'a str>) -> Option<ReadKey> {
    let text = |form: &str| filled(&format!("{prefix}Secret{form}"));
    let forms = [
        text("").map(|text| bytes_key(text.as_bytes().to_vec())),
        text("-Hex").map(hex_key),
        text("-Base32").map(base32_key),
        text("-Base64").map(base64_key),
    ];
    let mut read = forms.into_iter().flatten();
    let first = read.next()?;
    for other in read {
        let same = matches!((&first, &other), (Ok((first, _)), Ok((other, _))) if first.same_as(other));
        if !same {
            return Some(Err(LeftOut::KeyForm));
        }
    }
    Some(first)
}

/// A number of digits alone.
fn whole(text: &str) -> Option<i128> {
    let text = text.trim();
    if text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}
