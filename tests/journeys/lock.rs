//! The lock: a passphrase is set, the window is locked by key, menu, time and screen, and shows nothing until it is unlocked.

use egui::{Key, Modifiers};
use halfminute::app::ports::{SessionEvent, Watched};
use halfminute::app::settings::{LockAfter, WithScreen};

use crate::world::{App, Stage};

const PASSPHRASE: &str = "seven green bottles hang";

/// Open, with one account, under the passphrase.
fn open() -> App {
    App::at(59).enrol("GitHub", "alice", "").with_passphrase()
}

impl App {
    fn with_passphrase(self) -> Self {
        let app = self.press("Menu").press("Lock: set a passphrase…").fill("Passphrase", PASSPHRASE);
        let app = app.fill("Passphrase again", PASSPHRASE).press("Set the passphrase").sees("The passphrase is set");
        app.press("Close")
    }

    /// Nothing of the accounts is shown, in the window and in the screen reader's tree, and none of it is in the model.
    #[track_caller]
    fn shows_nothing(self) -> Self {
        let app = self.sees("Halfminute is locked").sees_no("GitHub").sees_no("alice").sees_no("Copy code");
        assert!(app.model().document().is_none());
        let model = format!("{:?}", app.model());
        assert!(!model.contains("alice") && !model.contains("GitHub"), "{model}");
        assert_eq!(app.kept_fields(), 1, "egui keeps the field for the passphrase alone");
        app
    }

    fn unlock(self) -> Self {
        self.fill("Passphrase", PASSPHRASE).press("Unlock").sees("Copy code of GitHub (alice)")
    }
}

#[test]
fn without_a_passphrase_nothing_is_locked_and_the_way_to_one_is_shown() {
    let app = App::at(59).enrol("GitHub", "alice", "").key(Modifiers::COMMAND, Key::L);
    let app = app.sees("Put a passphrase over the accounts").sees("Nobody can recover a forgotten passphrase");
    let app = app.sees_no("Lock now").sees_no("Lock when nothing is typed");
    let app = app.fill("Passphrase", "short").sees("Too short").can_press("Set the passphrase", false);
    let app = app.fill("Passphrase", PASSPHRASE).fill("Passphrase again", "seven").sees("The two passphrases differ");
    let app = app.can_press("Set the passphrase", false).press("Close");
    // neither time nor the screen lock it
    app.stage.lock().unwrap().session.push(SessionEvent::Locked);
    let app = app.wait(86_400).sees("Copy code of GitHub (alice)");
    assert_eq!(app.stage.lock().unwrap().forgotten, 0);
}

#[test]
fn by_key_and_by_menu_it_is_locked_and_comes_back_with_the_passphrase() {
    let app = open().key(Modifiers::COMMAND, Key::L).shows_nothing();
    assert!(app.stage.lock().unwrap().locked, "the vault has forgotten");
    let app = app.fill("Passphrase", "wrong one").press("Unlock").sees("The passphrase is wrong").shows_nothing();
    let app = app.unlock().press("Menu").press("Lock").shows_nothing();
    // the keys of the open window do nothing
    app.key(Modifiers::COMMAND, Key::L).key(Modifiers::COMMAND, Key::Num2).shows_nothing().press("Accounts").unlock();
}

#[test]
fn what_was_typed_shown_and_said_goes_with_it() {
    let app = open().press("Enroll").fill("Issuer", "Secretive").fill("Account name", "draft").fill("Password", "hunter2222");
    assert!(app.model().enrolment.secret.is_some());
    let app = app.press("Login test").fill("User name", "alice").fill("Code", "123456").press("Log in").sees("Refused");
    let app = app.press("Accounts").types("git").press("Copy code of GitHub (alice)");
    assert!(app.clipboard().is_some());
    let app = app.press("More for GitHub (alice)").press("Edit…").fill("Note", "a private note");
    assert!(app.kept_fields() > 5);
    let app = app.key(Modifiers::COMMAND, Key::L).shows_nothing().sees_no("private note").sees_no("Secretive");
    assert_eq!(app.clipboard(), None, "a code that is ours leaves the clipboard");
    let model = app.model();
    assert!(model.dialog.is_none() && model.toast.is_none() && model.search.is_empty() && model.enrolment.secret.is_none());
    let history = &model.login.history;
    assert!(model.login.outcome.is_none() && history.index.numbers.is_empty() && history.lines.is_empty());
    // unlocked, the drafts are gone and the history is there
    let app = app.unlock().press("Enroll").sees_no("Secretive").press("Login test");
    app.sees("Wrong code").sees_no("hunter2222");
}

