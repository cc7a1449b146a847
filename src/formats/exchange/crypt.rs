//! Ciphers and key derivations of other apps' files. What a derivation costs is checked before anything is allocated.
//!
//! A fuzzer finds no password and forges no tag. Built for one (`--cfg fuzzing`, see fuzz/), every key is zeros and every cipher
//! gives its text back as it is, so that what lies inside is fuzzed too. Costs are checked all the same.

use aes::cipher::{Array, BlockCipherEncrypt};
use aes::{Aes256, Block as AesBlock};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use argon2::{Argon2, Block, Params, Version};
#[cfg(test)]
use cbc::cipher::BlockModeEncrypt;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use dryoc::classic::crypto_secretstream_xchacha20poly1305 as stream;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use zeroize::Zeroizing;

use super::{CostKind, FormatError, Key};

/// A key of 32 bytes.
pub(super) type Key32 = Zeroizing<[u8; 32]>;

/// The hash inside PBKDF2 (RFC 8018 section 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha256,
    Sha512,
}

pub(super) use argon2::Algorithm as Argon2Kind;

/// Whether this is built for a fuzzer, which opens everything.
pub(super) const FUZZED: bool = cfg!(fuzzing);

const MIB: u64 = 1 << 20;
/// The most memory ever spent on a password.
const MOST_MEMORY: u64 = 1 << 30;
/// More than this is asked about first.
const USUAL_MEMORY: u64 = 256 * MIB;
/// The most work ever done for a password by Argon2: memory times passes, in bytes; about a minute. What counts is this and not the
/// passes: Ente spends 4 GiB of it, on a small phone as 64 passes over 64 MiB, and KeePass's programs choose as many passes as a second
/// allows on the computer at hand.
const MOST_WORK: u64 = 40 << 30;
/// The most lanes: KeePass's programs choose as many as the computer has cores.
const MOST_LANES: u64 = 256;
/// More rounds of PBKDF2 are never done; more than the second number are asked about first.
const MOST_ROUNDS: u64 = 10_000_000;
const USUAL_ROUNDS: u64 = 2_000_000;
/// More rounds of KeePass's AES are never done. A second does about so many as the second number says.
const MOST_AES_ROUNDS: u64 = 500_000_000;
const AES_ROUNDS_A_SECOND: u64 = 10_000_000;

/// Refuses a cost that is never paid, and asks for one that is more than usual. `secs` is a rough time on an ordinary computer.
pub(super) fn affordable(memory: u64, secs: u64, key: &Key) -> Result<(), FormatError> {
    if memory > MOST_MEMORY {
        return Err(FormatError::TooCostly(CostKind::Memory));
    }
    if (memory > USUAL_MEMORY || secs > 2) && !key.long {
        let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        return Err(FormatError::AsksForWork { mib: small(memory.div_ceil(MIB)), secs: small(secs.max(1)) });
    }
    Ok(())
}

/// PBKDF2 with HMAC (RFC 8018 section 5.2): 1 to 10 000 000 rounds, 32 bytes.
pub(super) fn pbkdf2(hash: Hash, password: &[u8], salt: &[u8], rounds: i128, key: &Key) -> Result<Key32, FormatError> {
    let mut out = Key32::default();
    pbkdf2_into(hash, password, salt, rounds, &mut *out, key)?;
    Ok(out)
}

/// The same for another length.
pub(super) fn pbkdf2_into(
    hash: Hash,
    password: &[u8],
    salt: &[u8],
    rounds: i128,
    out: &mut [u8],
    key: &Key,
) -> Result<(), FormatError> {
    let rounds = match u64::try_from(rounds) {
        Ok(0) | Err(_) if rounds <= 0 => return Err(FormatError::Damaged),
        Ok(rounds) if rounds <= MOST_ROUNDS => rounds,
        _ => return Err(FormatError::TooCostly(CostKind::Time)),
    };
    rounds_affordable(rounds, key)?;
    let rounds = u32::try_from(rounds).map_err(|_| FormatError::TooCostly(CostKind::Time))?;
    let rounds = if FUZZED { 1 } else { rounds };
    match hash {
        Hash::Sha1 => ::pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, rounds, out),
        Hash::Sha256 => ::pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, rounds, out),
        Hash::Sha512 => ::pbkdf2::pbkdf2_hmac::<Sha512>(password, salt, rounds, out),
    }
    Ok(())
}

