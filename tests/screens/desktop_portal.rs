//! The desktop portal: a bus of our own, and a portal on it that does what the test says.

use std::collections::HashMap;
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use halfminute::adapters::process;
use halfminute::adapters::screens::DesktopScreens;
use halfminute::app::picture::InLine;
use halfminute::app::ports::{ScreenError, Screens};
use halfminute::app::screen::{Why, look};
use rustix::process::{DumpableBehavior, dumpable_behavior};
use zbus::blocking::Connection;
use zbus::message::Header;
use zbus::names::UniqueName;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};

use super::{ALICE, BOB, picture, skipped};

/// Set in the copy of this program that runs on a bus of its own.
const INSIDE: &str = "HALFMINUTE_TEST_INSIDE";
const PATIENCE: Duration = Duration::from_secs(20);
const PATH: &str = "/org/freedesktop/portal/desktop";

/// What was asked for, and where the answer goes.
struct Question {
    /// Whether our process could be looked at then.
    visible: DumpableBehavior,
    interactive: bool,
    caller: UniqueName<'static>,
    request: ObjectPath<'static>,
}

struct Portal {
    asked: Sender<Question>,
    /// An older portal names requests as it likes.
    own_names: bool,
    refuses: bool,
}

#[zbus::interface(name = "org.freedesktop.portal.Screenshot")]
impl Portal {
    #[zbus(property, name = "version")]
    fn version(&self) -> u32 {
        2
    }

    async fn screenshot(
        &self,
        #[zbus(header)] header: Header<'_>,
        #[zbus(object_server)] server: &zbus::ObjectServer,
        _parent: String,
        options: HashMap<String, OwnedValue>,
    ) -> zbus::fdo::Result<OwnedObjectPath> {
        if self.refuses {
            return Err(zbus::fdo::Error::AccessDenied("not today".into()));
        }
        let token = String::try_from(options["handle_token"].try_clone().unwrap()).unwrap();
        let interactive = bool::try_from(options["interactive"].try_clone().unwrap()).unwrap();
        let caller = header.sender().unwrap().to_owned();
        let place = caller.trim_start_matches(':').replace('.', "_");
        let request = if self.own_names { format!("{PATH}/request/t1") } else { format!("{PATH}/request/{place}/{token}") };
        let request = ObjectPath::try_from(request).unwrap();
        let (closed, closes) = channel();
        server.at(&request, Request(closed)).await.unwrap();
        let visible = dumpable_behavior().unwrap();
        self.asked.send(Question { visible, interactive, caller, request: request.clone() }).unwrap();
        CLOSES.lock().unwrap().replace(closes);
        Ok(request.into())
    }
}

/// What says that the last request was closed.
static CLOSES: std::sync::Mutex<Option<Receiver<()>>> = std::sync::Mutex::new(None);

struct Request(Sender<()>);

#[zbus::interface(name = "org.freedesktop.portal.Request")]
impl Request {
    fn close(&self) {
        self.0.send(()).ok();
    }
}

fn portal(own_names: bool, refuses: bool) -> (Connection, Receiver<Question>) {
    let (asked, questions) = channel();
    let builder = zbus::blocking::connection::Builder::session().unwrap();
    let builder = builder.serve_at(PATH, Portal { asked, own_names, refuses }).unwrap();
    (builder.name("org.freedesktop.portal.Desktop").unwrap().build().unwrap(), questions)
}

/// Number and address of an answer.
type Answer = (u32, Option<String>);

/// Answers the next question with what `make` gives, then ends; gives what was asked.
fn answer(
    (portal, questions): (Connection, Receiver<Question>),
    make: impl FnOnce() -> Option<Answer> + Send + 'static,
) -> std::thread::JoinHandle<Question> {
    let serve = move || {
        let question = questions.recv_timeout(PATIENCE).unwrap();
        if let Some((response, uri)) = make() {
            let results: HashMap<_, _> = uri.into_iter().map(|uri| ("uri", Value::from(uri))).collect();
            let (caller, interface) = (Some(question.caller.clone()), "org.freedesktop.portal.Request");
            // Another program's answer is not ours.
            let other = ObjectPath::try_from(format!("{PATH}/request/other/t")).unwrap();
            let none: HashMap<&str, Value<'_>> = HashMap::new();
            portal.emit_signal(caller.clone(), &other, interface, "Response", &(2_u32, none)).unwrap();
            portal.emit_signal(caller, &question.request, interface, "Response", &(response, results)).unwrap();
        }
        portal.graceful_shutdown();
        question
    };
    std::thread::Builder::new().name("portal".into()).spawn(serve).unwrap()
}

