//! Back up: what locks the file; where it goes is asked for next.

use egui::{Spinner, Ui};

use crate::app::backup::BackupAction;
use crate::app::{Action, Model};
use crate::gui::widgets::field;

use super::seal::{SealFields, weak};
use super::title;

/// Drafts of the dialog.
#[derive(Default)]
pub struct BackupDraft {
    seal: SealFields,
}

impl BackupDraft {
    /// Draws the dialog.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action> {
        title(ui, "Back up");
        weak(
            ui,
            "All accounts with their secrets, the trash and the test users go into one encrypted file, which age opens as well.",
        );
        ui.add_space(4.0);
        self.seal.ui(ui);
        if !self.seal.keys() {
            weak(
                ui,
                "Write it down and keep it apart from this computer. Without it nobody opens the backup, and neither do we.",
            );
        }
        if let Some(error) = &model.backup.error {
            field::error(ui, &error.text, &error.advice);
        }
        let mut actions = Vec::new();
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            let making = model.backup.making;
            if field::primary(ui, self.seal.ready() && !making, "Choose where…").clicked() {
                actions.push(Action::Backup(BackupAction::Make(self.seal.take())));
            }
            if ui.button("Cancel").clicked() {
                actions.push(Action::Close);
            }
            if making {
                ui.add(Spinner::new().size(18.0));
                ui.label("Writing and checking");
            }
        });
        actions
    }
}
