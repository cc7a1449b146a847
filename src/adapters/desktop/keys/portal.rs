//! Keys through the desktop portal, `org.freedesktop.portal.GlobalShortcuts`: the desktop asks the person and may choose other keys.
//!
//! <https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.GlobalShortcuts.html>

use std::collections::HashMap;
use std::sync::mpsc::Sender;
use std::time::Duration;

use zbus::MatchRule;
use zbus::blocking::connection::Builder;
use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, MessageIterator};
use zbus::message::{Message, Type};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use crate::adapters::process::Visible;
use crate::app::ports::{DesktopEvent, KeysState, Wish};
use crate::app::settings::Keys;

const PORTAL: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const SHORTCUTS: &str = "org.freedesktop.portal.GlobalShortcuts";
const REQUEST: &str = "org.freedesktop.portal.Request";
const SESSION: &str = "org.freedesktop.portal.Session";
const REGISTRY: &str = "org.freedesktop.host.portal.Registry";
const APP: &str = "io.github.halfminute.Halfminute";
/// What the desktop calls the one thing that keys are for.
const QUICK: &str = "quick-search";
/// How long the portal may take to say that it will ask; then it takes as long as the person.
const ANSWER: Duration = Duration::from_secs(10);

/// The session with the portal; keys are heard as long as this lives.
pub(in crate::adapters::desktop) struct Session(Connection);

impl Drop for Session {
    fn drop(&mut self) {
        // With it the session and the thread end.
        let _closed = self.0.clone().close();
    }
}

impl Session {
    /// Begins it, on a thread of its own: the person may be asked.
    pub fn begin(keys: Keys, tell: &Sender<DesktopEvent>) -> Result<Self, KeysState> {
        let bus =
            Builder::session().and_then(|builder| builder.method_timeout(ANSWER).build()).map_err(|_| KeysState::NoPortal)?;
        let properties = Some("org.freedesktop.DBus.Properties");
        let there = bus.call_method(Some(PORTAL), PATH, properties, "Get", &(SHORTCUTS, "version"));
        there.map_err(|_| KeysState::NoPortal)?;
        let messages = subscribe(&bus).map_err(|_| KeysState::NoPortal)?;
        let work = {
            let (bus, tell) = (bus.clone(), tell.clone());
            move || {
                let mut messages = messages.flatten();
                let state = bind(&bus, &mut messages, keys).unwrap_or_else(|why| why);
                let heard = matches!(state, KeysState::Heard | KeysState::HeardOthers);
                if tell.send(DesktopEvent::Keys(state)).is_err() || !heard {
                    return;
                }
                for message in messages {
                    let goes_on = match heard_of(&message) {
                        Some(News::Pressed) => tell.send(DesktopEvent::Wish(Wish::Quick)).is_ok(),
                        Some(News::Closed) => {
                            let _told = tell.send(DesktopEvent::Keys(KeysState::Refused));
                            false
                        }
                        None => true,
                    };
                    if !goes_on {
                        return;
                    }
                }
            }
        };
        std::thread::Builder::new().name("keys".into()).spawn(work).map_err(|_| KeysState::NoPortal)?;
        Ok(Self(bus))
    }
}

/// Everything that the portal says to us.
fn subscribe(bus: &Connection) -> zbus::Result<MessageIterator> {
    let daemon = DBusProxy::new(bus)?;
    for (interface, member) in [(REQUEST, "Response"), (SHORTCUTS, "Activated"), (SESSION, "Closed")] {
        let rule = MatchRule::builder().msg_type(Type::Signal).sender(PORTAL)?.interface(interface)?.member(member)?;
        daemon.add_match_rule(rule.build())?;
    }
    Ok(MessageIterator::from(bus))
}

/// What is told of the keys.
enum News {
    Pressed,
    Closed,
}

fn heard_of(message: &Message) -> Option<News> {
    let header = message.header();
    match (message.message_type(), header.interface()?.as_str(), header.member()?.as_str()) {
        (Type::Signal, SHORTCUTS, "Activated") => {
            let body = message.body();
            let (_session, id, ..): (OwnedObjectPath, String, u64, HashMap<String, OwnedValue>) = body.deserialize().ok()?;
            (id == QUICK).then_some(News::Pressed)
        }
        (Type::Signal, SESSION, "Closed") => Some(News::Closed),
        _ => None,
    }
}

