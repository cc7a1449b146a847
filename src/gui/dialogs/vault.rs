//! What is done about where the accounts are kept asks for a passphrase, or once more.

use egui::{Button, Label, RichText, Spinner, Ui};
use zeroize::Zeroizing;

use crate::app::action::{Dialog, Section, VaultDialog};
use crate::app::job::VaultTask;
use crate::app::ports::OldCopy;
use crate::app::{Action, Model};
use crate::gui::theme::palette;
use crate::gui::widgets::field;
use crate::gui::widgets::passphrase::NewPassphrase;

use super::title;

/// The drafts.
#[derive(Default)]
pub struct VaultDrafts {
    old: Zeroizing<String>,
    new: NewPassphrase,
}

impl VaultDrafts {
    /// Draws `dialog`.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model, dialog: VaultDialog) -> Vec<Action> {
        title(ui, head(dialog));
        ui.add(Label::new(words(dialog, model.moving.old.as_ref())).wrap());
        let ready = match dialog {
            VaultDialog::ToFile => self.new.ui(ui, "Passphrase"),
            VaultDialog::Passphrase => {
                field::secret(ui, "Passphrase now", &mut self.old);
                self.new.ui(ui, "New passphrase") && !self.old.is_empty()
            }
            VaultDialog::ToKeyring | VaultDialog::RemoveOld | VaultDialog::GoBack => true,
        };
        if let Some(error) = &model.moving.error {
            field::error(ui, &error.text, &error.advice);
        }
        ui.add_space(8.0);
        let mut actions = Vec::new();
        ui.horizontal_wrapped(|ui| {
            if button(ui, dialog, ready && !model.moving.busy) {
                actions.push(match dialog {
                    VaultDialog::ToFile => Action::VaultTask(VaultTask::ToFile(self.new.take())),
                    VaultDialog::ToKeyring => Action::VaultTask(VaultTask::ToKeyring),
                    VaultDialog::Passphrase => {
                        Action::VaultTask(VaultTask::Passphrase(std::mem::take(&mut self.old), self.new.take()))
                    }
                    VaultDialog::RemoveOld => Action::VaultTask(VaultTask::RemoveOld),
                    VaultDialog::GoBack => Action::GoBack,
                });
            }
            // What has begun is done while the window is used for something else.
            let leave = if model.moving.busy { "Close" } else { "Cancel" };
            if ui.button(leave).clicked() {
                let page = Action::Open(Dialog::Settings(Section::Vault));
                actions.push(if model.moving.busy || dialog == VaultDialog::GoBack { Action::Close } else { page });
            }
            if model.moving.busy {
                ui.add(Spinner::new().size(18.0));
                ui.label("One moment");
            }
        });
        actions
    }
}

fn button(ui: &mut Ui, dialog: VaultDialog, enabled: bool) -> bool {
    match dialog {
        VaultDialog::ToFile | VaultDialog::ToKeyring => field::primary(ui, enabled, "Move the accounts").clicked(),
        VaultDialog::Passphrase => field::primary(ui, enabled, "Change the passphrase").clicked(),
        VaultDialog::RemoveOld => {
            ui.add_enabled(enabled, Button::new(RichText::new("Remove the old copy").color(palette(ui).bad))).clicked()
        }
        VaultDialog::GoBack => field::primary(ui, enabled, "Use the old copy").clicked(),
    }
}

/// The headline, by which the dialogs are told apart.
pub fn head(dialog: VaultDialog) -> &'static str {
    match dialog {
        VaultDialog::ToFile => "Move the accounts to an encrypted file",
        VaultDialog::ToKeyring => "Move the accounts to the keyring?",
        VaultDialog::Passphrase => "Change the passphrase of the vault file",
        VaultDialog::RemoveOld => "Remove the old copy?",
        VaultDialog::GoBack => "Use the old copy again?",
    }
}

fn words(dialog: VaultDialog, old: Option<&OldCopy>) -> &'static str {
    match dialog {
        VaultDialog::ToFile => {
            "Whoever has the file and the passphrase has your accounts. Nobody can recover a forgotten passphrase. \
             The old copy in the keyring stays until you remove it."
        }
        VaultDialog::ToKeyring => {
            "The keyring then opens them without a passphrase of their own. The old copy in the file stays until you remove it."
        }
        VaultDialog::Passphrase => {
            "The file gets a new key as well: with the old passphrase nobody opens it any more. Copies that were made before stay as they are."
        }
        VaultDialog::RemoveOld => {
            "First it is made sure that the accounts can be read where they are now, and that the old copy is still what was moved. \
             What was set aside earlier (journal.old and the like) stays."
        }
        VaultDialog::GoBack if matches!(old, Some(OldCopy::File(_))) => {
            "The file has the accounts as they were when they were moved. What was changed since stays in the keyring, and is not shown."
        }
        VaultDialog::GoBack => {
            "The keyring has the accounts as they were when they were moved. What was changed since stays in the file, and is not shown."
        }
    }
}
