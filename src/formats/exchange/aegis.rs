//! Aegis: its vault as JSON, plain or encrypted with a password; read and written.
//!
//! Facts from `docs/vault.md` and `docs/decrypt.py` of beemdevelopment/Aegis. Outside: `version` 1, `header` with `slots` and `params`
//! (both null in a plain file), `db`. Each password slot (`type` 1) holds the same master key, encrypted with AES-256-GCM under
//! scrypt(password); `db` is AES-256-GCM under the master key; tags stand apart. Inside: `version` 1 to 3; up to 2 an entry has one
//! `group` by name, from 3 on `groups` by their ids. Other slots (raw, fingerprint) are not opened.
//!
//! Not kept of an entry: its icon, its uuid. mOTP and Yandex entries are left out, MD5 too. A vault whose password has more than
//! 64 bytes and was set by Aegis 0.x opens only once Aegis has saved it again: that version derived its key from other bytes.

use std::collections::HashMap;

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::draft::{Filled, Kind, Numbers, base32_key, base64, number_of, params, text_of};
use super::json::{Json, inside};
use super::{
    CostKind, Draft, Entry, EntryNote, Format, FormatError, Given, How, Import, Key, LeftOut, OddKind, Outgoing, WriteError,
    Writes, Written, crypt, shape,
};
use crate::domain::{OtpKind, OtpParams};
use crate::formats::base32;

/// See the module.
pub struct Aegis;

/// The newest version outside and inside.
const OUTER: i128 = 1;
const INNER: i128 = 3;
/// More password slots are not tried: each costs a derivation.
const MAX_SLOTS: usize = 16;

impl Format for Aegis {
    fn id(&self) -> &'static str {
        "aegis"
    }

    fn name(&self) -> &'static str {
        "Aegis"
    }

    fn hint(&self) -> &'static str {
        "Settings > Import & Export > Export, as Aegis JSON"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        match given.json() {
            Ok(root) => root.has("version") && root.has("header") && root.has("db"),
            Err(_) => given.text().is_some_and(|text| shape::begins(text, "{\"version\":1,\"header\":{\"slots\":")),
        }
    }

    fn read(&self, given: &Given<'_>, key: &Key) -> Result<Import, FormatError> {
        let root = given.json()?;
        if !root.has("header") || !root.has("db") {
            return Err(FormatError::NotThisFormat);
        }
        version(root, OUTER)?;
        match root.get("db") {
            Some(Json::Text(sealed)) => content(&inside(&open(root, sealed, key)?)?),
            Some(db @ Json::Object(_)) => content(db),
            _ => Err(FormatError::Damaged),
        }
    }

    fn way_in(&self) -> &'static str {
        "in its settings, import from a file, as Aegis"
    }

    fn writes(&self) -> Writes {
        Writes::Both("json")
    }

    fn write(&self, accounts: &[Outgoing<'_>], how: &mut How<'_>) -> Result<Written, WriteError> {
        if accounts.is_empty() {
            return Err(WriteError::NothingLeft);
        }
        let db = database(accounts, how)?;
        let root = match how.password {
            None => json!({"version": OUTER, "header": {"slots": null, "params": null}, "db": db}),
            Some(password) => seal(&db, password, how)?,
        };
        let file = Zeroizing::new(format!("{root:#}").into_bytes());
        Ok(Written { file, left_out: Vec::new(), reduced: Vec::new() })
    }
}

fn version(object: &Json, newest: i128) -> Result<(), FormatError> {
    match object.get("version").and_then(Json::whole) {
        Some(version) if (1..=newest).contains(&version) => Ok(()),
        Some(version) if version > newest => Err(FormatError::TooNew),
        _ => Err(FormatError::Damaged),
    }
}

/// The database inside an encrypted file.
fn open(root: &Json, sealed: &str, key: &Key) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    let slots = root.at(&["header", "slots"]).and_then(Json::list).ok_or(FormatError::Damaged)?;
    let of_kind = |kind: i128| slots.iter().filter(move |slot| slot.get("type").and_then(Json::whole) == Some(kind));
    match of_kind(1).count() {
        0 if of_kind(2).count() > 0 => return Err(FormatError::LockedWith("a fingerprint alone")),
        0 if of_kind(0).count() > 0 => return Err(FormatError::LockedWith("a key without a password")),
        0 => return Err(FormatError::Damaged),
        many if many > MAX_SLOTS => return Err(FormatError::TooCostly(CostKind::Time)),
        _ => {}
    }
    let params = root.at(&["header", "params"]).ok_or(FormatError::Damaged)?;
    let (nonce, tag) = nonce_and_tag(params).ok_or(FormatError::Damaged)?;
    let mut sealed = base64(sealed).ok_or(FormatError::Damaged)?;
    sealed.extend_from_slice(&tag);
    let master = master(of_kind(1), key)?;
    crypt::gcm_open(&master, &nonce, &sealed, b"").ok_or(FormatError::Damaged)
}

