//! What cards and lines are made of: the ground, names, the code or its dots, what stands beside it.

use std::time::Duration;

use egui::{
    Align2, Color32, EventFilter, FontId, Id, Pos2, Rect, Response, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2,
    vec2,
};

use zeroize::Zeroizing;

use crate::app::action::Which;
use crate::app::document::Record;
use crate::app::listing::Row;
use crate::app::settings::{Codes, Motion};
use crate::app::{Action, Model};
use crate::domain::code::gaps;
use crate::domain::{AccountId, Step, code_at};
use crate::gui::bar::MENU_WIDTH;
use crate::gui::theme::{digits_font, palette, strong_font};
use crate::gui::widgets::icon::{self, Icon};
use crate::gui::widgets::{ground, matched, monogram};

use super::menu;

/// How long new digits take to come.
const FADE: Duration = Duration::from_millis(200);
/// Between two frames meanwhile.
const FADE_FRAME: Duration = Duration::from_millis(33);

/// One account of the list.
#[derive(Clone, Copy)]
pub struct Item<'a> {
    /// Everything else.
    pub model: &'a Model,
    /// The account.
    pub record: &'a Record,
    /// Its row.
    pub row: &'a Row,
    /// How many stand before it.
    pub place: usize,
}

/// What is left to do with an account that was drawn.
pub struct Drawn {
    /// The whole card.
    pub response: Response,
    /// What the person did.
    pub actions: Vec<Action>,
}

/// The id of an account's card, wherever it stands.
pub fn id_of(account: AccountId) -> Id {
    Id::unique(("card", account))
}

/// The popup that opens below the three dots of an account's card.
pub fn menu_of(account: AccountId) -> Id {
    id_of(account).with("more").with("popup")
}

impl Item<'_> {
    /// As a person calls it.
    pub fn title(&self) -> String {
        self.record.account.title()
    }

    /// The code of `step`, grouped; dots where codes are hidden.
    pub fn code(&self, step: Step) -> Zeroizing<String> {
        let params = &self.record.account.params;
        if self.model.shows(self.record.account.id) {
            // Grouped for the eye; the clipboard gets it without a gap.
            return code_at(params, &self.record.secret, step).grouped();
        }
        let letters = usize::from(params.digits().get());
        let gaps = gaps(letters);
        let dots = (0..letters).flat_map(|at| gaps.contains(&at).then_some(' ').into_iter().chain(['•']));
        Zeroizing::new(dots.collect())
    }

    /// The code that counts now.
    pub fn current(&self) -> Zeroizing<String> {
        self.code(self.record.account.params.step_at(self.model.now))
    }

    /// Codes are hidden until they are asked for.
    pub fn hides(&self) -> bool {
        self.model.settings.codes == Codes::Hidden
    }

    /// The colour of the code: new digits come softly, once a step.
    pub fn ink(&self, ui: &Ui) -> Color32 {
        let ink = palette(ui).text;
        let Some(period) = self.record.account.params.period() else { return ink };
        if self.model.settings.motion == Motion::Reduced || !self.model.shows(self.record.account.id) {
            return ink;
        }
        let since = Duration::from_secs(period.secs().into()).saturating_sub(period.remaining(self.model.now));
        if since >= FADE {
            return ink;
        }
        ui.ctx().request_repaint_after(FADE_FRAME);
        ink.gamma_multiply(0.35 + 0.65 * since.as_secs_f32() / FADE.as_secs_f32())
    }
}

/// The whole card as a button that copies the code: its ground, its name and code for those who do not see it, its menus.
pub fn whole(ui: &mut Ui, rect: Rect, item: Item<'_>, corner: u8) -> Response {
    let account = &item.record.account;
    let id = id_of(account.id);
    // A finger scrolls; the menu moves the card there.
    let drags = item.model.can_move() && !ui.input(|input| input.has_touch_screen());
    let sense = if drags { Sense::click_and_drag() } else { Sense::click() };
    let response = ui.interact(rect, id, sense);
    let keys = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    if response.has_focus() {
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, keys));
    }
    ground::paint(ui, rect, corner, &response);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, format!("Copy code of {}", account.title())));
    // Digit by digit, read after the name of what has the keyboard; not when it changes: a description is no live region.
    let now = account.params.step_at(item.model.now);
    let shown = item.model.shows(account.id).then(|| code_at(&account.params, &item.record.secret, now).spelled());
    let said = shown.as_ref().map_or("The code is hidden", |code| code.as_str());
    ui.ctx().accesskit_node_builder(id, |node| node.set_description(said));
    response
}

/// The three dots, and the menu that opens there or with the other button of the pointer.
pub fn menus(ui: &mut Ui, place: Rect, item: Item<'_>, response: &Response, first: bool) -> Vec<Action> {
    let mut actions = Vec::new();
    let name = format!("More for {}", item.title());
    let more = icon::button_at(ui, id_of(item.record.account.id).with("more"), place, Icon::More, &name);
    egui::Popup::menu(&more).width(MENU_WIDTH).show(|ui| actions.extend(menu::ui(ui, item, first)));
    egui::Popup::context_menu(response).width(MENU_WIDTH).show(|ui| actions.extend(menu::ui(ui, item, false)));
    actions
}

/// The sign of the issuer, and the pin.
pub fn sign(ui: &Ui, center: Pos2, radius: f32, item: Item<'_>) {
    let account = &item.record.account;
    monogram::paint(ui, account, center, radius);
    if account.pinned {
        // A badge of the card's own colour, so that the pin is seen on every monogram.
        let badge = center + vec2(1.0, 0.95) * (radius * 0.72);
        let size = (radius * 0.45).max(7.5);
        ui.painter().circle(badge, size, palette(ui).surface, Stroke::new(1.0, palette(ui).border));
        icon::paint(ui.painter(), Icon::Pin, badge, palette(ui).accent);
    }
}

