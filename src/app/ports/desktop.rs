//! What the desktop does for the program beside its window: another start of it, the tray, keys that are heard everywhere, a start with
//! the session.

use crate::app::settings::Keys;
use crate::domain::AccountId;

use super::FileError;

/// What somebody wants of the program that runs, from outside its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The window, in front.
    Show,
    /// The quick search.
    Quick,
    /// A code on the clipboard.
    Copy(AccountId),
    /// The window is to be locked.
    Lock,
    /// An end.
    Quit,
}

/// What happened out there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DesktopEvent {
    /// Somebody wants something.
    Wish(Wish),
    /// What became of the sign in the tray.
    Tray(TrayState),
    /// What became of the keys.
    Keys(KeysState),
}

/// Hands on what happens, on a thread of its own.
pub trait DesktopEvents: Send {
    /// Waits for the next event. `None`: nothing will come any more.
    fn next(&mut self) -> Option<DesktopEvent>;
}

/// The desktop. What comes of the first two calls is told by an event; neither waits longer than some seconds.
pub trait Desktop: Send {
    /// Shows a sign in the tray with this menu, changes the menu, or takes the sign away.
    fn tray(&mut self, menu: Option<TrayMenu>);

    /// Listens to these keys and no others.
    fn keys(&mut self, keys: Option<Keys>);

    /// Whether the program is started with the session.
    ///
    /// # Errors
    /// [`StartError`] when that cannot be told.
    fn starts(&mut self) -> Result<bool, StartError>;

    /// Starts it with the session from now on, or no longer.
    ///
    /// # Errors
    /// [`StartError`]; what was before still is.
    fn set_starts(&mut self, starts: bool) -> Result<(), StartError>;
}

/// What the tray's menu offers beside what is always there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrayMenu {
    /// The accounts whose codes a click copies, with their titles.
    pub accounts: Vec<(AccountId, String)>,
    /// Whether it can be locked now.
    pub can_lock: bool,
}

/// Whether our sign stands in the tray.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TrayState {
    /// None is wanted, or it is not known yet.
    #[default]
    Off,
    /// It stands there.
    Shown,
    /// The desktop has no tray; should one come, the sign is put there.
    NoTray,
    /// On this system Halfminute has none.
    NotHere,
}

/// Whether the keys are heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeysState {
    /// None are wanted, or it is not known yet.
    #[default]
    Off,
    /// They are.
    Heard,
    /// The desktop hears some, and which is set there.
    HeardOthers,
    /// Another program has them.
    Taken,
    /// The keyboard has no such key.
    NoSuchKey,
    /// The desktop lets no program listen.
    NoPortal,
    /// The desktop or the person has refused.
    Refused,
    /// On this system Halfminute cannot listen.
    NotHere,
}

/// Why nothing is known or changed about the start with the session.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The file cannot be read or written.
    #[error(transparent)]
    File(FileError),
    /// The desktop or the person has refused.
    #[error("the desktop has refused")]
    Refused,
    /// Not on this system.
    #[error("not on this system")]
    NotHere,
}
