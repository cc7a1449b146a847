//! One login: user, password, code. A failure is on disk before anything is compared, a right code is burnt before it is accepted.

mod line;
mod owner;
mod way_back;

use crate::domain::verify::{origin, strip};
use crate::domain::{
    Code, CodeError, Moment, OtpParams, Password, PasswordHash, Policy, Reason, RecoveryCode, RecoveryHash, Secret, Step,
    UnixTime, Verdict, name, verify,
};

use super::action::LoginForm;
use super::document::{Document, Record, TestUser};
use super::history::POINTS;
use super::model::{Outcome, Standing};
use super::ports::{Begun, Sequence, Spent, State, StateError, Ticket, Try, UserKey};

pub use line::key;
use line::line;
pub use owner::{forget_used, make_recovery, reset_counters, store_drift};
pub use way_back::{ResyncForm, resynchronise};

/// How many steps before now the picture may show, for which used steps are read.
const STRIP_BEHIND: i64 = 40;

/// Checks `form` at `now` and writes one line of history.
///
/// Whatever is wrong, a password is hashed once and a code is checked once: the time tells nothing.
///
/// # Errors
/// [`StateError`] when failures or used steps cannot be read or written: the login is then refused, never accepted.
pub fn log_in(document: &Document, form: LoginForm, now: &Moment, state: &mut dyn State) -> Result<Outcome, StateError> {
    let password = form.password.as_ref();
    let Some(user) = document.user(&name::clean(&form.user).text) else {
        spend(password);
        check_nothing();
        // A name that nobody has may be a password in the wrong field: it is not kept.
        return refuse("", Reason::UnknownUser, None, now, state);
    };
    let records = active(document, user);
    let Some(first) = records.first() else {
        spend(password);
        check_nothing();
        return refuse(&user.name, Reason::NoAccount, None, now, state);
    };
    let typed = match Typed::read(&form.code, &records) {
        Ok(typed) => typed,
        Err(error) => {
            spend(password);
            check_nothing();
            return refuse(&user.name, Reason::NotACode(error), Some((first, user)), now, state);
        }
    };
    let user_key = UserKey::of(user);
    let unknown = line::open(&user.name, now.wall);
    let guarded = user.rules.guard.limits().map(|limits| (&user_key, limits));
    let ticket = match state.begin(&Try { guarded, way_back: false, at: now, line: &unknown })? {
        Begun::Open(ticket) => ticket,
        Begun::Locked(lock) => {
            spend(password);
            check_nothing();
            let outcome = refuse(&user.name, Reason::Locked(lock), None, now, state)?;
            return with_standing(outcome, user, &records, now, state);
        }
    };
    let right = match (&user.password, password) {
        (Some(hash), Some(password)) => hash.matches(password),
        (asked, typed) => {
            spend(typed);
            asked.is_none()
        }
    };
    let outcome = match typed {
        _ if !right => {
            check_nothing();
            failed(&ticket, user, Outcome::refused(Reason::WrongPassword, now.wall), state)?
        }
        Typed::Recovery(code) => recover(&ticket, user, &code, now, state)?,
        Typed::Codes(codes) => compare(&ticket, user, &codes, now.wall, state)?,
    };
    with_standing(outcome, user, &records, now, state)
}

/// Checks a code for one account, by the same rules and with the same used steps as a login, and writes one line of history
/// under the account's name. `typed` is read as [`Code::parse`] does. It is the owner's own try: no failure is counted.
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
    let sequence = Sequence::of(&record.account);
    let (verdict, policy) = match Code::parse(typed, &record.account.params) {
        Err(error) => (Verdict::Refused(Reason::NotACode(error)), policy),
        Ok(code) => match judge(record, &code, now, policy, state)? {
            (Verdict::Accepted(hit), policy) if policy.one_time() && !state.burn(&sequence, hit.step, now)? => {
                (Verdict::Refused(Reason::AlreadyUsed(hit)), policy)
            }
            judged => judged,
        },
    };
    let outcome = picture(record, verdict, now, policy, state)?;
    state.record(&line(&record.account.name, &outcome))?;
    Ok(outcome)
}

