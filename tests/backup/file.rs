//! The file: what is written opens again, for its owner alone, and nothing is written over.

use std::fs;
use std::path::Path;

use age::secrecy::ExposeSecret;
use halfminute::adapters::backup_file::AgeBackups;
use halfminute::app::backup::{make, read, recipients};
use halfminute::app::ports::{BackupError, Backups, Key, KeyKind, Locked, Over, RecipientError, Seal};
use zeroize::Zeroizing;

use crate::{FULL, document};

pub fn passphrase(text: &str) -> Key {
    Key { what: KeyKind::Passphrase(Zeroizing::new(text.to_owned())), long: false }
}

pub fn key_file(bytes: &[u8], passphrase: Option<&str>) -> Key {
    let passphrase = passphrase.map(|text| Zeroizing::new(text.to_owned()));
    Key { what: KeyKind::File { bytes: Zeroizing::new(bytes.to_vec()), passphrase }, long: false }
}

pub fn seal(text: &str) -> Seal {
    Seal::Passphrase(Zeroizing::new(text.to_owned()))
}

/// An SSH key of `kind` in `folder`: its private half, encrypted if there is a passphrase, and its public half.
fn ssh(folder: &Path, kind: &[&str], passphrase: &str) -> (Vec<u8>, String) {
    let path = folder.join(format!("key-{}-{}", kind.join("-"), passphrase.len()));
    let mut program = std::process::Command::new("ssh-keygen");
    let made = program.args(["-q", "-C", "ann@home", "-N", passphrase, "-f"]).arg(&path).arg("-t").args(kind).status();
    assert!(made.unwrap().success());
    (fs::read(&path).unwrap(), fs::read_to_string(path.with_extension("pub")).unwrap())
}

#[test]
fn what_is_written_is_read_again_by_whoever_may() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = AgeBackups::with_work(5);
    let here = document(FULL);
    let own = age::x25519::Identity::generate();
    let own_text = format!("# made today\r\n\r\n{}\r\n", own.to_string().expose_secret());
    let (ed, ed_public) = ssh(folder.path(), &["ed25519"], "");
    let (locked_ed, locked_public) = ssh(folder.path(), &["ed25519"], "open sesame");
    let (rsa, rsa_public) = ssh(folder.path(), &["rsa", "-b", "2048"], "");
    let (_, ecdsa_public) = ssh(folder.path(), &["ecdsa"], "");
    let list = format!("# who may read it\n{}\n\n{ed_public}{locked_public}{rsa_public}{ed_public}", own.to_public());
    let keys = recipients(&files, &list).unwrap();
    assert_eq!(keys.len(), 4, "{keys:?}");
    assert!(keys.iter().all(|key| !key.contains("ann@home")), "{keys:?}");
    assert_eq!(recipients(&files, &format!("{list}{ecdsa_public}")), Err((8, RecipientError::Unsupported)));
    assert_eq!(recipients(&files, "# none\n"), Err((1, RecipientError::None)));
    assert_eq!(recipients(&files, &own_text), Err((3, RecipientError::Secret)));
    assert_eq!(recipients(&files, "ssh-ed25519 nonsense"), Err((1, RecipientError::NotAKey)));
    assert_eq!(
        files.recipient("age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t"),
        Err(RecipientError::Unsupported)
    );

    let path = folder.path().join("keys.age");
    make(&mut files, &path, Over::Never, &Seal::Recipients(keys), &here).unwrap();
    assert_eq!(files.locked(&path), Ok(Locked::Keys));
    let encrypted_identity = {
        let mut recipient = age::scrypt::Recipient::new("shell".to_owned().into());
        recipient.set_work_factor(5);
        age::encrypt(&recipient, own_text.as_bytes()).unwrap()
    };
    let stranger = age::x25519::Identity::generate().to_string().expose_secret().to_owned();
    let rows: [(&str, Key, Result<(), BackupError>); 13] = [
        ("age", key_file(own_text.as_bytes(), None), Ok(())),
        ("encrypted age, without its passphrase", key_file(&encrypted_identity, None), Err(BackupError::KeyNeedsPassphrase)),
        ("encrypted age", key_file(&encrypted_identity, Some("shell")), Ok(())),
        ("encrypted age, wrong passphrase", key_file(&encrypted_identity, Some("snail")), Err(BackupError::KeyWrongPassphrase)),
        ("ssh-ed25519", key_file(&ed, None), Ok(())),
        ("locked ssh", key_file(&locked_ed, None), Err(BackupError::KeyNeedsPassphrase)),
        ("locked ssh, opened", key_file(&locked_ed, Some("open sesame")), Ok(())),
        ("locked ssh, wrong passphrase", key_file(&locked_ed, Some("open")), Err(BackupError::KeyWrongPassphrase)),
        ("ssh-rsa", key_file(&rsa, None), Ok(())),
        ("a stranger", key_file(stranger.as_bytes(), None), Err(BackupError::NoKeyFits)),
        ("a public key", key_file(ed_public.as_bytes(), None), Err(BackupError::NotAKeyFile)),
        ("the backup itself", key_file(&fs::read(&path).unwrap(), None), Err(BackupError::NotAKeyFile)),
        ("a passphrase", passphrase("shell"), Err(BackupError::NeedsKeyFile)),
    ];
    for (who, key, expected) in rows {
        let opened = read(&mut files, &path, &key).map(|document| assert_eq!(document.to_json().as_str(), FULL));
        assert_eq!(opened, expected, "{who}");
    }

    let path = folder.path().join("passphrase.age");
    make(&mut files, &path, Over::Never, &seal("correct horse"), &here).unwrap();
    assert_eq!(files.locked(&path), Ok(Locked::Passphrase { work: 5 }));
    assert_eq!(read(&mut files, &path, &passphrase("correct horse")).unwrap().to_json().as_str(), FULL);
    assert_eq!(read(&mut files, &path, &passphrase("wrong horse")).unwrap_err(), BackupError::WrongPassphrase);
    assert_eq!(read(&mut files, &path, &passphrase("")).unwrap_err(), BackupError::WrongPassphrase);
    assert_eq!(read(&mut files, &path, &key_file(&ed, None)).unwrap_err(), BackupError::NeedsPassphrase);
}

