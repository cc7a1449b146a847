//! The page without accounts: at the first start what the program does and where it keeps things, and always the ways to begin.

use egui::{
    Align, Color32, FontId, Label, Layout, Rect, RichText, Role, Sense, TextWrapMode, Ui, WidgetInfo, WidgetText, pos2, vec2,
};

use crate::app::import::ImportAction;
use crate::app::model::OpenVault;
use crate::app::{Action, Document, notice};
use crate::gui::theme::{palette, strong_font};
use crate::gui::widgets::ground;
use crate::gui::widgets::icon::{self, Icon};

/// The widest column.
const WIDEST: f32 = 520.0;
/// The least height of a way to begin.
const WAY: f32 = 68.0;

/// A way to begin: its sign, its name, what it is good for.
type Way = (Icon, &'static str, &'static str);

const CREATE: Way = (Icon::Qr, "Create a new secret", "Show a QR code, scan it with a phone, and test the login");
const ADD: Way = (Icon::Key, "Add an account I already have", "From its key, a QR code on the screen, a picture or the camera");
const IMPORT: Way = (Icon::Import, "Import from another app…", "Files and QR codes of the authenticators of phones and desktops");

/// Draws the page.
pub fn ui(ui: &mut Ui, open: &OpenVault, document: &Document) -> Option<Action> {
    let mut action = None;
    super::scroll().show(ui, |ui| {
        ui.add_space(((ui.available_height() - 430.0) * 0.4).clamp(0.0, 160.0));
        ui.with_layout(Layout::top_down(Align::Center), |ui| {
            ui.set_max_width(ui.available_width().min(WIDEST));
            let first = document.accounts.is_empty() && document.users.is_empty();
            let weak = palette(ui).weak;
            if first {
                ui.label(RichText::new("Welcome to Halfminute").font(strong_font(24.0)));
                let does = "Both sides of a one-time password: live codes for your logins, and a login page to test them on";
                ui.add(Label::new(RichText::new(does).color(weak)).wrap());
                ui.add_space(12.0);
                ui.label("No accounts yet. Begin with one of these");
            } else {
                ui.label(RichText::new("No accounts yet").font(strong_font(22.0)));
                let there = "Make a secret and scan it with your phone, or bring an account that you have";
                ui.add(Label::new(RichText::new(there).color(weak)).wrap());
            }
            ui.add_space(8.0);
            if way(ui, CREATE) {
                action = Some(Action::CreateNew);
            }
            if way(ui, ADD) {
                action = Some(Action::AddExisting);
            }
            if way(ui, IMPORT) {
                action = Some(Action::Import(ImportAction::Choose));
            }
            if first {
                ui.add_space(8.0);
                let said = notice::place(&open.place);
                let colour = if said.advice.is_empty() { weak } else { palette(ui).warn };
                ui.add(Label::new(RichText::new(said.line()).color(colour).size(13.0)).wrap());
            }
        });
    });
    action
}

/// One way to begin, all of which is the button.
fn way(ui: &mut Ui, (sign, name, does): Way) -> bool {
    let width = ui.available_width();
    let text = |ui: &Ui, text: RichText, room: f32| {
        WidgetText::from(text).into_galley(ui, Some(TextWrapMode::Wrap), room, FontId::proportional(13.0))
    };
    let room = width - 60.0 - 36.0;
    let (ink, weak) = (palette(ui).text, palette(ui).weak);
    let head = text(ui, RichText::new(name).font(strong_font(15.0)).color(ink), room);
    let more = text(ui, RichText::new(does).size(13.0).color(weak), room);
    let height = (head.size().y + more.size().y + 26.0).max(WAY);
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(does));
    let palette = palette(ui);
    ground::paint(ui, rect, 12, &response);
    let middle = rect.center().y;
    let sign_ground = Rect::from_center_size(pos2(rect.left() + 32.0, middle), vec2(36.0, 36.0));
    ui.painter().rect_filled(sign_ground, 10, palette.accent_ground);
    icon::paint(ui.painter(), sign, sign_ground.center(), palette.accent);
    icon::paint(ui.painter(), Icon::Onward, pos2(rect.right() - 22.0, middle), palette.weak);
    let top = middle - (head.size().y + more.size().y + 2.0) / 2.0;
    let below = top + head.size().y + 2.0;
    ui.painter().galley(pos2(rect.left() + 62.0, top), head, Color32::PLACEHOLDER);
    ui.painter().galley(pos2(rect.left() + 62.0, below), more, Color32::PLACEHOLDER);
    response.clicked()
}
