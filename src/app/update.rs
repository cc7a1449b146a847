//! The only place that changes the model: actions and finished jobs go in, jobs come out.

mod accounts;
mod backup;
mod camera;
mod died;
mod export;
mod icons;
mod import;
mod lock;
mod login;
mod moving;
mod outside;
mod time;
mod vault;

use std::sync::Arc;

use crate::domain::{AccountId, Code, Match, Moment, OtpKind, OtpParams, Policy, Reason, Verdict, verify};

use super::action::{Action, Dialog, NewEntry, TabId};
use super::backup::BackupJob;
use super::change::Change;
use super::diagnosis;
use super::job::{Done, FileJob, Job, LoginJob, Then, VaultJob, WorkJob};
use super::model::{Model, Undo, VaultState};
use super::notice;
use super::ports::VaultError;

pub use accounts::minimised;
use accounts::put;
pub use backup::backup_wait;
pub use outside::{begin, closed, raised};

use moving::{old, task, task_done};
use vault::{change, changed, lost, open, opened, take_in};

/// How often a window that stays open takes note of how long the computer has been running, in seconds.
const LOOK_EVERY: u64 = 600;

/// Makes the jobs of the first frame.
pub fn start() -> Vec<Job> {
    vec![Job::Vault(VaultJob::Open), Job::Backup(BackupJob::Log), Job::Work(WorkJob::LookAtClock)]
}

