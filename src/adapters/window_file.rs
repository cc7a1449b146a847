//! Size and place of the window in one small JSON file.

use std::path::PathBuf;

use crate::adapters::files::{read_at_most, write_private};
use crate::app::ports::{FileError, WindowStore};
use crate::app::window_place::WindowPlace;

/// More than any such file needs, in bytes.
const MOST: usize = 1 << 12;

/// The file of one person.
#[derive(Clone, Debug)]
pub struct WindowFile {
    path: PathBuf,
}

impl WindowFile {
    /// Kept at `path`; the file must not exist yet.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }
}

impl WindowStore for WindowFile {
    /// What cannot be read costs nothing but a drag: then it is the default.
    fn load(&mut self) -> WindowPlace {
        let plain = std::fs::metadata(&self.path).is_ok_and(|found| found.is_file());
        let bytes = plain.then(|| read_at_most(&self.path, MOST).ok()).flatten().filter(|bytes| bytes.len() <= MOST);
        bytes.map(|bytes| WindowPlace::from_json(&bytes)).unwrap_or_default()
    }

    fn save(&mut self, place: &WindowPlace) -> Result<(), FileError> {
        let refused = |error: std::io::Error| FileError::Refused { path: self.path.clone(), kind: error.kind() };
        write_private(&self.path, &place.to_json()).map_err(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_kept_and_a_damaged_file_is_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("window.json");
        let mut file = WindowFile::at(path.clone());
        assert_eq!(file.load(), WindowPlace::default());
        let place = WindowPlace { width: 700.0, corner: Some((30.0, 40.0)), maximised: true, ..WindowPlace::default() };
        file.save(&place).unwrap();
        assert_eq!(file.load(), place);
        for damaged in [&b"{"[..], b"", &[b' '; 1 << 20], b"\0"] {
            std::fs::write(&path, damaged).unwrap();
            assert_eq!(file.load(), WindowPlace::default());
        }
        file.save(&place).unwrap();
        assert_eq!(file.load(), place, "what was damaged is written over");
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert_eq!(file.load(), WindowPlace::default());
        assert_eq!(file.save(&place), Err(FileError::Refused { path, kind: std::io::ErrorKind::IsADirectory }));
    }
}
