//! Codes are the same as two independent implementations make: Python's hmac and hashlib, and oathtool.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test that says its seed and what it skips")]

use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};
use std::process::{Command, Stdio};

use halfminute::domain::{Algorithm, Digits, OtpKind, OtpParams, Period, Secret, UnixTime, code_at};

const CASES: usize = 10_000;
const OATHTOOL_CASES: usize = 60;

/// RFC 4226 section 5.3 and RFC 6238 section 4, once more. A case a line: hash, key, kind, digits, moment or counter, period.
const PYTHON: &str = r#"
import hashlib, hmac, sys
STEAM = "23456789BCDFGHJKMNPQRTVWXY"
codes = []
for line in sys.stdin.read().splitlines():
    name, key, kind, digits, moment, period = line.split()
    step = int(moment) if kind == "hotp" else int(moment) // int(period)
    mac = hmac.new(bytes.fromhex(key), step.to_bytes(8, "big"), getattr(hashlib, name.lower())).digest()
    offset = mac[-1] % 16
    number = int.from_bytes(mac[offset:offset + 4], "big") % 2**31
    if kind == "steam":
        code = ""
        while len(code) < 5:
            number, place = divmod(number, 26)
            code += STEAM[place]
    else:
        code = str(number % 10**int(digits)).rjust(int(digits), "0")
    codes.append(code)
print("\n".join(codes))
"#;

/// Numbers that look random and follow from a seed (SplitMix64, Steele, Lea and Flood 2014).
struct Numbers(u64);

impl Numbers {
    /// From `HALFMINUTE_SEED`, to repeat a run, or else from the system; said either way.
    fn new() -> Self {
        let seed = match std::env::var("HALFMINUTE_SEED") {
            Ok(seed) => seed.parse().unwrap(),
            Err(_) => getrandom::u64().unwrap(),
        };
        eprintln!("seed: HALFMINUTE_SEED={seed}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// From 0 up to, and without, `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// A number of any size: as many small ones as ones beyond 2^32.
    fn of_any_size(&mut self) -> u64 {
        let bits = self.below(64);
        self.next() >> bits
    }
}

struct Case {
    params: OtpParams,
    secret: Secret,
    /// Seconds since the epoch; for HOTP without a meaning.
    moment: u64,
}

impl Case {
    fn new(numbers: &mut Numbers) -> Self {
        let secret = (0..=numbers.below(128)).map(|_| numbers.next() as u8).collect::<Vec<_>>();
        let period = if numbers.below(2) == 0 {
            Period::DEFAULT
        } else {
            Period::new(1 + numbers.below(u64::from(Period::MAX_SECS)) as u32).unwrap()
        };
        let mut algorithm = Algorithm::ALL[numbers.below(3) as usize];
        let mut digits = Digits::new(5 + numbers.below(6) as u8).unwrap();
        let kind = match numbers.below(5) {
            0 => {
                (algorithm, digits) = (Algorithm::Sha1, Digits::STEAM);
                OtpKind::Steam { period }
            }
            1 => OtpKind::Hotp { counter: numbers.of_any_size() & OtpKind::MAX_COUNTER },
            _ => OtpKind::Totp { period },
        };
        let params = OtpParams::new(algorithm, digits, kind).unwrap();
        Self { params, secret: Secret::new(secret).unwrap(), moment: numbers.of_any_size() }
    }

    fn key(&self) -> String {
        data_encoding::HEXLOWER.encode(self.secret.expose())
    }

    fn code(&self) -> String {
        let step = self.params.step_at(UnixTime::from_secs(self.moment));
        code_at(&self.params, &self.secret, step).as_str().to_owned()
    }

    /// The line for Python.
    fn line(&self) -> String {
        let (moment, period) = match self.params.kind() {
            OtpKind::Hotp { counter } => (counter, 0),
            OtpKind::Totp { period } | OtpKind::Steam { period } => (self.moment, period.secs()),
        };
        let (name, kind) = (self.params.algorithm().name(), self.params.kind().name().to_lowercase());
        format!("{name} {} {kind} {} {moment} {period}", self.key(), self.params.digits().get())
    }
}

#[test]
fn python_makes_the_same_codes() {
    let mut numbers = Numbers::new();
    let cases: Vec<Case> = (0..CASES).map(|_| Case::new(&mut numbers)).collect();
    let beyond =
        cases.iter().filter(|case| case.params.step_at(UnixTime::from_secs(case.moment)).0 > u64::from(u32::MAX)).count();
    assert!(beyond > CASES / 10, "only {beyond} steps beyond 2^32");

    let child = Command::new("python3").args(["-c", PYTHON]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = match child {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            panic!(
                "python3 is not installed, and without it no independent program checks the codes: install Python 3.6 or newer"
            )
        }
        child => child.unwrap(),
    };
    let lines = cases.iter().fold(String::new(), |mut lines, case| {
        writeln!(lines, "{}", case.line()).unwrap();
        lines
    });
    // Python reads all before it writes, so neither waits for the other. Dropping the pipe ends its input.
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "python3 ended with {}", output.status);

    let answers = String::from_utf8(output.stdout).unwrap();
    assert_eq!(answers.lines().count(), CASES);
    for (number, (case, answer)) in cases.iter().zip(answers.lines()).enumerate() {
        assert_eq!(case.code(), answer, "case {number}: {}", case.line());
    }
}

#[test]
fn oathtool_makes_the_same_codes() {
    let mut numbers = Numbers::new();
    let mut checked = 0;
    while checked < OATHTOOL_CASES {
        // oathtool knows 6 to 8 digits, SHA-1 only for HOTP, and moments that a date has.
        let mut case = Case::new(&mut numbers);
        case.moment = numbers.below(1 << 35);
        let mut oathtool = Command::new("oathtool");
        match case.params.kind() {
            _ if !(6..=8).contains(&case.params.digits().get()) => continue,
            OtpKind::Steam { .. } => continue,
            OtpKind::Hotp { .. } if case.params.algorithm() != Algorithm::Sha1 => continue,
            OtpKind::Hotp { counter } => oathtool.args(["--hotp", "--counter", &counter.to_string()]),
            OtpKind::Totp { period } => oathtool
                .arg(format!("--totp={}", case.params.algorithm().name()))
                .args(["--now", &format!("@{}", case.moment)])
                .args(["--time-step-size", &format!("{}s", period.secs())]),
        };
        oathtool.args(["--digits", &case.params.digits().get().to_string(), &case.key()]);
        let output = match oathtool.output() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                eprintln!("SKIPPED: oathtool is not installed, so only Python has checked the codes");
                return;
            }
            output => output.unwrap(),
        };
        assert!(output.status.success(), "{}: {}", case.line(), String::from_utf8_lossy(&output.stderr));
        assert_eq!(case.code(), String::from_utf8(output.stdout).unwrap().trim_end(), "case {checked}: {}", case.line());
        checked += 1;
    }
}
