//! What stands in place of the tabs while the vault is not open: why, and every way out.

use egui::{Align, Frame, Layout, Margin, RichText, Stroke, Ui};
use zeroize::Zeroizing;

use crate::app::action::Dialog;
use crate::app::job::Unopened;
use crate::app::model::VaultState;
use crate::app::ports::VaultError;
use crate::app::{Action, Model, notice};

use super::theme::{self, palette};
use super::widgets::field;
use super::widgets::icon::{self, Icon};

/// After this long it is said that the keyring may be asking.
const ASKING_AFTER_SECS: u64 = 2;
/// The shortest passphrase that is taken, in characters.
const SHORTEST: usize = 8;

/// Drafts of the passphrase fields.
#[derive(Default)]
pub struct VaultScreen {
    passphrase: Zeroizing<String>,
    again: Zeroizing<String>,
    making_file: bool,
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
                        VaultState::Opening { since, keyring } => {
                            opening(ui, *keyring && model.now.since(*since).as_secs() >= ASKING_AFTER_SECS)
                        }
                        VaultState::NeedsPassphrase { error } => self.unlock(ui, error.as_ref()),
                        VaultState::Failed(unopened) => self.failed(ui, unopened),
                        VaultState::Open(_) => None,
                    });
                });
            });
        });
        action
    }

    fn failed(&mut self, ui: &mut Ui, Unopened { error, keyring_used }: &Unopened) -> Option<Action> {
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
            if matches!(error, VaultError::AnotherKeyring | VaultError::Damaged) && ui.button("Start over…").clicked() {
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
        field::secret(ui, "Passphrase", &mut self.passphrase);
        let long_enough = strength(ui, &self.passphrase);
        field::secret(ui, "Passphrase again", &mut self.again);
        let same = *self.passphrase == *self.again;
        if !same && !self.again.is_empty() {
            field::error(ui, "The two passphrases differ", "Type the same one twice");
        }
        let mut action = None;
        ui.horizontal_wrapped(|ui| {
            if field::primary(ui, long_enough && same, "Make the file").clicked() {
                action = Some(Action::CreateFile(std::mem::take(&mut self.passphrase)));
                self.again = Zeroizing::default();
                self.making_file = false;
            }
            if ui.button("Back").clicked() {
                *self = Self::default();
            }
        });
        action
    }

    fn unlock(&mut self, ui: &mut Ui, error: Option<&VaultError>) -> Option<Action> {
        head(ui, Icon::Padlock, palette(ui).accent, "The vault file is locked");
        let response = field::secret(ui, "Passphrase", &mut self.passphrase);
        if let Some(error) = error {
            let said = notice::vault_error(error);
            field::error(ui, &said.text, &said.advice);
        }
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        let mut action = None;
        ui.horizontal_wrapped(|ui| {
            let pressed = field::primary(ui, !self.passphrase.is_empty(), "Unlock").clicked();
            if (pressed || entered) && !self.passphrase.is_empty() {
                action = Some(Action::UnlockFile(std::mem::take(&mut self.passphrase)));
            }
            if ui.button("Use the keyring instead").clicked() {
                action = Some(Action::UseKeyring);
            }
            if ui.button("Start over…").clicked() {
                action = Some(Action::Open(Dialog::StartOver));
            }
        });
        action
    }
}

fn opening(ui: &mut Ui, may_be_asking: bool) -> Option<Action> {
    head(ui, Icon::Padlock, palette(ui).accent, "Opening the vault");
    ui.horizontal(|ui| {
        ui.add(egui::Spinner::new().size(18.0));
        ui.label(if may_be_asking { "Waiting for the keyring" } else { "One moment" });
    });
    if !may_be_asking {
        return None;
    }
    ui.add(
        egui::Label::new(RichText::new("If a window asks for the keyring's password, answer there.").color(palette(ui).weak))
            .wrap(),
    );
    ui.button("Cancel").clicked().then_some(Action::CancelPrompt)
}

fn head(ui: &mut Ui, shape: Icon, colour: egui::Color32, text: &str) {
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(egui::vec2(16.0, 24.0), egui::Sense::hover());
        icon::paint(ui.painter(), shape, rect.center() - egui::vec2(1.0, 2.0), colour);
        ui.add(egui::Label::new(RichText::new(text).font(theme::strong_font(18.0))).wrap());
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

/// Shows how strong a passphrase is; whether it is long enough to be taken.
fn strength(ui: &mut Ui, passphrase: &str) -> bool {
    if passphrase.is_empty() {
        return false;
    }
    let long_enough = passphrase.chars().count() >= SHORTEST;
    let score = u8::from(zxcvbn::zxcvbn(passphrase, &["halfminute"]).score());
    let (text, colour) = match score {
        _ if !long_enough => ("Too short: at least 8 characters", palette(ui).bad),
        0 | 1 => ("Weak: guessed in minutes", palette(ui).bad),
        2 => ("Fair: guessed in hours or days", palette(ui).warn),
        3 => ("Good", palette(ui).good),
        _ => ("Strong", palette(ui).good),
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 16.0;
        let (rect, _) = ui.allocate_exact_size(egui::vec2(120.0, 6.0), egui::Sense::hover());
        ui.painter().rect_filled(rect, 3, palette(ui).border);
        let mut filled = rect;
        filled.set_width(rect.width() * f32::from(score + 1) / 5.0);
        ui.painter().rect_filled(filled, 3, colour);
        ui.label(RichText::new(text).color(colour).size(13.0));
    });
    long_enough
}
