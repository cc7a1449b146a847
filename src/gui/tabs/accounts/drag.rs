//! Putting cards into another order with the pointer: the card follows it, and a line shows where it lands.

use egui::{CursorIcon, Id, Key, LayerId, Order, Pos2, Rect, Stroke, StrokeKind, Ui, Vec2, pos2, vec2};

use crate::app::change::Beside;
use crate::app::listing::Listing;
use crate::app::{Action, Model};
use crate::domain::AccountId;
use crate::gui::theme::{palette, strong_font};
use crate::gui::widgets::monogram;

/// So near the edge of what can be seen, the list scrolls on.
const EDGE: f32 = 44.0;
/// By so much in each frame.
const SPEED: f32 = 14.0;

/// Where the cards lie.
#[derive(Clone, Copy)]
pub struct Grid {
    /// The top left corner of the first one, in sight or not.
    pub origin: Pos2,
    /// The size of each.
    pub size: Vec2,
    /// Between two of them.
    pub gap: f32,
    /// How many stand beside each other.
    pub columns: usize,
}

/// The card that is dragged.
#[derive(Default)]
pub struct Drag {
    card: Option<AccountId>,
}

impl Grid {
    /// The card at `place`.
    pub fn card(&self, place: usize) -> Rect {
        let (line, column) = (place / self.columns, place % self.columns);
        let step = self.size + Vec2::splat(self.gap);
        Rect::from_min_size(self.origin + vec2(column as f32 * step.x, line as f32 * step.y), self.size)
    }

    /// The card under `pointer` or nearest to it, of `count`, and whether the pointer is in its second half.
    fn at(&self, pointer: Pos2, count: usize) -> (usize, bool) {
        let step = self.size + Vec2::splat(self.gap);
        let from = (pointer - self.origin) / step;
        let lines = count.div_ceil(self.columns).max(1);
        let line = (from.y.max(0.0) as usize).min(lines - 1);
        let column = (from.x.max(0.0) as usize).min(self.columns - 1);
        let place = (line * self.columns + column).min(count.saturating_sub(1));
        let center = self.card(place).center();
        (place, if self.columns == 1 { pointer.y > center.y } else { pointer.x > center.x })
    }
}

impl Drag {
    /// The card of `account` begins to be dragged.
    pub fn begin(&mut self, account: AccountId) {
        self.card = Some(account);
    }

    /// Nothing is dragged any more.
    pub fn end(&mut self) {
        self.card = None;
    }

    /// Shows where it would land, and lets it land when the pointer lets go. Esc lets it stay where it was.
    pub fn ui(&mut self, ui: &Ui, model: &Model, grid: Grid) -> Option<Action> {
        let card = self.card?;
        let rows = &model.listing.rows;
        let from = rows.iter().position(|row| row.id == card).filter(|_| model.can_move());
        let given_up = ui.input(|input| input.key_pressed(Key::Escape));
        let (Some(from), Some(pointer), false) = (from, ui.ctx().pointer_latest_pos(), given_up) else {
            self.end();
            ui.ctx().stop_dragging();
            return None;
        };
        let landing = landing(&model.listing, from, grid.at(pointer, rows.len()));
        if !ui.input(|input| input.pointer.primary_down()) {
            self.end();
            return landing.map(|(to, _)| Action::Move(card, to));
        }
        let palette = palette(ui);
        ui.set_cursor_icon(CursorIcon::Grabbing);
        ui.painter().rect_filled(grid.card(from), 12, palette.ground.gamma_multiply(0.6));
        if let Some((_, (place, after))) = landing {
            let card = grid.card(place);
            let half = grid.gap / 2.0;
            let ends = match (grid.columns, after) {
                (1, false) => [card.left_top() - vec2(0.0, half), card.right_top() - vec2(0.0, half)],
                (1, true) => [card.left_bottom() + vec2(0.0, half), card.right_bottom() + vec2(0.0, half)],
                (_, false) => [card.left_top() - vec2(half, 0.0), card.left_bottom() - vec2(half, 0.0)],
                (_, true) => [card.right_top() + vec2(half, 0.0), card.right_bottom() + vec2(half, 0.0)],
            };
            ui.painter().line_segment(ends, Stroke::new(3.0, palette.accent));
            for end in ends {
                ui.painter().circle_filled(end, 4.0, palette.accent);
            }
        }
        let seen = ui.clip_rect();
        let on = if pointer.y < seen.top() + EDGE {
            SPEED
        } else if pointer.y > seen.bottom() - EDGE {
            -SPEED
        } else {
            0.0
        };
        if on != 0.0 {
            ui.scroll_with_delta_animation(vec2(0.0, on), egui::style::ScrollAnimation::none());
            ui.ctx().request_repaint();
        }
        ghost(ui, model, card, pointer);
        None
    }
}

/// Beside which card the one at `from` lands, for the nearest card and its half; and where the line is drawn. `None`: it stays.
fn landing(listing: &Listing, from: usize, nearest: (usize, bool)) -> Option<(Beside, (usize, bool))> {
    let (place, after) = nearest;
    let group = listing.group(from);
    // Pinned cards stay before the others.
    let before = (place + usize::from(after)).clamp(group.start, group.end);
    if before == from || before == from + 1 {
        return None;
    }
    let after = after && before > group.start || before == group.end;
    let place = if after { before - 1 } else { before };
    let other = listing.rows.get(place)?.id;
    Some((if after { Beside::After(other) } else { Beside::Before(other) }, (place, after)))
}

/// What is in the hand.
fn ghost(ui: &Ui, model: &Model, card: AccountId, pointer: Pos2) {
    let Some(record) = model.document().and_then(|document| document.record(card)) else { return };
    let title = record.account.title();
    let palette = palette(ui);
    let painter = ui.ctx().layer_painter(LayerId::new(Order::Tooltip, Id::unique("dragged card")));
    let font = strong_font(14.0);
    let mut job = egui::text::LayoutJob::simple_singleline(title, font, palette.text);
    job.wrap = egui::text::TextWrapping::truncate_at_width(220.0);
    let text = painter.layout_job(job);
    let rect = Rect::from_min_size(pointer + vec2(12.0, 8.0), vec2(text.size().x + 62.0, 44.0));
    painter.add(ui.visuals().popup_shadow.as_shape(rect, 12));
    painter.rect(rect, 12, palette.surface, Stroke::new(1.5, palette.accent), StrokeKind::Inside);
    let name = if record.account.issuer.is_empty() { &record.account.name } else { &record.account.issuer };
    monogram::paint(&painter, rect.left_center() + vec2(24.0, 0.0), 14.0, name);
    painter.galley(pos2(rect.left() + 48.0, rect.center().y - text.size().y / 2.0), text, palette.text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_card_and_its_half() {
        let grid = |columns| Grid { origin: pos2(10.0, 20.0), size: vec2(100.0, 50.0), gap: 10.0, columns };
        let rows = [
            (1, (0.0, 0.0), (0, false)),
            (1, (50.0, 60.0), (0, true)),
            (1, (500.0, 85.0), (1, false)),
            (1, (50.0, 9_000.0), (4, true)),
            (2, (20.0, 30.0), (0, false)),
            (2, (100.0, 30.0), (0, true)),
            (2, (121.0, 30.0), (1, false)),
            (2, (900.0, 100.0), (3, true)),
            (2, (900.0, 900.0), (4, true)),
        ];
        for (columns, (x, y), expected) in rows {
            assert_eq!(grid(columns).at(pos2(x, y), 5), expected, "{columns} {x} {y}");
        }
    }
}
