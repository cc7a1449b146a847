//! One login: user, password, code, in that order; a right code is burnt before it is accepted.

use crate::domain::verify::strip;
use crate::domain::{Code, Password, PasswordHash, Policy, Reason, Step, UnixTime, Verdict, name, verify};

use super::action::LoginForm;
use super::document::{Document, Record};
use super::model::Outcome;
use super::ports::{Attempt, Sequence, State, StateError};

/// How many steps before now the picture may show, for which used steps are read.
const STRIP_BEHIND: i64 = 20;

/// Checks `form` at `now` and writes one line of history.
///
/// # Errors
/// [`StateError`] when the used steps cannot be read or written: the login is then refused, never accepted.
pub fn log_in(document: &Document, form: LoginForm, now: UnixTime, state: &mut dyn State) -> Result<Outcome, StateError> {
    let outcome = check(document, &form, now, state)?;
    state.record(&line(&form.user, &outcome))?;
    Ok(outcome)
}

/// Checks a code for one account, by the same rules and with the same used steps as a login, and writes one line of history
/// under the account's name. `typed` is read as [`Code::parse`] does.
///
/// # Errors
/// [`StateError`] when the used steps cannot be read or written: the code is then refused, never accepted.
pub fn check_code(
    record: &Record,
    typed: &str,
    now: UnixTime,
    policy: Policy,
    state: &mut dyn State,
) -> Result<Outcome, StateError> {
    let outcome = check_account(record, typed, now, policy, state)?;
    state.record(&line(&record.account.name, &outcome))?;
    Ok(outcome)
}

fn refused(reason: Reason, at: UnixTime) -> Outcome {
    Outcome { verdict: Verdict::Refused(reason), at, account: None, strip: Vec::new(), period: None }
}

fn check(document: &Document, form: &LoginForm, now: UnixTime, state: &mut dyn State) -> Result<Outcome, StateError> {
    let Some(user) = document.user(&name::clean(&form.user).text) else {
        // As slow as a known user's password.
        match &form.password {
            Some(password) => PasswordHash::pretend(password),
            None => Password::new("").iter().for_each(PasswordHash::pretend),
        }
        return Ok(refused(Reason::UnknownUser, now));
    };
    if let Some(hash) = &user.password
        && !form.password.as_ref().is_some_and(|password| hash.matches(password))
    {
        return Ok(refused(Reason::WrongPassword, now));
    }
    let mut best: Option<Outcome> = None;
    for record in user.accounts.iter().filter_map(|&id| document.record(id)).filter(|record| record.trashed.is_none()) {
        let outcome = check_account(record, &form.code, now, Policy::default(), state)?;
        if best.as_ref().is_none_or(|best| rank(&outcome.verdict) > rank(&best.verdict)) {
            best = Some(outcome);
        }
        if matches!(best, Some(Outcome { verdict: Verdict::Accepted(_), .. })) {
            break;
        }
    }
    Ok(best.unwrap_or_else(|| refused(Reason::NoAccount, now)))
}

/// With several accounts the verdict that says most is shown.
const fn rank(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Accepted(_) => 5,
        Verdict::Refused(Reason::AlreadyUsed(_)) => 4,
        Verdict::Refused(Reason::TooOld(_) | Reason::FromTheFuture(_)) => 3,
        Verdict::Refused(Reason::WrongCode) => 2,
        Verdict::Refused(_) => 1,
    }
}

fn check_account(
    record: &Record,
    typed: &str,
    now: UnixTime,
    policy: Policy,
    state: &mut dyn State,
) -> Result<Outcome, StateError> {
    let (account, params) = (&record.account, &record.account.params);
    let sequence = Sequence::of(account);
    let last_used = state.last_used(&sequence)?;
    let verdict = match Code::parse(typed, params) {
        Err(error) => Verdict::Refused(Reason::NotACode(error)),
        Ok(code) => match verify(params, &record.secret, &code, now, policy, last_used) {
            Verdict::Accepted(hit) if !state.burn(&sequence, hit.step, now)? => Verdict::Refused(Reason::AlreadyUsed(hit)),
            verdict => verdict,
        },
    };
    let middle = params.step_at(now);
    let used = state.used_since(&sequence, middle.offset(-STRIP_BEHIND).unwrap_or(Step(0)))?;
    Ok(Outcome {
        verdict,
        at: now,
        account: Some(account.title()),
        strip: strip(params, now, policy, &used, verdict.matched()),
        period: params.period().map(crate::domain::Period::secs),
    })
}

fn line(user: &str, outcome: &Outcome) -> Attempt {
    let hit = outcome.verdict.matched();
    Attempt {
        at: outcome.at,
        // A name that nobody has may be a password in the wrong field.
        user: if matches!(outcome.verdict, Verdict::Refused(Reason::UnknownUser)) {
            String::new()
        } else {
            name::clean(user).text
        },
        account: outcome.account.clone().unwrap_or_default(),
        accepted: matches!(outcome.verdict, Verdict::Accepted(_)),
        reason: key(&outcome.verdict).to_owned(),
        drift: hit.map(|hit| hit.drift),
        drift_seconds: hit.map(|hit| hit.seconds),
    }
}

/// The stable key of a verdict, as it stands in the history.
#[must_use]
pub const fn key(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted(_) => "accepted",
        Verdict::Refused(reason) => match reason {
            Reason::NotACode(_) => "not-a-code",
            Reason::AlreadyUsed(_) => "already-used",
            Reason::TooOld(_) => "too-old",
            Reason::FromTheFuture(_) => "from-the-future",
            Reason::WrongCode => "wrong-code",
            Reason::UnknownUser => "unknown-user",
            Reason::WrongPassword => "wrong-password",
            Reason::NoAccount => "no-account",
        },
    }
}
