//! Every part of the program with its licence, and the text of one.

use egui::{Button, Color32, Label, RichText, ScrollArea, Ui, vec2};

use crate::app::licences::{Part, parts};
use crate::app::{Action, notice};
use crate::gui::theme::{palette, strong_font};
use crate::gui::widgets::list;

use super::{close, title};

/// The height of a row.
const ROW: f32 = 32.0;

/// The list, read once, and which one is open.
#[derive(Default)]
pub struct LicencesDraft {
    parts: Option<Vec<Part>>,
    open: Option<usize>,
}

impl LicencesDraft {
    /// Draws the list, or the text of one.
    pub fn ui(&mut self, ui: &mut Ui) -> Vec<Action> {
        let parts = self.parts.get_or_insert_with(parts);
        let height = (super::room(ui.ctx()).y - 220.0).clamp(160.0, 420.0);
        let area =
            |name: &str| ScrollArea::vertical().id_salt(name).max_height(height).min_scrolled_height(height).auto_shrink(false);
        let Some(part) = self.open.and_then(|open| parts.get(open)) else {
            title(ui, "Licences");
            let said = format!("{} parts, each under the terms of its authors", notice::grouped(parts.len() as u64));
            ui.add(Label::new(RichText::new(said).color(palette(ui).weak)).wrap());
            ui.scope(|ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                list::rows(ui, area("parts"), ROW, parts.len(), |ui, seen| {
                    for at in seen {
                        if let Some(part) = parts.get(at)
                            && row(ui, part)
                        {
                            self.open = Some(at);
                        }
                    }
                });
            });
            return close(ui).into_iter().collect();
        };
        title(ui, &format!("{} {}", part.name, part.version));
        ui.add(Label::new(RichText::new(part.terms).color(palette(ui).weak)).wrap());
        area("text").show(ui, |ui| {
            for text in &part.texts {
                ui.add(Label::new(RichText::new(*text).size(13.0)).wrap().selectable(true));
                ui.add_space(16.0);
            }
        });
        let mut actions = Vec::new();
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            if ui.button("Back to the list").clicked() {
                self.open = None;
            }
            if ui.button("Close").clicked() {
                actions.push(Action::Close);
            }
        });
        actions
    }
}

fn row(ui: &mut Ui, part: &Part) -> bool {
    let palette = palette(ui);
    let name = format!("{} {}", part.name, part.version);
    let terms = RichText::new(part.terms).color(palette.weak).size(12.0);
    let button =
        Button::new(RichText::new(&name).font(strong_font(13.0))).right_text(terms).truncate().fill(Color32::TRANSPARENT);
    ui.add(button.stroke(egui::Stroke::NONE).min_size(vec2(ui.available_width(), ROW))).accessible_name(&name).clicked()
}
