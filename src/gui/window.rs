//! Opens the native window, or says in words why it cannot; goes on without one while the program lives in the tray.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use eframe::NativeOptions;
use egui::{Context, IconData, Ui, ViewportBuilder, pos2, vec2};

use crate::app::outside::{Face, Start};
use crate::app::ports::{Clock, ScreenPlaces};
use crate::app::settings::Settings;
use crate::app::window_place::{LEAST_HEIGHT, LEAST_WIDTH, WindowPlace};

use super::Shell;
use super::outside::{Standing, builder, quick_id};
use super::worker::{Sides, Wake, Workers};

/// The app's id on desktops that know one.
pub const APP_ID: &str = "io.github.halfminute.Halfminute";

/// Why there is no window, in words for the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// Neither Wayland nor X11 answers.
    #[error("no display was found. Start Halfminute inside a desktop session (WAYLAND_DISPLAY or DISPLAY must be set)")]
    NoDisplay,
    /// The display has no OpenGL.
    #[error(
        "the display has no usable OpenGL. Install the Mesa drivers (Debian: libgl1-mesa-dri) or set LIBGL_ALWAYS_SOFTWARE=1"
    )]
    NoOpenGl,
    /// The system gave no thread.
    #[error("the system gave no thread to work on. Close other programs and try again")]
    NoThread,
}

/// How the window begins.
pub struct Beginning {
    /// What the program was started for.
    pub start: Start,
    /// Where the window stood last.
    pub place: WindowPlace,
    /// Where screens are.
    pub screens: Box<dyn ScreenPlaces>,
}

/// Opens the window and stays until the program is over.
///
/// # Errors
/// [`WindowError`] when it cannot be opened.
pub fn run(sides: Sides, clock: Arc<dyn Clock>, settings: Settings, beginning: Beginning) -> Result<(), WindowError> {
    let Beginning { start, place, screens } = beginning;
    let bell = Arc::new(Bell::default());
    let wake: Wake = {
        let bell = Arc::clone(&bell);
        Arc::new(move || bell.ring())
    };
    let workers = Workers::start(sides, &wake).map_err(|_| WindowError::NoThread)?;
    let mut shell = Shell::without_window(clock, settings, Box::new(workers));
    shell.begin(start, place);
    let shared = Arc::new(Mutex::new(shell));
    loop {
        let mut shell = lock(&shared);
        match shell.model().face() {
            Face::End => return Ok(()),
            Face::Nothing => {
                let wait = shell.idle();
                // What has come meanwhile may ask for a window.
                if shell.model().face() == Face::Nothing {
                    drop(shell);
                    bell.wait(wait);
                    lock(&shared).idle();
                }
            }
            face => {
                shell.placed.screens = screens.screens();
                let standing = if face == Face::Main { Standing::Main } else { Standing::Quick };
                drop(shell);
                open(&shared, standing, &bell)?;
            }
        }
    }
}

/// Opens a window and stays until it is closed.
fn open(shell: &Shared, standing: Standing, bell: &Bell) -> Result<(), WindowError> {
    let mut viewport = match standing {
        Standing::Main => main_window(&mut lock(shell)),
        Standing::Quick => builder(lock(shell).model(), 1.0),
    };
    if let Some(icon) = window_icon() {
        viewport = viewport.with_icon(icon);
    }
    let options = NativeOptions { viewport, centered: standing == Standing::Quick, ..NativeOptions::default() };
    let opened = eframe::run_native(
        "Halfminute",
        options,
        Box::new(|creation| {
            bell.hang(Some(creation.egui_ctx.clone()));
            lock(shell).enter(&creation.egui_ctx, standing);
            Ok(Box::new(Shown(Arc::clone(shell))))
        }),
    );
    bell.hang(None);
    lock(shell).left();
    opened.map_err(|error| match error {
        eframe::Error::Winit(_) | eframe::Error::WinitEventLoop(_) => WindowError::NoDisplay,
        eframe::Error::AppCreation(_) => WindowError::NoThread,
        _ => WindowError::NoOpenGl,
    })
}

fn main_window(shell: &mut Shell) -> ViewportBuilder {
    let place = shell.placed.now.unwrap_or_default().on(&shell.placed.screens);
    shell.placed.now = Some(place);
    let viewport = ViewportBuilder::default()
        .with_title("Halfminute")
        .with_app_id(APP_ID)
        .with_inner_size(vec2(place.width, place.height))
        .with_min_inner_size(vec2(LEAST_WIDTH, LEAST_HEIGHT))
        .with_maximized(place.maximised);
    match place.corner {
        Some((x, y)) => viewport.with_position(pos2(x, y)),
        None => viewport,
    }
}

/// The shell: drawn by its window and by that of the quick search beside it, never by both at once.
type Shared = Arc<Mutex<Shell>>;

fn lock(shared: &Shared) -> MutexGuard<'_, Shell> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The shell while eframe shows it.
struct Shown(Shared);

impl eframe::App for Shown {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        lock(&self.0).before(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let mut shell = lock(&self.0);
        shell.draw(ui);
        if shell.is_quick_beside() {
            let builder = shell.quick_beside(ui.ctx());
            drop(shell);
            // On its own: what is typed there does not draw the window.
            let shared = Arc::clone(&self.0);
            ui.ctx().show_viewport_deferred(quick_id(), builder, move |ui, _| lock(&shared).quick_frame(ui));
        }
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}

/// Wakes whoever draws; without a window, whoever waits.
#[derive(Default)]
struct Bell {
    state: Mutex<BellState>,
    rung: Condvar,
}

#[derive(Default)]
struct BellState {
    window: Option<Context>,
    rung: bool,
}

impl Bell {
    fn ring(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.rung = true;
        let window = state.window.clone();
        drop(state);
        self.rung.notify_all();
        if let Some(window) = window {
            window.request_repaint();
        }
    }

    /// It rings in this window from now on, or in none.
    fn hang(&self, window: Option<Context>) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).window = window;
    }

    /// Waits until it rings, at most so long.
    fn wait(&self, most: Option<Duration>) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let silent = |state: &mut BellState| !state.rung;
        let mut state = match most {
            Some(most) => self.rung.wait_timeout_while(state, most, silent).unwrap_or_else(PoisonError::into_inner).0,
            None => self.rung.wait_while(state, silent).unwrap_or_else(PoisonError::into_inner),
        };
        state.rung = false;
    }
}

/// The program's icon.
#[must_use]
pub fn icon() -> Option<IconData> {
    picture(include_bytes!("../../assets/icon.png"))
}

/// The icon of the window: only one size can be given, so it is the drawing for small ones, large enough for a list of windows.
fn window_icon() -> Option<IconData> {
    picture(include_bytes!("../../assets/icons/window.png"))
}

fn picture(file: &[u8]) -> Option<IconData> {
    let picture = image::load_from_memory_with_format(file, image::ImageFormat::Png).ok()?.into_rgba8();
    let (width, height) = picture.dimensions();
    Some(IconData { rgba: picture.into_raw(), width, height })
}
