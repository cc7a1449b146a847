//! Other programs that offer the Secret Service: KeePassXC and KWallet, without a screen.

use std::collections::BTreeMap;
use std::process::Command;

use halfminute::app::change::Change;
use halfminute::app::ports::{Place, Protection, Vault, VaultError, VaultNote};
use halfminute::domain::UnixTime;
use zbus::blocking::{Connection, Proxy};
use zbus::zvariant::{ObjectPath, OwnedObjectPath};

use crate::scene::{Daemon, Real, add_many, data, given_up, home, owned, program, say, scene_with, typed, until, words};
use crate::world::{add, id, seen};

const SECRETS: &str = "/org/freedesktop/secrets";

/// Plays the scene if it is one of these.
pub fn play(name: &str) -> bool {
    match name {
        "keepassxc" => keepassxc(),
        "confirm" => confirm(),
        "kwallet" => kwallet(),
        _ => return false,
    }
    true
}

#[test]
fn keepassxc_keeps_the_vault() {
    scene_with("keepassxc", &["keepassxc", "keepassxc-cli"]);
}

#[test]
fn keepassxc_asks_whether_we_may_read() {
    scene_with("confirm", &["keepassxc", "keepassxc-cli"]);
}

#[test]
fn kwallet_keeps_the_vault() {
    scene_with("kwallet", &["kwalletd5"]);
}

/// A first start and changes.
fn first_start(provider: &str) -> Result<Real, VaultError> {
    let mut one = program("first");
    let opened = one.open()?;
    assert_eq!(opened.notes, [VaultNote::FirstStart]);
    assert_eq!(opened.place, Place::Keyring { provider: provider.into(), protection: Protection::Unknown });
    one.change(&add(1, "one")).unwrap();
    one.change(&add(2, "two")).unwrap();
    one.change(&Change::Trash { id: id(1), at: UnixTime::from_secs(1) }).unwrap();
    one.change(&Change::Purge { id: id(1) }).unwrap();
    assert_eq!(one.notes(), []);
    assert_eq!(seen(&program("first").open().unwrap().document), BTreeMap::from([(id(2), ("two".into(), false))]));
    Ok(one)
}

/// A thousand accounts are added and the keyring's program, which writes late, is killed at once; then it gets its time to write.
fn late(one: &mut Real, daemon: Daemon, start: impl Fn() -> Daemon, written: impl Fn(Daemon)) {
    one.change(&add_many(1_000)).unwrap();
    assert_eq!(one.notes(), []);
    daemon.stop();
    let daemon = start();
    let opened = program("second").open().unwrap();
    assert_eq!((opened.document.accounts.len(), opened.notes), (1_001, vec![VaultNote::RestoredFromJournal]));
    assert!(home().join("data/journal").exists());
    written(daemon);
    let _daemon = start();
    let opened = program("third").open().unwrap();
    assert_eq!((opened.document.accounts.len(), opened.notes), (1_001, vec![]));
    assert!(!home().join("data/journal").exists(), "a later boot has read it from the keyring");
}

fn collections() -> Vec<OwnedObjectPath> {
    let connection = Connection::session().unwrap();
    let service = Proxy::new(&connection, "org.freedesktop.secrets", SECRETS, "org.freedesktop.Secret.Service").unwrap();
    service.get_property("Collections").unwrap()
}

fn is_locked(collection: &str) -> bool {
    let connection = Connection::session().unwrap();
    let path = ObjectPath::try_from(format!("{SECRETS}/collection/{collection}")).unwrap();
    let collection = Proxy::new(&connection, "org.freedesktop.secrets", path, "org.freedesktop.Secret.Collection").unwrap();
    collection.get_property("Locked").unwrap()
}

fn set_default(collection: &str) {
    let connection = Connection::session().unwrap();
    let service = Proxy::new(&connection, "org.freedesktop.secrets", SECRETS, "org.freedesktop.Secret.Service").unwrap();
    let path = ObjectPath::try_from(format!("{SECRETS}/collection/{collection}")).unwrap();
    service.call::<_, _, ()>("SetAlias", &("default", path)).unwrap();
}

/// A database whose root group is open to other programs.
fn make_database(asks: bool) {
    let xml = home().join("empty.xml");
    let text = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<KeePassFile><Meta><Generator>KeePassXC</Generator><DatabaseName>Lab</DatabaseName><CustomData><Item>
<Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{00112233-4455-6677-8899-aabbccddeeff}</Value></Item></CustomData></Meta>
<Root><Group><UUID>ABEiM0RVZneImaq7zN3u/w==</UUID><Name>Root</Name></Group></Root></KeePassFile>"#;
    std::fs::write(&xml, text).unwrap();
    let mut import = Command::new("keepassxc-cli");
    import.args(["import", "-q", "-p"]).arg(&xml).arg(home().join("db.kdbx"));
    typed(import, "pw\npw\n");
    let config = home().join(".config/keepassxc");
    std::fs::create_dir_all(&config).unwrap();
    let text = format!(
        "[General]\nConfigVersion=2\nUpdateCheckMessageShown=true\n[GUI]\nCheckForUpdates=false\n\
        [FdoSecrets]\nEnabled=true\nShowNotification=false\nConfirmAccessItem={asks}\nConfirmDeleteItem=false\n"
    );
    std::fs::write(config.join("keepassxc.ini"), text).unwrap();
}

