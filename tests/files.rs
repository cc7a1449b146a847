//! The save dialog on desktops that have none, and where zenity stands in.
#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use halfminute::adapters::files::DesktopFiles;
use halfminute::app::ports::{FileError, Files};

/// Set in the copy of this program that runs without a desktop; says what it must find.
const EXPECTED: &str = "HALFMINUTE_TEST_EXPECTED";

#[test]
fn the_dialogs_answer_or_that_there_is_none() {
    if let Ok(expected) = std::env::var(EXPECTED) {
        let answer = match expected.as_str() {
            "none" => Err(FileError::NoDialog),
            "closed" => Ok(None),
            path => Ok(Some(PathBuf::from(path))),
        };
        assert_eq!(DesktopFiles.choose_save("halfminute backup.age"), answer);
        return;
    }
    // A zenity for each row: (its script, what comes of it).
    let rows = [
        (None, "none"),
        (Some("#!/bin/sh\nexit 1\n"), "closed"),
        (Some("#!/bin/sh\necho '/home/ann/my backup.age'\n"), "/home/ann/my backup.age"),
    ];
    for (zenity, expected) in rows {
        let folder = tempfile::tempdir().unwrap();
        if let Some(script) = zenity {
            let program = folder.path().join("zenity");
            fs::write(&program, script).unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        }
        without_desktop(folder.path(), expected);
    }
}

/// Runs the test once more with no session bus and only the programs of `folder`.
fn without_desktop(folder: &Path, expected: &str) {
    let nowhere = folder.join("bus");
    let output = Command::new(std::env::current_exe().unwrap_or_default())
        .args(["--exact", "the_dialogs_answer_or_that_there_is_none", "--nocapture"])
        .env(EXPECTED, expected)
        .env("PATH", folder)
        .env("XDG_RUNTIME_DIR", folder)
        .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", nowhere.display()))
        .output();
    let Ok(output) = output else { panic!("this program cannot be started once more") };
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{expected}:\n{said}");
}
