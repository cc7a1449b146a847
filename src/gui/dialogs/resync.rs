//! Two codes in a row: where a phone is that has gone astray.

use egui::{Label, RichText, Ui};
use zeroize::Zeroizing;

use crate::app::login::ResyncForm;
use crate::app::{Action, Model};
use crate::domain::AccountId;
use crate::domain::verify::{RESYNC_COUNTERS, RESYNC_STEPS};
use crate::gui::theme::palette;
use crate::gui::widgets::field;

use super::title;

/// The draft.
#[derive(Default)]
pub struct ResyncDraft {
    first: Zeroizing<String>,
    second: Zeroizing<String>,
}

impl ResyncDraft {
    /// Draws both fields.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model, user: &str, account: AccountId) -> Vec<Action> {
        let Some(record) = model.document().and_then(|document| document.record(account)) else { return vec![Action::Close] };
        title(ui, "Two codes in a row");
        let span = match record.account.params.period() {
            Some(_) => format!("{RESYNC_STEPS} steps before and after now"),
            None => format!("{RESYNC_COUNTERS} ahead of the counter"),
        };
        let said = format!(
            "Type a code of {} and the one after it. They are looked for within {span}, and say how far off the phone is. Whoever has \
             both has the phone: a lock-out ends",
            record.account.title()
        );
        ui.add(Label::new(RichText::new(said).color(palette(ui).weak).size(13.0)).wrap());
        field::named_code(ui, "First code", &mut self.first);
        field::named_code(ui, "The next code", &mut self.second);
        ui.add_space(8.0);
        let mut actions = Vec::new();
        ui.horizontal(|ui| {
            let ready = !self.first.is_empty() && !self.second.is_empty() && !model.login.busy;
            if field::primary(ui, ready, "Look for them").clicked() {
                let codes = [std::mem::take(&mut self.first), std::mem::take(&mut self.second)];
                actions.push(Action::Resync(ResyncForm { user: user.to_owned(), account, codes }));
            }
            if ui.button("Cancel").clicked() {
                actions.push(Action::Close);
            }
        });
        actions
    }
}
