//! Picture files to small squares in their colours: what stands for an account.

use std::io::Cursor;

use image::imageops::{FilterType, crop_imm, overlay, resize};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgba, RgbaImage};
use resvg::tiny_skia::{Pixmap, Transform};

use super::kind::{Kind, kind};
use super::{MOST_BYTES, MOST_MEMORY, MOST_SIDE, Unreadable, fits, size, vector, why};

/// What becomes of a picture that is no square.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Its middle.
    Middle,
    /// All of it, with nothing beside it.
    Whole,
}

/// The largest square, in pixels: no picture is kept larger.
pub const LARGEST: u16 = 128;

/// Reads the bytes of a picture file as a square of `side` pixels, 1 to 512: red, green, blue and opacity of each, row by row. Drawings
/// are always shown whole. Turned as its camera noted; nothing that a file refers to is opened.
///
/// # Errors
/// [`Unreadable`], which never holds anything of the file.
pub fn square(file: &[u8], side: u16, fit: Fit) -> Result<Vec<u8>, Unreadable> {
    if file.len() > MOST_BYTES {
        return Err(Unreadable::TooManyBytes);
    }
    let side = u32::from(side.clamp(1, 512));
    match kind(file) {
        Kind::Pixels(format) => decode(file, format).map(|picture| fitted(&picture, side, fit).into_raw()),
        Kind::Vector => draw(file, side),
        Kind::Other(other) => Err(Unreadable::Other(other)),
        Kind::Unknown => Err(Unreadable::NotAPicture),
    }
}

fn decode(file: &[u8], format: ImageFormat) -> Result<RgbaImage, Unreadable> {
    let (width, height) = size(file, format)?;
    fits(width, height)?;
    let mut limits = Limits::no_limits();
    (limits.max_image_width, limits.max_image_height, limits.max_alloc) = (Some(MOST_SIDE), Some(MOST_SIDE), Some(MOST_MEMORY));
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| why(&error))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    if decoder.total_bytes() > MOST_MEMORY {
        return Err(Unreadable::TooMuchMemory);
    }
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| why(&error))?;
    // What is far larger than the square is made smaller first: what follows takes four bytes a pixel.
    let largest = 4 * u32::from(LARGEST);
    if width.max(height) > largest {
        picture = picture.thumbnail(largest, largest);
    }
    picture.apply_orientation(orientation);
    Ok(picture.into_rgba8())
}

fn fitted(picture: &RgbaImage, side: u32, fit: Fit) -> RgbaImage {
    let (width, height) = picture.dimensions();
    let (short, long) = (width.min(height), width.max(height));
    let mut picture = match fit {
        Fit::Middle => crop_imm(picture, (width - short) / 2, (height - short) / 2, short, short).to_image(),
        Fit::Whole if short == long => picture.clone(),
        Fit::Whole => {
            let mut whole = RgbaImage::new(long, long);
            overlay(&mut whole, picture, ((long - width) / 2).into(), ((long - height) / 2).into());
            whole
        }
    };
    scaled(&mut picture, side)
}

/// Made smaller or larger; what cannot be seen has no colour that could shine through.
fn scaled(picture: &mut RgbaImage, side: u32) -> RgbaImage {
    if picture.dimensions() == (side, side) {
        return picture.clone();
    }
    picture.pixels_mut().for_each(premultiply);
    let mut small = resize(picture, side, side, FilterType::CatmullRom);
    for Rgba([red, green, blue, opacity]) in small.pixels_mut() {
        let whole = u32::from((*opacity).max(1));
        for part in [red, green, blue] {
            *part = u8::try_from((u32::from(*part) * 255 + whole / 2) / whole).unwrap_or(u8::MAX);
        }
    }
    small
}

fn premultiply(Rgba([red, green, blue, opacity]): &mut Rgba<u8>) {
    for part in [red, green, blue] {
        *part = ((u32::from(*part) * u32::from(*opacity) + 127) / 255) as u8;
    }
}

fn draw(file: &[u8], side: u32) -> Result<Vec<u8>, Unreadable> {
    let tree = vector::tree(file)?;
    let size = tree.size();
    let scale = side as f32 / size.width().max(size.height());
    let (left, top) = ((side as f32 - size.width() * scale) / 2.0, (side as f32 - size.height() * scale) / 2.0);
    let mut pixmap = Pixmap::new(side, side).ok_or(Unreadable::Broken)?;
    resvg::render(&tree, Transform::from_scale(scale, scale).post_translate(left, top), &mut pixmap.as_mut());
    let straight = pixmap.pixels().iter().map(|pixel| pixel.demultiply());
    Ok(straight.flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()]).collect())
}

