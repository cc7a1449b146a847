//! KeePass databases (`.kdbx`, `.kdb`): recognised and refused, with the way that works.
//!
//! Their contents are packed, and what a small file unpacks to is not bounded by the library that opens them (a file of 1 MB took 5 GB);
//! a stranger's file is therefore not handed to it. KeePassXC's CSV holds the same codes: see [`super::keepassxc_csv`].

use super::{Format, FormatError, Given, Import, Key};

/// See the module.
pub struct Kdbx;

/// How all of them begin, and how it goes on for KeePass 1 and 2.
const SIGNATURE: [u8; 4] = 0x9AA2_D903_u32.to_le_bytes();
const KEEPASS_1: [u8; 4] = 0xB54B_FB65_u32.to_le_bytes();
const KEEPASS_2: [u8; 4] = 0xB54B_FB67_u32.to_le_bytes();

impl Format for Kdbx {
    fn id(&self) -> &'static str {
        "keepass"
    }

    fn name(&self) -> &'static str {
        "KeePass"
    }

    fn hint(&self) -> &'static str {
        "not the database: export it as CSV with KeePassXC, Database > Export"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        let bytes = given.bytes();
        bytes.starts_with(&SIGNATURE) && matches!(bytes.get(4..8), Some(kind) if kind == KEEPASS_1 || kind == KEEPASS_2)
    }

    fn read(&self, given: &Given<'_>, _: &Key) -> Result<Import, FormatError> {
        if self.sniff(given) { Err(FormatError::NotRead("a KeePass database")) } else { Err(FormatError::NotThisFormat) }
    }
}
