//! The message at the bottom of the window: what happened, and the way back.

use egui::{Align2, Context, Id, Ui};

use crate::app::{Action, Model};

use super::theme;

/// How far it is from the bottom, and from a dialog above it.
const AWAY: f32 = 8.0;

/// How much of the bottom it took in the last frame, its distances and all.
pub fn height(ctx: &Context) -> f32 {
    ctx.data(|data| data.get_temp(Id::unique("toast height"))).unwrap_or_default()
}

/// The message at the bottom, with its way back.
pub fn ui(ui: &Ui, model: &Model) -> Option<Action> {
    let Some(toast) = &model.toast else {
        ui.ctx().data_mut(|data| data.remove_temp::<f32>(Id::unique("toast height")));
        return None;
    };
    let palette = theme::palette(ui);
    let width = (ui.ctx().content_rect().width() - 48.0).min(560.0);
    // A dialog leaves it room.
    let away = if model.dialog.is_some() { AWAY } else { 2.0 * AWAY };
    let shown = egui::Area::new(Id::unique("toast"))
        .order(egui::Order::Tooltip)
        .anchor(Align2::CENTER_BOTTOM, [0.0, -away])
        .show(ui.ctx(), |ui| {
            egui::Frame::popup(ui.style())
                .fill(palette.text)
                .inner_margin(egui::Margin::symmetric(16, 6))
                .show(ui, |ui| {
                    ui.set_max_width(width);
                    ui.horizontal(|ui| {
                        ui.spacing_mut().item_spacing.x = 16.0;
                        let text = egui::RichText::new(toast.notice.line()).color(palette.surface);
                        // A click takes it away: it may lie over something.
                        let seen = ui.add(egui::Label::new(text).wrap().sense(egui::Sense::click())).clicked();
                        let undone = toast.undo.as_ref().and_then(|_| {
                            let undo =
                                egui::RichText::new("Undo").color(palette.surface).underline().font(theme::strong_font(14.0));
                            ui.add(egui::Button::new(undo).frame(false)).clicked().then_some(Action::Undo)
                        });
                        undone.or(seen.then_some(Action::DismissToast))
                    })
                    .inner
                })
                .inner
        });
    let taken = shown.response.rect.height() + 2.0 * AWAY;
    ui.ctx().data_mut(|data| data.insert_temp(Id::unique("toast height"), taken));
    shown.inner
}
