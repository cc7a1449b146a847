//! How long it takes to find out what a wrong code would be right for.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench has no callers, and its inputs are constants")]

use divan::{Bencher, black_box};
use halfminute::domain::diagnose::{Question, Space, Typed, diagnose};
use halfminute::domain::{Algorithm, Digits, OtpKind, OtpParams, Period, Secret, UnixTime};

/// 20 000 days after the epoch: a time like today's.
const NOW: UnixTime = UnixTime::from_secs(1_728_000_000);

fn main() {
    divan::main();
}

fn secret(seed: u8) -> Secret {
    Secret::new((0..20_u8).map(|n| n.wrapping_mul(73) ^ seed).collect::<Vec<_>>()).unwrap()
}

/// A code that nothing explains, so that everything is searched: under 100 ms for the common space.
fn nothing_found(bencher: Bencher, algorithm: Algorithm, others: u8, space: Space) {
    let params = OtpParams::new(algorithm, Digits::new(8).unwrap(), OtpKind::Totp { period: Period::DEFAULT }).unwrap();
    let (own, code) = (secret(0), Typed::parse("00000000").unwrap());
    let secrets: Vec<Secret> = (1..=others).map(secret).collect();
    let others: Vec<(OtpParams, &Secret)> = secrets.iter().map(|secret| (params, secret)).collect();
    bencher.bench(|| {
        let question = Question { params, secret: &own, code: &code, before: None, now: NOW, others: &others };
        diagnose(black_box(&question), space)
    });
}

#[divan::bench(args = Algorithm::ALL)]
fn the_common_space(bencher: Bencher, algorithm: Algorithm) {
    nothing_found(bencher, algorithm, 20, Space::Common);
}

#[divan::bench(sample_count = 5)]
fn the_wide_space(bencher: Bencher) {
    nothing_found(bencher, Algorithm::Sha1, 20, Space::Wide);
}
