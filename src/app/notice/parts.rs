//! Words for exports in several parts: how many were read, and which are missing.

use crate::formats::exchange::{Export, Parts};

use super::Notice;

/// How far each export in several parts is read; the advice is empty where nothing is missing.
#[must_use]
pub fn parts(parts: &Parts) -> Vec<Notice> {
    let exports = parts.exports();
    match exports.as_slice() {
        [only] => vec![export(only)],
        several => (1..)
            .zip(several)
            .map(|(number, one)| {
                let said = export(one);
                Notice { text: format!("Export {number}: {}", said.text), ..said }
            })
            .collect(),
    }
}

fn export(export: &Export) -> Notice {
    let Export { of, missing } = export;
    let (word, advice) = match missing.len() {
        0 => return Notice::plain(format!("{of} of {of} parts read")),
        1 => ("part", "Add its picture or file"),
        _ => ("parts", "Add their pictures or files"),
    };
    Notice::new(format!("{} of {of} parts read, still missing: {word} {}", export.read(), numbers(missing)), advice)
}

/// Parts were read before.
#[must_use]
pub fn parts_again(again: &Parts) -> Notice {
    let numbers: Vec<u32> = again.iter().filter(|part| part.of > 1).map(|part| part.index + 1).collect();
    Notice::plain(match numbers.as_slice() {
        [] => "This export was read already".to_owned(),
        [one] => format!("Part {one} was read already"),
        several => format!("Parts {} were read already", self::numbers(several)),
    })
}

/// "1, 3–7, 9".
fn numbers(numbers: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match runs.last_mut().filter(|run| run.1 + 1 == *number) {
            Some(run) => run.1 = *number,
            None => runs.push((*number, *number)),
        }
    }
    let words: Vec<String> = runs
        .into_iter()
        .map(|(first, last)| match last - first {
            0 => first.to_string(),
            1 => format!("{first}, {last}"),
            _ => format!("{first}–{last}"),
        })
        .collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::exchange::Part;

    /// Export, number and how many there are.
    type Given = [(i32, u32, u32)];

    fn read(of: &Given) -> Parts {
        let mut parts = Parts::default();
        for (batch, number, of) in of {
            parts.add(Part::new(*batch, number - 1, *of, b""));
        }
        parts
    }

    #[test]
    fn parts_are_counted() {
        let rows: &[(&Given, &[&str])] = &[
            (&[], &[]),
            (&[(5, 1, 1)], &[]),
            (&[(7, 3, 3), (7, 1, 3), (7, 2, 3)], &["3 of 3 parts read"]),
            (&[(7, 2, 3), (7, 1, 3)], &["2 of 3 parts read, still missing: part 3. Add its picture or file"]),
            (&[(7, 2, 4), (7, 4, 4)], &["2 of 4 parts read, still missing: parts 1, 3. Add their pictures or files"]),
            (&[(7, 9, 1000)], &["1 of 1000 parts read, still missing: parts 1–8, 10–1000. Add their pictures or files"]),
            (
                &[(7, 1, 2), (-8, 1, 2), (7, 2, 2)],
                &["Export 1: 2 of 2 parts read", "Export 2: 1 of 2 parts read, still missing: part 2. Add its picture or file"],
            ),
        ];
        for (given, said) in rows {
            let lines: Vec<String> = parts(&read(given)).iter().map(Notice::line).collect();
            assert_eq!(lines, *said);
        }
    }

    #[test]
    fn what_was_read_before_is_named() {
        let rows: &[(&Given, &str)] = &[
            (&[(7, 2, 3)], "Part 2 was read already"),
            (&[(7, 2, 5), (7, 3, 5), (7, 5, 5), (7, 4, 5)], "Parts 2–5 were read already"),
            (&[(0, 1, 1)], "This export was read already"),
        ];
        for (given, said) in rows {
            assert_eq!(parts_again(&read(given)).line(), *said);
        }
    }
}
