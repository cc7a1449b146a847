//! `--at`: a moment, in seconds since the epoch or as RFC 3339 writes it.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::UnixTime;

/// What to write instead of what cannot be read.
pub const ADVICE: &str = "Write seconds since 1970, or a time from then on with its offset, as in 2005-03-18T01:58:29Z";

/// Reads `1111111109` or `2005-03-18T01:58:29Z`; other offsets than `Z` are fine, local times without one are not.
///
/// # Errors
/// What to write instead; never what was written.
pub fn parse(text: &str) -> Result<UnixTime, &'static str> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map(UnixTime::from_secs).map_err(|_| ADVICE);
    }
    let moment: Timestamp = text.parse().map_err(|_| ADVICE)?;
    Duration::try_from(moment.as_duration()).map(UnixTime::from_duration).map_err(|_| ADVICE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_as_people_write_them() {
        let rows = [
            ("0", Some(0)),
            ("59", Some(59)),
            ("1111111109", Some(1_111_111_109)),
            ("20000000000", Some(20_000_000_000)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("2005-03-18T01:58:29Z", Some(1_111_111_109)),
            ("2005-03-18t01:58:29z", Some(1_111_111_109)),
            ("2005-03-18T02:58:29+01:00", Some(1_111_111_109)),
            ("2005-03-18T01:58:29.9Z", Some(1_111_111_109)),
            ("2005-03-18 01:58:29Z", Some(1_111_111_109)),
            ("1969-12-31T23:59:59Z", None),
            ("2005-03-18T01:58:29", None),
            ("2005-03-18", None),
            ("-1", None),
            ("+5", None),
            ("1.5", None),
            ("1e9", None),
            ("٥", None),
            ("", None),
            ("now", None),
        ];
        for (text, expected) in rows {
            assert_eq!(parse(text).ok().map(UnixTime::secs), expected, "{text:?}");
        }
    }
}
