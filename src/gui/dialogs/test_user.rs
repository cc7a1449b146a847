//! A test user: name, password, whose codes count, rules with their odds. And its removal.

use std::collections::BTreeSet;

use egui::{CollapsingHeader, Label, RichText, ScrollArea, Ui};
use zeroize::Zeroizing;

use crate::app::action::{OwnerAct, UserDraft, UserPassword};
use crate::app::document::{Document, TestUser};
use crate::app::{Action, Model, notice};
use crate::domain::{AccountId, Guard, OtpParams, Password, Policy, Preset, Rules, name};
use crate::gui::theme::palette;
use crate::gui::widgets::{chevron, field, list};

use super::title;

/// The height of a line of the accounts' list.
const LINE: f32 = 28.0;
/// More accounts than this have a field to search them.
const FEW: usize = 8;

/// The draft, filled in when the dialog opens.
#[derive(Default)]
pub struct UserForm {
    fields: Option<Fields>,
}

struct Fields {
    name: String,
    password: Zeroizing<String>,
    fate: Fate,
    accounts: BTreeSet<AccountId>,
    search: String,
    rules: Rules,
}

/// What becomes of the password.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Keep,
    None,
    New,
}

impl Fields {
    fn of(user: Option<&TestUser>) -> Self {
        Self {
            name: user.map(|user| user.name.clone()).unwrap_or_default(),
            password: Zeroizing::default(),
            fate: if user.is_some_and(|user| user.password.is_some()) { Fate::Keep } else { Fate::New },
            accounts: user.map(|user| user.accounts.iter().copied().collect()).unwrap_or_default(),
            search: String::new(),
            rules: user.map(|user| user.rules).unwrap_or_default(),
        }
    }
}

impl UserForm {
    /// Draws the fields of the user called `before`, or of a new one.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model, before: Option<&str>) -> Vec<Action> {
        let Some(document) = model.document() else { return vec![Action::Close] };
        let user = before.and_then(|before| document.user(before));
        if before.is_some() && user.is_none() {
            return vec![Action::Close];
        }
        let fields = self.fields.get_or_insert_with(|| Fields::of(user));
        title(ui, if user.is_some() { "Edit the test user" } else { "New test user" });
        field::text(ui, "Name of the user", "alice@example.org", &mut fields.name);
        let cleaned = name::clean(&fields.name);
        crate::gui::tabs::new_secret::name_notes(ui, &cleaned);
        let taken = before != Some(cleaned.text.as_str()) && document.user(&cleaned.text).is_some();
        if taken {
            field::error(ui, "Another test user has this name", "Choose another one");
        }
        let fits = password(ui, fields, user.is_some_and(|user| user.password.is_some()));
        accounts(ui, fields, document);
        rules(ui, fields, document);
        if let Some(said) = &model.login.user_error {
            field::error(ui, &said.text, &said.advice);
        }
        ui.add_space(8.0);
        let mut actions = Vec::new();
        ui.horizontal(|ui| {
            let ready = !cleaned.text.is_empty() && !taken && fits && !model.login.saving_user;
            if field::primary(ui, ready, "Save").clicked() {
                let typed = Password::new(&std::mem::take(&mut fields.password));
                let password = match (fields.fate, typed) {
                    (Fate::Keep, _) => UserPassword::Keep,
                    (Fate::New, Ok(password)) if fits_something(&password, fields.fate) => UserPassword::New(password),
                    _ => UserPassword::None,
                };
                let before = before.map(str::to_owned);
                let accounts = fields.accounts.iter().copied().collect();
                actions.push(Action::PutUser(UserDraft { before, name: cleaned.text, password, accounts, rules: fields.rules }));
            }
            if ui.button("Cancel").clicked() {
                actions.push(Action::Close);
            }
            if model.login.saving_user {
                ui.spinner();
            }
        });
        actions
    }
}

/// An empty field sets no password.
fn fits_something(password: &Password, fate: Fate) -> bool {
    fate == Fate::New && !password.is_empty()
}

/// The password's field. False while it does not fit.
fn password(ui: &mut Ui, fields: &mut Fields, has_one: bool) -> bool {
    if has_one {
        ui.add_space(4.0);
        field::caption(ui, "Password");
        let fates = [(Fate::Keep, "Keep it"), (Fate::New, "New one"), (Fate::None, "None")];
        field::choice(ui, &mut fields.fate, &fates);
    }
    if fields.fate == Fate::New {
        field::secret(ui, if has_one { "New password" } else { "Password (optional)" }, &mut fields.password);
    }
    if Password::new(&fields.password).is_err() {
        field::error(ui, "The password is longer than 1024 bytes", "Choose a shorter one");
        return false;
    }
    // Asking for an empty password would be no password at all.
    fields.fate != Fate::New || !has_one || !fields.password.is_empty()
}

