//! Other apps' files: read, listed, ticked, imported, taken back.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use egui::{Key, Modifiers};

use halfminute::formats::qr::QrMatrix;

use crate::world::{App, Stage, record};

const KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const OTHER: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// A file of tests/fixtures/.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn address(issuer: &str, name: &str, key: &str) -> String {
    format!("otpauth://totp/{issuer}:{name}?secret={key}&issuer={issuer}\n")
}

/// A folder with a file of addresses.
fn list(lines: &[String]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("accounts.txt");
    fs::write(&path, lines.concat()).unwrap();
    (folder, path)
}

fn titles(app: &App) -> Vec<String> {
    app.stage.lock().unwrap().document.accounts.iter().map(|record| record.account.title()).collect()
}

#[test]
fn a_file_is_listed_ticked_imported_and_taken_back() {
    let (_folder, path) = list(&[
        address("GitHub", "alice", KEY),
        address("Mail", "bob", OTHER),
        address("Mail", "bob", OTHER),
        address("Bank", "carol", KEY),
        "otpauth://totp/Broken:dave\n".to_owned(),
    ]);
    let app = App::with(59, |stage: &mut Stage| {
        stage.document.accounts.push(record([1; 16], "GitHub", "alice"));
        stage.chosen = vec![path.clone(), path];
    });
    let before = app.stage.lock().unwrap().document.to_json();
    let app = app.press("Menu").press("Import…").sees("otpauth addresses: accounts.txt");
    let app = app.sees("5 entries: 2 new, 1 with the name of another, 1 the same again, 1 left out");
    // What happens to each, its code, and what is ticked.
    let app = app.sees("Same name, another key: both are kept").sees("The same again").sees("Left out: ");
    let app = app.sees("Live code 287 082").sees("Import 3 accounts");
    let app = app.tick("Bank (carol)").sees("Import 2 accounts").press("Select none").can_press("Import 0 accounts", false);
    let app = app.press("Select all").sees("Import 4 accounts").press("Select none").tick("GitHub (alice)").tick("Bank (carol)");
    let app =
        app.press("Import 2 accounts").sees("2 accounts imported, 1 entry left out").sees_no("Nothing here is written over");
    assert_eq!(titles(&app), ["GitHub (alice)", "GitHub (alice)", "Bank (carol)"]);
    let app = app.press("Undo").sees("Everything is as it was before the import");
    {
        let mut stage = app.stage.lock().unwrap();
        assert_eq!(stage.document.generation, 2, "one change each");
        stage.document.generation = 0;
        assert_eq!(*stage.document.to_json(), *before);
        stage.document.generation = 2;
    }
    // Given up, nothing happens.
    let app = app.press("Menu").press("Import…").sees("Import 3 accounts").press("Cancel").sees_no("Import 3 accounts");
    assert_eq!(titles(&app), ["GitHub (alice)"]);
}

#[test]
fn an_encrypted_file_asks_for_its_password() {
    // Only the first rows are drawn: later ones are in letters for which a test has no font.
    let stage = Stage { chosen: vec![fixture("totp-authenticator/password.txt")], ..Stage::default() };
    let app = App::on(Arc::new(Mutex::new(stage)), [720.0, 440.0]);
    let app = app.press("Menu").press("Import…").sees("TOTP Authenticator, encrypted").sees("password.txt");
    let app = app.fill("Password of the file", "not it").press("Open").sees("The password is wrong, or the file is damaged");
    let app = app.fill("Password of the file", "a password").press("Open").sees("TOTP Authenticator, encrypted: password.txt");
    let app = app.sees("GitHub (alice@example.org)").sees("Live code");
    assert!(app.model().import.listed.is_some());
    // With the keyboard alone.
    let app = app.key(Modifiers::NONE, Key::Escape).sees_no("Live code");
    app.stage.lock().unwrap().chosen = vec![fixture("totp-authenticator/password.txt")];
    let app = app.press("Menu").press("Import…").types("a password").key(Modifiers::NONE, Key::Enter);
    app.sees("GitHub (alice@example.org)");
}

