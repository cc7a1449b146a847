//! Settings, General: looks and the clipboard.

use egui::{Button, RichText, Ui, vec2};

use crate::app::settings::{ClearAfter, Contrast, Motion, TextSize, ThemeChoice};
use crate::app::{Action, Model};
use crate::gui::theme::strong_font;
use crate::gui::widgets::field;

/// Draws the page.
pub fn ui(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    field::caption(ui, "Theme");
    let before = model.settings.looks();
    let mut looks = before;
    let themes = [(ThemeChoice::System, "System"), (ThemeChoice::Light, "Light"), (ThemeChoice::Dark, "Dark")];
    field::choice(ui, &mut looks.theme, &themes);
    ui.add_space(8.0);
    field::caption(ui, "Text size");
    ui.horizontal_wrapped(|ui| {
        let size = looks.text_size;
        for (name, said, to) in [("−", "Smaller text", size.smaller()), ("+", "Larger text", size.larger())] {
            let step =
                ui.add_enabled(to != size, Button::new(RichText::new(name).font(strong_font(16.0))).min_size(vec2(40.0, 32.0)));
            if step.accessible_name(said).on_hover_text(said).clicked() {
                looks.text_size = to;
            }
        }
        ui.label(format!("{} %", size.percent()));
        if size != TextSize::default() && ui.button("Usual size").clicked() {
            looks.text_size = TextSize::default();
        }
    });
    ui.add_space(8.0);
    field::caption(ui, "Contrast");
    field::choice(ui, &mut looks.contrast, &[(Contrast::Usual, "Usual contrast"), (Contrast::High, "High contrast")]);
    ui.add_space(8.0);
    field::caption(ui, "Motion");
    field::choice(ui, &mut looks.motion, &[(Motion::Usual, "Usual motion"), (Motion::Reduced, "Reduced motion")]);
    if looks != before {
        actions.push(Action::Looks(looks));
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
