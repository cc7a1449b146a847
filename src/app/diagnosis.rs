//! The diagnosis of a code that was refused: what is asked, and how far the search has come. Done by a worker in pieces, so that a
//! login never waits for it and it can be given up.
//!
//! A second code is looked at whatever the failures of the test user are: lock-outs guard the login of somebody far away, who never
//! sees this answer. Whoever may ask here has the vault open, and with it every code on the cards. Nothing is accepted or used up by it.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::domain::diagnose::{Cause, Diagnosis, Question, Search, Space, Typed};
use crate::domain::{Account, AccountId, OtpKind, OtpParams, Reason, Secret, UnixTime, Verdict, name};

use super::document::Document;
use super::model::{Model, Outcome, VaultState};

mod rivals;

use rivals::{Rival, rivals};

/// How many candidates are tried between two looks at whether somebody has given up: some hundredths of a second.
const PIECE: u64 = 50_000;

/// Where a code was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the login test.
    Login,
    /// At the enrolment, where the phone's code is checked.
    Enrolment,
}

/// What a person asks of a diagnosis.
#[derive(Debug)]
pub enum Ask {
    /// Search the wide space.
    Further,
    /// This is the next code that the phone shows.
    Second(Zeroizing<String>),
    /// Give the search up.
    Cancel,
}

/// What was refused, and what is known of it.
#[derive(Debug)]
pub struct Case {
    /// The account, if it is saved already.
    pub account: Option<AccountId>,
    /// Its settings.
    pub params: OtpParams,
    secret: Arc<Secret>,
    /// All accounts that the code may be meant for, where the test user has several: one after the other is looked at.
    rivals: Vec<Rival>,
    /// What came of those that were looked at, in their order.
    looked: Vec<Diagnosis>,
    code: Zeroizing<String>,
    before: Option<Zeroizing<String>>,
    at: UnixTime,
    /// How far is searched.
    pub space: Space,
    /// How far was searched for what is told.
    pub searched: Space,
    /// How much of the search is done, while it goes on: 0 to 1.
    pub progress: Option<f32>,
    /// What the last search came to.
    pub told: Option<Diagnosis>,
    /// The accounts that [`Cause::Account`] counts.
    pub others: Vec<AccountId>,
    /// What was typed as the next code is none.
    pub not_a_code: bool,
    /// Moves with each search: an answer to another one is dropped.
    number: u64,
}

/// Both places, each with what was refused last.
#[derive(Debug, Default)]
pub struct Diagnoses {
    /// In the login test.
    pub login: Option<Case>,
    /// At the enrolment.
    pub enrolment: Option<Case>,
    /// The login that is being checked: code, moment.
    asked: Option<(Zeroizing<String>, UnixTime)>,
    number: u64,
}

/// A search for the worker.
#[derive(Debug)]
pub struct DiagnosisJob {
    place: Place,
    number: u64,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// To be planned.
    Begin { document: Arc<Document>, account: Option<AccountId>, params: OtpParams, secret: Arc<Secret>, typed: TypedCodes },
    /// Begun.
    Going(Box<Search>, Vec<AccountId>),
    /// It could not be planned: what was typed is no code.
    Nothing,
}

#[derive(Debug)]
struct TypedCodes {
    code: Zeroizing<String>,
    before: Option<Zeroizing<String>>,
    at: UnixTime,
    space: Space,
}

/// One piece of a search.
#[derive(Debug)]
pub struct DiagnosisDone {
    job: DiagnosisJob,
    ended: bool,
}

/// What is searched for in `document`: all accounts in use but `account`.
fn others(document: &Document, account: Option<AccountId>) -> (Vec<AccountId>, Vec<(OtpParams, &Secret)>) {
    let active = document.accounts.iter().filter(|record| record.trashed.is_none() && Some(record.account.id) != account);
    active.map(|record| (record.account.id, (record.account.params, &record.secret))).unzip()
}

