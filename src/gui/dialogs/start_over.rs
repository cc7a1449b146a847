//! Setting an unreadable vault aside asks for a typed word.

use egui::{RichText, Ui};

use crate::app::Action;
use crate::gui::theme::palette;
use crate::gui::widgets::field;

use super::title;

/// What has to be typed.
const WORD: &str = "start over";

/// Draws the question.
pub fn ui(ui: &mut Ui, typed: &mut String) -> Vec<Action> {
    title(ui, "Begin with an empty vault?");
    let said = "The accounts that are kept now are set aside, not deleted, but Halfminute will not show them any more. \
                Do this only if no other way brings them back.";
    ui.add(egui::Label::new(said).wrap());
    field::text(ui, "Type “start over” to go on", WORD, typed);
    let mut actions = Vec::new();
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        let sure = typed.trim().eq_ignore_ascii_case(WORD);
        if ui.add_enabled(sure, egui::Button::new(RichText::new("Begin with an empty vault").color(palette(ui).bad))).clicked() {
            actions.push(Action::StartOver);
        }
        if ui.button("Cancel").clicked() {
            actions.push(Action::Close);
        }
    });
    actions
}
