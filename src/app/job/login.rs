//! What is done for the login test: logins, the owner's acts, the history.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::app::action::{OwnerAct, UserDraft, UserPassword};
use crate::app::change::{NewPassword, UserEdit};
use crate::app::document::Document;
use crate::app::history::{CHUNK, Filter, Index, csv};
use crate::app::login::{self, ResyncForm, log_in, resynchronise};
use crate::app::model::Outcome;
use crate::app::notice::{self, Notice};
use crate::app::ports::{Attempt, Entropy, NoEntropy, State, StateError, UserKey};
use crate::domain::PasswordHash;

use super::{Done, LoginForm, WorkSide};

/// Work for the login test.
#[derive(Debug)]
pub enum LoginJob {
    /// Check a login.
    LogIn(Arc<Document>, LoginForm),
    /// Look where two codes in a row lie.
    Resync(Arc<Document>, ResyncForm),
    /// Do what the owner may do.
    Owner(Arc<Document>, OwnerAct),
    /// Forget what is kept of a removed test user.
    ForgetUser(UserKey),
    /// Hash the password of a test user.
    PrepareUser(UserDraft),
    /// Find the lines of history that a filter lets through. The number comes back with them.
    Find(Filter, u64),
    /// Read the lines with these numbers.
    Lines {
        /// The index they are of.
        turn: u64,
        /// The place of the first.
        from: usize,
        /// Their numbers.
        numbers: Vec<i64>,
    },
    /// Make a table of the lines that a filter lets through.
    Csv(Filter),
    /// Delete the history.
    Clear,
}

/// What came of it.
#[derive(Debug)]
pub enum LoginDone {
    /// The verdict, or why none could be reached.
    LoggedIn(Result<Outcome, StateError>),
    /// What the owner wanted is done.
    Owner(Result<Notice, StateError>),
    /// Recovery codes of a test user, to be shown once.
    Recovery(String, Result<Result<Vec<Zeroizing<String>>, NoEntropy>, StateError>),
    /// A test user ready to be saved.
    UserPrepared(Result<UserEdit, NoEntropy>),
    /// An index of the history, and its number.
    Index(u64, Result<Index, StateError>),
    /// Lines of an index from a place on.
    Lines(u64, usize, Result<Vec<Attempt>, StateError>),
    /// A table.
    Csv(Result<String, StateError>),
}

/// Does a job of the login test.
pub(super) fn run(job: LoginJob, side: &mut WorkSide) -> Done {
    let state = side.state.as_mut();
    let now = side.clock.moment();
    Done::Login(match job {
        LoginJob::LogIn(document, form) => LoginDone::LoggedIn(log_in(&document, form, &now, state)),
        LoginJob::Resync(document, form) => LoginDone::LoggedIn(resynchronise(&document, &form, &now, state)),
        LoginJob::Owner(document, act) => owner(&document, act, now.wall, side.entropy.as_ref(), state),
        LoginJob::ForgetUser(user) => LoginDone::Owner(state.forget_user(&user).map(|()| notice::user_removed())),
        LoginJob::PrepareUser(draft) => LoginDone::UserPrepared(prepare_user(draft, side.entropy.as_ref())),
        LoginJob::Find(filter, turn) => LoginDone::Index(turn, state.find(&filter)),
        LoginJob::Lines { turn, from, numbers } => LoginDone::Lines(turn, from, state.lines(&numbers)),
        LoginJob::Csv(filter) => LoginDone::Csv(table(&filter, state)),
        LoginJob::Clear => LoginDone::Owner(state.clear_history().map(|()| notice::history_cleared())),
    })
}

fn owner(
    document: &Document,
    act: OwnerAct,
    now: crate::domain::UnixTime,
    entropy: &dyn Entropy,
    state: &mut dyn State,
) -> LoginDone {
    let name = act.user().to_owned();
    let Some(user) = document.user(&name) else { return LoginDone::Owner(Ok(notice::no_such_user())) };
    match act {
        OwnerAct::ResetCounters(_) => {
            LoginDone::Owner(login::reset_counters(user, now, state).map(|()| notice::counters_reset(&name)))
        }
        OwnerAct::ForgetUsed(_) => {
            LoginDone::Owner(login::forget_used(document, user, now, state).map(|()| notice::used_forgotten(&name)))
        }
        OwnerAct::StoreDrift { account, steps, .. } => match document.record(account) {
            Some(record) => {
                LoginDone::Owner(login::store_drift(record, &name, steps, now, state).map(|()| notice::drift_stored(steps)))
            }
            None => LoginDone::Owner(Ok(notice::no_such_user())),
        },
        OwnerAct::MakeRecovery(_) => LoginDone::Recovery(name, login::make_recovery(user, now, entropy, state)),
    }
}

/// What the vault needs to save a test user. Hashing a password takes a second.
///
/// # Errors
/// [`NoEntropy`].
pub fn prepare_user(draft: UserDraft, entropy: &dyn Entropy) -> Result<UserEdit, NoEntropy> {
    let password = match draft.password {
        UserPassword::Keep => NewPassword::Keep,
        UserPassword::None => NewPassword::None,
        UserPassword::New(password) => {
            let mut salt = [0; 16];
            entropy.fill(&mut salt)?;
            NewPassword::Hash(PasswordHash::new(&password, salt))
        }
    };
    Ok(UserEdit { before: draft.before, name: draft.name, password, accounts: draft.accounts, rules: draft.rules })
}

/// The lines are read in chunks, so that a long history is not held twice.
fn table(filter: &Filter, state: &mut dyn State) -> Result<String, StateError> {
    let index = state.find(filter)?;
    let mut out = csv(std::iter::empty());
    let header = out.len();
    for numbers in index.numbers.chunks(CHUNK) {
        out.push_str(&csv(state.lines(numbers)?.iter())[header..]);
    }
    Ok(out)
}
