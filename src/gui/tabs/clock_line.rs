//! A line above the accounts when a clock makes codes wrong: this computer's, or a phone's.

use egui::{Label, Layout, RichText, Sense, Ui, vec2};

use crate::app::notice::{self, Notice};
use crate::app::{Action, Model};
use crate::gui::theme::palette;
use crate::gui::widgets::icon::{self, Icon};

/// Draws the line, if there is something to say that was not seen yet.
pub fn ui(ui: &mut Ui, model: &Model) -> Option<Action> {
    if model.clock.seen {
        return None;
    }
    let drifting = model.login.history.index.drifting.iter().filter_map(|(id, seconds)| {
        let record = model.document()?.record(*id).filter(|record| record.trashed.is_none())?;
        Some(notice::phone_drifts(&record.account.title(), *seconds))
    });
    let said: Vec<Notice> = notice::clock_trouble(&model.clock).into_iter().chain(drifting).collect();
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
