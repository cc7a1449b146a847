//! A new passphrase, typed twice, and how strong it is.

use egui::Ui;
use zeroize::Zeroizing;

use super::{field, strength};

/// What was typed so far.
#[derive(Default)]
pub struct NewPassphrase {
    first: Zeroizing<String>,
    again: Zeroizing<String>,
}

impl NewPassphrase {
    /// Draws both fields, the first one called `label`; whether what stands there can be taken.
    pub fn ui(&mut self, ui: &mut Ui, label: &str) -> bool {
        field::secret(ui, label, &mut self.first);
        let long_enough = strength::meter(ui, &self.first);
        field::secret(ui, &format!("{label} again"), &mut self.again);
        let same = *self.first == *self.again;
        if !same && !self.again.is_empty() {
            field::error(ui, "The two passphrases differ", "Type the same one twice");
        }
        long_enough && same
    }

    /// Hands it over; nothing stays in the fields.
    pub fn take(&mut self) -> Zeroizing<String> {
        self.again = Zeroizing::default();
        std::mem::take(&mut self.first)
    }
}
