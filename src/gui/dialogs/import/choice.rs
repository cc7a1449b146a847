//! Several codes on the screen: a small picture of it on which they are numbered, and beside it the list of them with ticks.

use egui::epaint::TextureHandle;
use egui::{
    Align, Align2, Checkbox, ColorImage, CursorIcon, Label, Layout, Pos2, Rect, RichText, Sense, Shape, Stroke, StrokeKind,
    TextureOptions, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

use crate::app::import::{Choice, ImportAction};
use crate::app::screen::{Code, Small};
use crate::app::{Action, notice};
use crate::gui::dialogs::room;
use crate::gui::dialogs::seal::weak;
use crate::gui::theme::{QR_LIGHT, digits_font, palette, strong_font};
use crate::gui::widgets::field;

use super::{again, leave};

/// From this width on the list stands beside the picture.
const WIDE: f32 = 560.0;
/// How wide the list is there.
const LIST: f32 = 268.0;
/// The least side of a box around a code, and the size of its number's ground.
const BOX: f32 = 18.0;

/// The textures of the pictures, and for which run they were made.
#[derive(Default)]
pub struct ChoiceDraft {
    made_for: Option<u64>,
    pictures: Vec<TextureHandle>,
    /// Over which code the pointer was in the last frame.
    pointed: Option<usize>,
}

impl ChoiceDraft {
    /// Draws the pictures, the list and the buttons. `more`: something else is read as well.
    pub fn ui(&mut self, ui: &mut Ui, choice: &Choice, run: u64, more: bool) -> Vec<Action> {
        let sight = &choice.sight;
        if self.made_for != Some(run) || self.pictures.len() != sight.screens.len() {
            self.forget();
            let load = |small: &Small| ui.ctx().load_texture("screen", image(small), TextureOptions::LINEAR);
            self.pictures = sight.screens.iter().map(load).collect();
            self.made_for = Some(run);
        }
        let usable = sight.codes.iter().filter(|code| code.usable).count();
        let said = notice::screen::found(&choice.source, sight.codes.len(), usable);
        ui.add(Label::new(RichText::new(said).font(strong_font(14.0))).wrap());
        let mut actions = Vec::new();
        let mut pointed = None;
        let width = ui.available_width();
        if width >= WIDE {
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = 16.0;
                field::column(ui, width - LIST - 16.0, |ui| actions.extend(self.screens(ui, choice, &mut pointed)));
                field::column(ui, LIST, |ui| actions.extend(self.list(ui, choice, &mut pointed)));
            });
        } else {
            actions.extend(self.screens(ui, choice, &mut pointed));
            actions.extend(self.list(ui, choice, &mut pointed));
        }
        if self.pointed != pointed {
            self.pointed = pointed;
            ui.ctx().request_repaint();
        }
        ui.add_space(8.0);
        ui.horizontal_wrapped(|ui| {
            let many = choice.many();
            if usable > 0 && field::primary(ui, many > 0, &notice::screen::take(many)).clicked() {
                actions.push(Action::Import(ImportAction::TakeCodes));
            }
            if ui.button("Scan again").clicked() {
                actions.push(Action::Import(again(&choice.source)));
            }
            actions.extend(leave(ui, more, notice::screen::without(&choice.source)));
        });
        actions
    }

    /// The screens, one below the other.
    fn screens(&self, ui: &mut Ui, choice: &Choice, pointed: &mut Option<usize>) -> Vec<Action> {
        let mut actions = Vec::new();
        let room = vec2(ui.available_width(), (room(ui.ctx()).y * 0.55).max(160.0));
        for (screen, (small, picture)) in choice.sight.screens.iter().zip(&self.pictures).enumerate() {
            let scale = (room.x / small.width as f32).min(room.y / small.height as f32);
            let (rect, response) =
                ui.allocate_exact_size(vec2(small.width as f32 * scale, small.height as f32 * scale), Sense::CLICK);
            let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            ui.painter().image(picture.id(), rect, whole, QR_LIGHT);
            ui.painter().rect_stroke(rect, 0, Stroke::new(1.0, palette(ui).border), StrokeKind::Outside);
            let here: Vec<(usize, &Code)> =
                choice.sight.codes.iter().enumerate().filter(|(_, code)| code.screen == screen).collect();
            let pointer = response.hover_pos();
            let under = |at: Pos2| here.iter().find(|(_, code)| bounds(code, rect).contains(at)).map(|(at, _)| *at);
            let hovered = pointer.and_then(under);
            for (at, code) in &here {
                let ticked = choice.ticked.get(*at) == Some(&true);
                marked(ui, *at, code, rect, ticked, hovered == Some(*at) || self.pointed == Some(*at));
            }
            let name = notice::screen::picture(&choice.source, screen + 1, choice.sight.screens.len(), here.len());
            response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, &name));
            if let Some((at, code)) = hovered.and_then(|at| Some((at, choice.sight.codes.get(at)?))) {
                *pointed = Some(at);
                let usable = code.usable;
                let response = response.on_hover_cursor(if usable { CursorIcon::PointingHand } else { CursorIcon::Default });
                if response.clicked() && usable {
                    let ticked = choice.ticked.get(at) == Some(&true);
                    actions.push(Action::Import(ImportAction::TickCode(at, !ticked)));
                }
            }
        }
        actions
    }

    /// All codes with their ticks.
    fn list(&self, ui: &mut Ui, choice: &Choice, pointed: &mut Option<usize>) -> Vec<Action> {
        let mut actions = Vec::new();
        for (at, code) in choice.sight.codes.iter().enumerate() {
            let ticked = choice.ticked.get(at) == Some(&true);
            let ground = ui.painter().add(Shape::Noop);
            let inside = UiBuilder::new().id_salt(("code", at));
            let row = ui.scope_builder(inside, |ui| {
                ui.set_width(ui.available_width());
                ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
                    ui.spacing_mut().item_spacing = vec2(6.0, 1.0);
                    ui.spacing_mut().interact_size.y = 20.0;
                    let mut now = ticked;
                    let tick = ui.add_enabled(code.usable, Checkbox::without_text(&mut now)).accessible_name(&code.title);
                    let (number, _) = ui.allocate_exact_size(vec2(BOX, 20.0), Sense::empty());
                    badge(ui, number.center(), at, code, ticked);
                    ui.vertical(|ui| {
                        ui.add_space(1.0);
                        let colour = if code.usable { palette(ui).text } else { palette(ui).weak };
                        let title = RichText::new(&code.title).font(strong_font(14.0)).color(colour);
                        let label = ui.add(Label::new(title).wrap().sense(Sense::CLICK));
                        if label.clicked() && code.usable {
                            now = !now;
                        }
                        if !code.more.is_empty() {
                            weak(ui, &code.more);
                        }
                    });
                    if now != ticked || tick.changed() {
                        actions.push(Action::Import(ImportAction::TickCode(at, now)));
                    }
                    tick.has_focus()
                })
                .inner
            });
            let hovered = row.response.contains_pointer() || row.inner;
            if hovered {
                *pointed = Some(at);
            }
            if hovered || self.pointed == Some(at) {
                let rect = row.response.rect.expand2(vec2(6.0, 3.0));
                ui.painter().set(ground, Shape::rect_filled(rect, 6, palette(ui).surface_hover));
            }
        }
        actions
    }

    /// The graphics driver frees its memory as it is: what was on the screen is written over.
    fn forget(&mut self) {
        for mut picture in self.pictures.drain(..) {
            let size = picture.size();
            picture.set(ColorImage::filled(size, QR_LIGHT), TextureOptions::LINEAR);
        }
        self.made_for = None;
    }
}

