//! Google Authenticator's export: `otpauth-migration://offline?data=…`, one address per QR code, ten accounts at most in each.
//!
//! `data` is base64 of a Protocol Buffers message, percent-encoded: the accounts, the version, and which part of how many it is. A text
//! file holds one address a line, in any order; QR codes come one by one through [`read_uri`]. The message is nowhere
//! documented by Google; this is the form that Aegis (`GoogleAuthUri`) and others read, seen in real exports.
//!
//! - A message holds no period: an account of 60 s looks like one of 30 s, and a file says so once. It knows 6 and 8 digits only.
//! - `unspecified` in algorithm, digits and kind is Google's default: SHA-1, 6, time-based. Values that nobody knows leave the entry out.
//! - The account name often repeats the issuer (`Issuer:name`); it is taken off. Without an issuer, one colon separates the two.
//! - A field that stands twice in one account is legal in the encoding and unclear here: the entry is left out.
//! - `+` that became a space, the URL alphabet and missing padding are read.

use prost::Message;
use zeroize::Zeroizing;

use super::address_list::lines;
use super::draft::{Kind, Numbers, bytes_key, params};
use super::{Draft, Entry, FileNote, Format, FormatError, Given, Import, Key, LeftOut, MAX_ENTRIES, OddKind, Part, Parts};
use crate::domain::OtpKind;

#[cfg(test)]
mod tests;
mod write;

pub use write::{Addresses, addresses};

/// How every address begins, in any case.
pub const SCHEME: &str = "otpauth-migration://";
/// The most accounts that Google puts into one address.
pub const PER_ADDRESS: usize = 10;

/// The longest message read, in bytes; a QR code holds less than three thousand.
const MAX_MESSAGE: usize = 1 << 20;
/// The newest version seen.
const VERSION: i32 = 2;
/// The most parts of one export: more than 10 000 accounts are never read.
const MAX_PARTS: u32 = 1000;

/// What the app is called.
pub const NAME: &str = "Google Authenticator";

/// See the module.
pub struct Google;

impl Format for Google {
    fn id(&self) -> &'static str {
        "google"
    }

    fn name(&self) -> &'static str {
        NAME
    }

    fn hint(&self) -> &'static str {
        "Menu > Transfer accounts > Export accounts; a picture of its QR codes, or a text file with what they say"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        given.text().and_then(|text| lines(text).next()).is_some_and(is_migration)
    }

    fn read(&self, given: &Given<'_>, _: &Key) -> Result<Import, FormatError> {
        let text = given.text().ok_or(FormatError::NotThisFormat)?;
        if !lines(text).any(is_migration) {
            return Err(FormatError::NotThisFormat);
        }
        let (mut parts, mut refused, mut count) = (Vec::new(), None, 0);
        for line in lines(text) {
            let part = if is_migration(line) { read_uri(line) } else { Ok(one(Draft::default().address(line))) };
            let part = match part {
                Err(error @ (FormatError::TooNew | FormatError::TooManyEntries | FormatError::TooLarge)) => return Err(error),
                Err(error) => {
                    refused.get_or_insert(error);
                    one(unread(error))
                }
                Ok(part) => part,
            };
            count += part.entries.len();
            if count > MAX_ENTRIES || parts.len() == MAX_ENTRIES {
                return Err(FormatError::TooManyEntries);
            }
            parts.push(part);
        }
        match refused {
            Some(error) if parts.iter().flat_map(|part| &part.entries).all(|entry| entry.outcome.is_err()) => Err(error),
            _ => Import::join(parts),
        }
    }
}

/// Whether `text` is such an address, or begins like one.
#[must_use]
pub fn is_migration(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '<'));
    text.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
}

fn one(entry: Entry) -> Import {
    Import { entries: vec![entry], ..Import::default() }
}

