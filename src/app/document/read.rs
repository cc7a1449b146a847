//! JSON text to document. The text is borrowed throughout, so that no copy of a secret is made on the way.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::domain::{
    Account, AccountId, Algorithm, Digits, Guard, OtpKind, OtpParams, PasswordHash, Period, Policy, Rules, Secret, UnixTime,
};

use super::{Document, DocumentError, Kept, Odd, Pairs, Record, SCHEMA, TestUser};

/// The fields of an object in their order, a key that stands twice included.
struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Fields<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut fields = Vec::with_capacity(16);
                while let Some(field) = map.next_entry::<String, &'de RawValue>()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

impl<'a> Fields<'a> {
    fn of(raw: &'a RawValue) -> Option<Self> {
        serde_json::from_str(raw.get()).ok()
    }

    /// Takes out the value of `key`. `Err` if it stands there twice: nobody can say which one counts.
    fn raw(&mut self, key: &str) -> Result<Option<&'a RawValue>, Unreadable> {
        let Some(at) = self.0.iter().position(|(name, _)| name == key) else { return Ok(None) };
        let (_, value) = self.0.remove(at);
        if self.0.iter().any(|(name, _)| name == key) { Err(Unreadable) } else { Ok(Some(value)) }
    }

    /// The value of `key`, if it is there. `Err` if it is of another type.
    fn optional<T: Deserialize<'a>>(&mut self, key: &str) -> Result<Option<T>, Unreadable> {
        match self.raw(key)? {
            None => Ok(None),
            Some(raw) => serde_json::from_str(raw.get()).map(Some).map_err(|_| Unreadable),
        }
    }

    /// The value of `key`, which must be there.
    fn required<T: Deserialize<'a>>(&mut self, key: &str) -> Result<T, Unreadable> {
        self.optional(key)?.ok_or(Unreadable)
    }

    /// Takes out the text of `key`, if it stands there once and is one; anything else is left.
    fn text(&mut self, key: &str) -> Option<Zeroizing<String>> {
        let mut all = self.0.iter().enumerate().filter(|(_, (name, _))| name == key);
        let (Some((at, (_, raw))), None) = (all.next(), all.next()) else { return None };
        let text = serde_json::from_str(raw.get()).map(Zeroizing::new).ok()?;
        self.0.remove(at);
        Some(text)
    }

    /// What nobody took.
    fn rest(self) -> Pairs {
        self.0.into_iter().map(|(name, raw)| (name, Zeroizing::new(raw.get().to_owned()))).collect()
    }
}

/// The entry is odd.
struct Unreadable;

pub(super) fn document(text: &str) -> Result<Document, DocumentError> {
    let damaged = |_: Unreadable| DocumentError::Damaged;
    let mut fields: Fields<'_> = serde_json::from_str(text).map_err(|_| DocumentError::Damaged)?;
    let schema: u64 = fields.required("schema").map_err(damaged)?;
    if schema > u64::from(SCHEMA) {
        return Err(DocumentError::TooNew);
    }
    if schema == 0 {
        return Err(DocumentError::Damaged);
    }
    let generation = fields.required("generation").map_err(damaged)?;
    let accounts: Vec<&RawValue> = fields.required("accounts").map_err(damaged)?;
    let users: Vec<&RawValue> = fields.optional("users").map_err(damaged)?.unwrap_or_default();
    let purged: Vec<String> = fields.optional("purged").map_err(damaged)?.unwrap_or_default();
    let returned: Vec<String> = fields.optional("returned").map_err(damaged)?.unwrap_or_default();
    let backup_passphrase = fields.text("backup_passphrase");

    let ids = |texts: Vec<String>| texts.iter().filter_map(|text| AccountId::parse(text)).collect();
    let (purged, returned) = (ids(purged), ids(returned));
    let mut document = Document { generation, purged, returned, backup_passphrase, ..Document::default() };
    document.accounts.reserve_exact(accounts.len());
    let kept = &mut document.kept;
    let mut ids = BTreeSet::new();
    for (at, raw) in accounts.into_iter().enumerate() {
        match record(raw) {
            Ok((record, rest)) if ids.insert(record.account.id) => {
                if !rest.is_empty() {
                    kept.account_fields.insert(record.account.id, rest);
                }
                document.accounts.push(record);
            }
            _ => kept.accounts.push(odd(at, raw)),
        }
    }
    let mut names = BTreeSet::new();
    for (at, raw) in users.into_iter().enumerate() {
        match user(raw) {
            Ok((user, rest)) if names.insert(user.name.clone()) => {
                if !rest.is_empty() {
                    kept.user_fields.insert(user.name.clone(), rest);
                }
                document.users.push(user);
            }
            _ => kept.users.push(odd(at, raw)),
        }
    }
    document.kept = Kept { fields: fields.rest(), ..std::mem::take(&mut document.kept) };
    Ok(document)
}

