//! The save dialog of a desktop portal: a bus of our own, and a portal on it that does what the test says.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside of test functions")]

use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use halfminute::adapters::files::DesktopFiles;
use halfminute::adapters::process;
use halfminute::app::ports::{FileError, Files};
use rustix::process::{DumpableBehavior, dumpable_behavior};
use zbus::message::Header;
use zbus::names::UniqueName;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};

/// Set in the copy of this program that runs on a bus of its own.
const INSIDE: &str = "HALFMINUTE_TEST_INSIDE";

/// What was asked for: whether our process could be looked at then, the name suggested, and where the answer goes.
struct Question {
    visible: DumpableBehavior,
    name: String,
    caller: UniqueName<'static>,
    request: ObjectPath<'static>,
}

struct Portal(Sender<Question>);

#[zbus::interface(name = "org.freedesktop.portal.FileChooser")]
impl Portal {
    #[zbus(property, name = "version")]
    fn version(&self) -> u32 {
        4
    }

    fn save_file(
        &self,
        #[zbus(header)] header: Header<'_>,
        _parent: String,
        _title: String,
        options: HashMap<String, OwnedValue>,
    ) -> OwnedObjectPath {
        let text = |key: &str| String::try_from(options[key].try_clone().unwrap()).unwrap();
        let caller = header.sender().unwrap().to_owned();
        let place = caller.trim_start_matches(':').replace('.', "_");
        let request = format!("/org/freedesktop/portal/desktop/request/{place}/{}", text("handle_token"));
        let request = ObjectPath::try_from(request).unwrap();
        let visible = dumpable_behavior().unwrap();
        self.0.send(Question { visible, name: text("current_name"), caller, request: request.clone() }).unwrap();
        request.into()
    }
}

#[test]
fn the_portals_answer_its_silence_and_its_end() {
    if std::env::var_os(INSIDE).is_none() {
        return on_a_bus_of_its_own();
    }
    process::harden().unwrap();
    // (the portal's answer: 0 for a choice, 1 for a closed dialog; what comes of it)
    let rows = [
        (Some((0, vec!["file:///home/ann/my%20backup.age"])), Ok(Some(PathBuf::from("/home/ann/my backup.age")))),
        (Some((1, vec![])), Ok(None)),
        (None, Err(FileError::NoDialog)),
    ];
    for (answer, outcome) in rows {
        let (asked, questions) = channel();
        let (done, enough) = channel::<()>();
        let builder = zbus::blocking::connection::Builder::session().unwrap();
        let builder = builder.serve_at("/org/freedesktop/portal/desktop", Portal(asked)).unwrap();
        let portal = builder.name("org.freedesktop.portal.Desktop").unwrap().build().unwrap();
        let serve = move || {
            let question = questions.recv().unwrap();
            // One that does not answer ends with the dialog open. An answer is given until it is heard: rfd misses one that
            // comes in the same breath as the reply to its question.
            if let Some((response, uris)) = answer {
                while enough.recv_timeout(Duration::from_millis(10)) == Err(RecvTimeoutError::Timeout) {
                    let body = (response as u32, HashMap::from([("uris", Value::from(uris.clone()))]));
                    let interface = "org.freedesktop.portal.Request";
                    portal.emit_signal(Some(question.caller.clone()), &question.request, interface, "Response", &body).unwrap();
                }
            }
            portal.close().unwrap();
            question
        };
        let portal = std::thread::Builder::new().name("portal".into()).spawn(serve).unwrap();
        assert_eq!(DesktopFiles.choose_save("halfminute backup.age"), outcome);
        assert_eq!(dumpable_behavior(), Ok(DumpableBehavior::NotDumpable), "closed again");
        drop(done);
        let question = portal.join().unwrap();
        assert_eq!((question.visible, question.name.as_str()), (DumpableBehavior::Dumpable, "halfminute backup.age"));
    }
}

fn on_a_bus_of_its_own() {
    let mut command = Command::new("dbus-run-session");
    command.arg("--").arg(std::env::current_exe().unwrap());
    let output = command.args(["--exact", "the_portals_answer_its_silence_and_its_end", "--nocapture"]).env(INSIDE, "1").output();
    let Ok(output) = output else {
        // Past the test harness, which would swallow it.
        let mut screen = std::io::stderr();
        return writeln!(screen, "skipped: dbus-run-session not installed").unwrap();
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}
