//! Proton Authenticator: its export as JSON, plain or encrypted with a password; read.
//!
//! Facts from the sources of `proton-authenticator-common` (ProtonMail). Plain: `version` 1 and `entries`, each with `content` (`uri`, `name`,
//! `entry_type` `Totp` or `Steam`) and `note`. Encrypted: `version` 1, `salt`, `content`; Argon2id with 19 MiB, 2 passes, 1 lane, then
//! AES-256-GCM over the plain JSON with the nonce in front. A Steam entry's `uri` is `steam://KEY`. The app has no counters and no tags.
//!
//! Not kept of an entry: its id.

use super::crypt::{self, Argon2Cost, Argon2Kind};
use super::draft::{Kind, Numbers, base32_key, base64, params, text_of};
use super::json::{Json, inside};
use super::{Draft, Entry, Format, FormatError, Given, Import, Key, LeftOut, OddKind, shape};

/// See the module.
pub struct Proton;

/// The newest version of both forms.
const VERSION: i128 = 1;
/// What is bound to the encryption.
const AAD: &[u8] = b"proton.authenticator.export.v1";
const COST: Argon2Cost = Argon2Cost { kib: 19 * 1024, passes: 2, lanes: 1 };

impl Format for Proton {
    fn id(&self) -> &'static str {
        "proton"
    }

    fn name(&self) -> &'static str {
        "Proton Authenticator"
    }

    fn hint(&self) -> &'static str {
        "Settings > Export, with or without a password"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        match given.json() {
            Ok(root) => is_sealed(root) || is_plain(root),
            Err(_) => given.text().is_some_and(|text| {
                shape::begins(text, "{\"version\":1,\"salt\":\"") || shape::begins(text, "{\"version\":1,\"entries\":[{\"id\":\"")
            }),
        }
    }

    fn read(&self, given: &Given<'_>, key: &Key) -> Result<Import, FormatError> {
        let root = given.json()?;
        if !root.has("version") || !(root.has("entries") || root.has("salt")) {
            return Err(FormatError::NotThisFormat);
        }
        if root.has("entries") {
            return content(root);
        }
        version(root)?;
        let bytes = |name| root.get(name).and_then(Json::text).and_then(base64).ok_or(FormatError::Damaged);
        let (salt, sealed) = (bytes("salt")?, bytes("content")?);
        let (nonce, sealed) = sealed.split_at_checked(12).ok_or(FormatError::Damaged)?;
        let derived = crypt::argon2(Argon2Kind::Argon2id, key.password()?, &salt, COST, key)?;
        let opened = crypt::gcm_open(&derived, nonce, sealed, AAD).ok_or(FormatError::WrongOrDamaged)?;
        content(&inside(&opened)?)
    }
}

fn is_sealed(root: &Json) -> bool {
    root.has("version") && root.has("salt") && root.has("content") && !root.has("entries")
}

/// Other apps have `version` and `entries` too: an entry says `content`.
fn is_plain(root: &Json) -> bool {
    let entries = root.get("entries").and_then(Json::list);
    root.has("version") && entries.is_some_and(|entries| entries.is_empty() || entries.iter().any(|entry| entry.has("content")))
}

fn version(root: &Json) -> Result<(), FormatError> {
    match root.get("version").and_then(Json::whole) {
        Some(VERSION) => Ok(()),
        Some(version) if version > VERSION => Err(FormatError::TooNew),
        _ => Err(FormatError::Damaged),
    }
}

fn content(root: &Json) -> Result<Import, FormatError> {
    version(root)?;
    let entries = root.get("entries").ok_or(FormatError::Damaged)?.entries()?;
    Ok(Import { entries: entries.iter().map(entry).collect(), ..Import::default() })
}

fn entry(entry: &Json) -> Entry {
    let mut draft = Draft::default();
    match fill(entry, &mut draft) {
        Ok((Kind::Steam, uri)) => {
            let params = params(Kind::Steam, Numbers::default(), &mut draft);
            draft.issuer = "Steam".into();
            draft.entry(base32_key(uri.get("steam://".len()..).unwrap_or_default()), params)
        }
        Ok((_, uri)) => draft.address(uri),
        Err(why) => draft.left_out(why),
    }
}

/// Everything but key and parameters; which kind it is, and the address.
fn fill<'a>(entry: &'a Json, draft: &mut Draft) -> Result<(Kind, &'a str), LeftOut> {
    let content = entry.get("content").ok_or(LeftOut::Unreadable)?;
    draft.name = text_of(content, "name")?.to_owned();
    draft.note = text_of(entry, "note")?.to_owned();
    let uri = text_of(content, "uri")?;
    if uri.is_empty() {
        return Err(LeftOut::NoKey);
    }
    let steam = uri.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("steam://"));
    match (text_of(content, "entry_type")?, steam) {
        ("Steam" | "", true) => Ok((Kind::Steam, uri)),
        ("Totp" | "", false) => Ok((Kind::Totp, uri)),
        ("Steam" | "Totp", _) => Err(LeftOut::Unreadable),
        _ => Err(LeftOut::Kind(OddKind::Other)),
    }
}
