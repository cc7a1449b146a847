//! What the desktop does for the program: one instance of it, a sign in the tray, keys that are heard everywhere, a start with the session.
//!
//! On Linux by the session bus and the X11 server; elsewhere nothing of it is there yet, and that is said.

use std::sync::mpsc::{Receiver, Sender, channel};

use crate::app::ports::{Desktop, DesktopEvent, DesktopEvents, StartError, TrayMenu};
use crate::app::settings::Keys;

pub mod instance;

#[cfg(all(unix, not(target_os = "macos")))]
mod application;
#[cfg(all(unix, not(target_os = "macos")))]
mod autostart;
#[cfg(all(unix, not(target_os = "macos")))]
mod keys;
#[cfg(all(unix, not(target_os = "macos")))]
mod socket;
#[cfg(all(unix, not(target_os = "macos")))]
mod tray;

/// What is heard of the desktop, in its order.
pub struct Heard(Receiver<DesktopEvent>);

impl DesktopEvents for Heard {
    fn next(&mut self) -> Option<DesktopEvent> {
        self.0.recv().ok()
    }
}

/// Where adapters tell what they hear, and who hands it on.
#[must_use]
pub fn events() -> (Sender<DesktopEvent>, Heard) {
    let (tell, heard) = channel();
    (tell, Heard(heard))
}

/// This desktop. Nothing is connected before it is needed.
pub struct ThisDesktop {
    tell: Sender<DesktopEvent>,
    #[cfg(all(unix, not(target_os = "macos")))]
    tray: Option<tray::Tray>,
    #[cfg(all(unix, not(target_os = "macos")))]
    keys: Option<keys::Listening>,
}

impl ThisDesktop {
    /// The desktop of this session; what it says goes to `tell`.
    #[must_use]
    pub fn new(tell: Sender<DesktopEvent>) -> Self {
        Self {
            tell,
            #[cfg(all(unix, not(target_os = "macos")))]
            tray: None,
            #[cfg(all(unix, not(target_os = "macos")))]
            keys: None,
        }
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
impl Desktop for ThisDesktop {
    fn tray(&mut self, menu: Option<TrayMenu>) {
        match (menu, &self.tray) {
            (Some(menu), Some(tray)) => tray.change(menu),
            (Some(menu), None) => self.tray = tray::Tray::show(menu, &self.tell),
            (None, _) => {
                self.tray = None;
                // without a listener nobody wants to know
                let _told = self.tell.send(DesktopEvent::Tray(crate::app::ports::TrayState::Off));
            }
        }
    }

    fn keys(&mut self, keys: Option<Keys>) {
        // First the old ones are given back: the new ones may be the same.
        self.keys = None;
        self.keys = keys.and_then(|keys| keys::Listening::to(keys, &self.tell));
        if keys.is_none() {
            let _told = self.tell.send(DesktopEvent::Keys(crate::app::ports::KeysState::Off));
        }
    }

    fn starts(&mut self) -> Result<bool, StartError> {
        autostart::Autostart::of_this_person()?.is_on()
    }

    fn set_starts(&mut self, starts: bool) -> Result<(), StartError> {
        autostart::Autostart::of_this_person()?.set(starts)
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
impl Desktop for ThisDesktop {
    fn tray(&mut self, menu: Option<TrayMenu>) {
        use crate::app::ports::TrayState;
        let state = if menu.is_some() { TrayState::NotHere } else { TrayState::Off };
        let _told = self.tell.send(DesktopEvent::Tray(state));
    }

    fn keys(&mut self, keys: Option<Keys>) {
        use crate::app::ports::KeysState;
        let state = if keys.is_some() { KeysState::NotHere } else { KeysState::Off };
        let _told = self.tell.send(DesktopEvent::Keys(state));
    }

    fn starts(&mut self) -> Result<bool, StartError> {
        Err(StartError::NotHere)
    }

    fn set_starts(&mut self, _starts: bool) -> Result<(), StartError> {
        Err(StartError::NotHere)
    }
}
