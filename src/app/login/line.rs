//! One line of history: what is kept of a try. No password, no code, no secret.

use crate::app::model::Outcome;
use crate::app::ports::Attempt;
use crate::domain::{Lock, Reason, UnixTime, Verdict};

/// The reason of a try whose outcome was never written.
pub(super) const INTERRUPTED: &str = "interrupted";

/// The line of a try before anything is compared.
pub(super) fn open(user: &str, at: UnixTime) -> Attempt {
    about(user, INTERRUPTED, at)
}

/// A line about a user, and nothing else.
pub(super) fn about(user: &str, reason: &str, at: UnixTime) -> Attempt {
    Attempt {
        at,
        user: user.to_owned(),
        account: String::new(),
        account_id: None,
        accepted: false,
        reason: reason.to_owned(),
        drift: None,
        drift_seconds: None,
    }
}

/// The line of an outcome.
pub(super) fn line(user: &str, outcome: &Outcome) -> Attempt {
    let hit = outcome.verdict.matched();
    Attempt {
        account: outcome.account.clone().unwrap_or_default(),
        account_id: outcome.account_id,
        accepted: outcome.verdict.is_accepted(),
        drift: hit.map(|hit| hit.drift),
        drift_seconds: hit.filter(|_| outcome.period.is_some()).map(|hit| hit.seconds),
        ..about(user, if outcome.resync { resync_key(&outcome.verdict) } else { key(&outcome.verdict) }, outcome.at)
    }
}

fn resync_key(verdict: &Verdict) -> &'static str {
    if verdict.is_accepted() { "resynchronised" } else { key(verdict) }
}

/// The stable key of a verdict, as it stands in the history and in JSON.
#[must_use]
pub const fn key(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted(_) => "accepted",
        Verdict::Recovered { .. } => "recovery-code",
        Verdict::Refused(reason) => match reason {
            Reason::NotACode(_) => "not-a-code",
            Reason::AlreadyUsed(_) => "already-used",
            Reason::TooOld(_) => "too-old",
            Reason::FromTheFuture(_) => "from-the-future",
            Reason::WrongCode => "wrong-code",
            Reason::UnknownUser => "unknown-user",
            Reason::WrongPassword => "wrong-password",
            Reason::NoAccount => "no-account",
            Reason::Locked(Lock::Delay(_) | Lock::Day(_)) => "locked",
            Reason::Locked(Lock::Disabled) => "disabled",
            Reason::NoSuchRecoveryCode => "wrong-recovery-code",
            Reason::RecoveryCodeUsed => "recovery-code-used",
            Reason::NotInARow => "not-in-a-row",
        },
    }
}
