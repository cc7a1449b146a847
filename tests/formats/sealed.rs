//! Encrypted files with a bit changed, and the number of entries in them, counted by an implementation that shares nothing with the
//! program. (The head of one file with the content of another is a file in tests/fixtures/: `swapped`.)

use std::io::Write as _;
use std::process::{Command, Stdio};

use halfminute::formats::exchange::{FileNote, Given, Import, Key};
use serde_json::{Value, json};

use crate::fixture::{Fixture, all};
use crate::written::python;
use crate::{key, whole};

/// A file of each way in which one is encrypted, whose key is derived as cheaply as the app allows, and how far apart the bytes are that
/// are changed: all of them, or fewer where each costs its time.
const FILES: [(&str, usize); 20] = [
    ("2fas/encrypted-3.2fas", 7),
    ("2fas/encrypted-no-reference.2fas", 49),
    ("aegis/encrypted-slots.json", 7),
    ("andotp/encrypted-few.json.aes", 1),
    ("andotp/encrypted-old-empty.json.aes", 1),
    ("authenticator-plus/odd.zip", 1),
    ("authy/partly-locked.xml", 1),
    ("bitwarden/no-validation.json", 1),
    ("bitwarden/argon2.json", 149),
    ("ente/encrypted-message.json", 1),
    ("freeotp/sha1.bin", 7),
    ("keepass/small.kdbx", 1),
    ("keepass/version-3.kdbx", 7),
    ("proton/encrypted-few.json", 7),
    ("raivo/stored.zip", 7),
    ("raivo/zipcrypto.zip", 7),
    ("stratum/legacy-few.authpro", 49),
    ("stratum/strong-few.authpro", 99),
    ("totp-authenticator/password.txt", 1),
    ("winauth/locked.zip", 7),
];

fn read(fixture: &Fixture, bytes: &[u8]) -> Option<Import> {
    // Agreeing to more work is the person's to do: a changed cost is asked about.
    let key = Key { long: false, ..key(fixture.password()) };
    fixture.format.read(&Given::new(bytes).ok()?, &key).ok()
}

/// The keys that would be imported, and for each how its codes are computed.
fn keys(import: &Import) -> Vec<(Vec<u8>, halfminute::domain::OtpParams)> {
    let found = import.entries.iter().filter_map(|entry| entry.outcome.as_ref().ok());
    found.map(|found| (found.account.secret.expose().to_vec(), found.account.params)).collect()
}

/// Whatever bit of an encrypted file is another one: no key that is imported is another than before, unless the file is one of those of
/// which it is said that they cannot tell.
#[test]
fn no_changed_key_is_imported_without_a_word() {
    let fixtures = all();
    let (mut changes, mut read_all_the_same) = (0, 0);
    for (name, step) in FILES {
        let fixture = fixtures.iter().find(|fixture| fixture.name() == name).unwrap_or_else(|| panic!("no file {name}"));
        let before = read(fixture, &fixture.bytes).unwrap();
        let all = keys(&before);
        assert!(!all.is_empty() || name.contains("empty"), "{name}");
        let said = before.notes.contains(&FileNote::NoCheck);
        for at in (0..fixture.bytes.len()).step_by(step) {
            let mut changed = fixture.bytes.clone();
            changed[at] ^= 1 << (at % 8);
            changes += 1;
            let Some(import) = read(fixture, &changed) else { continue };
            read_all_the_same += 1;
            // FreeOTP has numbers of a token outside of its encryption, as the app does.
            let same = |key: &(Vec<u8>, _)| {
                all.iter().any(|known| known.0 == key.0 && (known.1 == key.1 || fixture.format.id() == "freeotp"))
            };
            let others = keys(&import).iter().filter(|key| !same(key)).count();
            assert!(others == 0 || said && import.notes.contains(&FileNote::NoCheck), "{name}: {others} keys, byte {at}");
        }
    }
    assert!(changes > 5000 && read_all_the_same > 0, "{changes} changes, {read_all_the_same} read");
}

/// Whether the Rust code of `whole` leaves the file out, and the counter in Python knows it.
fn is_closed(fixture: &Fixture) -> bool {
    let id = fixture.format.id();
    let readable = whole::entries_in(id, &fixture.bytes).is_some() || fixture.bytes.is_ascii() && id == "winauth";
    let known = fixture.password().is_some() || ["google", "microsoft"].contains(&id) || fixture.bytes.starts_with(b"PK");
    !readable && known && fixture.expected().is_ok() || id == "totp-authenticator" && fixture.expected().is_ok()
}

#[test]
fn every_entry_of_closed_files_is_accounted_for() {
    let there = Command::new(python()).args(["-c", "from cryptography.hazmat.primitives.kdf.argon2 import Argon2d"]).output();
    if !there.is_ok_and(|ran| ran.status.success()) {
        writeln!(std::io::stderr(), "skipped: counting the entries of encrypted files needs a Python with cryptography 45 or newer (Argon2d); HALFMINUTE_PYTHON names one").unwrap();
        return;
    }
    let fixtures: Vec<Fixture> = all().into_iter().filter(is_closed).collect();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/");
    let asked: Vec<Value> = fixtures
        .iter()
        .map(|fixture| json!([fixture.format.id(), format!("{root}{}", fixture.name()), fixture.password()]))
        .collect();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/formats/count.py");
    let mut ran = Command::new(python()).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    ran.stdin.take().unwrap().write_all(Value::from(asked).to_string().as_bytes()).unwrap();
    let out = ran.wait_with_output().unwrap();
    assert!(out.status.success());
    let counts: Vec<usize> = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(counts.len(), fixtures.len());
    let mut apps = std::collections::BTreeSet::new();
    for (fixture, count) in fixtures.iter().zip(counts) {
        let import = fixture.format.read(&Given::new(&fixture.bytes).unwrap(), &key(fixture.password())).unwrap();
        let told = import.entries.len() + import.without_code;
        // One of its entries has two codes.
        let twice = usize::from(fixture.name() == "keepass/forms.kdbx");
        assert_eq!(told, count + twice, "{}", fixture.name());
        apps.insert(fixture.format.id());
    }
    assert!(fixtures.len() > 50 && apps.len() >= 15, "{} files of {apps:?}", fixtures.len());
}
