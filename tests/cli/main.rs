//! The program as a script meets it: arguments, standard input, environment and files in; exit code and exact words out.
//!
//! `cases/*.toml` hold the cases, one file per command. Every case has a folder of its own, with no bus and no screen; its steps
//! run in their order. What the fields mean stands in `case.rs`.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside of test functions")]

mod case;
#[cfg(target_os = "linux")]
mod keyring;
#[cfg(target_os = "linux")]
mod moves;
mod words;

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use case::{File, Place};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/cases")
}

/// A folder with a vault file of five accounts, made once by the program itself; cases take a copy of it.
fn prepared() -> &'static Place {
    static PREPARED: OnceLock<Place> = OnceLock::new();
    PREPARED.get_or_init(|| {
        let place = Place::new(&[("passphrase.txt", "correct horse battery staple\n")]);
        for account in [
            "otpauth://totp/GitHub:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=GitHub",
            "otpauth://totp/GitHub:bob?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=GitHub",
            "otpauth://totp/Bank:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Bank&digits=8",
            "otpauth://hotp/Token:carol?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Token&counter=0",
            "otpauth://totp/Steam:dave?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Steam&encoder=steam",
        ] {
            let ran = place.run(true, &["add", "--uri", "-", "--tag", "all"], account.as_bytes());
            assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        }
        place
    })
}

/// Runs every case of one file, and tells of all that failed.
fn cases(name: &str) {
    let text = std::fs::read_to_string(folder().join(name).with_extension("toml")).unwrap();
    let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(!file.case.is_empty(), "{name}");
    let failures: Vec<String> = file.case.iter().filter_map(|case| case.failure(prepared)).collect();
    assert!(failures.is_empty(), "{} of {} cases of {name}:\n{}", failures.len(), file.case.len(), failures.join("\n"));
}

macro_rules! commands {
    ($($name:ident)*) => {
        $(#[test] fn $name() { cases(stringify!($name)); })*
        const FILES: &[&str] = &[$(stringify!($name)),*];
    };
}

commands! { add backup code completions diagnose doctor edit export import list login man qr remove restore restore_from_trash scan usage vault vault_command verify }

#[test]
fn every_file_of_cases_is_run() {
    let mut there: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    there.sort();
    assert_eq!(there, FILES);
}

/// Files that are no text reach the reader of their app, and are not taken for broken pictures.
#[test]
fn files_that_are_no_text_are_imported() {
    let files = [
        ("raivo/aes.zip", "größe – 密码", 19),
        ("winauth/locked.zip", "größe and more", 20),
        ("authenticator-plus/locked.zip", "correct horse", 20),
        ("andotp/encrypted.json.aes", "größe – 密码", 20),
        ("freeotp/externalBackup.xml", "größe & 🦊", 20),
        ("stratum/strong.authpro", "größe – 密码", 20),
        ("keepass/canonical.kdbx", "größe 密码", 19),
    ];
    for (file, password, entries) in files {
        let place = Place::new(&[("password.txt", password)]);
        let path = format!("{}/tests/fixtures/{file}", env!("CARGO_MANIFEST_DIR"));
        let ran = place.run(true, &["import", "--dry-run", "--app-password-file", "password.txt", &path], b"");
        assert!(ran.stderr.contains(&format!(" {entries} entries: ")), "{file}: {}", ran.stderr);
    }
}

/// A database is no picture either; what of it has no codes, and what may be in a second file, is said.
#[test]
fn a_database_of_microsoft_authenticator_is_imported() {
    let place = Place::new(&[]);
    let path = |name: &str| format!("{}/tests/fixtures/microsoft/{name}", env!("CARGO_MANIFEST_DIR"));
    let ran = place.run(true, &["import", "--dry-run", &path("with-log.db")], b"");
    assert_eq!(ran.code, Some(5), "{}", ran.stderr);
    assert!(ran.stdout.contains("Microsoft (alice@outlook.example): New\n"), "{}", ran.stdout);
    let left_out = "Contoso (dave): Left out: its kind of codes (sign-in by approval) is not supported\n";
    assert!(ran.stdout.contains(left_out), "{}", ran.stdout);
    let said = "The app may keep newer accounts in a second file, whose name ends in -wal; those are not in this one";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("Microsoft Authenticator, 15 entries: 12 new, 3 left out. Nothing was changed"),
        "{}",
        ran.stderr
    );
    let ran = place.run(true, &["import", "--dry-run", &path("circle.db")], b"");
    assert!(ran.code == Some(3) && ran.stderr.contains("circle.db: The file is damaged or cut short"), "{}", ran.stderr);
    let ran = place.run(true, &["import", "--dry-run", "--format", "microsoft", &path("log-alone.db")], b"");
    let said = "A database whose accounts are all in its second file, -wal, is not read here; export it in another form";
    assert!(ran.code == Some(3) && ran.stderr.contains(said), "{}", ran.stderr);
}

