//! The picture of the window: the steps around now, the accepted ones shaded, the matched one marked, the used ones struck through.

use egui::{Align2, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::app::model::Outcome;
use crate::domain::verify::StripStep;
use crate::domain::{Period, Reason, Step, Verdict};
use crate::gui::theme::{digits_font, palette};

use super::when::clock_time;

/// The width of the break between the picture and a step far outside.
const BREAK: f32 = 18.0;

/// Draws the strip over the whole width.
pub fn ui(ui: &mut Ui, outcome: &Outcome) {
    if outcome.strip.is_empty() {
        return;
    }
    let palette = palette(ui);
    let far = far(outcome);
    // A code from far away has a cell of its own, beyond a break.
    let breaks = if far.is_some() { BREAK } else { 0.0 };
    let count = outcome.strip.len() as f32 + if far.is_some() { 1.0 } else { 0.0 };
    let gap = 3.0;
    let width = ((ui.available_width() - breaks - gap * (count - 1.0)) / count).clamp(10.0, 64.0);
    let (rect, response) = ui.allocate_exact_size(vec2(width * count + gap * (count - 1.0) + breaks, 54.0), Sense::hover());
    let late = far.is_some_and(|drift| drift < 0);
    let first = rect.left() + if late { width + gap + breaks } else { 0.0 };
    if let Some(drift) = far {
        let left = if late { rect.left() } else { rect.right() - width };
        let cell = Rect::from_min_size(pos2(left, rect.top()), vec2(width, 36.0));
        ui.painter().rect(cell, 5, palette.surface, Stroke::new(1.0, palette.border), StrokeKind::Inside);
        ui.painter().circle_filled(cell.center(), 6.5, palette.bad);
        let under = pos2(cell.center().x, cell.bottom() + 11.0);
        ui.painter().text(under, Align2::CENTER_CENTER, signed(drift), digits_font(12.0), palette.weak);
        let middle = if late { cell.right() + (BREAK + gap) / 2.0 } else { cell.left() - (BREAK + gap) / 2.0 };
        ui.painter().text(pos2(middle, cell.center().y), Align2::CENTER_CENTER, "…", digits_font(14.0), palette.weak);
    }
    for (n, step) in outcome.strip.iter().enumerate() {
        let left = first + n as f32 * (width + gap);
        let cell = Rect::from_min_size(pos2(left, rect.top()), vec2(width, 36.0));
        let fill = if step.in_window { palette.accent_ground } else { palette.surface };
        ui.painter().rect(cell, 5, fill, Stroke::new(1.0, palette.border), StrokeKind::Inside);
        if step.offset == 0 {
            ui.painter().rect_stroke(cell, 5, Stroke::new(1.5, palette.accent), StrokeKind::Inside);
        }
        if step.matched {
            let colour = if outcome.verdict.is_accepted() { palette.good } else { palette.bad };
            ui.painter().circle_filled(cell.center(), 6.5, colour);
        }
        if step.used {
            ui.painter().line_segment(
                [cell.left_bottom() + vec2(4.0, -4.0), cell.right_top() + vec2(-4.0, 4.0)],
                Stroke::new(2.0, palette.weak),
            );
        }
        ui.interact(cell, ui.scope_id().with(("step", n)), Sense::hover()).on_hover_text(describe(step, outcome.period));
        let label = if step.offset == 0 { "now".to_owned() } else { signed(step.offset) };
        let size = if width < 26.0 { 10.0 } else { 12.0 };
        // Where cells are narrow, only some of them have room for a number.
        if width < 22.0 && !step.matched && step.offset % 5 != 0 {
            continue;
        }
        ui.painter().text(
            pos2(cell.center().x, cell.bottom() + 11.0),
            Align2::CENTER_CENTER,
            label,
            digits_font(size),
            palette.weak,
        );
    }
    let text = summary(outcome);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, &text));
    legend(ui);
}

/// The drift of a code that matched a step outside the picture.
fn far(outcome: &Outcome) -> Option<i64> {
    let Verdict::Refused(Reason::TooOld(hit) | Reason::FromTheFuture(hit) | Reason::AlreadyUsed(hit)) = &outcome.verdict else {
        return None;
    };
    outcome.strip.iter().all(|step| !step.matched && step.offset != hit.drift).then_some(hit.drift)
}

/// "−5", "+3", with the sign that is as wide as the other.
fn signed(steps: i64) -> String {
    if steps < 0 { format!("−{}", steps.unsigned_abs()) } else { format!("+{steps}") }
}

fn legend(ui: &mut Ui) {
    let palette = palette(ui);
    ui.horizontal_wrapped(|ui| {
        // No button is in this row: it is as high as its words.
        ui.spacing_mut().interact_size.y = 16.0;
        ui.spacing_mut().item_spacing.x = 6.0;
        let entry = |ui: &mut Ui, text: &str, paint: &dyn Fn(&Ui, Rect)| {
            let (rect, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
            paint(ui, rect);
            ui.small(text);
            ui.add_space(6.0);
        };
        entry(ui, "accepted window", &|ui, rect| {
            ui.painter().rect(rect, 3, palette.accent_ground, Stroke::new(1.0, palette.border), StrokeKind::Inside);
        });
        entry(ui, "the code's step", &|ui, rect| {
            ui.painter().circle_filled(rect.center(), 5.0, palette.text);
        });
        entry(ui, "used", &|ui, rect| {
            ui.painter().line_segment([rect.left_bottom(), rect.right_top()], Stroke::new(2.0, palette.weak));
        });
    });
}

fn describe(step: &StripStep, period: Option<u32>) -> String {
    let mut text = match period.and_then(Period::new) {
        Some(period) => {
            let (start, end) = (period.start_of(step.step), period.start_of(step.step.next()));
            format!("Step {}, {} to {}", step.step.0, clock_time(start), clock_time(end))
        }
        None => format!("Counter {}", step.step.0),
    };
    for (flag, word) in [(step.in_window, "accepted now"), (step.matched, "the code's step"), (step.used, "used")] {
        if flag {
            text.push_str(", ");
            text.push_str(word);
        }
    }
    text
}

/// The whole picture in words, for those who do not see it.
fn summary(outcome: &Outcome) -> String {
    let list = |steps: Vec<i64>| steps.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let offsets =
        |test: fn(&StripStep) -> bool| list(outcome.strip.iter().filter(|step| test(step)).map(|step| step.offset).collect());
    let now = outcome.strip.iter().find(|step| step.offset == 0).map_or(Step(0), |step| step.step);
    let mut text = format!("Window around step {}: accepted {}", now.0, offsets(|step| step.in_window));
    let (matched, used) = (offsets(|step| step.matched), offsets(|step| step.used));
    if let Some(drift) = far(outcome) {
        text.push_str(&format!("; the code's step {drift}, far outside"));
    }
    if !matched.is_empty() {
        text.push_str(&format!("; the code's step {matched}"));
    }
    if !used.is_empty() {
        text.push_str(&format!("; used {used}"));
    }
    text
}
