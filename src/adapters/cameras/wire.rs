//! What goes through the pipes. All numbers are big-endian.
//!
//! Questions are single bytes: the number of a camera first, then [`NEXT`] for each frame. Each answer has its length (four bytes) and is
//! either [`NAMES`], their number (a byte) and each with its length (a byte); or [`FRAME`], width and height (two bytes each), red, green and
//! blue of each pixel, then the codes as [`picture_reader`](crate::adapters::picture_reader) hands them over; or the number of an error.

use std::io::Read;

use zeroize::Zeroizing;

use crate::adapters::picture_reader::wire::{answer, read_answer};
use crate::app::ports::{CameraError, Found, Frame, MOST_SIDE, PictureError, Shot};

/// The question for a frame.
pub(super) const NEXT: u8 = 1;

const NAMES: u8 = 1;
const FRAME: u8 = 2;
/// The most bytes of an answer: a frame of the largest size with many codes.
const MOST: usize = MOST_SIDE * MOST_SIDE * 3 + (1 << 20);

/// The errors that the other process can tell, by their numbers from [`FIRST_ERROR`] on.
const ERRORS: [CameraError; 5] =
    [CameraError::None, CameraError::Busy, CameraError::NotAllowed, CameraError::Unknown, CameraError::Failed];
const FIRST_ERROR: u8 = 10;

/// The names of all cameras as an answer.
pub(super) fn names(names: &[String]) -> Zeroizing<Vec<u8>> {
    let names = &names[..names.len().min(usize::from(u8::MAX))];
    let mut body = vec![NAMES, u8::try_from(names.len()).unwrap_or(u8::MAX)];
    for name in names {
        let name = &name.as_bytes()[..name.len().min(usize::from(u8::MAX))];
        body.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
        body.extend_from_slice(name);
    }
    framed(&body)
}

/// A frame as an answer: `rgb` has three bytes for each of `width` × `height` pixels.
pub(super) fn frame(width: usize, height: usize, rgb: &[u8], codes: Vec<Found>) -> Zeroizing<Vec<u8>> {
    let codes = answer(&if codes.is_empty() { Err(PictureError::NothingFound) } else { Ok(codes) });
    let mut body = Zeroizing::new(Vec::with_capacity(5 + rgb.len() + codes.len()));
    body.push(FRAME);
    for side in [width, height] {
        body.extend_from_slice(&u16::try_from(side).unwrap_or(u16::MAX).to_be_bytes());
    }
    body.extend_from_slice(rgb);
    body.extend_from_slice(&codes);
    framed(&body)
}

/// An error as an answer.
pub(super) fn failure(error: CameraError) -> Zeroizing<Vec<u8>> {
    let at = ERRORS.iter().position(|one| *one == error).unwrap_or(ERRORS.len() - 1);
    framed(&[FIRST_ERROR + u8::try_from(at).unwrap_or_default()])
}

fn framed(body: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut answer = Zeroizing::new(Vec::with_capacity(4 + body.len()));
    answer.extend_from_slice(&u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes());
    answer.extend_from_slice(body);
    answer
}

/// The next answer without its length; `None` at the end, and for what is none.
pub(super) fn take(input: &mut impl Read) -> Option<Zeroizing<Vec<u8>>> {
    let mut length = [0; 4];
    super::exactly(input, &mut length)?;
    let length = usize::try_from(u32::from_be_bytes(length)).ok().filter(|length| *length <= MOST)?;
    let mut body = Zeroizing::new(vec![0; length]);
    super::exactly(input, &mut body)?;
    Some(body)
}

/// The names in an answer, at least one.
pub(super) fn read_names(body: &[u8]) -> Result<Vec<String>, CameraError> {
    let mut rest = open(body, NAMES)?;
    let many = usize::from(byte(&mut rest)?);
    let mut names = Vec::new();
    for _ in 0..many {
        let length = usize::from(byte(&mut rest)?);
        let (name, after) = rest.split_at_checked(length).ok_or(CameraError::Failed)?;
        rest = after;
        names.push(String::from_utf8_lossy(name).chars().filter(|letter| !letter.is_control()).collect());
    }
    if rest.is_empty() && !names.is_empty() { Ok(names) } else { Err(CameraError::Failed) }
}

