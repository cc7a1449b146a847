//! The camera: on as long as it is looked at, off with the first code of an account.

use egui::{Key, Modifiers};

use halfminute::app::ports::CameraError;

use crate::world::{App, Stage};

const ALICE: &str = "otpauth://totp/GitHub:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=GitHub";
const BOB: &str = "otpauth://totp/Mail:bob?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Mail";
const NETWORK: &str = "WIFI:T:WPA;S:home;P:hush;;";

fn with(cameras: &[&str]) -> App {
    App::with(59, |stage: &mut Stage| stage.cameras = cameras.iter().map(|&name| name.to_owned()).collect())
}

fn turned_on(app: App) -> App {
    app.press("Enroll").press("Add an account I already have").press("From the camera")
}

/// It sees these codes, in one frame after the other.
fn shown(app: App, frames: &[&[&str]]) -> App {
    let texts = |frame: &&[&str]| Ok(frame.iter().map(|&text| text.to_owned()).collect());
    app.stage.lock().unwrap().frames.extend(frames.iter().map(texts));
    app.wait(0)
}

fn is_on(app: &App) -> Option<usize> {
    app.stage.lock().unwrap().camera_on
}

fn titles(app: &App) -> Vec<String> {
    app.stage.lock().unwrap().document.accounts.iter().map(|record| record.account.title()).collect()
}

#[test]
fn a_code_is_seen_and_the_camera_goes_off() {
    let app = turned_on(with(&["Integrated Camera"])).sees("Turning the camera on").sees("Picture of the camera");
    assert_eq!(is_on(&app), Some(0));
    let app = shown(app, &[&[], &[]]).sees("Hold the QR code in front of the camera").sees_no("Integrated Camera");
    let app = shown(app, &[&[ALICE]]).sees("QR codes: the camera").sees("1 entry: 1 new").sees("Live code 287 082");
    assert_eq!(is_on(&app), None);
    // Another one is added to the table.
    let app = app.press("Use the camera").sees("Picture of the camera");
    let app = shown(app, &[&[BOB]]).sees("2 entries: 2 new").press("Import 2 accounts");
    assert_eq!((titles(&app), is_on(&app)), (vec!["GitHub (alice)".to_owned(), "Mail (bob)".to_owned()], None));
}

#[test]
fn other_codes_are_named_and_it_goes_on() {
    let app = shown(turned_on(with(&["Camera"])), &[&[NETWORK]]);
    let app = app.sees("This is not an authenticator code: it is for a Wi-Fi network").sees_no("hush");
    let app = shown(app, &[&[NETWORK, "https://example.org"]]).sees("2 QR codes, none of an account");
    assert_eq!(is_on(&app), Some(0));
    shown(app, &[&[ALICE]]).sees("1 entry: 1 new");
}

#[test]
fn among_several_a_person_chooses() {
    let app = shown(turned_on(with(&["Camera"])), &[&[NETWORK, ALICE, BOB]]).sees("3 QR codes before the camera");
    assert_eq!(is_on(&app), None);
    let app = app.sees("Picture of the camera with 3 QR codes").tick("GitHub (alice)").press("Scan again");
    assert_eq!(is_on(&app), Some(0));
    let app = shown(app, &[&[ALICE, BOB]]).tick("GitHub (alice)").press("Read 1 code").press("Import 1 account");
    assert_eq!(titles(&app), ["Mail (bob)"]);
}

#[test]
fn parts_of_an_export_are_shown_one_after_the_other() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/google/");
    let all = std::fs::read_to_string(format!("{folder}canonical.txt")).unwrap();
    let parts: Vec<&str> = all.lines().collect();
    let app = shown(turned_on(with(&["Camera"])), &[&[parts[1]]]).sees("1 of 3 parts read, still missing: parts 1, 3");
    let app = app.sees("Show the next code");
    let app = shown(app, &[&[parts[1]], &[], &[NETWORK], &[parts[2]]]).sees("2 of 3 parts read, still missing: part 1");
    assert_eq!(is_on(&app), Some(0));
    let app = shown(app, &[&[parts[0]]]).sees("3 of 3 parts read").sees("16 entries: 16 new");
    assert_eq!(is_on(&app), None);
    // Without the rest of them, too.
    let app = shown(app.press("Cancel").press("From the camera"), &[&[parts[0], parts[1]]]).press("Go on with these");
    let app = app.sees("2 of 3 parts read, still missing: part 3");
    assert_eq!(is_on(&app), None);
    // An account of its own ends it as well; what was seen before is not lost.
    let app = shown(app.press("Cancel").press("From the camera"), &[&[parts[2]], &[ALICE]]);
    app.sees("1 of 3 parts read, still missing: parts 1, 2").sees("GitHub (alice)");
}

#[test]
fn the_other_camera_is_chosen() {
    let app = turned_on(with(&["Integrated Camera", "On the desk"]));
    let app = shown(app, &[&[]]).press("Camera").press("On the desk");
    assert_eq!(is_on(&app), Some(1));
    let app = shown(app, &[&[], &[ALICE]]).sees("1 entry: 1 new");
    assert_eq!(is_on(&app), None);
}

#[test]
fn it_goes_off_whichever_way_the_dialog_ends() {
    type Leave = fn(App) -> App;
    let leave: [(&str, Leave); 4] = [
        ("its button", |app| app.press("Cancel")),
        ("Esc", |app| app.key(Modifiers::NONE, Key::Escape)),
        ("the screen in its place", |app| app.key(Modifiers::COMMAND | Modifiers::SHIFT, Key::S)),
        ("locking", |app| app.key(Modifiers::COMMAND, Key::L)),
    ];
    for (way, leave) in leave {
        let app = App::with(59, |stage| {
            stage.lock = Some("open sesame".into());
            stage.cameras = vec!["Camera".into()];
        });
        let app = shown(turned_on(app), &[&[]]);
        assert_eq!(is_on(&app), Some(0), "{way}");
        let app = leave(app).wait(0);
        assert_eq!(is_on(&app), None, "{way}");
    }
}

#[test]
fn trouble_is_said_with_its_way_out() {
    let app = turned_on(with(&[])).sees("No camera was found. Connect one and try again");
    app.stage.lock().unwrap().cameras.push("Camera".into());
    let app = app.press("Scan again").sees("Picture of the camera");
    app.stage.lock().unwrap().frames.push(Err(CameraError::Failed));
    let app = app.wait(0).sees("The camera gives no picture. Disconnect it");
    assert_eq!(is_on(&app), None);
    let app = shown(app.press("Scan again"), &[&[ALICE]]).sees("1 entry: 1 new").press("Use the camera");
    app.stage.lock().unwrap().frames.push(Err(CameraError::Busy));
    app.wait(0).sees("Another program uses the camera").press("Go on without the camera").sees("1 entry: 1 new");
}

#[test]
fn a_worker_that_has_died_is_not_waited_for() {
    let app = with(&["Camera"]);
    app.stage.lock().unwrap().worker_dead = true;
    turned_on(app).sees("A part of Halfminute stopped working (camera)").press("Cancel").sees_no("Scan again");
}
