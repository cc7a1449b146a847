//! What is outside of the window: the quick search, the tray, the keys, the start with the session, closing and coming back.

use egui::{Key, Modifiers};
use halfminute::app::outside::Face;
use halfminute::app::ports::{DesktopEvent, FileError, KeysState, StartError, TrayState, Wish};
use halfminute::app::settings::{InTray, Keys, OnClose};
use halfminute::domain::AccountId;

use crate::world::{App, record};

const PASSPHRASE: &str = "seven green bottles hang";
/// The second and third RFC 6238 code of the accounts' key.
const NOW: u64 = 59;

/// Three accounts, the last one pinned; a passphrase is over them.
fn open() -> App {
    App::with(NOW, |stage| {
        for (at, (issuer, name)) in [("GitHub", "alice"), ("GitLab", "alice"), ("Mailbox", "bob")].into_iter().enumerate() {
            stage.document.accounts.push(record([at as u8 + 1; 16], issuer, name));
        }
        stage.document.accounts[2].account.pinned = true;
        stage.lock = Some(PASSPHRASE.to_owned());
        stage.settings.tray = InTray::Shown;
    })
}

impl App {
    fn happens(self, event: DesktopEvent) -> Self {
        self.stage.lock().unwrap().events.push(event);
        self.wait(0)
    }

    fn wishes(self, wish: Wish) -> Self {
        self.happens(DesktopEvent::Wish(wish))
    }

    fn in_menu(&self) -> Vec<String> {
        let stage = self.stage.lock().unwrap();
        stage.tray.iter().flat_map(|menu| menu.accounts.iter().map(|(_, title)| title.clone())).collect()
    }

    fn desktop_page(self) -> Self {
        self.press("Menu").press("Settings…").press("Desktop")
    }

    /// The rows of the quick search, the chosen one marked.
    #[track_caller]
    fn chosen(&self) -> String {
        assert!(self.model().outside.quick.is_some(), "the quick search is open");
        self.selected("Copy code of")
    }
}

fn id(at: u8) -> AccountId {
    AccountId::from_bytes([at; 16])
}

#[test]
fn the_quick_search_copies_with_the_keyboard_alone_and_closes() {
    let app = open().wishes(Wish::Quick).sees("Enter copies").types("git");
    assert_eq!(app.chosen(), "Copy code of GitHub (alice)");
    let app = app.key(Modifiers::NONE, Key::ArrowDown);
    assert_eq!(app.chosen(), "Copy code of GitLab (alice)");
    let app = app.key(Modifiers::NONE, Key::ArrowDown);
    assert_eq!(app.chosen(), "Copy code of GitLab (alice)", "the last row stays");
    let app = app.key(Modifiers::NONE, Key::ArrowUp).key(Modifiers::NONE, Key::Enter).sees("Copied").sees_no("Enter copies");
    let first = app.clipboard().unwrap();
    // The next code, by two ways.
    for (modifiers, key) in [(Modifiers::SHIFT, Key::Enter), (Modifiers::COMMAND, Key::N)] {
        let app = open().wishes(Wish::Quick).types("mail").key(modifiers, key).sees_no("Enter copies").sees("Next code copied");
        assert_ne!(app.clipboard().unwrap(), first);
    }
    // Nothing of it is kept for the next time.
    let app = app.wishes(Wish::Quick).sees("Enter copies");
    assert_eq!(app.chosen(), "Copy code of Mailbox (bob)", "pinned ones are first");
    app.key(Modifiers::NONE, Key::Escape).sees_no("Enter copies");
}

#[test]
fn what_cannot_be_copied_is_said_where_it_was_asked_for() {
    let app = open();
    app.stage.lock().unwrap().no_clipboard = true;
    let app =
        app.wishes(Wish::Quick).key(Modifiers::NONE, Key::Enter).sees("No clipboard can be reached").sees_no("Enter copies");
    assert!(app.model().outside.quick.is_some());
    app.stage.lock().unwrap().no_clipboard = false;
    let app = app.key(Modifiers::NONE, Key::Enter);
    assert!(app.model().outside.quick.is_none() && app.clipboard().is_some());
}

#[test]
fn nothing_found_and_no_accounts_have_their_words() {
    open()
        .wishes(Wish::Quick)
        .types("zzz")
        .sees("Search for a part of the issuer")
        .key(Modifiers::NONE, Key::Enter)
        .sees("Esc closes");
    let app = App::at(NOW).wishes(Wish::Quick).sees("Add the first one in the window").press("Open Halfminute");
    assert!(app.model().outside.quick.is_none() && app.model().outside.main);
}

#[test]
fn a_locked_vault_asks_the_quick_search_for_its_passphrase() {
    let app =
        open().wishes(Wish::Lock).sees("Halfminute is locked").wishes(Wish::Quick).sees_no("GitHub").sees_no("Enter copies");
    assert!(app.model().outside.quick.is_some());
    let app = app.types(PASSPHRASE).key(Modifiers::NONE, Key::Enter);
    let app = app.sees("Enter copies").types("lab").key(Modifiers::NONE, Key::Enter).sees_no("Enter copies");
    assert!(app.clipboard().is_some());
}

