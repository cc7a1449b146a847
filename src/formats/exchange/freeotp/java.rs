//! Just enough of Java's object serialization (Java Object Serialization Specification, chapter 6) to read one `java.util.HashMap` of
//! texts: the shapes that FreeOTP writes, and no other. Nothing is ever instantiated.

use zeroize::Zeroizing;

use super::super::{FormatError, MAX_ENTRIES};

const MAGIC: &[u8] = &[0xac, 0xed, 0x00, 0x05];
/// The class `java.util.HashMap` with its version, its flags (it writes itself), its two fields and no parent.
const CLASS: &[u8] =
    b"sr\x00\x11java.util.HashMap\x05\x07\xda\xc1\xc3\x16\x60\xd1\x03\x00\x02F\x00\x0aloadFactorI\x00\x09thresholdxp";
const BLOCK: u8 = 0x77;
const STRING: u8 = 0x74;
const LONG_STRING: u8 = 0x7c;
const REFERENCE: u8 = 0x71;
const END: u8 = 0x78;
/// Handles are counted from here; class and map have the first two.
const FIRST_TEXT: u32 = 0x7e_0002;
/// A token has two texts under two names.
const MOST_PAIRS: usize = 2 * MAX_ENTRIES + 16;

/// Names and values, in their order.
pub(super) type Map = Vec<(String, String)>;

/// Whether `bytes` begin like any serialized object.
pub(super) fn is_stream(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Whether `bytes` begin like a serialized map.
pub(super) fn is_map(bytes: &[u8]) -> bool {
    bytes.strip_prefix(MAGIC).is_some_and(|rest| rest.starts_with(CLASS))
}

/// The texts of the map that `bytes` are.
///
/// # Errors
/// [`FormatError::NotThisFormat`] for another class, [`FormatError::Damaged`] for anything else in it than texts,
/// [`FormatError::KeyTwice`], [`FormatError::TooManyEntries`].
pub(super) fn map(bytes: &[u8]) -> Result<Map, FormatError> {
    let rest = bytes.strip_prefix(MAGIC).and_then(|rest| rest.strip_prefix(CLASS)).ok_or(FormatError::NotThisFormat)?;
    let mut reader = Reader { rest, texts: Vec::new() };
    // Load factor and threshold.
    reader.take(8)?;
    if reader.take(2)? != [BLOCK, 8] {
        return Err(FormatError::Damaged);
    }
    let (_buckets, size) = (reader.number()?, reader.number()?);
    let size = usize::try_from(size).map_err(|_| FormatError::TooManyEntries)?;
    if size > MOST_PAIRS {
        return Err(FormatError::TooManyEntries);
    }
    let mut map = Map::new();
    let mut seen = std::collections::HashSet::new();
    for _ in 0..size {
        let name = reader.text()?;
        if !seen.insert(name.clone()) {
            return Err(FormatError::KeyTwice);
        }
        map.push((name, reader.text()?));
    }
    if reader.take(1)? == [END] && reader.rest.is_empty() { Ok(map) } else { Err(FormatError::Damaged) }
}

struct Reader<'a> {
    rest: &'a [u8],
    /// The texts so far, as bytes: a later one may be a reference to one of them.
    texts: Vec<&'a [u8]>,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], FormatError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(FormatError::Damaged)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(FormatError::Damaged)?;
        self.rest = rest;
        Ok(*taken)
    }

    fn number(&mut self) -> Result<u32, FormatError> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    fn text(&mut self) -> Result<String, FormatError> {
        let bytes = match self.take(1)? {
            [STRING] => {
                let length = u16::from_be_bytes(self.array()?);
                self.take(length.into())?
            }
            [LONG_STRING] => {
                let length = u64::from_be_bytes(self.array()?);
                self.take(usize::try_from(length).map_err(|_| FormatError::Damaged)?)?
            }
            [REFERENCE] => {
                let place = self.number()?.checked_sub(FIRST_TEXT).and_then(|place| usize::try_from(place).ok());
                let known = place.and_then(|place| self.texts.get(place)).ok_or(FormatError::Damaged)?;
                return decode(known);
            }
            _ => return Err(FormatError::Damaged),
        };
        self.texts.push(bytes);
        decode(bytes)
    }
}

