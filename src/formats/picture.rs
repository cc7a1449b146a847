//! Picture files to grey pixels: PNG, JPEG, WebP, BMP, GIF (its first picture) and SVG, told apart by what is in them.
//!
//! Limits hold before anything is decoded. What shines through is put on white, so that a code on a transparent background reads; the
//! turn that a camera notes is carried out. Nothing that a file refers to is opened.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use zeroize::Zeroizing;

mod kind;
pub mod square;
mod vector;

pub use kind::Other;
use kind::{Kind, kind};

/// The most bytes of a file: 20 MiB.
pub const MOST_BYTES: usize = 20 << 20;
/// The most pixels of a file's picture: 4096 × 4096. They may be spread otherwise, as on a wide screen.
pub const MOST_PIXELS: u64 = 4096 * 4096;
/// The most pixels on one side of a file's picture.
pub const MOST_SIDE: u32 = 16_384;
/// The most memory that decoding one takes, in bytes: 64 MiB.
const MOST_MEMORY: u64 = 64 << 20;

/// A picture in shades of grey, row by row, 0 for black and 255 for white. Wiped when dropped: a code in it is a secret.
pub struct Grey {
    width: usize,
    height: usize,
    pixels: Zeroizing<Vec<u8>>,
}

/// Why there is no picture. It holds nothing of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not a picture of a kind that is known.
    #[error("not a picture")]
    NotAPicture,
    /// A kind that is known and not read.
    #[error("a kind of picture that is not read")]
    Other(Other),
    /// More than [`MOST_BYTES`].
    #[error("a file of more than 20 MiB")]
    TooManyBytes,
    /// More than [`MOST_PIXELS`], or more than [`MOST_SIDE`] on one side.
    #[error("{width} × {height} pixels are too many")]
    TooManyPixels {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// Decoding it takes more memory than is given for it.
    #[error("decoding it takes too much memory")]
    TooMuchMemory,
    /// It is cut off, or not what it says it is.
    #[error("damaged")]
    Broken,
}

impl Grey {
    /// A picture of these pixels; `None` if their number is another one, or none.
    #[must_use]
    pub fn new(width: usize, height: usize, pixels: Vec<u8>) -> Option<Self> {
        let pixels = Zeroizing::new(pixels);
        (!pixels.is_empty() && width.checked_mul(height)? == pixels.len()).then_some(Self { width, height, pixels })
    }

    /// The grey of pixels that have red, green, blue and opacity, row by row; `None` if their number is another one, or none.
    #[must_use]
    pub fn from_rgba(width: usize, height: usize, rgba: &[u8]) -> Option<Self> {
        let (pixels, rest) = rgba.as_chunks::<4>();
        if !rest.is_empty() || width.checked_mul(height)? != pixels.len() {
            return None;
        }
        Self::new(width, height, pixels.iter().map(|[r, g, b, a]| on_white(luma(*r, *g, *b), *a)).collect())
    }

    /// In pixels, at least one.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// In pixels, at least one.
    #[must_use]
    pub const fn height(&self) -> usize {
        self.height
    }

    /// All pixels, row by row.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The rows from the top.
    pub fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.pixels.chunks_exact(self.width)
    }

    /// A part of it; `None` if that is not inside.
    #[must_use]
    pub fn part(&self, left: usize, top: usize, width: usize, height: usize) -> Option<Self> {
        let columns = left..left.checked_add(width)?;
        let mut pixels = Vec::with_capacity(width.checked_mul(height)?.min(self.pixels.len()));
        for row in self.rows().skip(top).take(height) {
            pixels.extend_from_slice(row.get(columns.clone())?);
        }
        Self::new(width, height, pixels)
    }
}

impl std::fmt::Debug for Grey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Grey({} × {})", self.width, self.height)
    }
}

/// The brightness of a colour (ITU-R BT.601).
const fn luma(r: u8, g: u8, b: u8) -> u8 {
    ((77 * r as u32 + 150 * g as u32 + 29 * b as u32 + 128) >> 8) as u8
}

/// What is left of a grey of this opacity on white.
const fn on_white(grey: u8, opacity: u8) -> u8 {
    255 - ((255 - grey as u32) * opacity as u32 + 127).div_euclid(255) as u8
}

/// Reads the bytes of a picture file.
///
/// # Errors
/// [`Unreadable`], which never holds anything of the file.
pub fn read(file: &[u8]) -> Result<Grey, Unreadable> {
    if file.len() > MOST_BYTES {
        return Err(Unreadable::TooManyBytes);
    }
    match kind(file) {
        Kind::Pixels(format) => decode(file, format),
        Kind::Vector => vector::draw(file),
        Kind::Other(other) => Err(Unreadable::Other(other)),
        Kind::Unknown => Err(Unreadable::NotAPicture),
    }
}

