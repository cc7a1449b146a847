//! What a backup is to be locked with: a passphrase, typed twice, or public keys.

use egui::{Label, RichText, Ui};

use crate::app::backup::SealDraft;
use crate::gui::theme::palette;
use crate::gui::widgets::field;
use crate::gui::widgets::passphrase::NewPassphrase;

/// Drafts of the fields.
#[derive(Default)]
pub struct SealFields {
    keys: bool,
    passphrase: NewPassphrase,
    public: String,
    ready: bool,
}

impl SealFields {
    /// Draws the fields.
    pub fn ui(&mut self, ui: &mut Ui) {
        field::caption(ui, "Locked with");
        field::choice(ui, &mut self.keys, &[(false, "A passphrase"), (true, "A public key")]);
        if self.keys {
            field::text(ui, "Public key", "age1…, ssh-ed25519 … or ssh-rsa …", &mut self.public);
            weak(ui, "Whoever holds the private half can open it. No passphrase is needed.");
            self.ready = !self.public.trim().is_empty();
        } else {
            self.ready = self.passphrase.ui(ui, "Passphrase of the backup");
        }
    }

    /// Whether what was typed can be used.
    pub fn ready(&self) -> bool {
        self.ready
    }

    /// Public keys were chosen.
    pub fn keys(&self) -> bool {
        self.keys
    }

    /// Gives what was typed. A passphrase is gone from here then; a key, which is no secret, stays to be corrected.
    pub fn take(&mut self) -> SealDraft {
        self.ready = false;
        if self.keys {
            return SealDraft::Keys(self.public.clone());
        }
        SealDraft::Passphrase(self.passphrase.take())
    }
}

/// A line that explains.
pub fn weak(ui: &mut Ui, text: &str) {
    ui.add(Label::new(RichText::new(text).color(palette(ui).weak).size(13.0)).wrap());
}
