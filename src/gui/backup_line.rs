//! A line above the accounts: there is no backup yet, the last one is old, or automatic ones fail.

use egui::{Align, Frame, Label, Layout, Margin, RichText, Stroke, Ui};

use crate::app::action::{Dialog, Section};
use crate::app::backup::BackupAction;
use crate::app::ports::BackupError;
use crate::app::{Action, Model, notice};

use super::theme::palette;

/// Why automatic backups fail, where they do.
fn failed(model: &Model) -> Option<&BackupError> {
    model.backup.auto_failed.as_ref().filter(|_| model.settings.backup_auto).map(|(_, error)| error)
}

/// Whether it is more than a reminder.
pub fn is_urgent(model: &Model) -> bool {
    failed(model).is_some()
}

/// Draws the line, if there is anything to say.
pub fn ui(ui: &mut Ui, model: &Model) -> Option<Action> {
    if let Some(error) = failed(model) {
        let settings = ("Settings…", "Settings of backups…", Action::Open(Dialog::Settings(Section::Backups)));
        return line(ui, &notice::auto_backup_failed(error).text, vec![settings]);
    }
    let log = model.backup.log.as_ref()?;
    let accounts = model.listing.total;
    if !log.reminds(accounts, model.now) {
        return None;
    }
    let said = notice::backup_reminder(log.standing(accounts, model.now))?;
    let back_up = ("Back up…", "Back up the accounts…", Action::Open(Dialog::Backup));
    let later = ("Later", "Remind me of a backup later", Action::Backup(BackupAction::Later));
    line(ui, &said.line(), vec![back_up, later])
}

fn line(ui: &mut Ui, text: &str, buttons: Vec<(&str, &str, Action)>) -> Option<Action> {
    let palette = palette(ui);
    let mut action = None;
    Frame::new()
        .fill(palette.surface)
        .stroke(Stroke::new(1.0, palette.border))
        .corner_radius(10)
        .inner_margin(Margin { left: 14, right: 8, top: 4, bottom: 4 })
        .outer_margin(Margin { right: 16, bottom: 6, ..Margin::ZERO })
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    for (text, name, wish) in buttons.into_iter().rev() {
                        if ui.button(text).accessible_name(name).clicked() {
                            action = Some(wish);
                        }
                    }
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        ui.add(Label::new(RichText::new(text).color(palette.weak)).truncate());
                    });
                });
            });
        });
    action
}
