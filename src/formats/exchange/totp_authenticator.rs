//! TOTP Authenticator by BinaryBoot: its encrypted backup, which is one base64 text.
//!
//! AES-256-CBC with PKCS #7 padding and an IV of zeros under SHA-256 of the password; without a password of one's own the app takes
//! `TotpAuthenticator`. Inside is a JSON object whose only *name* is the text of a JSON list: `{"[{…}]":""}`, items `{"base": 16, 32
//! or 64, "key", "issuer", "name", "digits", …}`. Time-based, SHA-1, 30 s. Nothing in it proves the password. Not kept: icons and
//! colours. Source: Aegis's reader, checked there against files of the app.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::crypt::{Key32, cbc_open};
use super::draft::{Kind, Numbers, base32_key, base64_key, hex_key, number_of, params, text_of};
use super::{Draft, Entry, FileNote, Format, FormatError, Given, Import, Json, Key, LeftOut, MAX_ENTRIES, json};

/// See the module.
pub struct TotpAuthenticator;

/// What the app encrypts with when nobody has chosen a password.
const DEFAULT: &[u8] = b"TotpAuthenticator";

impl Format for TotpAuthenticator {
    fn id(&self) -> &'static str {
        "totp-authenticator"
    }

    fn name(&self) -> &'static str {
        "TOTP Authenticator"
    }

    fn hint(&self) -> &'static str {
        "Backup & restore > Backup to a file"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        sealed(given).is_some()
    }

    fn read(&self, given: &Given<'_>, key: &Key) -> Result<Import, FormatError> {
        let sealed = sealed(given).ok_or(FormatError::NotThisFormat)?;
        let (list, note) = match open(&sealed, DEFAULT) {
            Some(list) => (list, None),
            None => (open(&sealed, key.password()?).ok_or(FormatError::WrongOrDamaged)?, Some(FileNote::NoCheck)),
        };
        let list = json::parse(&list)?;
        let items = list.list().ok_or(FormatError::Damaged)?;
        if items.len() > MAX_ENTRIES {
            return Err(FormatError::TooManyEntries);
        }
        Ok(Import { entries: items.iter().map(entry).collect(), notes: note.into_iter().collect(), ..Import::default() })
    }
}

/// The ciphertext: base64 of whole blocks, perhaps broken into lines.
fn sealed(given: &Given<'_>) -> Option<Zeroizing<Vec<u8>>> {
    let text = given.text()?;
    let like = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'\r' | b'\n');
    if !text.trim().bytes().all(like) {
        return None;
    }
    let bare: Zeroizing<String> = Zeroizing::new(text.chars().filter(|c| !matches!(c, '\r' | '\n' | ' ')).collect());
    super::draft::base64(&bare).filter(|sealed| !sealed.is_empty() && sealed.len().is_multiple_of(16))
}

/// The text of the list, if the password opens it.
fn open(sealed: &[u8], password: &[u8]) -> Option<Zeroizing<String>> {
    let key = Key32::new(Sha256::digest(password).into());
    let open = cbc_open(&key, &[0; 16], sealed)?;
    let object = json::parse(std::str::from_utf8(&open).ok()?).ok()?;
    let (list, _) = object.fields()?.first()?;
    Some(Zeroizing::new(list.clone()))
}

fn entry(item: &Json) -> Entry {
    let text = |key: &str| text_of(item, key).unwrap_or_default().to_owned();
    let mut draft = Draft { issuer: text("issuer"), name: text("name"), ..Draft::default() };
    let read = || -> Result<_, LeftOut> {
        let (_, _) = (text_of(item, "issuer")?, text_of(item, "name")?);
        if item.fields().is_none() {
            return Err(LeftOut::Unreadable);
        }
        Ok((number_of(item, "digits", LeftOut::Digits)?, number_of(item, "base", LeftOut::KeyForm)?, text_of(item, "key")?))
    };
    match read() {
        Ok((_, _, "")) => draft.left_out(LeftOut::NoKey),
        Ok((digits, base, text)) => {
            let key = match base {
                Some(16) => hex_key(text),
                Some(32) => base32_key(text),
                Some(64) => base64_key(text),
                _ => Err(LeftOut::KeyForm),
            };
            let params = params(Kind::Totp, Numbers { digits, ..Numbers::default() }, &mut draft);
            draft.entry(key, params)
        }
        Err(why) => draft.left_out(why),
    }
}
