//! The accounts move between the keyring and the vault file: copied, read back, switched; the old copy stays until it is removed.

use zeroize::Zeroizing;

use crate::app::ports::{OldCopy, Opened, Place, Vault, VaultError};

use super::VaultSide;

/// How often a move begins again because another program has changed the accounts meanwhile.
const TRIES: usize = 3;

/// Where the accounts can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// In the keyring of the operating system.
    Keyring,
    /// In the encrypted file of the data folder.
    File,
}

/// What was asked for on the page "Vault" and is done now, or was.
#[derive(Debug)]
pub enum VaultTask {
    /// Move to the vault file, under this passphrase.
    ToFile(Zeroizing<String>),
    /// Move to the keyring.
    ToKeyring,
    /// Put the second passphrase in the place of the first.
    Passphrase(Zeroizing<String>, Zeroizing<String>),
    /// Remove the old copy.
    RemoveOld,
}

/// What came of such a task.
#[derive(Debug)]
pub enum TaskDone {
    /// The accounts are at another place now.
    Moved(Opened),
    /// The vault file has another passphrase.
    PassphraseChanged,
    /// The old copy is gone.
    OldRemoved(OldCopy),
}

impl VaultSide {
    /// Does `task`.
    ///
    /// # Errors
    /// [`VaultError`]; the accounts are then where they were.
    pub fn task(&mut self, task: VaultTask) -> Result<TaskDone, VaultError> {
        match task {
            VaultTask::ToFile(passphrase) => self.move_to_file(passphrase).map(TaskDone::Moved),
            VaultTask::ToKeyring => self.move_to_keyring().map(TaskDone::Moved),
            VaultTask::Passphrase(old, new) => self.in_use().protect(Some(old), Some(new)).map(|_| TaskDone::PassphraseChanged),
            VaultTask::RemoveOld => self.remove_old().map(TaskDone::OldRemoved),
        }
    }

    fn move_to_file(&mut self, passphrase: Zeroizing<String>) -> Result<Opened, VaultError> {
        if self.files.exists() {
            return Err(VaultError::AlreadyThere);
        }
        // a keyring that cannot be opened costs no derivation of a key
        self.keyring.open()?;
        let mut file = self.files.prepare(passphrase)?;
        if let Err(error) = hand_over(self.keyring.as_mut(), file.as_mut()) {
            self.files.discard();
            return Err(error);
        }
        let mut opened = file.open()?;
        opened.notes.extend(file.notes());
        self.file = Some(file);
        self.keyring_chosen = false;
        Ok(opened)
    }

    fn move_to_keyring(&mut self) -> Result<Opened, VaultError> {
        if !self.files.exists() {
            return Err(VaultError::AlreadyThere);
        }
        let file = self.file.as_mut().ok_or(VaultError::NeedsPassphrase)?;
        hand_over(file.as_mut(), self.keyring.as_mut())?;
        let notes = self.keyring.notes();
        self.file = None;
        let mut opened = self.keyring.open()?;
        opened.notes.extend(notes);
        Ok(opened)
    }

    /// Removes the old copy, once the place in use has shown that it can be read.
    fn remove_old(&mut self) -> Result<OldCopy, VaultError> {
        let old = self.files.old_copy()?.ok_or(VaultError::NoOldCopy)?;
        let in_use = self.in_use().open()?.place;
        match (&old, in_use) {
            (OldCopy::Keyring, Place::File(_)) => self.keyring.remove_old()?,
            (OldCopy::File(_), Place::Keyring { .. }) => self.files.remove_old()?,
            _ => return Err(VaultError::OldChanged),
        }
        Ok(old)
    }
}

/// `to` takes over what `from` holds, and `from` is left.
fn hand_over(from: &mut dyn Vault, to: &mut dyn Vault) -> Result<(), VaultError> {
    for _ in 0..TRIES {
        let document = from.open()?.document;
        to.adopt(&document)?;
        match from.leave(document.generation) {
            Err(VaultError::Busy) => {}
            other => return other,
        }
    }
    Err(VaultError::Busy)
}
