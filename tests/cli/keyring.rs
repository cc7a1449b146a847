//! Every command against a real gnome-keyring, on a bus and in a home of its own; and several programs that write at once.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

const ADDRESS: &[u8] = b"otpauth://totp/GitHub:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=GitHub";
const COUNTER: &[u8] = b"otpauth://hotp/Token:carol?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Token&counter=0";
/// RFC 4226, appendix D.
const CODES: [&str; 6] = ["755224", "287082", "359152", "969429", "338314", "254676"];

/// A program of ours, ended by its process id.
struct Ours(Child);

impl Drop for Ours {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A session with a keyring that is unlocked and empty. The programs end before their home is removed.
struct Desktop {
    address: String,
    _keyring: Ours,
    _bus: Ours,
    home: TempDir,
}

impl Desktop {
    /// `None`, and a word about it, where a program that it needs is not installed.
    fn start() -> Option<Self> {
        for program in ["gdbus", "dbus-daemon", "gnome-keyring-daemon", "secret-tool"] {
            if Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
                // Past the test harness, which would swallow it.
                let mut screen = std::io::stderr();
                writeln!(screen, "skipped: {program} not installed").unwrap();
                return None;
            }
        }
        let home = tempfile::tempdir().unwrap();
        let listen = format!("--address=unix:path={}/bus", home.path().display());
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--print-address=1", &listen]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut bus = Ours(bus.env("HOME", home.path()).spawn().unwrap());
        let mut address = String::new();
        BufReader::new(bus.0.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        let mut keyring = Command::new("gnome-keyring-daemon");
        keyring.args(["--foreground", "--unlock", "--components=secrets"]);
        within(&mut keyring, &home, &address).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut keyring = Ours(keyring.spawn().unwrap());
        keyring.0.stdin.take().unwrap().write_all(b"password").unwrap();
        let desktop = Self { address, _keyring: keyring, _bus: bus, home };
        // asked before the program has its name, the bus would start another one; then the first item makes the keyring
        let begun = Instant::now();
        let owner = ["--dest", "org.freedesktop.DBus", "--object-path", "/org/freedesktop/DBus", "--method"];
        let asks = ["org.freedesktop.DBus.NameHasOwner", "org.freedesktop.secrets"];
        let words: Vec<&str> = ["call", "--session"].into_iter().chain(owner).chain(asks).collect();
        while !String::from_utf8_lossy(&desktop.run("gdbus", &words, b"").stdout).contains("true") {
            assert!(begun.elapsed() < Duration::from_secs(60), "no keyring program has come up");
            std::thread::park_timeout(Duration::from_millis(50));
        }
        while !desktop.run("secret-tool", &["store", "--label=first", "made-by", "a test"], b"x").status.success() {
            assert!(begun.elapsed() < Duration::from_secs(60), "no keyring has come up");
            std::thread::park_timeout(Duration::from_millis(50));
        }
        Some(desktop)
    }

    fn start_program(&self, program: &str, arguments: &[&str], input: &[u8]) -> Child {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = within(&mut command, &self.home, &self.address).spawn().unwrap();
        // what is not read by the program is left
        child.stdin.take().unwrap().write_all(input).ok();
        child
    }

    fn run(&self, program: &str, arguments: &[&str], input: &[u8]) -> Output {
        self.start_program(program, arguments, input).wait_with_output().unwrap()
    }

    /// The answer of a command that succeeds.
    fn halfminute(&self, line: &str, input: &[u8]) -> String {
        let arguments: Vec<&str> = line.split(' ').collect();
        answer(line, &self.run(env!("CARGO_BIN_EXE_halfminute"), &arguments, input))
    }
}

/// Nothing of whoever runs the test is seen by `command`.
fn within<'c>(command: &'c mut Command, home: &TempDir, address: &str) -> &'c mut Command {
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("HOME", home.path()).env("XDG_RUNTIME_DIR", home.path()).env("DBUS_SESSION_BUS_ADDRESS", address)
}