/// Does one piece of a search.
#[must_use]
pub fn search(mut job: DiagnosisJob) -> DiagnosisDone {
    job.stage = match job.stage {
        Stage::Begin { document, account, params, secret, typed } => {
            let (ids, others) = others(&document, account);
            let before = typed.before.as_ref().map(|before| Typed::parse(before));
            match (Typed::parse(&typed.code), before) {
                (None, _) | (_, Some(None)) => Stage::Nothing,
                (Some(code), before) => {
                    let before = before.flatten();
                    let question = Question {
                        params,
                        secret: &secret,
                        code: &code,
                        before: before.as_ref(),
                        now: typed.at,
                        others: &others,
                    };
                    Stage::Going(Box::new(Search::new(&question, typed.space)), ids)
                }
            }
        }
        stage => stage,
    };
    let ended = match &mut job.stage {
        Stage::Going(search, _) => search.go_on(PIECE),
        Stage::Begin { .. } | Stage::Nothing => true,
    };
    DiagnosisDone { job, ended }
}

impl Diagnoses {
    /// What was refused at `place`.
    #[must_use]
    pub fn at(&self, place: Place) -> Option<&Case> {
        match place {
            Place::Login => self.login.as_ref(),
            Place::Enrolment => self.enrolment.as_ref(),
        }
    }

    fn slot(&mut self, place: Place) -> &mut Option<Case> {
        match place {
            Place::Login => &mut self.login,
            Place::Enrolment => &mut self.enrolment,
        }
    }

    /// Remembers a login that goes to be checked.
    pub fn ask(&mut self, code: &Zeroizing<String>, at: UnixTime) {
        self.login = None;
        self.asked = Some((code.clone(), at));
    }

    /// Forgets the code that was refused in the login test.
    pub fn drop_login(&mut self) {
        self.login = None;
        self.asked = None;
    }
}

/// Whether a refusal with this verdict leaves the question what the code would be right for.
#[must_use]
pub fn worth_asking(verdict: &Verdict, typed: &str) -> bool {
    use crate::domain::CodeError;
    match verdict {
        Verdict::Refused(Reason::WrongCode) => true,
        // The current code, refused for the sake of a stored drift, is right for nothing else.
        Verdict::Refused(Reason::TooOld(hit) | Reason::FromTheFuture(hit)) => hit.drift != 0,
        // A phone that shows another number of digits than it should.
        Verdict::Refused(Reason::NotACode(CodeError::Length { .. } | CodeError::Character { .. })) => {
            Typed::parse(typed).is_some()
        }
        _ => false,
    }
}

/// Whose code the login test is about: the account of the user that is typed, or that of the last verdict.
#[must_use]
pub fn account_of(model: &Model, user: &str) -> Option<AccountId> {
    let document = model.document()?;
    let active = |id: &AccountId| document.record(*id).filter(|record| record.trashed.is_none()).map(|record| record.account.id);
    let typed = document.user(&name::clean(user).text);
    let shown = model.login.outcome.as_ref().and_then(|outcome| outcome.account_id);
    typed.and_then(|user| user.accounts.iter().find_map(active)).or_else(|| active(&shown?))
}

/// The login was checked: begins to ask why its code was refused.
pub fn login_checked(model: &mut Model) -> Option<DiagnosisJob> {
    let (code, at) = model.diagnoses.asked.take()?;
    let outcome = model.login.outcome.as_ref()?;
    if !worth_asking(&outcome.verdict, &code) {
        return None;
    }
    let record = model.document()?.record(outcome.account_id?)?;
    let params = expected(&record.account, outcome);
    let mut case = Case::new(Some(record.account.id), params, Arc::new(record.secret.duplicate()), code, at);
    case.rivals = rivals(model.document()?, outcome, &case);
    begin(model, Place::Login, case)
}

/// The settings with the counter that the verdict went by: what was accepted before has moved it on.
fn expected(account: &Account, outcome: &Outcome) -> OtpParams {
    let params = account.params;
    let next = outcome.counters.iter().find(|(id, _)| *id == account.id);
    match (params.kind(), next) {
        (OtpKind::Hotp { .. }, Some(&(_, counter))) => {
            OtpParams::new(params.algorithm(), params.digits(), OtpKind::Hotp { counter }).unwrap_or(params)
        }
        _ => params,
    }
}

/// The phone's code was refused at the enrolment: begins to ask why.
pub fn enrolment_refused(
    model: &mut Model,
    params: OtpParams,
    secret: Arc<Secret>,
    typed: &str,
    verdict: &Verdict,
) -> Option<DiagnosisJob> {
    model.diagnoses.enrolment = None;
    if !worth_asking(verdict, typed) {
        return None;
    }
    let case = Case::new(None, params, secret, Zeroizing::new(typed.to_owned()), model.now);
    begin(model, Place::Enrolment, case)
}

