//! Files and folders that a person is asked for.

use std::path::PathBuf;

use crate::app::ports::{FileError, Files, Seal};
use crate::domain::AccountId;

/// What is asked for.
#[derive(Debug)]
pub enum Ask {
    /// The name of a new backup.
    NewBackup {
        /// The name to suggest.
        name: String,
        /// What it is going to be locked with.
        seal: Seal,
    },
    /// A backup to restore.
    Backup,
    /// A key file.
    Key,
    /// The folder of automatic backups.
    Folder,
    /// Files to import.
    Import,
    /// A picture for an account.
    Picture(AccountId),
    /// An icon pack.
    IconPack,
    /// The name of a file for another app.
    Export {
        /// The name to suggest.
        name: String,
        /// Which run this is.
        run: u64,
    },
}

/// What was chosen.
#[derive(Debug)]
pub enum Chosen {
    /// The dialog was closed.
    Nothing,
    /// The name of a new backup; the dialog has asked if it replaces something.
    NewBackup {
        /// The file.
        path: PathBuf,
        /// What locks it.
        seal: Seal,
    },
    /// A backup to restore.
    Backup(PathBuf),
    /// A key file.
    Key(PathBuf),
    /// The folder of automatic backups.
    Folder(PathBuf),
    /// Files to import.
    Import(Vec<PathBuf>),
    /// A picture for an account.
    Picture(AccountId, PathBuf),
    /// An icon pack.
    IconPack(PathBuf),
    /// The name of a file for another app, and which run asked for it.
    Export(PathBuf, u64),
}

/// Asks, and returns when the dialog is closed.
pub(super) fn ask(ask: Ask, files: &mut dyn Files) -> Result<Chosen, FileError> {
    let chosen = match ask {
        Ask::Import => Some(Chosen::Import(files.choose_several("Choose files to import")?)),
        Ask::Export { name, run } => files.choose_save(&name)?.map(|path| Chosen::Export(path, run)),
        Ask::NewBackup { name, seal } => files.choose_save(&name)?.map(|path| Chosen::NewBackup { path, seal }),
        Ask::Backup => files.choose_open("Choose a backup")?.map(Chosen::Backup),
        Ask::Picture(account) => files.choose_open("Choose a picture")?.map(|path| Chosen::Picture(account, path)),
        Ask::IconPack => files.choose_open("Choose an icon pack")?.map(Chosen::IconPack),
        Ask::Key => files.choose_open("Choose a key file")?.map(Chosen::Key),
        Ask::Folder => files.choose_folder("Choose a folder for automatic backups")?.map(Chosen::Folder),
    };
    Ok(chosen.unwrap_or(Chosen::Nothing))
}
