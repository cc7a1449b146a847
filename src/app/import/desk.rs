//! Import in the window: the files that wait, what one asks for, the table, and what a person asks for.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::app::camera::Film;
use crate::app::job::Waiting;
use crate::app::notice::Notice;
use crate::app::ports::Clip;
use crate::app::screen::{Code, Sight};
use crate::formats::scanned::Scanned;

use super::Table;

/// What the window knows of an import.
#[derive(Debug, Default)]
pub struct Desk {
    /// Counts what was begun: an answer to something that was given up is not taken in.
    pub run: u64,
    /// What is done now.
    pub step: Step,
    /// What is read after it.
    pub waiting: VecDeque<Source>,
    /// What was read so far.
    pub listed: Option<Box<Listed>>,
    /// Where the desktop has left its picture of the screen.
    pub left: Option<PathBuf>,
    /// What is to be known of the last file, or why the last try to save failed.
    pub said: Option<Notice>,
}

impl Desk {
    /// What is shown takes a wide dialog.
    #[must_use]
    pub const fn is_wide(&self) -> bool {
        self.shows_table() || matches!(self.step, Step::Choosing(_))
    }

    /// The table is shown, not what one file asks for.
    #[must_use]
    pub const fn shows_table(&self) -> bool {
        self.listed.is_some()
            && !matches!(self.step, Step::Asks(_) | Step::Refused(_) | Step::Choosing(_) | Step::Looking(_) | Step::Filming(_))
    }
}

/// How far the import is with one file.
#[derive(Debug, Default)]
pub enum Step {
    /// Nothing is read now.
    #[default]
    Idle,
    /// This is being read.
    Reading(Source),
    /// The screens are being looked at.
    Looking(Waiting),
    /// A camera is on.
    Filming(Box<Film>),
    /// Several codes were seen at once.
    Choosing(Choice),
    /// This waits for its password.
    Asks(Asks),
    /// This cannot be read.
    Refused(Refused),
    /// What is ticked is being saved.
    Saving,
}

impl Step {
    /// What is ticked is being saved.
    #[must_use]
    pub const fn is_saving(&self) -> bool {
        matches!(self, Self::Saving)
    }
}

/// Several codes on the screens or before the camera, of which a person takes some.
#[derive(Debug)]
pub struct Choice {
    /// Where: [`Source::Screen`] or [`Source::Camera`].
    pub source: Source,
    /// What was found.
    pub sight: Sight,
    /// Which of its codes are taken.
    pub ticked: Vec<bool>,
}

impl Choice {
    /// What can be used is taken at first.
    #[must_use]
    pub fn of(source: Source, sight: Sight) -> Self {
        let ticked = sight.codes.iter().map(|code| code.usable).collect();
        Self { source, sight, ticked }
    }

    /// Takes a code, or does not; one that cannot be used is not taken.
    pub fn tick(&mut self, at: usize, ticked: bool) {
        if let (Some(place), Some(Code { usable: true, .. })) = (self.ticked.get_mut(at), self.sight.codes.get(at)) {
            *place = ticked;
        }
    }

    /// How many codes are taken.
    #[must_use]
    pub fn many(&self) -> usize {
        self.ticked.iter().filter(|ticked| **ticked).count()
    }

    /// What the codes say that are taken.
    #[must_use]
    pub fn taken(self) -> Vec<Scanned> {
        self.sight.codes.into_iter().zip(self.ticked).filter(|(_, ticked)| *ticked).map(|(code, _)| code.scanned).collect()
    }
}

/// A file that waits for its password.
#[derive(Debug)]
pub struct Asks {
    /// The file.
    pub source: Source,
    /// Which app it is from, by its [`id`](crate::formats::exchange::Format::id).
    pub app: &'static str,
    /// The apps that it may be from.
    pub apps: Vec<&'static str>,
    /// It is being opened.
    pub busy: bool,
    /// It asks for more work than usual, and the person has not agreed yet.
    pub asks_for_work: bool,
    /// The person has agreed to the work.
    pub long: bool,
    /// Why it was not opened.
    pub error: Option<Notice>,
}

/// A file that cannot be read.
#[derive(Debug)]
pub struct Refused {
    /// The file.
    pub source: Source,
    /// As which app's it was read; `None` if no app is recognised.
    pub app: Option<&'static str>,
    /// A person can say that it is from another app.
    pub choose_app: bool,
    /// Why.
    pub why: Notice,
}

/// What was read so far.
#[derive(Debug, Default)]
pub struct Listed {
    /// All entries.
    pub table: Table,
    /// Where they are from.
    pub origins: Vec<Origin>,
    /// Counts what was added: what a view has drawn up of the rows is drawn up anew when it moves.
    pub turn: u64,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Its name.
    pub name: String,
    /// The app's name.
    pub app: &'static str,
    /// It was encrypted.
    pub encrypted: bool,
}

/// Where something is read from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// What stood on the clipboard.
    Clipboard(Arc<Clip>),
    /// What the screens show.
    Screen,
    /// What a camera sees.
    Camera,
}

impl Source {
    /// As a person calls it: without its folder.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
            Self::Clipboard(_) => "the clipboard".to_owned(),
            Self::Screen => "the screen".to_owned(),
            Self::Camera => "the camera".to_owned(),
        }
    }
}

/// What a person asks for.
#[derive(Debug)]
pub enum ImportAction {
    /// Choose files.
    Choose,
    /// Read these, dropped on the window.
    Files(Vec<PathBuf>),
    /// Read what stands on the clipboard.
    Clipboard,
    /// Look for codes on the screens.
    Screen,
    /// Look for codes with this camera, by its number.
    Camera(usize),
    /// Take this code of the screen, or do not.
    TickCode(usize, bool),
    /// Read the codes of the screen that are taken, or those that the camera has seen so far.
    TakeCodes,
    /// The file at hand is from this app, by its id.
    App(&'static str),
    /// Open it with this password; `long`: although it asks for more work than usual.
    Open {
        /// What was typed.
        password: Zeroizing<String>,
        /// The person agrees to the work.
        long: bool,
    },
    /// Leave the file at hand, and go on with what was read and what waits.
    Skip,
    /// Tick these rows, or take their ticks away.
    Tick(Vec<usize>, bool),
    /// Save what is ticked.
    Save,
}
