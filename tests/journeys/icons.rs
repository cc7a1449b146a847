//! What stands beside accounts: the icons of issuers, pictures of one's own, and packs of icons.

use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::sync::Arc;

use halfminute::app::icons::{Ink, Of, Sign, Source, Wish};
use halfminute::app::settings::IssuerIcons;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::world::{App, record};

/// The sign on the card of the account at `place`; `None`: nobody has drawn it.
fn sign(app: &App, place: usize) -> Option<Sign> {
    let account = app.stage.lock().unwrap().document.accounts[place].account.clone();
    let name = if account.issuer.is_empty() { account.name } else { account.issuer };
    app.model().icons.signs.get(&Wish { of: Of::Account(account.id, name), side: 38 }).cloned()
}

/// Where it comes from, once it was drawn; `None`: it is the first letter.
#[track_caller]
fn source(app: &App, place: usize) -> Option<Source> {
    sign(app, place).unwrap().map(|drawn| drawn.source)
}

/// The folder with everything that the window keeps in files.
fn folder(app: &App) -> PathBuf {
    app.stage.lock().unwrap().state().0.path().to_owned()
}

fn files(app: &App, name: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder(app).join(name)).into_iter().flatten();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// A file in the folder, which the next file dialog gives.
fn offer(app: &App, name: &str, bytes: &[u8]) {
    let path = folder(app).join(name);
    std::fs::write(&path, bytes).unwrap();
    app.stage.lock().unwrap().chosen.push(path);
}

fn picture(colour: [u8; 3]) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image::RgbImage::from_pixel(300, 200, image::Rgb(colour)).write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

fn pack(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn good_pack() -> Vec<u8> {
    let list = br#"{"uuid":"1","name":"Teapots","version":1,"icons":[
        {"name":"Pot","filename":"a/pot.svg","category":"Kitchen","issuer":["GITHUB","Kettle"]},
        {"name":"Cup","filename":"a/cup.png","category":"Kitchen","issuer":[]}]}"#;
    let pot =
        br#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><rect width="4" height="4" fill="rgb(1,2,3)"/></svg>"#;
    pack(&[("pack.json", list), ("a/pot.svg", pot), ("a/cup.png", &picture([9, 9, 9]))])
}

/// The colour in the middle of a picture.
fn middle(sign: Option<Sign>) -> [u8; 3] {
    let Some(Some(drawn)) = sign else { panic!("a picture") };
    let Ink::Picture(rgba) = &drawn.ink else { panic!("a picture") };
    let at = 4 * (19 * 38 + 19);
    rgba[at..at + 3].try_into().unwrap()
}

#[test]
fn known_issuers_have_their_icons_and_others_their_letter() {
    let app = App::with(59, |stage| {
        let names = [("GitHub", "alice"), ("Example", "alice"), ("www.paypal.com", "bob"), ("", "gitlab.com")];
        let records = names.iter().zip(1_u8..).map(|((issuer, name), id)| record([id; 16], issuer, name));
        stage.document.accounts = records.collect();
    });
    let sources: Vec<_> = (0..4).map(|place| source(&app, place)).collect();
    assert_eq!(sources, [Some(Source::Service), None, Some(Source::Service), Some(Source::Service)]);
    let Some(Some(drawn)) = sign(&app, 0) else { panic!("an icon") };
    assert!(matches!(&drawn.ink, Ink::Glyph { colour: [0x18, 0x17, 0x17], cover } if cover.contains(&255)));
    // Letters alone, if that is what the person wants.
    let app = app.press("Menu").press("Settings…").press("Icons").press("First letter").press("Close");
    assert_eq!(app.stage.lock().unwrap().settings.issuer_icons, IssuerIcons::Monograms);
    let app = App::on(Arc::clone(&app.stage), [960.0, 640.0]);
    assert_eq!(sign(&app, 0), None, "nothing is drawn that nobody sees");
    app.press("More for GitHub (alice)").press("Edit…").sees_no("Picture…");
}

