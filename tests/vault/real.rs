//! The same vault against a real gnome-keyring, on a bus and in a home of its own.
//!
//! `scene` starts this test program again under `dbus-run-session`, where `inside` plays the scene. The bus knows how to start nothing,
//! so that the keyring's program is there only when the scene starts it, and there is no prompter and no screen.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use halfminute::adapters::boot::BootId;
use halfminute::adapters::data_dir::DataDir;
use halfminute::adapters::keyring::{Deadlines, LABEL, SystemKeyring};
use halfminute::adapters::vault::KeyringVault;
use halfminute::app::change::Change;
use halfminute::app::ports::{Place, Protection, Vault, VaultError, VaultNote};
use zbus::blocking::{Connection, Proxy};

use crate::world::{account, add, id, seen};

const BUS: &str = r#"<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#;
const SCENE: &str = "HALFMINUTE_TEST_SCENE";

/// Plays `name` in a session of its own.
fn scene(name: &str) {
    for program in ["dbus-run-session", "gnome-keyring-daemon", "secret-tool"] {
        if Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
            eprintln!("skipped: {program} is not installed");
            return;
        }
    }
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("bus.conf");
    let services = home.path().join("services");
    std::fs::create_dir(&services).unwrap();
    let place = format!("<servicedir>{}</servicedir></busconfig>", services.display());
    std::fs::write(&config, BUS.replace("</busconfig>", &place)).unwrap();
    let run = home.path().join("run");
    DataDir::open(&run).unwrap();
    let mut inside = Command::new("dbus-run-session");
    inside.arg("--config-file").arg(&config).arg("--").arg(std::env::current_exe().unwrap());
    inside
        .args(["--exact", "real::inside", "--nocapture"])
        .env(SCENE, name)
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", &run);
    for gone in ["DISPLAY", "WAYLAND_DISPLAY", "XDG_DATA_HOME", "DBUS_SESSION_BUS_ADDRESS", "GNOME_KEYRING_CONTROL"] {
        inside.env_remove(gone);
    }
    let output = inside.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{name}:\n{text}");
}

#[test]
fn inside() {
    let Ok(name) = std::env::var(SCENE) else { return };
    match name.as_str() {
        "life" => life(),
        "locked" => locked(),
        "another" => another(),
        "nobody" => nobody(),
        "silent" => silent(),
        "prompt" => prompt(),
        "plain" => plain(),
        "bare" => bare(),
        "cold" => cold(),
        "elsewhere" => elsewhere(),
        "dismissed" => crate::stub::dismissed(),
        other => panic!("no scene is called {other}"),
    }
}

#[test]
fn a_first_start_changes_restarts_and_a_restarted_daemon() {
    scene("life");
}

#[test]
fn a_locked_keyring_without_a_prompter() {
    scene("locked");
}

#[test]
fn another_keyring_changes_no_byte() {
    scene("another");
}

#[test]
fn no_keyring_program_at_all() {
    scene("nobody");
}

#[test]
fn a_keyring_that_does_not_answer() {
    scene("silent");
}

#[test]
fn a_prompt_that_is_given_up() {
    scene("prompt");
}

#[test]
fn a_keyring_without_a_password_is_said_to_be_unprotected() {
    scene("plain");
}

#[test]
fn no_default_keyring_and_no_prompter() {
    scene("bare");
}

#[test]
fn a_keyring_program_that_takes_its_time_to_start() {
    scene("cold");
}

#[test]
fn items_in_a_keyring_that_is_not_the_default_one() {
    scene("elsewhere");
}

#[test]
fn a_prompt_that_the_person_closes_and_one_that_is_answered() {
    scene("dismissed");
}

/// A gnome-keyring of ours, ended by its process id.
struct Daemon(Child);

impl Daemon {
    /// Unlocked with `password`, or locked.
    fn start(password: Option<&str>) -> Self {
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        if password.is_some() {
            command.arg("--unlock");
        }
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(password.unwrap_or_default().as_bytes()).unwrap();
        until(|| owned("org.freedesktop.secrets"));
        Self(child)
    }

    fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.0.id().to_string()]).status().unwrap().success());
    }

    fn stop(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
        until(|| !owned("org.freedesktop.secrets"));
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn owned(name: &str) -> bool {
    let connection = Connection::session().unwrap();
    let bus = Proxy::new(&connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus").unwrap();
    bus.call("NameHasOwner", &(name,)).unwrap()
}

/// Polls for something that another program does.
fn until(condition: impl Fn() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it did not come about in 20 s");
        std::thread::park_timeout(Duration::from_millis(10));
    }
}

fn home() -> PathBuf {
    PathBuf::from(std::env::var_os("HOME").unwrap())
}

pub fn program(boot: &str) -> KeyringVault<SystemKeyring> {
    let dir = DataDir::open(&home().join("data")).unwrap();
    KeyringVault::new(SystemKeyring::default(), dir, BootId::named(boot))
}

fn files(path: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

fn refused(boot: &str) -> VaultError {
    program(boot).open().map(|_| ()).unwrap_err()
}

fn life() {
    let daemon = Daemon::start(Some("pw"));
    let mut one = program("first");
    let opened = one.open().unwrap();
    assert_eq!(opened.notes, [VaultNote::FirstStart]);
    assert_eq!(opened.place, Place::Keyring { provider: "gnome-keyring".into(), protection: Protection::Yes });
    one.change(&add(1, "one")).unwrap();
    assert_eq!(one.notes(), []);
    assert_eq!(seen(&program("first").open().unwrap().document).len(), 1);

    let found = Command::new("secret-tool").args(["search", "--all", "service", "halfminute"]).output().unwrap();
    let text = String::from_utf8(found.stdout).unwrap() + &String::from_utf8_lossy(&found.stderr);
    assert_eq!(
        text.matches(&format!("label = {LABEL}")).count(),
        2,
        "the key and the newest generation, its predecessor being superseded:\n{text}"
    );
    let secrets: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("secret = ")).collect();
    assert_eq!(secrets.len(), 2);
    assert!(secrets.iter().any(|secret| secret.starts_with("hm1.") && secret.contains("\\u00e4ckerei \\ud83e\\udd50")));
    assert!(secrets.iter().all(|secret| secret.bytes().all(|b| (b' '..=b'~').contains(&b))));

    // the daemon is killed and started again: the same program goes on
    daemon.stop();
    assert_eq!(one.change(&add(2, "two")).unwrap_err(), VaultError::NoProvider);
    let _daemon = Daemon::start(Some("pw"));
    assert_eq!(seen(&one.change(&add(2, "two")).unwrap()).len(), 2);
    assert_eq!(one.notes(), []);

    // a thousand accounts are one change
    let many = (0..1_000_u32).map(|n| {
        let mut account = account(3, &format!("account {n}"));
        let mut bytes = [9; 16];
        bytes[..4].copy_from_slice(&n.to_be_bytes());
        account.id = halfminute::domain::AccountId::from_bytes(bytes);
        (account, halfminute::domain::Secret::new(vec![7; 20]).unwrap())
    });
    one.change(&Change::Add(many.collect())).unwrap();
    assert_eq!(one.notes(), []);

    assert!(home().join("data/journal").exists());
    let opened = program("second").open().unwrap();
    assert_eq!((opened.document.accounts.len(), opened.notes), (1_002, vec![]));
    assert!(!home().join("data/journal").exists(), "a later boot has read it from the keyring");
    assert!(seen(&program("second").open().unwrap().document).contains_key(&id(2)));
}

fn made_and_stopped() -> Vec<(PathBuf, Vec<u8>)> {
    let daemon = Daemon::start(Some("pw"));
    let mut one = program("first");
    one.open().unwrap();
    one.change(&add(1, "one")).unwrap();
    daemon.stop();
    files(&home().join("data"))
}

fn locked() {
    let before = made_and_stopped();
    let daemon = Daemon::start(None);
    assert_eq!(refused("first"), VaultError::Locked);
    assert_eq!(files(&home().join("data")), before);
    daemon.stop();
    let _daemon = Daemon::start(Some("pw"));
    assert_eq!(seen(&program("first").open().unwrap().document).len(), 1);
}

fn another() {
    let before = made_and_stopped();
    let keyrings = home().join(".local/share/keyrings");
    let aside = home().join("keyrings");
    std::fs::rename(&keyrings, &aside).unwrap();
    let daemon = Daemon::start(Some("other"));
    assert_eq!(refused("second"), VaultError::AnotherKeyring);
    assert_eq!(files(&home().join("data")), before);
    daemon.stop();
    std::fs::remove_dir_all(&keyrings).unwrap();
    std::fs::rename(&aside, &keyrings).unwrap();
    let _daemon = Daemon::start(Some("pw"));
    assert_eq!(seen(&program("second").open().unwrap().document).len(), 1);
}

fn nobody() {
    assert_eq!(refused("first"), VaultError::NoProvider);
    assert_eq!(files(&home().join("data")), []);
    // the same program tries anew when it is asked to
    let mut one = program("first");
    assert_eq!(one.open().map(|_| ()).unwrap_err(), VaultError::NoProvider);
    let _daemon = Daemon::start(Some("pw"));
    assert_eq!(one.open().unwrap().notes, [VaultNote::FirstStart]);
}

fn silent() {
    let daemon = Daemon::start(Some("pw"));
    let mut one = program("first");
    one.open().unwrap();
    daemon.signal("-STOP");
    let before = files(&home().join("data"));
    assert_eq!(one.change(&add(1, "one")).unwrap_err(), VaultError::Silent);
    assert_eq!(files(&home().join("data")), before);
    daemon.signal("-CONT");
    assert_eq!(seen(&one.change(&add(1, "one")).unwrap()).len(), 1);
}

fn prompt() {
    let before = made_and_stopped();
    let _daemon = Daemon::start(None);
    // a prompter that is there and shows nothing: the prompt stays open
    let prompter = Connection::session().unwrap();
    prompter.request_name("org.gnome.keyring.SystemPrompter").unwrap();
    let mut one = program("first");
    let give_up = one.canceller();
    let (sender, done) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| sender.send(one.open().map(|_| ())).unwrap());
        let begun = Instant::now();
        let outcome = loop {
            // the person presses "Give up", again and again, from before the prompt is there
            give_up();
            if let Ok(outcome) = done.recv_timeout(Duration::from_millis(20)) {
                break outcome;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "the wait was not given up");
        };
        assert_eq!(outcome, Err(VaultError::PromptDismissed));
    });
    assert_eq!(files(&home().join("data")), before);
}

