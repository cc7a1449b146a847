//! Settings in one small JSON file.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::adapters::files::write_private;
use crate::app::ports::FileError;
use crate::app::settings::{Loaded, Settings, SettingsStore, SettingsTrouble};

/// The largest file read, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// The settings file of one person.
#[derive(Clone, Debug)]
pub struct SettingsFile {
    path: PathBuf,
}

impl SettingsFile {
    /// Settings kept at `path`; neither the file nor its folder must exist yet.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }

    fn refused(&self, error: &io::Error) -> FileError {
        FileError::Refused { path: self.path.clone(), kind: error.kind() }
    }
}

impl SettingsStore for SettingsFile {
    fn load(&mut self) -> Loaded {
        match read(&self.path) {
            Ok(bytes) => Settings::from_json(&bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Loaded::default(),
            Err(error) => {
                Loaded { settings: Settings::default(), trouble: Some(SettingsTrouble::Unreadable(self.refused(&error))) }
            }
        }
    }

    fn save(&mut self, settings: &Settings) -> Result<(), FileError> {
        let write = || {
            if let Some(folder) = self.path.parent().filter(|folder| !folder.exists()) {
                private_folder(folder)?;
            }
            write_private(&self.path, &settings.to_json())
        };
        write().map_err(|error| self.refused(&error))
    }
}

/// The whole file; one that is no plain file or too large is refused, so that nothing here waits or fills the memory.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

/// Makes `folder` and those above it, for their owner alone.
fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::settings::ThemeChoice;

    #[test]
    fn settings_survive_a_restart_and_are_ours_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a").join("b").join("settings.json");
        let mut file = SettingsFile::at(path.clone());
        assert_eq!(file.load(), Loaded::default());
        let settings = Settings { theme: ThemeChoice::Light, ..Settings::default() };
        file.save(&settings).unwrap();
        assert_eq!(SettingsFile::at(path.clone()).load(), Loaded { settings, trouble: None });
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&path), 0o600);
            assert_eq!(mode(path.parent().unwrap()), 0o700);
        }
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        let trouble = |trouble| Loaded { settings: Settings::default(), trouble: Some(trouble) };
        let refused = |kind| SettingsTrouble::Unreadable(FileError::Refused { path: path.clone(), kind });
        fs::write(&path, b"").unwrap();
        assert_eq!(SettingsFile::at(path.clone()).load(), trouble(SettingsTrouble::Damaged));
        fs::write(&path, vec![b' '; 1 + MAX_BYTES as usize]).unwrap();
        assert_eq!(SettingsFile::at(path.clone()).load(), trouble(refused(io::ErrorKind::FileTooLarge)));
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_eq!(SettingsFile::at(path.clone()).load(), trouble(refused(io::ErrorKind::InvalidInput)));
        let saved = SettingsFile::at(path.clone()).save(&Settings::default());
        assert_eq!(saved, Err(FileError::Refused { path: path.clone(), kind: io::ErrorKind::IsADirectory }));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no half file is left");
    }
}
