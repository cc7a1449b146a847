//! `restore`: a backup joined into the vault.

use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use crate::app::backup;
use crate::app::change::{Change, Merging};
use crate::app::document::{Difference, Document, Fate, Merged};
use crate::app::notice;
use crate::app::ports::{BackupError, Key, KeyKind, Locked};
use crate::domain::name;

use super::Common;
use super::exit::{DONE, End, Failure, PARTLY};
use super::progress::Progress;
use super::session::Session;
use super::shape::SCHEMA;

const LONG: &str = "\
Join a backup into the vault. Nothing here is written over, and nothing is deleted: what is not here is added; where an account differs \
both stay, the backup's with \"(from backup)\" behind its name; what is in the trash here and in use in the backup is taken out of the \
trash. All of it is one change, or none.

With --dry-run it only says what would happen. With --vault FILE the vault file is made if there is none. A vault file can \
be read like a backup: --identity vault.key.age vault.age.";

const AFTER: &str = "\
JSON:
  {\"schema\":1,\"done\":\"restored\" or \"compared\",\"changes\":true,
   \"new\",\"both\",\"out_of_trash\",\"same\",\"only_here\",\"odd\",\"left_out\":[…],
   \"accounts\":[{\"id\",\"issuer\",\"account\",\"outcome\",\"differs\":[…],\"trash\"}],
   \"users\":[{\"name\",\"outcome\",\"differs\":[…]}]}, in one line

  `outcome` is \"new\", \"same\", \"out-of-trash\", \"both\", \"both-already\" or \"only-here\"; `changes` says whether anything is, or \
would be, changed.

Exit codes: 0 done, 2 wrong usage, 3 the backup or its key cannot be used, 4 the vault cannot be reached, 5 done, but something was left \
out.

Examples:
  halfminute restore --dry-run halfminute.age
  halfminute restore --backup-password-file passphrase.txt halfminute.age
  halfminute restore --identity ~/.ssh/id_ed25519 halfminute.age
  halfminute --vault new.age restore halfminute.age";

/// Join a backup into the vault
#[derive(Debug, clap::Args)]
#[command(long_about = LONG, after_long_help = AFTER)]
pub struct Restore {
    /// The backup
    file: PathBuf,
    /// Say what would happen, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Open it with the age identity or the SSH private key in FILE
    #[arg(long, value_name = "FILE", help_heading = "Lock")]
    identity: Option<PathBuf>,
    /// Read the passphrase of the backup, or of the identity, from FILE
    #[arg(long, value_name = "FILE", help_heading = "Lock")]
    backup_password_file: Option<PathBuf>,
    /// Open it although it asks for up to 1 GiB of memory
    #[arg(long, help_heading = "Lock")]
    allow_slow: bool,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Serialize)]
struct Restored<'a> {
    schema: u32,
    done: &'static str,
    changes: bool,
    new: usize,
    both: usize,
    out_of_trash: usize,
    same: usize,
    only_here: usize,
    odd: usize,
    left_out: &'a [String],
    accounts: Vec<AccountLine<'a>>,
    users: Vec<UserLine<'a>>,
}

#[derive(Serialize)]
struct AccountLine<'a> {
    id: String,
    issuer: &'a str,
    account: &'a str,
    outcome: &'static str,
    differs: Vec<&'static str>,
    trash: bool,
}

#[derive(Serialize)]
struct UserLine<'a> {
    name: &'a str,
    outcome: &'static str,
    differs: Vec<&'static str>,
}

impl Restore {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<u8, End> {
        // The backup first: a vault file is made only for one that can be read.
        let document = self.read(session)?;
        let mut open = session.open(!self.dry_run)?;
        let merged = if self.dry_run {
            open.document.compare(&document)
        } else {
            let preview = open.document.compare(&document);
            if preview.changes() {
                let merging = Arc::new(Merging::new(document));
                open.change(session, &Change::Merge(Arc::clone(&merging)))?;
                merging.done().unwrap_or(preview)
            } else {
                preview
            }
        };
        self.tell(session, &merged)?;
        Ok(if merged.left_out.is_empty() { DONE } else { PARTLY })
    }

