//! Authy for Android: its preferences, plain or encrypted with the backup password; read.
//!
//! Facts from Aegis's importer (`AuthyImporter`), which was made after real files. Tokens are JSON lists in XML, under
//! `com.authy.storage.tokens.authenticator.key` and `com.authy.storage.tokens.authy.key`. An ordinary token has `decryptedSecret` (base32), or
//! `encryptedSecret` and `salt`, which is used as it stands: PBKDF2 with SHA-1 and 1 000 rounds, AES-256-CBC with an IV of zeros, no MAC.
//! Authy's own tokens have `secretSeed` (hexadecimal) and codes of 10 s. All of it is SHA-1, and 30 s where nothing else is said here.
//!
//! The names: `originalIssuer`, else what stands before a colon in `originalName`, else the account type; `name` is what is shown, often with
//! the issuer in front.
//!
//! Not kept of an entry: logo, colour, ids, when it was made.

use std::collections::{HashMap, HashSet};

use zeroize::Zeroizing;

use super::crypt::{self, Hash, Key32};
use super::draft::{Kind, Numbers, ReadKey, base32_key, base64, hex_key, number_of, params, text_of};
use super::json::{Json, parse};
use super::{Draft, Entry, FileNote, Format, FormatError, Given, Import, Key, LeftOut, MAX_ENTRIES, prefs};
use crate::formats::base32;

/// See the module.
pub struct Authy;

const TOKENS: &str = "com.authy.storage.tokens.authenticator.key";
const OWN_TOKENS: &str = "com.authy.storage.tokens.authy.key";
const ROUNDS: i128 = 1000;
/// How long a code of Authy's own tokens lives, in seconds.
const OWN_PERIOD: i128 = 10;

impl Format for Authy {
    fn id(&self) -> &'static str {
        "authy"
    }

    fn name(&self) -> &'static str {
        "Authy"
    }

    fn hint(&self) -> &'static str {
        "com.authy.storage.tokens.authenticator.xml from the app's folder on a rooted phone"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        let named = |text: &str| text.contains(TOKENS) || text.contains(OWN_TOKENS);
        given.text().is_some_and(|text| prefs::is_map(text) && named(text))
    }

    fn read(&self, given: &Given<'_>, key: &Key) -> Result<Import, FormatError> {
        let texts = prefs::texts(given.text().ok_or(FormatError::NotThisFormat)?)?;
        let mut lists = Vec::new();
        for (_, value) in texts.iter().filter(|(name, _)| name == TOKENS || name == OWN_TOKENS) {
            lists.push(parse(value).map_err(|error| match error {
                FormatError::NotThisFormat => FormatError::Damaged,
                error => error,
            })?);
        }
        if lists.is_empty() {
            return Err(FormatError::NotThisFormat);
        }
        let mut tokens = Vec::new();
        for list in &lists {
            tokens.extend(list.entries()?);
        }
        if tokens.len() > MAX_ENTRIES {
            return Err(FormatError::TooManyEntries);
        }
        // Each token has its own salt, and so its own derivation.
        if key.password.is_some() {
            let locked = tokens.iter().filter(|token| token.get("decryptedSecret").is_none());
            let salts: HashSet<&str> = locked.filter_map(|token| token.get("salt").and_then(Json::text)).collect();
            crypt::rounds_affordable((salts.len() as u64).saturating_mul(ROUNDS as u64), key)?;
        }
        let mut safe = Safe::new(key);
        let mut entries = Vec::with_capacity(tokens.len());
        for token in tokens {
            entries.push(entry(token, &mut safe)?);
        }
        match (safe.opened, safe.refused) {
            (false, true) => Err(FormatError::WrongOrDamaged),
            (false, false) => Ok(Import { entries, ..Import::default() }),
            (true, _) => Ok(Import { entries, notes: vec![FileNote::NoCheck], ..Import::default() }),
        }
    }
}

