//! What all commands do: speak, open the vault, find the account that is meant.

use std::io::{ErrorKind, Read};
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::app::Document;
use crate::app::backup::Last;
use crate::app::change::Change;
use crate::app::document::Record;
use crate::app::listing::{Listing, Row};
use crate::app::notice::{self, Notice};
use crate::app::ports::{Examined, State, Vault, VaultError, VaultFiles};
use crate::domain::{AccountId, name};

use super::Common;
use super::exit::{Candidate, DONE, End, Failure, PARTLY, REFUSED, VAULT};
use super::progress::Progress;
use super::shape::ErrorShape;
use super::world::{FoundVault, NoState, World};

mod passphrase;

pub use passphrase::FileInUse;

/// The most bytes read from standard input or a password file.
const MOST_INPUT: usize = 64 << 10;
/// The most bytes of a line that a person types.
const MOST_LINE: usize = 1 << 10;
/// What is said of accounts under a passphrase that nobody can be asked for.
const LOCKED: &str = "Halfminute is locked";
/// What is said of a vault file whose passphrase nobody can be asked for.
pub(super) const FILE_LOCKED: &str = "The vault file is locked";
/// The most matches that are listed.
const MOST_MATCHES: usize = 20;

/// One run of one command.
pub struct Session<'a> {
    /// What is outside.
    pub world: &'a mut dyn World,
    /// Answers are JSON.
    pub json: bool,
    vault: Option<PathBuf>,
    password_file: Option<PathBuf>,
}

/// An open vault.
pub struct Open {
    vault: Box<dyn Vault>,
    /// The newest document.
    pub document: Arc<Document>,
}

/// Among which accounts is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// Those in use.
    Active,
    /// Those in the trash.
    Trash,
}

/// Without what could steer a terminal.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

impl<'a> Session<'a> {
    /// A run with the options that all commands have.
    pub fn new(world: &'a mut dyn World, common: Common) -> Self {
        let chosen = |world: &dyn World, option: Option<PathBuf>, variable: &str| {
            option.or_else(|| world.environment(variable).filter(|value| !value.is_empty()).map(PathBuf::from))
        };
        let vault = chosen(world, common.vault, "HALFMINUTE_VAULT");
        let password_file = chosen(world, common.password_file, "HALFMINUTE_PASSWORD_FILE");
        Self { world, json: common.json, vault, password_file }
    }

    /// Says one line to the person, on standard error. A name that another program wrote must not steer the terminal.
    pub fn say(&mut self, text: &str) {
        // with standard error closed there is nobody to tell
        let _ = writeln!(self.world.errors(), "{}", harmless(text));
    }

    /// Says what came up and did not stop anything.
    pub fn note(&mut self, notice: &Notice) {
        self.say(&format!("halfminute: {}", notice.line()));
    }

    /// Writes data, on standard output.
    pub fn print(&mut self, text: &str) -> Result<(), End> {
        let out = self.world.output();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        written.map_err(|error| match error.kind() {
            ErrorKind::BrokenPipe => End::ReaderGone,
            kind => {
                let said = Notice::new(
                    format!("The answer could not be written: {}", notice::reason(kind)),
                    "What was asked for is done",
                );
                End::Failed(Failure::new(PARTLY, "output", said))
            }
        })
    }

    /// Writes one line of words that are the answer, on standard output.
    pub fn print_line(&mut self, text: &str) -> Result<(), End> {
        self.print(&format!("{}\n", harmless(text)))
    }

    /// Writes `answer` as one line of JSON.
    pub fn print_json(&mut self, answer: &impl Serialize) -> Result<(), End> {
        // large enough from the start, so that no copy of a code is left behind by growing
        let mut text = Zeroizing::new(Vec::with_capacity(16 << 10));
        if serde_json::to_writer(&mut *text, answer).is_err() {
            return Err(Failure::new(PARTLY, "output", Notice::plain("The answer could not be written")).into());
        }
        text.push(b'\n');
        let text = std::str::from_utf8(&text).map(|text| Zeroizing::new(text.to_owned())).unwrap_or_default();
        self.print(&text)
    }

    /// Ends the run: says what went wrong, if anything, and gives the exit code.
    pub fn end(mut self, outcome: Result<u8, End>) -> u8 {
        match outcome {
            Ok(code) => code,
            Err(End::ReaderGone) => DONE,
            Err(End::Failed(failure)) => {
                if self.json && failure.kind != "output" {
                    let matches: &[Candidate] = &failure.matches;
                    // the failure is told by the exit code, too
                    let _ = self.print_json(&ErrorShape::new(failure.kind, &failure.notice, matches));
                } else {
                    self.note(&failure.notice);
                    for Candidate { id, issuer, account } in &failure.matches {
                        let (issuer, account) = (name::clean(issuer).text, name::clean(account).text);
                        self.say(&format!("  {id}  {}", [issuer, account].join(" ").trim()));
                    }
                }
                failure.code
            }
        }
    }

