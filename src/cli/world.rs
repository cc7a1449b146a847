//! What the commands need from outside. `main` implements it with the adapters, each made only when a command asks for it: a code
//! from an address on standard input touches no bus, no folder and no database.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::Path;

use zeroize::Zeroizing;

use crate::app::ports::{Entropy, FileError, Machine, NoClipboard, State, StateError, Terminals, Vault, VaultError, VaultFiles};
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

    /// Used steps and history.
    ///
    /// # Errors
    /// [`NoState`].
    fn state(&mut self) -> Result<Box<dyn State>, NoState>;

    /// The machine under us.
    fn machine(&mut self) -> Box<dyn Machine>;

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

    /// Asks on the terminal for something that is not shown while it is typed. `None` without a terminal.
    fn ask_hidden(&mut self, prompt: &str) -> Option<Zeroizing<String>>;

    /// Leaves `text` on the clipboard, kept there by a program of its own until it is cleared.
    ///
    /// # Errors
    /// [`NoClipboard`].
    fn keep_on_clipboard(&mut self, text: &str, clear: ClearAfter) -> Result<(), NoClipboard>;

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
