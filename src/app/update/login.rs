//! What the model does about the login test: logins, test users, history.

use std::sync::Arc;

use crate::app::action::{Dialog, LoginForm, OwnerAct, UserDraft};
use crate::app::change::Change;
use crate::app::diagnosis;
use crate::app::document::Document;
use crate::app::history::{CHUNK, Filter};
use crate::app::job::{FileJob, Job, LoginDone, LoginJob, Then, WorkJob};
use crate::app::login::ResyncForm;
use crate::app::model::{History, Model, VaultState};
use crate::app::notice;
use crate::app::ports::UserKey;

use super::vault::change;

/// A job for the worker.
pub(super) fn work(job: LoginJob) -> Job {
    Job::Work(WorkJob::Login(job))
}

/// Checks a login, one at a time.
fn check(model: &mut Model, job: impl FnOnce(Arc<Document>) -> LoginJob) -> Vec<Job> {
    match &model.vault {
        VaultState::Open(open) if !model.login.busy => {
            model.login.busy = true;
            vec![work(job(Arc::clone(&open.document)))]
        }
        _ => Vec::new(),
    }
}

/// Checks a login; if its code is refused, it is asked why.
pub(super) fn log_in(model: &mut Model, form: LoginForm) -> Vec<Job> {
    if model.document().is_some() && !model.login.busy {
        model.diagnoses.ask(&form.code, model.now);
    }
    check(model, |document| LoginJob::LogIn(document, form))
}

