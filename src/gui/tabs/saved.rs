//! The last step of a new secret: it is saved, its code runs, and what can be done with it.

use egui::{Label, RichText, Ui};

use crate::app::action::TabId;
use crate::app::document::Record;
use crate::app::{Action, Model, notice};
use crate::gui::theme::{palette, strong_font};
use crate::gui::widgets::{field, heard, monogram};

use super::existing::live_code;

/// The widest column.
pub const WIDEST: f32 = 460.0;

/// Draws it for the account that was just made.
pub fn ui(ui: &mut Ui, model: &Model, record: &Record) -> Option<Action> {
    let mut action = None;
    let account = &record.account;
    ui.add_space(12.0);
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(egui::vec2(44.0, 44.0), egui::Sense::hover());
        monogram::paint(ui, account, rect.center(), 22.0);
        let said = notice::enrolled(&account.title());
        let head = ui.add(Label::new(RichText::new(said.text).font(strong_font(18.0))).wrap());
        heard::politely(ui, &head);
    });
    ui.add_space(4.0);
    live_code(ui, model, &account.params, &record.secret);
    let next = "The phone shows the same code. Now log in with it as at a real service, or find it among your accounts";
    ui.add(Label::new(RichText::new(next).color(palette(ui).weak)).wrap());
    ui.add_space(8.0);
    ui.horizontal_wrapped(|ui| {
        if field::primary(ui, true, "Test a login").clicked() {
            action = Some(Action::TestLogin(account.id));
        }
        if ui.button("Show it in Accounts").clicked() {
            action = Some(Action::Go(TabId::Accounts));
        }
        if ui.button("Enroll another").clicked() {
            action = Some(Action::CreateNew);
        }
    });
    action
}