/// Bytes without any mark of an app may be andOTP's, and may be another's: the person says so.
#[test]
fn which_app_an_encrypted_file_is_from_can_be_said() {
    let stage = Stage { chosen: vec![fixture("andotp/encrypted-few.json.aes")], ..Stage::default() };
    let app = App::on(Arc::new(Mutex::new(stage)), [720.0, 700.0]);
    let app = app.press("Menu").press("Import…").sees("An encrypted file").sees("It is a file of").sees("Backup (encrypted)");
    let app = app.fill("Password of the file", "not it").press("Open").sees("The password is wrong, or the file is damaged");
    let app = app.press("App").press("Aegis").sees("This is not a file of Aegis").sees_no("Password of the file");
    let app = app.press("App").press("andOTP").fill("Password of the file", "größe – 密码").press("Open");
    let app = app.sees("andOTP, encrypted: encrypted-few.json.aes").sees("2 entries: 2 new");
    app.press("Import 2 accounts").sees("2 accounts imported");
}

#[test]
fn an_unknown_file_is_said_and_the_app_can_be_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let (letter, empty) = (folder.path().join("letter.txt"), folder.path().join("empty.txt"));
    fs::write(&letter, "dear diary").unwrap();
    fs::write(&empty, "").unwrap();
    let gone = folder.path().join("gone.txt");
    let app = App::with(59, |stage| stage.chosen = vec![letter, empty, gone, folder.path().to_owned()]);
    let app = app.press("Menu").press("Import…").sees("No app is known that writes such files");
    let app = app.press("App").press("otpauth addresses").sees("This is not a file of otpauth addresses");
    let app = app.press("Choose another file…").sees("The file is empty").sees_no("It is a file of");
    let app = app.press("Choose another file…").sees("cannot be read: there is no such file or folder");
    let app = app.press("Choose another file…").sees("cannot be read: it is a folder");
    app.press("Cancel").sees_no("Choose another file…");
}

#[test]
fn files_are_dropped_on_the_window() {
    let (_folder, first) = list(&[address("GitHub", "alice", KEY)]);
    let (_other, second) = list(&[address("Mail", "bob", OTHER), address("GitHub", "alice", KEY)]);
    let app = App::at(59).hover(2).sees("Drop it to import").hover(0).sees_no("Drop it to import");
    // Several at once, one of which asks for a password and is left out.
    let locked = fixture("totp-authenticator/password.txt");
    let app = app.drop_files(&[first, locked, second.clone()]).sees("Password of the file").press("Leave this file out");
    let app = app.sees("3 entries: 2 new, 1 the same again").sees("Import 2 accounts");
    // The same once more, and nothing is there twice.
    let app = app.drop_files(&[second]).sees("5 entries: 2 new, 3 the same again").sees("and 1 file more");
    let app = app.press("Import 2 accounts").sees("2 accounts imported");
    assert_eq!(titles(&app), ["GitHub (alice)", "Mail (bob)"]);
    // Over another dialog nothing is dropped.
    let app = app.press("Menu").press("About").hover(1).sees_no("Drop it to import");
    app.drop_files(&[fixture("otpauth/canonical.txt")]).sees_no("Select all");
}

#[test]
fn what_is_pasted_outside_of_a_field_is_read() {
    let app = App::at(59);
    app.stage.lock().unwrap().clipboard = Some(address("GitHub", "alice", KEY) + &address("Mail", "bob", OTHER));
    let app = app.paste().sees("otpauth addresses: the clipboard").sees("2 entries: 2 new").press("Cancel");
    let app = app.press("Enroll").press("Add an account I already have").press("From the clipboard").press("Import 2 accounts");
    assert_eq!(titles(&app), ["GitHub (alice)", "Mail (bob)"]);
    let app = app.sees("Copy code of Mail (bob)").press("Enroll").press("Add an account I already have");
    app.stage.lock().unwrap().clipboard = None;
    let app = app.press("From the clipboard").sees("There is nothing on the clipboard that can be read");
    app.stage.lock().unwrap().no_clipboard = true;
    let app = app.press("From the clipboard").sees("No clipboard can be reached");
    // A field keeps what is pasted into it.
    app.stage.lock().unwrap().clipboard = Some(address("GitHub", "alice", KEY));
    let app = app.press("Enroll").press("Create a new secret").fill("Issuer", "x").paste();
    assert!(app.model().dialog.is_none());
}

