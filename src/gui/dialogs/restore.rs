//! Restore a backup: its passphrase or key, then what would happen to every entry, then the button.

use std::path::Path;

use egui::{Label, RichText, ScrollArea, Spinner, Ui};
use zeroize::Zeroizing;

use crate::app::backup::{Asks, BackupAction, Restore};
use crate::app::document::{Fate, Merged};
use crate::app::ports::Locked;
use crate::app::{Action, Model, notice};
use crate::gui::theme::{palette, strong_font};
use crate::gui::widgets::{field, list};

use super::seal::weak;
use super::{close, room, title};

/// The height of one entry.
const ROW: f32 = 44.0;

/// Drafts of the dialog.
#[derive(Default)]
pub struct RestoreDraft {
    passphrase: Zeroizing<String>,
    /// The field had the keyboard once.
    focused: bool,
}

impl RestoreDraft {
    /// Draws the dialog.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action> {
        title(ui, "Restore a backup");
        match &model.backup.restore {
            Restore::None => close(ui).into_iter().collect(),
            Restore::Refused { path, why } => {
                file(ui, path);
                field::error(ui, &why.text, &why.advice);
                let mut actions = Vec::new();
                ui.add_space(8.0);
                ui.horizontal(|ui| {
                    if ui.button("Choose another file…").clicked() {
                        actions.push(Action::Backup(BackupAction::Choose));
                    }
                    if ui.button("Close").clicked() {
                        actions.push(Action::Close);
                    }
                });
                actions
            }
            Restore::Asks(asks) => self.asks(ui, asks),
            Restore::Preview { path, merged, .. } => preview(ui, path, merged),
        }
    }

    fn asks(&mut self, ui: &mut Ui, asks: &Asks) -> Vec<Action> {
        file(ui, &asks.path);
        let mut actions = Vec::new();
        let needs_key = asks.locked == Locked::Keys;
        if needs_key {
            match &asks.key_file {
                None => weak(ui, "It opens with the age identity or the SSH private key that it was made for."),
                Some(key) => weak(ui, &format!("Key file: {}", key.display())),
            }
            if ui.add_enabled(!asks.busy, egui::Button::new("Choose the key file…")).clicked() {
                actions.push(Action::Backup(BackupAction::ChooseKey));
            }
        }
        let typed = !needs_key || asks.key_locked;
        let mut entered = false;
        if typed {
            let label = if needs_key { "Passphrase of the key file" } else { "Passphrase of the backup" };
            let response = field::secret(ui, label, &mut self.passphrase);
            if !std::mem::replace(&mut self.focused, true) {
                response.request_focus();
            }
            entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        }
        if let Some(error) = &asks.error {
            field::error(ui, &error.text, &error.advice);
        } else if asks.asks_for_work
            && let Locked::Passphrase { work } = asks.locked
        {
            field::note(ui, &notice::backup_error(&crate::app::ports::BackupError::AsksForWork { work }));
        }
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            let name = if asks.asks_for_work { "Open anyway" } else { "Open" };
            if typed {
                let ready = !asks.busy && !self.passphrase.is_empty();
                let pressed = field::primary(ui, ready, name).clicked();
                if ready && (pressed || entered) {
                    let passphrase = std::mem::take(&mut self.passphrase);
                    actions.push(Action::Backup(BackupAction::Open { passphrase, long: asks.asks_for_work }));
                }
            }
            if ui.button("Cancel").clicked() {
                actions.push(Action::Close);
            }
            if asks.busy {
                ui.add(Spinner::new().size(18.0));
                ui.label("Opening");
            }
        });
        actions
    }
}

fn file(ui: &mut Ui, path: &Path) {
    ui.add(Label::new(RichText::new(path.display().to_string()).color(palette(ui).weak).size(13.0)).wrap());
    ui.add_space(4.0);
}

fn preview(ui: &mut Ui, path: &Path, merged: &Merged) -> Vec<Action> {
    file(ui, path);
    let said = if merged.changes() {
        format!("This is what happens: {}", notice::merged_in_short(merged))
    } else {
        "Everything in this backup is here already".to_owned()
    };
    ui.add(Label::new(RichText::new(said).font(strong_font(14.0))).wrap());
    if let Some(left_out) = notice::merged_left_out(merged) {
        field::note(ui, &left_out);
    }
    ui.add_space(4.0);
    let rows = merged.accounts.len() + merged.users.len();
    let most = (room(ui.ctx()).y - 300.0).max(2.0 * ROW);
    list::rows(ui, ScrollArea::vertical().id_salt("preview").max_height(most), ROW, rows, |ui, seen| {
        for at in seen {
            match (merged.accounts.get(at), merged.users.get(at.saturating_sub(merged.accounts.len()))) {
                (Some(account), _) => line(ui, &account.title(), &account.fate, account.trashed),
                (None, Some(user)) => line(ui, &format!("Test user {}", user.name), &user.fate, false),
                (None, None) => {}
            }
        }
    });
    weak(ui, "Nothing here is written over or deleted, and one Undo takes it back.");
    let mut actions = Vec::new();
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        if field::primary(ui, merged.changes(), "Restore").clicked() {
            actions.push(Action::Backup(BackupAction::Restore));
        }
        if ui.button("Cancel").clicked() {
            actions.push(Action::Close);
        }
    });
    actions
}

/// One entry and what becomes of it.
fn line(ui: &mut Ui, name: &str, fate: &Fate, trashed: bool) {
    let palette = palette(ui);
    let colour = match fate {
        Fate::New | Fate::OutOfTrash => palette.good,
        Fate::Both(_) => palette.warn,
        Fate::Same | Fate::BothAlready(_) | Fate::OnlyHere => palette.weak,
    };
    let space = egui::vec2(ui.available_width(), ROW);
    ui.allocate_ui_with_layout(space, egui::Layout::top_down(egui::Align::Min), |ui| {
        ui.set_min_size(space);
        ui.spacing_mut().item_spacing.y = 1.0;
        let name = crate::domain::name::clean(name).text;
        ui.add(Label::new(RichText::new(name).font(strong_font(14.0))).truncate());
        let trash = if trashed { ", in the trash" } else { "" };
        ui.add(Label::new(RichText::new(format!("{}{trash}", notice::fate(fate))).color(colour).size(13.0)).truncate());
    });
}
