//! What the owner of the login test may do beside logging in. Each of it stands in the history.

use zeroize::Zeroizing;

use crate::app::document::{Document, Record, TestUser};
use crate::app::ports::{Attempt, Entropy, NoEntropy, Sequence, State, StateError, UserKey};
use crate::domain::recovery::{BYTES, COUNT};
use crate::domain::{RecoveryCode, RecoveryHash, UnixTime};

use super::line::about;

/// Forgets the failures of `user`: it may log in at once.
///
/// # Errors
/// [`StateError`] when it cannot be written.
pub fn reset_counters(user: &TestUser, now: UnixTime, state: &mut dyn State) -> Result<(), StateError> {
    state.reset_counters(&UserKey::of(user), &about(&user.name, "counters-reset", now))
}

/// Forgets which codes of the user's accounts were used: they count again.
///
/// # Errors
/// [`StateError`] when it cannot be written.
pub fn forget_used(document: &Document, user: &TestUser, now: UnixTime, state: &mut dyn State) -> Result<(), StateError> {
    let records = user.accounts.iter().filter_map(|&id| document.record(id));
    let sequences: Vec<Sequence> = records.map(|record| Sequence::of(&record.account)).collect();
    state.forget_used(&sequences, &about(&user.name, "used-forgotten", now))
}

/// Keeps how many steps the account's phone is off, from now on; 0 forgets it.
///
/// # Errors
/// [`StateError`] when it cannot be written.
pub fn store_drift(record: &Record, user: &str, steps: i64, now: UnixTime, state: &mut dyn State) -> Result<(), StateError> {
    let seconds = record.account.params.period().map(|period| steps.saturating_mul(i64::from(period.secs())));
    let line = Attempt {
        account: record.account.title(),
        drift: Some(steps),
        drift_seconds: seconds,
        ..about(user, "drift-stored", now)
    };
    state.store_drift(&Sequence::of(&record.account), steps, &line)
}

/// Ten new recovery codes, to be shown once; those before count no more.
///
/// # Errors
/// [`StateError`] when they cannot be written; [`NoEntropy`] inside when there are no random bytes.
pub fn make_recovery(
    user: &TestUser,
    now: UnixTime,
    entropy: &dyn Entropy,
    state: &mut dyn State,
) -> Result<Result<Vec<Zeroizing<String>>, NoEntropy>, StateError> {
    let (codes, hashes) = match random(entropy) {
        Ok(made) => made,
        Err(error) => return Ok(Err(error)),
    };
    state.make_recovery(&UserKey::of(user), &hashes, &about(&user.name, "recovery-made", now))?;
    Ok(Ok(codes))
}

type Made = (Vec<Zeroizing<String>>, Vec<RecoveryHash>);

fn random(entropy: &dyn Entropy) -> Result<Made, NoEntropy> {
    let mut salt = [0; 16];
    entropy.fill(&mut salt)?;
    let (mut codes, mut hashes) = (Vec::new(), Vec::new());
    for _ in 0..COUNT {
        let mut bytes = Zeroizing::new([0; BYTES]);
        entropy.fill(&mut *bytes)?;
        let code = RecoveryCode::new(&bytes);
        codes.push(code.grouped());
        hashes.push(code.hash(salt));
    }
    Ok((codes, hashes))
}
