//! KeePass databases of versions 3 and 4 (`.kdbx`): KeePass 2, KeePassXC, KeePassDX, Strongbox; read only, opened with a password.
//!
//! An entry with a one-time password in any of the forms of [`keepass_otp`](super::keepass_otp) is read; title and user name are issuer
//! and account name, the groups around it are one tag, its own tags are others, the notes are the note. Entries without codes are
//! counted; a title or user name that refers to another entry's is that one; what is in the recycle bin is in the trash; history is not looked at. Not kept: passwords, web addresses, attachments, icons.
//!
//! Not opened: databases of KeePass 1, Twofish, and what needs a key file or a hardware key: no file says that it does, so one reads as
//! a wrong password. What a database costs, unpacks to and holds is bounded here, whatever it says: 64 MiB unpacked, 16 MiB of XML.
//!
//! Sources: "KDBX 4" and "One-Time Passwords" of KeePass; KeePassXC `src/format/Kdbx4Reader.cpp`, `Kdbx3Reader.cpp`, `KdbxXmlReader.cpp`.

mod content;
mod document;
mod header;
mod references;
mod sealed;
#[cfg(test)]
mod tests;

use sha2::{Digest, Sha256};

use super::{Draft, Entry, Format, FormatError, Given, Import, Key, LeftOut, MAX_BYTES, MAX_DEPTH, MAX_ENTRIES};
use header::Header;

/// See the module.
pub struct Kdbx;

/// How all of them begin, and how it goes on for KeePass 1 and 2.
const SIGNATURE: [u8; 4] = 0x9AA2_D903_u32.to_le_bytes();
const KEEPASS_1: [u8; 4] = 0xB54B_FB65_u32.to_le_bytes();
const KEEPASS_2: [u8; 4] = 0xB54B_FB67_u32.to_le_bytes();

impl Format for Kdbx {
    fn id(&self) -> &'static str {
        "keepass"
    }

    fn name(&self) -> &'static str {
        "KeePass"
    }

    fn hint(&self) -> &'static str {
        "the database itself, a .kdbx file"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        let bytes = given.bytes();
        bytes.starts_with(&SIGNATURE) && matches!(bytes.get(4..8), Some(kind) if kind == KEEPASS_1 || kind == KEEPASS_2)
    }

    fn read(&self, given: &Given<'_>, key: &Key) -> Result<Import, FormatError> {
        if !self.sniff(given) {
            return Err(FormatError::NotThisFormat);
        }
        let mut rest = Bytes(given.bytes());
        rest.take(4)?;
        if rest.array() == Ok(KEEPASS_1) {
            return Err(FormatError::NotRead("a database of KeePass 1"));
        }
        rest.take(2)?;
        let older = match u16::from_le_bytes(rest.array()?) {
            0..=2 => return Err(FormatError::NotRead("a KeePass database of before version 3")),
            3 => true,
            4 => false,
            _ => return Err(FormatError::TooNew),
        };
        let header = Header::read(given.bytes(), rest, older)?;
        let plain = sealed::open(&header, key)?;
        let (stream, xml) = content::unpack(&header, &plain)?;
        drop(plain);
        document::read(&xml, stream, older.then(|| Sha256::digest(header.whole).into()))
    }
}

/// Bytes, from the front.
#[derive(Clone, Copy)]
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: u32) -> Result<&'a [u8], FormatError> {
        let count = usize::try_from(count).map_err(|_| FormatError::Damaged)?;
        let (taken, rest) = self.0.split_at_checked(count).ok_or(FormatError::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(FormatError::Damaged)?;
        self.0 = rest;
        Ok(*taken)
    }
}
