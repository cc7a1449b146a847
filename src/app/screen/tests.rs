//! Screens with codes that our own writer made.

use super::*;
use crate::app::picture::InLine;
use crate::app::ports::Grabbed;
use crate::formats::qr::QrMatrix;

const ALICE: &str = "otpauth://totp/GitHub:alice?secret=JBSWY3DPEHPK3PXP&issuer=GitHub";
const BOB: &str = "otpauth://totp/Mail:bob?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Mail";

/// Screens that show codes from left to right on grey.
struct Showing(Vec<Vec<&'static str>>);

impl Screens for Showing {
    fn grab(&mut self, _given_up: &dyn Fn() -> bool) -> Result<Grabbed, ScreenError> {
        Ok(Grabbed { shots: self.0.iter().map(|texts| shot_of(texts)).collect(), left: Some("/tmp/picture.png".into()) })
    }
}

struct Refusing(ScreenError);

impl Screens for Refusing {
    fn grab(&mut self, _given_up: &dyn Fn() -> bool) -> Result<Grabbed, ScreenError> {
        Err(self.0)
    }
}

fn shot_of(texts: &[&str]) -> Shot {
    let (width, height) = (1600, 600);
    let mut rgba = vec![0x90; width * height * 4];
    for (place, text) in texts.iter().enumerate() {
        let (side, luma) = QrMatrix::new(text).unwrap().to_luma(4);
        for (at, grey) in luma.iter().enumerate() {
            let (x, y) = (100 + place * 500 + at % side, 150 + at / side);
            rgba[(y * width + x) * 4..][..4].copy_from_slice(&[*grey, *grey, *grey, 255]);
        }
    }
    Shot { width, height, rgba: rgba.into() }
}

#[test]
fn every_screen_is_searched_and_each_code_named_once() {
    let screens = vec![vec![ALICE, "WIFI:S:home;P:secret;;"], vec![], vec![ALICE], vec!["otpauth://totp/x", BOB, ALICE]];
    let sight = look(&mut Showing(screens), &InLine, &|| false).unwrap();
    let mut codes: Vec<_> = sight.codes.iter().map(|code| (code.screen, code.title.as_str(), code.usable)).collect();
    codes.sort_unstable();
    let expected = [
        (0, "GitHub (alice)", true),
        (0, "Not an authenticator code", false),
        (1, "An account without a name", false),
        (1, "Mail (bob)", true),
    ];
    assert_eq!(codes, expected);
    assert_eq!(sight.screens.len(), 2, "one without a new code is not shown");
    assert_eq!(sight.left, Some("/tmp/picture.png".into()));
    let alice = sight.codes.iter().find(|code| code.title == "GitHub (alice)").unwrap();
    let (x, y) = alice.corners[0];
    assert!((0.06..0.1).contains(&x) && (0.25..0.31).contains(&y), "{x} {y}");
    assert!(!format!("{sight:?}").contains("JBSW"), "a debug print shows no address");
}

#[test]
fn a_list_of_accounts_is_named_by_what_is_in_it() {
    let list = include_str!("../../../tests/fixtures/google/one-part.txt").trim();
    let code = named(0, [(0.0, 0.0); 4], classify(list.as_bytes()));
    assert!(code.usable && code.title.starts_with("Google Authenticator, ") && !code.more.is_empty(), "{code:?}");
    let broken = named(0, [(0.0, 0.0); 4], classify(b"otpauth-migration://offline?data=%"));
    assert!(!broken.usable && broken.title == "Google Authenticator" && !broken.more.is_empty(), "{broken:?}");
}

#[test]
fn what_is_no_code() {
    let why = |screens: &mut dyn Screens, given_up| look(screens, &InLine, &|| given_up).unwrap_err();
    let nothing = NotSeen { why: Why::Picture(PictureError::NothingFound), left: Some("/tmp/picture.png".into()) };
    assert_eq!(why(&mut Showing(vec![vec![], vec![]]), false), nothing);
    let unread = NotSeen { why: Why::Screen(ScreenError::Failed), left: Some("/tmp/picture.png".into()) };
    assert_eq!(why(&mut Showing(vec![]), false), unread);
    let given_up = NotSeen { why: Why::Screen(ScreenError::GivenUp), left: Some("/tmp/picture.png".into()) };
    assert_eq!(why(&mut Showing(vec![vec![ALICE]]), true), given_up);
    let refused = NotSeen { why: Why::Screen(ScreenError::Refused), left: None };
    assert_eq!(why(&mut Refusing(ScreenError::Refused), false), refused);
}

#[test]
fn a_small_picture_keeps_its_shape_and_no_code() {
    let shot = shot_of(&[ALICE, BOB]);
    let found = InLine.read(Picture::Pixels { width: shot.width, height: shot.height, rgba: &shot.rgba }).unwrap();
    let places: Vec<_> = found.iter().map(|code| code.corners).collect();
    let read = |small: &Small| InLine.read(Picture::Pixels { width: small.width, height: small.height, rgba: &small.rgba });
    let clear = Small::of(&shot, &[]);
    assert_eq!((clear.width, clear.height), (1280, 480));
    assert_eq!(read(&clear).unwrap().len(), 2, "they would be legible");
    let small = Small::of(&shot, &places);
    assert_eq!(read(&small).unwrap_err(), PictureError::NothingFound);
    assert_eq!(small.rgba[..4], [0x90, 0x90, 0x90, 255], "the rest is as it was, and opaque");
    // The smallest screens there are.
    for (width, height) in [(1, 1), (3, 2000)] {
        let shot = Shot { width, height, rgba: vec![7; width * height * 4].into() };
        let small = Small::of(&shot, &[[(-5.0, -5.0), (900.0, 0.0), (900.0, 9000.0), (0.0, 3.0)]]);
        assert_eq!((small.width, small.height), (1, height.min(1280)));
        assert_eq!(small.rgba.len(), small.width * small.height * 4);
    }
}

#[test]
fn a_file_of_the_desktop_is_read_at_any_size_of_screens() {
    let mut file = std::io::Cursor::new(Vec::new());
    let wide = image::RgbImage::from_fn(5000, 3500, |x, y| image::Rgb([x as u8, y as u8, 9]));
    wide.write_to(&mut file, image::ImageFormat::Png).unwrap();
    let shot = shot(file.get_ref()).unwrap();
    assert_eq!((shot.width, shot.height, &shot.rgba[4..8]), (5000, 3500, [1, 0, 9, 255].as_slice()));
    assert_eq!(super::shot(&file.get_ref()[..1000]).unwrap_err(), Unreadable::Broken);
    assert_eq!(super::shot(b"text").unwrap_err(), Unreadable::NotAPicture);
    // A header alone makes no memory of that size.
    let mut huge = file.into_inner();
    huge[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    assert!(matches!(super::shot(&huge).unwrap_err(), Unreadable::Broken | Unreadable::TooManyPixels { .. }));
}