fn answer(line: &str, output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    assert!(output.status.success(), "{line}: {:?} {}", output.status, text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn every_command_with_a_keyring() {
    let Some(desktop) = Desktop::start() else { return };
    let id = desktop.halfminute("add --uri - --tag work", ADDRESS);
    assert_eq!(id.trim().len(), 32, "{id}");
    let rows = [
        ("list --json", r#""issuer":"GitHub","account":"alice","type":"totp""#),
        ("code github --at 59", "287082\n"),
        ("verify github 287082 --at 59 --json", r#""accepted":true"#),
        ("edit github --account bob --json", r#""account":"bob""#),
        ("qr bob --json", "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
        ("remove bob --json", r#""done":"trashed""#),
        ("list --trash", "bob"),
        ("restore-from-trash bob --json", r#""done":"restored""#),
        ("code bob --at 59 --next", "359152\n"),
        ("remove bob", ""),
        ("remove --purge --yes bob --json", r#""done":"purged""#),
        ("list --json", r#""accounts":[]"#),
        ("add --generate --issuer Example --account carol --show", "otpauth://totp/Example:carol?secret="),
    ];
    for (line, holds) in rows {
        let said = desktop.halfminute(line, b"");
        assert!(said.contains(holds), "{line}: {said}");
    }
    let refused = desktop.run(env!("CARGO_BIN_EXE_halfminute"), &["code", "nobody", "--json"], b"");
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stdout).contains(r#""kind":"no-match""#));
}

/// The passphrase over the accounts in the keyring, from the terminal alone.
#[test]
fn the_accounts_are_put_under_a_passphrase_moved_and_freed_again() {
    let Some(desktop) = Desktop::start() else { return };
    desktop.halfminute("add --uri -", ADDRESS);
    let file = |name: &str, text: &str| {
        let path = desktop.home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (one, two) = (file("one.txt", "seven green bottles\n"), file("two.txt", "eight green bottles\n"));
    let set = desktop.halfminute(&format!("vault passphrase --new-password-file {one} --json"), b"");
    assert_eq!(set, "{\"schema\":1,\"done\":\"passphrase-set\"}\n");
    let refused = |line: &str, kind: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let ran = desktop.run(env!("CARGO_BIN_EXE_halfminute"), &words, b"");
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        assert!(ran.status.code() == Some(4) && said.contains(&format!("\"kind\":\"{kind}\"")), "{line}: {said}");
    };
    refused("list --json", "needs-passphrase");
    refused(&format!("list --json --password-file {two}"), "wrong-passphrase");
    let code = |passphrase: &str| desktop.halfminute(&format!("code github --at 59 --password-file {passphrase}"), b"");
    assert_eq!(code(&one), "287082\n");
    let changed = desktop.halfminute(&format!("vault passphrase --password-file {one} --new-password-file {two} --json"), b"");
    assert_eq!(changed, "{\"schema\":1,\"done\":\"passphrase-changed\"}\n");
    refused(&format!("list --json --password-file {one}"), "wrong-passphrase");
    // into a file and back, the copies removed
    desktop.halfminute(&format!("vault move --to file --password-file {two} --new-password-file {one}"), b"");
    desktop.halfminute(&format!("vault remove-old --yes --password-file {one}"), b"");
    assert_eq!(code(&one), "287082\n");
    desktop.halfminute(&format!("vault move --to keyring --password-file {one}"), b"");
    desktop.halfminute("vault remove-old --yes", b"");
    assert_eq!(desktop.halfminute("code github --at 59", b""), "287082\n", "the keyring's is in the clear again");
    desktop.halfminute(&format!("vault passphrase --new-password-file {one}"), b"");
    let removed = desktop.halfminute(&format!("vault passphrase --remove --password-file {one} --json"), b"");
    assert_eq!(removed, "{\"schema\":1,\"done\":\"passphrase-removed\"}\n");
    assert_eq!(desktop.halfminute("code github --at 59", b""), "287082\n");
}

#[test]
fn programs_that_write_at_once_lose_nothing() {
    let Some(desktop) = Desktop::start() else { return };
    desktop.halfminute("add --uri -", COUNTER);
    let program = env!("CARGO_BIN_EXE_halfminute");
    let names: Vec<String> = (0..4).map(|number| format!("user{number}")).collect();
    let adding: Vec<Child> = names
        .iter()
        .map(|name| desktop.start_program(program, &["add", "--generate", "--issuer", "Example", "--account", name], b""))
        .collect();
    let showing: Vec<Child> = CODES.iter().map(|_| desktop.start_program(program, &["code", "token"], b"")).collect();
    for child in adding {
        answer("add", &child.wait_with_output().unwrap());
    }
    let mut shown: Vec<String> =
        showing.into_iter().map(|child| answer("code", &child.wait_with_output().unwrap()).trim().to_owned()).collect();
    let mut codes = CODES.to_vec();
    shown.sort();
    codes.sort_unstable();
    assert_eq!(shown, codes, "every code of a counter is shown once");
    let list = desktop.halfminute("list", b"");
    assert!(names.iter().all(|name| list.contains(name.as_str())), "{list}");
}
