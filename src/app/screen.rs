//! Codes on the screens: what each is, and small pictures of the screens on which they can be pointed at.

use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::formats::exchange::{Draft, Entry, google};
use crate::formats::picture;
use crate::formats::scanned::{Scanned, classify};

use super::notice;
use super::ports::{Picture, PictureError, PictureReader, ScreenError, Screens, Shot, Unreadable};

mod small;

pub use small::Small;

/// The most bytes of a picture file that a desktop makes of its screens: 128 MiB.
pub const MOST_SHOT_BYTES: usize = 128 << 20;

/// What was found on the screens.
#[derive(Debug)]
pub struct Sight {
    /// The screens with codes on them, small.
    pub screens: Vec<Small>,
    /// The codes, screen by screen, from the top down; at least one. A text that stands there twice comes once.
    pub codes: Vec<Code>,
    /// As [`Grabbed::left`](super::ports::Grabbed::left).
    pub left: Option<PathBuf>,
}

/// One code.
#[derive(Debug)]
pub struct Code {
    /// On which of [`Sight::screens`].
    pub screen: usize,
    /// Its corners, from 0 to 1 of the width and the height of the screen.
    pub corners: [(f32, f32); 4],
    /// What it says.
    pub scanned: Scanned,
    /// What a person calls it.
    pub title: String,
    /// What more there is to know.
    pub more: String,
    /// There is an account in it that can be read.
    pub usable: bool,
}

/// Why there are no codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotSeen {
    /// Why.
    pub why: Why,
    /// As [`Sight::left`].
    pub left: Option<PathBuf>,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// There is no picture of the screens.
    Screen(ScreenError),
    /// There is, and no code in it.
    Picture(PictureError),
}

/// Looks at all screens.
///
/// # Errors
/// [`NotSeen`].
pub fn look(screens: &mut dyn Screens, reader: &dyn PictureReader, given_up: &dyn Fn() -> bool) -> Result<Sight, NotSeen> {
    let grabbed = screens.grab(given_up).map_err(|error| NotSeen { why: Why::Screen(error), left: None })?;
    if grabbed.shots.is_empty() {
        return Err(NotSeen { why: Why::Screen(ScreenError::Failed), left: grabbed.left });
    }
    let mut sight = Sight { screens: Vec::new(), codes: Vec::new(), left: grabbed.left };
    let mut why = PictureError::NothingFound;
    let mut known: Vec<Zeroizing<Vec<u8>>> = Vec::new();
    for shot in grabbed.shots {
        if given_up() {
            return Err(NotSeen { why: Why::Screen(ScreenError::GivenUp), left: sight.left });
        }
        let Shot { width, height, rgba } = &shot;
        let found = match reader.read(Picture::Pixels { width: *width, height: *height, rgba }) {
            Ok(found) => found,
            Err(PictureError::NothingFound) => continue,
            Err(error) => {
                why = error;
                continue;
            }
        };
        let places: Vec<_> = found.iter().map(|code| code.corners).collect();
        let before = sight.codes.len();
        for code in found {
            if !known.contains(&code.text) {
                let part = |(x, y): (f32, f32)| (x / *width as f32, y / *height as f32);
                sight.codes.push(named(sight.screens.len(), code.corners.map(part), classify(&code.text)));
                known.push(code.text);
            }
        }
        if sight.codes.len() > before {
            sight.screens.push(Small::of(&shot, &places));
        }
    }
    if sight.codes.is_empty() { Err(NotSeen { why: Why::Picture(why), left: sight.left }) } else { Ok(sight) }
}

/// A code, and what a person calls it.
pub(super) fn named(screen: usize, corners: [(f32, f32); 4], scanned: Scanned) -> Code {
    let (title, more, usable) = match &scanned {
        Scanned::Address(address) => {
            let entry = Draft::default().address(address);
            let more = entry.outcome.as_ref().err().map(|why| notice::import::left_out(*why)).unwrap_or_default();
            (notice::screen::title(&entry.title), more, entry.outcome.is_ok())
        }
        Scanned::Migration(address) => match google::read_uri(address) {
            Ok(import) => {
                let titles: Vec<&str> = import.entries.iter().map(|entry: &Entry| entry.title.as_str()).collect();
                let usable = import.entries.iter().any(|entry| entry.outcome.is_ok());
                (notice::screen::list(titles.len()), titles.join(", "), usable)
            }
            Err(error) => {
                let app = "Google Authenticator";
                (notice::screen::list(0), notice::import::format_error(error, app).text, false)
            }
        },
        Scanned::Other(other) => {
            let said = notice::screen::other(*other);
            (said.text, said.advice, false)
        }
    };
    Code { screen, corners, scanned, title, more, usable }
}

/// The picture of the screens in a file that the desktop has made. It is not a stranger's: it is read here, at any size that screens have.
///
/// # Errors
/// [`Unreadable`], which holds nothing of the file.
pub fn shot(file: &[u8]) -> Result<Shot, Unreadable> {
    let (width, height, rgba) = picture::colours(file, super::picture::MOST_SCREEN_PIXELS)?;
    Ok(Shot { width, height, rgba })
}

#[cfg(test)]
mod tests;