/// One address, as one QR code holds it. [`Import::parts`] says which part it is of how many; [`Import::join`] puts parts together.
///
/// # Errors
/// [`FormatError`]; an account that cannot be read is left out and is no error.
pub fn read_uri(text: &str) -> Result<Import, FormatError> {
    let message = message(text)?;
    let payload = Payload::decode(message.as_slice()).map_err(|_| FormatError::Damaged)?;
    match payload.version {
        0..=VERSION => {}
        version if version > VERSION => return Err(FormatError::TooNew),
        _ => return Err(FormatError::Damaged),
    }
    if payload.accounts.len() > MAX_ENTRIES {
        return Err(FormatError::TooManyEntries);
    }
    let part = part(&payload, &message)?;
    let mut parts = Parts::default();
    if let Some(part) = part {
        parts.add(part);
    }
    let accounts = payload.accounts.into_iter().map(Zeroizing::new);
    let entries: Vec<Entry> = accounts.map(|account| Entry { part, ..entry(&account) }).collect();
    let timed =
        |entry: &Entry| entry.outcome.as_ref().is_ok_and(|found| matches!(found.account.params.kind(), OtpKind::Totp { .. }));
    let notes = if entries.iter().any(timed) { vec![FileNote::PeriodUnknown] } else { Vec::new() };
    Ok(Import { entries, parts, notes, without_code: 0 })
}

/// A list that cannot be read, as an entry that is left out. It stands for all the accounts in it; nobody knows how many.
#[must_use]
pub fn unread(error: FormatError) -> Entry {
    Draft { issuer: NAME.into(), ..Draft::default() }.left_out(LeftOut::List(error))
}

/// The bytes of the message in an address.
fn message(text: &str) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let text = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or(text);
    let rest = text.get(SCHEME.len()..).filter(|_| is_migration(text)).ok_or(FormatError::NotThisFormat)?;
    let (host, query) = rest.split_once('?').ok_or(FormatError::Damaged)?;
    if !host.trim_end_matches('/').eq_ignore_ascii_case("offline") {
        return Err(FormatError::NotThisFormat);
    }
    let mut given = query.split('&').filter_map(|piece| piece.strip_prefix("data="));
    let data = given.next().ok_or(FormatError::Damaged)?;
    if given.next().is_some() {
        return Err(FormatError::KeyTwice);
    }
    // Three bytes take four letters, or up to twelve characters when all are percent-encoded.
    if data.len() > 4 * MAX_MESSAGE {
        return Err(FormatError::TooLarge);
    }
    let decoded = Zeroizing::new(percent_encoding::percent_decode_str(data).collect::<Vec<u8>>());
    let mut letters = Zeroizing::new(Vec::with_capacity(decoded.len()));
    letters.extend(decoded.iter().map(|letter| match letter {
        b' ' | b'-' => b'+',
        b'_' => b'/',
        letter => *letter,
    }));
    let bare = letters.iter().rposition(|letter| *letter != b'=').map_or(0, |last| last + 1);
    let bare = letters.get(..bare).ok_or(FormatError::Damaged)?;
    let bytes = data_encoding::BASE64_NOPAD.decode(bare).map(Zeroizing::new).map_err(|_| FormatError::Damaged)?;
    match bytes.len() {
        0 => Err(FormatError::Damaged),
        n if n > MAX_MESSAGE => Err(FormatError::TooLarge),
        _ => Ok(bytes),
    }
}

/// Which part it is; it is known again by all that its `message` says.
fn part(payload: &Payload, message: &[u8]) -> Result<Option<Part>, FormatError> {
    let number = |value: i32| u32::try_from(value).map_err(|_| FormatError::Damaged);
    let (index, of) = (number(payload.batch_index)?, number(payload.batch_size)?);
    match of {
        // An export that does not say is all there is.
        0 if index == 0 => Ok(None),
        1..=MAX_PARTS if index < of => Ok(Some(Part::new(payload.batch_id, index, of, message))),
        _ => Err(FormatError::Damaged),
    }
}

