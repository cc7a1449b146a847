//! From the password to what was encrypted: the key, the checks, the blocks, the cipher.
//!
//! Version 4 proves the header by its hash, the password by the header's HMAC, and each block by an HMAC, in this order: so a damaged
//! header, a wrong password and a damaged content are told apart. Version 3 proves nothing before it is decrypted: its content
//! begins with 32 bytes that stand in the header, and has the hashes of its blocks inside.

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha512};
use zeroize::Zeroizing;

use super::super::crypt::{FUZZED, Key32, cbc_open};
use super::header::{Cipher, Header, Older};
use super::{Bytes, FormatError, Key};

type Plain = Zeroizing<Vec<u8>>;

/// What was encrypted, packed as it was.
pub(super) fn open(header: &Header<'_>, key: &Key) -> Result<Plain, FormatError> {
    match &header.older {
        None => open_4(header, key),
        Some(older) => open_3(header, older, key),
    }
}

fn open_4(header: &Header<'_>, key: &Key) -> Result<Plain, FormatError> {
    let mut rest = Bytes(header.body);
    if rest.array::<32>()? != *Sha256::digest(header.whole) && !FUZZED {
        return Err(FormatError::Damaged);
    }
    let proof: [u8; 32] = rest.array()?;
    let derived = derived(header, key)?;
    let base = Sha512::new().chain_update(header.seed).chain_update(&derived[..]).chain_update([1]).finalize();
    let base: Zeroizing<[u8; 64]> = Zeroizing::new(base.into());
    let wrong = FormatError::WrongKey { damage: false };
    proved(&base, u64::MAX, &[header.whole], &proof).then_some(()).ok_or(wrong)?;

    let mut sealed = Vec::with_capacity(rest.0.len());
    for number in 0.. {
        let (proof, length): ([u8; 32], [u8; 4]) = (rest.array()?, rest.array()?);
        let block = rest.take(u32::from_le_bytes(length))?;
        if !proved(&base, number, &[&number.to_le_bytes(), &length, block], &proof) {
            return Err(FormatError::Damaged);
        }
        if block.is_empty() {
            break;
        }
        sealed.extend_from_slice(block);
    }
    // What follows the last block is proved by nothing.
    if !rest.0.is_empty() {
        return Err(FormatError::Damaged);
    }
    decrypted(header, &derived, &sealed).ok_or(FormatError::Damaged)
}

fn open_3(header: &Header<'_>, older: &Older<'_>, key: &Key) -> Result<Plain, FormatError> {
    let derived = derived(header, key)?;
    let wrong = FormatError::WrongKey { damage: true };
    let opened = decrypted(header, &derived, header.body).ok_or(wrong)?;
    let mut rest = Bytes(&opened);
    if rest.array() != Ok(older.start) {
        return Err(wrong);
    }
    let mut plain = Zeroizing::new(Vec::with_capacity(rest.0.len()));
    for number in 0_u32.. {
        let (place, hash): (_, [u8; 32]) = (u32::from_le_bytes(rest.array()?), rest.array()?);
        let length = u32::from_le_bytes(rest.array()?);
        let block = rest.take(length)?;
        if place != number {
            return Err(FormatError::Damaged);
        }
        if block.is_empty() {
            break;
        }
        if hash != *Sha256::digest(block) && !FUZZED {
            return Err(FormatError::Damaged);
        }
        plain.extend_from_slice(block);
    }
    Ok(plain)
}

/// The derived key. A password alone is hashed twice: once by itself, once as the only part of the key.
fn derived(header: &Header<'_>, key: &Key) -> Result<Key32, FormatError> {
    let once: Key32 = Zeroizing::new(Sha256::digest(key.password()?).into());
    let twice: Key32 = Zeroizing::new(Sha256::digest(&once[..]).into());
    header.derivation.derive(&twice, key)
}

/// Whether `proof` is the HMAC of `parts` with the key of this block.
fn proved(base: &[u8; 64], number: u64, parts: &[&[u8]], proof: &[u8; 32]) -> bool {
    let key = Sha512::new().chain_update(number.to_le_bytes()).chain_update(base).finalize();
    let key: Zeroizing<[u8; 64]> = Zeroizing::new(key.into());
    let Ok(mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(&*key) else { return false };
    parts.iter().fold(mac, |mac, part| mac.chain_update(part)).verify_slice(proof).is_ok() || FUZZED
}

/// `sealed` decrypted; `None` where the padding shows that it was not encrypted with this key.
fn decrypted(header: &Header<'_>, derived: &Key32, sealed: &[u8]) -> Option<Plain> {
    let key: Key32 = Zeroizing::new(Sha256::new().chain_update(header.seed).chain_update(&derived[..]).finalize().into());
    match header.cipher {
        Cipher::Aes => cbc_open(&key, header.iv, sealed),
        Cipher::ChaCha20 => {
            let mut plain = Zeroizing::new(sealed.to_vec());
            if FUZZED {
                return Some(plain);
            }
            ChaCha20::new_from_slices(&*key, header.iv).ok()?.apply_keystream(&mut plain);
            Some(plain)
        }
    }
}
