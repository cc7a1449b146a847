//! The pages about the program itself: its keys, its licences, the way through the settings.

use egui::{Key, Modifiers};

use crate::world::App;

#[test]
fn the_keys_are_listed_by_f1_and_by_a_question_mark() {
    let app = App::at(59).key(Modifiers::NONE, Key::F1).sees("Keyboard shortcuts").sees("Ctrl+Shift+S").press("Close");
    let app =
        app.sees_no("Ctrl+Shift+S").types("?").sees("Ctrl+Shift+S").key(Modifiers::NONE, Key::Escape).sees_no("Ctrl+Shift+S");
    // Where something is being typed, it is a letter like others.
    let app = app.press("Enroll").fill("Issuer", "Who").types("?").sees_no("Ctrl+Shift+S");
    app.sees("Who?");
}

#[test]
fn the_licence_of_every_part_can_be_read() {
    let app =
        App::at(59).press("Menu").press("About").sees("Version 0.").press("Licences of all parts…").sees("parts, each under");
    let app = app.press("Inter 3.019").sees("The Inter Project Authors").press("Back to the list").sees("JetBrains Mono 2.242");
    app.press("Close").sees_no("JetBrains Mono");
}

#[test]
fn the_pages_of_the_settings_stand_beside_each_other_where_there_is_room() {
    for size in [[960.0, 640.0], [420.0, 480.0]] {
        let app = App::on(Default::default(), size).press("Menu").press("Settings…").sees("Text size");
        let app = app.press("Clock").sees("time server").sees_no("Text size").press("General").sees("Text size");
        app.press("Close").sees_no("Text size");
    }
}
