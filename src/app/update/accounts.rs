//! What the model does about the accounts that are listed: searching, ordering, copying, showing a hidden code.

use std::collections::HashSet;

use zeroize::Zeroizing;

use crate::app::action::Which;
use crate::app::change::Change;
use crate::app::document::Document;
use crate::app::job::{Job, Then, WorkJob};
use crate::app::listing::Query;
use crate::app::model::{MakingWay, Model, Revealed};
use crate::app::notice::{self, Notice};
use crate::app::settings::{AfterCopy, ClearAfter, Codes, Shelf};
use crate::app::uses::Uses;
use crate::domain::{AccountId, OtpKind, code_at};

use super::vault::change;

/// Lists the accounts anew, out of what is known of them already.
pub(super) fn list(model: &mut Model) {
    let query =
        Query { search: &model.search, tags: &model.tags, order: model.settings.order, uses: &model.uses_ordered, fuzzy: true };
    model.listing = model.index.find(&query);
}

/// The same, and what was copied meanwhile counts.
fn order(model: &mut Model) {
    model.uses_ordered.clone_from(&model.uses);
    list(model);
}

/// Another search.
pub(super) fn search(model: &mut Model, text: String) {
    model.search = text;
    if model.search.is_empty() { order(model) } else { list(model) }
}

/// One tag more, or less.
pub(super) fn toggle_tag(model: &mut Model, tag: String) {
    match model.tags.iter().position(|chosen| *chosen == tag) {
        Some(at) => drop(model.tags.remove(at)),
        None => model.tags.push(tag),
    }
    order(model);
}

/// Shows the accounts in another way, from now on.
pub(super) fn shelf(model: &mut Model, shelf: Shelf) -> Vec<Job> {
    model.settings.set_shelf(shelf);
    model.revealed = None;
    order(model);
    vec![Job::Work(WorkJob::SaveSettings(model.settings.clone()))]
}

/// The tab was left, or is gone to.
pub(super) fn come_and_go(model: &mut Model) {
    model.revealed = None;
    order(model);
}

/// Shows a hidden code, or hides it.
pub(super) fn reveal(model: &mut Model, id: AccountId) {
    let shown = model.revealed.is_some_and(|revealed| revealed.id == id);
    let until = model.now.plus(model.settings.shown_for.duration());
    model.revealed = (model.settings.codes == Codes::Hidden && !shown).then_some(Revealed { id, until });
}

/// Hides what was shown for long enough; also when the clock was set back.
pub(super) fn second(model: &mut Model) {
    let (now, most) = (model.now, model.settings.shown_for.duration());
    model.revealed = model.revealed.filter(|revealed| revealed.until > now && revealed.until.since(now) <= most);
}

/// Puts a code on the clipboard, and counts that.
pub(super) fn copy(model: &mut Model, id: AccountId, which: Which) -> Vec<Job> {
    let Some(record) = model.document().and_then(|document| document.record(id)) else { return Vec::new() };
    let params = &record.account.params;
    let step = params.step_at(model.now);
    let (step, said) = match which {
        Which::Current => (step, notice::copied as fn(_) -> _),
        Which::Next => (step.next(), notice::next_copied as fn(_) -> _),
    };
    let code = code_at(params, &record.secret, step).as_str().to_owned();
    model.uses.add(id, model.now);
    if model.settings.after_copy == AfterCopy::Minimise {
        model.making_way = MakingWay::WhenCopied;
    }
    vec![put(model, code.into(), said), Job::Work(WorkJob::CountUse(id))]
}

/// Puts a text on the clipboard.
pub(super) fn put(model: &Model, text: Zeroizing<String>, said: fn(ClearAfter) -> Notice) -> Job {
    let clear = model.settings.clear_clipboard;
    Job::Work(WorkJob::Copy { text, clear, said: said(clear) })
}

/// It stands there.
pub(super) fn copied(model: &mut Model, said: Notice) {
    model.say(said, None);
    if model.making_way == MakingWay::WhenCopied {
        model.making_way = MakingWay::Now;
    }
}

/// It does not.
pub(super) fn not_copied(model: &mut Model) {
    model.making_way = MakingWay::No;
    model.say(notice::no_clipboard(), None);
}

/// Whether the window is to make way now; it is asked once.
pub fn minimised(model: &mut Model) -> bool {
    let now = model.making_way == MakingWay::Now;
    if now {
        model.making_way = MakingWay::No;
    }
    now
}

/// Uses up the code of a counter.
pub(super) fn next_code(model: &mut Model, id: AccountId) -> Vec<Job> {
    let Some(record) = model.document().and_then(|document| document.record(id)) else { return Vec::new() };
    let OtpKind::Hotp { counter } = record.account.params.kind() else { return Vec::new() };
    change(model, Change::NextCode { id, from: counter }, Then::Nothing)
}

/// What was counted until now.
pub(super) fn counted(model: &mut Model, uses: Uses) {
    model.uses = uses;
    order(model);
}

/// What was counted of accounts that `before` had and `after` has not is forgotten, whoever has deleted them.
pub(super) fn forget_deleted(model: &mut Model, before: &Document, after: &Document) -> Option<Job> {
    let ids = |document: &Document| document.accounts.iter().map(|record| record.account.id).collect::<HashSet<_>>();
    let (before, after) = (ids(before), ids(after));
    let counted: Vec<AccountId> = model.uses.ids().filter(|id| before.contains(id) && !after.contains(id)).collect();
    counted.iter().for_each(|id| model.uses.forget(*id));
    (!counted.is_empty()).then_some(Job::Work(WorkJob::ForgetUses(counted)))
}
