//! Keys that are heard while another program is in front: grabbed from the X11 server, or through the desktop portal on Wayland.

mod portal;
mod x11;

use std::sync::mpsc::Sender;

use crate::app::ports::{DesktopEvent, KeysState};
use crate::app::settings::Keys;

/// The keys are listened to as long as this lives.
#[expect(dead_code, reason = "what listens ends when it is dropped")]
pub(super) enum Listening {
    X11(x11::Grab),
    Portal(portal::Session),
}

impl Listening {
    /// Listens to these keys. `None` if it cannot be done, which is told like everything else.
    pub fn to(keys: Keys, tell: &Sender<DesktopEvent>) -> Option<Self> {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        // An X11 server inside of a Wayland desktop hears only what is typed into its own windows.
        let listening = if set("WAYLAND_DISPLAY") || set("WAYLAND_SOCKET") {
            portal::Session::begin(keys, tell).map(Self::Portal)
        } else {
            x11::Grab::take(keys, tell).map(|grab| {
                let _told = tell.send(DesktopEvent::Keys(KeysState::Heard));
                Self::X11(grab)
            })
        };
        listening.map_err(|why| tell.send(DesktopEvent::Keys(why))).ok()
    }
}
