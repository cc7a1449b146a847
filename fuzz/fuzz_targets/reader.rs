//! Any bytes as a file of one app; the target is called as the app is in the terminal: cargo +nightly fuzz run -s none aegis
#![no_main]

#[path = "../../tests/formats/whole.rs"]
mod whole;

use halfminute::formats::exchange::{self, Key};

const ID: &str = env!("CARGO_BIN_NAME");

libfuzzer_sys::fuzz_target!(|file: &[u8]| {
    let Some(format) = exchange::by_id(ID) else { panic!("there is no reader {ID}") };
    // In a build for a fuzzer any password opens everything: see src/formats/exchange/crypt.rs.
    let opens = Key { password: Some("p".to_owned().into()), long: true };
    let open = whole::read(format, file, &Key::default());
    let Some(import) = open.or_else(|| whole::read(format, file, &opens)) else { return };
    let found: Vec<_> = import.entries.iter().filter_map(|entry| entry.outcome.as_ref().ok()).map(|found| &**found).collect();
    whole::written_and_read_back(format, &found, None);
});
