//! The operating system's keyring behind the port: Secret Service, Keychain, Credential Manager.
//!
//! One named thread owns the store, because a call can block for ever (a silent bus) or for as long as a prompt is open. The caller waits
//! with a deadline, or until somebody gives up; the thread is then left to itself and ends when its call does. Nothing is ever polled.

#[cfg(all(unix, not(target_os = "macos")))]
mod bus;
mod items;

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::app::ports::Place;

use super::vault::{Keyring, KeyringError};
use items::Items;

/// The service under which all our items stand.
pub const SERVICE: &str = "halfminute";
/// The label of our items, where the keyring has labels.
pub const LABEL: &str = "Halfminute vault";
/// The most characters per item. Windows takes 2 560 bytes, 1 280 UTF-16 units, minus what others may add.
pub const LONGEST: usize = if cfg!(windows) { 1_200 } else { 256 << 10 };

/// How long answers are waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// While nothing is asked of the person.
    pub answer: Duration,
    /// While a prompt may be open.
    pub prompt: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self { answer: Duration::from_secs(5), prompt: Duration::from_secs(120) }
    }
}

/// The keyring of the operating system.
pub struct SystemKeyring {
    deadlines: Deadlines,
    worker: Option<Sender<(Request, Reply)>>,
    waiting: Arc<Mutex<Option<Sender<Event>>>>,
}

enum Request {
    Connect { first: bool },
    Look,
    Unlock,
    Get(String),
    Set(String, Zeroizing<String>),
    Delete(String),
    List,
}

enum Answer {
    Place(Place),
    Looked(Place, bool),
    Value(Option<Zeroizing<String>>),
    Done,
    Names(Vec<String>),
}

/// Closes an open prompt, without waiting for the answer.
type Dismiss = Box<dyn FnOnce() + Send>;

enum Event {
    /// A prompt may be open from now on.
    Prompting(Dismiss),
    /// The keyring's program is being started, which takes longer than an answer.
    Starting,
    Answered(Result<Answer, KeyringError>),
    GiveUp,
}

/// The thread's end of one request.
#[derive(Clone)]
struct Reply(Sender<Event>);

impl Reply {
    /// Says that the keyring's program is being started.
    #[cfg_attr(not(all(unix, not(target_os = "macos"))), expect(dead_code, reason = "only a bus starts programs"))]
    fn starting(&self) {
        // if nobody waits any more, nobody needs to know
        let _ = self.0.send(Event::Starting);
    }

    /// Says that a prompt may be open from now on. If nobody waits any more, the prompt is closed at once.
    fn prompting(&self, dismiss: Dismiss) {
        if let Err(mpsc::SendError(Event::Prompting(dismiss))) = self.0.send(Event::Prompting(dismiss)) {
            dismiss();
        }
    }
}

impl Default for SystemKeyring {
    fn default() -> Self {
        Self::new(Deadlines::default())
    }
}

impl SystemKeyring {
    /// The keyring, not connected yet.
    #[must_use]
    pub fn new(deadlines: Deadlines) -> Self {
        Self { deadlines, worker: None, waiting: Arc::default() }
    }

