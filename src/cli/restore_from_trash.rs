//! `restore-from-trash`: an account is back.

use crate::app::change::Change;
use crate::app::notice;

use super::Common;
use super::exit::{DONE, End};
use super::session::{Among, Session};
use super::shape::ChangedShape;

const AFTER: &str = "\
JSON:
  {\"schema\":1,\"done\":\"restored\", and what `list` says of an account}

Exit codes: 0 done, 1 nothing in the trash matches or several do, 4 the vault cannot be reached.

Examples:
  halfminute list --trash
  halfminute restore-from-trash \"Old service\"";

/// Take an account out of the trash
#[derive(Debug, clap::Args)]
#[command(after_long_help = AFTER)]
pub struct RestoreFromTrash {
    /// Which account in the trash
    query: String,
    #[command(flatten)]
    pub(super) common: Common,
}

impl RestoreFromTrash {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<u8, End> {
        let mut open = session.open(false)?;
        let account = open.find(&self.query, Among::Trash)?.account.clone();
        open.change(session, &Change::Restore { id: account.id })?;
        if session.json {
            session.print_json(&ChangedShape::new("restored", &account, None))?;
        } else {
            session.say(&format!("{}: {}", account.title(), notice::restored().text));
        }
        Ok(DONE)
    }
}
