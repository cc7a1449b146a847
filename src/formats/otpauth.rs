//! `otpauth://` addresses: a strict reader, and a writer whose addresses phone apps read.
//!
//! The form is the one of Google Authenticator's "Key URI Format": `otpauth://KIND/LABEL?secret=…&issuer=…`. Nobody standardised it;
//! where programs differ, this is what happens here:
//!
//! - Scheme, kind and parameter names are read in any case; a parameter that means something to us stands once.
//! - The label is `Issuer:account`. One colon as it is separates the two, and `%3A` then belongs to either name; without such a
//!   colon a single `%3A` separates. More colons than that: the whole label is the account name, and it is said.
//! - `+` is a space in parameters and itself in the label. The issuer parameter wins over the label's, and it is said.
//! - An address has 6, 7 or 8 digits. 5, 9 and 10 come from other apps' files only: [`write()`] writes them, [`read`] refuses them,
//!   [`read_of_file`] takes them.
//! - Steam has its own switch: the kind `steam` (Aegis, Ente) or `encoder=steam` on a `totp` address (KeePassXC), with no `digits` or
//!   `digits=5`, no `algorithm` or SHA-1. Any other `encoder`, and any on `hotp`, is refused.
//! - Other parameters (`image`, `icon`, `lock`, a `counter` on `totp`, a `period` on `hotp` …) must be well formed and are ignored;
//!   nothing is ever fetched.
//! - A space as it is passes in names, since many services write it, but not in the key: there it is text that follows the address.

use zeroize::Zeroizing;

use super::NewAccount;
use super::base32::{self, Base32Error};
use crate::domain::name::clean;
use crate::domain::{Algorithm, Digits, OtpKind, OtpParams, ParamError, Period};

mod outcome;
mod whose;
mod write;

pub use outcome::{AddressError, AddressNote, Parameter};
pub use whose::whose;
pub use write::write;

/// The longest address read, in bytes of UTF-8.
pub const MAX_BYTES: usize = 4096;
/// The most parameters of an address, the ignored ones included.
pub const MAX_PARAMETERS: usize = 32;

const SCHEME: &str = "otpauth://";
const MIGRATION: &str = "otpauth-migration://";
/// Bitwarden and Proton write a Steam account as this and its key alone.
const STEAM: &str = "steam://";

/// An account read from an address, and what a person should know about it.
#[derive(Debug)]
pub struct ReadAddress {
    /// The account. How strong its key is: [`Secret::strength`](crate::domain::Secret::strength); short keys are read, and asked about by the caller.
    pub entry: NewAccount,
    /// What was noticed, in the order of [`AddressNote`].
    pub notes: Vec<AddressNote>,
}

/// Reads one `otpauth://` address. White space, a byte-order mark and `<…>` around it do not count.
///
/// # Errors
/// [`AddressError`] with the first thing that is wrong; it never holds the address or a part of it.
pub fn read(text: &str) -> Result<ReadAddress, AddressError> {
    read_with(text, |digits| matches!(digits, "6" | "7" | "8"))
}

/// Reads one address of another app's file: as [`read`] does, and with 5 to 10 digits.
///
/// # Errors
/// [`AddressError`] as [`read`].
pub fn read_of_file(text: &str) -> Result<ReadAddress, AddressError> {
    read_with(text, |digits| matches!(digits, "5" | "6" | "7" | "8" | "9" | "10"))
}

fn read_with(text: &str, digits: fn(&str) -> bool) -> Result<ReadAddress, AddressError> {
    let address = bare(text);
    if begins(address, MIGRATION) {
        return Err(AddressError::Migration);
    }
    if text.len() > MAX_BYTES {
        return Err(AddressError::TooLong);
    }
    let count = addresses_in(text);
    if count > 1 {
        return Err(AddressError::Several { count });
    }
    if begins(address, STEAM) {
        return steam(&address[STEAM.len()..]);
    }
    if !begins(address, SCHEME) {
        return Err(AddressError::NotAnAddress);
    }
    Reader { text, digits }.read(&address[SCHEME.len()..])
}

