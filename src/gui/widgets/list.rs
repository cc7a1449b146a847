//! Long lists: only the rows that can be seen are laid out, and all of them can be reached with keys.

use std::ops::Range;

use egui::{Id, Key, Rect, ScrollArea, Ui, UiBuilder, vec2};

/// Draws the rows that can be seen of `count`, each `height` points high, inside `area`; `add` is given their places.
///
/// A row before and a row after them are laid out, too, so that Tab finds them; what it finds is scrolled into sight. Page Up and
/// Page Down scroll by what can be seen.
pub fn rows(ui: &mut Ui, area: ScrollArea, height: f32, count: usize, add: impl FnOnce(&mut Ui, Range<usize>)) {
    rows_with(ui, area, height, count, None, add);
}

/// The same; the row `wanted` is scrolled into sight at once, so that it is laid out in the next frame.
pub fn rows_with(
    ui: &mut Ui,
    area: ScrollArea,
    height: f32,
    count: usize,
    wanted: Option<usize>,
    add: impl FnOnce(&mut Ui, Range<usize>),
) {
    let gap = ui.spacing().item_spacing.y;
    let pitch = height + gap;
    // An animation would begin a frame too late for what just got the focus: egui takes it from what is not laid out.
    let area = if wanted.is_some() { area.animated(false) } else { area };
    area.show_viewport(ui, |ui, seen| {
        ui.set_height((pitch * count as f32 - gap).max(0.0));
        let first = ((seen.min.y / pitch).floor() as usize).saturating_sub(1).min(count);
        let last = ((seen.max.y / pitch).ceil() as usize).saturating_add(1).min(count);
        let top = ui.max_rect().top();
        let rect = Rect::from_x_y_ranges(ui.max_rect().x_range(), top + first as f32 * pitch..=top + last as f32 * pitch);
        ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
            // A row has the same ids wherever it is scrolled to.
            ui.skip_ahead_auto_ids(first);
            add(ui, first..last);
        });
        if let Some(wanted) = wanted.filter(|wanted| *wanted < count) {
            let y = top + wanted as f32 * pitch;
            let rect = Rect::from_x_y_ranges(ui.max_rect().x_range(), y..=y + height);
            ui.scroll_to_rect(rect.expand2(vec2(0.0, gap.min(8.0))), None);
        }
        follow(ui, rect);
        turn(ui, seen.height() - pitch);
    });
}

/// Scrolls to what has just got the focus, if it is one of the rows in `rect`.
fn follow(ui: &Ui, rect: Rect) {
    let key = ui.unique_id().with("focus");
    let focused = ui.memory(|memory| memory.focused());
    let before = ui.data_mut(|data| std::mem::replace(data.get_temp_mut_or_default::<Option<Id>>(key), focused));
    if focused == before {
        return;
    }
    let Some(response) = focused.and_then(|id| ui.ctx().read_response(id)) else { return };
    // What can be seen where a hidden row would be is not that row.
    let hidden = !response.interact_rect.is_positive();
    let ours = response.layer_id == ui.layer_id() && rect.contains(response.rect.center());
    if ours && (hidden || ui.clip_rect().contains(response.interact_rect.center())) {
        ui.scroll_to_rect(response.rect.expand2(vec2(0.0, 6.0)), None);
    }
}

/// Page Up and Page Down, unless a dialog stands above.
fn turn(ui: &Ui, page: f32) {
    if !ui.memory(|memory| memory.is_above_modal_layer(ui.layer_id())) {
        return;
    }
    for (key, delta) in [(Key::PageUp, page), (Key::PageDown, -page)] {
        if ui.input(|input| input.key_pressed(key)) {
            ui.scroll_with_delta(vec2(0.0, delta));
        }
    }
}
