//! Our own backup, so that nobody is told that it is no file of any app. It holds a whole vault and is restored, not read account by
//! account.
//!
//! It is a file of `age` (<https://age-encryption.org/v1>), plain or in its armour. Whether another program made it shows only inside.

use super::{Format, FormatError, Given, Import, Key};

/// See the module.
pub struct OwnBackup;

const STARTS: [&[u8]; 2] = [b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----"];

impl Format for OwnBackup {
    fn id(&self) -> &'static str {
        "halfminute"
    }

    fn name(&self) -> &'static str {
        "Halfminute backup"
    }

    fn hint(&self) -> &'static str {
        "a backup made here; it is restored with Restore…"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        let bytes = given.bytes().trim_ascii_start();
        STARTS.iter().any(|start| bytes.starts_with(start))
    }

    fn read(&self, given: &Given<'_>, _: &Key) -> Result<Import, FormatError> {
        Err(if self.sniff(given) { FormatError::OwnBackup } else { FormatError::NotThisFormat })
    }
}
