//! The keys, by where they work.

use egui::{Label, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::app::Action;
use crate::gui::theme::{palette, strong_font};
use crate::gui::widgets::field;

use super::{close, title};

/// Keys, and what they do. Keys of one press are joined by "+"; what stands apart is pressed instead.
type Keys = (&'static str, &'static str);

const GROUPS: [(&str, &[Keys]); 2] = [
    (
        "Everywhere",
        &[
            ("Ctrl+1 2 3", "Accounts, Enroll, Login test"),
            ("Ctrl+V", "Import what is on the clipboard"),
            ("Ctrl+Z", "Undo, while the window offers it"),
            ("Ctrl+Shift+S", "Scan the screen for a QR code"),
            ("Ctrl+L", "Lock, where a passphrase is set"),
            ("Ctrl+plus minus 0", "Larger, smaller, usual size"),
            ("Tab Space", "Go on, press"),
            ("Esc", "Close, clear the search"),
            ("F1 ?", "This list"),
        ],
    ),
    (
        "Accounts",
        &[
            ("Typing", "Search the accounts"),
            ("/ Ctrl+F", "Go to the search"),
            ("Enter", "Copy the code of the first account found"),
            ("Arrows Home End", "Go from account to account"),
            ("C N", "Copy the code or the next one of the account with the focus"),
            ("V Q", "Show its hidden code, its QR code"),
            ("E P", "Edit it, pin it"),
            ("Alt+↑ Alt+↓", "Move it, in manual order"),
            ("Del", "Move it to the trash"),
            ("Menu Shift+F10", "Everything that can be done with it"),
        ],
    ),
];

/// The width of the column with the keys.
const KEYS_WIDTH: f32 = 172.0;
/// The height of a row.
const ROW: f32 = 26.0;

/// Draws them.
pub fn ui(ui: &mut Ui) -> Vec<Action> {
    title(ui, "Keyboard shortcuts");
    for (head, keys) in GROUPS {
        field::caption(ui, head);
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for (keys, does) in keys {
                ui.horizontal_top(|ui| {
                    ui.spacing_mut().interact_size.y = ROW;
                    let (space, response) = ui.allocate_exact_size(vec2(KEYS_WIDTH, ROW), Sense::hover());
                    caps(ui, space, keys);
                    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, *keys));
                    ui.vertical(|ui| {
                        ui.add_space(4.0);
                        ui.add(Label::new(*does).wrap());
                    });
                });
            }
        });
        ui.add_space(8.0);
    }
    close(ui).into_iter().collect()
}

/// Each key as a cap.
fn caps(ui: &Ui, space: Rect, keys: &str) {
    let palette = palette(ui);
    let mut left = space.left();
    for press in keys.split(' ') {
        for key in press.split('+') {
            let word = ui.painter().layout_no_wrap(key.to_owned(), strong_font(12.0), palette.text);
            let width = (word.size().x + 14.0).max(24.0);
            let cap = Rect::from_min_size(pos2(left, space.top() + 2.0), vec2(width, ROW - 4.0));
            ui.painter().rect(cap, 6, palette.surface_hover, Stroke::new(1.0, palette.border), StrokeKind::Inside);
            ui.painter().galley(cap.center() - word.size() / 2.0, word, palette.text);
            left += width + 4.0;
        }
        left += 4.0;
    }
}
