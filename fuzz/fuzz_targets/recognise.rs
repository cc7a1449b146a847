//! Any bytes: which apps' files they may be: cargo +nightly fuzz run -s none recognise
#![no_main]

use halfminute::formats::exchange::{self, Given};

libfuzzer_sys::fuzz_target!(|file: &[u8]| {
    let Ok(given) = Given::new(file) else { return };
    let found = exchange::recognise(&given);
    assert!(found.iter().all(|format| format.sniff(&given)));
    assert!(found.is_sorted_by_key(|format| !format.marked(&given)));
});
