//! Locking a backup, and what opens it once more to see that it can be read.

use std::io::{Read, Write};

use age::secrecy::SecretString;
use age::{Decryptor, Encryptor};
use zeroize::Zeroizing;

use crate::app::ports::{BackupError, Seal, WORK_MOST};

use super::keys;

/// A locked file, and the key that opens it for the check.
pub struct Sealed {
    /// The file.
    pub bytes: Vec<u8>,
    check: Box<dyn age::Identity>,
}

impl Sealed {
    /// Whether `file` opens, and holds `text`.
    pub fn opens_to(&self, file: &[u8], text: &[u8]) -> bool {
        let opened = Decryptor::new_buffered(file).and_then(|sealed| sealed.decrypt(std::iter::once(self.check.as_ref())));
        let Ok(mut reader) = opened else { return false };
        let mut back = Zeroizing::new(Vec::with_capacity(file.len()));
        reader.read_to_end(&mut back).is_ok() && *back == text
    }
}

/// Locks `text`.
///
/// # Errors
/// [`BackupError::EmptyPassphrase`] or [`BackupError::Recipient`].
pub fn seal(seal: &Seal, text: &[u8], work: u8) -> Result<Sealed, BackupError> {
    match seal {
        Seal::Passphrase(passphrase) if passphrase.is_empty() => Err(BackupError::EmptyPassphrase),
        Seal::Passphrase(passphrase) => {
            let secret = || SecretString::from(passphrase.as_str());
            let mut recipient = age::scrypt::Recipient::new(secret());
            recipient.set_work_factor(work);
            let mut check = age::scrypt::Identity::new(secret());
            check.set_max_work_factor(WORK_MOST);
            Ok(Sealed { bytes: encrypt(&[&recipient], text)?, check: Box::new(check) })
        }
        Seal::Recipients(lines) => {
            let recipients: Vec<_> = lines.iter().map(|line| keys::recipient(line)).collect::<Result<_, _>>()?;
            if recipients.is_empty() {
                return Err(crate::app::ports::RecipientError::None.into());
            }
            // We do not hold the private halves of these: this one opens the file for the check, and is gone with it.
            let check = age::x25519::Identity::generate();
            let own = check.to_public();
            let all: Vec<&dyn age::Recipient> =
                recipients.iter().map(|(key, _)| key.as_ref()).chain([&own as &dyn age::Recipient]).collect();
            Ok(Sealed { bytes: encrypt(&all, text)?, check: Box::new(check) })
        }
    }
}

fn encrypt(recipients: &[&dyn age::Recipient], text: &[u8]) -> Result<Vec<u8>, BackupError> {
    let encryptor = Encryptor::with_recipients(recipients.iter().copied()).map_err(|_| BackupError::ReadBack)?;
    let mut sealed = Vec::with_capacity(text.len() + text.len() / 2_000 + 16_384);
    let written = encryptor.wrap_output(&mut sealed).and_then(|mut writer| {
        writer.write_all(text)?;
        writer.finish().map(drop)
    });
    // Nothing is refused in memory; what came out is looked at once more anyway.
    written.map(|()| sealed).map_err(|_| BackupError::ReadBack)
}