/// What stands in the field for the code.
enum Typed<'d> {
    Recovery(RecoveryCode),
    /// One for each account that has codes of this form.
    Codes(Vec<(&'d Record, Code)>),
}

impl<'d> Typed<'d> {
    fn read(typed: &str, records: &[&'d Record]) -> Result<Self, CodeError> {
        if let Some(code) = RecoveryCode::parse(typed) {
            return Ok(Self::Recovery(code));
        }
        let mut wrong = CodeError::Empty;
        let mut codes = Vec::new();
        for record in records.iter().rev() {
            match Code::parse(typed, &record.account.params) {
                Ok(code) => codes.push((*record, code)),
                Err(error) => wrong = error,
            }
        }
        codes.reverse();
        if codes.is_empty() { Err(wrong) } else { Ok(Self::Codes(codes)) }
    }
}

fn active<'d>(document: &'d Document, user: &TestUser) -> Vec<&'d Record> {
    user.accounts.iter().filter_map(|&id| document.record(id)).filter(|record| record.trashed.is_none()).collect()
}

/// As long as the check of a password takes.
fn spend(password: Option<&Password>) {
    match password {
        Some(password) => PasswordHash::pretend(password),
        None => Password::new("").iter().for_each(PasswordHash::pretend),
    }
}

/// As long as the check of a wrong code takes.
fn check_nothing() {
    let params = OtpParams::default();
    if let (Ok(code), Ok(secret)) = (Code::parse("000000", &params), Secret::new([0; 20].as_slice().to_vec())) {
        let verdict = verify(&params, &secret, &code, UnixTime::from_secs(1 << 30), Policy::default(), None);
        let _ = std::hint::black_box(verdict);
    }
}

/// Refuses what cost no try, and writes it down.
fn refuse(
    user: &str,
    reason: Reason,
    shown: Option<(&Record, &TestUser)>,
    now: &Moment,
    state: &mut dyn State,
) -> Result<Outcome, StateError> {
    let verdict = Verdict::Refused(reason);
    let outcome = match shown {
        Some((record, user)) => {
            let policy = policy_of(record, user.rules.policy_for(&record.account.params), state)?;
            picture(record, verdict, now.wall, policy, state)?
        }
        None => Outcome::refused(reason, now.wall),
    };
    let outcome = Outcome { user: (!user.is_empty()).then(|| user.to_owned()), ..outcome };
    state.record(&line(user, &outcome))?;
    Ok(outcome)
}

/// A try that was counted comes to nothing.
fn failed(ticket: &Ticket, user: &TestUser, outcome: Outcome, state: &mut dyn State) -> Result<Outcome, StateError> {
    state.fail(ticket, &line(&user.name, &outcome))?;
    Ok(outcome)
}

/// Compares with every account, then takes the verdict that says most.
fn compare(
    ticket: &Ticket,
    user: &TestUser,
    codes: &[(&Record, Code)],
    now: UnixTime,
    state: &mut dyn State,
) -> Result<Outcome, StateError> {
    let mut best: Option<(&Record, Verdict, Policy)> = None;
    for (record, code) in codes {
        let (verdict, policy) = judge(record, code, now, user.rules.policy_for(&record.account.params), state)?;
        if best.as_ref().is_none_or(|(_, best, _)| rank(&verdict) > rank(best)) {
            best = Some((record, verdict, policy));
        }
    }
    let Some((record, verdict, policy)) = best else {
        return failed(ticket, user, Outcome::refused(Reason::NoAccount, now), state);
    };
    settle(ticket, user, record, Outcome::of(record, verdict, now), policy, state)
}

/// Burns what is accepted, and writes down what is not. `bare` is the outcome without its picture.
fn settle(
    ticket: &Ticket,
    user: &TestUser,
    record: &Record,
    bare: Outcome,
    policy: Policy,
    state: &mut dyn State,
) -> Result<Outcome, StateError> {
    let Outcome { verdict, at: now, resync, .. } = bare;
    let refused = match verdict {
        Verdict::Accepted(hit) => {
            let spent = if policy.one_time() { Spent::Step(Sequence::of(&record.account), hit.step) } else { Spent::Nothing };
            if state.succeed(ticket, &spent, &line(&user.name, &bare))? {
                return Ok(Outcome { resync, ..picture(record, verdict, now, policy, state)? });
            }
            // It was used before, or another program was faster with the same code.
            Verdict::Refused(Reason::AlreadyUsed(hit))
        }
        refused => refused,
    };
    let outcome = Outcome { resync, ..picture(record, refused, now, policy, state)? };
    failed(ticket, user, outcome, state)
}

