//! The signals on the two buses.
//!
//! - `org.freedesktop.login1.Session.Lock` and `org.freedesktop.login1.Manager.PrepareForSleep(true)`:
//!   <https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.login1.html>. Sleep is not held up: what is in memory then may
//!   be forgotten only when the computer wakes up.
//! - `ActiveChanged(true)` of `org.freedesktop.ScreenSaver` (KDE and others) and `org.gnome.ScreenSaver`.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use zbus::export::futures_core::Stream;
use zbus::match_rule::Builder;
use zbus::message::Message;
use zbus::{Connection, MatchRule, MessageStream, message};

use crate::app::ports::Watched;

const LOGIND: &str = "org.freedesktop.login1";
const LOGIND_PATH: &str = "/org/freedesktop/login1";
const LOGIND_MANAGER: &str = "org.freedesktop.login1.Manager";
const LOGIND_SESSION: &str = "org.freedesktop.login1.Session";
const SCREEN_SAVERS: [&str; 2] = ["org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver"];
const LONGEST: Duration = Duration::from_secs(5);

/// The signals that are listened to. The connections live as long as their streams.
pub(super) struct Buses {
    streams: Vec<MessageStream>,
    /// Our own session's path, if logind says it: other people may be at this computer.
    session: Option<String>,
}

impl Buses {
    /// Connects to what is there.
    pub fn connect() -> (Self, Watched) {
        zbus::block_on(async {
            let mut buses = Self { streams: Vec::new(), session: None };
            let system = buses.listen_to_system().await.is_ok();
            let screen = buses.listen_to_desktop().await.unwrap_or(false);
            (buses, Watched { system, screen })
        })
    }

    async fn listen_to_system(&mut self) -> zbus::Result<()> {
        let connection = zbus::connection::Builder::system()?.method_timeout(LONGEST).build().await?;
        if !has_owner(&connection, LOGIND).await? {
            return Err(zbus::Error::Failure(String::new()));
        }
        let sleep = rule(LOGIND_MANAGER, "PrepareForSleep")?.sender(LOGIND)?.build();
        let lock = rule(LOGIND_SESSION, "Lock")?.sender(LOGIND)?.build();
        let streams = [
            MessageStream::for_match_rule(sleep, &connection, None).await?,
            MessageStream::for_match_rule(lock, &connection, None).await?,
        ];
        self.session = own_session(&connection).await;
        self.streams.extend(streams);
        Ok(())
    }

    /// Whether a screen saver is there that may be heard.
    async fn listen_to_desktop(&mut self) -> zbus::Result<bool> {
        let connection = zbus::connection::Builder::session()?.method_timeout(LONGEST).build().await?;
        let mut there = false;
        for name in SCREEN_SAVERS {
            // one that starts later is heard as well
            there |= has_owner(&connection, name).await?;
            let rule = rule(name, "ActiveChanged")?.build();
            self.streams.push(MessageStream::for_match_rule(rule, &connection, None).await?);
        }
        Ok(there)
    }

    /// Waits until the screen is locked or the computer goes to sleep. False: no bus is left that could say so.
    pub fn wait(&mut self) -> bool {
        let Self { streams, session } = self;
        zbus::block_on(poll_fn(|context| {
            let mut at = 0;
            while let Some(stream) = streams.get_mut(at) {
                match Pin::new(stream).poll_next(context) {
                    Poll::Ready(Some(Ok(message))) if locks(&message, session.as_deref()) => return Poll::Ready(true),
                    Poll::Ready(Some(_)) => {}
                    Poll::Ready(None) => drop(streams.swap_remove(at)),
                    Poll::Pending => at += 1,
                }
            }
            if streams.is_empty() { Poll::Ready(false) } else { Poll::Pending }
        }))
    }
}

fn rule(interface: &'static str, member: &'static str) -> zbus::Result<Builder<'static>> {
    MatchRule::builder().msg_type(message::Type::Signal).interface(interface)?.member(member)
}

async fn has_owner(connection: &Connection, name: &str) -> zbus::Result<bool> {
    let bus = "org.freedesktop.DBus";
    connection.call_method(Some(bus), "/org/freedesktop/DBus", Some(bus), "NameHasOwner", &name).await?.body().deserialize()
}

async fn own_session(connection: &Connection) -> Option<String> {
    let pid = std::process::id();
    let manager = Some(LOGIND_MANAGER);
    let answer = connection.call_method(Some(LOGIND), LOGIND_PATH, manager, "GetSessionByPID", &pid).await.ok()?;
    let path: zbus::zvariant::OwnedObjectPath = answer.body().deserialize().ok()?;
    Some(path.as_str().to_owned())
}

/// Whether a signal says that the screen is locked or the computer goes to sleep.
fn locks(message: &Message, session: Option<&str>) -> bool {
    let header = message.header();
    if header.member().is_some_and(|member| member.as_str() == "Lock") {
        let path = header.path().map(|path| path.as_str());
        return session.is_none() || session == path;
    }
    message.body().deserialize::<bool>() == Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signal(path: &str, interface: &str, member: &str, body: Option<bool>) -> Message {
        let builder = Message::signal(path, interface, member).unwrap();
        match body {
            Some(body) => builder.build(&body).unwrap(),
            None => builder.build(&()).unwrap(),
        }
    }

    #[test]
    fn only_what_begins_a_lock_or_a_sleep_counts() {
        let ours = "/org/freedesktop/login1/session/_31";
        let others = "/org/freedesktop/login1/session/_32";
        let rows = [
            (signal(ours, LOGIND_SESSION, "Lock", None), Some(ours), true),
            (signal(others, LOGIND_SESSION, "Lock", None), Some(ours), false),
            (signal(others, LOGIND_SESSION, "Lock", None), None, true),
            (signal(LOGIND_PATH, LOGIND_MANAGER, "PrepareForSleep", Some(true)), Some(ours), true),
            (signal(LOGIND_PATH, LOGIND_MANAGER, "PrepareForSleep", Some(false)), Some(ours), false),
            (signal("/x", SCREEN_SAVERS[0], "ActiveChanged", Some(true)), None, true),
            (signal("/x", SCREEN_SAVERS[1], "ActiveChanged", Some(false)), None, false),
            (signal("/x", SCREEN_SAVERS[1], "ActiveChanged", None), None, false),
        ];
        for (row, (message, session, expected)) in rows.iter().enumerate() {
            assert_eq!(locks(message, *session), *expected, "row {row}");
        }
    }
}
