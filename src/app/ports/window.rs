//! Where the window stood, and where screens are.

use crate::app::window_place::WindowPlace;

use super::FileError;

/// Where size and place of the window are kept.
pub trait WindowStore: Send {
    /// What was kept last, or the default.
    fn load(&mut self) -> WindowPlace;

    /// Keeps it, all or nothing.
    ///
    /// # Errors
    /// [`FileError`] when it could not be written; what was kept before then still is.
    fn save(&mut self, place: &WindowPlace) -> Result<(), FileError>;
}

/// Where the screens are.
pub trait ScreenPlaces: Send {
    /// Each screen that is there, the first one first; none where nobody tells or no window can be put anywhere.
    fn screens(&self) -> Vec<ScreenPlace>;
}

/// Where a screen lies within all of them, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScreenPlace {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
    /// How wide it is.
    pub width: u32,
    /// How high it is.
    pub height: u32,
}
