//! Add an account I already have: we are the authenticator. What was read is shown, with a live code, before it is saved.

use std::sync::Arc;

use egui::{Align2, RichText, Sense, Ui, pos2, vec2};
use zeroize::Zeroizing;

use crate::app::action::NewEntry;
use crate::app::import::ImportAction;
use crate::app::notice;
use crate::app::{Action, Model};
use crate::domain::{OtpParams, Secret, SecretStrength, UnixTime, code_at, name};
use crate::formats::pasted::{self, Pasted};
use crate::gui::theme::{digits_font, palette};
use crate::gui::widgets::{field, ring};

use super::new_secret::{SHOWN_FOR, name_notes, same_secret};
use super::params_form::ParamsForm;

/// The drafts.
#[derive(Default)]
pub struct Existing {
    pasted: Zeroizing<String>,
    shown_since: Option<UnixTime>,
    read: Option<Read>,
    error: Option<notice::Notice>,
    issuer: String,
    name: String,
    params: ParamsForm,
    short_is_fine: bool,
    /// Names and parameters are those of an address, not typed.
    from_address: bool,
}

/// What was read from the pasted text.
struct Read {
    secret: Arc<Secret>,
    notes: Vec<notice::Notice>,
    /// An address says the parameters; a bare key does not.
    bare_key: bool,
}

impl Existing {
    /// Hides what is secret.
    pub fn hide(&mut self) {
        self.shown_since = None;
    }

    /// Draws the form.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action> {
        ui.set_max_width(ui.available_width().min(560.0));
        let mut actions = Vec::new();
        let mut shown = self.shown_since.is_some_and(|since| since <= model.now && model.now.since(since) < SHOWN_FOR);
        let changed = field::hidden(ui, "Address or key", &mut self.pasted, !shown, 8_192).changed();
        if changed {
            self.read_pasted(model);
        }
        ui.horizontal(|ui| {
            if ui.checkbox(&mut shown, "Show what I paste").changed() || !shown {
                self.shown_since = shown.then_some(model.now);
            }
        });
        if self.read.is_none() {
            ui.horizontal_wrapped(|ui| {
                if ui.button("From a file…").clicked() {
                    actions.push(Action::Import(ImportAction::Choose));
                }
                if ui.button("From the screen").clicked() {
                    actions.push(Action::Import(ImportAction::Screen));
                }
                if ui.button("From the camera").clicked() {
                    actions.push(Action::Import(ImportAction::Camera(0)));
                }
                if ui.button("From the clipboard").clicked() {
                    actions.push(Action::Import(ImportAction::Clipboard));
                }
            });
        }
        if self.read.is_none() && self.error.is_none() {
            let help = "Paste an otpauth:// address, or the key that the service shows beside its QR code (“Can't scan it?”). \
                        A file that another app has exported is read as a whole, with all its accounts";
            ui.add(egui::Label::new(RichText::new(help).color(palette(ui).weak)).wrap());
        }
        if let Some(said) = &self.error {
            field::error(ui, &said.text, &said.advice);
        }
        actions.extend(self.details(ui, model));
        actions
    }

    fn read_pasted(&mut self, model: &Model) {
        self.read = None;
        self.error = None;
        self.short_is_fine = false;
        if std::mem::take(&mut self.from_address) {
            // Another text is another account.
            (self.issuer, self.name, self.params) = Default::default();
        }
        if self.pasted.trim().is_empty() {
            return;
        }
        match pasted::read(&self.pasted) {
            Ok(Pasted::Address(address)) => {
                self.from_address = true;
                self.issuer = address.entry.issuer;
                self.name = address.entry.name;
                self.params = ParamsForm::from(&address.entry.params);
                let mut notes: Vec<_> = address.notes.iter().map(notice::address_note).collect();
                notes.extend(same_secret(&address.entry.secret, model.document()));
                self.read = Some(Read { secret: Arc::new(address.entry.secret), notes, bare_key: false });
            }
            Ok(Pasted::Key(key)) => {
                let mut notes: Vec<_> = key.notes.iter().map(notice::key_note).collect();
                notes.extend(same_secret(&key.secret, model.document()));
                self.read = Some(Read { secret: Arc::new(key.secret), notes, bare_key: true });
            }
            Err(error) => self.error = Some(notice::pasted_error(&error)),
        }
    }

    fn details(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action> {
        let Some(read) = &self.read else { return Vec::new() };
        for said in &read.notes {
            field::note(ui, said);
        }
        if let Some(said) = notice::strength(read.secret.strength()) {
            field::note(ui, &said);
        }
        let very_short = read.secret.strength() == SecretStrength::VeryShort;
        if very_short {
            ui.checkbox(&mut self.short_is_fine, "Use it all the same");
        }
        field::text(ui, "Issuer", "Example", &mut self.issuer);
        let issuer = name::clean(&self.issuer);
        name_notes(ui, &issuer);
        field::text(ui, "Account name", "alice@example.org", &mut self.name);
        let account = name::clean(&self.name);
        name_notes(ui, &account);
        let header =
            egui::CollapsingHeader::new("Advanced").id_salt(("existing advanced", read.bare_key)).default_open(read.bare_key);
        let header = header.show(ui, |ui| self.params.ui(ui));
        let params = self.params.params();
        match &params {
            Ok(params) => live_code(ui, model, params, &read.secret),
            Err(said) if header.fully_closed() => field::error(ui, &said.text, &said.advice),
            Err(_) => {}
        }
        if let Some(said) = &model.enrolment.error {
            field::error(ui, &said.text, &said.advice);
        }
        let named = !issuer.text.is_empty() || !account.text.is_empty();
        let ready = named && (!very_short || self.short_is_fine) && !model.enrolment.saving;
        let mut actions = Vec::new();
        ui.horizontal(|ui| {
            if field::primary(ui, ready && params.is_ok(), "Save").clicked()
                && let Ok(params) = params
            {
                let secret = Arc::clone(&read.secret);
                actions.push(Action::Save(NewEntry { issuer: issuer.text, name: account.text, params, secret, user: None }));
            }
            if model.enrolment.saving {
                ui.spinner();
            }
        });
        if !named {
            ui.add(
                egui::Label::new(
                    RichText::new("An issuer or an account name is needed to save").color(palette(ui).weak).size(13.0),
                )
                .wrap(),
            );
        }
        actions
    }
}

/// A running code, to compare with the phone's.
pub(super) fn live_code(ui: &mut Ui, model: &Model, params: &OtpParams, secret: &Secret) {
    let palette = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 56.0), Sense::hover());
    ui.painter().rect(rect, 10, palette.surface, egui::Stroke::new(1.0, palette.border), egui::StrokeKind::Inside);
    let code = code_at(params, secret, params.step_at(model.now)).grouped();
    ui.painter().text(
        pos2(rect.left() + 16.0, rect.center().y),
        Align2::LEFT_CENTER,
        code.as_str(),
        digits_font(25.0),
        palette.text,
    );
    if let Some(period) = params.period() {
        ring::paint(ui, pos2(rect.right() - 14.0, rect.center().y), period, model);
    }
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, format!("Live code {}", code.as_str())));
}
