//! `vault`: where the accounts are kept, moving them, the passphrase of the vault file, and what a move has left.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use crate::app::job::{TaskDone, VaultTask, Where};
use crate::app::notice::{self, Notice};
use crate::app::ports::{OldCopy, Place, VaultError};

use super::Common;
use super::exit::{DONE, End, Failure};
use super::session::{FILE_LOCKED, FileInUse, Session};
use super::shape::SCHEMA;

const LONG: &str = "\
Say where the accounts are kept, and whether a move has left an old copy. Nothing is opened for that.

The accounts are in the keyring, or in the encrypted file of the data folder. A move copies them, reads the copy back, and then \
switches; a window or command that still has the old place open is told so and changes nothing there. The old copy stays until \
`halfminute vault remove-old`.";

const AFTER: &str = "\
JSON:
  {\"schema\":1,\"place\":\"keyring\" or \"file\",\"file\":PATH or null,\"old\":\"keyring\", \"file\" or null}

Exit codes: 0 done, 1 there already or nothing to remove, 2 wrong usage, 3 bad input, 4 the vault cannot be reached.

Examples:
  halfminute vault
  halfminute vault move --to file
  halfminute vault remove-old --yes
  halfminute vault move --to keyring
  halfminute vault passphrase --vault work.age";

const MOVE_AFTER: &str = "\
JSON:
  {\"schema\":1,\"done\":\"moved\",\"place\":\"keyring\" or \"file\",\"file\":PATH or null,\"accounts\":NUMBER}

Examples:
  halfminute vault move --to file
  halfminute vault move --to file --password-file passphrase.txt
  halfminute vault move --to keyring";

const PASSPHRASE_AFTER: &str = "\
JSON:
  {\"schema\":1,\"done\":\"passphrase-changed\"}

Examples:
  halfminute vault passphrase
  halfminute vault passphrase --vault work.age --password-file old.txt --new-password-file new.txt";

const REMOVE_AFTER: &str = "\
JSON:
  {\"schema\":1,\"done\":\"old-removed\",\"old\":\"keyring\" or \"file\"}

Examples:
  halfminute vault remove-old --yes";

const USE_AFTER: &str = "\
JSON:
  {\"schema\":1,\"done\":\"used-old\",\"place\":\"keyring\" or \"file\"}

Examples:
  halfminute vault use-old";

/// Where the accounts are kept: say it, move them, change the passphrase
#[derive(Debug, Args)]
#[command(long_about = LONG, after_long_help = AFTER, args_conflicts_with_subcommands = false)]
pub struct Vault {
    #[command(subcommand)]
    command: Option<What>,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Move the accounts to the other place
    ///
    /// They are copied, read back and compared; then the other place is in use. --password-file holds the passphrase of the vault file: the
    /// new one of a move to it, the present one of a move away from it. Without it, it is asked for on the terminal.
    #[command(after_long_help = MOVE_AFTER)]
    Move {
        /// Where to
        #[arg(long)]
        to: To,
        #[command(flatten)]
        common: Common,
    },
    /// Change the passphrase of the vault file
    ///
    /// The file gets a new key as well: the old passphrase and copies of the old key file do not open it any more. Copies of both files
    /// that were made before stay as they are.
    #[command(after_long_help = PASSPHRASE_AFTER)]
    Passphrase {
        /// Read the new passphrase from FILE
        #[arg(long, value_name = "FILE")]
        new_password_file: Option<PathBuf>,
        #[command(flatten)]
        common: Common,
    },
    /// Remove the old copy that a move has left
    ///
    /// First the accounts are opened where they are now, and the old copy is compared with what was moved: where something newer or
    /// different stands, it stays, and that is said.
    #[command(after_long_help = REMOVE_AFTER)]
    RemoveOld {
        /// Yes, remove it
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        common: Common,
    },
    /// Use the old copy again, when the place in use cannot be opened
    ///
    /// It has the accounts as they were when they were moved. What was changed since stays where it is, and is not shown.
    #[command(after_long_help = USE_AFTER)]
    UseOld {
        #[command(flatten)]
        common: Common,
    },
}

/// The places.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum To {
    /// The encrypted file of the data folder
    File,
    /// The keyring of the operating system
    Keyring,
}

#[derive(Serialize)]
struct Status<'a> {
    schema: u32,
    place: &'static str,
    file: Option<&'a str>,
    old: Option<&'static str>,
}

#[derive(Serialize)]
struct Moved<'a> {
    schema: u32,
    done: &'static str,
    place: &'static str,
    file: Option<&'a str>,
    accounts: usize,
}

/// What else was done.
#[derive(Serialize)]
struct Did {
    schema: u32,
    done: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<&'static str>,
}

impl Vault {
    pub(super) fn take_common(&mut self) -> Common {
        let inner = match &mut self.command {
            None => Common::default(),
            Some(
                What::Move { common, .. }
                | What::Passphrase { common, .. }
                | What::RemoveOld { common, .. }
                | What::UseOld { common },
            ) => std::mem::take(common),
        };
        inner.or(std::mem::take(&mut self.common))
    }

    pub(super) fn run(self, session: &mut Session<'_>) -> Result<u8, End> {
        match self.command {
            None => status(session),
            Some(What::Move { to, .. }) => move_to(session, to),
            Some(What::Passphrase { new_password_file, .. }) => passphrase(session, new_password_file),
            Some(What::RemoveOld { yes, .. }) => remove_old(session, yes),
            Some(What::UseOld { .. }) => use_old(session),
        }
    }
}

fn status(session: &mut Session<'_>) -> Result<u8, End> {
    let (file, old) = match session.file_in_use()? {
        Some(FileInUse { files, path }) => (Some(path), files.old_copy()?),
        None => (None, session.places()?.0.files.old_copy()?),
    };
    if session.json {
        let path = file.as_ref().map(|path| path.to_string_lossy());
        let place = if file.is_some() { "file" } else { "keyring" };
        let old = old.as_ref().map(word);
        session.print_json(&Status { schema: SCHEMA, place, file: path.as_deref(), old })?;
        return Ok(DONE);
    }
    let place = match &file {
        Some(path) => format!("The accounts are kept in the encrypted file {}\n", path.display()),
        None => "The accounts are kept in the keyring\n".to_owned(),
    };
    session.print(&place)?;
    if let Some(old) = &old {
        let said = format!("{}. Remove it with: halfminute vault remove-old --yes\n", notice::old_copy(old).text);
        session.print(&said)?;
    }
    Ok(DONE)
}

fn move_to(session: &mut Session<'_>, to: To) -> Result<u8, End> {
    let (mut side, path) = session.places()?;
    let in_use = if side.files.exists() { Where::File } else { Where::Keyring };
    let task = match to {
        To::File if in_use == Where::Keyring => {
            let from = session.password_file();
            VaultTask::ToFile(session.new_passphrase(
                &format!("New passphrase of {}: ", path.display()),
                from,
                "--password-file",
            )?)
        }
        To::Keyring if in_use == Where::File => {
            session.unlock_places(&mut side, &path)?;
            VaultTask::ToKeyring
        }
        To::File | To::Keyring => return Err(VaultError::AlreadyThere.into()),
    };
    let TaskDone::Moved(opened) = session.while_saying("Moving the accounts", || side.task(task))? else { return Ok(DONE) };
    for said in opened.notes.iter().filter_map(notice::vault_note) {
        session.note(&said);
    }
    let file = if let Place::File(path) = &opened.place { Some(path.to_string_lossy()) } else { None };
    if session.json {
        let place = if file.is_some() { "file" } else { "keyring" };
        let accounts = opened.document.accounts.len();
        session.print_json(&Moved { schema: SCHEMA, done: "moved", place, file: file.as_deref(), accounts })?;
    } else {
        session.say(&format!("{}: halfminute vault remove-old --yes", notice::moved(&opened.place).line()));
    }
    Ok(DONE)
}

fn passphrase(session: &mut Session<'_>, new: Option<PathBuf>) -> Result<u8, End> {
    let Some(FileInUse { mut files, path }) = session.file_in_use()? else {
        let advice = "`halfminute vault move --to file` moves them to an encrypted file";
        let said = Notice::new("The accounts are kept in the keyring, which has its own password", advice);
        return Err(Failure::new(super::exit::REFUSED, "no-passphrase", said).into());
    };
    let old = session.passphrase(&format!("Passphrase of {}: ", path.display()), FILE_LOCKED)?;
    let mut vault = session.while_saying("Unlocking the vault file", || files.unlock(old.clone()))?;
    let new = session.new_passphrase("New passphrase: ", new, "--new-password-file")?;
    session.while_saying("Changing the passphrase", || vault.protect(Some(old), Some(new)))?;
    did(session, "passphrase-changed", None, None, &notice::passphrase_changed())
}

fn remove_old(session: &mut Session<'_>, yes: bool) -> Result<u8, End> {
    if !yes {
        let advice = "If you do not need it any more, add --yes. Nobody can bring it back then";
        return Err(Failure::usage("The old copy is removed for ever", advice).into());
    }
    let (mut side, path) = session.places()?;
    if side.files.old_copy()?.is_none() {
        return Err(VaultError::NoOldCopy.into());
    }
    session.unlock_places(&mut side, &path)?;
    let done = session.while_saying("Removing the old copy", || side.task(VaultTask::RemoveOld))?;
    let TaskDone::OldRemoved(old) = done else { return Ok(DONE) };
    did(session, "old-removed", None, Some(word(&old)), &notice::old_copy_removed(&old))
}

fn use_old(session: &mut Session<'_>) -> Result<u8, End> {
    let (mut side, path) = session.places()?;
    side.files.go_back()?;
    let (place, said) = if side.files.exists() {
        ("file", format!("The accounts are kept in the encrypted file {} again", path.display()))
    } else {
        ("keyring", "The accounts are kept in the keyring again".to_owned())
    };
    did(session, "used-old", Some(place), None, &Notice::plain(said))
}

fn did(
    session: &mut Session<'_>,
    done: &'static str,
    place: Option<&'static str>,
    old: Option<&'static str>,
    said: &Notice,
) -> Result<u8, End> {
    if session.json {
        session.print_json(&Did { schema: SCHEMA, done, place, old })?;
    } else {
        session.say(&said.line());
    }
    Ok(DONE)
}

fn word(old: &OldCopy) -> &'static str {
    match old {
        OldCopy::Keyring => "keyring",
        OldCopy::File(_) => "file",
    }
}
