//! Settings, General: looks and the clipboard.

use egui::Ui;

use crate::app::settings::{ClearAfter, ThemeChoice};
use crate::app::{Action, Model};
use crate::gui::widgets::field;

/// Draws the page.
pub fn ui(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    field::caption(ui, "Theme");
    let mut theme = model.settings.theme;
    let themes = [(ThemeChoice::System, "System"), (ThemeChoice::Light, "Light"), (ThemeChoice::Dark, "Dark")];
    if field::choice(ui, &mut theme, &themes) {
        actions.push(Action::Theme(theme));
    }
    ui.add_space(8.0);
    field::caption(ui, "A copied code leaves the clipboard after");
    let mut clear = model.settings.clear_clipboard;
    let offered = [(10, "10 s"), (30, "30 s"), (60, "1 min"), (120, "2 min"), (300, "5 min")];
    let times: Vec<_> = offered.into_iter().filter_map(|(secs, name)| Some((ClearAfter::new(secs)?, name))).collect();
    if field::choice(ui, &mut clear, &times) {
        actions.push(Action::ClearAfter(clear));
    }
    actions
}
