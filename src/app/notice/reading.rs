//! Words for what was typed, pasted or read: keys, addresses, names.

use crate::domain::{NameNote, SecretStrength};
use crate::formats::base32::{Base32Error, KeyNote};
use crate::formats::otpauth::{AddressError, AddressNote};
use crate::formats::pasted::PastedError;

use super::Notice;

/// The first letter of a sentence that a reader wrote without it.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Why what was pasted is neither an address nor a key.
#[must_use]
pub fn pasted_error(error: &PastedError) -> Notice {
    match error {
        PastedError::Address(error) => address_error(error),
        PastedError::Key(error) => key_error(error),
    }
}

/// Why a key cannot be read.
#[must_use]
pub fn key_error(error: &Base32Error) -> Notice {
    let advice = match error {
        Base32Error::Empty => "Paste the key that the service shows beside its QR code",
        Base32Error::Digit { .. } | Base32Error::LookAlike { .. } => "Compare it with the service's page, letter by letter",
        Base32Error::Character { .. } | Base32Error::PaddingInside { .. } => "A key has the letters A to Z and the digits 2 to 7",
        Base32Error::Length { .. } => "Copy the whole key once more",
        Base32Error::TooLong => "Copy the key alone",
        Base32Error::LooksLikeHex | Base32Error::LooksLikeBase64 => {
            "Ask the service for the key in base32, the form that phone apps take"
        }
        Base32Error::IsAddress => "Paste it under “Add an account I already have”",
    };
    Notice::new(sentence(&error.to_string()), advice)
}

/// Why an address cannot be read.
#[must_use]
pub fn address_error(error: &AddressError) -> Notice {
    let advice = match error {
        AddressError::NotAnAddress => "Paste an address that begins with otpauth://, or a key",
        AddressError::Migration => "Paste the address or the key of one account",
        AddressError::Several { .. } => "Paste them one after the other",
        AddressError::TooLong | AddressError::TooManyParameters => "Paste the address alone",
        AddressError::LineBreak { .. } => "Copy the address as one line",
        AddressError::Fragment { .. } => "In a name it must be written %23",
        AddressError::SecondQuestionMark { .. } => "In a name it must be written %3F",
        AddressError::Semicolon { .. } => "Parameters are separated by &",
        AddressError::Escape { .. } => "A percent sign in a name must be written %25",
        AddressError::SecretMissing => "Copy the whole address once more",
        AddressError::SpaceInSecret => "Copy the address alone, as one line",
        AddressError::Secret(error) => return Notice::new(sentence(&address_error_text(error)), key_error(error).advice),
        AddressError::UserInfo
        | AddressError::Kind
        | AddressError::NotUtf8 { .. }
        | AddressError::Twice(_)
        | AddressError::Digits
        | AddressError::Period
        | AddressError::Algorithm
        | AddressError::Counter
        | AddressError::Encoder
        | AddressError::Steam => "Ask the service for a correct address, or use its key",
    };
    Notice::new(sentence(&error.to_string()), advice)
}

fn address_error_text(error: &Base32Error) -> String {
    AddressError::Secret(*error).to_string()
}

/// What was noticed in a key.
#[must_use]
pub fn key_note(note: &KeyNote) -> Notice {
    Notice::plain(sentence(&note.to_string()))
}

/// What was noticed in an address.
#[must_use]
pub fn address_note(note: &AddressNote) -> Notice {
    match note {
        AddressNote::IssuerDiffers { label, parameter } => {
            Notice::plain(format!("The address names two issuers, “{label}” and “{parameter}”. The second was taken"))
        }
        AddressNote::NotSteam => Notice::new(
            "Steam's own codes are five letters, but the address asks for digits",
            "If Steam shows letters, choose the type Steam with Edit…",
        ),
        AddressNote::NoName => Notice::new("The address has no account name", "Type one"),
        _ => Notice::plain(sentence(&note.to_string())),
    }
}

/// What was done to a name.
#[must_use]
pub fn name_note(note: NameNote) -> &'static str {
    match note {
        NameNote::Control => "Control characters and line breaks were taken out",
        NameNote::Bidi => "Characters that turn the text round were taken out",
        NameNote::Invisible => "Invisible characters were taken out",
        NameNote::Marks => "Stacked marks were taken out",
        NameNote::Cut => "The name was longer than 256 characters and was cut",
        NameNote::MixedScripts => "Letters of several scripts are mixed: they may not be what they seem",
    }
}

/// What the length of a secret means. `None` when it is long enough.
#[must_use]
pub fn strength(strength: SecretStrength) -> Option<Notice> {
    match strength {
        SecretStrength::VeryShort => {
            Some(Notice::new("The key is under 80 bits: it can be guessed", "Use it only if the service gave you nothing longer"))
        }
        SecretStrength::Short => Some(Notice::plain("The key is under 112 bits: weaker than RFC 4226 allows")),
        SecretStrength::BelowAdvice => Some(Notice::plain("The key is under 128 bits: shorter than RFC 4226 asks for")),
        SecretStrength::Good => None,
    }
}
