//! `scan --screen` and `import --screen` with pretend screens.

use crate::app::ports::{Grabbed, ScreenError, Screens, Shot};

use super::world::Fake;

/// What the screens show: the text of one code each, an empty one for none, or why they cannot be looked at; `None`: nobody may look.
#[derive(Default)]
pub struct Shown(pub Option<Result<Vec<&'static str>, ScreenError>>);

impl Screens for Shown {
    fn grab(&mut self, _given_up: &dyn Fn() -> bool) -> Result<Grabbed, ScreenError> {
        let texts = self.0.take().expect("nobody was to look")?;
        let shot = |text: &&str| {
            let (side, luma) = crate::formats::qr::QrMatrix::new(text).unwrap().to_luma(4);
            let shown = |grey: &u8| if text.is_empty() { [255; 4] } else { [*grey, *grey, *grey, 255] };
            let rgba: Vec<u8> = luma.iter().flat_map(shown).collect();
            Shot { width: side, height: side, rgba: rgba.into() }
        };
        Ok(Grabbed { shots: texts.iter().map(shot).collect(), left: Some("/tmp/left.png".into()) })
    }
}

const ALICE: &str = "otpauth://totp/GitHub:alice?secret=JBSWY3DPEHPK3PXP&issuer=GitHub";
const LEFT: &str =
    "halfminute: The desktop keeps its picture of the screen in /tmp/left.png. A QR code on it holds a secret: delete it\n";

fn with(screens: Result<Vec<&'static str>, ScreenError>) -> Fake {
    let mut fake = Fake::default();
    fake.screens = Shown(Some(screens));
    fake
}

#[test]
fn codes_on_the_screen_are_said() {
    let ran = with(Ok(vec![ALICE])).run("scan --screen", b"");
    assert_eq!((ran.code, ran.output.as_str(), ran.errors.as_str()), (0, "GitHub (alice)\n", LEFT));
    let ran = with(Ok(vec![ALICE])).run("scan --screen --show", b"");
    assert_eq!((ran.code, ran.output.trim_end()), (0, ALICE));
    // Several screens; what is something else is named and not shown.
    let ran = with(Ok(vec![ALICE, "WIFI:S:home;P:hush;;"])).run("scan --screen", b"");
    assert_eq!((ran.code, ran.output.as_str()), (5, "GitHub (alice)\n"));
    assert!(ran.errors.ends_with("the screen: This is not an authenticator code: it is for a Wi-Fi network\n"), "{}", ran.errors);
    assert!(!ran.errors.contains("home") && !ran.errors.contains("hush"));
    let ran = with(Ok(vec![ALICE])).run("scan --screen --json", b"");
    let accounts = r#""accounts":[{"issuer":"GitHub","account":"alice"}]"#;
    let json = format!("{{\"schema\":1,\"codes\":[{{\"screen\":true,\"kind\":\"otpauth\",{accounts}}}]}}\n");
    assert_eq!((ran.code, ran.output), (0, json));
}

#[test]
fn a_screen_without_a_code_or_that_nobody_may_see() {
    let rows = [
        (Ok(vec![""]), 1, 3, "No QR code was found on the screen. Make the code larger"),
        (Err(ScreenError::NoDisplay), 4, 4, "There is no screen to look at from here. Start it in a desktop session"),
        (Err(ScreenError::NotHere), 4, 4, "Halfminute cannot look at the screen on this system yet. Make one with"),
        (Err(ScreenError::NoPortal), 4, 4, "This desktop hands out no picture of the screen. Make one with"),
        (Err(ScreenError::Refused), 4, 4, "The desktop did not let Halfminute look at the screen. Make one with"),
        (Err(ScreenError::Failed), 4, 4, "The desktop's picture of the screen cannot be read. Make one with"),
    ];
    for (screens, scan, import, said) in rows {
        for (command, code) in [("scan --screen", scan), ("import --screen --dry-run", import)] {
            let ran = with(screens.clone()).run(command, b"");
            assert_eq!((ran.code, ran.output.as_str()), (code, ""), "{command}: {said}");
            assert!(ran.errors.contains(&format!("halfminute: {said}")) && !ran.errors.contains("Ctrl+V"), "{}", ran.errors);
        }
    }
}

#[test]
fn codes_on_the_screen_are_imported() {
    let mut fake = with(Ok(vec![ALICE]));
    let ran = fake.run("import --screen", b"");
    assert_eq!((ran.code, ran.output.as_str()), (0, "GitHub (alice): New\n"), "{}", ran.errors);
    assert_eq!(fake.run("list --json", b"").output.matches("alice").count(), 1);
    // Files are of one app, and so are codes.
    fake.screens = Shown(Some(Ok(vec!["WIFI:S:home;;"])));
    let ran = fake.run("import --screen", b"");
    assert_eq!((ran.code, ran.output.as_str()), (3, ""));
    assert!(ran.errors.contains("it is for a Wi-Fi network"), "{}", ran.errors);
    let ran = fake.run("import --screen --format aegis", b"");
    assert_eq!(ran.code, 2, "{}", ran.errors);
}
