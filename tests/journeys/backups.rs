//! Backups: made, restored, reminded of, and made by themselves.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use halfminute::adapters::backup_file::AgeBackups;
use halfminute::app::Document;
use halfminute::app::backup::{Last, Log, make};
use halfminute::app::ports::{Over, Seal};
use halfminute::app::settings::Settings;

use crate::world::{App, Stage, record};

const DAY: u64 = 86_400;

fn seal(text: &str) -> Seal {
    Seal::Passphrase(text.to_owned().into())
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A public key, whose private half nobody here has, and a pair.
const STRANGER: &str = "age1ysxuaeqlk7xd8uqsh8lsnfwt9jzzjlqf49ruhpjrrj5yatlcuf7qke4pqe";
const PRIVATE: &str = "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33\n";

/// A backup of `document` in `folder`.
fn backup_of(folder: &Path, document: &Document) -> PathBuf {
    let path = folder.join("other.age");
    make(&mut AgeBackups::with_work(1), &path, Over::Chosen, &seal("open sesame"), document).unwrap();
    path
}

#[test]
fn a_first_backup_from_the_reminder() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_owned();
    let app = App::with(59, |stage| stage.folder = Some(place)).sees_no("no backup").enrol("GitHub", "alice", "");
    let app = app.sees("There is no backup yet").press("Back up the accounts…");
    let app = app.fill("Passphrase of the backup", "short").can_press("Choose where…", false);
    let app = app
        .fill("Passphrase of the backup", "correct horse battery")
        .fill("Passphrase of the backup again", "correct horse batter");
    let app = app.sees("The two passphrases differ").can_press("Choose where…", false);
    let app = app.fill("Passphrase of the backup again", "correct horse battery").press("Choose where…");
    let app = app.sees("Backed up 1 account, read back and checked").sees_no("There is no backup");
    assert_eq!(names(folder.path()), ["halfminute-1970-01-01T0000Z.age"]);
    let log = app.stage.lock().unwrap().backups.clone();
    assert_eq!(log.last.as_ref().map(|last| (last.at, last.keys)), Some((59, false)));
    // A month later it is old.
    let app = app.wait(30 * DAY).sees_no("days ago").wait(DAY).sees("The last backup was 31 days ago");
    let app = app.press("Remind me of a backup later").sees_no("days ago").wait(6 * DAY).sees_no("days ago");
    app.wait(2 * DAY).sees("The last backup was 39 days ago");
}

#[test]
fn a_public_key_is_looked_at_before_a_file_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_owned();
    let app = App::with(59, |stage| stage.folder = Some(place)).enrol("GitHub", "alice", "");
    let app = app.press("Menu").press("Back up…").press("A public key").fill("Public key", "age1nobody").press("Choose where…");
    let app = app.sees("This is no public key").fill("Public key", "AGE-SECRET-KEY-1QQQ").press("Choose where…");
    let app = app.sees("This is the secret half of a key");
    assert_eq!(names(folder.path()), Vec::<String>::new());
    let app = app.fill("Public key", STRANGER).press("Choose where…");
    app.sees("Backed up 1 account");
    assert_eq!(names(folder.path()).len(), 1);
}