#[test]
fn nothing_of_the_login_test_is_shown_and_all_of_it_comes_back() {
    let app = open().press("Login test").fill("User name", "alice").fill("Code", "12345").press("Log in").sees("Not a code");
    let app =
        app.press("More for alice").press("Make recovery codes…").press("Make recovery codes").sees("Recovery codes of alice");
    let codes: Vec<String> = app.said().into_iter().filter(|line| line.len() == 19 && line.matches('-').count() == 3).collect();
    assert_eq!(codes.len(), 10);
    let hides = |app: App| {
        let app = app.key(Modifiers::COMMAND, Key::L).shows_nothing().sees_no(&codes[0]);
        let (model, forgotten) = (app.model(), app.stage.lock().unwrap().forgotten);
        assert!(forgotten > 0 && model.login.recovery.is_none() && model.dialog.is_none() && model.login.outcome.is_none());
        assert!(model.diagnoses.login.is_none() && model.login.history.index.total == 0, "{model:?}");
        app.press("Accounts").unlock().press("Login test")
    };
    // shown once: locked away, they still count
    let app = hides(app).sees_no(&codes[0]).sees("Recovery codes made").fill("User name", "alice");
    let app = app.fill("Code", &codes[0]).press("Log in").sees("Recovery code used. 9 are left");
    // a verdict with its reasons, a filter
    let app = app.fill("Code", "123456").press("Log in").sees("Wrong code").sees("1 of 100 failures in a row");
    let app = app.sees("What the code would be right for").fill("Filter the history", "wrong alice").sees("1 of 4");
    let app = hides(app).sees("No login yet").sees_no("What the code would be right for").sees_no("of 4").sees("Wrong code");
    // drafts of a test user
    let app = app.press("New test user…").fill("Name of the user", "drafted").press("Codes of GitHub (alice) count");
    let app = hides(app).press("New test user…").sees_no("drafted").press("Cancel");
    // failures and used steps stand where they stood
    let app = app.fill("User name", "alice").fill("Code", "123456").press("Log in").sees("2 of 100 failures in a row");
    let code = app.phone(0, 0);
    let app = app.fill("Code", &code).press("Log in").sees("The code is the current one");
    let app = hides(app).fill("User name", "alice").fill("Code", &code).press("Log in").sees("Already used");
    app.fill("Code", &codes[0]).press("Log in").sees("This recovery code was used before");
}

#[test]
fn a_login_that_comes_too_late_says_nothing_and_stands_in_the_history() {
    let app = open().press("Login test").fill("User name", "alice").fill("Code", "123456");
    app.stage.lock().unwrap().slow = true;
    let app = app.press("Log in").key(Modifiers::COMMAND, Key::L).shows_nothing();
    app.stage.lock().unwrap().slow = false;
    let app = app.wait(1).shows_nothing().press("Accounts").unlock().press("Login test").sees("No login yet").sees("Wrong code");
    app.fill("User name", "alice").fill("Code", "123456").press("Log in").sees("2 of 100 failures in a row");
}

#[test]
fn a_test_user_on_its_way_is_saved_first() {
    let app = open().press("Login test").press("New test user…").fill("Name of the user", "carol");
    let app = app.fill("Password (optional)", "tea").press("Codes of GitHub (alice) count");
    app.stage.lock().unwrap().slow = true;
    let app = app.press("Save").key(Modifiers::COMMAND, Key::L).sees("is being saved").sees_no("carol").sees_no("GitHub");
    assert!(!app.stage.lock().unwrap().locked, "the vault is still writing");
    app.stage.lock().unwrap().slow = false;
    let app = app.wait(1).shows_nothing().sees_no("carol").press("Accounts").unlock();
    assert_eq!(app.stage.lock().unwrap().document.users.last().unwrap().name, "carol");
    app.press("Login test").fill("User name", "carol").press("Edit carol…").press("Cancel");
}

#[test]
fn after_the_time_without_input_and_not_before() {
    let app = open().press("Menu").press("Settings…").press("Lock").press("5 min").press("Close");
    assert_eq!(app.stage.lock().unwrap().settings.lock_after, LockAfter::new(5).unwrap());
    let app = app.wait(299).sees("Copy code of GitHub (alice)").key(Modifiers::NONE, Key::Tab);
    let app = app.wait(299).sees("Copy code of GitHub (alice)").wait(1).shows_nothing().unlock();
    // set back, the clock counts anew
    app.stage.lock().unwrap().now -= std::time::Duration::from_secs(600);
    let app = app.wait(0).wait(299).sees("Copy code").wait(1).shows_nothing().unlock();
    let app = app.press("Menu").press("Settings…").press("Lock").press("Never").press("Close");
    app.wait(864_000).sees("Copy code of GitHub (alice)");
}

#[test]
fn with_the_screen_if_that_is_wished() {
    let app = open();
    app.stage.lock().unwrap().session.push(SessionEvent::Locked);
    let app =
        app.wait(1).shows_nothing().unlock().press("Menu").press("Settings…").press("Lock").press("Stay open").press("Close");
    assert_eq!(app.stage.lock().unwrap().settings.lock_with_screen, WithScreen::StayOpen);
    app.stage.lock().unwrap().session.push(SessionEvent::Locked);
    app.wait(1).sees("Copy code of GitHub (alice)");
}

