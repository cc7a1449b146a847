//! The files of tests/fixtures/ with what is expected of them.

use std::fs;
use std::path::{Path, PathBuf};

use halfminute::domain::OtpKind;
use halfminute::formats::exchange::{self, Format, Import};
use serde_json::Value;

/// One file.
pub struct Fixture {
    /// Its reader.
    pub format: &'static dyn Format,
    /// It.
    pub bytes: Vec<u8>,
    path: PathBuf,
    expected: Value,
}

/// All files, sorted.
pub fn all() -> Vec<Fixture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut fixtures = Vec::new();
    for format in exchange::ALL {
        let Ok(folder) = fs::read_dir(root.join(format.id())) else { continue };
        let mut paths: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths.into_iter().filter(|path| !path.to_string_lossy().ends_with(".expected.json")) {
            let expected = fs::read_to_string(format!("{}.expected.json", path.display())).unwrap();
            let expected = serde_json::from_str(&expected).unwrap();
            fixtures.push(Fixture { format: *format, bytes: fs::read(&path).unwrap(), path, expected });
        }
    }
    assert!(!fixtures.is_empty(), "no fixture was found");
    fixtures
}

impl Fixture {
    /// Folder and name.
    pub fn name(&self) -> String {
        format!("{}/{}", self.format.id(), self.path.file_name().unwrap().to_string_lossy())
    }

    /// What opens it.
    pub fn password(&self) -> Option<&str> {
        self.expected["password"].as_str()
    }

    /// What another password gives.
    pub fn wrong(&self) -> Option<&str> {
        self.expected["wrong"].as_str()
    }

    /// Whether its app is recognised first.
    pub fn sniff(&self) -> bool {
        self.expected["sniff"].as_bool().unwrap()
    }

    /// Whether another reader may read it as well.
    pub fn may_also_be(&self, id: &str) -> bool {
        self.expected["also"].as_array().is_some_and(|ids| ids.iter().any(|also| also == id))
    }

    /// The outcome as [`outcome`] writes it, or the beginning of the error's name.
    pub fn expected(&self) -> Result<String, String> {
        if let Some(error) = self.expected["error"].as_str() {
            return Err(error.to_owned());
        }
        let entries = self.expected["entries"].as_array().unwrap();
        let mut lines: Vec<String> = entries.iter().map(expected_line).collect();
        lines.push(format!("without code: {}", self.expected["without_code"].as_u64().unwrap_or(0)));
        for part in self.expected["parts"].as_array().into_iter().flatten() {
            let numbers: Vec<i64> = part.as_array().unwrap().iter().map(|number| number.as_i64().unwrap()).collect();
            lines.push(format!("part: {numbers:?}"));
        }
        Ok(lines.join("\n"))
    }
}

fn expected_line(entry: &Value) -> String {
    if let Some(reason) = entry["left_out"].as_str() {
        // A reason with a place in it is named by its beginning.
        return format!(
            "left out: {} {:?}",
            reason.split_once("(Digit").map_or(reason, |(start, _)| start),
            entry["title"].as_str().unwrap()
        );
    }
    let moving = if entry["type"] == "hotp" { &entry["counter"] } else { &entry["period"] };
    format!(
        "{:?} {:?} {} {} {} {} {moving} tags {:?} note {:?} pinned {} uses {} trash {}",
        entry["issuer"].as_str().unwrap(),
        entry["name"].as_str().unwrap(),
        entry["secret"].as_str().unwrap(),
        entry["type"].as_str().unwrap(),
        entry["algorithm"].as_str().unwrap(),
        entry["digits"],
        entry["tags"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap()).collect::<Vec<_>>(),
        entry["note"].as_str().unwrap(),
        entry["pinned"],
        entry["uses"],
        entry["in_trash"].as_bool().unwrap_or(false),
    )
}

/// What was read, a line an entry.
pub fn outcome(import: &Import) -> String {
    let mut lines = Vec::new();
    for entry in &import.entries {
        lines.push(match &entry.outcome {
            Err(why) => {
                let reason = format!("{why:?}");
                let reason = reason.split_once("(Digit").map_or(reason.as_str(), |(start, _)| start);
                format!("left out: {reason} {:?}", entry.title)
            }
            Ok(found) => {
                let account = &found.account;
                let (kind, moving) = match account.params.kind() {
                    OtpKind::Totp { period } => ("totp", u64::from(period.secs())),
                    OtpKind::Steam { period } => ("steam", u64::from(period.secs())),
                    OtpKind::Hotp { counter } => ("hotp", counter),
                };
                format!(
                    "{:?} {:?} {} {kind} {} {} {moving} tags {:?} note {:?} pinned {} uses {} trash {}",
                    account.issuer,
                    account.name,
                    data_encoding::HEXLOWER.encode(account.secret.expose()),
                    account.params.algorithm().name(),
                    account.params.digits().get(),
                    found.tags,
                    found.note,
                    found.pinned,
                    found.uses,
                    found.in_trash,
                )
            }
        });
    }
    lines.push(format!("without code: {}", import.without_code));
    for part in import.parts.iter() {
        lines.push(format!("part: {:?}", [i64::from(part.batch), i64::from(part.index), i64::from(part.of)]));
    }
    lines.join("\n")
}
