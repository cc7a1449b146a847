//! The computer's clock as it is watched: whether something keeps it right, whether it was moved while we looked, and what a time
//! server says of it that the person has asked.

use std::time::Duration;

use crate::domain::{Moment, UnixTime};

use super::ports::{ServerError, TimeAnswer, TimeError, TimeServer};

/// A wall clock that is this many seconds away from where it should be was moved; less is the slewing of a clock that is kept right.
const MOVED: u64 = 3;
/// How long it is said that the clock was moved.
const SAID_FOR: Duration = Duration::from_secs(10 * 60);
/// From this difference to a time server on, it is said outside of the settings.
const FAR_OFF: Duration = Duration::from_secs(5);
/// How long that is said: a clock wanders.
const KNOWN_FOR: Duration = Duration::from_secs(24 * 60 * 60);

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
    /// What came of asking a time server.
    pub asked: Asked,
}

/// What came of asking a time server. Nobody is asked without a click.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// Who is being asked.
    pub busy: Option<TimeServer>,
    /// What was typed names no server.
    pub misnamed: Option<ServerError>,
    /// The last one that was asked, and what it said.
    pub last: Option<(TimeServer, Result<TimeAnswer, TimeError>)>,
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

    /// A server has answered, or not.
    pub fn answered(&mut self, server: TimeServer, result: Result<TimeAnswer, TimeError>) {
        if result.as_ref().is_ok_and(|answer| answer.off() >= FAR_OFF) {
            self.seen = false;
        }
        self.asked.busy = None;
        self.asked.last = Some((server, result));
    }

    /// How long ago `answer` came; `None` if the clock was set since: then it tells nothing of the clock any more.
    #[must_use]
    pub fn age(&self, answer: &TimeAnswer) -> Option<Duration> {
        let Some(now) = &self.last else { return Some(Duration::ZERO) };
        now.moved_since(&answer.at).is_none_or(|by| by == 0).then(|| now.since(&answer.at))
    }

    /// What a server has said lately of a clock that is far off, and how long ago.
    #[must_use]
    pub fn far_off(&self) -> Option<(&TimeAnswer, Duration)> {
        let answer = self.asked.last.as_ref()?.1.as_ref().ok().filter(|answer| answer.off() >= FAR_OFF)?;
        self.age(answer).filter(|age| *age < KNOWN_FOR).map(|age| (answer, age))
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
    fn what_a_server_has_said_counts_until_the_clock_is_set() {
        let rows: &[(&str, i64, Moment, Option<u64>)] = &[
            ("at once", 5_000_000, at(100, "a", 50), Some(0)),
            ("ahead", -5_000_000, at(110, "a", 60), Some(10)),
            ("too little to be said", 4_999_999, at(110, "a", 60), None),
            ("slewed by half a second in an hour", 7_000_000, at(3_700, "a", 3_650), Some(3_600)),
            ("set right", 60_000_000, at(170, "a", 60), None),
            ("set wrong", 7_000_000, at(10, "a", 60), None),
            ("a day old", 7_000_000, at(86_500, "a", 86_450), None),
        ];
        for (what, behind, now, age) in rows {
            let mut watch = ClockWatch { seen: true, ..ClockWatch::default() };
            watch.look(at(100, "a", 50), Some(true));
            let server = TimeServer::parse("time.example.org").unwrap();
            let uncertainty = Duration::from_millis(1);
            let answer = TimeAnswer { server: server.clone(), at: at(100, "a", 50), behind: *behind, uncertainty };
            watch.answered(server, Ok(answer));
            assert_eq!(watch.seen, behind.abs() < 5_000_000, "{what}: a line that was closed comes back with news");
            watch.look(now.clone(), Some(true));
            assert_eq!(watch.far_off().map(|(_, age)| age.as_secs()), *age, "{what}");
        }
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
