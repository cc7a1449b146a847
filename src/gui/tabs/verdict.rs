//! The result of a login: the verdict and why, the picture of the window, what a real page says, the clocks.

use egui::{Frame, Label, Margin, RichText, Stroke, Ui, vec2};

use crate::app::action::{Dialog, OwnerAct};
use crate::app::history;
use crate::app::login::key;
use crate::app::model::Outcome;
use crate::app::{Action, Model, notice};
use crate::domain::{Reason, Verdict};
use crate::gui::theme::{palette, strong_font};
use crate::gui::widgets::icon::{self, Icon};
use crate::gui::widgets::when::{clock_time, utc, zoned};
use crate::gui::widgets::{drift_plot, field, heard, strip};

/// The panel's ground.
pub fn card(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let palette = palette(ui);
    Frame::new()
        .fill(palette.surface)
        .stroke(Stroke::new(1.0, palette.border))
        .corner_radius(12)
        .inner_margin(Margin::same(18))
        .show(ui, |ui| {
            ui.take_available_width();
            ui.set_min_height(150.0);
            contents(ui);
        });
}

/// Draws the verdict, or what to do to get one.
pub fn ui(ui: &mut Ui, model: &Model) -> Vec<Action> {
    if let Some(said) = &model.login.error {
        if model.login.outcome.is_none() {
            ui.label(RichText::new("No verdict").font(strong_font(18.0)));
        }
        field::error(ui, &said.text, &said.advice);
    }
    match &model.login.outcome {
        Some(outcome) => verdict(ui, model, outcome),
        None if model.login.error.is_some() => Vec::new(),
        None => {
            ui.label(RichText::new("No login yet").font(strong_font(18.0)));
            weak(ui, "Type what the phone shows: you see whether it counts, and why");
            Vec::new()
        }
    }
}

fn weak(ui: &mut Ui, text: &str) {
    ui.add(Label::new(RichText::new(text).color(palette(ui).weak).size(13.0)).wrap());
}

/// The server's time, as the verdict goes by it.
pub fn clock(ui: &mut Ui, model: &Model) {
    ui.add_space(4.0);
    let state = notice::clock_state(model.clock.synchronised);
    weak(ui, &format!("Server time {} · {} · {state}", zoned(model.now), utc(model.now)));
    if let Some(said) = notice::clock_wrong(&model.clock) {
        field::note(ui, &said);
    }
}

fn verdict(ui: &mut Ui, model: &Model, outcome: &Outcome) -> Vec<Action> {
    let palette = palette(ui);
    let accepted = outcome.verdict.is_accepted();
    let timed = outcome.period.is_some();
    let (word, said) = match &outcome.verdict {
        Verdict::Accepted(hit) if outcome.resync => ("Accepted", notice::resynchronised(hit, timed)),
        verdict => notice::verdict(verdict, timed),
    };
    let (shape, colour) = if accepted { (Icon::Tick, palette.good) } else { (Icon::Cross, palette.bad) };
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(28.0, 28.0), egui::Sense::hover());
        ui.painter().circle_filled(rect.center(), 13.0, colour);
        icon::paint(ui.painter(), shape, rect.center(), palette.surface);
        ui.label(RichText::new(word).font(strong_font(20.0)).color(colour));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.label(RichText::new(clock_time(outcome.at)).color(palette.weak).size(13.0));
        });
    });
    // Each outcome is another thing to assistive technology: two that are the same are read out twice.
    let read = ui.push_id(outcome.at.since_epoch(), |ui| ui.add(Label::new(RichText::new(&said.text).size(15.0)).wrap())).inner;
    // Where the diagnosis has an answer, the general advice would lead elsewhere.
    let told = model.diagnoses.login.as_ref().and_then(|case| case.told.as_ref());
    let general = match outcome.verdict {
        Verdict::Refused(Reason::WrongCode) => true,
        Verdict::Refused(Reason::FromTheFuture(_)) => !timed,
        _ => false,
    };
    // Read out as one; without the general advice, which goes as soon as the diagnosis has an answer.
    let whole = format!("{word}. {}", if general { said.text.clone() } else { said.line() });
    heard::result(ui, &read, !accepted, &whole);
    let answered = general && told.is_some_and(|told| !told.findings.is_empty());
    if !said.advice.is_empty() && !answered {
        ui.add(Label::new(RichText::new(&said.advice).color(palette.weak)).wrap());
    }
    let whose: Vec<&str> = outcome.user.iter().chain(&outcome.account).map(String::as_str).collect();
    if !whose.is_empty() {
        ui.add(Label::new(RichText::new(whose.join(" · ")).color(palette.weak).size(13.0)).truncate());
    }
    ui.add_space(4.0);
    strip::ui(ui, outcome);
    if let Some(seconds) = history::drifting_points(&outcome.drifts) {
        field::note(ui, &notice::phone_drifts(outcome.account.as_deref().unwrap_or_default(), seconds));
    }
    ways_on(ui, model, outcome)
}

