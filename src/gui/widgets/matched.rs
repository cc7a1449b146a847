//! A line of text in which the letters that were searched for are marked.

use std::ops::Range;

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Color32, FontId, Pos2, Stroke, Ui, vec2};

use crate::gui::theme::palette;

/// Draws `text` from `left`, whose height is the line's middle, cut with an ellipsis after `width` points; `hits` are byte ranges in their
/// order. Whether it was cut.
pub fn paint(ui: &Ui, left: Pos2, width: f32, (text, hits): (&str, &[Range<usize>]), font: FontId, colour: Color32) -> bool {
    let mut job = LayoutJob::default();
    let plain = TextFormat::simple(font, colour);
    let palette = palette(ui);
    let marked = TextFormat { underline: Stroke::new(2.0, palette.accent), color: palette.text, ..plain.clone() };
    let mut done = 0;
    for hit in hits {
        // What is shown may be newer than what was searched.
        let (Some(before), Some(matched)) = (text.get(done..hit.start), text.get(hit.clone())) else { break };
        job.append(before, 0.0, plain.clone());
        job.append(matched, 0.0, marked.clone());
        done = hit.end;
    }
    job.append(&text[done..], 0.0, plain);
    job.wrap = TextWrapping::truncate_at_width(width);
    let galley = ui.painter().layout_job(job);
    let cut = galley.elided;
    ui.painter().galley(left - vec2(0.0, galley.size().y / 2.0), galley, colour);
    cut
}
