//! What the vault's worker does, in order, and what it owns.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::app::change::{Change, Merging};
use crate::app::doctor::Report;
use crate::app::model::Undo;
use crate::app::notice::Notice;
use crate::app::ports::{Machine, Opened, UserKey, Vault, VaultError, VaultFiles};
use crate::domain::AccountId;

use super::Done;
use super::moving::VaultTask;

/// What is done with the vault, in order.
#[derive(Debug)]
pub enum VaultJob {
    /// Open it, or try again: the encrypted file if there is one, the keyring otherwise.
    Open,
    /// Open the keyring although there is an encrypted file, which stays as it is.
    OpenKeyring,
    /// Set it aside and begin with an empty one.
    StartOver,
    /// Make an encrypted file and use it.
    CreateFile(Zeroizing<String>),
    /// Open what waits for its passphrase.
    Unlock(Zeroizing<String>),
    /// Forget what was read: the passphrase is asked for again.
    Lock,
    /// Put a passphrase over the accounts in the keyring, change it or take it away.
    Protect {
        /// The one that holds now.
        current: Option<Zeroizing<String>>,
        /// The one that is to hold.
        new: Option<Zeroizing<String>>,
    },
    /// Make a change; then say or do something.
    Change(Change, Then),
    /// Look at the vault and the machine, and change nothing.
    CheckUp,
    /// Has another program written a newer generation than this?
    Look(u64),
    /// Move the accounts, or what belongs to it.
    Task(VaultTask),
    /// Is there an old copy?
    LookForOld,
    /// Use the old copy again, because what is in use cannot be opened.
    GoBack,
}

/// What follows a change.
#[derive(Debug)]
pub enum Then {
    /// Nothing is said.
    Nothing,
    /// A toast.
    Say(Notice, Option<Undo>),
    /// An enrolment is complete.
    Enrolled(AccountId),
    /// An edit is saved: its dialog closes.
    Edited,
    /// A test user is saved: its dialog closes.
    UserSaved,
    /// A test user is removed: what is kept of it goes, too.
    UserRemoved(UserKey),
    /// A backup was merged.
    Merged(Arc<Merging>),
    /// What was ticked of other apps' files was saved.
    Imported {
        /// What takes it back.
        merging: Arc<Merging>,
        /// How many accounts.
        many: usize,
        /// How many entries of the files were left out.
        left_out: usize,
        /// Which run of the import it was.
        run: u64,
    },
}

/// Why the vault is not open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unopened {
    /// Why.
    pub error: VaultError,
    /// A keyring has held accounts of this folder before: a new file would not have them.
    pub keyring_used: bool,
    /// It is the encrypted file that is not open.
    pub in_file: bool,
}

/// What the vault's worker owns.
pub struct VaultSide {
    /// The keyring's vault.
    pub keyring: Box<dyn Vault>,
    /// The encrypted file, opened or not.
    pub files: Box<dyn VaultFiles>,
    /// The file's vault, once it was opened: it is in use.
    pub file: Option<Box<dyn Vault>>,
    /// The machine under it.
    pub machine: Box<dyn Machine>,
    /// The person chose the keyring although there is a file, for as long as the program runs.
    pub keyring_chosen: bool,
}

impl VaultSide {
    /// Nothing is opened yet.
    #[must_use]
    pub fn new(keyring: Box<dyn Vault>, files: Box<dyn VaultFiles>, machine: Box<dyn Machine>) -> Self {
        Self { keyring, files, file: None, machine, keyring_chosen: false }
    }

    /// The vault in use: the file's once it was opened, until then the keyring's.
    pub fn in_use(&mut self) -> &mut dyn Vault {
        match &mut self.file {
            Some(file) => file.as_mut(),
            None => self.keyring.as_mut(),
        }
    }

    /// Gives up from another thread what takes long: the keyring's prompt, the derivation of the file's key.
    #[must_use]
    pub fn canceller(&self) -> Arc<dyn Fn() + Send + Sync> {
        let (prompt, file) = (self.keyring.canceller(), self.files.canceller());
        Arc::new(move || {
            prompt();
            file();
        })
    }

