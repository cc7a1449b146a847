//! Where the data directory is, asked in a program with another environment.

use std::process::Command;

use halfminute::adapters::data_dir::DataDir;

const EXPECTED: &str = "HALFMINUTE_TEST_EXPECTED";

#[test]
fn inside() {
    let Some(expected) = std::env::var_os(EXPECTED) else { return };
    assert_eq!(DataDir::locate().unwrap(), expected);
}

#[test]
fn a_relative_data_home_does_not_count() {
    let rows: [(&str, &str, &str); 5] = [
        ("/chosen", "/data", "/chosen"),
        ("", "/data", "/data/halfminute"),
        ("", "relative", "/home/x/.local/share/halfminute"),
        ("", "", "/home/x/.local/share/halfminute"),
        ("/chosen", "relative", "/chosen"),
    ];
    for (chosen, data, expected) in rows {
        let mut inside = Command::new(std::env::current_exe().unwrap());
        inside.args(["--exact", "places::inside"]).env("HOME", "/home/x").env(EXPECTED, expected);
        inside.env("HALFMINUTE_DATA_DIR", chosen).env("XDG_DATA_HOME", data);
        let output = inside.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("1 passed"), "{chosen} {data}: {text}");
    }
}
