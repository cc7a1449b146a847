//! The window. A view reads the model and returns actions; only the app layer's `update` writes it.
//!
//! One frame: take in what the workers have finished, move the model to now, ask for the next repaint at the moment at which
//! something visible changes, draw, carry out what the person did.

mod backup_line;
mod bar;
mod clock_line;
mod dialogs;
mod drop;
mod outside;
pub mod quick;
mod quiet_line;
mod shelf;
mod sight;
pub mod tabs;
pub mod theme;
mod toast;
mod vault_screen;
mod widgets;
pub mod window;
pub mod worker;

use std::sync::Arc;
use std::time::Duration;

use egui::{Event, Key, Modifiers, Ui};

use crate::app::action::{Dialog, Section, TabId};
use crate::app::import::ImportAction;
use crate::app::model::VaultState;
use crate::app::outside::Start;
use crate::app::ports::Clock;
use crate::app::settings::{Looks, Settings, TextSize};
use crate::app::window_place::WindowPlace;
use crate::app::{Action, Job, Model, update};

use self::dialogs::Dialogs;
use self::outside::{Placed, Standing};
use self::quick::QuickView;
use self::tabs::Tabs;
use self::vault_screen::VaultScreen;
use self::worker::Engine;

/// How many frames are drawn after the window was locked: what egui, the screen reader's tree and both buffers held of it is gone then.
const AFTER_LOCKING: u8 = 4;

/// The window's contents: the model, the drafts, the workers.
pub struct Shell {
    model: Model,
    clock: Arc<dyn Clock>,
    engine: Box<dyn Engine>,
    tabs: Tabs,
    dialogs: Dialogs,
    vault_screen: VaultScreen,
    bar: bar::Bar,
    sight: sight::Sight,
    looks: Option<Looks>,
    closing: bool,
    /// How many changes had failed when the person closed the window.
    failures: usize,
    /// Drafts and egui's memory were emptied because the window is locked; so many frames are still drawn to push out the last ones.
    wiped: Option<u8>,
    quick: QuickView,
    standing: Standing,
    placed: Placed,
}

impl Shell {
    /// A window over these workers; starts to open the vault.
    #[must_use]
    pub fn new(ctx: &egui::Context, clock: Arc<dyn Clock>, settings: Settings, engine: Box<dyn Engine>) -> Self {
        let mut shell = Self::without_window(clock, settings, engine);
        shell.enter(ctx, Standing::Main);
        shell.begin(Start::Window, WindowPlace::default());
        shell
    }

    /// The same before there is any window, and before anything was begun.
    fn without_window(clock: Arc<dyn Clock>, settings: Settings, engine: Box<dyn Engine>) -> Self {
        let model = Model::new(clock.now(), settings);
        Self {
            model,
            clock,
            engine,
            tabs: Tabs::default(),
            dialogs: Dialogs::default(),
            vault_screen: VaultScreen::default(),
            bar: bar::Bar::default(),
            sight: sight::Sight::default(),
            looks: None,
            closing: false,
            failures: 0,
            wiped: None,
            quick: QuickView::default(),
            standing: Standing::Main,
            placed: Placed::default(),
        }
    }

    /// What is shown, for tests.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Results in, time on. Whether anything was done.
    fn advance(&mut self) -> bool {
        let saved = self.model.enrolment.saved;
        let finished = self.engine.finished();
        let done_something = !finished.is_empty();
        for done in finished {
            let jobs = update::absorb(&mut self.model, done);
            self.submit(jobs);
        }
        // What was typed is not kept a moment longer than it is needed.
        for (form, (before, after)) in saved.into_iter().zip(self.model.enrolment.saved).enumerate() {
            if before != after {
                self.tabs.saved(form);
            }
        }
        if matches!(self.model.vault, VaultState::Open(_)) {
            self.vault_screen = VaultScreen::default();
        }
        let now = self.clock.moment();
        let wall = now.wall;
        if self.model.clock.is_due(wall) {
            update::clock(&mut self.model, now, self.clock.synchronised());
        }
        let jobs = update::tick(&mut self.model, wall);
        self.submit(jobs);
        done_something
    }

