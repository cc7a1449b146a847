//! 2FAS: its backup (`.2fas`), JSON of `schemaVersion` 1 to 4, plain or with its services encrypted; read and written.
//!
//! Facts from files of both phones' apps and from twofas/2fas-android. Outside: `services`, `groups`, `schemaVersion`; encrypted ones
//! have an empty `services`, `servicesEncrypted` and `reference`. Both are base64 of ciphertext and tag, of a salt (256 bytes) and of
//! a nonce (12), with `:` between: AES-256-GCM under PBKDF2-HMAC-SHA-256(password), 10 000 rounds, both with one salt. `reference` holds
//! a constant: if it opens, the password is right. `groups` stay readable. A service's `name` is what the app shows; `otp` may lack nearly everything, and then the app takes
//! SHA-1, 6 digits, 30 seconds, time-based.
//!
//! Not kept of an entry: icon, badge, its place. Not written: more than one tag (a service has one group), notes; accounts whose
//! period is not 10, 30, 60 or 90 s, digits outside 5 to 8 or counter above 2^31 − 1 are left out, since the app would show other
//! codes than here or refuse the file.

use std::collections::HashMap;

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::draft::{Filled, Kind, Numbers, base32_key, base64, number_of, params, text_of};
use super::json::{Json, inside};
use super::{
    Draft, Entry, EntryNote, Format, FormatError, Given, How, Import, Key, LeftOut, OddKind, Outgoing, Place, Unheld, WriteError,
    Writes, Written, crypt, shape,
};
use crate::domain::{OtpKind, OtpParams};
use crate::formats::{base32, otpauth};

/// See the module.
pub struct TwoFas;

const NEWEST: i128 = 4;
const ROUNDS: i128 = 10_000;
/// The app's salts have so many bytes.
const SALT: usize = 256;
/// A longer salt is none.
const MAX_SALT: usize = 1024;
/// What `reference` holds, to the letter: the app compares it. From a file of the app's version 5.2.0.
const REFERENCE: &str = "tRViSsLKzd86Hprh4ceC2OP7xazn4rrt4xhfEUbOjxLX8Rc3mkISXE0lWbmnWfggogbBJhtYgpK6fMl1D6mtsy92R3HkdGfwuXbzLebqVFJsR7IZ2w58t938\
                         iymwG4824igYy1wi6n2WDpO1Q1P69zwJGs2F5a1qP4MyIiDSD7NCV2OvidXQCBnDlGfmz0f1BQySRkkt4ryiJeCjD2o4QsveJ9uDBUn8ELyOrESv\
                         5R5DMDkD4iAF8TXU7KyoJujd";
const MAX_COUNTER: u64 = i32::MAX as u64;

impl Format for TwoFas {
    fn id(&self) -> &'static str {
        "2fas"
    }

    fn name(&self) -> &'static str {
        "2FAS"
    }

    fn hint(&self) -> &'static str {
        "Settings > 2FAS Backup > Export to file"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        let (two, text) = (["services", "servicesEncrypted"], given.text());
        match given.json() {
            Ok(root) => root.has("schemaVersion") && two.iter().any(|name| root.has(name)),
            Err(_) => text.is_some_and(|text| two.iter().any(|name| shape::begins(text, &format!("{{\"{name}\":")))),
        }
    }

    fn read(&self, given: &Given<'_>, key: &Key) -> Result<Import, FormatError> {
        let root = given.json()?;
        if !root.has("schemaVersion") || !(root.has("services") || root.has("servicesEncrypted")) {
            return Err(FormatError::NotThisFormat);
        }
        match root.get("schemaVersion").and_then(Json::whole) {
            Some(version) if version > NEWEST => return Err(FormatError::TooNew),
            Some(1..) => {}
            _ => return Err(FormatError::Damaged),
        }
        match root.get("servicesEncrypted") {
            Some(sealed) => {
                let sealed = sealed.text().ok_or(FormatError::Damaged)?;
                content(root, &inside(&open(sealed, root.get("reference"), key)?)?)
            }
            None => content(root, root.get("services").ok_or(FormatError::Damaged)?),
        }
    }

    fn way_in(&self) -> &'static str {
        "in its settings, where it keeps backups, import a file"
    }

    fn writes(&self) -> Writes {
        Writes::Both("2fas")
    }

    fn shows_groups(&self) -> bool {
        true
    }

    fn write(&self, accounts: &[Outgoing<'_>], how: &mut How<'_>) -> Result<Written, WriteError> {
        write(accounts, how)
    }
}

