//! What phone apps are reported to ignore is said as soon as such a setting is chosen.

use crate::world::App;

const SAID: &str = "Phone apps are reported not to take everything here";

fn form() -> App {
    App::at(59).press("Enroll").fill("Issuer", "Example").fill("Account name", "alice").press("Advanced")
}

#[test]
fn each_setting_has_its_note_and_the_usual_ones_have_none() {
    let app =
        form().sees_no(SAID).press("SHA256").sees("(SHA-256): Microsoft Authenticator, Google Authenticator, Authy and 4 more");
    let app = app.press("SHA1").sees_no(SAID).press("8").sees("(8 digits): Microsoft Authenticator");
    let app = app.press("7").sees("(7 digits)").press("6").sees_no(SAID);
    let app = app.fill("Period in seconds", "60").sees("(60 s): Microsoft Authenticator, Google Authenticator, Authy");
    let app = app
        .fill("Period in seconds", "30")
        .sees_no(SAID)
        .press("Counter (HOTP)")
        .sees("(a counter): Proton Authenticator, KeePassXC");
    let app = app.press("Time (TOTP)").sees_no(SAID).fill("Issuer", "").sees("(no issuer): Microsoft Authenticator");
    let app = app.fill("Issuer", "Example").sees_no(SAID).fill("Own secret (base32)", &"GEZDGNBVGY3TQOJQ".repeat(7));
    app.sees("A key of more than 64 bytes is hashed before it is used");
}

#[test]
fn an_empty_form_is_not_told_that_something_is_missing() {
    App::at(59).press("Enroll").sees_no(SAID);
}

#[test]
fn who_says_so_is_behind_a_click() {
    let app = form().press("SHA256").sees_no("keycloak").press("Which apps, and who says so");
    let app = app.sees("These are reports of others, not measured by us");
    let app = app.sees(
        "Microsoft Authenticator (Android, iOS) ignores SHA-256. It shows SHA-1, 6 digits and 30 s in silence: wrong codes",
    );
    let app = app.sees("As of 2020, again 2024: privacyidea/privacyidea #2079; keycloak/keycloak #27351");
    app.sees("Reported to take all of this: Bitwarden, Aegis");
}
