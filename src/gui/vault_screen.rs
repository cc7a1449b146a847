//! What stands in place of the tabs while the vault is not open: why, and every way out.

use egui::{Align, Frame, Layout, Margin, RichText, Stroke, Ui};
use zeroize::Zeroizing;

use crate::app::action::{Dialog, VaultDialog};
use crate::app::job::Unopened;
use crate::app::model::VaultState;
use crate::app::ports::{OldCopy, VaultError};
use crate::app::{Action, Model, notice};

use super::theme::{self, palette};
use super::widgets::icon::{self, Icon};
use super::widgets::passphrase::NewPassphrase;
use super::widgets::{field, heard};

/// After this long it is said that the keyring may be asking.
const ASKING_AFTER_SECS: u64 = 2;
/// The same while a passphrase is checked, which takes a second or two by itself.
const UNLOCKING_SECS: u64 = 10;

/// Drafts of the passphrase fields.
#[derive(Default)]
pub struct VaultScreen {
    passphrase: Zeroizing<String>,
    new: NewPassphrase,
    making_file: bool,
    /// The field for the passphrase has got the focus once.
    focused: bool,
}

impl VaultScreen {
    /// Draws the screen for a vault that is not open.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model) -> Option<Action> {
        let mut action = None;
        super::tabs::scroll().show(ui, |ui| {
            // A form needs the height more than the air above it.
            ui.add_space((ui.available_height() * if self.making_file { 0.02 } else { 0.12 }).min(80.0));
            let width = ui.available_width().min(520.0);
            let side = (ui.available_width() - width) / 2.0;
            ui.horizontal_top(|ui| {
                ui.add_space(side);
                ui.allocate_ui_with_layout(egui::vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
                    action = card(ui, |ui| match &model.vault {
                        _ if model.locking.is_some() => {
                            head(ui, Icon::Padlock, palette(ui).accent, "Locking");
                            wait(ui, "What you did last is being saved");
                            None
                        }
                        VaultState::Opening { keyring: false, .. } => deriving(ui),
                        VaultState::Opening { since, unlocking, .. } => {
                            let after = if *unlocking { UNLOCKING_SECS } else { ASKING_AFTER_SECS };
                            opening(ui, *unlocking, model.now.since(*since).as_secs() >= after)
                        }
                        VaultState::NeedsPassphrase { error, in_file } => {
                            self.unlock(ui, error.as_ref(), *in_file, model.moving.old.as_ref())
                        }
                        VaultState::Failed(unopened) => self.failed(ui, unopened, model.moving.old.as_ref()),
                        VaultState::Open(_) => None,
                    });
                });
            });
        });
        action
    }

    fn failed(&mut self, ui: &mut Ui, Unopened { error, keyring_used, .. }: &Unopened, old: Option<&OldCopy>) -> Option<Action> {
        if self.making_file {
            return self.make_file(ui, *keyring_used);
        }
        let said = notice::vault_error(error);
        head(ui, Icon::PadlockOpen, palette(ui).bad, &said.text);
        ui.add(egui::Label::new(RichText::new(&said.advice).color(palette(ui).weak)).wrap());
        ui.add_space(4.0);
        let mut action = None;
        ui.horizontal_wrapped(|ui| {
            if field::primary(ui, true, "Try again").clicked() {
                action = Some(Action::Retry);
            }
            let nowhere = matches!(
                error,
                VaultError::NoProvider
                    | VaultError::Silent
                    | VaultError::Refused(_)
                    | VaultError::Locked
                    | VaultError::PromptDismissed
                    | VaultError::KeyringDamaged
            );
            if nowhere && ui.button("Use an encrypted file…").clicked() {
                self.making_file = true;
            }
            // An old copy is what was kept for this moment.
            if old.is_some() && ui.button("Use the old copy…").clicked() {
                action = Some(Action::Open(Dialog::Vault(VaultDialog::GoBack)));
            }
            let lost = matches!(
                error,
                VaultError::AnotherKeyring
                    | VaultError::Damaged
                    | VaultError::KeyDamaged { .. }
                    | VaultError::KeyTooCostly { .. }
                    | VaultError::FileDamaged { .. }
                    | VaultError::KeyMismatch { .. }
                    | VaultError::Moved { .. }
            );
            if lost && ui.button("Start over…").clicked() {
                action = Some(Action::Open(Dialog::StartOver));
            }
        });
        action
    }

    fn make_file(&mut self, ui: &mut Ui, keyring_used: bool) -> Option<Action> {
        head(ui, Icon::Padlock, palette(ui).accent, "Keep the accounts in an encrypted file");
        ui.add(
            egui::Label::new(
                RichText::new(
                    "Whoever has the file and the passphrase has your accounts. Nobody can recover a forgotten passphrase.",
                )
                .color(palette(ui).weak),
            )
            .wrap(),
        );
        if keyring_used {
            let said = "The accounts that you have in a keyring are not in this file. They stay there, and “Use the keyring instead” brings them back";
            field::note(ui, &notice::Notice::plain(said));
        }
        let ready = self.new.ui(ui, "Passphrase");
        let mut action = None;
        ui.horizontal_wrapped(|ui| {
            if field::primary(ui, ready, "Make the file").clicked() {
                action = Some(Action::CreateFile(self.new.take()));
                self.making_file = false;
            }
            if ui.button("Back").clicked() {
                *self = Self::default();
            }
        });
        action
    }

    fn unlock(&mut self, ui: &mut Ui, error: Option<&VaultError>, in_file: bool, old: Option<&OldCopy>) -> Option<Action> {
        let said = if in_file { "The vault file is locked" } else { "Halfminute is locked" };
        head(ui, Icon::Padlock, palette(ui).accent, said);
        let response = field::secret(ui, "Passphrase", &mut self.passphrase);
        if !std::mem::replace(&mut self.focused, true) {
            response.request_focus();
        }
        if let Some(error) = error {
            let said = notice::vault_error(error);
            field::error(ui, &said.text, &said.advice);
        }
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        let mut action = None;
        ui.horizontal_wrapped(|ui| {
            let pressed = field::primary(ui, !self.passphrase.is_empty(), "Unlock").clicked();
            if (pressed || entered) && !self.passphrase.is_empty() {
                action = Some(Action::Unlock(std::mem::take(&mut self.passphrase)));
            }
            if in_file && old.is_some() {
                if ui.button("Use the old copy…").clicked() {
                    action = Some(Action::Open(Dialog::Vault(VaultDialog::GoBack)));
                }
            } else if in_file && ui.button("Use the keyring instead").clicked() {
                action = Some(Action::UseKeyring);
            }
            if ui.button("Start over…").clicked() {
                action = Some(Action::Open(Dialog::StartOver));
            }
        });
        action
    }
}

