//! Enroll: a new secret for a phone, or an account that exists elsewhere.

use egui::{Context, Ui};

use crate::app::{Action, Model};
use crate::gui::widgets::{field, steps};

use super::existing::Existing;
use super::new_secret::NewSecret;
use super::{Tab, saved};

/// The way of a new secret.
pub(super) const STEPS: [&str; 3] = ["Scan with the phone", "Type its code", "Saved"];

/// Both ways in, each with its drafts.
#[derive(Default)]
pub struct Enroll {
    new_secret: NewSecret,
    existing: Existing,
}

impl Enroll {
    /// A form was saved: its drafts go at once.
    pub fn saved(&mut self, form: usize) {
        match form {
            0 => self.new_secret = NewSecret::default(),
            _ => self.existing = Existing::default(),
        }
    }
}

impl Tab for Enroll {
    fn ui(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action> {
        let mut actions = Vec::new();
        super::scroll().show(ui, |ui| {
            if self.new_secret.is_enlarged() && !model.enrolment.existing {
                actions.extend(self.new_secret.ui(ui, model));
                return;
            }
            ui.set_max_width(ui.available_width().min(super::PAGE));
            let mut existing = model.enrolment.existing;
            if field::choice(ui, &mut existing, &[(false, "Create a new secret"), (true, "Add an account I already have")]) {
                actions.push(if existing { Action::AddExisting } else { Action::CreateNew });
                self.leave(ui.ctx());
            }
            ui.add_space(8.0);
            let done = model.enrolment.done.filter(|_| !model.enrolment.existing);
            if let Some(record) = done.and_then(|id| model.document()?.record(id)).filter(|record| record.trashed.is_none()) {
                steps::ui(ui, &STEPS, STEPS.len());
                let width = ui.available_width().min(saved::WIDEST);
                actions.extend(field::column(ui, width, |ui| saved::ui(ui, model, record)));
                return;
            }
            actions.extend(if model.enrolment.existing { self.existing.ui(ui, model) } else { self.new_secret.ui(ui, model) });
        });
        actions
    }

    fn leave(&mut self, _ctx: &Context) {
        self.new_secret.hide();
        self.existing.hide();
    }
}
