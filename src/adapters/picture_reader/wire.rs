//! What goes through the pipes. All numbers are big-endian.
//!
//! Question: the kind (a byte), width and height (four bytes each, 0 for files), then the file, or one grey byte a pixel, to the end.
//! Answer: [`CODES`], their number (two bytes), and for each its eight coordinates (four bytes each, `f32`), the length of its text
//! (four bytes) and its text; or the number of an error and two numbers more (four bytes each).

use zeroize::Zeroizing;

use crate::app::ports::{Found, OtherPicture, PictureError, Unreadable};

/// A picture file.
pub(super) const FILE: u8 = 1;
/// Grey pixels.
pub(super) const PIXELS: u8 = 2;
/// The most bytes of an answer.
pub(super) const MOST_ANSWER: u64 = 1 << 20;

const CODES: u8 = 0;
const NOTHING_FOUND: u8 = 1;
const FAILED: u8 = 2;
const NOT_A_PICTURE: u8 = 3;
const OTHER: u8 = 4;
const TOO_MANY_BYTES: u8 = 5;
const TOO_MANY_PIXELS: u8 = 6;
const TOO_MUCH_MEMORY: u8 = 7;
const BROKEN: u8 = 8;

/// The first bytes of a question.
pub(super) fn head(kind: u8, width: u32, height: u32) -> [u8; 9] {
    let ([a, b, c, d], [e, f, g, h]) = (width.to_be_bytes(), height.to_be_bytes());
    [kind, a, b, c, d, e, f, g, h]
}

/// Kind, width and height of a question.
pub(super) fn read_head([kind, a, b, c, d, e, f, g, h]: [u8; 9]) -> (u8, u32, u32) {
    (kind, u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]))
}

/// An answer as bytes.
pub(in crate::adapters) fn answer(read: &Result<Vec<Found>, PictureError>) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    let found = match read {
        Ok(found) => found,
        Err(error) => {
            bytes.extend_from_slice(&failure(*error));
            return bytes;
        }
    };
    bytes.push(CODES);
    bytes.extend_from_slice(&u16::try_from(found.len()).unwrap_or(u16::MAX).to_be_bytes());
    for code in found.iter().take(usize::from(u16::MAX)) {
        for (x, y) in code.corners {
            bytes.extend_from_slice(&x.to_be_bytes());
            bytes.extend_from_slice(&y.to_be_bytes());
        }
        bytes.extend_from_slice(&u32::try_from(code.text.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend_from_slice(&code.text);
    }
    bytes
}

fn failure(error: PictureError) -> [u8; 9] {
    match error {
        PictureError::NothingFound => head(NOTHING_FOUND, 0, 0),
        PictureError::Unreadable(Unreadable::NotAPicture) => head(NOT_A_PICTURE, 0, 0),
        PictureError::Unreadable(Unreadable::Other(other)) => {
            let number = OtherPicture::ALL.iter().position(|one| *one == other);
            head(OTHER, number.and_then(|number| u32::try_from(number).ok()).unwrap_or(u32::MAX), 0)
        }
        PictureError::Unreadable(Unreadable::TooManyBytes) => head(TOO_MANY_BYTES, 0, 0),
        PictureError::Unreadable(Unreadable::TooManyPixels { width, height }) => head(TOO_MANY_PIXELS, width, height),
        PictureError::Unreadable(Unreadable::TooMuchMemory) => head(TOO_MUCH_MEMORY, 0, 0),
        PictureError::Unreadable(Unreadable::Broken) => head(BROKEN, 0, 0),
        PictureError::TooLong | PictureError::Failed | PictureError::NotStarted => head(FAILED, 0, 0),
    }
}

/// What an answer says; `None` if it is none: the other process may have been taken over by the picture.
pub(in crate::adapters) fn read_answer(bytes: &[u8]) -> Option<Result<Vec<Found>, PictureError>> {
    let (kind, mut rest) = bytes.split_first()?;
    if *kind != CODES {
        return Some(Err(read_failure(read_head(bytes.try_into().ok()?))?));
    }
    let number = u16::from_be_bytes(*take(&mut rest)?);
    let mut found = Vec::new();
    for _ in 0..number {
        let mut corners = [(0.0, 0.0); 4];
        for corner in &mut corners {
            *corner = (f32::from_be_bytes(*take(&mut rest)?), f32::from_be_bytes(*take(&mut rest)?));
        }
        let length = usize::try_from(u32::from_be_bytes(*take(&mut rest)?)).ok()?;
        let (text, after) = rest.split_at_checked(length)?;
        rest = after;
        found.push(Found { text: Zeroizing::new(text.to_vec()), corners });
    }
    (rest.is_empty() && !found.is_empty()).then_some(Ok(found))
}

fn read_failure((kind, first, second): (u8, u32, u32)) -> Option<PictureError> {
    let unreadable = match kind {
        NOTHING_FOUND => return Some(PictureError::NothingFound),
        FAILED => return Some(PictureError::Failed),
        NOT_A_PICTURE => Unreadable::NotAPicture,
        OTHER => Unreadable::Other(*OtherPicture::ALL.get(usize::try_from(first).ok()?)?),
        TOO_MANY_BYTES => Unreadable::TooManyBytes,
        TOO_MANY_PIXELS => Unreadable::TooManyPixels { width: first, height: second },
        TOO_MUCH_MEMORY => Unreadable::TooMuchMemory,
        BROKEN => Unreadable::Broken,
        _ => return None,
    };
    Some(PictureError::Unreadable(unreadable))
}

fn take<'a, const LENGTH: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; LENGTH]> {
    let (first, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &[u8]) -> Found {
        Found { text: Zeroizing::new(text.to_vec()), corners: [(1.5, -2.0), (3.0, 4.0), (5.0, 6.0), (7.0, 8.25)] }
    }

    #[test]
    fn codes_come_back() {
        let bytes = answer(&Ok(vec![code(b"one"), code(b""), code(&[0xff; 2953])]));
        let found = read_answer(&bytes).unwrap().unwrap();
        assert_eq!(found.iter().map(|code| code.text.len()).collect::<Vec<_>>(), [3, 0, 2953]);
        assert_eq!(found[0].text.as_slice(), b"one");
        assert_eq!(found[2].corners, code(b"").corners);
        for length in 0..bytes.len() {
            assert!(read_answer(&bytes[..length]).is_none(), "{length}");
        }
        assert!(read_answer(&[&bytes, &b"x"[..]].concat()).is_none());
    }

    #[test]
    fn errors_come_back() {
        let others = OtherPicture::ALL.map(Unreadable::Other);
        let many = Unreadable::TooManyPixels { width: 50_000, height: u32::MAX };
        let plain = [Unreadable::NotAPicture, Unreadable::TooManyBytes, many, Unreadable::TooMuchMemory, Unreadable::Broken];
        let unreadable = others.into_iter().chain(plain).map(PictureError::Unreadable);
        for error in unreadable.chain([PictureError::NothingFound, PictureError::Failed]) {
            assert_eq!(read_answer(&answer(&Err(error))).unwrap().unwrap_err(), error);
        }
    }

    #[test]
    fn what_is_no_answer() {
        let long = [&[CODES, 0, 1][..], &[0; 32], &[0xff; 4], b"text"].concat();
        for bytes in [
            &b""[..],
            &[CODES],
            &[CODES, 0, 0],
            &[CODES, 0xff, 0xff],
            &[NOTHING_FOUND],
            &head(99, 0, 0),
            &head(OTHER, 99, 0),
            &long,
        ] {
            assert!(read_answer(bytes).is_none(), "{bytes:?}");
        }
    }
}
