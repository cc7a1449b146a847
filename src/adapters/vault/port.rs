//! What the vault needs of a keyring.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::app::ports::{Place, VaultError};

/// A place for small named texts, as the operating systems offer it. Calls may block, but not for ever. Only [`connect`](Self::connect) and
/// [`unlock`](Self::unlock) show a prompt: everything else is called while other programs wait, and answers `Locked` instead.
pub trait Keyring: Send {
    /// Connects anew and unlocks, with the keyring's own prompt if it has to: where our items are, or where the first one will be. If
    /// there is no such place either, one is made if `first`.
    ///
    /// # Errors
    /// [`KeyringError`].
    fn connect(&mut self, first: bool) -> Result<Place, KeyringError>;

    /// Who answers, and whether what is ours in it is locked. Connects if need be, unlocks nothing and asks nothing.
    ///
    /// # Errors
    /// [`KeyringError`].
    fn look(&mut self) -> Result<(Place, bool), KeyringError>;

    /// Unlocks again what was locked since, with the keyring's own prompt if it has to.
    ///
    /// # Errors
    /// [`KeyringError`].
    fn unlock(&mut self) -> Result<(), KeyringError>;

    /// The value of our item `name`, `None` if there is none.
    ///
    /// # Errors
    /// [`KeyringError`]; `Unreadable` when it is there but is no text or is there twice.
    fn get(&mut self, name: &str) -> Result<Option<Zeroizing<String>>, KeyringError>;

    /// Writes our item `name`: one line of printable ASCII, at most [`longest`](Self::longest) characters.
    ///
    /// # Errors
    /// [`KeyringError`]; whether it was written is then not known.
    fn set(&mut self, name: &str, value: &str) -> Result<(), KeyringError>;

    /// Removes our item `name`; one that is not there is fine.
    ///
    /// # Errors
    /// [`KeyringError`]; whether it was removed is then not known.
    fn delete(&mut self, name: &str) -> Result<(), KeyringError>;

    /// The names of all our items.
    ///
    /// # Errors
    /// [`KeyringError`].
    fn list(&mut self) -> Result<Vec<String>, KeyringError>;

    /// The most characters one item takes.
    fn longest(&self) -> usize;

    /// Gives up the wait for the prompt from another thread.
    fn canceller(&self) -> Arc<dyn Fn() + Send + Sync>;
}

/// What a keyring can answer instead of doing it. Holds nothing of what was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// No program offers a keyring.
    #[error("no keyring program answers")]
    NoProvider,
    /// A program owns the name but does not answer in time.
    #[error("the keyring does not answer")]
    Silent,
    /// It is locked and no prompt could be shown.
    #[error("the keyring is locked")]
    Locked,
    /// The prompt was closed, or the wait for it given up.
    #[error("the keyring was not unlocked")]
    PromptDismissed,
    /// The item is there, but is no text or is there twice.
    #[error("the item cannot be read")]
    Unreadable,
    /// Nothing of ours is found, and the keyring's program cannot read a file of its own.
    #[error("a file of the keyring cannot be read")]
    FileDamaged,
    /// Anything else, by a fixed word.
    #[error("the keyring refused: {0}")]
    Refused(&'static str),
}

impl From<KeyringError> for VaultError {
    fn from(error: KeyringError) -> Self {
        match error {
            KeyringError::NoProvider => Self::NoProvider,
            KeyringError::Silent => Self::Silent,
            KeyringError::Locked => Self::Locked,
            KeyringError::PromptDismissed => Self::PromptDismissed,
            KeyringError::Unreadable => Self::Damaged,
            KeyringError::FileDamaged => Self::KeyringDamaged,
            KeyringError::Refused(word) => Self::Refused(word),
        }
    }
}
