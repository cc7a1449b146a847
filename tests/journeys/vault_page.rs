//! Settings, Vault: the accounts move, the passphrase changes, the old copy goes; and what another program does meanwhile.

use halfminute::app::ports::{OldCopy, VaultError};

use crate::world::App;

const PASSPHRASE: &str = "seven green bottles hang";

fn page(app: App) -> App {
    app.press("Menu").press("Settings…").press("Vault")
}

/// An account in a vault file, after a move.
fn in_file() -> App {
    let app = page(App::at(59).enrol("GitHub", "alice", "")).press("Move to an encrypted file…");
    let app = app.fill("Passphrase", PASSPHRASE).fill("Passphrase again", PASSPHRASE).press("Move the accounts");
    app.sees("The accounts are in the encrypted file /pretend/vault.age now")
}

#[test]
fn the_accounts_move_to_a_file_and_back_and_the_old_copies_go() {
    let app = page(App::at(59).enrol("GitHub", "alice", "")).sees("Secrets are kept in the pretend keyring");
    let app = app.sees_no("old copy").sees_no("Change the passphrase…").press("Move to an encrypted file…");
    let app = app.can_press("Move the accounts", false).fill("Passphrase", "short").sees("Too short");
    let app = app.fill("Passphrase", PASSPHRASE).sees("Strong").fill("Passphrase again", PASSPHRASE).press("Move the accounts");
    let app = app.sees("Secrets are kept in the encrypted file /pretend/vault.age");
    let app = app.sees("The old copy in the keyring is still there").press("Remove the old copy…").sees("still what was moved");
    let app = app.press("Remove the old copy").sees("The old copy was removed from the keyring").sees_no("is still there");
    let app = app.press("Move to the keyring…").press("Move the accounts").sees("The accounts are in the keyring now");
    let app = app.sees("The old copy in /pretend/vault.age is still there").press("Remove the old copy…").press("Cancel");
    let app = app.sees("Move to an encrypted file…").press("Close").sees("Copy code of GitHub (alice)");
    assert_eq!(app.stage.lock().unwrap().old, Some(OldCopy::File("/pretend/vault.age".into())));
}

#[test]
fn the_passphrase_is_changed_with_the_old_one() {
    let app = in_file().press("Change the passphrase…").can_press("Change the passphrase", false);
    let change = |app: App, old: &str| {
        let app = app.fill("Passphrase now", old).fill("New passphrase", "eight green bottles hang");
        let app = app.fill("New passphrase again", "eight green bottles hang").press("Change the passphrase");
        assert!(!app.said().iter().any(|said| said == "eight green bottles hang"), "what was typed stays");
        app
    };
    let app = change(app, "wrong").sees("The passphrase is wrong");
    assert_eq!(app.stage.lock().unwrap().passphrase, PASSPHRASE);
    let app = change(app, PASSPHRASE).sees("The passphrase was changed").sees("Change the passphrase…");
    assert_eq!(app.stage.lock().unwrap().passphrase, "eight green bottles hang");
}

#[test]
fn a_move_that_fails_says_why_and_the_accounts_stay() {
    let app = page(App::at(59).enrol("GitHub", "alice", "")).press("Move to an encrypted file…");
    let app = app.fill("Passphrase", PASSPHRASE).fill("Passphrase again", PASSPHRASE);
    app.stage.lock().unwrap().refuse_task = Some(VaultError::Locked);
    let app = app.press("Move the accounts").sees("The keyring is locked").sees("Cancel");
    let app = app.press("Cancel").sees("Secrets are kept in the pretend keyring").sees_no("The keyring is locked");
    app.press("Close").sees("Copy code of GitHub (alice)");
    // and an old copy that is not what was moved stays
    let app = in_file().press("Remove the old copy…");
    app.stage.lock().unwrap().refuse_task = Some(VaultError::OldChanged);
    app.press("Remove the old copy").sees("The old copy is not what was moved").press("Cancel").sees("is still there");
}

