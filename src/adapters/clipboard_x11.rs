//! A text on the clipboard of an X11 server, until it has been pasted.
//!
//! The general libraries serve a text for as long as they are asked to, or end at the first question, which is what a clipboard
//! manager asks and no paste. Here each request is seen, so that a code is there for one paste and then gone.

use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use x11rb::connection::Connection;
use x11rb::errors::ReplyError;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ConnectionExt, CreateWindowAux, EventMask, PropMode, SELECTION_NOTIFY_EVENT, SelectionNotifyEvent,
    SelectionRequestEvent, Timestamp, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;
use zeroize::Zeroizing;

use crate::app::ports::NoClipboard;

use super::clipboard_takers::{SAME_PASTE, Takers};

/// How long an empty text stands there before the clipboard is given up: some systems keep a copy of the last text and put it back
/// when its owner goes; then they keep the empty one.
const FAREWELL: Duration = Duration::from_millis(250);

x11rb::atom_manager! {
    /// The names that are spoken of.
    Atoms: AtomCookies {
        CLIPBOARD,
        TARGETS,
        TIMESTAMP,
        MULTIPLE,
        ATOM_PAIR,
        UTF8_STRING,
        TEXT,
        MIME_UTF8: b"text/plain;charset=utf-8",
        MIME: b"text/plain",
        // histories that know it leave the text out
        HINT: b"x-kde-passwordManagerHint",
    }
}

/// A text of ours, offered as CLIPBOARD and never as PRIMARY. Dropping it ends the offer.
pub struct Offered {
    connection: RustConnection,
    window: Window,
    atoms: Atoms,
    /// Since when it is ours, by the server's clock.
    since: Timestamp,
    begun: Instant,
    text: Zeroizing<String>,
    takers: Takers,
    /// The bits in which windows of one program differ.
    within_client: u32,
}

/// The server has gone.
struct Gone;

impl<E: Into<ReplyError>> From<E> for Gone {
    fn from(_: E) -> Self {
        Self
    }
}

/// Why nothing is offered any more.
enum Ended {
    /// Pasted, or its time is over: it is still ours to clear.
    Ours,
    /// Another program has copied something.
    Taken,
}

impl Offered {
    /// Takes the clipboard of the server that `DISPLAY` names.
    ///
    /// # Errors
    /// [`NoClipboard`] without a server, or if it refuses.
    pub fn new(text: Zeroizing<String>) -> Result<Self, NoClipboard> {
        Self::take(text).map_err(|Gone| NoClipboard)
    }

    fn take(text: Zeroizing<String>) -> Result<Self, Gone> {
        let (connection, screen) = RustConnection::connect(None).map_err(|_| Gone)?;
        let setup = connection.setup();
        let within_client = setup.resource_id_mask;
        let root = setup.roots.get(screen).ok_or(Gone)?.root;
        let window = connection.generate_id().map_err(|_| Gone)?;
        let aux = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        connection.create_window(0, window, root, 0, 0, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &aux)?.check()?;
        let atoms = Atoms::new(&connection)?.reply()?;
        let since = now(&connection, window)?;
        connection.set_selection_owner(window, atoms.CLIPBOARD, since)?.check()?;
        let owner = connection.get_selection_owner(atoms.CLIPBOARD)?.reply()?.owner;
        if owner != window {
            return Err(Gone);
        }
        let (begun, takers) = (Instant::now(), Takers::default());
        Ok(Self { connection, window, atoms, since, begun, text, takers, within_client })
    }

    /// Returns when the text has been pasted, when another program has copied something, or after `clear_after`, and has
    /// cleared the clipboard if it was still ours. What counts as a paste is told by [`Takers`].
    pub fn until(mut self, clear_after: Duration) {
        // without a server there is nothing to clear
        let _ = self.serve(clear_after).and_then(|ended| match ended {
            Ended::Ours => self.clear(),
            Ended::Taken => Ok(()),
        });
    }

    fn serve(&mut self, clear_after: Duration) -> Result<Ended, Gone> {
        // none: never, it is too far away
        let mut end = self.begun.checked_add(clear_after);
        let mut pasted = false;
        while let Some(event) = self.next(end)? {
            match event {
                Event::SelectionClear(event) if event.selection == self.atoms.CLIPBOARD => return Ok(Ended::Taken),
                Event::SelectionRequest(event) if self.answer(&event)? && !pasted => {
                    let client = event.requestor & !self.within_client;
                    pasted = self.takers.is_paste(client, self.begun.elapsed());
                    if pasted {
                        let soon = Instant::now().checked_add(SAME_PASTE);
                        end = end.min(soon).or(soon);
                    }
                }
                _ => {}
            }
        }
        Ok(Ended::Ours)
    }

