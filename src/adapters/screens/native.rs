//! What the screens show on Windows and macOS. The windows of this program stay where they are: a code under them is not seen.

use xcap::Monitor;
use zeroize::Zeroizing;

use crate::app::ports::{ScreenError, Shot};

/// A picture of each screen. macOS hands them out to programs that the person has allowed it.
pub(super) fn grab(given_up: &dyn Fn() -> bool) -> Result<Vec<Shot>, ScreenError> {
    let monitors = Monitor::all().map_err(|_| ScreenError::NoDisplay)?;
    if monitors.is_empty() {
        return Err(ScreenError::NoDisplay);
    }
    let mut shots = Vec::new();
    for monitor in monitors {
        if given_up() {
            return Err(ScreenError::GivenUp);
        }
        let picture = monitor.capture_image().map_err(|_| ScreenError::Refused)?;
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        shots.push(Shot { width, height, rgba: Zeroizing::new(picture.into_raw()) });
    }
    Ok(shots)
}
