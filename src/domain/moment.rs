//! A moment by two clocks: the wall clock, which can be set, and the time since the computer was started, which cannot.

use std::time::Duration;

use super::time::UnixTime;

/// How long one run of the operating system has been going on, sleep included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uptime {
    /// Which run: a name that no other run has.
    pub run: String,
    /// How long it has been going on.
    pub going: Duration,
}

/// How long the computer has certainly been running, over all its runs at which somebody looked. It goes on with the clock that nobody
/// can set, and never faster than time: what was not looked at, and the time for which the computer was off, does not count.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Running {
    /// The last look, with its time since the start.
    pub last: Option<Moment>,
    /// How long, up to then.
    pub total: Duration,
}

impl Running {
    /// The same after a look at `now`. A run that is new counts for as long as it has been going on, since it began after the last look;
    /// if the wall clock says that less has passed, two computers share what is kept here, and less counts.
    #[must_use]
    pub fn seen(&self, now: &Moment) -> Self {
        let Some(uptime) = &now.uptime else { return self.clone() };
        let before = self.last.as_ref().and_then(|last| Some((last, last.uptime.as_ref()?)));
        let more = match before {
            None => Duration::ZERO,
            Some((_, last)) if last.run == uptime.run && last.going > uptime.going => return self.clone(),
            Some((_, last)) if last.run == uptime.run => uptime.going.saturating_sub(last.going),
            Some((last, _)) if last.wall < now.wall => now.wall.since(last.wall).min(uptime.going),
            Some(_) => uptime.going,
        };
        Self { last: Some(now.clone()), total: self.total.saturating_add(more) }
    }
}

/// A moment by both clocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// What the wall clock shows.
    pub wall: UnixTime,
    /// How long the computer has been running; `None` where that is not known.
    pub uptime: Option<Uptime>,
}

impl Moment {
    /// A moment of which only the wall clock is known.
    #[must_use]
    pub const fn of_wall(wall: UnixTime) -> Self {
        Self { wall, uptime: None }
    }

    /// How much time has passed since `earlier`. Within one run of the system the wall clock has no say: moving it changes
    /// nothing. Across a restart it alone knows how long the computer was off; where it has gone back, what is certain counts,
    /// which is the time since the start.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Duration {
        match (&self.uptime, &earlier.uptime) {
            (Some(now), Some(then)) if now.run == then.run => now.going.saturating_sub(then.going),
            (Some(now), Some(_)) if self.wall < earlier.wall => now.going,
            _ => self.wall.since(earlier.wall),
        }
    }

    /// How much time has certainly passed since `earlier`: both clocks agree on it. After a restart that is the time since the
    /// start at most, since the wall clock may have been moved while nobody looked.
    #[must_use]
    pub fn surely_since(&self, earlier: &Self) -> Duration {
        let passed = self.since(earlier);
        match (&self.uptime, &earlier.uptime) {
            (Some(now), Some(then)) if now.run != then.run => passed.min(now.going),
            _ => passed,
        }
    }

    /// By how many seconds the wall clock was moved since `earlier`: positive if forward. `None` where it cannot be told.
    #[must_use]
    pub fn moved_since(&self, earlier: &Self) -> Option<i64> {
        let (now, then) = (self.uptime.as_ref()?, earlier.uptime.as_ref()?);
        let ran = now.going.checked_sub(then.going).filter(|_| now.run == then.run)?;
        let millis = |time: Duration| i128::try_from(time.as_millis()).unwrap_or(i128::MAX);
        let by = millis(self.wall.since_epoch()) - millis(earlier.wall.since_epoch()) - millis(ran);
        Some(i64::try_from(by / 1_000).unwrap_or(if by < 0 { i64::MIN } else { i64::MAX }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(wall: u64, run: &str, going: u64) -> Moment {
        Moment { wall: UnixTime::from_secs(wall), uptime: Some(Uptime { run: run.into(), going: Duration::from_secs(going) }) }
    }

    #[test]
    fn running_time_is_never_more_than_what_has_passed() {
        type Look = (Moment, u64);
        let rows: &[(&str, &[Look])] = &[
            ("one run", &[(at(1_000, "a", 500), 0), (at(1_030, "a", 530), 30), (at(9, "a", 540), 40)]),
            ("set forward between two looks", &[(at(1_000, "a", 500), 0), (at(90_000, "a", 530), 30)]),
            ("an older look comes late", &[(at(0, "a", 500), 0), (at(0, "a", 400), 0), (at(0, "a", 510), 10)]),
            ("started again", &[(at(1_000, "a", 500), 0), (at(87_400, "b", 20), 20), (at(87_500, "b", 120), 120)]),
            ("again and again", &[(at(0, "a", 9), 0), (at(0, "b", 20), 20), (at(0, "c", 20), 40), (at(0, "d", 20), 60)]),
            ("two computers", &[(at(1_000, "a", 90_000), 0), (at(1_030, "b", 50_000), 30), (at(1_060, "a", 90_060), 60)]),
            ("unknown", &[(Moment::of_wall(UnixTime::from_secs(9)), 0), (Moment::of_wall(UnixTime::from_secs(99)), 0)]),
        ];
        for (what, looks) in rows {
            let mut running = Running::default();
            for (look, total) in *looks {
                running = running.seen(look);
                assert_eq!(running.total.as_secs(), *total, "{what}: {look:?}");
            }
        }
    }

    #[test]
    fn time_passes_by_the_clock_that_cannot_be_set() {
        let unknown = |wall| Moment::of_wall(UnixTime::from_secs(wall));
        let begin = || at(1_000, "a", 500);
        // (what is going on, now, passed, certainly passed, moved)
        let rows = [
            ("nothing", at(1_030, "a", 530), 30, 30, Some(0)),
            ("set forward", at(90_000, "a", 530), 30, 30, Some(88_970)),
            ("set back", at(10, "a", 530), 30, 30, Some(-1_020)),
            ("set to the end of time", at(u64::MAX, "a", 530), 30, 30, Some(i64::MAX)),
            ("asleep for eight hours", at(29_800, "a", 29_300), 28_800, 28_800, Some(0)),
            ("started again at once", at(1_060, "b", 20), 60, 20, None),
            ("off for a day", at(87_400, "b", 20), 86_400, 20, None),
            ("started again, set back", at(10, "b", 20), 20, 20, None),
            ("unknown", unknown(1_030), 30, 30, None),
            ("unknown, set back", unknown(10), 0, 0, None),
        ];
        for (what, now, passed, surely, moved) in rows {
            assert_eq!(now.since(&begin()).as_secs(), passed, "{what}");
            assert_eq!(now.surely_since(&begin()).as_secs(), surely, "{what}");
            assert_eq!(now.moved_since(&begin()), moved, "{what}");
        }
    }
}
