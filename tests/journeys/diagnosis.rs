//! A refused code, and what it would be right for: in the login test and at the enrolment.

use halfminute::domain::{Algorithm, Digits, OtpKind, OtpParams, Period, Secret, UnixTime, code_at};

use crate::world::App;

const NOW: u64 = 1_728_000_017;
const KEY: &[u8] = b"12345678901234567890";
const RFC_KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// The code that a phone with other settings shows `seconds` from now.
fn shows(key: &[u8], algorithm: Algorithm, digits: u8, period: u32, seconds: i64) -> String {
    let kind = OtpKind::Totp { period: Period::new(period).unwrap() };
    let params = OtpParams::new(algorithm, Digits::new(digits).unwrap(), kind).unwrap();
    let step = params.step_at(UnixTime::from_secs(NOW.strict_add_signed(seconds)));
    code_at(&params, &Secret::new(key.to_vec()).unwrap(), step).as_str().to_owned()
}

/// An account that asks for SHA-256, and one beside it.
fn login() -> App {
    let app = App::at(NOW);
    let app = app.enrol("Mailbox", "bob", "").press("Enroll").press("Create a new secret").fill("Issuer", "Example");
    let app = app.fill("Account name", "alice").press("Advanced").press("SHA256").fill("Own secret (base32)", RFC_KEY);
    app.press("Save without checking").press("Login test")
}

fn log_in(app: App, code: &str) -> App {
    app.fill("User name", "alice").fill("Code", code).press("Log in")
}

#[test]
fn a_phone_that_ignores_the_hash_is_found_out_and_made_certain() {
    let ignoring = |seconds| shows(KEY, Algorithm::Sha1, 6, 30, seconds);
    let app = log_in(login(), &ignoring(0)).sees("Wrong code").sees("This is the code a phone shows that ignores SHA-256");
    let app = app
        .sees("Nearly sure: one random code in")
        .sees("Enroll the account with SHA-1, which every app knows, or use another app");
    let app = app.fill("The next code the phone shows", "12").press("Make certain").sees("This is not a code");
    let app = app.wait(30).fill("The next code the phone shows", &ignoring(30)).press("Make certain");
    let app = app.sees("Both codes match: this is certain").sees("ignores SHA-256");
    // There is nothing more to ask then.
    let app = app.sees_no("Search further").sees_no("The next code the phone shows");
    // Another login begins anew.
    let code = app.phone(1, 0);
    log_in(app, &code).sees("Accepted").sees_no("What the code would be right for");
}

#[test]
fn each_kind_of_mistake_is_said_under_the_verdict() {
    let own = |seconds| shows(KEY, Algorithm::Sha256, 6, 30, seconds);
    let rows = [
        (own(-270), "The phone's clock is 4 min 30 s behind"),
        (own(7_200), "The phone's clock is 2 h ahead, as when a time zone is wrong"),
        (shows(RFC_KEY.as_bytes(), Algorithm::Sha256, 6, 30, 0), "The secret was typed as text, not as base32"),
        (shows(KEY, Algorithm::Sha256, 8, 30, 0), "The phone shows 8 digits in place of 6"),
        (shows(KEY, Algorithm::Sha256, 6, 60, 0), "The phone counts periods of 60 s in place of 30 s"),
    ];
    for (code, said) in rows {
        log_in(login(), &code).sees(said);
    }
    let app = login();
    let code = app.phone(0, 0);
    log_in(app, &code).sees("This is the code of Mailbox (bob)").sees("Take the code of the right account on the phone");
}

#[test]
fn nothing_is_asked_where_the_code_is_not_the_reason() {
    let said = "What the code would be right for";
    log_in(login(), "12a456").sees("Not a code").sees_no(said);
    log_in(login(), "1234").sees("Not a code").sees_no(said);
    login().fill("User name", "nobody").fill("Code", "123456").press("Log in").sees("Unknown user").sees_no(said);
    let app = App::at(NOW).enrol("Example", "alice", "correct horse").press("Login test");
    log_in(app, "123456").sees("Wrong password").sees_no(said);
    let app = login();
    let code = app.phone(1, 0);
    let app = log_in(app, &code).sees("Accepted").sees_no(said);
    log_in(app, &code).sees("Already used").sees_no(said);
}

