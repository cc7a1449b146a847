//! The pretend world: a vault and a state in memory, streams that are read back.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use zeroize::Zeroizing;

use crate::app::Document;
use crate::app::change::Change;
use crate::app::history::{Filter, Index};
use crate::app::job::VaultSide;
use crate::app::ports::{
    Attempt, BackupLog, Backups, Begun, DriftPoint, Entropy, Examined, FileError, FileFacts, Machine, NoClipboard, NoEntropy,
    Opened, Place, Screens, Sequence, Spent, State, StateError, Terminals, Ticket, TimeError, TimeServers, Try, UserKey, Vault,
    VaultError, VaultFiles,
};
use crate::app::settings::{ClearAfter, Settings};
use crate::app::uses::Uses;
use crate::cli::tests::outside::{Asked, Calm};
use crate::cli::tests::screen::Shown;
use crate::cli::world::{FoundVault, NoState, World};
use crate::domain::{AccountId, Counters, Moment, RecoveryHash, Step, UnixTime};

/// What is outside, and what may go wrong there.
#[derive(Default)]
pub struct Fake {
    pub vault: Rc<RefCell<Faults>>,
    pub file: bool,
    /// The passphrase over the keyring's accounts.
    pub lock: Option<&'static str>,
    /// What a person types unseen; `None`: nobody is there.
    pub typed: Option<&'static str>,
    /// What stands in the password file; `None`: something that is no text.
    pub password: Option<&'static str>,
    pub terminal: bool,
    pub refuses: Option<ErrorKind>,
    pub variables: Vec<(&'static str, String)>,
    /// By how many microseconds a time server says that this computer is behind; `None`: nobody may be asked.
    pub time: Option<Result<i64, TimeError>>,
    pub screens: Shown,
    document: Arc<Mutex<Document>>,
    used: Arc<Mutex<Vec<(Sequence, Step)>>>,
    random: Random,
    input: std::io::Cursor<Vec<u8>>,
    output: Stream,
    errors: Stream,
}

/// What the vault does wrong once.
#[derive(Default)]
pub struct Faults {
    /// Another program uses a counter just before the next change.
    pub race: bool,
    /// The next change fails.
    pub fails: bool,
}

/// What one command did.
pub struct Ran {
    pub code: u8,
    pub output: String,
    pub errors: String,
}

impl Fake {
    /// Runs the command line, split at spaces.
    pub fn run(&mut self, line: &str, input: &[u8]) -> Ran {
        self.run_with(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>(), input)
    }

    pub fn run_with(&mut self, arguments: &[String], input: &[u8]) -> Ran {
        self.input = std::io::Cursor::new(input.to_vec());
        self.output = Stream { bytes: Vec::new(), refuses: self.refuses };
        self.errors = Stream::default();
        let code = crate::cli::run(arguments.iter().map(OsString::from), self);
        let text = |stream: &Stream| String::from_utf8(stream.bytes.clone()).unwrap();
        Ran { code, output: text(&self.output), errors: text(&self.errors) }
    }
}

#[derive(Default)]
struct Stream {
    bytes: Vec<u8>,
    refuses: Option<ErrorKind>,
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self.refuses {
            Some(kind) => Err(kind.into()),
            None => self.bytes.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Bytes that are 1 at the first call, 2 at the second.
#[derive(Default)]
struct Random(Mutex<u8>);

impl Entropy for Random {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        let mut next = self.0.lock().unwrap();
        *next += 1;
        bytes.fill(*next);
        Ok(())
    }
}

struct Memory {
    document: Arc<Mutex<Document>>,
    race: bool,
    fails: bool,
    lock: Option<&'static str>,
}

impl Memory {
    fn make(&self, change: &Change) -> Result<Arc<Document>, VaultError> {
        let mut document = self.document.lock().unwrap();
        document.apply(change)?;
        document.generation += 1;
        Ok(Arc::new(document.duplicate()))
    }
}

impl Vault for Memory {
    fn open(&mut self) -> Result<Opened, VaultError> {
        if self.lock.is_some() {
            return Err(VaultError::NeedsPassphrase);
        }
        let document = Arc::new(self.document.lock().unwrap().duplicate());
        Ok(Opened { document, place: Place::File("memory".into()), notes: vec![], passphrase: false })
    }