fn wait(ui: &mut Ui, text: &str) {
    ui.horizontal(|ui| {
        ui.add(egui::Spinner::new().size(18.0));
        ui.label(text);
    });
}

fn opening(ui: &mut Ui, unlocking: bool, may_be_asking: bool) -> Option<Action> {
    head(ui, Icon::Padlock, palette(ui).accent, if unlocking { "Unlocking" } else { "Opening the vault" });
    wait(ui, if may_be_asking { "Waiting for the keyring" } else { "One moment" });
    if !may_be_asking {
        return None;
    }
    ui.add(
        egui::Label::new(RichText::new("If a window asks for the keyring's password, answer there.").color(palette(ui).weak))
            .wrap(),
    );
    ui.button("Cancel").clicked().then_some(Action::CancelPrompt)
}

fn deriving(ui: &mut Ui) -> Option<Action> {
    head(ui, Icon::Padlock, palette(ui).accent, "Opening the vault file");
    ui.horizontal(|ui| {
        ui.add(egui::Spinner::new().size(18.0));
        ui.label("One moment");
    });
    let said = "Turning a passphrase into a key takes a second or more, so that guessing one takes for ever.";
    ui.add(egui::Label::new(RichText::new(said).color(palette(ui).weak)).wrap());
    ui.button("Cancel").clicked().then_some(Action::CancelPrompt)
}

fn head(ui: &mut Ui, shape: Icon, colour: egui::Color32, text: &str) {
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(egui::vec2(16.0, 24.0), egui::Sense::hover());
        icon::paint(ui.painter(), shape, rect.center() - egui::vec2(1.0, 2.0), colour);
        let said = ui.add(egui::Label::new(RichText::new(text).font(theme::strong_font(18.0))).wrap());
        heard::politely(ui, &said);
    });
}

fn card<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let palette = palette(ui);
    Frame::new()
        .fill(palette.surface)
        .stroke(Stroke::new(1.0, palette.border))
        .corner_radius(14)
        .inner_margin(Margin::same(24))
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 12.0;
            ui.take_available_width();
            contents(ui)
        })
        .inner
}
