//! What the model does with wishes from outside the window, with the quick search, the tray and the keys.

use std::time::Duration;

use crate::app::action::{Dialog, Section, Which};
use crate::app::job::{DesktopDone, DesktopJob, Job, WorkJob};
use crate::app::model::{MakingWay, Model};
use crate::app::notice;
use crate::app::outside::{MOST_IN_MENU, OutsideAction, Quick, Start, WAIT_FOR_TRAY};
use crate::app::ports::{DesktopEvent, TrayState, Wish};
use crate::app::settings::{InTray, OnClose};
use crate::domain::UnixTime;

use super::accounts::copy;
use super::lock;

/// The first jobs of a program that was started like this.
pub fn begin(model: &mut Model, start: Start) -> Vec<Job> {
    let shown = model.settings.tray == InTray::Shown;
    match start {
        Start::Window => model.outside.main = true,
        Start::Quick => {
            model.outside.in_tray = true;
            model.outside.quick = Some(Quick::default());
        }
        Start::Hidden if shown => {
            model.outside.in_tray = true;
            model.outside.tray_by = Some(soon(model));
        }
        Start::Hidden => {
            model.outside.main = true;
            model.outside.minimised = true;
        }
    }
    let keys = model.settings.quick_keys.map(|keys| job(DesktopJob::Keys(Some(keys))));
    super::start().into_iter().chain(keys).collect()
}

fn soon(model: &Model) -> UnixTime {
    model.now.plus(Duration::from_secs(WAIT_FOR_TRAY))
}

fn job(job: DesktopJob) -> Job {
    Job::Desktop(job)
}

/// The window was closed: the program ends, or lives on in the tray. What was open in it is open no more.
pub fn closed(model: &mut Model) -> Vec<Job> {
    super::left(model);
    model.dialog = None;
    model.outside.main = false;
    model.outside.quick = None;
    model.outside.recording = false;
    model.outside.in_tray = model.settings.on_close == OnClose::KeepRunning;
    if model.search.is_empty() {
        return Vec::new();
    }
    super::update(model, crate::app::Action::Search(String::new()))
}

/// The window stands open now, or has come to the front.
pub fn raised(model: &mut Model) {
    model.outside.raise = false;
    model.outside.minimised = false;
}

/// Carries out one intent.
pub(super) fn update(model: &mut Model, action: OutsideAction) -> Vec<Job> {
    match action {
        OutsideAction::QuickCopy(id, which) => return quick_copy(model, id, which),
        OutsideAction::CloseQuick => model.outside.quick = None,
        OutsideAction::ShowWindow => return wish(model, Wish::Show),
        OutsideAction::OpenQuick => return wish(model, Wish::Quick),
        OutsideAction::Tray(tray) => {
            model.settings.tray = tray;
            return vec![save(model)];
        }
        OutsideAction::OnClose(on_close) => {
            model.settings.on_close = on_close;
            return vec![save(model)];
        }
        OutsideAction::Record(recording) => {
            model.outside.recording = recording;
            // What is pressed is to arrive here, also if it opens the quick search so far.
            let heard = model.settings.quick_keys.filter(|_| !recording);
            return vec![job(DesktopJob::Keys(heard))];
        }
        OutsideAction::Keys(keys) => {
            model.outside.recording = false;
            model.settings.quick_keys = keys;
            return vec![save(model), job(DesktopJob::Keys(keys))];
        }
        OutsideAction::Starts(starts) => return vec![job(DesktopJob::SetStarts(starts))],
    }
    Vec::new()
}

fn save(model: &Model) -> Job {
    Job::Work(WorkJob::SaveSettings(model.settings.clone()))
}

fn quick_copy(model: &mut Model, id: crate::domain::AccountId, which: Which) -> Vec<Job> {
    let jobs = copy_in_place(model, id, which);
    if let Some(quick) = &mut model.outside.quick {
        quick.copying = !jobs.is_empty();
        quick.error = None;
    }
    jobs
}

/// Copies without any way to make: the window does not stand in it.
fn copy_in_place(model: &mut Model, id: crate::domain::AccountId, which: Which) -> Vec<Job> {
    let jobs = copy(model, id, which);
    model.making_way = MakingWay::No;
    jobs
}

