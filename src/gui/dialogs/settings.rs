//! What can be set, one page at a time: their names in a column beside the page, or above it in a narrow window.

mod accounts;
mod backups;
mod check_up;
mod clock;
mod desktop;
mod general;
mod icons;
mod lock;
mod vault;

use egui::{Button, Color32, RichText, Role, Ui, WidgetInfo, vec2};

use crate::app::action::{Dialog, Section};
use crate::app::{Action, Model};
use crate::gui::theme::palette;
use crate::gui::widgets::field;

use super::{close, title};

/// The width of the dialog.
pub const WIDTH: f32 = 712.0;
/// From this width on the names stand beside the page.
const WIDE: f32 = 600.0;
/// The width of the column with the names.
const NAMES: f32 = 148.0;
/// Between it and the page.
const GAP: f32 = 24.0;
/// A page is at least this high there, so that the dialog does not jump from one to the other.
const HEIGHT: f32 = 400.0;

/// What is typed on the pages.
#[derive(Default)]
pub struct SettingsDraft {
    backups: backups::BackupsDraft,
    lock: lock::LockDraft,
    clock: clock::ClockDraft,
    desktop: desktop::DesktopDraft,
}

/// Draws the page `section`, and the way to the others.
pub fn ui(ui: &mut Ui, model: &Model, section: Section, draft: &mut SettingsDraft) -> Vec<Action> {
    title(ui, "Settings");
    let width = ui.available_width();
    let mut chosen = section;
    let mut actions = Vec::new();
    if width >= WIDE {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            field::column(ui, NAMES, |ui| names(ui, &mut chosen));
            field::column(ui, width - NAMES - GAP, |ui| {
                let room = (super::room(ui.ctx()).y - 150.0).max(0.0);
                ui.set_min_height(HEIGHT.min(room));
                actions.extend(page(ui, model, section, draft));
                actions.extend(close(ui));
            });
        });
    } else {
        field::choice(ui, &mut chosen, &Section::ALL.map(|section| (section, section.title())));
        ui.add_space(8.0);
        actions.extend(page(ui, model, section, draft));
        actions.extend(close(ui));
    }
    if chosen != section {
        actions.push(Action::Open(Dialog::Settings(chosen)));
    }
    actions
}

/// The names of all pages, one below the other.
fn names(ui: &mut Ui, chosen: &mut Section) {
    ui.spacing_mut().item_spacing.y = 2.0;
    for section in Section::ALL {
        let (palette, here) = (palette(ui), *chosen == section);
        let text = RichText::new(section.title()).color(if here { palette.accent } else { palette.text });
        let fill = if here { palette.accent_ground } else { Color32::TRANSPARENT };
        // An empty text on the right keeps the name at the left edge.
        let button = Button::selectable(here, text).right_text("").fill(fill).min_size(vec2(NAMES, 34.0)).corner_radius(8);
        let response = ui.add(button);
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, here, section.title()));
        if response.clicked() {
            *chosen = section;
        }
    }
}

fn page(ui: &mut Ui, model: &Model, section: Section, draft: &mut SettingsDraft) -> Vec<Action> {
    match section {
        Section::CheckUp => check_up::ui(ui, model),
        Section::General => general::ui(ui, model),
        Section::Icons => icons::ui(ui, model),
        Section::Accounts => accounts::ui(ui, model).into_iter().collect(),
        Section::Vault => vault::ui(ui, model),
        Section::Backups => draft.backups.ui(ui, model),
        Section::Clock => draft.clock.ui(ui, model).into_iter().collect(),
        Section::Desktop => desktop::ui(ui, model, &mut draft.desktop),
        Section::Lock => lock::ui(ui, model, &mut draft.lock),
    }
}
