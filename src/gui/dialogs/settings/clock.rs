//! Settings, Clock: whether this computer's clock is right, by the word of a time server that the person names and asks.

use egui::{Label, RichText, Sense, Ui, vec2};

use crate::app::ports::Weight;
use crate::app::{Action, Model, notice};
use crate::gui::dialogs::seal::weak;
use crate::gui::theme::palette;
use crate::gui::widgets::field;
use crate::gui::widgets::icon::{self, Icon};
use crate::gui::widgets::when::{date_time, zoned};

/// Draft of the page.
#[derive(Default)]
pub struct ClockDraft {
    /// The server's name; `None` until something was typed.
    server: Option<String>,
    /// An answer is waited for: it is brought into sight when it comes.
    waits: bool,
}

impl ClockDraft {
    /// Draws the page.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model) -> Option<Action> {
        field::caption(ui, "This computer's clock");
        ui.add(Label::new(format!("{}, {}", zoned(model.now), notice::clock_state(model.clock.synchronised))).wrap());
        ui.add_space(8.0);
        let mut server = self.server.clone().unwrap_or_else(|| model.settings.time_server.clone());
        if field::text(ui, "Time server", "time.example.org", &mut server).changed() {
            self.server = Some(server.clone());
        }
        weak(
            ui,
            "Only the button sends something: a question, without a name or a code, to this server. It sees this computer's address. Its \
             answer sets no clock.",
        );
        let asked = &model.clock.asked;
        if let Some(error) = asked.misnamed {
            let said = notice::server_error(error);
            field::error(ui, &said.text, &said.advice);
        }
        ui.add_space(4.0);
        let mut action = None;
        ui.horizontal_wrapped(|ui| {
            let ready = asked.busy.is_none() && !server.trim().is_empty();
            if field::primary(ui, ready, "Ask the time server").clicked() {
                action = Some(Action::AskTime(server.clone()));
            }
            if let Some(busy) = &asked.busy {
                ui.add(egui::Spinner::new().size(18.0));
                ui.label(format!("Asking {busy}"));
            }
        });
        if asked.busy.is_none() {
            let come = ui.scope(|ui| answer(ui, model)).response;
            if std::mem::take(&mut self.waits) {
                come.scroll_to_me(Some(egui::Align::Max));
            }
        }
        self.waits |= asked.busy.is_some() || action.is_some();
        action
    }
}

/// What the last one that was asked has said.
fn answer(ui: &mut Ui, model: &Model) {
    let Some((server, result)) = &model.clock.asked.last else { return };
    ui.add_space(8.0);
    let palette = palette(ui);
    let (shape, colour, said) = match result {
        Err(error) => (Icon::Question, palette.weak, notice::time_error(server, *error)),
        Ok(answer) => {
            let (shape, colour) = match answer.weight() {
                _ if model.clock.age(answer).is_none() => (Icon::Question, palette.weak),
                Weight::Fine => (Icon::Tick, palette.good),
                Weight::Noticeable => (Icon::Notice, palette.warn),
                Weight::Serious => (Icon::Cross, palette.bad),
            };
            (shape, colour, notice::time_answer(answer, model.clock.synchronised))
        }
    };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 10.0;
        let (rect, _) = ui.allocate_exact_size(vec2(18.0, 20.0), Sense::hover());
        icon::paint(ui.painter(), shape, rect.center(), colour);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.add(Label::new(&said.text).wrap());
            let age = result.as_ref().ok().map(|answer| model.clock.age(answer));
            let set_since = notice::clock_set_since();
            let advice = if age == Some(None) { set_since.line() } else { said.advice };
            ui.add(Label::new(RichText::new(advice).color(palette.weak).size(13.0)).wrap());
            if let (Ok(answer), Some(Some(age))) = (result, age) {
                let when = format!("Asked {}, {}", date_time(answer.at.wall), notice::ago(age));
                ui.add(Label::new(RichText::new(when).color(palette.weak).size(13.0)).wrap());
            }
        });
    });
}
