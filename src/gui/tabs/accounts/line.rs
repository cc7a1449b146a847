//! One account as a line: everything a card has, for many accounts at a glance.

use egui::{Align2, Rect, Sense, Ui, Vec2, pos2, vec2};

use crate::app::Action;
use crate::app::action::Which;
use crate::domain::OtpKind;
use crate::gui::theme::digits_font;
use crate::gui::widgets::ring;

use super::parts::{self, Drawn, Item, Names};

/// The height of every line, in points.
pub const HEIGHT: f32 = 48.0;
/// The size of the code, where it fits.
const CODE: f32 = 20.0;
/// Issuer and name have at least this much.
const NAMES: f32 = 84.0;
/// The width of the button for the next code by counter.
const NEXT_COUNTER: f32 = 92.0;
/// The next code stands in lines at least this wide.
const WIDE: f32 = 520.0;

/// Draws the line of `item`; `first`: its menu was opened with the keyboard just now.
pub fn ui(ui: &mut Ui, size: Vec2, item: Item<'_>, first: bool) -> Drawn {
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let response = parts::whole(ui, rect, item, 10);
    let middle = rect.center().y;
    parts::sign(ui, pos2(rect.left() + 26.0, middle), 15.0, item);
    let more = Rect::from_center_size(pos2(rect.right() - 21.0, middle), vec2(32.0, 32.0));
    let mut actions = parts::menus(ui, more, item, &response, first);

    // From the right: what is beside the code, then the code; names have the rest. Columns stand under each other.
    let mut right = rect.right() - 40.0;
    let wide = rect.width() >= WIDE;
    match item.record.account.params.kind() {
        OtpKind::Totp { period } | OtpKind::Steam { period } => {
            ring::paint(ui, pos2(right, middle), period, item.model);
            right -= 66.0;
            if wide && !item.hides() {
                let (taken, action) = parts::next(ui, pos2(right, middle), item, false);
                right -= taken.max(96.0);
                actions.extend(action);
            }
        }
        OtpKind::Hotp { counter } if wide => {
            parts::counter(ui, pos2(right - 2.0, middle), counter);
            right -= 66.0;
            let place = Rect::from_min_size(pos2(right - NEXT_COUNTER, middle - 15.0), vec2(NEXT_COUNTER, 30.0));
            actions.extend(parts::next_counter(ui, place, item));
            right -= 96.0;
        }
        OtpKind::Hotp { .. } => {
            let place = Rect::from_min_size(pos2(right - NEXT_COUNTER, middle - 15.0), vec2(NEXT_COUNTER, 30.0));
            actions.extend(parts::next_counter(ui, place, item));
            right -= NEXT_COUNTER + 6.0;
        }
    }
    if item.hides() {
        actions.extend(parts::eye(ui, pos2(right - 16.0, middle), item));
        right -= 34.0;
    }
    let code = item.current();
    let left = rect.left() + 52.0;
    let room = right - 8.0 - left - NAMES;
    let size = CODE.min(CODE * room / parts::width_of(ui, &code, CODE));
    let taken = parts::width_of(ui, &code, size);
    ui.painter().text(pos2(right - 4.0, middle), Align2::RIGHT_CENTER, code.as_str(), digits_font(size), item.ink(ui));
    let edge = right - taken - 16.0;
    let names = Names { left, right: [edge, edge], middle: [middle - 9.0, middle + 10.0, middle], size: [14.0, 12.5] };
    let cut = parts::names(ui, item, &names);
    let response = if cut { response.on_hover_text(item.title()) } else { response };
    if response.clicked() {
        actions.insert(0, Action::Copy(item.record.account.id, Which::Current));
    }
    Drawn { response, actions }
}
