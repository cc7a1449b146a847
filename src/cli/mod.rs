//! The terminal: every action without the window. One file per command.
//!
//! Data goes to standard output, everything for people to standard error. With `--json` the answer is one line of JSON, failures
//! included; the shapes are in [`shape`] and beside each command. No secret is taken from an argument, and what was typed is never
//! repeated in a message about wrong usage, since it may be one.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::app::notice::{self, Notice};
use crate::app::outside::Start;

pub mod exit;
pub mod shape;
pub mod when;
pub mod world;

mod add;
mod backup;
mod code;
mod completions;
mod diagnose;
mod doctor;
mod edit;
mod export;
mod import;
mod input;
mod list;
mod login;
mod man;
mod params;
mod progress;
mod qr;
mod remove;
mod restore;
mod restore_from_trash;
mod scan;
mod session;
mod usage;
mod vault;
mod verify;

#[cfg(test)]
mod tests;

use exit::{End, Failure};
use session::Session;
use world::World;

const ABOUT: &str = "Both sides of a one-time password";

const LONG_ABOUT: &str = "\
Both sides of a one-time password: it keeps accounts and shows their codes, and it makes secrets and checks codes as a service does.

Without a command it opens the window, or brings the one that is open to the front. Each command does one thing of the window, for scripts and for machines without a screen. \
The window may be open meanwhile: both see the same accounts, and both may change them.";

const AFTER: &str = "\
Which account is meant:
  QUERY is searched for as in the window: every word of it in the issuer, the account name or a tag, in any case. One match is \
taken. Where several match, they are listed; then say more, give the whole title as in \"GitHub (alice)\", or the id.

Where the accounts are:
  In the keyring of the operating system, or in an encrypted file: the one that was made in the window, the one that \
`halfminute vault move` moved them to, or --vault FILE. The \
passphrase, of the file or over the accounts in the keyring, comes from --password-file FILE or is asked for on the terminal. \
HALFMINUTE_VAULT and HALFMINUTE_PASSWORD_FILE name \
the same two. HALFMINUTE_DATA_DIR moves everything else: state, settings, journal.

Secrets:
  None is taken from an argument, where other programs could read it: addresses and keys come from standard input, with `-` in \
their place. None is printed, but by `qr` and by `add --generate --show`.

JSON:
  With --json the answer is one line with a `schema` number; fields may be added, none is renamed. A failure is \
{\"schema\":1,\"error\":{\"kind\",\"message\",\"advice\"}}, on standard output as well; `kind` is made for scripts.

Exit codes:
  0  done, accepted
  1  refused, nothing found, several found
  2  wrong usage
  3  bad input: an address, a key, a file
  4  the vault, the state or the clipboard cannot be reached or is locked
  5  done, but the answer could not be written, or something was left out

Examples:
  halfminute code github
  halfminute add --uri - < address.txt
  halfminute add --issuer Example --account alice --generate --show
  halfminute verify alice 123456 && echo accepted
  halfminute import --dry-run aegis-backup.json
  halfminute backup /media/stick/halfminute.age
  halfminute restore /media/stick/halfminute.age";

/// The options that every command has.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Common {
    /// Answer in JSON
    #[arg(long)]
    json: bool,
    /// Use the encrypted file FILE instead of the keyring [or HALFMINUTE_VAULT]
    #[arg(long, value_name = "FILE", help_heading = "Vault")]
    vault: Option<PathBuf>,
    /// Read the passphrase of the vault from FILE [or HALFMINUTE_PASSWORD_FILE]
    #[arg(long, value_name = "FILE", help_heading = "Vault")]
    password_file: Option<PathBuf>,
}

impl Common {
    /// What stands after the command counts, then what stands before it.
    fn or(self, before: Self) -> Self {
        Self {
            json: self.json || before.json,
            vault: self.vault.or(before.vault),
            password_file: self.password_file.or(before.password_file),
        }
    }
}

#[derive(Debug, Parser)]
#[command(name = "halfminute", version, about = ABOUT, long_about = LONG_ABOUT, after_long_help = AFTER, max_term_width = 100)]
#[command(subcommand_required = true, disable_help_subcommand = true)]
#[command(override_usage = "halfminute\n       halfminute --quick | --hidden\n       halfminute [OPTIONS] <COMMAND>")]
struct Halfminute {
    #[command(flatten)]
    common: Common,
    /// Open the quick search, a small window over everything else: type, press Enter, and the code is copied
    #[arg(long, conflicts_with = "hidden", help_heading = "Window")]
    quick: bool,
    /// Start in the tray, or minimised where there is none
    #[arg(long, help_heading = "Window")]
    hidden: bool,
}

/// What the window is opened for, if `arguments` (those after the program's name) ask for no command.
#[must_use]
pub fn starts_window(arguments: &[OsString]) -> Option<Start> {
    match arguments {
        [] => Some(Start::Window),
        [only] if only == "--quick" => Some(Start::Quick),
        [only] if only == "--hidden" => Some(Start::Hidden),
        _ => None,
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::List),
    Code(code::Code),
    Add(add::Add),
    Edit(edit::Edit),
    Remove(remove::Remove),
    Import(import::Import),
    Export(export::Export),
    Scan(scan::Scan),
    Backup(backup::Backup),
    Restore(restore::Restore),
    RestoreFromTrash(restore_from_trash::RestoreFromTrash),
    Qr(qr::Qr),
    Verify(verify::Verify),
    Login(login::Login),
    Diagnose(diagnose::Diagnose),
    Vault(vault::Vault),
    Doctor(doctor::Doctor),
    Completions(completions::Completions),
    Man(man::Man),
}

