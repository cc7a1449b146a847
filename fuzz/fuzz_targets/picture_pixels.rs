//! Pixels of a screen: the first byte is the width, each bit after it a pixel: cargo +nightly fuzz run -s none picture_pixels
#![no_main]

use halfminute::app::picture::find_in_grey;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((width, bits)) = input.split_first() else { return };
    let width = usize::from(*width).max(21);
    let mut pixels: Vec<u8> = bits.iter().flat_map(|byte| (0..8).map(move |bit| (byte >> bit & 1) * 255)).collect();
    let height = pixels.len() / width;
    pixels.truncate(width * height);
    let _ = find_in_grey(width, height, pixels);
});
