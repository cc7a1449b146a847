//! Create a new secret: we are the service. The QR picture follows every keystroke.

use std::sync::Arc;
use std::time::Duration;

use egui::{CollapsingHeader, FontId, RichText, Ui, vec2};
use zeroize::Zeroizing;

use crate::app::action::{NewEntry, NewUser};
use crate::app::diagnosis::Place;
use crate::app::document::Document;
use crate::app::model::Enrolment;
use crate::app::notice::{self, Notice};
use crate::app::{Action, Model};
use crate::domain::{Algorithm, Password, Secret, SecretStrength, UnixTime, Verdict, name};
use crate::formats::{base32, otpauth};
use crate::gui::theme::{digits_font, palette};
use crate::gui::widgets::qr_picture::QrPicture;
use crate::gui::widgets::{field, steps};

use super::GUTTER;
use super::diagnosis;
use super::params_form::ParamsForm;
use super::phone_notes::PhoneNotes;

/// Beside the form from this width on, under it below.
const WIDE: f32 = 700.0;
/// The picture is at most this wide beside or under the form; a click enlarges it.
const LARGEST: f32 = 560.0;
/// The height of what stands above and below the picture, beside the form.
const ABOVE_PICTURE: f32 = 216.0;
/// A secret that is shown is hidden again after this.
pub const SHOWN_FOR: Duration = Duration::from_secs(60);

/// The drafts.
#[derive(Default)]
pub struct NewSecret {
    issuer: String,
    name: String,
    password: Zeroizing<String>,
    own_key: Zeroizing<String>,
    code: Zeroizing<String>,
    params: ParamsForm,
    /// The hash for which a secret was asked.
    asked_for: Option<Algorithm>,
    shown_since: Option<UnixTime>,
    enlarged: bool,
    short_is_fine: bool,
    /// The account that has the own secret already.
    twin: Option<Notice>,
    picture: QrPicture,
    diagnosis: diagnosis::Draft,
    phone_notes: PhoneNotes,
}

/// What the drafts come to.
struct Entry {
    issuer: name::CleanName,
    name: name::CleanName,
    params: Result<crate::domain::OtpParams, Notice>,
    secret: Result<Option<Arc<Secret>>, Notice>,
}

impl NewSecret {
    /// Hides what is secret.
    pub fn hide(&mut self) {
        self.shown_since = None;
        self.enlarged = false;
        self.picture.forget();
        self.password = Zeroizing::default();
        self.code = Zeroizing::default();
        self.diagnosis.forget();
    }

    /// Whether the picture stands alone.
    pub fn is_enlarged(&self) -> bool {
        self.enlarged
    }