impl Command {
    /// The definition of the command `name` and of no other.
    fn alone(name: &str) -> Option<clap::Command> {
        let (name, augment): (&'static str, fn(clap::Command) -> clap::Command) = match name {
            "list" => ("list", list::List::augment_args),
            "code" => ("code", code::Code::augment_args),
            "add" => ("add", add::Add::augment_args),
            "edit" => ("edit", edit::Edit::augment_args),
            "remove" => ("remove", remove::Remove::augment_args),
            "restore-from-trash" => ("restore-from-trash", restore_from_trash::RestoreFromTrash::augment_args),
            "import" => ("import", import::Import::augment_args),
            "scan" => ("scan", scan::Scan::augment_args),
            "export" => ("export", export::Export::augment_args),
            "backup" => ("backup", backup::Backup::augment_args),
            "restore" => ("restore", restore::Restore::augment_args),
            "qr" => ("qr", qr::Qr::augment_args),
            "verify" => ("verify", verify::Verify::augment_args),
            "login" => ("login", login::Login::augment_args),
            "vault" => ("vault", vault::Vault::augment_args),
            "diagnose" => ("diagnose", diagnose::Diagnose::augment_args),
            "doctor" => ("doctor", doctor::Doctor::augment_args),
            "completions" => ("completions", completions::Completions::augment_args),
            "man" => ("man", man::Man::augment_args),
            _ => return None,
        };
        Some(augment(clap::Command::new(name)))
    }

    fn common(&mut self) -> Common {
        std::mem::take(match self {
            Self::List(command) => &mut command.common,
            Self::Code(command) => &mut command.common,
            Self::Add(command) => &mut command.common,
            Self::Edit(command) => &mut command.common,
            Self::Remove(command) => &mut command.common,
            Self::RestoreFromTrash(command) => &mut command.common,
            Self::Import(command) => &mut command.common,
            Self::Export(command) => &mut command.common,
            Self::Scan(command) => &mut command.common,
            Self::Backup(command) => &mut command.common,
            Self::Restore(command) => &mut command.common,
            Self::Qr(command) => &mut command.common,
            Self::Verify(command) => &mut command.common,
            Self::Login(command) => &mut command.common,
            Self::Diagnose(command) => &mut command.common,
            Self::Vault(command) => return command.take_common(),
            Self::Doctor(command) => &mut command.common,
            Self::Completions(_) | Self::Man(_) => return Common::default(),
        })
    }

    fn run(self, session: &mut Session<'_>) -> Result<u8, End> {
        match self {
            Self::List(command) => command.run(session),
            Self::Code(command) => command.run(session),
            Self::Add(command) => command.run(session),
            Self::Edit(command) => command.run(session),
            Self::Remove(command) => command.run(session),
            Self::RestoreFromTrash(command) => command.run(session),
            Self::Import(command) => command.run(session),
            Self::Export(command) => command.run(session),
            Self::Scan(command) => command.run(session),
            Self::Backup(command) => command.run(session),
            Self::Restore(command) => command.run(session),
            Self::Qr(command) => command.run(session),
            Self::Verify(command) => command.run(session),
            Self::Login(command) => command.run(session),
            Self::Diagnose(command) => command.run(session),
            Self::Vault(command) => command.run(session),
            Self::Doctor(command) => command.run(session),
            Self::Completions(command) => command.run(session),
            Self::Man(command) => command.run(session),
        }
    }
}

/// The whole command line as it is defined: help, completions and man pages come from it.
fn definition() -> clap::Command {
    Command::augment_subcommands(Halfminute::command())
}

/// Runs the command that `arguments` (those after the program's name) ask for, and gives the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>, world: &mut dyn World) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let json = arguments.iter().any(|argument| argument == "--json");
    let parsed = match parse(&arguments, world) {
        Ok(parsed) => parsed,
        Err(stop) => {
            let mut session = Session::new(world, Common { json, ..Common::default() });
            let outcome = stop.tell(&mut session);
            return session.end(outcome);
        }
    };
    let (Halfminute { common, .. }, mut command) = parsed;
    let common = command.common().or(common);
    let mut session = Session::new(world, common);
    let outcome = command.run(&mut session);
    session.end(outcome)
}

fn parse(arguments: &[OsString], world: &dyn World) -> Result<(Halfminute, Command), usage::Stop> {
    if arguments.iter().any(input::holds_address) {
        return Err(usage::Stop::Refused(Failure::secret_in_argument()));
    }
    let width = usize::from(world.terminals().width.unwrap_or(100));
    let by = |definition: clap::Command| {
        let name = OsString::from("halfminute");
        let matches = definition.term_width(width).try_get_matches_from(std::iter::once(&name).chain(arguments))?;
        Ok((Halfminute::from_arg_matches(&matches)?, Command::from_arg_matches(&matches)?))
    };
    // What is understood with one command alone means the same among all. Building the others would take longer than a code.
    let named = arguments.iter().filter_map(|argument| Command::alone(argument.to_str()?)).next();
    if let Some(Ok(parsed)) = named.map(|alone| by(Halfminute::command().subcommand(alone))) {
        return without_window(parsed);
    }
    by(definition()).map_err(|error| usage::stop(error, arguments)).and_then(without_window)
}

/// Refuses a command beside an option that opens a window.
fn without_window((halfminute, command): (Halfminute, Command)) -> Result<(Halfminute, Command), usage::Stop> {
    let option = if halfminute.quick { Some("--quick") } else { halfminute.hidden.then_some("--hidden") };
    match option.map(notice::outside::without_command) {
        Some(said) => Err(usage::Stop::Refused(Failure::usage(said.text, said.advice))),
        None => Ok((halfminute, command)),
    }
}

/// Says something on standard error, for `main` before and after the window; gives `code`.
pub fn complain(world: &mut dyn World, code: u8, notice: &Notice) -> u8 {
    Session::new(world, Common::default()).note(notice);
    code
}
