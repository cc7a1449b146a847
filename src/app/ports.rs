//! What the app needs from the outside, as traits: the adapters and the tests' pretend world implement them.

mod backup;
mod camera;
mod desktop;
mod health;
mod icons;
mod picture;
mod screen;
mod session;
mod state;
mod time;
mod vault;
mod window;

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::domain::{Moment, UnixTime};

pub use backup::{BackupError, BackupLog, Backups, Key, KeyKind, Locked, Over, RecipientError, Seal, WORK_MOST, WORK_UNASKED};
pub use camera::{CameraError, Cameras, Frame, MOST_SIDE};
pub use desktop::{Desktop, DesktopEvent, DesktopEvents, KeysState, StartError, TrayMenu, TrayState, Wish};
pub use health::{Examined, FileFacts, FolderFacts, ItemFacts, JournalFacts, KeyringFacts, Machine, MachineFacts};
pub use icons::{IconStore, OwnIcon, PackId};
pub use picture::{Fit, Found, OtherPicture, Picture, PictureError, PictureReader, Unreadable};
pub use screen::{Grabbed, ScreenError, Screens, Shot};
pub use session::{SessionEvent, SessionWatch, Watched};
pub use state::{Attempt, Begun, DriftPoint, Sequence, Spent, State, StateError, Ticket, Try, UserKey};
pub use time::{ServerError, TimeAnswer, TimeError, TimeServer, TimeServers, WAIT, Weight};
pub use vault::{OldCopy, Opened, Place, Protection, Vault, VaultError, VaultFiles, VaultNote};
pub use window::{ScreenPlace, ScreenPlaces, WindowStore};

/// The clocks.
pub trait Clock: Send + Sync {
    /// Now, UTC, by the wall clock.
    fn now(&self) -> UnixTime;

    /// Now by both clocks. Where nothing tells how long the computer has been running, by the wall clock alone.
    fn moment(&self) -> Moment {
        Moment::of_wall(self.now())
    }

    /// Whether the kernel says that its clock is kept right; `None` where it does not say.
    fn synchronised(&self) -> Option<bool> {
        None
    }
}

/// Randomness from the operating system.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// [`NoEntropy`] when the operating system gives none; nothing may then be made with it.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy>;
}

/// The operating system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct NoEntropy;

/// The clipboard, on its own thread: calls return at once.
pub trait Clipboard: Send {
    /// Puts `text` there with the hints that keep it out of clipboard histories; it is cleared after `clear_after` and on
    /// exit, if it then still is what is there.
    ///
    /// # Errors
    /// [`NoClipboard`] when there is none.
    fn copy(&mut self, text: Zeroizing<String>, clear_after: std::time::Duration) -> Result<(), NoClipboard>;

    /// Clears it now, if our text still is what is there, and keeps nothing of it.
    fn forget(&mut self);

    /// What stands there now; `None` if it is nothing that can be read, or too much.
    ///
    /// # Errors
    /// [`NoClipboard`] when there is none.
    fn read(&mut self) -> Result<Option<Clip>, NoClipboard>;
}

/// What stood on the clipboard. It may be a secret: nothing of it is shown.
pub enum Clip {
    /// A text.
    Text(Zeroizing<String>),
    /// A picture.
    Picture {
        /// In pixels.
        width: usize,
        /// In pixels.
        height: usize,
        /// Red, green, blue and opacity of each pixel, row by row.
        rgba: Zeroizing<Vec<u8>>,
    },
}

impl std::fmt::Debug for Clip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clip").finish_non_exhaustive()
    }
}

/// No clipboard could be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no clipboard can be reached")]
pub struct NoClipboard;

/// Which streams are terminals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terminals {
    /// Standard input is one.
    pub input: bool,
    /// Standard output is one.
    pub output: bool,
    /// Standard error is one.
    pub errors: bool,
    /// How many characters fit into a line of standard output, where that is known.
    pub width: Option<u16>,
}

/// Files the person chooses.
pub trait Files: Send {
    /// Asks where to save; `None` if the person closed the dialog.
    ///
    /// # Errors
    /// [`FileError`] when no dialog can be shown.
    fn choose_save(&mut self, suggested_name: &str) -> Result<Option<PathBuf>, FileError>;

    /// Asks for a file that is there, under the headline `title`; `None` if the person closed the dialog.
    ///
    /// # Errors
    /// [`FileError`] when no dialog can be shown.
    fn choose_open(&mut self, title: &str) -> Result<Option<PathBuf>, FileError>;

    /// Asks for one file or several, under the headline `title`; none if the person closed the dialog.
    ///
    /// # Errors
    /// [`FileError`] when no dialog can be shown.
    fn choose_several(&mut self, title: &str) -> Result<Vec<PathBuf>, FileError>;

    /// Asks for a folder, under the headline `title`; `None` if the person closed the dialog.
    ///
    /// # Errors
    /// [`FileError`] when no dialog can be shown.
    fn choose_folder(&mut self, title: &str) -> Result<Option<PathBuf>, FileError>;

    /// Writes `bytes` to `path`, readable by the owner alone, all or nothing.
    ///
    /// # Errors
    /// [`FileError`]; no half file is left.
    fn write(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FileError>;

    /// The first `most` bytes of the file at `path`, and one more if there are so many.
    ///
    /// # Errors
    /// [`FileError`].
    fn read(&mut self, path: &Path, most: usize) -> Result<Zeroizing<Vec<u8>>, FileError>;
}

/// Why a file could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// No file dialog can be shown on this desktop.
    #[error("no file dialog can be shown")]
    NoDialog,
    /// The system refused.
    #[error("{}: {kind}", path.display())]
    Refused {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        kind: std::io::ErrorKind,
    },
}
