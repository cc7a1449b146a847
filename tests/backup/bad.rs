//! Bad files: refused with the reason that can be known, none of them read halfway.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;
use halfminute::adapters::backup_file::AgeBackups;
use halfminute::app::backup::{make, read};
use halfminute::app::document::MAX_BYTES;
use halfminute::app::ports::{BackupError, Backups, Key, Over, Seal};

use crate::file::{key_file, passphrase, seal};
use crate::{FULL, document};

fn scrypt(text: &[u8], work: u8) -> Vec<u8> {
    let mut recipient = age::scrypt::Recipient::new("x".to_owned().into());
    recipient.set_work_factor(work);
    age::encrypt(&recipient, text).unwrap()
}

fn refused(path: &Path, key: &Key, bytes: &[u8]) -> BackupError {
    fs::write(path, bytes).unwrap();
    read(&mut AgeBackups::default(), path, key).map(drop).unwrap_err()
}

/// One file for a passphrase and one for a key, each with its key and where its header ends.
fn good(folder: &Path) -> [(Vec<u8>, Key, usize); 2] {
    let mut files = AgeBackups::with_work(1);
    let identity = age::x25519::Identity::generate();
    let seals = [
        (seal("x"), passphrase("x")),
        (
            Seal::Recipients(vec![identity.to_public().to_string()]),
            key_file(identity.to_string().expose_secret().as_bytes(), None),
        ),
    ];
    let mut n = 0;
    seals.map(|(seal, key)| {
        n += 1;
        let path: PathBuf = folder.join(format!("good-{n}.age"));
        make(&mut files, &path, Over::Never, &seal, &document(FULL)).unwrap();
        let bytes = fs::read(&path).unwrap();
        let end = bytes.windows(5).position(|at| at == b"\n--- ").unwrap() + 5 + 43 + 1;
        (bytes, key, end)
    })
}

#[test]
fn every_byte_that_is_flipped_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.age");
    for (good, key, end) in good(folder.path()) {
        assert!({
            fs::write(&path, &good).unwrap();
            read(&mut AgeBackups::default(), &path, &key).is_ok()
        });
        for at in 0..good.len() {
            for bit in [1_u8, 0x20, 0x80] {
                let mut bytes = good.clone();
                bytes[at] ^= bit;
                let why = refused(&path, &key, &bytes);
                // Behind the header the key has proved right: then it is damage and nothing else.
                if at >= end {
                    assert_eq!(why, BackupError::Damaged, "byte {at}");
                }
            }
        }
    }
}

#[test]
fn truncated_at_every_length_and_with_trailing_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.age");
    for (good, key, end) in good(folder.path()) {
        for long in 0..good.len() {
            let why = refused(&path, &key, &good[..long]);
            let expected = if long < 19 { BackupError::NotAge } else { BackupError::Damaged };
            assert_eq!(why, expected, "{long} of {} bytes, header {end}", good.len());
        }
        for more in [&b"\0"[..], b"\n", b"0123456789abcdef", &good, &[7; 100_000]] {
            assert_eq!(refused(&path, &key, &[&good, more].concat()), BackupError::Damaged, "{} bytes more", more.len());
        }
    }
}

#[test]
fn a_header_of_another_file_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.age");
    let [(one, key, end), _] = good(folder.path());
    let (other, other_end) = (scrypt(FULL.as_bytes(), 1), 0);
    let other_end = other.windows(5).position(|at| at == b"\n--- ").unwrap() + 49 + other_end;
    assert_eq!(refused(&path, &key, &[&one[..end], &other[other_end..]].concat()), BackupError::Damaged);
    assert_eq!(refused(&path, &key, &[&other[..other_end], &one[end..]].concat()), BackupError::Damaged);
}

