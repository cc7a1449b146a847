//! Any bytes as a backup: what it says that it asks for, before anything is computed: cargo +nightly fuzz run -s none backup_head
#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use halfminute::adapters::backup_file::AgeBackups;
use halfminute::app::ports::Backups;

static PLACE: LazyLock<PathBuf> = LazyLock::new(|| std::env::temp_dir().join(format!("halfminute-fuzz-{}", std::process::id())));

libfuzzer_sys::fuzz_target!(|file: &[u8]| {
    std::fs::write(&*PLACE, file).unwrap();
    let _ = AgeBackups::default().locked(&PLACE);
});