/// Whether so many rounds of PBKDF2 are done, be it in several derivations.
pub(super) fn rounds_affordable(rounds: u64, key: &Key) -> Result<(), FormatError> {
    affordable(0, if rounds > USUAL_ROUNDS { rounds / 700_000 } else { 0 }, key)
}

/// What scrypt costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct ScryptCost {
    /// A power of two.
    pub(super) n: i128,
    /// The size of a block, in 128 bytes.
    pub(super) r: i128,
    /// How often it is done.
    pub(super) p: i128,
}

/// scrypt (RFC 7914): `n` a power of two up to 2^20, 128·n·r up to 1 GiB, p up to 16; 32 bytes.
pub(super) fn scrypt(password: &[u8], salt: &[u8], cost: ScryptCost, key: &Key) -> Result<Key32, FormatError> {
    scrypt_affordable(cost, key)?;
    let small = |value: i128| u32::try_from(value).map_err(|_| FormatError::TooCostly(CostKind::Memory));
    let log_n = u8::try_from(cost.n.trailing_zeros()).map_err(|_| FormatError::Damaged)?;
    let params = ::scrypt::Params::new(log_n, small(cost.r)?, small(cost.p)?).map_err(|_| FormatError::Damaged)?;
    let mut out = Key32::default();
    if FUZZED {
        return Ok(out);
    }
    ::scrypt::scrypt(password, salt, &params, &mut *out).map_err(|_| FormatError::Damaged)?;
    Ok(out)
}

/// Whether scrypt of this cost is done: its memory in bytes, and about how many seconds all of it takes.
pub(super) fn scrypt_affordable(ScryptCost { n, r, p }: ScryptCost, key: &Key) -> Result<(u64, u64), FormatError> {
    let number = |value: i128| u64::try_from(value).ok().filter(|value| *value > 0).ok_or(FormatError::Damaged);
    let (n, r, p) = (number(n)?, number(r)?, number(p)?);
    if !n.is_power_of_two() || n < 2 {
        return Err(FormatError::Damaged);
    }
    let memory = n.checked_mul(128).and_then(|bytes| bytes.checked_mul(r)).unwrap_or(u64::MAX);
    if n > 1 << 20 || p > 16 {
        return Err(FormatError::TooCostly(if n > 1 << 20 { CostKind::Memory } else { CostKind::Time }));
    }
    // About 32 MiB take a tenth of a second.
    let secs = memory.saturating_mul(p) / (320 * MIB);
    affordable(memory, secs, key)?;
    Ok((memory, secs))
}

/// Argon2 (RFC 9106) version 0x13: up to 1 GiB of memory, up to 40 GiB of memory times passes, lanes up to 256; 32 bytes.
pub(super) fn argon2(kind: Argon2Kind, password: &[u8], salt: &[u8], cost: Argon2Cost, key: &Key) -> Result<Key32, FormatError> {
    let (kib, passes, lanes) = argon2_affordable(cost, key)?;
    let small = |value: u64| u32::try_from(value).map_err(|_| FormatError::Damaged);
    let params = Params::new(small(kib)?, small(passes)?, small(lanes)?, Some(32)).map_err(|_| FormatError::Damaged)?;
    if FUZZED {
        return Ok(Key32::default());
    }
    let mut memory: Vec<Block> = Vec::new();
    // A machine without that much memory says so instead of ending.
    memory.try_reserve_exact(params.block_count()).map_err(|_| FormatError::TooCostly(CostKind::Memory))?;
    memory.resize(params.block_count(), Block::default());
    let mut out = Key32::default();
    let argon2 = Argon2::new(kind, Version::V0x13, params);
    argon2.hash_password_into_with_memory(password, salt, &mut *out, &mut memory).map_err(|_| FormatError::Damaged)?;
    Ok(out)
}

/// Whether Argon2 of this cost is done: memory in KiB, passes and lanes if so.
pub(super) fn argon2_affordable(cost: Argon2Cost, key: &Key) -> Result<(u64, u64, u64), FormatError> {
    let number = |value: i128| u64::try_from(value).ok().filter(|value| *value > 0).ok_or(FormatError::Damaged);
    let (kib, passes, lanes) = (number(cost.kib)?, number(cost.passes)?, number(cost.lanes)?);
    let memory = kib.saturating_mul(1024);
    if memory > MOST_MEMORY {
        return Err(FormatError::TooCostly(CostKind::Memory));
    }
    let work = memory.saturating_mul(passes);
    if work > MOST_WORK || lanes > MOST_LANES {
        return Err(FormatError::TooCostly(CostKind::Time));
    }
    // A GiB takes about a second and a half per pass.
    affordable(memory, work * 3 / (2 << 30), key)?;
    Ok((kib, passes, lanes))
}

