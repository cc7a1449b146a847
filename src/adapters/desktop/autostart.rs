//! A start with the session: an entry in the person's `autostart` folder.
//!
//! <https://specifications.freedesktop.org/autostart-spec/latest/>. Inside of Flatpak that folder is not the desktop's; there the desktop
//! portal is asked (`org.freedesktop.portal.Background`).

use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::app::ports::{FileError, StartError};

const FILE: &str = "io.github.halfminute.Halfminute.desktop";
/// More than any such file needs.
const MOST: usize = 1 << 16;

/// The entry of one person.
pub(super) struct Autostart {
    file: PathBuf,
    program: PathBuf,
}

impl Autostart {
    /// That of whoever runs this program.
    pub fn of_this_person() -> Result<Self, StartError> {
        if Path::new("/.flatpak-info").exists() {
            return Err(StartError::NotHere);
        }
        let refused = |path: &Path, kind| StartError::File(FileError::Refused { path: path.to_owned(), kind });
        let base = etcetera::choose_base_strategy().map_err(|_| refused(Path::new("~"), io::ErrorKind::NotFound))?;
        let program = std::env::current_exe().map_err(|error| refused(Path::new("halfminute"), error.kind()))?;
        Ok(Self { file: base.config_dir().join("autostart").join(FILE), program })
    }

    /// Whether there is an entry that starts something.
    pub fn is_on(&self) -> Result<bool, StartError> {
        match crate::adapters::files::read_at_most(&self.file, MOST) {
            Ok(bytes) => Ok(starts(&String::from_utf8_lossy(&bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(self.refused(&error)),
        }
    }

    /// Writes the entry, or removes it.
    pub fn set(&self, on: bool) -> Result<(), StartError> {
        let done = if on { self.write() } else { std::fs::remove_file(&self.file) };
        match done {
            Err(error) if !on && error.kind() == io::ErrorKind::NotFound => Ok(()),
            done => done.map_err(|error| self.refused(&error)),
        }
    }

    fn write(&self) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let folder = self.file.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        crate::adapters::files::write_private(&self.file, entry(&self.program)?.as_bytes())?;
        // As the desktop writes its own; it says nothing secret.
        std::fs::set_permissions(&self.file, std::fs::Permissions::from_mode(0o644))
    }

    fn refused(&self, error: &io::Error) -> StartError {
        StartError::File(FileError::Refused { path: self.file.clone(), kind: error.kind() })
    }
}

/// Whether an entry starts something: it is neither hidden nor switched off by the desktop.
fn starts(entry: &str) -> bool {
    let off = |line: &str| {
        let line: String = line.split_whitespace().collect();
        line == "Hidden=true" || line == "X-GNOME-Autostart-enabled=false"
    };
    entry.lines().any(|line| line.starts_with("Exec")) && !entry.lines().any(off)
}

fn entry(program: &Path) -> io::Result<String> {
    let program = program.to_str().ok_or(io::ErrorKind::InvalidFilename)?;
    Ok(format!(
        "[Desktop Entry]\n\
         Type=Application\n\
         Version=1.4\n\
         Name=Halfminute\n\
         Comment=Show one-time codes, enroll a phone, and test a login\n\
         Exec={} --hidden\n\
         Icon=io.github.halfminute.Halfminute\n\
         Terminal=false\n\
         X-GNOME-Autostart-enabled=true\n",
        quoted(program).ok_or(io::ErrorKind::InvalidFilename)?
    ))
}

/// A path as an `Exec` line has it, quoted twice: for the line, and for the file around it. `None` for what no line can hold.
///
/// <https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html>
fn quoted(path: &str) -> Option<String> {
    if path.chars().any(char::is_control) {
        return None;
    }
    let plain = |sign: char| sign.is_alphanumeric() || matches!(sign, '/' | '.' | '_' | '-' | '+' | ',' | ':' | '@');
    if path.chars().all(plain) {
        return Some(path.to_owned());
    }
    let mut text = String::from("\"");
    for sign in path.chars() {
        match sign {
            '"' | '`' | '$' => text.extend(["\\\\", &sign.to_string()]),
            '\\' => text.push_str("\\\\\\\\"),
            '%' => text.push_str("%%"),
            _ => text.push(sign),
        }
    }
    text.push('"');
    Some(text)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_entry_is_written_for_the_desktop_and_removed_again() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("a/autostart").join(FILE);
        let start = Autostart { file: file.clone(), program: "/opt/half minute/halfminute".into() };
        assert_eq!(start.is_on(), Ok(false));
        assert_eq!(start.set(false), Ok(()), "there is nothing to remove");
        for _ in 0..2 {
            assert_eq!(start.set(true), Ok(()));
            assert_eq!(start.is_on(), Ok(true));
        }
        let written = std::fs::read_to_string(&file).unwrap();
        let expected = "[Desktop Entry]\nType=Application\nVersion=1.4\nName=Halfminute\n\
            Comment=Show one-time codes, enroll a phone, and test a login\nExec=\"/opt/half minute/halfminute\" --hidden\n\
            Icon=io.github.halfminute.Halfminute\nTerminal=false\nX-GNOME-Autostart-enabled=true\n";
        assert_eq!(written, expected);
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o644);
        for off in ["Hidden=true", "X-GNOME-Autostart-enabled = false"] {
            std::fs::write(&file, format!("{written}{off}\n")).unwrap();
            assert_eq!(start.is_on(), Ok(false), "{off}");
        }
        assert_eq!(start.set(true), Ok(()));
        assert_eq!(start.set(false), Ok(()));
        assert!(!file.exists());
        std::fs::create_dir(&file).unwrap();
        let refused = StartError::File(FileError::Refused { path: file, kind: io::ErrorKind::IsADirectory });
        assert_eq!(start.set(true), Err(refused));
    }

    #[test]
    fn paths_are_quoted_for_the_line() {
        let rows = [
            ("/usr/bin/halfminute", Some("/usr/bin/halfminute")),
            ("/home/äé/halfminute", Some("/home/äé/halfminute")),
            ("/a b", Some("\"/a b\"")),
            ("/100%", Some("\"/100%%\"")),
            ("/a$b`c\"d", Some(r#""/a\\$b\\`c\\"d""#)),
            (r"/a\b", Some(r#""/a\\\\b""#)),
            ("/a\nExec=evil", None),
        ];
        for (path, expected) in rows {
            assert_eq!(quoted(path).as_deref(), expected, "{path}");
        }
    }
}