/// The master key out of the first slot that the password opens.
fn master<'a>(slots: impl Iterator<Item = &'a Json> + Clone, key: &Key) -> Result<crypt::Key32, FormatError> {
    let password = key.password()?;
    // Each slot may cost little, and all of them together more than usual.
    let costs = slots.clone().filter_map(|slot| crypt::scrypt_affordable(cost(slot).ok()?, key).ok());
    let (memory, secs) = costs.fold((0, 0), |(memory, secs), (more, longer)| (more.max(memory), longer + secs));
    crypt::affordable(memory, secs, key)?;
    let (mut tried, mut refused) = (false, None);
    for slot in slots {
        match open_slot(slot, password, key) {
            Ok(Some(master)) => return Ok(master),
            Ok(None) => tried = true,
            // What is said of several: that one would take more work, as that one may be the right one.
            Err(why) => refused = refused.filter(|first| *first != FormatError::Damaged).or(Some(why)),
        }
    }
    match refused {
        None => Err(FormatError::WrongPassword),
        Some(FormatError::Damaged) if tried => Err(FormatError::WrongOrDamaged),
        Some(why) => Err(why),
    }
}

/// The master key in `slot`; `None` if the password does not open it.
fn open_slot(slot: &Json, password: &[u8], key: &Key) -> Result<Option<crypt::Key32>, FormatError> {
    let salt = hex(slot, "salt").ok_or(FormatError::Damaged)?;
    let mut sealed = hex(slot, "key").filter(|sealed| sealed.len() == 32).ok_or(FormatError::Damaged)?;
    let (nonce, tag) = slot.get("key_params").and_then(nonce_and_tag).ok_or(FormatError::Damaged)?;
    sealed.extend_from_slice(&tag);
    let derived = crypt::scrypt(password, &salt, cost(slot)?, key)?;
    let Some(opened) = crypt::gcm_open(&derived, &nonce, &sealed, b"") else { return Ok(None) };
    let master: [u8; 32] = opened.as_slice().try_into().map_err(|_| FormatError::Damaged)?;
    Ok(Some(Zeroizing::new(master)))
}

fn cost(slot: &Json) -> Result<crypt::ScryptCost, FormatError> {
    let number = |name| slot.get(name).and_then(Json::whole).ok_or(FormatError::Damaged);
    Ok(crypt::ScryptCost { n: number("n")?, r: number("r")?, p: number("p")? })
}

fn hex(object: &Json, name: &str) -> Option<Vec<u8>> {
    data_encoding::HEXLOWER_PERMISSIVE.decode(object.get(name)?.text()?.as_bytes()).ok()
}

fn nonce_and_tag(params: &Json) -> Option<(Vec<u8>, Vec<u8>)> {
    let (nonce, tag) = (hex(params, "nonce")?, hex(params, "tag")?);
    (nonce.len() == 12 && tag.len() == 16).then_some((nonce, tag))
}

fn content(db: &Json) -> Result<Import, FormatError> {
    version(db, INNER)?;
    let items = db.get("entries").ok_or(FormatError::Damaged)?.entries()?;
    let groups: HashMap<&str, &str> = db
        .get("groups")
        .and_then(Json::list)
        .unwrap_or_default()
        .iter()
        .filter_map(|group| Some((group.get("uuid")?.text()?, group.get("name")?.text()?)))
        .collect();
    let entries = items.iter().map(|item| entry(item, &groups)).collect();
    let looks = items.iter().any(|item| item.get("icon").is_some());
    Ok(Import::of(entries, looks))
}

fn entry(item: &Json, groups: &HashMap<&str, &str>) -> Entry {
    Draft::filled(|draft| fill(item, groups, draft))
}

fn fill(item: &Json, groups: &HashMap<&str, &str>, draft: &mut Draft) -> Filled {
    draft.issuer = text_of(item, "issuer")?.to_owned();
    draft.name = text_of(item, "name")?.to_owned();
    draft.note = text_of(item, "note")?.to_owned();
    draft.pinned = item.get("favorite").and_then(Json::bool).unwrap_or(false);
    tag(item, groups, draft);
    let kind = match item.get("type").and_then(Json::text).ok_or(LeftOut::Unreadable)? {
        "totp" => Kind::Totp,
        "hotp" => Kind::Hotp,
        "steam" => Kind::Steam,
        "motp" => return Err(LeftOut::Kind(OddKind::Motp)),
        "yandex" => return Err(LeftOut::Kind(OddKind::Yandex)),
        _ => return Err(LeftOut::Kind(OddKind::Other)),
    };
    let info = item.get("info").filter(|info| info.fields().is_some()).ok_or(LeftOut::Unreadable)?;
    Ok((base32_key(text_of(info, "secret")?), numbers(info, kind, draft)))
}

