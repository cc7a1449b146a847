//! Passphrases: from a file, or typed on the terminal and not shown.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::app::job::VaultSide;
use crate::app::notice::{self, Notice};
use crate::app::ports::{FileError, VaultError, VaultFiles};
use crate::cli::exit::{Failure, INPUT, VAULT};
use crate::cli::progress::Progress;

use super::{FILE_LOCKED, FoundVault, MOST_INPUT, Session, text};

/// A vault file that is there and not opened yet.
pub struct FileInUse {
    /// What opens it.
    pub files: Box<dyn VaultFiles>,
    /// Where it stands.
    pub path: PathBuf,
}

impl Session<'_> {
    /// The passphrase that --password-file names, or that is typed; `locked` says what waits for it.
    pub fn passphrase(&mut self, prompt: &str, locked: &str) -> Result<Zeroizing<String>, Failure> {
        match self.password_file.clone() {
            Some(path) => self.password_in(&path, "The password file"),
            None => self.typed(prompt, locked),
        }
    }

    /// A new passphrase, in the file `from` that `option` names, or typed twice.
    pub fn new_passphrase(&mut self, prompt: &str, from: Option<PathBuf>, option: &str) -> Result<Zeroizing<String>, Failure> {
        let passphrase = match &from {
            Some(path) => self.password_in(path, "The password file")?,
            None => self.world.ask_hidden(prompt).ok_or_else(|| {
                let advice = format!("Run it on a terminal, or name a file with it: {option} FILE");
                Failure::new(VAULT, "needs-passphrase", Notice::new("There is no new passphrase", advice))
            })?,
        };
        if passphrase.is_empty() {
            return Err(Failure::input(Notice::new("The passphrase is empty", "Choose one that nobody guesses")));
        }
        if from.is_none()
            && self.world.ask_hidden("The same once more: ").as_deref().map(String::as_str) != Some(passphrase.as_str())
        {
            return Err(Failure::input(Notice::new("The two passphrases differ", "Nothing was made. Try again")));
        }
        Ok(passphrase)
    }

    /// Where --password-file says that the passphrase is.
    pub fn password_file(&self) -> Option<PathBuf> {
        self.password_file.clone()
    }

    /// Both places of the data folder, and the vault file's path.
    ///
    /// # Errors
    /// [`VaultError::NotMovable`] as a failure when another file was chosen.
    pub fn places(&mut self) -> Result<(VaultSide, PathBuf), Failure> {
        let chosen = self.vault.clone();
        Ok(self.world.places(chosen.as_deref())?)
    }

    /// Unlocks the vault file of `side`, if that is what is in use.
    pub fn unlock_places(&mut self, side: &mut VaultSide, path: &Path) -> Result<(), Failure> {
        if side.files.exists() {
            let passphrase = self.passphrase(&format!("Passphrase of {}: ", path.display()), FILE_LOCKED)?;
            let _progress = Progress::new(self.world.terminals().errors, "Unlocking the vault file");
            side.unlock(passphrase)?;
        }
        Ok(())
    }

    /// What in the vault takes long, with its text on standard error meanwhile.
    pub fn while_saying<T>(&self, what: &'static str, work: impl FnOnce() -> Result<T, VaultError>) -> Result<T, Failure> {
        let _progress = Progress::new(self.world.terminals().errors, what);
        Ok(work()?)
    }

    /// The file that --vault or HALFMINUTE_VAULT names, or else the one of the data folder, if it is what is in use.
    pub fn file_in_use(&mut self) -> Result<Option<FileInUse>, Failure> {
        let chosen = self.vault.clone();
        match self.world.vault(chosen.as_deref())? {
            FoundVault::Keyring(_) => Ok(None),
            FoundVault::File(files, path) if files.exists() => Ok(Some(FileInUse { files, path })),
            FoundVault::File(_, path) => Err(self.no_vault_file(&path)),
        }
    }

    /// The passphrase in the file at `path`, without the line's end.
    pub fn password_in(&mut self, path: &Path, what: &str) -> Result<Zeroizing<String>, Failure> {
        let whole = self.read_text(path, what)?;
        let line = whole.strip_suffix('\n').map_or(whole.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
        Ok(Zeroizing::new(line.to_owned()))
    }

    /// The text of the file at `path`; `what` it is called where it cannot be read.
    pub fn read_text(&mut self, path: &Path, what: &str) -> Result<Zeroizing<String>, Failure> {
        let bytes = self.world.read_file(path, MOST_INPUT).map_err(|error| {
            let said = match error {
                FileError::Refused { kind, .. } => notice::not_read(path, kind),
                FileError::NoDialog => notice::file_error(&error),
            };
            let said = Notice::new(format!("{what} {}", said.text), said.advice);
            Failure::new(INPUT, "file", said)
        })?;
        text(&bytes, what)
    }

    /// Asks for the passphrase of a backup or of a key, on the terminal.
    pub fn ask(&mut self, path: &Path, what: &str) -> Result<Zeroizing<String>, Failure> {
        self.world.ask_hidden(&format!("{what} {}: ", path.display())).ok_or_else(|| {
            let advice = "Run it on a terminal, or name a file with the passphrase: --backup-password-file FILE";
            let said = Notice::new(format!("{} needs a passphrase", path.display()), advice);
            Failure::new(INPUT, "needs-backup-passphrase", said)
        })
    }

    fn typed(&mut self, prompt: &str, locked: &str) -> Result<Zeroizing<String>, Failure> {
        self.world.ask_hidden(prompt).ok_or_else(|| {
            let advice = "Run it on a terminal, or name a file with the passphrase: --password-file FILE";
            Failure::new(VAULT, "needs-passphrase", Notice::new(locked, advice))
        })
    }
}
