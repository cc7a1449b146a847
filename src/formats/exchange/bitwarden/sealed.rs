//! Bitwarden's encryption with a password.
//!
//! `salt` is text that is used as it stands, though it looks like base64. PBKDF2 with SHA-256 (`kdfType` 0), or Argon2id (1) over the salt's
//! SHA-256, gives 32 bytes; HKDF-Expand of them gives a key for AES-256-CBC (`enc`) and one for HMAC-SHA-256 (`mac`). `data` and
//! `encKeyValidation_DO_NOT_EDIT` are `2.IV|CIPHERTEXT|MAC`; the latter opens with the right password, so that a wrong one is told.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::super::crypt::{self, Argon2Cost, Argon2Kind, Hash, Key32};
use super::super::draft::base64;
use super::super::json::Json;
use super::super::{FormatError, Key};

/// The JSON inside.
///
/// # Errors
/// [`FormatError::WrongPassword`] where neither the data nor what validates the password opens.
pub(super) fn open(root: &Json, key: &Key) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    let text = |name| root.get(name).and_then(Json::text).ok_or(FormatError::Damaged);
    let data = Sealed::read(text("data")?)?;
    let keys = Keys::derive(root, text("salt")?, key)?;
    if let Some(opened) = keys.open(&data) {
        return Ok(opened);
    }
    let Some(validation) = root.get("encKeyValidation_DO_NOT_EDIT") else { return Err(FormatError::WrongOrDamaged) };
    let validation = validation.text().ok_or(FormatError::Damaged).and_then(Sealed::read)?;
    Err(if keys.open(&validation).is_some() { FormatError::Damaged } else { FormatError::WrongPassword })
}

/// One encrypted text.
struct Sealed {
    iv: Zeroizing<Vec<u8>>,
    ciphertext: Zeroizing<Vec<u8>>,
    mac: Zeroizing<Vec<u8>>,
}

impl Sealed {
    fn read(text: &str) -> Result<Self, FormatError> {
        let (kind, rest) = text.split_once('.').ok_or(FormatError::Damaged)?;
        match kind.parse::<u8>() {
            Ok(2) => {}
            Ok(3..) => return Err(FormatError::TooNew),
            _ => return Err(FormatError::Damaged),
        }
        let mut parts = rest.split('|').map(|part| base64(part).ok_or(FormatError::Damaged));
        let mut part = || parts.next().ok_or(FormatError::Damaged)?;
        let sealed = Self { iv: part()?, ciphertext: part()?, mac: part()? };
        if parts.next().is_some() { Err(FormatError::Damaged) } else { Ok(sealed) }
    }
}

struct Keys {
    enc: Key32,
    mac: Key32,
}

impl Keys {
    fn derive(root: &Json, salt: &str, key: &Key) -> Result<Self, FormatError> {
        let number = |name| root.get(name).and_then(Json::whole).ok_or(FormatError::Damaged);
        let passes = number("kdfIterations")?;
        let stretched = match number("kdfType")? {
            0 => crypt::pbkdf2(Hash::Sha256, key.password()?, salt.as_bytes(), passes, key)?,
            1 => {
                let kib = number("kdfMemory")?.min(u32::MAX.into()) * 1024;
                let cost = Argon2Cost { kib, passes, lanes: number("kdfParallelism")? };
                let salt: [u8; 32] = Sha256::digest(salt.as_bytes()).into();
                crypt::argon2(Argon2Kind::Argon2id, key.password()?, &salt, cost, key)?
            }
            2.. => return Err(FormatError::TooNew),
            _ => return Err(FormatError::Damaged),
        };
        let expand = Hkdf::<Sha256>::from_prk(&*stretched).map_err(|_| FormatError::Damaged)?;
        let (mut enc, mut mac) = (Key32::default(), Key32::default());
        expand.expand(b"enc", &mut *enc).map_err(|_| FormatError::Damaged)?;
        expand.expand(b"mac", &mut *mac).map_err(|_| FormatError::Damaged)?;
        Ok(Self { enc, mac })
    }

    /// What is inside, once the MAC is right.
    fn open(&self, sealed: &Sealed) -> Option<Zeroizing<Vec<u8>>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.mac).ok()?;
        mac.update(&sealed.iv);
        mac.update(&sealed.ciphertext);
        let proven = mac.verify_slice(&sealed.mac).is_ok() || crypt::FUZZED;
        if !proven {
            return None;
        }
        crypt::cbc_open(&self.enc, &sealed.iv, &sealed.ciphertext)
    }
}
