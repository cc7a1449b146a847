//! What the model does about an import: reading one file after the other, the table, saving what is ticked.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use crate::app::Document;
use crate::app::action::{Dialog, TabId};
use crate::app::change::{Change, Merging};
use crate::app::import::{Asks, Choice, Desk, ImportAction, Listed, Origin, Refused, Source, Step, Table};
use crate::app::job::{Ask, ExchangeDone, ExchangeJob, FileJob, Job, Look, NotRead, Read, Then, Waiting, WorkJob};
use crate::app::model::{Model, Undo, VaultState};
use crate::app::notice::{self, Notice};
use crate::app::ports::{Clip, NoClipboard, NoEntropy};
use crate::app::screen::{NotSeen, Sight};
use crate::formats::exchange::{FormatError, Key, by_id, google};
use crate::formats::scanned::Scanned;

use super::vault::{change, relist};

/// Carries out one intent.
pub(super) fn update(model: &mut Model, action: ImportAction) -> Vec<Job> {
    if model.document().is_none() {
        return Vec::new();
    }
    match action {
        ImportAction::Choose => vec![Job::File(FileJob::Ask(Ask::Import))],
        ImportAction::Files(paths) => files(model, paths),
        ImportAction::Clipboard => vec![Job::Work(WorkJob::Paste)],
        // It is being looked at already.
        ImportAction::Screen if matches!(model.import.step, Step::Looking(_)) => Vec::new(),
        ImportAction::Screen => begin(model, VecDeque::from([Source::Screen])),
        ImportAction::Camera(at) => super::camera::turn_on(model, at),
        ImportAction::TickCode(at, ticked) => {
            if let Step::Choosing(choice) = &mut model.import.step {
                choice.tick(at, ticked);
            }
            Vec::new()
        }
        ImportAction::TakeCodes => match std::mem::take(&mut model.import.step) {
            Step::Choosing(choice) if choice.many() > 0 => codes(model, choice.source.clone(), choice.taken()),
            Step::Filming(mut film) if film.holds() => codes(model, Source::Camera, film.held()),
            step => {
                model.import.step = step;
                Vec::new()
            }
        },
        ImportAction::App(app) => {
            let source = match &model.import.step {
                Step::Asks(Asks { source, busy: false, .. }) | Step::Refused(Refused { source, .. }) => source.clone(),
                _ => return Vec::new(),
            };
            read(model, source, Some(app), Key::default())
        }
        ImportAction::Open { password, long } => {
            let Step::Asks(asks) = &mut model.import.step else { return Vec::new() };
            asks.busy = true;
            asks.error = None;
            asks.long |= long;
            let (source, app, long) = (asks.source.clone(), asks.app, asks.long);
            job(model, source, Some(app), Key { password: Some(password), long })
        }
        ImportAction::Skip => {
            model.import.run += 1;
            model.import.step = Step::Idle;
            let jobs = next(model);
            if matches!(model.import.step, Step::Idle) && model.import.listed.is_none() {
                model.dialog = None;
            }
            jobs
        }
        ImportAction::Tick(rows, ticked) => {
            if let Some(listed) = &mut model.import.listed {
                rows.into_iter().for_each(|at| listed.table.tick(at, ticked));
            }
            Vec::new()
        }
        ImportAction::Save => {
            let ready = matches!(model.import.step, Step::Idle);
            let Some(listed) = model.import.listed.take_if(|listed| ready && listed.table.ticked() > 0) else {
                return Vec::new();
            };
            model.import.step = Step::Saving;
            model.import.said = None;
            vec![Job::Exchange(ExchangeJob::Take { listed, now: model.now, run: model.import.run })]
        }
    }
}

/// Files were chosen or dropped: they are read after what is read already.
pub(super) fn files(model: &mut Model, paths: Vec<PathBuf>) -> Vec<Job> {
    begin(model, paths.into_iter().map(Source::File).collect())
}

/// The clipboard was read.
pub(super) fn pasted(model: &mut Model, clip: Result<Option<Clip>, NoClipboard>) -> Vec<Job> {
    match clip {
        Ok(Some(clip)) => return begin(model, VecDeque::from([Source::Clipboard(Arc::new(clip))])),
        Ok(None) => model.say(notice::nothing_to_paste(), None),
        Err(NoClipboard) => model.say(notice::clipboard_not_read(), None),
    }
    Vec::new()
}

pub(super) fn begin(model: &mut Model, sources: VecDeque<Source>) -> Vec<Job> {
    let saving = matches!(model.import.step, Step::Saving);
    if model.document().is_none() || sources.is_empty() || saving {
        return Vec::new();
    }
    if model.dialog != Some(Dialog::Import) {
        super::left(model);
        model.dialog = Some(Dialog::Import);
    }
    model.import.waiting.extend(sources);
    match model.import.step {
        Step::Idle => next(model),
        Step::Filming(_) => {
            model.import.run += 1;
            model.import.step = Step::Idle;
            next(model)
        }
        // The person chose another one instead.
        Step::Refused(_) | Step::Choosing(_) => {
            model.import.step = Step::Idle;
            next(model)
        }
        _ => Vec::new(),
    }
}

