//! Where a vault file stands, and the names of what belongs to it.

use std::io;
use std::path::{Path, PathBuf};

use crate::adapters::data_dir::DataDir;
use crate::app::ports::VaultError;

const DOCUMENT: &str = "vault.age";

/// Where a vault file and what belongs to it stand: all in one folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePlace {
    pub(super) folder: PathBuf,
    pub(super) lock: PathBuf,
    pub(super) document: String,
    pub(super) document_before: String,
    pub(super) key: String,
    pub(super) key_before: String,
    /// It is the file of a data directory: the keyring and this file can take over from each other.
    pub(super) usual: bool,
}

impl FilePlace {
    /// The vault file of the data directory.
    #[must_use]
    pub fn of_dir(dir: &DataDir) -> Self {
        Self::named(dir.path(), DOCUMENT, dir.lock(), true)
    }

    /// The vault file at `path`, which need not be there. A link is followed; the folder must exist. In the data directory `home`
    /// (which need not exist) the usual name is the usual file, with its usual lock.
    ///
    /// # Errors
    /// [`VaultError::Disk`] when there is no such folder, or the path does not name a file in UTF-8.
    pub fn at(path: &Path, home: Option<&Path>) -> Result<Self, VaultError> {
        let refused = |kind| VaultError::Disk { path: path.to_owned(), kind };
        let whole = match std::fs::canonicalize(path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let absolute = std::path::absolute(path).map_err(|error| refused(error.kind()))?;
                let (Some(folder), Some(name)) = (absolute.parent(), absolute.file_name()) else {
                    return Err(refused(io::ErrorKind::InvalidFilename));
                };
                std::fs::canonicalize(folder).map_err(|error| refused(error.kind()))?.join(name)
            }
            Err(error) => return Err(refused(error.kind())),
        };
        let (Some(folder), Some(name)) = (whole.parent(), whole.file_name().and_then(|name| name.to_str())) else {
            return Err(refused(io::ErrorKind::InvalidFilename));
        };
        let usual = name == DOCUMENT && home.and_then(|home| std::fs::canonicalize(home).ok()).as_deref() == Some(folder);
        let lock = if usual { "lock".to_owned() } else { format!("{name}.lock") };
        Ok(Self::named(folder, name, folder.join(lock), usual))
    }

    fn named(folder: &Path, document: &str, lock: PathBuf, usual: bool) -> Self {
        let key = document.strip_suffix(".age").map_or_else(|| format!("{document}.key"), |stem| format!("{stem}.key.age"));
        Self {
            folder: folder.to_owned(),
            lock,
            document_before: format!("{document}.bak"),
            document: document.to_owned(),
            key_before: format!("{key}.bak"),
            key,
            usual,
        }
    }

    /// The file with the document.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.join(&self.document)
    }

    /// Whether it is the file of the data directory, which the keyring can take over from.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        self.usual
    }

    /// Whether there is a vault file, readable or not: a document and a key. One without the other protects nothing, as when
    /// making it was interrupted.
    #[must_use]
    pub fn exists(&self) -> bool {
        let any = |names: [&str; 2]| names.iter().any(|name| self.stands(name));
        any([&self.document, &self.document_before]) && any([&self.key, &self.key_before])
    }

    /// Whether any of its files is there.
    pub(super) fn any(&self) -> bool {
        self.names().iter().any(|name| self.stands(name))
    }

    /// Whether a keyring has held a vault of this folder.
    #[must_use]
    pub fn keyring_used(&self) -> bool {
        ["journal", "vault-id"].iter().any(|name| self.stands(name))
    }

    fn stands(&self, name: &str) -> bool {
        std::fs::symlink_metadata(self.folder.join(name)).is_ok()
    }

    /// All four files.
    pub(super) fn names(&self) -> [&str; 4] {
        [&self.document, &self.document_before, &self.key, &self.key_before]
    }
}
