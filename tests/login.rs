//! `halfminute login` as a script meets it: a vault file with a test user, password and code on standard input.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use halfminute::adapters::vault_file::FilePlace;
use halfminute::adapters::vault_files::AgeVaultFiles;
use halfminute::app::change::Change;
use halfminute::app::ports::VaultFiles;
use halfminute::domain::{Account, AccountId, Algorithm, Digits, OtpKind, OtpParams, Password, PasswordHash, Secret, UnixTime};
use zeroize::Zeroizing;

const PASSPHRASE: &str = "correct horse battery staple";
/// RFC 4226 appendix D.
const CODES: [&str; 10] = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];

/// A folder with a vault file: one counter-based account, and two test users of it, one of them with a password.
fn prepared() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("passphrase.txt"), PASSPHRASE).unwrap();
    let place = FilePlace::at(&folder.path().join("vault.age"), Some(&folder.path().join("data"))).unwrap();
    let mut vault = AgeVaultFiles::new(place).create(Zeroizing::new(PASSPHRASE.to_owned())).unwrap();
    vault.open().unwrap();
    let id = AccountId::from_bytes([7; 16]);
    let account = Account {
        id,
        issuer: "Token".into(),
        name: "carol".into(),
        params: OtpParams::new(Algorithm::Sha1, Digits::SIX, OtpKind::Hotp { counter: 0 }).unwrap(),
        tags: vec![],
        note: String::new(),
        pinned: false,
        uses: 0,
        created: UnixTime::EPOCH,
    };
    let secret = Secret::new(b"12345678901234567890".to_vec()).unwrap();
    let hash = PasswordHash::new(&Password::new("Earl-Grey").unwrap(), [1; 16]);
    let join = |name: &str, password| Change::JoinUser { name: name.into(), password, account: id };
    vault
        .change(&Change::All(vec![Change::Add(vec![(account, secret)]), join("carol", Some(hash)), join("dave", None)]))
        .unwrap();
    folder
}

fn login(folder: &Path, arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_halfminute"));
    command.arg("login").args(arguments).current_dir(folder).env_clear().env("HOME", folder).env("TZ", "UTC");
    command.env("HALFMINUTE_DATA_DIR", folder.join("data"));
    command.env("HALFMINUTE_VAULT", "vault.age").env("HALFMINUTE_PASSWORD_FILE", "passphrase.txt");
    command.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}/no-bus", folder.display()));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn every_way_a_login_ends() {
    let folder = prepared();
    let here = folder.path();
    // (user, standard input, exit code, what is said)
    let rows = [
        ("carol", format!("Earl-Grey\n{}\n", CODES[0]), 0, "Accepted. The code is that of the counter\n"),
        (
            "carol",
            format!("Earl-Grey\n{}\n", CODES[0]),
            1,
            "Refused. Already used: this code, or a later one, was accepted before.",
        ),
        ("dave", format!("\n{}", CODES[3]), 0, "Accepted. The code is 2 ahead of the counter, and within the window\n"),
        ("carol", format!("Mocha-7\n{}\n", CODES[4]), 1, "Refused. Wrong password."),
        ("carol", "Earl-Grey\n12345\n".to_owned(), 1, "Refused. Not a code: 5 characters instead of 6."),
        ("nobody", format!("Earl-Grey\n{}\n", CODES[4]), 1, "Refused. Unknown user."),
        ("carol", "Earl-Grey\n".to_owned(), 3, "halfminute: There is no code to check."),
        ("carol", "Earl-Grey\nAAAA-AAAA-AAAA-AAAA\n".to_owned(), 1, "Refused. No recovery code of this user is this one."),
        ("carol", format!("Earl-Grey\n{}\n", CODES[4]), 0, "Accepted. The code is that of the counter\n"),
    ];
    for (user, input, code, said) in rows {
        let (exit, stdout, stderr) = login(here, &[user], &input);
        assert_eq!((exit, stdout.as_str()), (Some(code), ""), "{user} {input:?}: {stderr}");
        assert!(stderr.starts_with(said), "{user} {input:?}: {stderr}");
        assert!(!stderr.contains("Earl-Grey") && !stderr.contains("Mocha-7"));
    }
}

#[test]
fn failures_add_up_over_processes_until_nothing_is_compared() {
    let folder = prepared();
    let here = folder.path();
    for _ in 0..5 {
        let (exit, stdout, _) = login(here, &["dave", "--json"], "\n000000\n");
        let wrong = r#"{"schema":1,"accepted":false,"reason":"wrong-code","step":null,"drift_steps":null,"drift_seconds":null}"#;
        assert_eq!((exit, stdout.as_str()), (Some(1), format!("{wrong}\n").as_str()));
    }
    let right = format!("\n{}\n", CODES[0]);
    let (exit, stdout, _) = login(here, &["dave", "--json"], &right);
    assert_eq!(exit, Some(1));
    assert!(stdout.contains(r#""accepted":false,"reason":"locked""#), "{stdout}");
    let (exit, _, stderr) = login(here, &["dave"], &right);
    assert_eq!(exit, Some(1));
    assert!(stderr.starts_with("Refused. Locked until ") && stderr.contains("Nothing was compared"), "{stderr}");
    // Another user of the same account is not locked.
    let (exit, _, stderr) = login(here, &["carol"], &format!("Earl-Grey\n{}\n", CODES[0]));
    assert_eq!(exit, Some(0), "{stderr}");
}

#[test]
fn a_state_that_cannot_be_used_accepts_nothing() {
    let folder = prepared();
    std::fs::create_dir_all(folder.path().join("data")).unwrap();
    std::fs::write(folder.path().join("data/state.sqlite"), "no database").unwrap();
    let (exit, stdout, _) = login(folder.path(), &["dave", "--json"], &format!("\n{}\n", CODES[0]));
    assert_eq!(exit, Some(4));
    assert!(stdout.starts_with(r#"{"schema":1,"error":{"kind":"state","#), "{stdout}");
}
