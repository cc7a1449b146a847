//! `man`: the manual pages.

use crate::app::notice::Notice;

use super::definition;
use super::exit::{DONE, End, Failure, PARTLY};
use super::session::Session;

const AFTER: &str = "\
Examples:
  halfminute man | man -l -
  halfminute man code | man -l -
  halfminute man > ~/.local/share/man/man1/halfminute.1";

/// Print a manual page
#[derive(Debug, clap::Args)]
#[command(after_long_help = AFTER)]
pub struct Man {
    /// The page of this command; without it, the page of the whole program
    command: Option<String>,
}

impl Man {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<u8, End> {
        let mut whole = definition();
        whole.build();
        let page = match &self.command {
            None => whole,
            Some(name) => {
                let found = whole.find_subcommand(name).cloned();
                found.ok_or_else(|| Failure::usage("There is no such command", "See halfminute --help"))?
            }
        };
        let mut text = Vec::new();
        let written = clap_mangen::Man::new(page).manual("Halfminute").render(&mut text);
        written.map_err(|_| Failure::new(PARTLY, "output", Notice::plain("The page could not be made")))?;
        session.print(&String::from_utf8_lossy(&text).replace(".SH EXTRA", ".SH NOTES"))?;
        Ok(DONE)
    }
}
