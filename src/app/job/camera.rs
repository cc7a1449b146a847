//! A camera that is on: one frame for each question, and off as soon as nobody waits for the next one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::app::ports::{CameraError, Cameras, Frame};

use super::{Done, Waiting};

/// A question to the worker that has the cameras.
#[derive(Debug)]
pub struct Shoot {
    given_up: Arc<AtomicBool>,
    run: u64,
    open: Option<usize>,
}

impl Shoot {
    /// Turn on camera number `at` for `waiting`, in which run of the import.
    #[must_use]
    pub fn open(waiting: &Waiting, run: u64, at: usize) -> Self {
        Self { open: Some(at), ..Self::next(waiting, run) }
    }

    /// The next frame.
    #[must_use]
    pub fn next(waiting: &Waiting, run: u64) -> Self {
        Self { given_up: Arc::clone(&waiting.0), run, open: None }
    }
}

/// What came of a question.
#[derive(Debug)]
pub enum Filmed {
    /// A camera is on; the names of all of them.
    On(Vec<String>),
    /// The next frame.
    Seen(Frame),
}

/// What the worker that has the cameras owns.
pub struct CameraSide {
    cameras: Box<dyn Cameras>,
    /// Set while a camera is on: whether nobody waits for it any more.
    on: Option<Arc<AtomicBool>>,
}

impl CameraSide {
    /// Over these cameras, none of which is on.
    #[must_use]
    pub fn new(cameras: Box<dyn Cameras>) -> Self {
        Self { cameras, on: None }
    }

    /// Turns off a camera that nobody waits for. Whether one is still on: then this is asked again soon.
    pub fn rest(&mut self) -> bool {
        if self.on.take_if(|given_up| given_up.load(Ordering::Acquire)).is_some() {
            self.cameras.turn_off();
        }
        self.on.is_some()
    }
}

/// Answers a question: returns with the next frame, or as soon as nobody waits any more.
pub fn run_camera(shoot: Shoot, side: &mut CameraSide) -> Done {
    let Shoot { given_up, run, open } = shoot;
    let asked = || given_up.load(Ordering::Acquire);
    side.rest();
    if asked() {
        // Another camera may be on by now, for somebody else.
        return Done::Camera(Box::new(Err(CameraError::GivenUp)), run);
    }
    let filmed = match open {
        Some(at) => side.cameras.turn_on(at, &asked).map(Filmed::On),
        None => side.cameras.frame(&asked).map(Filmed::Seen),
    };
    side.on = filmed.is_ok().then_some(given_up);
    if side.on.is_none() {
        side.cameras.turn_off();
    }
    Done::Camera(Box::new(filmed), run)
}
