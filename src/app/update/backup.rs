//! What the model does about backups: making, restoring, reminding, and the automatic ones.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::app::action::{Dialog, Section};
use crate::app::backup::{Asks, name_at};
use crate::app::backup::{BackupAction, BackupDone, BackupJob, Due, For, Restore, SNOOZE, SealDraft, due};
use crate::app::change::{Change, Merging};
use crate::app::job::{Ask, Chosen, FileJob, Job, Then, WorkJob};
use crate::app::model::{Model, Undo, VaultState};
use crate::app::notice;
use crate::app::ports::{BackupError, FileError, Locked, Seal, VaultNote};

use super::vault::change;

/// Carries out one intent.
pub(super) fn update(model: &mut Model, action: BackupAction) -> Vec<Job> {
    match action {
        BackupAction::Make(SealDraft::Keys(text)) => {
            model.backup.error = None;
            model.backup.making = true;
            vec![Job::Backup(BackupJob::Keys(text, For::Once))]
        }
        BackupAction::Make(SealDraft::Passphrase(passphrase)) => ask_where(model, Seal::Passphrase(passphrase)),
        BackupAction::AutoNow => auto(model, true),
        BackupAction::Choose => {
            model.backup.run += 1;
            model.backup.restore = Restore::None;
            vec![Job::File(FileJob::Ask(Ask::Backup))]
        }
        BackupAction::ChooseKey => vec![Job::File(FileJob::Ask(Ask::Key))],
        BackupAction::Open { passphrase, long } => {
            let VaultState::Open(open) = &model.vault else { return Vec::new() };
            let Restore::Asks(asks) = &mut model.backup.restore else { return Vec::new() };
            asks.busy = true;
            asks.error = None;
            let (path, key_file) = (asks.path.clone(), asks.key_file.clone());
            let (here, run) = (Arc::clone(&open.document), model.backup.run);
            vec![Job::Backup(BackupJob::Open { path, passphrase, key_file, long, here, run })]
        }
        BackupAction::Restore => {
            let Restore::Preview { backup, .. } = std::mem::take(&mut model.backup.restore) else { return Vec::new() };
            model.dialog = None;
            let merging = Arc::new(Merging::new(backup.duplicate()));
            change(model, Change::Merge(Arc::clone(&merging)), Then::Merged(merging))
        }
        BackupAction::Later => vec![Job::Backup(BackupJob::Later(model.now.plus(SNOOZE)))],
        BackupAction::Auto(on) => {
            model.settings.backup_auto = on;
            model.backup.auto_failed = None;
            vec![save(model)]
        }
        BackupAction::ChooseFolder => vec![Job::File(FileJob::Ask(Ask::Folder))],
        BackupAction::AutoSeal(SealDraft::Keys(text)) => {
            model.backup.error = None;
            vec![Job::Backup(BackupJob::Keys(text, For::Auto))]
        }
        BackupAction::AutoSeal(SealDraft::Passphrase(passphrase)) => {
            model.settings.backup_recipients.clear();
            model.backup.auto_failed = None;
            model.backup.error = None;
            let said = Then::Say(notice::edited(), None);
            let mut jobs = change(model, Change::BackupPassphrase(Some(passphrase)), said);
            jobs.push(save(model));
            jobs
        }
    }
}

fn save(model: &Model) -> Job {
    Job::Work(WorkJob::SaveSettings(model.settings.clone()))
}

/// Asks for the file's name; the rest follows when it is known.
fn ask_where(model: &mut Model, seal: Seal) -> Vec<Job> {
    model.backup.error = None;
    model.backup.making = true;
    let name = name_at(model.now).unwrap_or_else(|| "halfminute.age".to_owned());
    vec![Job::File(FileJob::Ask(Ask::NewBackup { name, seal }))]
}

/// A backup is to be restored that was found among other files.
pub(super) fn look(model: &mut Model, path: PathBuf) -> Vec<Job> {
    model.backup.run += 1;
    model.backup.restore = Restore::None;
    vec![Job::Backup(BackupJob::Look(path, model.backup.run))]
}