/// Reads what follows `steam://`: the key, and nothing else.
fn steam(text: &str) -> Result<ReadAddress, AddressError> {
    let key = base32::decode(text).map_err(|error| match error {
        Base32Error::Empty => AddressError::SecretMissing,
        error => AddressError::Secret(error),
    })?;
    let params = OtpParams::new(Algorithm::Sha1, Digits::STEAM, OtpKind::Steam { period: Period::DEFAULT });
    let params = params.map_err(|_| AddressError::Steam)?;
    let notes = std::iter::once(AddressNote::NoName).chain(key.notes.into_iter().map(AddressNote::Key)).collect();
    Ok(ReadAddress { entry: NewAccount { issuer: "Steam".to_owned(), name: String::new(), params, secret: key.secret }, notes })
}

/// How many addresses of either scheme begin in `text`.
pub(super) fn addresses_in(text: &str) -> usize {
    let count =
        |scheme: &str| text.as_bytes().windows(scheme.len()).filter(|w| w.eq_ignore_ascii_case(scheme.as_bytes())).count();
    count(SCHEME) + count(MIGRATION)
}

/// `text` without what surrounds an address in a file or a chat.
fn bare(text: &str) -> &str {
    let around = |c: char| c.is_whitespace() || c == '\u{feff}';
    let text = text.trim_matches(around);
    text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).map_or(text, |text| text.trim_matches(around))
}

fn begins(text: &str, scheme: &str) -> bool {
    text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

/// What the part before the label says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Totp,
    Hotp,
    Steam,
}

/// One parameter as it stands and as it reads.
struct Value<'a> {
    raw: &'a str,
    decoded: Zeroizing<String>,
}

type Parameters<'a> = [Option<Value<'a>>; Parameter::ALL.len()];

/// Knows the whole text, so that it can say where something is wrong.
struct Reader<'a> {
    text: &'a str,
    /// Which numbers of digits are taken.
    digits: fn(&str) -> bool,
}

impl<'a> Reader<'a> {
    /// Reads what follows `otpauth://`.
    fn read(&self, rest: &'a str) -> Result<ReadAddress, AddressError> {
        if let Some(at) = rest.find(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
            return Err(AddressError::LineBreak { position: self.position(&rest[at..]) });
        }
        if let Some(at) = rest.find('#') {
            return Err(AddressError::Fragment { position: self.position(&rest[at..]) });
        }
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        if let Some(at) = query.find('?') {
            return Err(AddressError::SecondQuestionMark { position: self.position(&query[at..]) });
        }
        if let Some(at) = query.find(';') {
            return Err(AddressError::Semicolon { position: self.position(&query[at..]) });
        }
        let (authority, label) = place.split_once('/').unwrap_or((place, ""));
        let kind = kind(authority)?;
        let parameters = self.parameters(query)?;
        let value = |parameter: Parameter| parameters[parameter as usize].as_ref();

        let key = secret(value(Parameter::Secret))?;
        let mut notes = Vec::new();
        let (issuer, name) = self.names(label, value(Parameter::Issuer), &mut notes)?;
        let decoded = |parameter| value(parameter).map(|value| value.decoded.as_str());
        let params = params(kind, &decoded, self.digits, &mut notes)?;
        if issuer.eq_ignore_ascii_case("steam") && matches!(params.kind(), OtpKind::Totp { .. }) {
            notes.push(AddressNote::NotSteam);
        }
        notes.extend(key.notes.into_iter().map(AddressNote::Key));
        Ok(ReadAddress { entry: NewAccount { issuer, name, params, secret: key.secret }, notes })
    }

