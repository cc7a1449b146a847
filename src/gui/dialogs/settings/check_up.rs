//! Settings, Check-up: how the vault and the machine are, and what to do.

use egui::{Label, RichText, Sense, Ui, vec2};

use crate::app::doctor::{Finding, State};
use crate::app::{Action, Model};
use crate::gui::theme::{palette, strong_font};
use crate::gui::widgets::icon::{self, Icon};
use crate::gui::widgets::when::date_time;

/// Draws the page.
pub fn ui(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    let check_up = &model.check_up;
    ui.horizontal_wrapped(|ui| {
        if ui.add_enabled(!check_up.busy, egui::Button::new("Check again")).clicked() {
            actions.push(Action::CheckUp);
        }
        let said = match &check_up.report {
            _ if check_up.busy => "Checking".to_owned(),
            Some((at, _)) => format!("Checked {}", date_time(*at)),
            None => String::new(),
        };
        if check_up.busy {
            ui.add(egui::Spinner::new().size(16.0));
        }
        ui.label(RichText::new(said).color(palette(ui).weak).size(13.0));
    });
    ui.add_space(4.0);
    if let Some((_, report)) = &check_up.report {
        for found in &report.findings {
            finding(ui, found);
        }
    }
    actions
}

/// One thing that was looked at: its sign, its name, how it is, and what to do.
fn finding(ui: &mut Ui, finding: &Finding) {
    let palette = palette(ui);
    let (shape, colour, word) = match finding.state {
        State::Good => (Icon::Tick, palette.good, "good"),
        State::Look => (Icon::Notice, palette.warn, "look at this"),
        State::Bad => (Icon::Cross, palette.bad, "needs attention"),
        State::Unknown => (Icon::Question, palette.weak, "not known"),
    };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 10.0;
        let (rect, response) = ui.allocate_exact_size(vec2(18.0, 20.0), Sense::hover());
        icon::paint(ui.painter(), shape, rect.center(), colour);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, word));
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.label(RichText::new(finding.topic.title()).font(strong_font(13.0)));
            ui.add(Label::new(&finding.notice.text).wrap());
            if !finding.notice.advice.is_empty() {
                ui.add(Label::new(RichText::new(&finding.notice.advice).color(palette.weak).size(13.0)).wrap());
            }
        });
    });
    ui.add_space(6.0);
}
