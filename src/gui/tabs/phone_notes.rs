//! What phone apps are reported to do with the settings of an enrolment: one line, more behind a click.

use egui::{CollapsingHeader, Label, RichText, Ui};

use crate::app::notice::phone_apps as words;
use crate::domain::{OtpParams, Secret};
use crate::formats::phone_apps::{PhoneApps, Setting, read};
use crate::gui::theme::palette;
use crate::gui::widgets::{chevron, field};

/// The reports, read once.
pub struct PhoneNotes(PhoneApps);

impl Default for PhoneNotes {
    fn default() -> Self {
        Self(read())
    }
}

impl PhoneNotes {
    /// Draws the note, where there is something to say.
    pub fn ui(&self, ui: &mut Ui, params: &OtpParams, secret: &Secret, without_issuer: bool) {
        let settings = Setting::of(params, secret, without_issuer);
        let Some(said) = words::summary(&self.0, &settings, params) else { return };
        field::note(ui, &said);
        CollapsingHeader::new("Which apps, and who says so").id_salt("phone notes").icon(chevron::folds).show(ui, |ui| {
            let line = |ui: &mut Ui, (text, source): (String, String)| {
                ui.scope(|ui| {
                    ui.spacing_mut().item_spacing.y = 2.0;
                    ui.add(Label::new(RichText::new(text).size(13.0)).wrap());
                    ui.add(Label::new(RichText::new(source).color(palette(ui).weak).size(12.0)).wrap());
                });
            };
            ui.add(Label::new(RichText::new(words::about()).color(palette(ui).weak).size(13.0)).wrap());
            for (report, about) in self.0.about(&settings) {
                line(ui, words::report(report, &about, params));
            }
            for general in self.0.in_general(&settings) {
                line(ui, words::general(general));
            }
            if let Some(all) = self.0.takers(&settings) {
                line(ui, words::takers(all));
            }
        });
    }
}
