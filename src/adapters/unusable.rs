//! What stands in when a file of ours cannot be used: the window opens all the same, and says why at the place where it matters.

use std::path::PathBuf;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::app::backup::Log;
use crate::app::change::Change;
use crate::app::document::Document;
use crate::app::history::{Filter, Index};
use crate::app::ports::{
    Attempt, BackupLog, Begun, DriftPoint, Examined, FileError, IconStore, Opened, OwnIcon, PackId, Sequence, Spent, State,
    StateError, Ticket, Try, UserKey, Vault, VaultError, VaultFiles, WindowStore,
};
use crate::app::settings::{Loaded, Settings, SettingsStore};
use crate::app::uses::Uses;
use crate::app::window_place::WindowPlace;
use crate::domain::{AccountId, Counters, Moment, RecoveryHash, Step, UnixTime};

/// A state whose every call gives the same error: no login is accepted, codes are shown.
pub struct BrokenState(pub StateError);

impl State for BrokenState {
    fn last_used(&mut self, _sequence: &Sequence) -> Result<Option<Step>, StateError> {
        Err(self.0.clone())
    }

    fn used_since(&mut self, _sequence: &Sequence, _from: Step) -> Result<Vec<Step>, StateError> {
        Err(self.0.clone())
    }

    fn burn(&mut self, _sequence: &Sequence, _step: Step, _at: UnixTime) -> Result<bool, StateError> {
        Err(self.0.clone())
    }

    fn begin(&mut self, _attempt: &Try<'_>) -> Result<Begun, StateError> {
        Err(self.0.clone())
    }

    fn fail(&mut self, _ticket: &Ticket, _line: &Attempt) -> Result<(), StateError> {
        Err(self.0.clone())
    }

    fn succeed(&mut self, _ticket: &Ticket, _spent: &Spent, _line: &Attempt) -> Result<bool, StateError> {
        Err(self.0.clone())
    }

    fn look(&mut self, _at: &Moment) -> Result<(), StateError> {
        Err(self.0.clone())
    }

    fn counters(&mut self, _user: &UserKey) -> Result<Counters, StateError> {
        Err(self.0.clone())
    }

    fn reset_counters(&mut self, _user: &UserKey, _line: &Attempt) -> Result<(), StateError> {
        Err(self.0.clone())
    }

    fn forget_used(&mut self, _sequences: &[Sequence], _line: &Attempt) -> Result<(), StateError> {
        Err(self.0.clone())
    }

    fn drift(&mut self, _sequence: &Sequence) -> Result<i64, StateError> {
        Err(self.0.clone())
    }

    fn store_drift(&mut self, _sequence: &Sequence, _steps: i64, _line: &Attempt) -> Result<(), StateError> {
        Err(self.0.clone())
    }

    fn recovery(&mut self, _user: &UserKey) -> Result<Vec<(RecoveryHash, bool)>, StateError> {
        Err(self.0.clone())
    }

    fn make_recovery(&mut self, _user: &UserKey, _codes: &[RecoveryHash], _line: &Attempt) -> Result<(), StateError> {
        Err(self.0.clone())
    }

    fn forget_user(&mut self, _user: &UserKey) -> Result<(), StateError> {
        Err(self.0.clone())
    }

    fn record(&mut self, _attempt: &Attempt) -> Result<(), StateError> {
        Err(self.0.clone())
    }

    fn find(&mut self, _filter: &Filter) -> Result<Index, StateError> {
        Err(self.0.clone())
    }

    fn lines(&mut self, _numbers: &[i64]) -> Result<Vec<Attempt>, StateError> {
        Err(self.0.clone())
    }

    fn drifts(&mut self, _account: AccountId, _most: usize) -> Result<Vec<DriftPoint>, StateError> {
        Err(self.0.clone())
    }

    fn count_use(&mut self, _account: AccountId, _at: UnixTime) -> Result<(), StateError> {
        Err(self.0.clone())
    }

    fn uses(&mut self) -> Result<Uses, StateError> {
        Err(self.0.clone())
    }

