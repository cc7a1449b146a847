//! The picture of the window: the steps around now, which of them count, which were used, which was typed.

use super::{Match, Policy, in_window, origin};
use crate::domain::otp::{OtpKind, OtpParams};
use crate::domain::time::{Step, UnixTime};

/// The longest picture, in steps.
const LONGEST: i64 = 15;
/// Steps shown beyond either end of the window.
const MARGIN: i64 = 2;

/// One step of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StripStep {
    /// The step.
    pub step: Step,
    /// Steps from now to it; 0 is now.
    pub offset: i64,
    /// Its code would count now, if it was not used.
    pub in_window: bool,
    /// Its code was accepted before.
    pub used: bool,
    /// Its code is the one that was typed.
    pub matched: bool,
}

/// The steps around `now` in ascending order, at least 1 and at most 15 of them: the window, two more on either side, and as
/// far as the step that was typed if now and that step fit into one picture. If they do not, no step is `matched`: the caller
/// points beyond the edge. Of a window wider than the picture the outermost steps are left out. Where the window lies around a
/// phone's drift, the picture is as much longer as it takes to hold both it and now.
///
/// `used` are the steps accepted before, in any order. For HOTP now is the counter that was expected when `matched` was
/// found; without one, one above the highest of `used`, or the counter in `params`.
#[must_use]
pub fn strip(params: &OtpParams, now: UnixTime, policy: Policy, used: &[Step], matched: Option<Match>) -> Vec<StripStep> {
    let hotp = matches!(params.kind(), OtpKind::Hotp { .. });
    let expected = matched.filter(|_| hotp).and_then(|found| found.step.offset(found.drift.checked_neg()?));
    let origin = expected.unwrap_or_else(|| origin(params, now, used.iter().max().copied()));
    let typed = matched.map(|found| found.step.distance_from(origin));
    let (earliest, latest) = match policy.drift() {
        drift if drift == 0 || hotp => edges(i64::from(policy.window()), hotp, typed),
        drift => {
            let (earliest, latest) = edges(i64::from(policy.window()), hotp, typed.map(|typed| typed - drift));
            ((earliest + drift).min(-MARGIN), (latest + drift).max(MARGIN))
        }
    };
    let picture = |offset: i64| {
        let step = origin.offset(offset)?;
        Some(StripStep {
            step,
            offset,
            in_window: in_window(params, policy, origin, offset),
            used: used.contains(&step),
            matched: typed == Some(offset),
        })
    };
    (earliest..=latest).filter_map(picture).collect()
}

