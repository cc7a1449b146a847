//! The list of licences in the window names every part of the program.
#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside of test functions")]

use std::collections::BTreeSet;
use std::process::Command;

use halfminute::app::licences::parts;

/// Name and version of each package that the program is made of on Linux, as cargo tells them.
fn packages() -> BTreeSet<(String, String)> {
    let format = ["--format", "{p}", "--prefix", "none", "--edges", "normal", "--target", "x86_64-unknown-linux-gnu"];
    let told = Command::new(env!("CARGO")).args(["tree", "--locked", "--offline"]).args(format).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let lines = String::from_utf8(told.stdout).unwrap();
    let package = |line: &str| {
        let mut words = line.split(' ');
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        Some((name.to_owned(), version.to_owned()))
    };
    lines.lines().filter_map(package).filter(|(name, _)| name != "halfminute").collect()
}

#[test]
fn all_parts_are_named() {
    let listed: BTreeSet<_> = parts().iter().map(|part| (part.name.to_owned(), part.version.to_owned())).collect();
    let missing: Vec<_> = packages().difference(&listed).cloned().collect();
    assert!(missing.is_empty(), "run assets/licences.py: {missing:?} are not listed");
    let fonts = 2;
    let gone: Vec<_> = listed.difference(&packages()).cloned().collect();
    assert_eq!(gone.len(), fonts, "run assets/licences.py: {gone:?} are listed, of which {fonts} fonts may be");
}
