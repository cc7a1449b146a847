//! The process that reads one picture: it takes it from standard input, answers on standard output, and ends.

use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use zeroize::Zeroizing;

use crate::app::picture::{InLine, MOST_FILE_BYTES, find_in_grey, screen_fits};
use crate::app::ports::{Fit, Picture, PictureError, PictureReader};

use super::wire::{self, FILE, PIXELS, SQUARE};

/// The most memory, in bytes: 192 MiB. The largest picture that is read takes about half of it.
#[cfg(unix)]
const MEMORY: u64 = 192 << 20;

/// Reads the picture on standard input and answers on standard output.
///
/// # Errors
/// What the system says of the limits and the pipes; then there is no answer.
pub fn run() -> std::io::Result<()> {
    limit()?;
    let mut head = [0; 9];
    let mut input = std::io::stdin().lock();
    input.read_exact(&mut head)?;
    let (kind, width, height) = wire::read_head(head);
    let answer = match kind {
        FILE => {
            let mut file = Zeroizing::new(Vec::new());
            input.take(MOST_FILE_BYTES as u64 + 1).read_to_end(&mut file)?;
            wire::answer(&guarded(|| InLine.read(Picture::File(&file))))
        }
        PIXELS => {
            let (width, height) = (width as usize, height as usize);
            wire::answer(&screen_fits(width, height).map_err(PictureError::from).and_then(|()| {
                let mut pixels = vec![0; width * height];
                // what was cut off on the way is no picture
                input.read_exact(&mut pixels).map_err(|_| PictureError::Failed)?;
                guarded(|| find_in_grey(width, height, pixels))
            }))
        }
        SQUARE => {
            let mut file = Zeroizing::new(Vec::new());
            input.take(MOST_FILE_BYTES as u64 + 1).read_to_end(&mut file)?;
            let fit = if height == 0 { Fit::Middle } else { Fit::Whole };
            let side = u16::try_from(width).unwrap_or(u16::MAX);
            wire::answer_square(&guarded(|| InLine.square(&file, side, fit)))
        }
        _ => wire::answer(&Err(PictureError::Failed)),
    };
    let mut output = std::io::stdout().lock();
    output.write_all(&answer)?;
    output.flush()
}

/// A library that panics has read nothing.
fn guarded<T>(read: impl FnOnce() -> Result<T, PictureError>) -> Result<T, PictureError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(PictureError::Failed))
}

/// So much memory and time and no more, and nothing can be opened or written.
fn limit() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let to = |resource, most| setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
        to(Resource::Data, MEMORY)?;
        to(Resource::Cpu, super::DEADLINE.as_secs() + 1)?;
        to(Resource::Fsize, 0)?;
        to(Resource::Nofile, 0)?;
    }
    Ok(())
}
