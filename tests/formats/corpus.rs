//! What the fuzzer found worth keeping (fuzz/corpus/), through the same checks: a folder for each reader, and for addresses, documents and backups.
//!
//! A fuzzer's build opens every encryption; here it stays shut, so that of an encrypted file no more than its outside is read.

use std::fs;
use std::path::Path;

use halfminute::adapters::backup_file::AgeBackups;
use halfminute::app::ports::Backups;
use halfminute::formats::exchange::{self, Given, Key};

use crate::{texts, whole};

/// The files of a target, smallest name first.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 5, "{target} has only {} files", paths.len());
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn every_reader_lives_through_its_corpus() {
    for format in exchange::ALL {
        // Our own backups are told by their head alone.
        let files = corpus(if format.id() == "halfminute" { "backup_head" } else { format.id() });
        let read = files.iter().filter(|file| whole::read(*format, file, &Key::default()).is_some()).count();
        let locked = files.iter().any(|file| Given::new(file).is_ok_and(|given| format.sniff(&given)));
        // A corpus that is refused as a whole would not test much.
        assert!(read > 0 || locked, "{}: none of {} files is one of its", format.id(), files.len());
    }
}

#[test]
fn texts_and_documents_live_through_theirs() {
    corpus("address").iter().for_each(|input| texts::address(input));
    corpus("document").iter().for_each(|input| texts::document(input));
    for file in corpus("recognise") {
        let Ok(given) = Given::new(&file) else { continue };
        assert!(exchange::recognise(&given).iter().all(|format| format.sniff(&given)));
    }
}

#[test]
fn heads_of_backups_are_read_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backup.age");
    let mut told = 0;
    for file in corpus("backup_head") {
        fs::write(&path, file).unwrap();
        told += usize::from(AgeBackups::default().locked(&path).is_ok());
    }
    assert!(told > 0, "no head was read");
}
