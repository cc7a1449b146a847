//! A pretend machine: a keyring, a data directory, boots, programs that are started and ended.

use std::collections::BTreeMap;
use std::path::Path;

use halfminute::adapters::atomic_file::{FileStep, Folder};
use halfminute::adapters::boot::BootId;
use halfminute::adapters::data_dir::DataDir;
use halfminute::adapters::fake_keyring::FakeKeyring;
use halfminute::adapters::vault::KeyringVault;
use halfminute::app::change::Change;
use halfminute::app::document::Document;
use halfminute::app::ports::{Opened, Vault, VaultError};
use halfminute::domain::{Account, AccountId, OtpParams, Secret, UnixTime};

pub struct World {
    dir: tempfile::TempDir,
    pub keyring: FakeKeyring,
    pub boot: u32,
}

pub type Program = KeyringVault<FakeKeyring>;

impl World {
    pub fn new(longest: usize) -> Self {
        // in memory where there is such a place: thousands of syncs of a real disk take minutes and prove nothing here
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Self { dir: dir.unwrap(), keyring: FakeKeyring::new(longest), boot: 1 }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A program that was started and has not touched anything yet.
    pub fn program(&self) -> Program {
        let keyring = self.keyring.clone();
        let probe = move |_: FileStep| if keyring.step() { Ok(()) } else { Err(std::io::ErrorKind::Interrupted.into()) };
        let folder = Folder::probed(self.path(), std::sync::Arc::new(probe));
        let boot = BootId::named(&format!("boot-{}", self.boot));
        KeyringVault::with_folder(self.keyring.clone(), DataDir::open(self.path()).unwrap(), folder, boot)
    }

    pub fn open(&self) -> Result<(Program, Opened), VaultError> {
        let mut program = self.program();
        let opened = program.open()?;
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