/// The frame in an answer.
pub(super) fn read_frame(body: &[u8]) -> Result<Frame, CameraError> {
    let rest = open(body, FRAME)?;
    let (head, rest) = rest.split_first_chunk::<4>().ok_or(CameraError::Failed)?;
    let side = |high: u8, low: u8| usize::from(u16::from_be_bytes([high, low]));
    let [a, b, c, d] = *head;
    let (width, height) = (side(a, b), side(c, d));
    if !(1..=MOST_SIDE).contains(&width) || !(1..=MOST_SIDE).contains(&height) {
        return Err(CameraError::Failed);
    }
    let (rgb, codes) = rest.split_at_checked(width * height * 3).ok_or(CameraError::Failed)?;
    let rgba = rgb.as_chunks::<3>().0.iter().flat_map(|[r, g, b]| [*r, *g, *b, u8::MAX]);
    let picture = Shot { width, height, rgba: Zeroizing::new(rgba.collect()) };
    // What could not be read in one frame is read in the next.
    let codes = read_answer(codes).ok_or(CameraError::Failed)?.unwrap_or_default();
    Ok(Frame { picture, codes })
}

fn open(body: &[u8], kind: u8) -> Result<&[u8], CameraError> {
    let (first, rest) = body.split_first().ok_or(CameraError::Failed)?;
    if *first == kind {
        return Ok(rest);
    }
    let at = first.checked_sub(FIRST_ERROR).map(usize::from);
    Err(at.and_then(|at| ERRORS.get(at)).copied().unwrap_or(CameraError::Failed))
}

fn byte(rest: &mut &[u8]) -> Result<u8, CameraError> {
    let (first, after) = rest.split_first().ok_or(CameraError::Failed)?;
    *rest = after;
    Ok(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(answer: &[u8]) -> Zeroizing<Vec<u8>> {
        take(&mut &answer[..]).unwrap()
    }

    #[test]
    fn names_frames_and_errors_come_back() {
        let cameras = ["Integrated Camera".to_owned(), "ü".repeat(200), String::new()];
        let read = read_names(&body(&names(&cameras))).unwrap();
        assert_eq!((read.len(), read[0].as_str(), read[2].as_str()), (3, "Integrated Camera", ""));
        let code = Found { text: Zeroizing::new(b"otpauth://".to_vec()), corners: [(1.0, 2.0); 4] };
        let seen = read_frame(&body(&frame(2, 1, &[1, 2, 3, 4, 5, 6], vec![code]))).unwrap();
        assert_eq!(seen.picture.rgba.as_slice(), [1, 2, 3, 255, 4, 5, 6, 255]);
        assert_eq!(seen.codes[0].text.as_slice(), b"otpauth://");
        assert!(read_frame(&body(&frame(1, 1, &[0; 3], Vec::new()))).unwrap().codes.is_empty());
        for error in ERRORS {
            assert_eq!(read_names(&body(&failure(error))).unwrap_err(), error);
            assert_eq!(read_frame(&body(&failure(error))).unwrap_err(), error);
        }
    }

    #[test]
    fn what_is_no_answer() {
        assert!(take(&mut &[0, 0, 0, 2, 1][..]).is_none(), "cut off");
        assert!(take(&mut &[0xff, 0xff, 0xff, 0xff, 1][..]).is_none(), "longer than any");
        let whole = body(&frame(2, 1, &[0; 6], Vec::new()));
        for length in 0..whole.len() {
            assert!(read_frame(&whole[..length]).is_err(), "{length}");
        }
        assert!(read_frame(&[&whole[..], b"x"].concat()).is_err());
        for bad in
            [&[][..], &[NAMES], &[NAMES, 0], &[NAMES, 1, 5, b'a'], &[NAMES, 1, 1, b'a', b'b'], &[9], &[FRAME, 255, 255, 255, 255]]
        {
            assert!(read_names(bad).is_err() && read_frame(bad).is_err(), "{bad:?}");
        }
    }
}
