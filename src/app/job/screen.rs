//! Looking at the screens: the desktop may ask the person first, so that it takes as long as it takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::app::ports::{PictureReader, Screens};
use crate::app::screen;

use super::Done;

/// Whoever waits for a look at the screens. When it is dropped, nobody does any more.
#[derive(Debug, Default)]
pub struct Waiting(pub(super) Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// A look at the screens.
#[derive(Debug)]
pub struct Look {
    given_up: Arc<AtomicBool>,
    run: u64,
}

impl Look {
    /// A look for `waiting`, in which run of the import.
    #[must_use]
    pub fn new(waiting: &Waiting, run: u64) -> Self {
        Self { given_up: Arc::clone(&waiting.0), run }
    }
}

/// What the worker that looks at the screens owns.
pub struct ScreenSide {
    /// The screens.
    pub screens: Box<dyn Screens>,
    /// Finds codes in pictures.
    pub pictures: Box<dyn PictureReader>,
}

/// Looks: returns when the desktop has answered, or as soon as nobody waits any more.
pub fn run_screen(look: Look, side: &mut ScreenSide) -> Done {
    let given_up = || look.given_up.load(Ordering::Acquire);
    let seen = screen::look(side.screens.as_mut(), side.pictures.as_ref(), &given_up);
    Done::Screen(Box::new(seen), look.run)
}
