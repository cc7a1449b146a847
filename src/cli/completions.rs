//! `completions`: what a shell needs to complete our commands.

use clap_complete::Shell;

use super::definition;
use super::exit::{DONE, End};
use super::session::Session;

const LONG: &str = "\
Print the completions for a shell. No account names are in them: completing never opens the vault.";

const AFTER: &str = "\
Examples:
  halfminute completions bash > ~/.local/share/bash-completion/completions/halfminute
  halfminute completions zsh > ~/.zfunc/_halfminute
  halfminute completions fish > ~/.config/fish/completions/halfminute.fish
  halfminute completions powershell >> $PROFILE";

/// Print the completions for a shell
#[derive(Debug, clap::Args)]
#[command(long_about = LONG, after_long_help = AFTER)]
pub struct Completions {
    /// Which shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<u8, End> {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut definition(), "halfminute", &mut text);
        session.print(&String::from_utf8_lossy(&text))?;
        Ok(DONE)
    }
}
