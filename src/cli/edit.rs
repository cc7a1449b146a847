//! `edit`: everything of an account but its secret.

use crate::app::change::{self, Change};
use crate::app::notice;

use super::Common;
use super::exit::{DONE, End, Failure};
use super::input;
use super::params::Params;
use super::session::{Among, Session};
use super::shape::ChangedShape;

const LONG: &str = "\
Change what is known of an account. What is not named stays as it is; the secret always does.

Codes that are set otherwise than at the service are refused there.";

const AFTER: &str = "\
JSON:
  {\"schema\":1,\"done\":\"edited\", and what `list` says of an account}

Exit codes: 0 saved, 1 no account or several, 2 wrong usage, 4 the vault cannot be reached.

Examples:
  halfminute edit github --account alice@example.org
  halfminute edit github --tag work --tag code --pin
  halfminute edit github --no-tags --unpin
  halfminute edit token --counter 42";

/// Change an account
#[derive(Debug, clap::Args)]
#[command(long_about = LONG, after_long_help = AFTER)]
pub struct Edit {
    /// Which account
    query: String,
    /// The service that the codes are for
    #[arg(long, value_name = "NAME")]
    issuer: Option<String>,
    /// The name of the account at the service
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// The words to group it by, instead of those it has; may be given several times
    #[arg(long, value_name = "WORD", value_delimiter = ',')]
    tag: Vec<String>,
    /// Take its tags away
    #[arg(long, conflicts_with = "tag")]
    no_tags: bool,
    /// A note; an empty one takes it away
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Put it before the others
    #[arg(long)]
    pin: bool,
    /// Put it back among the others
    #[arg(long, conflicts_with = "pin")]
    unpin: bool,
    #[command(flatten)]
    params: Params,
    #[command(flatten)]
    pub(super) common: Common,
}

impl Edit {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<u8, End> {
        let fields =
            self.issuer.is_some() || self.account.is_some() || self.note.is_some() || !self.tag.is_empty() || self.no_tags;
        let fields = fields || !self.params.is_empty();
        if !fields && !self.pin && !self.unpin {
            return Err(Failure::usage("Nothing is to be changed", "See halfminute edit --help").into());
        }
        let mut open = session.open(false)?;
        let account = open.find(&self.query, Among::Active)?.account.clone();
        let id = account.id;
        let mut changes = Vec::new();
        if fields {
            let typed = |session: &mut Session<'_>, new: &Option<String>, old: &str| match new {
                Some(new) => input::clean(session, new),
                None => old.to_owned(),
            };
            let issuer = typed(session, &self.issuer, &account.issuer);
            let name = typed(session, &self.account, &account.name);
            if issuer.is_empty() && name.is_empty() {
                return Err(Failure::usage("The account would have no name", "Leave it an issuer or an account name").into());
            }
            let tags = if self.no_tags || !self.tag.is_empty() { input::tags(session, &self.tag) } else { account.tags.clone() };
            let note = typed(session, &self.note, &account.note);
            let params = self.params.over(&account.params)?;
            changes.push(Change::Edit(change::Edit { id, issuer, name, params, before: account.params, tags, note }));
        }
        if self.pin || self.unpin {
            changes.push(Change::Pin { id, pinned: self.pin });
        }
        open.change(session, &Change::All(changes))?;
        if session.json {
            if let Some(record) = open.document.record(id) {
                session.print_json(&ChangedShape::new("edited", &record.account, None))?;
            }
        } else {
            session.say(&notice::edited().text);
        }
        Ok(DONE)
    }
}
