//! The terminal that a command runs on: which streams are one, how wide it is, and a line that is typed and not shown.

use std::io::IsTerminal;

use zeroize::Zeroizing;

use crate::app::ports::Terminals;

/// What is a terminal here, and how wide it is.
#[must_use]
pub fn terminals() -> Terminals {
    let (input, output, errors) =
        (std::io::stdin().is_terminal(), std::io::stdout().is_terminal(), std::io::stderr().is_terminal());
    Terminals { input, output, errors, width: if output { width() } else { None } }
}

#[cfg(unix)]
fn width() -> Option<u16> {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
    Some(size.ws_col).filter(|&width| width > 0)
}

#[cfg(not(unix))]
fn width() -> Option<u16> {
    None
}

/// Asks for a line that is not shown while it is typed. `None` where nobody could see the question.
#[must_use]
pub fn ask_hidden(prompt: &str) -> Option<Zeroizing<String>> {
    if !std::io::stderr().is_terminal() {
        return None;
    }
    rpassword::prompt_password(prompt).ok().map(Zeroizing::new)
}
