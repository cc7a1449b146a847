//! What is done with the desktop beside the window.

use crate::app::ports::{Desktop, DesktopEvent, FileError, StartError, TrayMenu, WindowStore};
use crate::app::settings::Keys;
use crate::app::window_place::WindowPlace;

use super::Done;

/// Something for the worker that speaks with the desktop.
#[derive(Debug)]
pub enum DesktopJob {
    /// Show a sign in the tray with this menu, or none.
    Tray(Option<TrayMenu>),
    /// Listen to these keys.
    Keys(Option<Keys>),
    /// Look whether the program starts with the session.
    Starts,
    /// Change that.
    SetStarts(bool),
    /// Keep where the window stands.
    Keep(WindowPlace),
}

/// What came of it.
#[derive(Debug)]
pub enum DesktopDone {
    /// The desktop says something.
    Event(DesktopEvent),
    /// What is to be done was said; what comes of it is an event.
    Taken,
    /// Whether the program starts with the session.
    Starts(Result<bool, StartError>),
    /// The window's place was kept, or not.
    Kept(Result<(), FileError>),
}

/// What that worker owns.
pub struct DesktopSide {
    /// The desktop.
    pub desktop: Box<dyn Desktop>,
    /// Where the window's place is kept.
    pub window: Box<dyn WindowStore>,
}

/// Does a job with the desktop.
pub fn run_desktop(job: DesktopJob, side: &mut DesktopSide) -> Done {
    Done::Desktop(match job {
        DesktopJob::Tray(menu) => {
            side.desktop.tray(menu);
            DesktopDone::Taken
        }
        DesktopJob::Keys(keys) => {
            side.desktop.keys(keys);
            DesktopDone::Taken
        }
        DesktopJob::Starts => DesktopDone::Starts(side.desktop.starts()),
        DesktopJob::SetStarts(starts) => {
            let set = side.desktop.set_starts(starts);
            DesktopDone::Starts(set.and_then(|()| side.desktop.starts()))
        }
        DesktopJob::Keep(place) => DesktopDone::Kept(side.window.save(&place)),
    })
}
