//! The vault file: made, opened, changed, damaged, and read with the plain `age` program.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use halfminute::adapters::atomic_file::{FileStep, Folder};
use halfminute::adapters::data_dir::DataDir;
use halfminute::adapters::vault_file::{FilePlace, FileVault, Passphrase};
use halfminute::app::ports::{Place, Vault, VaultError, VaultNote};
use zeroize::Zeroizing;

use crate::world::{add, seen};

pub fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(Zeroizing::new(text.to_owned()))
}

fn vault(path: &Path) -> FileVault {
    FileVault::with_folder(FilePlace::of_dir(&DataDir::open(path).unwrap()), Folder::new(path), 10)
}

/// A file with one account, and the program that made it.
fn made(path: &Path) -> FileVault {
    let mut vault = vault(path);
    let opened = vault.create(&passphrase("correct horse")).unwrap();
    assert_eq!(opened.notes, [VaultNote::FirstStart]);
    assert_eq!(opened.place, Place::File(path.join("vault.age")));
    vault.change(&add(1, "one")).unwrap();
    vault
}

fn unlocked(path: &Path) -> Result<(usize, Vec<VaultNote>), VaultError> {
    vault(path).unlock(&passphrase("correct horse")).map(|opened| (opened.document.accounts.len(), opened.notes))
}

fn spoil(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn it_opens_with_its_passphrase_and_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    made(path);
    assert_eq!(unlocked(path), Ok((1, vec![])));
    assert_eq!(vault(path).unlock(&passphrase("correct horsf")).map(|_| ()), Err(VaultError::WrongPassphrase));
    assert_eq!(vault(path).open().map(|_| ()), Err(VaultError::NeedsPassphrase));
    assert_eq!(vault(path).change(&add(2, "two")).map(|_| ()), Err(VaultError::NeedsPassphrase));
    assert_eq!(vault(path).newer(0).map(|_| ()), Ok(()));
    let again = vault(path).create(&passphrase("another")).map(|_| ());
    assert_eq!(again, Err(VaultError::Disk { path: path.join("vault.age"), kind: std::io::ErrorKind::AlreadyExists }));
}

#[test]
fn its_files_are_the_owners_alone_and_hold_nothing_in_the_clear() {
    let dir = tempfile::tempdir().unwrap();
    made(dir.path());
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let path = entry.unwrap().path();
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600, "{path:?}");
        }
        let bytes = std::fs::read(&path).unwrap();
        for clear in [&b"AEAQCAIB"[..], &[1; 8], b"AGE-SECRET-KEY", b"one"] {
            assert!(!bytes.windows(clear.len()).any(|window| window == clear), "{path:?} holds {clear:?}");
        }
    }
}

#[test]
fn a_damaged_file_gives_way_to_the_version_before_and_is_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    let mut open = made(path);
    open.change(&add(2, "two")).unwrap();
    spoil(&path.join("vault.age"));
    let damaged = std::fs::read(path.join("vault.age")).unwrap();
    assert_eq!(unlocked(path), Ok((1, vec![VaultNote::PreviousFile])));
    let mut late = vault(path);
    let found = late.unlock(&passphrase("correct horse")).unwrap().document;
    let changed = late.change(&add(3, "three")).unwrap();
    assert_eq!((seen(&changed).len(), changed.generation), (2, found.generation + 2));
    assert_eq!(std::fs::read(path.join("vault.age.old-1")).unwrap(), damaged);
    assert_eq!(unlocked(path), Ok((2, vec![])));
    // both unreadable: damaged, not a wrong passphrase
    spoil(&path.join("vault.age"));
    spoil(&path.join("vault.age.bak"));
    assert_eq!(unlocked(path), Err(VaultError::FileDamaged { path: path.join("vault.age") }));
}

#[test]
fn a_damaged_key_file_has_a_second_copy() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    made(path);
    std::fs::write(path.join("vault.key.age"), "not age").unwrap();
    assert_eq!(unlocked(path), Ok((1, vec![])));
    std::fs::write(path.join("vault.key.age.bak"), "").unwrap();
    assert_eq!(unlocked(path), Err(VaultError::KeyDamaged { path: path.join("vault.key.age") }));
}

#[test]
fn a_key_file_that_asks_for_too_much_work_is_refused_before_it_is_done() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    made(path);
    for name in ["vault.key.age", "vault.key.age.bak"] {
        let bytes = std::fs::read(path.join(name)).unwrap();
        let line = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').nth(1).unwrap().0;
        let mut costly = bytes[..line - 2].to_vec();
        costly.extend_from_slice(b"40");
        costly.extend_from_slice(&bytes[line..]);
        std::fs::write(path.join(name), costly).unwrap();
    }
    assert_eq!(unlocked(path), Err(VaultError::KeyTooCostly { path: path.join("vault.key.age") }));
}

#[test]
fn two_programs_lose_nothing_and_notice_each_other() {
    let dir = tempfile::tempdir().unwrap();
    let mut one = made(dir.path());
    let mut two = vault(dir.path());
    let opened = two.unlock(&passphrase("correct horse")).unwrap();
    one.change(&add(2, "two")).unwrap();
    assert_eq!(seen(&two.newer(opened.document.generation).unwrap().unwrap()).len(), 2);
    one.change(&add(3, "three")).unwrap();
    assert_eq!(seen(&two.change(&add(4, "four")).unwrap()).len(), 4);
    assert!(one.newer(4).unwrap().is_some());
    assert!(one.newer(5).unwrap().is_none());
}

