//! Words for the login test beside its verdicts: failures, rules and their odds, the owner's acts, phones that are off.

use std::path::Path;

use crate::app::model::Standing;
use crate::domain::rules::Odds;
use crate::domain::{Guard, Lock, Match, Reason, Verdict};

use super::Notice;
use super::verdicts::{grouped, span, times, verdict};

/// A test user is gone.
#[must_use]
pub fn user_removed() -> Notice {
    Notice::plain("Test user removed")
}

/// There is no such test user any more.
#[must_use]
pub fn no_such_user() -> Notice {
    Notice::plain("This test user is not there any more")
}

/// Failures are forgotten.
#[must_use]
pub fn counters_reset(user: &str) -> Notice {
    Notice::plain(format!("The failures of {user} are forgotten"))
}

/// Used steps are forgotten.
#[must_use]
pub fn used_forgotten(user: &str) -> Notice {
    Notice::plain(format!("The used codes of {user} count again"))
}

/// A drift is kept, or forgotten.
#[must_use]
pub fn drift_stored(steps: i64) -> Notice {
    match steps {
        0 => Notice::plain("The drift is forgotten: the window lies around now again"),
        _ => Notice::plain(format!("The window lies {} from now on", around(steps))),
    }
}

fn around(steps: i64) -> String {
    let word = if steps < 0 { "before" } else { "after" };
    format!("{} {word} this clock", times(steps.unsigned_abs(), "step"))
}

/// The history is empty.
#[must_use]
pub fn history_cleared() -> Notice {
    Notice::plain("The history is cleared")
}

/// A table was written.
#[must_use]
pub fn csv_saved(path: &Path) -> Notice {
    Notice::plain(format!("History saved as {}", path.display()))
}

/// Where two codes in a row lie. `timed`: the account goes by time, not by a counter.
#[must_use]
pub fn resynchronised(hit: &Match, timed: bool) -> Notice {
    match (hit.drift, hit.seconds) {
        (0, _) if timed => Notice::plain("Two codes in a row. The phone's clock agrees with this one"),
        (0, _) => Notice::plain("Two codes in a row. The phone's counter agrees with this one"),
        (drift, _) if !timed => Notice::plain(format!(
            "Two codes in a row. The phone's counter was {} ahead, and goes on from there",
            drift.unsigned_abs()
        )),
        (drift, seconds) => {
            let word = if drift < 0 { "behind" } else { "ahead" };
            let by = span(seconds.unsigned_abs());
            Notice::plain(format!(
                "Two codes in a row. The phone's clock is {by} {word} ({})",
                times(drift.unsigned_abs(), "step")
            ))
        }
    }
}

/// Where the failures stand, in one line.
#[must_use]
pub fn standing(standing: &Standing) -> String {
    let Standing { failures, today, limits, .. } = standing;
    let next = limits.delay(failures + 1);
    let cost = match standing.lock {
        // Then there is no next one that could cost anything.
        Some(Lock::Day(_) | Lock::Disabled) => String::new(),
        // While it holds nothing is compared, and nothing costs.
        Some(Lock::Delay(_)) => format!(". After it the next one costs {}", span(next.as_secs())),
        _ if next.is_zero() => ". The next one costs no time".to_owned(),
        _ => format!(". The next one costs {}", span(next.as_secs())),
    };
    format!("{failures} of {} failures in a row, {today} of {} within 24 hours{cost}", limits.stop, limits.per_day)
}

/// This failure has locked the test user.
#[must_use]
pub fn locked_from_now_on(lock: Lock) -> Notice {
    let said = verdict(&Verdict::Refused(Reason::Locked(lock)), true).1;
    Notice::new(said.text, "It holds from now on: nothing is compared meanwhile")
}

