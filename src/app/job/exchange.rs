//! Other apps' files, read and made where a key derivation of some seconds stops no frame.

use std::path::PathBuf;
use std::sync::Arc;

use crate::app::document::Document;
use crate::app::export::{self, Draft, Put, Ready, Target};
use crate::app::import::{Listed, Source, Table};
use crate::app::picture::{MOST_FILE_BYTES, may_be, may_be_an_apps, scan};
use crate::app::ports::{Clip, Entropy, FileError, Files, NoEntropy, Picture, PictureError, PictureReader};
use crate::domain::UnixTime;
use crate::formats::exchange::{self, Format, FormatError, Given, Import, Key, MAX_BYTES, Outgoing, WriteError, Written, google};
use crate::formats::print_page;
use crate::formats::scanned::{Other, Scanned};

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
    /// Compare what codes of the screen or the camera say with what is here.
    Codes {
        /// Where they were seen.
        source: Source,
        /// What they say.
        codes: Vec<Scanned>,
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
            Self::Codes { .. } => "Codes",
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
    /// The apps that it may be from, the surest first, by their ids; all, where nothing in it says so.
    pub apps: Vec<&'static str>,
    /// As which app's it was read.
    pub app: Option<&'static str>,
    /// With a password.
    pub password: bool,
    /// With which generation of what is here it was compared.
    pub generation: u64,
    /// What codes of a picture are that are no authenticator codes.
    pub others: Vec<Other>,
    /// What was read.
    pub result: Result<Table, NotRead>,
}

impl Read {
    /// Nothing is known of it yet.
    fn of(source: Source, app: Option<&'static str>, password: bool, here: &Document) -> Self {
        let generation = here.generation;
        Self { source, apps: Vec::new(), app, password, generation, others: Vec::new(), result: Err(NotRead::Unknown) }
    }
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
    /// It is a picture, and there are no codes.
    Picture(PictureError),
    /// It is a picture with other codes only.
    NoAuthenticatorCode,
    /// It is a picture with lists of Google Authenticator only, and they cannot be read.
    List(FormatError),
}

/// What the worker of other apps' files owns.
pub struct ExchangeSide {
    /// The files.
    pub files: Box<dyn Files>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Finds codes in pictures.
    pub pictures: Box<dyn PictureReader>,
}

/// Does a job with other apps' files.
pub fn run_exchange(job: ExchangeJob, side: &mut ExchangeSide) -> ExchangeDone {
    match job {
        ExchangeJob::Read { source, app, key, here, run } => {
            ExchangeDone::Read(Box::new(read(side, source, app, &key, &here)), run)
        }
        ExchangeJob::Codes { source, codes, here, run } => {
            let mut read = Read::of(source, None, false, &here);
            (read.result, read.others) = in_codes(Ok(codes), &here);
            ExchangeDone::Read(Box::new(read), run)
        }
        ExchangeJob::Take { listed, now, run } => {
            let document = listed.table.document(side.entropy.as_ref(), now);
            ExchangeDone::Taken(listed, document, run)
        }
        ExchangeJob::Make { draft, here, now, run } => {
            ExchangeDone::Made(make(&draft, &here, side.entropy.as_ref(), now), draft.target, run)
        }
        ExchangeJob::Put { path, ready } => {
            let put = Put { target: ready.target, path, accounts: ready.accounts, encrypted: ready.encrypted };
            ExchangeDone::Put(side.files.write(&put.path, &ready.file).map(|()| put))
        }
    }
}

fn read(side: &mut ExchangeSide, source: Source, app: Option<&'static str>, key: &Key, here: &Document) -> Read {
    let mut read = Read::of(source, app, key.password.is_some(), here);
    let file;
    let bytes = match &read.source {
        Source::File(path) => match side.files.read(path, MAX_BYTES.max(MOST_FILE_BYTES)) {
            Ok(bytes) => {
                file = bytes;
                file.as_slice()
            }
            Err(error) => return Read { result: Err(NotRead::File(error)), ..read },
        },
        // It is looked at by another worker.
        Source::Screen | Source::Camera => return read,
        Source::Clipboard(clip) => match clip.as_ref() {
            Clip::Text(text) => text.as_bytes(),
            Clip::Picture { width, height, rgba } => {
                let scanned = scan(side.pictures.as_ref(), Picture::Pixels { width: *width, height: *height, rgba });
                (read.result, read.others) = in_codes(scanned, here);
                return read;
            }
        },
    };
    if app.is_none() && may_be(bytes) {
        match scan(side.pictures.as_ref(), Picture::File(bytes)) {
            // Another app's file, then.
            Err(error) if may_be_an_apps(&error) => {}
            scanned => {
                (read.result, read.others) = in_codes(scanned, here);
                return read;
            }
        }
    }
    let given = match Given::new(bytes) {
        Ok(given) => given,
        Err(error) => {
            let app = app.or_else(|| exchange::by_beginning(bytes).map(Format::id));
            return Read { app, result: Err(NotRead::Format(error)), ..read };
        }
    };
    let known = exchange::recognise(&given);
    // Without a mark it may be any app's.
    let sure = known.first().is_some_and(|format| format.marked(&given));
    read.apps = if sure { known.as_slice() } else { exchange::ALL }.iter().map(|format| format.id()).collect();
    let format = app.and_then(exchange::by_id).or_else(|| known.first().copied());
    read.app = format.map(Format::id);
    if let Some(format) = format {
        read.result = format.read(&given, key).map_err(NotRead::Format).map(|import| Table::new(import, here));
    }
    read
}

/// The accounts that the codes of a picture name, and what its other codes are.
fn in_codes(scanned: Result<Vec<Scanned>, PictureError>, here: &Document) -> (Result<Table, NotRead>, Vec<Other>) {
    let scanned = match scanned {
        Ok(scanned) => scanned,
        Err(error) => return (Err(NotRead::Picture(error)), Vec::new()),
    };
    let (mut imports, mut others): (Vec<Import>, _) = (Vec::new(), Vec::new());
    let mut refused = Vec::new();
    for code in scanned {
        match code {
            Scanned::Address(address) => {
                let entries = vec![exchange::Draft::default().address(&address)];
                imports.push(Import { entries, ..Import::default() });
            }
            Scanned::Migration(address) => match google::read_uri(&address) {
                Ok(import) => imports.push(import),
                Err(error) => refused.push(error),
            },
            Scanned::Other(other) => others.push(other),
        }
    }
    match (imports.is_empty(), refused.first()) {
        (true, None) => return (Err(NotRead::NoAuthenticatorCode), others),
        (true, Some(error)) => return (Err(NotRead::List(*error)), others),
        (false, None) => {}
        // Beside others that can be read it is an entry that is left out.
        (false, Some(_)) => {
            imports.push(Import { entries: refused.into_iter().map(google::unread).collect(), ..Import::default() });
        }
    }
    (Import::join(imports).map_err(NotRead::Format).map(|import| Table::new(import, here)), others)
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
            let made = google::addresses(&accounts, &mut |bytes| entropy.fill(bytes).is_ok())?;
            codes = made.addresses;
            Written { file: Default::default(), left_out: made.left_out, reduced: made.reduced }
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
