//! Words for the diagnosis: what a wrong code would be right for, how likely that is chance, what to do.

use crate::domain::diagnose::{Cause, Diagnosis, Finding, Misread, Space, Strength};
use crate::domain::{Algorithm, OtpKind, OtpParams, Step};

use super::verdicts::times;
use super::{Notice, Reader, grouped, span};

/// Seconds in a day.
const DAY: i64 = 86_400;
/// A code that came later than this, in seconds, is none that was typed too late.
const JUST_GONE: i64 = -120;

/// One finding for an account with `own` settings: what the code would be right for, and what to do. `title` names other accounts.
#[must_use]
pub fn finding(finding: &Finding, own: &OtpParams, title: &dyn Fn(usize) -> String, reader: Reader) -> Notice {
    let Some((first, rest)) = finding.causes.split_first() else {
        return Notice::new(
            "Nothing is wrong with this code: it is the account's own",
            "If it was refused, it was used before or the window has moved on",
        );
    };
    let mut text = cause(first, own, title);
    for also in rest {
        let also = cause(also, own, title);
        let mut letters = also.chars();
        let small: String = letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect();
        text.push_str(if finding.causes.len() > 2 { "; " } else { ", and " });
        text.push_str(&small);
    }
    Notice::new(text, advice(finding, reader))
}

/// How sure a finding is: a plain word first, then the odds.
#[must_use]
pub fn certainty(finding: &Finding, certain: bool) -> String {
    let word = match finding.strength(certain) {
        Strength::Certain => return "Both codes match: this is certain".to_owned(),
        Strength::NearlySure => "Nearly sure",
        Strength::Likely => "Likely",
        Strength::Weak => "Weak",
        Strength::Chance => {
            let percent = (finding.chance * 100.0).round();
            return format!("This may be chance: {percent} of 100 random codes match something as ordinary as this");
        }
    };
    let odds = one_in(finding.chance);
    if certain {
        format!("{word}: both codes match, which two random codes do once in {odds}")
    } else {
        format!("{word}: one random code in {odds} matches something as ordinary as this")
    }
}

/// What stands over findings that may be chance, under others that hardly are.
#[must_use]
pub fn more_by_chance(count: usize) -> String {
    format!("{count} more, which may be chance")
}

/// What to do to be certain.
#[must_use]
pub fn ask_for_second() -> &'static str {
    "Type the next code that the phone shows to be certain"
}

/// The test user has several accounts; for which of them something was found.
#[must_use]
pub fn of_several(accounts: usize, found: Option<&str>) -> String {
    match found {
        Some(title) => format!("Of this user's {accounts} accounts, it is {title}"),
        None => format!("All {accounts} accounts of this user were looked at"),
    }
}

/// Nothing was found.
#[must_use]
pub fn nothing(diagnosis: &Diagnosis, space: Space, reader: Reader) -> Notice {
    let further = match reader {
        Reader::Window => "search further",
        Reader::Terminal => "search with --further",
    };
    let tried = grouped(diagnosis.tried);
    match (diagnosis.certain, space) {
        (true, Space::Wide) => Notice::new(
            format!("Nothing found: none of {tried} mistakes gives both codes, one after the other"),
            "The phone has another secret, or a code was mistyped. Enroll it again",
        ),
        (true, Space::Common) => Notice::new(
            format!("Nothing found: none of {tried} ordinary mistakes gives both codes, one after the other"),
            format!("Check that the second code came directly after the first, or {further}"),
        ),
        (false, Space::Wide) => Notice::new(
            format!("Nothing found: none of {tried} mistakes gives this code"),
            "It was mistyped, or the phone has another secret. Enroll it again",
        ),
        (false, Space::Common) => Notice::new(
            format!("Nothing found: none of {tried} ordinary mistakes gives this code"),
            format!("It was mistyped, or the phone has another secret. Or {further}"),
        ),
    }
}

/// What was typed as the next code cannot be one.
#[must_use]
pub fn not_a_second_code() -> Notice {
    Notice::new("This is not a code", "Type the code that the phone shows after the first one")
}

/// That the second code is outside of the rules of a test user, and why that gives nothing away.
#[must_use]
pub const fn not_a_login() -> &'static str {
    "This is no login: no failure is counted and no code is used up, even while the user is locked. Who sits here can see the codes anyway"
}