/// KeePass's own derivation: each half of `password`, 32 bytes, is encrypted so many times with AES-256, and all of it hashed. Up to
/// 500 000 000 rounds.
pub(super) fn aes_rounds(password: &Key32, seed: &[u8; 32], rounds: u64, key: &Key) -> Result<Key32, FormatError> {
    aes_rounds_affordable(rounds, key)?;
    let cipher = Aes256::new(&(*seed).into());
    let (halves, _) = password.as_chunks::<16>();
    let mut blocks: Vec<AesBlock> = halves.iter().map(|half| Array::from(*half)).collect();
    for _ in 0..if FUZZED { 1 } else { rounds } {
        cipher.encrypt_blocks(&mut blocks);
    }
    Ok(Zeroizing::new(blocks.iter().fold(Sha256::new(), Sha256::chain_update).finalize().into()))
}

/// Whether so many rounds are done.
pub(super) fn aes_rounds_affordable(rounds: u64, key: &Key) -> Result<(), FormatError> {
    if rounds > MOST_AES_ROUNDS {
        return Err(FormatError::TooCostly(CostKind::Time));
    }
    affordable(0, rounds / AES_ROUNDS_A_SECOND, key)
}

/// What Argon2 costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Argon2Cost {
    /// Memory in KiB.
    pub(super) kib: i128,
    /// Passes.
    pub(super) passes: i128,
    /// Lanes.
    pub(super) lanes: i128,
}

/// AES-256-GCM (NIST SP 800-38D): `sealed` is ciphertext with its tag of 16 bytes at the end. `None` if it does not open.
pub(super) fn gcm_open(key: &[u8; 32], nonce: &[u8], sealed: &[u8], aad: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let nonce: [u8; 12] = nonce.try_into().ok()?;
    if FUZZED {
        return sealed.split_last_chunk::<16>().map(|(open, _)| Zeroizing::new(open.to_vec()));
    }
    let cipher = Aes256Gcm::new(&(*key).into());
    cipher.decrypt(&Nonce::from(nonce), Payload { msg: sealed, aad }).ok().map(Zeroizing::new)
}

/// AES-256-GCM the other way: ciphertext with its tag at the end. A nonce never serves twice with one key.
pub(super) fn gcm_seal(key: &[u8; 32], nonce: [u8; 12], open: &[u8], aad: &[u8]) -> Option<Vec<u8>> {
    Aes256Gcm::new(&(*key).into()).encrypt(&Nonce::from(nonce), Payload { msg: open, aad }).ok()
}

/// AES-256-CBC with PKCS #7 padding. It proves nothing: what opens may still be damaged.
pub(super) fn cbc_open(key: &[u8; 32], iv: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let iv: [u8; 16] = iv.try_into().ok()?;
    if sealed.is_empty() || !sealed.len().is_multiple_of(16) {
        return None;
    }
    if FUZZED {
        return Some(Zeroizing::new(sealed.to_vec()));
    }
    cbc::Decryptor::<Aes256>::new(&(*key).into(), &iv.into()).decrypt_padded_vec::<Pkcs7>(sealed).ok().map(Zeroizing::new)
}

/// AES-256-CBC with PKCS #7 padding, the other way. No app is written so.
#[cfg(test)]
pub(super) fn cbc_seal(key: &[u8; 32], iv: [u8; 16], open: &[u8]) -> Vec<u8> {
    cbc::Encryptor::<Aes256>::new(&(*key).into(), &iv.into()).encrypt_padded_vec::<Pkcs7>(open)
}

/// What a message of a stream is longer than its text: one byte that says what it is, and the tag of 16.
pub(super) const STREAM_EXTRA: usize = 17;

