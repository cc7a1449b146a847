//! Login test: user name, hidden password, code; the verdict and why.

use egui::{Context, Key, RichText, Ui, vec2};
use zeroize::Zeroizing;

use crate::app::action::{Dialog, LoginForm};
use crate::app::diagnosis::{Place, account_of};
use crate::app::document::TestUser;
use crate::app::{Action, Model};
use crate::domain::{Password, UnixTime};
use crate::gui::widgets::{field, list};

use super::{GUTTER, Tab, diagnosis, history, users, verdict};

/// Form and result beside each other from this width on.
const WIDE: f32 = 700.0;

/// Up to so many test users are buttons; more are a list.
const CHIPS: usize = 6;

/// The drafts.
#[derive(Default)]
pub struct Login {
    user: String,
    password: Zeroizing<String>,
    code: Zeroizing<String>,
    /// The outcome that was scrolled to.
    seen: Option<UnixTime>,
    diagnosis: diagnosis::Draft,
}

impl Tab for Login {
    fn ui(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action> {
        let mut actions = Vec::new();
        if let Some(user) = &model.login.prefill {
            self.user.clone_from(user);
            actions.push(Action::Prefilled);
        }
        super::scroll().show(ui, |ui| {
            ui.set_max_width(ui.available_width().min(super::PAGE));
            if ui.available_width() >= WIDE {
                ui.horizontal_top(|ui| {
                    ui.spacing_mut().item_spacing.x = GUTTER;
                    let form = ((ui.available_width() - GUTTER) * 0.36).floor();
                    field::column(ui, form, |ui| actions.extend(self.form(ui, model)));
                    let rest = ui.available_width();
                    actions.extend(field::column(ui, rest, |ui| self.result(ui, model)));
                });
            } else {
                actions.extend(self.form(ui, model));
                ui.add_space(8.0);
                let shown = ui.scope(|ui| actions.extend(self.result(ui, model))).response;
                // Under the form it may lie below the window's edge.
                let at = model.login.outcome.as_ref().map(|outcome| outcome.at);
                if at != self.seen {
                    self.seen = at;
                    // What is read first stands at the top: with a diagnosis it is higher than the window.
                    shown.scroll_to_me(Some(egui::Align::Min));
                }
            }
            ui.add_space(16.0);
            actions.extend(history::ui(ui, model));
        });
        actions
    }

    fn leave(&mut self, _ctx: &Context) {
        self.password = Zeroizing::default();
        self.code = Zeroizing::default();
        self.diagnosis.forget();
    }
}

impl Login {
    fn form(&mut self, ui: &mut Ui, model: &Model) -> Option<Action> {
        field::text(ui, "User name", "alice@example.org", &mut self.user);
        let users = model.document().map(|document| document.users.as_slice()).unwrap_or_default();
        if users.len() <= CHIPS {
            self.chips(ui, users);
        } else {
            self.list(ui, users);
        }
        let mut action = None;
        let password = field::secret(ui, "Password", &mut self.password);
        let code = field::code(ui, &mut self.code);
        let enter = ui.input(|input| input.key_pressed(Key::Enter));
        let entered = (password.lost_focus() || code.lost_focus()) && enter;
        let ready = !self.user.trim().is_empty() && !model.login.busy;
        ui.horizontal(|ui| {
            if field::primary(ui, ready, "Log in").clicked() || (entered && ready) {
                action = Some(self.submit());
            }
            if model.login.busy {
                ui.spinner();
            }
        });
        // Below everything, so that nothing moves while a name is typed.
        let known = users.iter().find(|user| user.name == self.user);
        action.or(users::ui(ui, known, users.is_empty()))
    }

    /// A few test users: each is a button. The chosen one stays, so that nothing moves while a name is typed.
    fn chips(&mut self, ui: &mut Ui, users: &[TestUser]) {
        if users.is_empty() {
            return;
        }
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
            ui.spacing_mut().interact_size.y = 28.0;
            ui.spacing_mut().button_padding.y = 3.0;
            for user in users {
                let name = RichText::new(&user.name).size(13.0);
                let chip = egui::Button::selectable(user.name == self.user, name).frame_when_inactive(true);
                let chip = chip.min_size(vec2(0.0, 28.0)).corner_radius(14).truncate();
                if ui.add(chip).on_hover_text("Fill in this test user").clicked() {
                    self.user.clone_from(&user.name);
                }
            }
        });
    }

    /// Many: a list that opens. Only the lines that can be seen are laid out.
    fn list(&mut self, ui: &mut Ui, users: &[TestUser]) {
        let opens = ui.button("Choose a test user ▾").accessible_name("Choose a test user");
        let width = opens.rect.width().max(ui.available_width() - 12.0).min(360.0);
        egui::Popup::menu(&opens).width(width).show(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            list::rows(ui, egui::ScrollArea::vertical().max_height(240.0), 32.0, users.len(), |ui, seen| {
                for user in users.iter().skip(seen.start).take(seen.len()) {
                    ui.spacing_mut().button_padding = vec2(10.0, 4.0);
                    let chosen = user.name == self.user;
                    let line = egui::Button::selectable(chosen, user.name.as_str()).right_text("").truncate();
                    if ui.add_sized(vec2(width - 8.0, 32.0), line).clicked() {
                        self.user.clone_from(&user.name);
                        ui.close();
                    }
                }
            });
        });
    }

    fn submit(&mut self) -> Action {
        let password = Password::new(&std::mem::take(&mut self.password)).ok();
        Action::LogIn(LoginForm { user: self.user.clone(), password, code: std::mem::take(&mut self.code) })
    }

    /// The verdict, why the code may be wrong, and how the right one is computed.
    fn result(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action> {
        let mut actions = Vec::new();
        verdict::card(ui, |ui| {
            actions.extend(verdict::ui(ui, model));
            actions.extend(self.diagnosis.ui(ui, model, Place::Login));
            if let Some(id) = account_of(model, &self.user)
                && ui.button("How this code is computed…").clicked()
            {
                let shown = model.login.outcome.as_ref().filter(|outcome| outcome.account_id == Some(id));
                let step = shown.and_then(|outcome| outcome.verdict.matched()).map(|hit| hit.step);
                actions.push(Action::Open(Dialog::Explain(id, step)));
            }
            verdict::background(ui, model);
            verdict::clock(ui, model);
        });
        actions
    }
}