/// What is in `sealed`. Whether the password is wrong or the file damaged is told by `reference`, where there is one.
fn open(sealed: &str, reference: Option<&Json>, key: &Key) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    let parts = parts(sealed).ok_or(FormatError::Damaged)?;
    if let Some(services) = unseal(&parts, key)? {
        return Ok(services);
    }
    match reference.and_then(Json::text).and_then(self::parts) {
        None => Err(FormatError::WrongOrDamaged),
        Some(parts) if unseal(&parts, key)?.is_some() => Err(FormatError::Damaged),
        Some(_) => Err(FormatError::WrongPassword),
    }
}

/// Ciphertext with its tag, salt, nonce.
type Parts = [Zeroizing<Vec<u8>>; 3];

fn parts(sealed: &str) -> Option<Parts> {
    let parts: Vec<_> = sealed.split(':').map(base64).collect::<Option<_>>()?;
    let parts: Parts = parts.try_into().ok()?;
    let [sealed, salt, nonce] = &parts;
    (sealed.len() >= 16 && (1..=MAX_SALT).contains(&salt.len()) && nonce.len() == 12).then_some(parts)
}

fn unseal([sealed, salt, nonce]: &Parts, key: &Key) -> Result<Option<Zeroizing<Vec<u8>>>, FormatError> {
    let derived = crypt::pbkdf2(crypt::Hash::Sha256, key.password()?, salt, ROUNDS, key)?;
    Ok(crypt::gcm_open(&derived, nonce, sealed, b""))
}

fn content(root: &Json, services: &Json) -> Result<Import, FormatError> {
    let services = services.entries()?;
    let groups: HashMap<&str, &str> = root
        .get("groups")
        .and_then(Json::list)
        .unwrap_or_default()
        .iter()
        .filter_map(|group| Some((group.get("id")?.text()?, group.get("name")?.text()?)))
        .collect();
    let entries = services.iter().map(|service| entry(service, &groups)).collect();
    let looks = services.iter().any(|service| service.get("icon").or_else(|| service.get("badge")).is_some());
    Ok(Import::of(entries, looks))
}

fn entry(service: &Json, groups: &HashMap<&str, &str>) -> Entry {
    Draft::filled(|draft| fill(service, groups, draft))
}

fn fill(service: &Json, groups: &HashMap<&str, &str>, draft: &mut Draft) -> Filled {
    if service.fields().is_none() {
        return Err(LeftOut::Unreadable);
    }
    let otp = service.get("otp").unwrap_or(&Json::Null);
    draft.issuer = text_of(service, "name")?.to_owned();
    if !matches!(otp, Json::Null | Json::Object(_)) {
        return Err(LeftOut::Unreadable);
    }
    if draft.issuer.is_empty() {
        draft.issuer = text_of(otp, "issuer")?.to_owned();
    }
    draft.name = text_of(otp, "account")?.to_owned();
    if draft.name.is_empty() {
        // The label of the address that was scanned: "Issuer:account", or the account alone.
        let label = text_of(otp, "label")?;
        let after = label.strip_prefix(draft.issuer.as_str()).and_then(|rest| rest.strip_prefix(':'));
        let account = after.or_else(|| label.split_once(':').map(|(_, account)| account)).unwrap_or(label);
        if account != draft.issuer {
            draft.name = account.to_owned();
        }
    }
    if let Some(id) = service.get("groupId") {
        match id.text().and_then(|id| groups.get(id)) {
            Some(name) => draft.tags.push((*name).to_owned()),
            None => draft.notes.push(EntryNote::NotKept("group without a name")),
        }
    }
    let kind = match text_of(otp, "tokenType")? {
        "" | "TOTP" => Kind::Totp,
        "HOTP" => Kind::Hotp,
        "STEAM" => Kind::Steam,
        _ => return Err(LeftOut::Kind(OddKind::Other)),
    };
    Ok((base32_key(text_of(service, "secret")?), numbers(otp, kind, draft)))
}

fn numbers(otp: &Json, kind: Kind, draft: &mut Draft) -> Result<OtpParams, LeftOut> {
    let algorithm = otp.get("algorithm").map(|name| name.text().ok_or(LeftOut::Algorithm)).transpose()?;
    let digits = number_of(otp, "digits", LeftOut::Digits)?;
    let (mut period, mut counter) = (None, None);
    match kind {
        Kind::Totp | Kind::Steam => period = number_of(otp, "period", LeftOut::Period)?,
        Kind::Hotp => counter = number_of(otp, "counter", LeftOut::Counter)?,
    }
    params(kind, Numbers { algorithm, digits, period, counter }, draft)
}

/// What the app cannot hold of an account at all.
fn unheld(params: &OtpParams) -> Option<Unheld> {
    let moving = match params.kind() {
        OtpKind::Totp { period } => (!matches!(period.secs(), 10 | 30 | 60 | 90)).then_some(Unheld::Period),
        OtpKind::Steam { period } => (period.secs() != 30).then_some(Unheld::Period),
        OtpKind::Hotp { counter } => (counter > MAX_COUNTER).then_some(Unheld::Counter),
    };
    if (5..=8).contains(&params.digits().get()) { moving } else { Some(Unheld::Digits) }
}

