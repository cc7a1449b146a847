//! Mistakes made on purpose, so that tests can show that they would find them. A release build can make none and has no trace of them.

/// A mistake in the order of things that [`KeyringVault`](super::KeyringVault) keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// A journal of an earlier boot gets this boot's id after the keyring was written, and not before.
    BootIdLate,
    /// The journal is removed as soon as the keyring reads back what it was given, in the same boot.
    NoLaterBoot,
    /// A keyring without our key counts as one that never had it: a new vault is made.
    NoEntryIsGone,
    /// A change does not look whether the keyring that answers is still ours.
    NoCanary,
    /// What takes the place of the older generations is written, and the confirmed one is removed with the others.
    ConfirmedRemoved,
    /// What is found at start is shown before the directory is synced.
    ShownUnsynced,
    /// Another program's change is not read before our own.
    NotRead,
}

/// Which mistake is made, if any.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flawed {
    #[cfg(debug_assertions)]
    pub made: Option<Flaw>,
}

impl Flawed {
    /// Whether `flaw` is made.
    #[cfg(debug_assertions)]
    pub fn makes(self, flaw: Flaw) -> bool {
        self.made == Some(flaw)
    }

    /// Never.
    #[cfg(not(debug_assertions))]
    pub const fn makes(self, _flaw: Flaw) -> bool {
        false
    }
}
