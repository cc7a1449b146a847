//! The desktop as adapters meet it, on a session bus of our own: the name of the one program, and keys through a pretend portal.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside of test functions")]

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use halfminute::adapters::desktop::instance::{Claim, claim};
use halfminute::adapters::desktop::{Heard, ThisDesktop, events};
use halfminute::app::ports::{Desktop, DesktopEvent, DesktopEvents, KeysState, Wish};
use halfminute::app::settings::Keys;
use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::message::Header;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};

/// Set in the copy of this program that runs on a bus of its own.
const INSIDE: &str = "HALFMINUTE_TEST_INSIDE";
const PATIENCE: Duration = Duration::from_secs(20);
const PATH: &str = "/org/freedesktop/portal/desktop";
const SESSION: &str = "/org/freedesktop/portal/desktop/session/pretend/halfminute_keys";
const SHORTCUTS: &str = "org.freedesktop.portal.GlobalShortcuts";

/// Whether this is the copy on a bus of its own; if not, it is run and must succeed.
fn is_inside(name: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let mut command = Command::new("dbus-run-session");
    command.arg("--").arg(std::env::current_exe().unwrap()).args(["--exact", name, "--nocapture"]);
    match command.env(INSIDE, "1").env("WAYLAND_DISPLAY", "pretend").output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && said.contains("1 passed"), "{said}");
        }
        Err(_) => skipped("dbus-run-session"),
    }
    false
}

/// What a test needs and does not find is said past the test harness, which would swallow it.
fn skipped(what: &str) {
    let mut stderr = std::io::stderr();
    writeln!(stderr, "skipped: {what} not installed").unwrap();
}

fn session() -> Connection {
    Builder::session().unwrap().build().unwrap()
}

#[test]
fn there_is_one_program_for_each_data_folder() {
    if !is_inside("there_is_one_program_for_each_data_folder") {
        return;
    }
    let (tell, mut heard) = events();
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let ask = |dir: &Path, wish| claim(dir, wish, &tell);
    let Claim::First(first) = ask(&one, Some(Wish::Show)) else { panic!("the first one") };
    // The folder is made only now: its name stays the same, by whatever way it is reached.
    std::fs::create_dir(&one).unwrap();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&one, &link).unwrap();
    for (dir, wish) in [(&one, Wish::Show), (&link, Wish::Quick)] {
        assert!(matches!(ask(dir, Some(wish)), Claim::Told), "{wish:?}");
        assert_eq!(heard.next(), Some(DesktopEvent::Wish(wish)));
    }
    assert!(matches!(ask(&one, None), Claim::Told), "a start with the session");
    let Claim::First(_other) = ask(&two, Some(Wish::Show)) else { panic!("another data folder is another program") };
    // What a desktop file with DBusActivatable asks.
    let bus = session();
    let names = bus.call_method(Some("org.freedesktop.DBus"), "/", Some("org.freedesktop.DBus"), "ListNames", &()).unwrap();
    let names: Vec<String> = names.body().deserialize().unwrap();
    let ours: Vec<_> = names.iter().filter(|name| name.starts_with("io.github.halfminute.Halfminute.data_")).collect();
    assert_eq!(ours.len(), 2, "{names:?}");
    let none: HashMap<&str, Value<'_>> = HashMap::new();
    let (path, interface) = ("/io/github/halfminute/Halfminute", Some("org.freedesktop.Application"));
    let to = Some(ours[0].as_str());
    let parameters: Vec<Value<'_>> = Vec::new();
    let action = |name| bus.call_method(to, path, interface, "ActivateAction", &(name, &parameters, &none));
    assert!(action("quick").is_ok());
    assert_eq!(heard.next(), Some(DesktopEvent::Wish(Wish::Quick)));
    assert!(action("format-the-disk").is_err());
    assert!(bus.call_method(to, path, interface, "Open", &(vec!["otpauth://x"], &none)).is_ok());
    assert_eq!(heard.next(), Some(DesktopEvent::Wish(Wish::Show)), "addresses are not opened from the bus");
    // Its name goes with it.
    drop(first);
    let begun = Instant::now();
    while !matches!(ask(&one, Some(Wish::Show)), Claim::First(_)) {
        assert!(begun.elapsed() < PATIENCE);
    }
}

/// What the portal was asked.
struct Question {
    path: ObjectPath<'static>,
    caller: String,
    /// The keys that were suggested; none when a session was wanted.
    trigger: Option<String>,
}

struct Portal(Sender<Question>);

fn request(header: &Header<'_>, options: &HashMap<String, OwnedValue>) -> (ObjectPath<'static>, String) {
    let token = String::try_from(options["handle_token"].try_clone().unwrap()).unwrap();
    let caller = header.sender().unwrap().to_string();
    let place = caller.trim_start_matches(':').replace('.', "_");
    (ObjectPath::try_from(format!("{PATH}/request/{place}/{token}")).unwrap(), caller)
}

#[zbus::interface(name = "org.freedesktop.portal.GlobalShortcuts")]
impl Portal {
    #[zbus(property, name = "version")]
    fn version(&self) -> u32 {
        1
    }