    fn unlock(&mut self, passphrase: Zeroizing<String>) -> Result<Opened, VaultError> {
        if self.lock.take_if(|lock| *lock == *passphrase).is_none() {
            return Err(VaultError::WrongPassphrase);
        }
        self.open()
    }

    fn change(&mut self, change: &Change) -> Result<Arc<Document>, VaultError> {
        if std::mem::take(&mut self.fails) {
            return Err(VaultError::Busy);
        }
        if let (true, Change::TakeCodes { id, from, .. }) = (std::mem::take(&mut self.race), change) {
            self.make(&Change::NextCode { id: *id, from: *from })?;
        }
        self.make(change)
    }

    fn newer(&mut self, _than: u64) -> Result<Option<Arc<Document>>, VaultError> {
        self.open().map(|opened| Some(opened.document))
    }

    fn start_over(&mut self) -> Result<Opened, VaultError> {
        self.open()
    }

    fn examine(&mut self) -> Examined {
        facts(Some(Ok(())))
    }

    fn canceller(&self) -> Arc<dyn Fn() + Send + Sync> {
        Arc::new(|| {})
    }
}

fn facts(opens: Option<Result<(), VaultError>>) -> Examined {
    Examined::File(FileFacts { path: "vault.age".into(), document: true, key: true, previous: true, opens })
}

struct Locked;

impl VaultFiles for Locked {
    fn exists(&self) -> bool {
        true
    }

    fn create(&mut self, _: Zeroizing<String>) -> Result<Box<dyn Vault>, VaultError> {
        Err(VaultError::Busy)
    }

    fn unlock(&mut self, _: Zeroizing<String>) -> Result<Box<dyn Vault>, VaultError> {
        Err(VaultError::WrongPassphrase)
    }

    fn set_aside(&mut self) -> Result<(), VaultError> {
        Err(VaultError::Busy)
    }

    fn examine(&self) -> Examined {
        facts(None)
    }

    fn keyring_used(&self) -> bool {
        false
    }
}

struct Used(Arc<Mutex<Vec<(Sequence, Step)>>>);

impl State for Used {
    fn last_used(&mut self, account: &Sequence) -> Result<Option<Step>, StateError> {
        Ok(self.0.lock().unwrap().iter().filter(|(id, _)| id == account).map(|(_, step)| *step).max())
    }

    fn used_since(&mut self, account: &Sequence, from: Step) -> Result<Vec<Step>, StateError> {
        let used = self.0.lock().unwrap();
        Ok(used.iter().filter(|(id, step)| id == account && *step >= from).map(|(_, step)| *step).collect())
    }

    fn burn(&mut self, account: &Sequence, step: Step, _at: UnixTime) -> Result<bool, StateError> {
        self.0.lock().unwrap().push((account.clone(), step));
        Ok(true)
    }

    fn record(&mut self, _attempt: &Attempt) -> Result<(), StateError> {
        Ok(())
    }

    fn begin(&mut self, _attempt: &Try<'_>) -> Result<Begun, StateError> {
        Ok(Begun::Open(Ticket { line: 0, mark: None }))
    }

    fn fail(&mut self, _ticket: &Ticket, _line: &Attempt) -> Result<(), StateError> {
        Ok(())
    }

    fn succeed(&mut self, _ticket: &Ticket, _spent: &Spent, _line: &Attempt) -> Result<bool, StateError> {
        Ok(true)
    }

    fn look(&mut self, _at: &Moment) -> Result<(), StateError> {
        Ok(())
    }

    fn counters(&mut self, _user: &UserKey) -> Result<Counters, StateError> {
        Ok(Counters::default())
    }

    fn reset_counters(&mut self, _user: &UserKey, _line: &Attempt) -> Result<(), StateError> {
        Ok(())
    }

    fn forget_used(&mut self, _sequences: &[Sequence], _line: &Attempt) -> Result<(), StateError> {
        Ok(())
    }

    fn drift(&mut self, _sequence: &Sequence) -> Result<i64, StateError> {
        Ok(0)
    }

    fn store_drift(&mut self, _sequence: &Sequence, _steps: i64, _line: &Attempt) -> Result<(), StateError> {
        Ok(())
    }

    fn recovery(&mut self, _user: &UserKey) -> Result<Vec<(RecoveryHash, bool)>, StateError> {
        Ok(vec![])
    }