#[test]
fn what_the_portal_answers_and_what_it_leaves() {
    if std::env::var_os(INSIDE).is_none() {
        return on_a_bus_of_its_own("what_the_portal_answers_and_what_it_leaves");
    }
    assert_eq!(DesktopScreens.grab(&|| false).unwrap_err(), ScreenError::NoPortal);
    process::harden().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Bildschirm foto.png");
    let uri = format!("file://{}", path.display()).replace(' ', "%20");
    // A picture, named in both ways, is read, and its file is gone.
    for own_names in [false, true] {
        let (place, address) = (path.clone(), uri.clone());
        let answered = answer(portal(own_names, false), move || {
            std::fs::write(place, picture(1200, 500, &[(ALICE, 60, 80), (BOB, 600, 90)])).unwrap();
            Some((0, Some(address)))
        });
        let sight = look(&mut DesktopScreens, &InLine, &|| false).unwrap();
        assert_eq!(sight.codes.iter().map(|code| code.title.as_str()).collect::<Vec<_>>(), ["GitHub (alice)", "Mail (bob)"]);
        assert!(!path.exists() && sight.left.is_none());
        let question = answered.join().unwrap();
        assert_eq!((question.visible, question.interactive), (DumpableBehavior::Dumpable, false));
        assert_eq!(dumpable_behavior(), Ok(DumpableBehavior::NotDumpable), "closed again");
    }
    // A file that was there before is not ours to delete, and is said.
    std::fs::write(&path, picture(600, 500, &[(ALICE, 60, 80)])).unwrap();
    let long_ago = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
    std::fs::File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
    let answered = answer(portal(false, false), move || Some((0, Some(uri))));
    let grabbed = DesktopScreens.grab(&|| false).unwrap();
    assert_eq!((grabbed.shots.len(), grabbed.left.as_deref()), (1, Some(path.as_path())));
    assert!(path.exists());
    answered.join().unwrap();
    // (the answer; what comes of it)
    let letter = folder.path().join("letter.txt");
    let address = format!("file://{}", letter.display());
    // What is no picture is not read and not deleted, and it is said where it lies.
    for (address, left) in [(address, Some(letter.clone())), ("file:///nowhere/at/all.png".to_owned(), None)] {
        let (place, content) = (letter.clone(), "dear diary");
        let answered = answer(portal(false, false), move || {
            std::fs::write(place, content).unwrap();
            Some((0, Some(address)))
        });
        let not_seen = look(&mut DesktopScreens, &InLine, &|| false).unwrap_err();
        assert_eq!((not_seen.why, not_seen.left), (Why::Screen(ScreenError::Failed), left));
        answered.join().unwrap();
        assert_eq!(std::fs::read_to_string(&letter).unwrap(), content);
    }
    let rows = [
        (Some((1, None)), ScreenError::Refused),
        (Some((2, None)), ScreenError::Refused),
        (Some((0, None)), ScreenError::Failed),
        (Some((0, Some("https://example.org/shot.png".into()))), ScreenError::Failed),
        // it ends with the dialog open
        (None, ScreenError::Failed),
    ];
    for (said, outcome) in rows {
        let given = said.clone();
        let answered = answer(portal(false, false), move || given);
        assert_eq!(DesktopScreens.grab(&|| false).unwrap_err(), outcome, "{said:?}");
        answered.join().unwrap();
    }
    let refusing = portal(false, true);
    assert_eq!(DesktopScreens.grab(&|| false).unwrap_err(), ScreenError::Refused);
    refusing.0.graceful_shutdown();
    // Nobody waits any more: the dialog that is open is closed.
    CLOSES.lock().unwrap().take();
    let (silent, questions) = portal(false, false);
    assert_eq!(DesktopScreens.grab(&|| CLOSES.lock().unwrap().is_some()).unwrap_err(), ScreenError::GivenUp);
    assert!(questions.try_recv().is_ok());
    CLOSES.lock().unwrap().take().unwrap().recv_timeout(PATIENCE).unwrap();
    silent.graceful_shutdown();
}

fn on_a_bus_of_its_own(name: &str) {
    let mut command = Command::new("dbus-run-session");
    command.arg("--").arg(std::env::current_exe().unwrap());
    let name = format!("desktop_portal::{name}");
    let output = command.args(["--exact", &name, "--nocapture"]).env(INSIDE, "1").env("WAYLAND_DISPLAY", "pretend").output();
    let Ok(output) = output else { return skipped("dbus-run-session") };
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}
