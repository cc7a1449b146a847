//! Our data directory: where it is, and that it is ours alone.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::app::ports::VaultError;

/// A directory that exists, is no link, belongs to this user and can be entered by nobody else.
#[derive(Debug, Clone)]
pub struct DataDir {
    path: PathBuf,
}

impl DataDir {
    /// Where the data directory is for this user: `$HALFMINUTE_DATA_DIR`, or else `halfminute` in the user's data directory
    /// (`$XDG_DATA_HOME` if that is an absolute path, else `~/.local/share`; `%APPDATA%` on Windows).
    ///
    /// # Errors
    /// [`VaultError::Disk`] with the kind `NotFound` when the user has no home directory.
    pub fn locate() -> Result<PathBuf, VaultError> {
        Self::locate_with(std::env::var_os("HALFMINUTE_DATA_DIR"))
    }

    /// Where it is without a choice; `None` without a home.
    #[must_use]
    pub fn usual() -> Option<PathBuf> {
        Self::locate_with(None).ok()
    }

    fn locate_with(chosen: Option<OsString>) -> Result<PathBuf, VaultError> {
        match chosen.filter(|path| !path.is_empty()) {
            Some(path) => std::path::absolute(&path).map_err(|error| disk(Path::new(&path), &error)),
            None => match etcetera::choose_base_strategy() {
                Ok(base) => Ok(base.data_dir().join("halfminute")),
                Err(_) => Err(VaultError::Disk { path: PathBuf::from("~"), kind: io::ErrorKind::NotFound }),
            },
        }
    }

    /// Makes the directory if it is not there, readable by the owner alone, and checks it.
    ///
    /// # Errors
    /// [`VaultError::UnsafeFolder`] when it is a link or belongs to somebody else, [`VaultError::Disk`] when the system refuses.
    pub fn open(path: &Path) -> Result<Self, VaultError> {
        let refused = |error: io::Error| disk(path, &error);
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match std::fs::symlink_metadata(path) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => builder.create(path).map_err(refused)?,
            Err(error) => return Err(refused(error)),
        }
        let found = std::fs::symlink_metadata(path).map_err(refused)?;
        if !found.is_dir() || !is_ours(&found) {
            return Err(VaultError::UnsafeFolder { path: path.to_owned() });
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = found.permissions().mode();
            if mode & 0o077 != 0 {
                match std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)) {
                    // What others can read and nobody can change is encrypted.
                    Err(error) if error.kind() == io::ErrorKind::ReadOnlyFilesystem && mode & 0o022 == 0 => {}
                    narrowed => narrowed.map_err(refused)?,
                }
            }
        }
        Ok(Self { path: path.to_owned() })
    }

    /// The directory itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The newest document, encrypted, until the keyring has proved that it holds it.
    #[must_use]
    pub fn journal(&self) -> PathBuf {
        self.path.join("journal")
    }

    /// Which vault of the keyring is ours.
    #[must_use]
    pub fn stamp(&self) -> PathBuf {
        self.path.join("vault-id")
    }

    /// Locked around every read-change-write.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.path.join("lock")
    }

    /// The state database.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        self.path.join("state.sqlite")
    }

    /// The vault file.
    #[must_use]
    pub fn vault_file(&self) -> PathBuf {
        self.path.join("vault.age")
    }

    /// When the last backup was made, nothing secret.
    #[must_use]
    pub fn backups(&self) -> PathBuf {
        self.path.join("backups.json")
    }

    /// Where the window stood, nothing secret.
    #[must_use]
    pub fn window(&self) -> PathBuf {
        self.path.join("window.json")
    }

    /// The settings, nothing secret.
    #[must_use]
    pub fn settings(&self) -> PathBuf {
        self.path.join("settings.json")
    }
}

/// Whether what `found` describes belongs to this user. On Windows the user's profile is protected by the system.
pub(super) fn is_ours(found: &std::fs::Metadata) -> bool {
    #[cfg(unix)]
    {
        std::os::unix::fs::MetadataExt::uid(found) == rustix::process::geteuid().as_raw()
    }
    #[cfg(not(unix))]
    {
        let _ = found;
        true
    }
}

pub(super) fn disk(path: &Path, error: &io::Error) -> VaultError {
    VaultError::Disk { path: path.to_owned(), kind: error.kind() }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn the_chosen_directory_counts_and_an_empty_choice_does_not() {
        assert_eq!(DataDir::locate_with(Some("/a/b".into())), Ok(PathBuf::from("/a/b")));
        assert_eq!(DataDir::locate_with(Some("".into())), DataDir::locate_with(None));
        assert!(DataDir::locate_with(Some("here".into())).unwrap().is_absolute());
    }

    #[test]
    fn the_directory_is_made_for_the_owner_alone_and_a_wide_one_is_narrowed() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a/halfminute");
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        DataDir::open(&path).unwrap();
        assert_eq!(mode(&path), 0o700);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        DataDir::open(&path).unwrap();
        assert_eq!(mode(&path), 0o700);
    }

    #[test]
    fn links_files_and_other_peoples_directories_are_refused() {
        let home = tempfile::tempdir().unwrap();
        let (link, file, dangling) = (home.path().join("link"), home.path().join("file"), home.path().join("dangling"));
        symlink(home.path(), &link).unwrap();
        symlink(home.path().join("nowhere"), &dangling).unwrap();
        std::fs::write(&file, "").unwrap();
        let mut unsafe_ones = vec![link, file, dangling];
        if rustix::process::geteuid().is_root() {
            let foreign = home.path().join("foreign");
            std::fs::create_dir(&foreign).unwrap();
            std::os::unix::fs::chown(&foreign, Some(65_534), None).unwrap();
            unsafe_ones.push(foreign);
        }
        for path in unsafe_ones {
            assert_eq!(DataDir::open(&path).unwrap_err(), VaultError::UnsafeFolder { path });
        }
    }
}
