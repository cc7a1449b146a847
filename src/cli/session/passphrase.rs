//! Passphrases: from a file, or typed on the terminal and not shown.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::app::job::VaultSide;
use crate::app::notice::Notice;
use crate::app::ports::{VaultError, VaultFiles};
use crate::cli::exit::{Failure, VAULT};
use crate::cli::progress::Progress;

use super::{FILE_LOCKED, FoundVault, Session};

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

    fn typed(&mut self, prompt: &str, locked: &str) -> Result<Zeroizing<String>, Failure> {
        self.world.ask_hidden(prompt).ok_or_else(|| {
            let advice = "Run it on a terminal, or name a file with the passphrase: --password-file FILE";
            Failure::new(VAULT, "needs-passphrase", Notice::new(locked, advice))
        })
    }
}
