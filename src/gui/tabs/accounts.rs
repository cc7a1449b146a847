//! Accounts: cards or lines with live codes. Only the rows that can be seen are laid out and computed.

mod card;
mod drag;
pub mod keys;
mod line;
mod menu;
mod parts;
mod tools;

use egui::{Align, Context, Layout, RichText, Ui, UiBuilder, pos2, vec2};

use crate::app::listing::Row;
use crate::app::model::VaultState;
use crate::app::settings::{Columns, View};
use crate::app::{Action, Model};
use crate::domain::AccountId;
use crate::gui::theme::{palette, strong_font};
use crate::gui::widgets::list;

use super::{Tab, welcome};
use drag::{Drag, Grid};
use keys::Asked;
use parts::Item;

/// How wide and high cards or lines are, and what is between them.
struct Shape {
    /// At least this wide.
    narrowest: f32,
    /// At most this wide: a wider window gets another column, so that codes stay near their names.
    widest: f32,
    /// At most this wide where the person wants fewer columns than there is room for.
    fewer: f32,
    height: f32,
    gap: f32,
}

const CARDS: Shape = Shape { narrowest: 290.0, widest: 440.0, fewer: 560.0, height: card::HEIGHT, gap: 12.0 };
const LINES: Shape = Shape { narrowest: 360.0, widest: 760.0, fewer: 900.0, height: line::HEIGHT, gap: 8.0 };

/// Where the keyboard is; the search is the bar's.
#[derive(Default)]
pub struct Accounts {
    tools: tools::Tools,
    /// The card that had the focus last, and its place.
    last: Option<(AccountId, usize)>,
    /// The card whose menu was opened with the keyboard, and how many frames ago.
    menu: Option<(AccountId, u32)>,
    /// A card was moved to the trash with the keyboard: the one at its place gets the focus.
    removed: bool,
    drag: Drag,
}

impl Tab for Accounts {
    fn ui(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action> {
        let VaultState::Open(open) = &model.vault else { return Vec::new() };
        if model.listing.total == 0 {
            return welcome::ui(ui, open, &open.document).into_iter().collect();
        }
        let shape = if model.settings.view == View::Cards { CARDS } else { LINES };
        let width = ui.available_width() - 16.0;
        let (columns, each) = shape.columns(width, model.settings.columns);
        let block = (each + shape.gap) * columns as f32 - shape.gap;
        // Fewer columns than there is room for stand in the middle.
        let left = ui.max_rect().left() + ((width - block) / 2.0).floor().max(0.0);
        let mut actions = Vec::new();
        let top = ui.cursor().top();
        let row = egui::Rect::from_min_size(pos2(left, top), vec2(block, 32.0));
        let used = ui.scope_builder(UiBuilder::new().max_rect(row), |ui| actions.extend(self.tools.ui(ui, model))).response.rect;
        ui.advance_cursor_after_rect(used);
        ui.add_space(2.0);
        if model.listing.rows.is_empty() {
            self.drag.end();
            actions.extend(nothing_found(ui, model));
            return actions;
        }
        ui.spacing_mut().item_spacing = vec2(shape.gap, shape.gap);
        let page = (ui.available_height() / (shape.height + shape.gap)) as usize;
        let wanted = self.keys(ui, model, columns, page, &mut actions).map(|place| place / columns);
        let lines = model.listing.rows.len().div_ceil(columns);
        let mut focused = None;
        list::rows_with(ui, super::scroll(), shape.height, lines, wanted, |ui, seen| {
            let origin = pos2(left, ui.max_rect().top() - seen.start as f32 * (shape.height + shape.gap));
            let grid = Grid { origin, size: vec2(each, shape.height), gap: shape.gap, columns };
            for place in seen.start * columns..(seen.end * columns).min(model.listing.rows.len()) {
                let Some(item) = item(model, place) else { continue };
                let id = item.row.id;
                let first = self.menu.is_some_and(|(menu, frames)| menu == id && frames < 2);
                let draw = if model.settings.view == View::Cards { card::ui } else { line::ui };
                let drawn =
                    ui.scope_builder(UiBuilder::new().max_rect(grid.card(place)), |ui| draw(ui, grid.size, item, first)).inner;
                if drawn.response.has_focus() {
                    self.last = Some((id, place));
                    focused = Some(item);
                }
                if drawn.response.drag_started_by(egui::PointerButton::Primary) {
                    self.drag.begin(id);
                }
                actions.extend(drawn.actions);
            }
            actions.extend(self.drag.ui(ui, model, grid));
        });
        keys::remember(ui.ctx(), focused);
        actions
    }

    fn leave(&mut self, ctx: &Context) {
        keys::remember(ctx, None);
        *self = Self::default();
    }
}

impl Accounts {
    /// What the keyboard asks for; the place that is to be in sight.
    fn keys(&mut self, ui: &Ui, model: &Model, columns: usize, page: usize, actions: &mut Vec<Action>) -> Option<usize> {
        let rows = &model.listing.rows;
        self.back_from_menu(ui, model);
        let focused = ui.memory(|memory| memory.focused());
        let last = self.last.map(|(id, place)| (id, place_of(rows, id, place), place));
        // A card that was moved to the trash leaves its place to the next one.
        if let Some((id, None, before)) = last
            && (focused.is_none() || focused == Some(parts::id_of(id)))
            && std::mem::take(&mut self.removed)
        {
            return self.go(ui, rows, before.min(rows.len() - 1));
        }
        if !keys::are_ours(ui.ctx(), model) {
            return None;
        }
        let Some((_, Some(at), before)) = last.filter(|(id, ..)| focused == Some(parts::id_of(*id))) else {
            let last = last.and_then(|(_, at, _)| at);
            return keys::to_cards(ui, last).and_then(|to| self.go(ui, rows, to));
        };
        match keys::on_card(ui, item(model, at)?, rows.len(), columns, page) {
            Some(Asked::Go(to)) => return self.go(ui, rows, to),
            Some(Asked::Search) => ui.memory_mut(|memory| {
                memory.request_focus(egui::Id::unique("search"));
                memory.move_focus(egui::FocusDirection::None);
            }),
            Some(Asked::Menu) => {
                let id = rows.get(at)?.id;
                egui::Popup::open_id(ui.ctx(), parts::menu_of(id));
                self.menu = Some((id, 0));
            }
            Some(Asked::Do(action)) => actions.push(action),
            Some(Asked::Remove(action)) => {
                self.removed = true;
                actions.push(action);
            }
            None => {}
        }
        // A card that has changed its place keeps the focus, and stays in sight.
        (at != before).then_some(at)
    }

