//! What the commands need from outside. `main` implements it with the adapters, each made only when a command asks for it: a code
//! from an address on standard input touches no bus, no folder and no database.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::app::job::VaultSide;
use crate::app::picture::InLine;
use crate::app::ports::{
    BackupLog, Backups, Entropy, FileError, Machine, NoClipboard, PictureReader, Screens, State, StateError, Terminals,
    TimeServers, Vault, VaultError, VaultFiles,
};
use crate::app::settings::{ClearAfter, Settings};
use crate::domain::{Moment, UnixTime};

/// The world outside of one command.
pub trait World {
    /// An environment variable.
    fn environment(&self, name: &str) -> Option<OsString>;

    /// Which of the three streams are terminals.
    fn terminals(&self) -> Terminals;

    /// The moment. Asked once per command.
    fn now(&self) -> UnixTime;

    /// The same by both clocks.
    fn moment(&self) -> Moment {
        Moment::of_wall(self.now())
    }

    /// Randomness.
    fn entropy(&self) -> &dyn Entropy;

    /// The vault in the file `chosen`, or else the one that the window uses. It is not opened yet.
    ///
    /// # Errors
    /// [`VaultError`] when there is no place for it.
    fn vault(&mut self, chosen: Option<&Path>) -> Result<FoundVault, VaultError>;

    /// Both places of the data folder, and its vault file's path. Nothing is opened yet.
    ///
    /// # Errors
    /// [`VaultError::NotMovable`] when `chosen` is another file; [`VaultError`] when there is no place for it.
    fn places(&mut self, chosen: Option<&Path>) -> Result<(VaultSide, PathBuf), VaultError>;

    /// Used steps and history.
    ///
    /// # Errors
    /// [`NoState`].
    fn state(&mut self) -> Result<Box<dyn State>, NoState>;

    /// The machine under us.
    fn machine(&mut self) -> Box<dyn Machine>;

    /// Time servers. Nobody is asked until a command asks one.
    fn time_servers(&mut self) -> Box<dyn TimeServers>;

    /// The screens. Nobody looks at them until a command does.
    fn screens(&mut self) -> Box<dyn Screens>;

    /// What the person has set in the window; the defaults where it cannot be read.
    fn settings(&mut self) -> Settings;

    /// The contents of a file, at most `most` bytes of it and one more.
    ///
    /// # Errors
    /// [`FileError`].
    fn read_file(&mut self, path: &Path, most: usize) -> Result<Zeroizing<Vec<u8>>, FileError>;

    /// Writes a file, readable by its owner alone, all or nothing.
    ///
    /// # Errors
    /// [`FileError`]; no half file is left.
    fn write_file(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FileError>;

    /// Backup files.
    fn backups(&mut self) -> Box<dyn Backups>;

    /// When the last backup of the window's vault was made; `None` where there is no place to note it.
    fn backup_log(&mut self) -> Option<Box<dyn BackupLog>>;

    /// Whether anything stands under this name.
    fn exists(&self, path: &Path) -> bool;

    /// The same file from the root on, for people who read it elsewhere.
    fn absolute(&self, path: &Path) -> std::path::PathBuf;

    /// Asks on the terminal for something that is not shown while it is typed. `None` without a terminal.
    fn ask_hidden(&mut self, prompt: &str) -> Option<Zeroizing<String>>;

    /// Leaves `text` on the clipboard, kept there by a program of its own until it is cleared.
    ///
    /// # Errors
    /// [`NoClipboard`].
    fn keep_on_clipboard(&mut self, text: &str, clear: ClearAfter) -> Result<(), NoClipboard>;

    /// Finds codes in pictures: in a process of its own, or where it is called.
    fn pictures(&self) -> Box<dyn PictureReader> {
        Box::new(InLine)
    }

    /// Standard input.
    fn input(&mut self) -> &mut dyn Read;

    /// Standard output.
    fn output(&mut self) -> &mut dyn Write;

    /// Standard error.
    fn errors(&mut self) -> &mut dyn Write;
}

/// A vault that is not opened yet.
pub enum FoundVault {
    /// In the keyring.
    Keyring(Box<dyn Vault>),
    /// In an encrypted file, which may not be there yet.
    File(Box<dyn VaultFiles>, std::path::PathBuf),
}

/// Why there is no state.
#[derive(Debug)]
pub enum NoState {
    /// There is no place for it.
    Place(VaultError),
    /// It cannot be used.
    State(StateError),
}