#[test]
fn work_is_bounded_before_it_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.age");
    let sealed = scrypt(FULL.as_bytes(), 1);
    let text = sealed.windows(3).position(|at| at == b" 1\n").unwrap();
    let asks = |work: &str| [&sealed[..text], b" ", work.as_bytes(), &sealed[text + 2..]].concat();
    let begun = std::time::Instant::now();
    for (work, expected) in [
        ("19", BackupError::AsksForWork { work: 19 }),
        ("20", BackupError::AsksForWork { work: 20 }),
        ("21", BackupError::TooMuchWork { work: Some(21) }),
        ("30", BackupError::TooMuchWork { work: Some(30) }),
        ("63", BackupError::TooMuchWork { work: Some(63) }),
        ("4294967296", BackupError::TooMuchWork { work: Some(255) }),
        ("0", BackupError::Damaged),
        ("3.5", BackupError::Damaged),
    ] {
        assert_eq!(refused(&path, &passphrase("x"), &asks(work)), expected, "{work}");
    }
    // 2^30 would take minutes and a terabyte.
    assert!(begun.elapsed().as_secs() < 3, "{:?}", begun.elapsed());
    // A key file asks for work as well, an SSH key in rounds of bcrypt.
    let [_, (locked, ..)] = good(folder.path());
    let identity = scrypt(b"AGE-SECRET-KEY-1", 1);
    let at = identity.windows(3).position(|at| at == b" 1\n").unwrap();
    let heavy = [&identity[..at], b" 40", &identity[at + 2..]].concat();
    assert_eq!(refused(&path, &key_file(&heavy, Some("x")), &locked), BackupError::TooMuchWork { work: Some(40) });
    let rounds = |rounds: u32| {
        let field = |bytes: &[u8]| [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat();
        let options = [field(&[7; 16]), rounds.to_be_bytes().to_vec()].concat();
        let key = [b"openssh-key-v1\0".to_vec(), field(b"aes256-ctr"), field(b"bcrypt"), field(&options)].concat();
        format!(
            "-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n-----END OPENSSH PRIVATE KEY-----\n",
            data_encoding::BASE64.encode(&key)
        )
    };
    let of = |n: u32| refused(&path, &key_file(rounds(n).as_bytes(), Some("x")), &locked);
    assert_eq!(of(u32::MAX), BackupError::TooMuchWork { work: None });
    assert_eq!(of(16), BackupError::NotAKeyFile, "the rest of this key is missing");
}

#[test]
fn what_opens_but_is_no_backup() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.age");
    for (holds, expected) in [
        (&b""[..], BackupError::HoldsElse),
        (b"dear diary", BackupError::HoldsElse),
        (b"\xff\xfe\x00", BackupError::HoldsElse),
        (b"{}", BackupError::HoldsElse),
        (br#"{"schema":0,"generation":1,"accounts":[]}"#, BackupError::HoldsElse),
        (br#"{"schema":2,"shape":"new"}"#, BackupError::TooNew),
        (br#"{"schema":1,"schema":1,"generation":1,"accounts":[]}"#, BackupError::HoldsElse),
        (b"# created: today\nAGE-SECRET-KEY-1QQQ\n", BackupError::HoldsKey),
        ("[".repeat(100_000).as_bytes(), BackupError::HoldsElse),
    ] {
        assert_eq!(refused(&path, &passphrase("x"), &scrypt(holds, 1)), expected, "{:?}", &holds[..holds.len().min(30)]);
    }
    for plain in [&b"PK\x03\x04"[..], FULL.as_bytes(), b"", b"age", b"-----BEGIN PGP MESSAGE-----"] {
        assert_eq!(refused(&path, &passphrase("x"), plain), BackupError::NotAge);
    }
    assert_eq!(refused(&path, &passphrase("x"), &scrypt(&vec![b' '; MAX_BYTES + 1], 1)), BackupError::TooLarge);
    let mut long = fs::File::create(&path).unwrap();
    long.write_all(b"age-encryption.org/v1\n").unwrap();
    long.set_len(1 << 34).unwrap();
    assert_eq!(read(&mut AgeBackups::default(), &path, &passphrase("x")).map(drop), Err(BackupError::TooLarge));
    let there = |path: &Path| AgeBackups::default().locked(path);
    let kind = std::io::ErrorKind::IsADirectory;
    assert_eq!(there(folder.path()), Err(BackupError::Disk { path: folder.path().to_owned(), kind }));
}

#[test]
fn as_text_it_is_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text.age");
    let letters = data_encoding::BASE64.encode(&scrypt(FULL.as_bytes(), 1));
    let lines: Vec<&str> = letters.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let text = format!("-----BEGIN AGE ENCRYPTED FILE-----\r\n{}\r\n-----END AGE ENCRYPTED FILE-----\r\n", lines.join("\r\n"));
    fs::write(&path, text).unwrap();
    assert_eq!(read(&mut AgeBackups::default(), &path, &passphrase("x")).unwrap().to_json().as_str(), FULL);
}
