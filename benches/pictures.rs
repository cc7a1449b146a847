//! How long codes in pictures take, kind by kind of the set in `tests/pictures/`; `tests/qr_reading/compare.py` sets zbar beside it.
//!
//! With `HALFMINUTE_PICTURES_TO=FOLDER` each picture is written there as PGM, and the next one waits for a line on standard input.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement")]

#[path = "../tests/pictures/mod.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod pictures;

use std::path::PathBuf;

use halfminute::formats::picture::Grey;
use halfminute::formats::qr_reader;
use rustix::time::{ClockId, clock_gettime};

/// The best of so many.
const TIMES: usize = 3;

fn main() {
    let folder = std::env::var_os("HALFMINUTE_PICTURES_TO").map(PathBuf::from);
    let mut sums: Vec<(&str, f64, usize, usize)> = Vec::new();
    for case in pictures::set::all(0) {
        let (picture, texts) = case.make();
        let grey = pictures::grey(&picture, case.way);
        let (milliseconds, found) = best(&grey);
        let read = texts.iter().filter(|text| found.iter().any(|code| code.text.as_slice() == text.as_bytes())).count();
        if sums.last().is_none_or(|last| last.0 != case.kind) {
            sums.push((case.kind, 0.0, 0, 0));
        }
        let sum = sums.last_mut().unwrap();
        (sum.1, sum.2, sum.3) = (sum.1 + milliseconds, sum.2 + read, sum.3 + texts.len());
        if let Some(folder) = &folder {
            let head = format!("P5 {} {} 255\n", grey.width(), grey.height());
            std::fs::write(folder.join("picture.pgm"), [head.as_bytes(), grey.pixels()].concat()).unwrap();
            println!("{}\t{milliseconds:.3}\t{read}\t{}", case.kind, texts.join("\t"));
            std::io::stdin().read_line(&mut String::new()).unwrap();
        }
    }
    if folder.is_none() {
        for (kind, milliseconds, read, codes) in sums {
            println!("{kind:24} {read:3} of {codes:3} read in {milliseconds:7.1} ms");
        }
    }
}

/// Milliseconds of processor time, and what was found.
fn best(grey: &Grey) -> (f64, Vec<qr_reader::Found>) {
    let now = || {
        let now = clock_gettime(ClockId::ThreadCPUTime);
        now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
    };
    let rounds = (0..TIMES).map(|_| {
        let begun = now();
        let found = qr_reader::read(grey);
        (now() - begun, found)
    });
    rounds.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap()
}
