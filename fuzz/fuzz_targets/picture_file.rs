//! Any file as a picture, and the codes in it: cargo +nightly fuzz run -s none picture_file fuzz/corpus/picture_file tests/qr_reading/samples
#![no_main]

use halfminute::app::picture::{InLine, scan};
use halfminute::app::ports::Picture;

libfuzzer_sys::fuzz_target!(|file: &[u8]| {
    let _ = scan(&InLine, Picture::File(file));
});
