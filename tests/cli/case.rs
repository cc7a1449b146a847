//! One case: a folder of its own, and steps in their order.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde::Deserialize;
use tempfile::TempDir;

use crate::words;

/// A file of cases.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    name: String,
    #[serde(default)]
    vault: Vault,
    /// Files that are there before the first step.
    #[serde(default)]
    files: BTreeMap<String, String>,
    step: Vec<Step>,
}

/// What HALFMINUTE_VAULT and HALFMINUTE_PASSWORD_FILE name.
#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Vault {
    /// They are not set.
    #[default]
    None,
    /// A file that is not there yet.
    New,
    /// A file with five accounts.
    Prepared,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// The arguments, split at spaces outside of double quotes. `<id>` is the last id that the program has printed.
    run: String,
    #[serde(default)]
    stdin: String,
    /// Bytes after `stdin` that need not be text.
    #[serde(default)]
    bytes: Vec<u8>,
    /// Variables; an empty one is taken away. `<here>` is the folder of the case.
    #[serde(default)]
    env: BTreeMap<String, String>,
    /// Where the answer goes: "kept" to be compared, "closed" into a pipe that nobody reads, "full" to a full disk.
    #[serde(default)]
    output: Output,
    code: i32,
    #[serde(default)]
    stdout: String,
    #[serde(default)]
    stderr: String,
    /// What must stand in neither answer.
    #[serde(default)]
    never: Vec<String>,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Output {
    #[default]
    Kept,
    Closed,
    Full,
}

impl Case {
    /// What differed, if anything did.
    pub fn failure(&self, prepared: fn() -> &'static Place) -> Option<String> {
        let passphrase = [("passphrase.txt", "correct horse battery staple\n")];
        let place = match self.vault {
            Vault::None => Place::new(&[]),
            Vault::New => Place::new(&passphrase),
            Vault::Prepared => prepared().copy(),
        };
        place.write(self.files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
        let mut id = String::new();
        for (number, step) in self.step.iter().enumerate() {
            let ran = place.step(self.vault != Vault::None, step, &id);
            if let Some(last) = words::last_id(&ran.stdout).or(words::last_id(&ran.stderr)) {
                id = last.to_owned();
            }
            if let Some(what) = step.differs(&ran) {
                return Some(format!("\"{}\", step {}: halfminute {}\n{what}", self.name, number + 1, step.run));
            }
        }
        None
    }
}

impl Step {
    fn differs(&self, ran: &Ran) -> Option<String> {
        let mut what = String::new();
        if ran.code != Some(self.code) {
            what += &format!("exit code {:?} instead of {}\n", ran.code, self.code);
        }
        for (name, is, expected) in [("stdout", &ran.stdout, &self.stdout), ("stderr", &ran.stderr, &self.stderr)] {
            if !words::are(is, expected) {
                what += &format!("{name}:\n{is}\ninstead of:\n{expected}\n");
            }
            if let Some(said) = self.never.iter().find(|never| is.contains(never.as_str())) {
                what += &format!("{name} holds {said}\n");
            }
        }
        (!what.is_empty()).then_some(what)
    }
}

/// What a step did; the folder's own path reads `<here>`.
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// A folder with everything that one case sees.
pub struct Place(TempDir);

impl Place {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        fs::create_dir(place.path().join("home")).unwrap();
        place.write(files.iter().copied());
        place
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    fn write<'a>(&self, files: impl Iterator<Item = (&'a str, &'a str)>) {
        for (name, text) in files {
            let path = self.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    /// Another folder with the same files and folders.
    pub fn copy(&self) -> Self {
        let copy = Self(tempfile::tempdir().unwrap());
        let ran = Command::new("cp").arg("-a").arg(self.path().join(".")).arg(copy.path()).status().unwrap();
        assert!(ran.success());
        copy
    }

    /// One command with the words of `arguments`.
    pub fn run(&self, vault: bool, arguments: &[&str], input: &[u8]) -> Ran {
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        self.start(vault, &arguments, &BTreeMap::new(), input, Output::Kept)
    }

    /// The same on a disk that is read-only: the folder is mounted so, for this command alone. `None` where this user cannot do that.
    #[cfg(target_os = "linux")]
    pub fn run_read_only(&self, arguments: &[&str], input: &[u8]) -> Option<Ran> {
        const MOUNT: &str = "mount --bind . . && mount -o remount,bind,ro . && cd \"$PWD\" || exit 99; exec \"$@\"";
        let mut command = Command::new("unshare");
        command.args(["-rm", "sh", "-c", MOUNT, "sh", env!("CARGO_BIN_EXE_halfminute")]).args(arguments);
        self.around(&mut command, true);
        command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        let ran = self.end(command.stdout(Stdio::piped()).spawn().ok()?, input);
        (ran.code != Some(99) && !ran.stderr.starts_with("unshare: ")).then_some(ran)
    }

    fn step(&self, vault: bool, step: &Step, id: &str) -> Ran {
        let arguments: Vec<String> = split(&step.run).iter().map(|word| word.replace("<id>", id)).collect();
        let input = [step.stdin.as_bytes(), &step.bytes].concat();
        self.start(vault, &arguments, &step.env, &input, step.output)
    }

    fn start(&self, vault: bool, arguments: &[String], env: &BTreeMap<String, String>, input: &[u8], output: Output) -> Ran {
        let here = self.path().to_str().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_halfminute"));
        command.args(arguments);
        self.around(&mut command, vault);
        for (name, value) in env {
            match value.as_str() {
                "" => command.env_remove(name),
                value => command.env(name, value.replace("<here>", here)),
            };
        }
        match output {
            Output::Kept => command.stdout(Stdio::piped()),
            Output::Closed => command.stdout(std::io::pipe().unwrap().1),
            Output::Full => command.stdout(fs::File::options().write(true).open(PathBuf::from("/dev/full")).unwrap()),
        };
        self.end(command.spawn().unwrap(), input)
    }

    /// Where a command runs, and what is around it.
    fn around(&self, command: &mut Command, vault: bool) {
        command.current_dir(self.path()).env_clear().stdin(Stdio::piped()).stderr(Stdio::piped());
        command.env("HOME", self.path().join("home")).env("HALFMINUTE_DATA_DIR", self.path().join("data"));
        // never the bus of whoever runs the tests
        command.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}/no-bus", self.path().display()));
        if vault {
            command.env("HALFMINUTE_VAULT", "vault.age").env("HALFMINUTE_PASSWORD_FILE", "passphrase.txt");
        }
    }

    /// What comes of it.
    fn end(&self, mut child: Child, input: &[u8]) -> Ran {
        // what is not read by the command is left
        child.stdin.take().unwrap().write_all(input).ok();
        let output = child.wait_with_output().unwrap();
        let here = self.path().to_str().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(here, "<here>");
        Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// Words as a shell sees them, as far as spaces and double quotes go.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quoted, mut begun) = (String::new(), false, false);
    for c in line.chars() {
        match c {
            '"' => (quoted, begun) = (!quoted, true),
            ' ' if !quoted => {
                if std::mem::take(&mut begun) {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => {
                word.push(c);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}
