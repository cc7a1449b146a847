//! Every cause made on purpose and found again; random codes; codes that are right.

use std::collections::HashSet;

use super::*;
use crate::domain::code::code_at;
use crate::domain::verify::{Policy, Verdict, verify};
use crate::domain::{Code, code};

const NOW: UnixTime = UnixTime::from_secs(1_728_000_017);

fn secret(seed: u8, length: usize) -> Secret {
    Secret::new((0..length).map(|n| (n as u8).wrapping_mul(73).wrapping_add(seed).rotate_left(3)).collect::<Vec<_>>()).unwrap()
}

fn time(algorithm: Algorithm, digits: u8, period: u32) -> OtpParams {
    let kind = OtpKind::Totp { period: Period::new(period).unwrap() };
    OtpParams::new(algorithm, Digits::new(digits).unwrap(), kind).unwrap()
}

fn counter(algorithm: Algorithm, digits: u8, counter: u64) -> OtpParams {
    OtpParams::new(algorithm, Digits::new(digits).unwrap(), OtpKind::Hotp { counter }).unwrap()
}

fn steam() -> OtpParams {
    OtpParams::new(Algorithm::Sha1, Digits::STEAM, OtpKind::Steam { period: Period::DEFAULT }).unwrap()
}

/// What the phone shows, and what should be said of it.
struct Case {
    account: OtpParams,
    phone: OtpParams,
    key: Secret,
    /// Steps of the phone's clock or counter from where they should be.
    off: i64,
    causes: Vec<Cause>,
}

/// The accounts that are enrolled: kinds of settings that services use.
fn accounts() -> Vec<OtpParams> {
    use Algorithm::*;
    vec![time(Sha1, 6, 30), time(Sha256, 6, 30), time(Sha512, 8, 60), time(Sha1, 8, 30), time(Sha256, 7, 90)]
}

/// All causes, alone and in pairs, over all accounts.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |account: OtpParams, phone: OtpParams, key: Secret, off: i64, causes: Vec<Cause>| {
        cases.push(Case { account, phone, key, off, causes });
    };
    for (seed, account) in (1_u8..).zip(accounts()) {
        let own = || secret(seed, 20);
        let (algorithm, digits, period) = (account.algorithm(), account.digits().get(), account.period().unwrap().secs());
        let steps = |seconds: i64| seconds / i64::from(period);
        let late = |steps: i64| Cause::Clock(steps * i64::from(period));
        for off in [-47, -9, -2, 2, 5, 13, 57] {
            add(account, account, own(), off, vec![late(off)]);
        }
        for hours in [-25_i64, -12, -2, 1, 9] {
            add(account, account, own(), steps(hours * 3_600), vec![Cause::TimeZone(hours * 3_600)]);
        }
        add(account, account, own(), steps(-12_600), vec![Cause::TimeZone(-12_600)]);
        add(account, account, own(), steps(-7_000), vec![late(steps(-7_000))]);
        for other in Algorithm::ALL.into_iter().filter(|other| *other != algorithm) {
            let causes = |more: &[Cause]| [&[Cause::Algorithm(other)], more].concat();
            add(account, time(other, digits, period), own(), 0, causes(&[]));
            add(account, time(other, digits, period), own(), steps(7_200), causes(&[Cause::TimeZone(7_200)]));
            add(account, time(other, digits, period), own(), -7, causes(&[late(-7)]));
        }
        for other in PERIODS.into_iter().filter(|other| *other != period) {
            add(account, time(algorithm, digits, other), own(), 0, vec![Cause::Period(other)]);
        }
        if algorithm != Algorithm::Sha1 && period != 30 {
            let causes = vec![Cause::Algorithm(Algorithm::Sha1), Cause::Digits(6), Cause::Period(30)];
            add(account, time(Algorithm::Sha1, 6, 30), own(), 1, causes);
        }
        for other in [6, 7, 8, 9, 10].into_iter().filter(|other| *other != digits) {
            add(account, time(algorithm, other, period), own(), 0, vec![Cause::Digits(other)]);
        }
        for count in [0, 3, 700] {
            let phone = counter(algorithm, digits, count);
            add(account, phone, own(), 0, vec![Cause::CounterForTime(count + 1)]);
        }
        for reading in readings::readings(&own(), false) {
            let causes = vec![Cause::Secret(reading.misread)];
            add(account, account, reading.secret, 0, causes);
        }
        let text = || readings::readings(&own(), false).remove(0).secret;
        let as_text = Cause::Secret(Misread::Text);
        add(account, account, text(), steps(3_600), vec![as_text, Cause::TimeZone(3_600)]);
        add(account, account, text(), -4, vec![as_text, late(-4)]);
    }
    for ahead in [-400_i64, -3, 2, 15, 999] {
        let account = counter(Algorithm::Sha1, 6, 5_000);
        let phone = counter(Algorithm::Sha1, 6, 5_000_u64.strict_add_signed(ahead));
        add(account, phone, secret(9, 20), 0, vec![Cause::Counter(ahead)]);
    }
    let token = counter(Algorithm::Sha1, 6, 77);
    add(token, time(Algorithm::Sha1, 6, 30), secret(9, 20), 0, vec![Cause::TimeForCounter(30)]);
    add(token, counter(Algorithm::Sha256, 6, 77), secret(9, 20), 0, vec![Cause::Algorithm(Algorithm::Sha256)]);
    add(time(Algorithm::Sha1, 6, 30), steam(), secret(9, 20), 0, vec![Cause::Steam]);
    add(steam(), time(Algorithm::Sha1, 6, 30), secret(9, 20), 0, vec![Cause::NotSteam]);
    add(steam(), steam(), secret(9, 20), -9, vec![Cause::Clock(-270)]);
    cases
}

