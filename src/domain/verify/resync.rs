//! Two codes in a row say where a phone is: its clock's drift, or its counter.

use subtle::{Choice, ConditionallySelectable};

use super::{Match, origin, seconds};
use crate::domain::code::{Code, code_at};
use crate::domain::otp::{OtpKind, OtpParams};
use crate::domain::secret::Secret;
use crate::domain::time::{Step, UnixTime};

/// How many steps before and after now both codes are looked for.
pub const RESYNC_STEPS: i64 = 20;
/// How many counters ahead of the expected one (RFC 4226 section 7.4).
pub const RESYNC_COUNTERS: i64 = 100;

/// The step of `second`, if `first` is the code of the step before it: for a time-based account both within 20 steps of `now`,
/// for a counter both within 100 of the expected one. Of several places the nearest to now, and of two equally near the earlier.
///
/// By chance two codes of six digits fit with a probability of 4 · 10⁻¹¹. Every place is computed and compared, whatever matches.
#[must_use]
pub fn resync(
    params: &OtpParams,
    secret: &Secret,
    [first, second]: [&Code; 2],
    now: UnixTime,
    last_used: Option<Step>,
) -> Option<Match> {
    let origin = origin(params, now, last_used);
    let drifts: Vec<i64> = match params.kind() {
        OtpKind::Hotp { .. } => (1..=RESYNC_COUNTERS).collect(),
        OtpKind::Totp { .. } | OtpKind::Steam { .. } => {
            let mut drifts: Vec<i64> = (1 - RESYNC_STEPS..=RESYNC_STEPS).collect();
            drifts.sort_by_key(|&drift| (drift.abs(), drift));
            drifts
        }
    };
    let (mut found, mut drift) = (Choice::from(0), 0i64);
    for place in drifts {
        let (Some(before), Some(step)) = (origin.offset(place - 1), origin.offset(place)) else { continue };
        let hit = code_at(params, secret, before).matches(first) & code_at(params, secret, step).matches(second);
        drift.conditional_assign(&place, hit & !found);
        found |= hit;
    }
    let step = bool::from(found).then(|| origin.offset(drift)).flatten()?;
    Some(Match { step, drift, seconds: seconds(params, drift) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::otp::{Algorithm, Digits};

    fn found(params: &OtpParams, steps: [u64; 2], last: Option<u64>) -> Option<i64> {
        let secret = Secret::new(b"12345678901234567890".to_vec()).unwrap();
        let codes = steps.map(|step| code_at(params, &secret, Step(step)));
        resync(params, &secret, [&codes[0], &codes[1]], UnixTime::from_secs(3_015), last.map(Step)).map(|hit| hit.drift)
    }

    #[test]
    fn two_codes_in_a_row_within_twenty_steps() {
        let totp = OtpParams::default();
        // At 3 015 s now is step 100.
        let rows = [
            ([99, 100], Some(0)),
            ([100, 101], Some(1)),
            ([119, 120], Some(20)),
            ([120, 121], None),
            ([80, 81], Some(-19)),
            ([79, 80], None),
            ([100, 99], None),
            ([90, 92], None),
            ([90, 90], None),
        ];
        for (steps, drift) in rows {
            assert_eq!(found(&totp, steps, None), drift, "{steps:?}");
        }
    }

    #[test]
    fn two_counters_in_a_row_within_a_hundred() {
        let hotp = OtpParams::new(Algorithm::Sha1, Digits::SIX, OtpKind::Hotp { counter: 7 }).unwrap();
        let rows = [
            ([7, 8], None, Some(1)),
            ([106, 107], None, Some(100)),
            ([107, 108], None, None),
            ([6, 7], None, None),
            ([50, 51], Some(20), Some(30)),
            ([20, 21], Some(20), None),
        ];
        for (steps, last, drift) in rows {
            assert_eq!(found(&hotp, steps, last), drift, "{steps:?} {last:?}");
        }
    }
}
