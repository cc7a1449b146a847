//! Every number of the guard, and every way to move a clock.

use super::*;
use crate::domain::moment::Uptime;

const LIMITS: Limits = Guard::Recommended.limits().unwrap();

fn at(wall: u64, run: &str, going: u64) -> Moment {
    Moment { wall: UnixTime::from_secs(wall), uptime: Some(Uptime { run: run.into(), going: Duration::from_secs(going) }) }
}

/// `wall` seconds after the epoch, in a run that began with it.
fn moment(wall: u64) -> Moment {
    at(wall, "a", wall)
}

fn failed(count: u32, apart: u64) -> Counters {
    (0..count).fold(Counters::default(), |counters, n| counters.raised(&moment(u64::from(n) * apart)))
}

/// Five failures in a row, of which only the last one, at `at`, is of today.
fn five_at(at: Moment) -> Counters {
    Counters { failures: 4, ..Counters::default() }.raised(&at)
}

fn until(secs: u64) -> UnixTime {
    UnixTime::from_secs(secs)
}

#[test]
fn what_each_failure_costs() {
    let recommended = [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600];
    for (number, secs) in recommended.into_iter().enumerate() {
        assert_eq!(LIMITS.delay(number as u32).as_secs(), secs, "{number}");
    }
    assert_eq!(LIMITS.delay(u32::MAX).as_secs(), 3_600);
    let strict = Guard::Strict.limits().unwrap();
    assert_eq!([2, 3, 4, 9, 10].map(|number| strict.delay(number).as_secs()), [0, 30, 60, 1_920, 3_600]);
    assert_eq!(Guard::Off.limits(), None);
}

#[test]
fn a_delay_ends_to_the_second() {
    let five = failed(5, 1);
    for (now, lock) in [(4, Some(34)), (33, Some(34)), (34, None)] {
        assert_eq!(five.lock(&LIMITS, &moment(now)), lock.map(|secs| Lock::Delay(until(secs))), "{now}");
    }
    assert_eq!(failed(4, 1).lock(&LIMITS, &moment(3)), None);
}

#[test]
fn ten_failures_a_day_whether_or_not_a_success_lies_between() {
    // One an hour: no delay is left, and after each a success.
    let mut counters = Counters::default();
    for n in 0..10 {
        assert_eq!(counters.lock(&LIMITS, &moment(n * 3_600)), None, "{n}");
        counters = counters.raised(&moment(n * 3_600));
        counters.failures = 0;
    }
    assert_eq!(counters.today(&moment(10 * 3_600)), 10);
    assert_eq!(counters.lock(&LIMITS, &moment(10 * 3_600)), Some(Lock::Day(until(86_400))));
    assert_eq!(counters.lock(&LIMITS, &moment(86_399)), Some(Lock::Day(until(86_400))));
    assert_eq!(counters.lock(&LIMITS, &moment(86_400)), None);
    let eleventh = counters.raised(&moment(86_400));
    assert_eq!(eleventh.recent.len(), 10, "what is older than a day is left out");
    assert_eq!(eleventh.lock(&LIMITS, &moment(86_400)), Some(Lock::Day(until(90_000))));
}

#[test]
fn a_hundred_in_a_row_are_the_end() {
    let almost = Counters { failures: 99, ..Counters::default() };
    assert_eq!(almost.lock(&LIMITS, &moment(9)), None);
    let end = almost.raised(&moment(9));
    for now in [9, 1 << 40, u64::MAX] {
        assert_eq!(end.lock(&LIMITS, &moment(now)), Some(Lock::Disabled), "{now}");
    }
}

#[test]
fn no_clock_shortens_a_lock_out() {
    // Five failures until 1 000 000 s by the wall and 500 s after the start: half a minute is due.
    let five = five_at(at(1_000_000, "a", 500));
    let end_of_time = i64::MAX as u64;
    for (what, now, left) in [
        ("nothing", at(1_000_010, "a", 510), Some(20)),
        ("over", at(1_000_030, "a", 530), None),
        ("set forward", at(1_090_000, "a", 510), Some(20)),
        ("set back", at(10, "a", 510), Some(20)),
        ("1969", at(0, "a", 510), Some(20)),
        ("2038", at(1 << 31, "a", 510), Some(20)),
        ("2106", at(1 << 32, "a", 510), Some(20)),
        ("the end of time", at(end_of_time, "a", 510), Some(20)),
        ("set back and over", at(10, "a", 530), None),
        ("asleep", at(1_000_029, "a", 529), Some(1)),
        ("started again", at(1_000_025, "b", 5), Some(25)),
        ("started again and set forward", at(end_of_time, "b", 5), Some(25)),
        ("started again and set back", at(10, "b", 5), Some(25)),
        ("started again and over", at(1_000_100, "b", 30), None),
        ("off for a night", at(1_040_000, "b", 30), None),
    ] {
        let lock = left.map(|left| Lock::Delay(now.wall.plus(Duration::from_secs(left))));
        assert_eq!(five.lock(&LIMITS, &now), lock, "{what}");
    }
    // Where only the wall clock is known, it must have gone on by itself.
    let blind = five_at(Moment::of_wall(until(1_000)));
    assert_eq!(blind.lock(&LIMITS, &Moment::of_wall(until(10))), Some(Lock::Delay(until(40))));
    assert_eq!(blind.lock(&LIMITS, &Moment::of_wall(until(1_030))), None);
}

