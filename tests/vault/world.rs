//! A pretend machine: a keyring, a data directory, boots, programs that are started and ended.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use halfminute::adapters::atomic_file::{FileStep, Folder, Probe};
use halfminute::adapters::boot::BootId;
use halfminute::adapters::data_dir::DataDir;
use halfminute::adapters::fake_keyring::FakeKeyring;
use halfminute::adapters::journal::{self, Key};
use halfminute::adapters::parts::ItemName;
use halfminute::adapters::vault::KeyringVault;
use halfminute::app::change::Change;
use halfminute::app::document::Document;
use halfminute::app::ports::{Opened, Vault, VaultError};
use halfminute::domain::{Account, AccountId, OtpParams, Secret, UnixTime};

use crate::disk::Disk;

pub struct World {
    dir: tempfile::TempDir,
    locks: tempfile::TempDir,
    pub disk: Disk,
    pub keyring: FakeKeyring,
    pub boot: u32,
    /// What is typed when the vault asks for its passphrase.
    pub passphrase: Option<&'static str>,
    /// A mistake that its programs make.
    #[cfg(debug_assertions)]
    pub flaw: Option<halfminute::adapters::vault::Flaw>,
}

/// A directory of this test, in memory where there is such a place: thousands of syncs of a real disk take minutes and prove nothing here.
pub fn place() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

pub type Program = KeyringVault<FakeKeyring>;

impl World {
    pub fn new(longest: usize) -> Self {
        let dir = place();
        let disk = Disk::of(dir.path());
        Self {
            dir,
            locks: place(),
            disk,
            keyring: FakeKeyring::new(longest),
            boot: 1,
            passphrase: None,
            #[cfg(debug_assertions)]
            flaw: None,
        }
    }

    /// Another data directory of the same person, with the same keyring.
    pub fn beside(&self) -> Self {
        let mut other = Self::new(0);
        other.keyring = self.keyring.clone();
        other.boot = self.boot;
        other
    }

    /// The machine loses power: what was not synced is gone.
    pub fn power_cut(&self) {
        self.disk.power_cut(0);
    }

    /// The machine is shut down in order: everything is synced.
    pub fn shut_down(&self) {
        self.disk.shut_down();
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A program that was started and has not touched anything yet.
    pub fn program(&self) -> Program {
        self.program_sharing(None)
    }

    /// The same with a place for locks that programs of all data directories see.
    pub fn program_sharing(&self, locks: Option<&Path>) -> Program {
        self.program_probed(self.probe(), locks)
    }

    /// What happens before each step of a write: the program may be dead by then, and the disk hears of it.
    pub fn probe(&self) -> Probe {
        let (keyring, disk) = (self.keyring.clone(), self.disk.clone());
        let probe = move |step: FileStep| {
            if !keyring.step() {
                return Err(std::io::ErrorKind::Interrupted.into());
            }
            disk.step(step)
        };
        Arc::new(probe)
    }

    pub fn program_probed(&self, probe: Probe, locks: Option<&Path>) -> Program {
        let folder = Folder::probed(self.path(), probe);
        let boot = BootId::named(&format!("boot-{}", self.boot));
        let program = KeyringVault::with_folder(self.keyring.clone(), DataDir::open(self.path()).unwrap(), folder, boot);
        #[cfg(debug_assertions)]
        let program = match self.flaw {
            Some(flaw) => program.flawed(flaw),
            None => program,
        };
        program.with_work_factor(1).locking_in(Some(locks.unwrap_or(self.locks.path()).to_owned()))
    }

    /// The place for locks of this world.
    pub fn locks(&self) -> &Path {
        self.locks.path()
    }

    /// What the journals that were kept aside hold, and the journal.
    pub fn journals(&self) -> Vec<Document> {
        let keys = self.keyring.snapshot().into_iter().filter(|(name, _)| name.starts_with("key-"));
        let keys: Vec<Key> = keys
            .filter_map(|(_, text)| data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok())
            .map(|key: [u8; 32]| Key::new(key))
            .collect();
        let files = std::fs::read_dir(self.path()).unwrap().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("journal"));
        let read = |path: std::path::PathBuf| {
            let place = tempfile::tempdir().unwrap();
            std::fs::copy(path, place.path().join("journal")).unwrap();
            let journal::Found::Sealed(sealed) = journal::read(&Folder::new(place.path())).ok()? else { return None };
            let text = keys.iter().find_map(|key| sealed.open(key))?;
            Document::from_json(&text).ok()
        };
        files.filter_map(read).collect()
    }

    pub fn open(&self) -> Result<(Program, Opened), VaultError> {
        let mut program = self.program();
        let opened = match (program.open(), self.passphrase) {
            (Err(VaultError::NeedsPassphrase), Some(typed)) => program.unlock(typed.to_owned().into())?,
            (opened, _) => opened?,
        };
        Ok((program, opened))
    }

    /// Every byte that is kept anywhere.
    pub fn bytes(&self) -> (BTreeMap<String, Vec<u8>>, BTreeMap<String, String>, u64) {
        let files = std::fs::read_dir(self.path()).unwrap().map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap())
        });
        (files.filter(|(name, _)| name != "lock").collect(), self.keyring.snapshot(), self.keyring.writes())
    }

    pub fn has(&self, file: &str) -> bool {
        self.path().join(file).exists()
    }
}

pub fn id(n: u8) -> AccountId {
    AccountId::from_bytes([n; 16])
}

pub fn account(n: u8, name: &str) -> Account {
    Account {
        id: id(n),
        issuer: "Bäckerei \u{1f950}".into(),
        name: name.into(),
        params: OtpParams::default(),
        tags: vec!["\u{202e}tag \"quoted\"\n".into()],
        note: String::new(),
        pinned: false,
        uses: 0,
        created: UnixTime::from_secs(1_700_000_000),
    }
}

pub fn add(n: u8, name: &str) -> Change {
    Change::Add(vec![(account(n, name), Secret::new(vec![n; 20]).unwrap())])
}

/// What a person would see: name and whether it is in the trash, by id.
pub fn seen(document: &Document) -> BTreeMap<AccountId, (String, bool)> {
    let one =
        |record: &halfminute::app::document::Record| (record.account.id, (record.account.name.clone(), record.trashed.is_some()));
    document.accounts.iter().map(one).collect()
}

/// The names of the document's parts, newest generation last.
pub fn parts(world: &World) -> Vec<(u64, String)> {
    let names = world.keyring.snapshot().into_keys().filter_map(|name| match ItemName::parse(&name)? {
        ItemName::Part { generation, .. } => Some((generation, name)),
        ItemName::Key(_) => None,
    });
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}