impl Drop for ChoiceDraft {
    fn drop(&mut self) {
        self.forget();
    }
}

fn image(small: &Small) -> ColorImage {
    ColorImage::from_rgba_unmultiplied([small.width, small.height], &small.rgba)
}

/// The rectangle around a code on the picture, large enough to be hit.
fn bounds(code: &Code, picture: Rect) -> Rect {
    let corners = code.corners.map(|(x, y)| pos2(picture.left() + x * picture.width(), picture.top() + y * picture.height()));
    let around = Rect::from_points(&corners).expand(3.0);
    let grow = vec2((BOX - around.width()).max(0.0), (BOX - around.height()).max(0.0)) / 2.0;
    around.expand2(grow).intersect(picture)
}

/// A box around a code, and its number.
fn marked(ui: &Ui, at: usize, code: &Code, picture: Rect, ticked: bool, pointed: bool) {
    let around = bounds(code, picture);
    let colour = colour(ui, code, ticked);
    let painter = ui.painter_at(picture.expand(2.0));
    // A line of paper on both sides: it is seen on any screen.
    let width = if pointed { 4.0 } else { 2.0 };
    painter.rect_stroke(around, 4, Stroke::new(width + 2.0, palette(ui).surface), StrokeKind::Middle);
    painter.rect_stroke(around, 4, Stroke::new(width, colour), StrokeKind::Middle);
    badge(ui, around.center(), at, code, ticked);
}

/// The number of a code on its ground.
fn badge(ui: &Ui, centre: Pos2, at: usize, code: &Code, ticked: bool) {
    let palette = palette(ui);
    let ground = Rect::from_center_size(centre, vec2(BOX, BOX));
    let (fill, ink) = if ticked { (colour(ui, code, ticked), palette.on_accent) } else { (palette.surface, palette.weak) };
    ui.painter().rect(ground, 5, fill, Stroke::new(1.5, colour(ui, code, ticked)), StrokeKind::Inside);
    let number = (at + 1).to_string();
    ui.painter().text(ground.center(), Align2::CENTER_CENTER, number, digits_font(12.0), ink);
}

/// A code that is taken, one that is not, and one that cannot be.
fn colour(ui: &Ui, code: &Code, ticked: bool) -> egui::Color32 {
    match (code.usable, ticked) {
        (true, true) => palette(ui).accent,
        (true, false) => palette(ui).weak,
        (false, _) => palette(ui).border,
    }
}