#[test]
fn a_restore_shows_what_happens_does_it_and_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut theirs = Document::default();
    theirs.accounts.extend([
        record([1; 16], "GitHub", "alice"),
        record([2; 16], "Bank", "bob"),
        record([3; 16], "Mail", "carol"),
    ]);
    let path = backup_of(folder.path(), &theirs);
    let app = App::with(59, |stage: &mut Stage| {
        stage.document.accounts.push(record([1; 16], "GitHub", "alice"));
        let mut changed = record([2; 16], "Bank", "bob");
        changed.account.note = "the old one".into();
        stage.document.accounts.push(changed);
        stage.document.accounts.push(record([4; 16], "Here", "dave"));
        stage.chosen = vec![path.clone(), path.clone(), path];
    });
    let before = app.stage.lock().unwrap().document.to_backup();
    let app = app.press("Menu").press("Restore a backup…").sees("other.age");
    let app = app.fill("Passphrase of the backup", "open barley").press("Open").sees("The passphrase is wrong");
    let app = app.fill("Passphrase of the backup", "open sesame").press("Open");
    let app = app.sees("1 new, 1 different, both kept, 1 here already, 1 only here");
    let app = app.sees("Both kept: note differs").sees("Only here, stays").sees("Same here");
    let app = app.press("Restore").sees("Restored: 1 new").sees("Copy code of Mail (carol)");
    let app = app.sees("Copy code of Bank (bob (from backup))").press("Undo");
    let app = app.sees("Everything is as it was before the restore").sees_no("Copy code of Mail");
    let app = {
        let mut stage = app.stage.lock().unwrap();
        assert_eq!(stage.document.generation, 2, "one change each");
        stage.document.generation = 0;
        assert_eq!(stage.document.to_backup(), before);
        stage.document.generation = 2;
        drop(stage);
        app
    };
    // The preview keeps up with other programs.
    let app = app.press("Menu").press("Restore a backup…").fill("Passphrase of the backup", "open sesame").press("Open");
    let app = app.sees("1 new, 1 different, both kept, 1 here already, 1 only here");
    {
        let mut stage = app.stage.lock().unwrap();
        stage.document.accounts.push(record([3; 16], "Mail", "carol"));
        stage.document.generation += 1;
    }
    let app = app.wait(1).sees("1 different, both kept, 2 here already, 1 only here").press("Cancel");
    // Given up, nothing happens.
    let app = app.press("Menu").press("Restore a backup…").press("Cancel").sees_no("other.age");
    assert_eq!(app.stage.lock().unwrap().document.generation, 3);
}

#[test]
fn a_key_file_opens_a_backup_and_other_files_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let mut theirs = Document::default();
    theirs.accounts.push(record([1; 16], "GitHub", "alice"));
    let path = folder.path().join("keys.age");
    let fitting = folder.path().join("fitting.age");
    let public = PRIVATE.trim().parse::<age::x25519::Identity>().unwrap().to_public().to_string();
    for (path, key) in [(&path, STRANGER), (&fitting, &public)] {
        let seal = Seal::Recipients(vec![key.to_owned()]);
        make(&mut AgeBackups::with_work(1), path, Over::Never, &seal, &theirs).unwrap();
    }
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let letter = write("letter.txt", "dear diary");
    // Another key than the one that it was made for.
    let key = write("key.txt", PRIVATE);
    let app = App::with(59, |stage| stage.chosen = vec![letter.clone(), path, letter, key.clone(), fitting, key]);
    let app = app.press("Menu").press("Restore a backup…").sees("it is no age file").press("Choose another file…");
    let app = app.sees("It opens with the age identity").press("Choose the key file…").sees("This is no key file");
    let app = app.press("Choose the key file…").sees("This key does not open the file").press("Cancel");
    let app = app.press("Menu").press("Restore a backup…").press("Choose the key file…").sees("1 new").press("Restore");
    app.sees("Copy code of GitHub (alice)");
}

fn automatic(folder: &Path) -> Settings {
    Settings {
        backup_auto: true,
        backup_folder: folder.to_str().unwrap().to_owned(),
        backup_recipients: vec![STRANGER.into()],
        ..Settings::default()
    }
}