/// What one cause means, as a sentence without a full stop.
fn cause(cause: &Cause, own: &OtpParams, title: &dyn Fn(usize) -> String) -> String {
    match *cause {
        Cause::Secret(misread) => self::misread(misread),
        Cause::Account(place) => format!("This is the code of {}", title(place)),
        Cause::Algorithm(Algorithm::Sha1) => {
            format!("This is the code a phone shows that ignores {}", hash(own.algorithm()))
        }
        Cause::Algorithm(other) => format!("This is the code with {} in place of {}", hash(other), hash(own.algorithm())),
        Cause::Digits(digits) => {
            format!("The phone shows {digits} digits in place of {}", own.digits().get())
        }
        Cause::ZeroLost => "The zero at the front of the code was left out".to_owned(),
        Cause::Steam => "These are the letters that Steam shows for this secret".to_owned(),
        Cause::NotSteam => "The phone shows digits in place of Steam's letters".to_owned(),
        Cause::Period(secs) => match own.period() {
            Some(period) if secs == 30 => {
                format!("This is the code a phone shows that ignores the period of {} s", period.secs())
            }
            Some(period) => format!("The phone counts periods of {secs} s in place of {} s", period.secs()),
            None => format!("The phone counts periods of {secs} s"),
        },
        Cause::CounterForTime(counter) => {
            format!("The phone goes by a counter (HOTP), not by time: this is the code of counter {counter}")
        }
        Cause::TimeForCounter(secs) => format!("The phone goes by time (TOTP, {secs} s), not by a counter"),
        Cause::Counter(off) if off < 0 => format!("The phone's counter is {} behind", off.unsigned_abs()),
        Cause::Counter(off) => format!("The phone's counter is {off} ahead"),
        Cause::Clock(seconds) => format!("The phone's clock is {}", behind(seconds)),
        Cause::TimeZone(seconds) if seconds.abs() == DAY => {
            format!("The phone's clock is {}, as when the date is wrong", behind(seconds))
        }
        Cause::TimeZone(seconds) => format!("The phone's clock is {}, as when a time zone is wrong", behind(seconds)),
    }
}

fn misread(misread: Misread) -> String {
    match misread {
        Misread::Text => "The secret was typed as text, not as base32".to_owned(),
        Misread::LowerText => "The secret was typed as text in lower case, not as base32".to_owned(),
        Misread::PaddedText => "The secret was typed as text with its equals signs, not as base32".to_owned(),
        Misread::GroupedText => "The secret was typed as text with its spaces, not as base32".to_owned(),
        Misread::LineEnd => "A line's end was taken for a part of the secret".to_owned(),
        Misread::NoLineEnd => "The secret here ends with a line's end that the phone does not have".to_owned(),
        Misread::Hex => "The secret was read as hexadecimal, not as base32".to_owned(),
        Misread::Base64 => "The secret was read as base64, not as base32".to_owned(),
        Misread::HexText | Misread::UpperHexText => {
            "The secret in hexadecimal was taken as text: its letters are the key".to_owned()
        }
        Misread::Base64Text => "The secret in base64 was taken as text: its letters are the key".to_owned(),
        Misread::InsideBase32 => "The secret here is the text of the phone's, which is base32".to_owned(),
        Misread::InsideHex => "The secret here is the text of the phone's, which is hexadecimal".to_owned(),
        Misread::InsideBase64 => "The secret here is the text of the phone's, which is base64".to_owned(),
        Misread::First(bytes) => format!("Only the first {bytes} bytes of the secret are used"),
        Misread::Repeated(bytes) => format!("The secret is repeated up to {bytes} bytes, as in the examples of RFC 6238"),
        Misread::Letter { place, letter } => format!("Letter {place} of the secret was read as {letter}"),
        Misread::Missing(place) => format!("Letter {place} of the secret is missing"),
        Misread::Swapped(place) => format!("Letters {place} and {} of the secret have changed places", place + 1),
    }
}

/// The way out of every cause, each said once.
fn advice(finding: &Finding, reader: Reader) -> String {
    let mut ways: Vec<String> = Vec::new();
    let ignored: Vec<&str> = finding.causes.iter().filter_map(known_to_all).collect();
    if let [before @ .., last] = ignored.as_slice() {
        let settings = if before.is_empty() { (*last).to_owned() } else { format!("{} and {last}", before.join(", ")) };
        ways.push(format!("Enroll the account with {settings}, which every app knows, or use another app"));
    }
    for cause in finding.causes.iter().filter(|cause| known_to_all(cause).is_none()) {
        let way = way_out(cause, finding.step, reader);
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    ways.join(". ")
}

/// The setting that a phone goes by which ignores the account's.
const fn known_to_all(cause: &Cause) -> Option<&'static str> {
    match cause {
        Cause::Algorithm(Algorithm::Sha1) => Some("SHA-1"),
        Cause::Digits(6) => Some("6 digits"),
        Cause::Period(30) => Some("30 s"),
        _ => None,
    }
}

