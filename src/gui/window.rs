//! Opens the native window, or says in words why it cannot.

use std::sync::Arc;

use eframe::NativeOptions;
use egui::{IconData, ViewportBuilder, vec2};

use crate::app::ports::Clock;
use crate::app::settings::Settings;

use super::Shell;
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

/// Opens the window and stays until it is closed.
///
/// # Errors
/// [`WindowError`] when it cannot be opened.
pub fn run(sides: Sides, clock: Arc<dyn Clock>, settings: Settings) -> Result<(), WindowError> {
    let mut viewport = ViewportBuilder::default()
        .with_title("Halfminute")
        .with_app_id(APP_ID)
        .with_inner_size(vec2(960.0, 640.0))
        .with_min_inner_size(vec2(420.0, 480.0));
    if let Some(icon) = icon() {
        viewport = viewport.with_icon(icon);
    }
    let options = NativeOptions { viewport, ..NativeOptions::default() };
    let opened = eframe::run_native(
        "Halfminute",
        options,
        Box::new(move |creation| {
            let ctx = creation.egui_ctx.clone();
            let wake: Wake = Arc::new(move || ctx.request_repaint());
            let workers = Workers::start(sides, &wake)?;
            Ok(Box::new(Shell::new(&creation.egui_ctx, clock, settings, Box::new(workers))))
        }),
    );
    opened.map_err(|error| match error {
        eframe::Error::Winit(_) | eframe::Error::WinitEventLoop(_) => WindowError::NoDisplay,
        eframe::Error::AppCreation(_) => WindowError::NoThread,
        _ => WindowError::NoOpenGl,
    })
}

/// The program's icon.
#[must_use]
pub fn icon() -> Option<IconData> {
    let picture =
        image::load_from_memory_with_format(include_bytes!("../../assets/icon.png"), image::ImageFormat::Png).ok()?.into_rgba8();
    let (width, height) = picture.dimensions();
    Some(IconData { rgba: picture.into_raw(), width, height })
}
