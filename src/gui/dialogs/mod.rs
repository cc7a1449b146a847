//! What stands over the window: one dialog at a time.

mod about;
mod edit;
mod qr;
mod start_over;
mod trash;

use egui::{Context, Id, Modal, RichText, Ui};

use crate::app::action::Dialog;
use crate::app::{Action, Model};

use super::theme::strong_font;

/// The drafts of all dialogs.
#[derive(Default)]
pub struct Dialogs {
    shown: Option<Dialog>,
    edit: edit::EditDraft,
    qr: qr::QrDraft,
    start_over: String,
}

impl Dialogs {
    /// Draws the open dialog, if any.
    pub fn ui(&mut self, ctx: &Context, model: &Model) -> Vec<Action> {
        if self.shown != model.dialog {
            *self = Self { shown: model.dialog.clone(), ..Self::default() };
        }
        let Some(dialog) = &model.dialog else { return Vec::new() };
        let shown = Modal::new(Id::unique("dialog")).show(ctx, |ui| {
            let room = ctx.content_rect().size();
            ui.set_width((room.x - 72.0).min(460.0));
            egui::ScrollArea::vertical().max_height(room.y - 110.0).show(ui, |ui| match dialog {
                Dialog::Edit(id) => self.edit.ui(ui, model, *id),
                Dialog::ShowQr(id) => self.qr.ui(ui, model, *id),
                Dialog::Trash => trash::ui(ui, model),
                Dialog::Purge(id) => trash::purge(ui, model, *id),
                Dialog::StartOver => start_over::ui(ui, &mut self.start_over),
                Dialog::Shortcuts => about::shortcuts(ui),
                Dialog::About => about::about(ui),
            })
        });
        let mut actions = shown.inner.inner;
        if shown.backdrop_response.clicked() {
            actions.push(Action::Close);
        }
        actions
    }
}

/// The headline of a dialog.
fn title(ui: &mut Ui, text: &str) {
    ui.add(egui::Label::new(RichText::new(text).font(strong_font(18.0))).wrap());
    ui.add_space(6.0);
}

/// Ends a dialog that only tells something.
fn close(ui: &mut Ui) -> Option<Action> {
    ui.add_space(8.0);
    ui.button("Close").clicked().then_some(Action::Close)
}
