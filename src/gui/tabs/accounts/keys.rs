//! The accounts by keyboard: from card to card, and letters that act on the one with the focus.
//!
//! A letter acts only while a card has the focus, and only the letters of the menu do. Everything else that is typed searches.

use egui::{Context, Id, Key, Modifiers, Ui};

use crate::app::{Action, Model};

use super::menu::{self, LETTERS};
use super::parts::{Item, id_of};

/// What a key asks for.
pub enum Asked {
    /// Another card gets the focus.
    Go(usize),
    /// Back to the search.
    Search,
    /// The menu of the card with the focus.
    Menu,
    /// Something is done with it.
    Do(Action),
    /// The same, and the card leaves: the one that takes its place gets the focus.
    Remove(Action),
}

/// Where it is noted which letters act now.
fn note() -> Id {
    Id::unique("letters of the card with the focus")
}

/// The letters of the card that has the focus do something from now on; `None`: all letters search.
pub fn remember(ctx: &Context, card: Option<Item<'_>>) {
    let letters: String = card
        .map(|item| LETTERS.iter().filter(|(key, _)| menu::letter(item, *key).is_some()).map(|(_, letter)| letter).collect())
        .unwrap_or_default();
    ctx.data_mut(|data| data.insert_temp(note(), letters));
}

/// Whether `text` was typed for the card that has the focus.
pub fn acts(ctx: &Context, text: &str) -> bool {
    let letters: String = ctx.data(|data| data.get_temp(note())).unwrap_or_default();
    let mut typed = text.chars().flat_map(char::to_lowercase);
    typed.next().is_some_and(|letter| letters.contains(letter)) && typed.next().is_none()
}

/// Whether keys are for the accounts: nothing stands over them.
pub fn are_ours(ctx: &Context, model: &Model) -> bool {
    model.dialog.is_none() && !egui::Popup::is_any_open(ctx)
}

/// What was asked for of the card `item`, of `count`, in so many `columns`; `page` rows can be seen.
pub fn on_card(ui: &Ui, item: Item<'_>, count: usize, columns: usize, page: usize) -> Option<Asked> {
    let at = item.place;
    let last = count.saturating_sub(1);
    let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
    let none = Modifiers::NONE;
    for (key, by) in [(Key::ArrowUp, -1), (Key::ArrowDown, 1)] {
        if pressed(Modifiers::ALT, key) {
            return if item.model.can_move() { menu::moved(item, by).map(Asked::Do) } else { None };
        }
    }
    if pressed(Modifiers::SHIFT, Key::F10) || pressed(none, Key::Menu) {
        return Some(Asked::Menu);
    }
    if pressed(none, Key::ArrowUp) {
        return Some(at.checked_sub(columns).map_or(Asked::Search, Asked::Go));
    }
    if pressed(none, Key::ArrowDown) {
        // From the last whole row to the last card of the row that is not whole.
        let below = at / columns < last / columns;
        return Some(Asked::Go(if below { (at + columns).min(last) } else { at }));
    }
    let turned = |line: usize| (line * columns + at % columns).min(last);
    let (line, page) = (at / columns, page.max(1));
    let to = [
        (Key::ArrowLeft, at.saturating_sub(1)),
        (Key::ArrowRight, (at + 1).min(last)),
        (Key::Home, 0),
        (Key::End, last),
        (Key::PageUp, turned(line.saturating_sub(page))),
        (Key::PageDown, turned((line + page).min(last / columns))),
    ];
    if let Some((_, to)) = to.into_iter().find(|(key, _)| pressed(none, *key)) {
        return Some(Asked::Go(to));
    }
    if pressed(none, Key::Delete) {
        return Some(Asked::Remove(Action::Trash(item.record.account.id)));
    }
    LETTERS.iter().find_map(|(key, _)| {
        let action = menu::letter(item, *key)?;
        (pressed(none, *key) || pressed(Modifiers::SHIFT, *key)).then_some(Asked::Do(action))
    })
}

/// From the search or from nowhere to a card: the one that had the focus last, or the first.
pub fn to_cards(ui: &Ui, last: Option<usize>) -> Option<usize> {
    let focused = ui.memory(|memory| memory.focused());
    let from_search = focused == Some(Id::unique("search"));
    if !from_search && focused.is_some() {
        return None;
    }
    let keys: &[Key] =
        if from_search { &[Key::ArrowDown] } else { &[Key::ArrowDown, Key::ArrowUp, Key::ArrowLeft, Key::ArrowRight, Key::Home] };
    let pressed = keys.iter().find(|key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, **key)))?;
    Some(if from_search || *pressed == Key::Home { 0 } else { last.unwrap_or(0) })
}

/// Gives a card the focus, and keeps egui from going on by itself with the same arrow.
pub fn focus(ui: &Ui, account: crate::domain::AccountId) {
    ui.memory_mut(|memory| {
        memory.request_focus(id_of(account));
        memory.move_focus(egui::FocusDirection::None);
    });
}

/// "/" and Ctrl+F go to the search from everywhere in the tab.
pub fn go_to_search(ui: &Ui, model: &Model) -> bool {
    if !are_ours(ui.ctx(), model) {
        return false;
    }
    let typing = ui.ctx().text_edit_focused();
    ui.input_mut(|input| {
        let slash = |event: &egui::Event| matches!(event, egui::Event::Text(text) if text == "/");
        let before = input.events.len();
        input.events.retain(|event| typing || !slash(event));
        input.events.len() < before || input.consume_key(Modifiers::COMMAND, Key::F)
    })
}
