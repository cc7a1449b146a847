//! One program for each data folder: a second one hands its wish to the first and ends.
//!
//! Where there is a session bus, the first one has a name on it, `io.github.halfminute.Halfminute`, and is asked as the desktop entry
//! specification says (`org.freedesktop.Application`). Without a bus it has a socket in `XDG_RUNTIME_DIR` that only this person can open.
//! Without either, and on other systems, each program goes its own way.

use std::path::Path;
use std::sync::mpsc::Sender;
use std::time::Duration;

use crate::app::ports::{DesktopEvent, Wish};

/// How long the first one may take to answer.
pub const DEADLINE: Duration = Duration::from_secs(2);

/// What became of the claim to be the only one.
#[derive(Debug)]
pub enum Claim {
    /// We are, as long as this lives.
    First(Instance),
    /// Another one was there, and has the wish.
    Told,
    /// Another one is there and does not answer.
    Silent,
}

/// The claim of the first one.
#[derive(Debug, Default)]
pub struct Instance {
    #[cfg(all(unix, not(target_os = "macos")))]
    _bus: Option<super::application::Served>,
    #[cfg(all(unix, not(target_os = "macos")))]
    _socket: Option<super::socket::Listening>,
}

/// Claims to be the only program for the data folder `dir`, or hands `wish` to the one that is. What others wish later goes to `tell`.
#[cfg(all(unix, not(target_os = "macos")))]
pub fn claim(dir: &Path, wish: Option<Wish>, tell: &Sender<DesktopEvent>) -> Claim {
    use super::{application, socket};
    let suffix = suffix(dir);
    match application::claim(suffix.as_deref(), wish, tell) {
        Ok(application::Claim::First(served)) => Claim::First(Instance { _bus: Some(served), _socket: None }),
        Ok(application::Claim::Told) => Claim::Told,
        Ok(application::Claim::Silent) => Claim::Silent,
        Err(application::NoBus) => match socket::claim(suffix.as_deref(), wish, tell) {
            Ok(socket::Claim::First(listening)) => Claim::First(Instance { _bus: None, _socket: Some(listening) }),
            Ok(socket::Claim::Told) => Claim::Told,
            Ok(socket::Claim::Silent) => Claim::Silent,
            Err(_) => Claim::First(Instance::default()),
        },
    }
}

/// On this system each program goes its own way.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub fn claim(_dir: &Path, _wish: Option<Wish>, _tell: &Sender<DesktopEvent>) -> Claim {
    Claim::First(Instance::default())
}

/// The path without links, also of a folder that is still to be made.
#[cfg(all(unix, not(target_os = "macos")))]
fn real(path: &Path) -> std::path::PathBuf {
    match (std::fs::canonicalize(path), path.parent(), path.file_name()) {
        (Err(_), Some(parent), Some(name)) => real(parent).join(name),
        (found, ..) => found.unwrap_or_else(|_| path.to_owned()),
    }
}

/// What tells the programs of other data folders apart; none for the usual one.
#[cfg(all(unix, not(target_os = "macos")))]
fn suffix(dir: &Path) -> Option<String> {
    use crate::adapters::data_dir::DataDir;
    use sha2::{Digest, Sha256};
    use std::os::unix::ffi::OsStrExt;

    let dir = real(dir);
    if DataDir::usual().is_some_and(|usual| real(&usual) == dir) {
        return None;
    }
    let hash = Sha256::digest(dir.as_os_str().as_bytes());
    Some(hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}
