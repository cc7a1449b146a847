//! Settings, Backups: the last one, and automatic ones.

use egui::{Label, Spinner, Ui};

use crate::app::action::Dialog;
use crate::app::backup::{BackupAction, KEPT, Standing};
use crate::app::ports::BackupError;
use crate::app::{Action, Model, notice};
use crate::domain::UnixTime;
use crate::gui::dialogs::seal::{SealFields, weak};
use crate::gui::widgets::field;
use crate::gui::widgets::when::date_time;

/// Drafts of the page.
#[derive(Default)]
pub struct BackupsDraft {
    seal: SealFields,
    changing: bool,
}

impl BackupsDraft {
    /// Draws the page.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action> {
        let mut actions = last(ui, model);
        ui.add_space(8.0);
        field::caption(ui, "Automatic backups");
        let mut on = model.settings.backup_auto;
        if field::choice(ui, &mut on, &[(false, "Off"), (true, "After changes")]) {
            actions.push(Action::Backup(BackupAction::Auto(on)));
        }
        if !model.settings.backup_auto {
            return actions;
        }
        weak(
            ui,
            &format!("One an hour at most. The last {KEPT} in the folder are kept; give each computer a folder of its own."),
        );
        let folder = model.settings.backup_folder.as_str();
        field::caption(ui, "Folder");
        ui.add(Label::new(if folder.is_empty() { "None is chosen yet" } else { folder }).wrap());
        if ui.button("Choose a folder…").clicked() {
            actions.push(Action::Backup(BackupAction::ChooseFolder));
        }
        let locked = self.lock(ui, model, &mut actions);
        ui.add_space(4.0);
        // What is missing on this page needs no other words.
        let missing = BackupError::NoPassphraseKept;
        if let Some((_, error)) = model.backup.auto_failed.as_ref().filter(|(_, error)| *error != missing) {
            let said = notice::auto_backup_failed(error);
            field::error(ui, &said.text, &said.advice);
        }
        ui.horizontal(|ui| {
            let ready = locked && !folder.is_empty() && !model.backup.auto_running && model.document().is_some();
            if ui.add_enabled(ready, egui::Button::new("Back up now")).clicked() {
                actions.push(Action::Backup(BackupAction::AutoNow));
            }
            if model.backup.auto_running {
                ui.add(Spinner::new().size(18.0));
                ui.label("Writing and checking");
            }
        });
        actions
    }

    /// What locks automatic backups; whether anything does.
    fn lock(&mut self, ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) -> bool {
        let keys = model.settings.backup_recipients.len();
        let kept = model.document().is_some_and(|document| document.backup_passphrase.is_some());
        let locked = keys > 0 || kept;
        if locked && !self.changing {
            field::caption(ui, "Locked with");
            let said = match (keys, kept) {
                (1, _) => "A public key".to_owned(),
                (keys @ 2.., _) => format!("{keys} public keys"),
                _ => "A passphrase".to_owned(),
            };
            ui.label(said);
            if keys == 0 {
                weak(
                    ui,
                    "It is kept with your accounts, in the same place and as well protected, so that nobody has to type it each time. \
                     It is in no backup: write it down.",
                );
            }
            if ui.button("Lock with something else").clicked() {
                self.changing = true;
            }
            return true;
        }
        self.seal.ui(ui);
        if !self.seal.keys() {
            weak(
                ui,
                "It is kept with your accounts, so that nobody has to type it each time. It is in no backup: write it down.",
            );
        }
        if let Some(error) = &model.backup.error {
            field::error(ui, &error.text, &error.advice);
        }
        if ui.add_enabled(self.seal.ready() && model.document().is_some(), egui::Button::new("Use this")).clicked() {
            self.changing = false;
            actions.push(Action::Backup(BackupAction::AutoSeal(self.seal.take())));
        }
        locked
    }
}

/// When the last one was made, and the way to make one.
fn last(ui: &mut Ui, model: &Model) -> Vec<Action> {
    field::caption(ui, "Last backup");
    let log = model.backup.log.as_ref();
    let accounts = model.listing.total;
    let standing = log.map_or(Standing::Nothing, |log| log.standing(accounts, model.now));
    ui.label(notice::backup_age(standing));
    if let Some(last) = log.and_then(|log| log.last.as_ref()) {
        let how = if last.keys { "locked to public keys" } else { "locked with a passphrase" };
        weak(ui, &format!("{}, {how}: {}", date_time(UnixTime::from_secs(last.at)), last.path));
    }
    let any = model.document().is_some_and(|document| document.entries() > 0);
    let back_up = ui.add_enabled(any, egui::Button::new("Back up…")).clicked();
    back_up.then_some(Action::Open(Dialog::Backup)).into_iter().collect()
}
