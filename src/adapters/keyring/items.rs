//! Our items in the platform's store. Lives on the keyring thread.
//!
//! `keyring` chooses the store. It tries once per process and keeps a failure for ever, it offers no labels and no search, and a store whose
//! program was restarted fails until it is built anew: so items are reached through `keyring-core`, and a lost store is rebuilt from its
//! own crate, as the documentation of `keyring` advises.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use keyring_core::api::CredentialStore;
use keyring_core::{Entry, Error};
use zeroize::Zeroizing;

use crate::adapters::vault::KeyringError;
use crate::app::ports::{Place, Protection};

#[cfg(all(unix, not(target_os = "macos")))]
use super::bus::Bus;
use super::{Deadlines, LABEL, Reply, SERVICE};

/// `keyring` has been asked in this process: it is not asked again, since it would give the same answer, or block where it blocked.
static ASKED: AtomicBool = AtomicBool::new(false);

/// The store, connected or not.
pub(super) struct Items {
    store: Option<Arc<CredentialStore>>,
    #[cfg(all(unix, not(target_os = "macos")))]
    bus: Option<Bus>,
    #[cfg(all(unix, not(target_os = "macos")))]
    deadlines: Deadlines,
}

/// What is done about what is locked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Locked {
    /// It is unlocked, with a prompt if need be.
    Ask,
    /// The same, and a keyring is made if there is none.
    AskAndMake,
    /// The call fails.
    Fail,
}

/// Why a call failed.
#[derive(Debug, PartialEq, Eq)]
enum Failure {
    /// The connection is of no use any more: build it anew and try once more.
    Lost,
    /// The store answered.
    Said(KeyringError),
}

impl Items {
    pub fn new(deadlines: Deadlines) -> Self {
        #[cfg(any(windows, target_os = "macos"))]
        let _ = deadlines;
        Self {
            store: None,
            #[cfg(all(unix, not(target_os = "macos")))]
            bus: None,
            #[cfg(all(unix, not(target_os = "macos")))]
            deadlines,
        }
    }

    pub fn connect(&mut self, first: bool, reply: &Reply) -> Result<Place, KeyringError> {
        // a fresh look each time: the program may have been restarted or exchanged
        self.forget();
        self.prepare(if first { Locked::AskAndMake } else { Locked::Ask }, reply)?;
        Ok(self.place())
    }

    pub fn look(&mut self, reply: &Reply) -> Result<(Place, bool), KeyringError> {
        // a fresh look: the program may have been restarted or exchanged
        self.forget();
        match self.prepare(Locked::Fail, reply) {
            Ok(_) => Ok((self.place(), false)),
            Err(KeyringError::Locked) => Ok((self.place(), true)),
            Err(error) => Err(error),
        }
    }

    pub fn unlock(&mut self, reply: &Reply) -> Result<(), KeyringError> {
        self.call(Locked::Ask, reply, |_, _| Ok(()))
    }

    pub fn get(&mut self, name: &str, reply: &Reply) -> Result<Option<Zeroizing<String>>, KeyringError> {
        self.call(Locked::Fail, reply, |store, _| match entry(store, name, None)?.get_password() {
            Ok(value) => Ok(Some(Zeroizing::new(value))),
            Err(Error::NoEntry) => Ok(None),
            Err(Error::Ambiguous(same)) => first_if_equal(&same),
            Err(error) => Err(translate(error)),
        })
    }

    pub fn set(&mut self, name: &str, value: &str, reply: &Reply) -> Result<(), KeyringError> {
        self.call(Locked::Fail, reply, |store, home| {
            let there = entry(store, name, None)?;
            let item = match there.get_credential() {
                Err(Error::NoEntry) if home.is_some() => entry(store, name, home)?,
                _ => there,
            };
            item.set_password(value).map_err(translate)
        })
    }

