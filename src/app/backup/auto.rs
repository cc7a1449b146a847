//! When an automatic backup is due, what it is called, and which ones are no longer kept.
//!
//! - Only what has changed since the last one is backed up, whoever changed it: the generation of the vault tells.
//! - Never more than one an hour. What came in between is backed up when the hour is over, or at the next start.
//! - One that failed is tried again after five minutes.
//! - An empty vault is not backed up: ten of those would push out the good ones.
//! - [`KEPT`] stay. A name that is not of our pattern is not touched.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::UnixTime;

use super::Last;

/// How many automatic backups are kept.
pub const KEPT: usize = 10;
/// The name of an automatic backup, as it is described to people; the time is UTC.
pub const PATTERN: &str = "halfminute-2026-11-25T0114Z.age";

/// Between two of them.
const APART: Duration = Duration::from_secs(3_600);
/// Before one that failed is tried again.
const AGAIN: Duration = Duration::from_secs(300);

/// Whether an automatic backup is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// There is nothing new.
    No,
    /// At this moment.
    At(UnixTime),
    /// At once.
    Now,
}

/// Whether a vault at `generation` with `entries` is due at `now`, after the `last` automatic backup and a failure at `failed`.
/// A moment in the future (the clock was corrected) holds nothing up.
#[must_use]
pub fn due(last: Option<&Last>, failed: Option<UnixTime>, generation: u64, entries: usize, now: UnixTime) -> Due {
    if entries == 0 || last.is_some_and(|last| last.generation == generation) {
        return Due::No;
    }
    let after = |at: UnixTime, wait: Duration| if at > now { now } else { at.plus(wait) };
    let moments = [last.map(|last| after(UnixTime::from_secs(last.at), APART)), failed.map(|at| after(at, AGAIN))];
    match moments.into_iter().flatten().max() {
        Some(at) if at > now => Due::At(at),
        _ => Due::Now,
    }
}

/// The name of an automatic backup made at `now`; `None` beyond the year 9999.
#[must_use]
pub fn name_at(now: UnixTime) -> Option<String> {
    let moment = Timestamp::from_second(i64::try_from(now.secs()).ok()?).ok()?;
    let name = moment.strftime("halfminute-%Y-%m-%dT%H%MZ.age").to_string();
    is_ours(&name).then_some(name)
}

/// Whether `name` is that of an automatic backup, to the letter.
#[must_use]
pub fn is_ours(name: &str) -> bool {
    name.len() == PATTERN.len()
        && name.bytes().zip(PATTERN.bytes()).all(
            |(is, pattern)| {
                if pattern.is_ascii_digit() { is.is_ascii_digit() } else { is == pattern }
            },
        )
}

/// Which of `names` go, now that `made` is there: ours beyond the newest [`KEPT`]. `made` itself stays, whatever the clock said
/// when the others were made.
#[must_use]
pub fn surplus(names: &[String], made: &str) -> Vec<String> {
    let mut ours: Vec<&String> = names.iter().filter(|name| is_ours(name) && *name != made).collect();
    ours.sort();
    let most = KEPT - 1;
    ours.iter().take(ours.len().saturating_sub(most)).map(|name| (*name).clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_the_next_one_is_due() {
        let at = UnixTime::from_secs;
        let last = |at: u64, generation: u64| Some(Last { at, generation, ..Last::default() });
        let rows = [
            (None, None, 1, 1, 10_000, Due::Now),
            (None, None, 1, 0, 10_000, Due::No),
            (last(9_000, 1), None, 1, 1, 10_000, Due::No),
            (last(9_000, 1), None, 1, 1, 1_000_000, Due::No),
            (last(9_000, 1), None, 2, 1, 10_000, Due::At(at(12_600))),
            (last(9_000, 1), None, 2, 1, 12_599, Due::At(at(12_600))),
            (last(9_000, 1), None, 2, 1, 12_600, Due::Now),
            // Another vault, or an older state of this one: other numbers are other contents.
            (last(9_000, 7), None, 2, 1, 12_600, Due::Now),
            (None, Some(at(10_000)), 1, 1, 10_100, Due::At(at(10_300))),
            (None, Some(at(10_000)), 1, 1, 10_300, Due::Now),
            (last(9_000, 1), Some(at(12_600)), 2, 1, 12_700, Due::At(at(12_900))),
            // The clock was set back by years.
            (last(900_000_000, 1), Some(at(900_000_000)), 2, 1, 10_000, Due::Now),
        ];
        for (last, failed, generation, entries, now, expected) in rows {
            let answer = due(last.as_ref(), failed, generation, entries, at(now));
            assert_eq!(answer, expected, "{last:?} {failed:?} {generation} {entries} {now}");
        }
    }

    #[test]
    fn names_are_ours_to_the_letter() {
        assert_eq!(name_at(UnixTime::from_secs(1_795_569_240)).as_deref(), Some(PATTERN));
        assert_eq!(name_at(UnixTime::EPOCH).as_deref(), Some("halfminute-1970-01-01T0000Z.age"));
        assert_eq!(name_at(UnixTime::from_secs(u64::MAX)), None);
        for not in [
            "halfminute.age",
            "halfminute-2026-11-25T0114Z.age.txt",
            "Halfminute-2026-11-25T0114Z.age",
            "halfminute-2026-11-25T011400Z.age",
            "halfminute-2026-11-25 0114Z.age",
            "halfminute-2026-1١-25T0114Z.age",
            " halfminute-2026-11-25T0114Z.age",
            "",
        ] {
            assert!(!is_ours(not), "{not}");
        }
    }

    #[test]
    fn ten_are_kept_and_nothing_else_is_touched() {
        let name = |day: usize| format!("halfminute-2026-11-{day:02}T0000Z.age");
        let mut names: Vec<String> = (1..=12).map(name).collect();
        names.push("vault.age".into());
        names.push("halfminute-old.age".into());
        assert_eq!(surplus(&names, &name(12)), [name(1), name(2)]);
        // Ten from a clock that stood in the future: the new one is not the one that goes.
        let ahead: Vec<String> = (10..20).map(|day| format!("halfminute-2036-01-{day}T0000Z.age")).chain([name(1)]).collect();
        assert_eq!(surplus(&ahead, &name(1)), ["halfminute-2036-01-10T0000Z.age"]);
        assert_eq!(surplus(&names[..10], &name(10)), Vec::<String>::new());
    }
}