/// Java's modified UTF-8: UTF-16 units of one to three bytes each, and NUL in two.
fn decode(bytes: &[u8]) -> Result<String, FormatError> {
    // Large enough from the start, so that no copy is left behind by growing: a unit has a byte at least.
    let mut units = Zeroizing::new(Vec::with_capacity(bytes.len()));
    let mut rest = bytes.iter().map(|byte| u16::from(*byte));
    while let Some(first) = rest.next() {
        let mut more = || rest.next().filter(|byte| byte & 0xc0 == 0x80).map(|byte| byte & 0x3f).ok_or(FormatError::Damaged);
        units.push(match first {
            0x01..=0x7f => first,
            0xc0..=0xdf => (first & 0x1f) << 6 | more()?,
            0xe0..=0xef => (first & 0x0f) << 12 | more()? << 6 | more()?,
            _ => return Err(FormatError::Damaged),
        });
    }
    String::from_utf16(&units).map_err(|_| FormatError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written by `ObjectOutputStream` of OpenJDK 17: `größe\0🦊` → `x`, `masterKey` → `{"a":1}`.
    const REAL: &str = "aced0005737200116a6176612e7574696c2e486173684d61700507dac1c31660d103000246000a6c6f6164466163746f724900\
        097468726573686f6c6478703f400000000000037708000000040000000274000f6772c3b6c39f65c080eda0beedb68a740001787400096d\
        61737465724b65797400077b2261223a317d78";

    fn real() -> Vec<u8> {
        data_encoding::HEXLOWER.decode(REAL.as_bytes()).unwrap()
    }

    #[test]
    fn what_java_wrote_is_read() {
        let expected = [("größe\0🦊", "x"), ("masterKey", "{\"a\":1}")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(map(&real()).unwrap(), expected);
        assert!(is_map(&real()));
    }

    #[test]
    fn cut_anywhere_and_lengthened_it_is_refused() {
        let bytes = real();
        for at in 0..bytes.len() {
            assert!(map(&bytes[..at]).is_err(), "cut at {at}");
        }
        assert_eq!(map(&[&bytes[..], &[0]].concat()).err(), Some(FormatError::Damaged));
    }

    #[test]
    fn other_shapes_are_refused() {
        use FormatError::{Damaged, KeyTwice, NotThisFormat, TooManyEntries};
        let start = [MAGIC, CLASS, &[0; 8]].concat();
        let of = |size: u32, body: &[u8]| [&start[..], &[BLOCK, 8, 0, 0, 0, 4], &size.to_be_bytes(), body].concat();
        let text = |text: &str| [&[STRING, 0, text.len() as u8], text.as_bytes()].concat();
        let long = [&[LONG_STRING, 0, 0, 0, 0, 0, 0, 0, 1][..], b"v"].concat();
        let reference = |handle: u32| [&[REFERENCE][..], &handle.to_be_bytes()].concat();
        let pair = |name: Vec<u8>, value: &[u8]| [&name[..], value, &[END]].concat();
        let rows: Vec<(&str, Vec<u8>, Result<usize, FormatError>)> = vec![
            ("empty", of(0, &[END]), Ok(0)),
            ("a long text", of(1, &pair(text("n"), &long)), Ok(1)),
            ("a reference", of(1, &pair(text("n"), &reference(FIRST_TEXT))), Ok(1)),
            ("a reference ahead", of(1, &pair(text("n"), &reference(FIRST_TEXT + 1))), Err(Damaged)),
            ("a reference to the class", of(1, &pair(text("n"), &reference(0x7e_0000))), Err(Damaged)),
            ("null", of(1, &pair(text("n"), &[0x70])), Err(Damaged)),
            ("an object", of(1, &pair(text("n"), CLASS)), Err(Damaged)),
            ("a name twice", of(2, &[text("n"), text("v"), text("n"), text("w"), vec![END]].concat()), Err(KeyTwice)),
            ("2^31 pairs", of(1 << 31, &[]), Err(TooManyEntries)),
            ("more pairs than there are", of(1000, &pair(text("n"), &text("v"))), Err(Damaged)),
            ("a length past the end", of(1, &[LONG_STRING, 0x7f, 255, 255, 255, 255, 255, 255, 255]), Err(Damaged)),
            (
                "half a pair of surrogates",
                of(1, &[&[STRING, 0, 3, 0xed, 0xa0, 0xbe][..], &text("v"), &[END]].concat()),
                Err(Damaged),
            ),
            ("NUL as it is", of(1, &pair(text("\0"), &text("v"))), Err(Damaged)),
            ("UTF-8 of four bytes", of(1, &pair(text("🦊"), &text("v"))), Err(Damaged)),
            ("another class", [MAGIC, b"sr\x00\x13java.util.Hashtable"].concat(), Err(NotThisFormat)),
        ];
        for (what, bytes, expected) in rows {
            assert_eq!(map(&bytes).map(|map| map.len()), expected, "{what}");
        }
    }
}
