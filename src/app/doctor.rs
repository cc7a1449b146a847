//! The check-up: facts about the vault and the machine go in, findings come out, each with what to do.

use super::backup::Standing;
use super::notice::{Notice, doctor as words};
use super::ports::{
    Examined, FileFacts, FolderFacts, ItemFacts, JournalFacts, KeyringFacts, MachineFacts, Place, Protection, TimeAnswer,
    TimeError, TimeServer, VaultError, Weight,
};

/// Less than this many bytes is no room to work in: two documents of the largest size.
const NO_ROOM: u64 = 32 << 20;
/// Less than this many bytes is soon no room.
const LITTLE_ROOM: u64 = 200 << 20;

/// What was found, the vault first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// One for each thing that was looked at.
    pub findings: Vec<Finding>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub topic: Topic,
    /// How it is.
    pub state: State,
    /// In words, with what to do.
    pub notice: Notice,
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// The program that keeps the secrets.
    Keyring,
    /// Whether it has a password.
    Protection,
    /// The vault's key, by which our keyring is known.
    Key,
    /// The generations of the document.
    Document,
    /// The newest state on disk.
    Journal,
    /// The encrypted vault file.
    File,
    /// The data folder and who can read it.
    Folder,
    /// Room on the disk.
    Disk,
    /// The computer's clock.
    Clock,
    /// The last backup.
    Backup,
    /// What a time server says of the clock, where one was asked.
    TimeServer,
}

impl Topic {
    /// Its stable key, for scripts.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Keyring => "keyring",
            Self::Protection => "protection",
            Self::Key => "key",
            Self::Document => "document",
            Self::Journal => "journal",
            Self::File => "vault-file",
            Self::Folder => "folder",
            Self::Disk => "disk",
            Self::Clock => "clock",
            Self::Backup => "backup",
            Self::TimeServer => "time-server",
        }
    }

    /// Its name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Keyring => "Keyring",
            Self::Protection => "Password",
            Self::Key => "Key",
            Self::Document => "Accounts",
            Self::Journal => "Journal",
            Self::File => "Vault file",
            Self::Folder => "Data folder",
            Self::Disk => "Disk",
            Self::Clock => "Clock",
            Self::Backup => "Backup",
            Self::TimeServer => "Time server",
        }
    }
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Good,
    /// Worth a look.
    Look,
    /// Something has to be done.
    Bad,
    /// It could not be told.
    Unknown,
}

impl State {
    /// Its stable key, for scripts.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Look => "look",
            Self::Bad => "bad",
            Self::Unknown => "unknown",
        }
    }
}

impl Report {
    /// What the facts come to.
    #[must_use]
    pub fn of(vault: &Examined, machine: &MachineFacts) -> Self {
        let mut report = Self { findings: Vec::new() };
        match vault {
            Examined::Keyring(facts) => report.keyring(facts),
            Examined::File(facts) => report.file(facts),
            Examined::Nowhere(error) => report.add(Topic::Folder, State::Bad, words::vault_error(error)),
        }
        report.folder(&machine.folder);
        let clock = match machine.synchronised {
            Some(true) => State::Good,
            Some(false) => State::Look,
            None => State::Unknown,
        };
        report.add(Topic::Clock, clock, words::clock(machine.synchronised));
        report
    }

    /// The same, with how the vault stands with its backups.
    #[must_use]
    pub fn with_backups(mut self, standing: Standing) -> Self {
        let state = match standing {
            Standing::Nothing | Standing::Fine(_) => State::Good,
            Standing::Never | Standing::Old(_) => State::Look,
        };
        self.add(Topic::Backup, state, words::backups(standing));
        self
    }

    /// The same, with what a time server says of the clock.
    #[must_use]
    pub fn with_time(mut self, server: &TimeServer, said: &Result<TimeAnswer, TimeError>, synchronised: Option<bool>) -> Self {
        let (state, notice) = match said {
            Err(error) => (State::Unknown, words::time_error(server, *error)),
            Ok(answer) => {
                let state = match answer.weight() {
                    Weight::Fine => State::Good,
                    Weight::Noticeable => State::Look,
                    Weight::Serious => State::Bad,
                };
                (state, words::time_answer(answer, synchronised))
            }
        };
        self.add(Topic::TimeServer, state, notice);
        self
    }

