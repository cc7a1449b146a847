//! What the README says of the terminal is what happens: every example of its `console` blocks is typed into one shell. What it says of
//! other apps' files is what the files in tests/fixtures/ and the writers say.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside of test functions")]

use std::path::Path;
use std::process::Command;

use halfminute::formats::exchange::{self, Format, Writes};

/// Commands with the lines that they print, in their order, of the blocks that begin with `fence`.
fn examples(fence: &str) -> Vec<(String, Vec<String>)> {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let mut examples: Vec<(String, Vec<String>)> = Vec::new();
    let mut inside = false;
    for line in readme.lines() {
        match (inside, line) {
            (false, line) if line == fence => inside = true,
            (true, "```") => inside = false,
            (true, line) => match line.strip_prefix("$ ") {
                Some(command) => examples.push((command.to_owned(), Vec::new())),
                None => examples.last_mut().into_iter().for_each(|(_, lines)| lines.push(line.to_owned())),
            },
            (false, _) => {}
        }
    }
    examples
}

/// Whether `line` is what was `expected`, where `…` at the end stands for anything.
fn is(line: &str, expected: &str) -> bool {
    expected.strip_suffix('…').map_or(line == expected, |start| line.starts_with(start))
}

const END: &str = "-- end of the example --";

/// Types the commands into one shell in `place`; with `python`, on a terminal where questions for a passphrase are answered.
fn typed(place: &Path, examples: &[(String, Vec<String>)], python: Option<&str>) -> Vec<Vec<String>> {
    let program = Path::new(env!("CARGO_BIN_EXE_halfminute")).parent().unwrap();
    let script: String = examples.iter().map(|(command, _)| format!("{command}\necho '{END}'\n")).collect();
    let script = format!("exec 2>&1\n{script}");
    let mut command = match python {
        None => Command::new("sh"),
        Some(python) => {
            let mut command = Command::new("/usr/bin/python3");
            command.args(["-c", python]);
            command
        }
    };
    command.args(if python.is_some() { vec![script] } else { vec!["-c".to_owned(), script] }).env_clear();
    command.env("PATH", format!("{}:/usr/bin:/bin", program.display())).env("HOME", place).current_dir(place);
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap().replace('\r', "");
    let separator = format!("{END}\n");
    text.split(separator.as_str()).map(|answer| answer.lines().map(str::to_owned).collect()).collect()
}

/// Each answer is what the README says.
fn compare(examples: &[(String, Vec<String>)], answers: &[Vec<String>]) {
    assert!(answers.len() > examples.len(), "{answers:?}");
    for ((command, expected), answer) in examples.iter().zip(answers) {
        let same = answer.len() == expected.len() && answer.iter().zip(expected).all(|(line, expected)| is(line, expected));
        assert!(same, "$ {command}\n{}\ninstead of\n{}", answer.join("\n"), expected.join("\n"));
    }
}

#[test]
fn the_examples_of_the_terminal_are_true() {
    let examples = examples("```console");
    assert!(examples.len() > 10, "{examples:?}");
    let place = tempfile::tempdir().unwrap();
    compare(&examples, &typed(place.path(), &examples, None));
}

/// From a backup to a code without this program, with the commands of the README.
#[test]
fn a_backup_is_opened_without_halfminute() {
    let programs = ["/usr/bin/age", "/usr/bin/oathtool", "/usr/bin/python3"];
    if let Some(missing) = programs.iter().find(|program| !Path::new(program).exists()) {
        // Past the test harness, which would swallow it.
        std::io::Write::write_all(&mut std::io::stderr(), format!("skipped: {missing} not installed\n").as_bytes()).unwrap();
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let before = examples("```console");
    typed(place.path(), &before, None);
    let examples = examples("```console without");
    assert_eq!(examples.len(), 4, "{examples:?}");
    // A person types the passphrase that the README wrote into a file.
    let python = r#"
import os, pty, sys
passphrase = open("backup-passphrase.txt", "rb").read()
pid, terminal = pty.fork()
if pid == 0:
    os.execvp("sh", ["sh", "-c", sys.argv[1]])
said, asked = b"", 0
while True:
    try: new = os.read(terminal, 4096)
    except OSError: break
    if not new: break
    said += new
    if said.count(b"assphrase") > asked and said.rstrip().endswith(b":"):
        asked = said.count(b"assphrase")
        os.write(terminal, passphrase)
os.waitpid(pid, 0)
sys.stdout.write(said.decode())
"#;
    let mut answers = typed(place.path(), &examples, Some(python));
    // What it asks is age's own affair.
    answers[0].clear();
    compare(&examples, &answers);
    assert!(!place.path().join("accounts.json").exists());
}

/// "plain", "encrypted", or both.
fn forms(plain: bool, encrypted: bool) -> &'static str {
    match (plain, encrypted) {
        (true, true) => "plain, encrypted",
        (true, false) => "plain",
        (false, true) => "encrypted",
        (false, false) => "–",
    }
}

/// In which forms the app's files are read, going by those that every run of tests/formats/ reads; `None`: they are only told.
fn read(format: &dyn Format) -> Option<&'static str> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(format.id());
    let (mut plain, mut encrypted) = (false, false);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if !path.to_string_lossy().ends_with(".expected.json") {
            continue;
        }
        let expected: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let read = expected["entries"].as_array().is_some_and(|entries| entries.iter().any(|entry| entry["secret"].is_string()));
        *(if expected["password"].is_string() { &mut encrypted } else { &mut plain }) |= read;
    }
    (plain || encrypted).then(|| forms(plain, encrypted))
}

#[test]
fn the_table_of_apps_is_true() {
    let row = |format: &&dyn Format| {
        let written = match format.writes() {
            Writes::Nothing => forms(false, false),
            Writes::Plain(_) => forms(true, false),
            Writes::Both(_) => forms(true, true),
        };
        Some(format!("| {} | {} | {written} |", format.name(), read(*format)?))
    };
    let expected: Vec<String> = exchange::ALL.iter().filter_map(row).collect();
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let mut lines = readme.lines().skip_while(|line| *line != "| app | read | written |");
    let found: Vec<&str> = lines.by_ref().skip(2).take_while(|line| line.starts_with('|')).collect();
    let missing: Vec<&String> = expected.iter().filter(|row| !found.contains(&row.as_str())).collect();
    let wrong: Vec<&&str> = found.iter().filter(|row| !expected.iter().any(|expected| expected == *row)).collect();
    assert!(missing.is_empty() && wrong.is_empty(), "the table of apps in README.md\nneeds {missing:#?}\nand not {wrong:#?}");
    assert_eq!(found, expected, "the rows are in the order of the apps' names");
}
