//! What this program is.

use egui::epaint::TextureHandle;
use egui::{ColorImage, Image, Label, RichText, TextureOptions, Ui, vec2};

use crate::app::Action;
use crate::app::action::Dialog;
use crate::gui::theme::{palette, strong_font};

use super::close;

/// The icon as a texture, while it is shown.
#[derive(Default)]
pub struct AboutDraft {
    icon: Option<TextureHandle>,
}

impl AboutDraft {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui) -> Vec<Action> {
        ui.horizontal(|ui| {
            if self.icon.is_none() {
                self.icon = crate::gui::window::icon().map(|icon| {
                    let size = [icon.width as usize, icon.height as usize];
                    ui.ctx().load_texture("icon", ColorImage::from_rgba_unmultiplied(size, &icon.rgba), TextureOptions::LINEAR)
                });
            }
            if let Some(icon) = &self.icon {
                ui.add(Image::new((icon.id(), vec2(56.0, 56.0))).alt_text("The icon of Halfminute"));
                ui.add_space(8.0);
            }
            ui.vertical(|ui| {
                ui.add_space(6.0);
                ui.label(RichText::new("Halfminute").font(strong_font(22.0)));
                ui.label(RichText::new(format!("Version {}", env!("CARGO_PKG_VERSION"))).color(palette(ui).weak));
            });
        });
        ui.add_space(8.0);
        for said in [
            "Both sides of a one-time password: it keeps accounts and shows their codes, and it is the service that makes a secret and \
             checks a login.",
            "Any program that runs as you can read what your keyring holds while it is unlocked. No desktop program can prevent that.",
        ] {
            ui.add(Label::new(said).wrap());
        }
        let terms = "Free software, under MIT or Apache-2.0 as you like. It is made with parts of many others.";
        ui.add(Label::new(RichText::new(terms).color(palette(ui).weak)).wrap());
        ui.add_space(8.0);
        let mut actions = Vec::new();
        ui.horizontal_wrapped(|ui| {
            if ui.button("Licences of all parts…").clicked() {
                actions.push(Action::Open(Dialog::Licences));
            }
            if ui.button("Keyboard shortcuts").clicked() {
                actions.push(Action::Open(Dialog::Shortcuts));
            }
        });
        actions.extend(close(ui));
        actions
    }
}