#[test]
fn a_file_is_asked_for_where_accounts_are_added() {
    let (_folder, path) = list(&[address("GitHub", "alice", KEY)]);
    let app = App::with(59, |stage| stage.chosen = vec![path.clone(), path]);
    let app = app.press("Import from another app…").sees("1 entry: 1 new").press("Cancel");
    let app = app.press("Add an account I already have").press("From a file…").sees("1 entry: 1 new");
    app.press("Import 1 account").sees("1 account imported").sees("Copy code of GitHub (alice)");
}

#[test]
fn another_program_and_a_vault_that_refuses_change_nothing_behind_ones_back() {
    let (_folder, path) = list(&[address("GitHub", "alice", KEY), address("Mail", "bob", OTHER)]);
    let app = App::with(59, |stage| stage.chosen = vec![path.clone(), path]);
    let app = app.press("Menu").press("Import…").press("Import 2 accounts").sees("2 accounts imported");
    // Undone by another window while the table stands.
    let app = app.press("Menu").press("Import…").sees("2 entries: 2 here already").can_press("Import 0 accounts", false);
    {
        let mut stage = app.stage.lock().unwrap();
        stage.document.accounts.clear();
        stage.document.generation += 1;
    }
    let app = app.wait(1).sees("2 entries: 2 new").press("Select all");
    app.stage.lock().unwrap().refuse_change = Some(halfminute::app::ports::VaultError::Busy);
    let app = app.press("Import 2 accounts").sees("Another window or command is writing").sees("2 entries: 2 new");
    app.stage.lock().unwrap().refuse_change = None;
    let app = app.press("Import 2 accounts").sees("2 accounts imported");
    assert_eq!(titles(&app).len(), 2);
}

#[test]
fn locking_forgets_what_was_read() {
    let (_folder, path) = list(&[address("GitHub", "alice", KEY)]);
    let app = App::with(59, |stage| {
        stage.lock = Some("open sesame".into());
        stage.chosen = vec![path.clone(), path, fixture("totp-authenticator/password.txt")];
    });
    let app = app.press("Menu").press("Import…").sees("1 entry: 1 new").press("Cancel");
    let app = app.press("Menu").press("Import…").key(Modifiers::COMMAND, Key::L).sees("Unlock").sees_no("GitHub");
    assert!(app.model().import.listed.is_none());
    let app = app.fill("Passphrase", "open sesame").press("Unlock").sees("No accounts yet").sees_no("GitHub");
    // An answer that comes too late says nothing.
    app.stage.lock().unwrap().slow = true;
    let app = app.press("Menu").press("Import…").key(Modifiers::COMMAND, Key::L);
    app.stage.lock().unwrap().slow = false;
    app.wait(1).sees("Unlock").sees_no("TOTP Authenticator");
}

#[test]
fn reading_can_be_given_up() {
    let (_folder, path) = list(&[address("GitHub", "alice", KEY)]);
    let app = App::with(59, |stage| stage.chosen = vec![path]);
    let app = app.press("Menu").press("Import…").sees("1 entry").press("Cancel");
    app.stage.lock().unwrap().chosen = vec![fixture("totp-authenticator/password.txt")];
    let app = app.press("Menu").press("Import…").fill("Password of the file", "a password");
    app.stage.lock().unwrap().slow = true;
    let app = app.press("Open").sees("Opening").press("Cancel").sees_no("Opening");
    app.stage.lock().unwrap().slow = false;
    let app = app.wait(1).sees_no("GitHub");
    assert!(app.model().import.listed.is_none() && app.model().dialog.is_none());
}

