//! Accounts on their way out: to another app's file, and to paper.

use std::collections::BTreeSet;

use egui::{Key, Modifiers};

use halfminute::domain::{Algorithm, Digits, OtpKind, OtpParams, Period, UnixTime};

use halfminute::formats::exchange::{self, FormatError, Given, recognise};

use crate::world::{App, Stage, record};

fn two(stage: &mut Stage) {
    let mut tagged = record([2; 16], "Mail", "bob");
    tagged.account.tags = vec!["work".into()];
    let mut gone = record([3; 16], "Old", "carol");
    gone.trashed = Some(UnixTime::from_secs(5));
    stage.document.accounts.extend([record([1; 16], "GitHub", "alice"), tagged, gone]);
}

fn written(app: &App) -> Vec<(String, String)> {
    let files = &app.stage.lock().unwrap().saved_files;
    let text = |(path, bytes): &(std::path::PathBuf, Vec<u8>)| {
        (path.file_name().unwrap().to_str().unwrap().to_owned(), String::from_utf8(bytes.clone()).unwrap())
    };
    files.iter().map(text).collect()
}

/// Opens the dialog and chooses where it goes.
fn export_to(app: App, target: &str) -> App {
    app.press("Menu").press("Export…").press("Export to").press(target)
}

#[test]
fn an_export_in_the_clear_says_what_it_means_and_what_is_lost() {
    let app = export_to(App::with(59, two), "otpauth addresses").sees("All 2").press("Continue");
    let app = app.sees("Whoever reads this file has your codes for ever").sees("otpauth addresses: 2 accounts");
    let app = app.sees("1 account loses something").sees("Mail (bob): its tags have no place there");
    assert!(written(&app).is_empty(), "nothing is written before the person has said yes");
    let app = app.press("Back").press("Continue").press("Export without encryption…");
    let app = app
        .sees("Exported 2 accounts as otpauth addresses: /pretend/halfminute-otpauth.txt")
        .sees("Delete it as soon as the other app has read it");
    let files = written(&app);
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].0, "halfminute-otpauth.txt");
    let lines: Vec<&str> = files[0].1.lines().collect();
    assert_eq!(lines.len(), 2, "the trash stays here");
    assert!(lines[0].starts_with("otpauth://totp/GitHub:alice?secret=") && lines[1].starts_with("otpauth://totp/Mail:bob?"));
    app.sees_no("Whoever reads");
}

#[test]
fn apps_that_encrypt_get_a_password() {
    for (target, name) in [("2FAS", "halfminute-2fas.2fas"), ("Aegis", "halfminute-aegis.json")] {
        let app = export_to(App::with(59, two), target).sees("To read it there: in its settings, ").can_press("Continue", false);
        let app =
            app.fill("Password of the file", "correct horse battery").fill("Password of the file again", "correct horse battery");
        // Nothing is lost and nothing lies open: nothing more is to be read before it is written.
        let app = app.press("Continue").sees(&format!("Exported 2 accounts for {target}: /pretend/{name}")).sees_no("Delete it");
        let [(saved, text)] = written(&app).try_into().unwrap();
        assert_eq!(saved, name);
        let given = Given::new(text.as_bytes()).unwrap();
        let read = |password: &str| {
            let key = exchange::Key { password: Some(password.to_owned().into()), long: false };
            recognise(&given)[0].read(&given, &key)
        };
        let titles: Vec<String> = read("correct horse battery").unwrap().entries.into_iter().map(|entry| entry.title).collect();
        assert_eq!(titles, ["GitHub (alice)", "Mail (bob)"]);
        assert_eq!(read("correct horse").err(), Some(FormatError::WrongPassword));
        assert!(!text.contains("GitHub") && !text.contains("alice"), "{target}");
    }
}

#[test]
fn what_an_encrypted_file_cannot_hold_is_said_too() {
    let app = App::with(59, |stage| {
        two(stage);
        stage.document.accounts[0].account.note = "in the safe".into();
    });
    let app = export_to(app, "2FAS").fill("Password of the file", "correct horse battery");
    let app = app.fill("Password of the file again", "correct horse battery").press("Continue");
    let app = app.sees("2FAS, encrypted: 2 accounts").sees("GitHub (alice): its note has no place there");
    assert!(written(&app).is_empty(), "nothing is written before the person has said yes");
    app.press("Choose where…").sees("Exported 2 accounts for 2FAS: /pretend/halfminute-2fas.2fas").sees_no("Delete it");
}

