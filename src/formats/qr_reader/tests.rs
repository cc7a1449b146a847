//! Tiles, places, and what counts as the same code twice. What is found in pictures: `tests/qr_reading/`.

use super::*;
use crate::formats::qr::QrMatrix;

#[test]
fn tiles_cover_a_side() {
    for side in [1, 21, 4096, 4097, 5120, 7168, 7680, 10_240, 15_360] {
        let tiles = tiles(side);
        assert_eq!((tiles[0].0, tiles.last().map(|(begin, length)| begin + length)), (0, Some(side)), "{side}");
        for pair in tiles.windows(2) {
            assert!(pair[0].0 + pair[0].1 >= pair[1].0 + OVERLAP, "{side}: {pair:?}");
        }
        assert!(tiles.iter().all(|(_, length)| *length <= TILE));
    }
}

/// Codes on both sides of the border between two tiles, and one across it, each once.
#[test]
fn a_screen_of_several_tiles() {
    let (width, height) = (7680, 300);
    let mut pixels = vec![230; width * height];
    let texts = ["otpauth://totp/left?secret=MA", "otpauth://totp/across?secret=MA", "otpauth://totp/right?secret=MA"];
    for (text, left) in texts.iter().zip([100, 3000, 7400]) {
        let (side, code) = QrMatrix::new(text).unwrap().to_luma(4);
        for (place, grey) in code.iter().enumerate() {
            pixels[(place / side + 50) * width + left + place % side] = *grey;
        }
    }
    let found = read(&Grey::new(width, height, pixels).unwrap());
    assert_eq!(found.iter().map(|code| code.text.len()).collect::<Vec<_>>(), texts.map(str::len));
    for (code, left) in found.iter().zip([100.0, 3000.0, 7400.0]) {
        let (x, y) = code.corners[0];
        assert!((x - left - 16.0).abs() < 2.0 && (y - 66.0).abs() < 2.0, "{:?}", code.corners);
    }
}

#[test]
fn a_debug_print_shows_no_text() {
    let code = Found { text: Zeroizing::new(b"secret".to_vec()), corners: [(0.0, 0.0); 4] };
    assert!(!format!("{code:?}").contains("secret") && !format!("{code:?}").contains("115"));
}
