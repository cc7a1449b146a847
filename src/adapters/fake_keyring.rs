//! A keyring for tests, with every way of failing that was seen in real ones.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

use crate::app::ports::{Place, Protection};

use super::vault::{Keyring, KeyringError};

/// How the keyring behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Writes to disk before it answers.
    #[default]
    Eager,
    /// Answers, and writes to disk when it [`settle`](FakeKeyring::settle)s.
    Lazy,
    /// As `Lazy`, but after a power cut the new items are found, and empty.
    FoundButEmpty,
    /// Does what it is told and then answers with an error.
    DoneThenError,
    /// Answers writes with an error and does nothing.
    ErrorNotDone,
    /// Does not answer (the deadline has passed when the call returns).
    Hang,
    /// Locked, and no prompt can be shown.
    Locked,
    /// The prompt is closed each time.
    PromptDismissed,
    /// Is locked by the person whenever a call has unlocked it.
    LocksAgain,
    /// Nobody answers.
    NoProvider,
    /// Another keyring, with other contents.
    Wrong,
    /// Keeps the first 1 280 characters of a value and says nothing.
    Cut,
}

#[derive(Default)]
struct Contents {
    mode: Mode,
    live: BTreeMap<String, Zeroizing<String>>,
    disk: BTreeMap<String, Zeroizing<String>>,
    wrong: BTreeMap<String, Zeroizing<String>>,
    writes: u64,
    /// Calls that are still answered; the program is dead after them.
    left: Option<u32>,
    longest: usize,
    cancelled: Arc<AtomicBool>,
    prompts: Option<Arc<dyn Fn() + Send + Sync>>,
}

/// A keyring in memory. Its clones are connections to the same one.
#[derive(Clone, Default)]
pub struct FakeKeyring(Arc<Mutex<Contents>>);

