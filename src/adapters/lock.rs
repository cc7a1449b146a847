//! One program at a time between reading the newest document and having written the next.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::app::ports::VaultError;

use super::atomic_file::no_follow;
use super::data_dir::disk;

/// How long another program is waited for.
pub const DEADLINE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(15);

/// A lock that is held until it is dropped, or until the program ends.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "the lock lives as long as the file is open")] File);

impl Lock {
    /// Waits up to `deadline` for the lock file at `path`.
    ///
    /// # Errors
    /// [`VaultError::Busy`] after the deadline, [`VaultError::UnsafeFolder`] for a link, [`VaultError::Disk`].
    pub fn acquire(path: &Path, deadline: Duration) -> Result<Self, VaultError> {
        if std::fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) {
            return Err(VaultError::UnsafeFolder { path: path.to_owned() });
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = no_follow(&mut options).open(path).map_err(|error| disk(path, &error))?;
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self(file)),
                Err(TryLockError::Error(error)) => return Err(disk(path, &error)),
                Err(TryLockError::WouldBlock) if begun.elapsed() >= deadline => return Err(VaultError::Busy),
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_waits_and_then_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let first = Lock::acquire(&path, Duration::ZERO).unwrap();
        assert_eq!(Lock::acquire(&path, Duration::from_millis(40)).unwrap_err(), VaultError::Busy);
        drop(first);
        Lock::acquire(&path, Duration::ZERO).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (path, other) = (dir.path().join("lock"), dir.path().join("other"));
        std::os::unix::fs::symlink(&other, &path).unwrap();
        assert_eq!(Lock::acquire(&path, Duration::ZERO).unwrap_err(), VaultError::UnsafeFolder { path });
        assert!(!other.exists());
    }
}
