//! One account's card: the whole card is the button that copies the code.

use std::ops::Range;

use egui::text::{LayoutJob, TextFormat};
use egui::{Align2, FontId, Id, Pos2, Rect, Response, Sense, Stroke, StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2};

use crate::app::action::{Dialog, Which};
use crate::app::document::Record;
use crate::app::listing::Row;
use crate::app::{Action, Model};
use crate::domain::{OtpKind, code_at};
use crate::gui::bar::{MENU_WIDTH, item};
use crate::gui::theme::{digits_font, palette, strong_font};
use crate::gui::widgets::icon::{self, Icon};
use crate::gui::widgets::{monogram, ring};

/// The height of every card, in points.
pub const HEIGHT: f32 = 112.0;
/// Inner margin.
const MARGIN: f32 = 14.0;
/// The size of the code, where it fits.
const CODE: f32 = 27.0;
/// The least space between the code and what stands beside it.
const GAP: f32 = 8.0;
/// The width of the button for the next code by counter.
const NEXT_COUNTER: f32 = 104.0;

/// Draws the card of `record`.
pub fn ui(ui: &mut Ui, size: Vec2, model: &Model, record: &Record, row: &Row) -> Vec<Action> {
    let mut actions = Vec::new();
    let account = &record.account;
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let id = Id::unique(("card", account.id));
    let response = ui.interact(rect, id, Sense::click());
    let params = &account.params;
    let step = params.step_at(model.now);
    let now = code_at(params, &record.secret, step);
    let code = now.grouped();
    ground(ui, rect, &response);
    let cut = names(ui, rect, record, row);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, format!("Copy code of {}", account.title())));
    // Read after the name of what has the keyboard, and not when it changes: a description is no live region.
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(now.spelled().as_str()));
    if response.clicked() {
        actions.push(Action::Copy(account.id, Which::Current));
    }
    // What does not fit on the card is said under the pointer.
    let response = if cut { response.on_hover_text(account.title()) } else { response };
    let menu = icon::button_at(
        ui,
        id.with("more"),
        Rect::from_min_size(pos2(rect.right() - 38.0, rect.top() + 6.0), vec2(32.0, 32.0)),
        Icon::More,
        &format!("More for {}", account.title()),
    );
    egui::Popup::menu(&menu).width(MENU_WIDTH).show(|ui| actions.extend(context_menu(ui, record)));
    egui::Popup::context_menu(&response).width(MENU_WIDTH).show(|ui| actions.extend(context_menu(ui, record)));
    let right = pos2(rect.right() - 40.0, rect.top() + 22.0);
    let room = match params.kind() {
        OtpKind::Totp { period } | OtpKind::Steam { period } => {
            ring::paint(ui, right, period, model.now);
            let (room, action) = next(ui, rect, id, &code, &code_at(params, &record.secret, step.next()).grouped(), record);
            actions.extend(action);
            room
        }
        OtpKind::Hotp { counter } => {
            actions.extend(next_counter(ui, rect, counter, record));
            rect.width() - 2.0 * MARGIN - NEXT_COUNTER
        }
    };
    // Ten digits are smaller where they do not fit otherwise.
    let size = CODE.min(CODE * (room - GAP) / width_of(ui, &code, CODE));
    let place = pos2(rect.left() + MARGIN, rect.bottom() - 28.0);
    ui.painter().text(place, Align2::LEFT_CENTER, code.as_str(), digits_font(size), palette(ui).text);
    actions
}

fn ground(ui: &Ui, rect: Rect, response: &Response) {
    let palette = palette(ui);
    let fill = if response.is_pointer_button_down_on() {
        palette.accent_ground
    } else if response.hovered() {
        palette.surface_hover
    } else {
        palette.surface
    };
    let line = if response.has_focus() { Stroke::new(2.0, palette.accent) } else { Stroke::new(1.0, palette.border) };
    ui.painter().rect(rect, 12, fill, line, StrokeKind::Inside);
}

/// Issuer and name. Whether one of them was cut.
fn names(ui: &Ui, rect: Rect, record: &Record, row: &Row) -> bool {
    let account = &record.account;
    let title = if account.issuer.is_empty() { &account.name } else { &account.issuer };
    monogram::paint(ui.painter(), rect.left_top() + vec2(MARGIN + 19.0, MARGIN + 19.0), 19.0, title);
    let left = rect.left() + MARGIN + 50.0;
    let room = |right: f32| (right - left).max(20.0);
    // The ring stands right of the issuer; the name below has the whole width.
    let weak = palette(ui).weak;
    let issuer_room = room(rect.right() - 102.0);
    let cut = if account.issuer.is_empty() || account.name.is_empty() {
        let hits = if account.issuer.is_empty() { &row.name_hits } else { &row.issuer_hits };
        line(ui, pos2(left, rect.top() + 14.0), issuer_room, title, hits, strong_font(15.0), palette(ui).text)
    } else {
        let issuer = line(
            ui,
            pos2(left, rect.top() + 4.0),
            issuer_room,
            &account.issuer,
            &row.issuer_hits,
            strong_font(15.0),
            palette(ui).text,
        );
        let name = line(
            ui,
            pos2(left, rect.top() + 25.0),
            room(rect.right() - MARGIN),
            &account.name,
            &row.name_hits,
            FontId::proportional(13.0),
            weak,
        );
        issuer || name
    };
    if account.pinned {
        // A badge of the card's own colour, so that the pin is seen on every monogram.
        let center = rect.left_top() + vec2(MARGIN + 33.0, MARGIN + 32.0);
        ui.painter().circle(center, 8.5, palette(ui).surface, Stroke::new(1.0, palette(ui).border));
        icon::paint(ui.painter(), Icon::Pin, center, palette(ui).accent);
    }
    cut
}

