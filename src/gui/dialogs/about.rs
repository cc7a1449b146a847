//! What this program is, and its keys.

use egui::{Align2, Label, RichText, Role, Sense, Ui, WidgetInfo, vec2};

use crate::app::Action;
use crate::gui::theme::{digits_font, palette};

use super::{close, title};

/// The keys that work everywhere.
const KEYS: [(&str, &str); 19] = [
    ("Ctrl+1, 2, 3", "Accounts, Enroll, Login test"),
    ("Typing", "Search the accounts"),
    ("Enter", "Copy the code of the first account found"),
    ("Tab, Space", "Go on, press"),
    ("/, Ctrl+F", "Go to the search"),
    ("Arrows, Home, End", "Go from account to account"),
    ("C, N", "Copy the code or the next one of the account with the focus"),
    ("V, Q", "Show its hidden code, its QR code"),
    ("E, P", "Edit it, pin it"),
    ("Alt+↑, Alt+↓", "Move it, in manual order"),
    ("Del", "Move it to the trash"),
    ("Menu, Shift+F10", "Everything that can be done with it"),
    ("Right click", "Everything that can be done with an account"),
    ("Ctrl+V", "Import what is on the clipboard"),
    ("Ctrl+Shift+S", "Scan the screen for a QR code"),
    ("Ctrl+plus, minus, 0", "Larger, smaller, usual size"),
    ("Esc", "Clear the search, close a dialog"),
    ("Ctrl+L", "Lock, where a passphrase is set"),
    ("F1", "This list"),
];

/// The width of the column with the keys.
const KEYS_WIDTH: f32 = 156.0;

/// The keys.
pub fn shortcuts(ui: &mut Ui) -> Vec<Action> {
    title(ui, "Keyboard shortcuts");
    for (keys, does) in KEYS {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().interact_size.y = 20.0;
            let (space, response) = ui.allocate_exact_size(vec2(KEYS_WIDTH, 20.0), Sense::hover());
            ui.painter().text(space.left_center(), Align2::LEFT_CENTER, keys, digits_font(13.0), palette(ui).weak);
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, keys));
            ui.add(Label::new(does).wrap());
        });
    }
    close(ui).into_iter().collect()
}

/// What this is.
pub fn about(ui: &mut Ui) -> Vec<Action> {
    title(ui, "Halfminute");
    ui.label(RichText::new(format!("Version {}", env!("CARGO_PKG_VERSION"))).color(palette(ui).weak));
    ui.add(egui::Label::new("Both sides of a one-time password: it keeps accounts and shows their codes, and it is the service that makes a secret and checks a login.").wrap());
    ui.add(egui::Label::new("Any program that runs as you can read what your keyring holds while it is unlocked. No desktop program can prevent that.").wrap());
    ui.add(
        egui::Label::new(
            RichText::new("MIT or Apache-2.0. Inter and JetBrains Mono: SIL Open Font License 1.1.")
                .color(palette(ui).weak)
                .small(),
        )
        .wrap(),
    );
    close(ui).into_iter().collect()
}
