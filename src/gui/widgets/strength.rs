//! How strong a passphrase is, as it is typed.

use egui::{RichText, Ui};

use crate::gui::theme::palette;

/// The shortest passphrase that is taken, in characters.
const SHORTEST: usize = 8;

/// Shows how strong `passphrase` is; whether it is long enough to be taken.
pub fn meter(ui: &mut Ui, passphrase: &str) -> bool {
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