/// What was copied stands on the clipboard, or not.
pub(super) fn copied(model: &mut Model, worked: bool) {
    let clear = model.settings.clear_clipboard.duration();
    let outside = &mut model.outside;
    if worked && !outside.main {
        outside.until = Some(model.now.plus(clear));
    }
    match &mut outside.quick {
        Some(quick) if quick.copying && worked => outside.quick = None,
        Some(quick) if quick.copying => *quick = Quick { copying: false, error: Some(notice::no_clipboard()) },
        _ => {}
    }
}

/// What the settings' page needs to know.
pub(super) fn opened_dialog(model: &mut Model) -> Vec<Job> {
    model.outside.recording = false;
    match model.dialog {
        Some(Dialog::Settings(Section::Desktop)) => vec![job(DesktopJob::Starts)],
        _ => Vec::new(),
    }
}

/// Takes in what the desktop says.
pub(super) fn done(model: &mut Model, done: DesktopDone) -> Vec<Job> {
    match done {
        DesktopDone::Event(DesktopEvent::Wish(wanted)) => return wish(model, wanted),
        DesktopDone::Event(DesktopEvent::Tray(state)) => {
            let by = soon(model);
            let outside = &mut model.outside;
            let before = std::mem::replace(&mut outside.tray, state);
            if state == TrayState::Shown {
                outside.tray_by = None;
            } else if before == TrayState::Shown && !outside.main && outside.in_tray && outside.tray_by.is_none() {
                outside.tray_by = Some(by);
            }
        }
        DesktopDone::Event(DesktopEvent::Keys(state)) => model.outside.keys = state,
        DesktopDone::Starts(starts) => model.outside.starts = Some(starts),
        DesktopDone::Kept(Ok(())) => {}
        DesktopDone::Kept(Err(error)) => model.say(notice::file_error(&error), None),
        DesktopDone::Taken => {}
    }
    Vec::new()
}

fn wish(model: &mut Model, wish: Wish) -> Vec<Job> {
    match wish {
        Wish::Show => {
            model.outside.quick = None;
            model.outside.main = true;
            model.outside.minimised = false;
            model.outside.raise = true;
            model.outside.tray_by = None;
        }
        Wish::Quick => drop(model.outside.quick.get_or_insert_default()),
        Wish::Copy(id) => return copy_in_place(model, id, Which::Current),
        Wish::Lock => return lock::lock(model),
        Wish::Quit => model.outside.quitting = Some(model.failures),
    }
    Vec::new()
}

