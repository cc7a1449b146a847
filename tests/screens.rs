//! The screen as the desktop hands it out: an X11 server with a picture on it, and a pretend portal on a bus of its own.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside of test functions")]

#[path = "screens/desktop_portal.rs"]
mod desktop_portal;
#[path = "screens/x11_server.rs"]
mod x11_server;

use std::io::Write;

use halfminute::formats::qr::QrMatrix;

const ALICE: &str = "otpauth://totp/GitHub:alice?secret=JBSWY3DPEHPK3PXP&issuer=GitHub";
const BOB: &str = "otpauth://totp/Mail:bob?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Mail";

/// A picture file of so many pixels, grey, with codes at these places.
fn picture(width: u32, height: u32, codes: &[(&str, u32, u32)]) -> Vec<u8> {
    let mut picture = image::RgbImage::from_pixel(width, height, image::Rgb([0x60, 0x80, 0x90]));
    for (text, left, top) in codes {
        let (side, luma) = QrMatrix::new(text).unwrap().to_luma(4);
        for (at, grey) in luma.iter().enumerate() {
            let (x, y) = ((at % side) as u32, (at / side) as u32);
            picture.put_pixel(left + x, top + y, image::Rgb([*grey; 3]));
        }
    }
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

/// What a test needs and does not find is said past the test harness, which would swallow it.
fn skipped(what: &str) {
    let mut stderr = std::io::stderr();
    writeln!(stderr, "skipped: {what} not installed").unwrap();
}
