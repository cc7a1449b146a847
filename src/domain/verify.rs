//! Is a code right, and if not, why not. The moment, the policy and what was used before are arguments.

use subtle::{Choice, ConditionallySelectable};

use super::code::{Code, CodeError, code_at};
use super::guard::Lock;
use super::otp::{OtpKind, OtpParams};
use super::secret::Secret;
use super::time::{Step, UnixTime};

mod resync;
mod strip;

pub use resync::{RESYNC_COUNTERS, RESYNC_STEPS, resync};
pub use strip::{StripStep, strip};

/// How generous the service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    window: u8,
    one_time: bool,
    drift: i8,
}

impl Policy {
    /// The widest window, in steps on either side.
    pub const MAX_WINDOW: u8 = 10;

    /// One-time use and `window` steps on either side of the current one; for HOTP, `window` counters ahead of the expected
    /// one (RFC 4226 section 7.4). `None` above 10: each step more makes guessing easier.
    #[must_use]
    pub const fn new(window: u8) -> Option<Self> {
        if window <= Self::MAX_WINDOW { Some(Self { window, one_time: true, drift: 0 }) } else { None }
    }

    /// The same with codes that may be used again (`false`): for trying things out, never what a service should do.
    #[must_use]
    pub const fn with_one_time(self, one_time: bool) -> Self {
        Self { one_time, ..self }
    }

    /// Steps accepted on either side of the current one, 0..=10; for HOTP, how far ahead of the counter is looked.
    #[must_use]
    pub const fn window(self) -> u8 {
        self.window
    }

    /// Whether only a step above the last accepted one counts.
    #[must_use]
    pub const fn one_time(self) -> bool {
        self.one_time
    }

    /// The same for a phone whose clock is known to be `drift` steps off: the window of a time-based account lies around its
    /// time (RFC 6238 section 6). Held within [`RESYNC_STEPS`]; a counter has no clock and takes no notice.
    #[must_use]
    pub fn with_drift(self, drift: i64) -> Self {
        let drift = drift.clamp(-RESYNC_STEPS, RESYNC_STEPS);
        Self { drift: i8::try_from(drift).unwrap_or(0), ..self }
    }

    /// The steps from now to the middle of a time-based account's window: 0 unless the phone's drift is known.
    #[must_use]
    pub const fn drift(self) -> i64 {
        self.drift as i64
    }
}

impl Default for Policy {
    /// One step on either side, one-time use (RFC 6238 sections 5.2 and 6).
    fn default() -> Self {
        Self { window: 1, one_time: true, drift: 0 }
    }
}

/// The step whose code was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// The step.
    pub step: Step,
    /// Steps from now to it: negative when the code is late, positive when it is from the future.
    pub drift: i64,
    /// The same in seconds (`drift` × period); 0 for HOTP.
    pub seconds: i64,
}

/// Why a login was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// What was typed is no code at all. Costs no try.
    NotACode(CodeError),
    /// The code was accepted before, or lies in the window below one that was.
    AlreadyUsed(Match),
    /// Right, but its step lies before the window.
    TooOld(Match),
    /// Right, but its step lies after the window.
    FromTheFuture(Match),
    /// No step within [`HORIZON`] has this code.
    WrongCode,
    /// No test user has this name.
    UnknownUser,
    /// The password does not match.
    WrongPassword,
    /// The test user has no account whose code could be checked.
    NoAccount,
    /// Nothing was compared. Costs no try and does not make the wait longer.
    Locked(Lock),
    /// It has the form of a recovery code, but is none of this user's.
    NoSuchRecoveryCode,
    /// This recovery code was accepted before.
    RecoveryCodeUsed,
    /// The two codes do not follow each other within the span of the resynchronisation.
    NotInARow,
}

/// The outcome of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// The code is right and counts.
    Accepted(Match),
    /// A recovery code was used up.
    Recovered {
        /// How many of them are left.
        left: u8,
    },
    /// It does not count, for this reason.
    Refused(Reason),
}

impl Verdict {
    /// The step whose code was typed, where one was found.
    #[must_use]
    pub const fn matched(&self) -> Option<Match> {
        match self {
            Self::Accepted(hit) | Self::Refused(Reason::AlreadyUsed(hit) | Reason::TooOld(hit) | Reason::FromTheFuture(hit)) => {
                Some(*hit)
            }
            Self::Recovered { .. } | Self::Refused(_) => None,
        }
    }

    /// Whether the login counts.
    #[must_use]
    pub const fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted(_) | Self::Recovered { .. })
    }
}

/// How many steps on either side of now are searched to tell "too old" and "from the future" from "wrong".
pub const HORIZON: u8 = 60;

/// Checks `code` against the steps around `now` and says whether it counts, and if not, why.
///
/// `last_used` is the highest step accepted before. For HOTP "now" is the first counter not used yet: one above `last_used`,
/// or the counter in `params` if nothing was used; its window reaches ahead only (RFC 4226 section 7.4).
///
/// Of several steps with the same code the one taken is, in this order: inside the window and above `last_used`, inside the
/// window, outside of it; among equals the nearest to now, and of two equally near the earlier. So a code that happens to be
/// right twice is never refused for the other step's sake.
///
/// Time: every step of the window is computed and compared, whatever matches, without an early exit. Only when none of them
/// matches is the rest of the horizon gone through, in the same way; whether that happened is what the verdict says anyway.
pub fn verify(
    params: &OtpParams,
    secret: &Secret,
    code: &Code,
    now: UnixTime,
    policy: Policy,
    last_used: Option<Step>,
) -> Verdict {
    #[cfg(test)]
    SEARCHES.with(|made| made.set(made.get() + 1));
    let place = Place { params, origin: origin(params, now, last_used), policy, last_used };
    // The window before the rest, and within each the nearest first.
    let (inside, outside): (Vec<_>, Vec<_>) = nearest_first().partition(|&drift| in_window(params, policy, place.origin, drift));
    let counts = place.inside(&place.codes(secret, &inside), code);
    counts.unwrap_or_else(|| place.outside(&place.codes(secret, &outside), code))
}

