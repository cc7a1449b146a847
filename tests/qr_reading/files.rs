//! Files of every kind that is read, as other programs write them, and where the code is in them.

use std::path::PathBuf;

use halfminute::app::ports::{OtherPicture, Unreadable};
use halfminute::formats::{picture, qr_reader};

const TEXT: &[u8] = b"otpauth://totp/Sample:alice?secret=JBSWY3DPEHPK3PXP&issuer=Sample";

pub fn sample(name: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/qr_reading/samples").join(name)).unwrap()
}

/// All samples hold the same code of 37 modules: its corner at 12, 12 and its module 3 pixels, but in the SVG.
#[test]
fn every_kind_of_file_is_read() {
    for (name, corner, side) in [
        ("one_bit.png", 12.0, 111.0),
        ("palette.png", 12.0, 111.0),
        ("palette_transparent.png", 12.0, 111.0),
        ("half_transparent.png", 12.0, 111.0),
        ("sixteen_bit.png", 12.0, 111.0),
        ("interlaced.png", 12.0, 111.0),
        ("progressive.jpg", 12.0, 111.0),
        ("cmyk.jpg", 12.0, 111.0),
        ("exif_turned.jpg", 12.0, 111.0),
        ("animated.gif", 12.0, 111.0),
        ("animated.webp", 12.0, 111.0),
        ("lossy.webp", 12.0, 111.0),
        ("rle.bmp", 12.0, 111.0),
        ("rects.svg", 131.56, 1216.9),
    ] {
        let grey = picture::read(&sample(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let found = qr_reader::read(&grey);
        assert_eq!(found.len(), 1, "{name}");
        assert_eq!(found[0].text.as_slice(), TEXT, "{name}");
        let expected = [(corner, corner), (corner + side, corner), (corner + side, corner + side), (corner, corner + side)];
        for ((x, y), (right_x, right_y)) in found[0].corners.iter().zip(expected) {
            assert!((x - right_x).abs() < side / 37.0 && (y - right_y).abs() < side / 37.0, "{name}: {:?}", found[0].corners);
        }
    }
}

#[test]
fn what_is_not_read_is_named() {
    let svg = |body: &str| format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\">{body}").into_bytes();
    let rows: Vec<(Vec<u8>, Unreadable)> = vec![
        (b"".to_vec(), Unreadable::NotAPicture),
        (b"hello".to_vec(), Unreadable::NotAPicture),
        (b"<html><body/></html>".to_vec(), Unreadable::NotAPicture),
        (b"otpauth://totp/a?secret=MA".to_vec(), Unreadable::NotAPicture),
        (b"%PDF-1.7\n".to_vec(), Unreadable::Other(OtherPicture::Pdf)),
        (b"\0\0\0\x18ftypheic\0\0\0\0".to_vec(), Unreadable::Other(OtherPicture::Heif)),
        (b"\0\0\0\x18ftypavif\0\0\0\0".to_vec(), Unreadable::Other(OtherPicture::Avif)),
        (b"\0\0\0\x18ftypisom\0\0\0\0".to_vec(), Unreadable::Other(OtherPicture::Film)),
        (b"II*\0\x08\0\0\0".to_vec(), Unreadable::Other(OtherPicture::Tiff)),
        (b"\xff\x0a\xfa".to_vec(), Unreadable::Other(OtherPicture::JpegXl)),
        (b"\0\0\x01\0\x01\0".to_vec(), Unreadable::Other(OtherPicture::Icon)),
        (b"8BPS\0\x01".to_vec(), Unreadable::Other(OtherPicture::Photoshop)),
        (b"gimp xcf v011".to_vec(), Unreadable::Other(OtherPicture::Gimp)),
        (b"\x1f\x8b\x08".to_vec(), Unreadable::Other(OtherPicture::Gzip)),
        (b"PK\x03\x04".to_vec(), Unreadable::Other(OtherPicture::Zip)),
        (b"\x89PNG\r\n\x1a\n".to_vec(), Unreadable::Broken),
        (b"\xff\xd8\xff\xe0".to_vec(), Unreadable::Broken),
        (b"RIFF\0\0\0\0WEBP".to_vec(), Unreadable::Broken),
        (svg(""), Unreadable::Broken),
        (vec![b' '; (20 << 20) + 1], Unreadable::TooManyBytes),
    ];
    for (file, expected) in rows {
        let beginning = String::from_utf8_lossy(&file[..file.len().min(24)]).into_owned();
        assert_eq!(picture::read(&file).unwrap_err(), expected, "{beginning:?}");
    }
    // a picture inside would be a file of this computer
    let secret = svg("<image href=\"/etc/hostname\" width=\"9\" height=\"9\"/><text>x</text></svg>");
    assert!(picture::read(&secret).unwrap().pixels().iter().all(|pixel| *pixel == 255));
}
