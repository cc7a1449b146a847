//! Files the person chooses: the desktop's save dialog, and writing all or nothing.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::adapters::process::Visible;
use crate::app::ports::{FileError, Files};

/// How often it is looked whether the program that shows the dialog still runs.
const WATCH: Duration = Duration::from_secs(2);

/// The desktop's own dialogs and the file system. On Linux the dialog is the desktop portal's, or zenity's where there is no
/// portal.
#[derive(Clone, Copy, Debug, Default)]
pub struct DesktopFiles;

impl Files for DesktopFiles {
    /// Blocks as long as the dialog is open: call it on a worker.
    fn choose_save(&mut self, suggested_name: &str) -> Result<Option<PathBuf>, FileError> {
        let name = suggested_name.to_owned();
        shown(move || rfd::FileDialog::new().set_file_name(name).save_file())
    }

    fn choose_open(&mut self, title: &str) -> Result<Option<PathBuf>, FileError> {
        let title = title.to_owned();
        shown(move || rfd::FileDialog::new().set_title(title).pick_file())
    }

    fn choose_several(&mut self, title: &str) -> Result<Vec<PathBuf>, FileError> {
        let title = title.to_owned();
        Ok(shown(move || rfd::FileDialog::new().set_title(title).pick_files())?.unwrap_or_default())
    }

    fn choose_folder(&mut self, title: &str) -> Result<Option<PathBuf>, FileError> {
        let title = title.to_owned();
        shown(move || rfd::FileDialog::new().set_title(title).pick_folder())
    }

    fn write(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        write_private(path, bytes).map_err(|error| FileError::Refused { path: path.to_owned(), kind: error.kind() })
    }

    fn read(&mut self, path: &Path, most: usize) -> Result<Zeroizing<Vec<u8>>, FileError> {
        read_at_most(path, most).map_err(|error| FileError::Refused { path: path.to_owned(), kind: error.kind() })
    }
}

/// Shows a dialog, if there is anybody to show it.
fn shown<T: Send + 'static>(dialog: impl FnOnce() -> Option<T> + Send + 'static) -> Result<Option<T>, FileError> {
    let dialogs = Dialogs::find().ok_or(FileError::NoDialog)?;
    let visible = Visible::to_portals();
    let chosen = watched(dialog, || dialogs.alive());
    drop(visible);
    chosen
}

/// Shows a dialog on a thread of its own, since rfd waits for ever for a portal that has ended meanwhile. Then, and when rfd
/// panics, there was no dialog; the thread is left behind.
fn watched<T: Send + 'static>(
    dialog: impl FnOnce() -> Option<T> + Send + 'static,
    alive: impl Fn() -> bool,
) -> Result<Option<T>, FileError> {
    let (answer, answered) = mpsc::sync_channel(1);
    let show = move || {
        // Nobody waits any more if the watch below was given up.
        answer.send(dialog()).ok();
    };
    std::thread::Builder::new().name("file dialog".into()).spawn(show).map_err(|_| FileError::NoDialog)?;
    loop {
        match answered.recv_timeout(WATCH) {
            // rfd says so, too, when the portal has ended before it could answer.
            Ok(None) if !alive() => return Err(FileError::NoDialog),
            Ok(chosen) => return Ok(chosen),
            Err(RecvTimeoutError::Timeout) if alive() => {}
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Err(FileError::NoDialog),
        }
    }
}

/// Who shows dialogs here.
#[cfg(target_os = "linux")]
enum Dialogs {
    Portal(zbus::blocking::Connection),
    Zenity,
}