/// Aegis always writes them all: one that is missing is not made up.
fn numbers(info: &Json, kind: Kind, draft: &mut Draft) -> Result<OtpParams, LeftOut> {
    let algorithm = info.get("algo").and_then(Json::text).filter(|name| !name.is_empty()).ok_or(LeftOut::Algorithm)?;
    let digits = Some(number_of(info, "digits", LeftOut::Digits)?.ok_or(LeftOut::Digits)?);
    let (mut period, mut counter) = (None, None);
    match kind {
        Kind::Totp | Kind::Steam => period = Some(number_of(info, "period", LeftOut::Period)?.ok_or(LeftOut::Period)?),
        Kind::Hotp => counter = number_of(info, "counter", LeftOut::Counter)?,
    }
    params(kind, Numbers { algorithm: Some(algorithm), digits, period, counter }, draft)
}

fn tag(item: &Json, groups: &HashMap<&str, &str>, draft: &mut Draft) {
    draft.tags.extend(item.get("group").and_then(Json::text).map(str::to_owned));
    for id in item.get("groups").and_then(Json::list).unwrap_or_default() {
        match id.text().and_then(|id| groups.get(id)) {
            Some(name) => draft.tags.push((*name).to_owned()),
            None if draft.notes.is_empty() => draft.notes.push(EntryNote::NotKept("group without a name")),
            None => {}
        }
    }
}

fn database(accounts: &[Outgoing<'_>], how: &mut How<'_>) -> Result<Value, WriteError> {
    let mut groups: Vec<(&str, String)> = Vec::new();
    for tag in accounts.iter().flat_map(|account| account.tags) {
        if !groups.iter().any(|(name, _)| name == tag) {
            groups.push((tag, how.uuid()?));
        }
    }
    let entries: Vec<Value> = accounts.iter().map(|account| outgoing(account, &groups)).collect();
    let groups: Vec<Value> = groups.iter().map(|(name, id)| json!({"uuid": id, "name": name})).collect();
    Ok(json!({"version": INNER, "entries": entries, "groups": groups}))
}

fn outgoing(account: &Outgoing<'_>, groups: &[(&str, String)]) -> Value {
    let params = &account.params;
    let (kind, moving, value) = match params.kind() {
        OtpKind::Totp { period } => ("totp", "period", u64::from(period.secs())),
        OtpKind::Steam { period } => ("steam", "period", u64::from(period.secs())),
        OtpKind::Hotp { counter } => ("hotp", "counter", counter),
    };
    let id = |tag: &String| groups.iter().find(|(name, _)| name == tag).map(|(_, id)| id);
    let groups: Vec<&String> = account.tags.iter().filter_map(id).collect();
    // expose: the key is what is exported
    let secret = base32::encode(account.secret);
    json!({
        "type": kind,
        "uuid": account.id.uuid(),
        "name": account.name,
        "issuer": account.issuer,
        "note": account.note,
        "favorite": account.pinned,
        "icon": null,
        "info": {"secret": secret.as_str(), "algo": params.algorithm().name(), "digits": params.digits().get(), moving: value},
        "groups": groups,
    })
}

/// The file with one password slot, at the cost that Aegis uses itself.
fn seal(db: &Value, password: &str, how: &mut How<'_>) -> Result<Value, WriteError> {
    let cost @ crypt::ScryptCost { n, r, p } = crypt::ScryptCost { n: 32_768, r: 8, p: 1 };
    let master = Zeroizing::new(how.bytes::<32>()?);
    let (salt, slot_nonce, db_nonce) = (how.bytes::<32>()?, how.bytes::<12>()?, how.bytes::<12>()?);
    let own_cost = Key { password: None, long: true };
    // The cost is a constant and the nonces have their length: what fails here is memory, which a machine that runs this has.
    let derived = crypt::scrypt(password.as_bytes(), &salt, cost, &own_cost).map_err(|_| WriteError::CannotEncrypt)?;
    let (key, key_tag) = sealed(&derived, slot_nonce, &*master)?;
    let text = Zeroizing::new(db.to_string());
    let (db, db_tag) = sealed(&master, db_nonce, text.as_bytes())?;
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    let slot = json!({
        "type": 1,
        "uuid": how.uuid()?,
        "key": hex(&key),
        "key_params": {"nonce": hex(&slot_nonce), "tag": hex(&key_tag)},
        "n": n,
        "r": r,
        "p": p,
        "salt": hex(&salt),
        "repaired": true,
        "is_backup": false,
    });
    let header = json!({"slots": [slot], "params": {"nonce": hex(&db_nonce), "tag": hex(&db_tag)}});
    Ok(json!({"version": OUTER, "header": header, "db": data_encoding::BASE64.encode(&db)}))
}

/// Ciphertext and tag apart.
fn sealed(key: &[u8; 32], nonce: [u8; 12], open: &[u8]) -> Result<(Vec<u8>, Vec<u8>), WriteError> {
    let mut sealed = crypt::gcm_seal(key, nonce, open, b"").ok_or(WriteError::CannotEncrypt)?;
    let tag = sealed.split_off(sealed.len().saturating_sub(16));
    Ok((sealed, tag))
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        testing::written_is_read_back(&Aegis, None, |_| None);
        testing::written_is_read_back(&Aegis, Some("größe 1"), |_| None);
    }

    #[test]
    fn without_randomness_nothing_is_written() {
        testing::without_randomness(&Aegis, Some("p"));
    }
}