/// Reads the next file that waits.
fn next(model: &mut Model) -> Vec<Job> {
    match model.import.waiting.pop_front() {
        Some(source) => read(model, source, None, Key::default()),
        None => Vec::new(),
    }
}

fn read(model: &mut Model, source: Source, app: Option<&'static str>, key: Key) -> Vec<Job> {
    model.import.said = None;
    if let Source::Screen = source {
        let waiting = Waiting::default();
        let look = Look::new(&waiting, model.import.run);
        model.import.step = Step::Looking(waiting);
        return vec![Job::Screen(look)];
    }
    if let Source::Camera = source {
        return super::camera::film(model, 0);
    }
    model.import.step = Step::Reading(source.clone());
    job(model, source, app, key)
}

fn job(model: &Model, source: Source, app: Option<&'static str>, key: Key) -> Vec<Job> {
    let VaultState::Open(open) = &model.vault else { return Vec::new() };
    let (here, run) = (Arc::clone(&open.document), model.import.run);
    vec![Job::Exchange(ExchangeJob::Read { source, app, key, here, run })]
}

/// The screens were looked at, or not.
pub(super) fn seen(model: &mut Model, seen: Result<Sight, NotSeen>, run: u64) -> Vec<Job> {
    let left = match &seen {
        Ok(sight) => &sight.left,
        Err(not_seen) => &not_seen.left,
    };
    if run != model.import.run {
        // Nobody waits for the codes any more, but what lies about is said.
        if let Some(left) = left {
            model.say(notice::screen::left(left), None);
        }
        return Vec::new();
    }
    model.import.left = left.clone().or(model.import.left.take());
    match seen {
        Ok(mut sight) if sight.codes.len() == 1 => {
            let code = sight.codes.remove(0);
            codes(model, Source::Screen, vec![code.scanned])
        }
        Ok(sight) => {
            model.import.step = Step::Choosing(Choice::of(Source::Screen, sight));
            Vec::new()
        }
        Err(NotSeen { why, .. }) => {
            let why = notice::screen::not_seen(why);
            model.import.step = Step::Refused(Refused { source: Source::Screen, app: None, choose_app: false, why });
            Vec::new()
        }
    }
}

/// Codes of the screen or the camera are read like those of a picture.
pub(super) fn codes(model: &mut Model, source: Source, codes: Vec<Scanned>) -> Vec<Job> {
    let VaultState::Open(open) = &model.vault else { return Vec::new() };
    let (here, run) = (Arc::clone(&open.document), model.import.run);
    model.import.step = Step::Reading(source.clone());
    vec![Job::Exchange(ExchangeJob::Codes { source, codes, here, run })]
}

/// The worker has finished something.
pub(super) fn done(model: &mut Model, done: ExchangeDone) -> Vec<Job> {
    match done {
        ExchangeDone::Read(read, run) => return was_read(model, *read, run),
        ExchangeDone::Taken(listed, document, run) => return taken(model, listed, document, run),
        ExchangeDone::Made(made, target, run) => return super::export::made(model, made, target, run),
        ExchangeDone::Put(put) => super::export::put(model, put),
    }
    Vec::new()
}

/// A file was read, or not.
fn was_read(model: &mut Model, read: Read, run: u64) -> Vec<Job> {
    if run != model.import.run {
        return Vec::new();
    }
    let Read { source, apps, app, password, generation, others, result } = read;
    let name = app.and_then(by_id).map_or("", |format| format.name());
    let refused = |why: Notice, choose_app| Step::Refused(Refused { source: source.clone(), app, choose_app, why });
    let alone = model.import.listed.is_none() && model.import.waiting.is_empty();
    if let (Err(NotRead::Format(FormatError::OwnBackup)), Source::File(path), true) = (&result, &source, alone) {
        // A backup of this program is restored, which asks for its own passphrase.
        left(model);
        model.dialog = None;
        return super::backup::look(model, path.clone());
    }
    let step = match (result, app) {
        (Ok(table), _) => {
            let origin = Origin { name: source.name(), app: app.map_or(notice::QR_CODES, |_| name), encrypted: password };
            add(&mut model.import, table, origin);
            if let (Some(other), None) = (others.first(), &model.import.said) {
                model.import.said = Some(notice::other_code(*other));
            }
            if model.document().is_some_and(|document| document.generation != generation) {
                compare_anew(model);
            }
            model.import.step = Step::Idle;
            return next(model);
        }
        (Err(NotRead::Format(error)), Some(app)) if asks_again(error) => {
            let error = Some(error).filter(|error| *error != FormatError::NeedsPassword);
            Step::Asks(Asks {
                source,
                app,
                apps,
                busy: false,
                asks_for_work: matches!(error, Some(FormatError::AsksForWork { .. })),
                long: matches!(&model.import.step, Step::Asks(asks) if asks.long),
                error: error.map(|error| notice::import::format_error(error, name)),
            })
        }
        (Err(NotRead::Format(error)), _) => refused(notice::import::format_error(error, name), !same_for_all(error)),
        (Err(NotRead::Unknown), _) => refused(notice::import::not_recognised(), true),
        (Err(NotRead::List(error)), _) => refused(notice::import::format_error(error, google::NAME), false),
        (Err(NotRead::Picture(error)), _) => refused(notice::picture_error(&error), false),
        (Err(NotRead::NoAuthenticatorCode), _) => {
            refused(others.first().map_or_else(notice::import::not_recognised, |other| notice::other_code(*other)), false)
        }
        (Err(NotRead::File(error)), _) => refused(notice::not_chosen_file(&error), false),
    };
    model.import.step = step;
    Vec::new()
}