    fn make_recovery(&mut self, _user: &UserKey, _codes: &[RecoveryHash], _line: &Attempt) -> Result<(), StateError> {
        Ok(())
    }

    fn forget_user(&mut self, _user: &UserKey) -> Result<(), StateError> {
        Ok(())
    }

    fn find(&mut self, _filter: &Filter) -> Result<Index, StateError> {
        Ok(Index::default())
    }

    fn lines(&mut self, _numbers: &[i64]) -> Result<Vec<Attempt>, StateError> {
        Ok(vec![])
    }

    fn drifts(&mut self, _account: AccountId, _most: usize) -> Result<Vec<DriftPoint>, StateError> {
        Ok(vec![])
    }

    fn clear_history(&mut self) -> Result<(), StateError> {
        Ok(())
    }

    fn count_use(&mut self, _: AccountId, _: UnixTime) -> Result<(), StateError> {
        Ok(())
    }

    fn uses(&mut self) -> Result<Uses, StateError> {
        Ok(Uses::default())
    }

    fn forget_uses(&mut self, _: &[AccountId]) -> Result<(), StateError> {
        Ok(())
    }
}

impl World for Fake {
    fn environment(&self, name: &str) -> Option<OsString> {
        self.variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| value.into())
    }

    fn terminals(&self) -> Terminals {
        Terminals { output: self.terminal, ..Terminals::default() }
    }

    fn now(&self) -> UnixTime {
        UnixTime::from_secs(1_111_111_109)
    }

    fn entropy(&self) -> &dyn Entropy {
        &self.random
    }

    fn vault(&mut self, _chosen: Option<&Path>) -> Result<FoundVault, VaultError> {
        if self.file {
            return Ok(FoundVault::File(Box::new(Locked), "vault.age".into()));
        }
        let Faults { race, fails } = self.vault.take();
        Ok(FoundVault::Keyring(Box::new(Memory { document: Arc::clone(&self.document), race, fails, lock: self.lock })))
    }

    fn places(&mut self, _chosen: Option<&Path>) -> Result<(VaultSide, PathBuf), VaultError> {
        let memory = Memory { document: Arc::clone(&self.document), race: false, fails: false, lock: self.lock };
        Ok((VaultSide::new(Box::new(memory), Box::new(Locked), Box::new(Calm)), "vault.age".into()))
    }

    fn state(&mut self) -> Result<Box<dyn State>, NoState> {
        Ok(Box::new(Used(Arc::clone(&self.used))))
    }

    fn machine(&mut self) -> Box<dyn Machine> {
        Box::new(Calm)
    }

    fn time_servers(&mut self) -> Box<dyn TimeServers> {
        Box::new(Asked(self.time))
    }

    fn screens(&mut self) -> Box<dyn Screens> {
        Box::new(std::mem::take(&mut self.screens))
    }

    fn settings(&mut self) -> Settings {
        Settings::default()
    }

    fn read_file(&mut self, _path: &Path, _most: usize) -> Result<Zeroizing<Vec<u8>>, FileError> {
        Ok(Zeroizing::new(self.password.map_or(b"pw\xff".as_slice(), str::as_bytes).to_vec()))
    }

    fn write_file(&mut self, _path: &Path, _bytes: &[u8]) -> Result<(), FileError> {
        Ok(())
    }

    fn backups(&mut self) -> Box<dyn Backups> {
        unreachable!("the cases of tests/cli run `backup` and `restore`")
    }

    fn backup_log(&mut self) -> Option<Box<dyn BackupLog>> {
        None
    }

    fn exists(&self, _path: &Path) -> bool {
        false
    }

    fn absolute(&self, path: &Path) -> std::path::PathBuf {
        path.to_owned()
    }

    fn ask_hidden(&mut self, _prompt: &str) -> Option<Zeroizing<String>> {
        self.typed.map(|typed| Zeroizing::new(typed.to_owned()))
    }

    fn keep_on_clipboard(&mut self, _text: &str, _clear: ClearAfter) -> Result<(), NoClipboard> {
        Ok(())
    }

    fn input(&mut self) -> &mut dyn Read {
        &mut self.input
    }

    fn output(&mut self) -> &mut dyn Write {
        &mut self.output
    }

    fn errors(&mut self) -> &mut dyn Write {
        &mut self.errors
    }
}
