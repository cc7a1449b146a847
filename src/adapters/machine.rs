//! The machine under us, for the check-up: the data folder, its disk, the clock.

use std::path::{Path, PathBuf};

use crate::app::ports::{FolderFacts, Machine, MachineFacts, VaultError};

use super::data_dir::{DataDir, is_ours};
use super::kernel_clock;

/// This computer.
pub struct ThisMachine {
    folder: Result<PathBuf, VaultError>,
}

impl ThisMachine {
    /// With the data folder where this user's is. Nothing is made.
    #[must_use]
    pub fn new() -> Self {
        Self { folder: DataDir::locate() }
    }

    /// With the data folder at `folder`, for tests.
    #[must_use]
    pub fn at(folder: PathBuf) -> Self {
        Self { folder: Ok(folder) }
    }
}

impl Default for ThisMachine {
    fn default() -> Self {
        Self::new()
    }
}

impl Machine for ThisMachine {
    fn look(&mut self) -> MachineFacts {
        MachineFacts { folder: folder(self.folder.clone()), synchronised: kernel_clock::synchronised() }
    }
}

fn folder(path: Result<PathBuf, VaultError>) -> FolderFacts {
    let Ok(there) = &path else { return FolderFacts { path, missing: false, open_to_others: Vec::new(), free: None } };
    let missing = std::fs::symlink_metadata(there).is_err();
    let on_disk = there.ancestors().find(|path| path.exists());
    let free = on_disk.and_then(free);
    let open_to_others = if missing { Vec::new() } else { open_to_others(there) };
    FolderFacts { missing, open_to_others, free, path }
}

/// The folder and what is in it, as far as others may read it or it is not ours.
fn open_to_others(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut open: Vec<PathBuf> = std::iter::once(folder.to_owned()).chain(files).filter(|path| is_open(path)).collect();
    open.sort();
    open
}

fn is_open(path: &Path) -> bool {
    let Ok(found) = std::fs::symlink_metadata(path) else { return false };
    #[cfg(unix)]
    let wide = std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o077 != 0;
    #[cfg(not(unix))]
    let wide = false;
    !is_ours(&found) || wide && !found.is_symlink()
}

/// The bytes that a program of this user may still write to the disk of `path`.
fn free(path: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let disk = rustix::fs::statvfs(path).ok()?;
        disk.f_bavail.checked_mul(disk.f_frsize)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn files_that_others_can_read_are_named() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("halfminute");
        let facts = |dir: &Path| ThisMachine::at(dir.to_owned()).look().folder;
        let missing = facts(&dir);
        assert!(missing.missing && missing.open_to_others.is_empty() && missing.free.is_some());
        DataDir::open(&dir).unwrap();
        let journal = dir.join("journal");
        std::fs::write(&journal, "").unwrap();
        std::fs::set_permissions(&journal, PermissionsExt::from_mode(0o600)).unwrap();
        symlink(home.path(), dir.join("link")).unwrap();
        assert_eq!(facts(&dir).open_to_others, Vec::<PathBuf>::new());
        std::fs::set_permissions(&journal, PermissionsExt::from_mode(0o640)).unwrap();
        assert_eq!(facts(&dir).open_to_others, [journal]);
        assert!(facts(&dir).free.is_some_and(|free| free > 0));
    }
}
