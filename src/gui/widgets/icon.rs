//! Icons, painted as lines so that they are sharp at every size and need no font.

use std::f32::consts::PI;

use egui::{Color32, Painter, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::gui::theme::palette;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Three lines.
    Menu,
    /// Three dots above each other.
    More,
    /// A closed padlock.
    Padlock,
    /// An open padlock.
    PadlockOpen,
    /// A tick.
    Tick,
    /// A cross.
    Cross,
    /// A pin.
    Pin,
    /// An exclamation mark.
    Notice,
    /// A question mark.
    Question,
    /// Three squares of a QR code.
    Qr,
    /// A key.
    Key,
    /// An arrow into a tray.
    Import,
    /// An angle that points to the right.
    Onward,
    /// An eye.
    Eye,
    /// The same, crossed out.
    EyeClosed,
    /// Four cards.
    Cards,
    /// Lines below each other.
    Lines,
    /// An arrow head down.
    Down,
    /// A magnifying glass.
    Search,
}

/// Draws `icon` around `center`, about 18 points wide.
pub fn paint(painter: &Painter, icon: Icon, center: Pos2, colour: Color32) {
    paint_sized(painter, icon, center, colour, 1.0);
}

/// The same, `scale` times as large in its lines.
pub fn paint_sized(painter: &Painter, icon: Icon, center: Pos2, colour: Color32, scale: f32) {
    let line = Stroke::new(1.75, colour);
    let at = |x: f32, y: f32| center + vec2(x, y) * scale;
    match icon {
        Icon::Menu => {
            for y in [-5.0, 0.0, 5.0] {
                painter.line_segment([at(-7.0, y), at(7.0, y)], line);
            }
        }
        Icon::More => {
            for y in [-5.5, 0.0, 5.5] {
                painter.circle_filled(at(0.0, y), 1.6, colour);
            }
        }
        Icon::Padlock | Icon::PadlockOpen => {
            let lift = if icon == Icon::Padlock { 0.0 } else { -2.0 };
            let arc =
                (0..=12).map(|n| PI + PI * n as f32 / 12.0).map(|angle| at(4.0 * angle.cos(), -2.5 + lift + 4.5 * angle.sin()));
            let mut points: Vec<Pos2> = arc.collect();
            points.insert(0, at(-4.0, 0.5));
            if icon == Icon::Padlock {
                points.push(at(4.0, 0.5));
            }
            painter.add(Shape::line(points, line));
            painter.rect_filled(Rect::from_min_max(at(-6.5, 0.0), at(6.5, 8.0)), 2.0, colour);
        }
        Icon::Tick => {
            let bold = Stroke::new(2.25 * scale.max(0.8), colour);
            painter.add(Shape::line(vec![at(-6.0, 0.5), at(-2.0, 4.5), at(6.0, -4.5)], bold));
        }
        Icon::Cross => {
            painter.line_segment([at(-5.0, -5.0), at(5.0, 5.0)], Stroke::new(2.25, colour));
            painter.line_segment([at(-5.0, 5.0), at(5.0, -5.0)], Stroke::new(2.25, colour));
        }
        Icon::Notice => {
            painter.line_segment([at(0.0, -6.5), at(0.0, 1.5)], Stroke::new(2.25, colour));
            painter.circle_filled(at(0.0, 5.5), 1.5, colour);
        }
        Icon::Question => {
            let arc = (0..=10).map(|n| PI + 1.35 * PI * n as f32 / 10.0);
            let mut points: Vec<Pos2> = arc.map(|angle| at(3.5 * angle.cos(), -3.5 + 3.5 * angle.sin())).collect();
            points.push(at(0.0, 2.0));
            painter.add(Shape::line(points, Stroke::new(2.0, colour)));
            painter.circle_filled(at(0.0, 5.5), 1.4, colour);
        }
        Icon::Search => {
            painter.circle_stroke(at(-1.5, -1.5), 5.0, line);
            painter.line_segment([at(2.2, 2.2), at(6.5, 6.5)], Stroke::new(2.25, colour));
        }
        Icon::Qr => {
            for (x, y) in [(-7.0, -7.0), (1.0, -7.0), (-7.0, 1.0)] {
                painter.rect_stroke(Rect::from_min_size(at(x, y), vec2(6.0, 6.0)), 1.0, line, egui::StrokeKind::Inside);
            }
            for (x, y) in [(2.5, 2.5), (6.0, 6.0), (6.0, 2.5)] {
                painter.rect_filled(Rect::from_center_size(at(x, y), vec2(2.25, 2.25)), 0.0, colour);
            }
        }
        Icon::Key => {
            painter.circle_stroke(at(-3.5, 3.0), 3.75, line);
            painter.line_segment([at(-0.75, 0.25), at(6.5, -7.0)], line);
            painter.line_segment([at(3.0, -3.5), at(5.75, -0.75)], line);
            painter.line_segment([at(5.5, -6.0), at(7.75, -3.75)], line);
        }
        Icon::Import => {
            painter.line_segment([at(0.0, -7.5), at(0.0, 2.5)], line);
            painter.add(Shape::line(vec![at(-4.0, -1.5), at(0.0, 2.5), at(4.0, -1.5)], line));
            painter.add(Shape::line(vec![at(-7.0, 2.5), at(-7.0, 7.0), at(7.0, 7.0), at(7.0, 2.5)], line));
        }
        Icon::Onward => {
            painter.add(Shape::line(vec![at(-2.5, -5.0), at(2.5, 0.0), at(-2.5, 5.0)], line));
        }
        Icon::Eye | Icon::EyeClosed => {
            let lid = |up: f32| (0..=12).map(move |n| PI * n as f32 / 12.0).map(move |a| at(-8.0 * a.cos(), -up * 5.0 * a.sin()));
            painter.add(Shape::line(lid(1.0).collect(), line));
            painter.add(Shape::line(lid(-1.0).collect(), line));
            painter.circle_filled(center, 2.4, colour);
            if icon == Icon::EyeClosed {
                painter.line_segment([at(-7.0, 6.5), at(7.0, -6.5)], line);
            }
        }
        Icon::Cards => {
            for (x, y) in [(-7.0, -6.5), (1.0, -6.5), (-7.0, 0.5), (1.0, 0.5)] {
                painter.rect_filled(Rect::from_min_size(at(x, y), vec2(6.0, 6.0)), 1.5, colour);
            }
        }
        Icon::Lines => {
            for y in [-5.0, 0.0, 5.0] {
                painter.circle_filled(at(-6.0, y), 1.4, colour);
                painter.line_segment([at(-2.5, y), at(7.0, y)], line);
            }
        }
        Icon::Down => {
            painter.add(Shape::line(vec![at(-4.0, -2.0), at(0.0, 2.0), at(4.0, -2.0)], line));
        }
        Icon::Pin => {
            painter.circle_filled(at(0.0, -2.0), 2.75, colour);
            painter.line_segment([at(0.0, 0.0), at(0.0, 5.0)], line);
        }
    }
}

