//! Files that are replaced all at once and survive a power cut: temporary file in the same directory, fsync, rename, fsync of the
//! directory. Readable by the owner alone from the moment they exist; links are never followed.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use zeroize::Zeroizing;

use crate::app::ports::VaultError;

use super::data_dir::{disk, is_ours};

const TEMPORARY: &str = ".new-";
/// No file of ours is longer: a document of 16 MiB, encrypted, and its header.
const MAX_BYTES: u64 = 32 << 20;

/// A step of a write, in the order in which they are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileStep {
    /// The temporary file is written and synced.
    Write,
    /// It takes the name, or a file gives its name up.
    Rename,
    /// The directory is synced.
    Sync,
}

/// Called before each step; an error stops the write there. Tests end a program with it.
pub type Probe = Arc<dyn Fn(FileStep) -> io::Result<()> + Send + Sync>;

/// What tells one version of a file from the next without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version(Option<(u64, u64, SystemTime)>);

/// The files of one directory.
#[derive(Clone)]
pub struct Folder {
    path: PathBuf,
    probe: Option<Probe>,
}

impl Folder {
    /// The files of `path`, which exists and is safe ([`DataDir`](super::data_dir::DataDir)).
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), probe: None }
    }

    /// The same with `probe` before each step.
    #[must_use]
    pub fn probed(path: &Path, probe: Probe) -> Self {
        Self { path: path.to_owned(), probe: Some(probe) }
    }

    /// The path of a file in it.
    #[must_use]
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The contents of `name`, `None` if there is none.
    ///
    /// # Errors
    /// [`VaultError::UnsafeFolder`] for a link, a foreign owner or anything but a file; [`VaultError::TooLarge`];
    /// [`VaultError::Disk`] when the system refuses.
    pub fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        let path = self.join(name);
        let refused = |error: io::Error| disk(&path, &error);
        let Some(length) = self.check(name)? else { return Ok(None) };
        if length > MAX_BYTES {
            return Err(VaultError::TooLarge);
        }
        let mut file = no_follow(OpenOptions::new().read(true)).open(&path).map_err(refused)?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1));
        Read::by_ref(&mut file).take(MAX_BYTES).read_to_end(&mut bytes).map_err(refused)?;
        Ok(Some(bytes))
    }

    /// The version of `name`; equal to an earlier one only if the file was not replaced since.
    #[must_use]
    pub fn version(&self, name: &str) -> Version {
        Version(std::fs::symlink_metadata(self.join(name)).ok().and_then(|found| {
            #[cfg(unix)]
            let inode = std::os::unix::fs::MetadataExt::ino(&found);
            #[cfg(not(unix))]
            let inode = 0;
            Some((inode, found.len(), found.modified().ok()?))
        }))
    }

    /// Replaces `name` with `bytes`, all or nothing, durable when it returns.
    ///
    /// # Errors
    /// As [`read`](Self::read). If only the last step failed, the new contents are there but may not survive a power cut.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), VaultError> {
        let path = self.join(name);
        self.check(name)?;
        self.try_replace(&path, bytes).map_err(|error| disk(&path, &error))
    }

    fn try_replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.ask(FileStep::Write)?;
        let mut builder = tempfile::Builder::new();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let prefix = format!("{TEMPORARY}{name}-");
        builder.prefix(&prefix);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600));
        let mut temporary = builder.tempfile_in(&self.path)?;
        temporary.write_all(bytes)?;
        temporary.as_file().sync_all()?;
        self.ask(FileStep::Rename)?;
        temporary.persist(path).map_err(|error| error.error)?;
        self.sync()
    }

    /// Removes `name` durably; one that is not there is fine.
    ///
    /// # Errors
    /// [`VaultError::Disk`].
    pub fn remove(&self, name: &str) -> Result<(), VaultError> {
        let path = self.join(name);
        let removed = self.ask(FileStep::Rename).and_then(|()| match std::fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        });
        removed.and_then(|()| self.sync()).map_err(|error| disk(&path, &error))
    }

    /// Gives `name` another name, `name.old-1` or the first number that is free; nothing is overwritten. One that is not there is fine.
    ///
    /// # Errors
    /// [`VaultError::Disk`].
    pub fn set_aside(&self, name: &str) -> Result<(), VaultError> {
        let from = self.join(name);
        if std::fs::symlink_metadata(&from).is_err() {
            return Ok(());
        }
        let to = self.free(name)?;
        let moved = self.ask(FileStep::Rename).and_then(|()| std::fs::rename(&from, to)).and_then(|()| self.sync());
        moved.map_err(|error| disk(&from, &error))
    }

    /// Keeps a copy of `name` under such a name; `name` stays. One that is not there is fine.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn copy_aside(&self, name: &str) -> Result<(), VaultError> {
        let Some(bytes) = self.read(name)? else { return Ok(()) };
        let to = self.free(name)?;
        self.try_replace(&to, &bytes).map_err(|error| disk(&to, &error))
    }

    fn free(&self, name: &str) -> Result<PathBuf, VaultError> {
        let free = (1..u32::MAX).map(|n| self.join(&format!("{name}.old-{n}"))).find(|to| std::fs::symlink_metadata(to).is_err());
        free.ok_or_else(|| VaultError::Disk { path: self.join(name), kind: io::ErrorKind::AlreadyExists })
    }

    /// Removes what a program that was ended in the middle of writing one of `names` left behind. Only under the lock that
    /// stands before those writes.
    pub fn sweep(&self, names: &[&str]) {
        let entries = std::fs::read_dir(&self.path).into_iter().flatten().flatten();
        for entry in entries {
            let found = entry.file_name();
            let rest = found.to_str().and_then(|found| found.strip_prefix(TEMPORARY));
            if rest.is_some_and(|rest| names.iter().any(|name| rest.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'))))
            {
                // what cannot be removed now is tried again at the next start; it holds nothing in the clear
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }

    /// The length of `name`, `None` if it is not there.
    fn check(&self, name: &str) -> Result<Option<u64>, VaultError> {
        let path = self.join(name);
        match std::fs::symlink_metadata(&path) {
            Ok(found) if found.is_file() && is_ours(&found) => Ok(Some(found.len())),
            Ok(_) => Err(VaultError::UnsafeFolder { path }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(disk(&path, &error)),
        }
    }

    fn ask(&self, step: FileStep) -> io::Result<()> {
        self.probe.as_ref().map_or(Ok(()), |probe| probe(step))
    }

    fn sync(&self) -> io::Result<()> {
        self.ask(FileStep::Sync)?;
        // a directory cannot be opened as a file on Windows; its file system keeps renames in order
        if cfg!(unix) { File::open(&self.path)?.sync_all() } else { Ok(()) }
    }
}

/// Makes `options` refuse to follow a link.
pub(super) fn no_follow(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    options
}