impl FakeKeyring {
    /// An empty, eager keyring whose items take up to `longest` characters.
    #[must_use]
    pub fn new(longest: usize) -> Self {
        let keyring = Self::default();
        keyring.contents().longest = longest;
        keyring
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Behaves as `mode` from now on.
    pub fn set_mode(&self, mode: Mode) {
        self.contents().mode = mode;
    }

    /// Answers `calls` more calls; then the program that calls is taken for dead and gets errors alone. `None`: for ever.
    pub fn answer(&self, calls: Option<u32>) {
        self.contents().left = calls;
    }

    /// Takes one call; false when the program is dead. Tests share the count with the files ([`super::atomic_file::Probe`]).
    pub fn step(&self) -> bool {
        let mut contents = self.contents();
        match &mut contents.left {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }

    /// Time passes: everything is on the keyring's disk.
    pub fn settle(&self) {
        let mut contents = self.contents();
        contents.disk = contents.live.clone();
    }

    /// The machine loses power, or the keyring's program crashes: what was not on its disk is gone.
    pub fn power_cut(&self) {
        let mut contents = self.contents();
        let mut survived = contents.disk.clone();
        if contents.mode == Mode::FoundButEmpty {
            for name in contents.live.keys() {
                survived.entry(name.clone()).or_default();
            }
        }
        contents.disk = survived.clone();
        contents.live = survived;
    }

    /// Calls `watch` whenever a prompt could be open.
    pub fn at_prompts(&self, watch: Arc<dyn Fn() + Send + Sync>) {
        self.contents().prompts = Some(watch);
    }

    fn prompt(&self) -> Result<(), KeyringError> {
        let watch = self.contents().prompts.clone();
        if let Some(watch) = watch {
            watch();
        }
        match self.call() {
            // unlocked, and locked again before anything else
            Err(KeyringError::Locked) if self.contents().mode == Mode::LocksAgain => Ok(()),
            other => other,
        }
    }

    /// How many writes and removals reached any contents so far.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.contents().writes
    }

    /// Whether somebody gave up the wait for the prompt.
    #[must_use]
    pub fn was_cancelled(&self) -> bool {
        self.contents().cancelled.load(Ordering::SeqCst)
    }

    /// Everything in it, as it is now.
    #[must_use]
    pub fn snapshot(&self) -> BTreeMap<String, String> {
        self.contents().live.iter().map(|(name, value)| (name.clone(), value.to_string())).collect()
    }

    /// Puts `value` at `name` behind the vault's back; `None` removes it.
    pub fn tamper(&self, name: &str, value: Option<&str>) {
        let mut contents = self.contents();
        match value {
            Some(value) => contents.live.insert(name.to_owned(), Zeroizing::new(value.to_owned())),
            None => contents.live.remove(name),
        };
        contents.disk = contents.live.clone();
    }

    /// Whether a call gets through at all.
    fn call(&self) -> Result<(), KeyringError> {
        if !self.step() {
            return Err(KeyringError::Refused("the program has ended"));
        }
        match self.contents().mode {
            Mode::Hang => Err(KeyringError::Silent),
            Mode::Locked | Mode::LocksAgain => Err(KeyringError::Locked),
            Mode::PromptDismissed => Err(KeyringError::PromptDismissed),
            Mode::NoProvider => Err(KeyringError::NoProvider),
            _ => Ok(()),
        }
    }

    fn write(&self, name: &str, value: Option<&str>) -> Result<(), KeyringError> {
        self.call()?;
        let mut contents = self.contents();
        let mode = contents.mode;
        if mode == Mode::ErrorNotDone {
            return Err(KeyringError::Refused("not done"));
        }
        contents.writes += 1;
        let value = value.map(|value| {
            let most = if mode == Mode::Cut { 1_280 } else { usize::MAX };
            Zeroizing::new(value.chars().take(most).collect::<String>())
        });
        let target = if mode == Mode::Wrong { &mut contents.wrong } else { &mut contents.live };
        match value {
            Some(value) => target.insert(name.to_owned(), value),
            None => target.remove(name),
        };
        if !matches!(mode, Mode::Lazy | Mode::FoundButEmpty) {
            contents.disk = contents.live.clone();
        }
        if mode == Mode::DoneThenError { Err(KeyringError::Refused("done")) } else { Ok(()) }
    }
}

impl Keyring for FakeKeyring {
    fn connect(&mut self, _first: bool) -> Result<Place, KeyringError> {
        self.prompt()?;
        Ok(Place::Keyring { provider: "a pretend keyring".to_owned(), protection: Protection::Yes })
    }

    fn look(&mut self) -> Result<(Place, bool), KeyringError> {
        let locked = match self.call() {
            Err(KeyringError::Locked | KeyringError::PromptDismissed) => true,
            other => {
                other?;
                false
            }
        };
        Ok((Place::Keyring { provider: "a pretend keyring".to_owned(), protection: Protection::Yes }, locked))
    }

    fn unlock(&mut self) -> Result<(), KeyringError> {
        self.prompt()
    }

    fn get(&mut self, name: &str) -> Result<Option<Zeroizing<String>>, KeyringError> {
        self.call()?;
        let contents = self.contents();
        let from = if contents.mode == Mode::Wrong { &contents.wrong } else { &contents.live };
        Ok(from.get(name).cloned())
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), KeyringError> {
        self.write(name, Some(value))
    }

    fn delete(&mut self, name: &str) -> Result<(), KeyringError> {
        self.write(name, None)
    }

    fn list(&mut self) -> Result<Vec<String>, KeyringError> {
        self.call()?;
        let contents = self.contents();
        let from = if contents.mode == Mode::Wrong { &contents.wrong } else { &contents.live };
        Ok(from.keys().cloned().collect())
    }

    fn longest(&self) -> usize {
        self.contents().longest
    }

    fn canceller(&self) -> Arc<dyn Fn() + Send + Sync> {
        let cancelled = Arc::clone(&self.contents().cancelled);
        Arc::new(move || cancelled.store(true, Ordering::SeqCst))
    }
}
