//! A picture of the screens from the desktop portal, `org.freedesktop.portal.Screenshot`: the desktop asks the person, makes it, and names a
//! file with it. Nothing of it is to stay on disk, so the file is deleted.
//!
//! The program's own window cannot get out of the way: no program may minimise and bring back a window on Wayland.
//! <https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Screenshot.html>

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, SystemTime};

use zbus::blocking::connection::Builder;
use zbus::blocking::{Connection, MessageIterator};
use zbus::message::{Message, Type};
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};
use zbus::{MatchRule, names::OwnedUniqueName};

use crate::adapters::files::read_at_most;
use crate::adapters::process::Visible;
use crate::app::ports::{Grabbed, ScreenError};
use crate::app::screen::{MOST_SHOT_BYTES, shot};

const PORTAL: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const SCREENSHOT: &str = "org.freedesktop.portal.Screenshot";
const REQUEST: &str = "org.freedesktop.portal.Request";
const BUS: &str = "org.freedesktop.DBus";

/// How long the portal may take to say that it will do it; then it takes as long as the person.
const ANSWER: Duration = Duration::from_secs(10);
/// How often is looked whether anybody waits yet, and every how many looks whether the portal still runs.
const LOOK: Duration = Duration::from_millis(100);
const ALIVE: u32 = 20;
/// The end of the request's path. There is one request at a time.
const TOKEN: &str = "halfminute_screen";

/// Asks the portal for a picture of all screens.
pub(super) fn grab(given_up: &dyn Fn() -> bool) -> Result<Grabbed, ScreenError> {
    let visible = Visible::to_portals();
    // The file system's own clock says later that the picture is no older than the question.
    let asked = tempfile::tempfile().and_then(|file| file.metadata()?.modified()).ok();
    let answer = ask(given_up);
    drop(visible);
    Ok(take(&answer?, asked))
}

/// The file that the portal names.
fn ask(given_up: &dyn Fn() -> bool) -> Result<PathBuf, ScreenError> {
    let bus = Builder::session().and_then(|builder| builder.method_timeout(ANSWER).build()).map_err(|_| ScreenError::NoPortal)?;
    let properties = Some("org.freedesktop.DBus.Properties");
    bus.call_method(Some(PORTAL), PATH, properties, "Get", &(SCREENSHOT, "version")).map_err(|_| ScreenError::NoPortal)?;
    let answer = request(&bus, given_up);
    // With it the thread that listens ends.
    let _closed = bus.close();
    answer
}

