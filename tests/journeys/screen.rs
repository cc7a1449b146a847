//! Codes on the screen: looked for, chosen among, read, and nothing of it kept.

use egui::{Key, Modifiers};

use halfminute::app::import::Step;
use halfminute::app::ports::ScreenError;
use halfminute::formats::qr::QrMatrix;

use crate::world::{App, Pixels, Stage};

const ALICE: &str = "otpauth://totp/GitHub:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=GitHub";
const BOB: &str = "otpauth://totp/Mail:bob?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Mail";
const NETWORK: &str = "WIFI:T:WPA;S:home;P:hush;;";

/// A screen with these codes side by side.
fn screen(texts: &[&str]) -> Pixels {
    let (width, height) = (1600, 500);
    let mut rgba = vec![0x70; width * height * 4];
    for (place, text) in texts.iter().enumerate() {
        let (side, luma) = QrMatrix::new(text).unwrap().to_luma(4);
        for (at, grey) in luma.iter().enumerate() {
            let (x, y) = (60 + place * 380 + at % side, 100 + at / side);
            rgba[(y * width + x) * 4..][..4].copy_from_slice(&[*grey, *grey, *grey, 255]);
        }
    }
    (width, height, rgba)
}

fn with(screens: &[&[&[&str]]]) -> App {
    let looks = |look: &&[&[&str]]| Ok(look.iter().map(|texts| screen(texts)).collect());
    App::with(59, |stage: &mut Stage| stage.screens = screens.iter().map(looks).collect())
}

fn titles(app: &App) -> Vec<String> {
    app.stage.lock().unwrap().document.accounts.iter().map(|record| record.account.title()).collect()
}

#[test]
fn one_code_goes_on_like_a_picture() {
    let app = with(&[&[&[ALICE]], &[&[], &[BOB]]]).press("Menu").press("Scan the screen");
    let app = app.sees("QR codes: the screen").sees("1 entry: 1 new").sees("Live code 287 082");
    let app = app.press("Import 1 account").sees("1 account imported").sees("Copy code of GitHub (alice)");
    // From the other place, on the second screen.
    let app = app.press("Enroll").press("Add an account I already have").press("From the screen").press("Import 1 account");
    assert_eq!(titles(&app), ["GitHub (alice)", "Mail (bob)"]);
}

#[test]
fn among_several_a_person_chooses() {
    let look: &[&[&str]] = &[&[NETWORK, ALICE], &[], &[BOB, ALICE]];
    let app = with(&[look, look]).key(Modifiers::COMMAND | Modifiers::SHIFT, Key::S).sees("3 QR codes on the screen");
    // Each is named; of what is for something else the kind alone.
    let app = app.sees("GitHub (alice)").sees("Mail (bob)").sees("Not an authenticator code").sees("It is for a Wi-Fi network");
    let app = app
        .sees_no("home")
        .sees_no("hush")
        .sees("Picture of screen 1 with 2 QR codes")
        .sees("Picture of screen 2 with 1 QR code");
    let app = app.tick("Not an authenticator code").sees("Read 2 codes");
    let app = app.tick("GitHub (alice)").sees("Read 1 code").press("Read 1 code").sees("1 entry: 1 new").sees_no("GitHub");
    let app = app.press("Import 1 account");
    assert_eq!(titles(&app), ["Mail (bob)"]);
    // With the keyboard: the ticks are reached, and nothing is read without one.
    let app = app.key(Modifiers::COMMAND | Modifiers::SHIFT, Key::S).tick("GitHub (alice)").tick("Mail (bob)");
    let app = app.can_press("Read 0 codes", false).tick("GitHub (alice)").press("Read 1 code").press("Import 1 account");
    assert_eq!(titles(&app), ["Mail (bob)", "GitHub (alice)"]);
}

#[test]
fn codes_are_taken_from_the_picture_as_well() {
    let app = with(&[&[&[ALICE, BOB]]]).press("Menu").press("Scan the screen").sees("Read 2 codes");
    let (left, right) = ((60.0 + 80.0) / 1600.0, (440.0 + 80.0) / 1600.0);
    let picture = "Picture of the screen with 2 QR codes";
    let app = app.click_in(picture, left, 0.4).sees("Read 1 code").click_in(picture, right, 0.4).sees("Read 0 codes");
    // Beside the codes nothing happens.
    let app = app.click_in(picture, 0.9, 0.9).sees("Read 0 codes").click_in(picture, left, 0.4).press("Read 1 code");
    app.sees("GitHub (alice)").sees_no("Mail (bob)");
}

