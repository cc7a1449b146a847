//! Everything that can be done with an account, each with its key.

use egui::{Key, Ui};

use crate::app::Action;
use crate::app::action::{Dialog, Which};
use crate::app::change::Beside;
use crate::gui::bar;

use super::parts::Item;

/// The letters that act on the card with the focus.
pub const LETTERS: [(Key, char); 6] = [(Key::C, 'c'), (Key::N, 'n'), (Key::V, 'v'), (Key::Q, 'q'), (Key::E, 'e'), (Key::P, 'p')];

/// Draws the menu; `first`: its first line gets the focus.
pub fn ui(ui: &mut Ui, item: Item<'_>, first: bool) -> Option<Action> {
    let account = &item.record.account;
    let mut action = None;
    let mut first = first && !ui.is_sizing_pass();
    let mut entry = |ui: &mut Ui, enabled: bool, text: &str, key: &str, make: &dyn Fn() -> Option<Action>| {
        let response = bar::entry(ui, enabled, false, text, text, key);
        if std::mem::take(&mut first) {
            response.request_focus();
        }
        if response.clicked() {
            ui.close();
            action = make();
        }
    };
    let letter = |key| letter(item, key);
    entry(ui, true, "Copy code", "C", &|| letter(Key::C));
    let counts = account.params.period().is_none();
    entry(ui, true, if counts { "Next code" } else { "Copy next code" }, "N", &|| letter(Key::N));
    if item.hides() {
        let shown = item.model.shows(account.id);
        entry(ui, true, if shown { "Hide code" } else { "Show code" }, "V", &|| letter(Key::V));
    }
    entry(ui, true, "Show QR…", "Q", &|| letter(Key::Q));
    entry(ui, true, "How this code is computed…", "", &|| Some(Action::Open(Dialog::Explain(account.id, None))));
    entry(ui, true, "Test a login…", "", &|| Some(Action::TestLogin(account.id)));
    entry(ui, true, "Edit…", "E", &|| letter(Key::E));
    entry(ui, true, if account.pinned { "Unpin" } else { "Pin" }, "P", &|| letter(Key::P));
    if item.model.can_move() {
        for (text, key, by) in [("Move up", "Alt+↑", -1), ("Move down", "Alt+↓", 1)] {
            entry(ui, moved(item, by).is_some(), text, key, &|| moved(item, by));
        }
    }
    entry(ui, true, "Move to trash", "Del", &|| Some(Action::Trash(account.id)));
    action
}

/// What a letter does with the card that has the focus.
pub fn letter(item: Item<'_>, key: Key) -> Option<Action> {
    let account = &item.record.account;
    let id = account.id;
    Some(match key {
        Key::C => Action::Copy(id, Which::Current),
        Key::N if account.params.period().is_none() => Action::NextCode(id),
        Key::N => Action::Copy(id, Which::Next),
        Key::V if item.hides() => Action::Reveal(id),
        Key::Q => Action::Open(Dialog::ShowQr(id)),
        Key::E => Action::Open(Dialog::Edit(id)),
        Key::P => Action::Pin(id, !account.pinned),
        _ => return None,
    })
}

/// One place up or down, among its like.
pub fn moved(item: Item<'_>, by: isize) -> Option<Action> {
    let listing = &item.model.listing;
    let to = item.place.checked_add_signed(by).filter(|to| listing.group(item.place).contains(to))?;
    let other = listing.rows.get(to)?.id;
    Some(Action::Move(item.row.id, if by < 0 { Beside::Before(other) } else { Beside::After(other) }))
}
