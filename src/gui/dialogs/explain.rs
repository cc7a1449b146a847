//! How the code of one account is computed, live. It shows the key, so it closes by itself after a minute.

use egui::text::{LayoutJob, TextFormat};
use egui::{FontId, Label, RichText, Stroke, Ui};

use crate::app::notice::explain as words;
use crate::app::{Action, Model};
use crate::domain::explain::{Explanation, explain};
use crate::domain::{AccountId, Step, UnixTime};
use crate::formats::base32;
use crate::gui::tabs::new_secret::SHOWN_FOR;
use crate::gui::theme::{digits_font, palette, strong_font};

use super::title;

/// The size of bytes in hexadecimal: eight of them fit beside each other in the narrowest window.
const HEX: f32 = 14.0;

/// How many bytes of the HMAC stand in a row.
const ROW: usize = 8;

/// Since when it is shown, and which step was chosen last: `None` for that of now.
#[derive(Default)]
pub struct ExplainDraft {
    since: Option<UnixTime>,
    chosen: Option<Option<Step>>,
}

impl ExplainDraft {
    /// Draws the five steps for the account `id`, at first for `step`.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model, id: AccountId, step: Option<Step>) -> Vec<Action> {
        let Some(record) = model.document().and_then(|document| document.record(id)) else { return vec![Action::Close] };
        let since = *self.since.get_or_insert(model.now);
        if model.now.since(since) >= SHOWN_FOR || since > model.now {
            return vec![Action::Close];
        }
        let chosen = *self.chosen.get_or_insert(step);
        let told = explain(&record.account.params, &record.secret, model.now, chosen);
        title(ui, "How this code is computed");
        weak(ui, &record.account.title());
        ui.label(RichText::new(told.code.grouped().as_str()).font(digits_font(25.0)));
        ui.horizontal_wrapped(|ui| {
            if ui.button("Earlier").clicked() {
                self.chosen = Some(told.step.offset(-1).or(Some(told.step)));
            }
            if ui.add_enabled(chosen.is_some(), egui::Button::new("Now")).clicked() {
                self.chosen = Some(None);
            }
            if ui.button("Later").clicked() {
                self.chosen = Some(Some(told.step.next()));
            }
            ui.add(Label::new(RichText::new(words::which(&told)).color(palette(ui).weak).size(13.0)).wrap());
        });
        let letters = base32::encode_grouped(&record.secret);
        for (place, step) in words::steps(&told).into_iter().enumerate() {
            ui.add_space(4.0);
            ui.label(RichText::new(format!("{}  {}", place + 1, step.title)).font(strong_font(14.0)));
            ui.add(Label::new(RichText::new(&step.said).size(13.0)).wrap().selectable(false));
            match place {
                0 => {
                    // Shown because the person asked; not selectable, so that it never reaches the primary selection.
                    ui.add(Label::new(RichText::new(letters.as_str()).font(digits_font(13.0)).color(palette(ui).weak)).wrap());
                    hex(ui, "The key", &told.key, None);
                }
                1 => hex(ui, "The counter", &told.counter, None),
                2 => {
                    hex(ui, "The HMAC", &told.hmac, Some(&told));
                    weak(ui, words::marks());
                }
                _ => {}
            }
        }
        let left = SHOWN_FOR.as_secs().saturating_sub(model.now.since(since).as_secs());
        ui.add_space(4.0);
        weak(ui, &format!("Who sees this has the secret. It closes in {left} s"));
        let mut actions = Vec::new();
        ui.horizontal_wrapped(|ui| {
            if ui.button("Copy without the secret").clicked() {
                actions.push(Action::CopyText(words::text(&told)));
            }
            if ui.button("Close").clicked() {
                actions.push(Action::Close);
            }
        });
        actions
    }
}

fn weak(ui: &mut Ui, text: &str) {
    ui.add(Label::new(RichText::new(text).color(palette(ui).weak).size(13.0)).wrap());
}

/// Bytes in hexadecimal. Of an HMAC the last byte is framed, whose low half is the offset, and the four bytes it points at are
/// underlined: marks that are seen without colour. Its rows say where they begin.
fn hex(ui: &mut Ui, name: &str, bytes: &[u8], marks: Option<&Explanation>) {
    let palette = palette(ui);
    let plain = TextFormat::simple(digits_font(HEX), palette.text);
    let gap = TextFormat::simple(digits_font(HEX), palette.weak);
    let taken = TextFormat {
        underline: Stroke::new(2.5, palette.accent),
        background: palette.accent_ground,
        ..TextFormat::simple(digits_font(HEX), palette.accent)
    };
    let mut job = LayoutJob::default();
    let mut spoken = format!("{name}:");
    for (place, byte) in bytes.iter().enumerate() {
        if let (true, 0) = (marks.is_some(), place % ROW) {
            let row = format!("{}{place:>2}  ", if place > 0 { "\n" } else { "" });
            job.append(&row, 0.0, gap.clone());
        }
        let four = marks.is_some_and(|told| (told.offset..told.offset + 4).contains(&place));
        let last = marks.is_some() && place + 1 == bytes.len();
        let text = if last { format!("[{byte:02x}]") } else { format!("{byte:02x}") };
        job.append(&text, 0.0, if four { taken.clone() } else { plain.clone() });
        if place + 1 < bytes.len() && (marks.is_none() || (place + 1) % ROW > 0) {
            // The mark runs through from the first of the four to the last.
            let inside = four && marks.is_some_and(|told| place + 1 < told.offset + 4);
            job.append(" ", 0.0, if inside { taken.clone() } else { gap.clone() });
        }
        spoken.push_str(&format!(" {byte:02x}"));
    }
    job.append("", 0.0, TextFormat::simple(FontId::proportional(HEX), palette.text));
    let response = ui.add(Label::new(job).wrap().selectable(false));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
}
