//! The window's part in what is outside of it: the quick search in a window of its own, coming to the front, closing, its place.

use std::time::Duration;

use egui::viewport::{WindowLevel, X11WindowType};
use egui::{Context, Ui, ViewportBuilder, ViewportCommand, ViewportId, pos2, vec2};

use crate::app::job::{DesktopJob, Job};
use crate::app::outside::{Face, OutsideAction, Start};
use crate::app::ports::ScreenPlace;
use crate::app::window_place::{WindowPlace, middle};
use crate::app::{Action, Model, update};

use super::quick::{self, QuickView};
use super::window::APP_ID;
use super::{Shell, bar, dialogs, shelf, tabs, vault_screen};

/// The place is kept at most so often, in seconds, while the window is moved about.
const KEEP_EVERY: u64 = 5;
/// Without a window it is looked at least so often at what other programs have changed.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// The window that stands open, as far as eframe knows one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Standing {
    /// The window.
    #[default]
    Main,
    /// The quick search alone.
    Quick,
}

/// Where the window stands, and what of it was kept.
#[derive(Debug, Default)]
pub(super) struct Placed {
    /// Where it stands.
    pub now: Option<WindowPlace>,
    /// What was kept last.
    pub kept: Option<WindowPlace>,
    /// When, in seconds since the epoch.
    at: u64,
    /// Where screens are.
    pub screens: Vec<ScreenPlace>,
    /// The quick search stands beside the window, and its corner in pixels where it was put somewhere.
    pub beside: bool,
    quick: Option<Option<(i32, i32)>>,
}

impl Shell {
    /// Starts what was asked for at the start of the program.
    pub(super) fn begin(&mut self, start: Start, place: WindowPlace) {
        self.placed.now = Some(place);
        self.placed.kept = Some(place);
        let jobs = update::begin(&mut self.model, start);
        self.submit(jobs);
    }

    /// Without a window: takes in what was done, and says after how long it has to be called again; `None`: not before a worker calls.
    pub(super) fn idle(&mut self) -> Option<Duration> {
        self.advance();
        let model = &self.model;
        let until = |moment: crate::domain::UnixTime| moment.since(model.now);
        let lock = model.settings.lock_after.duration().filter(|_| model.can_lock());
        let lock = lock.map(|after| after.saturating_sub(model.now.since(model.touched)));
        let outside = [model.outside.until, model.outside.tray_by].into_iter().flatten().map(until);
        let look = model.document().map(|_| LOOK_EVERY);
        let waits = outside.chain(lock).chain(look).chain(update::backup_wait(model));
        waits.min().map(|wait| wait.max(Duration::from_millis(50)))
    }

    /// Whether another window is to stand open than the one that does, or none.
    pub(super) fn is_over(&self) -> bool {
        let face = self.model.face();
        match self.standing {
            Standing::Main => face != Face::Main,
            Standing::Quick => face != Face::Quick,
        }
    }

    /// A new window is about to open.
    pub(super) fn enter(&mut self, ctx: &Context, standing: Standing) {
        super::theme::install(ctx);
        self.looks = None;
        self.standing = standing;
        self.quick = QuickView::default();
        self.closing = false;
    }

    /// The window has gone, and everything of it that a person has left open.
    pub(super) fn left(&mut self) {
        match self.standing {
            Standing::Main => {
                self.keep_place(true);
                let jobs = update::closed(&mut self.model);
                self.submit(jobs);
            }
            // A wish for the window has closed it, or the person has.
            Standing::Quick => self.model_close_quick(),
        }
        // Pictures belong to the window that has gone; what was typed is not kept longer than it is needed.
        self.tabs = tabs::Tabs::default();
        self.dialogs = dialogs::Dialogs::default();
        self.vault_screen = vault_screen::VaultScreen::default();
        self.bar = bar::Bar::default();
        self.quick = QuickView::default();
    }

    fn model_close_quick(&mut self) {
        let jobs = update::update(&mut self.model, Action::Outside(OutsideAction::CloseQuick));
        self.submit(jobs);
    }

    /// Somebody wants the window: it comes to the front, or begins out of sight.
    pub(super) fn raise(&mut self, ctx: &Context) {
        if self.standing != Standing::Main {
            return;
        }
        if self.model.outside.minimised {
            ctx.send_viewport_cmd(ViewportCommand::Minimized(true));
        } else if self.model.outside.raise {
            ctx.send_viewport_cmd(ViewportCommand::Minimized(false));
            ctx.send_viewport_cmd(ViewportCommand::Focus);
        } else {
            return;
        }
        update::raised(&mut self.model);
    }

    /// A window that is closed while a change is on its way waits for it.
    pub(super) fn close_when_written(&mut self, ctx: &Context) {
        let asked = ctx.input(|input| input.viewport().close_requested());
        if self.standing == Standing::Quick {
            if asked {
                self.model_close_quick();
            } else if self.is_over() {
                ctx.send_viewport_cmd(ViewportCommand::Close);
            }
            return;
        }
        // In the tray the change goes on its way without a window.
        let stays = self.model.stays_when_closed();
        if asked && self.model.busy() && !self.closing && !stays {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.closing = true;
            self.failures = self.model.failures;
        } else if !asked && self.model.outside.quitting.is_some() && !self.closing {
            self.closing = true;
            self.failures = self.model.failures;
        }
        if self.closing && !self.model.busy() {
            if self.model.failures == self.failures {
                ctx.send_viewport_cmd(ViewportCommand::Close);
            } else {
                // What failed stands in the window: it stays until it is closed once more.
                self.closing = false;
            }
        }
    }

