//! Settings, Vault: where the accounts are kept, the ways to the other place, and what a move has left.

use egui::{Label, RichText, Ui};

use crate::app::action::{Dialog, VaultDialog};
use crate::app::model::VaultState;
use crate::app::ports::Place;
use crate::app::{Action, Model, notice};
use crate::gui::theme::palette;
use crate::gui::widgets::field;

/// Draws the page.
pub fn ui(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    field::caption(ui, "Where the accounts are kept");
    let VaultState::Open(open) = &model.vault else {
        ui.label(RichText::new("The vault is not open").color(palette(ui).weak));
        return actions;
    };
    let place = notice::place(&open.place);
    ui.add(Label::new(&place.text).wrap());
    if !place.advice.is_empty() {
        ui.add(Label::new(RichText::new(&place.advice).color(palette(ui).weak)).wrap());
    }
    let mut asks = |ui: &mut Ui, text: &str, dialog: VaultDialog| {
        if ui.add_enabled(!model.moving.busy, egui::Button::new(text)).clicked() {
            actions.push(Action::Open(Dialog::Vault(dialog)));
        }
    };
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| match open.place {
        Place::Keyring { .. } => asks(ui, "Move to an encrypted file…", VaultDialog::ToFile),
        Place::File(_) => {
            asks(ui, "Change the passphrase…", VaultDialog::Passphrase);
            asks(ui, "Move to the keyring…", VaultDialog::ToKeyring);
        }
    });
    if let Some(old) = &model.moving.old {
        ui.add_space(8.0);
        field::note(ui, &notice::old_copy(old));
        asks(ui, "Remove the old copy…", VaultDialog::RemoveOld);
    }
    actions
}