/// A picture file with a code that says `text`.
fn picture(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, QrMatrix::new(text).unwrap().png(6).unwrap()).unwrap();
    path
}

/// Both pictures beside each other in one.
fn beside(left: &Path, right: &Path) -> PathBuf {
    let (one, two) = (image::open(left).unwrap().to_luma8(), image::open(right).unwrap().to_luma8());
    let size = (one.width() + two.width(), one.height().max(two.height()));
    let mut both = image::GrayImage::from_pixel(size.0, size.1, image::Luma([255]));
    image::imageops::replace(&mut both, &one, 0, 0);
    image::imageops::replace(&mut both, &two, i64::from(one.width()), 0);
    let path = left.with_file_name("both.png");
    both.save(&path).unwrap();
    path
}

#[test]
fn a_code_with_a_list_that_cannot_be_read_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let newer = fs::read_to_string(fixture("google/newer.txt")).unwrap();
    let newer = picture(folder.path(), "newer.png", newer.trim());
    let damaged = picture(folder.path(), "damaged.png", "otpauth-migration://offline?data=AAAA");
    let app =
        App::at(59).drop_files(std::slice::from_ref(&newer)).sees("A newer version of Google Authenticator wrote this file");
    let app = app.sees_no("It is a file of").press("Cancel");
    let app = app.drop_files(&[damaged]).sees("The file is damaged or cut short").press("Cancel");
    // Beside another it is an entry of its own.
    let alice = picture(folder.path(), "alice.png", address("GitHub", "alice", KEY).trim());
    let app = app.drop_files(&[beside(&alice, &newer)]).sees("2 entries: 1 new, 1 left out").sees("Google Authenticator");
    let app = app.sees("Left out: it is a list of accounts that cannot be read: a newer version of the app wrote this file");
    app.press("Import 1 account").sees("1 account imported, 1 entry left out");
}

#[test]
fn pictures_go_the_same_way_as_files() {
    let folder = tempfile::tempdir().unwrap();
    let alice = picture(folder.path(), "alice.png", address("GitHub", "alice", KEY).trim());
    let bob = picture(folder.path(), "bob.png", address("Mail", "bob", OTHER).trim());
    let network = picture(folder.path(), "network.png", "WIFI:T:WPA;S:home;P:secret;;");
    let app = App::at(59).drop_files(&[alice, bob]).sees("QR codes: alice.png").sees("QR codes: bob.png");
    let app = app.sees("2 entries: 2 new").press("Import 2 accounts");
    assert_eq!(titles(&app), ["GitHub (alice)", "Mail (bob)"]);
    // Another kind of code is named, and nothing of it is shown.
    let app = app.drop_files(&[network]).sees("Wi-Fi network").sees_no("home").press("Cancel");
    let blank = folder.path().join("blank.png");
    fs::write(&blank, image_of(40, 40)).unwrap();
    let app = app.drop_files(&[blank]).sees("No QR code was found in the picture").press("Cancel");
    // From the clipboard.
    let matrix = QrMatrix::new(address("Bank", "carol", OTHER).trim()).unwrap();
    let (width, luma) = matrix.to_luma(6);
    let rgba = luma.iter().flat_map(|grey| [*grey, *grey, *grey, 255]).collect();
    app.stage.lock().unwrap().clipboard_picture = Some((width, width, rgba));
    let app = app.paste().sees("QR codes: the clipboard").press("Import 1 account");
    assert_eq!(titles(&app).len(), 3);
}

