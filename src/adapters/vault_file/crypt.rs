//! A vault under a passphrase, and age: keys, what opens and what does not, and why. For the vault file and the lock over a keyring's accounts.

use std::io::{Read, Write};

use age::secrecy::{ExposeSecret, SecretString};
use age::{DecryptError, Decryptor, Encryptor};
use zeroize::Zeroizing;

use crate::app::ports::VaultError;

/// The most work a file may ask for: 2^20 is 1 GiB.
pub(in crate::adapters) const MAX_WORK_FACTOR: u8 = 20;

/// What the vault file's key is encrypted with. Wiped when dropped.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes over what was typed.
    #[must_use]
    pub fn new(typed: Zeroizing<String>) -> Self {
        Self(typed)
    }

    fn secret(&self) -> SecretString {
        SecretString::from(self.0.as_str())
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// The key of a vault, and the age file that it came from.
pub(in crate::adapters) struct VaultKey {
    identity: age::x25519::Identity,
    /// The key file, which the passphrase opens.
    pub sealed: Zeroizing<Vec<u8>>,
}

/// Why something does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::adapters) enum Closed {
    /// The passphrase is another one, or what it protects is damaged.
    Wrong,
    /// It is encrypted to another key, or where it says to which is damaged.
    Foreign,
    /// It asks for too much memory.
    Costly,
    /// It is damaged for certain.
    Damaged,
}

impl From<Closed> for VaultError {
    fn from(closed: Closed) -> Self {
        match closed {
            Closed::Wrong => Self::WrongPassphrase,
            Closed::Costly => Self::Refused("it asks for too much memory"),
            Closed::Foreign | Closed::Damaged => Self::Damaged,
        }
    }
}

impl VaultKey {
    /// A new one under `passphrase`. With the usual `work_factor` this takes about a second.
    pub fn generate(passphrase: &Passphrase, work_factor: u8) -> Result<Self, VaultError> {
        let identity = age::x25519::Identity::generate();
        // expose: it is encrypted in the next lines
        let text = Zeroizing::new(format!("{}\n", identity.to_string().expose_secret()));
        let mut recipient = age::scrypt::Recipient::new(passphrase.secret());
        recipient.set_work_factor(work_factor);
        let sealed = encrypt(&[&recipient], text.as_bytes())?.into();
        Ok(Self { identity, sealed })
    }

    /// The one in the key file `sealed`. As slow as the file asks for.
    pub fn open(passphrase: &Passphrase, sealed: &Zeroizing<Vec<u8>>) -> Result<Self, Closed> {
        let mut scrypt = age::scrypt::Identity::new(passphrase.secret());
        scrypt.set_max_work_factor(MAX_WORK_FACTOR);
        let text = decrypt(&scrypt, sealed)?;
        let line = std::str::from_utf8(&text).ok().and_then(|text| text.lines().find(|line| line.starts_with("AGE-")));
        let identity = line.and_then(|line| line.parse().ok()).ok_or(Closed::Damaged)?;
        Ok(Self { identity, sealed: sealed.clone() })
    }

    /// Whether both are the same key.
    pub fn is(&self, other: &Self) -> bool {
        self.identity.to_public().to_string() == other.identity.to_public().to_string()
    }

    /// Decrypts a document.
    pub fn decrypt(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Closed> {
        decrypt(&self.identity, sealed)
    }
}

/// Encrypts a document to each of `keys`.
pub(in crate::adapters) fn seal(keys: &[&VaultKey], text: &str) -> Result<Vec<u8>, VaultError> {
    let recipients: Vec<_> = keys.iter().map(|key| key.identity.to_public()).collect();
    let recipients: Vec<&dyn age::Recipient> = recipients.iter().map(|one| one as &dyn age::Recipient).collect();
    encrypt(&recipients, text.as_bytes())
}

/// Whether more than one key opens `sealed`: the passphrase was being changed when it was written.
pub(in crate::adapters) fn for_several(sealed: &[u8]) -> bool {
    let lines = sealed.split(|byte| *byte == b'\n').take_while(|line| !line.starts_with(b"---"));
    lines.take(64).filter(|line| line.starts_with(b"-> X25519 ")).count() > 1
}

fn encrypt(recipients: &[&dyn age::Recipient], text: &[u8]) -> Result<Vec<u8>, VaultError> {
    let refused = VaultError::Refused("it could not be encrypted");
    let Ok(encryptor) = Encryptor::with_recipients(recipients.iter().copied()) else { return Err(refused) };
    let mut sealed = Vec::with_capacity(text.len() + 1024);
    let written = encryptor.wrap_output(&mut sealed).and_then(|mut writer| {
        writer.write_all(text)?;
        writer.finish().map(drop)
    });
    written.map(|()| sealed).map_err(|_| refused)
}

fn decrypt(identity: &dyn age::Identity, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Closed> {
    let reader = Decryptor::new_buffered(sealed).and_then(|decryptor| decryptor.decrypt(std::iter::once(identity)));
    let mut reader = reader.map_err(|error| match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => Closed::Wrong,
        DecryptError::NoMatchingKeys => Closed::Foreign,
        DecryptError::ExcessiveWork { .. } => Closed::Costly,
        _ => Closed::Damaged,
    })?;
    // never grows, and so leaves no copy behind
    let mut text = Zeroizing::new(Vec::with_capacity(sealed.len()));
    reader.read_to_end(&mut text).map_err(|_| Closed::Damaged)?;
    Ok(text)
}
