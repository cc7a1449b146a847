//! In how many ways a key can be read, and which of them give another key.

use data_encoding::{BASE32_NOPAD, BASE64, BASE64_NOPAD, HEXLOWER, HEXLOWER_PERMISSIVE, HEXUPPER};
use zeroize::Zeroizing;

use super::priors;
use crate::domain::secret::Secret;

/// How the key of a code differs from the account's. "Its letters" are those of the account's key in base32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misread {
    /// The letters are the bytes of the key.
    Text,
    /// The same in lower case.
    LowerText,
    /// The same with `=` up to a multiple of eight.
    PaddedText,
    /// The same in groups of four.
    GroupedText,
    /// A line's end at the end of the key.
    LineEnd,
    /// No line's end at the end of the key, where the account has one.
    NoLineEnd,
    /// The letters are read as hexadecimal.
    Hex,
    /// The letters are read as base64.
    Base64,
    /// The key in hexadecimal, in lower case, its text being the bytes.
    HexText,
    /// The same in upper case.
    UpperHexText,
    /// The key in base64, its text being the bytes.
    Base64Text,
    /// The account's key is text in base32, which is read once more.
    InsideBase32,
    /// The account's key is text in hexadecimal, which is read once more.
    InsideHex,
    /// The account's key is text in base64, which is read once more.
    InsideBase64,
    /// Only so many bytes from the start.
    First(usize),
    /// The key again and again up to so many bytes.
    Repeated(usize),
    /// At this place, counted from 1, stands this letter.
    Letter {
        /// Where.
        place: usize,
        /// Which letter stands there.
        letter: char,
    },
    /// The letter at this place, counted from 1, is missing.
    Missing(usize),
    /// The letters at this place, counted from 1, and the next one have changed places.
    Swapped(usize),
}

/// A key that a misreading gives.
pub struct Reading {
    pub secret: Secret,
    pub misread: Misread,
    /// How ordinary it is: see the table of priors.
    pub prior: f64,
    /// One letter of many: tried with less around it.
    pub letter: bool,
}

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Letters of base32 that look alike, in print or by hand.
const LOOK_ALIKES: [(u8, u8); 8] =
    [(b'I', b'L'), (b'O', b'Q'), (b'O', b'D'), (b'Z', b'2'), (b'S', b'5'), (b'G', b'6'), (b'U', b'V'), (b'I', b'J')];

/// Every other key that `secret` may be read as; with `all_letters` every letter is taken for every other one.
pub fn readings(secret: &Secret, all_letters: bool) -> Vec<Reading> {
    // The key is exposed to write it in the ways in which others write it; every text is wiped.
    let key = secret.expose();
    let letters = Zeroizing::new(BASE32_NOPAD.encode(key).into_bytes());
    let mut list = List { own: secret, found: Vec::new() };
    whole(&mut list, key, &letters);
    let likely = look_alikes(&letters);
    for &misread in &likely {
        list.add_letter(&letters, misread, priors::LOOK_ALIKE / likely.len() as f64);
    }
    if all_letters {
        let places = 1..=letters.len();
        let other = |place: usize| ALPHABET.iter().map(move |&letter| Misread::Letter { place, letter: char::from(letter) });
        let prior = priors::ANY_LETTER / letters.len() as f64;
        for misread in places.clone().flat_map(other) {
            list.add_letter(&letters, misread, prior / 31.0);
        }
        for misread in places.clone().map(Misread::Missing).chain((1..letters.len()).map(Misread::Swapped)) {
            list.add_letter(&letters, misread, prior);
        }
    }
    list.found
}

