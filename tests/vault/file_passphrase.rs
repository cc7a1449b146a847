//! The passphrase of the vault file: changed, interrupted at every step, wrong, and told apart from damage.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use halfminute::adapters::atomic_file::Folder;
use halfminute::adapters::data_dir::DataDir;
use halfminute::adapters::vault_file::{FilePlace, FileVault};
use halfminute::app::ports::{Vault, VaultError, VaultNote};
use zeroize::Zeroizing;

use crate::file::passphrase;
use crate::world::{add, id, seen};

const OLD: &str = "correct horse";
const NEW: &str = "battery staple";
const FILES: [&str; 4] = ["vault.age", "vault.age.bak", "vault.key.age", "vault.key.age.bak"];

fn typed(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

fn with(path: &Path, folder: Folder) -> FileVault {
    FileVault::with_folder(FilePlace::of_dir(&DataDir::open(path).unwrap()), folder, 2)
}

fn vault(path: &Path) -> FileVault {
    with(path, Folder::new(path))
}

/// A vault file with two accounts, still open.
fn made(path: &Path) -> FileVault {
    let mut vault = vault(path);
    vault.create(&passphrase(OLD)).unwrap();
    vault.change(&add(1, "one")).unwrap();
    vault.change(&add(2, "two")).unwrap();
    vault
}

fn unlock(path: &Path, with: &str) -> Result<(FileVault, usize, Vec<VaultNote>), VaultError> {
    let mut vault = vault(path);
    let opened = vault.unlock(&passphrase(with))?;
    Ok((vault, opened.document.accounts.len(), opened.notes))
}

fn why(path: &Path, with: &str) -> Option<VaultError> {
    unlock(path, with).err()
}

/// Whoever has `key`, a key file from before, and the passphrase `with` opens none of the files that stand in `path`.
fn nothing_opens(path: &Path, key: &[u8], with: &str) {
    let documents = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    let documents: Vec<_> =
        documents.filter(|file| file.file_name().unwrap().to_str().unwrap().starts_with("vault.age")).collect();
    assert!(documents.len() >= 2, "{documents:?}");
    for document in documents {
        let thief = tempfile::tempdir().unwrap();
        std::fs::copy(&document, thief.path().join("vault.age")).unwrap();
        std::fs::write(thief.path().join("vault.key.age"), key).unwrap();
        let path = thief.path().join("vault.age");
        assert_eq!(why(thief.path(), with), Some(VaultError::KeyMismatch { path }), "{document:?}");
    }
}

/// A folder that takes `k` steps and then refuses each with `kind`.
fn refusing(path: &Path, k: u32, kind: ErrorKind) -> Folder {
    let left = AtomicU32::new(k);
    let probe = move |_| {
        let before = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| Some(left.saturating_sub(1)));
        if before == Ok(0) { Err(kind.into()) } else { Ok(()) }
    };
    Folder::probed(path, Arc::new(probe))
}

#[test]
fn the_old_passphrase_opens_nothing_any_more_with_whatever_is_left() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    let mut open = made(path);
    let stolen = std::fs::read(path.join("vault.key.age")).unwrap();
    assert_eq!(open.protect(Some(typed("wrong")), Some(typed(NEW))).map(drop), Err(VaultError::WrongPassphrase));
    assert_eq!(unlock(path, OLD).unwrap().1, 2);
    open.protect(Some(typed(OLD)), Some(typed(NEW))).unwrap();
    assert_eq!(why(path, OLD), Some(VaultError::WrongPassphrase));
    assert_eq!(unlock(path, NEW).map(|(_, count, notes)| (count, notes)).unwrap(), (2, vec![]));
    nothing_opens(path, &stolen, OLD);
    // whoever changed it goes on
    assert_eq!(open.change(&add(3, "three")).unwrap().accounts.len(), 3);
    assert_eq!(unlock(path, NEW).unwrap().1, 3);
    nothing_opens(path, &stolen, OLD);
    open.protect(Some(typed(NEW)), Some(typed(OLD))).unwrap();
    assert_eq!((why(path, NEW), unlock(path, OLD).unwrap().1), (Some(VaultError::WrongPassphrase), 3));
}