/// What of the outside has to follow the model: the tray's menu, the way back to a program without a window.
pub(super) fn follow(model: &mut Model) -> Vec<Job> {
    let outside = &mut model.outside;
    if outside.tray_by.is_some_and(|by| by <= model.now) && !outside.main && outside.quick.is_none() {
        // Nobody is to look for a program that cannot be seen.
        outside.tray_by = None;
        outside.main = true;
        outside.minimised = true;
    }
    if outside.quitting.is_some_and(|failures| model.failures > failures) {
        // What failed stands in the window.
        outside.quitting = None;
        outside.main = true;
    }
    let generation = model.document().map(|document| document.generation);
    let made_of = Some((generation, model.can_lock(), model.settings.tray));
    if model.outside.made_of == made_of {
        return Vec::new();
    }
    model.outside.made_of = made_of;
    let menu = model.tray_menu();
    debug_assert!(menu.as_ref().is_none_or(|menu| menu.accounts.len() <= MOST_IN_MENU));
    if model.outside.menu == menu {
        return Vec::new();
    }
    model.outside.menu.clone_from(&menu);
    vec![job(DesktopJob::Tray(menu))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::outside::Face;
    use crate::app::settings::Settings;

    fn model(tray: InTray, on_close: OnClose) -> Model {
        Model::new(UnixTime::from_secs(1_000), Settings { tray, on_close, ..Settings::default() })
    }

    fn says(model: &mut Model, state: TrayState) {
        assert!(done(model, DesktopDone::Event(DesktopEvent::Tray(state))).is_empty());
    }

    fn after(model: &mut Model, secs: u64) -> Face {
        let _jobs = super::super::tick(model, model.now.plus(Duration::from_secs(secs)));
        model.face()
    }

    #[test]
    fn a_closed_window_leaves_a_program_only_where_there_is_a_way_back() {
        let rows = [
            (InTray::Shown, OnClose::KeepRunning, TrayState::Shown, Face::Nothing),
            (InTray::Shown, OnClose::KeepRunning, TrayState::NoTray, Face::End),
            (InTray::Shown, OnClose::KeepRunning, TrayState::NotHere, Face::End),
            (InTray::Shown, OnClose::KeepRunning, TrayState::Off, Face::End),
            (InTray::Absent, OnClose::KeepRunning, TrayState::Shown, Face::End),
            (InTray::Shown, OnClose::Quit, TrayState::Shown, Face::End),
        ];
        for row @ (tray, on_close, state, face) in rows {
            let mut model = model(tray, on_close);
            let _jobs = begin(&mut model, Start::Window);
            says(&mut model, state);
            assert_eq!(model.face(), Face::Main, "{row:?}");
            let _jobs = closed(&mut model);
            assert_eq!(after(&mut model, 0), face, "{row:?}");
        }
    }

    #[test]
    fn a_tray_that_goes_brings_the_window_back() {
        let mut model = model(InTray::Shown, OnClose::KeepRunning);
        let _jobs = begin(&mut model, Start::Window);
        says(&mut model, TrayState::Shown);
        let _jobs = closed(&mut model);
        says(&mut model, TrayState::NoTray);
        assert_eq!(after(&mut model, WAIT_FOR_TRAY - 1), Face::Nothing, "a panel that starts anew");
        says(&mut model, TrayState::Shown);
        assert_eq!(after(&mut model, 2 * WAIT_FOR_TRAY), Face::Nothing);
        says(&mut model, TrayState::NoTray);
        assert_eq!(after(&mut model, WAIT_FOR_TRAY), Face::Main);
        assert!(model.outside.minimised);
    }

    #[test]
    fn how_it_begins() {
        let begun = |start, tray| {
            let mut model = model(tray, OnClose::Quit);
            let _jobs = begin(&mut model, start);
            let first = (model.face(), model.outside.minimised);
            (first, after(&mut model, WAIT_FOR_TRAY))
        };
        let rows = [
            ((Start::Window, InTray::Absent), (Face::Main, false), Face::Main),
            ((Start::Quick, InTray::Absent), (Face::Quick, false), Face::Quick),
            ((Start::Hidden, InTray::Absent), (Face::Main, true), Face::Main),
            // no tray has come
            ((Start::Hidden, InTray::Shown), (Face::Nothing, false), Face::Main),
        ];
        for (row @ (start, tray), first, then) in rows {
            assert_eq!(begun(start, tray), (first, then), "{row:?}");
        }
    }

    #[test]
    fn the_quick_search_alone_stays_until_its_code_has_left_the_clipboard() {
        for (tray, state, end) in [(InTray::Absent, TrayState::Off, Face::End), (InTray::Shown, TrayState::Shown, Face::Nothing)]
        {
            let mut model = model(tray, OnClose::Quit);
            let _jobs = begin(&mut model, Start::Quick);
            says(&mut model, state);
            model.outside.quick = Some(Quick { copying: true, error: None });
            copied(&mut model, true);
            assert_eq!(after(&mut model, 29), Face::Nothing, "the clipboard is cleared after 30 s");
            assert_eq!(after(&mut model, 1), end, "{tray:?}");
        }
        let mut model = model(InTray::Absent, OnClose::Quit);
        let _jobs = begin(&mut model, Start::Quick);
        let _jobs = update(&mut model, OutsideAction::CloseQuick);
        assert_eq!(model.face(), Face::End, "nothing was copied");
        let _jobs = begin(&mut model, Start::Quick);
        let _jobs = wish(&mut model, Wish::Show);
        assert_eq!(model.face(), Face::Main);
    }
}