/// What needs more than a password cannot be told from a wrong one, which is said.
#[test]
fn a_database_with_a_key_file_is_said_to_need_it() {
    let place = Place::new(&[("password.txt", "größe 密码")]);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/keepass/key-file.kdbx");
    let ran = place.run(true, &["import", "--app-password-file", "password.txt", path], b"");
    let said =
        "key-file.kdbx: The password is wrong, or the file needs a key file or a hardware key too. Type the password again. ";
    assert!(ran.code == Some(3) && ran.stdout.is_empty() && ran.stderr.contains(said), "{}", ran.stderr);
    let ran = place.run(true, &["import", "--json", "--app-password-file", "password.txt", path], b"");
    assert!(ran.stdout.starts_with("{\"schema\":1,\"error\":{\"kind\":\"wrong-app-password\","), "{}", ran.stdout);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/keepass/twofish.kdbx");
    let ran = Place::new(&[]).run(false, &["import", "--dry-run", path], b"");
    let said = "A KeePass database encrypted with Twofish is not read here";
    assert!(ran.code == Some(3) && ran.stderr.contains(said), "{}", ran.stderr);
}

/// A vault file on a disk that is read-only, such as a stick with its switch set: all that is there is read, and a change says why not.
#[cfg(target_os = "linux")]
#[test]
fn a_vault_file_on_a_read_only_disk_is_read() {
    const ADDRESS: &[u8] = b"otpauth://totp/New:eve?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=New";
    for locked_before in [true, false] {
        let place = prepared().copy();
        if !locked_before {
            std::fs::remove_file(place.path().join("vault.age.lock")).unwrap();
        }
        let Some(list) = place.run_read_only(&["list", "bob"], b"") else {
            writeln!(std::io::stderr(), "skipped: this user cannot mount a folder read-only").unwrap();
            return;
        };
        assert!(list.code == Some(0) && list.stdout.contains("GitHub  bob"), "{} {}", list.stdout, list.stderr);
        let code = place.run_read_only(&["code", "bob"], b"").unwrap();
        assert!(code.code == Some(0) && code.stdout.trim_end().len() == 6, "{} {}", code.stdout, code.stderr);
        let export = place.run_read_only(&["export", "--format", "otpauth", "--plain", "-"], b"").unwrap();
        assert_eq!((export.code, export.stdout.lines().count()), (Some(0), 5), "{}", export.stderr);
        // A code of a counter is used up, and cannot be noted as used here.
        for change in [&["add", "--uri", "-"][..], &["remove", "bob"], &["edit", "bob", "--note", "x"], &["code", "carol"]] {
            let ran = place.run_read_only(change, ADDRESS).unwrap();
            let said = "cannot be used: the disk is read-only. Choose a place on another disk, or make this one writable";
            assert!(ran.code == Some(4) && ran.stdout.is_empty() && ran.stderr.contains(said), "{change:?}: {}", ran.stderr);
        }
        // A data folder that others can read is not made narrower; one that they can write to is not used.
        let data = place.path().join("data");
        std::fs::create_dir_all(&data).unwrap();
        for (mode, said) in
            [(0o755, "Used codes and history cannot be read or written"), (0o777, "data cannot be used: the disk is")]
        {
            std::fs::set_permissions(&data, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
            let ran = place.run_read_only(&["verify", "bob", "123456"], b"").unwrap();
            assert!(ran.code == Some(4) && ran.stderr.contains(said), "{mode:o}: {}", ran.stderr);
        }
        assert_eq!(place.run(true, &["list"], b"").stdout, prepared().run(true, &["list"], b"").stdout);
    }
}

/// A picture that `qr` writes is the address that was put in: read back by another program, where there is one.
#[test]
fn a_picture_holds_the_address() {
    if Command::new("zbarimg").arg("--version").output().is_err() {
        // Past the test harness, which would swallow it.
        writeln!(std::io::stderr(), "skipped: zbarimg not installed").unwrap();
        return;
    }
    let place = prepared().copy();
    let ran = place.run(true, &["qr", "bob", "--png", "bob.png"], b"");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{}", ran.stderr);
    let read = Command::new("zbarimg").args(["--raw", "-q", "bob.png"]).current_dir(place.path()).output().unwrap();
    assert_eq!(
        String::from_utf8(read.stdout).unwrap().trim_end(),
        "otpauth://totp/GitHub:bob?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=GitHub"
    );
}
