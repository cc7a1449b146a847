//! What can be set, one page at a time.

mod backups;
mod check_up;
mod clock;
mod desktop;
mod general;
mod lock;
mod vault;

use egui::Ui;

use crate::app::action::{Dialog, Section};
use crate::app::{Action, Model};
use crate::gui::widgets::field;

use super::{close, title};

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
    let mut actions = Vec::new();
    let mut chosen = section;
    if field::choice(ui, &mut chosen, &Section::ALL.map(|section| (section, section.title()))) {
        actions.push(Action::Open(Dialog::Settings(chosen)));
    }
    ui.add_space(8.0);
    match section {
        Section::CheckUp => actions.extend(check_up::ui(ui, model)),
        Section::General => actions.extend(general::ui(ui, model)),
        Section::Vault => actions.extend(vault::ui(ui, model)),
        Section::Backups => actions.extend(draft.backups.ui(ui, model)),
        Section::Clock => actions.extend(draft.clock.ui(ui, model)),
        Section::Desktop => actions.extend(desktop::ui(ui, model, &mut draft.desktop)),
        Section::Lock => actions.extend(lock::ui(ui, model, &mut draft.lock)),
    }
    actions.extend(close(ui));
    actions
}
