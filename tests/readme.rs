//! What the README says of the terminal is what happens: every example of its `console` blocks is typed into one shell.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

/// Commands with the lines that they print, in their order.
fn examples(readme: &str) -> Vec<(String, Vec<String>)> {
    let mut examples: Vec<(String, Vec<String>)> = Vec::new();
    let mut inside = false;
    for line in readme.lines() {
        match (inside, line) {
            (false, "```console") => inside = true,
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

#[test]
fn the_examples_of_the_terminal_are_true() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let examples = examples(&readme);
    assert!(examples.len() > 10, "{examples:?}");
    let place = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_halfminute")).parent().unwrap();
    const END: &str = "-- end of the example --";
    let script: String = examples.iter().map(|(command, _)| format!("{command}\necho '{END}'\n")).collect();
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{script}")])
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", program.display()))
        .env("HOME", place.path())
        .current_dir(place.path())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let separator = format!("{END}\n");
    let mut answers = text.split(separator.as_str());
    for (command, expected) in &examples {
        let answer: Vec<&str> = answers.next().unwrap().lines().collect();
        let same = answer.len() == expected.len() && answer.iter().zip(expected).all(|(line, expected)| is(line, expected));
        assert!(same, "$ {command}\n{}\ninstead of\n{}", answer.join("\n"), expected.join("\n"));
    }
}
