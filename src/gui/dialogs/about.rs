//! What this program is, and its keys.

use egui::{Grid, RichText, Ui};

use crate::app::Action;
use crate::gui::theme::{digits_font, palette};

use super::{close, title};

/// The keys that work everywhere.
const KEYS: [(&str, &str); 7] = [
    ("Ctrl+1, 2, 3", "Accounts, Enroll, Login test"),
    ("Typing", "Search the accounts"),
    ("Enter", "Copy the code of the first account found"),
    ("Tab, Space", "Go on, press"),
    ("Right click", "Everything that can be done with an account"),
    ("Esc", "Clear the search, close a dialog"),
    ("F1", "This list"),
];

/// The keys.
pub fn shortcuts(ui: &mut Ui) -> Vec<Action> {
    title(ui, "Keyboard shortcuts");
    Grid::new("keys").num_columns(2).spacing([20.0, 8.0]).show(ui, |ui| {
        for (keys, does) in KEYS {
            ui.label(RichText::new(keys).font(digits_font(13.0)));
            ui.label(does);
            ui.end_row();
        }
    });
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
