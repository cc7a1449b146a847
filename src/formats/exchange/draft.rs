//! From an app's fields to an entry: names cleaned, key and parameters checked in one place for all readers.

use zeroize::Zeroizing;

use crate::domain::name::clean;
use crate::domain::secret::SecretSizeError;
use crate::domain::{Algorithm, Digits, OtpKind, OtpParams, ParamError, Period, Secret, UnixTime};
use crate::formats::NewAccount;
use crate::formats::base32::{self, Base32Error, KeyNote};
use crate::formats::otpauth::{self, AddressError, AddressNote};

use super::{Entry, EntryNote, Found, Json, LeftOut, MAX_TEXT, OddKind};

/// The most tags taken from one entry.
pub(super) const MAX_TAGS: usize = 32;

/// What an app says of one entry besides key and parameters. Texts are as they stand in the file.
#[derive(Default)]
pub struct Draft {
    /// Who issued it.
    pub issuer: String,
    /// Whose account it is.
    pub name: String,
    /// Tags, groups, folders.
    pub tags: Vec<String>,
    /// A note.
    pub note: String,
    /// It stands before the others.
    pub pinned: bool,
    /// How often it was used.
    pub uses: u64,
    /// It is in the app's trash.
    pub in_trash: bool,
    /// When it was made.
    pub created: Option<UnixTime>,
    /// What the reader noticed.
    pub notes: Vec<EntryNote>,
}

/// A key, and what was noticed in it.
pub type ReadKey = Result<(Secret, Vec<KeyNote>), LeftOut>;

/// What a reader makes of one entry besides the draft: key and parameters, or why it is left out as a whole.
pub type Filled = Result<(ReadKey, Result<OtpParams, LeftOut>), LeftOut>;

/// Which kind of codes, as far as an app says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Time-based.
    Totp,
    /// Counter-based.
    Hotp,
    /// Steam's.
    Steam,
}

/// The numbers of an entry as they stand in the file; `None` where the file does not say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Numbers<'a> {
    /// The hash's name; `None` is SHA-1.
    pub algorithm: Option<&'a str>,
    /// Digits; `None` is six, and five for Steam.
    pub digits: Option<i128>,
    /// Seconds; `None` is 30.
    pub period: Option<i128>,
    /// The counter of the next code; `None` is 0, which is noted.
    pub counter: Option<i128>,
}

impl Draft {
    /// The entry that `fill` reads into a draft; where it gives up, the names that it has read so far count.
    #[must_use]
    pub fn filled(fill: impl FnOnce(&mut Self) -> Filled) -> Entry {
        let mut draft = Self::default();
        match fill(&mut draft) {
            Ok((key, params)) => draft.entry(key, params),
            Err(why) => draft.left_out(why),
        }
    }

    /// The entry with its key and parameters, or left out for the first thing that is wrong.
    #[must_use]
    pub fn entry(mut self, key: ReadKey, params: Result<OtpParams, LeftOut>) -> Entry {
        let (issuer, name) = (clean(&self.issuer), clean(&self.name));
        let title = crate::domain::account::title(&issuer.text, &name.text);
        let ((secret, key_notes), params) = match (key, params) {
            // What kind it is comes first: a key of another kind has another form.
            (_, Err(why @ LeftOut::Kind(_))) | (Err(why), _) | (_, Err(why)) => {
                return Entry { title, outcome: Err(why), part: None };
            }
            (Ok(key), Ok(params)) => (key, params),
        };
        let mut notes = std::mem::take(&mut self.notes);
        notes.extend(key_notes.into_iter().map(EntryNote::Key));
        notes.extend(issuer.notes.into_iter().map(EntryNote::Issuer));
        notes.extend(name.notes.into_iter().map(EntryNote::Name));
        notes.extend(numbers_noted(&params).filter(|note| !notes.contains(note)).collect::<Vec<_>>());
        let (tags, note) = (tags(&self.tags, &mut notes), note(&self.note, &mut notes));
        if self.in_trash {
            notes.push(EntryNote::InTrash);
        }
        let account = NewAccount { issuer: issuer.text, name: name.text, params, secret };
        let (pinned, uses, in_trash, created) = (self.pinned, self.uses, self.in_trash, self.created);
        let found = Found { account, tags, note, pinned, uses, in_trash, created, notes };
        Entry { title, outcome: Ok(Box::new(found)), part: None }
    }

