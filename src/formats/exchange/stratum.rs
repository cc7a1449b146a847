//! Stratum, formerly Authenticator Pro: its backup (`.authpro`, `.stratum`), plain JSON or encrypted in its strong and its legacy
//! form; read only.
//!
//! Facts from `doc/BACKUP_FORMAT.md` and `extra/decrypt_backup.py` of stratumauth/app. Strong: `AUTHENTICATORPRO`, salt 16, nonce 12,
//! ciphertext, tag 16: AES-256-GCM under Argon2id(password) with 64 MiB, 3 passes, 4 lanes. Legacy: `AuthenticatorPro`, salt 20,
//! IV 16, ciphertext: AES-256-CBC under PBKDF2-HMAC-SHA-1(password), 64 000 rounds; nothing tells a wrong password from damage.
//! Inside: `Authenticators`, `Categories`, and `AuthenticatorCategories`, which name an entry by its key. What is missing is what the
//! app takes for it: SHA-1, 6 digits, 30 seconds.
//!
//! Not kept of an entry: its icon. mOTP and Yandex entries are left out.

use std::collections::HashMap;

use zeroize::Zeroizing;

use super::draft::{Filled, Kind, MAX_TAGS, Numbers, base32_key, number_of, params, text_of};
use super::json::{Json, inside};
use super::{Draft, Entry, EntryNote, FileNote, Format, FormatError, Given, Import, Key, LeftOut, OddKind, crypt, shape};
use crate::domain::OtpParams;

/// See the module.
pub struct Stratum;

const STRONG: &[u8] = b"AUTHENTICATORPRO";
const LEGACY: &[u8] = b"AuthenticatorPro";
const STRONG_COST: crypt::Argon2Cost = crypt::Argon2Cost { kib: 64 << 10, passes: 3, lanes: 4 };
const LEGACY_ROUNDS: i128 = 64_000;

impl Format for Stratum {
    fn id(&self) -> &'static str {
        "stratum"
    }

    fn name(&self) -> &'static str {
        "Stratum (Authenticator Pro)"
    }

    fn hint(&self) -> &'static str {
        "Settings > Backup > Back up to file"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        if [STRONG, LEGACY].iter().any(|mark| given.bytes().starts_with(mark)) {
            return true;
        }
        match given.json() {
            Ok(root) => root.has("Authenticators"),
            Err(_) => given.text().is_some_and(|text| shape::begins(text, "{\"Authenticators\":[")),
        }
    }

    fn read(&self, given: &Given<'_>, key: &Key) -> Result<Import, FormatError> {
        if let Some(rest) = given.bytes().strip_prefix(STRONG) {
            return content(&inside(&open_strong(rest, key)?)?);
        }
        if let Some(rest) = given.bytes().strip_prefix(LEGACY) {
            let opened = open_legacy(rest, key)?;
            let root = inside(&opened).map_err(|_| FormatError::WrongOrDamaged)?;
            let mut import = content(&root)?;
            import.notes.push(FileNote::NoCheck);
            return Ok(import);
        }
        let root = given.json()?;
        if root.has("Authenticators") { content(root) } else { Err(FormatError::NotThisFormat) }
    }
}

fn open_strong(rest: &[u8], key: &Key) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    let (salt, rest) = rest.split_at_checked(16).ok_or(FormatError::Damaged)?;
    let (nonce, sealed) = rest.split_at_checked(12).filter(|(_, sealed)| sealed.len() > 16).ok_or(FormatError::Damaged)?;
    let derived = crypt::argon2(crypt::Argon2Kind::Argon2id, key.password()?, salt, STRONG_COST, key)?;
    crypt::gcm_open(&derived, nonce, sealed, b"").ok_or(FormatError::WrongOrDamaged)
}

