//! Accounts: cards with live codes. Only the rows that can be seen are laid out and computed.

use egui::{Align, Layout, RichText, Ui, vec2};

use crate::app::model::VaultState;
use crate::app::{Action, Model};
use crate::gui::theme::{palette, strong_font};
use crate::gui::widgets::list;

use super::Tab;
use super::{card, welcome};

/// A card is at least this wide.
const NARROWEST: f32 = 290.0;
/// A card is at most this wide: a wider window gets another column, so that codes stay near their names.
const WIDEST: f32 = 440.0;
/// Between cards.
const GAP: f32 = 12.0;

/// No drafts: the search is the bar's.
#[derive(Default)]
pub struct Accounts;

impl Tab for Accounts {
    fn ui(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action> {
        let VaultState::Open(open) = &model.vault else { return Vec::new() };
        let document = &open.document;
        if model.listing.total == 0 {
            return welcome::ui(ui, open, document).into_iter().collect();
        }
        if model.listing.rows.is_empty() {
            return nothing_found(ui, &model.search).into_iter().collect();
        }
        let mut actions = Vec::new();
        let rows = &model.listing.rows;
        let width = ui.available_width() - 16.0;
        let columns = columns(width);
        let card_width = ((width - GAP * (columns - 1) as f32) / columns as f32).floor();
        ui.spacing_mut().item_spacing = vec2(GAP, GAP);
        list::rows(ui, super::scroll(), card::HEIGHT, rows.len().div_ceil(columns), |ui, seen| {
            for line in seen {
                ui.horizontal(|ui| {
                    for row in rows.iter().skip(line * columns).take(columns) {
                        if let Some(record) = document.accounts.get(row.index).filter(|record| record.account.id == row.id) {
                            actions.extend(card::ui(ui, vec2(card_width, card::HEIGHT), model, record, row));
                        }
                    }
                });
            }
        });
        actions
    }

    fn leave(&mut self, _ctx: &egui::Context) {}
}

/// How many columns a window of `width` has.
fn columns(width: f32) -> usize {
    let wanted = ((width + GAP) / (WIDEST + GAP)).ceil() as usize;
    let fitting = ((width + GAP) / (NARROWEST + GAP)).floor() as usize;
    wanted.min(fitting).max(1)
}

fn centered<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.set_max_width(ui.available_width() - 16.0);
    ui.add_space((ui.available_height() * 0.28).min(200.0));
    ui.with_layout(Layout::top_down(Align::Center), contents).inner
}

fn nothing_found(ui: &mut Ui, search: &str) -> Option<Action> {
    centered(ui, |ui| {
        ui.label(RichText::new("Nothing found").font(strong_font(22.0)));
        ui.add(egui::Label::new(RichText::new(format!("No issuer, name or tag has “{search}”")).color(palette(ui).weak)).wrap());
        ui.add_space(12.0);
        ui.button("Clear the search").clicked().then(|| Action::Search(String::new()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_keep_cards_between_their_widths() {
        let rows = [(100.0, 1), (388.0, 1), (468.0, 1), (608.0, 2), (928.0, 3), (1_248.0, 3), (2_528.0, 6), (3_808.0, 9)];
        for (width, expected) in rows {
            assert_eq!(columns(width), expected, "{width}");
        }
    }
}
