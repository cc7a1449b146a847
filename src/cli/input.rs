//! Secrets as they come in: from standard input alone.

use std::ffi::{OsStr, OsString};

use crate::app::notice::{self, Notice};
use crate::domain::{Secret, SecretStrength, name};
use crate::formats::NewAccount;
use crate::formats::otpauth;
use crate::formats::pasted::PastedError;

use super::exit::Failure;
use super::session::Session;

/// Whether an argument holds an address, which is as secret as its key.
pub fn holds_address(argument: &OsString) -> bool {
    let text = argument.to_string_lossy().to_ascii_lowercase();
    text.contains("otpauth://") || text.contains("otpauth-migration:")
}

/// The value of `--uri` or `--secret` must be `-`.
///
/// # Errors
/// [`Failure::secret_in_argument`], without what was typed.
pub fn only_dash(value: Option<&OsStr>) -> Result<bool, Failure> {
    match value {
        None => Ok(false),
        Some(value) if value == "-" => Ok(true),
        Some(_) => Err(Failure::secret_in_argument()),
    }
}

/// Reads one address and says what was noticed in it.
pub fn address(session: &mut Session<'_>, text: &str) -> Result<NewAccount, Failure> {
    let read = otpauth::read(text).map_err(|error| Failure::input(notice::pasted_error(&PastedError::Address(error))))?;
    for note in &read.notes {
        session.note(&notice::address_note(note));
    }
    Ok(read.entry)
}

/// A name as it is kept; what was taken out of it is said.
pub fn clean(session: &mut Session<'_>, typed: &str) -> String {
    let cleaned = name::clean(typed);
    for note in &cleaned.notes {
        session.note(&Notice::plain(notice::name_note(*note)));
    }
    cleaned.text
}

/// Tags as they are kept: cleaned, none empty, none twice.
pub fn tags(session: &mut Session<'_>, typed: &[String]) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in typed {
        let tag = clean(session, tag);
        if !tag.is_empty() && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// Asks for confirmation of a key that can be guessed, and says it of a short one.
pub fn strength(session: &mut Session<'_>, secret: &Secret, allow_short: bool) -> Result<(), Failure> {
    let strength = secret.strength();
    let Some(said) = notice::strength(strength) else { return Ok(()) };
    if strength == SecretStrength::VeryShort && !allow_short {
        return Err(Failure::input(Notice::new(said.text, format!("{}: then add --allow-short", said.advice))));
    }
    session.note(&said);
    Ok(())
}
