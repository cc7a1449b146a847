//! `diagnose`: what would a code be right for?

use std::ffi::OsString;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::app::diagnosis::key;
use crate::app::notice::{self, Notice, Reader};
use crate::domain::account::title;
use crate::domain::diagnose::{Cause, Diagnosis, Finding, Question, Space, Typed, diagnose};
use crate::domain::{Algorithm, OtpKind, OtpParams, Secret, UnixTime};

use super::Common;
use super::exit::{DONE, End, Failure, REFUSED};
use super::input;
use super::progress::Progress;
use super::session::{Among, Session};
use super::shape::{SCHEMA, kind};
use super::when;

const LONG: &str = "\
Find out what a wrong code would be right for: another hash, other digits, another period, a clock that is off, a wrong time zone, \
a counter, a secret that was read in another way, another account, and pairs of them that go together.

The most ordinary mistake comes first. With one code each finding says how likely it is chance; CODE2, the code that the phone \
shows directly after CODE, makes it certain. Then --at is the moment of CODE2, and everything is searched.

With --uri - there is no vault, and no other account is looked at. Nothing is kept, no try is counted.";

const AFTER: &str = "\
JSON:
  {\"schema\":1,\"findings\":[{\"cause\",\"algorithm\",\"digits\",\"period\",\"offset_seconds\",\"account\",
    \"chance\",\"causes\",\"type\",\"counter\",\"says\"}],\"tried\",\"certain\"}
  `cause` is right, clock, time-zone, algorithm, digits, zero-lost, period, steam, not-steam, counter, counter-for-time, \
time-for-counter, other-account, or one of secret-as-text, secret-line-end, secret-hex, secret-base64, secret-base32-twice, \
secret-cut, secret-repeated, secret-mistyped; `causes` holds all of them where there are two or three. `period` and \
`offset_seconds` (negative: late) are null for a counter, `counter` is null for time. `chance`, 0 to 1, is how often a random \
code matches something as ordinary. `tried` counts the candidates; `certain` says that two codes were given.

Exit codes: 0 something found, 1 nothing found (or no account or several), 2 wrong usage, 3 bad address or no code, 4 the vault \
cannot be reached.

Examples:
  halfminute diagnose github 123456
  halfminute diagnose github 123456 654321
  halfminute diagnose --uri - 123456 --further < address.txt
  halfminute diagnose github 123456 --json | jq -r '.findings[0].cause'";

/// Find out why a code is wrong
#[derive(Debug, clap::Args)]
#[command(long_about = LONG, after_long_help = AFTER)]
#[command(
    override_usage = "halfminute diagnose [OPTIONS] QUERY CODE [CODE2]\n       halfminute diagnose [OPTIONS] --uri - CODE [CODE2]"
)]
pub struct Diagnose {
    /// Which account; not with --uri
    #[arg(value_name = "QUERY", required_unless_present = "uri")]
    first: Option<String>,
    /// The code that is wrong; spaces and dashes do not matter
    #[arg(value_name = "CODE", required_unless_present = "uri")]
    second: Option<String>,
    /// The code that the phone shows directly after CODE
    #[arg(value_name = "CODE2")]
    third: Option<String>,
    /// Take the account from an address on standard input: `--uri -`; no vault is needed
    #[arg(long, value_name = "-")]
    uri: Option<OsString>,
    /// Search everything, not the ordinary mistakes alone; takes some seconds
    #[arg(long)]
    further: bool,
    /// When the last code was shown: seconds since 1970, or a time as in 2005-03-18T01:58:29Z
    #[arg(long, value_name = "TIME", value_parser = when::parse, allow_negative_numbers = true)]
    at: Option<UnixTime>,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Serialize)]
struct Shape<'a> {
    schema: u32,
    findings: Vec<FindingShape<'a>>,
    tried: u64,
    certain: bool,
}

#[derive(Serialize)]
struct FindingShape<'a> {
    cause: &'static str,
    algorithm: &'static str,
    digits: u8,
    period: Option<u32>,
    offset_seconds: Option<i64>,
    account: &'a str,
    chance: f64,
    causes: Vec<&'static str>,
    r#type: &'static str,
    counter: Option<u64>,
    says: String,
}

/// The account that is asked about, and the others.
struct Asked<'a> {
    title: &'a str,
    params: OtpParams,
    secret: &'a Secret,
    others: &'a [(OtpParams, &'a Secret)],
    titles: &'a [String],
}

