//! How far off an account's codes were, over time: a point for each code in which a step matched.

use egui::{Align2, Rect, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::app::history;
use crate::app::notice::span;
use crate::app::ports::DriftPoint;
use crate::gui::theme::{digits_font, palette};

use super::when::date_time;

/// The height in points.
const HEIGHT: f32 = 110.0;

/// Draws the points, oldest at the left. Nothing with fewer than two of them.
pub fn ui(ui: &mut Ui, points: &[DriftPoint]) {
    let (Some(first), Some(last)) = (points.first(), points.get(1..).and_then(|rest| rest.last())) else { return };
    let palette = palette(ui);
    let width = ui.available_width().min(560.0);
    let (rect, response) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::hover());
    ui.painter().rect(rect, 6, palette.surface, Stroke::new(1.0, palette.border), StrokeKind::Inside);
    // At least one step of nearly every phone, so that a point at 0 lies in the middle.
    let most = points.iter().map(|point| point.seconds.unsigned_abs()).max().unwrap_or(0).max(30);
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let words = [(most, " early"), (0, ""), (-most, " late")].map(|(seconds, word)| (seconds, signed(seconds) + word));
    // The words at the left edge have the room that the longest of them needs.
    let font = digits_font(11.0);
    let long = |word: &str| ui.painter().layout_no_wrap(word.to_owned(), font.clone(), palette.weak).size().x;
    let room = words.iter().map(|(_, word)| long(word)).fold(0.0, f32::max);
    let area = Rect::from_min_max(rect.left_top() + vec2(room + 14.0, 12.0), rect.right_bottom() - vec2(12.0, 28.0));
    let high = |seconds: i64| area.center().y - (seconds as f64 / most as f64) as f32 * area.height() / 2.0;
    for (seconds, word) in words {
        let y = high(seconds);
        ui.painter().line_segment([pos2(area.left(), y), pos2(area.right(), y)], Stroke::new(1.0, palette.border));
        ui.painter().text(pos2(area.left() - 6.0, y), Align2::RIGHT_CENTER, word, font.clone(), palette.weak);
    }
    let (begins, ends) = span_of(&date_time(first.at), &date_time(last.at));
    for (at, word, align) in [(area.left(), begins, Align2::LEFT_BOTTOM), (area.right(), ends, Align2::RIGHT_BOTTOM)] {
        ui.painter().text(pos2(at, rect.bottom() - 6.0), align, word, font.clone(), palette.weak);
    }
    // The clock may have been set back in between: then the order of writing counts.
    let (from, to) = (first.at.secs(), last.at.secs());
    let ordered = points.windows(2).all(|pair| pair[0].at <= pair[1].at) && to > from;
    let across = |n: usize, point: &DriftPoint| {
        let part =
            if ordered { (point.at.secs() - from) as f64 / (to - from) as f64 } else { n as f64 / (points.len() - 1) as f64 };
        area.left() + part as f32 * area.width()
    };
    let places: Vec<_> = points.iter().enumerate().map(|(n, point)| pos2(across(n, point), high(point.seconds))).collect();
    ui.painter().add(Shape::line(places.clone(), Stroke::new(1.0, palette.border)));
    for (place, point) in places.iter().zip(points) {
        // Accepted ones are filled, refused ones are rings: nothing is said by colour alone.
        if point.accepted {
            ui.painter().circle_filled(*place, 3.0, palette.good);
        } else {
            ui.painter().circle_stroke(*place, 3.0, Stroke::new(1.5, palette.bad));
        }
    }
    let (least, greatest) = points
        .iter()
        .fold((i64::MAX, i64::MIN), |(least, greatest), point| (least.min(point.seconds), greatest.max(point.seconds)));
    let steady = if history::drifting_points(points).is_some() { "; the last five accepted all lie on one side" } else { "" };
    let text = format!(
        "Drift of the last {} codes, from {} to {}: {} to {}{steady}",
        points.len(),
        date_time(first.at),
        date_time(last.at),
        signed(least),
        signed(greatest)
    );
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, &text));
    response.on_hover_text(&text);
}

/// The ends of the time axis, short enough for the narrowest window: the times of one day, or the days.
fn span_of(first: &str, last: &str) -> (String, String) {
    let parts = |text: &str| text.split_once(' ').map(|(day, time)| (day.to_owned(), time.to_owned())).unwrap_or_default();
    let ((day, begins), (other, ends)) = (parts(first), parts(last));
    if day == other { (begins, ends) } else { (day, other) }
}

/// "−2 min 30 s", "+30 s", "0 s".
pub fn signed(seconds: i64) -> String {
    let sign = match seconds {
        ..0 => "−",
        0 => "",
        1.. => "+",
    };
    format!("{sign}{}", span(seconds.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::span_of;

    #[test]
    fn the_ends_of_the_axis() {
        let day = span_of("2026-11-25 12:55:00", "2026-11-25 12:57:26");
        assert_eq!(day, ("12:55:00".to_owned(), "12:57:26".to_owned()));
        let days = span_of("2026-11-24 23:59:59", "2026-11-25 00:00:01");
        assert_eq!(days, ("2026-11-24".to_owned(), "2026-11-25".to_owned()));
    }
}
