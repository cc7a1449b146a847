//! The countdown: a ring that empties clockwise, with the seconds beside it.

use std::f32::consts::{FRAC_PI_2, TAU};
use std::time::Duration;

use egui::{Align2, Pos2, Shape, Stroke, Ui, vec2};

use crate::app::Model;
use crate::app::settings::{Countdown, Motion};
use crate::domain::{Period, UnixTime};
use crate::gui::theme::{digits_font, palette};

/// From here on the ring has the warning colour.
const SOON: Duration = Duration::from_secs(5);
/// Radius in points.
const RADIUS: f32 = 8.0;

/// Whole seconds that are left, as a person counts them: 30 at the beginning of a step, 1 at its end.
#[must_use]
pub fn seconds_left(period: Period, now: UnixTime) -> u64 {
    let left = period.remaining(now);
    left.as_secs() + u64::from(left.subsec_nanos() > 0)
}

/// Between two frames of a countdown that moves all the time: the ring is so small that more would look the same.
const FRAME: Duration = Duration::from_millis(66);

/// Draws ring and seconds with their right edge at `right`. Nothing is drawn more often than once a second, unless that is asked for.
pub fn paint(ui: &Ui, right: Pos2, period: Period, model: &Model) {
    let palette = palette(ui);
    let now = model.now;
    let seconds = seconds_left(period, now);
    let soon = seconds <= SOON.as_secs() && period.secs() > 10;
    let colour = if soon { palette.warn } else { palette.accent };
    let label = if seconds < 100 { format!("{seconds} s") } else { crate::app::notice::span(seconds) };
    let ink = if soon { palette.warn } else { palette.weak };
    let text = ui.painter().layout_no_wrap(label, digits_font(13.0), ink);
    // Room for two digits, so that the ring does not move from "10 s" to "9 s".
    let room = text.size().x.max(31.0);
    ui.painter().text(right, Align2::RIGHT_CENTER, text.text(), digits_font(13.0), ink);
    let center = right - vec2(room + 8.0 + RADIUS, 0.0);
    ui.painter().circle_stroke(center, RADIUS, Stroke::new(3.0, palette.border));
    let part = if moves(ui, model) {
        ui.ctx().request_repaint_after(FRAME);
        period.remaining(now).as_secs_f32() / period.secs() as f32
    } else {
        seconds as f32 / period.secs() as f32
    };
    let steps = (part * 48.0).ceil().max(1.0) as usize;
    let arc = (0..=steps).map(|n| FRAC_PI_2.mul_add(-1.0, TAU * (1.0 - part) + TAU * part * n as f32 / steps as f32));
    let points = arc.map(|angle| center + RADIUS * vec2(angle.cos(), angle.sin())).collect();
    ui.painter().add(Shape::line(points, Stroke::new(3.0, colour)));
}

/// Whether the ring moves between two seconds: only where it is wanted, and somebody looks.
fn moves(ui: &Ui, model: &Model) -> bool {
    let wanted = model.settings.countdown == Countdown::Smooth && model.settings.motion == Motion::Usual;
    wanted && ui.input(|input| input.focused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_counts_down_from_the_period_to_one() {
        let rows = [(0, 0, 30), (0, 1, 30), (0, 999, 30), (1, 0, 29), (29, 0, 1), (29, 999, 1), (30, 0, 30)];
        for (secs, millis, left) in rows {
            let now = UnixTime::from_duration(Duration::from_millis(secs * 1_000 + millis));
            assert_eq!(seconds_left(Period::DEFAULT, now), left, "{secs}.{millis}");
        }
    }
}
