//! The same vault against a real gnome-keyring.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use halfminute::adapters::boot::BootId;
use halfminute::adapters::data_dir::DataDir;
use halfminute::adapters::keyring::{Deadlines, LABEL, SystemKeyring};
use halfminute::adapters::vault::KeyringVault;
use halfminute::app::ports::{Place, Protection, Vault, VaultError, VaultNote};
use zbus::blocking::{Connection, Proxy};

use crate::scene::{Daemon, add_many, beside, data, files, given_up, home, program, program_in, refused, scene, typed};
use crate::world::{add, id, seen};

/// Plays the scene if it is one of these.
pub fn play(name: &str) -> bool {
    match name {
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
        "newline" => newline(),
        "eight" => eight(),
        "dismissed" => crate::stub::dismissed(),
        _ => return false,
    }
    true
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
fn a_keyring_file_that_another_program_made_unreadable() {
    scene("newline");
}

#[test]
fn eight_programs_and_two_data_folders_at_once() {
    scene("eight");
}

#[test]
fn a_prompt_that_the_person_closes_and_one_that_is_answered() {
    scene("dismissed");
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
    one.change(&add_many(1_000)).unwrap();
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
    data()
}

fn locked() {
    let before = made_and_stopped();
    let daemon = Daemon::start(None);
    assert_eq!(refused("first"), VaultError::Locked);
    assert_eq!(data(), before);
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
    assert_eq!(data(), before);
    daemon.stop();
    std::fs::remove_dir_all(&keyrings).unwrap();
    std::fs::rename(&aside, &keyrings).unwrap();
    let _daemon = Daemon::start(Some("pw"));
    assert_eq!(seen(&program("second").open().unwrap().document).len(), 1);
}

fn nobody() {
    assert_eq!(refused("first"), VaultError::NoProvider);
    assert_eq!(data(), []);
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
    let before = (data(), keyrings());
    let in_time = |work: &mut dyn FnMut() -> VaultError| {
        let begun = Instant::now();
        assert_eq!(work(), VaultError::Silent);
        assert!(begun.elapsed() < Duration::from_secs(8), "five seconds are enough: {:?}", begun.elapsed());
    };
    in_time(&mut || one.change(&add(1, "one")).unwrap_err());
    in_time(&mut || refused("first"));
    assert_eq!((data(), keyrings()), before);
    daemon.signal("-CONT");
    assert_eq!(seen(&one.change(&add(1, "one")).unwrap()).len(), 1);
    assert_eq!(one.notes(), []);
    assert_eq!(seen(&program("second").open().unwrap().document).len(), 1);
}

/// The keyring's files.
fn keyrings() -> Vec<(PathBuf, Vec<u8>)> {
    files(&home().join(".local/share/keyrings"))
}

fn prompt() {
    let before = made_and_stopped();
    let _daemon = Daemon::start(None);
    // a prompter that is there and shows nothing: the prompt stays open
    let prompter = Connection::session().unwrap();
    prompter.request_name("org.gnome.keyring.SystemPrompter").unwrap();
    assert_eq!(given_up(&mut program("first"), Vault::open), VaultError::PromptDismissed);
    assert_eq!(data(), before);
}

/// A default keyring without a password. Its file.
fn without_a_password() -> PathBuf {
    let keyrings = home().join(".local/share/keyrings");
    std::fs::create_dir_all(&keyrings).unwrap();
    let header = "[keyring]\ndisplay-name=Default keyring\nctime=0\nmtime=0\nlock-on-idle=false\nlock-after=false\n";
    std::fs::write(keyrings.join("Default_keyring.keyring"), header).unwrap();
    std::fs::write(keyrings.join("default"), "Default_keyring").unwrap();
    keyrings.join("Default_keyring.keyring")
}

fn plain() {
    let file = without_a_password();
    let _daemon = Daemon::start(None);
    let mut one = program("first");
    let opened = one.open().unwrap();
    assert_eq!(opened.place, Place::Keyring { provider: "gnome-keyring".into(), protection: Protection::No });
    one.change(&add(1, "one")).unwrap();
    assert_eq!(one.notes(), []);
    let text = std::fs::read_to_string(file).unwrap();
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

fn newline() {
    let file = without_a_password();
    let daemon = Daemon::start(None);
    let mut one = program("first");
    one.open().unwrap();
    one.change(&add(1, "one")).unwrap();
    let mut store = Command::new("secret-tool");
    store.args(["store", "--label=other", "owner", "somebody"]);
    typed(store, "a\nb");
    daemon.stop();
    let damaged = std::fs::read_to_string(&file).unwrap();
    let daemon = Daemon::start(None);
    let before = (data(), keyrings());
    let told = [refused("first"), refused("second"), one.change(&add(2, "two")).unwrap_err()];
    assert_eq!(told, [VaultError::KeyringDamaged, VaultError::KeyringDamaged, VaultError::KeyringDamaged]);
    assert_eq!((data(), keyrings()), before, "something was changed");
    daemon.stop();
    // whoever knows how repairs it
    std::fs::write(&file, damaged.replace("secret=a\nb\n", "secret=a\n")).unwrap();
    let _daemon = Daemon::start(None);
    assert_eq!(seen(&one.change(&add(2, "two")).unwrap()).len(), 2);
    let opened = program("second").open().unwrap();
    assert_eq!((seen(&opened.document).len(), opened.notes), (2, vec![]));
}

const WRITER: &str = "HALFMINUTE_TEST_WRITER";

/// One of eight: adds ten accounts.
#[test]
fn writer() {
    let Ok(number) = std::env::var(WRITER) else { return };
    let number: u8 = number.parse().unwrap();
    let mut one = program_in(["data", "data-2"][usize::from(number % 2)], "first");
    assert!(one.open().unwrap().notes.iter().all(|note| *note == VaultNote::FirstStart));
    for n in 0..10 {
        one.change(&add(number * 10 + n, "one of eighty")).unwrap();
        assert_eq!(one.notes(), []);
    }
}

fn eight() {
    let _daemon = Daemon::start(Some("pw"));
    let writers = (0..8).map(|n| beside("real::writer", WRITER, &n.to_string()).stdout(Stdio::null()).spawn().unwrap());
    for mut writer in writers.collect::<Vec<_>>() {
        assert!(writer.wait().unwrap().success());
    }
    for boot in ["first", "second", "third"] {
        for folder in ["data", "data-2"] {
            let opened = program_in(folder, boot).open().unwrap();
            let ids: Vec<_> = seen(&opened.document).into_keys().collect();
            assert_eq!(ids, (0..80).map(id).collect::<Vec<_>>(), "{folder}, {boot}");
            assert_eq!(opened.notes, [], "{folder}, {boot}");
        }
    }
    assert!(!home().join("data/journal").exists() && !home().join("data-2/journal").exists());
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
