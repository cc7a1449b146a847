//! The journal: the newest document on disk, encrypted, until the keyring has proved in a later boot that it holds it.
//!
//! One line `hm-journal 1 <vault> <generation> <boot>`, then 24 bytes of nonce, then the document under XChaCha20-Poly1305 with the vault
//! key; the line is the associated data. Replaced atomically, so that it is always one whole version.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::app::ports::VaultError;

use super::atomic_file::{Folder, Replaced};
use super::boot::BootId;
use super::parts::VaultId;

/// The vault key: 32 random bytes, wiped when dropped.
pub type Key = Zeroizing<[u8; 32]>;

/// The name of the file in the data directory.
pub const NAME: &str = "journal";

/// What the journal's first line says; true only once the rest has been decrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Whose document it is.
    pub vault: VaultId,
    /// Which generation.
    pub generation: u64,
    /// In which boot it was written.
    pub boot: BootId,
}

/// A journal as it lies on disk.
pub struct Sealed {
    /// Its first line.
    pub header: Header,
    bytes: Zeroizing<Vec<u8>>,
    line: usize,
}

/// What lies on disk.
pub enum Found {
    /// No journal.
    None,
    /// A file that is no journal.
    Damaged,
    /// A journal with a readable first line.
    Sealed(Sealed),
}

/// Reads the journal of `folder` without decrypting it.
///
/// # Errors
/// As [`Folder::read`]; damage is no error.
pub fn read(folder: &Folder) -> Result<Found, VaultError> {
    read_as(folder, NAME)
}

/// Reads the journal that is called `name`, as one that was set aside is.
///
/// # Errors
/// As [`read`].
pub fn read_as(folder: &Folder, name: &str) -> Result<Found, VaultError> {
    let Some(bytes) = folder.read(name)? else { return Ok(Found::None) };
    Ok(parse(bytes).map_or(Found::Damaged, Found::Sealed))
}

fn parse(bytes: Zeroizing<Vec<u8>>) -> Option<Sealed> {
    let line = bytes.iter().take(256).position(|b| *b == b'\n')? + 1;
    let text = std::str::from_utf8(bytes.get(..line)?).ok()?;
    let mut words = text.trim_end().strip_prefix("hm-journal 1 ")?.split(' ');
    let header = Header {
        vault: VaultId::parse(words.next()?)?,
        generation: words.next()?.parse().ok()?,
        boot: BootId::named(words.next()?),
    };
    Some(Sealed { header, bytes, line })
}

impl Sealed {
    /// The document's text, `None` if the file is damaged or of another vault.
    #[must_use]
    pub fn open(&self, key: &Key) -> Option<Zeroizing<String>> {
        let (line, rest) = self.bytes.split_at_checked(self.line)?;
        let (nonce, sealed) = rest.split_at_checked(24)?;
        let nonce = XNonce::try_from(nonce).ok()?;
        let text = cipher(key).decrypt(&nonce, Payload { msg: sealed, aad: line }).ok()?;
        String::from_utf8(text).ok().map(Zeroizing::new)
    }
}

/// Writes `json` as the journal, durable when it returns and says so.
///
/// # Errors
/// As [`Folder::put`]: the journal is then as it was; [`VaultError::Refused`] when the operating system gives no random bytes.
pub fn write(folder: &Folder, key: &Key, header: &Header, json: &str) -> Result<Replaced, VaultError> {
    write_as(folder, NAME, key, header, json)
}

/// Writes `json` as the journal that is called `name`.
///
/// # Errors
/// As [`write()`].
pub fn write_as(folder: &Folder, name: &str, key: &Key, header: &Header, json: &str) -> Result<Replaced, VaultError> {
    folder.put(name, &seal(key, header, json)?)
}

/// Keeps `json` beside the journal, as a journal that was set aside; the journal itself stays.
///
/// # Errors
/// As [`write()`].
pub fn write_aside(folder: &Folder, key: &Key, header: &Header, json: &str) -> Result<(), VaultError> {
    folder.put_aside(NAME, &seal(key, header, json)?)
}

fn seal(key: &Key, header: &Header, json: &str) -> Result<Vec<u8>, VaultError> {
    let Header { vault, generation, boot } = header;
    let mut bytes = format!("hm-journal 1 {vault} {generation} {boot}\n").into_bytes();
    let mut nonce = [0; 24];
    getrandom::fill(&mut nonce).map_err(|_| VaultError::Refused("no random bytes"))?;
    let payload = Payload { msg: json.as_bytes(), aad: &bytes };
    let sealed = cipher(key).encrypt(&XNonce::from(nonce), payload).map_err(|_| VaultError::TooLarge)?;
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(&sealed);
    Ok(bytes)
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new((&**key).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(folder: &Folder) -> Option<Sealed> {
        match read(folder).unwrap() {
            Found::Sealed(sealed) => Some(sealed),
            _ => None,
        }
    }

    #[test]
    fn any_changed_byte_is_found_out() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        let key = Key::new([7; 32]);
        let header = Header { vault: VaultId::from_bytes([1; 16]), generation: 9, boot: BootId::named("b") };
        write(&folder, &key, &header, "{}").unwrap();
        let journal = sealed(&folder).unwrap();
        assert_eq!(journal.header, header);
        assert_eq!(journal.open(&key).unwrap().as_str(), "{}");
        assert!(journal.open(&Key::new([8; 32])).is_none());
        let good = std::fs::read(folder.join(NAME)).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            std::fs::write(folder.join(NAME), &bad).unwrap();
            assert!(sealed(&folder).and_then(|journal| journal.open(&key)).is_none(), "byte {at}");
            std::fs::write(folder.join(NAME), &good[..at]).unwrap();
            assert!(sealed(&folder).and_then(|journal| journal.open(&key)).is_none(), "cut at {at}");
        }
    }
}