fn request(bus: &Connection, given_up: &dyn Fn() -> bool) -> Result<PathBuf, ScreenError> {
    let ours: &OwnedUniqueName = bus.unique_name().ok_or(ScreenError::NoPortal)?;
    let place = ours.trim_start_matches(':').replace('.', "_");
    let expected = ObjectPath::try_from(format!("{PATH}/request/{place}/{TOKEN}")).map_err(|_| ScreenError::Failed)?;
    // It is listened to before the question: the answer may come with the reply.
    let responses = responses(bus).map_err(|_| ScreenError::Failed)?;
    let options =
        HashMap::from([("handle_token", Value::from(TOKEN)), ("modal", Value::from(true)), ("interactive", Value::from(false))]);
    let reply = bus.call_method(Some(PORTAL), PATH, Some(SCREENSHOT), "Screenshot", &("", options));
    let reply = reply.map_err(|_| ScreenError::Refused)?;
    let handle: OwnedObjectPath = reply.body().deserialize().map_err(|_| ScreenError::Failed)?;
    let is_ours =
        |message: &Message| message.header().path().is_some_and(|path| *path == expected || path.as_str() == handle.as_str());
    for look in 1_u32.. {
        match responses.recv_timeout(LOOK) {
            Ok(message) if is_ours(&message) => return named(&message),
            Ok(_) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(ScreenError::Failed),
            Err(RecvTimeoutError::Timeout) if given_up() => {
                // a dialog that is still open goes
                let _gone = bus.call_method(Some(PORTAL), handle.as_str(), Some(REQUEST), "Close", &());
                return Err(ScreenError::GivenUp);
            }
            Err(RecvTimeoutError::Timeout) if look % ALIVE == 0 && !is_alive(bus) => return Err(ScreenError::Failed),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
    Err(ScreenError::Failed)
}

/// The portal's answers to all requests of this connection.
fn responses(bus: &Connection) -> zbus::Result<Receiver<Message>> {
    let rule = MatchRule::builder().msg_type(Type::Signal).sender(PORTAL)?.interface(REQUEST)?.member("Response")?.build();
    let messages = MessageIterator::for_match_rule(rule, bus, None)?;
    let (heard, responses) = channel();
    let listen = move || {
        for message in messages {
            if message.is_ok_and(|message| heard.send(message).is_err()) {
                break;
            }
        }
    };
    std::thread::Builder::new().name("desktop portal".into()).spawn(listen)?;
    Ok(responses)
}

fn is_alive(bus: &Connection) -> bool {
    let reply = bus.call_method(Some(BUS), "/org/freedesktop/DBus", Some(BUS), "NameHasOwner", &PORTAL);
    reply.is_ok_and(|reply| reply.body().deserialize().unwrap_or(false))
}

/// The file that an answer names: 0 is a picture, 1 a closed dialog, 2 anything else.
fn named(message: &Message) -> Result<PathBuf, ScreenError> {
    let body = message.body();
    let (said, mut results): (u32, HashMap<String, OwnedValue>) = body.deserialize().map_err(|_| ScreenError::Failed)?;
    if said != 0 {
        return Err(ScreenError::Refused);
    }
    let uri = results.remove("uri").and_then(|uri| String::try_from(uri).ok()).ok_or(ScreenError::Failed)?;
    path(&uri).ok_or(ScreenError::Failed)
}

/// The path of an address of a file on this computer.
fn path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let rest = rest.strip_prefix("localhost").unwrap_or(rest);
    let path = PathBuf::from(OsString::from_vec(percent_encoding::percent_decode_str(rest).collect()));
    path.is_absolute().then_some(path)
}

/// Reads the picture and deletes its file. What is no picture is not deleted.
fn take(path: &Path, asked: Option<SystemTime>) -> Grabbed {
    let file = read_at_most(path, MOST_SHOT_BYTES).ok().filter(|file| file.len() <= MOST_SHOT_BYTES);
    let shot = file.and_then(|file| shot(&file).ok());
    let gone = shot.is_some() && delete(path, asked).is_ok();
    let left = (!gone && path.symlink_metadata().is_ok()).then(|| path.to_owned());
    Grabbed { shots: shot.into_iter().collect(), left }
}

/// Deletes the desktop's picture, if that is what it is: a file of this user, a real one with one name, no older than the question.
fn delete(path: &Path, asked: Option<SystemTime>) -> io::Result<()> {
    let about = fs::symlink_metadata(path)?;
    let ours = about.is_file() && about.uid() == rustix::process::getuid().as_raw() && about.nlink() == 1;
    let new = asked.is_some_and(|asked| about.modified().is_ok_and(|made| made >= asked));
    if ours && new { fs::remove_file(path) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_files() {
        let rows = [
            ("file:///tmp/shot.png", Some("/tmp/shot.png")),
            ("file:///home/ann/Bild%20schirm%C3%A4.png", Some("/home/ann/Bild schirmä.png")),
            ("file://localhost/tmp/shot.png", Some("/tmp/shot.png")),
            ("file://elsewhere/tmp/shot.png", None),
            ("file:tmp", None),
            ("http://example.org/shot.png", None),
            ("", None),
        ];
        for (uri, expected) in rows {
            assert_eq!(path(uri), expected.map(PathBuf::from), "{uri}");
        }
    }

    #[test]
    fn only_a_new_file_of_ours_is_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let here = |name: &str| folder.path().join(name);
        fs::write(here("before.png"), "x").unwrap();
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        fs::File::options().write(true).open(here("before.png")).unwrap().set_modified(long_ago).unwrap();
        let asked = tempfile::tempfile().unwrap().metadata().unwrap().modified().ok();
        fs::write(here("new.png"), "x").unwrap();
        fs::write(here("twice.png"), "x").unwrap();
        fs::hard_link(here("twice.png"), here("again.png")).unwrap();
        std::os::unix::fs::symlink(here("new.png"), here("link.png")).unwrap();
        for (name, asked, goes) in [
            ("before.png", asked, false),
            ("twice.png", asked, false),
            ("link.png", asked, false),
            ("gone.png", asked, false),
            ("new.png", None, false),
            ("new.png", asked, true),
        ] {
            assert_eq!(delete(&here(name), asked).is_ok(), goes, "{name}");
        }
        let mut left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["again.png", "before.png", "link.png", "twice.png"]);
    }
}