fn write(accounts: &[Outgoing<'_>], how: &mut How<'_>) -> Result<Written, WriteError> {
    let mut groups: Vec<(&str, String)> = Vec::new();
    let mut services = Vec::new();
    let (mut left_out, mut reduced) = (Vec::new(), Vec::new());
    // Milliseconds.
    let now = how.now.secs().saturating_mul(1000);
    for (at, account) in accounts.iter().enumerate() {
        if let Some(what) = unheld(&account.params) {
            left_out.push((at, what));
            continue;
        }
        reduced.extend(account.reduced(at, Place { tag: true, note: false, pin: false }));
        let group = match account.tags.first() {
            None => None,
            Some(tag) => Some(match groups.iter().find(|(name, _)| name == tag) {
                Some((_, id)) => id.clone(),
                None => {
                    let id = how.uuid()?;
                    groups.push((tag, id.clone()));
                    id
                }
            }),
        };
        services.push(service(account, services.len(), group.as_deref(), now));
    }
    if services.is_empty() {
        return Err(WriteError::NothingLeft);
    }
    let groups: Vec<Value> =
        groups.iter().map(|(name, id)| json!({"id": id, "name": name, "isExpanded": true, "updatedAt": now})).collect();
    let mut root = json!({
        "services": services,
        "groups": groups,
        "updatedAt": now,
        "schemaVersion": NEWEST,
        "appVersionCode": 5_000_000,
        "appVersionName": "5.0.0",
        "appOrigin": "android",
    });
    if let Some(password) = how.password {
        seal(&mut root, password, how)?;
    }
    Ok(Written { file: Zeroizing::new(root.to_string().into_bytes()), left_out, reduced })
}

/// Encrypts the services of a file, at the cost that the app uses itself.
fn seal(root: &mut Value, password: &str, how: &mut How<'_>) -> Result<(), WriteError> {
    let fields = root.as_object_mut().ok_or(WriteError::CannotEncrypt)?;
    let services = fields.insert("services".into(), json!([])).unwrap_or_default();
    let services = Zeroizing::new(services.to_string());
    let salt = how.bytes::<SALT>()?;
    let own_cost = Key::default();
    // The cost is a constant: nothing about it can be refused.
    let derived = crypt::pbkdf2(crypt::Hash::Sha256, password.as_bytes(), &salt, ROUNDS, &own_cost);
    let derived = derived.map_err(|_| WriteError::CannotEncrypt)?;
    for (name, open) in [("servicesEncrypted", services.as_str()), ("reference", REFERENCE)] {
        let nonce = how.bytes()?;
        let sealed = crypt::gcm_seal(&derived, nonce, open.as_bytes(), b"").ok_or(WriteError::CannotEncrypt)?;
        let parts = [sealed.as_slice(), &salt, &nonce].map(|part| data_encoding::BASE64.encode(part));
        fields.insert(name.into(), parts.join(":").into());
    }
    Ok(())
}

fn service(account: &Outgoing<'_>, position: usize, group: Option<&str>, now: u64) -> Value {
    let params = &account.params;
    let (kind, moving, value) = match params.kind() {
        OtpKind::Totp { period } => ("TOTP", "period", u64::from(period.secs())),
        OtpKind::Steam { period } => ("STEAM", "period", u64::from(period.secs())),
        OtpKind::Hotp { counter } => ("HOTP", "counter", counter),
    };
    // expose: the key is what is exported
    let secret = base32::encode(account.secret);
    let link = otpauth::write(account.issuer, account.name, params, account.secret);
    let label = if account.issuer.is_empty() { account.name.to_owned() } else { format!("{}:{}", account.issuer, account.name) };
    let mut service = json!({
        "name": account.issuer,
        "secret": secret.as_str(),
        "updatedAt": now,
        "otp": {
            "link": link.as_str(),
            "label": label,
            "account": account.name,
            "issuer": account.issuer,
            "digits": params.digits().get(),
            "algorithm": params.algorithm().name(),
            "tokenType": kind,
            "source": "Link",
            moving: value,
        },
        "order": {"position": position},
    });
    if let (Some(group), Some(fields)) = (group, service.as_object_mut()) {
        fields.insert("groupId".into(), group.into());
    }
    service
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        testing::written_is_read_back(&TwoFas, None, unheld);
        testing::written_is_read_back(&TwoFas, Some("größe 1"), unheld);
        testing::without_randomness(&TwoFas, None);
        testing::without_randomness(&TwoFas, Some("p"));
    }
}
