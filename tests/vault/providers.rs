//! Other programs that offer the Secret Service: KeePassXC and KWallet, without a screen.

use std::process::Command;

use halfminute::app::ports::{Place, Protection, Vault, VaultError, VaultNote};
use zbus::blocking::{Connection, Proxy};
use zbus::zvariant::ObjectPath;

use crate::scene::{Daemon, add_many, data, home, owned, program, refused, scene_with, until, words};
use crate::world::{add, id, seen};

const SECRETS: &str = "/org/freedesktop/secrets";

/// Plays the scene if it is one of these.
pub fn play(name: &str) -> bool {
    match name {
        "keepassxc" => keepassxc(),
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
fn kwallet_keeps_the_vault() {
    scene_with("kwallet", &["kwalletd5"]);
}

fn collections() -> Vec<zbus::zvariant::OwnedObjectPath> {
    let connection = Connection::session().unwrap();
    let service = Proxy::new(&connection, "org.freedesktop.secrets", SECRETS, "org.freedesktop.Secret.Service").unwrap();
    service.get_property("Collections").unwrap()
}

fn set_default(collection: &str) {
    let connection = Connection::session().unwrap();
    let service = Proxy::new(&connection, "org.freedesktop.secrets", SECRETS, "org.freedesktop.Secret.Service").unwrap();
    let path = ObjectPath::try_from(format!("{SECRETS}/collection/{collection}")).unwrap();
    service.call::<_, _, ()>("SetAlias", &("default", path)).unwrap();
}

/// A database whose root group is open to other programs.
fn make_database() {
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
    let text = "[General]\nConfigVersion=2\nUpdateCheckMessageShown=true\n[GUI]\nCheckForUpdates=false\n\
        [FdoSecrets]\nEnabled=true\nShowNotification=false\nConfirmAccessItem=false\nConfirmDeleteItem=false\n";
    std::fs::write(config.join("keepassxc.ini"), text).unwrap();
}

fn typed(mut command: Command, input: &str) {
    use std::io::Write;
    let mut child = command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

/// KeePassXC with the database, opened or locked.
fn start_keepassxc(open: bool) -> Daemon {
    let mut command = Command::new("keepassxc");
    if open {
        command.arg("--pw-stdin");
    }
    command.arg(home().join("db.kdbx"));
    let daemon = Daemon::of(command, if open { "pw\n" } else { "" });
    until(|| !collections().is_empty());
    daemon
}

fn keepassxc() {
    make_database();
    let daemon = start_keepassxc(true);
    let mut one = program("first");
    let opened = one.open().unwrap();
    assert_eq!(opened.notes, [VaultNote::FirstStart]);
    assert_eq!(opened.place, Place::Keyring { provider: "KeePassXC".into(), protection: Protection::Unknown });
    one.change(&add(1, "one")).unwrap();
    one.change(&add(2, "two")).unwrap();
    assert_eq!(one.notes(), []);
    one.change(&add_many(1_000)).unwrap();
    assert_eq!(one.notes(), []);
    daemon.stop();
    let daemon = start_keepassxc(true);
    let opened = program("second").open().unwrap();
    assert_eq!((opened.document.accounts.len(), opened.notes), (1_002, vec![]));
    daemon.stop();
    let before = data();
    let _daemon = start_keepassxc(false);
    eprintln!("{}", words(&refused("third")));
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
    let mut one = program("first");
    let opened = one.open().unwrap();
    assert_eq!(opened.notes, [VaultNote::FirstStart]);
    assert_eq!(opened.place, Place::Keyring { provider: "KWallet".into(), protection: Protection::Unknown });
    one.change(&add(1, "one")).unwrap();
    one.change(&add(2, "two")).unwrap();
    assert_eq!(one.notes(), []);
    one.change(&add_many(1_000)).unwrap();
    assert_eq!(one.notes(), []);
    daemon.stop();
    let _ = (id(1), seen(&opened.document), VaultError::Locked);
}
