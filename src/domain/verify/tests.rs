//! Every reason, at every moment that has ever broken a one-time password program.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::domain::otp::{Algorithm, Digits};
use crate::domain::time::Period;

fn secret() -> Secret {
    Secret::new(b"12345678901234567890".to_vec()).unwrap()
}

fn totp(period: u32, digits: u8) -> OtpParams {
    let period = Period::new(period).unwrap();
    OtpParams::new(Algorithm::Sha1, Digits::new(digits).unwrap(), OtpKind::Totp { period }).unwrap()
}

fn hotp(counter: u64) -> OtpParams {
    OtpParams::new(Algorithm::Sha1, Digits::new(9).unwrap(), OtpKind::Hotp { counter }).unwrap()
}

fn try_step(params: &OtpParams, step: Step, now: UnixTime, policy: Policy, last_used: Option<Step>) -> Verdict {
    verify(params, &secret(), &code_at(params, &secret(), step), now, policy, last_used)
}

fn at(step: u64, drift: i64, seconds: i64) -> Match {
    Match { step: Step(step), drift, seconds }
}

#[test]
fn a_window_above_ten_cannot_be_made() {
    for window in 0..=u8::MAX {
        assert_eq!(Policy::new(window).map(Policy::window), (window <= 10).then_some(window));
    }
    assert_eq!(Policy::new(1), Some(Policy::default()));
}

#[test]
fn every_reason_with_the_step_that_was_typed() {
    use Reason::*;
    use Verdict::*;
    // At 3 015 s with a period of 30 s now is step 100. (typed step, last used, one-time, outcome)
    let rows = [
        (100, None, true, Accepted(at(100, 0, 0))),
        (99, None, true, Accepted(at(99, -1, -30))),
        (101, None, true, Accepted(at(101, 1, 30))),
        (98, None, true, Refused(TooOld(at(98, -2, -60)))),
        (40, None, true, Refused(TooOld(at(40, -60, -1_800)))),
        (39, None, true, Refused(WrongCode)),
        (102, None, true, Refused(FromTheFuture(at(102, 2, 60)))),
        (160, None, true, Refused(FromTheFuture(at(160, 60, 1_800)))),
        (161, None, true, Refused(WrongCode)),
        (100, Some(99), true, Accepted(at(100, 0, 0))),
        (100, Some(100), true, Refused(AlreadyUsed(at(100, 0, 0)))),
        (99, Some(100), true, Refused(AlreadyUsed(at(99, -1, -30)))),
        (101, Some(100), true, Accepted(at(101, 1, 30))),
        (100, Some(101), true, Refused(AlreadyUsed(at(100, 0, 0)))),
        // The clock was set back: nothing at or below the last used step counts.
        (101, Some(5_000), true, Refused(AlreadyUsed(at(101, 1, 30)))),
        (110, Some(5_000), true, Refused(AlreadyUsed(at(110, 10, 300)))),
        (90, Some(90), true, Refused(AlreadyUsed(at(90, -10, -300)))),
        (91, Some(90), true, Refused(TooOld(at(91, -9, -270)))),
        (100, Some(100), false, Accepted(at(100, 0, 0))),
        (99, Some(100), false, Accepted(at(99, -1, -30))),
        (98, Some(100), false, Refused(TooOld(at(98, -2, -60)))),
    ];
    for (typed, last, one_time, outcome) in rows {
        let policy = Policy::default().with_one_time(one_time);
        let verdict = try_step(&totp(30, 9), Step(typed), UnixTime::from_secs(3_015), policy, last.map(Step));
        assert_eq!(verdict, outcome, "typed {typed}, last {last:?}, one-time {one_time}");
    }
}

