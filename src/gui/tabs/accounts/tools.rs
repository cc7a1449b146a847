//! The row above the accounts: tags, how many there are, their order, cards or a list.

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align, Button, FontId, Layout, Popup, RichText, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use crate::app::settings::{Order, Shelf, View};
use crate::app::{Action, Model, notice};
use crate::gui::bar::{MENU_WIDTH, line};
use crate::gui::theme::palette;
use crate::gui::widgets::icon::{self, Icon};

/// Under this width tags have a row of their own.
const NARROW: f32 = 620.0;
/// So many tags are shown at first; those that are chosen always are.
const MOST: usize = 8;
/// The longest tag that is shown whole, in points.
const LONGEST: f32 = 160.0;
/// The height of the row.
const HEIGHT: f32 = 32.0;

/// Whether all tags are shown.
#[derive(Default)]
pub struct Tools {
    all: bool,
}

impl Tools {
    /// Draws the row.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action> {
        let mut actions = Vec::new();
        let tags = !model.listing.tags.is_empty();
        let narrow = ui.available_width() < NARROW;
        ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            actions.extend(views(ui, model));
            actions.extend(order(ui, model));
            let rest = vec2(ui.available_width(), HEIGHT);
            ui.allocate_ui_with_layout(rest, Layout::left_to_right(Align::Center).with_main_wrap(true), |ui| {
                if tags && !narrow {
                    actions.extend(self.chips(ui, model));
                } else {
                    count(ui, model);
                }
            });
        });
        if tags && narrow {
            ui.horizontal_wrapped(|ui| actions.extend(self.chips(ui, model)));
        }
        actions
    }

    fn chips(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action> {
        let mut actions = Vec::new();
        for (at, tag) in model.listing.tags.iter().enumerate() {
            let chosen = model.tags.contains(tag);
            if (at < MOST || self.all || chosen) && chip(ui, tag, &format!("Tag {tag}"), chosen) {
                actions.push(Action::ToggleTag(tag.clone()));
            }
        }
        let more = model.listing.tags.len().saturating_sub(MOST);
        if more > 0 {
            let text = if self.all { "Fewer".to_owned() } else { format!("{more} more") };
            if chip(ui, &text, if self.all { "Fewer tags" } else { "More tags" }, false) {
                self.all = !self.all;
            }
        }
        actions
    }
}

/// How many accounts are listed.
fn count(ui: &mut Ui, model: &Model) {
    let (seen, total) = (model.listing.rows.len(), model.listing.total);
    let all = notice::counted(total, "account");
    let text = if seen == total { all } else { format!("{} of {all}", notice::grouped(seen as u64)) };
    ui.label(RichText::new(text).color(palette(ui).weak).size(13.0));
}

/// A small round button that can be chosen: a tick says so, too.
fn chip(ui: &mut Ui, text: &str, name: &str, chosen: bool) -> bool {
    let palette = palette(ui);
    let ink = if chosen { palette.accent } else { palette.text };
    let mut job = LayoutJob::simple_singleline(text.to_owned(), FontId::proportional(13.0), ink);
    job.wrap = TextWrapping::truncate_at_width(LONGEST.min(ui.max_rect().width() - 48.0));
    let words = ui.painter().layout_job(job);
    let tick = if chosen { 14.0 } else { 0.0 };
    let (rect, response) = ui.allocate_exact_size(vec2(words.size().x + 24.0 + tick, 28.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, chosen, name));
    let fill = match (chosen || response.is_pointer_button_down_on(), response.hovered()) {
        (true, _) => palette.accent_ground,
        (false, true) => palette.surface_hover,
        (false, false) => palette.surface,
    };
    let edge = if chosen || response.is_pointer_button_down_on() { palette.accent } else { palette.border };
    let line = if response.has_focus() { Stroke::new(2.0, palette.accent) } else { Stroke::new(1.0, edge) };
    ui.painter().rect(rect, 14, fill, line, StrokeKind::Inside);
    if chosen {
        icon::small_tick(ui.painter(), rect.left_center() + vec2(14.0, 0.0), palette.accent);
    }
    ui.painter().galley(rect.left_center() + vec2(12.0 + tick, -words.size().y / 2.0), words.clone(), ink);
    let clicked = response.clicked();
    if words.elided {
        response.on_hover_text(text);
    }
    clicked
}

/// The order, and the menu of orders.
fn order(ui: &mut Ui, model: &Model) -> Option<Action> {
    let order = model.settings.order;
    let palette = palette(ui);
    let text = RichText::new(format!("Order: {}", order.title())).size(13.0).color(palette.weak);
    // Room for the arrow.
    let button = Button::new(text)
        .right_text("   ")
        .min_size(vec2(0.0, HEIGHT))
        .fill(egui::Color32::TRANSPARENT)
        .stroke(egui::Stroke::NONE);
    let response = ui.add(button);
    if response.hovered() || response.has_focus() {
        ui.painter().rect(response.rect, 8, egui::Color32::TRANSPARENT, icon::focus_line(ui, &response), StrokeKind::Inside);
    }
    icon::paint(ui.painter(), Icon::Down, response.rect.right_center() - vec2(16.0, 0.0), palette.weak);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Order: {}", order.title())));
    let mut chosen = None;
    Popup::menu(&response).width(MENU_WIDTH).show(|ui| {
        for other in Order::ALL {
            if line(ui, true, other == order, other.title(), other.title()) {
                chosen = Some(other);
            }
        }
    });
    chosen.map(|order| Action::Shelf(Shelf { order, ..model.settings.shelf() }))
}

/// Cards or a list.
fn views(ui: &mut Ui, model: &Model) -> Option<Action> {
    let mut chosen = None;
    // From right to left.
    for (view, shape, name) in [(View::List, Icon::Lines, "List"), (View::Cards, Icon::Cards, "Cards")] {
        let on = model.settings.view == view;
        let id = ui.make_persistent_id(("view", name));
        let (_, rect) = ui.allocate_space(vec2(36.0, HEIGHT));
        let response = icon::choice_at(ui, id, rect, shape, name, on);
        if response.clicked() && !on {
            chosen = Some(view);
        }
    }
    chosen.map(|view| Action::Shelf(Shelf { view, ..model.settings.shelf() }))
}
