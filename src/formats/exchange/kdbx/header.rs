//! The outer header: what the file is encrypted with. Every field stands once and has its length; what the derivation costs is checked.

use super::super::crypt::{self, Argon2Cost, Argon2Kind, Key32};
use super::{Bytes, FormatError, Key};

/// The header, read. What a version does not have is `None` or empty.
pub(super) struct Header<'a> {
    /// All of it from the first byte on: what its checks are over.
    pub(super) whole: &'a [u8],
    /// What follows it.
    pub(super) body: &'a [u8],
    pub(super) cipher: Cipher,
    /// Whether what is encrypted is gzip.
    pub(super) packed: bool,
    pub(super) seed: [u8; 32],
    pub(super) iv: &'a [u8],
    pub(super) derivation: Derivation<'a>,
    /// What version 4 keeps elsewhere.
    pub(super) older: Option<Older<'a>>,
}

/// What version 3 alone has in its header.
pub(super) struct Older<'a> {
    /// How the content begins if the key is right.
    pub(super) start: [u8; 32],
    pub(super) stream: u32,
    pub(super) stream_key: &'a [u8],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cipher {
    /// AES-256-CBC.
    Aes,
    ChaCha20,
}

/// How the key is made of the password.
pub(super) enum Derivation<'a> {
    Argon2 { kind: Argon2Kind, salt: &'a [u8], cost: Argon2Cost },
    Aes { seed: [u8; 32], rounds: u64 },
}

const END: u8 = 0;
const CIPHER: u8 = 2;
const PACKING: u8 = 3;
const SEED: u8 = 4;
const OLD_SEED: u8 = 5;
const OLD_ROUNDS: u8 = 6;
const IV: u8 = 7;
const OLD_STREAM_KEY: u8 = 8;
const OLD_START: u8 = 9;
const OLD_STREAM: u8 = 10;
const DERIVATION: u8 = 11;

const AES_256: [u8; 16] = *b"\x31\xc1\xf2\xe6\xbf\x71\x43\x50\xbe\x58\x05\x21\x6a\xfc\x5a\xff";
const CHACHA20: [u8; 16] = *b"\xd6\x03\x8a\x2b\x8b\x6f\x4c\xb5\xa5\x24\x33\x9a\x31\xdb\xb5\x9a";
const TWOFISH: [u8; 16] = *b"\xad\x68\xf2\x9f\x57\x6f\x4b\xb9\xa3\x6a\xd4\x7a\xf9\x65\x34\x6c";
const AES_KDF: [u8; 16] = *b"\xc9\xd9\xf3\x9a\x62\x8a\x44\x60\xbf\x74\x0d\x08\xc1\x8a\x4f\xea";
const AES_KDF_4: [u8; 16] = *b"\x7c\x02\xbb\x82\x79\xa7\x4a\xc0\x92\x7d\x11\x4a\x00\x64\x82\x38";
const ARGON2_D: [u8; 16] = *b"\xef\x63\x6d\xdf\x8c\x29\x44\x4b\x91\xf7\xa9\xa4\x03\xe3\x0a\x0c";
const ARGON2_ID: [u8; 16] = *b"\x9e\x29\x8b\x19\x56\xdb\x47\x73\xb2\x3d\xfc\x3e\xc6\xf0\xa1\xe6";

impl<'a> Header<'a> {
    /// The header of `whole`, whose fields are what `rest` begins with. A cost that is never paid is refused here.
    pub(super) fn read(whole: &'a [u8], rest: Bytes<'a>, older: bool) -> Result<Self, FormatError> {
        let (fields, rest) = fields(rest, older)?;
        let field = |id: u8| fields.get(usize::from(id)).copied().flatten();
        let needed = |id: u8| field(id).ok_or(FormatError::Damaged);
        // A field of the other version would say the same thing twice.
        let others: &[u8] = if older { &[DERIVATION] } else { &[OLD_SEED, OLD_ROUNDS, OLD_STREAM_KEY, OLD_START, OLD_STREAM] };
        if others.iter().any(|id| field(*id).is_some()) {
            return Err(FormatError::Damaged);
        }
        let cipher = match exact(needed(CIPHER)?)? {
            AES_256 => Cipher::Aes,
            CHACHA20 => Cipher::ChaCha20,
            TWOFISH => return Err(FormatError::NotRead("a KeePass database encrypted with Twofish")),
            _ => return Err(FormatError::NotRead("a KeePass database with an unknown cipher")),
        };
        let packed = match u32::from_le_bytes(exact(needed(PACKING)?)?) {
            0 => false,
            1 => true,
            _ => return Err(FormatError::NotRead("a KeePass database that is packed in an unknown way")),
        };
        let iv = needed(IV)?;
        if iv.len() != if cipher == Cipher::Aes { 16 } else { 12 } {
            return Err(FormatError::Damaged);
        }
        let number = |id: u8| needed(id).and_then(exact).map(u64::from_le_bytes);
        let derivation = match older {
            true => Derivation::Aes { seed: exact(needed(OLD_SEED)?)?, rounds: number(OLD_ROUNDS)? },
            false => Derivation::read(needed(DERIVATION)?)?,
        };
        derivation.affordable(&Key { password: None, long: true })?;
        let older = match older {
            false => None,
            true => Some(Older {
                start: exact(needed(OLD_START)?)?,
                stream: u32::from_le_bytes(exact(needed(OLD_STREAM)?)?),
                stream_key: needed(OLD_STREAM_KEY)?,
            }),
        };
        let whole = whole.get(..whole.len().saturating_sub(rest.0.len())).unwrap_or_default();
        Ok(Self { whole, body: rest.0, cipher, packed, seed: exact(needed(SEED)?)?, iv, derivation, older })
    }
}