/// The first and the last offset shown: 0 lies between them, and they are less than [`LONGEST`] apart.
fn edges(window: i64, hotp: bool, typed: Option<i64>) -> (i64, i64) {
    let half = LONGEST / 2;
    let (earliest, latest) = match hotp {
        true => (-MARGIN, (window + MARGIN).min(LONGEST - 1 - MARGIN)),
        false => (-(window + MARGIN).min(half), (window + MARGIN).min(half)),
    };
    match typed {
        Some(typed) if typed < earliest && typed > -LONGEST => (typed, latest.min(typed + LONGEST - 1)),
        Some(typed) if typed > latest && typed < LONGEST => (earliest.max(typed - LONGEST + 1), typed),
        _ => (earliest, latest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::otp::{Algorithm, Digits};

    fn hotp(counter: u64) -> OtpParams {
        OtpParams::new(Algorithm::Sha1, Digits::SIX, OtpKind::Hotp { counter }).unwrap()
    }

    fn found(step: u64, drift: i64) -> Option<Match> {
        Some(Match { step: Step(step), drift, seconds: drift * 30 })
    }

    #[test]
    fn as_far_as_the_window_two_more_and_the_typed_step_when_it_fits() {
        // (window, typed step's distance from now, first and last offset, whether the typed step is in the picture)
        let rows = [
            (0, None, -2, 2, false),
            (1, None, -3, 3, false),
            (1, Some(0), -3, 3, true),
            (1, Some(-3), -3, 3, true),
            (1, Some(-5), -5, 3, true),
            (1, Some(5), -3, 5, true),
            (1, Some(-14), -14, 0, true),
            (1, Some(14), 0, 14, true),
            (1, Some(-15), -3, 3, false),
            (1, Some(15), -3, 3, false),
            (1, Some(60), -3, 3, false),
            (5, None, -7, 7, false),
            (10, None, -7, 7, false),
            (10, Some(9), -5, 9, true),
            (10, Some(-10), -10, 4, true),
        ];
        for (window, typed, first, last, there) in rows {
            let policy = Policy::new(window).unwrap();
            let matched = typed.and_then(|drift: i64| found(100u64.checked_add_signed(drift).unwrap(), drift));
            let steps = strip(&OtpParams::default(), UnixTime::from_secs(3_015), policy, &[], matched);
            let row = format!("window {window}, typed {typed:?}");
            assert_eq!((steps[0].offset, steps[steps.len() - 1].offset), (first, last), "{row}");
            assert_eq!(steps.iter().filter(|step| step.matched).count(), usize::from(there), "{row}");
            for step in &steps {
                assert_eq!(step.step.distance_from(Step(100)), step.offset, "{row}");
                assert_eq!(step.in_window, step.offset.unsigned_abs() <= u64::from(window), "{row}");
                assert_eq!(step.matched, typed == Some(step.offset), "{row}");
            }
        }
    }

    #[test]
    fn used_steps_are_marked_and_no_others() {
        let used = [Step(99), Step(101), Step(7)];
        let steps = strip(&OtpParams::default(), UnixTime::from_secs(3_000), Policy::default(), &used, None);
        let marked: Vec<_> = steps.iter().filter(|step| step.used).map(|step| step.offset).collect();
        assert_eq!(marked, [-1, 1]);
    }

    #[test]
    fn the_picture_moves_on_with_the_clock_while_the_typed_step_stays() {
        let steps = strip(&OtpParams::default(), UnixTime::from_secs(3_060), Policy::default(), &[], found(100, 0));
        let typed = steps.iter().find(|step| step.matched).unwrap();
        assert_eq!((typed.step, typed.offset, typed.in_window), (Step(100), -2, false));
    }

    #[test]
    fn a_window_around_a_drift_is_shown_with_now() {
        for (drift, typed, first, last) in [(-9, -9, -12, 2), (-9, -10, -12, 2), (20, 20, -2, 23), (1, 0, -2, 4), (-3, -9, -9, 2)]
        {
            let policy = Policy::default().with_drift(drift);
            let matched = found(100u64.checked_add_signed(typed).unwrap(), typed);
            let steps = strip(&OtpParams::default(), UnixTime::from_secs(3_015), policy, &[], matched);
            assert_eq!((steps[0].offset, steps[steps.len() - 1].offset), (first, last), "{drift} {typed}");
            let inside: Vec<_> = steps.iter().filter(|step| step.in_window).map(|step| step.offset).collect();
            assert_eq!(inside, [drift - 1, drift, drift + 1], "{drift} {typed}");
            assert!(steps.iter().any(|step| step.matched && step.offset == typed), "{drift} {typed}");
        }
    }

    #[test]
    fn counters_look_ahead_only() {
        let rows = [
            // (used, matched, now, first, last)
            (vec![], None, 5, 3, 8),
            (vec![Step(8), Step(4)], None, 9, 7, 12),
            // It was found when 7 was expected, and has been burned since.
            (vec![Step(8)], found(8, 1), 7, 5, 10),
        ];
        for (used, matched, now, first, last) in rows {
            let steps = strip(&hotp(5), UnixTime::EPOCH, Policy::default(), &used, matched);
            let shown: Vec<_> = steps.iter().map(|step| step.step.0).collect();
            assert_eq!(shown, (first..=last).collect::<Vec<_>>());
            let counts: Vec<_> = steps.iter().filter(|step| step.in_window).map(|step| step.step.0).collect();
            assert_eq!(counts, [now, now + 1]);
        }
    }

    #[test]
    fn the_ends_of_time_cut_the_picture_short() {
        let rows = [(0, vec![0, 1, 2, 3]), (30, vec![0, 1, 2, 3, 4])];
        for (secs, shown) in rows {
            let steps = strip(&OtpParams::default(), UnixTime::from_secs(secs), Policy::default(), &[], None);
            assert_eq!(steps.iter().map(|step| step.step.0).collect::<Vec<_>>(), shown, "at {secs}");
        }
        let last = strip(&hotp(0), UnixTime::EPOCH, Policy::default(), &[Step(u64::MAX)], None);
        assert_eq!(last.iter().map(|step| step.offset).collect::<Vec<_>>(), [-2, -1, 0]);
    }
}
