//! QR codes for a phone, one after the other, as large as the window. Closes by itself a minute after the last one came.

use egui::{Key, Modifiers, RichText, Ui};
use zeroize::Zeroizing;

use crate::app::{Action, Model, notice};
use crate::domain::UnixTime;
use crate::gui::dialogs::{room, title};
use crate::gui::tabs::new_secret::SHOWN_FOR;
use crate::gui::theme::palette;
use crate::gui::widgets::field;
use crate::gui::widgets::qr_picture::QrPicture;

/// Which code is shown, and since when.
#[derive(Default)]
pub struct PhoneDraft {
    at: usize,
    since: Option<UnixTime>,
    picture: QrPicture,
}

impl PhoneDraft {
    /// Draws the code at hand of `codes`.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model, codes: &[Zeroizing<String>]) -> Vec<Action> {
        let since = *self.since.get_or_insert(model.now);
        let Some(code) = codes.get(self.at).filter(|_| since <= model.now && model.now.since(since) < SHOWN_FOR) else {
            return vec![Action::Close];
        };
        title(ui, &notice::scan_this(self.at + 1, codes.len()));
        let room = room(ui.ctx());
        let most = field::square(egui::vec2(ui.available_width(), room.y - 200.0), f32::INFINITY);
        let drawn = ui.vertical_centered(|ui| self.picture.ui(ui, code, most).is_some()).inner;
        if !drawn {
            field::error(ui, "These accounts are too long for a QR code", "Shorten their names");
        }
        let left = SHOWN_FOR.as_secs().saturating_sub(model.now.since(since).as_secs());
        let said = notice::closes_in(left);
        ui.add(egui::Label::new(RichText::new(said).color(palette(ui).weak).size(13.0)).wrap());
        let (last, mut to) = (codes.len() - 1, self.at);
        // Space presses what has the focus; where nothing has it, it goes on.
        let free = ui.memory(|memory| memory.focused().is_none());
        let pressed = |key| free && ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::Space) || pressed(Key::ArrowRight) {
            to = (to + 1).min(last);
        }
        if pressed(Key::ArrowLeft) {
            to = to.saturating_sub(1);
        }
        let mut actions = Vec::new();
        ui.horizontal_wrapped(|ui| {
            if last > 0 {
                if field::primary(ui, self.at < last, "Next").clicked() {
                    to = self.at + 1;
                }
                if ui.add_enabled(self.at > 0, egui::Button::new("Back")).clicked() {
                    to = self.at - 1;
                }
            }
            if ui.button("Done").clicked() {
                actions.push(Action::Close);
            }
        });
        if to != self.at {
            self.at = to;
            self.since = Some(model.now);
        }
        actions
    }
}
