//! The process that has a camera: it takes its number from standard input, answers each question on standard output, and ends when
//! nobody asks any more, or with whoever has started it.

use std::io::{ErrorKind, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use linuxvideo::format::{PixFormat, PixelFormat};
use linuxvideo::stream::ReadStream;
use linuxvideo::{BufType, CapabilityFlags, Device};

use crate::app::picture::find_in_grey;
use crate::app::ports::{CameraError, Found};

use super::pixels::{FORMS, Raw, Seen};
use super::wire;

/// The most memory, in bytes: 256 MiB.
const MEMORY: u64 = 256 << 20;
/// So many devices are looked for.
const DEVICES: usize = 64;
/// The size that is asked for, in pixels: a code is read well from it, and every camera of today has it or something near.
const SIZE: (u32, u32) = (1280, 720);
/// The most pixels that are read.
const MOST_PIXELS: usize = 3840 * 2160;
/// So many frames in a row may be broken.
const BROKEN: usize = 30;

/// Has a camera until nobody asks any more.
///
/// # Errors
/// What the system says of the limits and the pipes; then there is no answer.
pub fn run() -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit};
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let to = |resource, most| setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    to(Resource::Data, MEMORY)?;
    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
    let mut answer = |bytes: &[u8]| output.write_all(bytes).and_then(|()| output.flush());
    let mut question = [0];
    input.read_exact(&mut question)?;
    let mut camera = match Camera::open(usize::from(question[0])) {
        Ok((names, camera)) => {
            answer(&wire::names(&names))?;
            camera
        }
        Err(error) => return answer(&wire::failure(error)),
    };
    // The device is open; nothing else is opened, and nothing is written.
    to(Resource::Nofile, 0)?;
    to(Resource::Fsize, 0)?;
    while input.read_exact(&mut question).is_ok() {
        match camera.next() {
            Ok((seen, codes)) => answer(&wire::frame(seen.small_width, seen.small_height, &seen.small, codes))?,
            Err(error) => return answer(&wire::failure(error)),
        }
    }
    Ok(())
}

struct Camera {
    stream: ReadStream,
    form: [u8; 4],
    width: usize,
    height: usize,
    stride: usize,
}

impl Camera {
    /// Turns on the camera of that number, or the last; and the names of all.
    fn open(at: usize) -> Result<(Vec<String>, Self), CameraError> {
        let mut trouble = CameraError::None;
        let mut cameras = Vec::new();
        for number in 0..DEVICES {
            let path = format!("/dev/video{number}");
            match Device::open(&path) {
                Ok(device) => cameras.extend(named(&device).map(|name| (name, path))),
                Err(error) if error.kind() == ErrorKind::PermissionDenied => trouble = CameraError::NotAllowed,
                Err(_) => {}
            }
        }
        let chosen = cameras.get(at).or(cameras.last()).ok_or(trouble)?;
        let camera = Self::of(&chosen.1)?;
        Ok((cameras.into_iter().map(|(name, _)| name).collect(), camera))
    }

    /// In the best form that it has and we read. A driver may answer with another form than it is asked for.
    fn of(path: &str) -> Result<Self, CameraError> {
        let mut trouble = CameraError::Unknown;
        let forms = forms(&Device::open(path).map_err(|error| said(&error))?);
        for form in forms {
            let ask = PixFormat::new(SIZE.0, SIZE.1, PixelFormat::from_fourcc(form));
            let device = match Device::open(path).and_then(|device| device.video_capture(ask)) {
                Ok(device) => device,
                Err(error) => {
                    trouble = said(&error);
                    continue;
                }
            };
            let format = device.format();
            let (width, height) = (format.width() as usize, format.height() as usize);
            let (form, stride) = (format.pixel_format().as_fourcc(), format.bytes_per_line() as usize);
            if !FORMS.contains(&form) || width.checked_mul(height).is_none_or(|pixels| !(1..=MOST_PIXELS).contains(&pixels)) {
                continue;
            }
            match device.into_stream() {
                Ok(stream) => return Ok(Self { stream, form, width, height, stride }),
                Err(error) => trouble = said(&error),
            }
        }
        Err(trouble)
    }

    /// The newest frame and its codes.
    fn next(&mut self) -> Result<(Seen, Vec<Found>), CameraError> {
        for _ in 0..BROKEN {
            let mut bytes = self.frame()?;
            // While the last one was read, others came in.
            while matches!(self.stream.will_block(), Ok(false)) {
                bytes = self.frame()?;
            }
            let raw = Raw { form: self.form, width: self.width, height: self.height, stride: self.stride, bytes: &bytes };
            let read = || raw.read().filter(|seen| seen.width * seen.height <= MOST_PIXELS);
            if let Ok(Some(mut seen)) = catch_unwind(AssertUnwindSafe(read)) {
                let grey = std::mem::take(&mut seen.grey);
                let codes = codes(&seen, grey);
                return Ok((seen, codes));
            }
        }
        Err(CameraError::Failed)
    }

    fn frame(&mut self) -> Result<zeroize::Zeroizing<Vec<u8>>, CameraError> {
        let copied =
            self.stream.dequeue(|view| Ok(zeroize::Zeroizing::new(if view.is_error() { Vec::new() } else { view.to_vec() })));
        copied.map_err(|error| said(&error))
    }
}

/// The codes of a frame, with their corners on the small picture. A library that panics has read nothing.
fn codes(seen: &Seen, grey: Vec<u8>) -> Vec<Found> {
    let (width, height) = (seen.width, seen.height);
    let found =
        catch_unwind(AssertUnwindSafe(|| find_in_grey(width, height, grey))).ok().and_then(Result::ok).unwrap_or_default();
    let scale = seen.small_width as f32 / width.max(1) as f32;
    found.into_iter().map(|code| Found { corners: code.corners.map(|(x, y)| (x * scale, y * scale)), ..code }).collect()
}

/// What a person calls a camera; `None` for a device that sends no pictures, or none that are read here.
fn named(device: &Device) -> Option<String> {
    let about = device.capabilities().ok()?;
    let captures = about.device_capabilities().contains(CapabilityFlags::VIDEO_CAPTURE | CapabilityFlags::STREAMING);
    // Drivers say it twice: "Integrated Camera: Integrated C".
    let card = about.card();
    let name = card.split_once(": ").filter(|(front, back)| front.starts_with(back)).map_or(card, |(front, _)| front);
    (captures && device.formats(BufType::VIDEO_CAPTURE).next().is_some()).then(|| name.to_owned())
}

/// The forms that the device has and we read, best first.
fn forms(device: &Device) -> Vec<[u8; 4]> {
    let has: Vec<[u8; 4]> =
        device.formats(BufType::VIDEO_CAPTURE).take(64).filter_map(|form| Some(form.ok()?.pixel_format().as_fourcc())).collect();
    FORMS.into_iter().filter(|form| has.contains(form)).collect()
}

fn said(error: &std::io::Error) -> CameraError {
    match error.kind() {
        ErrorKind::ResourceBusy => CameraError::Busy,
        ErrorKind::PermissionDenied => CameraError::NotAllowed,
        ErrorKind::NotFound => CameraError::None,
        _ => CameraError::Failed,
    }
}
