//! The whole set: everything is found, each code once, in its place. A build without optimisation takes about half of it, which is
//! chosen once and for all; `cargo test --release --test qr_reading` takes all.

use std::collections::BTreeMap;

use halfminute::formats::qr_reader;

use crate::pictures::{grey, set};

/// Other pictures of the same kinds are made with another number here; 0 is the set that the reader was made with.
fn shift() -> u64 {
    std::env::var("HALFMINUTE_PICTURES").ok().map_or(0, |number| number.parse().unwrap())
}

/// Two threads share the pictures: it takes half as long.
#[test]
fn every_code_of_every_picture_is_read_once() {
    let cases = set::all(shift());
    assert!(cases.len() >= 300, "{} pictures", cases.len());
    let chosen = |place: u32| !cfg!(debug_assertions) || place.wrapping_mul(0x9e37_79b1) >> 31 == 0;
    let cases: Vec<_> = (0..).zip(cases).filter(|(place, _)| chosen(*place)).map(|(_, case)| case).collect();
    assert!(cases.len() >= 150, "{} pictures", cases.len());
    let (first, second) = std::thread::scope(|scope| {
        let half = |odd: usize| cases.iter().skip(odd).step_by(2).map(outcome).collect::<Vec<_>>();
        let other = scope.spawn(move || half(1));
        (half(0), other.join().unwrap())
    });
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for outcome in first.into_iter().chain(second) {
        let kind = kinds.entry(outcome.kind).or_default();
        (kind.0, kind.1) = (kind.0 + outcome.read, kind.1 + outcome.codes);
        wrong.extend(outcome.wrong);
    }
    for (kind, (read, codes)) in kinds {
        println!("{kind:24} {read} of {codes}");
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

struct Outcome {
    kind: &'static str,
    read: usize,
    codes: usize,
    wrong: Option<String>,
}

fn outcome(case: &set::Case) -> Outcome {
    let (picture, texts) = case.make();
    let grey = grey(&picture, case.way);
    let found = qr_reader::read(&grey);
    let read = texts.iter().filter(|text| found.iter().any(|code| code.text.as_slice() == text.as_bytes())).count();
    let inside =
        |(x, y): &(f32, f32)| (-9.0..grey.width() as f32 + 9.0).contains(x) && (-9.0..grey.height() as f32 + 9.0).contains(y);
    let placed = found.iter().all(|code| code.corners.iter().all(inside));
    let right = read == texts.len() && found.len() == texts.len() && placed;
    let said =
        format!("{}, {}: {read} of {} read, {} found, in the picture: {placed}", case.kind, case.name, texts.len(), found.len());
    Outcome { kind: case.kind, read, codes: texts.len(), wrong: (!right).then_some(said) }
}
