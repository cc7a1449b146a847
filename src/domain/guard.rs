//! How often a code may be guessed: failures are counted, then cost time, then shut the door.
//!
//! # Which clock a lock-out goes by
//!
//! Not by the wall clock, which can be set. A **delay** ends when that much time has passed since the last failure by the time since the
//! computer was started; after a restart it runs once more from the start ([`Moment::surely_since`]). The **ten of a day** end when the
//! oldest failure is 24 hours of *certain running time* old ([`Running`]): within one run of the system that is the time since then, sleep
//! included, wherever the wall clock stands. Across restarts it is the sum of what was seen of each run: a day is not skipped by setting
//! the clock forward, by restarting, or by both, since each run counts for as long as it really went on. The time for which the computer
//! was off does not count, because nothing that cannot be set tells how long that was: who switches it off at night waits longer than a
//! day, and never for ever, since every run brings the end nearer. Two codes in a row, a recovery code and the owner open the door at once.
//!
//! Where the time since the start is not known, the wall clock is all there is.

use std::time::Duration;

use super::moment::{Moment, Running};
use super::time::UnixTime;

/// The span of the rolling cap.
pub const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The numbers of a guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// So many failures in a row cost no time.
    pub free: u32,
    /// What the next one costs; each one after it costs twice as much.
    pub first: Duration,
    /// No failure costs more than this.
    pub longest: Duration,
    /// So many failures within 24 hours, successes or not, and nothing is compared until the oldest of them is a day of running time old.
    pub per_day: u32,
    /// So many failures in a row, and nothing is compared until the owner resets the counter.
    pub stop: u32,
}

/// How a test user is guarded against guessing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Guard {
    /// Not at all: for trying things out.
    Off,
    /// Delays from the 5th failure on, ten failures a day, the end at 100 (NIST SP 800-63B section 5.2.2).
    #[default]
    Recommended,
    /// Delays from the 3rd failure on, five failures a day, the end at 20.
    Strict,
}

impl Guard {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Off, Self::Recommended, Self::Strict];

    /// Its numbers; `None`: nothing is counted.
    #[must_use]
    pub const fn limits(self) -> Option<Limits> {
        let (first, longest) = (Duration::from_secs(30), Duration::from_secs(3_600));
        match self {
            Self::Off => None,
            Self::Recommended => Some(Limits { free: 4, first, longest, per_day: 10, stop: 100 }),
            Self::Strict => Some(Limits { free: 2, first, longest, per_day: 5, stop: 20 }),
        }
    }

    /// Its stable name, as it stands in the vault.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Recommended => "recommended",
            Self::Strict => "strict",
        }
    }

    /// Reads what [`key`](Self::key) gives; anything else is `None`.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|guard| guard.key() == key)
    }
}

/// The failures of one test user.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Counters {
    /// Failures since the last success.
    pub failures: u32,
    /// The failures of the last day, successes or not, in the order in which they were written.
    pub recent: Vec<Failure>,
    /// How long the computer has been running, as it was last looked at.
    pub running: Running,
}

/// One failure of the last day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// When it was.
    pub at: Moment,
    /// How long the computer had certainly been running then.
    pub ran: Duration,
}

impl Failure {
    /// How much time has passed since, as far as the ten of a day are concerned. `running` is as of `now`.
    fn age(&self, now: &Moment, running: &Running) -> Duration {
        if now.uptime.is_some() { running.total.saturating_sub(self.ran) } else { now.wall.since(self.at.wall) }
    }
}

/// Why nothing is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// The last failure cost time, which ends then by this computer's clock, if nobody moves it.
    Delay(UnixTime),
    /// Too many failures in 24 hours; the oldest of them is a day old then.
    Day(UnixTime),
    /// Too many failures in a row: until the owner resets the counter.
    Disabled,
}

impl Limits {
    /// What the `number`-th failure in a row costs: nothing while it is free, then `first` · 2^n, at most `longest`.
    #[must_use]
    pub fn delay(&self, number: u32) -> Duration {
        match number.checked_sub(self.free + 1) {
            None => Duration::ZERO,
            Some(doublings) => {
                2u32.checked_pow(doublings).map_or(self.longest, |by| self.first.saturating_mul(by).min(self.longest))
            }
        }
    }
}

impl Counters {
    /// How old each failure of the last day is, the oldest first.
    fn fresh(&self, now: &Moment) -> impl Iterator<Item = (&Failure, Duration)> {
        let running = self.running.seen(now);
        self.recent.iter().map(move |failure| (failure, failure.age(now, &running))).filter(|(_, age)| *age < DAY)
    }

    /// How many failures lie within the last 24 hours.
    #[must_use]
    pub fn today(&self, now: &Moment) -> usize {
        self.fresh(now).count()
    }

    /// Whether nothing may be compared at `now`, and why. What ends last is said.
    #[must_use]
    pub fn lock(&self, limits: &Limits, now: &Moment) -> Option<Lock> {
        if self.failures >= limits.stop {
            return Some(Lock::Disabled);
        }
        let left = |whole: Duration, passed: Duration| whole.checked_sub(passed).filter(|left| !left.is_zero());
        let delay = self.recent.last().and_then(|last| left(limits.delay(self.failures), now.surely_since(&last.at)));
        let fresh: Vec<Duration> = self.fresh(now).map(|(_, age)| age).collect();
        // The one whose going makes room for another.
        let day =
            fresh.len().checked_sub(limits.per_day as usize).and_then(|at| fresh.get(at)).and_then(|passed| left(DAY, *passed));
        match (delay, day) {
            (None, None) => None,
            (Some(delay), day) if day.is_none_or(|day| day <= delay) => Some(Lock::Delay(now.wall.plus(delay))),
            (_, Some(day)) => Some(Lock::Day(now.wall.plus(day))),
            (Some(delay), None) => Some(Lock::Delay(now.wall.plus(delay))),
        }
    }

    /// The counters with one failure more, at `now`. What is older than a day is left out.
    #[must_use]
    pub fn raised(&self, now: &Moment) -> Self {
        let running = self.running.seen(now);
        let this = Failure { at: now.clone(), ran: running.total };
        let recent = self.fresh(now).map(|(failure, _)| failure.clone()).chain(std::iter::once(this)).collect();
        Self { failures: self.failures.saturating_add(1), recent, running }
    }
}

#[cfg(test)]
mod tests;
