//! Every screen of the window, and the states it can be in: few enough to be looked at.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use egui_kittest::Harness;
use halfminute::adapters::backup_file::AgeBackups;
use halfminute::app::Document;
use halfminute::app::backup::make;
use halfminute::app::ports::{Over, Seal, VaultError, VaultNote};
use halfminute::app::settings::{Looks, TextSize};
use halfminute::domain::{Algorithm, Digits, OtpKind, OtpParams, Period, Secret, UnixTime, code_at};

use crate::paint::Brush;
use crate::world::{App, Stage, record};

/// 2024-10-04 00:00:17 UTC, 13 seconds before a code ends.
const NOW: u64 = 1_728_000_017;
/// The secret of RFC 6238, and a public key of nobody.
const KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const PASSPHRASE: &str = "seven green bottles hang";

/// How a window is opened.
pub struct Open {
    /// In points.
    pub size: [f32; 2],
    /// Pixels of the screen for one point at the usual size of text.
    pub scale: f32,
    pub looks: Looks,
    pub brush: Brush,
}

impl Open {
    pub fn new(size: [f32; 2]) -> Self {
        Self { size, scale: 1.0, looks: Looks::default(), brush: Brush::default() }
    }

    /// Text of twice the size in a window that is as large in pixels: half as many points, but not less than its least size.
    pub fn large(mut self) -> Self {
        self.looks.text_size = TextSize::new(200).unwrap();
        self.size = [(self.size[0] / 2.0).max(420.0), (self.size[1] / 2.0).max(360.0)];
        self
    }

    fn window(&self, prepare: impl FnOnce(&mut Stage)) -> App {
        let mut stage = Stage { now: Duration::from_secs(NOW), ..Stage::default() };
        let Looks { theme, text_size, contrast, motion } = self.looks;
        stage.settings.theme = theme;
        stage.settings.text_size = text_size;
        stage.settings.contrast = contrast;
        stage.settings.motion = motion;
        prepare(&mut stage);
        let window = Harness::builder().with_size(self.size).with_pixels_per_point(self.scale).renderer(self.brush.clone());
        let mut app = App::in_window(Arc::new(Mutex::new(stage)), window);
        // Text of another size has changed how many points there are.
        app.harness.set_size(self.size.into());
        app.wait(0)
    }

    fn empty(&self) -> App {
        self.window(|_| ())
    }

    fn few(&self) -> App {
        self.window(few)
    }
}

/// In which way a scene is drawn, in the light theme and in the dark one.
pub enum View {
    Usual,
    HighContrast,
    /// Text of twice the size.
    Large,
}

/// One screen in one state.
pub struct Scene {
    pub name: &'static str,
    pub size: [f32; 2],
    pub view: View,
    pub play: fn(&Open) -> App,
}

const fn scene(name: &'static str, size: [f32; 2], play: fn(&Open) -> App) -> Scene {
    Scene { name, size, view: View::Usual, play }
}

/// The size in which the window opens first, a small one, and the smallest.
const USUAL: [f32; 2] = [960.0, 640.0];
const SMALL: [f32; 2] = [640.0, 560.0];
const LEAST: [f32; 2] = [420.0, 480.0];

