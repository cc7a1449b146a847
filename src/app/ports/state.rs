//! What is not secret but must survive restarts: used steps, failures, recovery codes, the history of the login test.

use std::path::PathBuf;

use crate::app::document::TestUser;
use crate::app::history::{Filter, Index};
use crate::app::uses::Uses;
use crate::domain::guard::Limits;
use crate::domain::{Account, AccountId, Counters, Lock, Moment, OtpKind, RecoveryHash, Step, UnixTime};

/// The numbering that an account's steps belong to. An account whose kind or period is edited begins another one: step 100 of
/// thirty seconds is not step 100 of sixty.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sequence(String);

impl Sequence {
    /// The numbering of `account` as it is now.
    #[must_use]
    pub fn of(account: &Account) -> Self {
        Self(match account.params.kind() {
            OtpKind::Totp { period } | OtpKind::Steam { period } => format!("{}/time/{}", account.id, period.secs()),
            OtpKind::Hotp { .. } => format!("{}/counter", account.id),
        })
    }

    /// Its name, as it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a test user's failures and recovery codes are kept under. It stays when the user is renamed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserKey(String);

impl UserKey {
    /// The key of `user`.
    #[must_use]
    pub fn of(user: &TestUser) -> Self {
        Self(user.key().to_owned())
    }

    /// As it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One try, before anything is compared.
#[derive(Debug, Clone, Copy)]
pub struct Try<'a> {
    /// Whose failures are counted, and the numbers that hold; `None`: nothing is counted.
    pub guarded: Option<(&'a UserKey, Limits)>,
    /// A lock-out does not stop it, only the hard stop does: two codes in a row are the way back.
    pub way_back: bool,
    /// The moment.
    pub at: &'a Moment,
    /// The line that stands in the history until the outcome is known.
    pub line: &'a Attempt,
}

/// What became of a try before anything was compared.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Begun {
    /// The failure is counted and on disk: now it may be compared.
    Open(Ticket),
    /// Nothing may be compared. No failure was counted and no line written.
    Locked(Lock),
}

/// Names a try that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Its line in the history.
    pub line: i64,
    /// Whose failure was counted, and under which number.
    pub mark: Option<(UserKey, i64)>,
}

/// What a success uses up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spent {
    /// A step, and with it all steps below.
    Step(Sequence, Step),
    /// Nothing: the policy lets codes be used again.
    Nothing,
    /// A recovery code.
    Recovery(UserKey, RecoveryHash),
}

/// Used steps, failures, recovery codes and history. Whatever a call has written is durable when it returns, unless it says so.
pub trait State: Send {
    /// The highest step accepted in `sequence` so far.
    ///
    /// # Errors
    /// [`StateError`] when it cannot be read.
    fn last_used(&mut self, sequence: &Sequence) -> Result<Option<Step>, StateError>;

    /// The steps of `sequence` accepted at `from` or later, ascending, at most 1 000.
    ///
    /// # Errors
    /// [`StateError`] when they cannot be read.
    fn used_since(&mut self, sequence: &Sequence, from: Step) -> Result<Vec<Step>, StateError>;

    /// Burns `step` durably: true if it lies above every step accepted before, false if it does not and nothing was changed.
    /// Two programs that burn the same step get true once.
    ///
    /// # Errors
    /// [`StateError`]; the login must then be refused.
    fn burn(&mut self, sequence: &Sequence, step: Step, at: UnixTime) -> Result<bool, StateError>;

