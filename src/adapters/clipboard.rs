//! The clipboard: one thread for the life of the app, hints against histories, and a promise to clean up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::app::ports::{Clip, Clipboard, NoClipboard};

/// How long a copy waits for the system's answer.
const ANSWER: Duration = Duration::from_secs(1);
/// How long reading waits: another program hands over what it has, which may be a large picture.
const READ: Duration = Duration::from_secs(5);
/// How long the end of the app waits until the clipboard is cleared.
const FAREWELL: Duration = Duration::from_secs(2);

/// The system's clipboard, reached by a thread of its own. Dropping it clears what is still ours.
///
/// On X11 and Wayland the text can be pasted only while this lives.
#[derive(Debug)]
pub struct SystemClipboard {
    /// `None` only while it is dropped, or if the system gave no thread.
    thread: Option<Thread>,
}

#[derive(Debug)]
struct Thread {
    orders: Sender<Task>,
    /// Is closed when the thread ends.
    ended: Receiver<()>,
    handle: JoinHandle<()>,
}

/// What the thread is asked for.
enum Task {
    Copy(Order),
    /// Clear what is ours, and keep nothing.
    Forget,
    /// Say what stands there.
    Read(SyncSender<Result<Option<Clip>, NoClipboard>>),
}

struct Order {
    text: Zeroizing<String>,
    clear_after: Duration,
    answer: SyncSender<Result<(), NoClipboard>>,
    /// Whoever ordered it has gone: it must not be copied behind their back any more.
    given_up: Arc<AtomicBool>,
}

impl SystemClipboard {
    /// Starts the thread. The clipboard itself is reached at the first copy.
    #[must_use]
    pub fn start() -> Self {
        let (orders, inbox) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        let work = move || {
            let _end: Sender<()> = end;
            Keeper::default().run(&inbox);
        };
        let thread = Builder::new().name("clipboard".into()).spawn(work).ok();
        Self { thread: thread.map(|handle| Thread { orders, ended, handle }) }
    }
}

impl Clipboard for SystemClipboard {
    /// Waits for the system's answer, at most one second: call it on a worker. An earlier text of ours is replaced, and so is
    /// the moment at which it would have been cleared.
    fn copy(&mut self, text: Zeroizing<String>, clear_after: Duration) -> Result<(), NoClipboard> {
        let thread = self.thread.as_ref().ok_or(NoClipboard)?;
        // Without room in between: whoever answers knows whether the answer was heard.
        let (answer, answered) = mpsc::sync_channel(0);
        let given_up = Arc::new(AtomicBool::new(false));
        let order = Order { text, clear_after, answer, given_up: Arc::clone(&given_up) };
        thread.orders.send(Task::Copy(order)).map_err(|_| NoClipboard)?;
        answered.recv_timeout(ANSWER).unwrap_or_else(|_| {
            given_up.store(true, Ordering::Release);
            Err(NoClipboard)
        })
    }

    fn forget(&mut self) {
        // without a thread nothing was ever copied
        self.thread.as_ref().map(|thread| thread.orders.send(Task::Forget));
    }

    /// Waits for the system's answer, at most some seconds: call it on a worker.
    fn read(&mut self) -> Result<Option<Clip>, NoClipboard> {
        let thread = self.thread.as_ref().ok_or(NoClipboard)?;
        let (answer, answered) = mpsc::sync_channel(1);
        thread.orders.send(Task::Read(answer)).map_err(|_| NoClipboard)?;
        answered.recv_timeout(READ).unwrap_or(Err(NoClipboard))
    }
}

impl Drop for SystemClipboard {
    fn drop(&mut self) {
        let Some(Thread { orders, ended, handle }) = self.thread.take() else { return };
        drop(orders);
        // A clipboard whose owner does not answer would hold up the end for ever; then the thread is left behind.
        if ended.recv_timeout(FAREWELL) == Err(RecvTimeoutError::Disconnected) {
            // A panic over there has been reported there.
            handle.join().ok();
        }
    }
}

/// How often is looked whether a kept text is still there.
const LOOK: Duration = Duration::from_secs(1);

/// A text of ours on the clipboard, kept by the thread that made it: for a process that does nothing else.
pub struct Kept(Keeper);

impl Kept {
    /// Puts `text` there, with the same hints.
    ///
    /// # Errors
    /// [`NoClipboard`] when there is none.
    pub fn new(text: Zeroizing<String>) -> Result<Self, NoClipboard> {
        let mut keeper = Keeper::default();
        keeper.with_system(|system| set(system, &text)).map_err(|_| NoClipboard)?;
        keeper.ours = Some(Ours { text, clear_at: None });
        Ok(Self(keeper))
    }

    /// Returns after `clear_after`, with the clipboard cleared if it was still ours; or as soon as it is seen that it is not.
    pub fn until(mut self, clear_after: Duration) {
        let begun = Instant::now();
        loop {
            let left = clear_after.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return self.0.clear();
            }
            std::thread::sleep(left.min(LOOK));
            if !self.0.is_ours() {
                return;
            }
        }
    }
}

