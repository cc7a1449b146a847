//! Files dropped on the window, and what is pasted outside of a field: both go to the import.

use std::path::PathBuf;

use egui::{Align2, Area, Event, Frame, Id, Margin, Order, RichText, Stroke, Ui};

use crate::app::action::Dialog;
use crate::app::import::ImportAction;
use crate::app::{Action, Model};

use super::theme::{palette, strong_font};

/// Says while files hover that they can be dropped; hands them on when they are.
pub fn ui(ui: &Ui, model: &Model) -> Option<Action> {
    if !welcome(model) {
        return None;
    }
    let dropped: Vec<PathBuf> = ui.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect());
    if ui.input(|input| !input.raw.hovered_files.is_empty()) {
        hint(ui);
    }
    (!dropped.is_empty()).then_some(Action::Import(ImportAction::Files(dropped)))
}

/// Whether files and pastes are taken: nothing else stands over the window.
fn welcome(model: &Model) -> bool {
    model.document().is_some() && matches!(model.dialog, None | Some(Dialog::Import))
}

/// A paste that no field takes.
pub fn pasted(ui: &Ui, model: &Model) -> Option<Action> {
    if !welcome(model) || ui.ctx().text_edit_focused() {
        return None;
    }
    let is_paste = |event: &Event| matches!(event, Event::Paste(_) | Event::PasteImage(_));
    let pasted = ui.input_mut(|input| {
        let before = input.events.len();
        input.events.retain(|event| !is_paste(event));
        input.events.len() < before
    });
    pasted.then_some(Action::Import(ImportAction::Clipboard))
}

/// A calm sign in the middle; what is behind it stays readable.
fn hint(ui: &Ui) {
    let palette = palette(ui);
    Area::new(Id::unique("drop")).order(Order::Tooltip).anchor(Align2::CENTER_CENTER, [0.0, 0.0]).interactable(false).show(
        ui.ctx(),
        |ui| {
            let frame = Frame::new().fill(palette.accent_ground).stroke(Stroke::new(2.0, palette.accent)).corner_radius(14);
            frame.inner_margin(Margin::symmetric(32, 24)).show(ui, |ui| {
                ui.label(RichText::new("Drop it to import").font(strong_font(18.0)).color(palette.text));
            });
        },
    );
}
