//! Keys grabbed from the X11 server: whoever grabs first has them.

use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;

use x11rb::connection::Connection;
use x11rb::errors::{ReplyError, ReplyOrIdError};
use x11rb::protocol::xproto::{
    ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, GrabMode, Keycode, ModMask, Window, WindowClass,
};
use x11rb::protocol::{ErrorKind, Event};
use x11rb::rust_connection::RustConnection;
use x11rb::{COPY_FROM_PARENT, CURRENT_TIME};

use crate::app::ports::{DesktopEvent, KeysState, Wish};
use crate::app::settings::{Keys, Letter};

// Numbers of keys, from <X11/keysymdef.h>.
const ALT: [u32; 2] = [0xffe9, 0xffea];
const META: [u32; 2] = [0xffe7, 0xffe8];
const SUPER: [u32; 2] = [0xffeb, 0xffec];
const NUM_LOCK: [u32; 1] = [0xff7f];
const F1: u32 = 0xffbe;

/// The keys, ours as long as this lives.
pub(in crate::adapters::desktop) struct Grab {
    connection: Arc<RustConnection>,
    /// A window that nobody sees: a message to it ends the thread.
    window: Window,
    thread: Option<JoinHandle<()>>,
}

/// Why there is no grab: the server refuses, or has gone.
struct Refused(KeysState);

impl From<ReplyError> for Refused {
    fn from(error: ReplyError) -> Self {
        Self(match error {
            ReplyError::X11Error(error) if error.error_kind == ErrorKind::Access => KeysState::Taken,
            _ => KeysState::Refused,
        })
    }
}

impl From<x11rb::errors::ConnectionError> for Refused {
    fn from(_: x11rb::errors::ConnectionError) -> Self {
        Self(KeysState::Refused)
    }
}

impl From<ReplyOrIdError> for Refused {
    fn from(_: ReplyOrIdError) -> Self {
        Self(KeysState::Refused)
    }
}

impl Grab {
    /// Takes the keys; each press of them is a wish for the quick search.
    pub fn take(keys: Keys, tell: &Sender<DesktopEvent>) -> Result<Self, KeysState> {
        let (connection, screen) = RustConnection::connect(None).map_err(|_| KeysState::Refused)?;
        let begin = || -> Result<Window, Refused> {
            let root = connection.setup().roots.get(screen).ok_or(Refused(KeysState::Refused))?.root;
            let window = connection.generate_id()?;
            let aux = CreateWindowAux::new();
            let only = WindowClass::INPUT_ONLY;
            connection.create_window(0, window, root, 0, 0, 1, 1, 0, only, COPY_FROM_PARENT, &aux)?.check()?;
            grab(&connection, keys)?;
            Ok(window)
        };
        let window = begin().map_err(|Refused(why)| why)?;
        let connection = Arc::new(connection);
        let thread = {
            let (connection, tell) = (Arc::clone(&connection), tell.clone());
            let listen = move || listen(&connection, keys, window, &tell);
            std::thread::Builder::new().name("keys".into()).spawn(listen).map_err(|_| KeysState::Refused)?
        };
        Ok(Self { connection, window, thread: Some(thread) })
    }
}

impl Drop for Grab {
    fn drop(&mut self) {
        let event = ClientMessageEvent::new(32, self.window, u32::from(x11rb::protocol::xproto::AtomEnum::STRING), [0; 5]);
        let sent = self.connection.send_event(false, self.window, EventMask::NO_EVENT, event);
        // A server that has gone has ended the thread already.
        if sent.is_ok() && self.connection.flush().is_ok() {
            self.thread.take().map(JoinHandle::join);
        }
    }
}

fn listen(connection: &RustConnection, keys: Keys, window: Window, tell: &Sender<DesktopEvent>) {
    while let Ok(event) = connection.wait_for_event() {
        match event {
            Event::KeyPress(_) => {
                // What is typed next is for the window that opens.
                let freed = connection.ungrab_keyboard(CURRENT_TIME).and_then(|_| connection.flush());
                if freed.is_err() || tell.send(DesktopEvent::Wish(Wish::Quick)).is_err() {
                    return;
                }
            }
            // Another layout: the same keys may be elsewhere.
            Event::MappingNotify(_) => {
                for screen in &connection.setup().roots {
                    let _freed = connection.ungrab_key(0, screen.root, ModMask::ANY);
                }
                let state = grab(connection, keys).map_or_else(|Refused(why)| why, |()| KeysState::Heard);
                if tell.send(DesktopEvent::Keys(state)).is_err() {
                    return;
                }
            }
            Event::ClientMessage(message) if message.window == window => return,
            _ => {}
        }
    }
}