/// The ways that concern the whole key.
fn whole(list: &mut List<'_>, key: &[u8], letters: &[u8]) {
    use Misread::*;
    let lower = letters.to_ascii_lowercase();
    let padded = [letters, &b"======"[..(8 - letters.len() % 8) % 8]].concat();
    let grouped = letters.chunks(4).collect::<Vec<_>>().join(&b' ');
    let text = letters;
    list.add(Text, text.to_vec(), priors::AS_TEXT);
    for (misread, bytes) in [
        (LowerText, lower.clone()),
        (PaddedText, padded),
        (GroupedText, grouped),
        (LineEnd, [key, b"\n"].concat()),
        (NoLineEnd, key.trim_ascii_end().to_vec()),
    ] {
        list.add(misread, bytes, priors::TEXT_VARIANT);
    }
    let base64 = |text: &[u8]| {
        let bare = text.trim_ascii_end();
        BASE64.decode(bare).or_else(|_| BASE64_NOPAD.decode(bare)).unwrap_or_default()
    };
    let hex = |text: &[u8]| HEXLOWER_PERMISSIVE.decode(text.trim_ascii_end()).unwrap_or_default();
    let base32 = |text: &[u8]| {
        let bare: Vec<u8> =
            text.to_ascii_uppercase().into_iter().filter(|byte| !matches!(byte, b' ' | b'-' | b'=' | b'\n')).collect();
        values(&bare).map(|values| pack(&values)).unwrap_or_default()
    };
    for (misread, bytes) in [
        (Hex, hex(letters)),
        (Base64, base64(letters)),
        (HexText, HEXLOWER.encode(key).into_bytes()),
        (UpperHexText, HEXUPPER.encode(key).into_bytes()),
        (Base64Text, BASE64.encode(key).into_bytes()),
        (InsideBase32, base32(key)),
        (InsideHex, hex(key)),
        (InsideBase64, base64(key)),
    ] {
        list.add(misread, bytes, priors::OTHER_ENCODING);
    }
    let lengths: Vec<usize> = [10, 16, 20, 32].into_iter().filter(|&length| length < key.len()).collect();
    for &length in &lengths {
        list.add(First(length), key[..length].to_vec(), priors::FIRST_BYTES / lengths.len() as f64);
    }
    for length in [32, 64].into_iter().filter(|&length| length > key.len()) {
        list.add(Repeated(length), key.iter().copied().cycle().take(length).collect(), priors::REPEATED);
    }
}

/// Letters that somebody may have taken for another one, or that an app has passed over as a digit that no key has (0, 1, 8).
fn look_alikes(letters: &[u8]) -> Vec<Misread> {
    let mut likely = Vec::new();
    for (place, letter) in (1..).zip(letters) {
        for (one, other) in LOOK_ALIKES.into_iter().flat_map(|(one, other)| [(one, other), (other, one)]) {
            if one == *letter {
                likely.push(Misread::Letter { place, letter: char::from(other) });
            }
        }
        if matches!(letter, b'O' | b'I' | b'L' | b'B') {
            likely.push(Misread::Missing(place));
        }
    }
    likely
}

/// What has been found, each key once.
struct List<'a> {
    own: &'a Secret,
    found: Vec<Reading>,
}

impl List<'_> {
    fn add(&mut self, misread: Misread, bytes: Vec<u8>, prior: f64) {
        self.push(misread, bytes, prior, false);
    }

    fn add_letter(&mut self, letters: &[u8], misread: Misread, prior: f64) {
        let mut letters = Zeroizing::new(letters.to_vec());
        match misread {
            Misread::Letter { place, letter } => letters[place - 1] = letter as u8,
            Misread::Missing(place) => drop(letters.remove(place - 1)),
            Misread::Swapped(place) => letters.swap(place - 1, place),
            _ => return,
        }
        let Some(values) = values(&letters) else { return };
        self.push(misread, pack(&values), prior, true);
    }

    fn push(&mut self, misread: Misread, bytes: Vec<u8>, prior: f64, letter: bool) {
        let Ok(secret) = Secret::new(bytes) else { return };
        if !self.own.same_as(&secret) && !self.found.iter().any(|reading| reading.secret.same_as(&secret)) {
            self.found.push(Reading { secret, misread, prior, letter });
        }
    }
}

/// The five bits of each letter; `None` if one is not of base32.
fn values(letters: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let value = |letter: &u8| ALPHABET.iter().position(|other| other == letter).map(|place| place as u8);
    letters.iter().map(value).collect::<Option<Vec<u8>>>().map(Zeroizing::new)
}

/// Whole bytes from five bits each; what is left over is dropped, as most programs do.
fn pack(values: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(values.len() * 5 / 8);
    let (mut held, mut bits) = (0_u16, 0);
    for value in values {
        held = held << 5 | u16::from(*value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    bytes
}
