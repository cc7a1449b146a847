//! The round sign of an account: its picture, its issuer's icon, or its first letter on a colour that never changes.

use egui::{Align2, Painter, Pos2, Rect, Stroke, Ui, pos2, vec2};

use crate::app::icons::{Choice, Of, Wish};
use crate::domain::Account;
use crate::gui::shelf::{self, Look};
use crate::gui::theme::{MONOGRAM_TEXT, PICTURE, monogram_ground, palette, sign_ground, sign_ink, strong_font};

/// Draws the sign of `account` around `center`.
pub fn paint(ui: &Ui, account: &Account, center: Pos2, radius: f32) {
    paint_on(ui, ui.painter(), account, center, radius);
}

/// The same on another layer than that of `ui`.
pub fn paint_on(ui: &Ui, painter: &Painter, account: &Account, center: Pos2, radius: f32) {
    let name = if account.issuer.is_empty() { &account.name } else { &account.issuer };
    sign(ui, painter, Of::Account(account.id, name.clone()), name, center, radius);
}

/// Draws an icon that may be chosen around `center`.
pub fn paint_choice(ui: &Ui, choice: &Choice, title: &str, center: Pos2, radius: f32) {
    sign(ui, ui.painter(), Of::Choice(choice.clone()), title, center, radius);
}

fn sign(ui: &Ui, painter: &Painter, of: Of, name: &str, center: Pos2, radius: f32) {
    let pixels = ui.pixels_per_point();
    let side = (2.0 * radius * pixels).round().clamp(8.0, 512.0) as u16;
    let look = shelf::look(ui.ctx(), Wish { of, side });
    let palette = palette(ui);
    // The line lies inside: the circle is as wide as that of a letter.
    let ground = || painter.circle(center, radius - 0.5, sign_ground(palette), Stroke::new(1.0, palette.border));
    let put = |texture, tint| {
        ground();
        let size = f32::from(side) / pixels;
        // On the pixel grid: each pixel of the texture is one of the screen.
        let corner = center - vec2(size, size) / 2.0;
        let corner = pos2((corner.x * pixels).round() / pixels, (corner.y * pixels).round() / pixels);
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        painter.image(texture, Rect::from_min_size(corner, vec2(size, size)), whole, tint);
    };
    match look {
        Look::Letter => {
            painter.circle_filled(center, radius, monogram_ground(name));
            painter.text(center, Align2::CENTER_CENTER, letter(name), strong_font(radius), MONOGRAM_TEXT);
        }
        Look::Waiting => {
            ground();
        }
        Look::Glyph(texture, colour) => put(texture, sign_ink(palette, colour)),
        Look::Picture(texture) => put(texture, PICTURE),
    }
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
