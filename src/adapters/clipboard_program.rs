//! The clipboard for a command that ends at once: a second process of this program keeps the text there.
//!
//! On X11 and Wayland a text can be pasted only while a program lives that offers it. The text goes over through a pipe, never as
//! an argument. The process ends when the text has been pasted or its time is over, with the clipboard cleared, or when something
//! else stands there. A paste is seen on X11 alone: elsewhere the text stays until its time is over.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::app::ports::NoClipboard;

use super::clipboard::Kept;
#[cfg(all(unix, not(target_os = "macos")))]
use super::clipboard_x11::Offered;

/// The only argument of the second process. It is not for people and stands in no help.
pub const ARGUMENT: &str = "--keep-clipboard";

const SET: u8 = b'+';
/// Longer than any address.
const MOST: u64 = 64 << 10;

/// Leaves `text` on the clipboard for `clear_after`, kept by a process of its own that outlives this one.
///
/// # Errors
/// [`NoClipboard`]; nothing is left behind then.
pub fn keep(text: &str, clear_after: Duration) -> Result<(), NoClipboard> {
    let program = std::env::current_exe().map_err(|_| NoClipboard)?;
    let mut command = Command::new(program);
    command.arg(ARGUMENT).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    #[cfg(unix)]
    {
        // Ctrl+C and a closed terminal end this command and not what it left behind; its folder is not kept busy.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.current_dir("/");
    }
    let mut keeper = command.spawn().map_err(|_| NoClipboard)?;
    let mut answer = [0];
    let handed = keeper.stdin.take().is_some_and(|mut pipe| {
        let seconds = clear_after.as_secs().to_be_bytes();
        pipe.write_all(&seconds).and_then(|()| pipe.write_all(text.as_bytes())).is_ok()
    });
    let answered = handed && keeper.stdout.take().is_some_and(|mut pipe| pipe.read_exact(&mut answer).is_ok());
    if answered && answer == [SET] {
        return Ok(());
    }
    // it ends by itself: nothing more comes through the pipe
    let _ = keeper.wait();
    Err(NoClipboard)
}

/// The second process: takes the text from standard input, keeps it, and returns when it is gone from the clipboard.
///
/// # Errors
/// [`NoClipboard`] when there is none, or nothing to keep.
pub fn run() -> Result<(), NoClipboard> {
    let mut seconds = [0; 8];
    let mut bytes = Zeroizing::new(Vec::with_capacity(256));
    let mut input = std::io::stdin().lock();
    input.read_exact(&mut seconds).map_err(|_| NoClipboard)?;
    input.take(MOST).read_to_end(&mut bytes).map_err(|_| NoClipboard)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| NoClipboard)?;
    let kept = Keeper::new(Zeroizing::new(text.to_owned()))?;
    let mut output = std::io::stdout().lock();
    // whoever asked may have been ended meanwhile; the text is cleared all the same
    let _ = output.write_all(&[SET]).and_then(|()| output.flush());
    kept.until(Duration::from_secs(u64::from_be_bytes(seconds)));
    Ok(())
}

/// Whatever keeps the text here.
enum Keeper {
    #[cfg(all(unix, not(target_os = "macos")))]
    X11(Box<Offered>),
    System(Kept),
}

impl Keeper {
    fn new(text: Zeroizing<String>) -> Result<Self, NoClipboard> {
        // A Wayland desktop that lets programs without a window copy is asked directly; another one (GNOME) takes it from its X11
        // server. wl-clipboard-rs can end after so many requests, but not tell which of them is a paste.
        #[cfg(all(unix, not(target_os = "macos")))]
        if std::env::var_os("WAYLAND_DISPLAY").is_none() || wl_clipboard_rs::utils::is_primary_selection_supported().is_err() {
            return Ok(Self::X11(Box::new(Offered::new(text)?)));
        }
        Ok(Self::System(Kept::new(text)?))
    }

    fn until(self, clear_after: Duration) {
        match self {
            #[cfg(all(unix, not(target_os = "macos")))]
            Self::X11(offered) => offered.until(clear_after),
            Self::System(kept) => kept.until(clear_after),
        }
    }
}
