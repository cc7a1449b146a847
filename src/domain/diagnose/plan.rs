//! Which mistakes are looked for, in groups, the most ordinary first.

use std::ops::RangeInclusive;

use super::readings::readings;
use super::typed::{Form, Target, cause, form};
use super::{
    Algorithm, COUNTERS, Cause, FARTHEST, Finding, Key, OtpKind, OtpParams, PERIODS, Period, Question, Space, Step, UnixTime,
    priors,
};

/// Half an hour, in seconds: what time zones differ by.
const HALF_HOUR: u64 = 1_800;
/// More other accounts than this are tried at the current time only.
const MANY: usize = 200;
/// Every one of these takes some thousand codes in the wide space.
const FEW_ACCOUNTS: usize = 100;

/// Candidates that differ by their counter only, and all mean the same.
pub struct Group {
    pub key: usize,
    /// The first key with the same bytes.
    pub same_as: usize,
    pub algorithm: Algorithm,
    pub target: usize,
    pub ranges: Vec<RangeInclusive<u64>>,
    /// How ordinary each of them is.
    each: f64,
    counting: Counting,
    fixed: Vec<Cause>,
    steam: bool,
}

/// What moves a code on, and where it stands now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counting {
    Time {
        period: Period,
        now: u64,
    },
    Counter {
        now: u64,
    },
    /// A counter of which nothing is known.
    Unknown,
}

/// How far around now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Near,
    Few,
    Far,
    Zones,
    Anywhere,
}

/// What a key is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Own,
    Reading,
    Letter,
    Other,
}

/// A key with its place in the table, and the account that it belongs to.
struct Candidate {
    kind: Kind,
    prior: f64,
    same_as: usize,
    params: OtpParams,
}

impl Group {
    pub fn len(&self) -> u64 {
        self.ranges.iter().map(|range| range.end() - range.start() + 1).sum()
    }

    /// What it means that the code is that of `step`.
    pub fn causes(&self, step: u64) -> Vec<Cause> {
        let mut causes = self.fixed.clone();
        let off = |now: u64| Step(step).distance_from(Step(now));
        match self.counting {
            Counting::Time { now, .. } if (-1..=1).contains(&off(now)) => {}
            Counting::Time { period, now } => causes.push(clock(off(now), period)),
            Counting::Counter { now } if (0..=1).contains(&off(now)) => {}
            Counting::Counter { now } => causes.push(Cause::Counter(off(now))),
            Counting::Unknown => causes.push(Cause::CounterForTime(step)),
        }
        causes
    }

    pub fn finding(&self, step: u64, causes: Vec<Cause>, digits: u8, chance: f64) -> Finding {
        let (kind, offset) = match self.counting {
            Counting::Time { period, now } => {
                let offset = Step(step).distance_from(Step(now)).saturating_mul(i64::from(period.secs()));
                (if self.steam { OtpKind::Steam { period } } else { OtpKind::Totp { period } }, Some(offset))
            }
            Counting::Counter { .. } | Counting::Unknown => (OtpKind::Hotp { counter: step }, None),
        };
        Finding { causes, algorithm: self.algorithm, digits, kind, step: Step(step), offset, chance }
    }
}

/// A clock that is so many steps off. Whole and half hours are a time zone's, give or take a step: a code is seldom typed at once.
fn clock(steps: i64, period: Period) -> Cause {
    let (seconds, half) = (steps.saturating_mul(i64::from(period.secs())), HALF_HOUR as i64);
    let nearest = seconds.saturating_add(seconds.signum() * half / 2) / half * half;
    if tells_zones(period) && nearest != 0 && (seconds - nearest).abs() <= i64::from(period.secs()) {
        Cause::TimeZone(nearest)
    } else {
        Cause::Clock(seconds)
    }
}

/// Whether half hours can be told apart from any other time: a period of a quarter of an hour cannot.
fn tells_zones(period: Period) -> bool {
    u64::from(period.secs()) < HALF_HOUR / 4
}

