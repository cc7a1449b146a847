//! The QR picture of an account that exists, to move it to one more phone. Closes by itself after a minute.

use egui::{Key, Modifiers, RichText, Ui};
use zeroize::Zeroizing;

use crate::app::{Action, Model};
use crate::domain::{AccountId, UnixTime};
use crate::formats::otpauth;
use crate::gui::tabs::new_secret::{SHOWN_FOR, save_png};
use crate::gui::theme::palette;
use crate::gui::widgets::field;
use crate::gui::widgets::qr_picture::QrPicture;

use super::{room, title};

/// The picture, and since when it is shown.
#[derive(Default)]
pub struct QrDraft {
    picture: QrPicture,
    since: Option<UnixTime>,
    /// It fills the window.
    large: bool,
}

impl QrDraft {
    /// Whether it fills the window.
    pub fn is_large(&self) -> bool {
        self.large
    }

    /// Draws the picture of `id`.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model, id: AccountId) -> Vec<Action> {
        let Some(record) = model.document().and_then(|document| document.record(id)) else { return vec![Action::Close] };
        let since = *self.since.get_or_insert(model.now);
        if model.now.since(since) >= SHOWN_FOR || since > model.now {
            return vec![Action::Close];
        }
        let account = &record.account;
        title(ui, &account.title());
        let address: Zeroizing<String> = otpauth::write(&account.issuer, &account.name, &account.params, &record.secret);
        let room = room(ui.ctx());
        let (below, widest) = if self.large { (190.0, f32::INFINITY) } else { (204.0, 456.0) };
        let most = field::square(egui::vec2(ui.available_width(), room.y - below), widest);
        let hint = if self.large { "Make it smaller" } else { "Enlarge" };
        let drawn = ui.vertical_centered(|ui| {
            let response = self.picture.ui(ui, &address, most)?;
            Some(response.on_hover_cursor(egui::CursorIcon::ZoomIn).on_hover_text(hint).clicked())
        });
        match drawn.inner {
            Some(clicked) => {
                // Space presses what has the focus; where nothing has it, it enlarges the picture.
                let free = ui.memory(|memory| memory.focused().is_none());
                self.large ^= clicked || free && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Space));
            }
            None => field::error(ui, "The address is too long for a QR code", "Shorten the issuer or the account name"),
        }
        let left = SHOWN_FOR.as_secs().saturating_sub(model.now.since(since).as_secs());
        let said = format!("Whoever photographs this has the account. It closes in {left} s");
        ui.add(egui::Label::new(RichText::new(said).color(palette(ui).weak).size(13.0)).wrap());
        let mut actions = Vec::new();
        ui.horizontal_wrapped(|ui| {
            if ui.button("Copy address").clicked() {
                actions.push(Action::CopyAddress(address.clone()));
            }
            if ui.button("Save as PNG…").clicked() {
                actions.extend(save_png(&self.picture, &account.issuer, &account.name));
            }
            if ui.button("Close").clicked() {
                actions.push(Action::Close);
            }
        });
        actions
    }
}
