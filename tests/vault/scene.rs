//! Scenes with real programs: a session bus and a home of their own, in which this test program is started again.
//!
//! `scene` starts it under `dbus-run-session`, where `inside` plays the scene. The bus knows how to start nothing, so that a keyring's
//! program is there only when the scene starts it, and there is no prompter and no screen.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use halfminute::adapters::boot::BootId;
use halfminute::adapters::data_dir::DataDir;
use halfminute::adapters::keyring::SystemKeyring;
use halfminute::adapters::vault::KeyringVault;
use halfminute::app::change::Change;
use halfminute::app::notice;
use halfminute::app::ports::{Vault, VaultError};
use halfminute::domain::{AccountId, Secret};
use zbus::blocking::{Connection, Proxy};

use crate::world::account;

const BUS: &str = r#"<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#;
const SCENE: &str = "HALFMINUTE_TEST_SCENE";

/// Plays `name` in a session of its own.
pub fn scene(name: &str) {
    scene_with(name, &["gnome-keyring-daemon", "secret-tool"]);
}

/// The same with other programs than gnome-keyring.
pub fn scene_with(name: &str, programs: &[&str]) {
    for program in [&["dbus-run-session"], programs].concat() {
        let started = Command::new(program)
            .arg("--version")
            .env("QT_QPA_PLATFORM", "offscreen")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if started.is_err() {
            return say(&format!("skipped: {program} is not installed"));
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
        .args(["--exact", "scene::inside", "--nocapture"])
        .env(SCENE, name)
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", &run)
        .env("QT_QPA_PLATFORM", "offscreen");
    let gone =
        ["DISPLAY", "WAYLAND_DISPLAY", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "DBUS_SESSION_BUS_ADDRESS", "GNOME_KEYRING_CONTROL"];
    for gone in gone {
        inside.env_remove(gone);
    }
    let output = inside.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{name}:\n{text}");
    for line in text.lines().filter(|line| line.starts_with("skipped: ") || line.starts_with("figure: ")) {
        say(line);
    }
}

/// Says something that is shown although the test passes.
pub fn say(line: &str) {
    // not by `eprintln`, which is shown only if the test fails
    let mut screen = std::io::stderr();
    writeln!(screen, "{line}").unwrap();
}

#[test]
fn inside() {
    let Ok(name) = std::env::var(SCENE) else { return };
    let known = [crate::real::play, crate::kills::play, crate::providers::play];
    assert!(known.iter().any(|play| play(&name)), "no scene is called {name}");
}

/// This test program once more, beside the scene, where it does `job` with `words`.
pub fn beside(test: &str, job: &str, words: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env_remove(SCENE).env(job, words);
    command
}

/// A keyring's program of ours, ended by its process id.
pub struct Daemon(Child);

impl Daemon {
    /// gnome-keyring, unlocked with `password`, or locked.
    pub fn start(password: Option<&str>) -> Self {
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]);
        if password.is_some() {
            command.arg("--unlock");
        }
        Self::of(command, password.unwrap_or_default())
    }

    /// Another program that offers the Secret Service, with `input`.
    pub fn of(mut command: Command, input: &str) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        until(|| owned("org.freedesktop.secrets"));
        Self(child)
    }

    pub fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.0.id().to_string()]).status().unwrap().success());
    }

    /// Asked to end, and given the time for it.
    pub fn end(mut self) {
        self.signal("-TERM");
        self.0.wait().unwrap();
        until(|| !owned("org.freedesktop.secrets"));
    }

    /// Killed, without a chance to write anything.
    pub fn stop(mut self) {
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

/// Runs a program that reads `input`, and succeeds.
pub fn typed(mut command: Command, input: &str) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

pub fn owned(name: &str) -> bool {
    let connection = Connection::session().unwrap();
    let bus = Proxy::new(&connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus").unwrap();
    bus.call("NameHasOwner", &(name,)).unwrap()
}

/// Polls for something that another program does.
pub fn until(condition: impl Fn() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it did not come about in 20 s");
        std::thread::park_timeout(Duration::from_millis(10));
    }
}

pub fn home() -> PathBuf {
    PathBuf::from(std::env::var_os("HOME").unwrap())
}

/// The vault in whatever keyring answers.
pub type Real = KeyringVault<SystemKeyring>;

pub fn program(boot: &str) -> Real {
    program_in("data", boot)
}

/// The program with another data folder.
pub fn program_in(folder: &str, boot: &str) -> Real {
    let dir = DataDir::open(&home().join(folder)).unwrap();
    KeyringVault::new(SystemKeyring::default(), dir, BootId::named(boot))
}

pub fn files(path: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

/// The data directory's files.
pub fn data() -> Vec<(PathBuf, Vec<u8>)> {
    files(&home().join("data"))
}

pub fn refused(boot: &str) -> VaultError {
    program(boot).open().map(|_| ()).unwrap_err()
}

/// What `work` ends with if the person presses "Give up", again and again, from before the prompt is there.
pub fn given_up<T>(one: &mut Real, work: impl FnOnce(&mut Real) -> Result<T, VaultError> + Send) -> VaultError {
    let give_up = one.canceller();
    let (sender, done) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| sender.send(work(one).map(|_| ())).unwrap());
        let begun = Instant::now();
        loop {
            give_up();
            if let Ok(outcome) = done.recv_timeout(Duration::from_millis(20)) {
                return outcome.unwrap_err();
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "the wait was not given up");
        }
    })
}

/// What the person reads: headline and way out.
pub fn words(error: &VaultError) -> String {
    notice::vault_error(error).line()
}

/// One change that adds `count` accounts.
pub fn add_many(count: u32) -> Change {
    let many = (0..count).map(|n| {
        let mut account = account(3, &format!("account {n}"));
        let mut bytes = [9; 16];
        bytes[..4].copy_from_slice(&n.to_be_bytes());
        account.id = AccountId::from_bytes(bytes);
        (account, Secret::new(vec![7; 20]).unwrap())
    });
    Change::Add(many.collect())
}
