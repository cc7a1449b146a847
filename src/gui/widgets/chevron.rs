//! The small angle of what opens: a list, a part of a form that is folded away.

use std::f32::consts::FRAC_PI_2;

use egui::emath::Rot2;
use egui::style::WidgetVisuals;
use egui::{Rect, Response, Shape, Stroke, StrokeKind, Ui, vec2};

use crate::gui::theme::palette;

use super::icon::focus_line;

/// For `CollapsingHeader::icon`: points to the right, and down when it is open.
pub fn folds(ui: &mut Ui, openness: f32, response: &Response) {
    // The words beside it have no ground of their own that could show where the keyboard is.
    ui.painter().rect_stroke(response.rect.expand(3.0), 6, focus_line(ui, response), StrokeKind::Inside);
    let (turn, colour) = (Rot2::from_angle(FRAC_PI_2 * (openness - 1.0)), palette(ui).weak);
    paint(ui, response.rect, turn, colour);
}

/// For `ComboBox::icon`: points down.
pub fn opens(ui: &Ui, rect: Rect, visuals: &WidgetVisuals, _open: bool) {
    paint(ui, rect, Rot2::IDENTITY, visuals.fg_stroke.color);
}

fn paint(ui: &Ui, rect: Rect, turn: Rot2, colour: egui::Color32) {
    let points = [vec2(-4.0, -2.0), vec2(0.0, 2.0), vec2(4.0, -2.0)].map(|corner| rect.center() + turn * corner);
    ui.painter().add(Shape::line(points.to_vec(), Stroke::new(1.75, colour)));
}
