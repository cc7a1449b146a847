//! An address, a key in base32, and whatever is pasted, each as itself and written again: cargo +nightly fuzz run -s none address
#![no_main]

#[allow(dead_code, reason = "another target has the rest of it")]
#[path = "../../tests/formats/texts.rs"]
mod texts;

libfuzzer_sys::fuzz_target!(|input: &[u8]| texts::address(input));
