//! Codes in pictures: files, the clipboard, the screen.

pub use crate::formats::picture::square::Fit;
pub use crate::formats::picture::{Other as OtherPicture, Unreadable};
pub use crate::formats::qr_reader::Found;

/// A picture in which codes are looked for. It may show secrets.
#[derive(Clone, Copy)]
pub enum Picture<'a> {
    /// The bytes of a picture file of any kind.
    File(&'a [u8]),
    /// Pixels of a screen or of the clipboard, row by row: red, green, blue and opacity, a byte each.
    Pixels {
        /// In pixels.
        width: usize,
        /// In pixels.
        height: usize,
        /// Four bytes for each pixel.
        rgba: &'a [u8],
    },
}

/// Finds codes in pictures of strangers, and makes them small.
pub trait PictureReader: Send {
    /// All codes in `picture`, at least one, from the top down. It waits until they are found, three seconds at most: call it on a worker.
    ///
    /// # Errors
    /// [`PictureError`], which holds nothing of the picture.
    fn read(&self, picture: Picture<'_>) -> Result<Vec<Found>, PictureError>;

    /// The bytes of a picture file as a square of `side` pixels, 1 to 512: red, green, blue and opacity of each, row by row. It waits like
    /// [`read`](Self::read).
    ///
    /// # Errors
    /// [`PictureError`], which holds nothing of the picture.
    fn square(&self, file: &[u8], side: u16, fit: Fit) -> Result<Vec<u8>, PictureError>;
}

/// Why there are no codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// It is no picture that can be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// It is a picture, and there is no code in it, or none that can be read.
    #[error("no code was found")]
    NothingFound,
    /// It would have taken longer than three seconds: the picture was made to do that.
    #[error("reading took too long")]
    TooLong,
    /// Reading it failed in a way that only pictures cause that were made to do that.
    #[error("reading failed")]
    Failed,
    /// The process that reads pictures could not be started.
    #[error("the process that reads pictures could not be started")]
    NotStarted,
}