#[test]
fn killed_at_any_step_it_opens_with_the_old_or_the_new_document() {
    for k in 0..8 {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().to_owned();
        made(&path);
        let left = std::sync::atomic::AtomicI32::new(k);
        let probe = move |_: FileStep| match left.fetch_sub(1, std::sync::atomic::Ordering::SeqCst) {
            1.. => Ok(()),
            _ => Err(std::io::ErrorKind::Interrupted.into()),
        };
        let folder = Folder::probed(&path, std::sync::Arc::new(probe));
        let mut doomed = FileVault::with_folder(FilePlace::of_dir(&DataDir::open(&path).unwrap()), folder, 10);
        doomed.unlock(&passphrase("correct horse")).unwrap();
        let saved = doomed.change(&add(2, "two")).is_ok();
        let (count, notes) = unlocked(&path).unwrap();
        assert!(count == 2 || count == 1 && !saved, "step {k}: {count}");
        assert_eq!(notes, [], "step {k}");
    }
}

#[test]
fn starting_over_keeps_the_old_file_aside() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    let mut known = made(path);
    let old = std::fs::read(path.join("vault.age")).unwrap();
    assert_eq!(known.start_over().unwrap().document.accounts.len(), 0);
    assert_eq!(std::fs::read(path.join("vault.age.old-1")).unwrap(), old);
    assert_eq!(unlocked(path), Ok((0, vec![])));
    // the passphrase is forgotten
    let mut forgotten = vault(path);
    assert_eq!(forgotten.start_over().map(|_| ()), Err(VaultError::NeedsPassphrase));
    assert_eq!(forgotten.create(&passphrase("new")).unwrap().notes, [VaultNote::FirstStart]);
    assert!(path.join("vault.key.age.old-1").exists() && path.join("vault.age.old-2").exists());
}

#[test]
fn the_age_program_opens_it() {
    let tools = ["age", "script"].map(|tool| Command::new(tool).arg("--version").output().is_ok());
    if tools != [true, true] {
        std::io::Write::write_all(&mut std::io::stderr(), b"skipped: age or script is not installed\n").unwrap();
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    made(dir.path());
    // age asks on a terminal: `script` gives it one
    let line = "age -d -i vault.key.age -o plain.json vault.age";
    let mut command = Command::new("script");
    command.args(["-qec", line, "/dev/null"]).current_dir(dir.path());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut typed = child.stdin.take().unwrap();
    let mut shown = child.stdout.take().unwrap();
    let mut prompt = Vec::new();
    while !String::from_utf8_lossy(&prompt).contains("passphrase") {
        let mut byte = [0];
        std::io::Read::read_exact(&mut shown, &mut byte).expect("age asks for the passphrase");
        prompt.push(byte[0]);
    }
    typed.write_all(b"correct horse\n").unwrap();
    assert!(child.wait().unwrap().success());
    let plain = std::fs::read_to_string(dir.path().join("plain.json")).unwrap();
    assert!(plain.starts_with(r#"{"schema":1,"generation":2,"accounts":[{"id":"01010101"#), "{plain}");
}

#[test]
fn a_file_at_another_place_keeps_its_name_and_its_folder() {
    let home = tempfile::tempdir().unwrap();
    let path = std::fs::canonicalize(home.path()).unwrap();
    let rows: [(&str, [&str; 5]); 3] = [
        ("work.age", ["work.age", "work.age.bak", "work.age.lock", "work.key.age", "work.key.age.bak"]),
        ("codes", ["codes", "codes.bak", "codes.key", "codes.key.bak", "codes.lock"]),
        ("vault.age", ["vault.age", "vault.age.bak", "vault.age.lock", "vault.key.age", "vault.key.age.bak"]),
    ];
    for (name, files) in rows {
        let folder = path.join(format!("of-{name}"));
        std::fs::create_dir(&folder).unwrap();
        let place = FilePlace::at(&folder.join(name), Some(&path)).unwrap();
        assert_eq!((place.path(), place.exists()), (folder.join(name), false));
        let mut vault = FileVault::with_folder(place.clone(), Folder::new(&folder), 10);
        vault.create(&passphrase("correct horse")).unwrap();
        vault.change(&add(1, "one")).unwrap();
        let mut found: Vec<_> =
            std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        found.sort();
        assert_eq!(found, files);
        assert!(place.exists());
    }
    // the usual file under its usual name is the window's, with the window's lock
    let dir = DataDir::open(&path).unwrap();
    assert_eq!(FilePlace::at(&dir.vault_file(), Some(dir.path())), Ok(FilePlace::of_dir(&dir)));
    let missing = path.join("not there").join("x.age");
    let refused = VaultError::Disk { path: missing.clone(), kind: std::io::ErrorKind::NotFound };
    assert_eq!(FilePlace::at(&missing, None), Err(refused));
    #[cfg(unix)]
    {
        let (link, target) = (path.join("link"), path.join("of-work.age").join("work.age"));
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert_eq!(FilePlace::at(&link, None).unwrap().path(), target);
    }
}
