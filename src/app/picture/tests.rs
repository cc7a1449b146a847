//! Pictures with codes that our own writer made.

use zeroize::Zeroizing;

use super::*;
use crate::formats::qr::QrMatrix;

const ADDRESS: &str = "otpauth://totp/Acme:alice?secret=JBSWY3DPEHPK3PXP&issuer=Acme";

/// Codes side by side, as pixels of a screen.
fn screen(texts: &[&str]) -> (usize, usize, Vec<u8>) {
    let codes: Vec<_> = texts.iter().map(|text| QrMatrix::new(text).unwrap().to_luma(3)).collect();
    let height = codes.iter().map(|(side, _)| *side).max().unwrap();
    let width: usize = codes.iter().map(|(side, _)| *side).sum();
    let mut rgba = vec![255; width * height * 4];
    let mut left = 0;
    for (side, pixels) in &codes {
        for (place, grey) in pixels.iter().enumerate() {
            let at = (place / side * width + left + place % side) * 4;
            rgba[at..at + 3].fill(*grey);
        }
        left += side;
    }
    (width, height, rgba)
}

#[test]
fn what_codes_are_and_each_once() {
    let (width, height, rgba) = screen(&[ADDRESS, "WIFI:S:home;;", ADDRESS, "otpauth-migration://offline?data=CgA"]);
    let picture = Picture::Pixels { width, height, rgba: &rgba };
    assert_eq!(InLine.read(picture).unwrap().len(), 4);
    let mut kinds: Vec<_> = scan(&InLine, picture).unwrap().iter().map(|scanned| format!("{scanned:?}")).collect();
    kinds.sort();
    assert_eq!(kinds, ["Address(…)", "Migration(…)", "Other(Wifi)"]);
}

#[test]
fn a_file_of_our_own() {
    let file = QrMatrix::new(ADDRESS).unwrap().png(4).unwrap();
    let found = InLine.read(Picture::File(&file)).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].text, Zeroizing::new(ADDRESS.as_bytes().to_vec()));
}

#[test]
fn what_is_no_picture_of_a_code() {
    let white = vec![255; 100 * 100 * 4];
    let pixels = |width, height, rgba| InLine.read(Picture::Pixels { width, height, rgba }).unwrap_err();
    assert_eq!(pixels(100, 100, &white), PictureError::NothingFound);
    assert_eq!(pixels(100, 101, &white), PictureError::Unreadable(Unreadable::Broken));
    assert_eq!(pixels(0, 0, &[]), PictureError::Unreadable(Unreadable::Broken));
    let many = Unreadable::TooManyPixels { width: 100_000, height: 1000 };
    assert_eq!(pixels(100_000, 1000, &white), PictureError::Unreadable(many));
    let most = Unreadable::TooManyPixels { width: u32::MAX, height: u32::MAX };
    assert_eq!(pixels(usize::MAX, usize::MAX, &white), PictureError::Unreadable(most));
    assert_eq!(InLine.read(Picture::File(b"text")).unwrap_err(), PictureError::Unreadable(Unreadable::NotAPicture));
}

#[test]
fn what_may_be_a_picture() {
    let rows: [(&[u8], bool); 8] = [
        (b"\x89PNG\r\n\x1a\n\0", true),
        (b"<?xml version='1.0'?><svg>", true),
        // PDFs need not hold a byte that is no text
        (b"%PDF-1.4\n1 0 obj", true),
        (b"\n%PDF-1.7\n", true),
        (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3", true),
        (b"{\"note\":\"the %PDF- of the bank\"}", false),
        (b"otpauth://totp/a?secret=MA", false),
        (b"", false),
    ];
    for (file, expected) in rows {
        assert_eq!(may_be(file), expected, "{}", String::from_utf8_lossy(file));
    }
    let pdf = InLine.read(Picture::File(b"%PDF-1.4\n1 0 obj")).unwrap_err();
    assert_eq!(pdf, PictureError::Unreadable(Unreadable::Other(Other::Pdf)));
    assert!(!may_be_an_apps(&pdf));
}