pub const SCENES: &[Scene] = &[
    scene("accounts-none", SMALL, Open::empty),
    scene("accounts-one", SMALL, |open| open.window(|stage| stage.document.accounts.push(record([7; 16], "GitHub", "alice")))),
    scene("accounts", USUAL, Open::few),
    scene("accounts-least", LEAST, Open::few),
    Scene { view: View::HighContrast, ..scene("accounts-contrast", SMALL, Open::few) },
    Scene { view: View::Large, ..scene("accounts-large", USUAL, Open::few) },
    scene("accounts-long", SMALL, |open| open.window(long)),
    scene("accounts-found", LEAST, |open| open.few().fill("Search", "ali")),
    scene("accounts-nothing", SMALL, |open| open.few().fill("Search", "zzz")),
    scene("accounts-undo", SMALL, |open| open.few().press("More for GitHub (alice@example.org)").press("Move to trash")),
    scene("card-menu", SMALL, |open| open.few().press("More for GitHub (alice@example.org)")),
    scene("menu", SMALL, |open| open.few().press("Menu")),
    scene("notes", SMALL, |open| {
        open.window(|stage| {
            few(stage);
            stage.notes = vec![VaultNote::RestoredFromJournal, VaultNote::OddEntries { count: 2 }];
        })
    }),
    scene("trash", SMALL, |open| open.window(trashed).press("Menu").press("Trash")),
    scene("purge", LEAST, |open| open.window(trashed).press("Menu").press("Trash").press("Delete Old shop (alice) for ever…")),
    scene("edit", SMALL, |open| open.few().press("More for GitHub (alice@example.org)").press("Edit…").press("Advanced")),
    scene("qr", SMALL, |open| open.few().press("More for GitHub (alice@example.org)").press("Show QR…")),
    scene("explain", [700.0, 640.0], |open| {
        open.few().press("More for GitHub (alice@example.org)").press("How this code is computed…")
    }),
    scene("enroll-new", USUAL, enroll),
    scene("enroll-advanced", USUAL, |open| enroll(open).press("Advanced").fill("Period in seconds", "0")),
    scene("enroll-wrong", SMALL, |open| enroll(open).fill("Code", "000000").press("Save")),
    scene("enroll-large", SMALL, |open| enroll(open).press("QR code")),
    scene("enroll-none", LEAST, |open| open.empty().press("Enroll")),
    scene("existing", USUAL, |open| existing(open, &address("GitHub", "alice@example.org", KEY))),
    scene("existing-wrong", LEAST, |open| existing(open, "otpauth://totp/GitHub:alice?secret=1nval!d")),
    scene("login-none", SMALL, |open| open.empty().press("Login test")),
    scene("login-accepted", USUAL, accepted),
    scene("login-refused", USUAL, refused),
    scene("login-least", LEAST, refused),
    Scene { view: View::HighContrast, ..scene("login-contrast", SMALL, refused) },
    scene("login-diagnosis", USUAL, diagnosed),
    scene("history", [960.0, 900.0], history),
    scene("test-user", USUAL, |open| user(open).press("Edit alice…")),
    scene("recovery", SMALL, |open| {
        user(open).press("More for alice").press("Make recovery codes…").press("Make recovery codes")
    }),
    scene("import-table", USUAL, import),
    scene("import-unknown", SMALL, |open| import_file(open, &fixture("aegis/cut.json"))),
    scene("export", SMALL, |open| open.few().press("Menu").press("Export…").press("Export to").press("Aegis")),
    scene("export-plain", SMALL, |open| {
        open.few().press("Menu").press("Export…").press("Export to").press("otpauth addresses").press("Continue")
    }),
    scene("backup", SMALL, |open| {
        let app = open.few().press("Menu").press("Back up…").fill("Passphrase of the backup", "correct horse battery staple 7");
        app.fill("Passphrase of the backup again", "correct horse")
    }),
    scene("restore", SMALL, restore),
    scene("settings-general", SMALL, |open| settings(open, "General")),
    scene("settings-lock", SMALL, |open| settings(open, "Lock")),
    scene("settings-backups", SMALL, |open| settings(open, "Backups").press("After changes")),
    scene("settings-check-up", SMALL, |open| settings(open, "Check-up")),
    scene("shortcuts", SMALL, |open| open.few().press("Menu").press("Keyboard shortcuts")),
    scene("about", SMALL, |open| open.few().press("Menu").press("About")),
    scene("locked", SMALL, locked),
    scene("locked-wrong", LEAST, |open| locked(open).fill("Passphrase", "wrong").press("Unlock")),
    scene("vault-failed", SMALL, |open| open.window(|stage| stage.refuse_open = Some(VaultError::AnotherKeyring))),
    scene("vault-file", SMALL, |open| {
        let app = open.window(|stage| stage.refuse_open = Some(VaultError::NoProvider)).press("Use an encrypted file…");
        app.fill("Passphrase", "short")
    }),
    scene("start-over", SMALL, |open| open.window(|stage| stage.refuse_open = Some(VaultError::Damaged)).press("Start over…")),
];

/// A day's worth of accounts, of every kind.
fn few(stage: &mut Stage) {
    let mut accounts = vec![
        record([1; 16], "GitHub", "alice@example.org"),
        record([2; 16], "Mailbox", "alice"),
        record([3; 16], "Example Bank", "alice.liddell"),
        record([4; 16], "Router", "admin"),
        record([5; 16], "Counter", "bob"),
        record([6; 16], "Games", "white_rabbit"),
        record([8; 16], "", "only a name"),
        record([9; 16], "Only an issuer", ""),
    ];
    accounts[0].account.pinned = true;
    accounts[0].account.tags = vec!["work".into()];
    accounts[3].account.params = params(8, OtpKind::Totp { period: Period::new(60).unwrap() });
    accounts[4].account.params = params(6, OtpKind::Hotp { counter: 7 });
    stage.document.accounts.extend(accounts);
}

fn params(digits: u8, kind: OtpKind) -> OtpParams {
    OtpParams::new(Algorithm::Sha1, Digits::new(digits).unwrap(), kind).unwrap()
}

/// Names that fit nowhere, and codes that are as long as may be.
fn long(stage: &mut Stage) {
    few(stage);
    let mut accounts = vec![
        record([11; 16], "A very long name of an issuer that fits no card of this world", "x"),
        record([12; 16], "Bank", "alice.liddell.of.the.looking.glass@a-rather-long-domain.example"),
        record([13; 16], "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM"),
        record([14; 16], "Ten digits", "größe"),
    ];
    accounts[3].account.params = params(10, OtpKind::Totp { period: Period::new(86_400).unwrap() });
    stage.document.accounts.splice(0..0, accounts);
}

