//! How long codes take: one, a vault full of them, a check over the window, a QR code.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench has no callers, and its inputs are constants")]

use divan::{Bencher, black_box};
use halfminute::adapters::database::Database;
use halfminute::app::action::LoginForm;
use halfminute::app::document::{Document, Record, TestUser};
use halfminute::app::login::log_in;
use halfminute::app::ports::{Attempt, Begun, Sequence, Spent, State, Try, UserKey};
use halfminute::domain::{
    Account, AccountId, Algorithm, Guard, Moment, OtpKind, OtpParams, Password, PasswordHash, Period, Policy, Preset, Secret,
    Step, UnixTime, code_at, verify,
};
use halfminute::formats::{otpauth, qr};
use zeroize::Zeroizing;

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

/// The same check by totp-rs itself, which stops at the first match, the oldest: beside ours in the same run.
#[divan::bench]
fn verify_a_code_with_totp_rs(bencher: Bencher) {
    // expose: totp-rs wants the bytes
    let totp = totp_rs::Builder::new().with_secret(secret(20).expose().to_vec()).with_skew(1).build_noncompliant();
    let code = totp.generate(NOW.secs()).to_string();
    bencher.bench(|| black_box(&totp).check(black_box(&code), NOW.secs()));
}

/// A wrong code goes through the whole horizon.
#[divan::bench]
fn verify_a_wrong_code(bencher: Bencher) {
    let (params, secret) = (OtpParams::default(), secret(20));
    let code = code_at(&params, &secret, Step(1));
    bencher.bench(|| verify(black_box(&params), black_box(&secret), black_box(&code), NOW, Policy::default(), None));
}

fn line() -> Attempt {
    Attempt {
        at: NOW,
        user: "alice".into(),
        account: "Example (alice)".into(),
        account_id: Some(AccountId::from_bytes([1; 16])),
        accepted: true,
        reason: "accepted".into(),
        drift: Some(0),
        drift_seconds: Some(0),
    }
}

/// A try as the login test makes it, without the password: the failure counted on disk, then the success or the reason.
#[divan::bench(args = [true, false])]
fn a_try_with_its_state(bencher: Bencher, right: bool) {
    let folder = tempfile::tempdir().unwrap();
    let mut database = Database::open(&folder.path().join("state.sqlite")).unwrap();
    let account = Account {
        id: AccountId::from_bytes([1; 16]),
        issuer: String::new(),
        name: String::new(),
        params: OtpParams::default(),
        tags: vec![],
        note: String::new(),
        pinned: false,
        uses: 0,
        created: NOW,
    };
    let user = UserKey::of(&TestUser {
        name: "alice".into(),
        password: None,
        accounts: vec![account.id],
        key: None,
        rules: halfminute::domain::Rules::default(),
    });
    let (sequence, limits, mut step) = (Sequence::of(&account), Guard::Recommended.limits().unwrap(), 0);
    bencher.bench_local(|| {
        step += 1;
        // A week apart: nothing is locked.
        let at = Moment::of_wall(UnixTime::from_secs(step * 604_800));
        let begun = database.begin(&Try { guarded: Some((&user, limits)), way_back: true, at: &at, line: &line() }).unwrap();
        let Begun::Open(ticket) = begun else {
            // Wrong a hundred times in a row: begun anew.
            return database.reset_counters(&user, &line()).unwrap();
        };
        if right {
            assert!(database.succeed(&ticket, &Spent::Step(sequence.clone(), Step(step)), &line()).unwrap());
        } else {
            database.fail(&ticket, &line()).unwrap();
        }
    });
}

/// A whole login, password included: who is unknown takes as long as whose code is wrong.
#[divan::bench(args = ["wrong code", "wrong password", "unknown user"], sample_count = 40, sample_size = 1)]
fn a_login(bencher: Bencher, what: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut database = Database::open(&folder.path().join("state.sqlite")).unwrap();
    let password = |text: &str| Password::new(text).unwrap();
    let account = Account {
        id: AccountId::from_bytes([1; 16]),
        issuer: String::new(),
        name: "alice".into(),
        params: OtpParams::default(),
        tags: vec![],
        note: String::new(),
        pinned: false,
        uses: 0,
        created: NOW,
    };
    let user = TestUser {
        name: "alice".into(),
        password: Some(PasswordHash::new(&password("correct horse"), [1; 16])),
        accounts: vec![account.id],
        key: None,
        rules: Preset::Lab.rules(),
    };
    let accounts = vec![Record { account, secret: secret(20), trashed: None }];
    let document = Document { accounts, users: vec![user], ..Document::default() };
    let now = Moment::of_wall(NOW);
    bencher.bench_local(|| {
        let form = LoginForm {
            user: if what == "unknown user" { "nobody" } else { "alice" }.into(),
            password: Some(password(if what == "wrong password" { "wrong" } else { "correct horse" })),
            code: Zeroizing::new("000000".to_owned()),
        };
        log_in(&document, form, &now, &mut database).unwrap().verdict
    });
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
