//! Words for the login test: a verdict, its reason, how far off a code is.

use crate::domain::verify::{HORIZON, RESYNC_COUNTERS, RESYNC_STEPS};
use crate::domain::{CodeError, Lock, Match, Reason, UnixTime, Verdict};

use super::Notice;

/// A verdict: its one word, and its reason in words. `timed`: the account goes by time, not by a counter.
#[must_use]
pub fn verdict(verdict: &Verdict, timed: bool) -> (&'static str, Notice) {
    match verdict {
        Verdict::Accepted(hit) if timed => ("Accepted", accepted(hit)),
        Verdict::Accepted(hit) => ("Accepted", counted(hit)),
        Verdict::Recovered { left } => ("Accepted", recovered(*left)),
        Verdict::Refused(reason) => ("Refused", if timed { None } else { by_counter(reason) }.unwrap_or_else(|| refused(reason))),
    }
}

fn recovered(left: u8) -> Notice {
    let advice = match left {
        0 => "That was the last one. Make new ones",
        1..=3 => "Make new ones soon",
        _ => "",
    };
    Notice::new(format!("Recovery code used. {left} are left"), advice)
}

/// "14:03:20" in the computer's own time zone, with the day where that may be another one.
fn moment(at: UnixTime, day: bool) -> String {
    let form = if day { "%H:%M:%S on %Y-%m-%d" } else { "%H:%M:%S" };
    let timestamp = i64::try_from(at.secs()).ok().and_then(|secs| jiff::Timestamp::from_second(secs).ok());
    let zoned = timestamp.map(|timestamp| timestamp.to_zoned_datetime(jiff::tz::TimeZone::system()));
    zoned.map_or_else(|| format!("{} s", at.secs()), |zoned| zoned.strftime(form).to_string())
}

fn accepted(hit: &Match) -> Notice {
    match hit.drift {
        0 => Notice::plain("The code is the current one"),
        _ => Notice::plain(format!("The code is {} and within the window", off(hit))),
    }
}

/// A counter-based code that counts.
fn counted(hit: &Match) -> Notice {
    match hit.drift {
        0 => Notice::plain("The code is that of the counter"),
        ahead => Notice::plain(format!("The code is {} ahead of the counter, and within the window", ahead.unsigned_abs())),
    }
}

/// The reasons that a counter gives its own words.
fn by_counter(reason: &Reason) -> Option<Notice> {
    let another = "Make a new code on the phone";
    Some(match reason {
        Reason::AlreadyUsed(_) => Notice::new(
            "Already used: this code, or a later one, was accepted before",
            format!("{another}. A code counts only once"),
        ),
        Reason::TooOld(hit) => {
            Notice::new(format!("Too old: the code is {} behind the counter", hit.drift.unsigned_abs()), another)
        }
        Reason::FromTheFuture(hit) => Notice::new(
            format!("From the future: the code is {} ahead of the counter", hit.drift),
            "Codes were made on the phone that nobody typed. “Two codes in a row…” in the login test brings the counter up to them",
        ),
        Reason::WrongCode => Notice::new(
            "Wrong code",
            format!(
                "None of the {HORIZON} codes on either side of the counter is it. Compare the secret, the hash and the digits with the phone's"
            ),
        ),
        Reason::NotInARow => Notice::new(
            "These are not two codes in a row",
            format!(
                "No two neighbouring codes up to {RESYNC_COUNTERS} after the counter are these. If they did come one after the other, log in \
                 with the second: what it would be right for is then searched"
            ),
        ),
        _ => return None,
    })
}

