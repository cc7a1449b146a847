//! The program's name on the session bus, and `org.freedesktop.Application` there.
//!
//! <https://specifications.freedesktop.org/desktop-entry-spec/latest/dbus.html>

use std::collections::HashMap;
use std::sync::mpsc::{Sender, channel};

use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::fdo::{self, RequestNameFlags};
use zbus::zvariant::{OwnedValue, Value};

use crate::app::ports::{DesktopEvent, Wish};

use super::instance::DEADLINE;

const NAME: &str = "io.github.halfminute.Halfminute";
const PATH: &str = "/io/github/halfminute/Halfminute";
const INTERFACE: &str = "org.freedesktop.Application";
/// The desktop entry's action.
const QUICK: &str = "quick";
/// No action: whoever asks wants to know that somebody is there.
const NOTHING: &str = "nothing";
/// A name that was there and is gone is tried for again so often.
const TRIES: usize = 3;

/// No session bus answers.
#[derive(Debug)]
pub(super) struct NoBus;

/// What became of the claim.
pub(super) enum Claim {
    First(Served),
    Told,
    Silent,
}

/// The name is ours as long as this lives.
#[derive(Debug)]
pub(super) struct Served(#[expect(dead_code, reason = "the name goes with the connection")] Connection);

/// Claims the name, or hands the wish to whoever has it. The bus itself may hang: it is not waited for longer than for an answer.
pub(super) fn claim(suffix: Option<&str>, wish: Option<Wish>, tell: &Sender<DesktopEvent>) -> Result<Claim, NoBus> {
    let name = suffix.map_or_else(|| NAME.to_owned(), |suffix| format!("{NAME}.data_{suffix}"));
    let (answer, answered) = channel();
    let tell = tell.clone();
    let ask = move || answer.send(ask(&name, wish, tell));
    std::thread::Builder::new().name("one instance".into()).spawn(ask).map_err(|_| NoBus)?;
    answered.recv_timeout(DEADLINE * 2).unwrap_or(Err(NoBus))
}

fn ask(name: &str, wish: Option<Wish>, tell: Sender<DesktopEvent>) -> Result<Claim, NoBus> {
    let builder = Builder::session().and_then(|builder| builder.serve_at(PATH, Application(tell)));
    let bus = builder.and_then(|builder| builder.method_timeout(DEADLINE).build()).map_err(|_| NoBus)?;
    for _ in 0..TRIES {
        match bus.request_name_with_flags(name, RequestNameFlags::DoNotQueue.into()) {
            Ok(_) => return Ok(Claim::First(Served(bus))),
            Err(zbus::Error::NameTaken) => {}
            Err(_) => return Err(NoBus),
        }
        match hand_over(&bus, name, wish) {
            Ok(()) => return Ok(Claim::Told),
            // It has just ended: then the name is ours.
            Err(zbus::Error::MethodError(error, ..))
                if error.ends_with(".ServiceUnknown") || error.ends_with(".NameHasNoOwner") => {}
            Err(_) => return Ok(Claim::Silent),
        }
    }
    Ok(Claim::Silent)
}

fn hand_over(bus: &Connection, name: &str, wish: Option<Wish>) -> zbus::Result<()> {
    let (said, none) = (platform_data(), Vec::<Value<'_>>::new());
    let (to, interface) = (Some(name), Some(INTERFACE));
    match wish {
        // A start with the session wants nothing of one that runs, but that it answers.
        None => bus.call_method(to, PATH, interface, "ActivateAction", &(NOTHING, none, said))?,
        Some(Wish::Quick) => bus.call_method(to, PATH, interface, "ActivateAction", &(QUICK, none, said))?,
        Some(_) => bus.call_method(to, PATH, interface, "Activate", &(said,))?,
    };
    Ok(())
}

/// What the desktop has given us for the window that is to come to the front.
fn platform_data() -> HashMap<&'static str, Value<'static>> {
    let named = [("desktop-startup-id", "DESKTOP_STARTUP_ID"), ("activation-token", "XDG_ACTIVATION_TOKEN")];
    let given = named.into_iter().filter_map(|(key, variable)| Some((key, Value::from(std::env::var(variable).ok()?))));
    given.collect()
}

struct Application(Sender<DesktopEvent>);

impl Application {
    fn wish(&self, wish: Wish) {
        // Nobody listens any more: the program ends.
        let _told = self.0.send(DesktopEvent::Wish(wish));
    }
}

/// What others may ask. Files and addresses are not opened from here: an address is a secret, and a bus is no place for one.
#[zbus::interface(name = "org.freedesktop.Application")]
impl Application {
    fn activate(&self, _platform_data: HashMap<String, OwnedValue>) {
        self.wish(Wish::Show);
    }

    fn open(&self, _uris: Vec<String>, _platform_data: HashMap<String, OwnedValue>) {
        self.wish(Wish::Show);
    }

    fn activate_action(
        &self,
        action: &str,
        _parameters: Vec<OwnedValue>,
        _platform_data: HashMap<String, OwnedValue>,
    ) -> fdo::Result<()> {
        match action {
            QUICK => self.wish(Wish::Quick),
            NOTHING => {}
            _ => return Err(fdo::Error::InvalidArgs("there is no such action".into())),
        }
        Ok(())
    }
}