    /// Whether colours may be used on standard output.
    pub fn colours(&self) -> bool {
        self.world.terminals().output && colours_wanted(self.world)
    }

    /// All of standard input as text.
    pub fn read_input(&mut self) -> Result<Zeroizing<String>, Failure> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(MOST_INPUT + 1));
        let read = self.world.input().take(MOST_INPUT as u64 + 1).read_to_end(&mut bytes);
        read.map_err(|error| {
            Failure::input(Notice::new(
                format!("Standard input cannot be read: {}", notice::reason(error.kind())),
                "Hand it over with a pipe or `<`",
            ))
        })?;
        text(&bytes, "Standard input")
    }

    /// The first line of standard input.
    pub fn read_line(&mut self) -> Result<Zeroizing<String>, Failure> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(MOST_LINE + 1));
        let mut one = [0];
        while bytes.len() <= MOST_LINE && self.world.input().read(&mut one).is_ok_and(|read| read == 1) && one != *b"\n" {
            bytes.push(one[0]);
        }
        Ok(Zeroizing::new(text(&bytes, "Standard input")?.trim().to_owned()))
    }

    /// A secret from standard input: all of it, or one hidden line where a person types.
    pub fn read_secret(&mut self, prompt: &str) -> Result<Zeroizing<String>, Failure> {
        if self.world.terminals().input
            && let Some(typed) = self.world.ask_hidden(prompt)
        {
            return Ok(typed);
        }
        self.read_input()
    }

    /// Opens the vault. One in a file is made if there is none and `create` says so.
    pub fn open(&mut self, create: bool) -> Result<Open, Failure> {
        let chosen = self.vault.clone();
        let (mut vault, opened) = match self.world.vault(chosen.as_deref())? {
            FoundVault::Keyring(mut vault) => {
                let opened = match vault.open() {
                    Err(VaultError::NeedsPassphrase) => {
                        let passphrase = self.passphrase("Passphrase: ", LOCKED)?;
                        let _progress = Progress::new(self.world.terminals().errors, "Unlocking");
                        vault.unlock(passphrase)?
                    }
                    opened => opened?,
                };
                (vault, opened)
            }
            FoundVault::File(mut files, path) => {
                let mut vault = if files.exists() {
                    self.unlock(files.as_mut(), &path)?
                } else if create {
                    self.create(files.as_mut(), &path)?
                } else {
                    return Err(self.no_vault_file(&path));
                };
                let opened = vault.open()?;
                (vault, opened)
            }
        };
        for note in opened.notes.iter().copied().chain(vault.notes()) {
            if let Some(said) = notice::vault_note(&note) {
                self.note(&said);
            }
        }
        Ok(Open { vault, document: opened.document })
    }

    /// Looks at the vault. A file is opened only if its passphrase comes from a file.
    pub fn examine(&mut self) -> Result<Examined, Failure> {
        let chosen = self.vault.clone();
        match self.world.vault(chosen.as_deref()) {
            Err(error) => Ok(Examined::Nowhere(error)),
            Ok(FoundVault::Keyring(mut vault)) => Ok(vault.examine()),
            Ok(FoundVault::File(mut files, path)) if files.exists() && self.password_file.is_some() => {
                let passphrase = self.passphrase(&format!("Passphrase of {}: ", path.display()), FILE_LOCKED)?;
                let _progress = Progress::new(self.world.terminals().errors, "Unlocking the vault file");
                Ok(match files.unlock(passphrase) {
                    Ok(mut vault) => vault.examine(),
                    Err(error) => files.examine().with_trouble(error),
                })
            }
            Ok(FoundVault::File(files, _)) => Ok(files.examine()),
        }
    }

    /// Why there is nothing to open at `path`: nothing at all, or something without the key file that belongs to it.
    fn no_vault_file(&mut self, path: &std::path::Path) -> Failure {
        let there = self.world.read_file(path, 0).is_ok();
        let said = if there {
            let text = format!("{} is no vault file, or its key file is not beside it", path.display());
            Notice::new(text, "Check the name, or put the key file back")
        } else {
            let text = format!("There is no vault file {}", path.display());
            Notice::new(text, "`halfminute add` with the same --vault makes it")
        };
        Failure::new(VAULT, "no-vault-file", said)
    }

    fn unlock(&mut self, files: &mut dyn VaultFiles, path: &std::path::Path) -> Result<Box<dyn Vault>, Failure> {
        let passphrase = self.passphrase(&format!("Passphrase of {}: ", path.display()), FILE_LOCKED)?;
        let _progress = Progress::new(self.world.terminals().errors, "Unlocking the vault file");
        Ok(files.unlock(passphrase)?)
    }

    fn create(&mut self, files: &mut dyn VaultFiles, path: &std::path::Path) -> Result<Box<dyn Vault>, Failure> {
        let from = self.password_file.clone();
        let passphrase = self.new_passphrase(&format!("New passphrase of {}: ", path.display()), from, "--password-file")?;
        let progress = Progress::new(self.world.terminals().errors, "Making the vault file");
        let vault = files.create(passphrase)?;
        drop(progress);
        self.say(&format!("Made the encrypted vault file {}", path.display()));
        Ok(vault)
    }

    /// Whether this command works on a vault file of its own rather than on the window's vault.
    pub fn has_own_vault(&self) -> bool {
        self.vault.is_some()
    }

    /// Notes a backup of the window's vault; of a vault file that only this command knows nothing is noted.
    pub fn note_backup(&mut self, last: Last) {
        if self.vault.is_some() {
            return;
        }
        let Some(mut store) = self.world.backup_log() else { return };
        let mut log = store.load();
        log.made(last, false);
        if store.save(&log).is_err() {
            self.note(&notice::backup_not_noted());
        }
    }

    /// Used steps and history.
    pub fn state(&mut self) -> Result<Box<dyn State>, Failure> {
        self.world.state().map_err(|error| match error {
            NoState::Place(error) => error.into(),
            NoState::State(error) => error.into(),
        })
    }
}

