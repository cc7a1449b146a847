//! A test user with several accounts: a refused code may be meant for any of them, so each is looked at, and the surest answer is told.

use std::sync::Arc;

use crate::app::document::{Document, Record};
use crate::app::model::Outcome;
use crate::domain::diagnose::Diagnosis;
use crate::domain::{AccountId, OtpParams, Secret};

use super::{Case, Stage, TypedCodes, expected};

/// An account of a test user that has several.
#[derive(Debug)]
pub(super) struct Rival {
    id: AccountId,
    params: OtpParams,
    secret: Arc<Secret>,
}

/// All accounts of the test user that the code may be meant for, the one of the verdict first; none if that is the only one.
pub(super) fn rivals(document: &Document, outcome: &Outcome, case: &Case) -> Vec<Rival> {
    let user = outcome.user.as_ref().and_then(|user| document.user(user));
    let ids = user.into_iter().flat_map(|user| &user.accounts).filter(|id| Some(**id) != case.account);
    let others = ids.filter_map(|id| document.record(*id)).filter(|record| record.trashed.is_none());
    let rival = |record: &Record| Rival {
        id: record.account.id,
        params: expected(&record.account, outcome),
        secret: Arc::new(record.secret.duplicate()),
    };
    let mut all: Vec<Rival> = others.map(rival).collect();
    if let (false, Some(id)) = (all.is_empty(), case.account) {
        all.insert(0, Rival { id, params: case.params, secret: Arc::clone(&case.secret) });
    }
    all
}

impl Case {
    /// How many accounts the code may be meant for.
    #[must_use]
    pub fn accounts(&self) -> usize {
        self.rivals.len().max(1)
    }

    /// The search for the account that is looked at.
    pub(super) fn stage(&self, document: Arc<Document>) -> Stage {
        let typed = TypedCodes { code: self.code.clone(), before: self.before.clone(), at: self.at, space: self.space };
        Stage::Begin { document, account: self.account, params: self.params, secret: Arc::clone(&self.secret), typed }
    }

    /// Turns to the account at `place` of several; `false` if there is none.
    pub(super) fn look_at(&mut self, place: usize) -> bool {
        let Some(rival) = self.rivals.get(place) else { return false };
        (self.account, self.params, self.secret) = (Some(rival.id), rival.params, Arc::clone(&rival.secret));
        true
    }

    /// Tells what is likeliest among the accounts. A random code has as many chances as there are accounts.
    pub(super) fn conclude(&mut self) {
        let surest = |diagnosis: &Diagnosis| diagnosis.findings.first().map_or(f64::INFINITY, |finding| finding.chance);
        let places = 0..self.looked.len();
        let best = places.min_by(|a, b| surest(&self.looked[*a]).total_cmp(&surest(&self.looked[*b]))).unwrap_or(0);
        self.look_at(best);
        let many = self.looked.len().max(1) as f64;
        let tried = self.looked.iter().map(|diagnosis| diagnosis.tried).sum();
        let mut all = std::mem::take(&mut self.looked);
        self.told = (best < all.len()).then(|| {
            let mut told = all.swap_remove(best);
            told.tried = tried;
            told.chance = (told.chance * many).min(1.0);
            told.findings.iter_mut().for_each(|finding| finding.chance = (finding.chance * many).min(1.0));
            told
        });
    }
}
