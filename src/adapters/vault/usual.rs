//! The vault in a keyring as the app knows it: each call takes the locks it needs and follows the protocol of the parent module.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::adapters::journal;
use crate::adapters::vault_file::Passphrase;
use crate::app::change::Change;
use crate::app::document::Document;
use crate::app::ports::{Examined, Opened, Vault, VaultError, VaultNote};

use super::stamp::{self, Stamp};
use super::{Keyring, KeyringVault};

impl<K: Keyring> Vault for KeyringVault<K> {
    fn open(&mut self) -> Result<Opened, VaultError> {
        self.refuse_left()?;
        // before the lock: a prompt may stay open for long, and other programs shall not wait for it
        let first = !Stamp::exists(&self.folder)? && self.folder.read(journal::NAME)?.is_none();
        let place = self.keyring.connect(first)?;
        let mut held = self.hold()?;
        self.refuse_left()?;
        self.folder.sweep(&[journal::NAME, stamp::NAME]);
        self.start(place, &mut held)
    }

    fn change(&mut self, change: &Change) -> Result<Arc<Document>, VaultError> {
        let _held = self.begin_change()?;
        let Some(session) = &self.session else { return Err(VaultError::AnotherKeyring) };
        let mut document = session.document.duplicate();
        document.apply(change)?;
        self.commit(document)
    }

    fn newer(&mut self, than: u64) -> Result<Option<Arc<Document>>, VaultError> {
        if self.session.is_some() {
            self.refuse_left()?;
        }
        let version = self.folder.version(journal::NAME);
        if self.session.as_ref().is_some_and(|session| session.seen != version) {
            // one that is damaged or of another vault is dealt with at the next change or start
            let _ = self.take_journal()?;
        }
        let document = self.session.as_ref().map(|session| &session.document);
        Ok(document.filter(|document| document.generation > than).cloned())
    }

    fn start_over(&mut self) -> Result<Opened, VaultError> {
        let place = self.keyring.connect(true)?;
        let mut held = self.hold()?;
        self.refuse_left()?;
        held.first()?;
        self.begin_anew(place)
    }

    fn adopt(&mut self, document: &Document) -> Result<(), VaultError> {
        self.take_over(document)
    }

    fn leave(&mut self, generation: u64) -> Result<(), VaultError> {
        self.hand_on(generation)
    }

    fn remove_old(&mut self) -> Result<(), VaultError> {
        self.remove_left()
    }

    fn forget(&mut self) -> bool {
        let locks = self.seal.is_some();
        if locks {
            let _reason = self.needs_passphrase();
        }
        locks
    }

    fn unlock(&mut self, passphrase: Zeroizing<String>) -> Result<Opened, VaultError> {
        self.open_with(&Passphrase::new(passphrase))
    }

    fn protect(
        &mut self,
        current: Option<Zeroizing<String>>,
        new: Option<Zeroizing<String>>,
    ) -> Result<Arc<Document>, VaultError> {
        self.put_under(current.map(Passphrase::new).as_ref(), new.map(Passphrase::new).as_ref())
    }

    fn examine(&mut self) -> Examined {
        Examined::Keyring(self.look())
    }

    fn notes(&mut self) -> Vec<VaultNote> {
        std::mem::take(&mut self.notes)
    }

    fn canceller(&self) -> Arc<dyn Fn() + Send + Sync> {
        self.keyring.canceller()
    }
}
