//! Is the screen locked, does the computer go to sleep? Linux: logind on the system bus, the screen savers' signal on the session bus. A bus
//! that is not there costs nothing and is said. Elsewhere nothing is listened to, and that is said, too.

use crate::app::ports::{SessionEvent, SessionWatch, Watched};

#[cfg(target_os = "linux")]
mod bus;

/// What the desktop says. Nothing is connected before the first call, which belongs on a thread of its own.
#[derive(Default)]
pub struct DesktopSession {
    #[cfg(target_os = "linux")]
    buses: Option<bus::Buses>,
    #[cfg(not(target_os = "linux"))]
    said: bool,
}

impl SessionWatch for DesktopSession {
    #[cfg(target_os = "linux")]
    fn next(&mut self) -> Option<SessionEvent> {
        if let Some(buses) = &mut self.buses {
            return buses.wait().then_some(SessionEvent::Locked);
        }
        let (buses, watched): (_, Watched) = bus::Buses::connect();
        self.buses = Some(buses);
        Some(SessionEvent::Listening(watched))
    }

    #[cfg(not(target_os = "linux"))]
    fn next(&mut self) -> Option<SessionEvent> {
        (!std::mem::replace(&mut self.said, true)).then_some(SessionEvent::Listening(Watched::default()))
    }
}
