//! One program at a time between reading the newest document and having written the next.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::app::ports::VaultError;

use super::atomic_file::no_follow;
use super::data_dir::{disk, is_ours};

/// How long another program is waited for.
pub const DEADLINE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(15);

/// A lock that is held until it is dropped, or until the program ends.
///
/// On a disk that is read-only it is held on the file that is there, since who writes through another way in holds it too; without one
/// there is nothing to hold.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "the lock lives as long as the file is open")] Option<File>);

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
        no_follow(&mut options);
        let begun = Instant::now();
        let refused = |error: io::Error| disk(path, &error);
        let Some(mut file) = opened(&options, path).map_err(refused)? else { return Ok(Self(None)) };
        loop {
            match file.try_lock() {
                Ok(()) if is_named(&file, path) => return Ok(Self(Some(file))),
                // the file was removed while we waited: whoever comes next locks another one, and so do we
                Ok(()) => match opened(&options, path).map_err(refused)? {
                    Some(other) => file = other,
                    None => return Ok(Self(None)),
                },
                Err(TryLockError::Error(error)) => return Err(disk(path, &error)),
                Err(TryLockError::WouldBlock) if begun.elapsed() >= deadline => return Err(VaultError::Busy),
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            }
        }
    }
}

/// The lock file, made if it is not there; on a read-only disk as it is there, or `None`.
fn opened(options: &OpenOptions, path: &Path) -> io::Result<Option<File>> {
    match options.open(path) {
        Err(error) if error.kind() == ErrorKind::ReadOnlyFilesystem => {
            match no_follow(OpenOptions::new().read(true)).open(path) {
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
                there => there.map(Some),
            }
        }
        made => made.map(Some),
    }
}

/// Whether `path` still names `file`. Where a file that is open cannot be removed, it does.
fn is_named(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        match (file.metadata(), std::fs::symlink_metadata(path)) {
            (Ok(ours), Ok(named)) => (ours.dev(), ours.ino()) == (named.dev(), named.ino()),
            _ => false,
        }
    }
    #[cfg(not(unix))]
    {
        let _ = (file, path);
        true
    }
}

/// The directory that all programs of this user share and no other user can write to, for locks on what is not in a data directory:
/// `$XDG_RUNTIME_DIR`, or else the place of temporary files where each user has one. `None` if there is no such directory.
#[must_use]
pub fn shared_place() -> Option<PathBuf> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    runtime.into_iter().chain([std::env::temp_dir()]).find(|path| is_private(path))
}

fn is_private(path: &Path) -> bool {
    let Ok(found) = std::fs::symlink_metadata(path) else { return false };
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o022 != 0 {
        return false;
    }
    path.is_absolute() && found.is_dir() && is_ours(&found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_lock_file_that_was_removed_gives_no_second_holder() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let first = Lock::acquire(&path, Duration::ZERO).unwrap();
        let waiting = {
            let path = path.clone();
            let wait = move || Lock::acquire(&path, Duration::from_secs(10)).unwrap();
            std::thread::Builder::new().name("waiting".to_owned()).spawn(wait).unwrap()
        };
        // it waits at the old file; the file goes, and comes back held by somebody else
        std::thread::park_timeout(Duration::from_millis(60));
        std::fs::remove_file(&path).unwrap();
        let second = Lock::acquire(&path, Duration::ZERO).unwrap();
        drop(first);
        std::thread::park_timeout(Duration::from_millis(60));
        assert!(!waiting.is_finished(), "two programs hold the lock");
        drop(second);
        waiting.join().unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_place_that_others_can_write_to_is_not_shared() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        for (mode, fine) in [(0o700, true), (0o755, true), (0o777, false), (0o1777, false), (0o720, false)] {
            std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(is_private(dir.path()), fine, "{mode:o}");
        }
        assert!(!is_private(&dir.path().join("nothing")) && !is_private(Path::new(".")));
    }

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
