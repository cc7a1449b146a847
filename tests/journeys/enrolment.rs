//! Enrolling: a new secret for a phone, and an account that exists elsewhere.

use crate::world::App;

/// The secret of RFC 6238 appendix B, in base32.
const RFC_KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn typed_key(app: App) -> App {
    app.press("Enroll")
        .fill("Issuer", "Example")
        .fill("Account name", "alice")
        .press("Advanced")
        .fill("Own secret (base32)", RFC_KEY)
}

#[test]
fn the_phones_code_confirms_and_saves() {
    // RFC 6238 appendix B: 94287082 at 59 s, of which six digits are 287082.
    let app = typed_key(App::at(59)).can_press("Save", false).fill("Code", "287 082").press("Save");
    // The last step: its code runs, and the next thing to do is offered.
    let app = app.sees("All steps are done").sees("Example (alice) is saved").sees("Live code 287 082").sees_no("QR code");
    let app = app.press("Test a login").sees("Log in").press("Enroll").sees("QR code").press("Accounts").sees("287 082");
    assert_eq!(app.phone(0, 0), "287082");
    assert_eq!(app.stage.lock().unwrap().document.user("alice").unwrap().accounts.len(), 1);
}

#[test]
fn the_steps_follow_what_is_done() {
    let app =
        typed_key(App::at(59)).sees("Step 1 of 3: Scan with the phone").fill("Code", "2").sees("Step 2 of 3: Type its code");
    let app = app.fill("Code", "").sees("Step 1 of 3").press("Save without checking").sees("All steps are done");
    // The page is for the account that was just made: gone with it, and with a second look.
    let app = app.press("Enroll another").sees("Step 1 of 3: Scan with the phone");
    let app = app.fill("Account name", "bob").press("Save without checking").sees("bob is saved").press("Enroll").sees("QR code");
    let app = app.fill("Account name", "carol").press("Save without checking").press("Show it in Accounts");
    app.sees("Copy code of carol").press("Enroll").sees("QR code").sees_no("is saved");
}

#[test]
fn a_code_that_does_not_match_saves_nothing_and_says_why() {
    let rows = [
        ("000000", "Wrong code"),
        ("12345", "Not a code: 5 characters instead of 6"),
        ("12345a", "Not a code: character 6 does not belong"),
        // The code of 1111111109 s, far from now, is simply wrong; the code of five steps ago is too old.
        ("081804", "Wrong code"),
    ];
    for (code, said) in rows {
        let app = typed_key(App::at(59)).fill("Code", code).press("Save").sees(said);
        assert!(app.stage.lock().unwrap().document.accounts.is_empty(), "{code} saved something");
    }
    // 755224 is the code of step 0; at 209 s the clock stands at step 6.
    typed_key(App::at(209)).fill("Code", "755224").press("Save").sees("Too old: the code is 6 steps late (3 min ago)");
}

#[test]
fn what_is_wrong_is_said_at_the_field_with_its_position() {
    let app = App::at(59).press("Enroll").fill("Account name", "alice").press("Advanced");
    let rows = [
        ("GEZDGNBVGY3TQOJ0", "Character 16 of the key is the digit 0, which no key contains; it may be the letter O"),
        ("ABC!", "Character 4 of the key is not a letter from A to Z or a digit from 2 to 7"),
        ("MFRGGZDFM", "The key has 9 letters, which cannot be; some are missing or too many"),
    ];
    let mut app = app;
    for (key, said) in rows {
        app = app.fill("Own secret (base32)", key).sees(said).can_press("Save without checking", false);
    }
    let app = app.fill("Own secret (base32)", "").can_press("Save without checking", true);
    let app = app.fill("Period in seconds", "0").sees("The period is not a number of seconds from 1 to 86400");
    app.can_press("Save without checking", false)
        .fill("Account name", "")
        .fill("Period in seconds", "30")
        .can_press("Save without checking", false);
}

#[test]
fn a_very_short_key_is_taken_only_when_confirmed() {
    let app = App::at(59).press("Enroll").fill("Account name", "alice").press("Advanced").fill("Own secret (base32)", "MFRGG");
    let app = app.sees("The key is under 80 bits: it can be guessed").can_press("Save without checking", false);
    app.press("Use it all the same").can_press("Save without checking", true);
}

#[test]
fn names_are_cleaned_and_it_is_said() {
    let app =
        App::at(59).press("Enroll").fill("Account name", "al\u{202e}ice\u{200b}").sees("turn the text round").sees("Invisible");
    let app = app.press("Save without checking");
    assert_eq!(app.stage.lock().unwrap().document.accounts[0].account.name, "alice");
}