/// Asks for the keys; what came of it.
fn bind(bus: &Connection, messages: &mut impl Iterator<Item = Message>, keys: Keys) -> Result<KeysState, KeysState> {
    // The portal looks up who we are.
    let visible = Visible::to_portals();
    let none: HashMap<&str, Value<'_>> = HashMap::new();
    // Newer portals take the name of a program that is in no sandbox; older ones do not know this.
    let _named = bus.call_method(Some(PORTAL), PATH, Some(REGISTRY), "Register", &(APP, none));
    let options = HashMap::from([
        ("handle_token", Value::from("halfminute_keys")),
        ("session_handle_token", Value::from("halfminute_keys")),
    ]);
    let mut results = ask(bus, messages, "CreateSession", &(options,))?;
    drop(visible);
    let session = results.remove("session_handle").and_then(|handle| String::try_from(handle).ok());
    let session = session.and_then(|path| OwnedObjectPath::try_from(path).ok()).ok_or(KeysState::Refused)?;
    let about = HashMap::from([
        ("description", Value::from("Open the quick search of Halfminute")),
        ("preferred_trigger", Value::from(keys.trigger())),
    ]);
    let options = HashMap::from([("handle_token", Value::from("halfminute_bind"))]);
    let mut results = ask(bus, messages, "BindShortcuts", &(&session, vec![(QUICK, about)], "", options))?;
    let bound = results.remove("shortcuts").and_then(|bound| <Vec<(String, HashMap<String, OwnedValue>)>>::try_from(bound).ok());
    let bound = bound.unwrap_or_default().into_iter().find(|(id, _)| id == QUICK);
    // Without a trigger the person has set none.
    let (_, mut about) = bound.ok_or(KeysState::Refused)?;
    let said = about.remove("trigger_description").and_then(|said| String::try_from(said).ok()).unwrap_or_default();
    Ok(if said.is_empty() || same(&said, keys) { KeysState::Heard } else { KeysState::HeardOthers })
}

/// Whether the desktop's words for keys are those that were asked for.
fn same(said: &str, keys: Keys) -> bool {
    let plain = |text: &str| {
        let text = text.to_lowercase().replace("press", " ").replace(['<', '>', '+', '-'], " ");
        let text = text.replace("control", "ctrl").replace("primary", "ctrl").replace("logo", "super").replace("meta", "super");
        let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        words.sort();
        words
    };
    plain(said) == plain(&keys.to_string())
}

/// Asks, and waits for the answer to the request: 0 is done, 1 refused by the person, 2 anything else.
fn ask<B: serde::Serialize + zbus::zvariant::DynamicType>(
    bus: &Connection,
    messages: &mut impl Iterator<Item = Message>,
    what: &str,
    body: &B,
) -> Result<HashMap<String, OwnedValue>, KeysState> {
    let reply = bus.call_method(Some(PORTAL), PATH, Some(SHORTCUTS), what, body).map_err(|_| KeysState::Refused)?;
    let request: OwnedObjectPath = reply.body().deserialize().map_err(|_| KeysState::Refused)?;
    for message in messages {
        let ours = message.message_type() == Type::Signal
            && message.header().member().is_some_and(|member| member.as_str() == "Response")
            && message.header().path().is_some_and(|path| path.as_str() == request.as_str());
        if ours {
            let body = message.body();
            let (said, results): (u32, HashMap<String, OwnedValue>) = body.deserialize().map_err(|_| KeysState::Refused)?;
            return if said == 0 { Ok(results) } else { Err(KeysState::Refused) };
        }
    }
    Err(KeysState::NoPortal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_desktop_has_its_own_words_for_keys() {
        let rows = [
            ("Ctrl+Alt+O", true),
            ("Press <Control><Alt>o", true),
            ("Alt+Ctrl+O", true),
            ("Meta+O", false),
            ("Ctrl+Alt+P", false),
            ("Ctrl+Alt", false),
        ];
        for (said, expected) in rows {
            assert_eq!(same(said, Keys::SUGGESTED), expected, "{said}");
        }
        let keys: Keys = "Super+O".parse().unwrap();
        assert!(same("Meta+O", keys));
    }
}