/// A square of `from` pixels, as [`square`] gives it, as a round picture of `side` pixels. Its colours are multiplied with the opacity.
/// `None` if there are not as many pixels as that.
#[must_use]
pub fn disc(rgba: Vec<u8>, from: u16, side: u16) -> Option<Vec<u8>> {
    let mut picture = picture(rgba, from)?;
    let mut round = scaled(&mut picture, side.max(1).into());
    let middle = f32::from(side) / 2.0;
    for (x, y, pixel) in round.enumerate_pixels_mut() {
        let far = (x as f32 + 0.5 - middle).hypot(y as f32 + 0.5 - middle);
        // half a pixel of soft edge on each side
        let inside = (middle - far + 0.5).clamp(0.0, 1.0);
        pixel.0[3] = (f32::from(pixel.0[3]) * inside).round() as u8;
        premultiply(pixel);
    }
    Some(round.into_raw())
}

/// A square, as [`square`] gives it, as a PNG file. `None` if there are not as many pixels as that.
#[must_use]
pub fn png(rgba: Vec<u8>, side: u16) -> Option<Vec<u8>> {
    let picture = picture(rgba, side)?;
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).ok()?;
    Some(file.into_inner())
}

fn picture(rgba: Vec<u8>, side: u16) -> Option<RgbaImage> {
    let whole = rgba.len() == 4 * usize::from(side) * usize::from(side);
    if whole { RgbaImage::from_raw(side.into(), side.into(), rgba) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Red, green and blue columns of the same width.
    fn columns(width: u32, height: u32) -> Vec<u8> {
        let picture = RgbaImage::from_fn(width, height, |x, _| match x * 3 / width {
            0 => Rgba([255, 0, 0, 255]),
            1 => Rgba([0, 255, 0, 255]),
            _ => Rgba([0, 0, 255, 255]),
        });
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, ImageFormat::Png).unwrap();
        file.into_inner()
    }

    fn at(square: &[u8], side: usize, x: usize, y: usize) -> [u8; 4] {
        square[4 * (y * side + x)..][..4].try_into().unwrap()
    }

    #[test]
    fn the_middle_or_all_of_it() {
        let (wide, green, nothing) = (columns(300, 100), [0, 255, 0, 255], [0, 0, 0, 0]);
        let middle = square(&wide, 10, Fit::Middle).unwrap();
        for (x, y) in [(0, 0), (9, 9), (5, 5)] {
            assert_eq!(at(&middle, 10, x, y), green);
        }
        let whole = square(&wide, 30, Fit::Whole).unwrap();
        assert_eq!(
            [at(&whole, 30, 2, 15), at(&whole, 30, 15, 15), at(&whole, 30, 27, 15)],
            [[255, 0, 0, 255], green, [0, 0, 255, 255]]
        );
        assert_eq!([at(&whole, 30, 15, 2), at(&whole, 30, 15, 27)], [nothing; 2]);
        let drawing =
            br#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><rect width="2" height="1" fill="lime"/></svg>"#;
        let drawn = square(drawing, 8, Fit::Middle).unwrap();
        assert_eq!([at(&drawn, 8, 0, 4), at(&drawn, 8, 4, 0)], [green, nothing]);
        // Larger than it is, and far smaller.
        assert_eq!(square(&columns(3, 3), 512, Fit::Middle).unwrap().len(), 512 * 512 * 4);
        assert_eq!(at(&square(&columns(4_000, 30), 4, Fit::Middle).unwrap(), 4, 1, 1), green);
    }

    #[test]
    fn limits_hold_and_what_is_no_picture_is_told() {
        let rows: [(&[u8], Unreadable); 4] = [
            (b"hello", Unreadable::NotAPicture),
            (b"%PDF-1.7", Unreadable::Other(super::super::Other::Pdf)),
            (&columns(30, 30)[..60], Unreadable::Broken),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\"><rect", Unreadable::Broken),
        ];
        for (file, error) in rows {
            assert_eq!(square(file, 8, Fit::Whole), Err(error));
        }
        let mut large = columns(3, 3);
        // The width in the header of a PNG, which has a checksum of its own that is looked at later.
        large[16..24].copy_from_slice(&[0, 0, 0x40, 0, 0, 0, 0x40, 0]);
        assert!(matches!(square(&large, 8, Fit::Whole), Err(Unreadable::TooManyPixels { .. } | Unreadable::Broken)));
        assert_eq!(square(&vec![0; MOST_BYTES + 1], 8, Fit::Whole), Err(Unreadable::TooManyBytes));
    }

    #[test]
    fn a_disc_is_round_and_a_file_comes_back() {
        let red = [255, 0, 0, 255].repeat(16 * 16);
        let round = disc(red.clone(), 16, 8).unwrap();
        assert_eq!(at(&round, 8, 0, 0), [0, 0, 0, 0]);
        assert_eq!([at(&round, 8, 4, 4), at(&round, 8, 4, 1)], [[255, 0, 0, 255]; 2]);
        assert_eq!(disc(red.clone(), 15, 8), None);
        let file = png(red.clone(), 16).unwrap();
        assert_eq!(square(&file, 16, Fit::Middle).unwrap(), red);
        assert_eq!(png(red, 15), None);
    }
}
