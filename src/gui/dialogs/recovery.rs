//! Recovery codes that were just made: shown once.

use egui::{Label, RichText, Ui};

use crate::app::{Action, Model};
use crate::gui::theme::{digits_font, palette};

use super::title;

/// Draws the codes.
pub fn ui(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let Some((user, codes)) = &model.login.recovery else { return vec![Action::Close] };
    title(ui, &format!("Recovery codes of {user}"));
    let said = "Each logs in once, in place of a code. Write them down: they are shown this once. Codes made before do not count any more";
    ui.add(Label::new(RichText::new(said).color(palette(ui).weak).size(13.0)).wrap());
    ui.add_space(6.0);
    let columns = if ui.available_width() > 420.0 { 2 } else { 1 };
    egui::Grid::new("recovery codes").num_columns(columns).spacing([28.0, 6.0]).show(ui, |ui| {
        for (at, code) in codes.iter().enumerate() {
            // Not selectable, so that it never reaches the primary selection.
            ui.add(Label::new(RichText::new(code.as_str()).font(digits_font(15.0))).selectable(false).extend());
            if (at + 1) % columns == 0 {
                ui.end_row();
            }
        }
    });
    ui.add_space(8.0);
    if ui.button("I have written them down").clicked() { vec![Action::Close] } else { Vec::new() }
}
