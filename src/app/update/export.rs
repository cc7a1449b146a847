//! What the model does about an export: the file is made in memory, looked at, and written where the person says.

use std::path::PathBuf;
use std::sync::Arc;

use crate::app::action::Dialog;
use crate::app::export::{Desk, ExportAction, Put, Ready, Target};
use crate::app::job::{Ask, ExchangeJob, FileJob, Job};
use crate::app::model::{Model, VaultState};
use crate::app::notice;
use crate::app::ports::FileError;
use crate::formats::exchange::WriteError;

/// Carries out one intent.
pub(super) fn update(model: &mut Model, action: ExportAction) -> Vec<Job> {
    match action {
        ExportAction::Make(draft) => {
            let VaultState::Open(open) = &model.vault else { return Vec::new() };
            if model.export.busy || model.export.writing {
                return Vec::new();
            }
            model.export.busy = true;
            model.export.error = None;
            let (here, now, run) = (Arc::clone(&open.document), model.now, model.export.run);
            vec![Job::Exchange(ExchangeJob::Make { draft, here, now, run })]
        }
        ExportAction::Back => {
            left(model);
            Vec::new()
        }
        ExportAction::Write => ask(model),
    }
}

/// Asks for the file's name; the rest follows when it is known.
fn ask(model: &Model) -> Vec<Job> {
    let Some(ready) = model.export.ready.as_ref().filter(|_| !model.export.writing) else { return Vec::new() };
    vec![Job::File(FileJob::Ask(Ask::Export { name: ready.target.file_name(), run: model.export.run }))]
}

/// The file was made, or not.
pub(super) fn made(model: &mut Model, made: Result<Ready, WriteError>, target: Target, run: u64) -> Vec<Job> {
    if run != model.export.run {
        return Vec::new();
    }
    model.export.busy = false;
    match made {
        Ok(ready) => {
            let nothing_to_say = ready.encrypted && ready.left_out.is_empty() && ready.reduced.is_empty();
            model.export.ready = Some(ready);
            if nothing_to_say {
                return ask(model);
            }
        }
        Err(error) => model.export.error = Some(notice::import::write_error(error, target.name())),
    }
    Vec::new()
}

/// Where was chosen.
pub(super) fn chosen(model: &mut Model, path: PathBuf, run: u64) -> Vec<Job> {
    let Some(ready) = model.export.ready.take().filter(|_| run == model.export.run) else { return Vec::new() };
    model.export.writing = true;
    vec![Job::Exchange(ExchangeJob::Put { path, ready })]
}

/// It was written, or not.
pub(super) fn put(model: &mut Model, put: Result<Put, FileError>) {
    model.export.writing = false;
    let open = model.dialog == Some(Dialog::Export);
    match put {
        Ok(put) => {
            if open {
                left(model);
                model.dialog = None;
            }
            model.say(notice::exported(&put), None);
        }
        Err(error) => {
            model.failures += 1;
            let said = notice::file_error(&error);
            if open {
                model.export.error = Some(said);
            } else {
                model.say(said, None);
            }
        }
    }
}

/// The dialog was closed, or another one was opened: what was made is forgotten.
pub(super) fn left(model: &mut Model) {
    model.export = Desk { run: model.export.run + 1, writing: model.export.writing, ..Desk::default() };
}