    /// Before drawing: results in, time on, the next repaint ordered.
    pub fn before(&mut self, ctx: &egui::Context) {
        if self.advance() && self.placed.beside {
            ctx.request_repaint_of(outside::quick_id());
        }
        if self.looks != Some(self.model.settings.looks()) {
            let looks = *self.looks.insert(self.model.settings.looks());
            theme::choose(ctx, looks);
        }
        if update::minimised(&mut self.model) {
            ctx.send_viewport_cmd(egui::ViewportCommand::Minimized(true));
        }
        self.wipe_when_locked(ctx);
        self.close_when_written(ctx);
        self.note_place(ctx);
        self.raise(ctx);
        let hidden = ctx.input(|input| input.viewport().minimized == Some(true) || input.viewport().occluded == Some(true));
        if hidden && let Some(wait) = update::backup_wait(&self.model) {
            // Nobody looks, but the hour is over some time.
            ctx.request_repaint_after(wait.max(Duration::from_secs(1)));
        }
        if !hidden && let Some(wait) = self.next_change() {
            ctx.request_repaint_after(wait);
        }
        if hidden && self.model.outside.quick.is_some() && !self.placed.beside {
            // The window of the quick search is opened by the one that nobody sees.
            ctx.send_viewport_cmd(egui::ViewportCommand::RequestPaintWhileHidden);
            ctx.request_repaint();
        }
        // Also when nobody sees it, it is locked in time.
        if hidden && let Some(after) = self.model.settings.lock_after.duration().filter(|_| self.model.can_lock()) {
            ctx.request_repaint_after(after.saturating_sub(self.model.now.since(self.model.touched)));
        }
    }

    /// Locked, nothing of the vault stays in drafts, pictures and egui's own memory.
    fn wipe_when_locked(&mut self, ctx: &egui::Context) {
        if self.model.locking.is_none() && !matches!(self.model.vault, VaultState::NeedsPassphrase { .. }) {
            self.wiped = None;
            return;
        }
        let left = self.wiped.unwrap_or_else(|| {
            self.tabs = Tabs::default();
            self.dialogs = Dialogs::default();
            self.vault_screen = VaultScreen::default();
            self.bar = bar::Bar::default();
            self.quick = QuickView::default();
            ctx.memory_mut(|memory| {
                memory.data.clear();
                memory.caches = egui::cache::CacheStorage::default();
                if let Some(focused) = memory.focused() {
                    memory.surrender_focus(focused);
                }
            });
            AFTER_LOCKING
        });
        self.wiped = Some(left.saturating_sub(1));
        if left > 0 {
            ctx.request_repaint();
        }
    }

    /// How long until something visible changes by itself: the next whole second, at which every step of every period begins
    /// and every countdown moves on. Nothing moves while no account can be shown.
    fn next_change(&self) -> Option<Duration> {
        let moving = matches!(self.model.vault, VaultState::Open(_) | VaultState::Opening { .. });
        let into_second = self.model.now.since_epoch().subsec_nanos();
        // A hair after the boundary, so that the frame does not fall before it.
        let next = Duration::from_nanos(u64::from(1_000_000_000 - into_second));
        // A hidden code that is shown goes in time.
        let shown = self.model.revealed.map_or(next, |revealed| revealed.until.since(self.model.now));
        moving.then(|| next.min(shown) + Duration::from_micros(200))
    }

    /// Draws, then carries out what the person did.
    pub fn draw(&mut self, ui: &mut Ui) {
        if ui.input(|input| input.events.iter().any(quick::is_input)) {
            update::touched(&mut self.model);
        }
        if self.model.outside.quick.is_none() {
            // It begins anew each time.
            self.quick = QuickView::default();
        }
        let shown = self.model.locking.is_none();
        if shown {
            shelf::fill(ui.ctx(), &self.model);
        }
        let mut actions = match self.standing {
            Standing::Quick if self.model.outside.quick.is_some() => self.quick.ui(ui, &self.model),
            Standing::Quick => Vec::new(),
            Standing::Main => self.main(ui),
        };
        if self.standing == Standing::Main && self.model.outside.quick.is_some() && ui.ctx().embed_viewports() {
            // There is but one window, as in tests.
            let window = egui::Window::new("Quick search").title_bar(false).fixed_size(quick::SIZE);
            let shown = window.show(ui.ctx(), |ui| self.quick.ui(ui, &self.model));
            actions.extend(shown.and_then(|shown| shown.inner).unwrap_or_default());
        }
        if shown {
            actions.extend(shelf::wanted(ui.ctx()));
        }
        self.carry_out(ui.ctx(), actions);
    }

