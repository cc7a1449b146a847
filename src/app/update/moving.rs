//! What the model does about where the accounts are kept: moving them, the passphrase, the old copy.

use crate::app::action::{Dialog, Section};
use crate::app::job::{Job, TaskDone, VaultJob, VaultTask};
use crate::app::model::{Model, VaultState};
use crate::app::notice;
use crate::app::ports::{OldCopy, VaultError};

use super::vault::{check_up, lost, opened};

/// A dialog was opened: what went wrong in another one is not said there, and a page that tells how things are looks anew.
pub(super) fn opened_dialog(model: &mut Model) -> Vec<Job> {
    if !model.moving.busy {
        model.moving.error = None;
    }
    match model.dialog {
        Some(Dialog::Settings(Section::Vault)) => vec![Job::Vault(VaultJob::LookForOld)],
        Some(Dialog::Settings(Section::CheckUp)) => check_up(model),
        _ => Vec::new(),
    }
}

/// Asks the vault's worker for a task; nothing while the vault is not open or another one is done.
pub(super) fn task(model: &mut Model, task: VaultTask) -> Vec<Job> {
    if model.moving.busy || !matches!(model.vault, VaultState::Open(_)) {
        return Vec::new();
    }
    model.moving.busy = true;
    model.moving.error = None;
    model.writing += 1;
    vec![Job::Vault(VaultJob::Task(task))]
}

/// It was done, or not.
pub(super) fn task_done(model: &mut Model, result: Result<TaskDone, VaultError>, left: Option<OldCopy>) {
    model.writing = model.writing.saturating_sub(1);
    model.moving.busy = false;
    model.moving.old = left;
    let said = match result {
        Ok(TaskDone::Moved(now)) => {
            let said = notice::moved(&now.place);
            opened(model, Ok(now));
            said
        }
        Ok(TaskDone::PassphraseChanged) => notice::passphrase_changed(),
        Ok(TaskDone::OldRemoved(old)) => notice::old_copy_removed(&old),
        Err(error) => {
            model.failures += 1;
            if lost(model, &error) {
                model.dialog = None;
            } else {
                model.moving.error = Some(notice::vault_error(&error));
            }
            return;
        }
    };
    // Back to the page from which it was asked for, unless the person has gone elsewhere meanwhile.
    if matches!(model.dialog, Some(Dialog::Vault(_))) {
        model.dialog = Some(Dialog::Settings(Section::Vault));
    }
    model.say(said, None);
}

/// What is left of a move.
pub(super) fn old(model: &mut Model, found: Option<OldCopy>) {
    model.moving.old = found;
}