#[cfg(test)]
thread_local! { static SEARCHES: std::cell::Cell<u32> = const { std::cell::Cell::new(0) } }

/// How many codes this thread has looked for.
#[cfg(test)]
pub(crate) fn searches_made() -> u32 {
    SEARCHES.with(std::cell::Cell::get)
}

/// Where a code is looked for.
#[derive(Clone, Copy)]
struct Place<'a> {
    params: &'a OtpParams,
    origin: Step,
    policy: Policy,
    last_used: Option<Step>,
}

/// The code of a step, and how far from now that is.
type At = (i64, Step, Code);

impl Place<'_> {
    fn codes(&self, secret: &Secret, drifts: &[i64]) -> Vec<At> {
        let code = |&drift: &i64| self.origin.offset(drift).map(|step| (drift, step, code_at(self.params, secret, step)));
        drifts.iter().filter_map(code).collect()
    }

    fn used(&self, step: Step) -> bool {
        self.policy.one_time && self.last_used.is_some_and(|last| step <= last)
    }

    /// Compares with every one of `codes`, whatever matches.
    fn search(&self, codes: &[At], code: &Code) -> Found {
        let (mut fresh, mut burned) = (First::nothing(), First::nothing());
        for (drift, step, right) in codes {
            let hit = right.matches(code);
            // Which of the two it goes to depends on the step alone, not on the code.
            if self.used(*step) { &mut burned } else { &mut fresh }.offer(*drift, hit);
        }
        Found { fresh: fresh.from(self.origin), burned: burned.from(self.origin) }
    }

    fn at(&self, (drift, step): (i64, Step)) -> Match {
        Match { step, drift, seconds: seconds(self.params, drift) }
    }

    /// What the codes of the window say, if one of them is the code.
    fn inside(&self, codes: &[At], code: &Code) -> Option<Verdict> {
        match self.search(codes, code) {
            Found { fresh: Some(hit), .. } => Some(Verdict::Accepted(self.at(hit))),
            Found { burned: Some(hit), .. } => Some(Verdict::Refused(Reason::AlreadyUsed(self.at(hit)))),
            Found { fresh: None, burned: None } => None,
        }
    }

    /// What the codes outside of the window say.
    fn outside(&self, codes: &[At], code: &Code) -> Verdict {
        let Found { fresh, burned } = self.search(codes, code);
        let nearest = fresh.into_iter().chain(burned).min_by_key(|&(drift, _)| (drift.abs(), drift));
        // A time-based code from before the window is too old, whatever was accepted since, unless it is the last accepted one.
        let counter = matches!(self.params.kind(), OtpKind::Hotp { .. });
        let middle = if counter { 0 } else { self.policy.drift() };
        let spent = |drift: i64, step| self.used(step) && (counter || drift > middle || self.last_used == Some(step));
        Verdict::Refused(match nearest {
            Some((drift, step)) if spent(drift, step) => Reason::AlreadyUsed(self.at((drift, step))),
            Some((drift, step)) if drift < middle => Reason::TooOld(self.at((drift, step))),
            Some(hit) => Reason::FromTheFuture(self.at(hit)),
            None => Reason::WrongCode,
        })
    }
}

/// The step from which drift is counted: that of now, or the first counter that is not used yet.
#[must_use]
pub fn origin(params: &OtpParams, now: UnixTime, last_used: Option<Step>) -> Step {
    match (params.kind(), last_used) {
        (OtpKind::Hotp { .. }, Some(last)) => last.next(),
        _ => params.step_at(now),
    }
}

/// Whether a step `drift` away from now may count.
fn in_window(params: &OtpParams, policy: Policy, origin: Step, drift: i64) -> bool {
    let window = i64::from(policy.window);
    match params.kind() {
        // An account that has moved on by itself takes the window along: its next code must count.
        OtpKind::Hotp { counter } => {
            let ahead = Step(counter).distance_from(origin).clamp(0, i64::from(HORIZON) - window);
            (0..=window + ahead).contains(&drift)
        }
        OtpKind::Totp { .. } | OtpKind::Steam { .. } => (policy.drift() - window..=policy.drift() + window).contains(&drift),
    }
}

fn seconds(params: &OtpParams, drift: i64) -> i64 {
    params.period().map_or(0, |period| drift.saturating_mul(i64::from(period.secs())))
}

/// 0, −1, 1, −2, 2, … to both ends of the horizon.
fn nearest_first() -> impl Iterator<Item = i64> {
    std::iter::once(0).chain((1..=i64::from(HORIZON)).flat_map(|distance| [-distance, distance]))
}

/// What a search has found: the first step with the code above the last used one, and the first at or below it.
struct Found {
    fresh: Option<(i64, Step)>,
    burned: Option<(i64, Step)>,
}

/// The first of the drifts offered with a hit, kept without a branch on the hit.
struct First {
    hit: Choice,
    drift: i64,
}

impl First {
    fn nothing() -> Self {
        Self { hit: Choice::from(0), drift: 0 }
    }

    fn offer(&mut self, drift: i64, hit: Choice) {
        self.drift.conditional_assign(&drift, hit & !self.hit);
        self.hit |= hit;
    }

    fn from(self, origin: Step) -> Option<(i64, Step)> {
        if bool::from(self.hit) { origin.offset(self.drift).map(|step| (self.drift, step)) } else { None }
    }
}

#[cfg(test)]
mod tests;
