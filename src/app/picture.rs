//! Codes in pictures: reading a picture, and what the codes in it are.

use crate::formats::picture::{self, Grey, Other, Unreadable, square};
use crate::formats::qr_reader;
use crate::formats::scanned::{Scanned, classify};

use super::ports::{Fit, Found, Picture, PictureError, PictureReader};

pub use crate::formats::picture::MOST_BYTES as MOST_FILE_BYTES;

/// The most pixels of a screen or of the clipboard: two screens of 8K.
pub const MOST_SCREEN_PIXELS: usize = 64 << 20;

/// Reads pictures where it is called. For the process that is made for that, and for tests: a picture that was made to harm can take
/// its time and end the process.
#[derive(Clone, Copy, Debug, Default)]
pub struct InLine;

impl PictureReader for InLine {
    fn read(&self, picture: Picture<'_>) -> Result<Vec<Found>, PictureError> {
        match picture {
            Picture::File(bytes) => find(&picture::read(bytes)?),
            Picture::Pixels { width, height, rgba } => find(&grey(width, height, rgba)?),
        }
    }

    fn square(&self, file: &[u8], side: u16, fit: Fit) -> Result<Vec<u8>, PictureError> {
        Ok(square::square(file, side, fit)?)
    }
}

/// The grey of pixels.
///
/// # Errors
/// [`Unreadable::TooManyPixels`] with more than [`MOST_SCREEN_PIXELS`], [`Unreadable::Broken`] if there are not as many as it says.
pub fn grey(width: usize, height: usize, rgba: &[u8]) -> Result<Grey, Unreadable> {
    screen_fits(width, height)?;
    Grey::from_rgba(width, height, rgba).ok_or(Unreadable::Broken)
}

/// Whether so many pixels are read.
///
/// # Errors
/// [`Unreadable::TooManyPixels`] if not.
pub fn screen_fits(width: usize, height: usize) -> Result<(), Unreadable> {
    if width.checked_mul(height).is_some_and(|pixels| pixels <= MOST_SCREEN_PIXELS) {
        return Ok(());
    }
    let most = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
    Err(Unreadable::TooManyPixels { width: most(width), height: most(height) })
}

/// The codes in pixels of one byte each, 0 for black and 255 for white, row by row.
///
/// # Errors
/// As [`PictureReader::read`].
pub fn find_in_grey(width: usize, height: usize, pixels: Vec<u8>) -> Result<Vec<Found>, PictureError> {
    screen_fits(width, height)?;
    find(&Grey::new(width, height, pixels).ok_or(Unreadable::Broken)?)
}

fn find(picture: &Grey) -> Result<Vec<Found>, PictureError> {
    let found = qr_reader::read(picture);
    if found.is_empty() { Err(PictureError::NothingFound) } else { Ok(found) }
}

/// What the codes in a picture are, from the top down; a text that stands there twice comes once. At least one.
///
/// # Errors
/// As [`PictureReader::read`].
pub fn scan(reader: &dyn PictureReader, picture: Picture<'_>) -> Result<Vec<Scanned>, PictureError> {
    let found = reader.read(picture)?;
    let new = found.iter().enumerate().filter(|(place, code)| found[..*place].iter().all(|before| before.text != code.text));
    Ok(new.map(|(_, code)| classify(&code.text)).collect())
}

/// Whether a file may be a picture rather than an app's text: no text, a drawing, or a PDF document, which is told like a picture.
#[must_use]
pub fn may_be(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(4_096)];
    let pdf = start.trim_ascii_start().starts_with(b"%PDF-");
    pdf || start.contains(&0)
        || std::str::from_utf8(bytes).is_err()
        || start.windows(4).any(|four| four.eq_ignore_ascii_case(b"<svg"))
}

/// Whether a file that cannot be read as a picture may be another app's: zips are what phone apps lock their exports in.
#[must_use]
pub const fn may_be_an_apps(error: &PictureError) -> bool {
    matches!(error, PictureError::Unreadable(Unreadable::NotAPicture | Unreadable::Other(Other::Zip | Other::Gzip)))
}

#[cfg(test)]
mod tests;