fn recover(
    ticket: &Ticket,
    user: &TestUser,
    code: &RecoveryCode,
    now: &Moment,
    state: &mut dyn State,
) -> Result<Outcome, StateError> {
    check_nothing();
    let user_key = UserKey::of(user);
    let kept = state.recovery(&user_key)?;
    let hashes: Vec<RecoveryHash> = kept.iter().map(|(hash, _)| *hash).collect();
    let Some(hit) = code.among(&hashes) else {
        return failed(ticket, user, Outcome::refused(Reason::NoSuchRecoveryCode, now.wall), state);
    };
    let used = kept.iter().filter(|(hash, used)| *used || hash == hit).count();
    let left = u8::try_from(kept.len().saturating_sub(used)).unwrap_or(u8::MAX);
    let outcome = Outcome { verdict: Verdict::Recovered { left }, ..Outcome::refused(Reason::NoSuchRecoveryCode, now.wall) };
    if state.succeed(ticket, &Spent::Recovery(user_key, *hit), &line(&user.name, &outcome))? {
        return Ok(outcome);
    }
    failed(ticket, user, Outcome::refused(Reason::RecoveryCodeUsed, now.wall), state)
}

/// With several accounts the verdict that says most is shown.
const fn rank(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Accepted(_) | Verdict::Recovered { .. } => 5,
        Verdict::Refused(Reason::AlreadyUsed(_)) => 4,
        Verdict::Refused(Reason::TooOld(_) | Reason::FromTheFuture(_)) => 3,
        Verdict::Refused(Reason::WrongCode) => 2,
        Verdict::Refused(_) => 1,
    }
}

/// The policy with the drift that is known of the account's phone.
fn policy_of(record: &Record, policy: Policy, state: &mut dyn State) -> Result<Policy, StateError> {
    Ok(policy.with_drift(state.drift(&Sequence::of(&record.account))?))
}

/// What `code` comes to for one account; nothing is written.
fn judge(
    record: &Record,
    code: &Code,
    now: UnixTime,
    policy: Policy,
    state: &mut dyn State,
) -> Result<(Verdict, Policy), StateError> {
    let last_used = state.last_used(&Sequence::of(&record.account))?;
    let policy = policy_of(record, policy, state)?;
    Ok((verify(&record.account.params, &record.secret, code, now, policy, last_used), policy))
}

/// The outcome with its picture.
fn picture(
    record: &Record,
    verdict: Verdict,
    now: UnixTime,
    policy: Policy,
    state: &mut dyn State,
) -> Result<Outcome, StateError> {
    let params = &record.account.params;
    let from = params.step_at(now).offset(-STRIP_BEHIND).unwrap_or(Step(0));
    let used = state.used_since(&Sequence::of(&record.account), from)?;
    Ok(Outcome {
        strip: strip(params, now, policy, &used, verdict.matched()),
        stored_drift: policy.drift(),
        ..Outcome::of(record, verdict, now)
    })
}

/// The outcome with where the user's failures and the counters of their accounts, `records`, stand now, and how far off the account's
/// codes were, this one included.
fn with_standing(
    outcome: Outcome,
    user: &TestUser,
    records: &[&Record],
    now: &Moment,
    state: &mut dyn State,
) -> Result<Outcome, StateError> {
    let standing = match user.rules.guard.limits() {
        Some(limits) => {
            let counters = state.counters(&UserKey::of(user))?;
            let lock = counters.lock(&limits, now);
            Some(Standing { failures: counters.failures, today: counters.today(now), lock, limits })
        }
        None => None,
    };
    let drifts = outcome.account_id.map_or(Ok(Vec::new()), |id| state.drifts(id, POINTS))?;
    let mut counters = Vec::new();
    for Record { account, .. } in records.iter().filter(|record| record.account.params.period().is_none()) {
        let last_used = state.last_used(&Sequence::of(account))?;
        counters.push((account.id, origin(&account.params, now.wall, last_used).0));
    }
    Ok(Outcome { user: Some(user.name.clone()), standing, counters, drifts, ..outcome })
}

#[cfg(test)]
mod tests;
