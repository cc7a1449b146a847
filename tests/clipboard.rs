//! The clipboard on a real X11 server, read by another program.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside of test functions")]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use halfminute::adapters::clipboard::SystemClipboard;
use halfminute::app::ports::{Clip, Clipboard, NoClipboard};
use zeroize::Zeroizing;

const CODE: &str = "287082";
/// Set in the copy of this program that runs with a display.
const INSIDE: &str = "HALFMINUTE_TEST_INSIDE";
const LONG: Duration = Duration::from_secs(600);
const PATIENCE: Duration = Duration::from_secs(20);

/// An X server that ends with the test.
struct Server(Child);

impl Server {
    /// Starts one at the display `wanted`, or at a free one; gives its display as well.
    fn start(wanted: Option<&str>) -> (Self, String) {
        let mut command = Command::new("Xvfb");
        command.args(wanted).args(["-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp"]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let server = Self(child);
        assert!(line.trim().parse::<u32>().is_ok(), "Xvfb has not started: {line:?}");
        (server, format!(":{}", line.trim()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Asked to end, not killed: it removes its lock file.
        let pid = rustix::process::Pid::from_child(&self.0);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).ok();
        self.0.wait().ok();
    }
}

/// Whether the programs that the test needs are there; says so when they are not.
fn can_run() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let missing: Vec<_> = ["Xvfb", "xclip"]
        .into_iter()
        .filter(|program| !std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
        .collect();
    if !missing.is_empty() {
        // Past the test harness, which would swallow it.
        let mut screen = std::io::stderr();
        writeln!(screen, "skipped: {} not installed", missing.join(" and ")).unwrap();
    }
    missing.is_empty()
}

/// Runs the test `name` of this program once more, with `display` as its X11 display.
fn again_with_display(name: &str, display: &str) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(INSIDE, "1")
        .env("DISPLAY", display)
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{name} at {display}:\n{said}");
}

fn inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// What another program gets when it pastes; `None` when there is nothing.
fn paste(selection: &str, target: &str) -> Option<String> {
    let output = Command::new("xclip").args(["-o", "-selection", selection, "-t", target]).output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

fn pasted() -> Option<String> {
    paste("clipboard", "UTF8_STRING")
}

/// Waits until another program would paste `wanted`.
fn becomes(wanted: Option<&str>) {
    let start = Instant::now();
    while pasted().as_deref() != wanted {
        assert!(start.elapsed() < PATIENCE, "{:?} instead of {wanted:?}", pasted());
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Another program that puts `text` on the clipboard; it serves it until it is ended.
fn other_program_copies(text: &str) -> Child {
    let mut xclip = Command::new("xclip");
    xclip.args(["-i", "-quiet", "-selection", "clipboard"]);
    let mut other = xclip.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    other.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    becomes(Some(text));
    other
}

fn copy(clipboard: &mut SystemClipboard, text: &str, clear_after: Duration) -> Result<(), NoClipboard> {
    clipboard.copy(Zeroizing::new(text.to_owned()), clear_after)
}

#[test]
fn a_copied_code_can_be_pasted_and_is_cleared() {
    if !inside() {
        if can_run() {
            let (_server, display) = Server::start(None);
            again_with_display("a_copied_code_can_be_pasted_and_is_cleared", &display);
        }
        return;
    }
    let mut clipboard = SystemClipboard::start();

    copy(&mut clipboard, CODE, LONG).unwrap();
    assert_eq!(pasted().as_deref(), Some(CODE));
    let targets = paste("clipboard", "TARGETS").unwrap();
    assert!(targets.lines().any(|target| target == "x-kde-passwordManagerHint"), "{targets}");
    assert_eq!(paste("clipboard", "x-kde-passwordManagerHint").as_deref(), Some("secret"));
    assert_eq!(paste("primary", "UTF8_STRING"), None);

    // A newer copy replaces the older one and the moment at which that would have been cleared.
    copy(&mut clipboard, "111111", Duration::from_millis(200)).unwrap();
    let newer = Instant::now();
    copy(&mut clipboard, CODE, Duration::from_secs(1)).unwrap();
    assert_eq!(pasted().as_deref(), Some(CODE));
    becomes(None);
    assert!(newer.elapsed() >= Duration::from_secs(1), "after {:?}", newer.elapsed());
    assert_eq!(paste("primary", "UTF8_STRING"), None);

    // After something has been cleared it still works.
    copy(&mut clipboard, CODE, LONG).unwrap();
    assert_eq!(pasted().as_deref(), Some(CODE));
    drop(clipboard);
    assert_eq!(pasted(), None, "cleared on exit");
}

#[test]
fn another_programs_text_is_left_alone() {
    if !inside() {
        if can_run() {
            let (_server, display) = Server::start(None);
            again_with_display("another_programs_text_is_left_alone", &display);
        }
        return;
    }
    let mut clipboard = SystemClipboard::start();
    let clear_after = Duration::from_millis(500);
    copy(&mut clipboard, CODE, clear_after).unwrap();
    let copied = Instant::now();
    let mut other = other_program_copies("a shopping list");
    // It is there all the time until well after the moment at which ours would have been cleared.
    while copied.elapsed() < clear_after * 3 {
        assert_eq!(pasted().as_deref(), Some("a shopping list"));
    }

    copy(&mut clipboard, CODE, LONG).unwrap();
    assert_eq!(pasted().as_deref(), Some(CODE));
    let mut second = other_program_copies("another list");
    drop(clipboard);
    assert_eq!(pasted().as_deref(), Some("another list"), "left alone on exit");
    for program in [&mut other, &mut second] {
        program.kill().unwrap();
        program.wait().unwrap();
    }
}

#[test]
fn what_another_program_copied_is_read() {
    if !inside() {
        if can_run() {
            let (_server, display) = Server::start(None);
            again_with_display("what_another_program_copied_is_read", &display);
        }
        return;
    }
    let mut clipboard = SystemClipboard::start();
    assert!(matches!(clipboard.read(), Ok(None)), "nothing stands there");
    let mut other = other_program_copies("otpauth://totp/a?secret=MA");
    let read = clipboard.read();
    assert!(matches!(&read, Ok(Some(Clip::Text(text))) if text.as_str() == "otpauth://totp/a?secret=MA"), "{read:?}");
    // Our own is there to be read as well.
    copy(&mut clipboard, CODE, LONG).unwrap();
    assert!(matches!(clipboard.read(), Ok(Some(Clip::Text(text))) if text.as_str() == CODE));
    other.kill().ok();
    other.wait().unwrap();
}

#[test]
fn without_a_display_there_is_no_clipboard_until_there_is_one() {
    if !inside() {
        if can_run() {
            // Free servers are given the lowest numbers; nobody else comes as far as this one.
            let display = format!(":{}", 1_000 + std::process::id() % 50_000);
            again_with_display("without_a_display_there_is_no_clipboard_until_there_is_one", &display);
        }
        return;
    }
    let display = std::env::var("DISPLAY").unwrap();
    assert!(!Path::new(&format!("/tmp/.X11-unix/X{}", &display[1..])).exists());
    let mut clipboard = SystemClipboard::start();
    for _ in 0..3 {
        let start = Instant::now();
        assert_eq!(copy(&mut clipboard, CODE, LONG), Err(NoClipboard));
        assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    }
    let (server, _) = Server::start(Some(&display));
    copy(&mut clipboard, CODE, LONG).unwrap();
    assert_eq!(pasted().as_deref(), Some(CODE));
    // The display goes away while our text is there: the end is not held up.
    drop(server);
    let start = Instant::now();
    drop(clipboard);
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}

/// The process that `code --copy` leaves behind, with the code on the clipboard of `display` for `seconds`.
fn keeper(display: &str, seconds: u64) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_halfminute"));
    command.arg(halfminute::adapters::clipboard_program::ARGUMENT).stdin(Stdio::piped()).stdout(Stdio::piped());
    command.env("DISPLAY", display).env_remove("WAYLAND_DISPLAY");
    let mut keeper = command.spawn().unwrap();
    let mut pipe = keeper.stdin.take().unwrap();
    pipe.write_all(&seconds.to_be_bytes()).unwrap();
    pipe.write_all(CODE.as_bytes()).unwrap();
    drop(pipe);
    let mut answer = [0];
    keeper.stdout.take().unwrap().read_exact(&mut answer).unwrap();
    assert_eq!(answer, *b"+");
    keeper
}

/// The same on the display of this test.
fn keeper_here(seconds: u64) -> Child {
    keeper(&std::env::var("DISPLAY").unwrap(), seconds)
}

/// Waits until the process has ended by itself.
fn ends(keeper: &mut Child) {
    let start = Instant::now();
    while keeper.try_wait().unwrap().is_none() {
        assert!(start.elapsed() < PATIENCE, "it still lives");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(keeper.try_wait().unwrap().unwrap().success());
}

/// Another program that has text selected; it serves it until it is ended.
fn other_program_selects(text: &str) -> Child {
    let mut xclip = Command::new("xclip");
    xclip.args(["-i", "-quiet", "-selection", "primary"]);
    let mut other = xclip.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    other.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let start = Instant::now();
    while paste("primary", "UTF8_STRING").as_deref() != Some(text) {
        assert!(start.elapsed() < PATIENCE, "nothing is selected");
        std::thread::sleep(Duration::from_millis(10));
    }
    other
}

/// Asks what there is, and for what is no text, until well after the moment in which watchers of the clipboard are expected.
fn looks_around() {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(3) {
        let targets = paste("clipboard", "TARGETS").unwrap();
        assert!(["TIMESTAMP", "MULTIPLE", "text/plain;charset=utf-8"].iter().all(|name| targets.contains(name)), "{targets}");
        assert!(!targets.contains("SAVE_TARGETS"), "{targets}");
        assert_eq!(paste("clipboard", "x-kde-passwordManagerHint").as_deref(), Some("secret"));
        for refused in ["SAVE_TARGETS", "DELETE", "image/png"] {
            assert_eq!(paste("clipboard", refused), None, "{refused}");
        }
    }
}

#[test]
fn the_process_behind_copy_ends_with_the_first_paste() {
    const NAME: &str = "the_process_behind_copy_ends_with_the_first_paste";
    if !inside() {
        if can_run() {
            let (_server, display) = Server::start(None);
            again_with_display(NAME, &display);
        }
        return;
    }
    let mut selected = other_program_selects("selected words");
    for target in ["UTF8_STRING", "STRING", "TEXT", "text/plain;charset=utf-8"] {
        let mut keeper = keeper_here(600);
        // A clipboard manager fetches what is new, at once; that is no paste.
        assert_eq!(pasted().as_deref(), Some(CODE));
        looks_around();
        assert!(keeper.try_wait().unwrap().is_none(), "it ended without a paste");
        assert_eq!(paste("clipboard", target).as_deref(), Some(CODE), "{target}");
        let begun = Instant::now();
        ends(&mut keeper);
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
        assert_eq!(pasted(), None, "cleared");
    }
    assert_eq!(paste("primary", "UTF8_STRING").as_deref(), Some("selected words"));
    selected.kill().unwrap();
    selected.wait().unwrap();
}

#[test]
fn the_process_behind_copy_ends_when_its_time_is_over() {
    const NAME: &str = "the_process_behind_copy_ends_when_its_time_is_over";
    if !inside() {
        if can_run() {
            let (_server, display) = Server::start(None);
            again_with_display(NAME, &display);
        }
        return;
    }
    let begun = Instant::now();
    let mut keeper = keeper_here(4);
    looks_around();
    ends(&mut keeper);
    assert!(begun.elapsed() >= Duration::from_secs(4), "{:?}", begun.elapsed());
    assert_eq!(pasted(), None, "cleared");
    assert_eq!(paste("primary", "UTF8_STRING"), None);
}

#[test]
fn the_process_behind_copy_ends_when_another_copies() {
    const NAME: &str = "the_process_behind_copy_ends_when_another_copies";
    if !inside() {
        if can_run() {
            let (_server, display) = Server::start(None);
            again_with_display(NAME, &display);
        }
        return;
    }
    let mut first = keeper_here(600);
    // a newer code takes the place of an older one
    let mut second = keeper_here(600);
    ends(&mut first);
    assert_eq!(pasted().as_deref(), Some(CODE));
    let mut other = other_program_copies("a shopping list");
    ends(&mut second);
    assert_eq!(pasted().as_deref(), Some("a shopping list"));
    other.kill().unwrap();
    other.wait().unwrap();
}

#[test]
fn the_process_behind_copy_ends_with_the_display() {
    if can_run() {
        let (server, display) = Server::start(None);
        let mut keeper = keeper(&display, 600);
        drop(server);
        ends(&mut keeper);
    }
}