fn open_legacy(rest: &[u8], key: &Key) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    let (salt, rest) = rest.split_at_checked(20).ok_or(FormatError::Damaged)?;
    let (iv, sealed) = rest.split_at_checked(16).ok_or(FormatError::Damaged)?;
    if sealed.is_empty() || !sealed.len().is_multiple_of(16) {
        return Err(FormatError::Damaged);
    }
    let derived = crypt::pbkdf2(crypt::Hash::Sha1, key.password()?, salt, LEGACY_ROUNDS, key)?;
    crypt::cbc_open(&derived, iv, sealed).ok_or(FormatError::WrongOrDamaged)
}

fn content(root: &Json) -> Result<Import, FormatError> {
    let items = root.get("Authenticators").ok_or(FormatError::Damaged)?.entries()?;
    let list = |name| root.get(name).and_then(Json::list).unwrap_or_default().iter();
    let names: HashMap<&str, &str> =
        list("Categories").filter_map(|category| Some((category.get("Id")?.text()?, category.get("Name")?.text()?))).collect();
    let mut categories: HashMap<&str, Vec<Option<&str>>> = HashMap::new();
    for link in list("AuthenticatorCategories") {
        if let (Some(secret), Some(id)) = (link.get("AuthenticatorSecret"), link.get("CategoryId")) {
            let name = id.text().and_then(|id| names.get(id)).copied();
            let of_it = categories.entry(secret.text().unwrap_or_default()).or_default();
            // Any number of entries may have this key: each gets all of them.
            if of_it.len() <= MAX_TAGS && !of_it.contains(&name) {
                of_it.push(name);
            }
        }
    }
    let entries = items.iter().map(|item| entry(item, &categories)).collect();
    let looks = items.iter().any(|item| item.get("Icon").and_then(Json::text).is_some_and(|icon| !icon.is_empty()));
    Ok(Import::of(entries, looks))
}

fn entry(item: &Json, categories: &HashMap<&str, Vec<Option<&str>>>) -> Entry {
    Draft::filled(|draft| fill(item, categories, draft))
}

fn fill(item: &Json, categories: &HashMap<&str, Vec<Option<&str>>>, draft: &mut Draft) -> Filled {
    if item.fields().is_none() {
        return Err(LeftOut::Unreadable);
    }
    draft.issuer = text_of(item, "Issuer")?.to_owned();
    draft.name = text_of(item, "Username")?.to_owned();
    draft.uses = item.get("CopyCount").and_then(Json::whole).and_then(|uses| uses.try_into().ok()).unwrap_or(0);
    let secret = text_of(item, "Secret")?;
    let of_it = categories.get(secret).map(Vec::as_slice).unwrap_or_default();
    draft.tags.extend(of_it.iter().flatten().map(|name| (*name).to_owned()));
    if of_it.contains(&None) {
        draft.notes.push(EntryNote::NotKept("category without a name"));
    }
    let kind = match number_of(item, "Type", LeftOut::Unreadable)?.ok_or(LeftOut::Unreadable)? {
        1 => Kind::Hotp,
        2 => Kind::Totp,
        3 => return Err(LeftOut::Kind(OddKind::Motp)),
        4 => Kind::Steam,
        5 => return Err(LeftOut::Kind(OddKind::Yandex)),
        _ => return Err(LeftOut::Kind(OddKind::Other)),
    };
    Ok((base32_key(secret), numbers(item, kind, draft)))
}

fn numbers(item: &Json, kind: Kind, draft: &mut Draft) -> Result<OtpParams, LeftOut> {
    let algorithm = match number_of(item, "Algorithm", LeftOut::Algorithm)? {
        None => None,
        Some(0) => Some("SHA1"),
        Some(1) => Some("SHA256"),
        Some(2) => Some("SHA512"),
        Some(_) => return Err(LeftOut::Algorithm),
    };
    let digits = number_of(item, "Digits", LeftOut::Digits)?;
    let (mut period, mut counter) = (None, None);
    match kind {
        Kind::Totp | Kind::Steam => period = number_of(item, "Period", LeftOut::Period)?,
        Kind::Hotp => counter = number_of(item, "Counter", LeftOut::Counter)?,
    }
    params(kind, Numbers { algorithm, digits, period, counter }, draft)
}