/// Reads a picture file in its colours: width, height, and red, green, blue and opacity of each pixel, row by row. For pictures that this
/// computer has made itself: up to `most` pixels.
///
/// # Errors
/// [`Unreadable`], which never holds anything of the file.
pub fn colours(file: &[u8], most: usize) -> Result<(usize, usize, Zeroizing<Vec<u8>>), Unreadable> {
    let format = match kind(file) {
        Kind::Pixels(format) => format,
        Kind::Other(other) => return Err(Unreadable::Other(other)),
        Kind::Vector | Kind::Unknown => return Err(Unreadable::NotAPicture),
    };
    let (width, height) = size(file, format)?;
    if u64::from(width) * u64::from(height) > most as u64 {
        return Err(Unreadable::TooManyPixels { width, height });
    }
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.no_limits();
    let picture = reader.decode().map_err(|error| why(&error))?.into_rgba8();
    Ok((width as usize, height as usize, Zeroizing::new(picture.into_raw())))
}

/// What the header says: nothing is decoded yet, and no limit hides what it says.
fn size(file: &[u8], format: ImageFormat) -> Result<(u32, u32), Unreadable> {
    let mut header = ImageReader::with_format(Cursor::new(file), format);
    header.no_limits();
    header.into_dimensions().map_err(|error| why(&error))
}

fn decode(file: &[u8], format: ImageFormat) -> Result<Grey, Unreadable> {
    let (width, height) = size(file, format)?;
    let mut limits = Limits::no_limits();
    (limits.max_image_width, limits.max_image_height, limits.max_alloc) = (Some(MOST_SIDE), Some(MOST_SIDE), Some(MOST_MEMORY));
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    fits(width, height)?;
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| why(&error))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    if decoder.total_bytes() > MOST_MEMORY {
        return Err(Unreadable::TooMuchMemory);
    }
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| why(&error))?;
    let grey = grey(picture).ok_or(Unreadable::Broken)?;
    if orientation == Orientation::NoTransforms {
        return Ok(grey);
    }
    turned(grey, orientation).ok_or(Unreadable::Broken)
}

fn fits(width: u32, height: u32) -> Result<(), Unreadable> {
    if width == 0 || height == 0 {
        return Err(Unreadable::Broken);
    }
    let fits = width <= MOST_SIDE && height <= MOST_SIDE && u64::from(width) * u64::from(height) <= MOST_PIXELS;
    if fits { Ok(()) } else { Err(Unreadable::TooManyPixels { width, height }) }
}

fn why(error: &image::ImageError) -> Unreadable {
    match error {
        image::ImageError::Limits(_) => Unreadable::TooMuchMemory,
        _ => Unreadable::Broken,
    }
}

fn grey(picture: DynamicImage) -> Option<Grey> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let high = |value: u16| (value >> 8) as u8;
    let pixels = match &picture {
        DynamicImage::ImageLuma8(_) => return Grey::new(width, height, picture.into_luma8().into_raw()),
        DynamicImage::ImageRgba8(rgba) => return Grey::from_rgba(width, height, rgba),
        DynamicImage::ImageLumaA8(both) => both.pixels().map(|pixel| on_white(pixel.0[0], pixel.0[1])).collect(),
        DynamicImage::ImageRgb8(rgb) => rgb.as_chunks::<3>().0.iter().map(|[r, g, b]| luma(*r, *g, *b)).collect(),
        DynamicImage::ImageLuma16(grey) => grey.iter().map(|value| high(*value)).collect(),
        DynamicImage::ImageLumaA16(both) => both.pixels().map(|pixel| on_white(high(pixel.0[0]), high(pixel.0[1]))).collect(),
        DynamicImage::ImageRgb16(rgb) => rgb.pixels().map(|pixel| pixel.0.map(high)).map(|[r, g, b]| luma(r, g, b)).collect(),
        DynamicImage::ImageRgba16(rgba) => {
            rgba.pixels().map(|pixel| pixel.0.map(high)).map(|[r, g, b, a]| on_white(luma(r, g, b), a)).collect()
        }
        // none of the formats that are read has others
        _ => return Grey::from_rgba(width, height, &picture.to_rgba8()),
    };
    Grey::new(width, height, pixels)
}

fn turned(mut grey: Grey, orientation: Orientation) -> Option<Grey> {
    let pixels = std::mem::take(&mut *grey.pixels);
    let picture = GrayImage::from_raw(u32::try_from(grey.width).ok()?, u32::try_from(grey.height).ok()?, pixels)?;
    let mut picture = DynamicImage::ImageLuma8(picture);
    picture.apply_orientation(orientation);
    self::grey(picture)
}

#[cfg(test)]
mod tests;