    /// An entry that is left out.
    #[must_use]
    pub fn left_out(self, why: LeftOut) -> Entry {
        let (issuer, name) = (clean(&self.issuer), clean(&self.name));
        Entry { title: crate::domain::account::title(&issuer.text, &name.text), outcome: Err(why), part: None }
    }

    /// The entry of an `otpauth://` address. Names of the draft count where the address has none.
    #[must_use]
    pub fn address(self, address: &str) -> Entry {
        self.of_address(address, false)
    }

    /// The same for an app that shows names of its own: the address's count only where the draft has none.
    #[must_use]
    pub fn address_named(self, address: &str) -> Entry {
        self.of_address(address, true)
    }

    fn of_address(mut self, address: &str, own_names: bool) -> Entry {
        let read = otpauth::read_of_file(address);
        if read.is_err() && self.issuer.is_empty() && self.name.is_empty() {
            (self.issuer, self.name) = otpauth::whose(address);
        }
        match read {
            Ok(read) => {
                let entry = read.entry;
                let (own_issuer, own_name) = (own_names && !self.issuer.is_empty(), own_names && !self.name.is_empty());
                if !own_issuer && !entry.issuer.is_empty() {
                    self.issuer = entry.issuer;
                }
                if !own_name && !entry.name.is_empty() {
                    self.name = entry.name;
                }
                let told = |note: &AddressNote| match note {
                    AddressNote::NoName => self.name.is_empty(),
                    AddressNote::LabelColons => !own_issuer && !own_name,
                    AddressNote::IssuerDiffers { .. } | AddressNote::IssuerPlus | AddressNote::IssuerColon => !own_issuer,
                    AddressNote::Issuer(_) => !own_issuer,
                    AddressNote::Name(_) => !own_name,
                    AddressNote::Period { .. } | AddressNote::CounterMissing | AddressNote::NotSteam | AddressNote::Key(_) => {
                        true
                    }
                };
                let mut notes: Vec<EntryNote> = read.notes.into_iter().filter(told).map(EntryNote::Address).collect();
                // The period is said once.
                let said = notes.iter().any(|note| matches!(note, EntryNote::Address(AddressNote::Period { .. })));
                self.notes.append(&mut notes);
                let mut made = self.entry(Ok((entry.secret, Vec::new())), Ok(entry.params));
                if let (true, Ok(found)) = (said, &mut made.outcome) {
                    found.notes.retain(|note| !matches!(note, EntryNote::Period { .. }));
                }
                made
            }
            Err(AddressError::Kind) => self.left_out(LeftOut::Kind(OddKind::Other)),
            Err(AddressError::Digits) => self.left_out(LeftOut::Digits),
            Err(error) => self.left_out(LeftOut::Address(error)),
        }
    }
}

/// What is unusual about parameters.
fn numbers_noted(params: &OtpParams) -> impl Iterator<Item = EntryNote> + use<> {
    let digits = params.digits().get();
    let steam = matches!(params.kind(), OtpKind::Steam { .. });
    let digits = (!steam && !(6..=8).contains(&digits)).then_some(EntryNote::Digits { digits });
    let secs = params.period().map(Period::secs).filter(|secs| !matches!(secs, 30 | 60));
    digits.into_iter().chain(secs.map(|secs| EntryNote::Period { secs }))
}

fn tags(raw: &[String], notes: &mut Vec<EntryNote>) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in raw.iter().map(|tag| clean(tag)).filter(|tag| !tag.text.is_empty()) {
        if !tag.notes.is_empty() {
            noted(notes);
        }
        if tags.contains(&tag.text) {
            continue;
        }
        if tags.len() == MAX_TAGS {
            noted(notes);
            break;
        }
        tags.push(tag.text);
    }
    tags
}

/// A note keeps its lines; each is cleaned, and all of it is at most [`MAX_TEXT`] bytes.
fn note(raw: &str, notes: &mut Vec<EntryNote>) -> String {
    let mut out = String::new();
    for line in raw.trim().lines() {
        let mut rest = line;
        if !out.is_empty() {
            out.push('\n');
        }
        // Lines are longer than names.
        while !rest.is_empty() {
            let end = rest.char_indices().nth(crate::domain::name::MAX_CHARS).map_or(rest.len(), |(at, _)| at);
            let (piece, after) = rest.split_at(end);
            let kept: String = piece.chars().filter(|c| !c.is_control() || *c == '\t').collect();
            if kept.len() != piece.len() {
                noted(notes);
            }
            out.push_str(&kept);
            rest = after;
        }
    }
    let mut end = out.len().min(MAX_TEXT);
    if end < out.len() {
        noted(notes);
    }
    while !out.is_char_boundary(end) {
        end -= 1;
    }
    // What was taken out may have had spaces beside it.
    out[..end].trim().to_owned()
}

