//! The clocks: the only place that asks for the time.

use std::time::{Duration, SystemTime};

use crate::app::ports::Clock;
use crate::domain::{Moment, UnixTime, Uptime};

use super::boot::BootId;
use super::kernel_clock;

/// The operating system's clocks.
#[derive(Clone, Debug, Default)]
pub struct SystemClock {
    /// This run of the system; `None` where it has no name.
    run: Option<String>,
}

impl SystemClock {
    /// Asks once which run of the system this is.
    #[must_use]
    pub fn new() -> Self {
        let run = BootId::current();
        Self { run: (run != BootId::named("")).then(|| run.to_string()) }
    }
}

impl Clock for SystemClock {
    /// Now; the epoch if the clock stands before 1970.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the clock")]
    fn now(&self) -> UnixTime {
        since_epoch(SystemTime::now())
    }

    fn moment(&self) -> Moment {
        let uptime = self.run.clone().zip(going()).map(|(run, going)| Uptime { run, going });
        Moment { wall: self.now(), uptime }
    }

    fn synchronised(&self) -> Option<bool> {
        kernel_clock::synchronised()
    }
}

/// How long the system has been running, sleep included. Nobody can set that clock.
fn going() -> Option<Duration> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::time::{ClockId, clock_gettime};
        #[cfg(target_os = "linux")]
        let clock = ClockId::Boottime;
        #[cfg(target_os = "macos")]
        let clock = ClockId::Monotonic;
        let time = clock_gettime(clock);
        Some(Duration::new(u64::try_from(time.tv_sec).ok()?, u32::try_from(time.tv_nsec).ok()?))
    }
    #[cfg(not(any(target_os = "linux", target_os = "macos")))]
    {
        None
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

    #[cfg(target_os = "linux")]
    #[test]
    fn the_clock_that_cannot_be_set_goes_on() {
        let clock = SystemClock::new();
        let (first, second) = (clock.moment(), clock.moment());
        let (one, two) = (first.uptime.clone().unwrap(), second.uptime.clone().unwrap());
        assert!(one.run == two.run && two.going >= one.going && !one.going.is_zero());
        assert_eq!(second.moved_since(&first), Some(0));
    }

    #[test]
    fn the_clock_stands_after_this_was_written() {
        assert!(SystemClock::new().now() > UnixTime::from_secs(1_700_000_000));
    }
}