#[test]
fn what_the_desktop_does_not_tell_is_said() {
    let rows = [
        (Watched { system: true, screen: false }, "does not tell when its screen is locked"),
        (Watched { system: false, screen: true }, "login service does not answer"),
        (Watched { system: false, screen: false }, "Neither the system nor the desktop"),
    ];
    for (watched, said) in rows {
        let app = open();
        app.stage.lock().unwrap().session.push(SessionEvent::Listening(watched));
        app.wait(1).press("Menu").press("Settings…").press("Lock").sees(said).press("Stay open").sees_no(said);
    }
    let app = open();
    app.stage.lock().unwrap().session.push(SessionEvent::Listening(Watched { system: true, screen: true }));
    app.wait(1).press("Menu").press("Settings…").press("Lock").sees_no("does not tell").sees_no("does not answer");
}

#[test]
fn a_change_on_its_way_is_saved_first_and_nothing_is_shown_meanwhile() {
    let app = open().press("Enroll").fill("Issuer", "GitLab").fill("Account name", "bob");
    app.stage.lock().unwrap().slow = true;
    let app = app.press("Save without checking").key(Modifiers::COMMAND, Key::L);
    let app = app.sees("Locking").sees("is being saved").sees_no("GitLab").sees_no("GitHub").sees_no("bob");
    assert!(!app.stage.lock().unwrap().locked, "the vault is still writing");
    app.stage.lock().unwrap().slow = false;
    let app = app.wait(1).shows_nothing();
    assert!(app.stage.lock().unwrap().locked);
    app.fill("Passphrase", PASSPHRASE).press("Unlock").press("Accounts").sees("Copy code of GitLab (bob)");
}

#[test]
fn a_change_that_failed_meanwhile_is_told_without_a_name() {
    let app = open();
    app.stage.lock().unwrap().slow = true;
    app.stage.lock().unwrap().refuse_change = Some(halfminute::app::ports::VaultError::Busy);
    let app = app.press("More for GitHub (alice)").press("Move to trash").key(Modifiers::COMMAND, Key::L);
    app.stage.lock().unwrap().slow = false;
    app.wait(1).shows_nothing().sees("The last change before locking was not saved");
}

#[test]
fn a_passphrase_that_another_program_set_is_asked_for() {
    let set = |stage: &mut Stage| {
        stage.lock = Some(PASSPHRASE.into());
        stage.locked = true;
    };
    // noticed within a second
    let app = App::at(59).enrol("GitHub", "alice", "");
    set(&mut app.stage.lock().unwrap());
    let app = app.wait(1).shows_nothing().sees("Another window or command has set a passphrase").sees_no("not saved");
    drop(app.unlock());
    // noticed by a change, which is not made
    let app = App::at(59).enrol("GitHub", "alice", "");
    set(&mut app.stage.lock().unwrap());
    let app = app.press("More for GitHub (alice)").press("Move to trash").shows_nothing().sees("Your last change was not saved");
    app.unlock();
}

#[test]
fn it_is_changed_and_removed_with_the_one_that_holds() {
    let page = |app: App| app.press("Menu").press("Settings…").press("Lock");
    let app = page(open()).press("Change the passphrase…").fill("Current passphrase", "wrong one");
    let app = app.fill("New passphrase", "quite another one").fill("New passphrase again", "quite another one");
    let app = app.press("Change the passphrase").sees("The passphrase is wrong").fill("Current passphrase", PASSPHRASE);
    let app = app.fill("New passphrase", "quite another one").fill("New passphrase again", "quite another one");
    let app = app.press("Change the passphrase").sees("The passphrase is changed").press("Lock now");
    let app = app.shows_nothing().fill("Passphrase", PASSPHRASE).press("Unlock").sees("The passphrase is wrong");
    let app = app.fill("Passphrase", "quite another one").press("Unlock").sees("Copy code of GitHub (alice)");
    let app = page(app).press("Remove it…").can_press("Remove the passphrase", false).press("Back").press("Remove it…");
    let app = app.fill("Current passphrase", "quite another one").press("Remove the passphrase");
    let app = app.sees("The passphrase is removed").press("Close");
    assert_eq!(app.stage.lock().unwrap().lock, None);
    app.key(Modifiers::COMMAND, Key::L).sees("Put a passphrase over the accounts");
}

#[test]
fn a_forgotten_passphrase_begins_anew_after_a_typed_word() {
    let app = open().key(Modifiers::COMMAND, Key::L).sees_no("Use the keyring instead").press("Start over…");
    let app = app.fill("Type “start over” to go on", "start over").press("Begin with an empty vault").sees("No accounts yet");
    assert!(app.stage.lock().unwrap().started_over && !app.stage.lock().unwrap().set_aside);
}

#[test]
fn the_vault_file_is_locked_as_well() {
    let app = App::with(59, |stage| {
        stage.file_there = true;
        stage.lock = Some(PASSPHRASE.into());
        stage.passphrase = PASSPHRASE.into();
    });
    let app = app.sees("The vault file is locked").fill("Passphrase", PASSPHRASE).press("Unlock").sees("No accounts yet");
    let app = app.key(Modifiers::COMMAND, Key::L);
    let app = app.sees_no("No accounts yet").fill("Passphrase", "wrong").press("Unlock").sees("The passphrase is wrong");
    app.fill("Passphrase", PASSPHRASE).press("Unlock").sees("No accounts yet");
}