impl<'a> Derivation<'a> {
    /// The derivation in the field of version 4, a dictionary of values.
    fn read(field: &'a [u8]) -> Result<Self, FormatError> {
        let values = dictionary(field)?;
        let value = |name: &[u8]| values.iter().find(|(known, ..)| *known == name).map(|(_, kind, value)| (*kind, *value));
        let bytes = |name: &[u8]| match value(name) {
            Some((BYTES, value)) => Ok(value),
            _ => Err(FormatError::Damaged),
        };
        let number = |name: &[u8]| match value(name) {
            Some((WHOLE_4, value)) => exact(value).map(|bytes| u32::from_le_bytes(bytes).into()),
            Some((WHOLE_8, value)) => exact(value).map(u64::from_le_bytes),
            _ => Err(FormatError::Damaged),
        };
        let kind = match exact(bytes(b"$UUID")?)? {
            AES_KDF | AES_KDF_4 => return Ok(Self::Aes { seed: exact(bytes(b"S")?)?, rounds: number(b"R")? }),
            ARGON2_D => Argon2Kind::Argon2d,
            ARGON2_ID => Argon2Kind::Argon2id,
            _ => return Err(FormatError::NotRead("a KeePass database with an unknown key derivation")),
        };
        // Version 0x10 of Argon2, and its two further inputs, which KeePass can hold and no program writes.
        if number(b"V")? != 0x13 || value(b"K").is_some() || value(b"A").is_some() {
            return Err(FormatError::NotRead("a KeePass database with an unusual key derivation"));
        }
        let salt = bytes(b"S")?;
        let memory = number(b"M")?;
        if !(8..=64).contains(&salt.len()) || !memory.is_multiple_of(1024) {
            return Err(FormatError::Damaged);
        }
        let cost = Argon2Cost { kib: (memory / 1024).into(), passes: number(b"I")?.into(), lanes: number(b"P")?.into() };
        Ok(Self::Argon2 { kind, salt, cost })
    }

    /// Whether what it costs is ever paid, and agreed to.
    fn affordable(&self, key: &Key) -> Result<(), FormatError> {
        match self {
            Self::Argon2 { cost, .. } => crypt::argon2_affordable(*cost, key).map(|_| ()),
            Self::Aes { rounds, .. } => crypt::aes_rounds_affordable(*rounds, key),
        }
    }

    /// The key that `password`, which is hashed already, gives.
    pub(super) fn derive(&self, password: &Key32, key: &Key) -> Result<Key32, FormatError> {
        match self {
            Self::Argon2 { kind, salt, cost } => crypt::argon2(*kind, &**password, salt, *cost, key),
            Self::Aes { seed, rounds } => crypt::aes_rounds(password, seed, *rounds, key),
        }
    }
}

/// Fields by their number.
type Fields<'a> = Vec<Option<&'a [u8]>>;

/// The fields, and what follows them.
fn fields(mut rest: Bytes<'_>, older: bool) -> Result<(Fields<'_>, Bytes<'_>), FormatError> {
    let mut fields = vec![None; 256];
    loop {
        let [id] = rest.array()?;
        let length = if older { u16::from_le_bytes(rest.array()?).into() } else { u32::from_le_bytes(rest.array()?) };
        let field = rest.take(length)?;
        if id == END {
            return Ok((fields, rest));
        }
        match fields.get_mut(usize::from(id)) {
            Some(place @ None) => *place = Some(field),
            _ => return Err(FormatError::KeyTwice),
        }
    }
}

/// A value of a dictionary: name, type, bytes.
type Value<'a> = (&'a [u8], u8, &'a [u8]);

const WHOLE_4: u8 = 0x04;
const WHOLE_8: u8 = 0x05;
const BYTES: u8 = 0x42;
/// KeePass has ten at most.
const MAX_VALUES: usize = 64;

/// KeePass's "variant dictionary".
fn dictionary(field: &[u8]) -> Result<Vec<Value<'_>>, FormatError> {
    let mut rest = Bytes(field);
    // The low byte is for what old readers may pass over.
    if u16::from_le_bytes(rest.array()?) >> 8 != 1 {
        return Err(FormatError::TooNew);
    }
    let mut values: Vec<Value<'_>> = Vec::new();
    loop {
        let [kind] = rest.array()?;
        if kind == 0 {
            break;
        }
        let mut piece = || -> Result<&[u8], FormatError> {
            let length = u32::from_le_bytes(rest.array()?);
            rest.take(length)
        };
        let (name, value) = (piece()?, piece()?);
        if values.iter().any(|(known, ..)| *known == name) {
            return Err(FormatError::KeyTwice);
        }
        if values.len() >= MAX_VALUES {
            return Err(FormatError::Damaged);
        }
        values.push((name, kind, value));
    }
    if rest.0.is_empty() { Ok(values) } else { Err(FormatError::Damaged) }
}

/// A field that has one length.
fn exact<const N: usize>(bytes: &[u8]) -> Result<[u8; N], FormatError> {
    bytes.try_into().map_err(|_| FormatError::Damaged)
}