#[cfg(target_os = "linux")]
impl Dialogs {
    /// rfd gives `None` both when the dialog was closed and when none could be shown, so it is asked beforehand.
    fn find() -> Option<Self> {
        if let Ok(bus) = Self::portal() {
            return Some(Self::Portal(bus));
        }
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).any(|folder| folder.join("zenity").is_file()).then_some(Self::Zenity)
    }

    /// The session bus, if a portal on it (started for this if need be) has file dialogs.
    fn portal() -> zbus::Result<zbus::blocking::Connection> {
        let bus = zbus::blocking::connection::Builder::session()?.method_timeout(Duration::from_secs(10)).build()?;
        let place = (Some(PORTAL), "/org/freedesktop/portal/desktop", Some("org.freedesktop.DBus.Properties"));
        bus.call_method(place.0, place.1, place.2, "Get", &("org.freedesktop.portal.FileChooser", "version"))?;
        Ok(bus)
    }

    /// Whether an answer can still come. zenity is rfd's own child: its end is an answer.
    fn alive(&self) -> bool {
        let Self::Portal(bus) = self else { return true };
        let bus_itself = Some("org.freedesktop.DBus");
        let reply = bus.call_method(bus_itself, "/org/freedesktop/DBus", bus_itself, "NameHasOwner", &PORTAL);
        reply.is_ok_and(|reply| reply.body().deserialize().unwrap_or(false))
    }
}

#[cfg(target_os = "linux")]
const PORTAL: &str = "org.freedesktop.portal.Desktop";

/// Who shows dialogs here: the system itself.
#[cfg(not(target_os = "linux"))]
struct Dialogs;

#[cfg(not(target_os = "linux"))]
impl Dialogs {
    fn find() -> Option<Self> {
        Some(Self)
    }

    fn alive(&self) -> bool {
        true
    }
}

/// The first `most` bytes of the file at `path` and one more, if there are so many. It may be a pipe.
///
/// # Errors
/// What the system said.
pub fn read_at_most(path: &Path, most: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(most + 1));
    fs::File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Writes `bytes` to `path`, all or nothing, durable when it returns: into a new file beside it, readable by its owner alone
/// from the first moment, which then takes the name. A file that was there is replaced; a link is replaced, not followed.
///
/// # Errors
/// What the system said. Nothing has changed then, and no half file is left.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // tempfile gives it a name nobody can guess and mode 0600.
    let mut file = tempfile::Builder::new().prefix(".halfminute-").suffix(".new").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|refused| refused.error)?;
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_whole_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backup.age");
        for bytes in [&b"first"[..], b"", &[7; 1_000_000]] {
            DesktopFiles.write(&path, bytes).unwrap();
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::{PermissionsExt, symlink};
            fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
            DesktopFiles.write(&path, b"again").unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            let link = folder.path().join("link");
            symlink(&path, &link).unwrap();
            DesktopFiles.write(&link, b"not through the link").unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"again");
            assert!(fs::symlink_metadata(&link).unwrap().is_file());
        }
    }

    #[test]
    fn a_file_that_cannot_be_written_leaves_everything_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("not there").join("backup.age");
        let refused = |path: &Path, kind| Err(FileError::Refused { path: path.to_owned(), kind });
        assert_eq!(DesktopFiles.write(&path, b"x"), refused(&path, io::ErrorKind::NotFound));
        assert_eq!(DesktopFiles.write(folder.path(), b"x"), refused(folder.path(), io::ErrorKind::IsADirectory));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_dialog_that_was_closed_is_no_error_and_one_that_broke_is() {
        let path = PathBuf::from("/there");
        let there = path.clone();
        assert_eq!(watched(move || Some(there), || true), Ok(Some(path)));
        assert_eq!(watched(|| None::<PathBuf>, || true), Ok(None));
        assert_eq!(watched(|| None::<PathBuf>, || false), Err(FileError::NoDialog));
        assert_eq!(watched::<PathBuf>(|| panic!("this panic is part of the test"), || true), Err(FileError::NoDialog));
    }

    #[test]
    fn a_dialog_whose_program_has_ended_is_not_waited_for() {
        let (keep, never) = mpsc::channel::<()>();
        let waits = move || {
            never.recv().ok();
            None::<PathBuf>
        };
        assert_eq!(watched(waits, || false), Err(FileError::NoDialog));
        drop(keep);
    }
}
