//! QR codes hold their shape, and another program reads them.
#![allow(clippy::print_stderr, reason = "a skipped check is said")]

use std::io::ErrorKind;
use std::process::Command;

use super::*;

const ADDRESS: &str = "otpauth://totp/Acme%20Corp:alice%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Acme%20Corp";

/// The three large squares, as they stand in every code: dark ring, light ring, dark core.
fn finder_at(matrix: &QrMatrix, left: usize, top: usize) -> bool {
    (0..7_usize).all(|y| {
        (0..7_usize).all(|x| {
            let ring = x.abs_diff(3).max(y.abs_diff(3));
            matrix.dark(left + x, top + y) == (ring != 2)
        })
    })
}

#[test]
fn finder_patterns_stand_in_three_corners() {
    for text in ["", "a", ADDRESS, &"x".repeat(2000)] {
        let matrix = QrMatrix::new(text).unwrap();
        let far = matrix.size() - 7;
        assert!(finder_at(&matrix, 0, 0) && finder_at(&matrix, far, 0) && finder_at(&matrix, 0, far), "{text:?}");
        assert!(!finder_at(&matrix, far, far));
        assert_eq!(matrix.size() % 4, 1);
        assert!((21..=177).contains(&matrix.size()));
    }
}

#[test]
fn outside_the_code_all_is_light() {
    let matrix = QrMatrix::new(ADDRESS).unwrap();
    let size = matrix.size();
    assert!(matrix.dark(0, 0) && matrix.dark(size - 1, 0) && matrix.dark(0, size - 1));
    assert!(!matrix.dark(size, 0) && !matrix.dark(0, size) && !matrix.dark(usize::MAX, 0) && !matrix.dark(0, usize::MAX));
}

#[test]
fn what_does_not_fit() {
    // ISO/IEC 18004 table 7, version 40: 2 331 bytes with M, 2 953 with L.
    assert_eq!(QrMatrix::new(&"é!".repeat(777)).unwrap().size(), 177);
    assert_eq!(QrMatrix::new(&"a".repeat(2332)).unwrap().size(), 161);
    assert_eq!(QrMatrix::new(&"a".repeat(2953)).unwrap().size(), 177);
    assert_eq!(QrMatrix::new(&"a".repeat(2954)).unwrap_err(), QrError::TooLong);
    assert_eq!(QrMatrix::new(&"a".repeat(1 << 20)).unwrap_err(), QrError::TooLong);
}

#[test]
fn pictures_are_the_modules_enlarged_on_white() {
    let matrix = QrMatrix::new(ADDRESS).unwrap();
    for scale in [1, 2, 3, 10] {
        let (width, pixels) = matrix.to_luma(scale);
        let scale = scale as usize;
        assert_eq!(width, (matrix.size() + 8) * scale);
        assert_eq!(pixels.len(), width * width);
        for (place, &pixel) in pixels.iter().enumerate() {
            let (x, y) = (place % width / scale, place / width / scale);
            let dark = x >= QUIET && y >= QUIET && matrix.dark(x - QUIET, y - QUIET);
            assert_eq!(pixel, if dark { 0 } else { 255 }, "pixel {place} at scale {scale}");
        }
    }
    assert_eq!(matrix.to_luma(0).0, 0);
}

/// The names of the chunks of a PNG file, in their order.
fn chunks(png: &[u8]) -> Vec<String> {
    let mut rest = &png[8..];
    let mut names = Vec::new();
    while let [a, b, c, d, name @ ..] = rest {
        names.push(String::from_utf8(name[..4].to_vec()).unwrap());
        rest = &rest[12 + u32::from_be_bytes([*a, *b, *c, *d]) as usize..];
    }
    names.dedup();
    names
}

#[test]
fn png_files_hold_the_picture_and_nothing_else() {
    let matrix = QrMatrix::new(ADDRESS).unwrap();
    let png = matrix.png(4).unwrap();
    assert_eq!(chunks(&png), ["IHDR", "IDAT", "IEND"]);
    // Bit depth 8, colour type 0: grey.
    assert_eq!(png[24..26], [8, 0]);
    let read = image::load_from_memory(&png).unwrap().into_luma8();
    let (width, pixels) = matrix.to_luma(4);
    assert_eq!((read.width() as usize, read.height() as usize), (width, width));
    assert_eq!(read.as_raw(), &*pixels);
    for size in [0, 65, u32::MAX] {
        assert_eq!(matrix.png(size).unwrap_err(), QrError::ModuleSize);
    }
}

#[test]
fn zbar_reads_what_is_written() {
    let texts = [
        ADDRESS.to_owned(),
        "otpauth://hotp/%D7%91%D7%A0%D7%A7:a?secret=MA&counter=9223372036854775807".to_owned(),
        format!("otpauth://totp/{}?secret=JBSWY3DPEHPK3PXP", "n".repeat(256)),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (number, text) in texts.iter().enumerate() {
        let file = folder.path().join(format!("{number}.png"));
        std::fs::write(&file, &*QrMatrix::new(text).unwrap().png(4).unwrap()).unwrap();
        let output = match Command::new("zbarimg").args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]).arg(&file).output()
        {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                eprintln!("SKIPPED: zbarimg is not installed, so no other program has read the QR codes");
                return;
            }
            output => output.unwrap(),
        };
        assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end(), text);
    }
}

#[test]
fn debug_shows_nothing() {
    assert_eq!(format!("{:?}", QrMatrix::new(ADDRESS).unwrap()), "QrMatrix(…)");
}