/// The code before the last, and the last.
fn shown(case: &Case) -> (Typed, Typed) {
    let last = match case.phone.kind() {
        OtpKind::Hotp { counter } => Step(counter + 1),
        _ => case.phone.step_at(NOW).offset(case.off).unwrap(),
    };
    let code = |step| Typed::parse(code_at(&case.phone, &case.key, step).as_str()).unwrap();
    (code(last.offset(-1).unwrap()), code(last))
}

#[test]
fn with_two_codes_the_right_cause_comes_first() {
    let cases = cases();
    assert!(cases.len() >= 300, "{}", cases.len());
    let others = [(time(Algorithm::Sha1, 6, 30), &secret(200, 20)), (time(Algorithm::Sha1, 8, 30), &secret(201, 20))];
    let mut wrong = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let (before, last) = shown(case);
        let seed = accounts().iter().position(|account| *account == case.account).map_or(9, |place| place as u8 + 1);
        let own = secret(
            if matches!(case.account.kind(), OtpKind::Totp { .. }) && case.causes != [Cause::Steam] { seed } else { 9 },
            20,
        );
        let question =
            Question { params: case.account, secret: &own, code: &last, before: Some(&before), now: NOW, others: &others };
        let found = diagnose(&question, Space::Common);
        let first = found.findings.first();
        if first.map(|first| first.causes.as_slice()) != Some(&case.causes) || !found.certain {
            wrong.push(format!("{number}: {:?} instead of {:?}", first, case.causes));
        } else if first.is_some_and(|first| first.chance > 1e-3) {
            wrong.push(format!("{number}: {:?} is called chance", first));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn the_wide_space_knows_every_letter_and_every_time() {
    let (own, account) = (secret(1, 10), time(Algorithm::Sha1, 6, 30));
    let letters = readings::readings(&own, true);
    let place = letters.iter().rposition(|reading| matches!(reading.misread, Misread::Swapped(_))).unwrap();
    let any = letters.iter().rposition(|reading| matches!(reading.misread, Misread::Letter { place: 9, .. })).unwrap();
    let hex = letters.iter().position(|reading| reading.misread == Misread::HexText).unwrap();
    for (key, phone, off, causes) in [
        (place, account, 0, vec![Cause::Secret(letters[place].misread)]),
        (any, account, 0, vec![Cause::Secret(letters[any].misread)]),
        (
            hex,
            time(Algorithm::Sha256, 6, 60),
            -9,
            vec![Cause::Secret(Misread::HexText), Cause::Algorithm(Algorithm::Sha256), Cause::Period(60), Cause::Clock(-540)],
        ),
    ] {
        let key = letters[key].secret.duplicate();
        let case = Case { account, phone, key, off, causes };
        let (before, code) = shown(&case);
        let question = Question { params: account, secret: &own, code: &code, before: Some(&before), now: NOW, others: &[] };
        assert_eq!(diagnose(&question, Space::Common).findings, [], "{:?}", case.causes);
        assert_eq!(diagnose(&question, Space::Wide).findings[0].causes, case.causes);
    }
}

#[test]
fn another_accounts_code_is_known() {
    let own = secret(1, 20);
    let others: Vec<(OtpParams, Secret)> = (0..150)
        .map(|n| (if n % 3 == 0 { time(Algorithm::Sha256, 6, 60) } else { time(Algorithm::Sha1, 6, 30) }, secret(40 + n, 20)))
        .collect();
    let asked: Vec<(OtpParams, &Secret)> = others.iter().map(|(params, secret)| (*params, secret)).collect();
    for (place, (params, key)) in others.iter().enumerate().step_by(7) {
        let step = params.step_at(NOW);
        let code = |step| Typed::parse(code_at(params, key, step).as_str()).unwrap();
        let (before, last) = (code(step.offset(-1).unwrap()), code(step));
        let params = time(Algorithm::Sha1, 6, 30);
        let question = Question { params, secret: &own, code: &last, before: Some(&before), now: NOW, others: &asked };
        assert_eq!(diagnose(&question, Space::Common).findings[0].causes, [Cause::Account(place)], "{place}");
    }
}

#[test]
fn a_zero_that_was_left_out_is_known() {
    let (params, own) = (time(Algorithm::Sha1, 6, 30), secret(1, 20));
    // The next moment at which the code begins with one zero.
    let one_zero = |step: &Step| {
        let code = code_at(&params, &own, *step);
        code.as_str().starts_with('0') && !code.as_str().starts_with("00")
    };
    let step = (0..).map(|n| params.step_at(NOW).offset(n).unwrap()).find(one_zero);
    let code = code_at(&params, &own, step.unwrap());
    let typed = Typed::parse(code.as_str().trim_start_matches('0')).unwrap();
    let now = Period::DEFAULT.start_of(step.unwrap());
    let question = Question { params, secret: &own, code: &typed, before: None, now, others: &[] };
    assert_eq!(diagnose(&question, Space::Common).findings[0].causes, [Cause::ZeroLost]);
}

/// Codes from a generator of our own: the same in every run.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

fn ask<'a>(params: OtpParams, secret: &'a Secret, code: &'a Typed) -> Question<'a> {
    Question { params, secret, code, before: None, now: NOW, others: &[] }
}

#[test]
fn random_codes_are_hit_as_often_as_is_said() {
    let own = secret(1, 20);
    let mut state = 7;
    for params in [time(Algorithm::Sha256, 6, 60), counter(Algorithm::Sha1, 6, 2_000)] {
        let nobody = Typed::parse("000000").unwrap();
        // Every code that the search comes across, and when.
        let mut search = Search::new(&ask(params, &own, &nobody), Space::Common);
        let (mut codes, mut tried) = (HashSet::new(), 0);
        let mut early = (HashSet::new(), 0.0);
        while let Some((_, mac, ranges)) = search.next_group() {
            for step in ranges.into_iter().flatten() {
                codes.insert(mac.number(step) % 1_000_000);
                tried += 1;
            }
            if early.1 == 0.0 && tried > 1_000 {
                early = (codes.clone(), search.out.chance);
            }
        }
        let whole = (codes, search.out.chance);
        assert_eq!(search.out.tried, tried);
        const ASKED: usize = 20_000;
        let asked: Vec<u32> = (0..ASKED).map(|_| (random(&mut state) % 1_000_000) as u32).collect();
        for (codes, chance) in [&early, &whole] {
            let hits = asked.iter().filter(|code| codes.contains(code)).count() as f64;
            let expected = chance * ASKED as f64;
            // Four times the spread of a fair count.
            let spread = 4.0 * (expected * (1.0 - chance)).sqrt();
            assert!((hits - expected).abs() < spread, "{hits} hits instead of {expected} ± {spread}");
        }
        // And the search says so of each: "nothing", or something with its chance.
        for number in asked.iter().take(60).chain(whole.0.iter().take(20)) {
            let typed = Typed::parse(&format!("{number:06}")).unwrap();
            let found = diagnose(&ask(params, &own, &typed), Space::Common);
            assert_eq!(found.findings.is_empty(), !whole.0.contains(number), "{number:06}");
            assert!(found.findings.iter().all(|finding| finding.chance > 0.0 && finding.chance <= whole.1), "{found:?}");
            assert!(found.findings.is_sorted_by(|one, next| one.chance <= next.chance), "{found:?}");
        }
    }
}

#[test]
fn of_a_code_that_counts_nothing_else_is_said() {
    let others = [(time(Algorithm::Sha1, 6, 30), &secret(200, 20))];
    let mut state = 11;
    let all = accounts().into_iter().chain([steam(), counter(Algorithm::Sha1, 6, 41), counter(Algorithm::Sha512, 8, 0)]);
    for params in all {
        for _ in 0..12 {
            let own = secret(random(&mut state) as u8, 10 + (random(&mut state) % 40) as usize);
            let now = UnixTime::from_secs(random(&mut state));
            let drift = if params.period().is_some() { random(&mut state) as i64 % 3 - 1 } else { random(&mut state) as i64 % 2 };
            let Some(step) = params.step_at(now).offset(drift) else { continue };
            let text = code_at(&params, &own, step);
            let code = Code::parse(text.as_str(), &params).unwrap();
            assert!(matches!(verify(&params, &own, &code, now, Policy::default(), None), Verdict::Accepted(_)));
            let typed = Typed::parse(text.as_str()).unwrap();
            let question = Question { params, secret: &own, code: &typed, before: None, now, others: &others };
            let found = diagnose(&question, Space::Common);
            let [only] = found.findings.as_slice() else { panic!("{params:?} {drift}: {found:?}") };
            assert_eq!((only.causes.as_slice(), only.step), (&[][..], step), "{params:?} {drift}");
        }
    }
}

#[test]
fn pieces_come_to_the_same_as_the_whole() {
    let (params, own) = (time(Algorithm::Sha256, 6, 60), secret(1, 20));
    let typed = Typed::parse("123456").unwrap();
    let question = Question { params, secret: &own, code: &typed, before: None, now: NOW, others: &[] };
    let mut search = Search::new(&question, Space::Common);
    let (mut pieces, mut progress) = (0, 0.0);
    while !search.go_on(700) {
        pieces += 1;
        assert!(search.progress() >= progress);
        progress = search.progress();
    }
    assert!(pieces > 5, "{pieces}");
    assert_eq!(search.into_diagnosis(), diagnose(&question, Space::Common));
}

#[test]
fn the_ends_of_time_and_every_length_are_searched_without_a_fault() {
    for secs in [0, 59, u64::from(u32::MAX), u64::MAX] {
        for (length, period) in [(1, 1), (128, 86_400), (20, 899)] {
            let typed = Typed::parse("12345678").unwrap();
            let (params, own) = (time(Algorithm::Sha1, 8, period), secret(3, length));
            let now = UnixTime::from_secs(secs);
            let question = Question { params, secret: &own, code: &typed, before: Some(&typed), now, others: &[] };
            assert!(diagnose(&question, Space::Common).tried > 0);
        }
    }
}

#[test]
fn what_looks_like_a_code() {
    for (text, fits) in [
        ("123456", true),
        ("123 456", true),
        ("12345", true),
        ("1234567890", true),
        ("2B3C4", true),
        ("2b3c4", true),
        ("1234", false),
        ("12345678901", false),
        ("12345a", false),
        ("AEIOU", false),
        ("", false),
        ("１２３４５６", false),
    ] {
        assert_eq!(Typed::parse(text).is_some(), fits, "{text}");
    }
    let shown = format!("{:?}", Typed::parse("123456").unwrap());
    assert!(!shown.contains("123"), "{shown}");
    assert_eq!(code::truncate(&[]), 0);
}