#[test]
fn a_picture_of_ones_own_stays_until_it_is_taken_back() {
    let app = App::at(59).enrol("GitHub", "alice", "");
    offer(&app, "cat.png", &picture([200, 10, 30]));
    let app = app.press("More for GitHub (alice)").press("Edit…").sees_no("Use the usual picture");
    let app = app.press("Picture…").sees("The picture was changed").press("Cancel");
    assert_eq!((source(&app, 0), middle(sign(&app, 0))), (Some(Source::Own), [200, 10, 30]));
    // It is named by the account's number alone, small, and ours.
    let id = app.stage.lock().unwrap().document.accounts[0].account.id;
    assert_eq!(files(&app, "icons"), [format!("{id}.png")]);
    let kept = image::open(folder(&app).join(format!("icons/{id}.png"))).unwrap();
    assert_eq!((kept.width(), kept.height()), (128, 128));
    let app = App::on(Arc::clone(&app.stage), [960.0, 640.0]);
    assert_eq!(source(&app, 0), Some(Source::Own), "after a restart");
    let app =
        app.press("More for GitHub (alice)").press("Edit…").press("Use the usual picture").sees("The usual picture is back");
    let app = app.sees_no("Use the usual picture").press("Cancel");
    assert_eq!((source(&app, 0), files(&app, "icons")), (Some(Source::Service), vec![]));
}

#[test]
fn what_is_no_picture_is_told_and_changes_nothing() {
    let app = App::at(59).enrol("GitHub", "alice", "").press("More for GitHub (alice)").press("Edit…");
    offer(&app, "notes.png", b"not a picture at all");
    let app = app.press("Picture…").sees("This is not a picture that can be used");
    offer(&app, "cut.png", &picture([1, 2, 3])[..90]);
    let app = app.press("Picture…").sees("The picture is damaged");
    app.stage.lock().unwrap().chosen.push("/pretend/nothing.png".into());
    let app = app.press("Picture…").sees("nothing.png").press("Cancel");
    assert_eq!((source(&app, 0), files(&app, "icons")), (Some(Source::Service), vec![]));
    // What was wrong is not said of the next account.
    app.press("More for GitHub (alice)").press("Edit…").sees_no("nothing.png");
}

#[test]
fn an_icon_is_chosen_from_all_there_are() {
    let app = App::at(59).enrol("My own server", "alice", "");
    assert_eq!(source(&app, 0), None);
    let app = app.press("More for My own server (alice)").press("Edit…").fill("Note", "a draft").press("Choose an icon…");
    let app = app.fill("Search the icons", "nothing has this name").sees("No icon has “nothing has this name” in its name");
    let app = app.fill("Search the icons", "NEXTCLO").press("Nextcloud").sees("The picture was changed");
    // What was typed in the other fields is still there.
    let app = app.sees("a draft").press("Save");
    assert_eq!(source(&app, 0), Some(Source::Own));
    let app = App::on(Arc::clone(&app.stage), [960.0, 640.0]);
    assert_eq!(source(&app, 0), Some(Source::Own), "after a restart");
    let app = app.press("More for My own server (alice)").press("Edit…").press("Choose an icon…").press("Back");
    app.press("Use the usual picture").sees("The usual picture is back");
}

#[test]
fn an_account_that_is_deleted_for_ever_leaves_no_picture() {
    let app = App::at(59).enrol("GitHub", "alice", "").enrol("Example", "bob", "");
    offer(&app, "cat.png", &picture([1, 2, 3]));
    offer(&app, "dog.png", &picture([4, 5, 6]));
    let app = app.press("More for GitHub (alice)").press("Edit…").press("Picture…").press("Cancel");
    let app = app.press("More for Example (bob)").press("Edit…").press("Picture…").press("Cancel");
    assert_eq!(files(&app, "icons").len(), 2);
    let app = app.press("More for GitHub (alice)").press("Move to trash");
    assert_eq!(files(&app, "icons").len(), 2, "it may come back");
    let app = app.press("Menu").press("Trash").press("Delete GitHub (alice) for ever…").press("Delete for ever");
    let bob = app.stage.lock().unwrap().document.accounts[0].account.id;
    assert_eq!(files(&app, "icons"), [format!("{bob}.png")]);
}

