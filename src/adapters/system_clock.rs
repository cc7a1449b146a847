//! The wall clock: the only place that asks for the time.

use std::time::{Duration, SystemTime};

use crate::app::ports::Clock;
use crate::domain::UnixTime;

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    /// Now; the epoch if the clock stands before 1970.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the clock")]
    fn now(&self) -> UnixTime {
        since_epoch(SystemTime::now())
    }
}

fn since_epoch(moment: SystemTime) -> UnixTime {
    UnixTime::from_duration(moment.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_before_1970_reads_as_the_epoch() {
        let rows = [(-86_400, 0), (-1, 0), (0, 0), (59, 59), (1 << 32, 1 << 32)];
        for (secs, read) in rows {
            let distance = Duration::from_secs(i64::unsigned_abs(secs));
            let epoch = SystemTime::UNIX_EPOCH;
            let moment = if secs < 0 { epoch.checked_sub(distance) } else { epoch.checked_add(distance) };
            assert_eq!(since_epoch(moment.unwrap()), UnixTime::from_secs(read), "{secs} s");
        }
    }

    #[test]
    fn the_clock_stands_after_this_was_written() {
        assert!(SystemClock.now() > UnixTime::from_secs(1_700_000_000));
    }
}