impl Diagnose {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<u8, End> {
        let now = self.at.unwrap_or_else(|| session.world.now());
        if input::only_dash(self.uri.as_deref())? {
            if self.third.is_some() {
                return Err(Failure::usage("With --uri the account is the address", "Leave out QUERY").into());
            }
            if self.first.is_none() {
                return Err(Failure::usage("There is no code to look at", "Give it after the options").into());
            }
            let codes = codes(self.first.as_deref(), self.second.as_deref())?;
            let text = session.read_secret("Address (not shown): ")?;
            let entry = input::address(session, &text)?;
            let title = title(&entry.issuer, &entry.name);
            let asked = Asked { title: &title, params: entry.params, secret: &entry.secret, others: &[], titles: &[] };
            return self.tell(session, &asked, &codes, now);
        }
        let codes = codes(self.second.as_deref(), self.third.as_deref())?;
        let open = session.open(false)?;
        let record = open.find(self.first.as_deref().unwrap_or(""), Among::Active)?;
        let others = || open.document.accounts.iter().filter(|other| other.trashed.is_none() && !std::ptr::eq(*other, record));
        let titles: Vec<String> = others().map(|other| other.account.title()).collect();
        let others: Vec<_> = others().map(|other| (other.account.params, &other.secret)).collect();
        let title = record.account.title();
        let asked =
            Asked { title: &title, params: record.account.params, secret: &record.secret, others: &others, titles: &titles };
        self.tell(session, &asked, &codes, now)
    }

    fn tell(
        &self,
        session: &mut Session<'_>,
        asked: &Asked<'_>,
        (code, before): &(Typed, Option<Typed>),
        now: UnixTime,
    ) -> Result<u8, End> {
        let Asked { params, secret, others, .. } = *asked;
        let question = Question { params, secret, code, before: before.as_ref(), now, others };
        let mut space = if self.further { Space::Wide } else { Space::Common };
        let mut found = search(session, &question, space);
        if found.findings.is_empty() && found.certain && space == Space::Common {
            // Two codes are hardly ever hit by chance: everything may be searched.
            space = Space::Wide;
            found = search(session, &question, space);
        }
        let words = |finding: &Finding| {
            notice::diagnosis::finding(
                finding,
                &params,
                &|place| asked.titles.get(place).cloned().unwrap_or_default(),
                Reader::Terminal,
            )
        };
        if session.json {
            let findings = found.findings.iter().map(|finding| shape(finding, asked, words(finding))).collect();
            session.print_json(&Shape { schema: SCHEMA, findings, tried: found.tried, certain: found.certain })?;
        } else if found.findings.is_empty() {
            session.say(&notice::diagnosis::nothing(&found, space, Reader::Terminal).line());
        }
        if !session.json {
            for finding in &found.findings {
                let how = if finding.causes.is_empty() && !found.certain {
                    String::new()
                } else {
                    format!(". {}", notice::diagnosis::certainty(finding, found.certain))
                };
                session.print_line(&format!("{}{how}", words(finding).line()))?;
            }
            if !found.certain && found.findings.iter().any(|finding| !finding.causes.is_empty()) {
                session.say(notice::diagnosis::ask_for_second());
            }
        }
        Ok(if found.findings.is_empty() { REFUSED } else { DONE })
    }
}

fn search(session: &Session<'_>, question: &Question<'_>, space: Space) -> Diagnosis {
    let _progress = Progress::new(session.world.terminals().errors && space == Space::Wide, "Searching further");
    diagnose(question, space)
}

/// The last code and the one before it.
fn codes(first: Option<&str>, second: Option<&str>) -> Result<(Typed, Option<Typed>), Failure> {
    let read = |text: &str| {
        // What was typed may be anything: it is wiped.
        let text = Zeroizing::new(text.to_owned());
        Typed::parse(&text).ok_or_else(|| {
            Failure::input(Notice::new("This is not a code", "A code has 5 to 10 digits, or five letters of Steam's"))
        })
    };
    let first = read(first.unwrap_or(""))?;
    Ok(match second.map(read).transpose()? {
        Some(second) => (second, Some(first)),
        None => (first, None),
    })
}

/// More digits would say more than is known.
fn three_digits(chance: f64) -> f64 {
    format!("{chance:.2e}").parse().unwrap_or(chance)
}

fn shape<'a>(finding: &Finding, asked: &Asked<'a>, says: Notice) -> FindingShape<'a> {
    let place = finding.causes.iter().find_map(|cause| if let Cause::Account(place) = cause { Some(*place) } else { None });
    let account = place.and_then(|place| asked.titles.get(place)).map_or(asked.title, String::as_str);
    let causes: Vec<&str> = if finding.causes.is_empty() { vec!["right"] } else { finding.causes.iter().map(key).collect() };
    let (period, counter) = match finding.kind {
        OtpKind::Totp { period } | OtpKind::Steam { period } => (Some(period.secs()), None),
        OtpKind::Hotp { counter } => (None, Some(counter)),
    };
    FindingShape {
        cause: causes.first().copied().unwrap_or("right"),
        algorithm: Algorithm::name(finding.algorithm),
        digits: finding.digits,
        period,
        offset_seconds: finding.offset,
        account,
        chance: three_digits(finding.chance),
        causes,
        r#type: kind(finding.kind),
        counter,
        says: says.text,
    }
}
