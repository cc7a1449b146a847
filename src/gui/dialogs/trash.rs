//! What is in the trash: back, or gone for ever.

use egui::{RichText, Ui};

use crate::app::action::Dialog;
use crate::app::{Action, Model};
use crate::domain::AccountId;
use crate::gui::theme::palette;
use crate::gui::widgets::when::date_time;

use super::{close, title};

/// Draws the list.
pub fn ui(ui: &mut Ui, model: &Model) -> Vec<Action> {
    title(ui, "Trash");
    let mut actions = Vec::new();
    let trashed = model
        .document()
        .into_iter()
        .flat_map(|document| &document.accounts)
        .filter_map(|record| record.trashed.map(|at| (record, at)));
    let mut any = false;
    for (record, at) in trashed {
        any = true;
        let account = &record.account;
        ui.add(egui::Label::new(account.title()).truncate());
        ui.label(RichText::new(format!("Since {}", date_time(at))).color(palette(ui).weak).small());
        ui.horizontal(|ui| {
            if ui.button("Restore").clicked() {
                actions.push(Action::Restore(account.id));
            }
            if ui.button("Delete for ever…").clicked() {
                actions.push(Action::Open(Dialog::Purge(account.id)));
            }
        });
        ui.separator();
    }
    if !any {
        ui.label(RichText::new("The trash is empty").color(palette(ui).weak));
    }
    actions.extend(close(ui));
    actions
}

/// Asks once more.
pub fn purge(ui: &mut Ui, model: &Model, id: AccountId) -> Vec<Action> {
    let Some(record) = model.document().and_then(|document| document.record(id)) else {
        return vec![Action::Open(Dialog::Trash)];
    };
    title(ui, &format!("Delete {} for ever?", record.account.title()));
    ui.add(
        egui::Label::new("Its secret is gone then. If the service still asks for codes, you cannot log in there any more.")
            .wrap(),
    );
    let mut actions = Vec::new();
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        let text = RichText::new("Delete for ever").color(palette(ui).bad);
        if ui.button(text).clicked() {
            actions.push(Action::Purge(id));
        }
        if ui.button("Keep it").clicked() {
            actions.push(Action::Open(Dialog::Trash));
        }
    });
    actions
}