    fn ask(&mut self, request: Request) -> Result<Answer, KeyringError> {
        let (sender, events) = mpsc::channel();
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender.clone());
        let outcome = self.hand_over(request, Reply(sender)).and_then(|()| self.wait(&events));
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        outcome
    }

    fn hand_over(&mut self, request: Request, reply: Reply) -> Result<(), KeyringError> {
        let refused = |_| KeyringError::Refused("no thread could be started");
        let mut pending = (request, reply);
        if let Some(worker) = &self.worker {
            match worker.send(pending) {
                Ok(()) => return Ok(()),
                // the thread has died: a new one takes the request
                Err(mpsc::SendError(back)) => pending = back,
            }
        }
        let (worker, requests) = mpsc::channel::<(Request, Reply)>();
        let deadlines = self.deadlines;
        let run = move || {
            let mut items = Items::new(deadlines);
            for (request, reply) in requests {
                let answer = answer(&mut items, request, &reply);
                // nobody waits any more: the answer is of no use
                let _ = reply.0.send(Event::Answered(answer));
            }
        };
        std::thread::Builder::new().name("keyring".to_owned()).spawn(run).map_err(refused)?;
        let handed = worker.send(pending).map_err(|_| KeyringError::Silent);
        self.worker = Some(worker);
        handed
    }

    fn wait(&mut self, events: &mpsc::Receiver<Event>) -> Result<Answer, KeyringError> {
        let mut until = Instant::now() + self.deadlines.answer;
        let (mut dismiss, mut given_up, mut starting) = (None, false, false);
        loop {
            match events.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(Event::Answered(answer)) => return answer,
                Ok(Event::Prompting(close)) => {
                    until = Instant::now() + self.deadlines.prompt;
                    dismiss = Some(close);
                }
                Ok(Event::Starting) => {
                    until = Instant::now() + self.deadlines.prompt;
                    starting = true;
                }
                Ok(Event::GiveUp) => given_up = true,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    self.worker = None;
                    let Some(close) = dismiss else { return Err(KeyringError::Silent) };
                    close();
                    return Err(KeyringError::PromptDismissed);
                }
            }
            if given_up && let Some(close) = dismiss.take() {
                self.worker = None;
                close();
                return Err(KeyringError::PromptDismissed);
            }
            if given_up && starting {
                self.worker = None;
                return Err(KeyringError::Silent);
            }
        }
    }
}

fn answer(items: &mut Items, request: Request, reply: &Reply) -> Result<Answer, KeyringError> {
    match request {
        Request::Connect { first } => items.connect(first, reply).map(Answer::Place),
        Request::Look => items.look(reply).map(|(place, locked)| Answer::Looked(place, locked)),
        Request::Unlock => items.unlock(reply).map(|()| Answer::Done),
        Request::Get(name) => items.get(&name, reply).map(Answer::Value),
        Request::Set(name, value) => items.set(&name, &value, reply).map(|()| Answer::Done),
        Request::Delete(name) => items.delete(&name, reply).map(|()| Answer::Done),
        Request::List => items.list(reply).map(Answer::Names),
    }
}

const OUT_OF_ORDER: KeyringError = KeyringError::Refused("it answered another question");

impl Keyring for SystemKeyring {
    fn connect(&mut self, first: bool) -> Result<Place, KeyringError> {
        if let Answer::Place(place) = self.ask(Request::Connect { first })? { Ok(place) } else { Err(OUT_OF_ORDER) }
    }

    fn look(&mut self) -> Result<(Place, bool), KeyringError> {
        if let Answer::Looked(place, locked) = self.ask(Request::Look)? { Ok((place, locked)) } else { Err(OUT_OF_ORDER) }
    }

    fn unlock(&mut self) -> Result<(), KeyringError> {
        self.ask(Request::Unlock).map(drop)
    }

    fn get(&mut self, name: &str) -> Result<Option<Zeroizing<String>>, KeyringError> {
        if let Answer::Value(value) = self.ask(Request::Get(name.to_owned()))? { Ok(value) } else { Err(OUT_OF_ORDER) }
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), KeyringError> {
        self.ask(Request::Set(name.to_owned(), Zeroizing::new(value.to_owned()))).map(drop)
    }

    fn delete(&mut self, name: &str) -> Result<(), KeyringError> {
        self.ask(Request::Delete(name.to_owned())).map(drop)
    }

    fn list(&mut self) -> Result<Vec<String>, KeyringError> {
        if let Answer::Names(names) = self.ask(Request::List)? { Ok(names) } else { Err(OUT_OF_ORDER) }
    }

    fn longest(&self) -> usize {
        LONGEST
    }

    fn canceller(&self) -> Arc<dyn Fn() + Send + Sync> {
        let waiting = Arc::clone(&self.waiting);
        Arc::new(move || {
            if let Some(events) = &*waiting.lock().unwrap_or_else(PoisonError::into_inner) {
                // the wait has just ended by itself
                let _ = events.send(Event::GiveUp);
            }
        })
    }
}
