//! Every way in which a code writes its text, and every size of code.

use halfminute::formats::picture::Grey;
use halfminute::formats::qr_reader;
use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};

/// The code as a picture of three pixels a module.
fn picture(code: &QrCode) -> Grey {
    const MODULE: usize = 3;
    let side = code.width() + 8;
    let colors = code.to_colors();
    let dark = |x: usize, y: usize| {
        let inside = |place: usize| (4..code.width() + 4).contains(&place);
        inside(x) && inside(y) && colors[(y - 4) * code.width() + x - 4] == Color::Dark
    };
    let pixels = (0..side * side * MODULE * MODULE).map(|place| {
        let (x, y) = (place % (side * MODULE) / MODULE, place / (side * MODULE) / MODULE);
        if dark(x, y) { 0 } else { 255 }
    });
    Grey::new(side * MODULE, side * MODULE, pixels.collect()).unwrap()
}

fn texts(code: &QrCode) -> Vec<Vec<u8>> {
    qr_reader::read(&picture(code)).iter().map(|found| found.text.to_vec()).collect()
}

#[test]
fn every_way_to_write_a_text() {
    type Write = fn(&mut Bits) -> qrcode::QrResult<()>;
    let rows: &[(Write, &[u8])] = &[
        (|bits| bits.push_numeric_data(b"0123456789012345"), b"0123456789012345"),
        (|bits| bits.push_alphanumeric_data(b"OTPAUTH://TOTP/A%20B"), b"OTPAUTH://TOTP/A%20B"),
        (|bits| bits.push_byte_data(&[0, 0xff, 0x80, b'a', b'%']), &[0, 0xff, 0x80, b'a', b'%']),
        // Shift-JIS, as it stands in the code
        (|bits| bits.push_kanji_data(b"\x93\x5f\xe4\xaa"), b"\x93\x5f\xe4\xaa"),
        // a note that the bytes are UTF-8, as some writers make it
        (|bits| bits.push_eci_designator(26).and_then(|()| bits.push_byte_data("Grüße".as_bytes())), "Grüße".as_bytes()),
        (|bits| bits.push_alphanumeric_data(b"OTPAUTH:").and_then(|()| bits.push_byte_data(b"//totp/a")), b"OTPAUTH://totp/a"),
    ];
    for (write, text) in rows {
        let mut bits = Bits::new(Version::Normal(5));
        write(&mut bits).and_then(|()| bits.push_terminator(EcLevel::M)).unwrap();
        let code = QrCode::with_bits(bits, EcLevel::M).unwrap();
        assert_eq!(texts(&code), [text.to_vec()]);
    }
}

#[test]
fn every_size_of_code() {
    for version in 1..=40 {
        for level in [EcLevel::L, EcLevel::H] {
            let text = format!("version {version}");
            let code = QrCode::with_version(&text[..text.len().min(7)], Version::Normal(version), level).unwrap();
            assert_eq!(texts(&code), [text.as_bytes()[..7].to_vec()], "{version} {level:?}");
        }
    }
    let full = QrCode::with_error_correction_level(vec![b'x'; 2953], EcLevel::L).unwrap();
    assert_eq!(texts(&full), [vec![b'x'; 2953]]);
}