/// Looks where two codes in a row lie. What was found out about another code does not stand under the answer.
pub(super) fn resynchronise(model: &mut Model, form: ResyncForm) -> Vec<Job> {
    if !model.login.busy {
        model.diagnoses.drop_login();
    }
    check(model, |document| LoginJob::Resync(document, form))
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

/// Empties the history. What was looked for in it goes with it.
pub(super) fn clear_history(model: &mut Model) -> Vec<Job> {
    model.dialog = None;
    let Filter { order, backwards, .. } = model.login.history.filter;
    model.login.history.filter = Filter { order, backwards, ..Filter::default() };
    vec![work(LoginJob::Clear)]
}

/// Finds the lines anew. Those that are shown stay until the answer comes.
pub(super) fn find(model: &mut Model) -> Vec<Job> {
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
    vec![work(LoginJob::Lines { turn: history.shown, from, numbers })]
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
            let mut jobs = find(model);
            jobs.extend(super::searching(diagnosis::login_checked(model)));
            jobs
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
            // Whoever was just made or renamed is the one to be tried.
            model.login.prefill = Some(edit.name.clone());
            let jobs = change(model, Change::PutUser(edit), Then::UserSaved);
            model.login.saving_user = !jobs.is_empty();
            jobs
        }
        LoginDone::UserPrepared(Err(_)) => {
            model.login.saving_user = false;
            model.failures += 1;
            model.login.user_error = Some(notice::no_entropy());
            Vec::new()
        }
        LoginDone::Index(turn, result) => {
            index(model, turn, result);
            Vec::new()
        }
        LoginDone::Lines(turn, from, Ok(lines)) => {
            let history = &mut model.login.history;
            if turn == history.shown {
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
                *history = History { filter, index, turn, shown: turn, known: true, ..History::default() };
            }
        }
        Err(error) => model.login.error = Some(notice::state_error(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::action::Action;
    use crate::app::history::Index;
    use crate::app::job::Done;
    use crate::app::model::OpenVault;
    use crate::app::ports::{Attempt, Place, Protection};
    use crate::app::settings::Settings;
    use crate::app::update::{absorb, update};
    use crate::domain::UnixTime;

    fn open() -> Model {
        let mut model = Model::new(UnixTime::EPOCH, Settings::default());
        let place = Place::Keyring { provider: String::new(), protection: Protection::Yes };
        model.vault = VaultState::Open(OpenVault { document: Arc::default(), place, notes: vec![], passphrase: true });
        model
    }

    fn attempt(user: &str) -> Attempt {
        let (user, account, reason) = (user.to_owned(), String::new(), "wrong-code".into());
        let at = UnixTime::EPOCH;
        Attempt { at, user, account, account_id: None, accepted: false, reason, drift: None, drift_seconds: None }
    }

    fn index(model: &mut Model, turn: u64, numbers: Vec<i64>) {
        let index = Index { numbers, total: 9, drifting: vec![] };
        assert!(absorb(model, Done::Login(LoginDone::Index(turn, Ok(index)))).is_empty());
    }

    /// The job for lines among `jobs`.
    fn lines(jobs: Vec<Job>) -> Option<(u64, usize, Vec<i64>)> {
        jobs.into_iter().find_map(|job| match job {
            Job::Work(WorkJob::Login(LoginJob::Lines { turn, from, numbers })) => Some((turn, from, numbers)),
            _ => None,
        })
    }

    #[test]
    fn lines_of_an_older_index_never_stand_under_a_newer_one() {
        let mut model = open();
        index(&mut model, 0, vec![9, 8, 7]);
        // The person types; before the answer comes, lines of what is still shown are asked for.
        let jobs = update(&mut model, Action::FilterHistory(Filter { text: "old".into(), ..Filter::default() }));
        assert!(matches!(jobs.as_slice(), [Job::Work(WorkJob::Login(LoginJob::Find(_, 1)))]));
        let (turn, from, numbers) = lines(update(&mut model, Action::NeedLines(0))).unwrap();
        assert_eq!((turn, numbers), (0, vec![9, 8, 7]));
        assert_eq!(lines(update(&mut model, Action::NeedLines(0))), None, "asked for once");
        index(&mut model, 1, vec![8]);
        let late = Done::Login(LoginDone::Lines(turn, from, Ok(["a", "b", "c"].map(attempt).to_vec())));
        assert!(absorb(&mut model, late).is_empty());
        assert_eq!(model.login.history.line(0), None);
        let (turn, from, numbers) = lines(update(&mut model, Action::NeedLines(0))).unwrap();
        assert_eq!((turn, numbers), (1, vec![8]));
        let _ = absorb(&mut model, Done::Login(LoginDone::Lines(turn, from, Ok(vec![attempt("b")]))));
        assert_eq!(model.login.history.line(0).map(|line| line.user.as_str()), Some("b"));
        // An index that was overtaken is dropped.
        let _ = update(&mut model, Action::FilterHistory(Filter::default()));
        let _ = update(&mut model, Action::FilterHistory(Filter { backwards: true, ..Filter::default() }));
        index(&mut model, 2, vec![1]);
        assert_eq!(model.login.history.index.numbers, [8]);
        index(&mut model, 3, vec![2]);
        assert_eq!(model.login.history.index.numbers, [2]);
    }

    #[test]
    fn what_comes_while_locked_is_dropped_and_nothing_waits_for_it() {
        let mut model = open();
        let _ = update(&mut model, Action::FilterHistory(Filter { text: "alice".into(), ..Filter::default() }));
        let _ = update(&mut model, Action::Lock);
        assert!(matches!(model.vault, VaultState::NeedsPassphrase { .. }));
        index(&mut model, 1, vec![9]);
        assert_eq!((model.login.history.index.total, model.login.history.filter.text.as_str()), (0, ""));
        // After the unlocking what was asked for before fits nothing.
        let turn = model.login.history.turn;
        assert!(turn > 1);
        model.vault = open().vault;
        let _ = absorb(&mut model, Done::Login(LoginDone::Lines(1, 0, Ok(vec![attempt("alice")]))));
        index(&mut model, 1, vec![9]);
        assert!(model.login.history.lines.is_empty() && model.login.history.index.numbers.is_empty());
        // The vault was lost, not locked: the form can be used again when it is open.
        (model.login.busy, model.login.saving_user) = (true, true);
        model.vault = VaultState::NeedsPassphrase { error: None, in_file: true };
        let outcome = crate::app::model::Outcome::refused(crate::domain::Reason::WrongCode, UnixTime::EPOCH);
        let _ = absorb(&mut model, Done::Login(LoginDone::LoggedIn(Ok(outcome))));
        let _ = absorb(&mut model, Done::Login(LoginDone::UserPrepared(Err(crate::app::ports::NoEntropy))));
        assert!(!model.login.busy && !model.login.saving_user && model.login.outcome.is_none());
    }
}
