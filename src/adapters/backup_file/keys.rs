//! What opens a file (a passphrase, an age identity, an SSH private key), and the public keys that lock one.

use std::io::Read;

use age::secrecy::SecretString;
use age::ssh::{self, ParseRecipientKeyError};
use age::{DecryptError, Decryptor};
use data_encoding::BASE64;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::app::ports::{BackupError, Locked, RecipientError, WORK_MOST};

use super::{accept, head};

/// The largest key file, in bytes.
pub const MOST_KEY_FILE: usize = 64 << 10;
/// The most identities in one key file.
const MOST_IDENTITIES: usize = 32;
/// The most rounds of bcrypt that an SSH key's own passphrase may ask for: about ten seconds. `ssh-keygen` takes 24 unless told
/// otherwise.
const MOST_ROUNDS: u32 = 1_024;

/// A public key and its text without comment: an age key (`age1…`) or an SSH key (`ssh-ed25519`, `ssh-rsa` of 2 048 to 4 096 bits).
///
/// # Errors
/// [`RecipientError`].
pub fn recipient(line: &str) -> Result<(Box<dyn age::Recipient>, String), RecipientError> {
    let line = line.trim();
    if line.to_ascii_uppercase().contains("AGE-SECRET-KEY-") || line.contains("PRIVATE KEY") {
        return Err(RecipientError::Secret);
    }
    if let Ok(key) = line.parse::<age::x25519::Recipient>() {
        let text = key.to_string();
        return Ok((Box::new(key), text));
    }
    match line.parse::<ssh::Recipient>() {
        Ok(key) => {
            let text = key.to_string();
            Ok((Box::new(key), text))
        }
        Err(ParseRecipientKeyError::RsaModulusTooLarge) => Err(RecipientError::RsaTooLong),
        Err(ParseRecipientKeyError::RsaModulusTooSmall) => Err(RecipientError::RsaTooShort),
        Err(ParseRecipientKeyError::Unsupported(_) | ParseRecipientKeyError::Ignore) => Err(RecipientError::Unsupported),
        // The keys of plugins: age1NAME1…
        Err(_) if line.starts_with("age1") && line.rfind('1') > Some(3) => Err(RecipientError::Unsupported),
        Err(_) => Err(RecipientError::NotAKey),
    }
}

/// What is in `sealed`, which a passphrase locks. age takes a passphrase to the letter; where it does not fit, its composed and
/// decomposed forms are tried: a Mac and a PC may send the same key press as either.
///
/// # Errors
/// [`BackupError::WrongPassphrase`], or [`BackupError::Damaged`] where the passphrase fits.
pub fn with_passphrase(sealed: &[u8], passphrase: &str) -> Result<Zeroizing<Vec<u8>>, BackupError> {
    let mut forms = vec![Zeroizing::new(passphrase.to_owned())];
    for form in [Zeroizing::new(passphrase.nfc().collect::<String>()), Zeroizing::new(passphrase.nfd().collect())] {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    let mut outcome = Err(BackupError::WrongPassphrase);
    for form in forms {
        let mut identity = age::scrypt::Identity::new(SecretString::from(form.as_str()));
        identity.set_max_work_factor(WORK_MOST);
        outcome = open(sealed, &[&identity]).map_err(|error| match error {
            DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed | DecryptError::NoMatchingKeys => {
                BackupError::WrongPassphrase
            }
            DecryptError::ExcessiveWork { required, .. } => BackupError::TooMuchWork { work: Some(required) },
            _ => BackupError::Damaged,
        });
        if outcome != Err(BackupError::WrongPassphrase) {
            break;
        }
    }
    outcome
}

/// What is in `sealed`, which keys lock.
///
/// # Errors
/// [`BackupError::NoKeyFits`] or [`BackupError::Damaged`].
pub fn with_identities(sealed: &[u8], identities: &[Box<dyn age::Identity>]) -> Result<Zeroizing<Vec<u8>>, BackupError> {
    let identities: Vec<&dyn age::Identity> = identities.iter().map(AsRef::as_ref).collect();
    open(sealed, &identities).map_err(|error| match error {
        DecryptError::NoMatchingKeys => BackupError::NoKeyFits,
        _ => BackupError::Damaged,
    })
}

fn open(sealed: &[u8], identities: &[&dyn age::Identity]) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    let mut reader = Decryptor::new_buffered(sealed)?.decrypt(identities.iter().copied())?;
    // never grows, and so leaves no copy behind
    let mut text = Zeroizing::new(Vec::with_capacity(sealed.len()));
    // What cannot be read from here on is damage, whatever the library calls it.
    reader.read_to_end(&mut text).map_err(|_| DecryptError::InvalidMac)?;
    Ok(text)
}

