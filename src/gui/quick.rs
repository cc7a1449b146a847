//! The quick search: a field, the accounts that match, and keys for everything. Enter copies and closes.

mod row;

use std::sync::Arc;

use egui::{
    Align, Event, Frame, Key, Label, Layout, Margin, Modifiers, Rect, RichText, ScrollArea, Stroke, TextEdit, Ui, pos2, vec2,
};

use crate::app::action::Which;
use crate::app::document::Document;
use crate::app::listing::{Index, Listing, Query};
use crate::app::model::VaultState;
use crate::app::outside::OutsideAction;
use crate::app::{Action, Model};
use crate::domain::AccountId;

use self::row::Shown;
use super::theme::{self, palette};
use super::vault_screen::VaultScreen;
use super::widgets::field;
use super::widgets::icon::{self, Icon};

/// Its size, in points of the usual text size.
pub const SIZE: egui::Vec2 = vec2(480.0, 360.0);

/// Drafts: what was typed, which row is chosen.
#[derive(Default)]
pub struct QuickView {
    search: String,
    chosen: usize,
    found: Option<Found>,
    vault: VaultScreen,
    /// The window had the keyboard before: losing it closes.
    had_focus: bool,
    /// Since when, by egui's time in seconds, it has lost it.
    lost: Option<f64>,
    /// The chosen row is to be scrolled into sight.
    follow: bool,
}

/// The rows, and what they were found for.
struct Found {
    document: Arc<Document>,
    index: Index,
    search: String,
    listing: Listing,
}

/// So long may the keyboard be away, in seconds: keys that are heard everywhere take it for a moment.
const AWAY: f64 = 0.2;

