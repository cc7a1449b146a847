//! What stands in place of the accounts when the vault cannot be opened: why, and every way out.

use halfminute::app::ports::{VaultError, VaultNote};

use crate::world::App;

#[test]
fn every_state_says_what_it_is_and_what_to_do() {
    let rows: &[(VaultError, &str, &[&str], &[&str])] = &[
        (VaultError::NoProvider, "No keyring program answers", &["Try again", "Use an encrypted file…"], &["Start over…"]),
        (VaultError::Silent, "The keyring does not answer", &["Try again", "Use an encrypted file…"], &["Start over…"]),
        (VaultError::Locked, "The keyring is locked", &["Try again"], &["Start over…"]),
        (VaultError::PromptDismissed, "The keyring was not unlocked", &["Try again"], &["Start over…"]),
        (VaultError::AnotherKeyring, "Another keyring answers", &["Try again", "Start over…"], &["Use an encrypted file…"]),
        (VaultError::KeyringDamaged, "cannot read its own file", &["Try again", "Use an encrypted file…"], &["Start over…"]),
        (VaultError::Damaged, "The vault cannot be read", &["Try again", "Start over…"], &[]),
        (VaultError::TooNew, "written by a newer Halfminute", &["Try again"], &["Start over…"]),
    ];
    for (error, said, there, missing) in rows {
        let mut app = App::with(59, |stage| stage.refuse_open = Some(error.clone())).sees(said);
        for name in *there {
            app = app.sees(name);
        }
        for name in *missing {
            app = app.sees_no(name);
        }
        // The way out works as soon as the reason is gone.
        app.stage.lock().unwrap().refuse_open = None;
        app.press("Try again").sees("No accounts yet");
    }
}

#[test]
fn without_a_keyring_an_encrypted_file_keeps_the_accounts() {
    let app = App::with(59, |stage| stage.refuse_open = Some(VaultError::NoProvider)).press("Use an encrypted file…");
    let app = app.fill("Passphrase", "short").sees("Too short").can_press("Make the file", false);
    let app =
        app.fill("Passphrase", "seven green bottles hang").fill("Passphrase again", "seven").sees("The two passphrases differ");
    let app = app.can_press("Make the file", false).fill("Passphrase again", "seven green bottles hang").press("Make the file");
    let app = app.sees("No accounts yet");
    assert_eq!(app.stage.lock().unwrap().passphrase, "seven green bottles hang");
    // The next start asks for it.
    let stage = std::sync::Arc::clone(&app.stage);
    drop(app);
    let app = App::on(stage, [960.0, 640.0]).sees("The vault file is locked").fill("Passphrase", "wrong one").press("Unlock");
    app.sees("The passphrase is wrong").fill("Passphrase", "seven green bottles hang").press("Unlock").sees("No accounts yet");
}

#[test]
fn starting_over_asks_for_a_typed_word() {
    let app = App::with(59, |stage| stage.refuse_open = Some(VaultError::AnotherKeyring)).press("Start over…");
    let app = app.can_press("Begin with an empty vault", false).fill("Type “start over” to go on", "start over");
    let app = app.press("Begin with an empty vault").sees("No accounts yet");
    assert!(app.stage.lock().unwrap().started_over);
}

#[test]
fn what_was_noticed_is_said_until_it_is_understood() {
    let app = App::with(59, |stage| stage.notes = vec![VaultNote::RestoredFromJournal, VaultNote::OddEntries { count: 2 }]);
    app.sees("nothing is lost").sees("2 entries cannot be read by this version").press("Understood").sees_no("nothing is lost");
}

#[test]
fn a_change_that_fails_says_so_and_shows_what_is_kept() {
    let app = App::at(59).enrol("GitHub", "alice", "");
    app.stage.lock().unwrap().refuse_change =
        Some(VaultError::Disk { path: "/pretend/journal".into(), kind: std::io::ErrorKind::StorageFull });
    app.press("More for GitHub (alice)")
        .press("Move to trash")
        .sees("/pretend/journal cannot be used")
        .sees("Copy code of GitHub (alice)");
}

#[test]
fn the_theme_is_kept() {
    let app = App::at(59).press("Menu").press("Theme: dark");
    assert_eq!(app.stage.lock().unwrap().settings.theme, halfminute::app::settings::ThemeChoice::Dark);
}

#[test]
fn the_padlock_tells_where_the_secrets_are() {
    App::at(59).sees("Secrets are kept in the pretend keyring, unlocked");
}

#[test]
fn a_file_beside_a_used_keyring_is_warned_of_and_the_keyring_comes_back() {
    let app = App::with(59, |stage| {
        stage.refuse_open = Some(VaultError::PromptDismissed);
        stage.keyring_used = true;
    });
    app.press("Use an encrypted file…").sees("The accounts that you have in a keyring are not in this file");
    let locked = || App::with(59, |stage| stage.file_there = true).sees("The vault file is locked");
    let app = locked().press("Use the keyring instead").sees("No accounts yet");
    assert!(!app.stage.lock().unwrap().set_aside);
    // A forgotten passphrase: the file is set aside, the keyring's vault is not touched.
    let app = locked().press("Start over…").fill("Type “start over” to go on", "start over").press("Begin with an empty vault");
    let stage = app.stage.lock().unwrap();
    assert!(stage.set_aside && !stage.started_over);
}

#[test]
fn a_dead_worker_is_said_each_time_and_nothing_waits() {
    let app = App::at(59).enrol("GitHub", "alice", "");
    app.stage.lock().unwrap().worker_dead = true;
    let app = app.press("More for GitHub (alice)").press("Move to trash").sees("A part of Halfminute stopped working (vault)");
    app.wait(10)
        .press("Enroll")
        .fill("Account name", "bob")
        .press("Save without checking")
        .sees("stopped working")
        .can_press("Save without checking", true);
}

#[test]
fn the_check_up_says_how_everything_is_and_what_to_do() {
    let app = App::at(59).enrol("Example", "alice", "").press("Menu").press("Settings…").press("Check-up");
    let app = app.sees("the pretend keyring answers, and is unlocked").sees("The keyring has a password");
    let app = app.sees("The newest state stands on disk as well").sees("/pretend can be read by you alone");
    let app = app.sees("Nothing keeps the clock right").sees("Switch network time on").sees("There is no backup yet");
    // What went wrong meanwhile is there at the next look.
    app.stage.lock().unwrap().refuse_open = Some(VaultError::NoProvider);
    app.press("Check again").sees("No keyring program answers").sees("needs attention").press("General").sees("Theme");
}
