//! The login test: every verdict with its reason.

use egui::{Key, Modifiers};

use crate::world::App;

fn enrolled() -> App {
    App::at(1_000).enrol("Example", "alice", "correct horse").press("Login test")
}

fn log_in(app: App, user: &str, password: &str, code: &str) -> App {
    app.fill("User name", user).fill("Password", password).fill("Code", code).press("Log in")
}

#[test]
fn every_reason_in_words() {
    let rows: &[(&str, &str, i64, &str)] = &[
        ("alice", "correct horse", 0, "The code is the current one"),
        ("alice", "correct horse", -1, "The code is 1 step late (30 s ago) and within the window"),
        ("alice", "correct horse", 1, "The code is 1 step early (30 s ahead) and within the window"),
        ("alice", "correct horse", -5, "Too old: the code is 5 steps late (2 min 30 s ago)"),
        ("alice", "correct horse", 4, "From the future: the code is 4 steps early (2 min ahead)"),
        ("alice", "wrong", 0, "Wrong password"),
        ("alice", "", 0, "Wrong password"),
        ("bob", "correct horse", 0, "Unknown user"),
    ];
    for &(user, password, offset, said) in rows {
        let app = enrolled();
        let code = app.phone(0, offset);
        log_in(app, user, password, &code).sees(said);
    }
    log_in(enrolled(), "alice", "correct horse", "12 34").sees("Not a code: 4 characters instead of 6");
}

#[test]
fn a_code_counts_once_and_again_after_a_restart() {
    let app = enrolled();
    let code = app.phone(0, 0);
    let app = log_in(app, "alice", "correct horse", &code).sees("Accepted");
    let app = log_in(app, "alice", "correct horse", &code).sees("Already used");
    // A code of the window before the used one does not count either; one from before the window is too old.
    let (earlier, old) = (app.phone(0, -1), app.phone(0, -5));
    let app = log_in(app, "alice", "correct horse", &earlier).sees("Already used");
    let app = log_in(app, "alice", "correct horse", &old).sees("Too old: the code is 5 steps late");
    let stage = std::sync::Arc::clone(&app.stage);
    drop(app);
    let app = App::on(stage, [960.0, 640.0]).press("Login test");
    let app = log_in(app, "alice", "correct horse", &code).sees("Already used");
    assert_eq!(app.history().len(), 5);
}

#[test]
fn a_state_that_cannot_be_written_refuses() {
    let app = enrolled();
    app.stage.lock().unwrap().state_broken = true;
    let code = app.phone(0, 0);
    log_in(app, "alice", "correct horse", &code).sees("No login is accepted until they can").sees_no("Accepted");
}

#[test]
fn enter_logs_in_and_what_was_typed_is_forgotten() {
    let app = enrolled();
    let code = app.phone(0, 0);
    let app =
        app.fill("User name", "alice").fill("Password", "correct horse").fill("Code", &code).key(Modifiers::NONE, Key::Enter);
    let app = app.sees("Accepted").sees_no("•••••").sees_no("correct horse");
    // Undo brings nothing back.
    app.fill("Password", "secret").fill("Password", "").key(Modifiers::COMMAND, Key::Z).sees_no("••••");
}

#[test]
fn an_account_without_a_user_gets_one_when_a_login_is_tested() {
    let address = "otpauth://totp/Example:carol?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example";
    let app = App::at(59).press("Add an account I already have").fill("Address or key", address).press("Save").press("Accounts");
    let app = app.press("More for Example (carol)").press("Test a login…");
    let app = app.fill("Code", "287082").press("Log in").sees("Accepted");
    assert_eq!(app.history()[0].user, "carol");
}

#[test]
fn an_account_in_the_trash_does_not_count() {
    let app = enrolled().press("Accounts").press("More for Example (alice)").press("Move to trash").press("Login test");
    log_in(app, "alice", "correct horse", "123456").sees("This user has no account");
}

#[test]
fn a_counter_account_is_accepted_ahead_and_never_behind() {
    let app = App::at(59).press("Enroll").fill("Account name", "token").press("Advanced").press("Counter (HOTP)");
    let app = app.press("Save without checking").press("Login test");
    let (first, second) = (app.phone(0, 0), app.phone(0, 1));
    let app = log_in(app, "token", "", &second).sees("The code is 1 ahead of the counter");
    log_in(app, "token", "", &first).sees("Already used").sees("Make a new code on the phone").sees_no("Wait for");
}

#[test]
fn what_is_typed_as_an_unknown_name_is_not_kept() {
    let app = log_in(enrolled(), "correct horse", "", "123456").sees("Unknown user");
    let history = app.history();
    assert_eq!((history[0].user.as_str(), history[0].reason.as_str()), ("", "unknown-user"));
}

#[test]
fn an_edited_period_begins_a_numbering_of_its_own() {
    let app = enrolled();
    let code = app.phone(0, 0);
    let app = log_in(app, "alice", "correct horse", &code)
        .sees("Accepted")
        .press("Accounts")
        .press("More for Example (alice)")
        .press("Edit…");
    let app = app.press("Advanced").fill("Period in seconds", "60").press("Save").press("Login test");
    let code = app.phone(0, 0);
    log_in(app, "alice", "correct horse", &code).sees("Accepted");
}