/// Carries out what a person asks.
pub fn asked(model: &mut Model, place: Place, ask: Ask) -> Option<DiagnosisJob> {
    let now = model.now;
    let mut case = model.diagnoses.slot(place).take()?;
    match ask {
        Ask::Cancel => {
            case.progress = None;
            case.space = case.searched;
            case.number = 0;
            *model.diagnoses.slot(place) = Some(case);
            return None;
        }
        Ask::Further => case.space = Space::Wide,
        Ask::Second(typed) => {
            case.not_a_code = Typed::parse(&typed).is_none();
            if case.not_a_code {
                *model.diagnoses.slot(place) = Some(case);
                return None;
            }
            case.before = Some(std::mem::replace(&mut case.code, typed));
            case.at = now;
            (case.space, case.searched) = (Space::Common, Space::Common);
            case.told = None;
        }
    }
    begin(model, place, case)
}

/// Takes in a piece of a search; gives the next one.
pub fn found(model: &mut Model, done: DiagnosisDone) -> Option<DiagnosisJob> {
    let DiagnosisDone { job, ended } = done;
    let document = match &model.vault {
        VaultState::Open(open) => Arc::clone(&open.document),
        _ => return None,
    };
    let case = model.diagnoses.slot(job.place).as_mut().filter(|case| case.number == job.number)?;
    match job.stage {
        Stage::Going(search, _) if ended => {
            case.looked.push(search.into_diagnosis());
            if case.look_at(case.looked.len()) {
                return Some(DiagnosisJob { stage: case.stage(document), ..job });
            }
            case.progress = None;
            case.searched = case.space;
            case.conclude();
            // Whose codes count as those of others follows from the account that it was.
            case.others = others(&document, case.account).0;
            None
        }
        Stage::Going(search, ids) => {
            case.progress = Some((case.looked.len() as f32 + search.progress()) / case.rivals.len().max(1) as f32);
            Some(DiagnosisJob { stage: Stage::Going(search, ids), ..job })
        }
        Stage::Begin { .. } | Stage::Nothing => {
            case.progress = None;
            None
        }
    }
}

fn begin(model: &mut Model, place: Place, mut case: Case) -> Option<DiagnosisJob> {
    let document = match &model.vault {
        VaultState::Open(open) => Arc::clone(&open.document),
        _ => return None,
    };
    model.diagnoses.number += 1;
    case.number = model.diagnoses.number;
    case.progress = Some(0.0);
    case.looked.clear();
    case.look_at(0);
    let job = DiagnosisJob { place, number: case.number, stage: case.stage(document) };
    *model.diagnoses.slot(place) = Some(case);
    Some(job)
}

impl Case {
    fn new(account: Option<AccountId>, params: OtpParams, secret: Arc<Secret>, code: Zeroizing<String>, at: UnixTime) -> Self {
        Self {
            account,
            params,
            secret,
            code,
            rivals: Vec::new(),
            looked: Vec::new(),
            before: None,
            at,
            space: Space::Common,
            searched: Space::Common,
            progress: None,
            told: None,
            others: Vec::new(),
            not_a_code: false,
            number: 0,
        }
    }
}

/// The stable key of a cause.
#[must_use]
pub const fn key(cause: &Cause) -> &'static str {
    use crate::domain::diagnose::Misread::*;
    match cause {
        Cause::Account(_) => "other-account",
        Cause::Algorithm(_) => "algorithm",
        Cause::Digits(_) => "digits",
        Cause::ZeroLost => "zero-lost",
        Cause::Steam => "steam",
        Cause::NotSteam => "not-steam",
        Cause::Period(_) => "period",
        Cause::CounterForTime(_) => "counter-for-time",
        Cause::TimeForCounter(_) => "time-for-counter",
        Cause::Counter(_) => "counter",
        Cause::Clock(_) => "clock",
        Cause::TimeZone(_) => "time-zone",
        Cause::Secret(misread) => match misread {
            Text | LowerText | PaddedText | GroupedText => "secret-as-text",
            LineEnd | NoLineEnd => "secret-line-end",
            Hex | HexText | UpperHexText | InsideHex => "secret-hex",
            Base64 | Base64Text | InsideBase64 => "secret-base64",
            InsideBase32 => "secret-base32-twice",
            First(_) => "secret-cut",
            Repeated(_) => "secret-repeated",
            Letter { .. } | Missing(_) | Swapped(_) => "secret-mistyped",
        },
    }
}
