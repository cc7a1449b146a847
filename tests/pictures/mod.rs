//! Pictures of codes: the set that the reader is held to, in tests and in the comparison with other readers.

pub mod desktop;
pub mod draw;
pub mod set;

use std::io::Cursor;

use halfminute::formats::picture::{self, Grey};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, RgbaImage};

use set::Way;

/// The grey that the reader gets when the picture comes in this way.
pub fn grey(picture: &RgbaImage, way: Way) -> Grey {
    if way == Way::Screen {
        return Grey::from_rgba(picture.width() as usize, picture.height() as usize, picture).unwrap();
    }
    picture::read(&file(picture, way)).unwrap()
}

/// The picture as a file; a screen as PNG.
pub fn file(picture: &RgbaImage, way: Way) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let picture = DynamicImage::ImageRgba8(picture.clone());
    match way {
        Way::Screen | Way::Png => picture.write_to(&mut file, ImageFormat::Png),
        Way::WebP => picture.write_to(&mut file, ImageFormat::WebP),
        Way::Gif => picture.write_to(&mut file, ImageFormat::Gif),
        Way::Bmp => picture.write_to(&mut file, ImageFormat::Bmp),
        Way::Jpeg(quality) => picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut file, quality)),
    }
    .unwrap();
    file.into_inner()
}