    /// Whether something has to be done.
    #[must_use]
    pub fn is_bad(&self) -> bool {
        self.findings.iter().any(|finding| finding.state == State::Bad)
    }

    fn add(&mut self, topic: Topic, state: State, notice: Notice) {
        self.findings.push(Finding { topic, state, notice });
    }

    fn keyring(&mut self, facts: &KeyringFacts) {
        match &facts.place {
            Err(error) => self.add(Topic::Keyring, State::Bad, words::vault_error(error)),
            Ok(Place::Keyring { provider, protection }) => {
                let state = if facts.locked { State::Look } else { State::Good };
                self.add(Topic::Keyring, state, words::provider(provider, facts.locked));
                let state = match protection {
                    Protection::Yes => State::Good,
                    Protection::No => State::Bad,
                    Protection::Unknown => State::Unknown,
                };
                self.add(Topic::Protection, state, words::protection(*protection));
            }
            Ok(Place::File(_)) => {}
        }
        if let Some(items) = facts.items {
            self.items(facts, items);
        }
        let behind = facts.items.map_or(0, |items| items.newest);
        let (state, notice) = match &facts.journal {
            JournalFacts::None if facts.used => (State::Good, words::no_journal(facts.confirmed > 0)),
            JournalFacts::None => return,
            JournalFacts::Holds(generation) if *generation > behind => (State::Look, words::keyring_behind()),
            JournalFacts::Holds(_) => (State::Good, words::journal_waits()),
            JournalFacts::Sealed => (State::Unknown, words::journal_sealed()),
            JournalFacts::Damaged => (State::Look, words::journal_damaged()),
            JournalFacts::Foreign => (State::Look, words::journal_foreign()),
            JournalFacts::Unreadable(error) => (State::Bad, words::vault_error(error)),
        };
        self.add(Topic::Journal, state, notice);
    }

    fn items(&mut self, facts: &KeyringFacts, items: ItemFacts) {
        match (items.key, facts.used) {
            (true, _) => self.add(Topic::Key, State::Good, words::key_found()),
            (false, true) => return self.add(Topic::Key, State::Bad, words::vault_error(&VaultError::AnotherKeyring)),
            (false, false) => return self.add(Topic::Key, State::Good, words::no_vault_yet()),
        }
        let journal_has_it = matches!(facts.journal, JournalFacts::Holds(_));
        let (state, notice) = match items {
            ItemFacts { newest: 0, .. } if journal_has_it => (State::Look, words::only_in_journal()),
            ItemFacts { newest: 0, .. } => (State::Bad, words::vault_error(&VaultError::Damaged)),
            ItemFacts { incomplete: 0, .. } => (State::Good, words::document_complete()),
            ItemFacts { incomplete, .. } => (State::Look, words::document_incomplete(incomplete)),
        };
        self.add(Topic::Document, state, notice);
    }

    fn file(&mut self, facts: &FileFacts) {
        let (state, notice) = match facts {
            FileFacts { document: false, previous: false, .. } => (State::Bad, words::no_file(&facts.path)),
            FileFacts { key: false, .. } => (State::Bad, words::no_key_file(&facts.path)),
            FileFacts { opens: Some(Err(error)), .. } => (State::Bad, words::vault_error(error)),
            FileFacts { document: false, .. } => (State::Look, words::only_previous_file(&facts.path)),
            FileFacts { opens: Some(Ok(())), .. } => (State::Good, words::file_opens(&facts.path)),
            FileFacts { opens: None, .. } => (State::Unknown, words::file_locked(&facts.path)),
        };
        self.add(Topic::File, state, notice);
    }

    fn folder(&mut self, facts: &FolderFacts) {
        match &facts.path {
            Err(error) => self.add(Topic::Folder, State::Bad, words::vault_error(error)),
            Ok(path) if facts.missing => self.add(Topic::Folder, State::Good, words::folder_missing(path)),
            Ok(path) => match facts.open_to_others.first() {
                None => self.add(Topic::Folder, State::Good, words::folder_private(path)),
                Some(open) => self.add(Topic::Folder, State::Bad, words::folder_open(open)),
            },
        }
        let Some(free) = facts.free else { return };
        let state = match free {
            ..NO_ROOM => State::Bad,
            NO_ROOM..LITTLE_ROOM => State::Look,
            _ => State::Good,
        };
        self.add(Topic::Disk, state, words::room(free, state != State::Good));
    }
}

#[cfg(test)]
mod tests;
