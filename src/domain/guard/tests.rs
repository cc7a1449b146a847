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
    let almost = Counters { failures: 99, recent: Vec::new() };
    assert_eq!(almost.lock(&LIMITS, &moment(9)), None);
    let end = almost.raised(&moment(9));
    for now in [9, 1 << 40, u64::MAX] {
        assert_eq!(end.lock(&LIMITS, &moment(now)), Some(Lock::Disabled), "{now}");
    }
}

#[test]
fn no_clock_shortens_a_lock_out() {
    // Five failures until 1 000 000 s by the wall and 500 s after the start: half a minute is due.
    let five = Counters { failures: 5, recent: vec![at(1_000_000, "a", 500)] };
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
    let blind = Counters { failures: 5, recent: vec![Moment::of_wall(until(1_000))] };
    assert_eq!(blind.lock(&LIMITS, &Moment::of_wall(until(10))), Some(Lock::Delay(until(40))));
    assert_eq!(blind.lock(&LIMITS, &Moment::of_wall(until(1_030))), None);
}

#[test]
fn guards_are_read_as_they_are_written() {
    for guard in Guard::ALL {
        assert_eq!(Guard::parse(guard.key()), Some(guard));
    }
    assert_eq!(Guard::parse("Off"), None);
}
