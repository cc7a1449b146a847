//! The ground of a card that is a button as a whole: hovered, pressed, with the focus.

use egui::{Rect, Response, Stroke, StrokeKind, Ui};

use crate::gui::theme::palette;

/// Draws it.
pub fn paint(ui: &Ui, rect: Rect, corner: u8, response: &Response) {
    let palette = palette(ui);
    let fill = if response.is_pointer_button_down_on() {
        palette.accent_ground
    } else if response.hovered() {
        palette.surface_hover
    } else {
        palette.surface
    };
    let line = if response.has_focus() { Stroke::new(2.0, palette.accent) } else { Stroke::new(1.0, palette.border) };
    ui.painter().rect(rect, corner, fill, line, StrokeKind::Inside);
}