/// A file was chosen, or not.
pub(super) fn chosen(model: &mut Model, chosen: Result<Chosen, FileError>) -> Vec<Job> {
    let chosen = match chosen {
        Ok(chosen) => chosen,
        Err(error) => {
            model.backup.making = false;
            model.say(notice::file_error(&error), None);
            return Vec::new();
        }
    };
    match chosen {
        Chosen::Nothing => model.backup.making = false,
        Chosen::Import(paths) => return super::import::files(model, paths),
        Chosen::Picture(account, path) => return super::icons::picture_chosen(model, account, path),
        Chosen::IconPack(path) => return super::icons::pack_chosen(model, path),
        Chosen::Export(path, run) => return super::export::chosen(model, path, run),
        Chosen::NewBackup { path, seal } => {
            let VaultState::Open(open) = &model.vault else {
                model.backup.making = false;
                return Vec::new();
            };
            let (document, now) = (Arc::clone(&open.document), model.now);
            model.backup.writing = true;
            return vec![Job::Backup(BackupJob::Make { path, seal, document, now })];
        }
        Chosen::Backup(path) => return vec![Job::Backup(BackupJob::Look(path, model.backup.run))],
        Chosen::Key(path) => {
            if let Restore::Asks(asks) = &mut model.backup.restore {
                asks.key_file = Some(path);
                asks.key_locked = false;
                asks.error = None;
                return update(model, BackupAction::Open { passphrase: Default::default(), long: false });
            }
        }
        Chosen::Folder(path) => match path.into_os_string().into_string() {
            Ok(folder) => {
                model.settings.backup_folder = folder;
                model.backup.auto_failed = None;
                return vec![save(model)];
            }
            // The settings are text.
            Err(path) => {
                let kind = std::io::ErrorKind::InvalidFilename;
                let error = BackupError::Disk { path: PathBuf::from(path), kind };
                model.say(notice::backup_error(&error), None);
            }
        },
    }
    Vec::new()
}

/// The worker has finished something.
pub(super) fn absorb(model: &mut Model, done: BackupDone) -> Vec<Job> {
    match done {
        BackupDone::Log(log, noted) => {
            model.backup.log = Some(log);
            if !noted {
                model.say(notice::backup_not_noted(), None);
            }
        }
        BackupDone::Keys(Ok(keys), For::Once) => return ask_where(model, Seal::Recipients(keys)),
        BackupDone::Keys(Ok(keys), For::Auto) => {
            model.settings.backup_recipients = keys;
            model.backup.auto_failed = None;
            let mut jobs = vec![save(model)];
            // What is not needed any more is not kept.
            if model.document().is_some_and(|document| document.backup_passphrase.is_some()) {
                jobs.extend(change(model, Change::BackupPassphrase(None), Then::Say(notice::edited(), None)));
            }
            return jobs;
        }
        BackupDone::Keys(Err(error), _) => {
            model.backup.making = false;
            model.backup.error = Some(notice::recipient_error(error));
        }
        BackupDone::Made(Ok((path, accounts))) => {
            model.backup.making = false;
            model.backup.writing = false;
            if model.dialog == Some(Dialog::Backup) {
                model.dialog = None;
            }
            model.say(notice::backup_made(&path, accounts), None);
        }
        BackupDone::Made(Err(error)) => {
            model.backup.making = false;
            model.backup.writing = false;
            model.failures += 1;
            let said = notice::backup_error(&error);
            if model.dialog == Some(Dialog::Backup) {
                model.backup.error = Some(said);
            } else {
                model.say(said, None);
            }
        }
        BackupDone::Auto(made, at) => {
            model.backup.auto_running = false;
            model.backup.auto_failed = made.err().map(|error| (at, error));
        }
        BackupDone::Looked(path, locked, run) if run == model.backup.run => {
            model.backup.restore = match locked {
                Ok(locked) => {
                    let asks_for_work = matches!(locked, Locked::Passphrase { work } if work > crate::app::ports::WORK_UNASKED);
                    Restore::Asks(Asks {
                        path,
                        locked,
                        key_file: None,
                        key_locked: false,
                        busy: false,
                        asks_for_work,
                        error: None,
                    })
                }
                Err(error) => Restore::Refused { path, why: notice::backup_error(&error) },
            };
            model.dialog = Some(Dialog::RestoreBackup);
        }
        BackupDone::Opened(opened, run) if run == model.backup.run => opened_now(model, opened),
        // It was given up meanwhile.
        BackupDone::Looked(..) | BackupDone::Opened(..) => {}
    }
    Vec::new()
}

type Compared = (Arc<crate::app::Document>, crate::app::document::Merged);

