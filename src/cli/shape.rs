//! The JSON that all commands share. Fields are added, never renamed; `schema` moves only when a reader could be misled.

use serde::Serialize;

use crate::app::notice::Notice;
use crate::domain::{Account, OtpKind};

use super::exit::Candidate;

/// The version of all shapes.
pub const SCHEMA: u32 = 1;

/// An account without its secret.
#[derive(Debug, Serialize)]
pub struct AccountShape {
    id: String,
    issuer: String,
    account: String,
    r#type: &'static str,
    algorithm: &'static str,
    digits: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counter: Option<u64>,
    tags: Vec<String>,
    pinned: bool,
}

impl From<&Account> for AccountShape {
    fn from(account: &Account) -> Self {
        let params = &account.params;
        let counter = if let OtpKind::Hotp { counter } = params.kind() { Some(counter) } else { None };
        Self {
            id: account.id.to_string(),
            issuer: account.issuer.clone(),
            account: account.name.clone(),
            r#type: kind(params.kind()),
            algorithm: params.algorithm().name(),
            digits: params.digits().get(),
            period: params.period().map(|period| period.secs()),
            counter,
            tags: account.tags.clone(),
            pinned: account.pinned,
        }
    }
}

/// `totp`, `hotp` or `steam`.
pub const fn kind(kind: OtpKind) -> &'static str {
    match kind {
        OtpKind::Totp { .. } => "totp",
        OtpKind::Hotp { .. } => "hotp",
        OtpKind::Steam { .. } => "steam",
    }
}

/// What a command did to an account.
#[derive(Debug, Serialize)]
pub struct ChangedShape<'a> {
    schema: u32,
    done: &'static str,
    #[serde(flatten)]
    account: AccountShape,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<&'a str>,
}

impl<'a> ChangedShape<'a> {
    /// `done` is `added`, `edited`, `trashed`, `purged` or `restored`; `uri` only where the person asked for the secret.
    pub fn new(done: &'static str, account: &Account, uri: Option<&'a str>) -> Self {
        Self { schema: SCHEMA, done, account: account.into(), uri }
    }
}

/// A failure.
#[derive(Debug, Serialize)]
pub struct ErrorShape<'a> {
    schema: u32,
    error: ErrorWords<'a>,
}

#[derive(Debug, Serialize)]
struct ErrorWords<'a> {
    kind: &'static str,
    message: &'a str,
    advice: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    matches: &'a [Candidate],
}

impl<'a> ErrorShape<'a> {
    /// The shape of a failure of `kind`.
    pub fn new(kind: &'static str, notice: &'a Notice, matches: &'a [Candidate]) -> Self {
        let Notice { text: message, advice } = notice;
        Self { schema: SCHEMA, error: ErrorWords { kind, message, advice, matches } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_to_the_letter() {
        let notice = Notice::new("Several accounts match", "Say more");
        let one = Candidate { id: "00".into(), issuer: "A".into(), account: "b".into() };
        let text = serde_json::to_string(&ErrorShape::new("several-matches", &notice, &[one])).unwrap();
        assert_eq!(
            text,
            r#"{"schema":1,"error":{"kind":"several-matches","message":"Several accounts match","advice":"Say more","matches":[{"id":"00","issuer":"A","account":"b"}]}}"#
        );
        let text = serde_json::to_string(&ErrorShape::new("usage", &Notice::plain("No"), &[])).unwrap();
        assert_eq!(text, r#"{"schema":1,"error":{"kind":"usage","message":"No","advice":""}}"#);
    }
}