#[test]
fn nothing_is_written_over_and_no_half_file_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = AgeBackups::with_work(1);
    let here = document(FULL);
    let path = folder.path().join("backup.age");
    fs::write(&path, b"a holiday picture").unwrap();
    let there = Err(BackupError::AlreadyThere { path: path.clone() });
    assert_eq!(make(&mut files, &path, Over::Never, &seal("x"), &here), there);
    assert_eq!(fs::read(&path).unwrap(), b"a holiday picture");
    assert_eq!(make(&mut files, &path, Over::Chosen, &seal(""), &here), Err(BackupError::EmptyPassphrase));
    assert_eq!(fs::read(&path).unwrap(), b"a holiday picture");
    make(&mut files, &path, Over::Chosen, &seal("x"), &here).unwrap();
    let gone = folder.path().join("gone/backup.age");
    let kind = std::io::ErrorKind::NotFound;
    assert_eq!(make(&mut files, &gone, Over::Never, &seal("x"), &here), Err(BackupError::Disk { path: gone.clone(), kind }));
    let kind = std::io::ErrorKind::IsADirectory;
    let own = folder.path().to_owned();
    assert_eq!(make(&mut files, &own, Over::Chosen, &seal("x"), &here), Err(BackupError::Disk { path: own, kind }));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt, symlink};
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let link = folder.path().join("link.age");
        symlink("nowhere", &link).unwrap();
        let there = Err(BackupError::AlreadyThere { path: link.clone() });
        assert_eq!(make(&mut files, &link, Over::Never, &seal("x"), &here), there, "a link to nothing is something");
        assert_eq!(fs::read_link(&link).unwrap(), Path::new("nowhere"));
    }
}

/// age takes a passphrase to the letter; both forms of the same word open the file here.
#[test]
fn a_passphrase_opens_in_either_unicode_form() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = AgeBackups::with_work(1);
    let (composed, decomposed) = ("Z\u{fc}rich caf\u{e9} 2026", "Zu\u{308}rich cafe\u{301} 2026");
    for (n, (locked, typed)) in [(composed, decomposed), (decomposed, composed), (composed, composed)].into_iter().enumerate() {
        let path = folder.path().join(format!("{n}.age"));
        make(&mut files, &path, Over::Never, &seal(locked), &document(FULL)).unwrap();
        assert!(read(&mut files, &path, &passphrase(typed)).is_ok(), "{n}");
        assert_eq!(read(&mut files, &path, &passphrase("Zurich cafe 2026")).unwrap_err(), BackupError::WrongPassphrase);
    }
    let long = "x".repeat(1_000_000);
    let path = folder.path().join("long.age");
    make(&mut files, &path, Over::Never, &seal(&long), &document(FULL)).unwrap();
    assert!(read(&mut files, &path, &passphrase(&long)).is_ok());
    assert_eq!(read(&mut files, &path, &passphrase(&long[1..])).unwrap_err(), BackupError::WrongPassphrase);
}
