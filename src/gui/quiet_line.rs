//! One quiet line above the accounts, never two: what is more urgent stands there first, the rest when that is done or closed.

use egui::Ui;

use crate::app::action::TabId;
use crate::app::{Action, Model};

use super::{backup_line, clock_line};

/// Draws the line, if there is anything to say: this computer's clock is wrong, then automatic backups that fail, then a clock that nothing
/// keeps or a phone that is off, then the reminder of a backup.
pub fn ui(ui: &mut Ui, model: &Model) -> Option<Action> {
    if model.tab != TabId::Accounts {
        return None;
    }
    let clock = clock_line::said(model);
    if !clock.is_empty() && (clock_line::is_urgent(model) || !backup_line::is_urgent(model)) {
        clock_line::ui(ui, &clock)
    } else {
        backup_line::ui(ui, model)
    }
}
