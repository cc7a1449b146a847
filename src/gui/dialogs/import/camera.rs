//! What the camera sees, as in a mirror, until a code is seen.

use egui::epaint::TextureHandle;
use egui::{
    ColorImage, ComboBox, CornerRadius, Image, Rect, Sense, Spinner, Stroke, StrokeKind, TextureOptions, Ui, WidgetInfo, pos2,
    vec2,
};

use crate::app::camera::Film;
use crate::app::import::ImportAction;
use crate::app::ports::Shot;
use crate::app::{Action, notice};
use crate::gui::dialogs::seal::weak;
use crate::gui::theme::palette;
use crate::gui::widgets::field;

use super::leave;

/// The widest picture, in points.
const WIDEST: f32 = 560.0;
/// How round its corners are.
const ROUND: u8 = 10;

/// The texture of the last frame.
#[derive(Default)]
pub struct CameraDraft {
    picture: Option<TextureHandle>,
    frame: u64,
}

impl CameraDraft {
    /// Draws the picture and the buttons. `more`: something else is read as well.
    pub fn ui(&mut self, ui: &mut Ui, film: &Film, more: bool) -> Vec<Action> {
        let mut actions = Vec::new();
        if film.cameras.len() > 1 {
            actions.extend(cameras(ui, film));
        }
        self.take_in(ui, film);
        let shape = film.picture.as_ref().map_or(0.75, |picture| picture.height as f32 / picture.width.max(1) as f32);
        let tallest = (ui.ctx().content_rect().height() * 0.54).max(160.0);
        let width = ui.available_width().min(WIDEST).min(tallest / shape.max(0.1));
        let (rect, response) = ui.allocate_exact_size(vec2(width, width * shape), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, "Picture of the camera"));
        ui.painter().rect_filled(rect, ROUND, palette(ui).surface);
        match &self.picture {
            Some(picture) => {
                // As in a mirror: what is moved to the left goes left.
                let mirrored = Rect::from_min_max(pos2(1.0, 0.0), pos2(0.0, 1.0));
                let image = Image::new((picture.id(), rect.size())).uv(mirrored).corner_radius(CornerRadius::same(ROUND));
                image.paint_at(ui, rect);
            }
            None => {
                let spinner = Rect::from_center_size(rect.center(), vec2(24.0, 24.0));
                ui.put(spinner, Spinner::new().size(24.0));
            }
        }
        ui.painter().rect_stroke(rect, ROUND, Stroke::new(1.0, palette(ui).border), StrokeKind::Inside);
        match &film.said {
            Some(said) => field::note(ui, said),
            None if film.picture.is_none() => weak(ui, "Turning the camera on"),
            None => weak(ui, notice::camera::help()),
        }
        ui.add_space(8.0);
        ui.horizontal_wrapped(|ui| {
            if film.holds() && field::primary(ui, true, "Go on with these").clicked() {
                actions.push(Action::Import(ImportAction::TakeCodes));
            }
            actions.extend(leave(ui, more, "Go on without the camera"));
        });
        actions
    }

    /// Each frame takes the place of the one before.
    fn take_in(&mut self, ui: &Ui, film: &Film) {
        let Some(shot) = &film.picture else {
            self.picture = None;
            return;
        };
        if self.frame == film.frames && self.picture.is_some() {
            return;
        }
        self.frame = film.frames;
        match &mut self.picture {
            Some(picture) => picture.set(image(shot), TextureOptions::LINEAR),
            None => self.picture = Some(ui.ctx().load_texture("camera", image(shot), TextureOptions::LINEAR)),
        }
    }
}

fn image(shot: &Shot) -> ColorImage {
    ColorImage::from_rgba_unmultiplied([shot.width, shot.height], &shot.rgba)
}

/// Which camera.
fn cameras(ui: &mut Ui, film: &Film) -> Option<Action> {
    let mut chosen = None;
    let name = film.cameras.get(film.at).map_or("", String::as_str);
    let combo = ComboBox::from_id_salt("camera").selected_text(name).width(ui.available_width().min(WIDEST));
    let shown = combo.show_ui(ui, |ui| {
        for (at, name) in film.cameras.iter().enumerate() {
            if ui.selectable_label(at == film.at, name).clicked() {
                chosen = Some(at);
                ui.close();
            }
        }
    });
    shown.response.accessible_name("Camera");
    chosen.filter(|at| *at != film.at).map(|at| Action::Import(ImportAction::Camera(at)))
}