#[test]
fn an_address_is_shown_with_its_code_before_it_is_saved() {
    let address = format!("otpauth://totp/Example:alice?secret={RFC_KEY}&issuer=Example");
    let app = App::at(59).press("Add an account I already have").fill("Address or key", &address).sees("Live code 287 082");
    let app = app.press("Save").sees("Example (alice) is saved").press("Accounts").sees("287 082");
    // The same secret once more is said, not refused.
    let app = app.press("Enroll").fill("Address or key", &address).sees("Example (alice) has the same secret").press("Save");
    assert_eq!(app.stage.lock().unwrap().document.accounts.len(), 2);
}

#[test]
fn a_bare_key_asks_for_a_name() {
    let app =
        App::at(59).press("Add an account I already have").fill("Address or key", "gezd gnbv gy3t qojq gezd gnbv gy3t qojq");
    let app =
        app.sees("Live code 287 082").can_press("Save", false).fill("Issuer", "Example").can_press("Save", true).press("Save");
    assert_eq!(app.phone(0, 0), "287082");
}

#[test]
fn what_cannot_be_read_says_what_to_do() {
    let rows = [
        ("https://example.org", "This does not begin with otpauth://"),
        ("otpauth://totp/a?secret=", "The address has no key. Copy the whole address once more"),
        ("otpauth://totp/a?secret=AAAA1AAA", "1, which no key contains"),
        ("otpauth-migration://offline?data=x", "export of Google Authenticator"),
    ];
    for (pasted, said) in rows {
        let app = App::at(59).press("Add an account I already have").fill("Address or key", pasted).sees(said);
        assert!(!app.said().iter().any(|line| line == "Save"), "{pasted} can be saved");
    }
}

#[test]
fn the_address_and_the_picture_leave_only_when_asked() {
    let app = typed_key(App::at(59)).press("Copy address").sees("Address copied. Cleared in 30 s");
    let address = app.clipboard().unwrap();
    assert_eq!(address, format!("otpauth://totp/Example:alice?secret={RFC_KEY}&issuer=Example"));
    let app = app.press("Save as PNG…").sees("Picture saved as /pretend/Example-qr.png");
    let stage = app.stage.lock().unwrap();
    assert_eq!(stage.saved_files.len(), 1);
    assert!(stage.saved_files[0].1.starts_with(b"\x89PNG"));
}

#[test]
fn a_shown_secret_hides_after_a_minute() {
    let grouped = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ";
    let app = typed_key(App::at(59)).sees_no(grouped).press("Show secret").sees(grouped);
    app.wait(59).sees(grouped).wait(1).sees_no(grouped).sees("Show secret");
}

#[test]
fn a_failure_to_save_keeps_the_form() {
    let app = typed_key(App::at(59));
    app.stage.lock().unwrap().refuse_change = Some(halfminute::app::ports::VaultError::Silent);
    let app = app.press("Save without checking").sees("The keyring does not answer");
    app.stage.lock().unwrap().refuse_change = None;
    app.press("Save without checking").sees("Example (alice) is saved");
}

#[test]
fn two_accounts_of_one_name_have_a_test_user_each() {
    let app = App::at(59).enrol("GitHub", "alice", "old password").enrol("Mailbox", "alice", "").enrol("Mailbox", "alice", "");
    let stage = app.stage.lock().unwrap();
    let users: Vec<(&str, usize, bool)> =
        stage.document.users.iter().map(|user| (user.name.as_str(), user.accounts.len(), user.password.is_some())).collect();
    assert_eq!(users, [("alice", 1, true), ("alice (Mailbox)", 1, false), ("alice 2", 1, false)]);
}

#[test]
fn the_code_that_confirmed_does_not_log_in_too() {
    let app = typed_key(App::at(59)).fill("Code", "287082").press("Save").press("Login test");
    app.fill("User name", "alice").fill("Code", "287082").press("Log in").sees("Already used");
}

#[test]
fn a_confirmed_counter_moves_on_with_the_phone() {
    // RFC 4226 appendix D: 755224, 287082, 359152 are the first codes.
    let app = typed_key(App::at(59)).press("Counter (HOTP)").fill("Code", "755224").press("Save").sees("287 082");
    let app = app.press("Login test").fill("User name", "alice").fill("Code", "755224").press("Log in").sees("Already used");
    app.fill("Code", "287082").press("Log in").sees("Accepted");
}