/// Carries out one intent.
pub fn update(model: &mut Model, action: Action) -> Vec<Job> {
    match action {
        Action::Go(tab) => {
            if tab != model.tab {
                // What was wrong with a code is said of that code only.
                model.enrolment.verdict = None;
                model.enrolment.error = None;
                model.diagnoses.enrolment = None;
                accounts::come_and_go(model);
            }
            model.enrolment.done = None;
            model.tab = tab;
        }
        Action::Search(text) => accounts::search(model, text),
        Action::ToggleTag(tag) => accounts::toggle_tag(model, tag),
        Action::Shelf(shelf) => return accounts::shelf(model, shelf),
        Action::Move(id, to) => return change(model, Change::Move { id, to }, Then::Nothing),
        Action::Reveal(id) => accounts::reveal(model, id),
        Action::Copy(id, which) => return accounts::copy(model, id, which),
        Action::CopyText(text) => return vec![put(model, text, notice::copied)],
        Action::CopyAddress(address) => return vec![put(model, address, notice::address_copied)],
        Action::NextCode(id) => return accounts::next_code(model, id),
        Action::Pin(id, pinned) => return change(model, Change::Pin { id, pinned }, Then::Nothing),
        Action::Trash(id) => {
            let title = model.document().and_then(|d| d.record(id)).map(|r| r.account.title()).unwrap_or_default();
            let at = model.now;
            model.dialog = None;
            return change(model, Change::Trash { id, at }, Then::Say(notice::trashed(&title), Some(Undo::Restore(id))));
        }
        Action::Restore(id) => return change(model, Change::Restore { id }, Then::Say(notice::restored(), None)),
        Action::Purge(id) => {
            model.dialog = Some(Dialog::Trash);
            return change(model, Change::Purge { id }, Then::Say(notice::purged(), None));
        }
        Action::PurgeOld => {
            let old = model.old_trash();
            model.dialog = Some(Dialog::Trash);
            let said = notice::purged_old(old.len());
            let changes = old.into_iter().map(|id| Change::Purge { id }).collect();
            return change(model, Change::All(changes), Then::Say(said, None));
        }
        Action::Edit(edit) => return change(model, Change::Edit(edit), Then::Edited),
        Action::Open(dialog) => {
            left(model);
            let mut jobs = backup::entered(&dialog);
            model.dialog = Some(dialog);
            jobs.extend(moving::opened_dialog(model));
            jobs.extend(outside::opened_dialog(model));
            return jobs;
        }
        Action::CheckUp => return vault::check_up(model),
        Action::Close => {
            left(model);
            model.dialog = None;
        }
        Action::Backup(action) => return backup::update(model, action),
        Action::Import(action) => return import::update(model, action),
        Action::Export(action) => return export::update(model, action),
        Action::Icons(action) => return icons::update(model, action),
        Action::Outside(action) => return outside::update(model, action),
        Action::Generate(algorithm) => return vec![Job::Work(WorkJob::Generate(algorithm))],
        Action::Confirm(entry, code) => return confirm(model, entry, &code),
        Action::Save(entry) => return save(model, entry, None),
        Action::SavePng { png, name } => return vec![Job::File(FileJob::SavePng { png, name })],
        Action::LogIn(form) => return login::log_in(model, form),
        Action::Resync(form) => return login::resynchronise(model, form),
        Action::Owner(act) => return login::owner(model, act),
        Action::PutUser(draft) => return login::put_user(model, draft),
        Action::FilterHistory(filter) => return login::filter(model, filter),
        Action::NeedLines(from) => return login::need_lines(model, from),
        Action::ExportHistory => return vec![login::work(LoginJob::Csv(model.login.history.filter.clone()))],
        Action::ClearHistory => return login::clear_history(model),
        Action::Diagnose(place, ask) => return searching(diagnosis::asked(model, place, ask)),
        Action::TestLogin(id) => return test_login(model, id),
        Action::AddExisting => {
            model.enrolment.existing = true;
            model.tab = TabId::Enroll;
        }
        Action::Prefilled => model.login.prefill = None,
        Action::CreateNew => {
            model.enrolment.existing = false;
            model.enrolment.done = None;
            model.tab = TabId::Enroll;
        }
        Action::RemoveUser(name) => return login::remove_user(model, name),
        Action::Looks(looks) => {
            model.settings.set_looks(looks);
            return vec![Job::Work(WorkJob::SaveSettings(model.settings.clone()))];
        }
        Action::ClearAfter(clear) => {
            model.settings.clear_clipboard = clear;
            return vec![Job::Work(WorkJob::SaveSettings(model.settings.clone()))];
        }
        Action::Retry => return open(model, VaultJob::Open),
        Action::UseKeyring => return open(model, VaultJob::OpenKeyring),
        Action::CancelPrompt => {}
        Action::CreateFile(passphrase) => return open(model, VaultJob::CreateFile(passphrase)),
        Action::Unlock(passphrase) => return open(model, VaultJob::Unlock(passphrase)),
        Action::Lock => return lock::lock(model),
        Action::Protect { current, new } => return lock::protect(model, current, new),
        Action::LockAfter(after) => {
            model.settings.lock_after = after;
            return vec![Job::Work(WorkJob::SaveSettings(model.settings.clone()))];
        }
        Action::WithScreen(with) => {
            model.settings.lock_with_screen = with;
            return vec![Job::Work(WorkJob::SaveSettings(model.settings.clone()))];
        }
        Action::StartOver => {
            model.dialog = None;
            return open(model, VaultJob::StartOver);
        }
        Action::VaultTask(asked) => return task(model, asked),
        Action::GoBack => {
            model.dialog = None;
            return open(model, VaultJob::GoBack);
        }
        Action::Undo => {
            return match model.toast.take().and_then(|toast| toast.undo) {
                Some(Undo::Restore(id)) => change(model, Change::Restore { id }, Then::Say(notice::restored(), None)),
                Some(Undo::Merge(merged)) => change(model, Change::Unmerge(merged), Then::Say(notice::backup_unmerged(), None)),
                Some(Undo::Import(merged)) => {
                    change(model, Change::Unmerge(merged), Then::Say(notice::import::import_undone(), None))
                }
                None => Vec::new(),
            };
        }
        Action::AskTime(typed) => return time::ask(model, &typed),
        Action::DismissToast => model.toast = None,
        Action::DismissClock => model.clock.seen = true,
        Action::DismissNotes => {
            if let VaultState::Open(open) = &mut model.vault {
                open.notes.clear();
            }
        }
    }
    Vec::new()
}

/// A dialog was closed, or another one was opened.
fn left(model: &mut Model) {
    backup::left(model);
    import::left(model);
    export::left(model);
    model.icons.error = None;
}

