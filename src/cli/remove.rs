//! `remove`: into the trash, and from there for ever.

use crate::app::change::Change;
use crate::app::notice;

use super::Common;
use super::exit::{DONE, End, Failure};
use super::session::{Among, Session};
use super::shape::ChangedShape;

const LONG: &str = "\
Move an account to the trash. Nothing is deleted: `halfminute restore-from-trash` brings it back, and so does the window.

With --purge --yes an account that is in the trash is deleted for ever, its secret with it.";

const AFTER: &str = "\
JSON:
  {\"schema\":1,\"done\":\"trashed\" or \"purged\", and what `list` says of an account}

Exit codes: 0 done, 1 no account or several, 2 wrong usage, 4 the vault cannot be reached.

Examples:
  halfminute remove \"Old service\"
  halfminute list --trash
  halfminute remove --purge --yes \"Old service\"";

/// Move an account to the trash
#[derive(Debug, clap::Args)]
#[command(long_about = LONG, after_long_help = AFTER)]
pub struct Remove {
    /// Which account; with --purge, which one in the trash
    query: String,
    /// Delete for ever what is in the trash; needs --yes
    #[arg(long)]
    purge: bool,
    /// Confirm --purge
    #[arg(long, requires = "purge")]
    yes: bool,
    #[command(flatten)]
    pub(super) common: Common,
}

impl Remove {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<u8, End> {
        if self.purge && !self.yes {
            let advice = "If the account's secret may be lost, add --yes. Nobody can bring it back then";
            return Err(Failure::usage("--purge deletes for ever", advice).into());
        }
        let at = session.world.now();
        let mut open = session.open(false)?;
        let account = open.find(&self.query, if self.purge { Among::Trash } else { Among::Active })?.account.clone();
        let id = account.id;
        let change = if self.purge { Change::Purge { id } } else { Change::Trash { id, at } };
        open.change(session, &change)?;
        if session.json {
            session.print_json(&ChangedShape::new(if self.purge { "purged" } else { "trashed" }, &account, None))?;
        } else if self.purge {
            session.say(&notice::purged().text);
        } else {
            let said = notice::trashed(&account.title()).text;
            session.say(&format!("{said}. Bring it back with: halfminute restore-from-trash {id}"));
        }
        Ok(DONE)
    }
}
