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
    /// The temporary file is written.
    Write,
    /// Its contents are synced.
    SyncFile,
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

/// What became of a file that was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// It survives a power cut.
    Durable,
    /// Everybody sees the new contents, but the directory could not be synced: a power cut may bring the old ones back.
    Unsynced(io::ErrorKind),
}

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
        match self.put(name, bytes)? {
            Replaced::Durable => Ok(()),
            Replaced::Unsynced(kind) => Err(VaultError::Disk { path: self.join(name), kind }),
        }
    }

    /// As [`replace`](Self::replace), for those who must know whether the new contents are there: after an error, they are not.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<Replaced, VaultError> {
        let path = self.join(name);
        self.check(name)?;
        self.try_replace(&path, bytes).map_err(|error| disk(&path, &error))
    }

    fn try_replace(&self, path: &Path, bytes: &[u8]) -> io::Result<Replaced> {
        self.ask(FileStep::Write)?;
        let mut builder = tempfile::Builder::new();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let prefix = format!("{TEMPORARY}{name}-");
        builder.prefix(&prefix);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600));
        let mut temporary = builder.tempfile_in(&self.path)?;
        temporary.write_all(bytes)?;
        self.flush(FileStep::SyncFile, temporary.as_file())?;
        self.ask(FileStep::Rename)?;
        temporary.persist(path).map_err(|error| error.error)?;
        Ok(self.sync().map_or_else(|error| Replaced::Unsynced(error.kind()), |()| Replaced::Durable))
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

    /// Keeps a copy of `name` under such a name, unless the newest of them is one; `name` stays. One that is not there is fine.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn copy_aside(&self, name: &str) -> Result<(), VaultError> {
        let Some(bytes) = self.read(name)? else { return Ok(()) };
        let number = self.free_number(name)?;
        if number > 1 && self.read(&aside(name, number - 1))?.is_some_and(|newest| *newest == *bytes) {
            return Ok(());
        }
        self.replace(&aside(name, number), &bytes)
    }

    /// Writes `bytes` under such a name; `name` stays.
    ///
    /// # Errors
    /// As [`replace`](Self::replace).
    pub fn put_aside(&self, name: &str, bytes: &[u8]) -> Result<(), VaultError> {
        self.replace(&aside(name, self.free_number(name)?), bytes)
    }

    fn free(&self, name: &str) -> Result<PathBuf, VaultError> {
        Ok(self.join(&aside(name, self.free_number(name)?)))
    }

    fn free_number(&self, name: &str) -> Result<u32, VaultError> {
        let free = (1..u32::MAX).find(|n| std::fs::symlink_metadata(self.join(&aside(name, *n))).is_err());
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

    /// Makes the names in it durable.
    ///
    /// # Errors
    /// What the system says.
    pub fn sync(&self) -> io::Result<()> {
        // a directory cannot be opened as a file on Windows; its file system keeps renames in order
        if cfg!(unix) { self.flush(FileStep::Sync, &File::open(&self.path)?) } else { self.ask(FileStep::Sync) }
    }

    fn flush(&self, step: FileStep, file: &File) -> io::Result<()> {
        self.ask(step)?;
        file.sync_all()
    }
}

/// The name under which the `n`th old `name` is kept.
fn aside(name: &str, n: u32) -> String {
    format!("{name}.old-{n}")
}

/// Makes `options` refuse to follow a link.
pub(super) fn no_follow(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    type Seen = (FileStep, Vec<String>);

    /// A folder, and the steps that were taken in it, with the names that stood there before each.
    fn watched(path: &Path) -> (Folder, Arc<Mutex<Vec<Seen>>>) {
        let steps = Arc::new(Mutex::new(Vec::new()));
        let (seen, place) = (Arc::clone(&steps), path.to_owned());
        let probe = move |step| {
            let entries = std::fs::read_dir(&place)?.map(|entry| entry.map(|entry| entry.file_name().into_string().unwrap()));
            let mut names = entries.collect::<io::Result<Vec<_>>>()?;
            names.sort();
            names.iter_mut().filter(|name| name.starts_with(TEMPORARY)).for_each(|name| "new".clone_into(name));
            seen.lock().unwrap().push((step, names));
            Ok(())
        };
        (Folder::probed(path, Arc::new(probe)), steps)
    }

    #[test]
    fn the_contents_are_synced_before_the_name_is_taken_and_the_directory_after_it() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, steps) = watched(dir.path());
        let taken = || std::mem::take(&mut *steps.lock().unwrap());
        let step = |step, names: &[&str]| (step, names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        let write = [
            step(FileStep::Write, &[]),
            step(FileStep::SyncFile, &["new"]),
            step(FileStep::Rename, &["new"]),
            step(FileStep::Sync, &["a"]),
        ];
        folder.replace("a", b"1").unwrap();
        assert_eq!(taken(), write);
        folder.set_aside("a").unwrap();
        assert_eq!(taken(), [step(FileStep::Rename, &["a"]), step(FileStep::Sync, &["a.old-1"])]);
        folder.remove("a.old-1").unwrap();
        assert_eq!(taken(), [step(FileStep::Rename, &["a.old-1"]), step(FileStep::Sync, &[])]);
    }

    #[test]
    fn a_directory_that_cannot_be_synced_is_told_from_a_file_that_was_not_written() {
        let dir = tempfile::tempdir().unwrap();
        for (fails, there) in
            [(FileStep::Write, false), (FileStep::SyncFile, false), (FileStep::Rename, false), (FileStep::Sync, true)]
        {
            let probe = move |step| if step == fails { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) };
            let folder = Folder::probed(dir.path(), Arc::new(probe));
            let put = folder.put("a", b"1");
            assert_eq!(put == Ok(Replaced::Unsynced(io::ErrorKind::StorageFull)), there, "{put:?}");
            assert_eq!((put.is_err(), folder.join("a").exists()), (!there, there));
            assert!(folder.replace("b", b"1").is_err());
        }
    }

    #[test]
    fn what_is_kept_already_is_not_kept_twice() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        for (text, kept) in [("1", 1), ("1", 1), ("2", 2), ("1", 3)] {
            folder.replace("a", text.as_bytes()).unwrap();
            folder.copy_aside("a").unwrap();
            assert_eq!(folder.free_number("a").unwrap(), kept + 1);
        }
    }
}