    /// Takes note of where the window stands.
    pub(super) fn note_place(&mut self, ctx: &Context) {
        if self.standing != Standing::Main {
            return;
        }
        let zoom = ctx.zoom_factor();
        let before = self.placed.now.unwrap_or_default();
        let seen = ctx.input(|input| {
            let viewport = input.viewport();
            let inside = viewport.inner_rect.filter(|_| viewport.minimized != Some(true))?;
            let maximised = viewport.maximized == Some(true) || viewport.fullscreen == Some(true);
            let scale = viewport.native_pixels_per_point.unwrap_or(1.0);
            let corner = viewport.outer_rect.map(|outer| ((outer.left() * zoom).round(), (outer.top() * zoom).round()));
            let size = inside.size() * zoom;
            Some(if maximised {
                // What it was before comes back with the next click.
                WindowPlace { maximised, ..before }
            } else {
                WindowPlace { width: size.x.round(), height: size.y.round(), corner, scale, maximised }
            })
        });
        if seen.is_some() {
            self.placed.now = seen;
        }
        self.keep_place(false);
    }

    fn keep_place(&mut self, at_once: bool) {
        let now = self.model.now.secs();
        let Some(place) = self.placed.now.filter(|place| Some(*place) != self.placed.kept) else { return };
        if at_once || now.abs_diff(self.placed.at) >= KEEP_EVERY {
            self.placed.at = now;
            self.placed.kept = Some(place);
            self.submit(vec![Job::Desktop(DesktopJob::Keep(place))]);
        }
    }

    /// The quick search is to stand beside the window.
    pub(super) fn is_quick_beside(&mut self) -> bool {
        let beside = self.standing == Standing::Main && self.model.outside.quick.is_some();
        self.placed.beside = beside;
        if !beside {
            self.placed.quick = None;
        }
        beside
    }

    /// Its window, in the middle of the screen that the window is on.
    pub(super) fn quick_beside(&mut self, ctx: &Context) -> ViewportBuilder {
        let builder = builder(&self.model, ctx.zoom_factor());
        let ppp = ctx.pixels_per_point();
        let around = ctx.input(|input| input.viewport().outer_rect.map(|outer| outer.center()));
        let around = around.map(|center| ((center.x * ppp) as i32, (center.y * ppp) as i32));
        let size = quick::SIZE * ppp;
        let place = || middle(&self.placed.screens, around, (size.x as i32, size.y as i32));
        // Where it opens it stays, whatever becomes of the window.
        match *self.placed.quick.get_or_insert_with(place) {
            Some((x, y)) => builder.with_position(pos2(x as f32 / ppp, y as f32 / ppp)),
            None => builder,
        }
    }

    /// One frame of the quick search beside the window: time goes on in it, too, for the window may be minimised.
    pub(super) fn quick_frame(&mut self, ui: &mut Ui) {
        let news = self.advance();
        self.wipe_when_locked(ui.ctx());
        if news || self.wiped.is_some_and(|left| left > 0) {
            ui.ctx().request_repaint_of(ViewportId::ROOT);
        }
        if ui.input(|input| input.events.iter().any(quick::is_input)) {
            update::touched(&mut self.model);
        }
        if self.model.outside.quick.is_none() {
            return;
        }
        shelf::fill(ui.ctx(), &self.model);
        let mut actions = self.quick.ui(ui, &self.model);
        actions.extend(shelf::wanted(ui.ctx()));
        if ui.input(|input| input.viewport().close_requested()) {
            actions.push(Action::Outside(OutsideAction::CloseQuick));
        }
        if !actions.is_empty() {
            // What was done is shown in both.
            ui.ctx().request_repaint_of(ViewportId::ROOT);
        }
        self.carry_out(ui.ctx(), actions);
        if let Some(wait) = self.next_change() {
            ui.ctx().request_repaint_after(wait);
        }
    }
}

/// What egui calls the window of the quick search.
pub(super) fn quick_id() -> ViewportId {
    ViewportId::from_hash_of("quick search")
}

/// The window of the quick search.
pub(super) fn builder(model: &Model, zoom: f32) -> ViewportBuilder {
    // Text that is larger needs a larger window.
    let factor = model.settings.looks().text_size.factor() / zoom;
    ViewportBuilder::default()
        .with_title("Halfminute: quick search")
        .with_app_id(APP_ID)
        .with_inner_size(quick::SIZE * factor)
        .with_min_inner_size(vec2(280.0, 200.0))
        .with_decorations(false)
        .with_resizable(false)
        .with_taskbar(false)
        .with_active(true)
        .with_window_type(X11WindowType::Dialog)
        .with_window_level(WindowLevel::AlwaysOnTop)
}