fn odd(at: usize, raw: &RawValue) -> Odd {
    Odd { at, text: Zeroizing::new(raw.get().to_owned()) }
}

fn record(raw: &RawValue) -> Result<(Record, Pairs), Unreadable> {
    let mut fields = Fields::of(raw).ok_or(Unreadable)?;
    let account = Account {
        id: id(&fields.required::<String>("id")?)?,
        issuer: fields.optional("issuer")?.unwrap_or_default(),
        name: fields.optional("name")?.unwrap_or_default(),
        params: params(&mut fields)?,
        tags: fields.optional("tags")?.unwrap_or_default(),
        note: fields.optional("note")?.unwrap_or_default(),
        pinned: fields.optional("pinned")?.unwrap_or_default(),
        uses: fields.optional("uses")?.unwrap_or_default(),
        created: UnixTime::from_secs(fields.optional("created")?.unwrap_or_default()),
    };
    let secret = secret(fields.raw("secret")?.ok_or(Unreadable)?)?;
    let trashed = fields.optional::<Option<u64>>("trashed")?.flatten().map(UnixTime::from_secs);
    Ok((Record { account, secret, trashed }, fields.rest()))
}

fn params(fields: &mut Fields<'_>) -> Result<OtpParams, Unreadable> {
    let period = |fields: &mut Fields<'_>| Period::new(fields.required("period")?).ok_or(Unreadable);
    let kind = match fields.required::<String>("type")?.as_str() {
        "totp" => OtpKind::Totp { period: period(fields)? },
        "steam" => OtpKind::Steam { period: period(fields)? },
        "hotp" => OtpKind::Hotp { counter: fields.required("counter")? },
        _ => return Err(Unreadable),
    };
    let algorithm = Algorithm::parse(&fields.required::<String>("algorithm")?).ok_or(Unreadable)?;
    let digits = Digits::new(fields.required("digits")?).ok_or(Unreadable)?;
    OtpParams::new(algorithm, digits, kind).map_err(|_| Unreadable)
}

fn secret(raw: &RawValue) -> Result<Secret, Unreadable> {
    let text = raw.get();
    let plain = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or(Unreadable)?;
    let unescaped;
    let base32 = if plain.contains('\\') {
        unescaped = Zeroizing::new(serde_json::from_str::<String>(text).map_err(|_| Unreadable)?);
        unescaped.as_str()
    } else {
        plain
    };
    let bytes = data_encoding::BASE32_NOPAD.decode(base32.as_bytes()).map_err(|_| Unreadable)?;
    Secret::new(bytes).map_err(|_| Unreadable)
}

fn user(raw: &RawValue) -> Result<(TestUser, Pairs), Unreadable> {
    let mut fields = Fields::of(raw).ok_or(Unreadable)?;
    let name = fields.required("name")?;
    let password = match fields.optional::<Option<String>>("password")?.flatten() {
        None => None,
        Some(phc) => Some(PasswordHash::parse(&phc).ok_or(Unreadable)?),
    };
    let ids: Vec<String> = fields.optional("accounts")?.unwrap_or_default();
    let accounts = ids.iter().map(|text| id(text)).collect::<Result<_, _>>()?;
    let key = fields.optional("key")?;
    let rules = rules(&mut fields)?;
    Ok((TestUser { name, password, accounts, key, rules }, fields.rest()))
}

/// Rules that are not understood are not guessed: the user is odd then, and cannot log in.
fn rules(fields: &mut Fields<'_>) -> Result<Rules, Unreadable> {
    let usual = Rules::default();
    let window = fields.optional("window")?.unwrap_or(usual.policy.window());
    let one_time = fields.optional("one_time")?.unwrap_or(usual.policy.one_time());
    let guard = match fields.optional::<String>("guard")? {
        None => usual.guard,
        Some(key) => Guard::parse(&key).ok_or(Unreadable)?,
    };
    Ok(Rules { policy: Policy::new(window).ok_or(Unreadable)?.with_one_time(one_time), guard })
}

fn id(text: &str) -> Result<AccountId, Unreadable> {
    AccountId::parse(text).ok_or(Unreadable)
}
