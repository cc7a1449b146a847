//! The standard `age` program opens what we write, and what it writes is read here.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use halfminute::adapters::backup_file::AgeBackups;
use halfminute::app::backup::{make, read, recipients};
use halfminute::app::ports::{Over, Seal};

use crate::file::{key_file, passphrase, seal};
use crate::{FULL, document};

/// Whether the programs are here; says so past the test harness if not.
fn installed(programs: &[&str]) -> bool {
    let missing: Vec<_> = programs.iter().filter(|program| Command::new(program).arg("--version").output().is_err()).collect();
    if !missing.is_empty() {
        let said = format!("skipped: {missing:?} not installed\n");
        std::io::stderr().write_all(said.as_bytes()).unwrap();
    }
    missing.is_empty()
}

/// Runs `line` in a shell on a terminal of its own, and types `typed` as often as it asks.
fn on_a_terminal(folder: &Path, line: &str, typed: &str) -> String {
    let python = r#"
import os, pty, sys, termios, time
typed, line = sys.argv[1].encode(), sys.argv[2]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp("sh", ["sh", "-c", line])
said = b""
while True:
    try: new = os.read(terminal, 4096)
    except OSError: break
    if not new: break
    said += new
    if new.rstrip().endswith(b":"):
        # who types sees the question first; this is faster than the terminal
        until = time.monotonic() + 20
        while termios.tcgetattr(terminal)[3] & termios.ECHO and time.monotonic() < until: time.sleep(0.005)
        os.write(terminal, typed + b"\n")
sys.stdout.write(said.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"#;
    let ran = Command::new("/usr/bin/python3")
        .args(["-c", python, typed, line])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(ran.status.success(), "{line}: {said}{}", String::from_utf8_lossy(&ran.stderr));
    said
}

#[test]
fn age_opens_our_files() {
    if !installed(&["age", "age-keygen", "ssh-keygen", "/usr/bin/python3"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let mut files = AgeBackups::with_work(10);
    make(&mut files, &here.join("passphrase.age"), Over::Never, &seal("correct horse"), &document(FULL)).unwrap();
    on_a_terminal(here, "age -d -o one.json passphrase.age", "correct horse");
    assert_eq!(fs::read_to_string(here.join("one.json")).unwrap(), FULL);

    let made = Command::new("sh")
        .current_dir(here)
        .args(["-c", "age-keygen -o key.txt && ssh-keygen -q -t ed25519 -N '' -f ssh && cat ssh.pub; age-keygen -y key.txt"])
        .output()
        .unwrap();
    let keys = recipients(&files, std::str::from_utf8(&made.stdout).unwrap()).unwrap();
    assert_eq!(keys.len(), 2, "{made:?}");
    make(&mut files, &here.join("keys.age"), Over::Never, &Seal::Recipients(keys), &document(FULL)).unwrap();
    for identity in ["key.txt", "ssh"] {
        let opened = Command::new("age").args(["-d", "-i", identity, "keys.age"]).current_dir(here).output().unwrap();
        assert_eq!(String::from_utf8(opened.stdout).unwrap(), FULL, "{identity}: {}", String::from_utf8_lossy(&opened.stderr));
    }
}

#[test]
fn files_of_age_are_read_here() {
    if !installed(&["age", "age-keygen", "/usr/bin/python3"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let mut files = AgeBackups::default();
    fs::write(here.join("plain.json"), FULL).unwrap();
    on_a_terminal(here, "age -p -a -o typed.age plain.json", "correct horse");
    assert_eq!(read(&mut files, &here.join("typed.age"), &passphrase("correct horse")).unwrap().to_json().as_str(), FULL);
    let script = "age-keygen -o key.txt && age -r $(age-keygen -y key.txt) -o keys.age plain.json";
    assert!(Command::new("sh").args(["-c", script]).current_dir(here).stderr(Stdio::null()).status().unwrap().success());
    on_a_terminal(here, "age -p -o key.age key.txt", "open sesame");
    let key = key_file(&fs::read(here.join("key.age")).unwrap(), Some("open sesame"));
    assert_eq!(read(&mut files, &here.join("keys.age"), &key).unwrap().to_json().as_str(), FULL);
}

/// The passphrase of a backup is asked for twice where a person types, and not shown.
#[test]
fn on_a_terminal_the_passphrase_is_typed_twice() {
    if !installed(&["/usr/bin/python3"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let halfminute = format!("HOME=. HALFMINUTE_DATA_DIR=data {}", env!("CARGO_BIN_EXE_halfminute"));
    fs::write(here.join("vault.txt"), "the vault's own\n").unwrap();
    fs::write(here.join("address.txt"), "otpauth://totp/Acme:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
    let with_vault = format!("{halfminute} --vault vault.age --password-file vault.txt");
    let line = format!("{with_vault} add --uri - < address.txt && {with_vault} backup mine.age && {with_vault} restore mine.age");
    let said = on_a_terminal(here, &line, "correct horse");
    for words in [
        "New passphrase of mine.age:",
        "The same once more:",
        "Backed up 1 account",
        "Passphrase of mine.age:",
        "is here already",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("correct horse"), "{said}");
}