#[test]
fn a_pack_counts_before_our_own_icons_and_goes_again() {
    let app = App::at(59).enrol("GitHub", "alice", "").enrol("kettle", "bob", "");
    assert_eq!((source(&app, 0), source(&app, 1)), (Some(Source::Service), None));
    let app = app.press("Menu").press("Settings…").press("Icons").sees("None is installed");
    offer(&app, "teapots.zip", &good_pack());
    let app = app.press("Install an icon pack…").sees("“Teapots” is installed: 2 icons").sees("Remove the icon pack Teapots");
    let app = app.press("Close");
    assert_eq!((middle(sign(&app, 0)), middle(sign(&app, 1))), ([1, 2, 3], [1, 2, 3]));
    let app = App::on(Arc::clone(&app.stage), [960.0, 640.0]);
    assert_eq!((source(&app, 0), source(&app, 1)), (Some(Source::Pack), Some(Source::Pack)), "after a restart");
    // One of it is chosen by hand, and stays when the pack goes.
    let app = app.press("More for GitHub (alice)").press("Edit…").press("Choose an icon…").fill("Search the icons", "cup");
    let app = app.press("Cup (Teapots)").press("Cancel");
    assert_eq!(middle(sign(&app, 0)), [9, 9, 9]);
    let app = app.press("Menu").press("Settings…").press("Icons").press("Remove the icon pack Teapots");
    let app = app.sees("The icon pack was removed").sees("None is installed").press("Close");
    assert_eq!((source(&app, 0), source(&app, 1)), (Some(Source::Own), None));
    assert!(files(&app, "icon-packs").is_empty());
}

#[test]
fn packs_that_were_made_to_do_harm_are_refused() {
    let list = |file: &str| format!(r#"{{"name":"x","icons":[{{"filename":"{file}","issuer":["GitHub"]}}]}}"#).into_bytes();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 4'/>";
    let large = vec![0; 300 << 10];
    let rows: [(&str, Vec<u8>, &str); 6] = [
        ("leads out", pack(&[("pack.json", &list("a.svg")), ("../a.svg", svg)]), "it names files outside of itself"),
        ("leads out by its list", pack(&[("pack.json", &list("../../.bashrc.svg"))]), "it names files outside of itself"),
        ("bomb", pack(&[("pack.json", &list("a.svg")), ("a.svg", &large)]), "The icon pack is too large"),
        ("nothing", pack(&[("pack.json", &list("a.exe")), ("a.exe", b"MZ")]), "There is no icon in it"),
        ("no pack", pack(&[("hello.txt", b"hello")]), "This is not an icon pack"),
        ("no zip", b"PK\x03\x04 and nothing".to_vec(), "The icon pack is damaged"),
    ];
    let mut app = App::at(59).enrol("GitHub", "alice", "").press("Menu").press("Settings…").press("Icons");
    for (what, bytes, said) in rows {
        offer(&app, "pack.zip", &bytes);
        app = app.press("Install an icon pack…").sees(said).sees("None is installed");
        assert!(files(&app, "icon-packs").is_empty(), "{what}");
    }
    // A picture in a pack that cannot be drawn costs its icon alone: the letter stands there, and our own icon is not lost.
    offer(&app, "pack.zip", &pack(&[("pack.json", &list("a.svg")), ("a.svg", b"<svg")]));
    let app = app.press("Install an icon pack…").sees("is installed: 1 icon").press("Close");
    assert_eq!(source(&app, 0), Some(Source::Service));
}

#[test]
fn a_locked_window_knows_no_signs() {
    let app = App::with(59, |stage| {
        stage.lock = Some("passphrase".into());
        stage.document.accounts = vec![record([1; 16], "GitHub", "alice")];
    });
    assert_eq!(source(&app, 0), Some(Source::Service));
    let app = app.key(egui::Modifiers::COMMAND, egui::Key::L);
    assert_eq!(sign(&app, 0), None);
}

/// Of ten thousand accounts only those that can be seen are drawn.
#[test]
fn only_what_is_seen_is_drawn() {
    let app = App::with(59, |stage| {
        let id = |number: u32| [number.to_be_bytes(); 4].concat().try_into().unwrap();
        stage.document.accounts = (0..10_000).map(|n| record(id(n), "GitHub", &format!("user {n}"))).collect();
    });
    let drawn = (0..10_000).filter(|place| sign(&app, *place).is_some()).count();
    assert!((10..40).contains(&drawn), "{drawn}");
}