#[test]
fn automatic_backups_come_after_changes_once_an_hour_and_the_last_is_not_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let start = 1_795_569_240; // 2026-11-25 01:14 UTC
    let app = App::with(start, |stage| stage.settings = automatic(folder.path())).wait(10);
    assert_eq!(names(folder.path()), Vec::<String>::new(), "an empty vault is not backed up");
    let app = app.enrol("GitHub", "alice", "").wait(1);
    assert_eq!(names(folder.path()), ["halfminute-2026-11-25T0114Z.age"]);
    // A burst within the hour: nothing yet.
    let app = app.enrol("Mail", "bob", "").wait(5).enrol("Bank", "carol", "").wait(60);
    assert_eq!(names(folder.path()).len(), 1);
    // The window is closed; at the next start within the hour nothing, after it the burst's last change.
    let stage = Arc::clone(&app.stage);
    drop(app);
    let app = App::on(stage, [960.0, 640.0]).wait(60);
    assert_eq!(names(folder.path()).len(), 1);
    let app = app.wait(3_600).wait(1);
    assert_eq!(names(folder.path()).len(), 2);
    // Nothing new, nothing made.
    let app = app.wait(10 * 3_600).wait(1);
    assert_eq!(names(folder.path()).len(), 2);
    // A command in a terminal changed something while no window ran.
    let stage = Arc::clone(&app.stage);
    drop(app);
    stage.lock().unwrap().document.generation += 1;
    let app = App::on(stage, [960.0, 640.0]).wait(1);
    assert_eq!(names(folder.path()).len(), 3);
    // Ten stay, and nothing else is touched.
    fs::write(folder.path().join("holiday.age"), "x").unwrap();
    let mut app = app;
    for _ in 0..12 {
        app.stage.lock().unwrap().document.generation += 1;
        app = app.wait(3_600).wait(1);
    }
    let names = names(folder.path());
    assert_eq!(names.iter().filter(|name| name.starts_with("halfminute-")).count(), 10, "{names:?}");
    assert!(names.contains(&"holiday.age".to_owned()));
}

#[test]
fn a_folder_that_is_gone_is_said_and_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let stick = folder.path().join("stick");
    let app = App::with(1_000_000, |stage| stage.settings = automatic(&stick)).enrol("GitHub", "alice", "").wait(1);
    let app = app.sees("No automatic backup").sees("There is no ");
    assert!(!stick.exists(), "it is not made anew");
    fs::create_dir(&stick).unwrap();
    let app = app.wait(60).sees("No automatic backup").wait(300).wait(1).sees_no("No automatic backup");
    assert_eq!(names(&stick).len(), 1);
    app.sees_no("There is no backup");
}

#[test]
fn automatic_backups_are_set_up_on_their_page() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_owned();
    let app = App::with(59, |stage| stage.chosen = vec![place]).enrol("GitHub", "alice", "").press("Menu").press("Settings…");
    let app = app.press("Backups").sees("There is none yet").press("After changes").sees("None is chosen yet");
    let app = app.press("Choose a folder…").sees(folder.path().to_str().unwrap()).can_press("Back up now", false);
    let app = app
        .fill("Passphrase of the backup", "correct horse battery")
        .fill("Passphrase of the backup again", "correct horse battery");
    let app = app.press("Use this").sees("It is kept with your accounts").wait(1).wait(1).sees("Less than a day old");
    assert_eq!(names(folder.path()).len(), 1);
    let settings = app.stage.lock().unwrap().settings.clone();
    assert!(!String::from_utf8(settings.to_json()).unwrap().contains("correct horse"), "the settings are not secret");
    let app = app.wait(120).press("Back up now");
    assert_eq!(names(folder.path()).len(), 2);
    // The backup opens with it, and does not hold it.
    let path = folder.path().join(&names(folder.path())[0]);
    app.stage.lock().unwrap().chosen = vec![path];
    let app = app.press("Close").press("Menu").press("Restore a backup…");
    let app = app.fill("Passphrase of the backup", "correct horse battery").press("Open").sees("here already");
    let app = app.press("Cancel").press("Menu").press("Settings…").press("Backups").press("Lock with something else");
    let app = app.press("A public key");
    let app = app.fill("Public key", STRANGER).press("Use this");
    app.sees("A public key");
}

#[test]
fn starting_over_begins_without_backups() {
    let last = Some(Last { at: 50, path: "x".into(), generation: 1, keys: false });
    let log = Log { last: last.clone(), auto: last, later: None };
    let app = App::with(59, |stage| {
        stage.backups = log;
        stage.notes = vec![halfminute::app::ports::VaultNote::FirstStart];
    });
    assert_eq!(app.stage.lock().unwrap().backups, Log::default());
}