    /// There is a file, and it is neither open nor passed over.
    fn file_waits(&self) -> bool {
        self.files.exists() && self.file.is_none() && !self.keyring_chosen
    }

    /// Opens what is in use, which another program may have moved since.
    fn open(&mut self) -> Result<Opened, VaultError> {
        if !self.files.exists() {
            self.file = None;
        }
        if self.file_waits() { Err(VaultError::NeedsPassphrase) } else { self.in_use().open() }
    }

    /// Unlocks the file, which is then in use.
    ///
    /// # Errors
    /// As [`VaultFiles::unlock`].
    pub fn unlock(&mut self, passphrase: Zeroizing<String>) -> Result<Opened, VaultError> {
        self.use_file(|files| files.unlock(passphrase))
    }

    /// Forgets what was read, if a passphrase is needed to read it again; whether it is.
    fn lock(&mut self) -> bool {
        match self.file.take() {
            // opened anew by its passphrase, as at the start
            Some(mut file) => file.forget(),
            None => self.keyring.forget(),
        }
    }

    fn use_file(
        &mut self,
        open: impl FnOnce(&mut dyn VaultFiles) -> Result<Box<dyn Vault>, VaultError>,
    ) -> Result<Opened, VaultError> {
        let mut vault = open(self.files.as_mut())?;
        let opened = vault.open()?;
        self.file = Some(vault);
        Ok(opened)
    }
}

/// Does a job of the vault.
pub fn run_vault(job: VaultJob, side: &mut VaultSide) -> Done {
    side.keyring_chosen |= matches!(job, VaultJob::OpenKeyring);
    let opened = match job {
        VaultJob::Task(task) => return Done::Task(side.task(task), side.files.old_copy().unwrap_or_default()),
        VaultJob::LookForOld => return Done::Old(side.files.old_copy().unwrap_or_default()),
        VaultJob::GoBack => side.files.go_back().and_then(|()| {
            side.keyring_chosen = false;
            side.open()
        }),
        VaultJob::Open => side.open(),
        VaultJob::OpenKeyring => {
            side.file = None;
            let opened = side.keyring.open();
            if matches!(opened, Err(VaultError::Moved { .. })) {
                side.keyring_chosen = false;
            }
            opened
        }
        // What cannot be opened is the file: the keyring's vault is not touched.
        VaultJob::StartOver if side.file_waits() => side.files.set_aside().and_then(|()| side.keyring.open()),
        VaultJob::StartOver => side.in_use().start_over(),
        VaultJob::CreateFile(passphrase) => match side.use_file(|files| files.create(passphrase)) {
            // back to where it was asked for
            Err(VaultError::GivenUp) => side.open(),
            other => other,
        },
        VaultJob::Unlock(passphrase) if side.file_waits() => match side.unlock(passphrase) {
            Err(VaultError::GivenUp) => Err(VaultError::NeedsPassphrase),
            other => other,
        },
        VaultJob::Unlock(passphrase) => side.in_use().unlock(passphrase),
        VaultJob::Lock => return Done::Locked(side.lock()),
        VaultJob::Protect { current, new } => {
            let (is_set, vault) = (new.is_some(), side.in_use());
            let protected = vault.protect(current, new);
            return Done::Protected { result: protected, is_set, notes: vault.notes() };
        }
        VaultJob::Change(change, then) => {
            let vault = side.in_use();
            let changed = vault.change(&change);
            return Done::Changed(changed, vault.notes(), then);
        }
        VaultJob::CheckUp => {
            let vault = if side.file_waits() { side.files.examine() } else { side.in_use().examine() };
            return Done::CheckedUp(Report::of(&vault, &side.machine.look()));
        }
        VaultJob::Look(than) => return Done::Newer(side.in_use().newer(than)),
    };
    let in_file = side.file.is_some() || side.file_waits();
    Done::Opened(opened.map_err(|error| Unopened { error, keyring_used: side.files.keyring_used(), in_file }))
}