    fn forget_uses(&mut self, _accounts: &[AccountId]) -> Result<(), StateError> {
        Err(self.0.clone())
    }

    fn clear_history(&mut self) -> Result<(), StateError> {
        Err(self.0.clone())
    }
}

/// What stands in for everything in a data folder that cannot be used.
#[derive(Clone)]
pub struct NoFolder(pub VaultError);

impl NoFolder {
    /// The state that goes with it.
    #[must_use]
    pub fn state(&self) -> BrokenState {
        let path = match &self.0 {
            VaultError::Disk { path, .. } | VaultError::UnsafeFolder { path } => path.clone(),
            _ => PathBuf::new(),
        };
        BrokenState(StateError::Unusable { path })
    }
}

impl BackupLog for NoFolder {
    fn load(&mut self) -> Log {
        Log::default()
    }

    fn save(&mut self, _log: &Log) -> Result<(), FileError> {
        Err(FileError::Refused { path: PathBuf::from("backups.json"), kind: std::io::ErrorKind::NotFound })
    }
}

impl Vault for NoFolder {
    fn open(&mut self) -> Result<Opened, VaultError> {
        Err(self.0.clone())
    }

    fn change(&mut self, _change: &Change) -> Result<Arc<Document>, VaultError> {
        Err(self.0.clone())
    }

    fn newer(&mut self, _than: u64) -> Result<Option<Arc<Document>>, VaultError> {
        Err(self.0.clone())
    }

    fn start_over(&mut self) -> Result<Opened, VaultError> {
        Err(self.0.clone())
    }

    fn examine(&mut self) -> Examined {
        Examined::Nowhere(self.0.clone())
    }

    fn canceller(&self) -> Arc<dyn Fn() + Send + Sync> {
        Arc::new(|| {})
    }
}

impl VaultFiles for NoFolder {
    fn exists(&self) -> bool {
        false
    }

    fn create(&mut self, _passphrase: Zeroizing<String>) -> Result<Box<dyn Vault>, VaultError> {
        Err(self.0.clone())
    }

    fn unlock(&mut self, _passphrase: Zeroizing<String>) -> Result<Box<dyn Vault>, VaultError> {
        Err(self.0.clone())
    }

    fn set_aside(&mut self) -> Result<(), VaultError> {
        Err(self.0.clone())
    }

    fn examine(&self) -> Examined {
        Examined::Nowhere(self.0.clone())
    }

    fn keyring_used(&self) -> bool {
        false
    }
}

/// Nothing is kept, and that is said.
impl IconStore for NoFolder {
    fn own(&mut self, _account: AccountId) -> Result<Option<OwnIcon>, FileError> {
        Ok(None)
    }

    fn keep(&mut self, _account: AccountId, _icon: &OwnIcon) -> Result<(), FileError> {
        Err(FileError::Refused { path: PathBuf::from("icons"), kind: std::io::ErrorKind::NotFound })
    }

    fn forget(&mut self, _accounts: &[AccountId]) -> Result<(), FileError> {
        Ok(())
    }

    fn packs(&mut self) -> Result<Vec<PackId>, FileError> {
        Ok(Vec::new())
    }

    fn pack(&mut self, _pack: &PackId) -> Result<Option<Vec<u8>>, FileError> {
        Ok(None)
    }

    fn install(&mut self, _file: &[u8]) -> Result<PackId, FileError> {
        Err(FileError::Refused { path: PathBuf::from("icon-packs"), kind: std::io::ErrorKind::NotFound })
    }

    fn remove(&mut self, _pack: &PackId) -> Result<(), FileError> {
        Ok(())
    }
}

/// Settings hold until the window is closed.
impl WindowStore for NoFolder {
    fn load(&mut self) -> WindowPlace {
        WindowPlace::default()
    }

    fn save(&mut self, _place: &WindowPlace) -> Result<(), FileError> {
        Ok(())
    }
}

impl SettingsStore for NoFolder {
    fn load(&mut self) -> Loaded {
        Loaded::default()
    }

    fn save(&mut self, _settings: &Settings) -> Result<(), FileError> {
        Ok(())
    }
}
