//! A new passphrase, typed twice, and how strong it is.

use egui::{RichText, Sense, Ui, vec2};
use zeroize::Zeroizing;

use crate::gui::theme::palette;

use super::{field, heard};

/// The shortest passphrase that is taken, in characters.
const SHORTEST: usize = 8;

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
        let long_enough = strength(ui, &self.first);
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

/// Shows how strong `passphrase` is; whether it is long enough to be taken.
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
        let (rect, _) = ui.allocate_exact_size(vec2(120.0, 6.0), Sense::hover());
        ui.painter().rect_filled(rect, 3, palette(ui).border);
        let mut filled = rect;
        filled.set_width(rect.width() * f32::from(score + 1) / 5.0);
        ui.painter().rect_filled(filled, 3, colour);
        let said = ui.label(RichText::new(text).color(colour).size(13.0));
        heard::politely(ui, &said);
    });
    long_enough
}
