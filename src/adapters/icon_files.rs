//! Own pictures of accounts and icon packs, as files in two folders of the data folder.
//!
//! `icons/<id>.png` is the picture of an account, `icons/<id>.txt` the slug of an icon that was chosen for it; `icon-packs/<hash>.zip` is
//! a pack as it was installed. The names are random numbers and hashes: they name nobody. All of them are the owner's alone.

use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::app::ports::{FileError, IconStore, OwnIcon, PackId, VaultError};
use crate::domain::AccountId;

use super::atomic_file::Folder;
use super::data_dir::DataDir;

/// The longest slug, in bytes.
const MOST_SLUG: usize = 64;

/// The icons of one data folder.
#[derive(Clone, Debug)]
pub struct IconFiles {
    own: PathBuf,
    packs: PathBuf,
}

impl IconFiles {
    /// Those in `folder`; nothing is made there before something is kept.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        Self { own: folder.join("icons"), packs: folder.join("icon-packs") }
    }

    fn names(account: AccountId) -> [String; 2] {
        [format!("{account}.png"), format!("{account}.txt")]
    }
}

/// The files of `path`, which is made if it is not there.
fn folder(path: &Path) -> Result<Folder, FileError> {
    DataDir::open(path).map_err(refused)?;
    Ok(Folder::new(path))
}

fn refused(error: VaultError) -> FileError {
    match error {
        VaultError::Disk { path, kind } => FileError::Refused { path, kind },
        VaultError::UnsafeFolder { path } => FileError::Refused { path, kind: io::ErrorKind::PermissionDenied },
        VaultError::TooLarge => FileError::Refused { path: PathBuf::new(), kind: io::ErrorKind::FileTooLarge },
        _ => FileError::Refused { path: PathBuf::new(), kind: io::ErrorKind::Other },
    }
}

/// The names in `path`; none if it is not there.
fn list(path: &Path) -> Result<Vec<String>, FileError> {
    let refused = |error: io::Error| FileError::Refused { path: path.to_owned(), kind: error.kind() };
    let entries = match std::fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(refused)?,
    };
    entries.map(|entry| Ok(entry.map_err(refused)?.file_name().to_string_lossy().into_owned())).collect()
}

fn pack_name(pack: &PackId) -> String {
    format!("{}.zip", pack.as_str())
}

impl IconStore for IconFiles {
    fn own(&mut self, account: AccountId) -> Result<Option<OwnIcon>, FileError> {
        if !self.own.is_dir() {
            return Ok(None);
        }
        let folder = Folder::new(&self.own);
        let [picture, slug] = Self::names(account);
        if let Some(bytes) = folder.read(&picture).map_err(refused)? {
            return Ok(Some(OwnIcon::Picture(bytes.to_vec())));
        }
        let slug = folder.read(&slug).map_err(refused)?;
        let slug = slug.filter(|slug| slug.len() <= MOST_SLUG).and_then(|slug| String::from_utf8(slug.to_vec()).ok());
        Ok(slug.map(|slug| OwnIcon::Service(slug.trim_end().to_owned())))
    }

    fn keep(&mut self, account: AccountId, icon: &OwnIcon) -> Result<(), FileError> {
        let folder = folder(&self.own)?;
        let [picture, slug] = Self::names(account);
        match icon {
            OwnIcon::Picture(bytes) => {
                folder.replace(&picture, bytes).map_err(refused)?;
                folder.remove(&slug).map_err(refused)
            }
            OwnIcon::Service(name) => {
                folder.replace(&slug, format!("{name}\n").as_bytes()).map_err(refused)?;
                // the picture counts as long as it is there
                folder.remove(&picture).map_err(refused)
            }
        }
    }

    fn forget(&mut self, accounts: &[AccountId]) -> Result<(), FileError> {
        let there = list(&self.own)?;
        let mut names = accounts.iter().flat_map(|account| Self::names(*account)).filter(|name| there.contains(name));
        let folder = Folder::new(&self.own);
        names.try_for_each(|name| folder.remove(&name).map_err(refused))
    }

    fn packs(&mut self) -> Result<Vec<PackId>, FileError> {
        Ok(list(&self.packs)?.iter().filter_map(|name| PackId::parse(name.strip_suffix(".zip")?)).collect())
    }