/// A square button with an icon; `name` is said to assistive technology and in a tooltip.
pub fn button(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    let (_, rect) = ui.allocate_space(vec2(32.0, 32.0));
    let id = ui.make_persistent_id(("icon button", name));
    button_at(ui, id, rect, icon, name)
}

/// The same at a given place, on top of what was drawn there before.
pub fn button_at(ui: &mut Ui, id: egui::Id, rect: Rect, icon: Icon, name: &str) -> Response {
    let response = ui.interact(rect, id, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, ui.is_enabled(), name));
    let palette = palette(ui);
    if response.hovered() || response.has_focus() {
        let fill = if response.is_pointer_button_down_on() { palette.accent_ground } else { palette.surface_hover };
        ui.painter().rect(rect, 8, fill, focus_line(ui, &response), egui::StrokeKind::Inside);
    }
    let colour = if response.hovered() { palette.text } else { palette.weak };
    let center = pos2(rect.center().x.round(), rect.center().y.round());
    paint(ui.painter(), icon, center, colour);
    response.on_hover_text(name)
}

/// The line around what has the keyboard's focus.
pub fn focus_line(ui: &Ui, response: &Response) -> Stroke {
    if response.has_focus() { Stroke::new(2.0, palette(ui).accent) } else { Stroke::NONE }
}

/// One of several, chosen or not.
pub fn choice_at(ui: &Ui, id: egui::Id, rect: Rect, icon: Icon, name: &str, chosen: bool) -> Response {
    let response = ui.interact(rect, id, Sense::click());
    response.widget_info(|| WidgetInfo::selected(egui::Role::RadioButton, ui.is_enabled(), chosen, name));
    let palette = palette(ui);
    let fill = match (response.is_pointer_button_down_on() || chosen, response.hovered()) {
        (true, _) => palette.accent_ground,
        (false, true) => palette.surface_hover,
        (false, false) => Color32::TRANSPARENT,
    };
    ui.painter().rect(rect, 8, fill, focus_line(ui, &response), egui::StrokeKind::Inside);
    let colour = if chosen {
        palette.accent
    } else if response.hovered() {
        palette.text
    } else {
        palette.weak
    };
    paint(ui.painter(), icon, pos2(rect.center().x.round(), rect.center().y.round()), colour);
    response.on_hover_text(name)
}

/// A tick of half the size, for a small button.
pub fn small_tick(painter: &Painter, center: Pos2, colour: Color32) {
    let points = [(-4.0, 0.5), (-1.5, 3.0), (4.0, -3.0)].map(|(x, y)| center + vec2(x, y));
    painter.add(Shape::line(points.to_vec(), Stroke::new(1.75, colour)));
}