fn trashed(stage: &mut Stage) {
    few(stage);
    for (id, issuer, days) in [(21, "Old shop", 3), (22, "Forgotten forum", 40)] {
        let mut gone = record([id; 16], issuer, "alice");
        gone.trashed = Some(UnixTime::from_secs(NOW - days * 86_400));
        stage.document.accounts.push(gone);
    }
}

fn address(issuer: &str, name: &str, key: &str) -> String {
    format!("otpauth://totp/{issuer}:{name}?secret={key}&issuer={issuer}\n")
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn enroll(open: &Open) -> App {
    open.empty().press("Enroll").fill("Issuer", "Example Bank").fill("Account name", "alice@example.org")
}

fn existing(open: &Open, typed: &str) -> App {
    open.empty().press("Enroll").press("Add an account I already have").fill("Address or key", typed)
}

/// A test user with a password.
fn user(open: &Open) -> App {
    let app = open.empty().press("Enroll").fill("Issuer", "Example").fill("Account name", "alice");
    let app = app.fill("Password", "correct horse").press("Save without checking").wait(7);
    app.press("Login test").fill("User name", "alice")
}

fn log_in(app: App, code: &str) -> App {
    app.fill("User name", "alice").fill("Password", "correct horse").fill("Code", code).press("Log in")
}

fn accepted(open: &Open) -> App {
    let app = user(open);
    let code = app.phone(0, 0);
    log_in(app, &code)
}

/// Accepted once, so that the code is used, and five steps late.
fn refused(open: &Open) -> App {
    let app = accepted(open);
    let late = app.phone(0, -5);
    log_in(app, &late)
}

/// A phone that ignores SHA-256.
fn diagnosed(open: &Open) -> App {
    let app = open.empty().press("Enroll").fill("Issuer", "Example").fill("Account name", "alice").press("Advanced");
    let app = app.press("SHA256").fill("Own secret (base32)", KEY).press("Save without checking").wait(7).press("Login test");
    let step = OtpParams::default().step_at(UnixTime::from_secs(NOW + 7));
    let shown = code_at(&OtpParams::default(), &Secret::new(b"12345678901234567890".to_vec()).unwrap(), step);
    app.fill("User name", "alice").fill("Code", shown.as_str()).press("Log in")
}

fn history(open: &Open) -> App {
    let mut app = refused(open);
    for steps in [-1, 1, 0, 40, -3] {
        let code = app.phone(0, steps);
        app = log_in(app.wait(31), &code);
    }
    log_in(app, "12a456")
}

/// What happens to each kind of entry.
fn import(open: &Open) -> App {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("accounts.txt");
    let lines = [
        address("GitHub", "alice@example.org", KEY),
        address("Mail", "bob", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
        address("Mail", "bob", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
        address("A-very-long-name-of-an-issuer", "carol.of.the.looking.glass@example.org", "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK"),
        "otpauth://totp/Broken:dave\n".to_owned(),
    ];
    std::fs::write(&path, lines.concat()).unwrap();
    let app = import_file(open, &path);
    drop(folder);
    app
}

fn import_file(open: &Open, path: &Path) -> App {
    let path = path.to_owned();
    let app = open.window(|stage| {
        few(stage);
        stage.chosen = vec![path];
    });
    app.press("Menu").press("Import…")
}

/// Its path is shown: the same one wherever the sources lie. Several tests may make it, each with a key of its own.
fn restore(open: &Open) -> App {
    let path = PathBuf::from("target/looks/halfminute.age");
    std::fs::create_dir_all("target/looks").unwrap();
    let own = tempfile::tempdir_in("target/looks").unwrap();
    let new = own.path().join("halfminute.age");
    let mut theirs = Document::default();
    let issuers = [(2, "Mailbox", "alice"), (3, "Example Bank", "alice"), (30, "Mail", "carol")];
    theirs.accounts.extend(issuers.map(|(id, issuer, name)| record([id; 16], issuer, name)));
    let seal = Seal::Passphrase("open sesame".to_owned().into());
    make(&mut AgeBackups::with_work(1), &new, Over::Chosen, &seal, &theirs).unwrap();
    std::fs::rename(new, &path).unwrap();
    let app = open.window(|stage| {
        few(stage);
        stage.chosen = vec![path];
    });
    app.press("Menu").press("Restore a backup…").fill("Passphrase of the backup", "open sesame").press("Open")
}

fn settings(open: &Open, page: &str) -> App {
    open.few().press("Menu").press("Settings…").press(page)
}

fn locked(open: &Open) -> App {
    open.window(|stage| {
        few(stage);
        (stage.lock, stage.locked) = (Some(PASSPHRASE.to_owned()), true);
    })
}