/// As the person does who locks all databases.
fn lock_keepassxc() {
    let connection = Connection::session().unwrap();
    let service = Proxy::new(&connection, "org.freedesktop.secrets", SECRETS, "org.freedesktop.Secret.Service").unwrap();
    let (_locked, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) = service.call("Lock", &(collections(),)).unwrap();
    if prompt.as_str() != "/" {
        let prompt = Proxy::new(&connection, "org.freedesktop.secrets", prompt, "org.freedesktop.Secret.Prompt").unwrap();
        prompt.call::<_, _, ()>("Prompt", &("",)).unwrap();
    }
    until(|| is_locked("db"));
}

/// KeePassXC with the database, opened or locked.
fn start_keepassxc(open: bool) -> Daemon {
    let mut command = Command::new("keepassxc");
    if open {
        command.arg("--pw-stdin");
    }
    // where it looks for another instance, which would take the file over
    command.arg(home().join("db.kdbx")).env("TMPDIR", home().join("run"));
    let daemon = Daemon::of(command, if open { "pw\n" } else { "" });
    until(|| !collections().is_empty() && is_locked("db") != open);
    daemon
}

fn keepassxc() {
    make_database(false);
    let daemon = start_keepassxc(true);
    let mut one = first_start("KeePassXC").unwrap();
    let before = data();
    lock_keepassxc();
    let locked = given_up(&mut one, |one| one.change(&add(3, "three")));
    assert_eq!(words(&locked), "The keyring was not unlocked. Try again, and enter the keyring's password when it asks");
    assert_eq!(data(), before);
    daemon.end();
    // locked when the person logs in: its own window asks for the password
    let daemon = start_keepassxc(false);
    assert_eq!(given_up(&mut program("first"), Vault::open), VaultError::PromptDismissed);
    assert_eq!(data(), before);
    daemon.stop();
    let daemon = start_keepassxc(true);
    late(&mut one, daemon, || start_keepassxc(true), Daemon::end);
}

/// As it is set when nobody has changed it: each connection is asked about.
fn confirm() {
    make_database(true);
    let _daemon = start_keepassxc(true);
    let mut one = program("first");
    assert_eq!(one.open().unwrap().notes, [VaultNote::FirstStart]);
    one.change(&add(1, "one")).unwrap();
    one.change(&add(2, "two")).unwrap();
    assert_eq!(one.notes(), []);
    let before = data();
    assert_eq!(given_up(&mut program("first"), Vault::open), VaultError::PromptDismissed);
    assert_eq!(data(), before);
}

fn open_wallet() {
    let connection = Connection::session().unwrap();
    let wallets = Proxy::new(&connection, "org.kde.kwalletd5", "/modules/kwalletd5", "org.kde.KWallet").unwrap();
    wallets.call::<_, _, ()>("pamOpen", &("kdewallet", &[7_u8; 56][..], 0_i32)).unwrap();
    until(|| wallets.call::<_, _, bool>("isOpen", &("kdewallet",)).unwrap());
}

fn start_kwallet() -> Daemon {
    let daemon = Daemon::of(Command::new("kwalletd5"), "");
    until(|| owned("org.kde.kwalletd5"));
    open_wallet();
    daemon
}

fn kwallet() {
    std::fs::create_dir_all(home().join(".config")).unwrap();
    let text = "[Wallet]\nEnabled=true\nFirst Use=false\nDefault Wallet=kdewallet\n[org.freedesktop.secrets]\napiEnabled=true\n";
    std::fs::write(home().join(".config/kwalletrc"), text).unwrap();
    // the wallet is offered to others from the next start on
    start_kwallet().stop();
    let daemon = start_kwallet();
    until(|| !collections().is_empty());
    set_default("kdewallet");
    let wallet = home().join(".local/share/kwalletd/kdewallet.kwl");
    let on_disk = || std::fs::read(&wallet).unwrap();
    let empty = on_disk();
    let mut one = match first_start("KWallet") {
        Ok(one) => one,
        Err(error) => {
            // as on a system that lacks this part of KWallet, which is a package of its own
            assert_eq!(
                error,
                VaultError::Refused("it opens no session. KWallet needs QCA's OpenSSL plugin for one (libqca-ossl)")
            );
            assert!(data().iter().all(|(path, _)| path.ends_with("lock")), "something was begun");
            return say("skipped: KWallet opens no session without libqca-qt5-2-plugins");
        }
    };
    // the key, and what was changed: written when nothing has come for five seconds
    until(|| on_disk() != empty);
    late(&mut one, daemon, start_kwallet, |daemon| {
        let before = on_disk();
        until(|| on_disk() != before);
        daemon.stop();
    });
}
