//! Words for this computer's clock: who keeps it right, that it was set, what a time server says of it.

use std::time::Duration;

use crate::app::clock::ClockWatch;
use crate::app::ports::{ServerError, TimeAnswer, TimeError, TimeServer, WAIT, Weight};

use super::Notice;
use super::verdicts::span;

/// What sets a clock right.
const SWITCH_ON: &str = "Switch automatic time on in the system's settings (`timedatectl set-ntp true`)";

/// The kernel's word on the clock, beside a verdict.
#[must_use]
pub fn clock_state(synchronised: Option<bool>) -> &'static str {
    match synchronised {
        Some(true) => "kept right over the network",
        Some(false) => "not kept right by anything that the system knows of",
        None => "whether it is kept right is not known",
    }
}

/// That this computer's clock is wrong, or may be: it was set, or a time server has said so.
#[must_use]
pub fn clock_wrong(clock: &ClockWatch) -> Option<Notice> {
    if let Some(by) = clock.moved() {
        let way = if by < 0 { "back" } else { "forward" };
        let text = format!("This computer's clock was just set {way} by {}", span(by.unsigned_abs()));
        return Some(Notice::new(text, "Codes follow it. Compare it with a phone if they are refused"));
    }
    let (answer, age) = clock.far_off()?;
    let advice = time_answer(answer, clock.synchronised).advice;
    Some(Notice::new(format!("{} (asked {})", difference(answer), ago(age)), advice))
}

/// That nothing keeps this computer's clock right.
#[must_use]
pub fn clock_unkept(clock: &ClockWatch) -> Option<Notice> {
    (clock.synchronised == Some(false)).then(|| {
        Notice::new(
            "Nothing keeps this computer's clock right",
            "Switch network time on (`timedatectl set-ntp true`): codes follow the clock",
        )
    })
}

/// What a server says of this computer's clock, what that means for codes, and what to do.
#[must_use]
pub fn time_answer(answer: &TimeAnswer, synchronised: Option<bool>) -> Notice {
    let text = format!("{}, give or take {}", difference(answer), amount(answer.uncertainty));
    let advice = match answer.weight() {
        Weight::Fine => {
            return Notice::new(text, "That is fine for codes: they count for half a minute, and some seconds are allowed for");
        }
        Weight::Noticeable => "Codes still count in most places, not in strict ones",
        Weight::Serious => "That is a step of most codes, or more: its codes are refused",
    };
    // Who keeps the clock and who was asked do not agree: either may be wrong.
    let way_out = if synchronised == Some(true) {
        "The system says that its clock is kept right: ask another server as well before you change anything"
    } else {
        SWITCH_ON
    };
    Notice::new(text, format!("{advice}. {way_out}"))
}

/// The difference alone.
fn difference(answer: &TimeAnswer) -> String {
    let TimeAnswer { server, behind, uncertainty, .. } = answer;
    let off = answer.off();
    if off <= (*uncertainty).max(Duration::from_millis(100)) {
        return format!("This computer's clock agrees with {server}");
    }
    let way = if *behind < 0 { "ahead of" } else { "behind" };
    format!("This computer is {} {way} {server}", amount(off))
}

/// Since when that is known.
#[must_use]
pub fn ago(age: Duration) -> String {
    if age.as_secs() == 0 { "just now".to_owned() } else { format!("{} ago", span(age.as_secs())) }
}

/// The clock was set after the server was asked.
#[must_use]
pub fn clock_set_since() -> Notice {
    Notice::new("The clock was set after that", "Ask once more")
}

/// "12 ms", "3.2 s", "2 min 30 s".
fn amount(time: Duration) -> String {
    match time.as_millis() {
        millis @ 0..1_000 => format!("{} ms", millis.max(1)),
        1_000..10_000 => format!("{:.1} s", time.as_secs_f64()),
        _ => span(time.saturating_add(Duration::from_millis(500)).as_secs()),
    }
}

