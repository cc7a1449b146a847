//! The file `vault-place`: which of the two places is in use, and what of the other one is an old copy. Nothing secret.
//!
//! | it says | in use | the other place |
//! | --- | --- | --- |
//! | no such file | the vault file if there is one, else the keyring | is not an old copy |
//! | `keyring` | the keyring | a vault file that stands there is not read |
//! | `keyring <digest>` | the keyring | the vault file with this SHA-256 is what was moved |
//! | `file <vault> <generation> <digest>` | the vault file | this generation of the keyring's vault is what was moved |
//! | the same and `removing` | the vault file | is being removed |
//!
//! Replacing this one small file is the switch: before it the accounts are where they were, after it they are where they were moved
//! to, and a program that still has the old place open finds it under the lock of its next change.

use std::fmt::Write as _;
use std::io;

use sha2::{Digest as _, Sha256};

use crate::app::ports::VaultError;

use super::atomic_file::Folder;
use super::parts::VaultId;

/// The name of the file in the data directory.
pub(super) const NAME: &str = "vault-place";

/// SHA-256, in lower-case hex where it is written.
pub(super) type Digest = [u8; 32];

/// What the file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InUse {
    /// There is no such file.
    Unsaid,
    /// The keyring is in use.
    Keyring {
        /// The vault file that is an old copy, by its bytes.
        old: Option<Digest>,
    },
    /// The vault file is in use, and the keyring was left.
    File(Left),
}

/// What was moved out of the keyring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Left {
    /// Which vault.
    pub vault: VaultId,
    /// Its newest generation then.
    pub generation: u64,
    /// What that said, hashed with the vault's key.
    pub digest: Digest,
    /// It is being removed.
    pub removing: bool,
}

impl InUse {
    /// What the file says.
    ///
    /// # Errors
    /// As [`Folder::read`]; [`VaultError::Disk`] with the kind `InvalidData` when it says something else: nothing is guessed.
    pub fn read(folder: &Folder) -> Result<Self, VaultError> {
        let Some(bytes) = folder.read(NAME)? else { return Ok(Self::Unsaid) };
        let said = std::str::from_utf8(&bytes).ok().and_then(Self::parse);
        said.ok_or_else(|| VaultError::Disk { path: folder.join(NAME), kind: io::ErrorKind::InvalidData })
    }

    fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.strip_suffix('\n')?.strip_prefix("halfminute-place 1 ")?.split(' ').collect();
        let digest = |word: &str| data_encoding::HEXLOWER.decode(word.as_bytes()).ok()?.try_into().ok();
        Some(match words.as_slice() {
            ["keyring"] => Self::Keyring { old: None },
            ["keyring", old] => Self::Keyring { old: Some(digest(old)?) },
            ["file", vault, generation, said, rest @ ..] => Self::File(Left {
                vault: VaultId::parse(vault)?,
                generation: generation.parse().ok()?,
                digest: digest(said)?,
                removing: match rest {
                    [] => false,
                    ["removing"] => true,
                    _ => return None,
                },
            }),
            _ => return None,
        })
    }

    /// Writes the file, or removes it, durable when it returns.
    ///
    /// # Errors
    /// As [`Folder::replace`].
    pub fn write(self, folder: &Folder) -> Result<(), VaultError> {
        let mut text = "halfminute-place 1 ".to_owned();
        match self {
            Self::Unsaid => return folder.remove(NAME),
            Self::Keyring { old: None } => text.push_str("keyring"),
            Self::Keyring { old: Some(old) } => text.extend(["keyring ", &data_encoding::HEXLOWER.encode(&old)]),
            Self::File(Left { vault, generation, digest, removing }) => {
                // writing to a String cannot fail
                let _ = write!(text, "file {vault} {generation} {}", data_encoding::HEXLOWER.encode(&digest));
                text.push_str(if removing { " removing" } else { "" });
            }
        }
        text.push('\n');
        folder.replace(NAME, text.as_bytes())
    }
}

/// The digest of `parts`, one after the other.
pub(super) fn digest(parts: &[&[u8]]) -> Digest {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_nothing_else_is() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        let left = Left { vault: VaultId::from_bytes([1; 16]), generation: 7, digest: digest(&[b"a", b"b"]), removing: false };
        for said in [
            InUse::Keyring { old: None },
            InUse::Keyring { old: Some([7; 32]) },
            InUse::File(left),
            InUse::File(Left { removing: true, ..left }),
            InUse::Unsaid,
        ] {
            said.write(&folder).unwrap();
            assert_eq!(InUse::read(&folder), Ok(said));
        }
        assert_eq!(digest(&[b"a", b"b"]), digest(&[b"ab"]));
        let good = format!("halfminute-place 1 file {} 7 {}", left.vault, "0".repeat(64));
        for bad in ["", "halfminute-place 1 keyring", "halfminute-place 2 keyring\n", "halfminute-place 1 keyring 00\n", &good] {
            std::fs::write(folder.join(NAME), bad).unwrap();
            let refused = VaultError::Disk { path: folder.join(NAME), kind: io::ErrorKind::InvalidData };
            assert_eq!(InUse::read(&folder), Err(refused), "{bad}");
        }
    }
}
