//! What stands over the window: one dialog at a time.

mod about;
mod backup;
mod edit;
mod explain;
mod export;
mod import;
mod licences;
mod qr;
mod recovery;
mod restore;
mod resync;
mod seal;
mod settings;
mod shortcuts;
mod start_over;
mod test_user;
mod trash;
mod vault;

use egui::{Align2, Context, Frame, Id, Margin, Modal, RichText, ScrollArea, Ui, Vec2, vec2};

use crate::app::action::{Dialog, Section};
use crate::app::{Action, Model};

use super::theme::strong_font;
use super::toast;

/// The drafts of all dialogs.
#[derive(Default)]
pub struct Dialogs {
    shown: Option<Dialog>,
    edit: edit::EditDraft,
    explain: explain::ExplainDraft,
    qr: qr::QrDraft,
    start_over: String,
    test_user: test_user::UserForm,
    resync: resync::ResyncDraft,
    vault: vault::VaultDrafts,
    backup: backup::BackupDraft,
    restore: restore::RestoreDraft,
    import: import::ImportDraft,
    export: export::ExportDraft,
    settings: settings::SettingsDraft,
    about: about::AboutDraft,
    licences: licences::LicencesDraft,
}

impl Dialogs {
    /// Draws the open dialog, if any.
    pub fn ui(&mut self, ctx: &Context, model: &Model) -> Vec<Action> {
        if self.shown != model.dialog {
            *self = Self { shown: model.dialog.clone(), ..Self::default() };
        }
        let Some(dialog) = &model.dialog else { return Vec::new() };
        let frame = Frame::window(&ctx.style_of(ctx.theme())).inner_margin(Margin { left: 20, right: 4, top: 18, bottom: 4 });
        // An own id for each kind: a dialog does not begin with the size of the one before.
        let id = Id::unique(("dialog", kind(dialog)));
        let room = room(ctx);
        // In the middle, or as far above it as a message at the bottom asks for.
        let (taken, here) = (toast::height(ctx), ctx.memory(|memory| memory.area_rect(id)));
        let around = here.map_or(0.0, |here| (ctx.content_rect().height() - here.height()) / 2.0);
        let up = (taken - around).clamp(0.0, (around - 8.0).max(0.0));
        let area = Modal::default_area(id).anchor(Align2::CENTER_CENTER, [0.0, -up]);
        let shown = Modal::new(id).area(area).frame(frame).show(ctx, |ui| {
            ui.set_width((room.x - 56.0).min(self.widest(dialog, model)));
            // The scroll bar lies in the margin, not over a field.
            let area = ScrollArea::vertical().content_margin(Margin { left: 0, right: 16, top: 0, bottom: 16 });
            area.max_height(room.y - 56.0).min_scrolled_height(room.y - 56.0).show(ui, |ui| match dialog {
                Dialog::Edit(id) => self.edit.ui(ui, model, *id),
                Dialog::ShowQr(id) => self.qr.ui(ui, model, *id),
                Dialog::Explain(id, step) => self.explain.ui(ui, model, *id, *step),
                Dialog::Trash => trash::ui(ui, model),
                Dialog::Purge(id) => trash::purge(ui, model, *id),
                Dialog::PurgeOld => trash::purge_old(ui, model),
                Dialog::StartOver => start_over::ui(ui, &mut self.start_over),
                Dialog::TestUser(user) => self.test_user.ui(ui, model, user.as_deref()),
                Dialog::RemoveUser(user) => test_user::remove(ui, model, user),
                Dialog::MakeRecovery(user) => test_user::make_recovery(ui, model, user),
                Dialog::Recovery => recovery::ui(ui, model),
                Dialog::Resync(user, account) => self.resync.ui(ui, model, user, *account),
                Dialog::ClearHistory => test_user::clear_history(ui, model),
                Dialog::Backup => self.backup.ui(ui, model),
                Dialog::RestoreBackup => self.restore.ui(ui, model),
                Dialog::Import => self.import.ui(ui, model),
                Dialog::Export => self.export.ui(ui, model),
                Dialog::Settings(section) => settings::ui(ui, model, *section, &mut self.settings),
                Dialog::Vault(dialog) => self.vault.ui(ui, model, *dialog),
                Dialog::Shortcuts => shortcuts::ui(ui),
                Dialog::About => self.about.ui(ui),
                Dialog::Licences => self.licences.ui(ui),
            })
        });
        let mut actions = shown.inner.inner;
        // A click beside a form does not throw away what was typed.
        let form = matches!(
            dialog,
            Dialog::Edit(_)
                | Dialog::TestUser(_)
                | Dialog::Recovery
                | Dialog::Resync(..)
                | Dialog::Vault(_)
                | Dialog::Backup
                | Dialog::RestoreBackup
                | Dialog::Import
                | Dialog::Export
                | Dialog::Settings(Section::Lock)
        );
        if shown.backdrop_response.clicked() && !form {
            actions.push(Action::Close);
        }
        actions
    }
}

impl Dialogs {
    /// How wide a dialog may become, in points.
    fn widest(&self, dialog: &Dialog, model: &Model) -> f32 {
        match dialog {
            // Lines that are followed by hand, with as few breaks as may be.
            Dialog::Explain(..) => 620.0,
            Dialog::Settings(_) => settings::WIDTH,
            Dialog::Licences => 620.0,
            Dialog::Import if model.import.is_wide() => 700.0,
            Dialog::ShowQr(_) if self.qr.is_large() => f32::INFINITY,
            Dialog::Export if self.export.is_large() => f32::INFINITY,
            _ => 476.0,
        }
    }
}

/// The room that a dialog has: the window, without a message at its bottom.
fn room(ctx: &Context) -> Vec2 {
    ctx.content_rect().size() - vec2(0.0, toast::height(ctx))
}

/// What tells dialogs apart that differ in size. The pages of the settings differ in height alone, and are one.
fn kind(dialog: &Dialog) -> (std::mem::Discriminant<Dialog>, Option<&'static str>) {
    let page = match dialog {
        Dialog::Vault(dialog) => Some(vault::head(*dialog)),
        _ => None,
    };
    (std::mem::discriminant(dialog), page)
}

/// The headline of a dialog.
fn title(ui: &mut Ui, text: &str) {
    ui.add(egui::Label::new(RichText::new(text).font(strong_font(18.0))).wrap());
    ui.add_space(6.0);
}

/// Asks once more, and does nothing unless the answer is yes.
fn confirm(ui: &mut Ui, said: &str, yes: &str, action: Action) -> Vec<Action> {
    ui.add(egui::Label::new(said).wrap());
    ui.add_space(8.0);
    let mut actions = Vec::new();
    ui.horizontal(|ui| {
        if ui.button(RichText::new(yes).color(super::theme::palette(ui).bad)).clicked() {
            actions.push(action);
        }
        if ui.button("Cancel").clicked() {
            actions.push(Action::Close);
        }
    });
    actions
}

/// Ends a dialog that only tells something.
fn close(ui: &mut Ui) -> Option<Action> {
    ui.add_space(8.0);
    ui.button("Close").clicked().then_some(Action::Close)
}