/// Why a server was not asked, or has not answered.
#[must_use]
pub fn time_error(server: &TimeServer, error: TimeError) -> Notice {
    let wait = WAIT.as_secs();
    match error {
        TimeError::NoSuchName => {
            Notice::new(format!("No server {server} was found"), "Check the name, and whether this computer is on a network")
        }
        TimeError::LookupSilent => Notice::new(
            format!("Nobody could say within {wait} s where {server} is"),
            "Check whether this computer is on a network, and ask again",
        ),
        TimeError::Unreachable => {
            Notice::new(format!("{server} cannot be reached"), "Check whether this computer is on a network, and ask again")
        }
        TimeError::Refused => {
            Notice::new(format!("Nothing answers on port {} of {}", server.port(), server.host()), "Check name and port")
        }
        TimeError::Silent => Notice::new(
            format!("{server} did not answer within {wait} s"),
            "It may be no time server, or the network may keep such questions back (UDP). Ask again, or ask another one",
        ),
        TimeError::Invalid => Notice::new(
            format!("What came back from {server} is not a valid answer"),
            "It may be no time server, or somebody in between answers for it. Ask another one",
        ),
        TimeError::Unsynchronised => {
            Notice::new(format!("{server} says that its own clock is not set"), "Ask another one, or ask again in some minutes")
        }
        TimeError::TooOften => Notice::new(format!("{server} is asked too often"), "Wait some minutes, then ask again"),
        TimeError::Denied => Notice::new(format!("{server} does not serve this computer"), "Ask another one"),
    }
}

/// Why what was typed names no server.
#[must_use]
pub fn server_error(error: ServerError) -> Notice {
    match error {
        ServerError::Empty => Notice::new("No time server is named", "Type a name or an address, such as time.example.org"),
        ServerError::Port => {
            Notice::new("What follows the colon is no port", "A port is a number up to 65535: time.example.org:123")
        }
        ServerError::Name => Notice::new(
            "This is neither a name nor an address",
            "Type it as time.example.org, 192.0.2.7 or [2001:db8::7]:123, with letters from a to z",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Moment, UnixTime};

    fn answer(behind: i64, uncertainty: u64) -> TimeAnswer {
        TimeAnswer {
            server: TimeServer::parse("time.example.org").unwrap(),
            at: Moment::of_wall(UnixTime::EPOCH),
            behind,
            uncertainty: Duration::from_micros(uncertainty),
        }
    }

    #[test]
    fn what_a_server_says_in_words() {
        let fine = "That is fine for codes";
        let rows = [
            (0, 150, "This computer's clock agrees with time.example.org, give or take 1 ms", fine),
            (-90_000, 20_000, "This computer's clock agrees with time.example.org, give or take 20 ms", fine),
            (2_000_000, 2_400_000, "This computer's clock agrees with time.example.org, give or take 2.4 s", fine),
            (-150_000, 20_000, "This computer is 150 ms ahead of time.example.org, give or take 20 ms", fine),
            (3_200_000, 20_000, "This computer is 3.2 s behind time.example.org, give or take 20 ms", fine),
            (-9_999_999, 1, "This computer is 10.0 s ahead of time.example.org, give or take 1 ms", fine),
            (
                10_000_000,
                1,
                "This computer is 10 s behind time.example.org, give or take 1 ms",
                "Codes still count in most places",
            ),
            (
                -29_600_000,
                1,
                "This computer is 30 s ahead of time.example.org, give or take 1 ms",
                "Codes still count in most places",
            ),
            (30_000_000, 1, "This computer is 30 s behind time.example.org, give or take 1 ms", "That is a step of most codes"),
            (
                i64::MIN,
                1,
                "This computer is 106751991 d 4 h ahead of time.example.org, give or take 1 ms",
                "That is a step of most codes",
            ),
        ];
        for (behind, uncertainty, text, advice) in rows {
            let said = time_answer(&answer(behind, uncertainty), Some(false));
            assert_eq!(said.text, text);
            assert!(said.advice.starts_with(advice), "{}", said.advice);
            assert_eq!(said.advice.contains("timedatectl set-ntp true"), advice != fine, "{}", said.advice);
        }
        let disagree = time_answer(&answer(60_000_000, 1), Some(true)).advice;
        assert!(disagree.contains("ask another server as well") && !disagree.contains("timedatectl"), "{disagree}");
    }
}