/// The way out of one cause; `step` is that of the code.
fn way_out(cause: &Cause, step: Step, reader: Reader) -> String {
    match *cause {
        Cause::Secret(Misread::Letter { .. } | Misread::Missing(_) | Misread::Swapped(_)) => {
            "Compare the secret on both sides, letter by letter, or scan the QR code".to_owned()
        }
        Cause::Secret(_) => "Enter the secret again on that side as base32, or scan the QR code".to_owned(),
        Cause::Account(_) => "Take the code of the right account on the phone".to_owned(),
        Cause::Algorithm(_) | Cause::Period(_) | Cause::Digits(_) => "Set the same on both sides".to_owned(),
        Cause::ZeroLost => "Type it too. A program that handles codes as numbers loses it: handle them as text".to_owned(),
        Cause::Steam | Cause::NotSteam | Cause::CounterForTime(_) | Cause::TimeForCounter(_) => {
            "Choose the same type on both sides, or scan the QR code again".to_owned()
        }
        Cause::Counter(off) => counter(off, step, reader),
        // A code that has just gone looks the same.
        Cause::Clock(JUST_GONE..0) => {
            "Type the code that the phone shows now. If it was that one, turn on network time on the phone and on this computer"
                .to_owned()
        }
        Cause::Clock(_) => "Turn on network time on the phone and on this computer".to_owned(),
        Cause::TimeZone(seconds) if seconds.abs() == DAY => {
            "Set the date on the phone, and turn on network time on both sides".to_owned()
        }
        Cause::TimeZone(_) => "Set the time zone on the phone, and turn on network time on both sides".to_owned(),
    }
}

/// How a counter is brought up to the other one, which showed the code of `step`.
fn counter(off: i64, step: Step, reader: Reader) -> String {
    let next = step.next().0;
    let here = match reader {
        Reader::Window => format!("Set the counter of the account to {next} with Edit…"),
        Reader::Terminal => {
            format!("Set the counter of the account to {next}, in the vault with `halfminute edit QUERY --counter {next}`")
        }
    };
    match (off, reader) {
        (..0, _) => {
            let codes = times(off.unsigned_abs(), "more code");
            format!("Make {codes} on the phone: those up to here count as used")
        }
        (_, Reader::Window) => format!("{here}, or log in with “Two codes in a row…”"),
        (_, Reader::Terminal) => here,
    }
}

/// "4 min 30 s behind".
fn behind(seconds: i64) -> String {
    format!("{} {}", span(seconds.unsigned_abs()), if seconds < 0 { "behind" } else { "ahead" })
}

/// "SHA-256": as people call it.
#[must_use]
pub const fn hash(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Sha1 => "SHA-1",
        Algorithm::Sha256 => "SHA-256",
        Algorithm::Sha512 => "SHA-512",
    }
}

/// "1 200" for 1 / 1200, to two digits, since nobody needs more.
fn one_in(chance: f64) -> String {
    let count = 1.0 / chance.max(1e-15);
    let scale = 10_f64.powf((count.log10().floor() - 1.0).max(0.0));
    grouped(((count / scale).round() * scale) as u64)
}

