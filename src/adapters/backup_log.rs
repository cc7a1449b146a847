//! When the last backup was made, in one small JSON file beside the settings.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::adapters::files::write_private;
use crate::app::backup::Log;
use crate::app::ports::{BackupLog, FileError};

/// The largest file read, in bytes.
const MAX_BYTES: u64 = 64 << 10;

/// The note of one data folder.
#[derive(Clone, Debug)]
pub struct BackupLogFile {
    path: PathBuf,
}

impl BackupLogFile {
    /// The note kept at `path`, which need not be there yet; its folder must.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }
}

impl BackupLog for BackupLogFile {
    fn load(&mut self) -> Log {
        read(&self.path).and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    fn save(&mut self, log: &Log) -> Result<(), FileError> {
        // Plain fields: serde_json has nothing to refuse in them.
        let mut json = serde_json::to_vec(log).unwrap_or_default();
        json.push(b'\n');
        write_private(&self.path, &json).map_err(|error| FileError::Refused { path: self.path.clone(), kind: error.kind() })
    }
}

/// The whole file; anything but a plain small file is none.
fn read(path: &Path) -> Option<Vec<u8>> {
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::backup::Last;

    #[test]
    fn it_survives_a_restart_and_damage_costs_a_reminder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backups.json");
        let mut file = BackupLogFile::at(path.clone());
        assert_eq!(file.load(), Log::default());
        let mut log = Log::default();
        log.made(Last { at: 5, path: "/stick/a.age".into(), generation: 7, keys: true }, true);
        file.save(&log).unwrap();
        assert_eq!(BackupLogFile::at(path.clone()).load(), log);
        for damaged in ["", "{", "[]", "{\"last\":7}"] {
            fs::write(&path, damaged).unwrap();
            assert_eq!(file.load(), Log::default(), "{damaged}");
        }
        // A newer version may say more.
        fs::write(&path, r#"{"last":{"at":5,"path":"x","generation":1,"who":"ann"},"mood":1}"#).unwrap();
        assert_eq!(file.load().last.map(|last| last.at), Some(5));
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_eq!(file.load(), Log::default());
        assert!(file.save(&log).is_err());
    }
}
