//! The way back for a phone that has gone astray: two codes in a row.

use zeroize::Zeroizing;

use crate::app::document::Document;
use crate::app::model::Outcome;
use crate::app::ports::{Begun, Sequence, State, StateError, Try, UserKey};
use crate::domain::{AccountId, Code, Moment, Reason, Verdict, resync};

use super::{line, policy_of, settle, with_standing};

/// Two codes in a row, as they were typed.
#[derive(Debug)]
pub struct ResyncForm {
    /// The user name.
    pub user: String,
    /// Which of its accounts.
    pub account: AccountId,
    /// A code, and the one after it.
    pub codes: [Zeroizing<String>; 2],
}

/// Looks where the two codes lie, and writes one line of history. If they follow each other within the span, the second one is
/// used up, and the counter of failures is set back: whoever has two codes in a row has the phone. It costs a try like any
/// other; a lock-out does not stop it, the hard stop does.
///
/// # Errors
/// [`StateError`] when failures or used steps cannot be read or written: nothing is then accepted.
pub fn resynchronise(document: &Document, form: &ResyncForm, now: &Moment, state: &mut dyn State) -> Result<Outcome, StateError> {
    let refused = |reason| Outcome { resync: true, ..Outcome::refused(reason, now.wall) };
    let Some(user) = document.user(&form.user) else { return Ok(refused(Reason::UnknownUser)) };
    let found = document.record(form.account).filter(|record| record.trashed.is_none() && user.accounts.contains(&form.account));
    let Some(record) = found else { return Ok(refused(Reason::NoAccount)) };
    let params = &record.account.params;
    let codes = match (Code::parse(&form.codes[0], params), Code::parse(&form.codes[1], params)) {
        (Ok(first), Ok(second)) => [first, second],
        (Err(error), _) | (_, Err(error)) => return Ok(refused(Reason::NotACode(error))),
    };
    let user_key = UserKey::of(user);
    let unknown = line::open(&user.name, now.wall);
    let guarded = user.rules.guard.limits().map(|limits| (&user_key, limits));
    let ticket = match state.begin(&Try { guarded, way_back: true, at: now, line: &unknown })? {
        Begun::Open(ticket) => ticket,
        Begun::Locked(lock) => {
            let outcome = refused(Reason::Locked(lock));
            state.record(&line::line(&user.name, &outcome))?;
            return with_standing(outcome, user, &[record], now, state);
        }
    };
    let last_used = state.last_used(&Sequence::of(&record.account))?;
    let policy = policy_of(record, user.rules.policy_for(params), state)?;
    // Two codes at or below the last used one say where the phone is, but prove nothing any more.
    let found = resync(params, &record.secret, [&codes[0], &codes[1]], now.wall, last_used);
    let verdict = found.map_or(Verdict::Refused(Reason::NotInARow), Verdict::Accepted);
    let bare = Outcome { resync: true, ..Outcome::of(record, verdict, now.wall) };
    let outcome = settle(&ticket, user, record, bare, policy, state)?;
    with_standing(outcome, user, &[record], now, state)
}
