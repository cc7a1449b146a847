//! Pictures are read in a second process of this program: what a picture was made to do, it does there.
//!
//! The picture goes over through a pipe, and the answer comes back through another. The process may take so much memory and time and
//! no more, opens no files, and is ended when the time is over.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::app::picture::{MOST_FILE_BYTES, grey};
use crate::app::ports::{Found, Picture, PictureError, PictureReader, Unreadable};

mod child;
pub(super) mod wire;

pub use child::run;
use wire::{FILE, MOST_ANSWER, PIXELS};

/// The only argument of the second process. It is not for people and stands in no help.
pub const ARGUMENT: &str = "--read-picture";

/// How long reading may take. A build without optimisation has longer.
pub const DEADLINE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 15 } else { 3 });

/// Reads each picture in a process of its own.
#[derive(Clone, Debug)]
pub struct PictureProcess {
    /// `None`: nobody knows where this program stands.
    program: Option<PathBuf>,
    deadline: Duration,
}

impl PictureProcess {
    /// By this program.
    #[must_use]
    pub fn new() -> Self {
        Self { program: std::env::current_exe().ok(), deadline: DEADLINE }
    }

    /// By `program`, which must be one of ours.
    #[must_use]
    pub const fn of(program: PathBuf, deadline: Duration) -> Self {
        Self { program: Some(program), deadline }
    }

    fn ask(&self, head: [u8; 9], body: &[u8]) -> Result<Vec<Found>, PictureError> {
        let mut command = Command::new(self.program.as_ref().ok_or(PictureError::NotStarted)?);
        command.arg(ARGUMENT).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // CREATE_NO_WINDOW
        #[cfg(windows)]
        std::os::windows::process::CommandExt::creation_flags(&mut command, 0x0800_0000);
        let mut child = command.spawn().map_err(|_| PictureError::NotStarted)?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let Some((input, output)) = pipes else { return Err(end(&mut child, PictureError::NotStarted)) };
        let answer = std::thread::scope(|scope| {
            let (answered, answers) = mpsc::sync_channel(1);
            scope.spawn(move || hand_over(input, head, body));
            scope.spawn(move || answered.send(take_answer(output)));
            let answer = answers.recv_timeout(self.deadline);
            if answer.is_err() {
                // with it both pipes end, and so do both threads
                let _ = child.kill();
            }
            answer
        });
        let status = child.wait().ok();
        match answer {
            Ok(bytes) => wire::read_answer(&bytes).unwrap_or_else(|| Err(ended(status))),
            Err(_) => Err(PictureError::TooLong),
        }
    }
}

impl Default for PictureProcess {
    fn default() -> Self {
        Self::new()
    }
}

impl PictureReader for PictureProcess {
    fn read(&self, picture: Picture<'_>) -> Result<Vec<Found>, PictureError> {
        match picture {
            Picture::File(bytes) if bytes.len() > MOST_FILE_BYTES => Err(Unreadable::TooManyBytes.into()),
            Picture::File(bytes) => self.ask(wire::head(FILE, 0, 0), bytes),
            Picture::Pixels { width, height, rgba } => {
                let grey = grey(width, height, rgba)?;
                let side = |side: usize| u32::try_from(side).map_err(|_| Unreadable::Broken);
                self.ask(wire::head(PIXELS, side(width)?, side(height)?), grey.pixels())
            }
        }
    }
}

/// A process that ends early takes no more of it; what it answers then says why.
fn hand_over(mut input: ChildStdin, head: [u8; 9], body: &[u8]) {
    let _ = input.write_all(&head).and_then(|()| input.write_all(body));
}

fn take_answer(output: ChildStdout) -> Zeroizing<Vec<u8>> {
    let mut answer = Zeroizing::new(Vec::with_capacity(4096));
    // half an answer is none
    let _ = output.take(MOST_ANSWER).read_to_end(&mut answer);
    answer
}

fn end(child: &mut Child, error: PictureError) -> PictureError {
    let _ = child.kill();
    let _ = child.wait();
    error
}

/// Why a process gave no answer.
fn ended(status: Option<ExitStatus>) -> PictureError {
    #[cfg(unix)]
    if let Some(signal) = status.and_then(|status| std::os::unix::process::ExitStatusExt::signal(&status)) {
        let long = [rustix::process::Signal::XCPU, rustix::process::Signal::KILL].iter().any(|one| one.as_raw() == signal);
        return if long { PictureError::TooLong } else { PictureError::Failed };
    }
    let _ = status;
    PictureError::Failed
}
