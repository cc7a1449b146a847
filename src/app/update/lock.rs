//! What the model does when the window is locked, and with the passphrase over the accounts.
//!
//! Locking begins the model anew: what is not in it cannot be shown. Only what says nothing of the vault stays.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::app::backup::Desk;
use crate::app::document::Document;
use crate::app::icons::IconDone;
use crate::app::job::{Done, ExchangeDone, Job, LoginDone, VaultJob, WorkJob};
use crate::app::model::{History, Model, Protecting, VaultState};
use crate::app::notice;
use crate::app::outside::Quick;
use crate::app::ports::{Place, SessionEvent, VaultError, VaultNote};
use crate::app::settings::WithScreen;

use super::vault::{open, take_in};

/// Locks the window: at once, or, with the window hidden, as soon as what is on its way into the vault is there. Nothing where no
/// passphrase would open it again.
pub(super) fn lock(model: &mut Model) -> Vec<Job> {
    if !model.can_lock() {
        return Vec::new();
    }
    if model.busy() {
        model.locking.get_or_insert(model.failures);
        return Vec::new();
    }
    hide(model);
    vec![Job::Vault(VaultJob::Lock), Job::Work(WorkJob::Forget)]
}

/// Locks if that was put off and nothing is on its way any more.
pub(super) fn when_written(model: &mut Model) -> Vec<Job> {
    let Some(failures) = model.locking.filter(|_| !model.busy()) else { return Vec::new() };
    let failed = model.failures > failures;
    model.locking = None;
    let jobs = lock(model);
    if failed && !jobs.is_empty() {
        model.say(notice::not_saved_before_lock(), None);
    }
    jobs
}

/// A time without input has passed.
pub(super) fn is_due(model: &mut Model) -> bool {
    // a clock that was set back
    model.touched = model.touched.min(model.now);
    let after = model.settings.lock_after.duration();
    model.can_lock() && model.locking.is_none() && after.is_some_and(|after| model.now.since(model.touched) >= after)
}

/// What was asked for before the window was locked and would say something of the vault now. Nobody waits for it any more.
pub(super) fn comes_too_late(model: &mut Model, done: &Done) -> bool {
    if model.document().is_some() {
        return false;
    }
    match done {
        Done::Prepared(_) => model.enrolment.saving = false,
        Done::Login(LoginDone::UserPrepared(_)) => model.login.saving_user = false,
        Done::Login(LoginDone::LoggedIn(_)) => model.login.busy = false,
        Done::Exchange(ExchangeDone::Put(_)) => model.export.writing = false,
        // the import has another run: only what lies about is said
        Done::Screen(..) => return false,
        Done::Icons(IconDone::Drawn(_) | IconDone::Taken(..)) => {}
        Done::Exchange(_) | Done::Pasted(_) | Done::Uses(_) => {}
        Done::Login(_) | Done::Diagnosed(_) | Done::Generated(_) | Done::Copied(..) | Done::SavedPng(_) | Done::SavedCsv(_) => {}
        _ => return false,
    }
    true
}

/// The vault has forgotten, or needs no passphrase any more: then it is opened again.
pub(super) fn locked(model: &mut Model, locked: bool) -> Vec<Job> {
    let waits = matches!(model.vault, VaultState::NeedsPassphrase { .. });
    if locked || !waits { Vec::new() } else { open(model, VaultJob::Open) }
}

/// Another program has put the accounts under a passphrase that is not at hand here.
pub(super) fn locked_elsewhere(model: &mut Model, lost: bool) -> Vec<Job> {
    if model.document().is_none() {
        return Vec::new();
    }
    hide(model);
    if lost {
        model.failures += 1;
    }
    model.say(notice::locked_elsewhere(lost), None);
    vec![Job::Work(WorkJob::Forget)]
}

/// The desktop says something of the session.
pub(super) fn session(model: &mut Model, event: SessionEvent) -> Vec<Job> {
    match event {
        SessionEvent::Listening(watched) => model.watched = Some(watched),
        SessionEvent::Locked if model.settings.lock_with_screen == WithScreen::Lock => return lock(model),
        SessionEvent::Locked => {}
    }
    Vec::new()
}

/// Asks for another passphrase, or none.
pub(super) fn protect(model: &mut Model, current: Option<Zeroizing<String>>, new: Option<Zeroizing<String>>) -> Vec<Job> {
    if model.document().is_none() || model.protection.busy {
        return Vec::new();
    }
    model.protection.busy = true;
    model.protection.error = None;
    vec![Job::Vault(VaultJob::Protect { current, new })]
}

/// The passphrase was set, changed or taken away, or not.
pub(super) fn protected(
    model: &mut Model,
    result: Result<Arc<Document>, VaultError>,
    is_set: bool,
    notes: Vec<VaultNote>,
) -> Vec<Job> {
    model.protection.busy = false;
    match result {
        Ok(document) => {
            model.protection.written += 1;
            let jobs = take_in(model, document);
            let VaultState::Open(open) = &mut model.vault else { return jobs };
            let said = notice::protected(open.passphrase, is_set);
            open.passphrase = is_set;
            let news: Vec<_> = notes.into_iter().filter(|note| !open.notes.contains(note)).collect();
            open.notes.extend(news);
            model.say(said, None);
            return jobs;
        }
        Err(VaultError::NeedsPassphrase) => return locked_elsewhere(model, true),
        Err(error) => {
            model.failures += 1;
            model.protection.error = Some(notice::vault_error(&error));
        }
    }
    Vec::new()
}

/// Begins the model anew, with what says nothing of the vault.
fn hide(model: &mut Model) {
    let in_file = matches!(&model.vault, VaultState::Open(open) if matches!(open.place, Place::File(_)));
    let before = std::mem::replace(model, Model::new(model.now, model.settings.clone()));
    model.vault = VaultState::NeedsPassphrase { error: None, in_file };
    model.tab = before.tab;
    model.moving.old = before.moving.old;
    // What a worker still finds out about a backup belongs to what was hidden.
    model.backup =
        Desk { log: before.backup.log, auto_failed: before.backup.auto_failed, run: before.backup.run + 1, ..Desk::default() };
    model.import.run = before.import.run + 1;
    model.export.run = before.export.run + 1;
    model.writing = before.writing;
    model.failures = before.failures;
    model.dead = before.dead;
    model.watched = before.watched;
    model.clock = before.clock;
    model.outside = before.outside;
    // Names leave the tray's menu with the next look at the clock, and the model now.
    model.outside.menu = None;
    model.outside.made_of = None;
    if let Some(quick) = &mut model.outside.quick {
        *quick = Quick::default();
    }
    // What a worker still finds in the history belongs to what was hidden.
    let turn = before.login.history.turn + 1;
    model.login.history = History { turn, shown: turn, ..History::default() };
    model.protection = Protecting { written: before.protection.written, ..Protecting::default() };
}
