//! What the model does with icons.

use std::path::PathBuf;

use crate::app::icons::{IconAction, IconDone, IconJob};
use crate::app::job::{Ask, FileJob, Job, WorkJob};
use crate::app::model::Model;
use crate::app::notice;
use crate::domain::AccountId;

/// Carries out one intent.
pub(super) fn update(model: &mut Model, action: IconAction) -> Vec<Job> {
    let job = match action {
        IconAction::Need(wishes) => {
            let new = model.icons.ask(wishes);
            if new.is_empty() || model.dead.contains("icons") {
                return Vec::new();
            }
            IconJob::Draw(new)
        }
        IconAction::ChoosePicture(account) => return vec![Job::File(FileJob::Ask(Ask::Picture(account)))],
        IconAction::InstallPack => return vec![Job::File(FileJob::Ask(Ask::IconPack))],
        IconAction::Choose(account, choice) => busy(model, IconJob::Take(account, choice)),
        IconAction::Usual(account) => busy(model, IconJob::Usual(account)),
        IconAction::RemovePack(pack) => busy(model, IconJob::Remove(pack)),
        // once at a time
        IconAction::List if std::mem::replace(&mut model.icons.listing, true) => return Vec::new(),
        IconAction::List => IconJob::List,
        IconAction::Show(icons) => {
            model.settings.issuer_icons = icons;
            return vec![Job::Work(WorkJob::SaveSettings(model.settings.clone()))];
        }
    };
    vec![Job::Icons(job)]
}

fn busy(model: &mut Model, job: IconJob) -> IconJob {
    model.icons.busy = true;
    model.icons.error = None;
    job
}

/// A picture was chosen for an account.
pub(super) fn picture_chosen(model: &mut Model, account: AccountId, path: PathBuf) -> Vec<Job> {
    vec![Job::Icons(busy(model, IconJob::TakePicture(account, path)))]
}

/// An icon pack was chosen.
pub(super) fn pack_chosen(model: &mut Model, path: PathBuf) -> Vec<Job> {
    vec![Job::Icons(busy(model, IconJob::Install(path)))]
}

/// Takes in what came of a job.
pub(super) fn done(model: &mut Model, done: IconDone) {
    let result = match done {
        IconDone::Drawn(signs) => return model.icons.drawn(signs),
        IconDone::Swept => return,
        IconDone::Listed(catalogue) => {
            model.icons.catalogue = Some(catalogue);
            model.icons.listing = false;
            return;
        }
        IconDone::Taken(account, usual, result) => {
            model.icons.changed(account);
            result.map(|()| notice::icons::taken(usual))
        }
        IconDone::Installed(catalogue, result) => {
            model.icons.catalogue = Some(catalogue);
            model.icons.anew();
            result.map(|(name, icons)| notice::icons::installed(&name, icons))
        }
        IconDone::Removed(catalogue, result) => {
            model.icons.catalogue = Some(catalogue);
            model.icons.anew();
            result.map(|()| notice::icons::removed())
        }
    };
    model.icons.busy = false;
    match result {
        Ok(said) => model.say(said, None),
        Err(error) => model.icons.error = Some(notice::icons::error(&error)),
    }
}

/// Accounts that were deleted for ever leave no picture behind, wherever that was done.
pub(super) fn sweep(model: &mut Model) -> Option<Job> {
    let document = model.document()?;
    let last = document.purged.last().copied();
    if last.is_none() || last == model.icons.swept {
        return None;
    }
    let gone = document.purged.iter().copied().filter(|id| document.record(*id).is_none()).collect();
    model.icons.swept = last;
    Some(Job::Icons(IconJob::Sweep(gone)))
}