fn noted(notes: &mut Vec<EntryNote>) {
    if !notes.contains(&EntryNote::Text) {
        notes.push(EntryNote::Text);
    }
}

/// A key in base32, as nearly all apps write it.
///
/// # Errors
/// [`LeftOut`].
pub fn base32_key(text: &str) -> ReadKey {
    let read = base32::decode(text).map_err(|error| match error {
        Base32Error::Empty => LeftOut::NoKey,
        Base32Error::TooLong => LeftOut::KeyTooLong,
        error => LeftOut::Key(error),
    })?;
    Ok((read.secret, read.notes))
}

/// A key whose bytes are known.
///
/// # Errors
/// [`LeftOut::NoKey`] and [`LeftOut::KeyTooLong`].
pub fn bytes_key(bytes: impl Into<Zeroizing<Vec<u8>>>) -> ReadKey {
    let secret = Secret::new(bytes).map_err(|error| match error {
        SecretSizeError::Empty => LeftOut::NoKey,
        SecretSizeError::TooLong => LeftOut::KeyTooLong,
    })?;
    // expose: an example key is said to be one
    let zero = secret.expose().iter().all(|byte| *byte == 0);
    Ok((secret, if zero { vec![KeyNote::AllZero] } else { Vec::new() }))
}

/// A key in hexadecimal digits of either case.
///
/// # Errors
/// [`LeftOut`].
pub fn hex_key(text: &str) -> ReadKey {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).map_err(|_| LeftOut::KeyForm)?;
    bytes_key(bytes)
}

/// A key in base64, padded or not.
///
/// # Errors
/// [`LeftOut`].
pub fn base64_key(text: &str) -> ReadKey {
    bytes_key(base64(text).ok_or(LeftOut::KeyForm)?)
}

/// Base64 of the usual alphabet, padded or not, without line breaks; `None` if it is none.
#[must_use]
pub fn base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let bare = text.trim().trim_end_matches('=');
    data_encoding::BASE64_NOPAD.decode(bare.as_bytes()).ok().map(Zeroizing::new)
}

/// The text of a field; empty if it is not there.
///
/// # Errors
/// [`LeftOut::Unreadable`] if it is of another type.
pub fn text_of<'a>(entry: &'a Json, key: &str) -> Result<&'a str, LeftOut> {
    entry.get(key).map_or(Ok(""), |value| value.text().ok_or(LeftOut::Unreadable))
}

/// The number of a field; `None` if it is not there.
///
/// # Errors
/// `why` if it is no whole number.
pub fn number_of(entry: &Json, key: &str, why: LeftOut) -> Result<Option<i128>, LeftOut> {
    entry.get(key).map_or(Ok(None), |value| value.whole().map(Some).ok_or(why))
}

/// The parameters of an entry, checked; a missing counter is noted in `draft`.
///
/// # Errors
/// [`LeftOut`] with the first thing that is wrong.
pub fn params(kind: Kind, numbers: Numbers<'_>, draft: &mut Draft) -> Result<OtpParams, LeftOut> {
    let algorithm = match numbers.algorithm {
        None | Some("") => Algorithm::Sha1,
        Some(name) => Algorithm::parse(name).ok_or(LeftOut::Algorithm)?,
    };
    let digits = match (numbers.digits, kind) {
        (None, Kind::Steam) => Digits::STEAM,
        (None, _) => Digits::SIX,
        (Some(count), _) => u8::try_from(count).ok().and_then(Digits::new).ok_or(LeftOut::Digits)?,
    };
    let period = || match numbers.period {
        None => Ok(Period::DEFAULT),
        Some(secs) => u32::try_from(secs).ok().and_then(Period::new).ok_or(LeftOut::Period),
    };
    let kind = match kind {
        Kind::Totp => OtpKind::Totp { period: period()? },
        Kind::Steam => OtpKind::Steam { period: period()? },
        Kind::Hotp => OtpKind::Hotp {
            counter: match numbers.counter {
                None => {
                    draft.notes.push(EntryNote::CounterMissing);
                    0
                }
                Some(counter) => u64::try_from(counter).map_err(|_| LeftOut::Counter)?,
            },
        },
    };
    OtpParams::new(algorithm, digits, kind).map_err(|error| match error {
        ParamError::Steam => LeftOut::Steam,
        ParamError::Counter => LeftOut::Counter,
    })
}