    fn go(&mut self, ui: &Ui, rows: &[Row], to: usize) -> Option<usize> {
        let id = rows.get(to)?.id;
        keys::focus(ui, id);
        self.last = Some((id, to));
        Some(to)
    }

    /// A menu that was opened with the keyboard gives the focus back to its card.
    fn back_from_menu(&mut self, ui: &Ui, model: &Model) {
        let Some((id, frames)) = self.menu else { return };
        if egui::Popup::is_id_open(ui.ctx(), parts::menu_of(id)) || frames == 0 {
            self.menu = Some((id, frames.saturating_add(1)));
        } else {
            self.menu = None;
            if model.dialog.is_none() {
                keys::focus(ui, id);
            }
        }
    }
}

/// The row at `place` with its account.
fn item(model: &Model, place: usize) -> Option<Item<'_>> {
    let row = model.listing.rows.get(place)?;
    let record = model.document()?.accounts.get(row.index).filter(|record| record.account.id == row.id)?;
    Some(Item { model, record, row, place })
}

/// Where `id` stands now; it was at `before`.
fn place_of(rows: &[Row], id: AccountId, before: usize) -> Option<usize> {
    match rows.get(before) {
        Some(row) if row.id == id => Some(before),
        _ => rows.iter().position(|row| row.id == id),
    }
}

impl Shape {
    /// How many columns a window of `width` has, and how wide each is.
    fn columns(&self, width: f32, most: Columns) -> (usize, f32) {
        let wanted = ((width + self.gap) / (self.widest + self.gap)).ceil() as usize;
        let fitting = ((width + self.gap) / (self.narrowest + self.gap)).floor() as usize;
        let usual = wanted.min(fitting).max(1);
        let columns = most.most().map_or(usual, |most| usual.min(most));
        let each = ((width - self.gap * (columns - 1) as f32) / columns as f32).floor();
        (columns, if columns < usual { each.min(self.fewer) } else { each })
    }
}

fn centered<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.set_max_width(ui.available_width() - 16.0);
    ui.add_space((ui.available_height() * 0.28).min(200.0));
    ui.with_layout(Layout::top_down(Align::Center), contents).inner
}

fn nothing_found(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let (search, tags) = (&model.search, !model.tags.is_empty());
    let (text, way) = match (search.trim().is_empty(), tags) {
        (false, false) => (format!("No issuer, name or tag has “{search}”"), "Clear the search"),
        (false, true) => (format!("No account with these tags has “{search}”"), "Show all accounts"),
        (true, _) => ("No account has all of these tags".to_owned(), "Show all accounts"),
    };
    centered(ui, |ui| {
        ui.label(RichText::new("Nothing found").font(strong_font(22.0)));
        ui.add(egui::Label::new(RichText::new(text).color(palette(ui).weak)).wrap());
        ui.add_space(12.0);
        if ui.button(way).clicked() {
            let tags = model.tags.iter().map(|tag| Action::ToggleTag(tag.clone()));
            return tags.chain([Action::Search(String::new())]).collect();
        }
        Vec::new()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_keep_cards_between_their_widths() {
        let rows = [(100.0, 1), (388.0, 1), (468.0, 1), (608.0, 2), (928.0, 3), (1_248.0, 3), (2_528.0, 6), (3_808.0, 9)];
        for (width, expected) in rows {
            assert_eq!(CARDS.columns(width, Columns::default()).0, expected, "{width}");
        }
        for (width, expected) in [(388.0, 1), (928.0, 2), (608.0, 1), (1_888.0, 3)] {
            assert_eq!(LINES.columns(width, Columns::default()).0, expected, "{width}");
        }
    }

    #[test]
    fn there_are_never_more_columns_than_are_wanted() {
        for (width, most, expected) in
            [(388.0, 3, (1, 388.0)), (928.0, 1, (1, 560.0)), (928.0, 2, (2, 458.0)), (1_888.0, 3, (3, 560.0))]
        {
            assert_eq!(CARDS.columns(width, Columns::new(most).unwrap()), expected, "{width} {most}");
        }
    }
}
