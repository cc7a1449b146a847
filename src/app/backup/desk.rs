//! Backups in the window: what is shown of them, what a person asks for, and the work that comes of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::app::document::{Document, Merged};
use crate::app::notice::Notice;
use crate::app::ports::{BackupError, BackupLog, Backups, Key, KeyKind, Locked, Over, RecipientError, Seal};
use crate::domain::UnixTime;

use super::{Due, Last, Log, due, make, name_at, read, recipients, surplus};

/// What the window knows of backups.
#[derive(Debug, Default)]
pub struct Desk {
    /// When the last one was made; `None` until it was read.
    pub log: Option<Log>,
    /// A backup is being made, or its name is being asked for.
    pub making: bool,
    /// It is being written.
    pub writing: bool,
    /// Why the last one that was asked for could not be made.
    pub error: Option<Notice>,
    /// Restoring.
    pub restore: Restore,
    /// An automatic one is being made.
    pub auto_running: bool,
    /// Why the last automatic one could not be made, and when that was.
    pub auto_failed: Option<(UnixTime, BackupError)>,
    /// Counts what was begun: an answer to something that was given up is not taken in.
    pub run: u64,
}

/// How far a restore is.
#[derive(Debug, Default)]
pub enum Restore {
    /// None was begun, or a file is being chosen.
    #[default]
    None,
    /// The file waits for its passphrase or key.
    Asks(Asks),
    /// It was opened and compared.
    Preview {
        /// The file.
        path: PathBuf,
        /// What is in it.
        backup: Arc<Document>,
        /// What would happen.
        merged: Merged,
    },
    /// It is no file that can be restored.
    Refused {
        /// The file.
        path: PathBuf,
        /// Why.
        why: Notice,
    },
}

/// A file that waits to be opened.
#[derive(Debug)]
pub struct Asks {
    /// The file.
    pub path: PathBuf,
    /// What it asks for.
    pub locked: Locked,
    /// The key file that was chosen.
    pub key_file: Option<PathBuf>,
    /// The key file asks for a passphrase itself.
    pub key_locked: bool,
    /// It is being opened.
    pub busy: bool,
    /// It asks for more work than usual, and the person has not agreed yet.
    pub asks_for_work: bool,
    /// Why it was not opened.
    pub error: Option<Notice>,
}

/// What a person asks for.
#[derive(Debug)]
pub enum BackupAction {
    /// Make one; the file is asked for.
    Make(SealDraft),
    /// Make the automatic one at once.
    AutoNow,
    /// Choose a backup to restore.
    Choose,
    /// Choose the key file that opens it.
    ChooseKey,
    /// Open it with this passphrase, its own or that of the key file; `long`: although it asks for more work than usual.
    Open {
        /// What was typed; empty for a key file without one.
        passphrase: Zeroizing<String>,
        /// The person agrees to the work.
        long: bool,
    },
    /// Restore what the preview shows.
    Restore,
    /// Keep the reminder away for a week.
    Later,
    /// Automatic backups on or off.
    Auto(bool),
    /// Choose the folder of automatic backups.
    ChooseFolder,
    /// What automatic backups are locked with.
    AutoSeal(SealDraft),
}

/// What a backup is to be locked with, as it was typed.
#[derive(Debug)]
pub enum SealDraft {
    /// A passphrase.
    Passphrase(Zeroizing<String>),
    /// Public keys, one a line.
    Keys(String),
}

/// What public keys are looked at for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// A backup that is made now.
    Once,
    /// Automatic backups.
    Auto,
}

/// Work for the worker of backups.
#[derive(Debug)]
pub enum BackupJob {
    /// Read when the last one was made.
    Log,
    /// Another vault is in use: nothing of it is backed up yet.
    NewVault,
    /// The reminder comes back at this moment.
    Later(UnixTime),
    /// Look at public keys.
    Keys(String, For),
    /// Make one.
    Make {
        /// The file.
        path: PathBuf,
        /// What locks it.
        seal: Seal,
        /// What is in it.
        document: Arc<Document>,
        /// The moment.
        now: UnixTime,
    },
    /// Make an automatic one.
    Auto {
        /// Its folder.
        folder: PathBuf,
        /// What locks it.
        seal: Seal,
        /// What is in it.
        document: Arc<Document>,
        /// The moment.
        now: UnixTime,
        /// Although the hour is not over.
        force: bool,
    },
    /// What does this file ask for?
    Look(PathBuf, u64),
    /// Open it, and compare it with what is here.
    Open {
        /// The file.
        path: PathBuf,
        /// A passphrase, its own or that of the key file.
        passphrase: Zeroizing<String>,
        /// The key file.
        key_file: Option<PathBuf>,
        /// The person agrees to more work than usual.
        long: bool,
        /// What is here.
        here: Arc<Document>,
        /// Which run this is.
        run: u64,
    },
}

