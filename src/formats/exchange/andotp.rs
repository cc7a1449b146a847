//! andOTP: its backup, plain JSON or encrypted with a password in its new and its old form; read only.
//!
//! Facts from andOTP/andOTP (`Entry.java`, `EncryptionHelper.java`). Plain: a list of entries; old ones have no `issuer` (then `label`
//! is "issuer - account"), no `type`, `algorithm`, `digits`: the app takes time-based, SHA-1, 6. Encrypted, without any mark:
//! new = rounds (4 bytes, the highest first), salt 12, nonce 12, ciphertext, tag 16: AES-256-GCM under PBKDF2-HMAC-SHA-1;
//! old = nonce 12, ciphertext, tag 16: AES-256-GCM under SHA-256(password). Which one it is shows only when it opens.
//!
//! Not kept of an entry: its thumbnail, when it was last used. Files for OpenPGP are not opened.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::draft::{Filled, Kind, Numbers, base32_key, number_of, params, text_of};
use super::json::{Json, inside};
use super::{Draft, Entry, Format, FormatError, Given, Import, Key, LeftOut, OddKind, crypt, shape};
use crate::domain::OtpParams;

/// See the module.
pub struct AndOtp;

/// Nonce, an empty list, tag.
const SHORTEST: usize = 12 + 2 + 16;
/// More rounds are no andOTP file: the app chooses about 150 000.
const MAX_ROUNDS: u32 = 10_000_000;

impl Format for AndOtp {
    fn id(&self) -> &'static str {
        "andotp"
    }

    fn name(&self) -> &'static str {
        "andOTP"
    }

    fn hint(&self) -> &'static str {
        "Menu > Backups > Backup (plain), or Backup (encrypted)"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        match given.json() {
            Ok(root) => root.list().is_some_and(|items| items.iter().any(is_entry)),
            Err(_) => maybe_encrypted(given) || given.text().is_some_and(|text| shape::begins(text, "[{\"secret\":\"")),
        }
    }

    fn marked(&self, given: &Given<'_>) -> bool {
        given.text().is_some()
    }

    fn read(&self, given: &Given<'_>, key: &Key) -> Result<Import, FormatError> {
        if given.text().is_some_and(|text| text.trim_start().starts_with("-----BEGIN PGP MESSAGE-----")) {
            return Err(FormatError::LockedWith("OpenPGP"));
        }
        if maybe_encrypted(given) { content(&inside(&open(given.bytes(), key)?)?) } else { content(given.json()?) }
    }
}

fn is_entry(item: &Json) -> bool {
    item.has("secret") && item.has("label") && !item.has("kind")
}

fn maybe_encrypted(given: &Given<'_>) -> bool {
    let bytes = given.bytes();
    bytes.len() >= SHORTEST && given.text().is_none() && !shape::has_mark(bytes)
}

fn open(bytes: &[u8], key: &Key) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    let password = key.password()?;
    // The old form first: it costs next to nothing.
    let (nonce, sealed) = bytes.split_at_checked(12).ok_or(FormatError::Damaged)?;
    let old = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(password)));
    if let Some(opened) = crypt::gcm_open(&old, nonce, sealed, b"") {
        return Ok(opened);
    }
    let (Some((rounds, rest)), wrong) = (bytes.split_first_chunk::<4>(), FormatError::WrongOrDamaged) else {
        return Err(FormatError::Damaged);
    };
    let rounds = u32::from_be_bytes(*rounds);
    let (salt, rest) = rest.split_at_checked(12).ok_or(wrong)?;
    let (nonce, sealed) = rest.split_at_checked(12).ok_or(wrong)?;
    if rounds == 0 || rounds > MAX_ROUNDS {
        return Err(wrong);
    }
    let derived = crypt::pbkdf2(crypt::Hash::Sha1, password, salt, rounds.into(), key)?;
    crypt::gcm_open(&derived, nonce, sealed, b"").ok_or(wrong)
}

fn content(root: &Json) -> Result<Import, FormatError> {
    let items = root.entries_of(is_entry)?;
    let entries = items.iter().map(entry).collect();
    let looks = items.iter().filter_map(|item| item.get("thumbnail")?.text()).any(|name| name != "Default");
    Ok(Import::of(entries, looks))
}

fn entry(item: &Json) -> Entry {
    Draft::filled(|draft| fill(item, draft))
}

fn fill(item: &Json, draft: &mut Draft) -> Filled {
    if item.fields().is_none() {
        return Err(LeftOut::Unreadable);
    }
    let label = text_of(item, "label")?;
    match (item.has("issuer"), label.split_once(" - ")) {
        (false, Some((issuer, name))) => (draft.issuer, draft.name) = (issuer.to_owned(), name.to_owned()),
        _ => (draft.issuer, draft.name) = (text_of(item, "issuer")?.to_owned(), label.to_owned()),
    }
    let tags = item.get("tags").and_then(Json::list).unwrap_or_default();
    draft.tags.extend(tags.iter().filter_map(Json::text).map(str::to_owned));
    draft.uses = item.get("used_frequency").and_then(Json::whole).and_then(|uses| uses.try_into().ok()).unwrap_or(0);
    let kind = match text_of(item, "type")? {
        "" | "TOTP" => Kind::Totp,
        "HOTP" => Kind::Hotp,
        "STEAM" => Kind::Steam,
        "MOTP" => return Err(LeftOut::Kind(OddKind::Motp)),
        _ => return Err(LeftOut::Kind(OddKind::Other)),
    };
    Ok((base32_key(text_of(item, "secret")?), numbers(item, kind, draft)))
}

fn numbers(item: &Json, kind: Kind, draft: &mut Draft) -> Result<OtpParams, LeftOut> {
    let algorithm = item.get("algorithm").map(|name| name.text().ok_or(LeftOut::Algorithm)).transpose()?;
    let digits = number_of(item, "digits", LeftOut::Digits)?;
    let (mut period, mut counter) = (None, None);
    match kind {
        Kind::Totp | Kind::Steam => period = number_of(item, "period", LeftOut::Period)?,
        Kind::Hotp => counter = number_of(item, "counter", LeftOut::Counter)?,
    }
    params(kind, Numbers { algorithm, digits, period, counter }, draft)
}