    fn read(&self, session: &mut Session<'_>) -> Result<Document, Failure> {
        let mut files = session.world.backups();
        let locked = files.locked(&self.file)?;
        let key = |what| Key { what, long: self.allow_slow };
        let first = match (locked, &self.identity) {
            (Locked::Passphrase { .. }, Some(_)) => return Err(BackupError::NeedsPassphrase.into()),
            (Locked::Passphrase { work }, None) => {
                if work > crate::app::ports::WORK_UNASKED && !self.allow_slow {
                    return Err(BackupError::AsksForWork { work }.into());
                }
                let passphrase = match &self.backup_password_file {
                    Some(path) => session.password_in(path, "The file with the passphrase of the backup")?,
                    None => session.ask(&self.file, "Passphrase of")?,
                };
                KeyKind::Passphrase(passphrase)
            }
            (Locked::Keys, None) => return Err(BackupError::NeedsKeyFile.into()),
            (Locked::Keys, Some(path)) => KeyKind::File { bytes: files.key_file(path)?, passphrase: None },
        };
        let opened = {
            let _progress = Progress::new(session.world.terminals().errors, "Opening the backup");
            backup::read(files.as_mut(), &self.file, &key(first))
        };
        let (Err(BackupError::KeyNeedsPassphrase), Some(path)) = (&opened, &self.identity) else { return Ok(opened?) };
        let passphrase = match &self.backup_password_file {
            Some(file) => session.password_in(file, "The file with the passphrase of the identity")?,
            None => session.ask(path, "Passphrase of")?,
        };
        let bytes = files.key_file(path)?;
        let _progress = Progress::new(session.world.terminals().errors, "Opening the backup");
        Ok(backup::read(files.as_mut(), &self.file, &key(KeyKind::File { bytes, passphrase: Some(passphrase) }))?)
    }

    fn tell(&self, session: &mut Session<'_>, merged: &Merged) -> Result<(), End> {
        if session.json {
            return session.print_json(&shape(merged, if self.dry_run { "compared" } else { "restored" }));
        }
        let clean = |text: &str| name::clean(text).text;
        let mut text = String::new();
        for account in &merged.accounts {
            let trash = if account.trashed { " (in the trash)" } else { "" };
            text += &format!("{}: {}{trash}\n", clean(&account.title()), notice::fate(&account.fate));
        }
        for user in &merged.users {
            text += &format!("Test user {}: {}\n", clean(&user.name), notice::fate(&user.fate));
        }
        session.print(&text)?;
        let said = if self.dry_run {
            format!("Would restore: {}. Nothing was changed", notice::merged_in_short(merged))
        } else {
            notice::backup_restored(merged).line()
        };
        session.say(&said);
        if let Some(left_out) = notice::merged_left_out(merged) {
            session.note(&left_out);
        }
        Ok(())
    }
}

fn shape<'a>(merged: &'a Merged, done: &'static str) -> Restored<'a> {
    Restored {
        schema: SCHEMA,
        done,
        changes: merged.changes(),
        new: merged.count(|fate| *fate == Fate::New),
        both: merged.count(|fate| matches!(fate, Fate::Both(_))),
        out_of_trash: merged.count(|fate| *fate == Fate::OutOfTrash),
        same: merged.count(|fate| matches!(fate, Fate::Same | Fate::BothAlready(_))),
        only_here: merged.count(|fate| *fate == Fate::OnlyHere),
        odd: merged.odd,
        left_out: &merged.left_out,
        accounts: merged
            .accounts
            .iter()
            .map(|account| AccountLine {
                id: account.id.to_string(),
                issuer: &account.issuer,
                account: &account.name,
                outcome: outcome(&account.fate),
                differs: differs(&account.fate),
                trash: account.trashed,
            })
            .collect(),
        users: merged
            .users
            .iter()
            .map(|user| UserLine { name: &user.name, outcome: outcome(&user.fate), differs: differs(&user.fate) })
            .collect(),
    }
}

const fn outcome(fate: &Fate) -> &'static str {
    match fate {
        Fate::New => "new",
        Fate::Same => "same",
        Fate::OutOfTrash => "out-of-trash",
        Fate::Both(_) => "both",
        Fate::BothAlready(_) => "both-already",
        Fate::OnlyHere => "only-here",
    }
}

fn differs(fate: &Fate) -> Vec<&'static str> {
    let what: &[Difference] = if let Fate::Both(what) | Fate::BothAlready(what) = fate { what } else { &[] };
    what.iter().map(|what| notice::difference(*what)).collect()
}
