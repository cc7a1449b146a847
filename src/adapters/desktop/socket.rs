//! Where there is no session bus: a socket in a folder that only this person can enter. One byte asks, one byte answers.
//!
//! Whoever holds the lock beside the socket is the first one; a socket that a killed program has left is no obstacle then.

use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use crate::adapters::lock::{Lock, shared_place};
use crate::app::ports::{DesktopEvent, VaultError, Wish};

use super::instance::DEADLINE;

const PAUSE: Duration = Duration::from_millis(20);
const SHOW: u8 = b's';
const QUICK: u8 = b'q';
const NOTHING: u8 = b'n';
const HEARD: u8 = b'!';

/// What became of the claim.
pub(super) enum Claim {
    First(Listening),
    Told,
    Silent,
}

/// The lock and the socket, ours as long as this lives.
#[derive(Debug)]
pub(super) struct Listening {
    path: PathBuf,
    _lock: Lock,
}

impl Drop for Listening {
    fn drop(&mut self) {
        // The next one removes it otherwise.
        std::fs::remove_file(&self.path).ok();
    }
}

/// Claims the lock, or hands the wish to whoever has it.
pub(super) fn claim(suffix: Option<&str>, wish: Option<Wish>, tell: &Sender<DesktopEvent>) -> io::Result<Claim> {
    let place = shared_place().ok_or(io::ErrorKind::NotFound)?;
    claim_in(&place, suffix, wish, tell)
}

fn claim_in(place: &Path, suffix: Option<&str>, wish: Option<Wish>, tell: &Sender<DesktopEvent>) -> io::Result<Claim> {
    let name = suffix.map_or_else(|| "halfminute".to_owned(), |suffix| format!("halfminute-{suffix}"));
    let (socket, lock) = (place.join(format!("{name}.sock")), place.join(format!("{name}.lock")));
    match Lock::acquire(&lock, Duration::ZERO) {
        Ok(lock) => listen(socket, lock, tell).map(Claim::First),
        Err(VaultError::Busy) => Ok(if hand_over(&socket, wish) { Claim::Told } else { Claim::Silent }),
        Err(_) => Err(io::ErrorKind::PermissionDenied.into()),
    }
}

fn listen(path: PathBuf, lock: Lock, tell: &Sender<DesktopEvent>) -> io::Result<Listening> {
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let socket = UnixListener::bind(&path)?;
    // The folder is this person's alone already.
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    let tell = tell.clone();
    let answer = move || {
        for caller in socket.incoming().flatten() {
            // One that says nothing is not waited for.
            let Ok(Some(wish)) = heard(caller) else { continue };
            if tell.send(DesktopEvent::Wish(wish)).is_err() {
                break;
            }
        }
    };
    std::thread::Builder::new().name("one instance".into()).spawn(answer)?;
    Ok(Listening { path, _lock: lock })
}

fn heard(mut caller: UnixStream) -> io::Result<Option<Wish>> {
    caller.set_read_timeout(Some(DEADLINE / 4))?;
    caller.set_write_timeout(Some(DEADLINE / 4))?;
    let mut asked = [0];
    caller.read_exact(&mut asked)?;
    let wish = match asked {
        [SHOW] => Some(Wish::Show),
        [QUICK] => Some(Wish::Quick),
        [NOTHING] => None,
        _ => return Ok(None),
    };
    // The wish counts also if nobody waits for the answer any more.
    let _answered = caller.write_all(&[HEARD]);
    Ok(wish)
}

/// Whether the first one has heard the wish. Between its lock and its socket a moment passes.
fn hand_over(path: &Path, wish: Option<Wish>) -> bool {
    let deadline = Instant::now() + DEADLINE;
    let byte = match wish {
        None => NOTHING,
        Some(Wish::Quick) => QUICK,
        Some(_) => SHOW,
    };
    let ask = |left: Duration| -> io::Result<bool> {
        let mut first = UnixStream::connect(path)?;
        first.set_read_timeout(Some(left))?;
        first.set_write_timeout(Some(left))?;
        first.write_all(&[byte])?;
        let mut answer = [0];
        first.read_exact(&mut answer)?;
        Ok(answer == [HEARD])
    };
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        match ask(left) {
            Ok(heard) => return heard,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
                std::thread::sleep(PAUSE);
            }
            Err(_) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    #[test]
    fn the_second_one_hands_its_wish_to_the_first() {
        let place = tempfile::tempdir().unwrap();
        let (tell, told) = channel();
        let claim = |suffix, wish| claim_in(place.path(), suffix, wish, &tell).unwrap();
        let Claim::First(first) = claim(None, Some(Wish::Show)) else { panic!("the first one") };
        let mode = std::fs::metadata(&first.path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        for wish in [Wish::Show, Wish::Quick] {
            assert!(matches!(claim(None, Some(wish)), Claim::Told));
            assert_eq!(told.recv_timeout(PATIENCE), Ok(DesktopEvent::Wish(wish)));
        }
        assert!(matches!(claim(None, None), Claim::Told));
        assert!(told.try_recv().is_err(), "a start with the session wants nothing");
        assert!(matches!(claim(Some("other"), Some(Wish::Show)), Claim::First(_)), "another data folder is another program");
        // What is no wish is not heard, and hangs nobody.
        for junk in [&b""[..], b"x", &[b's'; 100_000]] {
            let mut stranger = UnixStream::connect(&first.path).unwrap();
            let _refused = stranger.write_all(junk);
        }
        assert_eq!(
            told.recv_timeout(PATIENCE),
            Ok(DesktopEvent::Wish(Wish::Show)),
            "the first byte counts, the rest is not read"
        );
        assert!(matches!(claim(None, Some(Wish::Quick)), Claim::Told));
        assert_eq!(told.recv_timeout(PATIENCE), Ok(DesktopEvent::Wish(Wish::Quick)));
        drop(first);
        assert!(matches!(claim(None, Some(Wish::Show)), Claim::First(_)));
    }

    #[test]
    fn one_that_hangs_is_given_up_and_one_that_was_killed_is_no_obstacle() {
        let place = tempfile::tempdir().unwrap();
        let (tell, _told) = channel();
        let socket = place.path().join("halfminute.sock");
        let held = Lock::acquire(&place.path().join("halfminute.lock"), Duration::ZERO).unwrap();
        let mute = UnixListener::bind(&socket).unwrap();
        let begun = Instant::now();
        assert!(matches!(claim_in(place.path(), None, Some(Wish::Show), &tell), Ok(Claim::Silent)));
        assert!(begun.elapsed() >= DEADLINE && begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
        drop((held, mute));
        assert!(socket.exists());
        assert!(matches!(claim_in(place.path(), None, Some(Wish::Show), &tell), Ok(Claim::First(_))));
    }
}
