//! Moments as people read them: the computer's own time zone.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::UnixTime;

/// "14:03:20".
#[must_use]
pub fn clock_time(moment: UnixTime) -> String {
    format(moment, "%H:%M:%S")
}

/// "2026-11-24 14:03:20".
#[must_use]
pub fn date_time(moment: UnixTime) -> String {
    format(moment, "%Y-%m-%d %H:%M:%S")
}

/// "2026-11-24 14:03:20 +01:00": the computer's own time, and how far that is from UTC.
#[must_use]
pub fn zoned(moment: UnixTime) -> String {
    format(moment, "%Y-%m-%d %H:%M:%S %:z")
}

/// "13:03:20 UTC".
#[must_use]
pub fn utc(moment: UnixTime) -> String {
    let secs = moment.secs() % 86_400;
    format!("{:02}:{:02}:{:02} UTC", secs / 3_600, secs / 60 % 60, secs % 60)
}

fn format(moment: UnixTime, form: &str) -> String {
    let timestamp = i64::try_from(moment.secs()).ok().and_then(|secs| Timestamp::from_second(secs).ok());
    // Beyond the year 9999 no calendar is shown, only the seconds.
    timestamp.map_or_else(
        || format!("{} s", moment.secs()),
        |timestamp| timestamp.to_zoned_datetime(TimeZone::system()).strftime(form).to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_without_a_calendar_are_seconds() {
        assert_eq!(date_time(UnixTime::from_secs(u64::MAX)), "18446744073709551615 s");
        assert_eq!(clock_time(UnixTime::from_secs(59)).len(), 8);
        assert_eq!(utc(UnixTime::from_secs(1_111_111_109)), "01:58:29 UTC");
    }
}
