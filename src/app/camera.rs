//! A camera that is on: what it shows, and what is done about the codes that it sees.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::formats::exchange::{Parts, google};
use crate::formats::scanned::{Scanned, classify};

use super::job::Waiting;
use super::notice::{self, Notice};
use super::ports::{Frame, Shot};
use super::screen::{Code, Sight, Small, named};

/// A camera, as long as somebody looks.
#[derive(Debug, Default)]
pub struct Film {
    /// When it is dropped, the camera goes off.
    pub waiting: Waiting,
    /// The names of all cameras; none: it is not on yet.
    pub cameras: Vec<String>,
    /// Which of them it is.
    pub at: usize,
    /// What it shows, not mirrored.
    pub picture: Option<Arc<Shot>>,
    /// Counts the frames.
    pub frames: u64,
    /// What is to be known of the last code that was seen.
    pub said: Option<Notice>,
    /// The lists that were seen of an export in several parts.
    held: Vec<Zeroizing<String>>,
    parts: Parts,
}

/// What follows from a frame.
#[derive(Debug)]
pub enum Saw {
    /// Nothing: the camera stays on.
    Nothing,
    /// These codes, which are all that was waited for.
    Codes(Vec<Scanned>),
    /// Several codes, among which a person chooses.
    Several(Sight),
}

impl Film {
    /// Of camera number `at`.
    #[must_use]
    pub fn of(at: usize) -> Self {
        Self { at, ..Self::default() }
    }

    /// A code of an export in several parts was seen: a person can go on without the others.
    #[must_use]
    pub fn holds(&self) -> bool {
        !self.held.is_empty()
    }

    /// The lists that were seen so far.
    #[must_use]
    pub fn held(&mut self) -> Vec<Scanned> {
        std::mem::take(&mut self.held).into_iter().map(Scanned::Migration).collect()
    }

    /// Takes in a frame.
    pub fn saw(&mut self, frame: Frame) -> Saw {
        let Frame { picture, codes } = frame;
        self.frames += 1;
        let corners: Vec<_> = codes.iter().map(|code| code.corners).collect();
        let mut seen: Vec<Code> = Vec::new();
        for code in &codes {
            let part = |(x, y): (f32, f32)| (x / picture.width.max(1) as f32, y / picture.height.max(1) as f32);
            seen.push(named(0, code.corners.map(part), classify(&code.text)));
        }
        let saw = self.judge(seen, || Small::of(&picture, &corners));
        self.picture = matches!(saw, Saw::Nothing).then(|| Arc::new(picture));
        saw
    }

    fn judge(&mut self, mut seen: Vec<Code>, small: impl FnOnce() -> Small) -> Saw {
        let mut lists = false;
        for code in &seen {
            if let Scanned::Migration(address) = &code.scanned {
                lists = true;
                self.list(address);
            }
        }
        if lists {
            let whole = self.holds() && self.parts.exports().iter().all(|export| export.missing.is_empty());
            return if whole { Saw::Codes(self.held()) } else { Saw::Nothing };
        }
        match seen.len() {
            0 => Saw::Nothing,
            1 => match seen.remove(0).scanned {
                Scanned::Other(other) => {
                    self.said = Some(notice::other_code(other));
                    Saw::Nothing
                }
                address => Saw::Codes(self.held().into_iter().chain([address]).collect()),
            },
            _ if seen.iter().any(|code| code.usable) => Saw::Several(Sight { screens: vec![small()], codes: seen, left: None }),
            many => {
                self.said = Some(notice::camera::none_of(many));
                Saw::Nothing
            }
        }
    }

    /// Keeps a list, unless it was seen before.
    fn list(&mut self, address: &str) {
        self.said = match google::read_uri(address) {
            Ok(import) => {
                let new = import.parts.iter().all(|part| self.parts.add(*part));
                if new && !self.held.iter().any(|held| **held == *address) {
                    self.held.push(Zeroizing::new(address.to_owned()));
                }
                notice::camera::parts(&self.parts)
            }
            Err(error) => Some(notice::import::format_error(error, google::NAME)),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::ports::Found;

    const ALICE: &str = "otpauth://totp/GitHub:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=GitHub";
    const BOB: &str = "otpauth://totp/Mail:bob?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Mail";

    fn frame(texts: &[&str]) -> Frame {
        let picture = Shot { width: 4, height: 2, rgba: Zeroizing::new(vec![9; 32]) };
        let found = |text: &&str| Found {
            text: Zeroizing::new(text.as_bytes().to_vec()),
            corners: [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)],
        };
        Frame { picture, codes: texts.iter().map(found).collect() }
    }

    fn says(film: &Film) -> String {
        film.said.as_ref().map(Notice::line).unwrap_or_default()
    }

    #[test]
    fn it_stays_on_until_a_code_of_an_account_is_seen() {
        let mut film = Film::of(0);
        assert!(matches!(film.saw(frame(&[])), Saw::Nothing));
        assert!(film.picture.is_some() && film.said.is_none());
        assert!(matches!(film.saw(frame(&["https://example.org/"])), Saw::Nothing));
        assert!(says(&film).contains("the address of a web page; it was not opened"), "{}", says(&film));
        assert!(matches!(film.saw(frame(&["https://example.org/", "WIFI:S:home;;"])), Saw::Nothing));
        assert!(matches!(film.saw(frame(&[ALICE])), Saw::Codes(codes) if codes.len() == 1));
        assert!(film.picture.is_none(), "the picture shows the code");
        assert_eq!(film.frames, 4);
    }

    #[test]
    fn among_several_a_person_chooses() {
        let Saw::Several(sight) = Film::of(0).saw(frame(&[ALICE, "WIFI:S:home;;", BOB])) else { panic!("no choice") };
        assert_eq!(sight.codes.iter().map(|code| code.usable).collect::<Vec<_>>(), [true, false, true]);
        assert_eq!(sight.codes[0].corners[2], (0.5, 1.0));
    }
}
