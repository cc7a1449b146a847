//! What is in the trash: back, or gone for ever.

use egui::{Align, Label, Layout, RichText, ScrollArea, Ui, vec2};

use crate::app::action::Dialog;
use crate::app::document::Record;
use crate::app::model::TRASH_DAYS;
use crate::app::{Action, Model};
use crate::domain::{AccountId, UnixTime};
use crate::gui::theme::{palette, strong_font};
use crate::gui::widgets::list;
use crate::gui::widgets::when::date_time;

use super::{room, title};

/// The height of one account: only those that can be seen are laid out.
const ROW: f32 = 86.0;

/// Draws the list.
pub fn ui(ui: &mut Ui, model: &Model) -> Vec<Action> {
    title(ui, "Trash");
    let said = format!("What is here stays for at least {TRASH_DAYS} days, and goes only when you delete it");
    ui.add(Label::new(RichText::new(said).color(palette(ui).weak).size(13.0)).wrap());
    let mut actions = Vec::new();
    let records = model.document().map(|document| document.accounts.as_slice()).unwrap_or_default();
    let trashed: Vec<(&Record, UnixTime)> = records.iter().filter_map(|record| record.trashed.map(|at| (record, at))).collect();
    if trashed.is_empty() {
        ui.label(RichText::new("The trash is empty").color(palette(ui).weak));
    } else {
        let most = (room(ui.ctx()).y - 230.0).max(ROW);
        list::rows(ui, ScrollArea::vertical().id_salt("trash").max_height(most), ROW, trashed.len(), |ui, seen| {
            for (record, at) in &trashed[seen] {
                let space = vec2(ui.available_width(), ROW);
                ui.allocate_ui_with_layout(space, Layout::top_down(Align::Min), |ui| {
                    ui.set_min_size(space);
                    actions.extend(line(ui, record, *at));
                });
            }
        });
    }
    ui.add_space(8.0);
    ui.horizontal_wrapped(|ui| {
        if ui.button("Close").clicked() {
            actions.push(Action::Close);
        }
        if !model.old_trash().is_empty() && ui.button(format!("Delete what is older than {TRASH_DAYS} days…")).clicked() {
            actions.push(Action::Open(Dialog::PurgeOld));
        }
    });
    actions
}

/// One account, and both ways out of the trash.
fn line(ui: &mut Ui, record: &Record, at: UnixTime) -> Option<Action> {
    let account = &record.account;
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.add(Label::new(RichText::new(account.title()).font(strong_font(14.0))).truncate());
    ui.label(RichText::new(format!("Since {}", date_time(at))).color(palette(ui).weak).size(13.0));
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        let restore = ui
            .button("Restore")
            .accessible_name(format!("Restore {}", account.title()))
            .clicked()
            .then_some(Action::Restore(account.id));
        let purge = ui
            .button("Delete for ever…")
            .accessible_name(format!("Delete {} for ever…", account.title()))
            .clicked()
            .then_some(Action::Open(Dialog::Purge(account.id)));
        restore.or(purge)
    })
    .inner
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

/// Asks once more, for everything that has been there for long.
pub fn purge_old(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let old = model.old_trash();
    if old.is_empty() {
        return vec![Action::Open(Dialog::Trash)];
    }
    let what = if old.len() == 1 { "one account".to_owned() } else { format!("{} accounts", old.len()) };
    title(ui, &format!("Delete {what} for ever?"));
    let said = format!(
        "They have been in the trash for more than {TRASH_DAYS} days. Their secrets are gone then. If a service still asks for their codes, \
         you cannot log in there any more."
    );
    ui.add(Label::new(said).wrap());
    ui.add_space(8.0);
    let mut actions = Vec::new();
    ui.horizontal(|ui| {
        if ui.button(RichText::new("Delete for ever").color(palette(ui).bad)).clicked() {
            actions.push(Action::PurgeOld);
        }
        if ui.button("Keep them").clicked() {
            actions.push(Action::Open(Dialog::Trash));
        }
    });
    actions
}
