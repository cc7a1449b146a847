//! The computer's clock as it is watched: whether something keeps it right, and whether it was moved while we looked.

use std::time::Duration;

use crate::domain::{Moment, UnixTime};

/// A wall clock that is this many seconds away from where it should be was moved; less is the slewing of a clock that is kept right.
const MOVED: u64 = 3;
/// How long it is said that the clock was moved.
const SAID_FOR: Duration = Duration::from_secs(10 * 60);

/// What is known of the computer's clock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClockWatch {
    /// Whether the kernel says that it is kept right; `None` where it does not say.
    pub synchronised: Option<bool>,
    /// By how many seconds it was moved, and when by the clock that cannot be moved.
    moved: Option<(Moment, i64)>,
    /// The last look.
    last: Option<Moment>,
    /// The person has seen what is wrong.
    pub seen: bool,
}

impl ClockWatch {
    /// Takes in a look at the clocks.
    pub fn look(&mut self, now: Moment, synchronised: Option<bool>) {
        self.synchronised = synchronised;
        let by = self.last.as_ref().and_then(|last| now.moved_since(last)).unwrap_or(0);
        if by.unsigned_abs() >= MOVED {
            self.moved = Some((now.clone(), by));
            self.seen = false;
        }
        if self.moved.as_ref().is_some_and(|(at, _)| now.since(at) >= SAID_FOR) {
            self.moved = None;
        }
        self.last = Some(now);
    }

    /// By how many seconds it was moved lately: positive if forward.
    #[must_use]
    pub fn moved(&self) -> Option<i64> {
        self.moved.as_ref().map(|(_, by)| *by)
    }

    /// Whether `now` lies in another second than the last look.
    #[must_use]
    pub fn is_due(&self, now: UnixTime) -> bool {
        self.last.as_ref().is_none_or(|last| last.wall.secs() != now.secs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Uptime;

    fn at(wall: u64, run: &str, going: u64) -> Moment {
        Moment { wall: UnixTime::from_secs(wall), uptime: Some(Uptime { run: run.into(), going: Duration::from_secs(going) }) }
    }

    #[test]
    fn a_clock_that_is_moved_is_noticed_and_sleep_is_not() {
        let rows: &[(&str, &[Moment], Option<i64>)] = &[
            ("nothing", &[at(100, "a", 50), at(101, "a", 51)], None),
            ("asleep", &[at(100, "a", 50), at(28_900, "a", 28_850)], None),
            ("slewed", &[at(100, "a", 50), at(103, "a", 51)], None),
            ("forward", &[at(100, "a", 50), at(104, "a", 51)], Some(3)),
            ("back", &[at(100, "a", 50), at(41, "a", 51)], Some(-60)),
            ("back to 1969", &[at(100, "a", 50), at(0, "a", 51)], Some(-101)),
            ("the end of time", &[at(100, "a", 50), at(u64::MAX, "a", 51)], Some(i64::MAX)),
            ("long ago", &[at(100, "a", 50), at(41, "a", 51), at(640, "a", 650), at(642, "a", 652)], None),
            ("unknown", &[Moment::of_wall(UnixTime::from_secs(9)), Moment::of_wall(UnixTime::from_secs(99))], None),
        ];
        for (what, looks, moved) in rows {
            let mut watch = ClockWatch::default();
            looks.iter().for_each(|look| watch.look(look.clone(), Some(true)));
            assert_eq!(watch.moved(), *moved, "{what}");
        }
    }
}