#[test]
fn a_known_drift_moves_the_window() {
    use Reason::*;
    use Verdict::*;
    // At 3 015 s now is step 100. (stored drift, window, typed, outcome)
    let rows = [
        (-9, 1, 91, Accepted(at(91, -9, -270))),
        (-9, 1, 90, Accepted(at(90, -10, -300))),
        (-9, 1, 89, Refused(TooOld(at(89, -11, -330)))),
        (-9, 1, 93, Refused(FromTheFuture(at(93, -7, -210)))),
        (-9, 1, 100, Refused(FromTheFuture(at(100, 0, 0)))),
        (20, 10, 130, Accepted(at(130, 30, 900))),
        (20, 0, 119, Refused(TooOld(at(119, 19, 570)))),
        (99, 0, 120, Accepted(at(120, 20, 600))),
    ];
    for (drift, window, typed, outcome) in rows {
        let policy = Policy::new(window).unwrap().with_drift(drift);
        let verdict = try_step(&totp(30, 9), Step(typed), UnixTime::from_secs(3_015), policy, None);
        assert_eq!(verdict, outcome, "drift {drift}, window {window}, typed {typed}");
    }
}

#[test]
fn of_a_million_codes_those_of_the_window_are_accepted() {
    // The clock stands still, and each code meets a copy of one state. The right codes are computed once: what is asked is what
    // a login asks of them.
    let params = OtpParams::default();
    let now = UnixTime::from_secs(1_700_000_000);
    let place = Place { params: &params, origin: params.step_at(now), policy: Policy::default(), last_used: None };
    let inside = place.codes(&secret(), &[0, -1, 1]);
    let outside = place.codes(&secret(), &nearest_first().filter(|drift| drift.abs() > 1).collect::<Vec<_>>());
    let (mut typed, mut accepted) = (String::new(), std::collections::BTreeSet::new());
    for number in 0..1_000_000 {
        typed.clear();
        write!(typed, "{number:06}").unwrap();
        let code = Code::parse(&typed, &params).unwrap();
        if place.inside(&inside, &code).unwrap_or_else(|| place.outside(&outside, &code)).is_accepted() {
            accepted.insert(typed.clone());
        }
    }
    let right = inside.iter().map(|(_, _, code)| code.as_str().to_owned()).collect();
    assert_eq!(accepted, right);
}

#[test]
fn counters_look_ahead_and_never_back() {
    use Reason::*;
    use Verdict::*;
    // (counter in the account, last used, typed, window, outcome)
    let rows = [
        (7, None, 7, 1, Accepted(at(7, 0, 0))),
        (7, None, 8, 1, Accepted(at(8, 1, 0))),
        (7, None, 9, 1, Refused(FromTheFuture(at(9, 2, 0)))),
        (7, None, 6, 1, Refused(TooOld(at(6, -1, 0)))),
        (7, None, 6, 10, Refused(TooOld(at(6, -1, 0)))),
        (7, None, 17, 10, Accepted(at(17, 10, 0))),
        (7, None, 68, 1, Refused(WrongCode)),
        // What was used counts, not the counter that the account's owner has reached.
        (7, Some(9), 10, 0, Accepted(at(10, 0, 0))),
        (7, Some(9), 9, 1, Refused(AlreadyUsed(at(9, -1, 0)))),
        (7, Some(9), 7, 1, Refused(AlreadyUsed(at(7, -3, 0)))),
        (50, Some(9), 11, 1, Accepted(at(11, 1, 0))),
        (0, Some(u64::MAX), u64::MAX, 1, Refused(AlreadyUsed(at(u64::MAX, 0, 0)))),
    ];
    for (counter, last, typed, window, outcome) in rows {
        let policy = Policy::new(window).unwrap();
        let verdict = try_step(&hotp(counter), Step(typed), UnixTime::EPOCH, policy, last.map(Step));
        assert_eq!(verdict, outcome, "counter {counter}, last {last:?}, typed {typed}, window {window}");
    }
    let again = try_step(&hotp(7), Step(9), UnixTime::EPOCH, Policy::default().with_one_time(false), Some(Step(9)));
    assert_eq!(again, Refused(TooOld(at(9, -1, 0))));
}

