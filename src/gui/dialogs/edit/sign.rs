//! What stands beside an account, in its dialog: a picture of its own, an icon that is chosen from all there are, or the usual one.

use egui::{Align2, FontId, Label, RichText, ScrollArea, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, vec2};

use crate::app::icons::{Catalogue, Choice, IconAction, Offered};
use crate::app::settings::IssuerIcons;
use crate::app::{Action, Model};
use crate::domain::Account;
use crate::gui::dialogs::title;
use crate::gui::theme::palette;
use crate::gui::widgets::{field, list, monogram};

/// The height of an icon that may be chosen, with its name, and its least width, in points.
const HEIGHT: f32 = 84.0;
const NARROWEST: f32 = 82.0;
/// How high the list of them is, in points.
const LIST: f32 = 364.0;

/// What is typed while an icon is chosen.
#[derive(Default)]
pub struct SignDraft {
    search: Option<String>,
}

impl SignDraft {
    /// Draws the sign of `account`, and what can be done about it.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model, account: &Account) -> Vec<Action> {
        let mut actions = Vec::new();
        if model.settings.issuer_icons == IssuerIcons::Monograms {
            return actions;
        }
        ui.horizontal_wrapped(|ui| {
            let (place, _) = ui.allocate_exact_size(vec2(48.0, 48.0), Sense::hover());
            monogram::paint(ui, account, place.center(), 24.0);
            let can = !model.icons.busy;
            if ui.add_enabled(can, egui::Button::new("Picture…")).clicked() {
                actions.push(Action::Icons(IconAction::ChoosePicture(account.id)));
            }
            if ui.add_enabled(can, egui::Button::new("Choose an icon…")).clicked() {
                self.search = Some(String::new());
                actions.push(Action::Icons(IconAction::List));
            }
            if model.icons.is_own(account.id) && ui.add_enabled(can, egui::Button::new("Use the usual picture")).clicked() {
                actions.push(Action::Icons(IconAction::Usual(account.id)));
            }
        });
        if let Some(said) = &model.icons.error {
            field::error(ui, &said.text, &said.advice);
        }
        ui.add_space(4.0);
        actions
    }

    /// Draws all icons in the fields' place, as long as one is being chosen.
    pub fn choosing(&mut self, ui: &mut Ui, model: &Model, account: &Account) -> Option<Vec<Action>> {
        let search = self.search.as_mut()?;
        title(ui, "Choose an icon");
        let typed = field::text(ui, "Search the icons", "Name of a service", search);
        if ui.memory(|memory| memory.focused().is_none()) {
            typed.request_focus();
        }
        let nothing = Catalogue::default();
        let catalogue = model.icons.catalogue.as_deref().unwrap_or(&nothing);
        let wanted = search.trim().to_lowercase();
        let found: Vec<&Offered> = catalogue.offered.iter().filter(|icon| icon.title.to_lowercase().contains(&wanted)).collect();
        let mut chosen = None;
        ui.add_space(4.0);
        if found.is_empty() && model.icons.catalogue.is_some() {
            ui.add(
                Label::new(RichText::new(format!("No icon has “{}” in its name", search.trim())).color(palette(ui).weak)).wrap(),
            );
        } else {
            let width = ui.available_width() - 12.0;
            let columns = ((width / NARROWEST).floor() as usize).max(1);
            let size = vec2((width / columns as f32).floor(), HEIGHT);
            let area =
                ScrollArea::vertical().id_salt("icons").max_height(LIST).min_scrolled_height(LIST).auto_shrink([false, true]);
            ui.scope(|ui| {
                ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
                list::rows(ui, area, HEIGHT, found.len().div_ceil(columns), |ui, seen| {
                    for line in seen {
                        ui.horizontal(|ui| {
                            for icon in found.iter().skip(line * columns).take(columns) {
                                chosen = chosen.take().or_else(|| cell(ui, size, icon));
                            }
                        });
                    }
                });
            });
        }
        ui.add_space(8.0);
        let back = ui.button("Back").clicked();
        let taken = chosen.map(|choice| Action::Icons(IconAction::Choose(account.id, choice)));
        if back || taken.is_some() {
            self.search = None;
        }
        Some(taken.into_iter().collect())
    }
}

/// One icon with its name; what it is if it was pressed.
fn cell(ui: &mut Ui, size: Vec2, icon: &Offered) -> Option<Choice> {
    let (place, response) = ui.allocate_exact_size(size, Sense::click());
    let colours = palette(ui);
    if response.hovered() || response.has_focus() {
        let line = if response.has_focus() { Stroke::new(2.0, colours.accent) } else { Stroke::NONE };
        ui.painter().rect(place.shrink(2.0), 8, colours.surface_hover, line, StrokeKind::Inside);
    }
    monogram::paint_choice(ui, &icon.choice, &icon.title, place.center_top() + vec2(0.0, 32.0), 22.0);
    let mut text = egui::text::LayoutJob::simple_singleline(icon.title.clone(), FontId::proportional(12.0), colours.text);
    text.wrap = egui::text::TextWrapping::truncate_at_width(size.x - 8.0);
    let text = ui.painter().layout_job(text);
    let at = Align2::CENTER_CENTER.anchor_size(place.center_bottom() - vec2(0.0, 15.0), text.size());
    let cut = text.elided;
    ui.painter().galley(at.min, text, colours.text);
    let name = if icon.pack.is_empty() { icon.title.clone() } else { format!("{} ({})", icon.title, icon.pack) };
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, &name));
    let clicked = response.clicked();
    if cut || !icon.pack.is_empty() {
        response.on_hover_text(name);
    }
    clicked.then(|| icon.choice.clone())
}
