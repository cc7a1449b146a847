//! How long codes take: one, a vault full of them, a check over the window, a QR code.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench has no callers, and its inputs are constants")]

use divan::{Bencher, black_box};
use halfminute::domain::{Algorithm, OtpKind, OtpParams, Period, Policy, Secret, Step, UnixTime, code_at, verify};
use halfminute::formats::{otpauth, qr};

/// 20 000 days after the epoch: a step like today's.
const NOW: UnixTime = UnixTime::from_secs(1_728_000_000);

fn main() {
    divan::main();
}

fn secret(bytes: usize) -> Secret {
    Secret::new((0..bytes).map(|n| n as u8).collect::<Vec<_>>()).unwrap()
}

fn params(algorithm: Algorithm) -> OtpParams {
    let usual = OtpParams::default();
    OtpParams::new(algorithm, usual.digits(), OtpKind::Totp { period: Period::DEFAULT }).unwrap()
}

#[divan::bench(args = Algorithm::ALL)]
fn one_code(bencher: Bencher, algorithm: Algorithm) {
    let (params, secret) = (params(algorithm), secret(algorithm.secret_bytes()));
    bencher.bench(|| code_at(black_box(&params), black_box(&secret), black_box(Step(57_600_000))));
}

/// What one change of step costs a vault with as many accounts as an import may bring.
#[divan::bench]
fn ten_thousand_codes(bencher: Bencher) {
    let (params, secret) = (OtpParams::default(), secret(20));
    bencher.bench(|| {
        for step in 0..10_000 {
            black_box(code_at(black_box(&params), black_box(&secret), Step(57_600_000 + step)));
        }
    });
}

#[divan::bench(args = [1, 10])]
fn verify_a_code(bencher: Bencher, window: u8) {
    let (params, secret) = (OtpParams::default(), secret(20));
    let code = code_at(&params, &secret, params.step_at(NOW));
    let policy = Policy::new(window).unwrap_or_default();
    bencher.bench(|| verify(black_box(&params), black_box(&secret), black_box(&code), NOW, policy, None));
}

#[divan::bench]
fn write_an_address(bencher: Bencher) {
    let (params, secret) = (OtpParams::default(), secret(20));
    bencher.bench(|| otpauth::write(black_box("Acme Corp"), black_box("alice@example.com"), black_box(&params), &secret));
}

#[divan::bench]
fn read_an_address(bencher: Bencher) {
    let address = otpauth::write("Acme Corp", "alice@example.com", &OtpParams::default(), &secret(20));
    bencher.bench(|| otpauth::read(black_box(&address)));
}

#[divan::bench]
fn qr_code_of_an_address(bencher: Bencher) {
    let address = otpauth::write("Acme Corp", "alice@example.com", &OtpParams::default(), &secret(20));
    bencher.bench(|| qr::QrMatrix::new(black_box(&address)));
}