#[test]
fn only_other_codes_and_none_at_all() {
    let screens: &[&[&[&str]]] = &[&[&[NETWORK]], &[&[NETWORK, "https://example.org"]], &[&[]], &[&[ALICE]]];
    let app = with(screens).press("Menu").press("Scan the screen");
    let app = app.sees("This is not an authenticator code: it is for a Wi-Fi network").sees_no("hush");
    let app = app.press("Scan again").sees("2 QR codes on the screen, none of an account").sees_no("Read ");
    let app = app.press("Scan again").sees("No QR code was found on the screen. Make the code larger");
    app.press("Scan again").sees("1 entry: 1 new");
}

#[test]
fn a_desktop_that_shows_nothing_says_the_way_out() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), ALICE).unwrap();
    let app = App::with(59, |stage| {
        let refusals = [ScreenError::Refused, ScreenError::NoPortal, ScreenError::NotHere, ScreenError::Failed];
        stage.screens = refusals.into_iter().map(Err).collect();
        stage.chosen = vec![file.path().to_owned()];
    });
    let app = app.press("Menu").press("Scan the screen").sees("The desktop did not let Halfminute look at the screen");
    let app = app.sees("press Ctrl+V here").press("Scan again").sees("This desktop hands out no picture of the screen");
    let app = app.press("Scan again").sees("Halfminute cannot look at the screen on this system yet");
    let app = app.press("Scan again").sees("The desktop's picture of the screen cannot be read");
    app.press("Choose a file…").sees("1 entry: 1 new");
}

#[test]
fn a_table_is_added_to_and_stays_without_the_screen() {
    let app = with(&[&[&[ALICE]], &[&[]], &[&[ALICE, BOB]]]).press("Menu").press("Scan the screen").sees("1 entry: 1 new");
    let app = app.press("Scan the screen").sees("No QR code was found").press("Go on without the screen").sees("1 entry: 1 new");
    let app = app.press("Scan the screen").press("Read 2 codes").sees("3 entries: 2 new, 1 the same again");
    let app = app.press("Import 2 accounts");
    assert_eq!(titles(&app), ["GitHub (alice)", "Mail (bob)"]);
}

#[test]
fn nobody_waits_for_a_desktop_that_asks() {
    let app = with(&[&[&[ALICE]], &[&[BOB]]]);
    app.stage.lock().unwrap().screens_slow = true;
    let app = app.press("Menu").press("Scan the screen").sees("Looking at the screen").sees_no("Scan again");
    // Once more while it looks is not a second look.
    let app = app.key(Modifiers::COMMAND | Modifiers::SHIFT, Key::S).press("Cancel").sees_no("Looking at the screen");
    app.stage.lock().unwrap().screens_slow = false;
    let app = app.wait(1).sees_no("GitHub");
    assert!(app.stage.lock().unwrap().screens_given_up && app.model().dialog.is_none());
    app.press("Menu").press("Scan the screen").sees("GitHub (alice)").sees_no("Mail (bob)");
}

#[test]
fn locking_forgets_the_screen() {
    let app = App::with(59, |stage| {
        stage.lock = Some("open sesame".into());
        stage.screens = vec![Ok(vec![screen(&[ALICE, BOB])]), Ok(vec![screen(&[ALICE])])];
    });
    let app = app.press("Menu").press("Scan the screen").sees("GitHub (alice)").key(Modifiers::COMMAND, Key::L).sees("Unlock");
    assert!(matches!(app.model().import.step, Step::Idle));
    let app = app.sees_no("GitHub").fill("Passphrase", "open sesame").press("Unlock").sees_no("GitHub");
    // What comes too late says nothing of the codes, but what lies about is said.
    let left = "/tmp/left.png";
    app.stage.lock().unwrap().left = Some(left.into());
    app.stage.lock().unwrap().slow = true;
    let app = app.press("Menu").press("Scan the screen").key(Modifiers::COMMAND, Key::L);
    app.stage.lock().unwrap().slow = false;
    app.wait(1).sees("Unlock").sees_no("GitHub").sees("The desktop keeps its picture of the screen in /tmp/left.png");
}

#[test]
fn what_the_desktop_leaves_is_said_as_long_as_it_matters() {
    let app = with(&[&[&[ALICE, BOB]], &[&[]]]);
    app.stage.lock().unwrap().left = Some("/tmp/left.png".into());
    let said = "The desktop keeps its picture of the screen in /tmp/left.png. A QR code on it holds a secret: delete it";
    let app = app.press("Menu").press("Scan the screen").sees(said).press("Read 2 codes").sees(said).sees("2 entries: 2 new");
    let app = app.press("Cancel").sees_no(said).press("Menu").press("Scan the screen").sees("No QR code was found").sees(said);
    app.key(Modifiers::NONE, Key::Escape).sees_no(said);
}

#[test]
fn a_worker_that_has_died_is_not_waited_for() {
    let app = with(&[&[&[ALICE]]]);
    app.stage.lock().unwrap().worker_dead = true;
    let app = app.press("Menu").press("Scan the screen").sees("A part of Halfminute stopped working (screen)");
    app.press("Cancel").sees_no("Scan again");
}
