//! Time as one-time passwords see it: UTC since the epoch, periods, steps.

use std::num::NonZeroU32;
use std::time::Duration;

/// A moment: the time since 1970-01-01 00:00:00 UTC, leap seconds not counted (POSIX time).
///
/// A clock that stands before 1970 reads as the epoch itself, so no calculation can panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct UnixTime(Duration);

impl UnixTime {
    /// The epoch: step 0 of every period begins here (RFC 6238 section 4.1, T0 = 0).
    pub const EPOCH: Self = Self(Duration::ZERO);

    /// A moment from whole seconds since the epoch.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self(Duration::from_secs(secs))
    }

    /// A moment from the exact time since the epoch.
    #[must_use]
    pub const fn from_duration(since_epoch: Duration) -> Self {
        Self(since_epoch)
    }

    /// Whole seconds since the epoch, rounded down.
    #[must_use]
    pub const fn secs(self) -> u64 {
        self.0.as_secs()
    }

    /// The exact time since the epoch.
    #[must_use]
    pub const fn since_epoch(self) -> Duration {
        self.0
    }

    /// How long from `earlier` until this moment; zero if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// This moment moved on by `by`; stays at the end of time instead of wrapping.
    #[must_use]
    pub const fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(by))
    }
}

/// How long one code of a time-based account lives: 1 to 86 400 seconds, nearly always 30.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(NonZeroU32);

impl Period {
    /// The period of RFC 6238 and of nearly every service: 30 seconds.
    pub const DEFAULT: Self = Self(NonZeroU32::new(30).unwrap());
    /// The longest period taken: one day.
    pub const MAX_SECS: u32 = 86_400;

    /// A period of `secs` seconds, or `None` outside 1..=86 400.
    #[must_use]
    pub const fn new(secs: u32) -> Option<Self> {
        match NonZeroU32::new(secs) {
            Some(secs) if secs.get() <= Self::MAX_SECS => Some(Self(secs)),
            _ => None,
        }
    }

    /// The period in seconds, 1..=86 400.
    #[must_use]
    pub const fn secs(self) -> u32 {
        self.0.get()
    }

    /// The step that `now` falls into: floor(seconds / period) (RFC 6238 section 4.2).
    #[must_use]
    pub const fn step_at(self, now: UnixTime) -> Step {
        Step(now.secs() / self.0.get() as u64)
    }

    /// The moment at which `step` begins; the end of time for steps beyond it.
    #[must_use]
    pub const fn start_of(self, step: Step) -> UnixTime {
        UnixTime::from_secs(step.0.saturating_mul(self.0.get() as u64))
    }

    /// How long from `now` until the next step begins: more than zero, at most one period.
    #[must_use]
    pub fn remaining(self, now: UnixTime) -> Duration {
        let period = u128::from(self.0.get()) * 1_000_000_000;
        let left = period - now.since_epoch().as_nanos() % period;
        Duration::from_nanos(u64::try_from(left).unwrap_or(u64::MAX))
    }
}

impl Default for Period {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The moving factor: a time step (RFC 6238) or a counter (RFC 4226).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Step(pub u64);

impl Step {
    /// The step after this one; the last step stays the last.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The step `by` away, or `None` beyond either end.
    #[must_use]
    pub const fn offset(self, by: i64) -> Option<Self> {
        match self.0.checked_add_signed(by) {
            Some(step) => Some(Self(step)),
            None => None,
        }
    }

    /// How many steps from `origin` to this one: negative when this one is earlier.
    /// Held at the ends of `i64`.
    #[must_use]
    pub fn distance_from(self, origin: Self) -> i64 {
        let distance = i128::from(self.0) - i128::from(origin.0);
        i64::try_from(distance).unwrap_or(if distance < 0 { i64::MIN } else { i64::MAX })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_remaining_time() {
        // (seconds, period, step, seconds left); hostile.md "Time"
        let rows: &[(u64, u32, u64, u64)] = &[
            (0, 30, 0, 30),
            (29, 30, 0, 1),
            (30, 30, 1, 30),
            (59, 30, 1, 1),
            (2_147_483_647, 30, 71_582_788, 23),
            (2_147_483_648, 30, 71_582_788, 22),
            (4_294_967_295, 30, 143_165_576, 15),
            (4_294_967_296, 30, 143_165_576, 14),
            (20_000_000_000, 30, 666_666_666, 10),
            (1 << 53, 30, 300_239_975_158_033, 28),
            (i64::MAX as u64, 30, 307_445_734_561_825_860, 23),
            (u64::MAX, 30, 614_891_469_123_651_720, 15),
            (u64::MAX, 1, u64::MAX, 1),
            (59, 1, 59, 1),
            (86_399, 86_400, 0, 1),
        ];
        for &(secs, period, step, left) in rows {
            let period = Period::new(period).unwrap();
            let now = UnixTime::from_secs(secs);
            assert_eq!(period.step_at(now), Step(step), "step at {secs}");
            assert_eq!(period.remaining(now), Duration::from_secs(left), "left at {secs}");
            assert!(period.start_of(Step(step)) <= now);
        }
    }

    #[test]
    fn periods_outside_a_day_do_not_exist() {
        for (secs, there) in [(0, false), (1, true), (30, true), (86_400, true), (86_401, false), (u32::MAX, false)] {
            assert_eq!(Period::new(secs).is_some(), there, "{secs}");
        }
    }

    #[test]
    fn the_ends_of_time_do_not_wrap() {
        assert_eq!(Step(u64::MAX).next(), Step(u64::MAX));
        assert_eq!(Step(0).offset(-1), None);
        assert_eq!(Step(u64::MAX).offset(1), None);
        assert_eq!(Step(u64::MAX).distance_from(Step(0)), i64::MAX);
        assert_eq!(Step(0).distance_from(Step(u64::MAX)), i64::MIN);
        assert_eq!(Period::DEFAULT.start_of(Step(u64::MAX)), UnixTime::from_secs(u64::MAX));
        assert_eq!(UnixTime::from_secs(u64::MAX).plus(Duration::MAX).secs(), u64::MAX);
    }

    #[test]
    fn remaining_counts_fractions_of_a_second() {
        let now = UnixTime::from_duration(Duration::from_millis(29_999));
        assert_eq!(Period::DEFAULT.remaining(now), Duration::from_millis(1));
    }
}
