//! Settings, Desktop: the keys of the quick search, the sign in the tray, the start with the session.

use egui::{Event, Frame, Key, Label, Margin, RichText, Stroke, Ui};

use crate::app::outside::OutsideAction;
use crate::app::ports::TrayState;
use crate::app::settings::{Held, InTray, Keys, OnClose};
use crate::app::{Action, Model, notice};
use crate::gui::theme::{palette, strong_font};
use crate::gui::widgets::field;

/// What of the page is no setting.
#[derive(Default)]
pub struct DesktopDraft {
    /// Keys were pressed that cannot be used.
    wrong: bool,
}

/// Draws the page.
pub fn ui(ui: &mut Ui, model: &Model, draft: &mut DesktopDraft) -> Vec<Action> {
    let mut actions = Vec::new();
    field::caption(ui, "Quick search");
    weak(ui, "A small window over everything else: type a few letters, press Enter, and the code is copied");
    actions.extend(keys(ui, model, draft));
    ui.add_space(8.0);
    actions.extend(tray(ui, model));
    ui.add_space(8.0);
    actions.extend(starts(ui, model));
    actions.into_iter().map(Action::Outside).collect()
}

fn keys(ui: &mut Ui, model: &Model, draft: &mut DesktopDraft) -> Vec<OutsideAction> {
    let mut actions = Vec::new();
    if model.outside.recording {
        ui.horizontal_wrapped(|ui| {
            ui.label("Press the keys that are to open it");
            if ui.button("Cancel").clicked() {
                actions.push(OutsideAction::Record(false));
            }
        });
        if draft.wrong {
            field::note(ui, &notice::outside::no_keys());
        }
        match pressed(ui) {
            Some(Pressed::Escape) => actions.push(OutsideAction::Record(false)),
            Some(Pressed::Keys(keys)) => actions.push(OutsideAction::Keys(Some(keys))),
            Some(Pressed::Wrong) => draft.wrong = true,
            None => {}
        }
        return actions;
    }
    draft.wrong = false;
    ui.horizontal_wrapped(|ui| {
        if let Some(keys) = model.settings.quick_keys {
            cap(ui, &keys.to_string());
            if ui.button("Change the keys").clicked() {
                actions.push(OutsideAction::Record(true));
            }
            if ui.button("Remove the keys").clicked() {
                actions.push(OutsideAction::Keys(None));
            }
        } else {
            if ui.button(format!("Open with {}", Keys::SUGGESTED)).clicked() {
                actions.push(OutsideAction::Keys(Some(Keys::SUGGESTED)));
            }
            if ui.button("Open with other keys").clicked() {
                actions.push(OutsideAction::Record(true));
            }
        }
        if ui.button("Open it now").clicked() {
            actions.push(OutsideAction::OpenQuick);
        }
    });
    if let Some(said) = model.settings.quick_keys.and_then(|keys| notice::outside::keys(model.outside.keys, keys)) {
        field::note(ui, &said);
    }
    actions
}

fn tray(ui: &mut Ui, model: &Model) -> Vec<OutsideAction> {
    let mut actions = Vec::new();
    field::caption(ui, "Tray");
    let mut shown = model.settings.tray;
    if field::choice(ui, &mut shown, &[(InTray::Absent, "Not in the tray"), (InTray::Shown, "Show in the tray")]) {
        actions.push(OutsideAction::Tray(shown));
    }
    if shown == InTray::Absent {
        return actions;
    }
    weak(ui, "Its menu copies the codes of pinned accounts, whose names other programs of this session can read then");
    if let Some(said) = notice::outside::tray(model.outside.tray) {
        field::note(ui, &said);
    }
    if model.outside.tray == TrayState::NotHere {
        return actions;
    }
    ui.add_space(8.0);
    field::caption(ui, "Closing the window");
    let mut on_close = model.settings.on_close;
    if field::choice(ui, &mut on_close, &[(OnClose::Quit, "Ends Halfminute"), (OnClose::KeepRunning, "Keeps it in the tray")]) {
        actions.push(OutsideAction::OnClose(on_close));
    }
    actions
}

fn starts(ui: &mut Ui, model: &Model) -> Vec<OutsideAction> {
    let mut actions = Vec::new();
    field::caption(ui, "When you log in to the desktop");
    match &model.outside.starts {
        None => weak(ui, "Looking at it"),
        Some(Err(error)) => field::note(ui, &notice::outside::starts(error)),
        Some(Ok(starts)) => {
            let mut wanted = *starts;
            if field::choice(ui, &mut wanted, &[(false, "Not started"), (true, "Start Halfminute")]) {
                actions.push(OutsideAction::Starts(wanted));
            }
            if wanted && model.settings.tray == InTray::Absent {
                weak(ui, "It starts minimised. Shown in the tray, it starts there");
            }
        }
    }
    actions
}

/// What was pressed while keys are waited for.
enum Pressed {
    Escape,
    Keys(Keys),
    Wrong,
}

fn pressed(ui: &Ui) -> Option<Pressed> {
    ui.input_mut(|input| {
        let mut found = None;
        // Nothing else hears them.
        input.events.retain(|event| {
            let Event::Key { key, pressed, repeat, modifiers, .. } = event else { return !matches!(event, Event::Text(_)) };
            if *pressed && !repeat {
                let held = Held { ctrl: modifiers.ctrl, alt: modifiers.alt, shift: modifiers.shift, logo: modifiers.mac_cmd };
                let keys = key.name().parse().and_then(|key| Keys::new(held, key));
                found = Some(match keys {
                    _ if *key == Key::Escape => Pressed::Escape,
                    Ok(keys) => Pressed::Keys(keys),
                    Err(_) => Pressed::Wrong,
                });
            }
            false
        });
        found
    })
}

/// Keys, as if they stood on a keyboard.
fn cap(ui: &mut Ui, keys: &str) {
    let palette = palette(ui);
    let frame = Frame::new().fill(palette.surface_hover).stroke(Stroke::new(1.0, palette.border));
    frame.corner_radius(6).inner_margin(Margin::symmetric(10, 7)).show(ui, |ui| {
        ui.spacing_mut().interact_size.y = 16.0;
        ui.label(RichText::new(keys).font(strong_font(13.0)));
    });
}

fn weak(ui: &mut Ui, text: &str) {
    ui.add(Label::new(RichText::new(text).color(palette(ui).weak)).wrap());
}