/// All keys, and all groups in the order in which they are tried.
pub fn plan(question: &Question<'_>, targets: &[Target], space: Space) -> (Vec<Key>, Vec<Group>) {
    let (keys, candidates) = keys(question, space);
    let mut groups = Vec::new();
    for (key, candidate) in candidates.iter().enumerate() {
        let own = candidate.params;
        for (algorithm, hash) in algorithms(&own, candidate.kind) {
            for (counting, clock) in countings(question, &own, candidate.kind) {
                for reach in [Reach::Near, Reach::Few, Reach::Far, Reach::Zones, Reach::Anywhere] {
                    let changed = (hash.is_some(), clock.is_some());
                    if !wanted(space, candidate.kind, changed, reach, counting, question.others.len()) {
                        continue;
                    }
                    let ranges = ranges(question.now, counting, reach);
                    let settings = settings(algorithm, hash, counting, clock);
                    for (target, written) in targets.iter().enumerate() {
                        let Some((prior, how)) = written_as(form(&own), written.form, candidate.kind) else { continue };
                        let mass = candidate.prior * settings * prior * around(counting, reach);
                        let fixed = [
                            hash.map(|_| Cause::Algorithm(algorithm)),
                            how,
                            clock.and_then(|_| other_clock(counting, own.period().is_none())),
                        ];
                        let mut group = Group {
                            key,
                            same_as: candidate.same_as,
                            algorithm,
                            target,
                            ranges: ranges.clone(),
                            each: 0.0,
                            counting,
                            fixed: fixed.into_iter().flatten().collect(),
                            steam: written.form == Form::Steam,
                        };
                        // Nothing wrong at all stands before everything.
                        let as_it_should = (hash, clock) == (None, None) && how.is_none();
                        let right = candidate.kind == Kind::Own && reach == Reach::Near && as_it_should;
                        group.each = if right { f64::INFINITY } else { mass / group.len().max(1) as f64 };
                        groups.push(group);
                    }
                }
            }
        }
    }
    groups.sort_by(|one, other| other.each.total_cmp(&one.each));
    (keys, groups)
}

fn keys(question: &Question<'_>, space: Space) -> (Vec<Key>, Vec<Candidate>) {
    let own = Candidate { kind: Kind::Own, prior: 1.0, same_as: 0, params: question.params };
    // The search owns its keys, so that it can go on elsewhere.
    let mut keys = vec![Key { secret: question.secret.duplicate(), cause: None }];
    let mut candidates = vec![own];
    for reading in readings(question.secret, space == Space::Wide) {
        let kind = if reading.letter { Kind::Letter } else { Kind::Reading };
        candidates.push(Candidate { kind, prior: reading.prior, same_as: keys.len(), params: question.params });
        keys.push(Key { secret: reading.secret, cause: Some(Cause::Secret(reading.misread)) });
    }
    let share = priors::OTHER_ACCOUNT / question.others.len().max(1) as f64;
    for (place, (params, secret)) in question.others.iter().enumerate() {
        let same_as = if question.secret.same_as(secret) { 0 } else { keys.len() };
        candidates.push(Candidate { kind: Kind::Other, prior: share, same_as, params: *params });
        keys.push(Key { secret: secret.duplicate(), cause: Some(Cause::Account(place)) });
    }
    (keys, candidates)
}

/// The hashes to try, each with how ordinary it is in place of the account's.
fn algorithms(own: &OtpParams, kind: Kind) -> Vec<(Algorithm, Option<f64>)> {
    let others = Algorithm::ALL.into_iter().filter(|algorithm| *algorithm != own.algorithm() && kind != Kind::Other);
    let prior = |algorithm| if algorithm == Algorithm::Sha1 { priors::SHA1 } else { priors::OTHER_SETTING };
    std::iter::once((own.algorithm(), None)).chain(others.map(|algorithm| (algorithm, Some(prior(algorithm))))).collect()
}

/// What may move the code on, each with how ordinary it is in place of the account's.
fn countings(question: &Question<'_>, own: &OtpParams, kind: Kind) -> Vec<(Counting, Option<f64>)> {
    let time = |period: Period| Counting::Time { period, now: period.step_at(question.now).0 };
    let periods = || PERIODS.into_iter().filter_map(Period::new);
    let other_period = |period: Period| if period == Period::DEFAULT { priors::PERIOD_30 } else { priors::OTHER_SETTING };
    let mut list = Vec::new();
    match own.kind() {
        OtpKind::Totp { period } | OtpKind::Steam { period } => {
            list.push((time(period), None));
            if kind != Kind::Other {
                list.extend(periods().filter(|other| *other != period).map(|other| (time(other), Some(other_period(other)))));
                list.push((Counting::Unknown, Some(priors::COUNTER_FOR_TIME)));
            }
        }
        OtpKind::Hotp { counter } => {
            // The code that is asked for is the second one.
            let now = counter.saturating_add(u64::from(question.before.is_some()));
            list.push((Counting::Counter { now }, None));
            if kind != Kind::Other {
                let as_time =
                    |period| priors::TIME_FOR_COUNTER * if period == Period::DEFAULT { 1.0 } else { priors::OTHER_SETTING };
                list.extend(periods().map(|period| (time(period), Some(as_time(period)))));
            }
        }
    }
    list
}

