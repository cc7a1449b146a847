//! Any text as what a vault or a backup holds; what is read is written and read again: cargo +nightly fuzz run -s none document
#![no_main]

#[allow(dead_code, reason = "another target has the rest of it")]
#[path = "../../tests/formats/texts.rs"]
mod texts;

libfuzzer_sys::fuzz_target!(|input: &[u8]| texts::document(input));