fn refused(reason: &Reason) -> Notice {
    match reason {
        Reason::NotACode(error) => code_error(error),
        Reason::AlreadyUsed(_) => Notice::new(
            "Already used: this code, or a later one, was accepted before",
            "Wait for the next code. A code counts only once",
        ),
        Reason::TooOld(hit @ Match { drift: 0.., .. }) | Reason::FromTheFuture(hit @ Match { drift: ..=0, .. }) => Notice::new(
            format!(
                "Outside of the window around the stored drift: the code is {}",
                if hit.drift == 0 { "the current one".to_owned() } else { off(hit) }
            ),
            "If the phone's clock was set right, forget its stored drift",
        ),
        Reason::TooOld(hit) => Notice::new(
            format!("Too old: the code is {}", off(hit)),
            "Type the current code. If it was current, the phone's clock is slow",
        ),
        Reason::FromTheFuture(hit) => Notice::new(
            format!("From the future: the code is {}", off(hit)),
            "The phone's clock is fast, or this computer's is slow",
        ),
        Reason::WrongCode => Notice::new(
            "Wrong code",
            format!(
                "None of the {HORIZON} codes before and after the current one is it. Compare the secret, the hash and the digits with the phone's"
            ),
        ),
        Reason::UnknownUser => {
            Notice::new("Unknown user", "No test user has this name; capital letters count. “New test user…” makes one")
        }
        Reason::WrongPassword => Notice::new("Wrong password", "The code was not looked at"),
        Reason::Locked(Lock::Delay(until)) => Notice::new(
            format!("Locked until {}: too many failures in a row", moment(*until, false)),
            "Nothing was compared. This try does not make the wait longer",
        ),
        Reason::Locked(Lock::Day(until)) => Notice::new(
            format!("Locked until {}: too many failures in 24 hours", moment(*until, true)),
            "Nothing was compared. This try does not make the wait longer; time for which the computer is off does not count",
        ),
        Reason::Locked(Lock::Disabled) => Notice::new(
            "Disabled after too many failures in a row",
            "Nothing was compared. Only resetting the counter opens it again",
        ),
        Reason::NoSuchRecoveryCode => {
            Notice::new("No recovery code of this user is this one", "Codes that were made before the newest ones do not count")
        }
        Reason::RecoveryCodeUsed => Notice::new("This recovery code was used before", "Each counts once. Take another one"),
        Reason::NotInARow => Notice::new(
            "These are not two codes in a row",
            format!(
                "No two neighbouring codes of this account within {RESYNC_STEPS} steps of now are these. If \
                 they did come one after the other, log in with the second: what it would be right for is then searched"
            ),
        ),
        Reason::NoAccount => {
            Notice::new("This user has no account", "Give it one with Edit…, or take its account out of the trash")
        }
    }
}

/// The stable key of a reason, in words.
#[must_use]
pub fn reason_word(key: &str) -> &str {
    match key {
        "accepted" => "Accepted",
        "not-a-code" => "Not a code",
        "already-used" => "Already used",
        "too-old" => "Too old",
        "from-the-future" => "From the future",
        "wrong-code" => "Wrong code",
        "unknown-user" => "Unknown user",
        "wrong-password" => "Wrong password",
        "no-account" => "No account",
        "locked" => "Locked",
        "disabled" => "Disabled",
        "recovery-code" => "Recovery code",
        "wrong-recovery-code" => "No such recovery code",
        "recovery-code-used" => "Recovery code used before",
        "not-in-a-row" => "Not in a row",
        "resynchronised" => "Resynchronised",
        "interrupted" => "Interrupted",
        "counters-reset" => "Counters reset",
        "used-forgotten" => "Used codes forgotten",
        "drift-stored" => "Drift stored",
        "recovery-made" => "Recovery codes made",
        other => other,
    }
}

/// "5 steps late, 2 min 30 s ago" or "1 step early, 30 s ahead".
fn off(hit: &Match) -> String {
    let steps = times(hit.drift.unsigned_abs(), "step");
    let (word, end) = if hit.drift < 0 { ("late", "ago") } else { ("early", "ahead") };
    format!("{steps} {word} ({} {end})", span(hit.seconds.unsigned_abs()))
}

/// "1 step", "5 steps".
pub(super) fn times(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// "100 000": by threes, which no line break takes apart.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    out
}