#[test]
fn a_code_that_nothing_explains_can_be_searched_further_and_given_up() {
    let mut unknown = (0..).map(|n| format!("{:06}", 271_828 + 97 * n));
    // The first of them that no ordinary mistake gives.
    let app = unknown
        .find_map(|code| {
            let app = log_in(login(), &code);
            app.said().iter().any(|line| line.contains("Nothing found: none of")).then_some(app)
        })
        .unwrap();
    let app = app.press("Search further").sees("Cancel").sees_no("Search further");
    // What was known before still stands, and the search can be begun once more.
    let app = app.press("Cancel").sees_no("Cancel").sees("ordinary mistakes gives this code").press("Search further");
    let searching = |app: &App| app.said().iter().any(|line| line == "Cancel");
    let app = (0..100).fold(app, |app, _| if searching(&app) { app.wait(0) } else { app });
    assert!(!searching(&app));
    let app = app.sees_no("ordinary mistakes").sees_no("Search further").sees("The next code the phone shows");
    let told = app.said();
    let honest = |line: &String| line.contains("mistakes gives this code") || line.contains("random code");
    assert!(told.iter().any(honest), "{told:#?}");
}

#[test]
fn the_enrolment_says_why_the_phones_code_does_not_match() {
    let app = App::at(NOW).press("Enroll").fill("Issuer", "Example").fill("Account name", "alice").press("Advanced");
    let app = app.fill("Own secret (base32)", RFC_KEY).press("SHA512").fill("Period in seconds", "60");
    let phone = |seconds| shows(KEY, Algorithm::Sha1, 6, 30, seconds);
    let app = app.fill("Code", &phone(0)).press("Save").sees("Wrong code");
    let app = app.sees(
        "This is the code a phone shows that ignores SHA-512, and this is the code a phone shows that ignores the period of 60 s",
    );
    let app = app.wait(30).fill("The next code the phone shows", &phone(30)).press("Make certain").sees("this is certain");
    assert!(app.stage.lock().unwrap().document.accounts.is_empty());
    // It is said of that code only.
    app.press("Accounts").press("Enroll").sees_no("What the code would be right for");
}

#[test]
fn all_accounts_of_a_user_are_looked_at() {
    // Mailbox comes first; the mistake is with Example.
    let app = login().press("New test user…").fill("Name of the user", "both").press("Codes of Mailbox (bob) count");
    let app = app.press("Codes of Example (alice) count").press("Save");
    let code = shows(KEY, Algorithm::Sha256, 6, 30, 7_200);
    let app = app.fill("User name", "both").fill("Code", &code).press("Log in").sees("Wrong code");
    let app = app.sees("Of this user's 2 accounts, it is Example (alice)").sees("The phone's clock is 2 h ahead");
    // What is said in general would lead elsewhere, and two codes in a row do not reach so far.
    let app = app.sees_no("Compare the secret, the hash and the digits").sees_no("Two codes in a row…");
    let app = app.wait(30).fill("The next code the phone shows", &shows(KEY, Algorithm::Sha256, 6, 30, 7_230));
    let app = app.press("Make certain").sees("Both codes match: this is certain").sees("it is Example (alice)");
    app.fill("User name", "both").fill("Code", "000000").press("Log in").sees("All 2 accounts of this user were looked at");
}

#[test]
fn each_counter_of_a_user_is_searched_from_where_its_codes_have_come_to() {
    let app = App::at(NOW).enrol("Mailbox", "bob", "").press("Enroll").fill("Account name", "token").press("Advanced");
    let app = app.press("Counter (HOTP)").press("Save without checking").press("Login test");
    let app = app.press("New test user…").fill("Name of the user", "both").press("Codes of Mailbox (bob) count");
    let app = app.press("Codes of token count").press("Save");
    let both = |app: App, code: &str| app.fill("User name", "both").fill("Code", code).press("Log in");
    let code = app.phone(1, 8);
    let app = both(app, &code).sees("The code is 8 ahead of the counter");
    // Beyond every code that the verdict itself looks at, counted from the one that was accepted.
    let code = app.phone(1, 109);
    both(app, &code).sees("Of this user's 2 accounts, it is token").sees("The phone's counter is 100 ahead");
}