/// What came of it.
#[derive(Debug)]
pub enum BackupDone {
    /// When the last one was made; whether it could be noted.
    Log(Log, bool),
    /// Public keys as they are kept.
    Keys(Result<Vec<String>, RecipientError>, For),
    /// One was made, with so many accounts, or not.
    Made(Result<(PathBuf, usize), BackupError>),
    /// An automatic one was made, or not; or another program had made it.
    Auto(Result<(), BackupError>, UnixTime),
    /// What a file asks for.
    Looked(PathBuf, Result<Locked, BackupError>, u64),
    /// It was opened and compared.
    Opened(Result<(Arc<Document>, Merged), BackupError>, u64),
}

/// What the worker of backups owns.
pub struct BackupSide {
    /// The files.
    pub files: Box<dyn Backups>,
    /// When the last one was made.
    pub log: Box<dyn BackupLog>,
}

/// Does a job of backups: up to some seconds for a passphrase. What was made and noted comes before the answer.
pub fn run_backup(job: BackupJob, side: &mut BackupSide) -> Vec<BackupDone> {
    let done = match job {
        BackupJob::Log => BackupDone::Log(side.log.load(), true),
        BackupJob::NewVault => side.note(|log| {
            log.last = None;
            log.auto = None;
        }),
        BackupJob::Later(until) => side.note(|log| log.later = Some(until.secs())),
        BackupJob::Keys(text, what) => BackupDone::Keys(recipients(side.files.as_ref(), &text).map_err(|(_, error)| error), what),
        BackupJob::Make { path, seal, document, now } => {
            let made = make(side.files.as_mut(), &path, Over::Chosen, &seal, &document);
            return match made {
                Ok(()) => {
                    let noted = side.note(|log| log.made(last(&path, &document, &seal, now), false));
                    vec![noted, BackupDone::Made(Ok((path, document.accounts.len())))]
                }
                Err(error) => vec![BackupDone::Made(Err(error))],
            };
        }
        BackupJob::Auto { folder, seal, document, now, force } => {
            let log = side.log.load();
            // Another window may have been quicker.
            if !force && due(log.auto.as_ref(), None, document.generation, document.entries(), now) != Due::Now {
                return vec![BackupDone::Log(log, true), BackupDone::Auto(Ok(()), now)];
            }
            return match side.automatic(&folder, &seal, &document, now) {
                Ok(path) => {
                    let noted = side.note(|log| log.made(last(&path, &document, &seal, now), true));
                    vec![noted, BackupDone::Auto(Ok(()), now)]
                }
                Err(error) => vec![BackupDone::Auto(Err(error), now)],
            };
        }
        BackupJob::Look(path, run) => {
            let locked = side.files.locked(&path);
            BackupDone::Looked(path, locked, run)
        }
        BackupJob::Open { path, passphrase, key_file, long, here, run } => {
            let opened = side.open(&path, passphrase, key_file.as_deref(), long);
            BackupDone::Opened(
                opened.map(|backup| {
                    let merged = here.compare(&backup);
                    (Arc::new(backup), merged)
                }),
                run,
            )
        }
    };
    vec![done]
}

fn last(path: &Path, document: &Document, seal: &Seal, now: UnixTime) -> Last {
    let keys = matches!(seal, Seal::Recipients(_));
    Last { at: now.secs(), path: path.to_string_lossy().into_owned(), generation: document.generation, keys }
}

impl BackupSide {
    /// Changes what is noted.
    fn note(&mut self, change: impl FnOnce(&mut Log)) -> BackupDone {
        let before = self.log.load();
        let mut log = before.clone();
        change(&mut log);
        let noted = log == before || self.log.save(&log).is_ok();
        BackupDone::Log(log, noted)
    }

    /// Makes an automatic backup in `folder`, which must be there, and removes those of ours that are no longer kept.
    fn automatic(&mut self, folder: &Path, seal: &Seal, document: &Document, now: UnixTime) -> Result<PathBuf, BackupError> {
        // A folder that is gone is not made anew: it may be on a stick that comes back.
        self.files.names(folder)?;
        let mut made = Err(BackupError::AlreadyThere { path: folder.to_owned() });
        let mut name = String::new();
        // The same minute twice, after a clock was set back: the next name that is free.
        for minute in 0..5 {
            let moment = now.plus(std::time::Duration::from_secs(60 * minute));
            name = name_at(moment).unwrap_or_else(|| super::PATTERN.to_owned());
            made = make(self.files.as_mut(), &folder.join(&name), Over::Never, seal, document);
            if !matches!(made, Err(BackupError::AlreadyThere { .. })) {
                break;
            }
        }
        made?;
        for old in surplus(&self.files.names(folder)?, &name) {
            // The new one is there: what cannot be removed now is removed with the next.
            let _ = self.files.remove(&folder.join(old));
        }
        Ok(folder.join(name))
    }

    fn open(
        &mut self,
        path: &Path,
        passphrase: Zeroizing<String>,
        key_file: Option<&Path>,
        long: bool,
    ) -> Result<Document, BackupError> {
        let what = match key_file {
            None => KeyKind::Passphrase(passphrase),
            Some(file) => {
                let passphrase = (!passphrase.is_empty()).then_some(passphrase);
                KeyKind::File { bytes: self.files.key_file(file)?, passphrase }
            }
        };
        read(self.files.as_mut(), path, &Key { what, long })
    }
}