fn plain() {
    let keyrings = home().join(".local/share/keyrings");
    std::fs::create_dir_all(&keyrings).unwrap();
    let header = "[keyring]\ndisplay-name=Default keyring\nctime=0\nmtime=0\nlock-on-idle=false\nlock-after=false\n";
    std::fs::write(keyrings.join("Default_keyring.keyring"), header).unwrap();
    std::fs::write(keyrings.join("default"), "Default_keyring").unwrap();
    let _daemon = Daemon::start(None);
    let mut one = program("first");
    let opened = one.open().unwrap();
    assert_eq!(opened.place, Place::Keyring { provider: "gnome-keyring".into(), protection: Protection::No });
    one.change(&add(1, "one")).unwrap();
    assert_eq!(one.notes(), []);
    let text = std::fs::read_to_string(keyrings.join("Default_keyring.keyring")).unwrap();
    assert!(text.contains("AEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIB"), "it is in the clear, as is said: {text}");
}

fn bare() {
    let _daemon = Daemon::start(None);
    let reason = "there is no default keyring and no way to ask for its password";
    assert_eq!(refused("first"), VaultError::Refused(reason));
    assert!(!home().join("data/journal").exists() && !home().join("data/vault-id").exists());
}

fn cold() {
    // the bus starts the keyring's program, which takes longer than an answer may
    let daemon = "sleep 1; exec gnome-keyring-daemon --foreground --components=secrets --unlock < /dev/null";
    let script = home().join("keyring.sh");
    std::fs::write(&script, daemon).unwrap();
    let service = format!("[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/sh {}\n", script.display());
    std::fs::write(home().join("services/secrets.service"), service).unwrap();
    let connection = Connection::session().unwrap();
    let bus = Proxy::new(&connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus").unwrap();
    bus.call::<_, _, ()>("ReloadConfig", &()).unwrap();
    let deadlines = Deadlines { answer: Duration::from_millis(500), prompt: Duration::from_secs(20) };
    let dir = DataDir::open(&home().join("data")).unwrap();
    let outcome = KeyringVault::new(SystemKeyring::new(deadlines), dir, BootId::named("first")).open();
    assert!(!matches!(outcome, Err(VaultError::Silent | VaultError::NoProvider)), "{:?}", outcome.map(|_| ()));
    let process: u32 = bus.call("GetConnectionUnixProcessID", &("org.freedesktop.secrets",)).unwrap();
    assert!(Command::new("kill").arg(process.to_string()).status().unwrap().success());
}

fn elsewhere() {
    let keyrings = home().join(".local/share/keyrings");
    std::fs::create_dir_all(&keyrings).unwrap();
    let header = "[keyring]\ndisplay-name=Other\nctime=0\nmtime=0\nlock-on-idle=false\nlock-after=false\n";
    std::fs::write(keyrings.join("other.keyring"), header).unwrap();
    let _daemon = Daemon::start(Some("pw"));
    let mut one = program("first");
    one.open().unwrap();
    one.change(&add(1, "one")).unwrap();
    // the person makes another keyring the default one, which is locked
    let connection = Connection::session().unwrap();
    let path = "/org/freedesktop/secrets";
    let service = Proxy::new(&connection, "org.freedesktop.secrets", path, "org.freedesktop.Secret.Service").unwrap();
    let other = zbus::zvariant::ObjectPath::try_from(format!("{path}/collection/other")).unwrap();
    service.call::<_, _, ()>("SetAlias", &("default", &other)).unwrap();
    let locked = Proxy::new(&connection, "org.freedesktop.secrets", &other, "org.freedesktop.Secret.Collection").unwrap();
    assert!(locked.get_property::<bool>("Locked").unwrap());
    one.change(&add(2, "two")).unwrap();
    assert_eq!(one.notes(), []);
    let text = std::fs::read_to_string(keyrings.join("other.keyring")).unwrap();
    assert!(!text.contains("halfminute"), "a new item went into another keyring than ours: {text}");
    assert!(locked.get_property::<bool>("Locked").unwrap());
    assert_eq!(seen(&program("first").open().unwrap().document).len(), 2);
}