#[test]
fn another_program_that_has_it_open_is_told_and_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    let mut open = made(path);
    let mut others = [(); 3].map(|()| unlock(path, OLD).unwrap().0);
    open.protect(Some(typed(OLD)), Some(typed(NEW))).unwrap();
    let before: Vec<_> = FILES.iter().map(|name| std::fs::read(path.join(name)).unwrap()).collect();
    let [changes, looks, alters] = &mut others;
    assert_eq!(changes.change(&add(9, "nine")).err(), Some(VaultError::PassphraseChanged));
    assert_eq!(looks.newer(0).err(), Some(VaultError::PassphraseChanged));
    assert_eq!(alters.protect(Some(typed(OLD)), Some(typed("third"))).err(), Some(VaultError::WrongPassphrase));
    assert_eq!(alters.protect(Some(typed(NEW)), Some(typed("third"))).err(), Some(VaultError::PassphraseChanged));
    let after: Vec<_> = FILES.iter().map(|name| std::fs::read(path.join(name)).unwrap()).collect();
    assert_eq!(before, after);
    for vault in &mut others {
        assert_eq!(vault.open().err(), Some(VaultError::NeedsPassphrase));
        assert_eq!(vault.unlock(&passphrase(NEW)).unwrap().document.accounts.len(), 2);
    }
    let [changes, ..] = &mut others;
    changes.change(&add(3, "three")).unwrap();
    assert_eq!(open.newer(0).unwrap().unwrap().accounts.len(), 3);
}

#[test]
fn killed_at_any_step_one_of_both_passphrases_opens_it_and_then_it_alone() {
    let (mut old_won, mut new_won) = (0, 0);
    for (k, first) in (0..40).flat_map(|k| [(k, OLD), (k, NEW)]) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path();
        made(path);
        let keys = std::fs::read(path.join("vault.key.age")).unwrap();
        let mut doomed = with(path, refusing(path, k, ErrorKind::Interrupted));
        doomed.unlock(&passphrase(OLD)).unwrap();
        let said = doomed.protect(Some(typed(OLD)), Some(typed(NEW))).is_ok();
        drop(doomed);
        let second = if first == OLD { NEW } else { OLD };
        let (won, lost) = if unlock(path, first).is_ok() { (first, second) } else { (second, first) };
        assert!(!said || won == NEW, "step {k}");
        let (mut open, count, notes) = unlock(path, won).unwrap_or_else(|error| panic!("step {k}: {error}"));
        assert_eq!((count, notes), (2, vec![]), "step {k}");
        // from the first time on that it was opened, there is one passphrase
        assert_eq!(why(path, lost), Some(VaultError::WrongPassphrase), "step {k} {won}");
        if won == NEW {
            nothing_opens(path, &keys, OLD);
            new_won += 1;
        } else {
            old_won += 1;
        }
        assert_eq!(seen(&open.change(&add(3, "three")).unwrap()).len(), 3, "step {k}");
        open.protect(Some(typed(won)), Some(typed("third one"))).unwrap();
        assert_eq!(unlock(path, "third one").unwrap().1, 3, "step {k}");
        nothing_opens(path, &keys, OLD);
    }
    assert!(old_won > 10 && new_won > 10, "{old_won} {new_won}");
}

#[test]
fn on_a_full_disk_nothing_is_lost_and_whoever_has_it_open_goes_on_or_is_told() {
    let mut went_on = 0;
    for k in 0..30 {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path();
        made(path);
        let full = Arc::new(AtomicBool::new(true));
        let left = AtomicU32::new(k);
        let is_full = Arc::clone(&full);
        let probe = move |_| {
            let before = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| Some(left.saturating_sub(1)));
            if before == Ok(0) && is_full.load(Ordering::SeqCst) { Err(ErrorKind::StorageFull.into()) } else { Ok(()) }
        };
        let mut open = with(path, Folder::probed(path, Arc::new(probe)));
        open.unlock(&passphrase(OLD)).unwrap();
        let changed = open.protect(Some(typed(OLD)), Some(typed(NEW)));
        assert!(matches!(changed, Ok(_) | Err(VaultError::Disk { kind: ErrorKind::StorageFull, .. })), "step {k}: {changed:?}");
        full.store(false, Ordering::SeqCst);
        let count = match open.change(&add(3, "three")) {
            Ok(document) => {
                went_on += 1;
                document.accounts.len()
            }
            Err(error) => {
                assert_eq!(error, VaultError::PassphraseChanged, "step {k}");
                2
            }
        };
        let opens = [OLD, NEW].iter().filter_map(|with| unlock(path, with).ok()).map(|(_, count, _)| count);
        assert_eq!(opens.collect::<Vec<_>>(), [count], "step {k}");
    }
    assert!(went_on > 10, "{went_on}");
}

#[test]
fn what_was_given_up_leaves_nothing_and_opens_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    let given_up = Arc::new(AtomicBool::new(true));
    let mut making = vault(path).until(Arc::clone(&given_up));
    assert_eq!(making.create(&passphrase(OLD)).err(), Some(VaultError::GivenUp));
    assert!(FILES.iter().all(|name| !path.join(name).exists()));
    made(path);
    (making.canceller())();
    assert_eq!(making.unlock(&passphrase(OLD)).err(), Some(VaultError::GivenUp));
    assert_eq!(making.open().err(), Some(VaultError::NeedsPassphrase));
    making.unlock(&passphrase(OLD)).unwrap();
}