/// Opens keys, and remembers whether any opened.
struct Safe<'a> {
    key: &'a Key,
    /// The derived key of each salt.
    derived: HashMap<String, Key32>,
    opened: bool,
    refused: bool,
}

impl<'a> Safe<'a> {
    fn new(key: &'a Key) -> Self {
        Self { key, derived: HashMap::new(), opened: false, refused: false }
    }

    /// The key in base32. What opens and is no base32 was not opened with the right password: there is no other check.
    fn open(&mut self, sealed: &[u8], salt: &str) -> Result<Option<Zeroizing<String>>, FormatError> {
        let password = self.key.password()?;
        if !self.derived.contains_key(salt) {
            let derived = crypt::pbkdf2(Hash::Sha1, password, salt.as_bytes(), ROUNDS, self.key)?;
            self.derived.insert(salt.to_owned(), derived);
        }
        let opened = self.derived.get(salt).and_then(|derived| crypt::cbc_open(derived, &[0; 16], sealed));
        let text = opened.and_then(|bytes| std::str::from_utf8(&bytes).ok().map(|text| Zeroizing::new(text.to_owned())));
        let text = text.filter(|text| base32::decode(text).is_ok());
        match text {
            Some(_) => self.opened = true,
            None => self.refused = true,
        }
        Ok(text)
    }
}

fn entry(token: &Json, safe: &mut Safe<'_>) -> Result<Entry, FormatError> {
    let mut draft = Draft::default();
    if let Err(why) = names(token, &mut draft) {
        return Ok(draft.left_out(why));
    }
    let own = token.has("secretSeed");
    let key = if own { text_of(token, "secretSeed").map_err(|_| LeftOut::KeyForm).and_then(seed) } else { key(token, safe)? };
    let period = if own { Some(OWN_PERIOD) } else { None };
    let params = number_of(token, "digits", LeftOut::Digits)
        .and_then(|digits| params(Kind::Totp, Numbers { digits, period, ..Numbers::default() }, &mut draft));
    Ok(draft.entry(key, params))
}

fn seed(text: &str) -> ReadKey {
    if text.is_empty() { Err(LeftOut::NoKey) } else { hex_key(text) }
}

fn key(token: &Json, safe: &mut Safe<'_>) -> Result<ReadKey, FormatError> {
    if let Some(plain) = token.get("decryptedSecret") {
        return Ok(plain.text().ok_or(LeftOut::KeyForm).and_then(base32_key));
    }
    let Some(sealed) = token.get("encryptedSecret") else { return Ok(Err(LeftOut::NoKey)) };
    let salt = token.get("salt").and_then(Json::text);
    let (Some(sealed), Some(salt)) = (sealed.text().and_then(base64), salt) else { return Ok(Err(LeftOut::KeyForm)) };
    Ok(safe.open(&sealed, salt)?.ok_or(LeftOut::KeyLocked).and_then(|text| base32_key(&text)))
}

fn names(token: &Json, draft: &mut Draft) -> Result<(), LeftOut> {
    if token.fields().is_none() {
        return Err(LeftOut::Unreadable);
    }
    let (shown, original) = (text_of(token, "name")?, text_of(token, "originalName")?);
    let shown = if shown.is_empty() { original } else { shown };
    draft.name = shown.to_owned();
    let before = original.split_once(':').map_or("", |(issuer, _)| issuer);
    let kind = text_of(token, "accountType")?;
    draft.issuer = match (text_of(token, "originalIssuer")?, before, kind) {
        ("", "", "authenticator" | "other" | "") => "",
        ("", "", kind) => kind,
        ("", before, _) => before,
        (issuer, ..) => issuer,
    }
    .to_owned();
    let rest = shown.strip_prefix(draft.issuer.as_str()).filter(|_| !draft.issuer.is_empty());
    if let Some(rest) = rest.and_then(|rest| rest.strip_prefix(':').or_else(|| rest.strip_prefix(" - "))) {
        draft.name = rest.trim_start().to_owned();
    }
    Ok(())
}