fn test_login(model: &mut Model, id: AccountId) -> Vec<Job> {
    let Some(document) = model.document() else { return Vec::new() };
    let Some(record) = document.record(id) else { return Vec::new() };
    let known = document.users.iter().find(|user| user.accounts.contains(&id));
    let (name, jobs) = match known {
        Some(user) => (user.name.clone(), false),
        None => (document.free_user_name(&record.account.issuer, &record.account.name), true),
    };
    model.login.prefill = Some(name.clone());
    model.tab = TabId::Login;
    if jobs { change(model, Change::JoinUser { name, password: None, account: id }, Then::Nothing) } else { Vec::new() }
}

fn confirm(model: &mut Model, mut entry: NewEntry, typed: &str) -> Vec<Job> {
    let policy = Policy::default();
    let verdict = match Code::parse(typed, &entry.params) {
        Err(error) => Verdict::Refused(Reason::NotACode(error)),
        Ok(code) => verify(&entry.params, &entry.secret, &code, model.now, policy, None),
    };
    model.enrolment.verdict = Some(verdict);
    let Verdict::Accepted(proof) = verdict else {
        let secret = Arc::clone(&entry.secret);
        return searching(diagnosis::enrolment_refused(model, entry.params, secret, typed, &verdict));
    };
    model.diagnoses.enrolment = None;
    if let OtpKind::Hotp { .. } = entry.params.kind() {
        // The phone's counter has moved on with the code it showed; ours goes along.
        let kind = OtpKind::Hotp { counter: proof.step.next().0.min(OtpKind::MAX_COUNTER) };
        entry.params = OtpParams::new(entry.params.algorithm(), entry.params.digits(), kind).unwrap_or(entry.params);
    }
    save(model, entry, Some(proof))
}

/// A search for the worker, if there is one to do.
fn searching(job: Option<diagnosis::DiagnosisJob>) -> Vec<Job> {
    job.into_iter().map(|job| Job::Work(WorkJob::Diagnose(job))).collect()
}

fn save(model: &mut Model, mut entry: NewEntry, proof: Option<Match>) -> Vec<Job> {
    let Some(document) = model.document().filter(|_| !model.enrolment.saving) else { return Vec::new() };
    if let Some(user) = &mut entry.user {
        user.name = document.free_user_name(&entry.issuer, &entry.name);
    }
    model.enrolment.saving = true;
    model.enrolment.error = None;
    vec![Job::Work(WorkJob::Prepare(entry, proof))]
}

/// Takes in what a worker has finished.
pub fn absorb(model: &mut Model, done: Done) -> Vec<Job> {
    let mut jobs = if lock::comes_too_late(model, &done) { Vec::new() } else { take(model, done) };
    jobs.extend(icons::sweep(model));
    jobs.extend(lock::when_written(model));
    jobs
}

