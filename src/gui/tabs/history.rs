//! The history of the login test as a table; only the rows that can be seen are laid out.

use egui::{Label, RichText, ScrollArea, Ui};
use egui_extras::{Column, TableBuilder};

use crate::app::notice::{self, span};
use crate::app::ports::Attempt;
use crate::gui::theme::{digits_font, palette, strong_font};
use crate::gui::widgets::when::date_time;

/// The height of a row in points.
const ROW: f32 = 26.0;
/// The table is at least this wide; a narrower window scrolls it sideways.
const WIDTH: f32 = 640.0;

/// Draws the table.
pub fn ui(ui: &mut Ui, history: &[Attempt]) {
    ui.label(RichText::new("History").font(strong_font(16.0)));
    if history.is_empty() {
        ui.label(RichText::new("Every try stands here, also after a restart").color(palette(ui).weak));
        return;
    }
    let height = (history.len() as f32 + 1.2) * ROW + 8.0;
    ScrollArea::horizontal().id_salt("history").auto_shrink([false, true]).show(ui, |ui| {
        ui.set_min_width(WIDTH);
        TableBuilder::new(ui)
            .striped(true)
            .vscroll(true)
            .max_scroll_height(height.min(420.0))
            .min_scrolled_height(height.min(220.0))
            .cell_layout(egui::Layout::left_to_right(egui::Align::Center))
            .column(Column::exact(160.0))
            .column(Column::remainder().at_least(130.0).clip(true))
            .column(Column::exact(90.0))
            .column(Column::exact(150.0))
            .column(Column::exact(100.0))
            .header(ROW, |mut header| {
                for title in ["Time", "User", "Verdict", "Reason", "Drift"] {
                    header.col(|ui| {
                        ui.label(RichText::new(title).font(strong_font(13.0)).color(palette(ui).weak));
                    });
                }
            })
            .body(|body| {
                body.rows(ROW, history.len(), |mut row| {
                    let attempt = &history[row.index()];
                    row.col(|ui| text(ui, RichText::new(date_time(attempt.at)).font(digits_font(12.5))));
                    row.col(|ui| text(ui, RichText::new(&attempt.user)));
                    row.col(|ui| {
                        let (word, colour) =
                            if attempt.accepted { ("Accepted", palette(ui).good) } else { ("Refused", palette(ui).bad) };
                        text(ui, RichText::new(word).color(colour));
                    });
                    row.col(|ui| {
                        text(ui, RichText::new(if attempt.accepted { "" } else { notice::reason_word(&attempt.reason) }))
                    });
                    row.col(|ui| text(ui, RichText::new(drift(attempt)).font(digits_font(12.5))));
                });
            });
    });
}

fn text(ui: &mut Ui, text: RichText) {
    ui.add(Label::new(text).truncate());
}

/// "−2 min 30 s", "+30 s", "0 s", or nothing where no step matched.
fn drift(attempt: &Attempt) -> String {
    match (attempt.drift, attempt.drift_seconds) {
        (Some(steps), Some(0)) if steps != 0 => format!("{steps:+} steps"),
        (Some(_), Some(seconds)) => {
            let sign = match seconds {
                ..0 => "−",
                0 => "",
                1.. => "+",
            };
            format!("{sign}{}", span(seconds.unsigned_abs()))
        }
        _ => String::new(),
    }
}