/// One line of text in `width`, cut with an ellipsis, the matched letters underlined. Whether it was cut.
fn line(ui: &Ui, at: Pos2, width: f32, text: &str, hits: &[Range<usize>], font: FontId, colour: egui::Color32) -> bool {
    let mut job = LayoutJob::default();
    let plain = TextFormat::simple(font, colour);
    let marked = TextFormat { underline: Stroke::new(2.0, palette(ui).accent), ..plain.clone() };
    let mut hits: Vec<_> = hits.to_vec();
    hits.sort_by_key(|hit| hit.start);
    let mut done = 0;
    for hit in hits {
        if hit.start < done {
            continue;
        }
        job.append(&text[done..hit.start], 0.0, plain.clone());
        job.append(&text[hit.clone()], 0.0, marked.clone());
        done = hit.end;
    }
    job.append(&text[done..], 0.0, plain);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width);
    let galley = ui.painter().layout_job(job);
    let cut = galley.elided;
    ui.painter().galley(at + vec2(0.0, 10.0), galley, colour);
    cut
}

fn width_of(ui: &Ui, code: &str, size: f32) -> f32 {
    ui.painter().layout_no_wrap(code.to_owned(), digits_font(size), egui::Color32::PLACEHOLDER).size().x.max(1.0)
}

/// The code after `now`, with its own click; and how much room that leaves for `now`.
fn next(ui: &Ui, rect: Rect, id: Id, now: &str, code: &str, record: &Record) -> (f32, Option<Action>) {
    let palette = palette(ui);
    let digits = ui.painter().layout_no_wrap(code.to_owned(), digits_font(15.0), palette.weak);
    let word = ui.painter().layout_no_wrap("next".to_owned(), FontId::proportional(12.0), palette.weak);
    let within = rect.width() - 2.0 * MARGIN;
    let wide = digits.size().x + word.size().x + 22.0;
    // Beside a long code there is no room for the word.
    let named = width_of(ui, now, CODE) + GAP + wide <= within + 8.0;
    let size = vec2(if named { wide } else { digits.size().x + 16.0 }, 30.0);
    let place = Rect::from_min_size(pos2(rect.right() - MARGIN - size.x + 8.0, rect.bottom() - 43.0), size);
    let response = ui.interact(place, id.with("next"), Sense::click());
    if response.hovered() || response.has_focus() {
        ui.painter().rect(place, 8, palette.accent_ground, icon::focus_line(ui, &response), StrokeKind::Inside);
    }
    let middle = place.center().y;
    ui.painter().galley(pos2(place.right() - 8.0 - digits.size().x, middle - digits.size().y / 2.0), digits, palette.weak);
    if named {
        ui.painter().galley(pos2(place.left() + 8.0, middle - word.size().y / 2.0), word, palette.weak);
    }
    response
        .widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, format!("Copy next code of {}", record.account.title())));
    let clicked = response.clicked();
    response.on_hover_text("Copy the next code");
    (within + 8.0 - size.x, clicked.then_some(Action::Copy(record.account.id, Which::Next)))
}

/// A counter-based account has a button in the countdown's place.
fn next_counter(ui: &mut Ui, rect: Rect, counter: u64, record: &Record) -> Option<Action> {
    let palette = palette(ui);
    ui.painter().text(
        pos2(rect.right() - 42.0, rect.top() + 22.0),
        Align2::RIGHT_CENTER,
        format!("#{counter}"),
        digits_font(13.0),
        palette.weak,
    );
    let place = Rect::from_min_size(pos2(rect.right() - MARGIN - NEXT_COUNTER, rect.bottom() - 45.0), vec2(NEXT_COUNTER, 32.0));
    let mut child = ui.new_child(UiBuilder::new().max_rect(place).id_salt(("next", record.account.id)));
    let response =
        child.put(place, egui::Button::new("Next code")).accessible_name(format!("Next code of {}", record.account.title()));
    response.clicked().then_some(Action::NextCode(record.account.id))
}

/// Everything that can be done with an account.
fn context_menu(ui: &mut Ui, record: &Record) -> Option<Action> {
    let account = &record.account;
    let mut action = None;
    let mut entry = |ui: &mut Ui, text: &str, make: &dyn Fn() -> Action| {
        if item(ui, true, text, text) {
            action = Some(make());
        }
    };
    entry(ui, "Copy code", &|| Action::Copy(account.id, Which::Current));
    if account.params.period().is_some() {
        entry(ui, "Copy next code", &|| Action::Copy(account.id, Which::Next));
    }
    entry(ui, "Show QR…", &|| Action::Open(Dialog::ShowQr(account.id)));
    entry(ui, "How this code is computed…", &|| Action::Open(Dialog::Explain(account.id, None)));
    entry(ui, "Test a login…", &|| Action::TestLogin(account.id));
    entry(ui, "Edit…", &|| Action::Open(Dialog::Edit(account.id)));
    entry(ui, if account.pinned { "Unpin" } else { "Pin" }, &|| Action::Pin(account.id, !account.pinned));
    entry(ui, "Move to trash", &|| Action::Trash(account.id));
    action
}