/// Whether the pair, or the three, go together.
fn wanted(space: Space, kind: Kind, (hash, clock): (bool, bool), reach: Reach, counting: Counting, others: usize) -> bool {
    let slow = !matches!(counting, Counting::Time { period, .. } if period.secs() < 15);
    let close = matches!(reach, Reach::Near | Reach::Few);
    match (space, kind, u8::from(hash) + u8::from(clock)) {
        (_, Kind::Other, _) if others > MANY => reach == Reach::Near,
        (Space::Common, Kind::Own, 0) => slow || reach != Reach::Anywhere,
        // A counter of which nothing is known is looked for as far as ever.
        (Space::Common, Kind::Own, 1) if counting == Counting::Unknown => true,
        (Space::Common, Kind::Own, 1) | (Space::Common, Kind::Reading, 0) => close || reach == Reach::Zones,
        (Space::Common, Kind::Letter | Kind::Other, 0) | (Space::Common, Kind::Own, 2) => close,
        (Space::Common, Kind::Reading, 1) => reach == Reach::Near,
        (Space::Common, ..) => false,
        (Space::Wide, Kind::Other, _) => slow && (reach != Reach::Anywhere || others <= FEW_ACCOUNTS),
        (Space::Wide, Kind::Letter, 0) => close || reach == Reach::Zones,
        (Space::Wide, Kind::Letter, 1) => close && counting != Counting::Unknown,
        (Space::Wide, Kind::Letter, _) => false,
        (Space::Wide, ..) => slow || reach != Reach::Anywhere,
    }
}

/// The counters within `reach`.
fn ranges(now: UnixTime, counting: Counting, reach: Reach) -> Vec<RangeInclusive<u64>> {
    let around = |now: u64, behind: u64, ahead: u64| vec![now.saturating_sub(behind)..=now.saturating_add(ahead)];
    match (counting, reach) {
        (Counting::Time { now, .. }, Reach::Near) => around(now, 1, 1),
        (Counting::Time { now, .. }, Reach::Few) => around(now, 10, 10),
        (Counting::Time { now, .. }, Reach::Far) => around(now, 60, 60),
        (Counting::Time { period, .. }, Reach::Zones) if tells_zones(period) => {
            let zone = |seconds: u64| period.step_at(UnixTime::from_secs(seconds)).0;
            let (before, after) = (
                (1..=FARTHEST / HALF_HOUR).filter_map(|halves| now.secs().checked_sub(halves * HALF_HOUR)),
                (1..=FARTHEST / HALF_HOUR).filter_map(|halves| now.secs().checked_add(halves * HALF_HOUR)),
            );
            before.chain(after).map(|seconds| zone(seconds).saturating_sub(1)..=zone(seconds).saturating_add(1)).collect()
        }
        (Counting::Time { period, now }, Reach::Anywhere) => {
            let steps = FARTHEST / u64::from(period.secs());
            around(now, steps, steps)
        }
        (Counting::Counter { now }, Reach::Near) => around(now, 0, 1),
        (Counting::Counter { now }, Reach::Few) => around(now, 10, 20),
        (Counting::Counter { now }, Reach::Far) => around(now, 60, 100),
        (Counting::Counter { now }, Reach::Anywhere) => around(now, COUNTERS, COUNTERS),
        (Counting::Unknown, Reach::Near) => around(0, 0, 9),
        (Counting::Unknown, Reach::Far) => around(0, 0, 99),
        (Counting::Unknown, Reach::Anywhere) => around(0, 0, COUNTERS),
        (_, Reach::Zones) | (Counting::Unknown, Reach::Few) => Vec::new(),
    }
}

/// How ordinary hash and counting are together.
fn settings(algorithm: Algorithm, hash: Option<f64>, counting: Counting, clock: Option<f64>) -> f64 {
    let default = matches!(counting, Counting::Time { period, .. } if period == Period::DEFAULT);
    match (hash, clock) {
        (Some(_), Some(clock)) if algorithm == Algorithm::Sha1 && default && clock == priors::PERIOD_30 => priors::SHA1_AND_30,
        (hash, clock) => hash.unwrap_or(1.0) * clock.unwrap_or(1.0),
    }
}

/// How ordinary it is that the clock or the counter is so far off.
fn around(counting: Counting, reach: Reach) -> f64 {
    match reach {
        Reach::Near => 1.0,
        Reach::Few => priors::FEW,
        Reach::Far => priors::FAR,
        Reach::Zones => priors::ZONES,
        Reach::Anywhere if counting == Counting::Unknown => priors::FAR,
        Reach::Anywhere => priors::ANYWHERE,
    }
}

/// Whether a code of this form is looked for, how ordinary the form is, and what it means. Another account's code has its own form.
fn written_as(own: Form, other: Form, kind: Kind) -> Option<(f64, Option<Cause>)> {
    let how = cause(own, other);
    match how {
        None => Some((1.0, None)),
        Some(_) if kind == Kind::Other => None,
        Some(Cause::Digits(6)) => Some((priors::DIGITS_6, how)),
        Some(Cause::Digits(5 | 9 | 10)) => Some((priors::ODD_DIGITS, how)),
        Some(Cause::ZeroLost) => Some((priors::ZERO_LOST, how)),
        Some(_) => Some((priors::OTHER_FORM, how)),
    }
}

/// What a counting means that is not the account's.
fn other_clock(counting: Counting, counter: bool) -> Option<Cause> {
    match counting {
        Counting::Time { period, .. } if counter => Some(Cause::TimeForCounter(period.secs())),
        Counting::Time { period, .. } => Some(Cause::Period(period.secs())),
        // Which counter it is, its step says.
        Counting::Counter { .. } | Counting::Unknown => None,
    }
}
