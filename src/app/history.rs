//! The history of the login test: which lines are shown in which order, as a table for other programs, and what it tells of phones.

use crate::domain::AccountId;

use super::ports::{Attempt, DriftPoint};

/// How many lines are fetched at once.
pub const CHUNK: usize = 200;
/// How many accepted codes in a row must lie on one side before a phone is said to drift.
pub const STEADY: usize = 5;
/// How many points a plot of drift has at most.
pub const POINTS: usize = 200;

/// Which lines are shown, and in which order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Every word of it stands in the user, the account or the reason; in any case.
    pub text: String,
    /// Lines of this user alone.
    pub user: Option<String>,
    /// Lines of this kind alone.
    pub kind: Option<Kind>,
    /// What they are ordered by.
    pub order: Order,
    /// In the other direction: the oldest first, or Z before A.
    pub backwards: bool,
}

/// What a line tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A login that counted.
    Accepted,
    /// One that did not.
    Refused,
    /// Something the owner did.
    Owner,
}

/// What lines are ordered by; among equals the newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Order {
    /// The order of writing, the newest first: the clock may have been set meanwhile.
    #[default]
    Time,
    /// The user's name.
    User,
    /// The account's title.
    Account,
    /// Accepted, refused, the owner.
    Verdict,
    /// The reason in words.
    Reason,
    /// The drift in seconds, the latest code first.
    Drift,
}

/// Which lines a filter lets through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Index {
    /// Their numbers, in order.
    pub numbers: Vec<i64>,
    /// How many lines there are in all.
    pub total: usize,
    /// Phones whose last accepted codes all lay on one side, with the one that was off least, in seconds.
    pub drifting: Vec<(AccountId, i64)>,
}

/// One line as far as it decides about order and filter, borrowed from wherever it is kept.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Its number; a higher one was written later.
    pub number: i64,
    /// The user's name.
    pub user: &'a str,
    /// The account's title.
    pub account: &'a str,
    /// Whether it was accepted.
    pub accepted: bool,
    /// The reason's key.
    pub reason: &'a str,
    /// The drift in seconds.
    pub drift: Option<i64>,
}

impl Kind {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Accepted, Self::Refused, Self::Owner];

    /// What a line with this outcome and reason tells of.
    #[must_use]
    pub fn of(accepted: bool, reason: &str) -> Self {
        match reason {
            "counters-reset" | "used-forgotten" | "drift-stored" | "recovery-made" => Self::Owner,
            _ if accepted => Self::Accepted,
            _ => Self::Refused,
        }
    }

    /// In a word.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Accepted => "Accepted",
            Self::Refused => "Refused",
            Self::Owner => "Owner",
        }
    }
}

/// Gathers lines as they are read, oldest first.
pub struct Gather<'f> {
    filter: &'f Filter,
    words: Vec<String>,
    total: usize,
    found: Vec<(SortKey, i64)>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum SortKey {
    None,
    Text(String),
    Number(i64),
}

impl<'f> Gather<'f> {
    /// Nothing is gathered yet.
    #[must_use]
    pub fn new(filter: &'f Filter) -> Self {
        let words = filter.text.split_whitespace().map(str::to_lowercase).collect();
        Self { filter, words, total: 0, found: Vec::new() }
    }

    /// Takes in one line.
    pub fn add(&mut self, line: &Seen<'_>) {
        self.total += 1;
        if self.takes(line) {
            self.found.push((self.key(line), line.number));
        }
    }

    fn takes(&self, line: &Seen<'_>) -> bool {
        if self.filter.user.as_ref().is_some_and(|user| user != line.user) {
            return false;
        }
        if self.filter.kind.is_some_and(|kind| kind != Kind::of(line.accepted, line.reason)) {
            return false;
        }
        let said = super::notice::reason_word(line.reason);
        self.words.iter().all(|word| [line.user, line.account, said].into_iter().any(|text| contains(text, word)))
    }

