//! Other apps' files, read and made where a key derivation of some seconds stops no frame.

use std::path::PathBuf;
use std::sync::Arc;

use crate::app::document::Document;
use crate::app::export::{self, Draft, Put, Ready, Target};
use crate::app::import::{Listed, Source, Table};
use crate::app::ports::{Clip, Entropy, FileError, Files, NoEntropy};
use crate::domain::UnixTime;
use crate::formats::exchange::{self, Format, FormatError, Given, Import, Key, MAX_BYTES, Outgoing, Part, WriteError};
use crate::formats::print_page;

/// Work for the worker of other apps' files.
pub enum ExchangeJob {
    /// Read a file, and compare it with what is here.
    Read {
        /// What.
        source: Source,
        /// As a file of this app; `None`: the first that is recognised.
        app: Option<&'static str>,
        /// What opens it.
        key: Key,
        /// What is here.
        here: Arc<Document>,
        /// Which run this is.
        run: u64,
    },
    /// Make a document of what is ticked.
    Take {
        /// The table; it comes back.
        listed: Box<Listed>,
        /// The moment.
        now: UnixTime,
        /// Which run this is.
        run: u64,
    },
    /// Make a file for another app, in memory.
    Make {
        /// What for.
        draft: Draft,
        /// What is here.
        here: Arc<Document>,
        /// The moment.
        now: UnixTime,
        /// Which run this is.
        run: u64,
    },
    /// Write it.
    Put {
        /// Where.
        path: PathBuf,
        /// What.
        ready: Ready,
    },
}

impl std::fmt::Debug for ExchangeJob {
    /// Only which: passwords and accounts are in it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Read { .. } => "Read",
            Self::Take { .. } => "Take",
            Self::Make { .. } => "Make",
            Self::Put { .. } => "Put",
        })
    }
}

/// What came of it.
#[derive(Debug)]
pub enum ExchangeDone {
    /// A file was read, or not.
    Read(Box<Read>, u64),
    /// A document was made of what is ticked.
    Taken(Box<Listed>, Result<Document, NoEntropy>, u64),
    /// A file was made, or not.
    Made(Result<Ready, WriteError>, Target, u64),
    /// It was written, or not.
    Put(Result<Put, FileError>),
}

/// What came of reading a file.
#[derive(Debug)]
pub struct Read {
    /// Which.
    pub source: Source,
    /// The apps that it may be from, the surest first, by their ids.
    pub apps: Vec<&'static str>,
    /// As which app's it was read.
    pub app: Option<&'static str>,
    /// With a password.
    pub password: bool,
    /// With which generation of what is here it was compared.
    pub generation: u64,
    /// What was read.
    pub result: Result<(Table, Option<Part>), NotRead>,
}

/// Why a file was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRead {
    /// The system refused.
    File(FileError),
    /// No app is recognised.
    Unknown,
    /// The app's reader refused.
    Format(FormatError),
}

/// What the worker of other apps' files owns.
pub struct ExchangeSide {
    /// The files.
    pub files: Box<dyn Files>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

/// Does a job with other apps' files.
pub fn run_exchange(job: ExchangeJob, side: &mut ExchangeSide) -> ExchangeDone {
    match job {
        ExchangeJob::Read { source, app, key, here, run } => {
            ExchangeDone::Read(Box::new(read(side, source, app, &key, &here)), run)
        }
        ExchangeJob::Take { listed, now, run } => {
            let document = listed.table.document(side.entropy.as_ref(), now);
            ExchangeDone::Taken(listed, document, run)
        }
        ExchangeJob::Make { draft, here, now, run } => {
            ExchangeDone::Made(make(&draft, &here, side.entropy.as_ref(), now), draft.target, run)
        }
        ExchangeJob::Put { path, ready } => {
            let put = Put { path, accounts: ready.accounts, encrypted: ready.encrypted };
            ExchangeDone::Put(side.files.write(&put.path, &ready.file).map(|()| put))
        }
    }
}

fn read(side: &mut ExchangeSide, source: Source, app: Option<&'static str>, key: &Key, here: &Document) -> Read {
    let password = key.password.is_some();
    let generation = here.generation;
    let mut read = Read { source, apps: Vec::new(), app, password, generation, result: Err(NotRead::Unknown) };
    let file;
    let bytes = match &read.source {
        Source::File(path) => match side.files.read(path, MAX_BYTES) {
            Ok(bytes) => {
                file = bytes;
                file.as_slice()
            }
            Err(error) => return Read { result: Err(NotRead::File(error)), ..read },
        },
        Source::Clipboard(clip) => match clip.as_ref() {
            Clip::Text(text) => text.as_bytes(),
        },
    };
    let given = match Given::new(bytes) {
        Ok(given) => given,
        Err(error) => return Read { result: Err(NotRead::Format(error)), ..read },
    };
    let known = exchange::recognise(&given);
    read.apps = known.iter().map(|format| format.id()).collect();
    let format = app.and_then(exchange::by_id).or_else(|| known.first().copied());
    read.app = format.map(Format::id);
    if let Some(format) = format {
        read.result = format.read(&given, key).map_err(NotRead::Format).map(|import| listed(import, here));
    }
    read
}

fn listed(mut import: Import, here: &Document) -> (Table, Option<Part>) {
    let part = import.part.take();
    (Table::new(import, here), part)
}

fn make(draft: &Draft, here: &Document, entropy: &dyn Entropy, now: UnixTime) -> Result<Ready, WriteError> {
    let accounts = export::outgoing(here, draft.only.as_deref());
    let password = draft.password.as_ref().map(|password| password.as_str());
    let mut codes = Vec::new();
    let written = match draft.target {
        Target::App(id) => {
            let format = exchange::by_id(id).ok_or(WriteError::CannotWrite)?;
            export::write(format, &accounts, password, entropy, now)?
        }
        Target::Page(paper) => print_page::write(&accounts, paper)?,
        Target::Phone => {
            codes.clear();
            return Err(WriteError::CannotWrite);
        }
    };
    let named = |(at, what): (usize, exchange::Unheld)| {
        let title = accounts.get(at).map(|account: &Outgoing<'_>| crate::domain::account::title(account.issuer, account.name));
        (title.unwrap_or_default(), what)
    };
    Ok(Ready {
        target: draft.target,
        encrypted: password.is_some(),
        accounts: accounts.len() - written.left_out.len(),
        left_out: written.left_out.into_iter().map(named).collect(),
        reduced: written.reduced.into_iter().map(named).collect(),
        file: written.file,
        codes,
    })
}
