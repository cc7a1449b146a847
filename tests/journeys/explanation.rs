//! How this code is computed: live, without the secret on the clipboard, gone after a minute.

use crate::world::App;

const RFC: &str = "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example&digits=8";

fn added(address: &str) -> App {
    App::at(59).press("Add an account I already have").fill("Address or key", address).press("Save").press("Accounts")
}

#[test]
fn rfc_6238_can_be_followed_by_hand() {
    let app = added(RFC).press("More for Example (alice)").press("How this code is computed…");
    let app = app
        .sees("The code of now")
        .sees("The secret in base32, read as 20 bytes, here in hexadecimal")
        .sees("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ")
        .sees("The key: 31 32 33 34 35")
        .sees("59 s since 1970-01-01 00:00 UTC, divided by the period of 30 s, is 1 (rest 29 s)")
        .sees("The counter: 00 00 00 00 00 00 00 01")
        .sees("The HMAC: 75 a4 8a 19 d4 cb e1 00 64 4e 8a c1 39 7e ea 74 7a 2d 33 ab")
        .sees("its low four bits are 11, the offset")
        .sees("the number 1\u{a0}094\u{a0}287\u{a0}082")
        .sees("1\u{a0}094\u{a0}287\u{a0}082 modulo 100\u{a0}000\u{a0}000, with zeros at the front, is 94287082");
    let app = app.press("Copy without the secret").sees("Copied. Cleared in 30 s");
    let copied = app.clipboard().unwrap();
    assert!(copied.contains("(20 bytes, not shown)") && copied.contains("94287082"), "{copied}");
    assert!(!copied.contains("GEZD") && !copied.contains("31 32 33"), "{copied}");
    // The values follow the clock.
    let app = app.wait(1).sees("is 2 (rest 0 s)").sees("37359152").sees_no("94287082");
    // Another step stands still, and says how far away it is.
    let app = app.press("Earlier").sees("The code of 1 step ago (30 s)").sees("94287082").sees("30 s since 1970");
    let app = app.press("Earlier").press("Earlier").sees("The code of 2 steps ago (1 min)").sees("84755224");
    let app = app.wait(30).sees("The code of 3 steps ago (1 min 30 s)").press("Later").sees("94287082");
    app.press("Now").sees("The code of now").sees("26969429");
}

#[test]
fn the_code_that_was_typed_is_the_one_that_is_told() {
    let app = App::at(1_000).enrol("Example", "alice", "").press("Login test").fill("User name", "alice");
    let code = app.phone(0, -5);
    let app = app.fill("Code", &code).press("Log in").sees("Too old").press("How this code is computed…");
    app.sees("The code of 5 steps ago (2 min 30 s)").sees(&format!("is {code}"));
}

#[test]
fn it_closes_by_itself() {
    let app = added(RFC).press("More for Example (alice)").press("How this code is computed…").sees("It closes in 60 s");
    app.wait(59).sees("The HMAC").wait(1).sees_no("The HMAC").sees_no("The key");
}

#[test]
fn a_counter_and_steam_are_told_in_their_own_way() {
    let hotp = "otpauth://hotp/Token:carol?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Token&counter=9";
    let app = added(hotp).press("More for Token (carol)").press("How this code is computed…");
    app.sees("The stored counter is 9")
        .sees("645\u{a0}520\u{a0}489 modulo 1\u{a0}000\u{a0}000, with zeros at the front, is 520489");
    let steam = "otpauth://totp/Steam:dave?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Steam&encoder=steam";
    let app = added(steam).press("More for Steam (dave)").press("How this code is computed…");
    app.sees("Each rest of a division by 26 is a place in 23456789BCDFGHJKMNPQRTVWXY")
        .sees("1\u{a0}094\u{a0}287\u{a0}082 modulo 26 is");
}

#[test]
fn the_login_test_leads_to_it() {
    let app = App::at(1_000).press("Login test").sees_no("How this code is computed…").press("Accounts");
    let app = app.enrol("Example", "alice", "").press("Login test").sees_no("How this code is computed…");
    // For the user who is typed, and then for the last verdict.
    let app = app.fill("User name", "alice").press("How this code is computed…").sees("Example (alice)").press("Close");
    app.fill("Code", "000000").press("Log in").fill("User name", "nobody").press("How this code is computed…").sees("The HMAC");
}
