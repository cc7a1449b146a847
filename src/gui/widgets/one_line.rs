//! A text in one line, cut off where it is too long; all of it is told where the pointer rests.

use egui::text::LayoutJob;
use egui::{Label, Response, Sense, Ui};

/// Draws `text`. Where the pointer rests, `more` is told, or else the whole text if it is cut off. Never wider than the window.
pub fn one_line(ui: &mut Ui, text: LayoutJob, sense: Sense, more: Option<String>) -> Response {
    let whole = more.or_else(|| {
        let width = ui.painter().layout_job(text.clone()).size().x;
        (width > ui.available_width()).then(|| text.text.clone())
    });
    let response = ui.add(Label::new(text).truncate().show_tooltip_when_elided(false).sense(sense));
    let Some(whole) = whole else { return response };
    response.on_hover_ui(|ui| {
        let most = ui.spacing().tooltip_width.min(ui.ctx().content_rect().width() - 48.0);
        ui.set_max_width(most);
        ui.add(Label::new(whole).wrap());
    })
}
