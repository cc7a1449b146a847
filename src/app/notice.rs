//! Every word for people: what happened and, apart, what to do. One place, so that nothing is said twice in two ways.

use std::path::Path;

use crate::domain::otp::ParamError;

mod backup;
pub mod camera;
mod clock;
pub mod diagnosis;
mod disk;
pub mod doctor;
mod exchange;
pub mod explain;
pub mod icons;
pub mod import;
mod login;
pub mod outside;
mod parts;
pub mod phone_apps;
mod picture;
mod reading;
pub mod screen;
mod vault;
mod vault_file;
mod verdicts;

pub use backup::{
    auto_backup_failed, backup_age, backup_error, backup_made, backup_not_noted, backup_reminder, backup_restored,
    backup_unmerged, difference, fate, merged_in_short, merged_left_out, recipient_error,
};
pub use clock::{ago, clock_set_since, clock_state, clock_unkept, clock_wrong, server_error, time_answer, time_error};
pub use disk::{not_read, not_written, reason, unusable};
pub use exchange::*;
pub use login::*;
pub use parts::{parts, parts_again};
pub use picture::{other_code, picture_error};
pub use reading::{address_note, key_error, key_note, name_note, pasted_error, strength};
pub use vault::{locked_elsewhere, not_saved_before_lock, place, protected, vault_error, vault_note};
pub use vault_file::{moved, old_copy, old_copy_removed, passphrase_changed};
pub use verdicts::{code_error, grouped, reason_word, span, verdict};

use super::ports::{FileError, StateError};
use super::settings::{ClearAfter, SettingsTrouble};

/// What happened, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Notice {
    /// What happened: one sentence without a full stop.
    pub text: String,
    /// What to do; may be empty.
    pub advice: String,
}

/// Who reads a text that names a way on: the window has buttons, the terminal has options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The window.
    Window,
    /// The terminal.
    Terminal,
}

impl Notice {
    /// A notice with advice.
    pub fn new(text: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { text: text.into(), advice: advice.into() }
    }

    /// A notice that needs none.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::new(text, "")
    }

    /// Both in one line.
    #[must_use]
    pub fn line(&self) -> String {
        if self.advice.is_empty() { self.text.clone() } else { format!("{}. {}", self.text, self.advice) }
    }
}

/// "1 account", "10 000 accounts".
#[must_use]
pub fn counted(many: usize, what: &str) -> String {
    if many == 1 { format!("1 {what}") } else { format!("{} {what}s", grouped(many as u64)) }
}

/// A code stands on the clipboard.
#[must_use]
pub fn copied(clear: ClearAfter) -> Notice {
    Notice::plain(format!("Copied. Cleared in {} s", clear.secs()))
}

/// The next code stands on the clipboard.
#[must_use]
pub fn next_copied(clear: ClearAfter) -> Notice {
    Notice::plain(format!("Next code copied. Cleared in {} s", clear.secs()))
}

/// The address stands on the clipboard.
#[must_use]
pub fn address_copied(clear: ClearAfter) -> Notice {
    Notice::new(
        format!("Address copied. Cleared in {} s", clear.secs()),
        "It holds the secret: paste it only where you trust the reader",
    )
}

/// An account lies in the trash.
#[must_use]
pub fn trashed(title: &str) -> Notice {
    Notice::plain(format!("{title} is in the trash"))
}

/// An account is back.
#[must_use]
pub fn restored() -> Notice {
    Notice::plain("Taken out of the trash")
}

/// An account is gone for ever.
#[must_use]
pub fn purged() -> Notice {
    Notice::plain("Deleted for ever")
}

/// Accounts are gone for ever.
#[must_use]
pub fn purged_old(count: usize) -> Notice {
    Notice::plain(if count == 1 {
        "One account deleted for ever".to_owned()
    } else {
        format!("{} deleted for ever", counted(count, "account"))
    })
}

/// The fields were saved.
#[must_use]
pub fn edited() -> Notice {
    Notice::plain("Saved")
}

/// An enrolment is complete.
#[must_use]
pub fn enrolled(title: &str) -> Notice {
    Notice::plain(format!("{title} is saved"))
}

/// A picture was written.
#[must_use]
pub fn png_saved(path: &Path) -> Notice {
    Notice::new(format!("Picture saved as {}", path.display()), "It holds the secret: delete it when the phone has scanned it")
}

/// No random bytes.
#[must_use]
pub fn no_entropy() -> Notice {
    Notice::new("The operating system gave no random bytes", "Nothing was made or saved. Restart the computer and try again")
}

/// No clipboard.
#[must_use]
pub fn no_clipboard() -> Notice {
    Notice::new("No clipboard can be reached", "Type the code instead")
}

/// No clipboard for a command.
#[must_use]
pub fn no_clipboard_for_commands() -> Notice {
    Notice::new(
        "No clipboard can be reached from here",
        "Leave out --copy to see the code. A program without a window needs an X11 display, or a Wayland desktop that lets it copy",
    )
}

/// A worker ended by a fault.
#[must_use]
pub fn worker_died(name: &str) -> Notice {
    Notice::new(
        format!("A part of Halfminute stopped working ({name})"),
        "What was saved is safe. Close the window and open it again",
    )
}

/// Why a file could not be used.
#[must_use]
pub fn file_error(error: &FileError) -> Notice {
    match error {
        FileError::NoDialog => Notice::new(
            "No file dialog can be shown",
            "Install a desktop portal, for example xdg-desktop-portal-gtk, and try again",
        ),
        FileError::Refused { path, kind } => not_written(path, *kind),
    }
}

/// Why settings that were made before do not hold.
#[must_use]
pub fn settings_trouble(trouble: &SettingsTrouble) -> Notice {
    match trouble {
        SettingsTrouble::Unreadable(error) => {
            let why = match error {
                FileError::Refused { path, kind } => not_read(path, *kind),
                FileError::NoDialog => file_error(error),
            };
            Notice::new("The settings cannot be read: the defaults hold", why.text)
        }
        SettingsTrouble::Damaged => Notice::plain("The settings file is damaged: the defaults hold"),
        SettingsTrouble::NotUnderstood { fields } => {
            Notice::plain(format!("These settings are not understood, their defaults hold: {}", fields.join(", ")))
        }
    }
}

/// Why the state could not be used.
#[must_use]
pub fn state_error(error: &StateError) -> Notice {
    match error {
        StateError::Unusable { path } => Notice::new(
            format!("Used codes and history cannot be read or written in {}", path.display()),
            "No login is accepted until they can. Check the disk and the file's permissions",
        ),
        StateError::TooNew { path } => Notice::new(
            format!("{} was written by a newer Halfminute", path.display()),
            "History is shown, but no login is accepted. Use the newer version",
        ),
    }
}

/// Why parameters do not go together.
#[must_use]
pub fn param_error(error: ParamError) -> Notice {
    match error {
        ParamError::Steam => Notice::plain("Steam codes are always SHA-1 with five letters"),
        ParamError::Counter => Notice::new("The counter is too large", "Type a number up to 9 223 372 036 854 775 807"),
    }
}
