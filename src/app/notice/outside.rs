//! Words for what is outside of the window: the tray, the keys of the quick search, the start with the session, a second start.

use crate::app::ports::{KeysState, StartError, TrayState};
use crate::app::settings::Keys;

use super::Notice;

/// What is to be known of the sign in the tray; `None` where it stands there, or none is wanted.
#[must_use]
pub fn tray(state: TrayState) -> Option<Notice> {
    match state {
        TrayState::Off | TrayState::Shown => None,
        TrayState::NoTray => Some(Notice::new(
            "This desktop shows no tray, so closing the window ends Halfminute",
            "GNOME has one with the extension “AppIndicator and KStatusNotifierItem Support”",
        )),
        TrayState::NotHere => Some(Notice::plain("Halfminute has no sign in the tray of this system yet")),
    }
}

/// What is to be known of the keys; `None` where they are heard, or none are set.
#[must_use]
pub fn keys(state: KeysState, keys: Keys) -> Option<Notice> {
    match state {
        KeysState::Off | KeysState::Heard => None,
        KeysState::HeardOthers => Some(Notice::new(
            "The desktop decides which keys open the quick search",
            "See the keyboard settings of the desktop for those it has chosen",
        )),
        KeysState::Taken => Some(Notice::new(format!("Another program has taken {keys}"), "Choose other keys")),
        KeysState::NoSuchKey => Some(Notice::new(format!("This keyboard has no key for {keys}"), "Choose other keys")),
        KeysState::NoPortal => Some(Notice::new(
            "This desktop lets no program listen to keys while another one is in front",
            "In the desktop's own keyboard settings, set keys for the command halfminute --quick",
        )),
        KeysState::Refused => Some(Notice::new("The desktop did not allow it", "Choose the keys again to ask once more")),
        KeysState::NotHere => Some(Notice::plain("Halfminute cannot listen to keys on this system yet")),
    }
}

/// Why nothing is known or changed about the start with the session.
#[must_use]
pub fn starts(error: &StartError) -> Notice {
    match error {
        StartError::File(error) => super::file_error(error),
        StartError::Refused => Notice::new("The desktop did not allow it", "See its settings for programs in the background"),
        StartError::NotHere => Notice::plain("Halfminute cannot be started with the session on this system yet"),
    }
}

/// What was pressed cannot be heard everywhere.
#[must_use]
pub fn no_keys() -> Notice {
    Notice::new(
        "These keys cannot be used",
        "Hold Ctrl, Alt or Super and press a letter, a digit, a function key or the space bar",
    )
}

/// Halfminute runs already and does not answer.
#[must_use]
pub fn silent() -> Notice {
    Notice::new("Halfminute runs already, but it does not answer", "Wait a moment and try again, or end the program that hangs")
}

/// An option that opens a window stands beside a command.
#[must_use]
pub fn without_command(option: &str) -> Notice {
    Notice::new(format!("{option} goes without a command"), "See halfminute --help")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_work_is_said_and_what_works_is_not() {
        let all = [
            KeysState::Off,
            KeysState::Heard,
            KeysState::HeardOthers,
            KeysState::Taken,
            KeysState::NoSuchKey,
            KeysState::NoPortal,
            KeysState::Refused,
            KeysState::NotHere,
        ];
        let said: Vec<_> = all.into_iter().filter_map(|state| keys(state, Keys::SUGGESTED)).map(|said| said.text).collect();
        assert_eq!(said.len(), 6);
        assert_eq!(said[1], "Another program has taken Ctrl+Alt+O");
        assert!(said.iter().enumerate().all(|(at, text)| !said[..at].contains(text)), "each has its own words");
        let trays = [TrayState::Off, TrayState::Shown, TrayState::NoTray, TrayState::NotHere];
        assert_eq!(trays.map(|state| tray(state).is_some()), [false, false, true, true]);
    }
}
