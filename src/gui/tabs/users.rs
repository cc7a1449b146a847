//! What the owner may do with a test user, under the form of the login test.

use egui::{RichText, Ui, vec2};

use crate::app::Action;
use crate::app::action::{Dialog, OwnerAct};
use crate::app::document::TestUser;
use crate::gui::bar::{MENU_WIDTH, item};
use crate::gui::theme::palette;

/// Draws the buttons: for the user whose name stands in the field, if there is one, and for a new one.
pub fn ui(ui: &mut Ui, known: Option<&TestUser>, none: bool) -> Option<Action> {
    let mut action = None;
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
        if ui.button("New test user…").clicked() {
            action = Some(Action::Open(Dialog::TestUser(None)));
        }
        if let Some(user) = known {
            let name = || user.name.clone();
            if ui.button("Edit…").accessible_name(format!("Edit {}…", user.name)).clicked() {
                action = Some(Action::Open(Dialog::TestUser(Some(name()))));
            }
            let more = ui.button("More ▾").accessible_name(format!("More for {}", user.name));
            egui::Popup::menu(&more).width(MENU_WIDTH).show(|ui| {
                if let [account] = user.accounts.as_slice()
                    && item(ui, true, "Two codes in a row…", "Two codes in a row…")
                {
                    action = Some(Action::Open(Dialog::Resync(name(), *account)));
                }
                if item(ui, true, "Make recovery codes…", "Make recovery codes…") {
                    action = Some(Action::Open(Dialog::MakeRecovery(name())));
                }
                if item(ui, true, "Reset counters", "Reset counters") {
                    action = Some(Action::Owner(OwnerAct::ResetCounters(name())));
                }
                if item(ui, true, "Forget used codes", "Forget used codes") {
                    action = Some(Action::Owner(OwnerAct::ForgetUsed(name())));
                }
                ui.separator();
                if item(ui, true, "Remove this test user…", "Remove this test user…") {
                    action = Some(Action::Open(Dialog::RemoveUser(name())));
                }
            });
        }
    });
    if none {
        let said = "There is no test user yet. Enroll an account to make one, or make one here";
        ui.add(egui::Label::new(RichText::new(said).color(palette(ui).weak).size(13.0)).wrap());
    }
    action
}