    /// The next event, or none if `end` comes first.
    fn next(&self, end: Option<Instant>) -> Result<Option<Event>, Gone> {
        loop {
            self.connection.flush()?;
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            // a steady stream of questions does not put the end off
            if left.is_some_and(|left| left.is_zero()) {
                return Ok(None);
            }
            if let Some(event) = self.connection.poll_for_event()? {
                return Ok(Some(event));
            }
            let left = left.and_then(|left| Timespec::try_from(left).ok());
            match poll(&mut [PollFd::new(self.connection.stream(), PollFlags::IN)], left.as_ref()) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(_) => return Err(Gone),
            }
        }
    }

    /// Puts an empty text in the place of ours, and gives the clipboard up. Both are done with the moment since when it is
    /// ours: the server does neither if another program has taken it after that.
    fn clear(&mut self) -> Result<(), Gone> {
        self.text = Zeroizing::default();
        self.connection.set_selection_owner(self.window, self.atoms.CLIPBOARD, self.since)?.check()?;
        let end = Instant::now().checked_add(FAREWELL);
        while let Some(event) = self.next(end)? {
            match event {
                Event::SelectionClear(event) if event.selection == self.atoms.CLIPBOARD => return Ok(()),
                Event::SelectionRequest(event) => drop(self.answer(&event)?),
                _ => {}
            }
        }
        self.connection.set_selection_owner(x11rb::NONE, self.atoms.CLIPBOARD, self.since)?.check()?;
        Ok(())
    }

    /// Answers one request, and gives whether the text was handed over with it.
    fn answer(&self, request: &SelectionRequestEvent) -> Result<bool, Gone> {
        // old programs name no property and mean the one that is called like the target
        let property = if request.property == x11rb::NONE { request.target } else { request.property };
        let handed = if request.selection != self.atoms.CLIPBOARD || request.owner != self.window {
            None
        } else if request.target == self.atoms.MULTIPLE {
            self.several(request.requestor, property)?
        } else {
            self.convert(request.requestor, request.target, property)?
        };
        let told = self.connection.send_event(
            false,
            request.requestor,
            EventMask::NO_EVENT,
            SelectionNotifyEvent {
                response_type: SELECTION_NOTIFY_EVENT,
                sequence: 0,
                time: request.time,
                requestor: request.requestor,
                selection: request.selection,
                target: request.target,
                property: if handed.is_some() { property } else { x11rb::NONE },
            },
        )?;
        Ok(done(told.check())? && handed == Some(true))
    }

    /// Writes `target` into the property of whoever asked: whether it was the text, or none if there is no such thing or whoever
    /// asked has gone. SAVE_TARGETS is one of the things that there are not: nobody is to keep it for longer.
    fn convert(&self, requestor: Window, target: Atom, property: Atom) -> Result<Option<bool>, Gone> {
        let (atoms, connection) = (&self.atoms, &self.connection);
        // A text is far shorter than the longest request, so that it goes over in one piece.
        let bytes = |kind, bytes: &[u8]| connection.change_property8(PropMode::REPLACE, requestor, property, kind, bytes);
        let numbers =
            |kind: AtomEnum, numbers: &[u32]| connection.change_property32(PropMode::REPLACE, requestor, property, kind, numbers);
        let is_text = self.texts().contains(&target);
        let written = if is_text {
            // TEXT lets the owner choose
            let kind = if target == atoms.TEXT { atoms.UTF8_STRING } else { target };
            bytes(kind, self.text.as_bytes())?
        } else if target == atoms.TARGETS {
            let others = [atoms.TARGETS, atoms.TIMESTAMP, atoms.MULTIPLE, atoms.HINT];
            numbers(AtomEnum::ATOM, &[self.texts().as_slice(), &others].concat())?
        } else if target == atoms.TIMESTAMP {
            numbers(AtomEnum::INTEGER, &[self.since])?
        } else if target == atoms.HINT {
            bytes(atoms.HINT, b"secret")?
        } else {
            return Ok(None);
        };
        Ok(done(written.check())?.then_some(is_text))
    }

    /// Several targets in one request: pairs of a target and its property, of which the refused ones come back without.
    fn several(&self, requestor: Window, property: Atom) -> Result<Option<bool>, Gone> {
        const MOST: u32 = 64;
        let asked = self.connection.get_property(false, requestor, property, self.atoms.ATOM_PAIR, 0, MOST)?.reply();
        let Some(asked) = asked.ok().and_then(|reply| Some(reply.value32()?.collect::<Vec<_>>())) else { return Ok(None) };
        let (mut handed, mut answer) = (false, Vec::with_capacity(asked.len()));
        for pair in asked.chunks_exact(2) {
            let &[target, place] = pair else { continue };
            let written = if place == x11rb::NONE { None } else { self.convert(requestor, target, place)? };
            handed |= written == Some(true);
            answer.extend([target, if written.is_some() { place } else { x11rb::NONE }]);
        }
        let kind = self.atoms.ATOM_PAIR;
        let written = self.connection.change_property32(PropMode::REPLACE, requestor, property, kind, &answer)?;
        Ok(done(written.check())?.then_some(handed))
    }

    /// The names under which the text itself is had. STRING is Latin-1 and is offered only where that is the same.
    fn texts(&self) -> Vec<Atom> {
        let Atoms { UTF8_STRING, MIME_UTF8, MIME, TEXT, .. } = self.atoms;
        let mut texts = vec![UTF8_STRING, MIME_UTF8, MIME, TEXT];
        if self.text.is_ascii() {
            texts.push(AtomEnum::STRING.into());
        }
        texts
    }
}

/// Whether the server did it; it refuses when the window of whoever asked has gone.
fn done(answer: Result<(), ReplyError>) -> Result<bool, Gone> {
    match answer {
        Ok(()) => Ok(true),
        Err(ReplyError::X11Error(_)) => Ok(false),
        Err(ReplyError::ConnectionError(_)) => Err(Gone),
    }
}

/// The moment by the server's clock: it stamps a change of nothing.
fn now(connection: &RustConnection, window: Window) -> Result<Timestamp, Gone> {
    connection.change_property8(PropMode::APPEND, window, AtomEnum::WM_NAME, AtomEnum::STRING, &[])?.check()?;
    loop {
        if let Event::PropertyNotify(event) = connection.wait_for_event()? {
            return Ok(event.time);
        }
    }
}