/// Tab goes through all accounts of a long list and on to the buttons, and back.
#[test]
fn every_account_is_reached_with_tab() {
    let app = App::with(59, |stage| {
        for n in 0..30_u8 {
            stage.document.accounts.push(record([n; 16], "Load", &format!("user{n:02}")));
        }
    });
    let mut app = app.press("Menu").press("Export…").press("Some of them");
    for (modifiers, count) in [(Modifiers::NONE, 45), (Modifiers::SHIFT, 45)] {
        let mut there = BTreeSet::new();
        for _ in 0..count {
            app = app.key(modifiers, Key::Tab);
            let focused = app.focused();
            assert!(!focused.is_empty(), "the focus is lost after {:?}", there.last());
            if focused.starts_with("Load") {
                there.insert(focused);
            }
        }
        assert_eq!(there.len(), 30, "{there:?}");
    }
}

#[test]
fn that_tags_stay_readable_in_an_encrypted_file_is_said_before_it_is_made() {
    const SAID: &str = "Tags become groups there, whose names stay readable, as in every encrypted file of 2FAS";
    let tagged = |tags: &'static [&'static str]| {
        App::with(59, |stage| {
            two(stage);
            stage.document.accounts.iter_mut().for_each(|record| record.account.tags.clear());
            stage.document.accounts[0].account.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        })
    };
    export_to(tagged(&["work"]), "2FAS").sees(SAID).press("None").sees_no(SAID);
    export_to(tagged(&[]), "2FAS").sees_no(SAID);
    export_to(tagged(&["work"]), "Aegis").sees_no(SAID);
}

#[test]
fn only_what_is_ticked_goes_out() {
    let app = export_to(App::with(59, two), "otpauth addresses").press("Some of them").can_press("Continue", false);
    let app = app.tick("Mail (bob)").sees("1 chosen").sees_no("Old (carol)").fill("Filter", "git").press("Select all");
    let app = app.sees("2 chosen").press("Select none").sees("1 chosen").press("Continue").press("Export without encryption…");
    let files = written(&app);
    assert_eq!(files[0].1.lines().count(), 1);
    assert!(files[0].1.starts_with("otpauth://totp/Mail:bob?"));
}

#[test]
fn a_page_is_printed() {
    let app = export_to(App::with(59, two), "Printable page").press("Letter").press("Continue");
    let app = app.sees("Whoever sees this page has your codes for ever").press("Save the page…");
    let app = app.sees("Exported 2 accounts as a page: /pretend/halfminute-codes.html");
    let files = written(&app);
    assert!(files[0].1.contains("size: letter;") && files[0].1.matches("<svg ").count() == 2);
}

#[test]
fn what_was_made_is_forgotten_with_its_dialog() {
    let app = App::with(59, |stage| {
        two(stage);
        stage.lock = Some("open sesame".into());
    });
    let app = export_to(app, "otpauth addresses").press("Continue").press("Cancel");
    assert!(app.model().export.ready.is_none());
    let app = export_to(app, "otpauth addresses").press("Continue").key(egui::Modifiers::COMMAND, egui::Key::L);
    assert!(app.model().export.ready.is_none());
    app.sees("Unlock").sees_no("otpauth addresses");
}

#[test]
fn accounts_move_to_a_phone_ten_at_a_time() {
    let app = App::with(59, |stage| {
        stage.document.accounts.extend((1..=12).map(|n| record([n; 16], &format!("Issuer{n}"), "alice")));
        let mut minute = record([99; 16], "Minute", "dora");
        let kind = OtpKind::Totp { period: Period::new(60).unwrap() };
        minute.account.params = OtpParams::new(Algorithm::Sha1, Digits::SIX, kind).unwrap();
        stage.document.accounts.push(minute);
    });
    let app = export_to(app, "A phone, by QR codes").press("Continue").sees("A phone, by QR codes: 12 accounts");
    let app = app.sees("1 account is not in it").sees("Minute (dora): its period is unknown to that app");
    let app = app.press("Show the QR codes").sees("Scan this with the phone: 1 of 2").sees("It closes in 60 s");
    let app = app.wait(40).sees("It closes in 20 s").key(egui::Modifiers::NONE, egui::Key::Space);
    let app = app.sees("Scan this with the phone: 2 of 2").sees("It closes in 60 s").can_press("Next", false);
    let app = app.press("Back").sees("1 of 2").wait(59).sees("It closes in 1 s").wait(1).sees_no("Scan this");
    assert!(app.model().export.ready.is_none());
    assert!(written(&app).is_empty());
}

#[test]
fn the_code_of_one_account_fills_the_window() {
    let app = App::with(59, two).press("More for GitHub (alice)").press("Show QR…");
    let small = app.width_of("QR code");
    let app = app.key(egui::Modifiers::NONE, egui::Key::Space);
    let large = app.width_of("QR code");
    assert!(large > small, "{large} {small}");
    let app = app.press("QR code");
    assert_eq!(app.width_of("QR code"), small);
    app.wait(60).sees_no("Whoever photographs this");
}