#[test]
fn a_pdf_is_known_and_refused_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let mut app = App::at(59);
    // One that holds nothing but text, and one under another name.
    for (name, bytes) in [("codes.pdf", &b"%PDF-1.4\n1 0 obj\n"[..]), ("codes.png", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        app = app.drop_files(&[path]).sees("This is a PDF document, not a picture. Open it so that the QR code is seen");
        app = app.sees("scan the screen").sees_no("It is a file of").press("Cancel");
    }
}

#[test]
fn parts_of_an_export_are_counted_over_files_pictures_and_pastes() {
    let all = fs::read_to_string(fixture("google/canonical.txt")).unwrap();
    let addresses: Vec<&str> = all.lines().collect();
    let folder = tempfile::tempdir().unwrap();
    let second = picture(folder.path(), "second.png", addresses[1]);
    // One file with two of three.
    let app = App::on(Arc::new(Mutex::new(Stage::default())), [720.0, 440.0]).drop_files(&[fixture("google/two-of-three.txt")]);
    let app = app.sees("10 entries: 10 new").sees("2 of 3 parts read, still missing: part 2");
    // One of them again from the clipboard: nothing is there twice, and the clipboard is no place that something is from.
    app.stage.lock().unwrap().clipboard = Some(addresses[2].to_owned());
    let app = app.paste().sees("Part 3 was read already").sees("10 entries: 10 new").sees_no("the clipboard");
    let app = app.sees("2 of 3 parts read, still missing: part 2");
    // A picture of what is missing.
    let app = app.drop_files(&[second]).sees("16 entries: 16 new").sees("3 of 3 parts read").sees_no("missing");
    // A picture of another export stands beside it; all of the first once more changes nothing.
    let other = picture(folder.path(), "other.png", &fs::read_to_string(fixture("google/alone.txt")).unwrap());
    let app = app.drop_files(&[other, fixture("google/out-of-order.txt")]).sees("17 entries: 16 new, 1 the same again");
    let app = app.sees("Parts 1–3 were read already").sees("3 of 3 parts read").press("Import 16 accounts");
    assert_eq!(titles(&app).len(), 16);
    // Two exports are told apart.
    let app = app.drop_files(&[fixture("google/two-exports.txt")]).sees("Export 1: 2 of 3 parts read, still missing: part 2");
    let app = app.sees("Export 2: 2 of 2 parts read").sees("A part of the export is here twice and is taken once");
    // Other programs give every export the same name: all of it counts.
    let app = app.press("Cancel").drop_files(&[fixture("google/one-name.txt")]);
    app.sees("3 entries: ").sees_no("parts read").sees_no("was read already");
}

/// A white picture.
fn image_of(width: u32, height: u32) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    image::GrayImage::from_pixel(width, height, image::Luma([255])).write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

#[test]
fn a_backup_of_ours_is_restored() {
    let app = App::with(59, |stage| stage.chosen = vec![fixture("halfminute/plain.age")]);
    app.press("Menu").press("Import…").sees("Restore a backup").sees("Passphrase of the backup");
}

#[test]
fn ten_thousand_entries_scroll_and_are_found() {
    let lines: Vec<String> = (0..10_000)
        .map(|n: u32| {
            let key = data_encoding::BASE32_NOPAD.encode(&[&n.to_be_bytes()[..], b"0123456789abcdef"].concat());
            address(&format!("Issuer{n}"), "person", &key)
        })
        .collect();
    let (_folder, path) = list(&lines);
    let app = App::with(59, |stage| stage.chosen = vec![path]);
    let mut app =
        app.press("Menu").press("Import…").sees("10\u{a0}000 entries: 10\u{a0}000 new").sees("Import 10\u{a0}000 accounts");
    assert!(app.boxes() < 20, "only what can be seen is drawn: {}", app.boxes());
    // Ten times as slow as a release build, on a machine that does other things as well.
    let longest = app.frame_time();
    assert!(longest < Duration::from_millis(150), "{longest:?}");
    let app = app.fill("Filter", "issuer9999").press("Select none").sees("Import 9\u{a0}999 accounts");
    assert_eq!(app.boxes(), 1);
    let app = app.fill("Filter", "nothing like it").sees("No entry has this in its name").fill("Filter", "");
    let app = app.press("Import 9\u{a0}999 accounts").sees("9\u{a0}999 accounts imported");
    assert_eq!(app.stage.lock().unwrap().document.accounts.len(), 9_999);
}

