//! What the model does about the vault: opening it, changing it, taking in what it holds now.

use std::sync::Arc;

use crate::app::action::TabId;
use crate::app::change::Change;
use crate::app::doctor::Report;
use crate::app::document::Document;
use crate::app::job::{Job, LoginJob, Then, Unopened, VaultJob, WorkJob};
use crate::app::listing::Index;
use crate::app::model::{CheckUp, Enrolment, Model, OpenVault, VaultState};
use crate::app::notice;
use crate::app::ports::{Opened, VaultError};

/// Opens the vault by `job`.
pub(super) fn open(model: &mut Model, job: VaultJob) -> Vec<Job> {
    let in_file = matches!(model.vault, VaultState::NeedsPassphrase { in_file: true, .. });
    let unlocking = matches!(job, VaultJob::Unlock(_));
    let keyring = !(matches!(job, VaultJob::CreateFile(_)) || unlocking && in_file);
    model.vault = VaultState::Opening { since: model.now, keyring, unlocking };
    vec![Job::Vault(job)]
}

/// Asks the vault for a change; nothing while it is not open.
pub(super) fn change(model: &mut Model, change: Change, then: Then) -> Vec<Job> {
    if model.document().is_none() {
        return Vec::new();
    }
    model.writing += 1;
    vec![Job::Vault(VaultJob::Change(change, then))]
}

/// The vault was opened, or not.
pub(super) fn opened(model: &mut Model, result: Result<Opened, Unopened>) -> Vec<Job> {
    model.touched = model.now;
    model.vault = match result {
        Ok(Opened { document, place, notes, passphrase }) => VaultState::Open(OpenVault { document, place, notes, passphrase }),
        Err(Unopened { error: VaultError::NeedsPassphrase, in_file, .. }) => VaultState::NeedsPassphrase { error: None, in_file },
        Err(Unopened {
            error: error @ (VaultError::WrongPassphrase | VaultError::PassphraseOrKey | VaultError::PassphraseChanged),
            in_file,
            ..
        }) => VaultState::NeedsPassphrase { error: Some(error), in_file },
        Err(unopened) => VaultState::Failed(unopened),
    };
    relist(model);
    // The history names accounts: it is not read before they may be shown.
    if model.document().is_none() {
        return Vec::new();
    }
    let mut jobs = super::login::find(model);
    jobs.push(Job::Work(WorkJob::ReadUses));
    jobs
}

/// Another program has moved the accounts or changed the passphrase: what is shown is closed, and it is said why.
pub(super) fn lost(model: &mut Model, error: &VaultError) -> bool {
    model.vault = match error {
        VaultError::Moved { .. } => VaultState::Failed(Unopened { error: error.clone(), keyring_used: true, in_file: false }),
        VaultError::PassphraseChanged => VaultState::NeedsPassphrase { error: Some(error.clone()), in_file: true },
        VaultError::NeedsPassphrase => VaultState::NeedsPassphrase { error: None, in_file: true },
        _ => return false,
    };
    relist(model);
    true
}

/// A change was made, or not.
pub(super) fn changed(model: &mut Model, result: Result<Arc<Document>, VaultError>, then: Then) -> Vec<Job> {
    model.writing = model.writing.saturating_sub(1);
    let mut jobs = Vec::new();
    let failed = match result {
        Ok(document) => {
            jobs.extend(take_in(model, document));
            None
        }
        Err(error) => {
            lost(model, &error);
            Some(notice::vault_error(&error))
        }
    };
    model.failures += usize::from(failed.is_some());
    match (failed, then) {
        (None, Then::Nothing) => {}
        (None, Then::Say(said, undo)) => model.say(said, undo),
        (None, Then::Merged(merging)) => super::backup::merged(model, &merging),
        (None, Then::Imported { merging, many, left_out, run }) => super::import::imported(model, &merging, many, left_out, run),
        (Some(error), Then::Imported { run, .. }) => super::import::not_saved(model, error, run),
        (None, Then::Edited) => {
            model.dialog = None;
            model.say(notice::edited(), None);
        }
        (None, Then::UserRemoved(user)) => jobs.push(super::login::work(LoginJob::ForgetUser(user))),
        (None, Then::UserSaved) => {
            model.dialog = None;
            model.login.saving_user = false;
            model.login.saved_users += 1;
            model.say(notice::edited(), None);
        }
        (None, Then::Enrolled(id)) => {
            let title = model.document().and_then(|d| d.record(id)).map(|r| r.account.title()).unwrap_or_default();
            let existing = model.enrolment.existing;
            // Of a new secret, what can be done with it is shown where it was made; of another account, its card.
            let stays = !existing && model.tab == TabId::Enroll;
            model.search.clear();
            model.tags.clear();
            relist(model);
            // The other form keeps its draft, and the secret that a phone may have scanned already.
            let secret = if existing { model.enrolment.secret.take() } else { None };
            let saved = [model.enrolment.saved[0] + u64::from(!existing), model.enrolment.saved[1] + u64::from(existing)];
            model.enrolment = Enrolment { existing, saved, secret, done: stays.then_some(id), ..Enrolment::default() };
            if !stays {
                model.tab = TabId::Accounts;
                model.say(notice::enrolled(&title), None);
            }
        }
        (Some(error), Then::Enrolled(_)) => {
            model.enrolment.saving = false;
            model.enrolment.error = Some(error);
        }
        (Some(error), Then::UserSaved) => {
            model.login.saving_user = false;
            model.login.user_error = Some(error);
        }
        (Some(error), Then::Nothing | Then::Edited | Then::UserRemoved(_) | Then::Merged(_) | Then::Say(..)) => {
            model.say(error, None)
        }
    }
    jobs
}

/// Takes in a document that is not older than the one shown.
pub(super) fn take_in(model: &mut Model, document: Arc<Document>) -> Vec<Job> {
    if let VaultState::Open(open) = &mut model.vault
        && document.generation >= open.document.generation
    {
        let before = std::mem::replace(&mut open.document, Arc::clone(&document));
        relist(model);
        super::backup::compare_anew(model);
        super::import::compare_anew(model);
        return super::accounts::forget_deleted(model, &before, &document).into_iter().collect();
    }
    Vec::new()
}

/// Lists the accounts anew.
pub(super) fn relist(model: &mut Model) {
    model.index = model.document().map(|document| Index::of(document, false)).unwrap_or_default();
    model.index.keep_known(&mut model.tags);
    super::accounts::list(model);
}

/// Looks at the vault and the machine, once at a time.
pub(super) fn check_up(model: &mut Model) -> Vec<Job> {
    if std::mem::replace(&mut model.check_up.busy, true) { Vec::new() } else { vec![Job::Vault(VaultJob::CheckUp)] }
}

/// Takes in what the check-up found, and how the vault stands with its backups.
pub(super) fn checked_up(model: &mut Model, report: Report) {
    let accounts = model.listing.total + model.listing.trashed;
    let standing = model.backup.log.as_ref().map(|log| log.standing(accounts, model.now));
    let report = match standing {
        Some(standing) => report.with_backups(standing),
        None => report,
    };
    model.check_up = CheckUp { busy: false, report: Some((model.now, report)) };
}