/// Another password, or the person's yes, may open it.
fn asks_again(error: FormatError) -> bool {
    matches!(
        error,
        FormatError::NeedsPassword
            | FormatError::WrongPassword
            | FormatError::WrongOrDamaged
            | FormatError::WrongKey { .. }
            | FormatError::AsksForWork { .. }
    )
}

/// It is so whichever app the file is from.
fn same_for_all(error: FormatError) -> bool {
    matches!(error, FormatError::Empty | FormatError::TooLarge)
}

/// Adds what was read to what was read before; parts that were read before add nothing.
fn add(desk: &mut Desk, table: Table, origin: Origin) {
    let listed = desk.listed.get_or_insert_default();
    let all: Vec<_> = table.parts.iter().copied().collect();
    let before = listed.table.rows.len();
    let again = listed.table.join(table);
    listed.turn += 1;
    if !again.is_empty() {
        desk.said = Some(notice::parts_again(&again));
    }
    // A reading of which all was known is no place that something is from.
    if all.is_empty() || all.iter().any(|part| !again.contains(part)) || listed.table.rows.len() > before {
        listed.origins.push(origin);
    }
}

/// What is ticked was made a document.
fn taken(model: &mut Model, listed: Box<Listed>, document: Result<Document, NoEntropy>, run: u64) -> Vec<Job> {
    if run != model.import.run || model.document().is_none() {
        return Vec::new();
    }
    let left_out = listed.table.counts().left_out;
    model.import.listed = Some(listed);
    match document {
        Ok(document) => {
            let many = document.accounts.len();
            let merging = Arc::new(Merging::new(document));
            change(model, Change::Merge(Arc::clone(&merging)), Then::Imported { merging, many, left_out, run })
        }
        Err(NoEntropy) => {
            model.import.step = Step::Idle;
            model.import.said = Some(notice::no_entropy());
            Vec::new()
        }
    }
}

/// It was saved: says so, with the way back.
pub(super) fn imported(model: &mut Model, merging: &Merging, many: usize, left_out: usize, run: u64) {
    if run == model.import.run {
        left(model);
        if model.dialog == Some(Dialog::Import) {
            model.dialog = None;
            // The new cards are what the person wants to see next.
            model.tab = TabId::Accounts;
            model.search.clear();
            model.tags.clear();
            relist(model);
        }
    }
    let undo = merging.done().filter(|merged| merged.changes()).map(|merged| Undo::Import(Arc::new(merged)));
    model.say(notice::import::imported(many, left_out), undo);
}

/// It was not saved: the table stands as it was.
pub(super) fn not_saved(model: &mut Model, error: Notice, run: u64) {
    if run == model.import.run && model.dialog == Some(Dialog::Import) {
        model.import.step = Step::Idle;
        model.import.said = Some(error);
    } else {
        model.say(error, None);
    }
}

/// Another program changed what is here while the table is shown.
pub(super) fn compare_anew(model: &mut Model) {
    let VaultState::Open(open) = &model.vault else { return };
    if !matches!(model.import.step, Step::Saving)
        && let Some(listed) = &mut model.import.listed
    {
        listed.table.compare(&open.document);
    }
}

/// The dialog was closed, or another one was opened: what was read is forgotten.
pub(super) fn left(model: &mut Model) {
    model.import = Desk { run: model.import.run + 1, ..Desk::default() };
}

/// The worker that looks at the screens has ended.
pub(super) fn screen_worker_died(model: &mut Model) {
    if matches!(model.import.step, Step::Looking(_)) {
        let why = notice::worker_died("screen");
        model.import.step = Step::Refused(Refused { source: Source::Screen, app: None, choose_app: false, why });
    }
}

/// The worker has ended.
pub(super) fn worker_died(model: &mut Model) {
    left(model);
    if model.dialog == Some(Dialog::Import) {
        model.dialog = None;
    }
    model.export = crate::app::export::Desk { run: model.export.run + 1, ..crate::app::export::Desk::default() };
}