#[test]
fn every_imported_account_has_an_id_of_its_own() {
    let lines: Vec<String> = (0..40).map(|n| address(&format!("Issuer{n}"), "person", KEY)).collect();
    let (_folder, path) = list(&lines);
    let app = App::with(59, |stage| stage.chosen = vec![path]);
    let app = app.press("Menu").press("Import…").press("Import 40 accounts").sees("40 accounts imported");
    let ids: HashSet<_> = app.stage.lock().unwrap().document.accounts.iter().map(|record| record.account.id).collect();
    assert_eq!(ids.len(), 40);
}

#[test]
fn an_import_is_taken_back_with_a_key_unless_a_field_has_it() {
    let (_folder, path) = list(&[address("GitHub", "alice", KEY)]);
    let app = App::with(59, |stage| stage.chosen = vec![path]);
    let app = app.press("Menu").press("Import…").press("Import 1 account").sees("1 account imported");
    let app = app.fill("Search", "g").key(Modifiers::COMMAND, Key::Z).sees("1 account imported");
    assert_eq!(titles(&app), ["GitHub (alice)"]);
    let app = app.fill("Search", "").press("Accounts").key(Modifiers::NONE, Key::Escape).key(Modifiers::COMMAND, Key::Z);
    let app = app.sees("Everything is as it was before the import");
    assert!(titles(&app).is_empty());
    // Nothing is offered any more.
    assert!(titles(&app.key(Modifiers::COMMAND, Key::Z)).is_empty());
}

/// Tab goes through all entries of a long list and on to the buttons, and back.
#[test]
fn every_entry_and_every_button_is_reached_with_tab() {
    for size in [[420.0, 480.0], [960.0, 640.0]] {
        let lines: Vec<String> = (1..=20).map(|n| address(&format!("Issuer{n}"), "person", KEY)).collect();
        let (_folder, path) = list(&lines);
        let stage = Stage { chosen: vec![path], ..Stage::default() };
        let mut app = App::on(Arc::new(Mutex::new(stage)), size).press("Menu").press("Import…").sees("20 entries: 20 new");
        let entries = (1..=20).map(|n| format!("Issuer{n} (person)"));
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let all: Vec<String> = names(&["Filter", "Select all", "Select none"])
            .into_iter()
            .chain(entries)
            .chain(names(&["Import 20 accounts", "Add a file…", "Scan the screen", "Use the camera", "Cancel"]))
            .collect();
        for name in &all {
            app = app.key(Modifiers::NONE, Key::Tab);
            assert_eq!(app.focused(), *name, "{size:?}");
        }
        for name in all.iter().rev().skip(1) {
            app = app.key(Modifiers::SHIFT, Key::Tab);
            assert_eq!(app.focused(), *name, "{size:?}");
        }
    }
}

/// A message at the bottom leaves a dialog's head and its buttons in sight, and a dialog leaves it its Undo.
#[test]
fn a_message_and_a_dialog_leave_each_other_room() {
    for size in [[420.0, 480.0], [960.0, 640.0]] {
        let lines: Vec<String> = (0..20).map(|n| address(&format!("Issuer{n}"), "person", KEY)).collect();
        let (_folder, path) = list(&lines);
        let (_other, one) = list(&[address("One", "ida", OTHER)]);
        let app = App::on(Arc::new(Mutex::new(Stage { chosen: vec![one], ..Stage::default() })), size);
        let app = app.press("Menu").press("Import…").press("Import 1 account").sees("1 account imported");
        app.stage.lock().unwrap().chosen = vec![path];
        let app = app.press("Menu").press("Import…").in_sight("1 account imported").in_sight("20 entries: 20 new");
        let (said, head) = (app.place_of("1 account imported"), app.place_of("20 entries: 20 new"));
        let (button, below) = (app.place_of("Import 20 accounts"), app.place_of("Cancel"));
        for dialog in [head, button, below] {
            assert!(dialog.bottom() < said.top() && dialog.top() > 0.0, "{size:?}: {dialog:?} and {said:?}");
        }
        // It goes, and the dialog stands in the middle again.
        let app = app.wait(30).sees_no("1 account imported");
        assert!(app.place_of("Cancel").bottom() > below.bottom(), "{size:?}");
    }
}