    /// Draws form and picture.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.asked_for != Some(self.params.algorithm()) {
            self.asked_for = Some(self.params.algorithm());
            actions.push(Action::Generate(self.params.algorithm()));
        }
        let entry = self.entry(&model.enrolment);
        let address = self.address(&entry);
        if self.enlarged {
            if self.large(ui, address.as_ref().map(|a| a.as_str())) {
                self.enlarged = false;
            }
            return actions;
        }
        steps::ui(ui, &super::enroll::STEPS, usize::from(!self.code.is_empty()));
        ui.add_space(4.0);
        if ui.available_width() >= WIDE {
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = GUTTER;
                let both = ui.available_width() - GUTTER;
                // As large as the window's height allows: a phone reads it at arm's length.
                let side = (ui.ctx().content_rect().height() - ABOVE_PICTURE).min(both * 0.52).clamp(280.0, LARGEST);
                field::column(ui, both - side, |ui| {
                    self.form(ui, model, &entry);
                    actions.extend(self.confirm(ui, model, &entry));
                });
                field::column(ui, side, |ui| actions.extend(self.picture_side(ui, model, &entry, address.as_ref())));
            });
        } else {
            // In the order of the steps.
            self.form(ui, model, &entry);
            ui.add_space(8.0);
            actions.extend(self.picture_side(ui, model, &entry, address.as_ref()));
            ui.add_space(8.0);
            actions.extend(self.confirm(ui, model, &entry));
        }
        actions
    }

    fn entry(&self, enrolment: &Enrolment) -> Entry {
        let secret = if self.own_key.trim().is_empty() {
            Ok(enrolment.secret.clone())
        } else {
            base32::decode(&self.own_key).map(|read| Some(Arc::new(read.secret))).map_err(|error| notice::key_error(&error))
        };
        Entry { issuer: name::clean(&self.issuer), name: name::clean(&self.name), params: self.params.params(), secret }
    }

    fn address(&self, entry: &Entry) -> Option<Zeroizing<String>> {
        let (Ok(params), Ok(Some(secret))) = (&entry.params, &entry.secret) else { return None };
        Some(otpauth::write(&entry.issuer.text, &entry.name.text, params, secret))
    }

    fn form(&mut self, ui: &mut Ui, model: &Model, entry: &Entry) {
        field::text(ui, "Issuer", "Example", &mut self.issuer);
        name_notes(ui, &entry.issuer);
        field::text(ui, "Account name", "alice@example.org", &mut self.name);
        name_notes(ui, &entry.name);
        field::secret(ui, "Password", &mut self.password);
        let user = model.document().map(|document| document.free_user_name(&entry.issuer.text, &entry.name.text));
        let said = match user {
            Some(user) if !entry.name.text.is_empty() => format!("Optional. The login test asks for it; the user name is {user}"),
            _ => "Optional. The login test asks for it; the user name is the account name".to_owned(),
        };
        ui.add(egui::Label::new(RichText::new(said).color(palette(ui).weak).size(13.0)).wrap());
        if Password::new(&self.password).is_err() {
            field::error(ui, "The password is longer than 1024 bytes", "Choose a shorter one");
        }
        let advanced = CollapsingHeader::new("Advanced").id_salt("advanced").show(ui, |ui| {
            self.params.ui(ui);
            if field::hidden(ui, "Own secret (base32)", &mut self.own_key, true, 4_096).changed() {
                let read = base32::decode(&self.own_key).ok();
                self.twin = read.and_then(|read| same_secret(&read.secret, model.document()));
            }
            match &entry.secret {
                Err(said) => field::error(ui, &said.text, &said.advice),
                Ok(Some(secret)) if !self.own_key.trim().is_empty() => self.own_key_notes(ui, secret),
                Ok(_) => {}
            }
        });
        // Where the fields are open, they say it themselves.
        if advanced.fully_closed()
            && let Err(said) = &entry.params
        {
            field::error(ui, &said.text, &said.advice);
        }
        if let (Ok(params), Ok(Some(secret))) = (&entry.params, &entry.secret) {
            // An issuer is missed only once the form is filled in.
            let nameless = entry.issuer.text.is_empty() && !entry.name.text.is_empty();
            self.phone_notes.ui(ui, params, secret, nameless);
        }
    }

    fn own_key_notes(&mut self, ui: &mut Ui, secret: &Secret) {
        if let Some(said) = notice::strength(secret.strength()) {
            field::note(ui, &said);
        }
        if secret.strength() == SecretStrength::VeryShort {
            ui.checkbox(&mut self.short_is_fine, "Use it all the same");
        }
        if let Some(said) = &self.twin {
            field::note(ui, said);
        }
    }

    fn confirm(&mut self, ui: &mut Ui, model: &Model, entry: &Entry) -> Vec<Action> {
        let mut actions = Vec::new();
        let response = field::code(ui, &mut self.code);
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        if let Some(Verdict::Refused(reason)) = &model.enrolment.verdict {
            let timed = entry.params.as_ref().is_ok_and(|params| params.period().is_some());
            let (_, said) = notice::verdict(&Verdict::Refused(*reason), timed);
            field::error(ui, &said.text, &said.advice);
        }
        if matches!(model.enrolment.verdict, Some(Verdict::Refused(_))) {
            actions.extend(self.diagnosis.ui(ui, model, Place::Enrolment));
        }
        if let Some(said) = &model.enrolment.error {
            field::error(ui, &said.text, &said.advice);
        }
        let ready = self.ready(entry) && !model.enrolment.saving;
        ui.horizontal_wrapped(|ui| {
            let save = field::primary(ui, ready && !self.code.is_empty(), "Save").clicked();
            if (save || (entered && !self.code.is_empty())) && ready {
                actions.extend(self.take(entry).map(|new| Action::Confirm(new, std::mem::take(&mut self.code))));
            }
            if ui.add_enabled(ready, egui::Button::new("Save without checking").min_size(vec2(0.0, 34.0))).clicked() {
                actions.extend(self.take(entry).map(Action::Save));
            }
            if model.enrolment.saving {
                ui.spinner();
            }
        });
        if entry.name.text.is_empty() {
            ui.add(
                egui::Label::new(RichText::new("An account name is needed to save").color(palette(ui).weak).size(13.0)).wrap(),
            );
        }
        actions
    }

    fn ready(&self, entry: &Entry) -> bool {
        let long_enough =
            matches!(&entry.secret, Ok(Some(secret)) if self.short_is_fine || secret.strength() > SecretStrength::VeryShort);
        long_enough && entry.params.is_ok() && !entry.name.text.is_empty() && Password::new(&self.password).is_ok()
    }

    fn take(&self, entry: &Entry) -> Option<NewEntry> {
        let (Ok(params), Ok(Some(secret)), Ok(password)) = (&entry.params, &entry.secret, Password::new(&self.password)) else {
            return None;
        };
        let password = (!self.password.is_empty()).then_some(password);
        Some(NewEntry {
            issuer: entry.issuer.text.clone(),
            name: entry.name.text.clone(),
            params: *params,
            secret: Arc::clone(secret),
            user: Some(NewUser { name: entry.name.text.clone(), password }),
        })
    }

    fn picture_side(&mut self, ui: &mut Ui, model: &Model, entry: &Entry, address: Option<&Zeroizing<String>>) -> Vec<Action> {
        let mut actions = Vec::new();
        let Some(address) = address else {
            no_picture(ui);
            return actions;
        };
        let most = ui.available_width().min(LARGEST);
        match self.picture.ui(ui, address, most) {
            Some(response) => {
                if response.on_hover_cursor(egui::CursorIcon::ZoomIn).on_hover_text("Enlarge").clicked() {
                    self.enlarged = true;
                }
            }
            None => field::error(ui, "The address is too long for a QR code", "Shorten the issuer or the account name"),
        }
        ui.horizontal_wrapped(|ui| {
            if ui.button("Copy address").clicked() {
                actions.push(Action::CopyAddress(address.clone()));
            }
            if ui.button("Save as PNG…").clicked() {
                actions.extend(save_png(&self.picture, &entry.issuer.text, &entry.name.text));
            }
            let shown = self.shown_since.is_some_and(|since| since <= model.now && model.now.since(since) < SHOWN_FOR);
            if ui.button(if shown { "Hide secret" } else { "Show secret" }).clicked() {
                self.shown_since = if shown { None } else { Some(model.now) };
            } else if !shown {
                self.shown_since = None;
            }
        });
        if self.shown_since.is_some()
            && let Ok(Some(secret)) = &entry.secret
        {
            // Shown because the person asked; not selectable, so it never reaches the primary selection.
            let grouped = base32::encode_grouped(secret);
            ui.add(egui::Label::new(RichText::new(grouped.as_str()).font(digits_font(15.0))).wrap().selectable(false));
        }
        actions
    }

    /// The picture over the whole tab. True when it is to close.
    fn large(&mut self, ui: &mut Ui, address: Option<&str>) -> bool {
        let Some(address) = address else { return true };
        let back = ui.button("Back to the form").clicked() || ui.input(|input| input.key_pressed(egui::Key::Escape));
        let most = field::square(ui.ctx().content_rect().size() - vec2(48.0, 132.0), 1_600.0);
        let clicked =
            ui.vertical_centered(|ui| self.picture.ui(ui, address, most).is_none_or(|response| response.clicked())).inner;
        back || clicked
    }
}

