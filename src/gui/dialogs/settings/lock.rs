//! Settings, Lock: the passphrase over the accounts, and when it is asked for again.

use egui::{Label, RichText, Ui};
use zeroize::Zeroizing;

use crate::app::model::{OpenVault, VaultState};
use crate::app::notice;
use crate::app::ports::{Place, Watched};
use crate::app::settings::{LockAfter, WithScreen};
use crate::app::{Action, Model};
use crate::gui::theme::palette;
use crate::gui::widgets::field;
use crate::gui::widgets::passphrase::NewPassphrase;

/// Drafts of the passphrase fields.
#[derive(Default)]
pub struct LockDraft {
    form: Form,
    current: Zeroizing<String>,
    new: NewPassphrase,
    /// How many changes of the passphrase had been written when this was begun.
    written: Option<u64>,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Form {
    #[default]
    None,
    Change,
    Remove,
}

/// Draws the page.
pub fn ui(ui: &mut Ui, model: &Model, draft: &mut LockDraft) -> Vec<Action> {
    if draft.written.replace(model.protection.written) != Some(model.protection.written) {
        *draft = LockDraft { written: draft.written, ..LockDraft::default() };
    }
    let VaultState::Open(open) = &model.vault else {
        weak(ui, "Here you set a passphrase over your accounts, once they are open");
        return Vec::new();
    };
    let mut actions = Vec::new();
    if model.protection.busy {
        ui.horizontal(|ui| {
            ui.add(egui::Spinner::new().size(18.0));
            ui.label("Encrypting the accounts");
        });
    } else {
        actions.extend(passphrase(ui, model, open, draft));
    }
    if open.passphrase && draft.form == Form::None {
        ui.add_space(8.0);
        actions.extend(when(ui, model));
    }
    actions
}

fn passphrase(ui: &mut Ui, model: &Model, open: &OpenVault, draft: &mut LockDraft) -> Option<Action> {
    let mut action = None;
    if matches!(open.place, Place::File(_)) {
        ui.add(Label::new("Your accounts are in an encrypted file. Its passphrase opens Halfminute again.").wrap());
        return ui.button("Lock now").clicked().then_some(Action::Lock);
    }
    if !open.passphrase {
        ui.add(
            Label::new(
                "Put a passphrase over the accounts in the keyring. Then a program that reads your keyring finds nothing it can use \
                 without it, and the window can be locked. Halfminute and its commands ask for it at every start.",
            )
            .wrap(),
        );
        return new_passphrase(ui, model, draft, "Set the passphrase");
    }
    if draft.form == Form::None {
        ui.add(Label::new("A passphrase is set over the accounts in the keyring.").wrap());
        ui.horizontal_wrapped(|ui| {
            if ui.button("Lock now").clicked() {
                action = Some(Action::Lock);
            }
            if ui.button("Change the passphrase…").clicked() {
                draft.form = Form::Change;
            }
            if ui.button("Remove it…").clicked() {
                draft.form = Form::Remove;
            }
        });
        return action;
    }
    field::secret(ui, "Current passphrase", &mut draft.current);
    if draft.form == Form::Change {
        return new_passphrase(ui, model, draft, "Change the passphrase");
    }
    weak(ui, "The accounts then stand in the keyring as they are: what can read it can read them");
    failed(ui, model);
    ui.horizontal_wrapped(|ui| {
        if field::primary(ui, !draft.current.is_empty(), "Remove the passphrase").clicked() {
            action = Some(Action::Protect { current: Some(std::mem::take(&mut draft.current)), new: None });
        }
        back(ui, draft);
    });
    action
}

/// The new passphrase, twice, and the button that sets it.
fn new_passphrase(ui: &mut Ui, model: &Model, draft: &mut LockDraft, set: &str) -> Option<Action> {
    let changes = draft.form == Form::Change;
    let fits = draft.new.ui(ui, if changes { "New passphrase" } else { "Passphrase" });
    let lost = "Nobody can recover a forgotten passphrase";
    field::note(ui, &notice::Notice::new(lost, "Without it your accounts are lost. Write it down and keep it in a safe place"));
    failed(ui, model);
    let mut action = None;
    ui.horizontal_wrapped(|ui| {
        let ready = fits && (!changes || !draft.current.is_empty());
        if field::primary(ui, ready, set).clicked() {
            let current = changes.then(|| std::mem::take(&mut draft.current));
            action = Some(Action::Protect { current, new: Some(draft.new.take()) });
        }
        if changes {
            back(ui, draft);
        }
    });
    action
}

fn back(ui: &mut Ui, draft: &mut LockDraft) {
    if ui.button("Back").clicked() {
        *draft = LockDraft { written: draft.written, ..LockDraft::default() };
    }
}

fn failed(ui: &mut Ui, model: &Model) {
    if let Some(error) = &model.protection.error {
        field::error(ui, &error.text, &error.advice);
    }
}

/// When the window is locked by itself.
fn when(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    field::caption(ui, "Lock when nothing is typed or clicked for");
    let mut after = model.settings.lock_after;
    let offered = [(1, "1 min"), (5, "5 min"), (15, "15 min"), (60, "1 h")];
    let offered = offered.into_iter().filter_map(|(minutes, name)| Some((LockAfter::new(minutes)?, name)));
    let times: Vec<_> = std::iter::once((LockAfter::NEVER, "Never")).chain(offered).collect();
    if field::choice(ui, &mut after, &times) {
        actions.push(Action::LockAfter(after));
    }
    ui.add_space(8.0);
    field::caption(ui, "When the screen is locked or the computer sleeps");
    let mut with = model.settings.lock_with_screen;
    if field::choice(ui, &mut with, &[(WithScreen::Lock, "Lock as well"), (WithScreen::StayOpen, "Stay open")]) {
        actions.push(Action::WithScreen(with));
    }
    if let Some(said) = model.watched.filter(|_| with == WithScreen::Lock).and_then(unheard) {
        weak(ui, said);
    }
    actions
}

/// What Halfminute is not told of here.
fn unheard(watched: Watched) -> Option<&'static str> {
    match (watched.system, watched.screen) {
        (true, true) => None,
        (true, false) => {
            Some("This desktop does not tell when its screen is locked: only sleep and a lock by the system are noticed")
        }
        (false, true) => Some("The system's login service does not answer: only the desktop's own screen lock is noticed"),
        (false, false) => Some("Neither the system nor the desktop tells of it here: set a time above"),
    }
}

fn weak(ui: &mut Ui, text: &str) {
    ui.add(Label::new(RichText::new(text).color(palette(ui).weak)).wrap());
}
