//! Cameras: the process that has one, over pretend devices that answer the kernel's questions (`tests/cameras/pretend.c`).
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside of test functions")]

use std::fs;
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use halfminute::adapters::cameras::CameraProcess;
use halfminute::app::ports::{CameraError, Cameras, Frame};
use halfminute::formats::qr::QrMatrix;
use tempfile::TempDir;

const ALICE: &str = "otpauth://totp/GitHub:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=GitHub";

/// A folder of pretend cameras, and a program that sees them.
struct Desk {
    home: TempDir,
}

impl Desk {
    fn new() -> Self {
        let home = TempDir::new().unwrap();
        let library = home.path().join("pretend.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cameras/pretend.c");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"]).args([&library, &source]).arg("-ldl");
        assert!(compiler.status().unwrap().success(), "the pretend cameras are compiled");
        let script = format!(
            "#!/bin/sh\nHALFMINUTE_CAMERAS='{}' LD_PRELOAD='{}' exec '{}' \"$@\"\n",
            home.path().display(),
            library.display(),
            env!("CARGO_BIN_EXE_halfminute")
        );
        fs::write(home.path().join("program"), script).unwrap();
        fs::set_permissions(home.path().join("program"), fs::Permissions::from_mode(0o755)).unwrap();
        Self { home }
    }

    /// A camera that sends `frame`, a file of `room` bytes at most.
    fn camera(self, number: usize, name: &str, form: &str, frame: &[u8]) -> Self {
        let folder = self.folder(number);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("name"), name).unwrap();
        fs::write(folder.join("form"), form).unwrap();
        fs::write(folder.join("frame"), [&u32::try_from(frame.len()).unwrap().to_le_bytes(), frame].concat()).unwrap();
        self
    }

    fn with(self, number: usize, what: &str) -> Self {
        fs::write(self.folder(number).join(what), "").unwrap();
        self
    }

    fn folder(&self, number: usize) -> PathBuf {
        self.home.path().join(format!("video{number}"))
    }

    /// Changes what a camera says of the length of its frames.
    fn length(&self, number: usize, length: u32) {
        let file = fs::OpenOptions::new().write(true).open(self.folder(number).join("frame")).unwrap();
        file.write_all_at(&length.to_le_bytes(), 0).unwrap();
    }

    fn cameras(&self) -> CameraProcess {
        CameraProcess::of(self.home.path().join("program"))
    }
}

/// Pixels with this code in the middle, on grey.
fn grey(text: &str, width: usize, height: usize) -> Vec<u8> {
    let (side, luma) = QrMatrix::new(text).unwrap().to_luma(4);
    let mut pixels = vec![150; width * height];
    let (left, top) = ((width - side) / 2, (height - side) / 2);
    for (at, pixel) in luma.iter().enumerate() {
        pixels[(top + at / side) * width + left + at % side] = *pixel;
    }
    pixels
}

fn yuyv(text: &str, width: usize, height: usize) -> Vec<u8> {
    grey(text, width, height).into_iter().flat_map(|pixel| [pixel, 128]).collect()
}

fn jpeg(text: &str, width: usize, height: usize) -> Vec<u8> {
    let picture =
        image::GrayImage::from_raw(u32::try_from(width).unwrap(), u32::try_from(height).unwrap(), grey(text, width, height));
    let mut bytes = Vec::new();
    image::DynamicImage::from(picture.unwrap())
        .into_rgb8()
        .write_with_encoder(image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 70))
        .unwrap();
    bytes
}

fn waits() -> bool {
    false
}

fn texts(frame: &Frame) -> Vec<String> {
    frame.codes.iter().map(|code| String::from_utf8(code.text.to_vec()).unwrap()).collect()
}