fn take(model: &mut Model, done: Done) -> Vec<Job> {
    match done {
        Done::Opened(result) => {
            let mut jobs = result.as_ref().map(|opened| backup::opened(&opened.notes)).unwrap_or_default();
            jobs.extend(opened(model, result));
            jobs.push(Job::Vault(VaultJob::LookForOld));
            return jobs;
        }
        Done::Chosen(what) => return backup::chosen(model, what),
        Done::Exchange(done) => return import::done(model, done),
        Done::Pasted(clip) => return import::pasted(model, clip),
        Done::Camera(filmed, run) => return camera::filmed(model, *filmed, run),
        Done::Screen(seen, run) => return import::seen(model, *seen, run),
        Done::Backup(all) => return all.into_iter().flat_map(|done| backup::absorb(model, done)).collect(),
        Done::Locked(locked) => return lock::locked(model, locked),
        Done::Protected { result, is_set, notes } => return lock::protected(model, result, is_set, notes),
        Done::Forgotten | Done::Looked | Done::UsesKept => {}
        Done::Uses(uses) => accounts::counted(model, uses),
        Done::Session(event) => return lock::session(model, event),
        Done::Changed(Err(VaultError::NeedsPassphrase), ..) => {
            model.writing = model.writing.saturating_sub(1);
            return lock::locked_elsewhere(model, true);
        }
        Done::Newer(Err(VaultError::NeedsPassphrase)) => return lock::locked_elsewhere(model, false),
        Done::Changed(result, notes, then) => {
            if let VaultState::Open(open) = &mut model.vault {
                // A note stands once, however often it comes up.
                let news: Vec<_> = notes.into_iter().filter(|note| !open.notes.contains(note)).collect();
                open.notes.extend(news);
            }
            return changed(model, result, then);
        }
        Done::Newer(Ok(Some(document))) => return take_in(model, document),
        Done::Newer(Err(error)) if lost(model, &error) => {}
        // A silent look that fails is repeated a second later; a change that fails says so.
        Done::Newer(Ok(None) | Err(_)) => {}
        Done::CheckedUp(report) => vault::checked_up(model, report),
        Done::Generated(Ok(secret)) => model.enrolment.secret = Some(Arc::new(secret)),
        Done::Generated(Err(_)) => model.enrolment.error = Some(notice::no_entropy()),
        Done::Prepared(Ok((prepared, id))) => {
            let jobs = change(model, prepared, Then::Enrolled(id));
            model.enrolment.saving = !jobs.is_empty();
            return jobs;
        }
        Done::Prepared(Err(_)) => {
            model.enrolment.saving = false;
            model.failures += 1;
            model.enrolment.error = Some(notice::no_entropy());
        }
        Done::Copied(Ok(()), said) => {
            outside::copied(model, true);
            accounts::copied(model, said);
        }
        Done::Copied(Err(_), _) => {
            outside::copied(model, false);
            accounts::not_copied(model);
        }
        Done::Login(done) => return login::done(model, done),
        Done::Diagnosed(done) => return searching(diagnosis::found(model, done)),
        Done::SavedPng(Ok(Some(path))) => model.say(notice::png_saved(&path), None),
        Done::SavedPng(Ok(None)) => {}
        Done::SavedPng(Err(error)) => model.say(notice::file_error(&error), None),
        Done::SavedCsv(Ok(Some(path))) => model.say(notice::csv_saved(&path), None),
        Done::SavedCsv(Ok(None)) => {}
        Done::SavedCsv(Err(error)) => model.say(notice::file_error(&error), None),
        Done::SettingsKept(Ok(())) => {}
        Done::SettingsKept(Err(error)) => model.say(notice::file_error(&error), None),
        Done::Task(result, left) => task_done(model, result, left),
        Done::Old(found) => old(model, found),
        Done::Icons(done) => icons::done(model, done),
        Done::Desktop(done) => return outside::done(model, done),
        Done::Time(server, answer) => model.clock.answered(server, answer),
        Done::WorkerDied(name) => died::worker_died(model, name),
    }
    Vec::new()
}

/// Takes in a look at the clocks, once a second.
pub fn clock(model: &mut Model, now: Moment, synchronised: Option<bool>) {
    model.clock.look(now, synchronised);
}

/// The person did something in the window.
pub fn touched(model: &mut Model) {
    model.touched = model.now;
}

/// Moves the model to `now`. Asks once a second whether another program changed the vault, and locks it after a time without input.
pub fn tick(model: &mut Model, now: crate::domain::UnixTime) -> Vec<Job> {
    let mut jobs = moved(model, now);
    jobs.extend(outside::follow(model));
    jobs
}

fn moved(model: &mut Model, now: crate::domain::UnixTime) -> Vec<Job> {
    let before = std::mem::replace(&mut model.now, now);
    if model.toast.as_ref().is_some_and(|toast| toast.until <= now || toast.until.since(now) > super::model::TOAST_FOR) {
        model.toast = None;
    }
    accounts::second(model);
    if model.dialog != Some(Dialog::Recovery) {
        // Shown once: they go with their dialog, whatever has closed it.
        model.login.recovery = None;
    }
    if lock::is_due(model) {
        return lock::lock(model);
    }
    match &model.vault {
        VaultState::Open(open) if before.secs() != now.secs() && model.writing == 0 && !model.dead.contains("vault") => {
            let mut jobs = vec![Job::Vault(VaultJob::Look(open.document.generation))];
            jobs.extend(backup::second(model));
            if before.secs() / LOOK_EVERY != now.secs() / LOOK_EVERY && !model.dead.contains("work") {
                jobs.push(Job::Work(WorkJob::LookAtClock));
            }
            jobs
        }
        _ => Vec::new(),
    }
}
