//! An X11 server with a picture on it, of several depths and with several screens, and a window of ours that covers it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use halfminute::adapters::screens::DesktopScreens;
use halfminute::app::picture::InLine;
use halfminute::app::ports::{PictureError, ScreenError, Screens};
use halfminute::app::screen::{Sight, Why, look};
use x11rb::connection::Connection;
use x11rb::protocol::randr::{ConnectionExt as _, MonitorInfo};
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, CreateWindowAux, MapState, PropMode, Window, WindowClass};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use super::{ALICE, BOB, picture, skipped};

/// Set in the copy of this program that runs with a display.
const INSIDE: &str = "HALFMINUTE_TEST_INSIDE";
const PATIENCE: Duration = Duration::from_secs(20);

/// A program that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Asked to end, not killed: a server removes its lock file.
        let pid = rustix::process::Pid::from_child(&self.0);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).ok();
        self.0.wait().ok();
    }
}

/// An X server of this size and depth, and its display.
fn server(screen: &str) -> (Running, String) {
    let mut command = Command::new("Xvfb");
    command.args(["-displayfd", "1", "-screen", "0", screen, "-nolisten", "tcp"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let server = Running(child);
    assert!(line.trim().parse::<u32>().is_ok(), "Xvfb has not started: {line:?}");
    (server, format!(":{}", line.trim()))
}

/// Shows `file` behind all windows.
fn show(display: &str, folder: &Path, file: &[u8]) {
    let path = folder.join("picture.png");
    std::fs::write(&path, file).unwrap();
    // It ends with 1 where it has shown it as well.
    Command::new("display").args(["-display", display, "-window", "root"]).arg(&path).output().unwrap();
}

fn can_run(programs: &[&str]) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let there = |program: &&&str| std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    let missing: Vec<_> = programs.iter().filter(|program| !there(program)).copied().collect();
    if !missing.is_empty() {
        skipped(&missing.join(" and "));
    }
    missing.is_empty()
}

fn scan(display: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_halfminute"));
    command.args(["scan", "--screen"]).args(arguments).env("DISPLAY", display);
    command.env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET").output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn screens_of_every_depth_are_read_by_the_program() {
    if !can_run(&["Xvfb", "display"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = picture(1100, 600, &[(ALICE, 60, 80), (BOB, 700, 300)]);
    for depth in ["24", "16", "30"] {
        let (_server, display) = server(&format!("1100x600x{depth}"));
        show(&display, folder.path(), &file);
        let ran = scan(&display, &[]);
        assert_eq!(said(&ran.stdout), "GitHub (alice)\nMail (bob)\n", "depth {depth}: {}", said(&ran.stderr));
        assert_eq!(ran.status.code(), Some(0));
    }
    let (server, display) = server("300x200x24");
    let ran = scan(&display, &[]);
    assert_eq!((ran.status.code(), said(&ran.stdout).as_str()), (Some(1), ""));
    assert!(said(&ran.stderr).contains("No QR code was found on the screen"), "{}", said(&ran.stderr));
    // A server with a palette, one that has gone, and none.
    let (_server, palette) = self::server("300x200x8");
    drop(server);
    for (display, words) in [
        (palette.as_str(), "The desktop's picture of the screen cannot be read"),
        (display.as_str(), "There is no screen to look at from here"),
        ("", "There is no screen to look at from here"),
    ] {
        let ran = scan(display, &["--json"]);
        assert_eq!(ran.status.code(), Some(4), "{display}");
        assert!((said(&ran.stdout) + &said(&ran.stderr)).contains(words), "{display}: {}", said(&ran.stdout));
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no picture of the screen is left");
}

/// Runs a test of this file once more, with a display.
fn with_display(display: &str, name: &str) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("x11_server::{name}"), "--nocapture"]).env(INSIDE, "1").env("DISPLAY", display);
    let output = command.env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET").output().unwrap();
    let said = said(&output.stdout) + &said(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

fn sight() -> Result<Sight, Why> {
    look(&mut DesktopScreens, &InLine, &|| false).map_err(|not_seen| not_seen.why)
}

#[test]
fn each_screen_is_searched_by_itself() {
    if std::env::var_os(INSIDE).is_none() {
        if !can_run(&["Xvfb", "display"]) {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let (_server, display) = server("1600x700x24");
        show(&display, folder.path(), &picture(1600, 700, &[(ALICE, 100, 80), (BOB, 900, 300)]));
        return with_display(&display, "each_screen_is_searched_by_itself");
    }
    let (connection, screen) = x11rb::connect(None).unwrap();
    let root = connection.setup().roots[screen].root;
    let shots = DesktopScreens.grab(&|| false).unwrap().shots;
    assert_eq!(shots.iter().map(|shot| (shot.width, shot.height)).collect::<Vec<_>>(), [(1600, 700)]);
    // Two of them, and a part on which nothing stands.
    for (number, (x, y, width, height)) in [(0, 0, 800, 700), (800, 0, 800, 600), (0, 600, 200, 100)].into_iter().enumerate() {
        let name = connection.intern_atom(false, format!("screen-{number}").as_bytes()).unwrap().reply().unwrap().atom;
        let monitor = MonitorInfo { name, x, y, width, height, ..MonitorInfo::default() };
        connection.randr_set_monitor(root, monitor).unwrap().check().unwrap();
    }
    let sight = sight().unwrap();
    let codes: Vec<_> = sight.codes.iter().map(|code| (code.screen, code.title.as_str())).collect();
    assert_eq!(codes, [(0, "GitHub (alice)"), (1, "Mail (bob)")]);
    let (x, _) = sight.codes[1].corners[0];
    assert!((0.125..0.2).contains(&x), "in parts of its own screen: {x}");
}

/// A window of this process over the whole screen.
fn cover(connection: &RustConnection, root: Window) -> Window {
    let window = connection.generate_id().unwrap();
    let aux = CreateWindowAux::new().background_pixel(0x44_4444);
    connection.create_window(0, window, root, 0, 0, 1000, 600, 0, WindowClass::INPUT_OUTPUT, 0, &aux).unwrap();
    let pid = connection.intern_atom(false, b"_NET_WM_PID").unwrap().reply().unwrap().atom;
    let our = [std::process::id()];
    connection.change_property32(PropMode::REPLACE, window, pid, AtomEnum::CARDINAL, &our).unwrap();
    connection.map_window(window).unwrap().check().unwrap();
    window
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn our_window_gets_out_of_the_way_and_comes_back() {
    if std::env::var_os(INSIDE).is_none() {
        if !can_run(&["Xvfb", "display", "openbox"]) {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let (_server, display) = server("1000x600x24");
        show(&display, folder.path(), &picture(1000, 600, &[(ALICE, 60, 80)]));
        return with_display(&display, "our_window_gets_out_of_the_way_and_comes_back");
    }
    let (connection, screen) = x11rb::connect(None).unwrap();
    let root = connection.setup().roots[screen].root;
    let is_mapped = |window: Window| {
        let attributes = connection.get_window_attributes(window).unwrap().reply().unwrap();
        attributes.map_state == MapState::VIEWABLE
    };
    // Without a window manager nobody minimises it, and it is not waited for.
    let window = cover(&connection, root);
    assert_eq!(sight().unwrap_err(), Why::Picture(PictureError::NothingFound));
    connection.destroy_window(window).unwrap().check().unwrap();

    let command = Command::new("openbox").stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let _manager = Running(command.unwrap());
    let list = connection.intern_atom(false, b"_NET_CLIENT_LIST").unwrap().reply().unwrap().atom;
    let managed = || -> Vec<Window> {
        let reply = connection.get_property(false, root, list, AtomEnum::WINDOW, 0, 100).unwrap().reply().unwrap();
        reply.value32().into_iter().flatten().collect()
    };
    let active = connection.intern_atom(false, b"_NET_ACTIVE_WINDOW").unwrap().reply().unwrap().atom;
    let active = || connection.get_property(false, root, active, AtomEnum::WINDOW, 0, 1).unwrap().reply().unwrap();
    let supporting = connection.intern_atom(false, b"_NET_SUPPORTING_WM_CHECK").unwrap().reply().unwrap().atom;
    let supported = || connection.get_property(false, root, supporting, AtomEnum::WINDOW, 0, 1).unwrap().reply().unwrap();
    until("the window manager", || supported().value_len == 1);
    let window = cover(&connection, root);
    until("the window is managed", || {
        // While it starts, a window manager may overhear a window.
        connection.map_window(window).unwrap().check().unwrap();
        managed().contains(&window) && is_mapped(window)
    });
    let before = connection.translate_coordinates(window, root, 0, 0).unwrap().reply().unwrap();
    let found = sight().unwrap();
    assert_eq!(found.codes.iter().map(|code| code.title.as_str()).collect::<Vec<_>>(), ["GitHub (alice)"]);
    until("it is back, where it was, and in front", || {
        let after = connection.translate_coordinates(window, root, 0, 0).unwrap().reply().unwrap();
        let front = active().value32().and_then(|mut windows| windows.next()) == Some(window);
        is_mapped(window) && front && (after.dst_x, after.dst_y) == (before.dst_x, before.dst_y)
    });
    // Given up, it comes back as well.
    assert_eq!(DesktopScreens.grab(&|| true).unwrap_err(), ScreenError::GivenUp);
    until("it is back", || is_mapped(window));
}
