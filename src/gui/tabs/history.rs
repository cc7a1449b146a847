//! The history of the login test as a table; only the rows that can be seen are laid out.

use egui::{Label, RichText, Ui};
use egui_extras::{Column, TableBuilder};

use crate::app::notice::{self, span};
use crate::app::ports::Attempt;
use crate::gui::theme::{digits_font, palette, strong_font};
use crate::gui::widgets::when::{clock_time, date_time};

/// The height of a row in points.
const ROW: f32 = 26.0;
/// From this width on the table has every column; below, time, user, result and drift.
const WIDE: f32 = 640.0;

/// Draws the table.
pub fn ui(ui: &mut Ui, history: &[Attempt]) {
    ui.label(RichText::new("History").font(strong_font(16.0)));
    if history.is_empty() {
        ui.label(RichText::new("Every try stands here, also after a restart").color(palette(ui).weak));
        return;
    }
    let height = (history.len() as f32 + 1.2) * ROW + 8.0;
    // As high as the window leaves room for under the form.
    let room = (ui.ctx().content_rect().height() - 400.0).max(300.0);
    let wide = ui.available_width() >= WIDE;
    let user = Column::remainder().at_least(60.0).clip(true);
    let (titles, columns) = if wide {
        let sizes = [Column::exact(160.0), user, Column::exact(90.0), Column::exact(150.0), Column::exact(100.0)];
        (["Time", "User", "Verdict", "Reason", "Drift"].as_slice(), sizes.to_vec())
    } else {
        let sizes = [Column::exact(64.0), user, Column::exact(112.0), Column::exact(90.0)];
        (["Time", "User", "Result", "Drift"].as_slice(), sizes.to_vec())
    };
    let table = TableBuilder::new(ui)
        .id_salt(("history", wide))
        .striped(true)
        .vscroll(true)
        .max_scroll_height(height.min(room))
        .min_scrolled_height(height.min(220.0))
        .cell_layout(egui::Layout::left_to_right(egui::Align::Center));
    columns
        .into_iter()
        .fold(table, TableBuilder::column)
        .header(ROW, |mut header| {
            for title in titles {
                header.col(|ui| {
                    ui.label(RichText::new(*title).font(strong_font(13.0)).color(palette(ui).weak));
                });
            }
        })
        .body(|body| {
            body.rows(ROW, history.len(), |mut row| {
                let attempt = &history[row.index()];
                let time = if wide { date_time(attempt.at) } else { clock_time(attempt.at) };
                row.col(|ui| {
                    let label = Label::new(RichText::new(time).font(digits_font(12.5))).truncate();
                    ui.add(label).on_hover_text(date_time(attempt.at));
                });
                row.col(|ui| {
                    // A name that nobody has is not kept: people type passwords into the wrong field.
                    let nobody = RichText::new("(no such user)").color(palette(ui).weak);
                    text(ui, if attempt.user.is_empty() { nobody } else { RichText::new(&attempt.user) });
                });
                let reason = if attempt.accepted { "" } else { notice::reason_word(&attempt.reason) };
                row.col(|ui| {
                    let (word, colour) =
                        if attempt.accepted { ("Accepted", palette(ui).good) } else { ("Refused", palette(ui).bad) };
                    let word = if wide || attempt.accepted { word } else { reason };
                    text(ui, RichText::new(word).color(colour));
                });
                if wide {
                    row.col(|ui| text(ui, RichText::new(reason)));
                }
                row.col(|ui| text(ui, RichText::new(drift(attempt)).font(digits_font(12.5))));
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