/// The one message of libsodium's secret stream (`crypto_secretstream_xchacha20poly1305`). `None` if it does not open.
pub(super) fn stream_open(key: &[u8; 32], header: &[u8; 24], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut opened = Zeroizing::new(vec![0; sealed.len().checked_sub(STREAM_EXTRA)?]);
    if FUZZED {
        return sealed.get(..opened.len()).map(|open| Zeroizing::new(open.to_vec()));
    }
    let (mut state, mut tag) = (stream::State::new(), 0);
    stream::crypto_secretstream_xchacha20poly1305_init_pull(&mut state, header, key);
    // The tag may or may not say that it is the last message: apps have written both.
    stream::crypto_secretstream_xchacha20poly1305_pull(&mut state, &mut opened, &mut tag, sealed, None).ok().map(|_| opened)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        data_encoding::HEXLOWER.encode(bytes)
    }

    /// Computed with Python's `hashlib` and `cryptography`.
    #[test]
    fn they_agree_with_another_implementation() {
        let key = Key { password: None, long: true };
        let rows = [
            (hex(&*pbkdf2(Hash::Sha1, b"password", b"salt", 1000, &key).unwrap()), PBKDF2_SHA1),
            (hex(&*pbkdf2(Hash::Sha256, b"password", b"salt", 1000, &key).unwrap()), PBKDF2_SHA256),
            (hex(&*pbkdf2(Hash::Sha512, b"password", b"salt", 1000, &key).unwrap()), PBKDF2_SHA512),
            (hex(&*scrypt(b"password", b"salt", ScryptCost { n: 1024, r: 8, p: 1 }, &key).unwrap()), SCRYPT),
            (hex(&gcm_seal(&[7; 32], [9; 12], b"hello", b"aad").unwrap()), GCM),
            (hex(&cbc_seal(&[7; 32], [9; 16], b"hello")), CBC),
        ];
        for (ours, theirs) in rows {
            assert_eq!(ours, theirs);
        }
    }

    const PBKDF2_SHA1: &str = "6e88be8bad7eae9d9e10aa061224034fed48d03fcbad968b56006784539d5214";
    const PBKDF2_SHA256: &str = "632c2812e46d4604102ba7618e9d6d7d2f8128f6266b4a03264d2a0460b7dcb3";
    const PBKDF2_SHA512: &str = "afe6c5530785b6cc6b1c6453384731bd5ee432ee549fd42fb6695779ad8a1c5b";
    const SCRYPT: &str = "16dbc8906763c7f048977a68f9d305f7710e068ca2cd95dab372125bb3f19608";
    const GCM: &str = "4fe0e8f8d1f1177e039987cd57d651b7453e9dd362";
    const CBC: &str = "0d2398ca486c4c5910a922ab4f7dbe87";

    #[test]
    fn what_is_sealed_opens_and_nothing_else_does() {
        let sealed = gcm_seal(&[7; 32], [9; 12], b"hello", b"aad").unwrap();
        assert_eq!(gcm_open(&[7; 32], &[9; 12], &sealed, b"aad").as_deref().map(Vec::as_slice), Some(&b"hello"[..]));
        assert!(gcm_open(&[8; 32], &[9; 12], &sealed, b"aad").is_none());
        assert!(gcm_open(&[7; 32], &[9; 11], &sealed, b"aad").is_none());
        assert!(gcm_open(&[7; 32], &[9; 12], &sealed, b"").is_none());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(gcm_open(&[7; 32], &[9; 12], &changed, b"aad").is_none(), "byte {at}");
            assert!(gcm_open(&[7; 32], &[9; 12], &sealed[..at], b"aad").is_none(), "cut at {at}");
        }
        let sealed = cbc_seal(&[7; 32], [9; 16], b"hello");
        assert_eq!(cbc_open(&[7; 32], &[9; 16], &sealed).as_deref().map(Vec::as_slice), Some(&b"hello"[..]));
        assert!(cbc_open(&[7; 32], &[9; 16], &sealed[1..]).is_none());
        assert!(cbc_open(&[7; 32], &[9; 16], b"").is_none());
    }

    #[test]
    fn what_costs_too_much_is_refused_before_it_is_paid() {
        use FormatError::{Damaged, TooCostly};
        let (memory, time) = (TooCostly(CostKind::Memory), TooCostly(CostKind::Time));
        for long in [false, true] {
            let key = Key { password: None, long };
            for (rounds, why) in [(0, Damaged), (-1, Damaged), (10_000_001, time), (1 << 31, time), (i128::MAX, time)] {
                assert_eq!(pbkdf2(Hash::Sha1, b"p", b"s", rounds, &key).err(), Some(why), "{rounds} rounds");
            }
            let rows = [
                ((0, 8, 1), Damaged),
                ((1, 8, 1), Damaged),
                ((3, 8, 1), Damaged),
                ((-2, 8, 1), Damaged),
                ((1 << 30, 8, 1), memory),
                ((1 << 63, 8, 1), memory),
                ((1 << 20, 9, 1), memory),
                ((1024, 0, 1), Damaged),
                ((1024, 1 << 30, 1), memory),
                ((1024, 8, 0), Damaged),
                ((1024, 8, 1 << 30), time),
                ((1024, 8, 17), time),
            ];
            for ((n, r, p), why) in rows {
                assert_eq!(scrypt(b"p", b"s", ScryptCost { n, r, p }, &key).err(), Some(why), "n {n}, r {r}, p {p}");
            }
            let rows = [
                ((0, 1, 1), Damaged),
                ((7, 1, 1), Damaged),
                (((1 << 20) + 1, 1, 1), memory),
                (((1 << 32) - 1, 1, 1), memory),
                ((64, 0, 1), Damaged),
                ((1 << 20, 41, 1), time),
                ((64, 40 << 14 | 1, 1), time),
                ((64, (1 << 32) - 1, 1), time),
                ((64, 1, 0), Damaged),
                ((64, 1, 1 << 24), time),
            ];
            for ((kib, passes, lanes), why) in rows {
                let cost = Argon2Cost { kib, passes, lanes };
                let made = argon2(Argon2Kind::Argon2id, b"p", b"saltsalt", cost, &key);
                assert_eq!(made.err(), Some(why), "{cost:?}");
            }
        }
        let keepass = [
            ((64, 600_000, 64), None),
            ((1 << 20, 41, 4), Some(time)),
            ((64 << 10, 641, 4), Some(time)),
            ((64, 1 << 32, 1), Some(time)),
            ((64, 1, 257), Some(time)),
            (((1 << 20) + 1, 1, 1), Some(memory)),
            ((64, 0, 1), Some(Damaged)),
        ];
        for ((kib, passes, lanes), why) in keepass {
            let cost = Argon2Cost { kib, passes, lanes };
            let agreed = Key { password: None, long: true };
            assert_eq!(argon2_affordable(cost, &agreed).err(), why, "{cost:?}");
        }
        assert_eq!(aes_rounds(&Key32::default(), &[0; 32], MOST_AES_ROUNDS + 1, &Key::default()).err(), Some(time));
        assert_eq!(aes_rounds(&Key32::default(), &[0; 32], u64::MAX, &Key::default()).err(), Some(time));
        let key = Key::default();
        let asks = |made: Result<Key32, FormatError>| matches!(made.err(), Some(FormatError::AsksForWork { .. }));
        assert!(asks(aes_rounds(&Key32::default(), &[0; 32], 60_000_000, &key)));
        assert!(asks(argon2(Argon2Kind::Argon2d, b"p", b"saltsalt", Argon2Cost { kib: 64 << 10, passes: 40, lanes: 8 }, &key)));
        assert!(asks(pbkdf2(Hash::Sha512, b"p", b"s", 5_000_000, &key)));
        assert!(asks(scrypt(b"p", b"s", ScryptCost { n: 1 << 20, r: 8, p: 1 }, &key)));
        assert!(asks(argon2(Argon2Kind::Argon2id, b"p", b"saltsalt", Argon2Cost { kib: 1 << 20, passes: 3, lanes: 4 }, &key)));
        // Ente's work, in all the ways in which it divides it, is asked about and then done.
        let agreed = Key { password: None, long: true };
        for (mib, passes) in [(1024, 4), (512, 8), (256, 16), (128, 32), (64, 64), (32, 128), (1, 4096)] {
            let cost = Argon2Cost { kib: mib << 10, passes, lanes: 1 };
            let asked = FormatError::AsksForWork { mib: mib as u32, secs: 6 };
            assert_eq!(argon2_affordable(cost, &key), Err(asked), "{cost:?}");
            assert!(argon2_affordable(cost, &agreed).is_ok(), "{cost:?}");
        }
        // Many passes over little memory cost little.
        assert!(argon2(Argon2Kind::Argon2id, b"p", b"saltsalt", Argon2Cost { kib: 64, passes: 17, lanes: 1 }, &key).is_ok());
    }
}