/// The settings that give the code, in one line: "SHA-1, 6 digits, 30 s".
#[must_use]
pub fn settings(finding: &Finding) -> String {
    let moving = match finding.kind {
        OtpKind::Totp { period } => format!("{} s", period.secs()),
        OtpKind::Steam { period } => format!("Steam, {} s", period.secs()),
        OtpKind::Hotp { counter } => format!("counter {counter}"),
    };
    format!("{}, {} digits, {moving}", hash(finding.algorithm), finding.digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Digits, Period, Step};

    fn own() -> OtpParams {
        OtpParams::new(Algorithm::Sha256, Digits::SIX, OtpKind::Totp { period: Period::new(60).unwrap_or_default() })
            .unwrap_or_default()
    }

    fn found(causes: &[Cause], chance: f64) -> Finding {
        let kind = OtpKind::Totp { period: Period::DEFAULT };
        Finding { causes: causes.to_vec(), algorithm: Algorithm::Sha1, digits: 6, kind, step: Step(1), offset: Some(0), chance }
    }

    #[test]
    fn causes_in_words() {
        let rows: &[(&[Cause], &str)] = &[
            (&[], "Nothing is wrong with this code: it is the account's own"),
            (&[Cause::Algorithm(Algorithm::Sha1)], "This is the code a phone shows that ignores SHA-256"),
            (&[Cause::Algorithm(Algorithm::Sha512)], "This is the code with SHA-512 in place of SHA-256"),
            (&[Cause::Clock(-270)], "The phone's clock is 4 min 30 s behind"),
            (&[Cause::TimeZone(7_200)], "The phone's clock is 2 h ahead, as when a time zone is wrong"),
            (&[Cause::TimeZone(86_400)], "The phone's clock is 1 d ahead, as when the date is wrong"),
            (&[Cause::Account(0)], "This is the code of Mailbox"),
            (&[Cause::Secret(Misread::Text)], "The secret was typed as text, not as base32"),
            (&[Cause::Counter(-3)], "The phone's counter is 3 behind"),
            (
                &[Cause::Algorithm(Algorithm::Sha1), Cause::TimeZone(-3_600)],
                "This is the code a phone shows that ignores SHA-256, and the phone's clock is 1 h behind, as when a time zone is wrong",
            ),
        ];
        for (causes, text) in rows {
            let said = finding(&found(causes, 0.1), &own(), &|_| "Mailbox".to_owned(), Reader::Window);
            assert_eq!(said.text, *text);
            assert!(!said.advice.is_empty());
        }
    }

    #[test]
    fn a_way_out_of_every_cause() {
        let network = "Turn on network time on the phone and on this computer";
        let zone = "Set the time zone on the phone, and turn on network time on both sides";
        let rows: &[(&[Cause], &str)] = &[
            (&[Cause::Clock(60)], network),
            (&[Cause::Clock(-121)], network),
            (
                &[Cause::Clock(-60)],
                "Type the code that the phone shows now. If it was that one, turn on network time on the phone and on this computer",
            ),
            (&[Cause::TimeZone(-86_400)], "Set the date on the phone, and turn on network time on both sides"),
            (
                &[Cause::Algorithm(Algorithm::Sha1), Cause::TimeZone(3_600)],
                &format!("Enroll the account with SHA-1, which every app knows, or use another app. {zone}"),
            ),
            (
                &[Cause::Algorithm(Algorithm::Sha1), Cause::Digits(6), Cause::Period(30)],
                "Enroll the account with SHA-1, 6 digits and 30 s, which every app knows, or use another app",
            ),
            (
                &[Cause::Period(30), Cause::Algorithm(Algorithm::Sha512), Cause::Clock(-270)],
                &format!(
                    "Enroll the account with 30 s, which every app knows, or use another app. Set the same on both sides. {network}"
                ),
            ),
            (&[Cause::Algorithm(Algorithm::Sha512), Cause::Digits(8)], "Set the same on both sides"),
            (
                &[Cause::Secret(Misread::Hex), Cause::Clock(60)],
                &format!("Enter the secret again on that side as base32, or scan the QR code. {network}"),
            ),
            (&[Cause::Counter(5)], "Set the counter of the account to 42 with Edit…, or log in with “Two codes in a row…”"),
            (&[Cause::Counter(-1)], "Make 1 more code on the phone: those up to here count as used"),
        ];
        for (causes, way) in rows {
            let found = Finding { step: Step(41), ..found(causes, 0.1) };
            assert_eq!(finding(&found, &own(), &|_| String::new(), Reader::Window).advice, *way);
        }
        let ahead = Finding { step: Step(41), ..found(&[Cause::Counter(5)], 0.1) };
        let said = finding(&ahead, &own(), &|_| String::new(), Reader::Terminal).advice;
        assert_eq!(said, "Set the counter of the account to 42, in the vault with `halfminute edit QUERY --counter 42`");
    }

    #[test]
    fn how_sure_it_is() {
        let rows = [
            (0.000_003, false, "Nearly sure: one random code in 330 000 matches something as ordinary as this"),
            (0.02, false, "Likely: one random code in 50 matches something as ordinary as this"),
            (0.78, false, "This may be chance: 78 of 100 random codes match something as ordinary as this"),
            (1e-9, true, "Both codes match: this is certain"),
            (0.12, false, "Weak: one random code in 8 matches something as ordinary as this"),
            (0.001, true, "Likely: both codes match, which two random codes do once in 1 000"),
        ];
        for (chance, certain, said) in rows {
            assert_eq!(certainty(&found(&[], chance), certain).replace('\u{a0}', " "), said);
        }
    }
}
