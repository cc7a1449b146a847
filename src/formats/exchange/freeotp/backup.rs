//! FreeOTP 2's `externalBackup.xml`, which is no XML: preferences as a serialized Java map of texts.
//!
//! `masterKey` is JSON: a key that is encrypted under PBKDF2(password). For every token, under its id, `key` is JSON in JSON: its key,
//! encrypted under the master key; and under its id and `-token` stands what [`token`](super::token) reads, with `algo`, `digits` and
//! `period` only where they are not the default. Each encryption is AES-256-GCM, its parameters in ASN.1, and bound to `mToken`, which
//! names what the key is for: `AES`, or the token's `HmacSHA1` and so on.

use std::collections::HashMap;

use super::super::crypt::{self, Hash, Key32};
use super::super::draft::{ReadKey, bytes_key};
use super::super::json::{Json, parse};
use super::super::{Draft, Entry, FormatError, Import, Key, LeftOut, MAX_ENTRIES};
use super::java::Map;
use super::token;

const MASTER: &str = "masterKey";
const SUFFIX: &str = "-token";

/// Reads it.
///
/// # Errors
/// [`FormatError`].
pub(super) fn read(map: &Map, key: &Key) -> Result<Import, FormatError> {
    let texts: HashMap<&str, &str> = map.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let master = master(texts.get(MASTER).copied().ok_or(FormatError::NotThisFormat)?, key)?;
    let tokens: HashMap<&str, &str> =
        map.iter().filter_map(|(name, value)| Some((name.strip_suffix(SUFFIX)?, value.as_str()))).collect();
    let mut import = Import::default();
    for (name, value) in map {
        let made = match name.strip_suffix(SUFFIX) {
            // Said where its key stands, if it has one.
            Some(id) if texts.contains_key(id) => continue,
            Some(_) => token_entry(value, Err(LeftOut::NoKey), None),
            None => match parse(value) {
                Ok(json) if json.has("key") => keyed(&json, tokens.get(name.as_str()).copied(), &master),
                _ if tokens.contains_key(name.as_str()) => {
                    token_entry(tokens.get(name.as_str()).copied().unwrap_or_default(), Err(LeftOut::Unreadable), None)
                }
                // The master key, the order of tokens, settings.
                _ => continue,
            },
        };
        if import.entries.len() == MAX_ENTRIES {
            return Err(FormatError::TooManyEntries);
        }
        import.entries.push(made);
    }
    Ok(import)
}

/// The master key.
fn master(text: &str, key: &Key) -> Result<Key32, FormatError> {
    let json = parse(text).map_err(|_| FormatError::Damaged)?;
    let hash = match json.get("mAlgorithm").and_then(Json::text).ok_or(FormatError::Damaged)?.to_ascii_lowercase().as_str() {
        "pbkdf2withhmacsha1" => Hash::Sha1,
        "pbkdf2withhmacsha256" => Hash::Sha256,
        "pbkdf2withhmacsha512" => Hash::Sha512,
        _ => return Err(FormatError::TooNew),
    };
    let rounds = json.get("mIterations").and_then(Json::whole).ok_or(FormatError::Damaged)?;
    let salt = json.get("mSalt").and_then(token::bytes).ok_or(FormatError::Damaged)?;
    let sealed = json.get("mEncryptedKey").and_then(Sealed::read).ok_or(FormatError::Damaged)?;
    let derived = crypt::pbkdf2(hash, key.password()?, &salt, rounds, key)?;
    let opened = sealed.open(&derived).ok_or(FormatError::WrongOrDamaged)?;
    let bytes: [u8; 32] = opened.as_slice().try_into().map_err(|_| FormatError::Damaged)?;
    Ok(bytes.into())
}

/// A key that is encrypted, and what it is for.
struct Sealed {
    ciphertext: zeroize::Zeroizing<Vec<u8>>,
    nonce: Vec<u8>,
    purpose: String,
}

impl Sealed {
    fn read(json: &Json) -> Option<Self> {
        if json.get("mCipher")?.text()? != "AES/GCM/NoPadding" {
            return None;
        }
        let parameters = token::bytes(json.get("mParameters")?)?;
        // A sequence of the nonce, 12 bytes, and the length of the tag, 16.
        let nonce = parameters.strip_prefix(&[0x30, 0x11, 0x04, 0x0c])?.strip_suffix(&[0x02, 0x01, 0x10])?.to_vec();
        let purpose = json.get("mToken")?.text()?.to_owned();
        Some(Self { ciphertext: token::bytes(json.get("mCipherText")?)?, nonce, purpose })
    }

    fn open(&self, key: &Key32) -> Option<zeroize::Zeroizing<Vec<u8>>> {
        crypt::gcm_open(key, &self.nonce, &self.ciphertext, self.purpose.as_bytes())
    }
}

/// The entry of a token with its key.
fn keyed(json: &Json, token: Option<&str>, master: &Key32) -> Entry {
    let sealed = json.get("key").and_then(Json::text).and_then(|text| Sealed::read(&parse(text).ok()?));
    let (key, purpose) = match &sealed {
        None => (Err(LeftOut::Unreadable), None),
        Some(sealed) => {
            let key = sealed.open(master).ok_or(LeftOut::KeyLocked).and_then(bytes_key);
            (key, Some(sealed.purpose.as_str()))
        }
    };
    match token {
        Some(token) => token_entry(token, key, purpose),
        None => Draft::default().left_out(LeftOut::Unreadable),
    }
}

fn token_entry(token: &str, key: ReadKey, hash: Option<&str>) -> Entry {
    parse(token).map_or_else(|_| Draft::default().left_out(LeftOut::Unreadable), |token| token::entry(&token, Some(key), hash))
}
