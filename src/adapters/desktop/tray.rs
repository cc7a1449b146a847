//! The sign in the tray: a StatusNotifierItem on the session bus, with a menu of its own.
//!
//! <https://specifications.freedesktop.org/status-notifier-item-spec/latest/>. Desktops of today have no other tray; GNOME has one with an
//! extension. The sign is put there again whenever the tray starts anew.

mod item;
mod menu;

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use zbus::MatchRule;
use zbus::blocking::connection::Builder;
use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, MessageIterator};
use zbus::message::{Message, Type};

use crate::app::ports::{DesktopEvent, TrayMenu, TrayState};

use item::Item;
use menu::{Content, Menu};

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const WATCHER_PATH: &str = "/StatusNotifierWatcher";
const ITEM_PATH: &str = "/StatusNotifierItem";
const MENU_PATH: &str = "/MenuBar";
const MENU: &str = "com.canonical.dbusmenu";
const BUS: &str = "org.freedesktop.DBus";
const LONGEST: Duration = Duration::from_secs(3);

/// The sign, there as long as this lives.
pub(super) struct Tray {
    bus: Connection,
    content: Shared,
}

/// The menu's content, as the bus reads it.
type Shared = Arc<Mutex<Content>>;

fn content(shared: &Shared) -> MutexGuard<'_, Content> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Tray {
    /// Shows it with this menu. `None` without a session bus, which is told like everything else.
    pub fn show(menu: TrayMenu, tell: &Sender<DesktopEvent>) -> Option<Self> {
        let shared = Arc::new(Mutex::new(Content::of(menu)));
        let started = serve(&shared, tell).and_then(|bus| {
            listen(&bus, tell.clone())?;
            Ok(bus)
        });
        match started {
            Ok(bus) => Some(Self { bus, content: shared }),
            Err(_) => {
                let _told = tell.send(DesktopEvent::Tray(TrayState::NoTray));
                None
            }
        }
    }

    /// Changes the menu.
    pub fn change(&self, menu: TrayMenu) {
        let revision = content(&self.content).change(menu);
        // A tray that is not there reads the menu when it comes.
        let _sent = self.bus.emit_signal(None::<&str>, MENU_PATH, MENU, "LayoutUpdated", &(revision, 0_i32));
    }
}

impl Drop for Tray {
    fn drop(&mut self) {
        // With it the sign goes, and the thread that listens ends.
        let _closed = self.bus.clone().close();
    }
}

fn serve(shared: &Shared, tell: &Sender<DesktopEvent>) -> zbus::Result<Connection> {
    let menu = Menu::new(Arc::clone(shared), tell.clone());
    let builder = Builder::session()?.method_timeout(LONGEST);
    builder.serve_at(ITEM_PATH, Item(tell.clone()))?.serve_at(MENU_PATH, menu)?.build()
}

/// Puts the sign there whenever a tray comes, on a thread of its own.
fn listen(bus: &Connection, tell: Sender<DesktopEvent>) -> zbus::Result<()> {
    let daemon = DBusProxy::new(bus)?;
    let owner = MatchRule::builder().msg_type(Type::Signal).sender(BUS)?.interface(BUS)?.member("NameOwnerChanged")?;
    daemon.add_match_rule(owner.arg(0, WATCHER)?.build())?;
    for member in ["StatusNotifierHostRegistered", "StatusNotifierHostUnregistered"] {
        daemon.add_match_rule(MatchRule::builder().msg_type(Type::Signal).interface(WATCHER)?.member(member)?.build())?;
    }
    let (bus, messages) = (bus.clone(), MessageIterator::from(bus));
    let work = move || {
        let mut said = None;
        let mut look = || {
            let state = if register(&bus).unwrap_or(false) { TrayState::Shown } else { TrayState::NoTray };
            said.replace(state) == Some(state) || tell.send(DesktopEvent::Tray(state)).is_ok()
        };
        let mut goes_on = look();
        for message in messages {
            let Ok(message) = message else { break };
            if goes_on && is_news(&message) {
                goes_on = look();
            }
            if !goes_on {
                break;
            }
        }
    };
    std::thread::Builder::new().name("tray".into()).spawn(work)?;
    Ok(())
}

fn is_news(message: &Message) -> bool {
    let header = message.header();
    let member = header.member().map(|member| member.as_str());
    match member {
        Some("StatusNotifierHostRegistered" | "StatusNotifierHostUnregistered") => message.message_type() == Type::Signal,
        Some("NameOwnerChanged") => {
            message.body().deserialize::<(String, String, String)>().is_ok_and(|(name, ..)| name == WATCHER)
        }
        _ => false,
    }
}

/// Asks the tray to show the sign; whether anybody shows it.
fn register(bus: &Connection) -> zbus::Result<bool> {
    let owned = bus.call_method(Some(BUS), "/org/freedesktop/DBus", Some(BUS), "NameHasOwner", &WATCHER)?;
    if !owned.body().deserialize::<bool>()? {
        return Ok(false);
    }
    let ours = bus.unique_name().ok_or(zbus::Error::InvalidReply)?.as_str();
    bus.call_method(Some(WATCHER), WATCHER_PATH, Some(WATCHER), "RegisterStatusNotifierItem", &ours)?;
    let properties = Some("org.freedesktop.DBus.Properties");
    let asked = (WATCHER, "IsStatusNotifierHostRegistered");
    let shown = bus.call_method(Some(WATCHER), WATCHER_PATH, properties, "Get", &asked);
    // One that does not say so shows it.
    let says =
        |reply: Message| reply.body().deserialize::<zbus::zvariant::OwnedValue>().ok().and_then(|said| bool::try_from(said).ok());
    Ok(shown.ok().and_then(says).unwrap_or(true))
}
