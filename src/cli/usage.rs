//! Wrong usage in our words: names of options are repeated, what was typed never is, since it may be a secret.

use std::ffi::OsString;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::exit::{DONE, End, Failure};
use super::session::Session;
use super::when;

/// Why no command is run.
pub enum Stop {
    /// Help or version was asked for.
    Answered(StyledStr),
    /// It is not understood.
    Refused(Failure),
}

impl Stop {
    /// Says so, and gives the exit code.
    pub fn tell(self, session: &mut Session<'_>) -> Result<u8, End> {
        match self {
            Self::Answered(text) => {
                let text = if session.colours() { text.ansi().to_string() } else { text.to_string() };
                session.print(&text).map(|()| DONE)
            }
            Self::Refused(failure) => Err(failure.into()),
        }
    }
}

/// What clap said, in our words.
pub fn stop(error: clap::Error, arguments: &[OsString]) -> Stop {
    let names = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(name)) => vec![name.clone()],
        Some(ContextValue::Strings(names)) => names.clone(),
        _ => Vec::new(),
    };
    let ours = |kind: ContextKind| names(kind).iter().map(|name| said(name)).collect::<Vec<_>>().join(", ");
    let text = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => return Stop::Answered(error.render()),
        ErrorKind::MissingRequiredArgument => {
            let missing: Vec<_> = names(ContextKind::InvalidArg).iter().map(|name| wanted(name)).collect();
            format!("Something is missing: {}", missing.join(", "))
        }
        ErrorKind::ArgumentConflict => {
            let prior = ours(ContextKind::PriorArg);
            let what = ours(ContextKind::InvalidArg);
            if prior.is_empty() {
                format!("{what} does not go with the rest")
            } else {
                format!("{what} does not go with {prior}")
            }
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let possible = ours(ContextKind::ValidValue);
            let what = ours(ContextKind::InvalidArg);
            if names(ContextKind::InvalidValue).iter().any(String::is_empty) {
                format!("The value of {what} is missing")
            } else if possible.is_empty() {
                format!("The value of {what} is not understood")
            } else {
                format!("The value of {what} is none of {possible}")
            }
        }
        ErrorKind::InvalidUtf8 => "An argument is not UTF-8 text".to_owned(),
        ErrorKind::InvalidSubcommand => "There is no such command".to_owned(),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "A command is missing".to_owned(),
        _ => "These arguments are not understood".to_owned(),
    };
    let advice = match names(ContextKind::InvalidArg).first() {
        Some(option) if said(option) == "--at" && error.kind() == ErrorKind::ValueValidation => when::ADVICE.to_owned(),
        _ => format!("See {} --help", command(arguments)),
    };
    Stop::Refused(Failure::usage(text, advice))
}

/// The name of an option or a place, without the marks that clap puts around what stands for a value.
fn said(name: &str) -> String {
    match name.split_once(' ') {
        Some((option, _)) if option.starts_with("--") => option.to_owned(),
        _ => name.trim_matches(['<', '>', '[', ']', '.']).to_owned(),
    }
}

/// What has to be given, in words.
fn wanted(name: &str) -> String {
    // a choice of several
    if name.contains('|') {
        return name.trim_start_matches('<').replace("<->", "-").trim_end_matches('>').replace('|', " or ");
    }
    let name = said(name);
    let what = match name.as_str() {
        "QUERY" => "the account to look for",
        "SHELL" => "the name of a shell",
        _ => return name,
    };
    format!("{what} ({name})")
}

/// The command that was asked for, as far as it is one of ours.
fn command(arguments: &[OsString]) -> String {
    let definition = super::definition();
    let named = definition.get_subcommands().map(clap::Command::get_name).find(|name| arguments.iter().any(|a| a == name));
    named.map_or_else(|| "halfminute".to_owned(), |name| format!("halfminute {name}"))
}
