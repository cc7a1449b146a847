//! Enroll: a new secret for a phone, or an account that exists elsewhere.

use egui::{Context, Ui};

use crate::app::{Action, Model};
use crate::gui::widgets::field;

use super::Tab;
use super::existing::Existing;
use super::new_secret::NewSecret;

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
            actions.extend(if model.enrolment.existing { self.existing.ui(ui, model) } else { self.new_secret.ui(ui, model) });
        });
        actions
    }

    fn leave(&mut self, _ctx: &Context) {
        self.new_secret.hide();
        self.existing.hide();
    }
}
