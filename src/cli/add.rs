//! `add`: a new account, from an address, a key, or a secret that is made here.

use std::ffi::OsString;
use std::sync::Arc;

use crate::app::action::NewEntry;
use crate::app::change::{Change, Edit};
use crate::app::job::{generate, prepare};
use crate::app::notice;
use crate::domain::Algorithm;
use crate::formats::{NewAccount, base32, otpauth};

use super::Common;
use super::exit::{DONE, End, Failure};
use super::input;
use super::params::{Params, Type};
use super::session::Session;
use super::shape::ChangedShape;

const LONG: &str = "\
Add an account: from an address (--uri -), from a key in base32 (--secret -), or with a new secret that is made here (--generate).

Addresses and keys are read from standard input, never from an argument. The id of the new account is printed. With --generate \
--show its address is printed instead, for a program that sets up the other side; without --show, `halfminute qr` shows it to a \
phone.

With --vault FILE the file is made if there is none.";

const AFTER: &str = "\
JSON:
  {\"schema\":1,\"done\":\"added\", and what `list` says of an account; with --show also \"uri\"}

Exit codes: 0 saved, 2 wrong usage, 3 bad address or key, 4 the vault cannot be reached.

Examples:
  halfminute add --uri - < address.txt
  halfminute add --issuer Example --account alice --secret - < key.txt
  halfminute add --issuer Example --account alice --generate
  halfminute add --issuer Example --account alice --generate --show | halfminute code --uri -
  halfminute add --issuer Token --account alice --secret - --counter 0 < key.txt";

/// Add an account
#[derive(Debug, clap::Args)]
#[command(long_about = LONG, after_long_help = AFTER)]
#[command(
    override_usage = "halfminute add [OPTIONS] --uri -\n       halfminute add [OPTIONS] --secret -\n       halfminute add [OPTIONS] --generate [--show]"
)]
#[command(group = clap::ArgGroup::new("source").required(true).args(["uri", "secret", "generate"]))]
pub struct Add {
    /// Read an otpauth:// address from standard input: `--uri -`
    #[arg(long, value_name = "-", conflicts_with_all = ["type", "algorithm", "digits", "period", "counter"])]
    uri: Option<OsString>,
    /// Read a key in base32 from standard input: `--secret -`
    #[arg(long, value_name = "-")]
    secret: Option<OsString>,
    /// Make a new secret: 20, 32 or 64 bytes, as the hash asks for
    #[arg(long)]
    generate: bool,
    /// Print the address of the new secret
    #[arg(long, requires = "generate")]
    show: bool,
    /// The service that the codes are for
    #[arg(long, value_name = "NAME")]
    issuer: Option<String>,
    /// The name of the account at the service
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// A word to group accounts by; may be given several times
    #[arg(long, value_name = "WORD", value_delimiter = ',')]
    tag: Vec<String>,
    /// A note
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Put it before the others
    #[arg(long)]
    pin: bool,
    /// Take a key that is so short that it can be guessed
    #[arg(long)]
    allow_short: bool,
    /// What makes a new code
    #[arg(long, help_heading = "Codes")]
    r#type: Option<Type>,
    #[command(flatten)]
    params: Params,
    #[command(flatten)]
    pub(super) common: Common,
}

impl Add {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<u8, End> {
        // clap waives what an option requires where that conflicts with another one
        if self.show && !self.generate {
            return Err(Failure::usage("Only a secret that is made here is shown", "Use --show with --generate").into());
        }
        let mut new = self.read(session)?;
        if let Some(issuer) = &self.issuer {
            new.issuer = input::clean(session, issuer);
        }
        if let Some(account) = &self.account {
            new.name = input::clean(session, account);
        }
        if new.issuer.is_empty() && new.name.is_empty() {
            return Err(Failure::usage("The account has no name", "Give it one with --issuer or --account").into());
        }
        input::strength(session, &new.secret, self.allow_short)?;
        let tags = input::tags(session, &self.tag);
        let note = self.note.as_deref().map(|note| input::clean(session, note)).unwrap_or_default();
        let address = self.show.then(|| otpauth::write(&new.issuer, &new.name, &new.params, &new.secret));

        let mut open = session.open(true)?;
        let edit = |id| Edit {
            id,
            issuer: new.issuer.clone(),
            name: new.name.clone(),
            params: new.params,
            before: new.params,
            tags,
            note,
        };
        let (issuer, name) = (new.issuer.clone(), new.name.clone());
        let entry = NewEntry { issuer, name, params: new.params, secret: Arc::new(new.secret), user: None };
        let (added, id) = prepare(entry, session.world.entropy(), session.world.now())?;
        let mut changes = vec![added, Change::Edit(edit(id))];
        if self.pin {
            changes.push(Change::Pin { id, pinned: true });
        }
        open.change(session, &Change::All(changes))?;

        let Some(record) = open.document.record(id) else { return Ok(DONE) };
        if session.json {
            session.print_json(&ChangedShape::new("added", &record.account, address.as_deref().map(String::as_str)))?;
            return Ok(DONE);
        }
        session.say(&notice::enrolled(&record.account.title()).text);
        match address {
            Some(mut address) => {
                address.push('\n');
                session.print(&address)?;
            }
            None => session.print(&format!("{id}\n"))?,
        }
        Ok(DONE)
    }

    /// Where the secret comes from.
    fn read(&self, session: &mut Session<'_>) -> Result<NewAccount, Failure> {
        if input::only_dash(self.uri.as_deref())? {
            let text = session.read_secret("Address (not shown): ")?;
            return input::address(session, &text);
        }
        // wrong options are told before anything is typed
        let by_key = input::only_dash(self.secret.as_deref())?;
        let params = self.params.new_account(self.r#type)?;
        if self.issuer.is_none() && self.account.is_none() {
            return Err(Failure::usage("The account has no name", "Give it one with --issuer or --account"));
        }
        let secret = if by_key {
            let text = session.read_secret("Key (not shown): ")?;
            let read = base32::decode(&text).map_err(|error| Failure::input(notice::key_error(&error)))?;
            for note in &read.notes {
                session.note(&notice::key_note(note));
            }
            read.secret
        } else {
            let algorithm: Algorithm = params.algorithm();
            generate(algorithm, session.world.entropy())?
        };
        Ok(NewAccount { issuer: String::new(), name: String::new(), params, secret })
    }
}
