//! Which of our windows stands open, what the program lives for without one, and what the desktop does for it.

use crate::domain::{AccountId, UnixTime};

use super::action::Which;
use super::model::Model;
use super::notice::Notice;
use super::ports::{KeysState, StartError, TrayMenu, TrayState};
use super::settings::{InTray, Keys, OnClose};

/// How many pinned accounts the tray's menu has at most.
pub const MOST_IN_MENU: usize = 20;
/// How long, in seconds, a tray is waited for before the window shows itself: a panel may start after us, or start anew.
pub const WAIT_FOR_TRAY: u64 = 20;

/// How the program was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Start {
    /// For its window.
    #[default]
    Window,
    /// For the quick search.
    Quick,
    /// With the session: in the tray, or minimised where there is none.
    Hidden,
}

/// Which window is to stand open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// The window; the quick search may stand beside it.
    Main,
    /// The quick search alone.
    Quick,
    /// None, but the program goes on.
    Nothing,
    /// None: the program is over.
    End,
}

/// What is outside of the tabs and dialogs.
#[derive(Debug, Default)]
pub struct Outside {
    /// The window is to stand open.
    pub main: bool,
    /// It begins minimised.
    pub minimised: bool,
    /// It is to come to the front.
    pub raise: bool,
    /// The quick search is to stand open.
    pub quick: Option<Quick>,
    /// The program is to end; how many changes had failed then.
    pub quitting: Option<usize>,
    /// Without a window the program lives on in the tray.
    pub in_tray: bool,
    /// Without a window it lives until then: what was copied can be pasted only while it runs.
    pub until: Option<UnixTime>,
    /// Without a tray by then the window shows itself.
    pub tray_by: Option<UnixTime>,
    /// The sign in the tray.
    pub tray: TrayState,
    /// The menu that the tray has.
    pub menu: Option<TrayMenu>,
    /// What that menu was made of.
    pub(super) made_of: Option<MadeOf>,
    /// The keys that open the quick search.
    pub keys: KeysState,
    /// The next keys that are pressed are to be these.
    pub recording: bool,
    /// Whether the program starts with the session, once that is known.
    pub starts: Option<Result<bool, StartError>>,
}

/// What decides the tray's menu: the generation of the open document, whether it can be locked, whether a sign is wanted.
pub(super) type MadeOf = (Option<u64>, bool, InTray);

/// The quick search, as far as it is no draft.
#[derive(Debug, Default)]
pub struct Quick {
    /// A code is on its way to the clipboard; then it closes.
    pub copying: bool,
    /// Why it did not get there.
    pub error: Option<Notice>,
}

/// What a person does with it, and on the settings' page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutsideAction {
    /// Copy a code and close the quick search.
    QuickCopy(AccountId, Which),
    /// Close the quick search.
    CloseQuick,
    /// Open the window.
    ShowWindow,
    /// Open the quick search.
    OpenQuick,
    /// Show a sign in the tray, or none.
    Tray(InTray),
    /// What closing the window does.
    OnClose(OnClose),
    /// Wait for the keys that are pressed next, or no longer.
    Record(bool),
    /// Open the quick search with these keys, or with none.
    Keys(Option<Keys>),
    /// Start with the session, or no longer.
    Starts(bool),
}

impl Model {
    /// Which window is to stand open.
    #[must_use]
    pub fn face(&self) -> Face {
        let outside = &self.outside;
        if outside.quitting.is_some() {
            return if self.busy() { Face::Nothing } else { Face::End };
        }
        if outside.main {
            return Face::Main;
        }
        if outside.quick.is_some() {
            return Face::Quick;
        }
        let later = |moment: Option<UnixTime>| moment.is_some_and(|moment| moment > self.now);
        let stays = later(outside.until) || later(outside.tray_by) || self.lives_in_tray() || self.busy();
        if stays { Face::Nothing } else { Face::End }
    }

    /// Whether the program goes on when its window is closed: that is wanted, and the tray is the way back.
    #[must_use]
    pub fn stays_when_closed(&self) -> bool {
        self.settings.on_close == OnClose::KeepRunning && self.is_in_tray() && self.outside.quitting.is_none()
    }

    /// Whether the tray is the way back to a program without a window.
    fn lives_in_tray(&self) -> bool {
        self.outside.in_tray && self.is_in_tray()
    }

    fn is_in_tray(&self) -> bool {
        self.settings.tray == InTray::Shown && self.outside.tray == TrayState::Shown
    }

    /// The menu that the tray is to have; `None`: no sign at all.
    pub(super) fn tray_menu(&self) -> Option<TrayMenu> {
        if self.settings.tray == InTray::Absent {
            return None;
        }
        let records = self.document().map(|document| document.accounts.as_slice()).unwrap_or_default();
        let pinned = records.iter().filter(|record| record.account.pinned && record.trashed.is_none());
        let mut accounts: Vec<_> = pinned.map(|record| (record.account.id, record.account.title())).collect();
        accounts.sort_by_key(|(_, title)| title.to_lowercase());
        accounts.truncate(MOST_IN_MENU);
        Some(TrayMenu { accounts, can_lock: self.can_lock() })
    }
}
