//! Import: a file that is read or asks for its password, then a table of all its entries, then the button.

use egui::{ComboBox, Label, RichText, Spinner, Ui};
use zeroize::Zeroizing;

use crate::app::import::{Asks, ImportAction, Listed, Refused, Source, Step};
use crate::app::{Action, Model, notice};
use crate::formats::exchange::{self, by_id};
use crate::gui::theme::strong_font;
use crate::gui::widgets::field;

use super::seal::weak;
use super::title;

mod camera;
mod choice;
mod table;

/// The button that leaves out one file of several.
const WITHOUT_FILE: &str = "Leave this file out";
/// How many files are named; beyond it they are counted.
const NAMED: usize = 2;

/// Drafts of the dialog.
#[derive(Default)]
pub struct ImportDraft {
    password: Zeroizing<String>,
    /// For which file the password is typed.
    of: Option<String>,
    /// It was handed over: it goes when it turns out to be wrong.
    tried: bool,
    table: table::TableDraft,
    choice: choice::ChoiceDraft,
    camera: camera::CameraDraft,
}

impl ImportDraft {
    /// Draws the dialog.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action> {
        title(ui, "Import");
        let desk = &model.import;
        if !matches!(desk.step, Step::Asks(_)) {
            self.password = Zeroizing::default();
            self.of = None;
        }
        // One file of several: the others are read without it.
        let more = desk.listed.is_some() || !desk.waiting.is_empty();
        if let Some(left) = &desk.left {
            field::note(ui, &notice::screen::left(left));
        }
        if !matches!(desk.step, Step::Choosing(_)) {
            self.choice = choice::ChoiceDraft::default();
        }
        if !matches!(desk.step, Step::Filming(_)) {
            self.camera = camera::CameraDraft::default();
        }
        // Each step has ids of its own: assistive technology remembers by them what a thing can do.
        let step = match &desk.step {
            Step::Asks(_) => 1,
            Step::Refused(_) => 2,
            Step::Choosing(_) => 3,
            Step::Looking(_) => 4,
            Step::Reading(_) if desk.listed.is_none() => 5,
            Step::Filming(_) => 6,
            _ => 7,
        };
        ui.skip_ahead_auto_ids(step * 1000);
        match &desk.step {
            Step::Filming(film) => self.camera.ui(ui, film, more),
            Step::Asks(asks) => self.asks(ui, asks, more),
            Step::Refused(refused) => refuse(ui, refused, more),
            Step::Choosing(choice) => self.choice.ui(ui, choice, desk.run, more),
            Step::Looking(_) => looking(ui, more),
            Step::Reading(source) if desk.listed.is_none() => {
                weak(ui, &source.name());
                ui.add_space(8.0);
                ui.horizontal(|ui| {
                    ui.add(Spinner::new().size(18.0));
                    ui.label("Reading");
                });
                ui.add_space(8.0);
                if ui.button("Cancel").clicked() { vec![Action::Close] } else { Vec::new() }
            }
            _ => match &desk.listed {
                Some(listed) => self.listed(ui, model, listed),
                None => saving(ui, desk.step.is_saving()),
            },
        }
    }

    fn asks(&mut self, ui: &mut Ui, asks: &Asks, more: bool) -> Vec<Action> {
        let of = match &asks.source {
            Source::File(path) => path.to_string_lossy().into_owned(),
            Source::Clipboard(_) | Source::Screen | Source::Camera => asks.source.name(),
        };
        let first = self.of.as_ref() != Some(&of);
        if first {
            self.password = Zeroizing::default();
            self.of = Some(of);
        }
        let answered = self.tried && !asks.busy;
        if answered {
            self.tried = false;
            if asks.error.is_some() && !asks.asks_for_work {
                self.password = Zeroizing::default();
            }
        }
        let mut actions = Vec::new();
        let unsure = asks.apps.len() > 1;
        let name = by_id(asks.app).map_or("", |format| format.name());
        let head = if unsure { "An encrypted file".to_owned() } else { format!("{name}, encrypted") };
        ui.add(Label::new(RichText::new(head).font(strong_font(14.0))).wrap());
        weak(ui, &asks.source.name());
        if unsure {
            actions.extend(choose_app(ui, Some(asks.app), &asks.apps));
        }
        let response = field::secret(ui, "Password of the file", &mut self.password);
        // Also where it was wrong: the next try is typed at once.
        if first || answered {
            response.request_focus();
        }
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        if let Some(error) = &asks.error {
            field::error(ui, &error.text, &error.advice);
        }
        ui.add_space(8.0);
        ui.horizontal_wrapped(|ui| {
            let pressed =
                field::primary(ui, !asks.busy, if asks.asks_for_work { "Open it all the same" } else { "Open" }).clicked();
            if !asks.busy && (pressed || entered) {
                self.tried = true;
                // It stays until it is known to be right: a file that asks for more work is opened with it once more.
                let password = self.password.clone();
                actions.push(Action::Import(ImportAction::Open { password, long: asks.asks_for_work }));
            }
            actions.extend(leave(ui, more, WITHOUT_FILE));
            if asks.busy {
                ui.add(Spinner::new().size(18.0));
                ui.label("Opening");
            }
        });
        actions
    }

    fn listed(&mut self, ui: &mut Ui, model: &Model, listed: &Listed) -> Vec<Action> {
        let desk = &model.import;
        origins(ui, listed);
        ui.add(Label::new(RichText::new(notice::import::import_head(&listed.table.counts())).font(strong_font(14.0))).wrap());
        if let Some(said) = notice::import::without_code(listed.table.without_code) {
            weak(ui, &said.line());
        }
        for note in &listed.table.notes {
            weak(ui, &notice::import::file_note(*note).line());
        }
        for said in notice::parts(&listed.table.parts) {
            if said.advice.is_empty() { weak(ui, &said.line()) } else { field::note(ui, &said) }
        }
        if let Some(said) = &desk.said {
            field::note(ui, said);
        }
        let mut actions = self.table.ui(ui, model, listed);
        ui.add_space(8.0);
        let (reading, saving) = (matches!(desk.step, Step::Reading(_)), desk.step.is_saving());
        ui.horizontal_wrapped(|ui| {
            let ticked = listed.table.ticked();
            let some = listed.table.has_accounts();
            if some && field::primary(ui, ticked > 0 && !reading && !saving, &notice::import_button(ticked)).clicked() {
                actions.push(Action::Import(ImportAction::Save));
            }
            if ui.add_enabled(!reading && !saving, egui::Button::new("Add a file…")).clicked() {
                actions.push(Action::Import(ImportAction::Choose));
            }
            if ui.add_enabled(!reading && !saving, egui::Button::new("Scan the screen")).clicked() {
                actions.push(Action::Import(ImportAction::Screen));
            }
            if ui.add_enabled(!reading && !saving, egui::Button::new("Use the camera")).clicked() {
                actions.push(Action::Import(ImportAction::Camera(0)));
            }
            if ui.button(if some { "Cancel" } else { "Close" }).clicked() {
                actions.push(Action::Close);
            }
            if reading || saving {
                ui.add(Spinner::new().size(18.0));
                ui.label(if saving { "Saving" } else { "Reading" });
            }
        });
        actions
    }
}

