//! A line of text in which the letters that were searched for are marked.

use std::ops::Range;

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Color32, FontId, Pos2, Stroke, Ui};

use crate::gui::theme::palette;

/// Draws `text` from `left`, whose height is the line's middle, cut with an ellipsis after `width` points; `hits` are byte ranges.
pub fn paint(ui: &Ui, left: Pos2, width: f32, (text, hits): (&str, &[Range<usize>]), font: FontId, colour: Color32) {
    let mut job = LayoutJob::default();
    let plain = TextFormat::simple(font, colour);
    let marked = TextFormat { underline: Stroke::new(2.0, palette(ui).accent), ..plain.clone() };
    let mut hits: Vec<_> = hits.to_vec();
    hits.sort_by_key(|hit| hit.start);
    let mut done = 0;
    for hit in hits.into_iter().filter(|hit| text.get(hit.clone()).is_some()) {
        if hit.start < done {
            continue;
        }
        job.append(&text[done..hit.start], 0.0, plain.clone());
        job.append(&text[hit.clone()], 0.0, marked.clone());
        done = hit.end;
    }
    job.append(&text[done..], 0.0, plain);
    job.wrap = TextWrapping::truncate_at_width(width);
    let galley = ui.painter().layout_job(job);
    let middle = galley.size().y / 2.0;
    ui.painter().galley(left - egui::vec2(0.0, middle), galley, colour);
}