    pub fn delete(&mut self, name: &str, reply: &Reply) -> Result<(), KeyringError> {
        #[cfg(all(unix, not(target_os = "macos")))]
        if self.bus.as_ref().is_some_and(Bus::may_ask_the_store) {
            // KeePassXC can be set to ask before it deletes
            reply.prompting(Box::new(|| {}));
        }
        self.call(Locked::Fail, reply, |store, _| match entry(store, name, None)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(translate(error)),
        })
    }

    pub fn list(&mut self, reply: &Reply) -> Result<Vec<String>, KeyringError> {
        let spec = if cfg!(windows) { ("pattern", r"\.halfminute$") } else { ("service", SERVICE) };
        self.call(Locked::Fail, reply, |store, _| named(&store.search(&HashMap::from([spec])).map_err(translate)?))
    }

    fn forget(&mut self) {
        self.store = None;
        #[cfg(all(unix, not(target_os = "macos")))]
        {
            self.bus = None;
        }
    }

    /// Does `work`, and once more on a new connection if the old one turns out to be lost.
    fn call<T>(
        &mut self,
        locked: Locked,
        reply: &Reply,
        work: impl Fn(&CredentialStore, Option<&str>) -> Result<T, Failure>,
    ) -> Result<T, KeyringError> {
        let mut again = self.store.is_some();
        loop {
            let outcome = self.prepare(locked, reply).and_then(|(store, home)| match work(&*store, home.as_deref()) {
                Ok(value) => Ok(Some(value)),
                Err(Failure::Said(error)) => Err(error),
                Err(Failure::Lost) => Ok(None),
            });
            match outcome {
                Ok(Some(value)) => return Ok(value),
                Ok(None) if !again => return Err(KeyringError::Refused("a call failed")),
                Err(error) if !again || error != KeyringError::NoProvider => return Err(error),
                Ok(None) | Err(_) => {}
            }
            again = false;
            self.forget();
        }
    }

    fn store(&mut self) -> Result<Arc<CredentialStore>, KeyringError> {
        if let Some(store) = &self.store {
            return Ok(Arc::clone(store));
        }
        let chosen = if ASKED.swap(true, Ordering::SeqCst) {
            None
        } else {
            keyring::Entry::store_status().is_ok().then(keyring_core::get_default_store).flatten()
        };
        let store = match chosen {
            Some(store) => store,
            None => rebuilt().map_err(|error| match translate(error) {
                Failure::Lost => KeyringError::Refused(self.no_session()),
                Failure::Said(error) => error,
            })?,
        };
        Ok(Arc::clone(self.store.insert(store)))
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
impl Items {
    /// Connects if need be, and unlocks if something of ours is locked and a prompt may be shown. The store's own look-ups would prompt
    /// too, but could not be given up. The store, and the keyring that new items belong in if that is not the default one.
    fn prepare(&mut self, locked: Locked, reply: &Reply) -> Result<(Arc<CredentialStore>, Option<String>), KeyringError> {
        let bus = match self.bus.take() {
            Some(bus) => bus,
            None => Bus::connect(self.deadlines.prompt, reply)?,
        };
        let bus = self.bus.insert(bus);
        let home = bus.unlock(locked, reply)?;
        let asks = bus.may_ask_the_store();
        let store = self.store()?;
        if asks && locked != Locked::Fail {
            // its window cannot be closed from here
            reply.prompting(Box::new(|| {}));
            store.search(&HashMap::from([("service", SERVICE)])).map_err(|error| match translate(error) {
                Failure::Said(KeyringError::Locked) => KeyringError::PromptDismissed,
                Failure::Said(error) => error,
                Failure::Lost => KeyringError::NoProvider,
            })?;
        }
        Ok((store, home))
    }

    /// Why the store could not be made, although the bus answers.
    fn no_session(&self) -> &'static str {
        if self.bus.as_ref().is_some_and(Bus::is_kde) {
            "it opens no session. KWallet needs QCA's OpenSSL plugin for one (libqca-ossl)"
        } else {
            "it opens no session"
        }
    }

    fn place(&self) -> Place {
        match &self.bus {
            Some(bus) => Place::Keyring { provider: bus.provider().to_owned(), protection: bus.protection() },
            None => Place::Keyring { provider: "Secret Service".to_owned(), protection: Protection::Unknown },
        }
    }
}

#[cfg(any(windows, target_os = "macos"))]
impl Items {
    fn prepare(&mut self, _locked: Locked, reply: &Reply) -> Result<(Arc<CredentialStore>, Option<String>), KeyringError> {
        // the Keychain asks for permission by itself, and its window cannot be closed from here
        if cfg!(target_os = "macos") {
            reply.prompting(Box::new(|| {}));
        }
        Ok((self.store()?, None))
    }