fn opened_now(model: &mut Model, opened: Result<Compared, BackupError>) {
    let Restore::Asks(asks) = &mut model.backup.restore else { return };
    asks.busy = false;
    match opened {
        Ok((backup, merged)) => model.backup.restore = Restore::Preview { path: asks.path.clone(), backup, merged },
        Err(BackupError::KeyNeedsPassphrase) => asks.key_locked = true,
        Err(error @ BackupError::AsksForWork { .. }) => {
            asks.asks_for_work = true;
            asks.key_locked |= asks.key_file.is_some();
            asks.error = Some(notice::backup_error(&error));
        }
        Err(error) => {
            let said = notice::backup_error(&error);
            let again = matches!(
                error,
                BackupError::WrongPassphrase
                    | BackupError::KeyWrongPassphrase
                    | BackupError::NoKeyFits
                    | BackupError::NotAKeyFile
                    | BackupError::KeyNotUsable
            );
            if again || asks.key_file.is_some() && matches!(error, BackupError::Disk { .. } | BackupError::TooMuchWork { .. }) {
                asks.error = Some(said);
            } else {
                model.backup.restore = Restore::Refused { path: asks.path.clone(), why: said };
            }
        }
    }
}

/// Another program changed what is here while the preview is shown.
pub(super) fn compare_anew(model: &mut Model) {
    let VaultState::Open(open) = &model.vault else { return };
    if let Restore::Preview { backup, merged, .. } = &mut model.backup.restore {
        *merged = open.document.compare(backup);
    }
}

/// A backup was merged: says so, with the way back.
pub(super) fn merged(model: &mut Model, merging: &Merging) {
    let Some(merged) = merging.done() else { return };
    let mut said = notice::backup_restored(&merged);
    if let Some(left_out) = notice::merged_left_out(&merged) {
        said.advice = left_out.line();
    }
    let undo = merged.changes().then(|| Undo::Merge(Arc::new(merged)));
    model.say(said, undo);
}

/// A dialog was closed, or another one was opened.
pub(super) fn left(model: &mut Model) {
    model.backup.run += 1;
    model.backup.restore = Restore::None;
    model.backup.error = None;
}

/// What is read anew when `dialog` opens.
pub(super) fn entered(dialog: &Dialog) -> Vec<Job> {
    if *dialog == Dialog::Settings(Section::Backups) { vec![Job::Backup(BackupJob::Log)] } else { Vec::new() }
}

/// The vault was opened: a new one has no backups.
pub(super) fn opened(notes: &[VaultNote]) -> Vec<Job> {
    if notes.contains(&VaultNote::FirstStart) { vec![Job::Backup(BackupJob::NewVault)] } else { Vec::new() }
}

/// What automatic backups are locked with; `None` where nothing is chosen yet, or the vault does not hold it any more.
fn auto_seal(model: &Model) -> Option<Seal> {
    if !model.settings.backup_recipients.is_empty() {
        return Some(Seal::Recipients(model.settings.backup_recipients.clone()));
    }
    model.document()?.backup_passphrase.clone().map(Seal::Passphrase)
}

/// When the next automatic backup is due.
fn auto_due(model: &Model) -> Due {
    let ready = model.settings.backup_auto && !model.settings.backup_folder.is_empty() && !model.backup.auto_running;
    let (true, Some(document), Some(log)) = (ready, model.document(), &model.backup.log) else { return Due::No };
    let failed = model.backup.auto_failed.as_ref().map(|(at, _)| *at);
    due(log.auto.as_ref(), failed, document.generation, document.entries(), model.now)
}

/// How long until an automatic backup is due, for a window that is not drawn meanwhile.
#[must_use]
pub fn backup_wait(model: &Model) -> Option<Duration> {
    match auto_due(model) {
        Due::No => None,
        Due::Now => Some(Duration::ZERO),
        Due::At(at) => Some(at.since(model.now)),
    }
}

/// Makes the automatic backup if it is due, or if it is asked for.
fn auto(model: &mut Model, force: bool) -> Vec<Job> {
    if model.backup.auto_running || !force && auto_due(model) != Due::Now {
        return Vec::new();
    }
    let VaultState::Open(open) = &model.vault else { return Vec::new() };
    let Some(seal) = auto_seal(model) else {
        model.backup.auto_failed = Some((model.now, BackupError::NoPassphraseKept));
        return Vec::new();
    };
    let (document, now, folder) = (Arc::clone(&open.document), model.now, PathBuf::from(&model.settings.backup_folder));
    model.backup.auto_running = true;
    vec![Job::Backup(BackupJob::Auto { folder, seal, document, now, force })]
}

/// A second has passed and nothing is being written.
pub(super) fn second(model: &mut Model) -> Vec<Job> {
    let mut jobs = auto(model, false);
    // A command in a terminal may have made the backup that is asked for.
    let reminded = model.backup.log.as_ref().is_some_and(|log| log.reminds(model.listing.total, model.now));
    if reminded && model.now.secs().is_multiple_of(60) {
        jobs.push(Job::Backup(BackupJob::Log));
    }
    jobs
}