    fn key(&self, line: &Seen<'_>) -> SortKey {
        match self.filter.order {
            Order::Time => SortKey::None,
            Order::User => SortKey::Text(line.user.to_lowercase()),
            Order::Account => SortKey::Text(line.account.to_lowercase()),
            Order::Verdict => SortKey::Number(Kind::of(line.accepted, line.reason) as i64),
            Order::Reason => SortKey::Text(super::notice::reason_word(line.reason).to_lowercase()),
            Order::Drift => line.drift.map_or(SortKey::None, SortKey::Number),
        }
    }

    /// What came of it.
    #[must_use]
    pub fn finish(mut self, drifting: Vec<(AccountId, i64)>) -> Index {
        match (self.filter.order, self.filter.backwards) {
            (Order::Time, false) => self.found.reverse(),
            (Order::Time, true) => {}
            (_, backwards) => self.found.sort_by(|(a, older), (b, newer)| {
                // Lines without what is ordered by come last, in either direction.
                let nothing = |key: &SortKey| *key == SortKey::None;
                let order = if backwards { b.cmp(a) } else { a.cmp(b) };
                nothing(a).cmp(&nothing(b)).then(order).then(newer.cmp(older))
            }),
        }
        Index { numbers: self.found.into_iter().map(|(_, number)| number).collect(), total: self.total, drifting }
    }
}

/// Whether `lower`, in lower case, stands in `text` in any case. Plain letters are compared where they stand.
fn contains(text: &str, lower: &str) -> bool {
    if !text.is_ascii() {
        return text.to_lowercase().contains(lower);
    }
    let (text, lower) = (text.as_bytes(), lower.as_bytes());
    lower.is_empty() || text.windows(lower.len()).any(|part| part.eq_ignore_ascii_case(lower))
}

/// By how many seconds a phone drifts: the smallest of its last `STEADY` accepted codes' drifts, if all lie on one side.
/// `newest_first` has their drifts.
#[must_use]
pub fn drifting(newest_first: impl Iterator<Item = i64>) -> Option<i64> {
    let last: Vec<i64> = newest_first.take(STEADY).collect();
    let late = last.iter().all(|seconds| *seconds < 0);
    let early = last.iter().all(|seconds| *seconds > 0);
    if last.len() == STEADY && (late || early) { last.into_iter().min_by_key(|seconds| seconds.unsigned_abs()) } else { None }
}

/// The same, of points in the order of time.
#[must_use]
pub fn drifting_points(points: &[DriftPoint]) -> Option<i64> {
    drifting(points.iter().rev().filter(|point| point.accepted).map(|point| point.seconds))
}

/// The lines as CSV (RFC 4180): a header, then a line each, times in UTC. A cell that a spreadsheet would take for a formula
/// begins with an apostrophe.
#[must_use]
pub fn csv<'a>(lines: impl Iterator<Item = &'a Attempt>) -> String {
    let mut out = String::from("time_utc,user,account,verdict,reason,drift_steps,drift_seconds\r\n");
    for line in lines {
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        let verdict = Kind::of(line.accepted, &line.reason).title().to_lowercase();
        let cells = [
            cell(&utc(line.at)),
            cell(&line.user),
            cell(&line.account),
            verdict,
            cell(&line.reason),
            // A number is no formula, and stays one to calculate with.
            number(line.drift),
            number(line.drift_seconds),
        ];
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

/// "2005-03-18T01:58:29Z"; beyond the year 9999 the seconds since the epoch.
fn utc(at: crate::domain::UnixTime) -> String {
    let timestamp = i64::try_from(at.secs()).ok().and_then(|secs| jiff::Timestamp::from_second(secs).ok());
    timestamp.map_or_else(|| at.secs().to_string(), |timestamp| timestamp.to_string())
}

fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let safe = if formula { format!("'{text}") } else { text.to_owned() };
    if safe.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

#[cfg(test)]
mod tests;
