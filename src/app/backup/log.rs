//! When and where the last backup was made. Not secret, and losing it costs a reminder.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::UnixTime;

/// After this long a backup counts as old.
pub const STALE: Duration = Duration::from_secs(30 * 86_400);
/// How long "Later" keeps the reminder away.
pub const SNOOZE: Duration = Duration::from_secs(7 * 86_400);

/// What is noted about backups, in `backups.json` of the data folder. Times are whole seconds since the epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Log {
    /// The last backup of any kind.
    pub last: Option<Last>,
    /// The last automatic one.
    pub auto: Option<Last>,
    /// The reminder does not come before this.
    pub later: Option<u64>,
}

/// One backup.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Last {
    /// When.
    pub at: u64,
    /// The file, for people to read.
    pub path: String,
    /// The generation of the vault that is in it.
    pub generation: u64,
    /// Locked to public keys rather than with a passphrase.
    #[serde(default)]
    pub keys: bool,
}

/// How a vault stands with its backups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is nothing to lose yet.
    Nothing,
    /// There are accounts, and no backup was ever made.
    Never,
    /// The last one is older than [`STALE`]: this many whole days.
    Old(u64),
    /// There is one that is young enough: this many whole days.
    Fine(u64),
}

impl Log {
    /// How a vault with `accounts` stands at `now`. A backup from the future (the clock was corrected) is of today.
    #[must_use]
    pub fn standing(&self, accounts: usize, now: UnixTime) -> Standing {
        let Some(last) = &self.last else {
            return if accounts == 0 { Standing::Nothing } else { Standing::Never };
        };
        let age = now.since(UnixTime::from_secs(last.at));
        let days = age.as_secs() / 86_400;
        match age > STALE {
            true if accounts > 0 => Standing::Old(days),
            _ => Standing::Fine(days),
        }
    }

    /// Whether a person should be reminded at `now`: "Later" holds for [`SNOOZE`], and no longer whatever the clock does.
    #[must_use]
    pub fn reminds(&self, accounts: usize, now: UnixTime) -> bool {
        let snoozed = self.later.is_some_and(|until| {
            let until = UnixTime::from_secs(until);
            now < until && until.since(now) <= SNOOZE
        });
        !snoozed && matches!(self.standing(accounts, now), Standing::Never | Standing::Old(_))
    }

    /// Notes a backup that was made.
    pub fn made(&mut self, last: Last, automatic: bool) {
        if automatic {
            self.auto = Some(last.clone());
        }
        self.last = Some(last);
        self.later = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400;

    #[test]
    fn who_is_reminded_when() {
        let now = UnixTime::from_secs(100 * DAY);
        let log = |last: Option<u64>, later: Option<u64>| Log {
            last: last.map(|at| Last { at, ..Last::default() }),
            later,
            ..Log::default()
        };
        let rows = [
            (log(None, None), 0, Standing::Nothing, false),
            (log(None, None), 1, Standing::Never, true),
            (log(None, Some(101 * DAY)), 1, Standing::Never, false),
            (log(None, Some(100 * DAY)), 1, Standing::Never, true),
            // The clock stood in the next year when "Later" was pressed.
            (log(None, Some(465 * DAY)), 1, Standing::Never, true),
            (log(Some(99 * DAY), None), 1, Standing::Fine(1), false),
            (log(Some(70 * DAY), None), 1, Standing::Fine(30), false),
            (log(Some(70 * DAY - 1), None), 1, Standing::Old(30), true),
            (log(Some(10 * DAY), None), 0, Standing::Fine(90), false),
            (log(Some(200 * DAY), None), 1, Standing::Fine(0), false),
        ];
        for (log, accounts, standing, reminds) in rows {
            assert_eq!((log.standing(accounts, now), log.reminds(accounts, now)), (standing, reminds), "{log:?}");
        }
    }
}
