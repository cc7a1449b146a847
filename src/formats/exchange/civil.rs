//! Moments as other apps write them: ISO 8601 in UTC, to the second.

use crate::domain::UnixTime;

const DAY: u64 = 86_400;

/// `2024-02-29T12:34:56Z`; `None` for anything else, and for years outside 1970 to 9999.
pub(super) fn read(text: &str) -> Option<UnixTime> {
    let (date, time) = text.trim().strip_suffix('Z')?.split_once('T')?;
    let [year, month, day] = three(date, '-')?;
    let [hour, minute, second] = three(time, ':')?;
    let fits = (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=month_days(year, month)).contains(&day);
    if !fits || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = (1970..year).map(year_days).sum::<u64>() + (1..month).map(|month| month_days(year, month)).sum::<u64>() + day - 1;
    Some(UnixTime::from_secs(days * DAY + hour * 3600 + minute * 60 + second))
}

/// The other way; a moment after the year 9999 is its last second.
pub(super) fn write(moment: UnixTime) -> String {
    let secs = moment.secs().min(253_402_300_799);
    let (mut days, rest) = (secs / DAY, secs % DAY);
    let (mut year, mut month) = (1970, 1);
    while days >= year_days(year) {
        days -= year_days(year);
        year += 1;
    }
    while days >= month_days(year, month) {
        days -= month_days(year, month);
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}T{:02}:{:02}:{:02}Z", days + 1, rest / 3600, rest / 60 % 60, rest % 60)
}

/// Three numbers of digits alone.
fn three(text: &str, between: char) -> Option<[u64; 3]> {
    let number = |part: &str| if part.bytes().all(|b| b.is_ascii_digit()) { part.parse().ok() } else { None };
    let mut parts = text.split(between).map(number);
    let three = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(three)
}

const fn leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn year_days(year: u64) -> u64 {
    if leap(year) { 366 } else { 365 }
}

const fn month_days(year: u64, month: u64) -> u64 {
    match month {
        2 if leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_and_written() {
        let rows = [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T23:59:59Z", 951_868_799),
            ("2024-12-31T12:34:56Z", 1_735_648_496),
            ("2100-03-01T00:00:00Z", 4_107_542_400),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ];
        for (text, secs) in rows {
            assert_eq!(read(text), Some(UnixTime::from_secs(secs)), "{text}");
            assert_eq!(write(UnixTime::from_secs(secs)), text);
        }
        assert_eq!(write(UnixTime::from_secs(u64::MAX)), "9999-12-31T23:59:59Z");
        for text in [
            "",
            "Z",
            "2023-02-29T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "2024-01-01 00:00:00",
            "2024-01-01T24:00:00Z",
            "+2024-01-01T00:00:00Z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
