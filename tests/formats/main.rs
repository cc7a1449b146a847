//! Every file in tests/fixtures/ through its reader: what is read, what is left out and why, and what is refused.
//!
//! The files are written by the scripts in tests/fixtures/make/, which share no code with the program; `NAME.expected.json` beside a file
//! says what must come of it.

#![allow(clippy::unwrap_used, clippy::explicit_write, reason = "a test that cannot go on fails, or says what it skips")]

mod circle;
mod corpus;
mod fixture;
mod hostile;
mod properties;
mod sealed;
mod texts;
mod whole;
mod written;

use fixture::{Fixture, all, outcome};
use halfminute::formats::exchange::{self, FileNote, FormatError, Given, Key};

fn key(password: Option<&str>) -> Key {
    Key { password: password.map(|password| password.to_owned().into()), long: true }
}

fn read(fixture: &Fixture, password: Option<&str>) -> Result<String, FormatError> {
    let given = Given::new(&fixture.bytes)?;
    fixture.format.read(&given, &key(password)).map(|import| outcome(&import))
}

#[test]
fn every_file_is_read_as_it_must_be() {
    let mut wrong = Vec::new();
    for fixture in all() {
        let name = fixture.name();
        let expected = fixture.expected();
        match (read(&fixture, fixture.password()), &expected) {
            (Ok(found), Ok(wanted)) if found == *wanted => {}
            (Err(found), Err(wanted)) if format!("{found:?}").starts_with(wanted.as_str()) => {}
            (found, wanted) => {
                let show = |text: Result<String, String>| text.unwrap_or_else(|error| format!("error {error}"));
                let (found, wanted) = (show(found.map_err(|error| format!("{error:?}"))), show(wanted.clone()));
                let first = found.lines().zip(wanted.lines()).find(|(a, b)| a != b).unwrap_or((&found, &wanted));
                wrong.push(format!("{name}:\n  found  {}\n  wanted {}", first.0, first.1));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_file_is_recognised_by_its_content() {
    for fixture in all() {
        let Ok(given) = Given::new(&fixture.bytes) else { continue };
        let ids: Vec<_> = exchange::recognise(&given).iter().map(|format| format.id()).collect();
        if fixture.sniff() {
            assert_eq!(ids.first(), Some(&fixture.format.id()), "{}: {ids:?}", fixture.name());
        } else {
            assert_ne!(ids.first(), Some(&fixture.format.id()), "{}: {ids:?}", fixture.name());
        }
    }
}

#[test]
fn an_encrypted_file_asks_for_its_password_and_takes_no_other() {
    let mut tried = 0;
    for fixture in all() {
        let (Some(_), Some(wrong)) = (fixture.password(), fixture.wrong()) else { continue };
        tried += 1;
        assert_eq!(read(&fixture, None), Err(FormatError::NeedsPassword), "{}", fixture.name());
        for password in ["", "not the password"] {
            let found = read(&fixture, Some(password)).err();
            assert_eq!(found.map(|error| format!("{error:?}")).as_deref(), Some(wrong), "{} with {password:?}", fixture.name());
        }
    }
    // No encrypted fixture at all would mean that the folder was not found.
    assert!(tried > 0 || exchange::ALL.len() < 5, "no encrypted fixture was tried");
}

/// Passwords that nobody has, and that cost no more than any other.
#[test]
fn long_and_odd_passwords_are_wrong_ones() {
    let mut tried: Vec<&str> = Vec::new();
    for fixture in all() {
        let (Some(_), Some(wrong)) = (fixture.password(), fixture.wrong()) else { continue };
        if tried.contains(&fixture.format.id()) {
            continue;
        }
        tried.push(fixture.format.id());
        for password in ["x".repeat(1 << 20), "\0".to_owned(), "\u{202e}\u{301}🦊".to_owned()] {
            let found = read(&fixture, Some(&password)).err();
            assert_eq!(found.map(|error| format!("{error:?}")).as_deref(), Some(wrong), "{}", fixture.name());
        }
    }
    assert!(tried.len() >= 8, "{tried:?}");
}

/// A file that is cut short or changed is refused or read in part with every entry accounted for; it never ends the program. An
/// encrypted one is refused, or says what it said before, unless nothing in it proves what it says.
#[test]
fn cut_and_changed_files_end_nothing() {
    for fixture in all() {
        // Ones that need a key derivation are cut in fewer places: each costs its time.
        let places = if fixture.password().is_some() { 5 } else { 120 };
        let step = fixture.bytes.len().div_ceil(places).max(1);
        // Names and groups of these stand outside of their encryption.
        let outside = ["2fas", "freeotp"].contains(&fixture.format.id());
        let proven = fixture.password().is_some()
            && !outside
            && Given::new(&fixture.bytes)
                .and_then(|given| fixture.format.read(&given, &key(fixture.password())))
                .is_ok_and(|import| !import.notes.contains(&FileNote::NoCheck));
        let expected = fixture.expected();
        for at in (0..fixture.bytes.len()).step_by(step) {
            let mut changed = fixture.bytes.clone();
            changed[at] ^= 0x15;
            // Once, in the place of the file that is cut to nothing.
            let longer = [&fixture.bytes[..], b"x"].concat();
            for bytes in [if at == 0 { &longer } else { &fixture.bytes[..at] }, &changed] {
                let Ok(given) = Given::new(bytes) else { continue };
                let _ = exchange::recognise(&given);
                // Agreeing to more work is the person's to do: a changed cost is asked about.
                let key = Key { long: false, ..key(fixture.password()) };
                if let Ok(import) = fixture.format.read(&given, &key) {
                    assert!(import.entries.len() <= exchange::MAX_ENTRIES, "{}", fixture.name());
                    assert!(!proven || Ok(outcome(&import)) == expected, "{} changed at {at}", fixture.name());
                }
            }
        }
    }
}

/// No reader ends the program over another app's file, and none takes it for its own by mistake.
#[test]
fn every_reader_lives_through_every_file() {
    for fixture in all() {
        let Ok(given) = Given::new(&fixture.bytes) else { continue };
        for format in exchange::ALL.iter().filter(|format| format.id() != fixture.format.id()) {
            // Without a password: a key derivation per pair would take minutes.
            let read = format.read(&given, &Key::default());
            let told = read.is_err() || !format.sniff(&given) || fixture.may_also_be(format.id());
            assert!(told, "{} is also read as {}", fixture.name(), format.id());
        }
    }
}

#[test]
fn every_format_has_its_files() {
    let fixtures = all();
    for format in exchange::ALL {
        let of_it = fixtures.iter().filter(|fixture| fixture.format.id() == format.id());
        assert!(of_it.count() > 1, "{} has no files in tests/fixtures/", format.id());
    }
}
