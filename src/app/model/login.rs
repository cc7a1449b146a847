//! The login test as it is shown.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use crate::app::document::Record;
use crate::app::history::{CHUNK, Filter, Index};
use crate::app::notice::Notice;
use crate::app::ports::{Attempt, DriftPoint};
use crate::domain::guard::Limits;
use crate::domain::verify::StripStep;
use crate::domain::{AccountId, Lock, Reason, UnixTime, Verdict};

/// The state of the login test that is not a draft.
#[derive(Debug, Default)]
pub struct Login {
    /// A login is being checked.
    pub busy: bool,
    /// The last outcome.
    pub outcome: Option<Outcome>,
    /// The lines of history.
    pub history: History,
    /// The history could not be read or written.
    pub error: Option<Notice>,
    /// A user name to fill in, when another tab asked for it.
    pub prefill: Option<String>,
    /// Recovery codes that were just made, and whose they are: shown once, gone with their dialog.
    pub recovery: Option<(String, Vec<Zeroizing<String>>)>,
    /// Counts the test users that were saved: a form's drafts go when it moves.
    pub saved_users: u64,
    /// A test user is being saved.
    pub saving_user: bool,
    /// Why a test user could not be saved.
    pub user_error: Option<Notice>,
}

/// The lines of history as far as they are known: all their numbers, and those lines that were looked at.
#[derive(Debug, Default)]
pub struct History {
    /// What is shown in which order.
    pub filter: Filter,
    /// The lines that the filter lets through.
    pub index: Index,
    /// Lines by the place of the first of them, a chunk each.
    pub lines: BTreeMap<usize, Vec<Attempt>>,
    /// Chunks that were asked for.
    pub asked: std::collections::BTreeSet<usize>,
    /// Counts the indexes that were asked for: the answer to an older question is dropped.
    pub turn: u64,
    /// Which of them is shown. Lines belong to it, also while a newer one is on its way.
    pub shown: u64,
    /// It was read once.
    pub known: bool,
}

impl History {
    /// The line at `place`, where it was fetched already.
    #[must_use]
    pub fn line(&self, place: usize) -> Option<&Attempt> {
        self.lines.get(&(place - place % CHUNK))?.get(place % CHUNK)
    }
}

/// What a login came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The verdict.
    pub verdict: Verdict,
    /// When it was reached.
    pub at: UnixTime,
    /// The test user, where one is known.
    pub user: Option<String>,
    /// The account whose code was checked.
    pub account: Option<String>,
    /// Which account that is.
    pub account_id: Option<AccountId>,
    /// The picture of the window; empty where no code was checked or the account is counter-based without steps.
    pub strip: Vec<StripStep>,
    /// The account's period in seconds; `None` for a counter.
    pub period: Option<u32>,
    /// How many steps the account's phone is known to be off.
    pub stored_drift: i64,
    /// Two codes in a row were looked for, not one code.
    pub resync: bool,
    /// The counters that the user's counter-based accounts are expected to show next.
    pub counters: Vec<(AccountId, u64)>,
    /// Where the user's failures stand; `None` where none are counted.
    pub standing: Option<Standing>,
    /// How far off the account's codes were, oldest first, this one included.
    pub drifts: Vec<DriftPoint>,
}

/// Where a test user's failures stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Failures in a row.
    pub failures: u32,
    /// Failures within 24 hours.
    pub today: usize,
    /// What they have led to.
    pub lock: Option<Lock>,
    /// The numbers that hold.
    pub limits: Limits,
}

impl Outcome {
    /// An outcome of which nothing is known but the reason.
    #[must_use]
    pub const fn refused(reason: Reason, at: UnixTime) -> Self {
        Self {
            verdict: Verdict::Refused(reason),
            at,
            user: None,
            account: None,
            account_id: None,
            strip: Vec::new(),
            period: None,
            stored_drift: 0,
            resync: false,
            counters: Vec::new(),
            standing: None,
            drifts: Vec::new(),
        }
    }

    /// What `verdict` says of an account, without its picture.
    #[must_use]
    pub fn of(record: &Record, verdict: Verdict, at: UnixTime) -> Self {
        Self {
            verdict,
            account: Some(record.account.title()),
            account_id: Some(record.account.id),
            period: record.account.params.period().map(crate::domain::Period::secs),
            ..Self::refused(Reason::NoAccount, at)
        }
    }
}
