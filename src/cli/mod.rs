//! The terminal: what was asked for on the command line, answers on it, exit codes.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is the one layer that speaks on the terminal")]

use std::ffi::OsString;

use crate::app::notice::Notice;

/// Done.
pub const DONE: u8 = 0;
/// Wrong usage.
pub const USAGE: u8 = 2;
/// The vault, or the display, cannot be reached.
pub const VAULT: u8 = 4;

const HELP: &str = "\
Halfminute: both sides of a one-time password

Usage: halfminute             open the window
       halfminute --help      this text
       halfminute --version   the version

HALFMINUTE_DATA_DIR names another folder for state, settings and the journal.
Exit codes: 0 done, 2 wrong usage, 4 the vault or the display cannot be reached.";

/// What the command line comes to.
pub enum Asked {
    /// Open the window.
    Window,
    /// It was answered on the terminal.
    Answered(u8),
}

/// Reads the arguments after the program's name.
pub fn asked(arguments: impl IntoIterator<Item = OsString>) -> Asked {
    let arguments: Vec<_> = arguments.into_iter().collect();
    match arguments.iter().map(|argument| argument.to_str()).collect::<Vec<_>>().as_slice() {
        [] => Asked::Window,
        [Some("--help" | "-h")] => {
            println!("{HELP}");
            Asked::Answered(DONE)
        }
        [Some("--version" | "-V")] => {
            println!("halfminute {}", env!("CARGO_PKG_VERSION"));
            Asked::Answered(DONE)
        }
        // What was typed is not repeated: it may be a secret.
        _ => Asked::Answered(fail(USAGE, &Notice::new("These arguments are not understood", "See halfminute --help"))),
    }
}

/// Says what happened and what to do, and gives the exit code.
pub fn fail(code: u8, notice: &Notice) -> u8 {
    complain(&notice.line());
    code
}

/// Says something on the terminal's error stream.
pub fn complain(text: &str) {
    eprintln!("halfminute: {text}");
}