    fn parameters(&self, query: &'a str) -> Result<Parameters<'a>, AddressError> {
        if query.split('&').count() > MAX_PARAMETERS {
            return Err(AddressError::TooManyParameters);
        }
        let mut found: Parameters<'a> = [const { None }; Parameter::ALL.len()];
        for piece in query.split('&').filter(|piece| !piece.is_empty()) {
            let (name, raw) = piece.split_once('=').unwrap_or((piece, ""));
            let name = self.decode(name, true)?;
            let decoded = self.decode(raw, true)?;
            let Some(parameter) = Parameter::ALL.into_iter().find(|known| name.eq_ignore_ascii_case(known.name())) else {
                continue;
            };
            if found[parameter as usize].replace(Value { raw, decoded }).is_some() {
                return Err(AddressError::Twice(parameter));
            }
        }
        Ok(found)
    }

    /// The issuer and the account name, cleaned.
    fn names(
        &self,
        label: &'a str,
        parameter: Option<&Value<'a>>,
        notes: &mut Vec<AddressNote>,
    ) -> Result<(String, String), AddressError> {
        let (prefix, name) = self.label(label, notes)?;
        let prefix = clean(&prefix);
        let name = clean(&name);
        let issuer = match parameter {
            None => prefix,
            Some(value) => {
                let parameter = clean(&value.decoded);
                // `A+B` in both places is an encoder that does not know that `+` means a space.
                let literal = clean(&self.decode(value.raw, false)?);
                if parameter.text.is_empty() || prefix.text == literal.text {
                    prefix
                } else {
                    if !prefix.text.is_empty() && prefix.text != parameter.text {
                        notes.push(AddressNote::IssuerDiffers { label: prefix.text, parameter: parameter.text.clone() });
                    }
                    if value.raw.contains('+') {
                        notes.push(AddressNote::IssuerPlus);
                    }
                    parameter
                }
            }
        };
        if issuer.text.contains(':') {
            notes.push(AddressNote::IssuerColon);
        }
        if name.text.is_empty() {
            notes.push(AddressNote::NoName);
        }
        notes.extend(issuer.notes.into_iter().map(AddressNote::Issuer));
        notes.extend(name.notes.into_iter().map(AddressNote::Name));
        Ok((issuer.text, name.text))
    }

    /// The label's issuer, empty if it has none, and its account name.
    fn label(&self, raw: &'a str, notes: &mut Vec<AddressNote>) -> Result<(String, String), AddressError> {
        let colons = raw.matches(':').count();
        if let (1, Some((issuer, name))) = (colons, raw.split_once(':')) {
            return Ok((self.decode(issuer, false)?.to_string(), self.decode(name, false)?.to_string()));
        }
        let whole = self.decode(raw, false)?;
        match (colons, whole.matches(':').count(), whole.split_once(':')) {
            (0, 1, Some((issuer, name))) => Ok((issuer.to_owned(), name.to_owned())),
            (_, 0, _) => Ok((String::new(), whole.to_string())),
            _ => {
                notes.push(AddressNote::LabelColons);
                Ok((String::new(), whole.to_string()))
            }
        }
    }

    /// Percent-decodes `part` once; `plus` says whether `+` is a space.
    fn decode(&self, part: &'a str, plus: bool) -> Result<Zeroizing<String>, AddressError> {
        // The buffer is large enough from the start, so no copy is left behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(part.len()));
        let mut rest = part.bytes().enumerate();
        while let Some((at, byte)) = rest.next() {
            bytes.push(match byte {
                b'%' => {
                    let digit = |c: Option<(usize, u8)>| c.and_then(|(_, c)| char::from(c).to_digit(16));
                    let (Some(high), Some(low)) = (digit(rest.next()), digit(rest.next())) else {
                        return Err(AddressError::Escape { position: self.position(&part[at..]) });
                    };
                    (high << 4 | low) as u8
                }
                b'+' if plus => b' ',
                byte => byte,
            });
        }
        match String::from_utf8(std::mem::take(&mut *bytes)) {
            Ok(text) => Ok(Zeroizing::new(text)),
            Err(error) => {
                drop(Zeroizing::new(error.into_bytes()));
                Err(AddressError::NotUtf8 { position: self.position(part) })
            }
        }
    }

    /// Where `part` begins: characters of the whole text, counted from 1.
    fn position(&self, part: &str) -> usize {
        let offset = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        self.text.char_indices().take_while(|&(at, _)| at < offset).count() + 1
    }
}

fn kind(authority: &str) -> Result<Kind, AddressError> {
    if authority.contains('@') {
        return Err(AddressError::UserInfo);
    }
    let kinds = [("totp", Kind::Totp), ("hotp", Kind::Hotp), ("steam", Kind::Steam)];
    let found = kinds.into_iter().find(|(name, _)| authority.eq_ignore_ascii_case(name));
    found.map(|(_, kind)| kind).ok_or(AddressError::Kind)
}

fn secret(value: Option<&Value<'_>>) -> Result<base32::Decoded, AddressError> {
    let value = value.ok_or(AddressError::SecretMissing)?;
    if value.raw.contains(char::is_whitespace) {
        return Err(AddressError::SpaceInSecret);
    }
    base32::decode(&value.decoded).map_err(|error| match error {
        Base32Error::Empty => AddressError::SecretMissing,
        error => AddressError::Secret(error),
    })
}

fn params<'v>(
    kind: Kind,
    value: &dyn Fn(Parameter) -> Option<&'v str>,
    digits: fn(&str) -> bool,
    notes: &mut Vec<AddressNote>,
) -> Result<OtpParams, AddressError> {
    let steam = match (kind, value(Parameter::Encoder)) {
        (kind, None) => kind == Kind::Steam,
        (Kind::Totp | Kind::Steam, Some(encoder)) if encoder.eq_ignore_ascii_case("steam") => true,
        _ => return Err(AddressError::Encoder),
    };
    let algorithm = match value(Parameter::Algorithm) {
        None => Algorithm::Sha1,
        Some(name) => Algorithm::parse(name).ok_or(AddressError::Algorithm)?,
    };
    let digits = match value(Parameter::Digits) {
        None | Some("5") if steam => Digits::STEAM,
        Some(_) if steam => return Err(AddressError::Steam),
        None => Digits::SIX,
        Some(count) if digits(count) => count.parse().ok().and_then(Digits::new).ok_or(AddressError::Digits)?,
        Some(_) => return Err(AddressError::Digits),
    };
    let kind = if kind == Kind::Hotp {
        OtpKind::Hotp { counter: counter(value(Parameter::Counter), notes)? }
    } else {
        let period = period(value(Parameter::Period), notes)?;
        if steam { OtpKind::Steam { period } } else { OtpKind::Totp { period } }
    };
    OtpParams::new(algorithm, digits, kind).map_err(|error| match error {
        ParamError::Steam => AddressError::Steam,
        ParamError::Counter => AddressError::Counter,
    })
}

fn period(value: Option<&str>, notes: &mut Vec<AddressNote>) -> Result<Period, AddressError> {
    let Some(value) = value else { return Ok(Period::DEFAULT) };
    let secs = number(value).and_then(|secs| u32::try_from(secs).ok()).ok_or(AddressError::Period)?;
    let period = Period::new(secs).ok_or(AddressError::Period)?;
    if !matches!(secs, 30 | 60) {
        notes.push(AddressNote::Period { secs });
    }
    Ok(period)
}

fn counter(value: Option<&str>, notes: &mut Vec<AddressNote>) -> Result<u64, AddressError> {
    match value {
        None => {
            notes.push(AddressNote::CounterMissing);
            Ok(0)
        }
        Some(value) => number(value).filter(|&counter| counter <= OtpKind::MAX_COUNTER).ok_or(AddressError::Counter),
    }
}

/// A number as it is written and not otherwise: ASCII digits, no sign, no zero in front.
fn number(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests;
