//! What the model does about the login test: logins, test users, history.

use std::sync::Arc;

use crate::app::action::{Dialog, OwnerAct, UserDraft};
use crate::app::change::Change;
use crate::app::document::Document;
use crate::app::history::{CHUNK, Filter};
use crate::app::job::{FileJob, Job, LoginDone, LoginJob, Then, WorkJob};
use crate::app::model::{History, Model, VaultState};
use crate::app::notice;
use crate::app::ports::UserKey;

use super::vault::change;

/// A job for the worker.
pub(super) fn work(job: LoginJob) -> Job {
    Job::Work(WorkJob::Login(job))
}

/// Checks a login, one at a time.
pub(super) fn check(model: &mut Model, job: impl FnOnce(Arc<Document>) -> LoginJob) -> Vec<Job> {
    match &model.vault {
        VaultState::Open(open) if !model.login.busy => {
            model.login.busy = true;
            vec![work(job(Arc::clone(&open.document)))]
        }
        _ => Vec::new(),
    }
}

/// Does what the owner may do.
pub(super) fn owner(model: &Model, act: OwnerAct) -> Vec<Job> {
    match &model.vault {
        VaultState::Open(open) => vec![work(LoginJob::Owner(Arc::clone(&open.document), act))],
        _ => Vec::new(),
    }
}

/// Saves a test user: its password is hashed first.
pub(super) fn put_user(model: &mut Model, draft: UserDraft) -> Vec<Job> {
    if model.document().is_none() || model.login.saving_user {
        return Vec::new();
    }
    model.login.saving_user = true;
    model.login.user_error = None;
    vec![work(LoginJob::PrepareUser(draft))]
}

/// Removes a test user, and what is kept of it; its history stays.
pub(super) fn remove_user(model: &mut Model, name: String) -> Vec<Job> {
    model.dialog = None;
    let Some(user) = model.document().and_then(|document| document.user(&name)) else { return Vec::new() };
    let key = UserKey::of(user);
    change(model, Change::RemoveUser { name }, Then::UserRemoved(key))
}

/// Shows other lines, or in another order.
pub(super) fn filter(model: &mut Model, filter: Filter) -> Vec<Job> {
    model.login.history.filter = filter;
    find(model)
}

/// Finds the lines anew. Those that are shown stay until the answer comes.
fn find(model: &mut Model) -> Vec<Job> {
    let history = &mut model.login.history;
    history.turn += 1;
    vec![work(LoginJob::Find(history.filter.clone(), history.turn))]
}

/// Fetches the chunk that begins at `from`, once.
pub(super) fn need_lines(model: &mut Model, from: usize) -> Vec<Job> {
    let history = &mut model.login.history;
    let numbers: Vec<i64> = history.index.numbers.iter().skip(from).take(CHUNK).copied().collect();
    if numbers.is_empty() || history.lines.contains_key(&from) || !history.asked.insert(from) {
        return Vec::new();
    }
    vec![work(LoginJob::Lines { turn: history.turn, from, numbers })]
}

/// Takes in what was done.
pub(super) fn done(model: &mut Model, done: LoginDone) -> Vec<Job> {
    match done {
        LoginDone::LoggedIn(result) => {
            model.login.busy = false;
            model.login.error = None;
            match result {
                Ok(outcome) => {
                    if outcome.resync {
                        model.dialog = None;
                    }
                    model.login.outcome = Some(outcome);
                }
                Err(error) => {
                    model.login.outcome = None;
                    model.login.error = Some(notice::state_error(&error));
                }
            }
            find(model)
        }
        LoginDone::Owner(Ok(said)) => {
            // What was said of failures and used steps holds no more.
            if let Some(outcome) = &mut model.login.outcome {
                outcome.standing = None;
            }
            model.say(said, None);
            find(model)
        }
        LoginDone::Recovery(user, Ok(Ok(codes))) => {
            model.login.recovery = Some((user, codes));
            model.dialog = Some(Dialog::Recovery);
            find(model)
        }
        LoginDone::Recovery(_, Ok(Err(_))) => say(model, notice::no_entropy()),
        LoginDone::Owner(Err(error)) | LoginDone::Recovery(_, Err(error)) | LoginDone::Csv(Err(error)) => {
            say(model, notice::state_error(&error))
        }
        LoginDone::UserPrepared(Ok(edit)) => {
            let jobs = change(model, Change::PutUser(edit), Then::UserSaved);
            model.login.saving_user = !jobs.is_empty();
            jobs
        }
        LoginDone::UserPrepared(Err(_)) => {
            model.login.saving_user = false;
            model.login.user_error = Some(notice::no_entropy());
            Vec::new()
        }
        LoginDone::Index(turn, result) => {
            index(model, turn, result);
            Vec::new()
        }
        LoginDone::Lines(turn, from, Ok(lines)) => {
            let history = &mut model.login.history;
            if turn == history.turn {
                history.lines.insert(from, lines);
            }
            Vec::new()
        }
        LoginDone::Lines(_, _, Err(error)) => {
            model.login.error = Some(notice::state_error(&error));
            Vec::new()
        }
        LoginDone::Csv(Ok(table)) => vec![Job::File(FileJob::SaveCsv(table))],
    }
}

fn say(model: &mut Model, said: notice::Notice) -> Vec<Job> {
    model.say(said, None);
    Vec::new()
}

fn index(model: &mut Model, turn: u64, result: Result<crate::app::history::Index, crate::app::ports::StateError>) {
    match result {
        Ok(index) => {
            let history = &mut model.login.history;
            if turn == history.turn {
                let filter = std::mem::take(&mut history.filter);
                *history = History { filter, index, turn, known: true, ..History::default() };
            }
        }
        Err(error) => model.login.error = Some(notice::state_error(&error)),
    }
}