#[test]
fn while_it_moves_the_window_goes_on() {
    let app = page(App::at(59).enrol("GitHub", "alice", "")).press("Move to an encrypted file…");
    let app = app.fill("Passphrase", PASSPHRASE).fill("Passphrase again", PASSPHRASE);
    app.stage.lock().unwrap().stalled = true;
    let app = app.press("Move the accounts").sees("One moment").can_press("Move the accounts", false);
    let app = app.press("Close").press("Copy code of GitHub (alice)").sees("Copied").sees("Copy code of GitHub (alice)");
    app.stage.lock().unwrap().stalled = false;
    app.wait(1).sees("The accounts are in the encrypted file").sees_no("Move the accounts");
}

#[test]
fn what_another_program_has_moved_or_locked_is_said_within_a_second() {
    let app = App::at(59).enrol("GitHub", "alice", "");
    let to = Some("/pretend/vault.age".into());
    app.stage.lock().unwrap().lost = Some(VaultError::Moved { to });
    let app = app.wait(1).sees("have been moved to the encrypted file /pretend/vault.age").sees_no("Copy code of");
    {
        let mut stage = app.stage.lock().unwrap();
        (stage.lost, stage.file_there, stage.passphrase) = (None, true, PASSPHRASE.to_owned());
    }
    let app = app.press("Try again").sees("The vault file is locked").fill("Passphrase", PASSPHRASE).press("Unlock");
    let app = app.sees("Copy code of GitHub (alice)");
    app.stage.lock().unwrap().lost = Some(VaultError::PassphraseChanged);
    let app = app.wait(1).sees("The passphrase of the vault file was changed").sees("Unlock");
    // a change says it, too
    app.stage.lock().unwrap().lost = None;
    let app = app.fill("Passphrase", PASSPHRASE).press("Unlock");
    app.stage.lock().unwrap().refuse_change = Some(VaultError::Moved { to: None });
    app.press("More for GitHub (alice)").press("Move to trash").sees("The accounts have been moved to the keyring");
}

#[test]
fn unlocking_can_be_given_up() {
    let app = App::with(59, |stage| (stage.file_there, stage.passphrase) = (true, PASSPHRASE.to_owned()));
    app.stage.lock().unwrap().stalled = true;
    let app = app.fill("Passphrase", PASSPHRASE).press("Unlock").sees("Opening the vault file").press("Cancel");
    assert!(app.stage.lock().unwrap().cancelled);
    app.stage.lock().unwrap().stalled = false;
    let app = app.wait(1).sees("The vault file is locked").sees_no("wrong");
    app.fill("Passphrase", PASSPHRASE).press("Unlock").sees("No accounts yet");
}

#[test]
fn an_old_copy_is_a_way_out_when_the_place_in_use_does_not_open() {
    // a forgotten passphrase
    let app = App::with(59, |stage| (stage.file_there, stage.old) = (true, Some(OldCopy::Keyring)));
    let app = app.sees("The vault file is locked").sees_no("Use the keyring instead").press("Use the old copy…");
    let app = app.sees("What was changed since stays in the file").press("Cancel").sees("The vault file is locked");
    app.press("Use the old copy…")
        .press("Use the old copy")
        .sees("No accounts yet")
        .sees("Secrets are kept in the pretend keyring");
    // a keyring that is gone
    let app = App::with(59, |stage| {
        stage.refuse_open = Some(VaultError::AnotherKeyring);
        stage.old = Some(OldCopy::File("/pretend/vault.age".into()));
    });
    app.press("Use the old copy…").sees("stays in the keyring").press("Use the old copy").sees("The vault file is locked");
}

#[test]
fn what_is_wrong_with_the_file_has_its_own_words() {
    let path = || std::path::PathBuf::from("/pretend/vault.key.age");
    let rows = [
        (VaultError::KeyDamaged { path: path() }, "no passphrase opens it"),
        (VaultError::KeyTooCostly { path: path() }, "more than 1 GiB of memory"),
        (VaultError::FileDamaged { path: path() }, "The passphrase is right, but"),
        (VaultError::KeyMismatch { path: path() }, "belongs to another key file"),
        (VaultError::Moved { to: Some(path()) }, "have been moved to the encrypted file"),
    ];
    for (error, said) in rows {
        App::with(59, |stage| stage.refuse_open = Some(error.clone())).sees(said).sees("Try again").sees("Start over…");
    }
    let app = App::with(59, |stage| stage.refuse_open = Some(VaultError::PassphraseOrKey));
    app.sees("The passphrase is wrong, or the key file is damaged").sees("Unlock");
}