#[test]
fn every_moment_and_every_window_without_a_panic() {
    let moments = [0, 29, 30, 59, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 32, 20_000_000_000, 1 << 53, i64::MAX as u64];
    for secs in moments.into_iter().chain([u64::MAX]) {
        for period in [1, 30, 86_400] {
            let (params, now) = (totp(period, 9), UnixTime::from_secs(secs));
            let current = params.step_at(now);
            for window in 0..=Policy::MAX_WINDOW {
                let policy = Policy::new(window).unwrap();
                for drift in [0, i64::from(window), -i64::from(window), i64::from(window) + 1, -i64::from(window) - 1] {
                    let Some(step) = current.offset(drift) else { continue };
                    let found = Match { step, drift, seconds: drift * i64::from(period) };
                    let expected = match drift {
                        _ if drift.unsigned_abs() <= u64::from(window) => Verdict::Accepted(found),
                        ..0 => Verdict::Refused(Reason::TooOld(found)),
                        _ => Verdict::Refused(Reason::FromTheFuture(found)),
                    };
                    assert_eq!(try_step(&params, step, now, policy, None), expected, "{secs} s, period {period}, {drift:+}");
                }
            }
        }
    }
}

#[test]
fn a_code_that_is_right_twice_is_not_refused_for_the_other_step() {
    // Five digits, found by search: two neighbouring steps with the same code.
    let params = totp(30, 5);
    let code = |step| code_at(&params, &secret(), Step(step));
    let first = (1_000..).find(|&step| bool::from(code(step).matches(&code(step + 1)))).unwrap();
    let second = Step(first + 1);
    let now = UnixTime::from_secs(first * 30);
    let verdict = |last_used| verify(&params, &secret(), &code(first), now, Policy::default(), last_used);
    assert_eq!(verdict(None), Verdict::Accepted(at(first, 0, 0)), "the nearest of two");
    assert_eq!(verdict(Some(Step(first))), Verdict::Accepted(at(first + 1, 1, 30)), "the one that was not used");
    assert_eq!(verdict(Some(second)), Verdict::Refused(Reason::AlreadyUsed(at(first, 0, 0))), "both are used");
}

#[test]
fn of_all_codes_three_are_accepted() {
    let params = totp(30, 5);
    let now = UnixTime::from_secs(1_700_000_000);
    let right: Vec<_> = (-1..=1).map(|drift| code_at(&params, &secret(), params.step_at(now).offset(drift).unwrap())).collect();
    // All 10^5 codes would each search the horizon; the ones around the right ones and a spread of others do.
    for number in (0..100_000).step_by(997).map(|n| format!("{n:05}")).chain(right.iter().map(|code| code.as_str().to_owned())) {
        let code = Code::parse(&number, &params).unwrap();
        let accepted = matches!(verify(&params, &secret(), &code, now, Policy::default(), None), Verdict::Accepted(_));
        assert_eq!(accepted, right.iter().any(|right| right.as_str() == number), "{number}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Ten digits of 31 bits: two of the 121 steps share a code once in some hundred thousand cases.
    #[test]
    fn accepted_is_within_the_window_and_above_the_last_used(
        secs in 0..u64::MAX, drift in -70i64..=70, window in 0u8..=10, last in proptest::option::of(-12i64..=12),
    ) {
        let (params, now) = (totp(30, 10), UnixTime::from_secs(secs));
        let current = params.step_at(now);
        let Some(step) = current.offset(drift) else { return Ok(()) };
        let last_used = last.and_then(|last| current.offset(last));
        let verdict = try_step(&params, step, now, Policy::new(window).unwrap(), last_used);
        let fresh = last_used.is_none_or(|last| step > last);
        let found = Match { step, drift, seconds: drift * 30 };
        let inside = drift.unsigned_abs() <= u64::from(window);
        let expected = match () {
            () if inside && fresh => Verdict::Accepted(found),
            () if drift.unsigned_abs() > u64::from(HORIZON) => Verdict::Refused(Reason::WrongCode),
            () if !fresh && (inside || drift > 0 || last_used == Some(step)) => Verdict::Refused(Reason::AlreadyUsed(found)),
            () if drift < 0 => Verdict::Refused(Reason::TooOld(found)),
            () => Verdict::Refused(Reason::FromTheFuture(found)),
        };
        prop_assert_eq!(verdict, expected);
    }
}