impl QuickView {
    /// Draws it over the whole of its window.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.is_left(ui) || ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
            actions.push(Action::Outside(OutsideAction::CloseQuick));
        }
        let frame = Frame::new().fill(palette(ui).ground).stroke(Stroke::new(1.0, palette(ui).border));
        egui::CentralPanel::default().frame(frame.inner_margin(Margin::same(1))).show(ui, |ui| match &model.vault {
            VaultState::Open(open) if model.locking.is_none() => {
                self.find(model, &open.document);
                actions.extend(self.keys(ui, model));
                self.field(ui);
                actions.extend(self.body(ui, model));
            }
            _ => {
                self.forget();
                actions.extend(self.closed_vault(ui, model));
            }
        });
        actions
    }

    /// Whether another window has got the keyboard.
    fn is_left(&mut self, ui: &Ui) -> bool {
        let (focused, now) = ui.input(|input| (input.viewport().focused, input.time));
        // Also if it came and went between two frames.
        self.had_focus |= ui.input(|input| input.events.contains(&Event::WindowFocused(true)));
        match focused {
            Some(true) => (self.had_focus, self.lost) = (true, None),
            Some(false) if self.had_focus => {
                let since = *self.lost.get_or_insert(now);
                ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(AWAY));
                return now - since >= AWAY;
            }
            _ => {}
        }
        false
    }

    /// Nothing of the vault stays in drafts.
    fn forget(&mut self) {
        self.search = String::new();
        self.found = None;
        self.chosen = 0;
    }

    fn find(&mut self, model: &Model, document: &Arc<Document>) {
        let same = |found: &Found| Arc::ptr_eq(&found.document, document) && found.search == self.search;
        if self.found.as_ref().is_some_and(same) {
            return;
        }
        let uses = &model.uses_ordered;
        let query = Query { search: &self.search, tags: &[], order: model.settings.order, uses, fuzzy: true };
        let before = self.chosen_id().filter(|_| self.found.as_ref().is_some_and(|found| found.search == self.search));
        let known = self.found.take().filter(|found| Arc::ptr_eq(&found.document, document));
        let mut index = known.map_or_else(|| Index::of(document, false), |found| found.index);
        let listing = index.find(&query);
        // Another search begins at its best row; another generation keeps the row.
        self.chosen = before.and_then(|id| listing.rows.iter().position(|row| row.id == id)).unwrap_or(0);
        self.follow = true;
        self.found = Some(Found { document: Arc::clone(document), index, search: self.search.clone(), listing });
    }

    fn chosen_id(&self) -> Option<AccountId> {
        self.found.as_ref().and_then(|found| found.listing.rows.get(self.chosen)).map(|row| row.id)
    }

    /// The keys that the field must not see.
    fn keys(&mut self, ui: &Ui, model: &Model) -> Option<Action> {
        let rows = self.found.as_ref().map_or(0, |found| found.listing.rows.len());
        let page = ((ui.available_height() - row::HEADER - row::FOOTER) / row::HEIGHT).floor().max(1.0) as usize;
        let (mut chosen, mut which) = (self.chosen, None);
        ui.input_mut(|input| {
            let shift_enter = input.consume_key(Modifiers::SHIFT, Key::Enter);
            if shift_enter || input.consume_key(Modifiers::COMMAND, Key::N) {
                which = Some(Which::Next);
            } else if input.consume_key(Modifiers::NONE, Key::Enter) {
                which = Some(Which::Current);
            }
            for (key, down, by) in [
                (Key::ArrowDown, true, 1),
                (Key::ArrowUp, false, 1),
                (Key::PageDown, true, page),
                (Key::PageUp, false, page),
                (Key::Tab, true, 1),
            ] {
                let times = input.count_and_consume_key(Modifiers::NONE, key) * by;
                chosen = if down { chosen.saturating_add(times) } else { chosen.saturating_sub(times) };
            }
            chosen = chosen.saturating_sub(input.count_and_consume_key(Modifiers::SHIFT, Key::Tab));
        });
        chosen = chosen.min(rows.saturating_sub(1));
        if chosen != self.chosen {
            self.chosen = chosen;
            self.follow = true;
        }
        let id = self.chosen_id()?;
        row::take(model, id, which?)
    }

    fn field(&mut self, ui: &mut Ui) {
        let height = row::HEADER;
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), egui::Sense::hover());
        let palette = palette(ui);
        // Above the monograms and the names.
        icon::paint(ui.painter(), Icon::Search, pos2(rect.left() + 34.0, rect.center().y), palette.weak);
        let inside = Rect::from_min_max(pos2(rect.left() + 62.0, rect.top()), pos2(rect.right() - 12.0, rect.bottom()));
        let edit = TextEdit::singleline(&mut self.search)
            .id(egui::Id::unique("quick search"))
            .font(egui::FontId::proportional(17.0))
            .hint_text("Search your accounts")
            .frame(Frame::NONE)
            .char_limit(256)
            .align(egui::Align2::LEFT_CENTER)
            .margin(Margin::symmetric(4, 0));
        let response = ui.put(inside, edit);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Quick search"));
        if let Some(chosen) = self.chosen_id() {
            // The field keeps the keyboard; a screen reader follows the row.
            let row = row::id(chosen).accesskit_id();
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_active_descendant(row));
        }
        // Asked for in every frame it would interrupt what is being composed there.
        if !ui.memory(|memory| memory.has_focus(response.id)) {
            response.request_focus();
        }
        ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, palette.border));
    }

    fn body(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action> {
        let mut actions = Vec::new();
        let foot = Rect::from_min_max(pos2(ui.max_rect().left(), ui.max_rect().bottom() - row::FOOTER), ui.max_rect().max);
        let Some(found) = &self.found else { return actions };
        footer(ui, foot, model, found.listing.rows.is_empty());
        let top = ui.max_rect().top() + row::HEADER;
        let list = Rect::from_min_max(pos2(ui.max_rect().left(), top), pos2(ui.max_rect().right(), foot.top()));
        let mut ui = ui.new_child(egui::UiBuilder::new().max_rect(list));
        if found.listing.rows.is_empty() {
            let (head, advice) = if found.listing.total == 0 {
                ("No accounts yet", "Add the first one in the window")
            } else {
                ("Nothing found", "Search for a part of the issuer, the account name or a tag")
            };
            ui.with_layout(Layout::top_down(Align::Center), |ui| {
                ui.add_space((ui.available_height() * 0.26).min(90.0));
                ui.label(RichText::new(head).font(theme::strong_font(17.0)));
                ui.add(Label::new(RichText::new(advice).color(palette(ui).weak)).wrap());
                if found.listing.total == 0 {
                    ui.add_space(6.0);
                    if ui.button("Open Halfminute").clicked() {
                        actions.push(Action::Outside(OutsideAction::ShowWindow));
                    }
                }
            });
            return actions;
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        let area = ScrollArea::vertical().auto_shrink(false).id_salt(("quick rows", &found.search));
        let (count, follow) = (found.listing.rows.len(), std::mem::take(&mut self.follow));
        let mut chosen = self.chosen;
        area.show_viewport(&mut ui, |ui, seen| {
            ui.set_height(row::HEIGHT * count as f32 + 2.0 * row::PAD);
            let top = ui.max_rect().top() + row::PAD;
            let place = |at: usize| {
                let y = top + row::HEIGHT * at as f32;
                Rect::from_x_y_ranges(ui.max_rect().x_range(), y..=y + row::HEIGHT)
            };
            let first = ((seen.min.y - row::PAD) / row::HEIGHT).floor().max(0.0) as usize;
            let last = ((seen.max.y / row::HEIGHT).ceil().max(0.0) as usize).min(count);
            let moved = ui.input(|input| input.pointer.delta() != egui::Vec2::ZERO);
            if follow {
                ui.scroll_to_rect(place(chosen).expand2(vec2(0.0, row::PAD)), None);
            }
            for at in first..last {
                let Some(listed) = found.listing.rows.get(at) else { continue };
                let record = found.document.accounts.get(listed.index).filter(|record| record.account.id == listed.id);
                let Some(record) = record else { continue };
                let response =
                    row::ui(ui, place(at), model, &Shown { record, row: listed, listing: &found.listing }, at == chosen);
                if response.hovered() && moved {
                    chosen = at;
                }
                if response.clicked() {
                    let next = ui.input(|input| input.modifiers.shift);
                    actions.extend(row::take(model, listed.id, if next { Which::Next } else { Which::Current }));
                }
            }
        });
        self.chosen = chosen;
        actions
    }

    /// The vault is locked, or not open for another reason.
    fn closed_vault(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action> {
        let mut actions = Vec::new();
        // The scroll bar has its room on the right.
        let inner = Frame::new().inner_margin(Margin { left: 24, right: 12, top: 8, bottom: 8 });
        inner.show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            // What asks for more than a passphrase is the window's.
            if let VaultState::Failed(unopened) = &model.vault {
                let said = crate::app::notice::vault_error(&unopened.error);
                ui.with_layout(Layout::top_down(Align::Center), |ui| {
                    ui.add_space((ui.available_height() * 0.22).min(70.0));
                    ui.add(Label::new(RichText::new(&said.text).font(theme::strong_font(17.0))).wrap());
                    ui.add(Label::new(RichText::new(&said.advice).color(palette(ui).weak)).wrap());
                    ui.add_space(8.0);
                    if field::primary(ui, true, "Open Halfminute").clicked() {
                        actions.push(Action::Outside(OutsideAction::ShowWindow));
                    }
                });
            } else {
                actions.extend(self.vault.ui(ui, model));
            }
        });
        // Dialogs stand in the window.
        if actions.iter().any(|action| matches!(action, Action::Open(_))) {
            actions.push(Action::Outside(OutsideAction::ShowWindow));
        }
        actions
    }
}

/// What the keys do; or what went wrong.
fn footer(ui: &mut Ui, rect: Rect, model: &Model, nothing: bool) {
    let palette = palette(ui);
    ui.painter().hline(rect.x_range(), rect.top(), Stroke::new(1.0, palette.border));
    let failed = model.outside.quick.as_ref().and_then(|quick| quick.error.as_ref());
    let (text, colour) = match failed {
        Some(error) => (error.line(), palette.bad),
        None if nothing => ("Esc closes".to_owned(), palette.weak),
        None => ("Enter copies · Shift+Enter copies the next code · Esc closes".to_owned(), palette.weak),
    };
    let mut ui = ui.new_child(egui::UiBuilder::new().max_rect(rect.shrink2(vec2(16.0, 0.0))));
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        ui.add(Label::new(RichText::new(text).color(colour).size(12.0)).truncate());
    });
}

/// Whether `event` says that a person is there.
#[must_use]
pub fn is_input(event: &Event) -> bool {
    !matches!(event, Event::WindowFocused(_) | Event::PointerGone)
}