/// The whole message. Accounts stay bytes, so that one that cannot be read spoils no other.
#[derive(Clone, PartialEq, Eq, Message)]
#[prost(skip_debug)]
struct Payload {
    #[prost(bytes = "vec", repeated, tag = "1")]
    accounts: Vec<Vec<u8>>,
    #[prost(int32, tag = "2")]
    version: i32,
    #[prost(int32, tag = "3")]
    batch_size: i32,
    #[prost(int32, tag = "4")]
    batch_index: i32,
    #[prost(int32, tag = "5")]
    batch_id: i32,
}

/// One account as it is read: every field as often as it stands there.
#[derive(Clone, PartialEq, Eq, Message)]
#[prost(skip_debug)]
struct Read {
    #[prost(bytes = "vec", repeated, tag = "1")]
    secret: Vec<Vec<u8>>,
    #[prost(bytes = "vec", repeated, tag = "2")]
    name: Vec<Vec<u8>>,
    #[prost(bytes = "vec", repeated, tag = "3")]
    issuer: Vec<Vec<u8>>,
    #[prost(int32, repeated, tag = "4")]
    algorithm: Vec<i32>,
    #[prost(int32, repeated, tag = "5")]
    digits: Vec<i32>,
    #[prost(int32, repeated, tag = "6")]
    kind: Vec<i32>,
    #[prost(int64, repeated, tag = "7")]
    counter: Vec<i64>,
}

fn entry(bytes: &[u8]) -> Entry {
    let Ok(mut read) = Read::decode(bytes) else { return Draft::default().left_out(LeftOut::Unreadable) };
    let secret = Zeroizing::new(read.secret.first_mut().map(std::mem::take).unwrap_or_default());
    let lengths = [
        read.secret.len(),
        read.name.len(),
        read.issuer.len(),
        read.algorithm.len(),
        read.digits.len(),
        read.kind.len(),
        read.counter.len(),
    ];
    for text in read.secret {
        drop(Zeroizing::new(text));
    }
    let text = |values: &[Vec<u8>]| String::from_utf8(values.first().cloned().unwrap_or_default());
    let (Ok(name), Ok(issuer)) = (text(&read.name), text(&read.issuer)) else {
        return Draft::default().left_out(LeftOut::Unreadable);
    };
    let mut draft = names(issuer, name);
    if lengths.iter().any(|length| *length > 1) {
        return draft.left_out(LeftOut::Unreadable);
    }
    let number = |values: &[i32]| values.first().copied().unwrap_or(0);
    let kind = match number(&read.kind) {
        0 | 2 => Kind::Totp,
        1 => Kind::Hotp,
        _ => return draft.left_out(LeftOut::Kind(OddKind::Other)),
    };
    let algorithm = match number(&read.algorithm) {
        0 | 1 => "SHA1",
        2 => "SHA256",
        3 => "SHA512",
        _ => return draft.left_out(LeftOut::Algorithm),
    };
    let digits = match number(&read.digits) {
        0 | 1 => 6,
        2 => 8,
        _ => return draft.left_out(LeftOut::Digits),
    };
    // A number that is zero is not written at all in this encoding.
    let counter = Some(read.counter.first().copied().unwrap_or(0).into());
    let numbers = Numbers { algorithm: Some(algorithm), digits: Some(digits), period: None, counter };
    let params = params(kind, numbers, &mut draft);
    draft.entry(bytes_key(secret), params)
}

fn names(issuer: String, name: String) -> Draft {
    let (issuer, name) = match name.strip_prefix(issuer.as_str()).and_then(|rest| rest.strip_prefix(':')) {
        Some(rest) => (issuer, rest.trim_start().to_owned()),
        None => match name.split_once(':') {
            Some((before, after)) if issuer.is_empty() && !after.contains(':') => (before.to_owned(), after.to_owned()),
            _ => (issuer, name),
        },
    };
    Draft { issuer, name, ..Draft::default() }
}
