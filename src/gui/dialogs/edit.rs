//! The editable fields of an account. Its secret stays.

mod sign;

use egui::Ui;

use crate::app::change::Edit;
use crate::app::{Action, Model};
use crate::domain::{AccountId, OtpParams, name};
use crate::gui::tabs::params_form::ParamsForm;
use crate::gui::widgets::{chevron, field};

use super::title;

/// The draft, filled in when the dialog opens.
#[derive(Default)]
pub struct EditDraft {
    fields: Option<Fields>,
    sign: sign::SignDraft,
}

struct Fields {
    issuer: String,
    name: String,
    tags: String,
    note: String,
    params: ParamsForm,
    before: OtpParams,
}

impl EditDraft {
    /// Draws the fields of `id`.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model, id: AccountId) -> Vec<Action> {
        let Some(record) = model.document().and_then(|document| document.record(id)) else { return vec![Action::Close] };
        let account = &record.account;
        if let Some(actions) = self.sign.choosing(ui, model, account) {
            return actions;
        }
        let fields = self.fields.get_or_insert_with(|| Fields {
            issuer: account.issuer.clone(),
            name: account.name.clone(),
            tags: account.tags.join(", "),
            note: account.note.clone(),
            params: ParamsForm::from(&account.params),
            before: account.params,
        });
        title(ui, "Edit the account");
        let mut actions = self.sign.ui(ui, model, account);
        field::text(ui, "Issuer", "Example", &mut fields.issuer);
        let issuer = name::clean(&fields.issuer);
        field::text(ui, "Account name", "alice@example.org", &mut fields.name);
        let account_name = name::clean(&fields.name);
        for cleaned in [&issuer, &account_name] {
            crate::gui::tabs::new_secret::name_notes(ui, cleaned);
        }
        field::text(ui, "Tags", "work, servers", &mut fields.tags);
        field::text(ui, "Note", "", &mut fields.note);
        // What was not touched is kept to the letter; what was is cleaned, and it is said.
        let untouched = fields.note == account.note;
        let note = name::clean(&fields.note);
        if !untouched {
            crate::gui::tabs::new_secret::name_notes(ui, &note);
        }
        let note = if untouched { account.note.clone() } else { note.text };
        let advanced = egui::CollapsingHeader::new("Advanced").id_salt("edit advanced").icon(chevron::folds).show(ui, |ui| {
            field::note(ui, &crate::app::notice::Notice::plain("Other settings than the service's give codes that it refuses"));
            fields.params.ui(ui);
        });
        let params = fields.params.params();
        if advanced.fully_closed()
            && let Err(said) = &params
        {
            field::error(ui, &said.text, &said.advice);
        }
        let named = !issuer.text.is_empty() || !account_name.text.is_empty();
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            if field::primary(ui, named && params.is_ok(), "Save").clicked()
                && let Ok(params) = params
            {
                let tags = fields.tags.split(',').map(|tag| name::clean(tag).text).filter(|tag| !tag.is_empty()).collect();
                actions.push(Action::Edit(Edit {
                    id,
                    issuer: issuer.text.clone(),
                    name: account_name.text.clone(),
                    params,
                    before: fields.before,
                    tags,
                    note,
                }));
            }
            if ui.button("Cancel").clicked() {
                actions.push(Action::Close);
            }
        });
        actions
    }
}
