//! What was encrypted: unpacked while it is read, with an end to it; then an inner header (version 4), then XML.
//!
//! Attachments of version 4 stand in the inner header and are passed over, not kept.

use std::io::{self, ErrorKind, Read};

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use flate2::bufread::GzDecoder;
use salsa20::Salsa20;
use sha2::{Digest, Sha256, Sha512};
use zeroize::Zeroizing;

use super::header::Header;
use super::{FormatError, MAX_BYTES};

/// The most that is unpacked, attachments and all.
const MOST_UNPACKED: u64 = 64 << 20;
/// The longest key of the inner stream; KeePass makes one of 64 bytes.
const MOST_STREAM_KEY: u32 = 1024;

/// What hides the values that KeePass protects once more: one stream of bytes over all of them in the order of the document.
pub(super) enum Stream {
    ChaCha20(Box<ChaCha20>),
    Salsa20(Box<Salsa20>),
}

impl Stream {
    fn new(kind: u32, key: &[u8]) -> Result<Self, FormatError> {
        match kind {
            SALSA20 => {
                let nonce = [0xe8, 0x30, 0x09, 0x4b, 0x97, 0x20, 0x5d, 0x2a];
                Ok(Self::Salsa20(Box::new(Salsa20::new(&Sha256::digest(key), &nonce.into()))))
            }
            CHACHA20 => {
                let hash: Zeroizing<[u8; 64]> = Zeroizing::new(Sha512::digest(key).into());
                let made = ChaCha20::new_from_slices(&hash[..32], &hash[32..44]).map_err(|_| FormatError::Damaged)?;
                Ok(Self::ChaCha20(Box::new(made)))
            }
            _ => Err(FormatError::NotRead("a KeePass database with an unknown inner cipher")),
        }
    }

    /// Uncovers the next `bytes`, or covers them.
    pub(super) fn apply(&mut self, bytes: &mut [u8]) {
        match self {
            Self::ChaCha20(stream) => stream.apply_keystream(bytes),
            Self::Salsa20(stream) => stream.apply_keystream(bytes),
        }
    }
}

const SALSA20: u32 = 2;
const CHACHA20: u32 = 3;

/// The stream and the XML in `plain`.
pub(super) fn unpack(header: &Header<'_>, plain: &[u8]) -> Result<(Stream, Zeroizing<Vec<u8>>), FormatError> {
    if header.packed {
        content(header, Counted { inner: GzDecoder::new(plain), left: MOST_UNPACKED })
    } else {
        content(header, Counted { inner: plain, left: MOST_UNPACKED })
    }
}

fn content(header: &Header<'_>, mut plain: impl Read) -> Result<(Stream, Zeroizing<Vec<u8>>), FormatError> {
    let stream = match &header.older {
        Some(older) => Stream::new(older.stream, older.stream_key)?,
        None => inner_header(&mut plain)?,
    };
    let mut xml = Zeroizing::new(Vec::new());
    let most = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
    // To its end, where the packing proves itself.
    plain.take(most + 1).read_to_end(&mut xml).map_err(told)?;
    if xml.len() > MAX_BYTES { Err(FormatError::TooLarge) } else { Ok((stream, xml)) }
}

const END: u8 = 0;
const STREAM: u8 = 1;
const STREAM_KEY: u8 = 2;

fn inner_header(plain: &mut impl Read) -> Result<Stream, FormatError> {
    let (mut kind, mut key) = (None, None);
    loop {
        let [id] = array(plain)?;
        let length = u32::from_le_bytes(array(plain)?);
        match id {
            STREAM if kind.is_some() => return Err(FormatError::KeyTwice),
            STREAM_KEY if key.is_some() => return Err(FormatError::KeyTwice),
            STREAM if length == 4 => kind = Some(u32::from_le_bytes(array(plain)?)),
            STREAM_KEY if length <= MOST_STREAM_KEY => {
                let mut bytes = Zeroizing::new(Vec::new());
                let read = plain.by_ref().take(length.into()).read_to_end(&mut bytes).map_err(told)?;
                if u32::try_from(read) != Ok(length) {
                    return Err(FormatError::Damaged);
                }
                key = Some(bytes);
            }
            STREAM | STREAM_KEY => return Err(FormatError::Damaged),
            _ => {
                let passed = io::copy(&mut plain.by_ref().take(length.into()), &mut io::sink()).map_err(told)?;
                if passed != u64::from(length) {
                    return Err(FormatError::Damaged);
                }
            }
        }
        if id == END {
            let (Some(kind), Some(key)) = (kind, key) else { return Err(FormatError::Damaged) };
            return Stream::new(kind, &key);
        }
    }
}

fn array<const N: usize>(plain: &mut impl Read) -> Result<[u8; N], FormatError> {
    let mut bytes = [0; N];
    plain.read_exact(&mut bytes).map_err(told)?;
    Ok(bytes)
}

fn told(error: io::Error) -> FormatError {
    if error.kind() == ErrorKind::FileTooLarge { FormatError::TooLarge } else { FormatError::Damaged }
}

/// Ends with an error after so many bytes.
struct Counted<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let count = u64::try_from(read).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(count).ok_or(ErrorKind::FileTooLarge)?;
        Ok(read)
    }
}