    fn no_session(&self) -> &'static str {
        "it opens no session"
    }

    fn place(&self) -> Place {
        let provider = if cfg!(windows) { "Windows Credential Manager" } else { "Keychain" };
        Place::Keyring { provider: provider.to_owned(), protection: Protection::Yes }
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn rebuilt() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn rebuilt() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn rebuilt() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

fn entry(store: &CredentialStore, name: &str, home: Option<&str>) -> Result<Entry, Failure> {
    let mut more = HashMap::from([("label", LABEL)]);
    more.extend(home.map(|home| ("target", home)));
    let labels = cfg!(all(unix, not(target_os = "macos")));
    store.build(SERVICE, name, labels.then_some(&more)).map_err(translate)
}

/// The names of what was found. One that cannot be told is no reason to leave it out: a list with holes would pass for a loss.
fn named(found: &[Entry]) -> Result<Vec<String>, Failure> {
    let specifiers = found.iter().map(|entry| entry.get_specifiers().ok_or(Failure::Lost));
    let named = specifiers.collect::<Result<Vec<_>, _>>()?.into_iter();
    Ok(named.filter(|(service, _)| service == SERVICE).map(|(_, user)| user).collect())
}

/// Two items of one name, for instance in two collections: one value if they agree.
fn first_if_equal(same: &[Entry]) -> Result<Option<Zeroizing<String>>, Failure> {
    let values = same.iter().map(|entry| entry.get_password().map(Zeroizing::new).map_err(translate));
    let values = values.collect::<Result<Vec<_>, _>>()?;
    match values.split_first() {
        Some((first, others)) if others.iter().all(|other| other == first) => Ok(Some(first.clone())),
        _ => Err(Failure::Said(KeyringError::Unreadable)),
    }
}

/// The border: what the store says becomes a fixed word. Its own texts and sources may hold the secret's bytes and end here.
fn translate(error: Error) -> Failure {
    let said = match error {
        Error::PlatformFailure(_) => return Failure::Lost,
        Error::NoStorageAccess(_) => KeyringError::Locked,
        Error::BadEncoding(bytes) | Error::BadDataFormat(bytes, _) => {
            drop(Zeroizing::new(bytes));
            KeyringError::Unreadable
        }
        Error::Ambiguous(_) => KeyringError::Unreadable,
        Error::NoEntry => KeyringError::Refused("the item is gone"),
        Error::BadStoreFormat(_) => KeyringError::Refused("its own file is damaged"),
        Error::TooLong(..) => KeyringError::Refused("the item is too long for it"),
        Error::Invalid(..) => KeyringError::Refused("it does not take such names"),
        Error::NoDefaultStore => KeyringError::NoProvider,
        Error::NotSupportedByStore(_) => KeyringError::Refused("it cannot do this"),
        _ => KeyringError::Refused("an unknown answer"),
    };
    Failure::Said(said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use keyring_core::api::{Credential, CredentialApi};

    /// An item whose attributes cannot be read, or whose name is known.
    struct Item(Option<&'static str>);

    impl CredentialApi for Item {
        fn set_secret(&self, _: &[u8]) -> keyring_core::Result<()> {
            Err(Error::NoEntry)
        }
        fn get_secret(&self) -> keyring_core::Result<Vec<u8>> {
            Err(Error::NoEntry)
        }
        fn delete_credential(&self) -> keyring_core::Result<()> {
            Err(Error::NoEntry)
        }
        fn get_credential(&self) -> keyring_core::Result<Option<Arc<Credential>>> {
            Ok(None)
        }
        fn get_specifiers(&self) -> Option<(String, String)> {
            self.0.map(|name| (SERVICE.to_owned(), name.to_owned()))
        }
        fn as_any(&self) -> &dyn std::any::Any {
            self
        }
    }

    #[test]
    fn a_list_with_holes_is_an_error() {
        let list = |items: &[Option<&'static str>]| {
            named(&items.iter().map(|item| Entry::new_with_credential(Arc::new(Item(*item)))).collect::<Vec<_>>())
        };
        assert_eq!(list(&[Some("a"), Some("b")]), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(list(&[Some("a"), None]), Err(Failure::Lost));
    }

    #[test]
    fn what_the_store_says_ends_at_the_border() {
        let other = || Box::new(std::io::Error::other("GEZDGNBV"));
        let rows = [
            (Error::PlatformFailure(other()), None),
            (Error::NoStorageAccess(other()), Some(KeyringError::Locked)),
            (Error::BadEncoding(b"GEZDGNBV".to_vec()), Some(KeyringError::Unreadable)),
            (Error::BadDataFormat(b"GEZDGNBV".to_vec(), other()), Some(KeyringError::Unreadable)),
            (Error::Ambiguous(vec![]), Some(KeyringError::Unreadable)),
            (Error::BadStoreFormat("GEZDGNBV".into()), Some(KeyringError::Refused("its own file is damaged"))),
            (Error::TooLong("GEZDGNBV".into(), 1), Some(KeyringError::Refused("the item is too long for it"))),
            (Error::NoDefaultStore, Some(KeyringError::NoProvider)),
        ];
        for (error, expected) in rows {
            let said = match translate(error) {
                Failure::Lost => None,
                Failure::Said(said) => Some(said),
            };
            assert_eq!(said, expected);
            assert!(!format!("{said:?}").contains("GEZDGNBV"));
        }
    }
}
