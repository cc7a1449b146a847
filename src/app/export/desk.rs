//! Export in the window: what a person chooses, and what is looked at before anything is written.

use std::fmt;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::app::notice::Notice;
use crate::domain::AccountId;
use crate::formats::exchange::{Unheld, Writes, by_id};
use crate::formats::print_page::Paper;

/// What the window knows of an export.
#[derive(Debug, Default)]
pub struct Desk {
    /// Counts what was begun: an answer to something that was given up is not taken in.
    pub run: u64,
    /// The file is being made, in memory.
    pub busy: bool,
    /// It was made, and waits for the person's yes and its name.
    pub ready: Option<Ready>,
    /// It is being written.
    pub writing: bool,
    /// Why it could not be made or written.
    pub error: Option<Notice>,
}

/// What is exported to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A file of this app, by its [`id`](crate::formats::exchange::Format::id).
    App(&'static str),
    /// A page to be printed, with a QR code for each account.
    Page(Paper),
    /// QR codes that Google Authenticator and others scan, ten accounts each.
    Phone,
}

impl Target {
    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::App(id) => by_id(id).map_or("", |format| format.name()),
            Self::Page(_) => "Printable page",
            Self::Phone => "A phone, by QR codes",
        }
    }

    /// In which forms it can be written, and the ending of its name.
    #[must_use]
    pub fn writes(self) -> Writes {
        match self {
            Self::App(id) => by_id(id).map_or(Writes::Nothing, |format| format.writes()),
            Self::Page(_) => Writes::Plain("html"),
            // shown, never written
            Self::Phone => Writes::Plain("txt"),
        }
    }

    /// The name that is suggested for the file.
    #[must_use]
    pub fn file_name(self) -> String {
        let ending = match self.writes() {
            Writes::Plain(ending) | Writes::Both(ending) => ending,
            Writes::Nothing => "",
        };
        match self {
            Self::App(id) => format!("halfminute-{id}.{ending}"),
            Self::Page(_) | Self::Phone => format!("halfminute-codes.{ending}"),
        }
    }
}

/// What is to be exported.
#[derive(Debug)]
pub struct Draft {
    /// To what.
    pub target: Target,
    /// Only these accounts; `None`: all.
    pub only: Option<Vec<AccountId>>,
    /// Encrypted with this.
    pub password: Option<Zeroizing<String>>,
}

/// A file that was made, and what is not in it. Its bytes may be secret and are not shown.
pub struct Ready {
    /// To what.
    pub target: Target,
    /// It is encrypted.
    pub encrypted: bool,
    /// How many accounts are in it.
    pub accounts: usize,
    /// Which accounts the other app cannot hold, and why.
    pub left_out: Vec<(String, Unheld)>,
    /// Which accounts are in it without something.
    pub reduced: Vec<(String, Unheld)>,
    /// Its contents; empty for a phone.
    pub file: Zeroizing<Vec<u8>>,
    /// What the QR codes for a phone say.
    pub codes: Vec<Zeroizing<String>>,
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ready").field("target", &self.target).field("accounts", &self.accounts).finish_non_exhaustive()
    }
}

/// What a person asks for.
#[derive(Debug)]
pub enum ExportAction {
    /// Make the file, in memory.
    Make(Draft),
    /// Back to the choices.
    Back,
    /// Write it; where is asked for.
    Write,
}

/// A file that was written.
#[derive(Debug)]
pub struct Put {
    /// What for.
    pub target: Target,
    /// Where.
    pub path: PathBuf,
    /// How many accounts are in it.
    pub accounts: usize,
    /// It is encrypted.
    pub encrypted: bool,
}
