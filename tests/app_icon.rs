//! The app's own icon: the files of each size are what the two drawings give. `HALFMINUTE_DRAW_ICONS=1` draws them anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use halfminute::formats::picture::square::{Fit, png, square};

/// How far a byte of a pixel may be off: another processor rounds otherwise.
const NEARLY: u8 = 2;

#[test]
fn every_size_is_drawn_from_its_drawing() {
    for side in [16, 24, 32, 48, 64, 128, 256] {
        let drawing = if side <= 32 { "icon-small.svg" } else { "icon.svg" };
        compare(drawing, side, &format!("icons/hicolor/{side}x{side}/apps/io.github.halfminute.Halfminute.png"));
    }
    compare("icon-small.svg", 64, "icons/window.png");
}

fn compare(drawing: &str, side: u16, file: &str) {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    let drawn = square(&std::fs::read(assets.join(drawing)).unwrap(), side, Fit::Whole).unwrap();
    let file = assets.join(file);
    if std::env::var_os("HALFMINUTE_DRAW_ICONS").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, png(drawn.clone(), side).unwrap()).unwrap();
    }
    let kept = image::open(&file).unwrap().into_rgba8();
    assert_eq!(kept.dimensions(), (side.into(), side.into()));
    let off = kept.as_raw().iter().zip(&drawn).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
    assert!(off <= NEARLY, "{}: a byte is {off} off. Draw them anew: HALFMINUTE_DRAW_ICONS=1", file.display());
}