#[test]
fn locking_empties_the_quick_search_and_the_trays_menu() {
    let app = open();
    assert_eq!(app.in_menu(), ["Mailbox (bob)"]);
    assert!(app.stage.lock().unwrap().tray.as_ref().unwrap().can_lock);
    let app = app.wishes(Wish::Quick).types("mailbox").wishes(Wish::Lock).sees_no("Mailbox");
    let model = format!("{:?}", app.model());
    assert!(!model.contains("Mailbox"), "{model}");
    assert_eq!(app.in_menu(), [""; 0]);
    assert!(!app.stage.lock().unwrap().tray.as_ref().unwrap().can_lock);
}

#[test]
fn the_trays_menu_follows_the_pins() {
    let app = open().wishes(Wish::Copy(id(3)));
    assert!(app.clipboard().is_some(), "a click copies");
    let app = app.press("More for GitHub (alice)").press("Pin");
    assert_eq!(app.in_menu(), ["GitHub (alice)", "Mailbox (bob)"]);
    let app = app.press("More for Mailbox (bob)").press("Move to trash");
    assert_eq!(app.in_menu(), ["GitHub (alice)"]);
    let app = app.desktop_page().press("Not in the tray");
    assert_eq!(app.stage.lock().unwrap().tray, None);
    assert_eq!(app.stage.lock().unwrap().settings.tray, InTray::Absent);
    app.press("Show in the tray");
}

#[test]
fn without_a_tray_closing_ends_the_program_and_that_is_said() {
    let app = open().desktop_page().press("Keeps it in the tray").happens(DesktopEvent::Tray(TrayState::NoTray));
    let app = app.sees("so closing the window ends Halfminute").happens(DesktopEvent::Tray(TrayState::Shown));
    let app = app.sees_no("so closing the window ends");
    assert_eq!(app.stage.lock().unwrap().settings.on_close, OnClose::KeepRunning);
    app.happens(DesktopEvent::Tray(TrayState::NotHere)).sees("no sign in the tray of this system").sees_no("Closing the window");
}

#[test]
fn keys_are_pressed_to_be_set_and_what_does_not_work_is_said() {
    let app = open().desktop_page().press("Open with Ctrl+Alt+O").sees("Ctrl+Alt+O");
    assert_eq!(app.stage.lock().unwrap().keys, Some(Keys::SUGGESTED));
    let app = app.happens(DesktopEvent::Keys(KeysState::Taken)).sees("Another program has taken Ctrl+Alt+O");
    let app = app.press("Change the keys").sees("Press the keys that are to open it");
    assert_eq!(app.stage.lock().unwrap().keys, None, "what is pressed is to arrive here");
    // A letter alone would be taken from every other program; the window's own keys are no keys now.
    let app =
        app.key(Modifiers::NONE, Key::O).sees("These keys cannot be used").key(Modifiers::SHIFT, Key::F5).sees("cannot be used");
    let app = app.key(Modifiers::CTRL, Key::L).sees_no("Halfminute is locked");
    let keys: Keys = "Ctrl+L".parse().unwrap();
    assert_eq!(app.stage.lock().unwrap().keys, Some(keys));
    assert_eq!(app.stage.lock().unwrap().settings.quick_keys, Some(keys));
    let app = app.happens(DesktopEvent::Keys(KeysState::Heard)).press("Change the keys").key(Modifiers::NONE, Key::Escape);
    let app = app.sees("Remove the keys");
    assert_eq!(app.stage.lock().unwrap().keys, Some(keys), "given up, the old ones hold");
    let app = app.press("Remove the keys").sees("Open with Ctrl+Alt+O");
    assert_eq!(app.stage.lock().unwrap().settings.quick_keys, None);
    let app = app.press("Open it now").sees("Enter copies");
    assert!(app.model().outside.quick.is_some());
}

#[test]
fn the_start_with_the_session_is_looked_up_and_changed() {
    let app = open().desktop_page().sees("When you log in").press("Start Halfminute");
    assert!(app.stage.lock().unwrap().starts);
    let app = app.press("Not started");
    assert!(!app.stage.lock().unwrap().starts);
    let refused = FileError::Refused { path: "/pretend/autostart".into(), kind: std::io::ErrorKind::PermissionDenied };
    app.stage.lock().unwrap().refuse_start = Some(StartError::File(refused));
    app.press("Start Halfminute").sees("/pretend/autostart");
}

#[test]
fn quit_waits_for_what_is_being_saved() {
    let app = open().press("More for GitHub (alice)");
    app.stage.lock().unwrap().stalled = true;
    let app = app.press("Pin").wishes(Wish::Quit);
    assert_eq!(app.model().face(), Face::Nothing);
    app.stage.lock().unwrap().stalled = false;
    let app = app.wait(1);
    assert_eq!(app.model().face(), Face::End);
    // What failed stands in the window.
    let app = open().press("More for GitHub (alice)");
    app.stage.lock().unwrap().stalled = true;
    let app = app.press("Pin").wishes(Wish::Quit);
    app.stage.lock().unwrap().refuse_change = Some(halfminute::app::ports::VaultError::Silent);
    app.stage.lock().unwrap().stalled = false;
    let app = app.wait(1);
    assert_eq!(app.model().face(), Face::Main);
}