fn grab(connection: &RustConnection, keys: Keys) -> Result<(), Refused> {
    let layout = Layout::read(connection)?;
    let codes = layout.codes(&[sign(keys.key())]);
    if codes.is_empty() {
        return Err(Refused(KeysState::NoSuchKey));
    }
    let held = keys.held();
    let mut modifiers = 0;
    for (wanted, mask) in [
        (held.ctrl, u16::from(ModMask::CONTROL)),
        (held.shift, u16::from(ModMask::SHIFT)),
        (held.alt, layout.modifier(&ALT).or(layout.modifier(&META)).unwrap_or(u16::from(ModMask::M1))),
        (held.logo, layout.modifier(&SUPER).unwrap_or(u16::from(ModMask::M4))),
    ] {
        modifiers |= if wanted { mask } else { 0 };
    }
    let (caps, num) = (u16::from(ModMask::LOCK), layout.modifier(&NUM_LOCK).unwrap_or(0));
    let mut locks = vec![0, caps, num, caps | num];
    locks.dedup();
    for screen in &connection.setup().roots {
        for code in &codes {
            for lock in &locks {
                let mask = ModMask::from(modifiers | lock);
                connection.grab_key(false, screen.root, mask, *code, GrabMode::ASYNC, GrabMode::ASYNC)?.check()?;
            }
        }
    }
    Ok(())
}

/// The number of a key without modifiers.
fn sign(key: Letter) -> u32 {
    match key {
        Letter::Sign(sign) => u32::from(sign.to_ascii_lowercase()),
        Letter::Function(number) => F1 + u32::from(number) - 1,
        Letter::Space => 0x20,
    }
}

/// Which keys of the keyboard make which signs, and which of them are modifiers.
struct Layout {
    first: Keycode,
    per_code: usize,
    signs: Vec<u32>,
    per_modifier: usize,
    modifiers: Vec<Keycode>,
}

impl Layout {
    fn read(connection: &RustConnection) -> Result<Self, Refused> {
        let setup = connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let map = connection.get_keyboard_mapping(first, (last - first).saturating_add(1))?.reply()?;
        let modifiers = connection.get_modifier_mapping()?.reply()?;
        Ok(Self {
            first,
            per_code: usize::from(map.keysyms_per_keycode).max(1),
            signs: map.keysyms,
            per_modifier: usize::from(modifiers.keycodes_per_modifier()).max(1),
            modifiers: modifiers.keycodes,
        })
    }

    /// The keys that make one of these signs by themselves, else those that make one in any other way.
    fn codes(&self, wanted: &[u32]) -> Vec<Keycode> {
        let matching = |deep: usize| -> Vec<Keycode> {
            let rows = (self.first..=Keycode::MAX).zip(self.signs.chunks(self.per_code));
            rows.filter(|(_, signs)| signs.iter().take(deep).any(|sign| wanted.contains(sign))).map(|(code, _)| code).collect()
        };
        let plain = matching(1);
        if plain.is_empty() { matching(usize::MAX) } else { plain }
    }

    /// The modifier that a key which makes one of these signs is.
    fn modifier(&self, wanted: &[u32]) -> Option<u16> {
        let codes = self.codes(wanted);
        let at =
            self.modifiers.chunks(self.per_modifier).position(|row| row.iter().any(|code| *code != 0 && codes.contains(code)))?;
        Some(1 << at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_on_the_keyboard() {
        // Code 8 makes a and A, 9 is Cyrillic first and o in its second group, 10 is Alt, 11 an exclamation mark that makes 1 with Shift.
        let signs = vec![0x61, 0x41, 0, 0, 0x6ef, 0x6ef, 0x6f, 0x4f, 0xffe9, 0xffe7, 0, 0, 0x21, 0x31, 0, 0];
        let modifiers = vec![0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0];
        let layout = Layout { first: 8, per_code: 4, signs, per_modifier: 2, modifiers };
        let rows =
            [(Letter::Sign('A'), vec![8]), (Letter::Sign('O'), vec![9]), (Letter::Sign('1'), vec![11]), (Letter::Space, vec![])];
        for (key, codes) in rows {
            assert_eq!(layout.codes(&[sign(key)]), codes, "{key:?}");
        }
        assert_eq!((layout.modifier(&ALT), layout.modifier(&SUPER)), (Some(1 << 3), None));
        assert_eq!((sign(Letter::Function(1)), sign(Letter::Function(12))), (0xffbe, 0xffc9));
    }
}