    fn create_session(&self, #[zbus(header)] header: Header<'_>, options: HashMap<String, OwnedValue>) -> OwnedObjectPath {
        let (path, caller) = request(&header, &options);
        self.0.send(Question { path: path.clone(), caller, trigger: None }).unwrap();
        path.into()
    }

    fn bind_shortcuts(
        &self,
        #[zbus(header)] header: Header<'_>,
        session: OwnedObjectPath,
        shortcuts: Vec<(String, HashMap<String, OwnedValue>)>,
        _parent: String,
        options: HashMap<String, OwnedValue>,
    ) -> OwnedObjectPath {
        assert_eq!((session.as_str(), shortcuts.len()), (SESSION, 1));
        let trigger = String::try_from(shortcuts[0].1["preferred_trigger"].try_clone().unwrap()).unwrap();
        let (path, caller) = request(&header, &options);
        self.0.send(Question { path: path.clone(), caller, trigger: Some(trigger) }).unwrap();
        path.into()
    }
}

fn portal() -> (Connection, Receiver<Question>) {
    let (asked, questions) = channel();
    let builder = Builder::session().unwrap().serve_at(PATH, Portal(asked)).unwrap();
    (builder.name("org.freedesktop.portal.Desktop").unwrap().build().unwrap(), questions)
}

fn answer(portal: &Connection, question: &Question, said: u32, results: HashMap<&str, Value<'_>>) {
    let (to, interface) = (Some(question.caller.as_str()), "org.freedesktop.portal.Request");
    // Another program's answer is not ours.
    let other = ObjectPath::try_from(format!("{PATH}/request/other/t")).unwrap();
    let nothing: HashMap<&str, Value<'_>> = HashMap::new();
    portal.emit_signal(to, &other, interface, "Response", &(2_u32, nothing)).unwrap();
    portal.emit_signal(to, &question.path, interface, "Response", &(said, results)).unwrap();
}

fn bound(words: &str) -> HashMap<&'static str, Value<'static>> {
    let about = HashMap::from([("trigger_description".to_owned(), Value::from(words.to_owned()))]);
    HashMap::from([("shortcuts", Value::from(vec![("quick-search".to_owned(), about)]))])
}

#[test]
fn keys_are_asked_of_the_portal_and_heard_through_it() {
    if !is_inside("keys_are_asked_of_the_portal_and_heard_through_it") {
        return;
    }
    let keys = Keys::SUGGESTED;
    let state = |heard: &mut Heard| match heard.next() {
        Some(DesktopEvent::Keys(state)) => state,
        other => panic!("{other:?}"),
    };
    let (tell, mut heard) = events();
    let mut desktop = ThisDesktop::new(tell);
    desktop.keys(Some(keys));
    assert_eq!(state(&mut heard), KeysState::NoPortal);
    let (portal, questions) = portal();
    let session = || HashMap::from([("session_handle", Value::from(SESSION))]);
    // (the answer to the session; that to the keys; what comes of it)
    let nothing = HashMap::<&str, Value<'_>>::new;
    let rows = [
        ((1, nothing()), None, KeysState::Refused),
        ((0, nothing()), None, KeysState::Refused),
        ((0, session()), Some((1, nothing())), KeysState::Refused),
        ((0, session()), Some((0, nothing())), KeysState::Refused),
        ((0, session()), Some((0, bound("Press <Control><Alt>p"))), KeysState::HeardOthers),
        ((0, session()), Some((0, bound("Ctrl+Alt+O"))), KeysState::Heard),
    ];
    for (row, (begun, kept, expected)) in rows.into_iter().enumerate() {
        desktop.keys(Some(keys));
        let question = questions.recv_timeout(PATIENCE).unwrap();
        assert_eq!(question.trigger, None, "row {row}");
        answer(&portal, &question, begun.0, begun.1);
        if let Some((said, results)) = kept {
            let question = questions.recv_timeout(PATIENCE).unwrap();
            assert_eq!(question.trigger.as_deref(), Some("CTRL+ALT+o"), "row {row}");
            answer(&portal, &question, said, results);
        }
        assert_eq!(state(&mut heard), expected, "row {row}");
    }
    // The last ones are heard now: ours, and not another program's.
    let session = ObjectPath::try_from(SESSION).unwrap();
    let details: HashMap<&str, Value<'_>> = HashMap::new();
    for id in ["something-else", "quick-search"] {
        portal.emit_signal(None::<&str>, PATH, SHORTCUTS, "Activated", &(&session, id, 7_u64, &details)).unwrap();
    }
    assert_eq!(heard.next(), Some(DesktopEvent::Wish(Wish::Quick)));
    portal.emit_signal(None::<&str>, SESSION, "org.freedesktop.portal.Session", "Closed", &()).unwrap();
    assert_eq!(state(&mut heard), KeysState::Refused, "the desktop has ended it");
    desktop.keys(None);
    assert_eq!(state(&mut heard), KeysState::Off);
    portal.graceful_shutdown();
}
