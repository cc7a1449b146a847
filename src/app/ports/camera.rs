//! What a camera sees, frame by frame.

use super::{Found, Shot};

/// One frame: a small picture to look at, and the codes in the whole one.
#[derive(Debug)]
pub struct Frame {
    /// As the camera sees it, not mirrored; at most [`MOST_SIDE`] pixels on its longer side.
    pub picture: Shot,
    /// Codes, with their corners in pixels of `picture`; often none.
    pub codes: Vec<Found>,
}

/// The longer side of [`Frame::picture`], in pixels.
pub const MOST_SIDE: usize = 640;

/// The cameras of this computer, of which one at a time is on.
pub trait Cameras: Send {
    /// Turns on camera number `at` of those there are, and off any other. Gives the names of all of them, at least one; a number
    /// that none has means the last. It may wait some seconds: call it on a worker. As soon as `given_up` says yes, nobody waits any more.
    ///
    /// # Errors
    /// [`CameraError`]; then no camera is on.
    fn turn_on(&mut self, at: usize, given_up: &dyn Fn() -> bool) -> Result<Vec<String>, CameraError>;

    /// The next frame of the camera that is on. It waits for it.
    ///
    /// # Errors
    /// [`CameraError`]; then no camera is on.
    fn frame(&mut self, given_up: &dyn Fn() -> bool) -> Result<Frame, CameraError>;

    /// Turns the camera off at once, its light too.
    fn turn_off(&mut self);
}

/// Why there is no picture of a camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CameraError {
    /// No camera is connected.
    #[error("no camera was found")]
    None,
    /// Nothing is made for this operating system.
    #[error("cameras are not read on this system")]
    NotHere,
    /// Another program has it.
    #[error("another program uses the camera")]
    Busy,
    /// The person who runs this may not use it.
    #[error("the camera may not be used")]
    NotAllowed,
    /// Its pictures come in a form that is not read here.
    #[error("the camera's pictures cannot be read")]
    Unknown,
    /// It stopped, was pulled out, or gives no pictures.
    #[error("the camera gave no picture")]
    Failed,
    /// Nobody waits for it any more.
    #[error("given up")]
    GivenUp,
}