/// The keys in a key file: an age identity file, one that is encrypted itself with `passphrase`, or an SSH private key, which may be.
/// `long`: it may ask for more work than usual.
///
/// # Errors
/// [`BackupError`]: what is wrong with the key file, or what it asks for.
pub fn identities(file: &[u8], passphrase: Option<&String>, long: bool) -> Result<Vec<Box<dyn age::Identity>>, BackupError> {
    if file.len() > MOST_KEY_FILE {
        return Err(BackupError::NotAKeyFile);
    }
    if head::is_age(file) {
        let head::Head { locked, sealed } = head::read(file).map_err(|error| match error {
            BackupError::TooMuchWork { work } => BackupError::TooMuchWork { work },
            _ => BackupError::NotAKeyFile,
        })?;
        let Locked::Passphrase { work } = locked else { return Err(BackupError::NotAKeyFile) };
        let passphrase = passphrase.ok_or(BackupError::KeyNeedsPassphrase)?;
        accept(work, long)?;
        let text = with_passphrase(&sealed, passphrase).map_err(|error| match error {
            BackupError::WrongPassphrase => BackupError::KeyWrongPassphrase,
            _ => BackupError::NotAKeyFile,
        })?;
        return native(std::str::from_utf8(&text).map_err(|_| BackupError::NotAKeyFile)?);
    }
    let text = std::str::from_utf8(file).map_err(|_| BackupError::NotAKeyFile)?;
    if text.contains("-----BEGIN ") { from_ssh(text, passphrase) } else { native(text) }
}

/// The lines `AGE-SECRET-KEY-1…`; empty lines and lines with `#` do not count.
fn native(text: &str) -> Result<Vec<Box<dyn age::Identity>>, BackupError> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut found: Vec<Box<dyn age::Identity>> = Vec::new();
    for line in lines {
        match line.parse::<age::x25519::Identity>() {
            Ok(identity) => found.push(Box::new(identity)),
            Err(_) if line.starts_with("AGE-") => return Err(BackupError::KeyNotUsable),
            Err(_) => return Err(BackupError::NotAKeyFile),
        }
    }
    if found.is_empty() || found.len() > MOST_IDENTITIES { Err(BackupError::NotAKeyFile) } else { Ok(found) }
}

fn from_ssh(text: &str, passphrase: Option<&String>) -> Result<Vec<Box<dyn age::Identity>>, BackupError> {
    let text = &text[text.find("-----BEGIN ").unwrap_or(0)..];
    if rounds(text).is_some_and(|rounds| rounds > MOST_ROUNDS) {
        return Err(BackupError::TooMuchWork { work: None });
    }
    let identity = ssh::Identity::from_buffer(text.as_bytes(), None).map_err(|_| BackupError::NotAKeyFile)?;
    match identity {
        ssh::Identity::Unencrypted(_) => Ok(vec![Box::new(identity)]),
        ssh::Identity::Unsupported(_) => Err(BackupError::KeyNotUsable),
        ssh::Identity::Encrypted(key) => {
            let passphrase = passphrase.ok_or(BackupError::KeyNeedsPassphrase)?;
            let key = key.decrypt(SecretString::from(passphrase.as_str())).map_err(|_| BackupError::KeyWrongPassphrase)?;
            Ok(vec![Box::new(ssh::Identity::from(key))])
        }
    }
}

/// The rounds of bcrypt in an OpenSSH private key: age would do any number of them. Format: PROTOCOL.key of OpenSSH; lengths are 32
/// bits, big-endian: magic, cipher name, name "bcrypt", options (salt, rounds).
fn rounds(text: &str) -> Option<u32> {
    let body = text.strip_prefix("-----BEGIN OPENSSH PRIVATE KEY-----")?.split("-----END").next()?;
    let letters: Zeroizing<Vec<u8>> = Zeroizing::new(body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect());
    let bytes = Zeroizing::new(BASE64.decode(&letters).ok()?);
    let rest = bytes.strip_prefix(b"openssh-key-v1\0")?;
    let field = |rest: &mut &[u8]| -> Option<Vec<u8>> {
        let (long, after) = rest.split_first_chunk::<4>()?;
        let long = u32::from_be_bytes(*long) as usize;
        let field = after.get(..long)?.to_vec();
        *rest = after.get(long..)?;
        Some(field)
    };
    let mut rest = rest;
    field(&mut rest)?;
    field(&mut rest)?;
    let options = field(&mut rest)?;
    let mut options = options.as_slice();
    field(&mut options)?;
    options.first_chunk::<4>().map(|rounds| u32::from_be_bytes(*rounds))
}
