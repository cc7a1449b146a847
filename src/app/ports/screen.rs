//! What the screens show, as pictures.

use std::path::PathBuf;

use zeroize::Zeroizing;

/// What one screen shows. It may show secrets.
pub struct Shot {
    /// In pixels.
    pub width: usize,
    /// In pixels.
    pub height: usize,
    /// Red, green, blue and opacity of each pixel, row by row.
    pub rgba: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Shot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Shot({} × {})", self.width, self.height)
    }
}

/// What all screens show.
#[derive(Debug, Default)]
pub struct Grabbed {
    /// One for each screen, or one of all of them together; none if the desktop's picture cannot be read.
    pub shots: Vec<Shot>,
    /// A file with the picture that the desktop has made and that could not be deleted.
    pub left: Option<PathBuf>,
}

/// Looks at the screens.
pub trait Screens: Send {
    /// What they show. The windows of this program get out of the way meanwhile, where the desktop lets them. Some desktops ask the
    /// person first, which takes as long as it takes: call it on a worker. As soon as `given_up` says yes, nobody waits any more.
    ///
    /// # Errors
    /// [`ScreenError`], which holds nothing of what they show.
    fn grab(&mut self, given_up: &dyn Fn() -> bool) -> Result<Grabbed, ScreenError>;
}

/// Why there is no picture of the screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScreenError {
    /// No desktop can be reached.
    #[error("no desktop can be reached")]
    NoDisplay,
    /// Nothing is made for this operating system.
    #[error("pictures of the screen are not made on this system")]
    NotHere,
    /// The desktop has no portal that makes pictures of the screen, and lets programs make none.
    #[error("the desktop has no portal that makes pictures of the screen")]
    NoPortal,
    /// The desktop or the person has refused it.
    #[error("the desktop made no picture of the screen")]
    Refused,
    /// The desktop made a picture that cannot be read, or has ended meanwhile.
    #[error("the picture of the screen could not be taken over")]
    Failed,
    /// Nobody waits for it any more.
    #[error("given up")]
    GivenUp,
}
