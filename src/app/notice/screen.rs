//! Words for codes on the screen: why it cannot be looked at, why no code was found, and what each code is.

use std::path::Path;

use crate::app::import::Source;
use crate::app::ports::{PictureError, ScreenError};
use crate::app::screen::Why;
use crate::formats::scanned::Other;

use super::Notice;
use super::picture::other_kind;

/// Why no code was read from the screen, in the window.
#[must_use]
pub fn not_seen(why: Why) -> Notice {
    said(why, "Make one with the desktop's own key and press Ctrl+V here, or save it and choose it as a file")
}

/// The same in the terminal.
#[must_use]
pub fn not_seen_by_commands(why: Why) -> Notice {
    said(why, "Make one with the desktop's own key, save it and name its file")
}

fn said(why: Why, by_hand: &'static str) -> Notice {
    match why {
        Why::Screen(error) => screen_error(error, by_hand),
        Why::Picture(PictureError::NothingFound) => Notice::new(
            "No QR code was found on the screen",
            "Make the code larger, show all of it with some space around, not covered by any window, and try again",
        ),
        Why::Picture(error) => super::picture_error(&error),
    }
}

fn screen_error(error: ScreenError, by_hand: &'static str) -> Notice {
    match error {
        ScreenError::NoDisplay => Notice::new("There is no screen to look at from here", "Start it in a desktop session"),
        ScreenError::NotHere => Notice::new("Halfminute cannot look at the screen on this system yet", by_hand),
        ScreenError::NoPortal => Notice::new("This desktop hands out no picture of the screen", by_hand),
        ScreenError::Refused => Notice::new("The desktop did not let Halfminute look at the screen", by_hand),
        ScreenError::Failed => Notice::new("The desktop's picture of the screen cannot be read", by_hand),
        ScreenError::GivenUp => Notice::plain("The screen was not looked at"),
    }
}

/// The desktop has left its picture of the screen in a file.
#[must_use]
pub fn left(path: &Path) -> Notice {
    Notice::new(
        format!("The desktop keeps its picture of the screen in {}", path.display()),
        "A QR code on it holds a secret: delete it",
    )
}

/// What an account is called.
#[must_use]
pub fn title(title: &str) -> String {
    if title.is_empty() { "An account without a name".to_owned() } else { title.to_owned() }
}

/// A code with a list of accounts.
#[must_use]
pub fn list(accounts: usize) -> String {
    match accounts {
        0 => "Google Authenticator".to_owned(),
        1 => "Google Authenticator, 1 account".to_owned(),
        many => format!("Google Authenticator, {many} accounts"),
    }
}

/// A code that is no authenticator code: that, and what it is.
#[must_use]
pub fn other(other: Other) -> Notice {
    Notice::new("Not an authenticator code", format!("It {}", other_kind(other).0))
}

/// How many codes there are to choose from.
#[must_use]
pub fn found(source: &Source, codes: usize, usable: usize) -> String {
    let place = if matches!(source, Source::Camera) { "before the camera" } else { "on the screen" };
    match usable {
        0 => format!("{codes} QR codes {place}, none of an account"),
        _ => format!("{codes} QR codes {place}"),
    }
}

/// The button that goes on without it.
#[must_use]
pub const fn without(source: &Source) -> &'static str {
    if matches!(source, Source::Camera) { "Go on without the camera" } else { "Go on without the screen" }
}

/// The button that goes on.
#[must_use]
pub fn take(codes: usize) -> String {
    if codes == 1 { "Read 1 code".to_owned() } else { format!("Read {codes} codes") }
}

/// The small picture, for people who do not see it.
#[must_use]
pub fn picture(source: &Source, screen: usize, of: usize, codes: usize) -> String {
    let codes = if codes == 1 { "1 QR code".to_owned() } else { format!("{codes} QR codes") };
    if matches!(source, Source::Camera) {
        return format!("Picture of the camera with {codes}");
    }
    if of == 1 { format!("Picture of the screen with {codes}") } else { format!("Picture of screen {screen} with {codes}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_own_words_and_a_way_out() {
        let screen =
            [ScreenError::NoDisplay, ScreenError::NotHere, ScreenError::NoPortal, ScreenError::Refused, ScreenError::Failed];
        let picture = [PictureError::NothingFound, PictureError::TooLong];
        let why: Vec<_> = screen.map(Why::Screen).into_iter().chain(picture.map(Why::Picture)).map(not_seen).collect();
        assert!(why.iter().all(|said| !said.advice.is_empty() && !said.advice.ends_with('.')), "{why:?}");
        let texts: std::collections::HashSet<_> = why.iter().map(|said| &said.text).collect();
        assert_eq!(texts.len(), why.len());
    }

    #[test]
    fn codes_are_named() {
        assert_eq!(other(Other::Wifi).line(), "Not an authenticator code. It is for a Wi-Fi network");
        assert_eq!((title(""), title("GitHub (alice)")), ("An account without a name".into(), "GitHub (alice)".into()));
        assert_eq!((list(0), list(1)), ("Google Authenticator".into(), "Google Authenticator, 1 account".into()));
        assert_eq!(
            (found(&Source::Screen, 2, 0), found(&Source::Camera, 2, 1)),
            ("2 QR codes on the screen, none of an account".into(), "2 QR codes before the camera".into())
        );
        assert_eq!((take(1), take(2)), ("Read 1 code".into(), "Read 2 codes".into()));
        assert_eq!(picture(&Source::Screen, 1, 1, 2), "Picture of the screen with 2 QR codes");
        assert_eq!(picture(&Source::Screen, 2, 2, 1), "Picture of screen 2 with 1 QR code");
    }
}
