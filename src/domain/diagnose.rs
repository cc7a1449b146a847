//! What would a wrong code be right for? Searches the ordinary mistakes around one account, the most ordinary first.
//!
//! A *candidate* is one key, one hash and one counter: it has one code. Candidates stand in groups, one for each mistake or sensible
//! pair of mistakes, and the groups are gone through in the order of how ordinary each of their candidates is ([`priors`]). So the
//! first hit is the likeliest, and what was tried until then says how likely a hit by chance is: of `n` candidates at least one has
//! a random code of `d` digits with probability 1 − (1 − 10⁻ᵈ)ⁿ. A second code, the next that the phone shows, squares 10⁻ᵈ.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use super::otp::{Algorithm, Digits, OtpKind, OtpParams};
use super::secret::Secret;
use super::time::{Period, Step, UnixTime};

mod covered;
mod mac;
mod plan;
pub mod priors;
mod readings;
mod strength;
#[cfg(test)]
mod tests;
mod typed;

pub use readings::Misread;
pub use strength::Strength;
pub use typed::Typed;

use covered::Covered;
use mac::Mac;
use plan::Group;
use typed::Target;

/// The most findings that are kept: what comes after them is less ordinary than five others.
pub const MOST: usize = 5;
/// With two codes, a hit that chance makes less often than this ends the search.
const CERTAIN: f64 = 1e-6;
/// How far a clock is searched, in seconds on either side: a day and one hour, so that every time zone lies within.
pub const FARTHEST: u64 = 25 * 3_600;
/// How far a counter is searched on either side.
pub const COUNTERS: u64 = 1_000;
/// The periods that are tried besides the account's own, in seconds.
pub const PERIODS: [u32; 7] = [15, 30, 45, 60, 90, 120, 300];

/// What is asked.
pub struct Question<'a> {
    /// What the account says of its codes.
    pub params: OtpParams,
    /// Its key.
    pub secret: &'a Secret,
    /// The code that does not match.
    pub code: &'a Typed,
    /// The one that the phone showed directly before `code`, if it is known.
    pub before: Option<&'a Typed>,
    /// When `code` was typed.
    pub now: UnixTime,
    /// The other accounts whose code it may be: what they say, and their keys.
    pub others: &'a [(OtpParams, &'a Secret)],
}

/// How far is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    /// Every ordinary mistake alone, and the pairs of them that go together: some ten thousand candidates.
    Common,
    /// Every pair at every time within [`FARTHEST`], and every letter of the key: some million candidates.
    Wide,
}

/// One thing that went wrong. Which side is wrong is not known: only that the other one does this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The key is read in another way, or not the same.
    Secret(Misread),
    /// It is the code of another account: its place in [`Question::others`].
    Account(usize),
    /// This hash in place of the account's.
    Algorithm(Algorithm),
    /// So many digits in place of the account's.
    Digits(u8),
    /// Zeros at the front were left out.
    ZeroLost,
    /// Steam's letters for an account that is none of Steam's.
    Steam,
    /// Digits for an account of Steam.
    NotSteam,
    /// This period, in seconds, in place of the account's.
    Period(u32),
    /// A counter where the account goes by time: the counter of the code.
    CounterForTime(u64),
    /// Time, with this period in seconds, where the account goes by a counter.
    TimeForCounter(u32),
    /// The counter differs by so much: positive when the code lies ahead.
    Counter(i64),
    /// The clock differs by so many seconds: negative when the code is late.
    Clock(i64),
    /// The same by whole or half hours, as when a time zone is wrong.
    TimeZone(i64),
}

/// Something that the code would be right for.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What went wrong, at most three things; none: the code is right as it is.
    pub causes: Vec<Cause>,
    /// The hash that gives the code.
    pub algorithm: Algorithm,
    /// How many characters it has.
    pub digits: u8,
    /// What moved it on; the counter of the code for [`OtpKind::Hotp`].
    pub kind: OtpKind,
    /// The step of the code.
    pub step: Step,
    /// Seconds from now to that step: negative when it is late; `None` for a counter.
    pub offset: Option<i64>,
    /// How likely a random code hits something that is at least as ordinary: 0 to 1.
    pub chance: f64,
}

/// What a search came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagnosis {
    /// What was found, the most ordinary first.
    pub findings: Vec<Finding>,
    /// How many candidates were tried.
    pub tried: u64,
    /// How likely a random code hits any of them: 0 to 1.
    pub chance: f64,
    /// Two codes were given.
    pub certain: bool,
}