/// A span in at most two units: "45 s", "2 min 30 s", "3 h 5 min".
#[must_use]
pub fn span(secs: u64) -> String {
    let two = |big: u64, unit: &str, small: u64, small_unit: &str| {
        if small == 0 { format!("{big} {unit}") } else { format!("{big} {unit} {small} {small_unit}") }
    };
    match secs {
        0..60 => format!("{secs} s"),
        60..3_600 => two(secs / 60, "min", secs % 60, "s"),
        3_600..86_400 => two(secs / 3_600, "h", secs % 3_600 / 60, "min"),
        _ => two(secs / 86_400, "d", secs % 86_400 / 3_600, "h"),
    }
}

/// Why what was typed is not a code.
#[must_use]
pub fn code_error(error: &CodeError) -> Notice {
    match error {
        CodeError::Empty => Notice::new("Not a code: nothing was typed", "Type the code that the phone shows"),
        CodeError::Length { found, expected } => {
            Notice::new(format!("Not a code: {found} characters instead of {expected}"), "Type all of them. Spaces do not matter")
        }
        CodeError::Character { position } => {
            Notice::new(format!("Not a code: character {position} does not belong"), "Type the code as the phone shows it")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Step;

    #[test]
    fn verdicts_in_words() {
        let hit = |drift, seconds| Match { step: Step(9), drift, seconds };
        let rows = [
            (Verdict::Accepted(hit(0, 0)), "Accepted", "The code is the current one"),
            (Verdict::Accepted(hit(-1, -30)), "Accepted", "The code is 1 step late (30 s ago) and within the window"),
            (Verdict::Accepted(hit(1, 30)), "Accepted", "The code is 1 step early (30 s ahead) and within the window"),
            (Verdict::Refused(Reason::TooOld(hit(-5, -150))), "Refused", "Too old: the code is 5 steps late (2 min 30 s ago)"),
            (
                Verdict::Refused(Reason::FromTheFuture(hit(3, 90))),
                "Refused",
                "From the future: the code is 3 steps early (1 min 30 s ahead)",
            ),
            (Verdict::Refused(Reason::WrongCode), "Refused", "Wrong code"),
        ];
        for (input, word, text) in rows {
            let (said, notice) = verdict(&input, true);
            assert_eq!((said, notice.text.as_str()), (word, text));
        }
    }

    #[test]
    fn a_counter_knows_no_moment() {
        let hit = |drift| Match { step: Step(9), drift, seconds: 0 };
        let rows = [
            (Verdict::Accepted(hit(0)), "The code is that of the counter"),
            (Verdict::Accepted(hit(2)), "The code is 2 ahead of the counter, and within the window"),
            (
                Verdict::Refused(Reason::AlreadyUsed(hit(-1))),
                "Already used: this code, or a later one, was accepted before. Make a new code on the phone. A code counts only once",
            ),
            (
                Verdict::Refused(Reason::TooOld(hit(-2))),
                "Too old: the code is 2 behind the counter. Make a new code on the phone",
            ),
            (
                Verdict::Refused(Reason::FromTheFuture(hit(30))),
                "From the future: the code is 30 ahead of the counter. Codes were made on the phone that nobody typed. “Two codes in a \
                 row…” in the login test brings the counter up to them",
            ),
        ];
        for (input, said) in rows {
            assert_eq!(verdict(&input, false).1.line(), said);
        }
        for reason in [Reason::WrongCode, Reason::NotInARow] {
            let said = verdict(&Verdict::Refused(reason), false).1.line();
            assert!(said.contains("counter") && !said.contains("now") && !said.contains("current"), "{said}");
        }
    }

    #[test]
    fn spans_in_words() {
        let rows = [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (150, "2 min 30 s"),
            (3_600, "1 h"),
            (3_660, "1 h 1 min"),
            (90_000, "1 d 1 h"),
        ];
        for (secs, text) in rows {
            assert_eq!(span(secs), text);
        }
    }

    #[test]
    fn digits_by_threes() {
        let rows = [
            (0, "0"),
            (999, "999"),
            (1_000, "1\u{a0}000"),
            (100_000, "100\u{a0}000"),
            (u64::MAX, "18\u{a0}446\u{a0}744\u{a0}073\u{a0}709\u{a0}551\u{a0}615"),
        ];
        for (number, text) in rows {
            assert_eq!(grouped(number), text);
        }
    }
}