/// What a guard does.
#[must_use]
pub fn guard(guard: Guard) -> String {
    let Some(limits) = guard.limits() else {
        return "No lock-out: a failure costs nothing. For trying things out, never for a real service".to_owned();
    };
    format!(
        "{} failures in a row are free. The next one costs {}, each one after it twice as long, {} at most. After {} within 24 hours \
         nothing more is compared that day; after {} in a row nothing at all, until you reset the counter",
        limits.free,
        span(limits.first.as_secs()),
        span(limits.longest.as_secs()),
        limits.per_day,
        limits.stop
    )
}

/// A test user without an account.
#[must_use]
pub fn no_account_counts() -> Notice {
    Notice::new("No code lets this user in yet", "Choose at least one account")
}

/// Codes that count more than once.
#[must_use]
pub fn codes_count_again() -> Notice {
    Notice::plain("A code that was seen by somebody can be used once more: never what a service should do")
}

/// How likely a guess is accepted.
#[must_use]
pub fn odds(odds: &Odds) -> String {
    let year = match odds.per_day {
        Some(tries) => format!("{} in a year of {tries} tries a day", chance(odds.year)),
        None => format!("{} in a year of one try a second", chance(odds.year)),
    };
    format!(
        "The odds of a guesser who has the password: {} at one try, {} at ten, {} at a hundred; {year}",
        chance(odds.one),
        chance(odds.ten),
        chance(odds.hundred)
    )
}

/// "1 in 333 333", or "1.1 %" from one percent on.
#[must_use]
pub fn chance(probability: f64) -> String {
    match probability {
        p if p >= 0.995 => "certainty".to_owned(),
        p if p >= 0.01 => format!("{:.1} %", p * 100.0),
        p if p > 0.0 => format!("1\u{a0}in\u{a0}{}", grouped((1.0 / p).round() as u64)),
        _ => "no chance".to_owned(),
    }
}

/// What a real login page says of a refusal, and why it says no more.
#[must_use]
pub fn real_page(accepted: bool) -> &'static str {
    if accepted {
        "A real login page says: “Welcome”"
    } else {
        "A real login page says only: “User name, password or code is wrong”"
    }
}

/// A phone whose codes all come late, or early.
#[must_use]
pub fn phone_drifts(account: &str, seconds: i64) -> Notice {
    let word = if seconds < 0 { "late" } else { "early" };
    let (phone, other) = if seconds < 0 { ("slow", "fast") } else { ("fast", "slow") };
    Notice::new(
        format!("The last five codes of {account} were all {word}, by {} or more", span(seconds.unsigned_abs())),
        format!("The phone's clock is {phone}, or this computer's is {other}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{OtpParams, Preset, Step};

    #[test]
    fn odds_in_words() {
        let said = odds(&Preset::Recommended.rules().odds(&OtpParams::default()));
        assert_eq!(
            said.replace('\u{a0}', " "),
            "The odds of a guesser who has the password: 1 in 333 333 at one try, 1 in 33 334 at ten, 1 in 3 334 at a hundred; \
             1.1 % in a year of 10 tries a day"
        );
        for (probability, text) in [(1.0, "certainty"), (0.5, "50.0 %"), (0.001, "1\u{a0}in\u{a0}1\u{a0}000"), (0.0, "no chance")]
        {
            assert_eq!(chance(probability), text);
        }
    }

    #[test]
    fn where_two_codes_in_a_row_lie() {
        let hit = |drift, seconds| resynchronised(&Match { step: Step(9), drift, seconds }, true).text;
        let counted = |drift| resynchronised(&Match { step: Step(9), drift, seconds: 0 }, false).text;
        assert_eq!(hit(0, 0), "Two codes in a row. The phone's clock agrees with this one");
        assert_eq!(hit(-9, -270), "Two codes in a row. The phone's clock is 4 min 30 s behind (9 steps)");
        assert_eq!(counted(0), "Two codes in a row. The phone's counter agrees with this one");
        assert_eq!(counted(30), "Two codes in a row. The phone's counter was 30 ahead, and goes on from there");
    }
}