/// A key to try, and what it would mean.
struct Key {
    secret: Secret,
    cause: Option<Cause>,
}

/// A search that can be done in pieces. It holds keys: it cannot be printed or cloned.
pub struct Search {
    keys: Vec<Key>,
    groups: std::vec::IntoIter<Group>,
    targets: Vec<Target>,
    covered: HashMap<(usize, Algorithm, usize), Covered>,
    /// The group that is being gone through, and what is left of it, last piece first.
    current: Option<(Group, Mac, Vec<RangeInclusive<u64>>)>,
    /// The logarithm of the chance that no candidate so far has a random code.
    missed: f64,
    total: u64,
    passed: u64,
    out: Diagnosis,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Search({} of {})", self.passed, self.total)
    }
}

/// Searches `space` to its end.
#[must_use]
pub fn diagnose(question: &Question<'_>, space: Space) -> Diagnosis {
    let mut search = Search::new(question, space);
    while !search.go_on(u64::MAX) {}
    search.into_diagnosis()
}

impl Search {
    /// Plans the search; computes no code yet.
    #[must_use]
    pub fn new(question: &Question<'_>, space: Space) -> Self {
        let targets = typed::targets(question);
        let (keys, groups) = plan::plan(question, &targets, space);
        let total = groups.iter().map(Group::len).sum();
        let out = Diagnosis { certain: question.before.is_some(), ..Diagnosis::default() };
        let groups = groups.into_iter();
        Self { keys, groups, targets, covered: HashMap::new(), current: None, missed: 0.0, total, passed: 0, out }
    }

    /// Tries about `budget` more candidates, at least one; whether the search has come to its end.
    pub fn go_on(&mut self, mut budget: u64) -> bool {
        while let Some((group, mac, mut left)) = self.current.take().or_else(|| self.next_group()) {
            while let Some(range) = left.pop() {
                let (from, to) = (*range.start(), *range.end());
                let last = to.min(from.saturating_add(budget.saturating_sub(1)));
                if self.try_all(&group, &mac, from..=last) {
                    return true;
                }
                budget = budget.saturating_sub(last - from + 1);
                if last < to {
                    left.push(last + 1..=to);
                }
                if budget == 0 {
                    self.current = Some((group, mac, left));
                    return false;
                }
            }
        }
        true
    }

    /// How much of the search is done: 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f32 {
        if self.total == 0 { 1.0 } else { (self.passed as f64 / self.total as f64).min(1.0) as f32 }
    }

    /// What was found so far.
    #[must_use]
    pub fn diagnosis(&self) -> &Diagnosis {
        &self.out
    }

    /// What was found, the keys forgotten.
    #[must_use]
    pub fn into_diagnosis(self) -> Diagnosis {
        self.out
    }

    /// The next group that has candidates which no more ordinary group had.
    fn next_group(&mut self) -> Option<(Group, Mac, Vec<RangeInclusive<u64>>)> {
        loop {
            let group = self.groups.next()?;
            self.passed += group.len();
            let covered = self.covered.entry((group.same_as, group.algorithm, group.target)).or_default();
            let mut fresh: Vec<_> = group.ranges.iter().flat_map(|range| covered.add(range.clone())).collect();
            let count: u64 = fresh.iter().map(|range| range.end() - range.start() + 1).sum();
            if count == 0 {
                continue;
            }
            self.out.tried += count;
            self.missed += count as f64 * (-self.targets[group.target].odds()).ln_1p();
            self.out.chance = -self.missed.exp_m1();
            fresh.reverse();
            let mac = Mac::new(group.algorithm, &self.keys[group.key].secret)?;
            return Some((group, mac, fresh));
        }
    }

    /// Whether nothing more needs to be looked for.
    fn try_all(&mut self, group: &Group, mac: &Mac, range: RangeInclusive<u64>) -> bool {
        let target = &self.targets[group.target];
        for step in range {
            if !target.matches(mac.number(step)) || !target.before(step, mac) {
                continue;
            }
            let mut causes: Vec<Cause> = self.keys[group.key].cause.into_iter().collect();
            causes.extend(group.causes(step));
            // What two codes say is certain; what a right code may be right for besides is chance.
            let (right, sure) = (causes.is_empty(), self.out.certain && self.out.chance < CERTAIN);
            let finding = group.finding(step, causes, target.digits(), self.out.chance);
            self.out.findings.push(finding);
            if right || sure || self.out.findings.len() >= MOST {
                return true;
            }
        }
        false
    }
}
