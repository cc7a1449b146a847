//! Text fields with a label above and a message below; secret ones are hidden, keep no undo and cannot be copied from.

use egui::text_edit::TextEditState;
use egui::util::undoer::{Settings, Undoer};
use egui::{Align2, Button, Id, Margin, Response, RichText, TextEdit, Ui, Vec2, vec2};
use zeroize::Zeroizing;

use crate::app::notice::Notice;
use crate::gui::theme::{palette, strong_font};

use super::heard;

/// The height of every field.
const HEIGHT: f32 = 34.0;

fn edit<'t>(ui: &Ui, text: &'t mut String) -> TextEdit<'t> {
    TextEdit::singleline(text)
        .margin(Margin::symmetric(10, 6))
        .min_size(vec2(0.0, HEIGHT))
        .desired_width(ui.available_width())
        .align(Align2::LEFT_CENTER)
}

/// A label and, close under it, what it names.
fn labelled(ui: &mut Ui, label: &str, contents: impl FnOnce(&mut Ui) -> Response) -> Response {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 5.0;
        ui.add_space(3.0);
        let label = ui.label(RichText::new(label).font(strong_font(13.0)));
        contents(ui).labelled_by(label.id)
    })
    .inner
}

/// A labelled field. The label is its accessible name.
pub fn text(ui: &mut Ui, label: &str, hint: &str, text: &mut String) -> Response {
    labelled(ui, label, |ui| {
        let field = edit(ui, text).hint_text(hint.to_owned()).char_limit(1_024);
        ui.add(field)
    })
}

/// A labelled field for a code: wide digits, few characters.
pub fn code(ui: &mut Ui, text: &mut Zeroizing<String>) -> Response {
    named_code(ui, "Code", text)
}

/// The same with a label of its own.
pub fn named_code(ui: &mut Ui, label: &str, text: &mut Zeroizing<String>) -> Response {
    let id = ui.make_persistent_id(("code field", label));
    forget_undo(ui, id);
    labelled(ui, label, |ui| {
        let width = ui.available_width().min(200.0);
        let field = edit(ui, text)
            .id(id)
            .font(crate::gui::theme::digits_font(18.0))
            .desired_width(width)
            .char_limit(32)
            .hint_text(RichText::new("123 456").font(crate::gui::theme::digits_font(18.0)));
        ui.add(field)
    })
}

/// A labelled field whose letters are hidden, without undo.
pub fn secret(ui: &mut Ui, label: &str, text: &mut Zeroizing<String>) -> Response {
    hidden(ui, label, text, true, 2_048)
}

/// The same, shown if `hide` is false; it holds up to `limit` characters.
pub fn hidden(ui: &mut Ui, label: &str, text: &mut Zeroizing<String>, hide: bool, limit: usize) -> Response {
    let id = ui.make_persistent_id(("secret field", label));
    forget_undo(ui, id);
    labelled(ui, label, |ui| {
        let field = edit(ui, text).id(id).password(hide).char_limit(limit);
        ui.add(field)
    })
}

/// egui keeps what was typed for its undo: not here.
fn forget_undo(ui: &Ui, id: Id) {
    let mut state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
    state.set_undoer(Undoer::with_settings(Settings { max_undos: 0, ..Settings::default() }));
    state.store(ui.ctx(), id);
}

/// What is wrong with a field, and what to do.
pub fn error(ui: &mut Ui, text: &str, advice: &str) {
    let shown = message(ui, &Notice::new(text, advice), palette(ui).bad);
    heard::politely(ui, &shown);
}

/// What should be known about a field.
pub fn note(ui: &mut Ui, notice: &Notice) {
    message(ui, notice, palette(ui).warn);
}

fn message(ui: &mut Ui, notice: &Notice, colour: egui::Color32) -> Response {
    ui.add(egui::Label::new(RichText::new(notice.line()).color(colour).size(13.0)).wrap())
}

/// The button that is pressed first on a page.
pub fn primary(ui: &mut Ui, enabled: bool, text: &str) -> Response {
    let palette = palette(ui);
    let label = RichText::new(text).font(strong_font(14.0)).color(palette.on_accent);
    ui.add_enabled(enabled, Button::new(label).fill(palette.accent).min_size(vec2(96.0, HEIGHT)))
}

/// A row of choices of which one is taken.
pub fn choice<T: PartialEq + Copy>(ui: &mut Ui, value: &mut T, choices: &[(T, &str)]) -> bool {
    let mut changed = false;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
        // Both ways of Enroll stand beside each other in the narrowest window.
        ui.spacing_mut().button_padding.x = 9.0;
        for (choice, name) in choices {
            let chosen = *value == *choice;
            let palette = palette(ui);
            let label = RichText::new(*name).color(if chosen { palette.accent } else { palette.text });
            let fill = if chosen { palette.accent_ground } else { palette.surface };
            let button = Button::selectable(chosen, label).fill(fill).min_size(vec2(44.0, 32.0)).frame_when_inactive(true);
            let response = ui.add(button);
            response.widget_info(|| egui::WidgetInfo::selected(egui::Role::RadioButton, true, chosen, name));
            if response.clicked() && !chosen {
                *value = *choice;
                changed = true;
            }
        }
    });
    changed
}

/// A column of the given width, items below each other.
pub fn column<R>(ui: &mut Ui, width: f32, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let down = egui::Layout::top_down(egui::Align::Min);
    ui.allocate_ui_with_layout(vec2(width, 0.0), down, |ui| {
        ui.set_width(width);
        // The row's own spacing stays between the columns.
        ui.spacing_mut().item_spacing.x = 8.0;
        contents(ui)
    })
    .inner
}

/// A thin label over a group of things that is not a text field.
pub fn caption(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).font(strong_font(13.0)));
}

/// The size of a square that fits in `available`.
#[must_use]
pub fn square(available: Vec2, most: f32) -> f32 {
    available.x.min(available.y).min(most).max(120.0)
}