/// The picture's place while the fields do not make an address.
fn no_picture(ui: &mut Ui) {
    let palette = palette(ui);
    let side = ui.available_width().min(LARGEST);
    let (rect, response) = ui.allocate_exact_size(vec2(side, (side * 0.6).min(260.0)), egui::Sense::hover());
    ui.painter().rect(rect, 12, palette.surface, egui::Stroke::new(1.0, palette.border), egui::StrokeKind::Inside);
    let said = "The QR code appears when the fields are right";
    ui.painter().text(rect.center(), egui::Align2::CENTER_CENTER, said, FontId::proportional(14.0), palette.weak);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, said));
}

/// The picture as a file, with eight pixels a module.
pub fn save_png(picture: &QrPicture, issuer: &str, account: &str) -> Option<Action> {
    let png = picture.matrix()?.png(8).ok()?;
    let title = if issuer.is_empty() { account } else { issuer };
    let plain: String = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).take(40).collect();
    let name = if plain.is_empty() { "qr.png".to_owned() } else { format!("{plain}-qr.png") };
    Some(Action::SavePng { png, name })
}

/// What was done to a name.
pub fn name_notes(ui: &mut Ui, cleaned: &name::CleanName) {
    for note in &cleaned.notes {
        field::note(ui, &Notice::plain(notice::name_note(*note)));
    }
}

/// Says which account has the same secret. Looked up when the secret changes, not in every frame.
pub fn same_secret(secret: &Secret, document: Option<&Document>) -> Option<Notice> {
    let twin = document?.accounts.iter().find(|record| record.secret.same_as(secret))?;
    Some(Notice::plain(format!("{} has the same secret", twin.account.title())))
}