#[test]
fn frames_and_their_codes_come_over() {
    let desk = Desk::new()
        .camera(0, "Integrated Camera: Integrated C", "YUYV 640 480", &yuyv(ALICE, 640, 480))
        .camera(1, "Integrated Camera: Integrated C", "YUYV 640 480", &[0; 16])
        .with(1, "metadata")
        .camera(4, "On the desk", "MJPG 1280 720", &jpeg(ALICE, 1280, 720));
    let mut cameras = desk.cameras();
    assert_eq!(cameras.turn_on(0, &waits).unwrap(), ["Integrated Camera", "On the desk"]);
    for _ in 0..3 {
        let frame = cameras.frame(&waits).unwrap();
        assert_eq!((frame.picture.width, frame.picture.height), (640, 480));
        assert_eq!(frame.picture.rgba[..4], [150, 150, 150, 255]);
        assert_eq!(texts(&frame), [ALICE]);
        let (x, y) = frame.codes[0].corners[0];
        assert!((100.0..320.0).contains(&x) && (50.0..240.0).contains(&y), "{x} {y}");
    }
    // The other one, with its size and its form; a number beyond them is the last.
    for at in [1, 7] {
        assert_eq!(cameras.turn_on(at, &waits).unwrap().len(), 2);
        let frame = cameras.frame(&waits).unwrap();
        assert_eq!((frame.picture.width, frame.picture.height, texts(&frame)), (640, 360, vec![ALICE.to_owned()]));
    }
    cameras.turn_off();
    assert!(!cameras.is_on());
    assert_eq!(cameras.frame(&waits).unwrap_err(), CameraError::Failed);
}

#[test]
fn a_frame_without_a_code_or_broken_is_no_end() {
    let desk = Desk::new().camera(0, "Camera", "YUYV 640 480", &yuyv(ALICE, 640, 480));
    let mut cameras = desk.cameras();
    cameras.turn_on(0, &waits).unwrap();
    desk.length(0, 1_000);
    let broken = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(200));
            desk.length(0, 640 * 480 * 2);
        });
        cameras.frame(&waits)
    });
    assert_eq!(texts(&broken.unwrap()), [ALICE], "what is cut off is passed over");
    desk.length(0, 1_000);
    assert_eq!(cameras.frame(&waits).unwrap_err(), CameraError::Failed, "nothing but broken frames");
    assert!(!cameras.is_on());
}

#[test]
fn each_trouble_has_its_name() {
    let frame = [0; 64];
    let desk = || Desk::new().camera(2, "Camera", "YUYV 8 4", &frame);
    let rows = [
        ("none", Desk::new(), CameraError::None),
        ("of another program", desk().with(2, "busy"), CameraError::Busy),
        ("forbidden", desk().with(2, "denied"), CameraError::NotAllowed),
        ("no camera", desk().with(2, "metadata"), CameraError::None),
        ("a form that nobody reads", Desk::new().camera(0, "Camera", "H264 8 4", &frame), CameraError::Unknown),
        ("a size that nobody has", Desk::new().camera(0, "Camera", "YUYV 99999 99999", &frame), CameraError::Unknown),
    ];
    for (what, desk, error) in rows {
        let mut cameras = desk.cameras();
        assert_eq!(cameras.turn_on(0, &waits).unwrap_err(), error, "{what}");
        assert!(!cameras.is_on(), "{what}");
    }
    let mut nowhere = CameraProcess::of("/nowhere/halfminute".into());
    assert_eq!(nowhere.turn_on(0, &waits).unwrap_err(), CameraError::Failed);
}

#[test]
fn a_driver_that_lies_takes_down_its_process_alone() {
    let desk = Desk::new().camera(0, "Camera", "YUYV 8 4", &[0; 64]);
    let mut cameras = desk.cameras();
    cameras.turn_on(0, &waits).unwrap();
    desk.length(0, 1 << 30);
    assert_eq!(cameras.frame(&waits).unwrap_err(), CameraError::Failed);
    desk.length(0, 64);
    cameras.turn_on(0, &waits).unwrap();
    assert!(texts(&cameras.frame(&waits).unwrap()).is_empty());
}

#[test]
fn a_camera_that_sends_nothing_is_given_up_at_once() {
    let desk = Desk::new().camera(0, "Camera", "YUYV 8 4", &[0; 64]);
    desk.length(0, 0);
    let mut cameras = desk.cameras();
    cameras.turn_on(0, &waits).unwrap();
    let since = Instant::now();
    let asked = || since.elapsed() > Duration::from_millis(100);
    assert_eq!(cameras.frame(&asked).unwrap_err(), CameraError::GivenUp);
    assert!(!cameras.is_on(), "its process is ended, and with it the light");
    assert!(since.elapsed() < Duration::from_secs(5), "long before its patience ends");
}