    /// Draws the window.
    fn main(&mut self, ui: &mut Ui) -> Vec<Action> {
        self.sight.follow(ui.ctx());
        if ui.input(|input| input.viewport().minimized == Some(true)) {
            return Vec::new();
        }
        if self.model.locking.is_some() {
            let nothing = egui::CentralPanel::default().frame(tabs::frame(ui));
            nothing.show(ui, |ui| self.vault_screen.ui(ui, &self.model));
            return Vec::new();
        }
        let mut actions = shortcuts(ui, &self.model);
        actions.extend(drop::pasted(ui, &self.model));
        egui::Panel::top("bar").frame(bar::frame(ui)).show_separator_line(false).show(ui, |ui| {
            actions.extend(self.bar.ui(ui, &self.model));
        });
        egui::CentralPanel::default().frame(tabs::frame(ui)).show(ui, |ui| match &self.model.vault {
            VaultState::Open(open) => {
                actions.extend(bar::notes(ui, open));
                actions.extend(quiet_line::ui(ui, &self.model));
                actions.extend(self.tabs.current(self.model.tab).ui(ui, &self.model));
            }
            _ => actions.extend(self.vault_screen.ui(ui, &self.model)),
        });
        actions.extend(self.dialogs.ui(ui.ctx(), &self.model));
        actions.extend(drop::ui(ui, &self.model));
        actions.extend(toast::ui(ui, &self.model));
        actions
    }

    /// Carries out what the person did.
    fn carry_out(&mut self, ctx: &egui::Context, actions: Vec<Action>) {
        for action in actions {
            if matches!(action, Action::CancelPrompt) {
                self.engine.cancel_prompt();
            }
            let leaves = match &action {
                Action::Go(tab) => *tab != self.model.tab,
                Action::TestLogin(_) | Action::AddExisting | Action::CreateNew => self.model.tab != TabId::Enroll,
                _ => false,
            };
            if leaves {
                self.tabs.leave(ctx, self.model.tab);
            }
            let jobs = update::update(&mut self.model, action);
            self.submit(jobs);
            self.wipe_when_locked(ctx);
            // What an action changes is shown at once, not at the next second.
            ctx.request_repaint();
        }
    }

    fn submit(&mut self, jobs: Vec<Job>) {
        for job in jobs {
            self.engine.submit(job);
        }
    }
}

/// Keys that work everywhere.
fn shortcuts(ui: &Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    if model.outside.recording {
        return actions;
    }
    // Nothing is being typed.
    let free = !ui.ctx().text_edit_focused();
    // In a field the same keys take back what was typed.
    let takes_back = model.toast.as_ref().is_some_and(|toast| toast.undo.is_some()) && free;
    ui.input_mut(|input| {
        if takes_back && input.consume_key(Modifiers::COMMAND, Key::Z) {
            actions.push(Action::Undo);
        }
        for (key, tab) in [Key::Num1, Key::Num2, Key::Num3].into_iter().zip(TabId::ALL) {
            if model.dialog.is_none() && input.consume_key(Modifiers::COMMAND, key) {
                actions.push(Action::Go(tab));
            }
        }
        let looks = model.settings.looks();
        let size = |text_size| Action::Looks(Looks { text_size, ..looks });
        for (keys, wanted) in [
            ([Key::Plus, Key::Equals], looks.text_size.larger()),
            ([Key::Minus, Key::Minus], looks.text_size.smaller()),
            ([Key::Num0, Key::Num0], TextSize::default()),
        ] {
            if keys.into_iter().any(|key| input.consume_key(Modifiers::COMMAND, key)) && wanted != looks.text_size {
                actions.push(size(wanted));
            }
        }
        if input.consume_key(Modifiers::COMMAND, Key::L) {
            if model.can_lock() {
                actions.push(Action::Lock);
            } else if model.document().is_some() && model.dialog.is_none() {
                actions.push(Action::Open(Dialog::Settings(Section::Lock)));
            }
        }
        let import = matches!(model.dialog, None | Some(Dialog::Import));
        if import && model.document().is_some() && input.consume_key(Modifiers::COMMAND | Modifiers::SHIFT, Key::S) {
            actions.push(Action::Import(ImportAction::Screen));
        }
        if model.dialog.is_some() && input.consume_key(Modifiers::NONE, Key::Escape) {
            actions.push(Action::Close);
        }
        if model.dialog.is_none() && (input.consume_key(Modifiers::NONE, Key::F1) || (free && asks(input))) {
            actions.push(Action::Open(Dialog::Shortcuts));
        }
    });
    actions
}

/// A question mark was typed; nobody else gets it.
fn asks(input: &mut egui::InputState) -> bool {
    let before = input.events.len();
    input.events.retain(|event| !matches!(event, Event::Text(text) if text == "?"));
    input.events.len() < before
}