/// Every way to cut or change one byte of `good`.
fn damages(good: &[u8]) -> impl Iterator<Item = (String, Vec<u8>)> {
    let cuts = (0..good.len()).map(|at| (format!("cut at {at}"), good[..at].to_vec()));
    let flips = (0..good.len()).flat_map(|at| {
        [1u8, 0x20].map(|bit| {
            let mut bad = good.to_vec();
            bad[at] ^= bit;
            (format!("byte {at} bit {bit:#x}"), bad)
        })
    });
    cuts.chain(flips)
}

#[test]
fn a_damaged_key_file_is_never_called_a_wrong_passphrase() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    made(path);
    let (key, copy) = (path.join("vault.key.age"), path.join("vault.key.age.bak"));
    let good = std::fs::read(&key).unwrap();
    std::fs::remove_file(&copy).unwrap();
    // one copy alone: right or damaged, who knows
    assert_eq!(why(path, "wrong"), Some(VaultError::PassphraseOrKey));
    let (mut certain, mut unknown) = (0, 0);
    for (what, bad) in damages(&good) {
        std::fs::write(&key, bad).unwrap();
        match why(path, OLD) {
            Some(VaultError::KeyDamaged { path }) if path == key => certain += 1,
            Some(VaultError::PassphraseOrKey) => unknown += 1,
            Some(VaultError::KeyTooCostly { path }) if path == key => {}
            other => panic!("{what}: {other:?}"),
        }
    }
    assert!(certain > 300 && unknown > 50, "{certain} {unknown}");
    // with a good copy, damage does no harm, and a wrong passphrase is told as far as it can be
    std::fs::write(&copy, &good).unwrap();
    let half = good[..good.len() / 2].to_vec();
    std::fs::write(&key, half).unwrap();
    assert_eq!((unlock(path, OLD).unwrap().1, why(path, "wrong")), (2, Some(VaultError::PassphraseOrKey)));
    for (name, text) in [("vault.key.age", ""), ("vault.key.age.bak", "not age\n")] {
        std::fs::write(path.join(name), text).unwrap();
    }
    assert_eq!(why(path, OLD), Some(VaultError::KeyDamaged { path: key }));
}

#[test]
fn a_damaged_vault_file_is_told_from_one_of_another_key() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    made(path);
    let (file, before) = (path.join("vault.age"), path.join("vault.age.bak"));
    let (good, previous) = (std::fs::read(&file).unwrap(), std::fs::read(&before).unwrap());
    std::fs::remove_file(&before).unwrap();
    let (mut damaged, mut mismatch) = (0, 0);
    for (what, bad) in damages(&good) {
        std::fs::write(&file, bad).unwrap();
        match why(path, OLD) {
            Some(VaultError::FileDamaged { path }) if path == file => damaged += 1,
            Some(VaultError::KeyMismatch { path }) if path == file => mismatch += 1,
            other => panic!("{what}: {other:?}"),
        }
    }
    assert!(damaged > 500 && mismatch > 50, "{damaged} {mismatch}");
    std::fs::write(&before, &previous).unwrap();
    for text in ["", "not age"] {
        std::fs::write(&file, text).unwrap();
        assert_eq!(unlock(path, OLD).map(|(_, count, notes)| (count, notes)).unwrap(), (1, vec![VaultNote::PreviousFile]));
    }
    std::fs::write(&before, "").unwrap();
    assert_eq!(why(path, OLD), Some(VaultError::FileDamaged { path: file.clone() }));
    assert_eq!(why(path, "wrong"), Some(VaultError::WrongPassphrase));
    // the key of one vault beside the file of another
    let other = tempfile::tempdir().unwrap();
    let mut stranger = vault(other.path());
    stranger.create(&passphrase("another")).unwrap();
    stranger.change(&add(7, "seven")).unwrap();
    std::fs::copy(other.path().join("vault.age"), &file).unwrap();
    assert_eq!(why(path, OLD), Some(VaultError::KeyMismatch { path: file.clone() }));
    // with our own version before it, that one is used, and the stranger's is kept
    std::fs::write(&before, &previous).unwrap();
    let (mut open, count, notes) = unlock(path, OLD).unwrap();
    assert_eq!((count, notes), (1, vec![VaultNote::PreviousFile]));
    assert!(open.change(&add(5, "five")).unwrap().record(id(5)).is_some());
    assert_eq!(std::fs::read(path.join("vault.age.old-1")).unwrap(), std::fs::read(other.path().join("vault.age")).unwrap());
}
