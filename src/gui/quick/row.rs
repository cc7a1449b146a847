//! One row of the quick search: who, the code, and how long it counts.

use zeroize::Zeroizing;

use egui::{FontId, Id, Rect, Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::app::action::Which;
use crate::app::document::Record;
use crate::app::listing::{Listing, Row};
use crate::app::outside::OutsideAction;
use crate::app::{Action, Model};
use crate::domain::code::gaps;
use crate::domain::{AccountId, OtpKind, code_at};
use crate::gui::theme::{digits_font, palette, strong_font};
use crate::gui::widgets::icon::{self, Icon};
use crate::gui::widgets::{matched, monogram, ring};

/// The height of a row, in points.
pub const HEIGHT: f32 = 54.0;
/// The height of the field above.
pub const HEADER: f32 = 56.0;
/// The height of the line below.
pub const FOOTER: f32 = 34.0;
/// Above the first row and below the last.
pub const PAD: f32 = 6.0;
/// The room for ring and seconds.
const COUNTDOWN: f32 = 66.0;

/// What Enter does with an account: copies and closes. The next code of a counter is made in its place.
pub fn take(model: &Model, id: AccountId, which: Which) -> Option<Action> {
    let kind = model.document()?.record(id)?.account.params.kind();
    Some(match (kind, which) {
        (OtpKind::Hotp { .. }, Which::Next) => Action::NextCode(id),
        _ => Action::Outside(OutsideAction::QuickCopy(id, which)),
    })
}

/// What is shown in a row.
pub struct Shown<'a> {
    /// The account.
    pub record: &'a Record,
    /// Its row.
    pub row: &'a Row,
    /// The list that the row is of.
    pub listing: &'a Listing,
}

/// The code, grouped; dots where codes are hidden. Enter copies it all the same.
fn code(model: &Model, record: &Record) -> Zeroizing<String> {
    let params = &record.account.params;
    if model.shows(record.account.id) {
        return code_at(params, &record.secret, params.step_at(model.now)).grouped();
    }
    let letters = usize::from(params.digits().get());
    let gaps = gaps(letters);
    let dots = (0..letters).flat_map(|at| gaps.contains(&at).then_some(' ').into_iter().chain(['•']));
    Zeroizing::new(dots.collect())
}

/// The row's own id.
pub fn id(account: AccountId) -> Id {
    Id::unique(("quick", account))
}

/// Draws the row of `record` in `place`.
pub fn ui(ui: &Ui, place: Rect, model: &Model, shown: &Shown<'_>, chosen: bool) -> Response {
    let palette = palette(ui);
    let account = &shown.record.account;
    let response = ui.interact(place, id(account.id), Sense::click());
    let code = code(model, shown.record);
    response.widget_info(|| {
        WidgetInfo::selected(egui::Role::ListBoxOption, true, chosen, format!("Copy code of {}", account.title()))
    });
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_description(code.as_str());
        node.set_selected(chosen);
    });
    let ground = place.shrink2(vec2(8.0, 1.0));
    if chosen {
        ui.painter().rect(ground, 10, palette.accent_ground, Stroke::new(1.0, palette.accent), StrokeKind::Inside);
    }
    let middle = place.center().y;
    let right = ground.right() - 12.0;
    let code_right = match account.params.kind() {
        OtpKind::Totp { period } | OtpKind::Steam { period } => {
            ring::paint(ui, pos2(right, middle), period, model);
            right - COUNTDOWN
        }
        OtpKind::Hotp { counter } => {
            let counter = ui.painter().layout_no_wrap(format!("#{counter}"), digits_font(13.0), palette.weak);
            let wide = counter.size().x.max(COUNTDOWN - 14.0);
            ui.painter().galley(pos2(right - counter.size().x, middle - counter.size().y / 2.0), counter, palette.weak);
            right - wide - 14.0
        }
    };
    let ink = if chosen { palette.accent } else { palette.text };
    let digits = ui.painter().layout_no_wrap(code.as_str().to_owned(), digits_font(19.0), ink);
    let code_left = code_right - digits.size().x;
    ui.painter().galley(pos2(code_left, middle - digits.size().y / 2.0), digits, ink);
    names(ui, ground, code_left - 12.0, shown);
    response
}

fn names(ui: &Ui, ground: Rect, right: f32, shown: &Shown<'_>) {
    let palette = palette(ui);
    let account = &shown.record.account;
    let (issuer_hits, name_hits) = (shown.listing.issuer_hits(shown.row), shown.listing.name_hits(shown.row));
    let title = if account.issuer.is_empty() { &account.name } else { &account.issuer };
    let center = pos2(ground.left() + 26.0, ground.center().y);
    monogram::paint(ui, account, center, 16.0);
    if account.pinned {
        let badge = center + vec2(12.0, 11.0);
        ui.painter().circle(badge, 7.5, palette.surface, Stroke::new(1.0, palette.border));
        icon::paint(ui.painter(), Icon::Pin, badge, palette.accent);
    }
    let left = ground.left() + 54.0;
    let room = (right - left).max(20.0);
    let middle = ground.center().y;
    if account.issuer.is_empty() || account.name.is_empty() {
        let hits = if account.issuer.is_empty() { name_hits } else { issuer_hits };
        matched::paint(ui, pos2(left, middle), room, (title, hits), strong_font(15.0), palette.text);
    } else {
        let issuer = (account.issuer.as_str(), issuer_hits);
        matched::paint(ui, pos2(left, middle - 9.0), room, issuer, strong_font(14.5), palette.text);
        let name = (account.name.as_str(), name_hits);
        matched::paint(ui, pos2(left, middle + 10.0), room, name, FontId::proportional(12.5), palette.weak);
    }
}