#[test]
fn no_clock_and_no_restart_shortens_a_day() {
    // Ten failures, the last delay of which is over: the oldest is at 1 000 000 s by the wall and 500 s after the start.
    let ten = || {
        let all = (0..10).fold(Counters::default(), |counters, _| counters.raised(&at(1_000_000, "a", 500)));
        Counters { failures: 0, ..all }
    };
    let day = 86_400;
    // (what is going on, the looks at the clocks in their order, how long the door stays shut after the last one)
    let rows: &[(&str, &[Moment], Option<u64>)] = &[
        ("nothing", &[at(1_000_010, "a", 510)], Some(day - 10)),
        ("over", &[at(1_000_000 + day, "a", 500 + day)], None),
        ("asleep until over", &[at(1_000_000 + day, "a", 500 + day)], None),
        ("set forward a day", &[at(1_000_010 + day, "a", 510)], Some(day - 10)),
        (
            "set forward a day between two starts of the program",
            &[at(1_000_005, "a", 505), at(1_000_010 + day, "a", 510)],
            Some(day - 10),
        ),
        ("set forward a day, and back", &[at(1_000_005 + day, "a", 505), at(1_000_010, "a", 510)], Some(day - 10)),
        ("set back a year", &[at(10, "a", 510)], Some(day - 10)),
        ("set back a year, and over", &[at(10, "a", 500 + day)], None),
        ("started again", &[at(1_000_060, "b", 30)], Some(day - 30)),
        ("started again and set forward a day", &[at(1_000_060 + day, "b", 30)], Some(day - 30)),
        ("started again and set to the end of time", &[at(i64::MAX as u64, "b", 30)], Some(day - 30)),
        ("started again and set back", &[at(10, "b", 30)], Some(day - 30)),
        ("off for a week", &[at(1_000_000 + 7 * day, "b", 30)], Some(day - 30)),
        (
            "set forward a day, started again, set back, started again",
            &[at(1_000_005 + day, "a", 505), at(1_000_060 + day, "b", 30), at(1_000_070, "b", 40), at(1_000_100, "c", 20)],
            Some(day - 5 - 40 - 20),
        ),
        ("three runs of eight hours", &[at(1_000_000 + day, "b", 28_800), at(0, "c", 28_800), at(0, "d", 28_800)], None),
        ("three runs, a second short", &[at(0, "b", 28_800), at(0, "c", 28_800), at(0, "d", 28_799)], Some(1)),
        ("a run that goes on for a day", &[at(1_000_000, "b", day)], None),
    ];
    for (what, looks, left) in rows {
        let mut counters = ten();
        for look in *looks {
            counters.running = counters.running.seen(look);
        }
        let now = looks.last().unwrap();
        let lock = left.map(|left| Lock::Day(now.wall.plus(Duration::from_secs(left))));
        assert_eq!(counters.lock(&LIMITS, now), lock, "{what}");
        assert_eq!(counters.today(now), if left.is_some() { 10 } else { 0 }, "{what}");
    }
    // Where only the wall clock is known, it is all there is.
    let blind = (0..10).fold(Counters::default(), |counters, _| counters.raised(&Moment::of_wall(until(1_000))));
    let blind = Counters { failures: 0, ..blind };
    assert_eq!(blind.lock(&LIMITS, &Moment::of_wall(until(10))), Some(Lock::Day(until(10 + day))));
    assert_eq!(blind.lock(&LIMITS, &Moment::of_wall(until(1_000 + day))), None);
}

#[test]
fn every_run_brings_the_end_of_a_day_nearer() {
    // Ten minutes of use after each start, for as long as it takes.
    let mut counters = (0..10).fold(Counters::default(), |counters, _| counters.raised(&at(0, "first", 60)));
    counters.failures = 0;
    let open = (1..).find(|run| {
        let now = at(0, &run.to_string(), 600);
        counters.running = counters.running.seen(&now);
        counters.lock(&LIMITS, &now).is_none()
    });
    assert_eq!(open, Some(144));
}

#[test]
fn guards_are_read_as_they_are_written() {
    for guard in Guard::ALL {
        assert_eq!(Guard::parse(guard.key()), Some(guard));
    }
    assert_eq!(Guard::parse("Off"), None);
}