/// What was ticked is on its way.
fn saving(ui: &mut Ui, saving: bool) -> Vec<Action> {
    if saving {
        ui.horizontal(|ui| {
            ui.add(Spinner::new().size(18.0));
            ui.label("Saving");
        });
    }
    super::close(ui).into_iter().collect()
}

/// Which files these are.
fn origins(ui: &mut Ui, listed: &Listed) {
    for origin in listed.origins.iter().take(NAMED) {
        weak(ui, &format!("{}: {}", notice::origin(origin), origin.name));
    }
    let more = listed.origins.len().saturating_sub(NAMED);
    if more > 0 {
        weak(ui, &format!("and {} more", notice::counted(more, "file")));
    }
}

fn refuse(ui: &mut Ui, refused: &Refused, more: bool) -> Vec<Action> {
    let seen = matches!(refused.source, Source::Screen | Source::Camera);
    if !seen {
        weak(ui, &refused.source.name());
    }
    field::error(ui, &refused.why.text, &refused.why.advice);
    let mut actions = Vec::new();
    if refused.choose_app {
        let all: Vec<&'static str> = exchange::ALL.iter().map(|format| format.id()).collect();
        actions.extend(choose_app(ui, refused.app, &all));
    }
    ui.add_space(8.0);
    ui.horizontal_wrapped(|ui| {
        if seen && field::primary(ui, true, "Scan again").clicked() {
            actions.push(Action::Import(again(&refused.source)));
        }
        if ui.button(if seen { "Choose a file…" } else { "Choose another file…" }).clicked() {
            actions.push(Action::Import(ImportAction::Choose));
        }
        actions.extend(leave(ui, more, if seen { notice::screen::without(&refused.source) } else { WITHOUT_FILE }));
    });
    actions
}

/// Looks once more, at the screens or with the camera.
const fn again(source: &Source) -> ImportAction {
    if matches!(source, Source::Camera) { ImportAction::Camera(0) } else { ImportAction::Screen }
}

/// The screens are being looked at.
fn looking(ui: &mut Ui, more: bool) -> Vec<Action> {
    ui.horizontal(|ui| {
        ui.add(Spinner::new().size(18.0));
        ui.label("Looking at the screen");
    });
    weak(ui, "The desktop may ask whether it may be seen. Nothing of it is kept.");
    ui.add_space(8.0);
    ui.horizontal_wrapped(|ui| leave(ui, more, "Go on without the screen")).inner.into_iter().collect()
}

/// Leaves the file at hand: alone, or with all that was read.
fn leave(ui: &mut Ui, more: bool, without: &str) -> Option<Action> {
    if more && ui.button(without).clicked() {
        return Some(Action::Import(ImportAction::Skip));
    }
    ui.button("Cancel").clicked().then_some(Action::Close)
}

/// Which app the file is from, if it is not the one that was recognised.
fn choose_app(ui: &mut Ui, app: Option<&'static str>, apps: &[&'static str]) -> Option<Action> {
    let name = |id: &str| by_id(id).map_or("", |format| format.name());
    let mut chosen = None;
    field::caption(ui, "It is a file of");
    let shown = app.map_or("Choose the app", name);
    let combo = ComboBox::from_id_salt("app").selected_text(shown).width(ui.available_width()).height(280.0);
    let shown = combo.show_ui(ui, |ui| {
        for id in apps {
            if ui.selectable_label(app == Some(id), name(id)).clicked() {
                chosen = Some(*id);
                // Also where no pointer did it.
                ui.close();
            }
        }
    });
    shown.response.accessible_name("App");
    if let Some(format) = app.and_then(by_id) {
        weak(ui, &notice::how_given_out(format.hint()));
    }
    chosen.map(|id| Action::Import(ImportAction::App(id)))
}