impl Open {
    /// The one account that `query` means.
    pub fn find(&self, query: &str, among: Among) -> Result<&Record, Failure> {
        find(&self.document, query, among)
    }

    /// Makes a change.
    pub fn change(&mut self, session: &mut Session<'_>, change: &Change) -> Result<(), VaultError> {
        self.document = self.vault.change(change)?;
        for note in self.vault.notes() {
            if let Some(said) = notice::vault_note(&note) {
                session.note(&said);
            }
        }
        Ok(())
    }

    /// Takes in what another program has written.
    pub fn refresh(&mut self) -> Result<(), VaultError> {
        if let Some(newer) = self.vault.newer(self.document.generation)? {
            self.document = newer;
        }
        Ok(())
    }
}

/// Whether the person wants colours at all.
pub fn colours_wanted(world: &dyn World) -> bool {
    let set = |name: &str| world.environment(name).is_some_and(|value| !value.is_empty());
    !set("NO_COLOR") && world.environment("TERM").is_none_or(|term| term != "dumb")
}

fn text(bytes: &[u8], what: &str) -> Result<Zeroizing<String>, Failure> {
    if bytes.len() > MOST_INPUT {
        return Err(Failure::input(Notice::plain(format!("{what} is longer than {MOST_INPUT} bytes"))));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(error) => {
            let at = error.valid_up_to() + 1;
            Err(Failure::input(Notice::new(format!("{what} is not UTF-8 text: byte {at} is wrong"), "Hand it over as UTF-8")))
        }
    }
}

/// The rows that have every word of `query` as it was typed, best first. Letters apart do not count here: a command acts on what is found.
pub fn rows(document: &Document, query: &str, among: Among) -> Vec<Row> {
    match among {
        Among::Active => Listing::of(document, query).rows,
        Among::Trash => Listing::of_trash(document, query).rows,
    }
}

/// An exact id, a whole title, or the only match.
fn find<'d>(document: &'d Document, query: &str, among: Among) -> Result<&'d Record, Failure> {
    let place = |record: &&Record| record.trashed.is_some() == (among == Among::Trash);
    if let Some(id) = AccountId::parse(query)
        && let Some(record) = document.record(id).filter(place)
    {
        return Ok(record);
    }
    let found: Vec<&Record> = rows(document, query, among).iter().filter_map(|row| document.accounts.get(row.index)).collect();
    let titled: Vec<&Record> = document.accounts.iter().filter(place).filter(|record| record.account.title() == query).collect();
    match (found.as_slice(), titled.as_slice()) {
        (_, [one]) | ([one], _) => Ok(one),
        ([], _) => {
            let advice = match among {
                Among::Active => "`halfminute list` shows them all",
                Among::Trash => "`halfminute list --trash` shows what is in the trash",
            };
            let text = match among {
                Among::Active => "No account matches",
                Among::Trash => "Nothing in the trash matches",
            };
            Err(Failure::new(REFUSED, "no-match", Notice::new(text, advice)))
        }
        (several, _) => {
            let text = format!("{} accounts match", several.len());
            let notice = Notice::new(text, "Say more of the name, or give the id");
            let candidate = |record: &&Record| Candidate {
                id: record.account.id.to_string(),
                issuer: record.account.issuer.clone(),
                account: record.account.name.clone(),
            };
            let matches = several.iter().take(MOST_MATCHES).map(candidate).collect();
            Err(Failure { matches, ..Failure::new(REFUSED, "several-matches", notice) })
        }
    }
}