/// What the thread holds.
#[derive(Default)]
struct Keeper {
    /// Made when needed, and anew after it has failed.
    system: Option<arboard::Clipboard>,
    ours: Option<Ours>,
}

/// The text of ours that may still be there.
struct Ours {
    text: Zeroizing<String>,
    /// `None`: never, it is too far away.
    clear_at: Option<Instant>,
}

impl Keeper {
    fn run(mut self, inbox: &Receiver<Task>) {
        loop {
            let clear_at = self.ours.as_ref().and_then(|ours| ours.clear_at);
            let order = match clear_at {
                Some(at) => inbox.recv_timeout(at.saturating_duration_since(Instant::now())),
                None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match order {
                Ok(Task::Copy(order)) => self.carry_out(order),
                Ok(Task::Forget) => {
                    self.clear();
                    // the connection keeps what it handed out last
                    self.system = None;
                }
                Ok(Task::Read(answer)) => {
                    // Nobody waits any more if it took too long.
                    answer.send(self.read()).ok();
                }
                Err(RecvTimeoutError::Timeout) => self.clear(),
                Err(RecvTimeoutError::Disconnected) => return self.clear(),
            }
        }
    }

    fn read(&mut self) -> Result<Option<Clip>, NoClipboard> {
        self.with_system(clip).map_err(|_| NoClipboard)
    }

    fn carry_out(&mut self, Order { text, clear_after, answer, given_up }: Order) {
        if given_up.load(Ordering::Acquire) {
            return;
        }
        let copied = self.with_system(|system| set(system, &text));
        if copied.is_ok() {
            self.ours = Some(Ours { text, clear_at: Instant::now().checked_add(clear_after) });
        }
        let heard = answer.send(copied.map_err(|_| NoClipboard)).is_ok();
        // Otherwise they have been told that it failed, so it must not stay.
        if !heard && copied.is_ok() {
            self.clear();
        }
    }

    /// Clears the clipboard if our text is still what is there. Between looking and clearing another program may put its own
    /// text there; no system has an operation that does both at once.
    fn clear(&mut self) {
        let Some(Ours { text, .. }) = self.ours.take() else { return };
        // If it cannot be reached even anew there is nothing of ours to be pasted from it.
        self.with_system(|system| {
            let there = match system.get_text() {
                Ok(there) => Zeroizing::new(there),
                // Something else than text.
                Err(arboard::Error::ContentNotAvailable | arboard::Error::ConversionFailure) => return Ok(()),
                Err(error) => return Err(error),
            };
            if bool::from(there.as_bytes().ct_eq(text.as_bytes())) { system.clear() } else { Ok(()) }
        })
        .ok();
    }

    /// Whether our text is still what is there.
    fn is_ours(&mut self) -> bool {
        let (Some(system), Some(ours)) = (&mut self.system, &self.ours) else { return false };
        let there = system.get_text().map(Zeroizing::new);
        there.is_ok_and(|there| bool::from(there.as_bytes().ct_eq(ours.text.as_bytes())))
    }

    /// Does `work`, once more with a new connection if the one that was there has failed.
    fn with_system<T>(&mut self, work: impl Fn(&mut arboard::Clipboard) -> Result<T, arboard::Error>) -> Result<T, Failed> {
        if let Some(system) = &mut self.system {
            if let Ok(done) = work(system) {
                return Ok(done);
            }
            self.system = None;
        }
        let mut system = arboard::Clipboard::new().map_err(|_| Failed)?;
        let done = work(&mut system).map_err(|_| Failed)?;
        self.system = Some(system);
        Ok(done)
    }
}

/// The system's clipboard did not do it. arboard's own errors are not kept: they may quote.
#[derive(Clone, Copy)]
struct Failed;

/// What stands there.
fn clip(system: &mut arboard::Clipboard) -> Result<Option<Clip>, arboard::Error> {
    match system.get_text() {
        Ok(text) => Ok(Some(Clip::Text(text.into()))),
        // Something else than text, or nothing.
        Err(arboard::Error::ContentNotAvailable | arboard::Error::ConversionFailure) => picture(system),
        Err(error) => Err(error),
    }
}

/// The picture that stands there.
fn picture(system: &mut arboard::Clipboard) -> Result<Option<Clip>, arboard::Error> {
    match system.get_image() {
        Ok(arboard::ImageData { width, height, bytes }) => {
            Ok(Some(Clip::Picture { width, height, rgba: bytes.into_owned().into() }))
        }
        Err(arboard::Error::ContentNotAvailable | arboard::Error::ConversionFailure) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Puts `text` there, marked as nothing for a history. On X11 and Wayland only CLIPBOARD is written, never PRIMARY.
fn set(system: &mut arboard::Clipboard, text: &str) -> Result<(), arboard::Error> {
    let set = system.set();
    #[cfg(all(unix, not(target_os = "macos")))]
    let set = arboard::SetExtLinux::exclude_from_history(set);
    #[cfg(target_os = "macos")]
    let set = arboard::SetExtApple::exclude_from_history(set);
    // It stands for the cloud and the history, too.
    #[cfg(windows)]
    let set = arboard::SetExtWindows::exclude_from_monitoring(set);
    set.text(text)
}
