//! One account's card: the whole card is the button that copies the code.

use egui::{Align2, Rect, Sense, Ui, Vec2, pos2, vec2};

use crate::domain::OtpKind;
use crate::gui::theme::digits_font;
use crate::gui::widgets::ring;

use super::parts::{self, Drawn, Item, Names};

/// The height of every card, in points.
pub const HEIGHT: f32 = 112.0;
/// Inner margin.
const MARGIN: f32 = 14.0;
/// The size of the code, where it fits.
const CODE: f32 = 27.0;
/// The least space between the code and what stands beside it, on top of the margin that is inside of that.
const GAP: f32 = 4.0;
/// The width of the button for the next code by counter.
const NEXT_COUNTER: f32 = 104.0;

/// Draws the card of `item`; `first`: its menu was opened with the keyboard just now.
pub fn ui(ui: &mut Ui, size: Vec2, item: Item<'_>, first: bool) -> Drawn {
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let response = parts::whole(ui, rect, item, 12);
    parts::sign(ui, rect.left_top() + vec2(MARGIN + 19.0, MARGIN + 19.0), 19.0, item);
    // The ring stands right of the issuer; the name below has the whole width.
    let names = Names {
        left: rect.left() + MARGIN + 50.0,
        right: [rect.right() - 102.0, rect.right() - MARGIN],
        middle: [22.0, 43.0, 33.0].map(|down| rect.top() + down),
        size: [15.0, 13.0],
    };
    let cut = parts::names(ui, item, &names);
    // What does not fit on the card is said under the pointer.
    let response = if cut { response.on_hover_text(item.title()) } else { response };
    let more = Rect::from_min_size(pos2(rect.right() - 38.0, rect.top() + 6.0), vec2(32.0, 32.0));
    let mut actions = parts::menus(ui, more, item, &response, first);

    let code = item.current();
    let wide = parts::width_of(ui, &code, CODE);
    let within = rect.width() - 2.0 * MARGIN;
    let beside = pos2(rect.right() - MARGIN + 8.0, rect.bottom() - 28.0);
    let right = pos2(rect.right() - 40.0, rect.top() + 22.0);
    let mut room = within;
    match item.record.account.params.kind() {
        OtpKind::Totp { period } | OtpKind::Steam { period } => {
            ring::paint(ui, right, period, item.model);
            if !item.hides() {
                // Beside a long code there is no room for the word.
                let named = wide + GAP + parts::next_width(ui, item) <= within + 8.0;
                let (taken, action) = parts::next(ui, beside, item, named);
                room = within + 8.0 - taken;
                actions.extend(action);
            }
        }
        OtpKind::Hotp { counter } => {
            parts::counter(ui, right - vec2(2.0, 0.0), counter);
            let place =
                Rect::from_min_size(pos2(rect.right() - MARGIN - NEXT_COUNTER, rect.bottom() - 44.0), vec2(NEXT_COUNTER, 32.0));
            actions.extend(parts::next_counter(ui, place, item));
            room = within - NEXT_COUNTER;
        }
    }
    if item.hides() {
        room -= 32.0;
        actions.extend(parts::eye(ui, pos2(rect.left() + MARGIN + room.min(wide.max(96.0) + 10.0) + 16.0, beside.y), item));
    }
    // Ten digits are smaller where they do not fit otherwise.
    let size = CODE.min(CODE * (room - GAP) / wide);
    let place = pos2(rect.left() + MARGIN, beside.y);
    ui.painter().text(place, Align2::LEFT_CENTER, code.as_str(), digits_font(size), item.ink(ui));
    if response.clicked() {
        actions.insert(0, crate::app::Action::Copy(item.record.account.id, crate::app::action::Which::Current));
    }
    Drawn { response, actions }
}
