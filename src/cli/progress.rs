//! Long work, said on standard error while it lasts; only where a person looks.

use std::time::Duration;

use indicatif::ProgressBar;

/// A spinner with a text that is gone when this is dropped.
pub struct Progress(Option<ProgressBar>);

impl Progress {
    /// Says `what` is being done, if standard error `is_terminal`. Without one there is neither a text nor a thread.
    pub fn new(is_terminal: bool, what: &'static str) -> Self {
        Self(is_terminal.then(|| {
            let bar = ProgressBar::new_spinner().with_message(what);
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        }))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
