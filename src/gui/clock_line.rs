//! A line above the accounts when a clock makes codes wrong: this computer's, or a phone's.

use egui::{Label, Layout, RichText, Sense, Ui, vec2};

use crate::app::notice::{self, Notice};
use crate::app::{Action, Model};

use super::theme::palette;
use super::widgets::icon::{self, Icon};

/// What is to be said and was not seen yet, the most urgent first.
pub fn said(model: &Model) -> Vec<Notice> {
    if model.clock.seen || model.listing.total == 0 {
        return Vec::new();
    }
    let drifting = model.login.history.index.drifting.iter().filter_map(|(id, seconds)| {
        let record = model.document()?.record(*id).filter(|record| record.trashed.is_none())?;
        Some(notice::phone_drifts(&record.account.title(), *seconds))
    });
    let own = notice::clock_wrong(&model.clock).or_else(|| notice::clock_unkept(&model.clock));
    own.into_iter().chain(drifting).collect()
}

/// Whether the first of them is that this computer's clock is wrong.
pub fn is_urgent(model: &Model) -> bool {
    !said(model).is_empty() && notice::clock_wrong(&model.clock).is_some()
}

/// Draws the line: the first of `said`, and how many more there are.
pub fn ui(ui: &mut Ui, said: &[Notice]) -> Option<Action> {
    let first = said.first()?;
    let more = if said.len() > 1 { format!(" (and {} more)", said.len() - 1) } else { String::new() };
    let all: Vec<String> = said.iter().map(Notice::line).collect();
    let width = ui.available_width() - 16.0;
    ui.allocate_ui_with_layout(vec2(width, 32.0), Layout::right_to_left(egui::Align::Center), |ui| {
        let seen = icon::button(ui, Icon::Cross, "Close this line").clicked();
        ui.with_layout(Layout::left_to_right(egui::Align::Center), |ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(18.0, 20.0), Sense::hover());
            icon::paint(ui.painter(), Icon::Notice, rect.center(), palette(ui).warn);
            let text = RichText::new(format!("{}{more}", first.text)).color(palette(ui).warn).size(13.0);
            ui.add(Label::new(text).truncate().sense(Sense::hover())).on_hover_text(all.join("\n"));
        });
        seen.then_some(Action::DismissClock)
    })
    .inner
}
