//! The verifier beside two independent programs, PyOTP and oathtool: each side's codes are accepted by the other, drift included.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::explicit_write,
    reason = "a test that says its seed and what it skips"
)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use halfminute::domain::{
    Algorithm, Code, Digits, OtpKind, OtpParams, Period, Policy, Reason, Secret, UnixTime, Verdict, code_at, verify,
};
use halfminute::formats::base32;

const ACCOUNTS: usize = 1_000;
/// How far off the other side's codes are, in steps.
const DRIFTS: [i64; 5] = [-2, -1, 0, 1, 2];

/// One account a line: key, hash, digits, period, moment, our codes at the five drifts. Out come, a line each: which of them PyOTP
/// accepts with a window of one step, and its own five.
const PYOTP: &str = r#"
import hashlib, sys, pyotp
for line in sys.stdin.read().splitlines():
    key, name, digits, period, moment, *codes = line.split()
    moment, period = int(moment), int(period)
    totp = pyotp.TOTP(key, digits=int(digits), digest=getattr(hashlib, name.lower()), interval=period)
    taken = "".join("1" if totp.verify(code, for_time=moment, valid_window=1) else "0" for code in codes)
    print(taken, *[totp.at(moment, counter_offset=drift) for drift in (-2, -1, 0, 1, 2)])
"#;

/// Numbers that look random and follow from a seed (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn new() -> Self {
        let seed = std::env::var("HALFMINUTE_SEED").map_or_else(|_| getrandom::u64().unwrap(), |seed| seed.parse().unwrap());
        eprintln!("seed: HALFMINUTE_SEED={seed}");
        Self(seed)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) % end
    }
}

struct Account {
    params: OtpParams,
    secret: Secret,
    now: UnixTime,
}

impl Account {
    fn new(numbers: &mut Numbers) -> Self {
        let algorithm = Algorithm::ALL[numbers.below(3) as usize];
        // oathtool knows no other numbers of digits.
        let digits = Digits::new(6 + numbers.below(3) as u8).unwrap();
        let period = Period::new([30, 60, 15, 90][numbers.below(4) as usize]).unwrap();
        // PyOTP takes none below 112 bits.
        let secret = (0..14 + numbers.below(51)).map(|_| numbers.below(256) as u8).collect::<Vec<_>>();
        Self {
            params: OtpParams::new(algorithm, digits, OtpKind::Totp { period }).unwrap(),
            secret: Secret::new(secret).unwrap(),
            // From 2001 to 2286.
            now: UnixTime::from_secs(1_000_000_000 + numbers.below(9_000_000_000)),
        }
    }

    fn codes(&self) -> Vec<String> {
        let step = self.params.step_at(self.now);
        let code = |drift| code_at(&self.params, &self.secret, step.offset(drift).unwrap()).as_str().to_owned();
        DRIFTS.into_iter().map(code).collect()
    }

    fn key(&self) -> String {
        base32::encode(&self.secret).to_string()
    }

    /// The other side's five codes: the inner three count, with their drift, and the outer two do not.
    fn takes(&self, theirs: &[&str]) {
        for (drift, code) in DRIFTS.into_iter().zip(theirs) {
            let code = Code::parse(code, &self.params).unwrap();
            match verify(&self.params, &self.secret, &code, self.now, Policy::default(), None) {
                Verdict::Accepted(hit) => {
                    assert!(hit.drift.abs() <= 1 && (hit.drift == drift || self.twins()), "{drift} {hit:?}")
                }
                Verdict::Refused(Reason::TooOld(hit) | Reason::FromTheFuture(hit)) => {
                    assert!(drift.abs() == 2 && (hit.drift == drift || self.twins()), "{drift} {hit:?}");
                }
                other => panic!("{drift}: {other:?}"),
            }
        }
    }

    /// Two of the five steps have the same code.
    fn twins(&self) -> bool {
        let codes = self.codes();
        codes.iter().enumerate().any(|(at, code)| codes[at + 1..].contains(code))
    }
}

fn skipped(what: &str) {
    // Past the test harness, which would swallow it.
    writeln!(std::io::stderr(), "skipped: {what}").unwrap();
}

/// A Python that has PyOTP: the one in `HALFMINUTE_PYTHON`, or any that is called `python3`.
fn python() -> Option<String> {
    let named = std::env::var("HALFMINUTE_PYTHON").ok();
    named.into_iter().chain(["python3".to_owned()]).find(|python| {
        let ran = Command::new(python).args(["-c", "import pyotp"]).stderr(Stdio::null()).status();
        ran.is_ok_and(|ran| ran.success())
    })
}

#[test]
fn pyotp_and_we_accept_each_others_codes() {
    let Some(python) = python() else { return skipped("no Python with PyOTP (`pip install pyotp`; HALFMINUTE_PYTHON names it)") };
    let mut numbers = Numbers::new();
    let accounts: Vec<Account> = (0..ACCOUNTS).map(|_| Account::new(&mut numbers)).collect();
    let mut lines = String::new();
    for account in &accounts {
        let OtpKind::Totp { period } = account.params.kind() else { unreachable!() };
        let (name, digits) = (account.params.algorithm().name(), account.params.digits().get());
        let codes = account.codes().join(" ");
        writeln!(lines, "{} {name} {digits} {} {} {codes}", account.key(), period.secs(), account.now.secs()).unwrap();
    }
    let mut command = Command::new(python);
    // In a zone with summer time PyOTP is an hour off for an hour a year.
    command.args(["-c", PYOTP]).env("TZ", "UTC").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let writer = std::thread::Builder::new().name("input".into()).spawn(move || input.write_all(lines.as_bytes())).unwrap();
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    let answers = String::from_utf8(output.stdout).unwrap();
    assert_eq!(answers.lines().count(), ACCOUNTS);
    for (account, answer) in accounts.iter().zip(answers.lines()) {
        let words: Vec<&str> = answer.split(' ').collect();
        assert!(words[0] == "01110" || account.twins(), "{} of our five codes are accepted", words[0]);
        assert_eq!(words[1..], account.codes(), "the same codes");
        account.takes(&words[1..]);
    }
}

#[test]
fn oathtool_and_we_accept_each_others_codes() {
    if Command::new("oathtool").arg("--version").stdout(Stdio::null()).status().is_err() {
        return skipped("oathtool not installed");
    }
    let mut numbers = Numbers::new();
    for _ in 0..ACCOUNTS {
        let account = Account::new(&mut numbers);
        let OtpKind::Totp { period } = account.params.kind() else { unreachable!() };
        let oathtool = |before: u64, more: &[&str]| {
            let now = account.now.secs() - before * u64::from(period.secs());
            let mut command = Command::new("oathtool");
            command.arg(format!("--totp={}", account.params.algorithm().name())).args(["-b", "-w"]).arg(more[0]);
            command
                .arg(format!("--digits={}", account.params.digits().get()))
                .arg(format!("--time-step-size={}s", period.secs()));
            command.arg(format!("--now=@{now}")).env("TZ", "UTC").arg(account.key()).args(&more[1..]);
            let ran = command.stderr(Stdio::null()).output().unwrap();
            (ran.status.success(), String::from_utf8(ran.stdout).unwrap())
        };
        let (made, codes) = oathtool(2, &["4"]);
        assert!(made);
        account.takes(&codes.lines().collect::<Vec<_>>());
        // One of ours, another one for each account.
        let at = numbers.below(5) as usize;
        let (accepted, _) = oathtool(0, &["1", &account.codes()[at]]);
        assert!(accepted == (DRIFTS[at].abs() <= 1) || account.twins(), "{} steps off: {accepted}", DRIFTS[at]);
    }
}