/// Whose codes count. Only the lines that can be seen are laid out.
fn accounts(ui: &mut Ui, fields: &mut Fields, document: &Document) {
    ui.add_space(4.0);
    field::caption(ui, "Accounts whose codes count");
    let all: Vec<_> = document.accounts.iter().filter(|record| record.trashed.is_none()).collect();
    if all.is_empty() {
        ui.label(RichText::new("There is no account yet. Enroll one").color(palette(ui).weak).size(13.0));
        return;
    }
    if all.len() > FEW {
        field::text(ui, "Search the accounts", "", &mut fields.search);
    }
    if fields.accounts.is_empty() {
        field::note(ui, &notice::no_account_counts());
    }
    let wanted = fields.search.to_lowercase();
    let shown: Vec<_> = all.into_iter().filter(|record| record.account.title().to_lowercase().contains(&wanted)).collect();
    let area = ScrollArea::vertical().id_salt("accounts of a user").max_height(LINE * 4.5).auto_shrink([false, true]);
    list::rows(ui, area, LINE, shown.len(), |ui, seen| {
        for record in shown.get(seen).unwrap_or_default() {
            let id = record.account.id;
            let mut counts = fields.accounts.contains(&id);
            let title = record.account.title();
            let name = format!("Codes of {title} count");
            if ui.checkbox(&mut counts, title).accessible_name(name).changed() {
                if counts {
                    fields.accounts.insert(id);
                } else {
                    fields.accounts.remove(&id);
                }
            }
        }
    });
}

/// The rules, and what they come to.
fn rules(ui: &mut Ui, fields: &mut Fields, document: &Document) {
    ui.add_space(4.0);
    field::caption(ui, "Rules");
    let mut preset = fields.rules.preset();
    let presets = Preset::ALL.map(|preset| (Some(preset), preset.title()));
    if field::choice(ui, &mut preset, &presets)
        && let Some(preset) = preset
    {
        fields.rules = preset.rules();
    }
    CollapsingHeader::new("Own rules").id_salt("own rules").icon(chevron::folds).show(ui, |ui| {
        let rules = &mut fields.rules;
        let mut window = rules.policy.window();
        let mut once = rules.policy.one_time();
        field::caption(ui, "Steps accepted before and after now");
        let names: Vec<(u8, String)> = (0..=Policy::MAX_WINDOW).map(|steps| (steps, steps.to_string())).collect();
        let steps: Vec<(u8, &str)> = names.iter().map(|(steps, name)| (*steps, name.as_str())).collect();
        field::choice(ui, &mut window, &steps);
        ui.checkbox(&mut once, "Each code counts once");
        rules.policy = Policy::new(window).unwrap_or_default().with_one_time(once);
        field::caption(ui, "Lock-out");
        let guards = [(Guard::Off, "None"), (Guard::Recommended, "As recommended"), (Guard::Strict, "Strictly")];
        field::choice(ui, &mut rules.guard, &guards);
    });
    let params = fields.accounts.iter().find_map(|id| document.record(*id)).map_or_else(OtpParams::default, |r| r.account.params);
    for said in [notice::guard(fields.rules.guard), notice::odds(&fields.rules.odds(&params))] {
        ui.add(Label::new(RichText::new(said).color(palette(ui).weak).size(13.0)).wrap());
    }
    if !fields.rules.policy.one_time() {
        field::note(ui, &notice::codes_count_again());
    }
}

/// Asks before a test user goes.
pub fn remove(ui: &mut Ui, model: &Model, user: &str) -> Vec<Action> {
    if model.document().is_none_or(|document| document.user(user).is_none()) {
        return vec![Action::Close];
    }
    title(ui, &format!("Remove {user}?"));
    let said = "Its password, failures and recovery codes go with it. Its accounts and its history stay.";
    super::confirm(ui, said, "Remove", Action::RemoveUser(user.to_owned()))
}

/// Asks before recovery codes are made, since those before go.
pub fn make_recovery(ui: &mut Ui, model: &Model, user: &str) -> Vec<Action> {
    if model.document().is_none_or(|document| document.user(user).is_none()) {
        return vec![Action::Close];
    }
    title(ui, &format!("Make recovery codes for {user}?"));
    let said = "Ten codes, each good for one login in place of the phone's. They are shown once. Those that were made before count no more.";
    super::confirm(ui, said, "Make recovery codes", Action::Owner(OwnerAct::MakeRecovery(user.to_owned())))
}

/// Asks before the history goes.
pub fn clear_history(ui: &mut Ui, model: &Model) -> Vec<Action> {
    title(ui, "Clear the history?");
    let count = model.login.history.index.total;
    let lines = if count == 1 { "One line is".to_owned() } else { format!("{} lines are", notice::grouped(count as u64)) };
    let said = format!("{lines} deleted, those that the filter hides included. Used codes and failures stay.");
    super::confirm(ui, &said, "Clear", Action::ClearHistory)
}
