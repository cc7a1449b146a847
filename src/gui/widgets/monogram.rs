//! The round sign of an issuer: its first letter on a colour that never changes.

use egui::{Align2, Painter, Pos2};

use crate::gui::theme::{MONOGRAM_TEXT, monogram_ground, strong_font};

/// Draws the monogram of `name` around `center`.
pub fn paint(painter: &Painter, center: Pos2, radius: f32, name: &str) {
    painter.circle_filled(center, radius, monogram_ground(name));
    painter.text(center, Align2::CENTER_CENTER, letter(name), strong_font(radius), MONOGRAM_TEXT);
}

/// The first letter or digit, in upper case; a bullet if there is none.
fn letter(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).map_or_else(|| "•".to_owned(), |c| c.to_uppercase().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters() {
        for (name, shown) in
            [("GitHub", "G"), ("élan", "É"), ("  1Password", "1"), ("ßtraße", "SS"), ("…", "•"), ("", "•"), ("日本", "日")]
        {
            assert_eq!(letter(name), shown);
        }
    }
}
