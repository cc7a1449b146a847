//! What the screens show: from the X11 server, or through the desktop portal where the desktop is a Wayland one.

use crate::app::ports::{Grabbed, ScreenError, ScreenPlace, ScreenPlaces, Screens};

#[cfg(all(unix, not(target_os = "macos")))]
mod away;
#[cfg(any(windows, target_os = "macos"))]
mod native;
#[cfg(all(unix, not(target_os = "macos")))]
mod pixels;
#[cfg(all(unix, not(target_os = "macos")))]
mod portal;
#[cfg(all(unix, not(target_os = "macos")))]
mod x11;

/// The screens of the desktop that this program runs on. It asks nobody before it is used.
#[derive(Clone, Copy, Debug, Default)]
pub struct DesktopScreens;

impl Screens for DesktopScreens {
    #[cfg(all(unix, not(target_os = "macos")))]
    fn grab(&mut self, given_up: &dyn Fn() -> bool) -> Result<Grabbed, ScreenError> {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        // An X11 server inside of a Wayland desktop shows its own windows alone.
        if set("WAYLAND_DISPLAY") || set("WAYLAND_SOCKET") {
            return portal::grab(given_up);
        }
        if !set("DISPLAY") {
            return Err(ScreenError::NoDisplay);
        }
        Ok(Grabbed { shots: x11::grab(given_up)?, left: None })
    }

    #[cfg(any(windows, target_os = "macos"))]
    fn grab(&mut self, given_up: &dyn Fn() -> bool) -> Result<Grabbed, ScreenError> {
        Ok(Grabbed { shots: native::grab(given_up)?, left: None })
    }

    #[cfg(not(any(unix, windows)))]
    fn grab(&mut self, _given_up: &dyn Fn() -> bool) -> Result<Grabbed, ScreenError> {
        Err(ScreenError::NotHere)
    }
}

impl ScreenPlaces for DesktopScreens {
    /// On Wayland no program puts its window anywhere.
    fn screens(&self) -> Vec<ScreenPlace> {
        #[cfg(all(unix, not(target_os = "macos")))]
        {
            let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
            if !set("WAYLAND_DISPLAY") && !set("WAYLAND_SOCKET") && set("DISPLAY") {
                return x11::screens();
            }
        }
        Vec::new()
    }
}
