//! `backup`: everything into one encrypted file.

use std::path::{Path, PathBuf};

use serde::Serialize;
use zeroize::Zeroizing;

use crate::app::backup::{self, Last};
use crate::app::notice::{self, Notice};
use crate::app::ports::{BackupError, Over, Seal};

use super::Common;
use super::exit::{DONE, End, Failure};
use super::progress::Progress;
use super::session::Session;
use super::shape::SCHEMA;

const LONG: &str = "\
Write everything in the vault to one encrypted file: accounts with their secrets, tags and notes, the trash, test users.

The file is read back, opened and compared before it takes its name. Nothing is written over. The standard `age` program opens it too: \
`age -d FILE`. It is locked with a passphrase, which is asked for twice or read from --backup-password-file, or to public keys: \
then whoever holds one of the private keys opens it, and no passphrase is needed to make it.";

const AFTER: &str = "\
JSON:
  {\"schema\":1,\"done\":\"backed-up\",\"file\",\"accounts\",\"users\",\"generation\",\"locked\"}

  `accounts` counts those in the trash as well; `locked` is \"passphrase\" or \"keys\".

Exit codes: 0 done, 2 wrong usage, 3 a file or a key cannot be used, 4 the vault cannot be reached.

Examples:
  halfminute backup /media/stick/halfminute.age
  halfminute backup --backup-password-file passphrase.txt halfminute.age
  halfminute backup --recipient age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p halfminute.age
  halfminute backup --recipients-file ~/.ssh/id_ed25519.pub halfminute.age";

/// Write everything to one encrypted file
#[derive(Debug, clap::Args)]
#[command(long_about = LONG, after_long_help = AFTER)]
pub struct Backup {
    /// The file to make
    file: PathBuf,
    /// Lock it to this public key: age1…, or "ssh-ed25519 …" or "ssh-rsa …" in quotes; may be given several times
    #[arg(long, value_name = "KEY", help_heading = "Lock")]
    recipient: Vec<String>,
    /// Lock it to the public keys in FILE, one a line
    #[arg(long, value_name = "FILE", help_heading = "Lock")]
    recipients_file: Vec<PathBuf>,
    /// Read the passphrase of the backup from FILE
    #[arg(long, value_name = "FILE", help_heading = "Lock", conflicts_with_all = ["recipient", "recipients_file"])]
    backup_password_file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Serialize)]
struct BackedUp<'a> {
    schema: u32,
    done: &'static str,
    file: &'a str,
    accounts: usize,
    users: usize,
    generation: u64,
    locked: &'static str,
}

impl Backup {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<u8, End> {
        let mut files = session.world.backups();
        // Before anything is asked for: what cannot work is said at once.
        let keys = self.keys(session)?;
        if session.world.exists(&self.file) {
            return Err(BackupError::AlreadyThere { path: self.file }.into());
        }
        let open = session.open(false)?;
        let seal = match keys {
            Some(keys) => Seal::Recipients(keys),
            None => Seal::Passphrase(self.passphrase(session)?),
        };
        let progress = Progress::new(session.world.terminals().errors, "Writing the backup and reading it back");
        let made = backup::make(files.as_mut(), &self.file, Over::Never, &seal, &open.document);
        drop(progress);
        made?;
        let locked = matches!(seal, Seal::Recipients(_));
        let path = session.world.absolute(&self.file);
        session.note_backup(Last {
            at: session.world.now().secs(),
            path: path.to_string_lossy().into_owned(),
            generation: open.document.generation,
            keys: locked,
        });
        if session.json {
            session.print_json(&BackedUp {
                schema: SCHEMA,
                done: "backed-up",
                file: &path.to_string_lossy(),
                accounts: open.document.accounts.len(),
                users: open.document.users.len(),
                generation: open.document.generation,
                locked: if locked { "keys" } else { "passphrase" },
            })?;
        } else {
            session.say(&notice::backup_made(&self.file, open.document.accounts.len()).text);
        }
        Ok(DONE)
    }

    /// The public keys, `None` for a passphrase.
    fn keys(&self, session: &mut Session<'_>) -> Result<Option<Vec<String>>, Failure> {
        if self.recipient.is_empty() && self.recipients_file.is_empty() {
            return Ok(None);
        }
        let files = session.world.backups();
        let mut lines = Vec::new();
        let whole = self.recipient.join("\n");
        if !self.recipient.is_empty() {
            lines.extend(backup::recipients(files.as_ref(), &whole).map_err(|(_, error)| BackupError::from(error))?);
        }
        for path in &self.recipients_file {
            let text = session.read_text(path, "The file with the public keys")?;
            lines.extend(backup::recipients(files.as_ref(), &text).map_err(|(at, error)| {
                let Notice { text, advice } = notice::recipient_error(error);
                Failure::input(Notice::new(format!("{}, line {at}: {text}", path.display()), advice))
            })?);
        }
        // What they are together is bounded, too.
        backup::recipients(files.as_ref(), &lines.join("\n")).map(Some).map_err(|(_, error)| BackupError::from(error).into())
    }

    fn passphrase(&self, session: &mut Session<'_>) -> Result<Zeroizing<String>, Failure> {
        if let Some(path) = &self.backup_password_file {
            return session.password_in(path, "The file with the passphrase of the backup");
        }
        let first = session.ask(Path::new(&self.file), "New passphrase of")?;
        if first.is_empty() {
            return Err(BackupError::EmptyPassphrase.into());
        }
        if session.world.ask_hidden("The same once more: ").as_deref() != Some(&*first) {
            return Err(Failure::input(Notice::new("The two passphrases differ", "Nothing was made. Try again")));
        }
        Ok(first)
    }
}