    fn pack(&mut self, pack: &PackId) -> Result<Option<Vec<u8>>, FileError> {
        let bytes = Folder::new(&self.packs).read(&pack_name(pack)).map_err(refused)?;
        Ok(bytes.map(|bytes| bytes.to_vec()))
    }

    fn install(&mut self, file: &[u8]) -> Result<PackId, FileError> {
        let hash = Sha256::digest(file);
        let id = data_encoding::HEXLOWER.encode(&hash[..16]);
        let id = PackId::parse(&id).ok_or(FileError::Refused { path: self.packs.clone(), kind: io::ErrorKind::Other })?;
        folder(&self.packs)?.replace(&pack_name(&id), file).map_err(refused)?;
        Ok(id)
    }

    fn remove(&mut self, pack: &PackId) -> Result<(), FileError> {
        if self.packs.is_dir() { Folder::new(&self.packs).remove(&pack_name(pack)).map_err(refused) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: AccountId = AccountId::from_bytes([0xa1; 16]);
    const BOB: AccountId = AccountId::from_bytes([0xb0; 16]);

    #[test]
    fn what_was_chosen_survives_and_goes_with_the_account() {
        let home = tempfile::tempdir().unwrap();
        let picture = OwnIcon::Picture(vec![1, 2, 3]);
        let service = OwnIcon::Service("github".into());
        let again = || IconFiles::of(home.path());
        assert_eq!(again().own(ANN), Ok(None));
        assert_eq!(again().forget(&[ANN]), Ok(()));
        assert!(!home.path().join("icons").exists(), "nothing is made before it is needed");
        again().keep(ANN, &picture).unwrap();
        again().keep(BOB, &service).unwrap();
        assert_eq!((again().own(ANN), again().own(BOB)), (Ok(Some(picture.clone())), Ok(Some(service.clone()))));
        // One in the other's place.
        again().keep(ANN, &service).unwrap();
        again().keep(BOB, &picture).unwrap();
        assert_eq!((again().own(ANN), again().own(BOB)), (Ok(Some(service)), Ok(Some(picture))));
        let mut names = list(&home.path().join("icons")).unwrap();
        names.sort();
        assert_eq!(names, [format!("{ANN}.txt"), format!("{BOB}.png")]);
        again().forget(&[ANN, AccountId::from_bytes([9; 16])]).unwrap();
        assert_eq!(list(&home.path().join("icons")).unwrap(), [format!("{BOB}.png")]);
    }

    #[test]
    fn packs_are_named_by_what_is_in_them() {
        let home = tempfile::tempdir().unwrap();
        let again = || IconFiles::of(home.path());
        assert_eq!(again().packs(), Ok(Vec::new()));
        let one = again().install(b"one").unwrap();
        assert_eq!(again().install(b"one"), Ok(one.clone()), "the same again");
        let two = again().install(b"two").unwrap();
        std::fs::write(home.path().join("icon-packs/notes.txt"), "").unwrap();
        let mut both = again().packs().unwrap();
        both.sort();
        let mut expected = [one.clone(), two.clone()];
        expected.sort();
        assert_eq!(both, expected);
        assert_eq!(again().pack(&two), Ok(Some(b"two".to_vec())));
        again().remove(&one).unwrap();
        again().remove(&one).unwrap();
        assert_eq!((again().packs(), again().pack(&one)), (Ok(vec![two]), Ok(None)));
    }

    #[cfg(unix)]
    #[test]
    fn they_are_the_owners_alone_and_links_are_not_followed() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let home = tempfile::tempdir().unwrap();
        let mut files = IconFiles::of(home.path());
        files.keep(ANN, &OwnIcon::Picture(vec![1])).unwrap();
        let mode = |name: &str| std::fs::metadata(home.path().join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("icons"), mode(&format!("icons/{ANN}.png"))), (0o700, 0o600));
        std::fs::write(home.path().join("elsewhere"), "x").unwrap();
        symlink(home.path().join("elsewhere"), home.path().join(format!("icons/{BOB}.png"))).unwrap();
        assert!(files.own(BOB).is_err());
        symlink(home.path(), home.path().join("icon-packs")).unwrap();
        assert!(files.install(b"one").is_err());
    }
}