/// A zip is no picture, and no broken one either.
#[test]
fn a_locked_zip_of_an_app_is_opened() {
    let stage = Stage { chosen: vec![fixture("raivo/aes.zip")], ..Stage::default() };
    let app = App::on(Arc::new(Mutex::new(stage)), [720.0, 440.0]);
    let app = app.press("Menu").press("Import…").fill("Password of the file", "größe – 密码").press("Open");
    app.sees("Raivo OTP, encrypted: aes.zip").sees("GitHub (alice@example.org)");
}

/// A database of another program: its password, what a wrong one may be, what is in its recycle bin, and what is not opened.
#[test]
fn a_keepass_database_is_opened() {
    let stage = Stage { chosen: vec![fixture("keepass/chacha20.kdbx")], ..Stage::default() };
    let app = App::on(Arc::new(Mutex::new(stage)), [720.0, 440.0]);
    let app = app.press("Menu").press("Import…").sees("KeePass, encrypted").sees("chacha20.kdbx");
    let app = app.fill("Password of the file", "not it").press("Open");
    let app = app.sees("The password is wrong, or the file needs a key file or a hardware key too");
    let app = app.fill("Password of the file", "größe 密码").press("Open").sees("KeePass, encrypted: chacha20.kdbx");
    let app = app.sees("19 entries: 19 new").sees("2 entries have no codes and are no accounts").sees("Sha256 (alice)");
    // What is in the recycle bin is listed, and ticked by hand alone.
    let app = app.press("Import 18 accounts").sees("18 accounts imported");
    let has = |title: &str| titles(&app).iter().any(|there| there == title);
    assert!(has("Sha256 (alice)") && has("Steam (gabe)") && !has("Sha256 (deleted)"));
    app.stage.lock().unwrap().chosen = vec![fixture("keepass/keepass-1.kdb")];
    let app =
        app.press("Menu").press("Import…").sees("A database of KeePass 1 is not read here").sees("save it as a new database");
    app.stage.lock().unwrap().chosen = vec![fixture("keepass/costly-aes.kdbx")];
    let app = app.press("Choose another file…").sees("The file asks for more time than is ever spent on a password");
    // Too large to be read at all: it is known by its beginning.
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large.kdbx");
    let beginning = fs::read(fixture("keepass/small.kdbx")).unwrap();
    fs::write(&large, [beginning, vec![0; 16 << 20]].concat()).unwrap();
    app.stage.lock().unwrap().chosen = vec![large];
    app.press("Choose another file…").sees("larger than anything that is read here").sees("to a database of their own");
}

/// A database of a phone: no password, and what the app approves by itself is left out.
#[test]
fn a_database_of_microsoft_authenticator_is_listed() {
    let stage = Stage { chosen: vec![fixture("microsoft/with-log.db")], ..Stage::default() };
    let app = App::on(Arc::new(Mutex::new(stage)), [720.0, 440.0]);
    let app = app.press("Menu").press("Import…").sees("Microsoft Authenticator: with-log.db");
    let app = app.sees("15 entries: 12 new, 3 left out").sees("whose name ends in -wal; those are not in this one");
    let app = app.sees("GitHub (alice@example.org)").sees("Live code");
    app.press("Import 12 accounts").sees("12 accounts imported, 3 entries left out");
}
