//! Codes on their way to the clipboard, and counters.

use zeroize::Zeroizing;

use crate::app::action::Which;
use crate::app::change::Change;
use crate::app::job::{Job, Then, WorkJob};
use crate::app::model::Model;
use crate::app::notice::{self, Notice};
use crate::app::settings::ClearAfter;
use crate::domain::{AccountId, OtpKind, code_at};

use super::change;

/// Puts a code of an account on the clipboard.
pub(super) fn copy(model: &Model, id: AccountId, which: Which) -> Vec<Job> {
    let Some(record) = model.document().and_then(|document| document.record(id)) else { return Vec::new() };
    let params = &record.account.params;
    let step = params.step_at(model.now);
    let (step, said) = match which {
        Which::Current => (step, notice::copied as fn(_) -> _),
        Which::Next => (step.next(), notice::next_copied as fn(_) -> _),
    };
    let code = code_at(params, &record.secret, step).as_str().to_owned();
    vec![put(model, code.into(), said)]
}

/// Puts a text there and says so.
pub(super) fn put(model: &Model, text: Zeroizing<String>, said: fn(ClearAfter) -> Notice) -> Job {
    let clear = model.settings.clear_clipboard;
    Job::Work(WorkJob::Copy { text, clear, said: said(clear) })
}

/// Counts on.
pub(super) fn next_code(model: &mut Model, id: AccountId) -> Vec<Job> {
    let Some(record) = model.document().and_then(|document| document.record(id)) else { return Vec::new() };
    let OtpKind::Hotp { counter } = record.account.params.kind() else { return Vec::new() };
    change(model, Change::NextCode { id, from: counter }, Then::Nothing)
}
