//! What is typed stays where it belongs, goes when it is used, and is never mixed with something else.

use crate::world::{App, record};
use egui::{Key, Modifiers};
use halfminute::app::ports::VaultError;
const KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

#[test]
fn starting_over_with_a_broken_keyring_leaves_the_file_alone() {
    let app = App::with(59, |s| {
        s.file_there = true;
        s.refuse_open = Some(VaultError::Damaged);
    });
    let app = app
        .press("Use the keyring instead")
        .sees("The vault cannot be read")
        .press("Start over…")
        .fill("Type “start over” to go on", "start over")
        .press("Begin with an empty vault");
    let s = app.stage.lock().unwrap();
    assert!(!s.set_aside && s.started_over, "file set aside: {}, keyring started over: {}", s.set_aside, s.started_over);
}

#[test]
fn a_purged_account_gives_its_user_name_back() {
    let app = App::at(59)
        .enrol("Example", "alice", "")
        .press("More for Example (alice)")
        .press("Move to trash")
        .press("Menu")
        .press("Trash")
        .press("Delete Example (alice) for ever…")
        .press("Delete for ever")
        .press("Close");
    let app = app.enrol("Example", "alice", "");
    let s = app.stage.lock().unwrap();
    let users: Vec<_> = s.document.users.iter().map(|u| (u.name.clone(), u.accounts.len())).collect();
    assert_eq!(users, [("alice".to_owned(), 1)]);
}

#[test]
fn a_pasted_key_after_an_address_does_not_take_its_settings() {
    let a = format!("otpauth://totp/Old:bob?secret={KEY}&issuer=Old&digits=8&period=60");
    let app = App::at(59)
        .press("Add an account I already have")
        .fill("Address or key", &a)
        .fill("Address or key", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        .press("Save");
    let s = app.stage.lock().unwrap();
    let got: Vec<_> = s.document.accounts.iter().map(|r| (r.account.title(), r.account.params)).collect();
    assert!(got.is_empty(), "saved as {got:?}");
}

#[test]
fn saving_an_existing_account_keeps_the_other_form() {
    let a = format!("otpauth://totp/Old:bob?secret={KEY}&issuer=Old");
    let app = App::at(59).press("Enroll").fill("Issuer", "Acme").fill("Account name", "draft-name").press("Copy address");
    let before = app.clipboard().unwrap();
    let app = app
        .press("Add an account I already have")
        .fill("Address or key", &a)
        .press("Save")
        .press("Enroll")
        .press("Create a new secret")
        .press("Copy address");
    assert_eq!(app.clipboard().unwrap(), before);
}

#[test]
fn create_a_new_secret_goes_there() {
    App::at(59).press("Add an account I already have").press("Accounts").press("Create a new secret").sees("Scan with the phone");
}

#[test]
fn f1_keeps_the_edit() {
    App::at(59)
        .enrol("GitHub", "alice", "")
        .press("More for GitHub (alice)")
        .press("Edit…")
        .fill("Issuer", "Typed anew")
        .key(Modifiers::NONE, Key::F1)
        .sees("Typed anew");
}

#[test]
fn a_failed_edit_keeps_what_was_typed() {
    let app =
        App::at(59).enrol("GitHub", "alice", "").press("More for GitHub (alice)").press("Edit…").fill("Issuer", "Typed anew");
    app.stage.lock().unwrap().refuse_change = Some(VaultError::Silent);
    app.press("Save").sees("The keyring does not answer").sees("Typed anew");
}

#[test]
fn ctrl_2_on_enroll_keeps_the_password() {
    App::at(59)
        .press("Enroll")
        .fill("Account name", "alice")
        .fill("Password", "correct horse")
        .sees("•••••")
        .key(Modifiers::COMMAND, Key::Num2)
        .sees("•••••");
}

#[test]
fn a_shown_secret_hides_when_the_clock_is_set_back() {
    let app = App::at(10_000).press("Enroll").fill("Account name", "alice").press("Show secret").sees("Hide secret");
    app.stage.lock().unwrap().now = std::time::Duration::from_secs(5_000);
    app.wait(61).sees_no("Hide secret");
}

#[test]
fn a_damaged_history_does_not_stop_a_confirmed_enrolment() {
    let app = App::at(59).press("Enroll").fill("Account name", "alice").press("Advanced").fill("Own secret (base32)", KEY);
    app.stage.lock().unwrap().state_broken = true;
    app.fill("Code", "287082").press("Save").sees("alice is saved");
}

#[test]
fn greek_capitals_are_found() {
    App::at(59).enrol("ΟΔΟΣ", "alice", "").enrol("Bank", "bob", "").fill("Search", "ΟΔΟΣ").sees("Copy code of ΟΔΟΣ");
}

#[test]
fn a_dead_vault_worker_is_said_once() {
    let app = App::at(59).enrol("GitHub", "alice", "");
    app.stage.lock().unwrap().worker_dead = true;
    app.wait(1).press("Copy code of GitHub (alice)").sees("Copied").wait(1).sees("Copied");
}

#[test]
fn a_counter_that_moved_on_by_its_card_still_logs_in() {
    let app = App::at(59)
        .press("Enroll")
        .fill("Account name", "token")
        .press("Advanced")
        .press("Counter (HOTP)")
        .press("Save without checking")
        .press("Login test");
    let code = app.phone(0, 0);
    let mut app = app.fill("User name", "token").fill("Code", &code).press("Log in").sees("Accepted").press("Accounts");
    for _ in 0..4 {
        app = app.press("Next code of token");
    }
    let code = app.phone(0, 0);
    app.press("Login test").fill("User name", "token").fill("Code", &code).press("Log in").sees_no("From the future");
}

#[test]
fn the_trash_says_which_account_is_restored() {
    let app = App::at(59)
        .enrol("A", "alice", "")
        .enrol("B", "bob", "")
        .press("More for A (alice)")
        .press("Move to trash")
        .press("More for B (bob)")
        .press("Move to trash")
        .press("Menu")
        .press("Trash");
    let n = app.said().iter().filter(|l| *l == "Restore").count();
    assert!(n < 2, "{n} buttons are called Restore");
}

#[test]
fn a_verdict_goes_with_the_code_it_was_of() {
    App::at(59)
        .press("Enroll")
        .fill("Account name", "alice")
        .fill("Code", "000000")
        .press("Save")
        .sees("Wrong code")
        .press("Accounts")
        .press("Enroll")
        .fill("Account name", "other")
        .sees_no("Wrong code");
}

#[test]
fn every_row_of_a_long_list_is_reached_with_keys() {
    let app = App::with(59, |stage| {
        for n in 0..40_u8 {
            stage.document.accounts.push(record([n; 16], "Load", &format!("user{n:02}")));
        }
    });
    let mut app = app.press("Login test").press("New test user…");
    let mut there = std::collections::BTreeSet::new();
    for _ in 0..44 {
        app = app.key(Modifiers::NONE, Key::Tab);
        let focused = app.focused();
        if focused.starts_with("Codes of Load") {
            // What has the focus can be seen.
            app = app.in_sight(&focused);
            there.insert(focused);
        }
    }
    assert_eq!(there.len(), 40, "{there:?}");
    assert!(!app.focused().starts_with("Codes of Load"), "{}", app.focused());
    // And back again, from the end to the first.
    let mut back = std::collections::BTreeSet::new();
    for _ in 0..42 {
        app = app.key(Modifiers::SHIFT, Key::Tab);
        back.insert(app.focused());
    }
    assert!(back.contains("Codes of Load (user00) count") && back.contains("Codes of Load (user38) count"), "{back:?}");
}
