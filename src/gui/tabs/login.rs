//! Login test: user name, hidden password, code; the verdict and why.

use egui::{Context, Frame, Key, Margin, RichText, Stroke, Ui, vec2};
use zeroize::Zeroizing;

use crate::app::action::LoginForm;
use crate::app::login::key;
use crate::app::model::Outcome;
use crate::app::notice;
use crate::app::{Action, Model};
use crate::domain::{Password, UnixTime, Verdict};
use crate::gui::theme::{palette, strong_font};
use crate::gui::widgets::icon::{self, Icon};
use crate::gui::widgets::when::clock_time;
use crate::gui::widgets::{field, strip};

use super::{Tab, history};

/// Form and result beside each other from this width on.
const WIDE: f32 = 700.0;

/// The drafts.
#[derive(Default)]
pub struct Login {
    user: String,
    password: Zeroizing<String>,
    code: Zeroizing<String>,
    /// The outcome that was scrolled to.
    seen: Option<UnixTime>,
}

impl Tab for Login {
    fn ui(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action> {
        let mut actions = Vec::new();
        if let Some(user) = &model.login.prefill {
            self.user.clone_from(user);
            actions.push(Action::Prefilled);
        }
        egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.set_max_width((ui.available_width() - 10.0).min(super::PAGE));
            if ui.available_width() >= WIDE {
                ui.horizontal_top(|ui| {
                    let width = ui.available_width();
                    field::column(ui, width * 0.36, |ui| actions.extend(self.form(ui, model)));
                    ui.add_space(16.0);
                    field::column(ui, width * 0.64 - 32.0, |ui| result(ui, model));
                });
            } else {
                actions.extend(self.form(ui, model));
                ui.add_space(8.0);
                let shown = ui.scope(|ui| result(ui, model)).response;
                // Under the form it may lie below the window's edge.
                let at = model.login.outcome.as_ref().map(|outcome| outcome.at);
                if at != self.seen {
                    self.seen = at;
                    shown.scroll_to_me(Some(egui::Align::Center));
                }
            }
            ui.add_space(16.0);
            history::ui(ui, &model.login.history);
        });
        actions
    }

    fn leave(&mut self, _ctx: &Context) {
        self.password = Zeroizing::default();
        self.code = Zeroizing::default();
    }
}

impl Login {
    fn form(&mut self, ui: &mut Ui, model: &Model) -> Option<Action> {
        field::text(ui, "User name", "alice@example.org", &mut self.user);
        let names: Vec<&str> =
            model.document().map(|d| d.users.iter().map(|user| user.name.as_str()).collect()).unwrap_or_default();
        if !names.is_empty() && names.len() <= 6 {
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
                ui.spacing_mut().interact_size.y = 26.0;
                ui.spacing_mut().button_padding.y = 3.0;
                for name in &names {
                    let chip =
                        egui::Button::new(RichText::new(*name).size(13.0)).min_size(vec2(0.0, 26.0)).corner_radius(13).truncate();
                    if *name != self.user && ui.add(chip).on_hover_text("Fill in this test user").clicked() {
                        self.user = (*name).to_owned();
                    }
                }
            });
        }
        let password = field::secret(ui, "Password", &mut self.password);
        let code = field::code(ui, &mut self.code);
        let enter = ui.input(|input| input.key_pressed(Key::Enter));
        let entered = (password.lost_focus() || code.lost_focus()) && enter;
        let ready = !self.user.trim().is_empty() && !model.login.busy;
        let mut action = None;
        ui.horizontal(|ui| {
            if field::primary(ui, ready, "Log in").clicked() || (entered && ready) {
                action = Some(self.submit());
            }
            if model.login.busy {
                ui.spinner();
            }
        });
        if names.is_empty() {
            ui.add(
                egui::Label::new(
                    RichText::new("There is no test user yet. Enroll an account to make one").color(palette(ui).weak).size(13.0),
                )
                .wrap(),
            );
        }
        action
    }

    fn submit(&mut self) -> Action {
        let password = Password::new(&std::mem::take(&mut self.password)).ok();
        Action::LogIn(LoginForm { user: self.user.clone(), password, code: std::mem::take(&mut self.code) })
    }
}

fn result(ui: &mut Ui, model: &Model) {
    let palette = palette(ui);
    Frame::new()
        .fill(palette.surface)
        .stroke(Stroke::new(1.0, palette.border))
        .corner_radius(12)
        .inner_margin(Margin::same(18))
        .show(ui, |ui| {
            ui.take_available_width();
            ui.set_min_height(150.0);
            if let Some(said) = &model.login.error {
                field::error(ui, &said.text, &said.advice);
            }
            match &model.login.outcome {
                Some(outcome) => verdict(ui, outcome),
                None => {
                    ui.label(RichText::new("No login yet").font(strong_font(18.0)));
                    ui.add(
                        egui::Label::new(
                            RichText::new("Type what the phone shows: you see whether it counts, and why").color(palette.weak),
                        )
                        .wrap(),
                    );
                }
            }
        });
}

fn verdict(ui: &mut Ui, outcome: &Outcome) {
    let palette = palette(ui);
    let (word, said) = notice::verdict(&outcome.verdict);
    let accepted = matches!(outcome.verdict, Verdict::Accepted(_));
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
    ui.add(egui::Label::new(RichText::new(&said.text).size(15.0)).wrap());
    if !said.advice.is_empty() {
        ui.add(egui::Label::new(RichText::new(&said.advice).color(palette.weak)).wrap());
    }
    if let Some(account) = &outcome.account {
        ui.add(egui::Label::new(RichText::new(account).color(palette.weak).size(13.0)).truncate());
    }
    ui.add_space(4.0);
    strip::ui(ui, outcome);
    if !accepted && key(&outcome.verdict) != "not-a-code" {
        let real =
            RichText::new("A real login page says only: “User name, password or code is wrong”").color(palette.weak).size(13.0);
        ui.add(egui::Label::new(real).wrap());
    }
}