/// Behind the verdict and what is known of the code: where the failures stand, what a real page says, the phone's drift.
pub fn background(ui: &mut Ui, model: &Model) {
    let Some(outcome) = &model.login.outcome else { return };
    if let Some(standing) = &outcome.standing {
        if let (Some(lock), false) = (standing.lock, key(&outcome.verdict) == "locked") {
            field::note(ui, &notice::locked_from_now_on(lock));
        }
        weak(ui, &notice::standing(standing));
    }
    if key(&outcome.verdict) != "not-a-code" && !outcome.resync {
        weak(ui, notice::real_page(outcome.verdict.is_accepted()));
    }
    if outcome.drifts.len() > 1 {
        ui.add_space(4.0);
        field::caption(ui, "Drift of this phone: a dot for a code that was accepted, a ring for one that was refused");
        drift_plot::ui(ui, &outcome.drifts);
    }
}

/// What the person may want to do about it.
fn ways_on(ui: &mut Ui, model: &Model, outcome: &Outcome) -> Vec<Action> {
    let Some(user) = &outcome.user else { return Vec::new() };
    let known = model.document().and_then(|document| document.user(user));
    let Some(known) = known else { return Vec::new() };
    let stored = outcome.stored_drift;
    let found = outcome.verdict.matched().filter(|hit| outcome.resync && outcome.period.is_some() && hit.drift != stored);
    let lost = match outcome.verdict {
        Verdict::Refused(Reason::TooOld(_) | Reason::FromTheFuture(_) | Reason::Locked(_) | Reason::NotInARow) => true,
        // No step near now has the code of a time-based account: two in a row are then searched by the diagnosis below.
        Verdict::Refused(Reason::WrongCode) => outcome.period.is_none(),
        _ => false,
    };
    let mut ways = Vec::new();
    if matches!(outcome.verdict, Verdict::Refused(Reason::Locked(_))) {
        ways.push(("Reset counters now", Action::Owner(OwnerAct::ResetCounters(user.clone()))));
    }
    if let Some(account) = outcome.account_id.or(known.accounts.first().copied()) {
        let store = |steps| Action::Owner(OwnerAct::StoreDrift { user: user.clone(), account, steps });
        if let Some(hit) = found {
            ways.push(("Store this drift", store(hit.drift)));
        }
        if stored != 0 {
            ways.push(("Forget the stored drift", store(0)));
        }
        if lost {
            ways.push(("Two codes in a row…", Action::Open(Dialog::Resync(user.clone(), account))));
        }
    }
    // An empty row would take room.
    if ways.is_empty() {
        return Vec::new();
    }
    ui.horizontal_wrapped(|ui| {
        ways.into_iter().filter_map(|(text, action)| ui.button(text).clicked().then_some(action)).collect()
    })
    .inner
}
