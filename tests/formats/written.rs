//! What is written for other apps, read by an implementation that shares nothing with the program: Python, and its `cryptography`.

use std::io::Write as _;
use std::process::Command;

use halfminute::domain::{OtpKind, UnixTime};
use halfminute::formats::exchange::{self, Found, Given, How, Key, Outgoing};
use serde_json::{Value, json};

use crate::{circle, whole};

pub fn python() -> String {
    std::env::var("HALFMINUTE_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

/// The canonical set, as it stands in the list of addresses.
fn canonical() -> Vec<Found> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/otpauth/canonical.txt");
    let bytes = std::fs::read(path).unwrap();
    let import = exchange::by_id("otpauth").unwrap().read(&Given::new(&bytes).unwrap(), &Key::default()).unwrap();
    let mut found: Vec<Found> = import.entries.into_iter().map(|entry| *entry.outcome.unwrap()).collect();
    // What a cell of a table can end at, and what a spreadsheet would compute.
    found[0].note = "=two, \"lines\"\nof a note".to_owned();
    found
}

fn row(found: &Found) -> Value {
    let account = &found.account;
    let (kind, moving) = match account.params.kind() {
        OtpKind::Totp { period } => ("totp", u64::from(period.secs())),
        OtpKind::Steam { period } => ("steam", u64::from(period.secs())),
        OtpKind::Hotp { counter } => ("hotp", counter),
    };
    let key = data_encoding::HEXLOWER.encode(account.secret.expose());
    let (hash, digits) = (account.params.algorithm().name(), account.params.digits().get());
    json!([account.issuer, account.name, key, hash, digits, kind, moving])
}

#[test]
fn another_implementation_reads_what_is_written() {
    let there = Command::new(python()).args(["-c", "import cryptography"]).output();
    if !there.is_ok_and(|ran| ran.status.success()) {
        writeln!(std::io::stderr(), "skipped: reading what is written for other apps needs python3-cryptography").unwrap();
        return;
    }
    let found = canonical();
    let accounts: Vec<Outgoing<'_>> = found.iter().enumerate().map(|(at, found)| whole::outgoing(at, found)).collect();
    let mut read = 0;
    for format in exchange::ALL {
        for password in circle::passwords(*format) {
            let mut random = circle::random();
            let mut how = How { password: *password, random: &mut random, now: UnixTime::from_secs(1_800_000_000) };
            let written = format.write(&accounts, &mut how).unwrap();
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(&written.file).unwrap();
            let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/formats/read_back.py");
            let ran = Command::new(python()).args([script, format.id()]).arg(file.path()).args(*password).output().unwrap();
            let what = format!("{}, password {password:?}", format.id());
            assert!(ran.status.success(), "{what}: {}", String::from_utf8_lossy(&ran.stderr));
            let theirs: Vec<Value> = serde_json::from_slice(&ran.stdout).unwrap();
            let left_out = |at: &usize| written.left_out.iter().any(|(place, _)| place == at);
            let ours: Vec<Value> = (0..found.len()).filter(|at| !left_out(at)).map(|at| row(&found[at])).collect();
            for (theirs, ours) in theirs.iter().zip(&ours) {
                assert_eq!(theirs, ours, "{what}");
            }
            assert_eq!(theirs.len(), ours.len(), "{what}");
            read += 1;
        }
    }
    assert!(read >= 6, "only {read} files were written");
}