    /// Counts a failure and writes the line of a try whose outcome is not known, in one durable transaction.
    ///
    /// # Errors
    /// [`StateError`]; nothing may then be compared.
    fn begin(&mut self, attempt: &Try<'_>) -> Result<Begun, StateError>;

    /// The try has failed: its line says why. The failure is on disk already; the line's reason reaches it with the next write.
    ///
    /// # Errors
    /// [`StateError`] when it cannot be written.
    fn fail(&mut self, ticket: &Ticket, line: &Attempt) -> Result<(), StateError>;

    /// The try has succeeded: uses up what it was done with, sets the counter of failures back and writes the line, all or
    /// nothing. False, and nothing is changed, if that was used up meanwhile.
    ///
    /// # Errors
    /// [`StateError`]; the login must then be refused.
    fn succeed(&mut self, ticket: &Ticket, spent: &Spent, line: &Attempt) -> Result<bool, StateError>;

    /// Takes note of how long the computer has been running: what was seen of it counts towards the end of a day's lock-out, also after
    /// a restart.
    ///
    /// # Errors
    /// [`StateError`] when it cannot be read or written.
    fn look(&mut self, at: &Moment) -> Result<(), StateError>;

    /// The failures of a test user.
    ///
    /// # Errors
    /// [`StateError`] when they cannot be read.
    fn counters(&mut self, user: &UserKey) -> Result<Counters, StateError>;

    /// Forgets all failures of a test user; the line says so in the history.
    ///
    /// # Errors
    /// [`StateError`] when it cannot be written.
    fn reset_counters(&mut self, user: &UserKey, line: &Attempt) -> Result<(), StateError>;

    /// Forgets which steps were used: their codes count again. The line says so in the history.
    ///
    /// # Errors
    /// [`StateError`] when it cannot be written.
    fn forget_used(&mut self, sequences: &[Sequence], line: &Attempt) -> Result<(), StateError>;

    /// How many steps the phone of `sequence` is known to be off; 0 unless that was stored.
    ///
    /// # Errors
    /// [`StateError`] when it cannot be read.
    fn drift(&mut self, sequence: &Sequence) -> Result<i64, StateError>;

    /// Keeps how many steps the phone of `sequence` is off; 0 forgets it. The line says so in the history.
    ///
    /// # Errors
    /// [`StateError`] when it cannot be written.
    fn store_drift(&mut self, sequence: &Sequence, steps: i64, line: &Attempt) -> Result<(), StateError>;

    /// A test user's recovery codes, each with whether it was used.
    ///
    /// # Errors
    /// [`StateError`] when they cannot be read.
    fn recovery(&mut self, user: &UserKey) -> Result<Vec<(RecoveryHash, bool)>, StateError>;

    /// Gives a test user other recovery codes: those before count no more. The line says so in the history.
    ///
    /// # Errors
    /// [`StateError`] when it cannot be written.
    fn make_recovery(&mut self, user: &UserKey, codes: &[RecoveryHash], line: &Attempt) -> Result<(), StateError>;

    /// Forgets everything of a test user who was removed. The history stays.
    ///
    /// # Errors
    /// [`StateError`] when it cannot be written.
    fn forget_user(&mut self, user: &UserKey) -> Result<(), StateError>;

    /// Writes one line of history.
    ///
    /// # Errors
    /// [`StateError`] when it cannot be written.
    fn record(&mut self, attempt: &Attempt) -> Result<(), StateError>;

    /// The lines of history that `filter` lets through, in its order.
    ///
    /// # Errors
    /// [`StateError`] when they cannot be read.
    fn find(&mut self, filter: &Filter) -> Result<Index, StateError>;

    /// The lines with these numbers, in their order; one that is gone is left out.
    ///
    /// # Errors
    /// [`StateError`] when they cannot be read.
    fn lines(&mut self, numbers: &[i64]) -> Result<Vec<Attempt>, StateError>;

    /// The newest `most` tries of `account` in which a step matched, oldest first.
    ///
    /// # Errors
    /// [`StateError`] when they cannot be read.
    fn drifts(&mut self, account: AccountId, most: usize) -> Result<Vec<DriftPoint>, StateError>;

    /// Deletes the whole history. Used steps, failures and recovery codes stay.
    ///
    /// # Errors
    /// [`StateError`] when it cannot be written.
    fn clear_history(&mut self) -> Result<(), StateError>;

    /// Counts a copied code. It reaches the disk with the next write: losing it costs a place in an order.
    ///
    /// # Errors
    /// [`StateError`] when it cannot be written.
    fn count_use(&mut self, account: AccountId, at: UnixTime) -> Result<(), StateError>;

    /// How often codes were copied, and when last.
    ///
    /// # Errors
    /// [`StateError`] when that cannot be read.
    fn uses(&mut self) -> Result<Uses, StateError>;

    /// Forgets that of accounts which were deleted for ever.
    ///
    /// # Errors
    /// [`StateError`] when it cannot be written.
    fn forget_uses(&mut self, accounts: &[AccountId]) -> Result<(), StateError>;

    /// Keeps no name in memory that was read or written. What is on disk stays, and so does the use of it.
    fn forget(&mut self) {}
}

/// One line of the login test's history. No password, no code, no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When.
    pub at: UnixTime,
    /// The test user's name; empty for a name that no test user has: people type passwords into the wrong field.
    pub user: String,
    /// The account's title at that moment; empty when none was reached.
    pub account: String,
    /// Which account that is; `None` in lines of older versions.
    pub account_id: Option<AccountId>,
    /// Accepted or refused.
    pub accepted: bool,
    /// The reason's stable key, see [`key`](crate::app::login::key); or what the owner did: `counters-reset`, `used-forgotten`,
    /// `drift-stored`, `recovery-made`; or `interrupted` for a try whose outcome was never written.
    pub reason: String,
    /// Steps from now to the matched one, where one matched.
    pub drift: Option<i64>,
    /// The same in seconds.
    pub drift_seconds: Option<i64>,
}

/// How far off a code was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DriftPoint {
    /// When it was typed.
    pub at: UnixTime,
    /// By how many seconds: negative when it was late.
    pub seconds: i64,
    /// Whether it counted.
    pub accepted: bool,
}

/// Why the state could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// The file cannot be read or written.
    #[error("{} cannot be used", path.display())]
    Unusable {
        /// Which file.
        path: PathBuf,
    },
    /// It was written by a newer version: it is read, not written.
    #[error("{} was written by a newer version", path.display())]
    TooNew {
        /// Which file.
        path: PathBuf,
    },
}
