//! The QR picture: dark on white in both themes, four modules of quiet zone, every module a whole number of pixels.

use std::hash::{DefaultHasher, Hash, Hasher};

use egui::{ColorImage, Rect, Response, Sense, Stroke, StrokeKind, TextureHandle, TextureOptions, Ui, WidgetInfo, pos2, vec2};

use crate::formats::qr::{QUIET, QrMatrix};
use crate::gui::theme::{QR_DARK, QR_LIGHT, palette};

/// The texture of the last text that was shown.
#[derive(Default)]
pub struct QrPicture {
    shown: Option<Shown>,
}

struct Shown {
    /// A hash, so that the address with its secret is not kept a second time.
    text_hash: u64,
    matrix: QrMatrix,
    texture: TextureHandle,
}

impl QrPicture {
    /// Draws the picture of `text`, at most `most` points wide. `None` if the text is too long for any QR code.
    pub fn ui(&mut self, ui: &mut Ui, text: &str, most: f32) -> Option<Response> {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let text_hash = hasher.finish();
        if self.shown.as_ref().is_none_or(|shown| shown.text_hash != text_hash) {
            self.shown = QrMatrix::new(text).ok().map(|matrix| {
                let texture = ui.ctx().load_texture("qr", image(&matrix), TextureOptions::NEAREST);
                Shown { text_hash, matrix, texture }
            });
        }
        let shown = self.shown.as_ref()?;
        let pixels = ui.ctx().pixels_per_point();
        let modules = shown.matrix.size() + 2 * QUIET;
        let module = (most * pixels / modules as f32).floor().max(1.0);
        let side = module * modules as f32 / pixels;
        let (space, response) = ui.allocate_exact_size(vec2(side, side), Sense::click());
        // On the pixel grid, so that every module is as wide as the next.
        let corner = pos2((space.min.x * pixels).round() / pixels, (space.min.y * pixels).round() / pixels);
        let rect = Rect::from_min_size(corner, vec2(side, side));
        ui.painter().image(shown.texture.id(), rect, Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0)), QR_LIGHT);
        if response.has_focus() {
            ui.painter().rect_stroke(rect, 2, Stroke::new(2.0, palette(ui).accent), StrokeKind::Outside);
        }
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, "QR code"));
        Some(response)
    }

    /// The matrix of the last text, for a file.
    #[must_use]
    pub fn matrix(&self) -> Option<&QrMatrix> {
        self.shown.as_ref().map(|shown| &shown.matrix)
    }

    /// Forgets the picture.
    pub fn forget(&mut self) {
        if let Some(mut shown) = self.shown.take() {
            // The graphics driver frees its memory as it is.
            let side = shown.matrix.size() + 2 * QUIET;
            shown.texture.set(ColorImage::filled([side, side], QR_LIGHT), TextureOptions::NEAREST);
        }
    }
}

impl Drop for QrPicture {
    fn drop(&mut self) {
        self.forget();
    }
}

/// One pixel a module, the quiet zone included.
fn image(matrix: &QrMatrix) -> ColorImage {
    let side = matrix.size() + 2 * QUIET;
    let mut image = ColorImage::filled([side, side], QR_LIGHT);
    for y in 0..matrix.size() {
        for x in 0..matrix.size() {
            if matrix.dark(x, y) {
                image[(x + QUIET, y + QUIET)] = QR_DARK;
            }
        }
    }
    image
}
