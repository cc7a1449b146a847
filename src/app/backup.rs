//! Backups: making one, reading one, when the last was made, and when the next is due.

mod auto;
mod desk;
mod log;

use std::path::Path;

use super::document::{Document, DocumentError, MAX_BYTES};
use super::ports::{BackupError, Backups, Key, Over, RecipientError, Seal};

pub use auto::{Due, KEPT, PATTERN, due, is_ours, name_at, surplus};
pub use desk::{Asks, BackupAction, BackupDone, BackupJob, BackupSide, Desk, For, Restore, SealDraft, run_backup};
pub use log::{Last, Log, SNOOZE, STALE, Standing};

/// Writes `document` to `path`: its JSON as [`document`](super::document) describes it, without the passphrase of automatic
/// backups, which would otherwise lie in the very file that it locks.
///
/// # Errors
/// [`BackupError`]; there is then no new file.
pub fn make(files: &mut dyn Backups, path: &Path, over: Over, seal: &Seal, document: &Document) -> Result<(), BackupError> {
    let text = document.to_backup();
    if text.len() > MAX_BYTES {
        return Err(BackupError::TooLarge);
    }
    files.write(path, over, seal, &text)
}

/// Reads the document in the file at `path`. A vault file (`vault.age`) holds one as well: its key file opens it.
///
/// # Errors
/// [`BackupError`].
pub fn read(files: &mut dyn Backups, path: &Path, key: &Key) -> Result<Document, BackupError> {
    let bytes = files.open(path, key)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| BackupError::HoldsElse)?;
    if text.trim_start().starts_with("AGE-") || text.lines().any(|line| line.starts_with("AGE-SECRET-KEY-")) {
        return Err(BackupError::HoldsKey);
    }
    Document::from_json(text).map_err(|error| match error {
        DocumentError::TooNew => BackupError::TooNew,
        DocumentError::Damaged => BackupError::HoldsElse,
    })
}

/// The public keys in `text`, one a line, as `age -R` reads them: empty lines and lines with `#` do not count.
///
/// # Errors
/// The number of the line, from 1, and what is wrong with it.
pub fn recipients(files: &dyn Backups, text: &str) -> Result<Vec<String>, (usize, RecipientError)> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    let keys = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let mut found: Vec<String> = Vec::new();
    for (at, line) in keys {
        let key = files.recipient(line).map_err(|error| (at, error))?;
        if !found.contains(&key) {
            found.push(key);
        }
    }
    match found.len() {
        0 => Err((1, RecipientError::None)),
        1..=MOST_RECIPIENTS => Ok(found),
        _ => Err((1, RecipientError::TooMany)),
    }
}

/// The most public keys that one backup is locked to.
pub const MOST_RECIPIENTS: usize = 32;
