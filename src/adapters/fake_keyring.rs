//! A keyring for tests, with every way of failing that was seen in real ones.
//!
//! It has a clock of its own, in whole pretend seconds, that moves when a test lets time [`pass`](FakeKeyring::pass) and while it is slow.

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
    /// Answers, and writes to disk [`LATE`] seconds later.
    Lazy,
    /// As `Lazy`, but what is removed is gone from its disk at once.
    LateWrites,
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
    /// Keeps the first 1 280 UTF-16 units of a value and says nothing.
    Cut,
    /// Refuses a value with anything but printable ASCII in it.
    AsciiOnly,
    /// Puts `?` in the place of each character that is no printable ASCII, and says nothing.
    AsciiMangled,
    /// Takes [`SLOW`] seconds for each call: late, but within every deadline.
    Slow,
}

/// How long a lazy keyring waits before it writes to its disk, in pretend seconds: KWallet's timer.
pub const LATE: u64 = 5;
/// How long a slow keyring takes for a call, in pretend seconds: just less than is waited for.
pub const SLOW: u64 = 4;

/// Something that is to be written to the keyring's disk.
struct Due {
    at: u64,
    name: String,
    value: Option<Zeroizing<String>>,
}

#[derive(Default)]
struct Contents {
    mode: Mode,
    live: BTreeMap<String, Zeroizing<String>>,
    disk: BTreeMap<String, Zeroizing<String>>,
    wrong: BTreeMap<String, Zeroizing<String>>,
    /// Second items of the same name.
    doubles: BTreeMap<String, Zeroizing<String>>,
    /// What is not on the disk yet, in the order in which it was asked for.
    due: Vec<Due>,
    now: u64,
    /// Connections of an older number are lost.
    session: u64,
    /// Calls until every connection is lost.
    lost_after: Option<u32>,
    /// Calls until it behaves otherwise.
    turn: Option<(u32, Mode)>,
    writes: u64,
    /// Calls that are still answered; the program is dead after them.
    left: Option<u32>,
    longest: usize,
    cancelled: Arc<AtomicBool>,
    prompts: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl Contents {
    fn wait(&mut self, seconds: u64) {
        self.now += seconds;
        let now = self.now;
        let mut due = std::mem::take(&mut self.due);
        for write in due.extract_if(.., |write| write.at <= now) {
            match write.value {
                Some(value) => self.disk.insert(write.name, value),
                None => self.disk.remove(&write.name),
            };
        }
        self.due = due;
    }

    fn settle(&mut self) {
        self.due.clear();
        self.disk = self.live.clone();
    }

    /// What is done at every call, whatever it asks for.
    fn tick(&mut self) {
        if self.mode == Mode::Slow {
            self.wait(SLOW);
        }
        match &mut self.lost_after {
            Some(0) => {
                self.session += 1;
                self.lost_after = None;
            }
            Some(left) => *left -= 1,
            None => {}
        }
        match &mut self.turn {
            Some((0, mode)) => {
                self.mode = *mode;
                self.turn = None;
            }
            Some((left, _)) => *left -= 1,
            None => {}
        }
    }
}

/// A keyring in memory. Its clones are connections to the same one.
#[derive(Clone, Default)]
pub struct FakeKeyring {
    contents: Arc<Mutex<Contents>>,
    /// Of which number this connection is.
    session: u64,
}

impl FakeKeyring {
    /// An empty, eager keyring whose items take up to `longest` characters.
    #[must_use]
    pub fn new(longest: usize) -> Self {
        let keyring = Self::default();
        keyring.contents().longest = longest;
        keyring
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Behaves as `mode` from now on.
    pub fn set_mode(&self, mode: Mode) {
        let mut contents = self.contents();
        contents.mode = mode;
        contents.turn = None;
    }

    /// Behaves as `mode` after `calls` more calls: in the middle of what a program does.
    pub fn turn(&self, calls: u32, mode: Mode) {
        self.contents().turn = Some((calls, mode));
    }

    /// Loses every connection after `calls` more calls: each fails from then on, until it is made anew. `None`: never.
    pub fn lose_sessions(&self, calls: Option<u32>) {
        self.contents().lost_after = calls;
    }

    /// Lets `seconds` pretend seconds pass.
    pub fn pass(&self, seconds: u64) {
        self.contents().wait(seconds);
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
        self.contents().settle();
    }

    /// The keyring's program crashes and is started again: as after a power cut, and every connection is lost.
    pub fn crash(&self) {
        self.power_cut();
        self.contents().session += 1;
    }

    /// The machine loses power: what was not on the keyring's disk is gone.
    pub fn power_cut(&self) {
        let mut contents = self.contents();
        let mut survived = contents.disk.clone();
        if contents.mode == Mode::FoundButEmpty {
            for name in contents.live.keys() {
                survived.entry(name.clone()).or_default();
            }
        }
        contents.due.clear();
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
        contents.settle();
    }

    /// Puts a second item called `name` beside the first, with `value`.
    pub fn double(&self, name: &str, value: &str) {
        self.contents().doubles.insert(name.to_owned(), Zeroizing::new(value.to_owned()));
    }

    /// Whether a call gets through at all.
    fn call(&self) -> Result<(), KeyringError> {
        if !self.step() {
            return Err(KeyringError::Refused("the program has ended"));
        }
        let mut contents = self.contents();
        contents.tick();
        if contents.session != self.session {
            return Err(KeyringError::Refused("a call failed"));
        }
        drop(contents);
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
        let is_plain = |c: char| (' '..='~').contains(&c);
        if mode == Mode::ErrorNotDone {
            return Err(KeyringError::Refused("not done"));
        }
        if mode == Mode::AsciiOnly && !value.unwrap_or_default().chars().all(is_plain) {
            return Err(KeyringError::Refused("no ASCII"));
        }
        if mode != Mode::Wrong && contents.doubles.contains_key(name) {
            return Err(KeyringError::Unreadable);
        }
        contents.writes += 1;
        let value = value.map(|value| match mode {
            Mode::Cut => {
                let units: Vec<u16> = value.encode_utf16().take(1_280).collect();
                Zeroizing::new(String::from_utf16_lossy(&units))
            }
            Mode::AsciiMangled => Zeroizing::new(value.chars().map(|c| if is_plain(c) { c } else { '?' }).collect()),
            _ => Zeroizing::new(value.to_owned()),
        });
        let late = match mode {
            Mode::Lazy | Mode::FoundButEmpty => true,
            Mode::LateWrites => value.is_some(),
            _ => false,
        };
        let target = if mode == Mode::Wrong { &mut contents.wrong } else { &mut contents.live };
        match value.clone() {
            Some(value) => target.insert(name.to_owned(), value),
            None => target.remove(name),
        };
        if mode != Mode::Wrong {
            let at = contents.now + if late { LATE } else { 0 };
            // what is asked for later is never overtaken by what was asked for before
            contents.due.retain(|due| late || due.name != name);
            contents.due.push(Due { at, name: name.to_owned(), value });
            contents.wait(0);
        }
        if mode == Mode::DoneThenError { Err(KeyringError::Refused("done")) } else { Ok(()) }
    }
}

impl Keyring for FakeKeyring {
    fn connect(&mut self, _first: bool) -> Result<Place, KeyringError> {
        let session = self.contents().session;
        self.session = session;
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
        if contents.mode == Mode::Wrong {
            return Ok(contents.wrong.get(name).cloned());
        }
        match (contents.live.get(name), contents.doubles.get(name)) {
            (Some(one), Some(other)) if one != other => Err(KeyringError::Unreadable),
            (one, other) => Ok(one.or(other).cloned()),
        }
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
