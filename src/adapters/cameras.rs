//! Cameras are read in a second process of this program, as pictures are: it has the device, reads the codes, and hands over a small
//! picture of each frame. When it is ended, the camera is off, whatever its driver was doing.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::app::ports::{CameraError, Cameras, Frame};

#[cfg(target_os = "linux")]
mod child;
#[cfg(target_os = "linux")]
mod pixels;
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "the second process is made for Linux"))]
mod wire;

#[cfg(target_os = "linux")]
pub use child::run;

/// The only argument of the second process. It is not for people and stands in no help.
pub const ARGUMENT: &str = "--read-camera";

/// How long a camera may take to turn on or to give a frame.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 8 });
/// How often it is asked meanwhile whether anybody still waits.
const GLANCE: Duration = Duration::from_millis(20);

/// No process is made for this system.
///
/// # Errors
/// Always.
#[cfg(not(target_os = "linux"))]
pub fn run() -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// Cameras in a process of their own.
#[derive(Debug)]
pub struct CameraProcess {
    /// `None`: nobody knows where this program stands.
    program: Option<PathBuf>,
    on: Option<On>,
}

/// A process that has a camera.
#[derive(Debug)]
struct On {
    child: Child,
    questions: ChildStdin,
    answers: Receiver<Zeroizing<Vec<u8>>>,
}

impl Drop for On {
    /// With the process the device is closed.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl CameraProcess {
    /// By this program.
    #[must_use]
    pub fn new() -> Self {
        Self { program: std::env::current_exe().ok(), on: None }
    }

    /// By `program`, which must be one of ours.
    #[must_use]
    pub const fn of(program: PathBuf) -> Self {
        Self { program: Some(program), on: None }
    }

    /// Whether a process is running that has a camera.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.on.is_some()
    }

    fn start(&self) -> Option<On> {
        let mut command = Command::new(self.program.as_ref()?);
        command.arg(ARGUMENT).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().ok()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let Some((questions, mut output)) = pipes else {
            let _ = child.kill();
            let _ = child.wait();
            return None;
        };
        let (answered, answers) = sync_channel(1);
        // It ends with the pipe, which ends with the process.
        let take = move || {
            while let Some(answer) = wire::take(&mut output) {
                if answered.send(answer).is_err() {
                    break;
                }
            }
        };
        let on = On { child, questions, answers };
        std::thread::Builder::new().name("camera pipe".to_owned()).spawn(take).ok()?;
        Some(on)
    }

    /// Asks, and waits for the answer.
    fn ask(&mut self, question: u8, given_up: &dyn Fn() -> bool) -> Result<Zeroizing<Vec<u8>>, CameraError> {
        let on = self.on.as_mut().ok_or(CameraError::Failed)?;
        on.questions.write_all(&[question]).and_then(|()| on.questions.flush()).map_err(|_| CameraError::Failed)?;
        let since = Instant::now();
        loop {
            match on.answers.recv_timeout(GLANCE) {
                Ok(answer) => return Ok(answer),
                Err(RecvTimeoutError::Disconnected) => return Err(CameraError::Failed),
                Err(RecvTimeoutError::Timeout) if given_up() => return Err(CameraError::GivenUp),
                Err(RecvTimeoutError::Timeout) if since.elapsed() > PATIENCE => return Err(CameraError::Failed),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

impl Default for CameraProcess {
    fn default() -> Self {
        Self::new()
    }
}

impl Cameras for CameraProcess {
    fn turn_on(&mut self, at: usize, given_up: &dyn Fn() -> bool) -> Result<Vec<String>, CameraError> {
        self.turn_off();
        if !cfg!(target_os = "linux") {
            return Err(CameraError::NotHere);
        }
        self.on = Some(self.start().ok_or(CameraError::Failed)?);
        let answer = self.ask(u8::try_from(at).unwrap_or(u8::MAX), given_up).and_then(|answer| wire::read_names(&answer));
        if answer.is_err() {
            self.turn_off();
        }
        answer
    }

    fn frame(&mut self, given_up: &dyn Fn() -> bool) -> Result<Frame, CameraError> {
        let frame = self.ask(wire::NEXT, given_up).and_then(|answer| wire::read_frame(&answer));
        if frame.is_err() {
            self.turn_off();
        }
        frame
    }

    fn turn_off(&mut self) {
        self.on = None;
    }
}

/// Reads exactly so much.
fn exactly(input: &mut impl Read, bytes: &mut [u8]) -> Option<()> {
    input.read_exact(bytes).ok()
}