/// Where issuer and name go, and how large they are.
pub struct Names {
    /// The left edge.
    pub left: f32,
    /// The right edge of the issuer, and of the name below it.
    pub right: [f32; 2],
    /// The middle of each line; of the one line where there is only one.
    pub middle: [f32; 3],
    /// Sizes in points.
    pub size: [f32; 2],
}

/// Issuer and name. Whether one of them was cut.
pub fn names(ui: &Ui, item: Item<'_>, at: &Names) -> bool {
    let account = &item.record.account;
    let listing = &item.model.listing;
    let (issuer_hits, name_hits) = (listing.issuer_hits(item.row), listing.name_hits(item.row));
    let ink = palette(ui).text;
    let strong = strong_font(at.size[0]);
    let room = at.right.map(|right| (right - at.left).max(20.0));
    if account.issuer.is_empty() || account.name.is_empty() {
        let (text, hits) = if account.issuer.is_empty() { (&account.name, name_hits) } else { (&account.issuer, issuer_hits) };
        return matched::paint(ui, pos2(at.left, at.middle[2]), room[0], (text, hits), strong, ink);
    }
    let issuer = matched::paint(ui, pos2(at.left, at.middle[0]), room[0], (&account.issuer, issuer_hits), strong, ink);
    let weak = FontId::proportional(at.size[1]);
    let name = matched::paint(ui, pos2(at.left, at.middle[1]), room[1], (&account.name, name_hits), weak, palette(ui).weak);
    issuer || name
}

/// How wide `code` is at `size` points.
pub fn width_of(ui: &Ui, code: &str, size: f32) -> f32 {
    ui.painter().layout_no_wrap(code.to_owned(), digits_font(size), Color32::PLACEHOLDER).size().x.max(1.0)
}

/// The code after the current one as a button of its own, its right edge and middle at `right`, with the word "next" where `named`; how
/// wide it is.
pub fn next(ui: &Ui, right: Pos2, item: Item<'_>, named: bool) -> (f32, Option<Action>) {
    let palette = palette(ui);
    let account = &item.record.account;
    let id = id_of(account.id).with("next");
    let (digits, word) = next_texts(ui, item);
    let word = named.then_some(word);
    let wide = digits.size().x + 16.0 + word.as_ref().map_or(0.0, |word| word.size().x + 6.0);
    let place = Rect::from_min_size(pos2(right.x - wide, right.y - 15.0), vec2(wide, 30.0));
    let response = ui.interact(place, id, Sense::click());
    if response.hovered() || response.has_focus() {
        let fill = if response.is_pointer_button_down_on() { palette.surface_hover } else { palette.accent_ground };
        ui.painter().rect(place, 8, fill, icon::focus_line(ui, &response), StrokeKind::Inside);
    }
    let middle = place.center().y;
    ui.painter().galley(pos2(place.right() - 8.0 - digits.size().x, middle - digits.size().y / 2.0), digits, palette.weak);
    if let Some(word) = word {
        ui.painter().galley(pos2(place.left() + 8.0, middle - word.size().y / 2.0), word, palette.weak);
    }
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, format!("Copy next code of {}", account.title())));
    let clicked = response.clicked();
    response.on_hover_text("Copy the next code");
    (wide, clicked.then_some(Action::Copy(account.id, Which::Next)))
}

type Galley = std::sync::Arc<egui::Galley>;

fn next_texts(ui: &Ui, item: Item<'_>) -> (Galley, Galley) {
    let params = &item.record.account.params;
    let code = item.code(params.step_at(item.model.now).next());
    let weak = palette(ui).weak;
    let digits = ui.painter().layout_no_wrap(code.to_string(), digits_font(15.0), weak);
    (digits, ui.painter().layout_no_wrap("next".to_owned(), FontId::proportional(12.0), weak))
}

/// How wide [`next`] is with its word.
pub fn next_width(ui: &Ui, item: Item<'_>) -> f32 {
    let (digits, word) = next_texts(ui, item);
    digits.size().x + word.size().x + 22.0
}

/// The eye that shows a hidden code for a while, its middle at `center`.
pub fn eye(ui: &mut Ui, center: Pos2, item: Item<'_>) -> Option<Action> {
    let account = &item.record.account;
    let shown = item.model.shows(account.id);
    let (icon, does) = if shown { (Icon::EyeClosed, "Hide") } else { (Icon::Eye, "Show") };
    let place = Rect::from_center_size(center, vec2(32.0, 32.0));
    let name = format!("{does} code of {}", account.title());
    icon::button_at(ui, id_of(account.id).with("eye"), place, icon, &name).clicked().then_some(Action::Reveal(account.id))
}

/// A counter-based account has a button in place of the next code.
pub fn next_counter(ui: &mut Ui, place: Rect, item: Item<'_>) -> Option<Action> {
    let account = &item.record.account;
    let mut child = ui.new_child(UiBuilder::new().max_rect(place).id_salt(("next", account.id)));
    let response = child.put(place, egui::Button::new("Next code")).accessible_name(format!("Next code of {}", account.title()));
    response.clicked().then_some(Action::NextCode(account.id))
}

/// The counter, in the countdown's place.
pub fn counter(ui: &Ui, right: Pos2, counter: u64) {
    ui.painter().text(right, Align2::RIGHT_CENTER, format!("#{counter}"), digits_font(13.0), palette(ui).weak);
}
