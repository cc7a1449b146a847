//! Recovery codes that were just made: shown once.

use egui::{Label, RichText, Ui};
use zeroize::Zeroizing;

use crate::app::{Action, Model};
use crate::gui::theme::{digits_font, palette};
use crate::gui::widgets::field;

use super::title;

/// How many codes stand beside each other.
const COLUMNS: usize = 2;

/// Draws the codes.
pub fn ui(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let Some((user, codes)) = &model.login.recovery else { return vec![Action::Close] };
    title(ui, &format!("Recovery codes of {user}"));
    let said = "Each logs in once, in place of a code. Write them down, or copy them to where your passwords are: they are shown this once. Codes made before do not count any more";
    ui.add(Label::new(RichText::new(said).color(palette(ui).weak).size(13.0)).wrap());
    ui.add_space(6.0);
    // Two columns in the narrowest window too: all ten and the button are in sight at once.
    let (size, gap) = if ui.available_width() > 400.0 { (15.0, 28.0) } else { (13.0, 18.0) };
    egui::Grid::new("recovery codes").num_columns(COLUMNS).spacing([gap, 8.0]).min_row_height(20.0).show(ui, |ui| {
        for (at, code) in codes.iter().enumerate() {
            // Not selectable, so that it never reaches the primary selection.
            ui.add(Label::new(RichText::new(code.as_str()).font(digits_font(size))).selectable(false).extend());
            if (at + 1) % COLUMNS == 0 {
                ui.end_row();
            }
        }
    });
    ui.add_space(8.0);
    let mut actions = Vec::new();
    ui.horizontal_wrapped(|ui| {
        if field::primary(ui, true, "I have written them down").clicked() {
            actions.push(Action::Close);
        }
        if ui.button("Copy all").clicked() {
            actions.push(Action::CopyText(lines(codes)));
        }
    });
    actions
}

/// One code in a line.
fn lines(codes: &[Zeroizing<String>]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(codes.iter().map(|code| code.len() + 1).sum()));
    for code in codes {
        text.push_str(code);
        text.push('\n');
    }
    text
}
