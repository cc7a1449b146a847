//! The steps of a path as a line: those that are done, the one at hand, those ahead.

use egui::{Align2, FontId, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::gui::theme::{palette, strong_font};
use crate::gui::widgets::icon::{self, Icon};

/// The radius of a step's sign.
const RADIUS: f32 = 11.0;
/// Between its sign and its name, and around the lines between steps.
const GAP: f32 = 7.0;
/// The longest and the shortest line between two steps.
const LINE: (f32, f32) = (8.0, 36.0);

/// Draws `names`, of which number `now`, from 0, is at hand; as many as there are: all are done. In a narrow place only the name of the
/// step at hand stands beside its sign.
pub fn ui(ui: &mut Ui, names: &[&str], now: usize) {
    let palette = palette(ui);
    let room = ui.available_width();
    let galley = |at: usize, name: &str| {
        let colour = if at <= now { palette.text } else { palette.weak };
        let font = if at == now { strong_font(13.0) } else { FontId::proportional(13.0) };
        ui.painter().layout_no_wrap(name.to_owned(), font, colour)
    };
    let words: Vec<_> = names.iter().enumerate().map(|(at, name)| galley(at, name)).collect();
    let signs = names.len() as f32 * (2.0 * RADIUS + GAP);
    let between = names.len().saturating_sub(1) as f32;
    let wide = signs + words.iter().map(|word| word.size().x).sum::<f32>() + between * (LINE.0 + 2.0 * GAP) <= room;
    let shown = |at: usize| wide || at == now.min(names.len() - 1);
    let used = signs + words.iter().enumerate().filter(|(at, _)| shown(*at)).map(|(_, word)| word.size().x).sum::<f32>();
    let line = ((room - used) / between.max(1.0) - 2.0 * GAP).clamp(LINE.0, LINE.1);
    let (rect, response) = ui.allocate_exact_size(vec2(room, 2.0 * RADIUS + 6.0), Sense::hover());
    let (mut left, middle) = (rect.left(), rect.center().y);
    for (at, word) in words.into_iter().enumerate() {
        if at > 0 {
            let colour = if at <= now { palette.accent } else { palette.border };
            ui.painter().hline(left + GAP..=left + GAP + line, middle, Stroke::new(1.5, colour));
            left += line + 2.0 * GAP;
        }
        let center = pos2(left + RADIUS, middle);
        if at < now {
            ui.painter().circle_filled(center, RADIUS, palette.accent_ground);
            icon::paint_sized(ui.painter(), Icon::Tick, center, palette.accent, 0.75);
        } else {
            let (fill, ink) = if at == now { (palette.accent, palette.on_accent) } else { (palette.surface, palette.weak) };
            let edge = if at == now { palette.accent } else { palette.border };
            ui.painter().circle(center, RADIUS, fill, Stroke::new(1.0, edge));
            ui.painter().text(center, Align2::CENTER_CENTER, at + 1, strong_font(12.0), ink);
        }
        left += 2.0 * RADIUS;
        if shown(at) {
            let size = word.size();
            ui.painter().galley(pos2(left + GAP, middle - size.y / 2.0), word, palette.text);
            left += GAP + size.x;
        }
    }
    let said = names.get(now).map_or_else(|| "All steps are done".to_owned(), |name| step(now, names.len(), name));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
}

fn step(now: usize, of: usize, name: &str) -> String {
    format!("Step {} of {of}: {name}", now + 1)
}
