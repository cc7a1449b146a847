//! The windows of this program out of the way of a picture of the screen: minimised as a person does it, and brought back afterwards.

use std::thread::sleep;
use std::time::Duration;

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, MapState, Window};
use x11rb::rust_connection::RustConnection;

use super::x11::Gone;

x11rb::atom_manager! {
    /// The names of the Inter-Client Communication Conventions and of the Extended Window Manager Hints that are spoken of.
    Atoms: AtomCookies {
        WM_CHANGE_STATE,
        WM_STATE,
        _NET_CLIENT_LIST,
        _NET_WM_PID,
        _NET_ACTIVE_WINDOW,
    }
}

/// `WM_CHANGE_STATE` asks for it, `WM_STATE` says it.
const ICONIC: u32 = 3;
/// The person has asked for it, as in `_NET_ACTIVE_WINDOW`.
const BY_PERSON: u32 = 2;
/// How often is looked whether they are gone, and how often at most: a window manager without small windows does not do it.
const LOOK: Duration = Duration::from_millis(20);
const LOOKS: usize = 60;
/// The most windows of a desktop that are looked at.
const MOST: u32 = 4096;

/// Our windows, out of the way until this is dropped.
pub(super) struct Away<'a> {
    connection: &'a RustConnection,
    root: Window,
    atoms: Atoms,
    windows: Vec<Window>,
}

impl<'a> Away<'a> {
    /// Asks the window manager to make our windows small, and waits until it has. One that does not is not waited for long.
    pub fn send(connection: &'a RustConnection, root: Window, given_up: &dyn Fn() -> bool) -> Result<Self, Gone> {
        let atoms = Atoms::new(connection)?.reply()?;
        let mut away = Self { connection, root, atoms, windows: Vec::new() };
        for window in away.ours()? {
            if away.is_shown(window) {
                away.windows.push(window);
                away.tell(window, atoms.WM_CHANGE_STATE, [ICONIC, 0, 0, 0, 0])?;
            }
        }
        for _ in 0..LOOKS {
            if given_up() || !away.windows.iter().any(|window| away.is_shown(*window)) {
                break;
            }
            sleep(LOOK);
        }
        Ok(away)
    }

    /// Whether there was a window to send away.
    pub fn is_anything(&self) -> bool {
        !self.windows.is_empty()
    }

    /// The windows that the window manager knows and that say they are of this process.
    fn ours(&self) -> Result<Vec<Window>, Gone> {
        let (connection, atoms) = (self.connection, &self.atoms);
        let list = connection.get_property(false, self.root, atoms._NET_CLIENT_LIST, AtomEnum::WINDOW, 0, MOST)?.reply()?;
        let all: Vec<Window> = list.value32().into_iter().flatten().collect();
        Ok(all.into_iter().filter(|window| self.number(*window, atoms._NET_WM_PID) == Some(std::process::id())).collect())
    }

    /// The first number of a property; `None` if the window has none, or has gone.
    fn number(&self, window: Window, property: u32) -> Option<u32> {
        let reply = self.connection.get_property(false, window, property, AtomEnum::ANY, 0, 1).ok()?.reply().ok()?;
        reply.value32().and_then(|mut numbers| numbers.next())
    }

    /// Whether a window is on the screen. Some window managers keep a small one mapped where nobody sees it.
    fn is_shown(&self, window: Window) -> bool {
        let attributes = self.connection.get_window_attributes(window).ok().and_then(|asked| asked.reply().ok());
        let mapped = attributes.is_some_and(|attributes| attributes.map_state == MapState::VIEWABLE);
        mapped && self.number(window, self.atoms.WM_STATE) != Some(ICONIC)
    }

    fn tell(&self, window: Window, what: u32, data: [u32; 5]) -> Result<(), Gone> {
        let event = ClientMessageEvent::new(32, window, what, data);
        let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        Ok(self.connection.send_event(false, self.root, mask, event)?.check()?)
    }

    fn bring_back(&self) -> Result<(), Gone> {
        for window in &self.windows {
            self.connection.map_window(*window)?;
            self.tell(*window, self.atoms._NET_ACTIVE_WINDOW, [BY_PERSON, 0, 0, 0, 0])?;
        }
        Ok(self.connection.flush()?)
    }
}

impl Drop for Away<'_> {
    fn drop(&mut self) {
        // Without a server there is nothing to come back to.
        let _ = self.bring_back();
    }
}
