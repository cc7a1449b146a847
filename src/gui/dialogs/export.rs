//! Export: to which app, which accounts, with or without a password; then what is not in the file and what it means; then its name.

use std::collections::HashSet;

use egui::text::LayoutJob;
use egui::{Align, Checkbox, ComboBox, Label, Layout, RichText, ScrollArea, Sense, Spinner, TextStyle, Ui, vec2};

use crate::app::export::{Draft, ExportAction, Ready, Target};
use crate::app::{Action, Document, Model, notice};
use crate::domain::AccountId;
use crate::formats::exchange::{self, Unheld, Writes, by_id};
use crate::formats::print_page::Paper;
use crate::gui::theme::strong_font;
use crate::gui::widgets::one_line::one_line;
use crate::gui::widgets::passphrase::NewPassphrase;
use crate::gui::widgets::{field, list};

use super::seal::weak;
use super::{room, title};

mod phone;

/// The height of one account in the list.
const ROW: f32 = 30.0;

/// Drafts of the dialog.
#[derive(Default)]
pub struct ExportDraft {
    target: Option<Target>,
    paper: usize,
    some: bool,
    chosen: HashSet<AccountId>,
    filter: String,
    clear: bool,
    password: NewPassphrase,
    /// The QR codes for a phone are shown.
    showing: bool,
    phone: phone::PhoneDraft,
}

impl ExportDraft {
    /// Draws the dialog.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action> {
        let Some(document) = model.document() else { return vec![Action::Close] };
        match &model.export.ready {
            Some(ready) if self.showing => return self.phone.ui(ui, model, &ready.codes),
            _ => self.showing = false,
        }
        title(ui, "Export");
        match &model.export.ready {
            Some(ready) => self.review(ui, model, ready),
            None => self.choices(ui, model, document),
        }
    }

    /// Whether it fills the window.
    pub fn is_large(&self) -> bool {
        self.showing
    }

    fn choices(&mut self, ui: &mut Ui, model: &Model, document: &Document) -> Vec<Action> {
        let target = self.target(ui);
        self.accounts(ui, document);
        let ready = self.protection(ui, target, document) && (!self.some || !self.chosen.is_empty());
        if let Some(error) = &model.export.error {
            field::error(ui, &error.text, &error.advice);
        }
        let busy = model.export.busy || model.export.writing;
        let mut actions = Vec::new();
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            if field::primary(ui, ready && !busy, "Continue").clicked() {
                let with_password = matches!(target.writes(), Writes::Both(_)) && !self.clear;
                actions.push(Action::Export(ExportAction::Make(Draft {
                    target,
                    only: self.some.then(|| self.chosen.iter().copied().collect()),
                    password: with_password.then(|| self.password.take()),
                })));
            }
            if ui.button("Cancel").clicked() {
                actions.push(Action::Close);
            }
            if busy {
                ui.add(Spinner::new().size(18.0));
                ui.label(if model.export.writing { "Writing" } else { "Making the file" });
            }
        });
        actions
    }

    /// Which app, or the page.
    fn target(&mut self, ui: &mut Ui) -> Target {
        let paper = Paper::ALL.get(self.paper).copied().unwrap_or(Paper::A4);
        let writers = || exchange::ALL.iter().filter(|format| format.writes() != Writes::Nothing);
        let first = || by_id("aegis").or_else(|| writers().next().copied()).map_or(Target::Page(paper), |f| Target::App(f.id()));
        let mut target = *self.target.get_or_insert_with(first);
        field::caption(ui, "To");
        let combo = ComboBox::from_id_salt("target").selected_text(target.name()).width(ui.available_width()).height(320.0);
        let shown = combo.show_ui(ui, |ui| {
            for format in writers() {
                if ui.selectable_label(target == Target::App(format.id()), format.name()).clicked() {
                    target = Target::App(format.id());
                    // Also where no pointer did it.
                    ui.close();
                }
            }
            for other in [Target::Page(paper), Target::Phone] {
                let chosen = std::mem::discriminant(&target) == std::mem::discriminant(&other);
                if ui.selectable_label(chosen, other.name()).clicked() {
                    target = other;
                    ui.close();
                }
            }
        });
        shown.response.accessible_name("Export to");
        match target {
            Target::Page(_) => {
                weak(ui, "One QR code for each account, to be printed and cut out, for a safe or another phone");
                let papers: Vec<(usize, &str)> = Paper::ALL.iter().map(|paper| paper.name()).enumerate().collect();
                field::choice(ui, &mut self.paper, &papers);
                target = Target::Page(Paper::ALL.get(self.paper).copied().unwrap_or(Paper::A4));
            }
            Target::Phone => weak(ui, notice::phone_codes()),
            Target::App(id) => weak(ui, &notice::where_taken_in(by_id(id).map_or("", |format| format.way_in()))),
        }
        self.target = Some(target);
        target
    }

    /// All, or those that are ticked.
    fn accounts(&mut self, ui: &mut Ui, document: &Document) {
        let here = || document.accounts.iter().filter(|record| record.trashed.is_none());
        let all = notice::all_accounts(here().count());
        ui.add_space(4.0);
        field::caption(ui, "Accounts");
        field::choice(ui, &mut self.some, &[(false, &all), (true, "Some of them")]);
        if !self.some {
            return;
        }
        field::text(ui, "Filter", "", &mut self.filter);
        let wanted = self.filter.trim().to_lowercase();
        let fits = |title: &str| wanted.is_empty() || title.to_lowercase().contains(&wanted);
        let shown: Vec<(AccountId, String)> =
            here().map(|record| (record.account.id, record.account.title())).filter(|(_, title)| fits(title)).collect();
        ui.horizontal(|ui| {
            if ui.button("Select all").clicked() {
                self.chosen.extend(shown.iter().map(|(id, _)| *id));
            }
            if ui.button("Select none").clicked() {
                let shown: HashSet<AccountId> = shown.iter().map(|(id, _)| *id).collect();
                self.chosen.retain(|id| !shown.contains(id));
            }
            weak(ui, &notice::chosen(self.chosen.len()));
        });
        ui.spacing_mut().item_spacing.y = 0.0;
        // What stands above and below it fits into the smallest window, too.
        let most = (room(ui.ctx()).y - 400.0).clamp(2.5 * ROW, 8.0 * ROW);
        list::rows(
            ui,
            ScrollArea::vertical().id_salt("accounts").max_height(most).auto_shrink([false, true]),
            ROW,
            shown.len(),
            |ui, seen| {
                for (id, title) in shown.get(seen).unwrap_or_default() {
                    let mut ticked = self.chosen.contains(id);
                    let changed = ui
                        .allocate_ui_with_layout(vec2(ui.available_width(), ROW), Layout::left_to_right(Align::Center), |ui| {
                            ui.set_min_size(vec2(ui.available_width(), ROW));
                            let changed = ui.add(Checkbox::without_text(&mut ticked)).accessible_name(title).changed();
                            let font = TextStyle::Body.resolve(ui.style());
                            let title = LayoutJob::simple_singleline(title.clone(), font, ui.visuals().text_color());
                            one_line(ui, title, Sense::HOVER, None);
                            changed
                        })
                        .inner;
                    if changed {
                        self.chosen.retain(|chosen| chosen != id);
                        self.chosen.extend(ticked.then_some(*id));
                    }
                }
            },
        );
        ui.spacing_mut().item_spacing.y = 8.0;
    }

    /// With a password or without; whether that is settled.
    fn protection(&mut self, ui: &mut Ui, target: Target, document: &Document) -> bool {
        if !matches!(target.writes(), Writes::Both(_)) {
            return true;
        }
        ui.add_space(4.0);
        field::caption(ui, "Protection");
        field::choice(ui, &mut self.clear, &[(false, "A password"), (true, "None")]);
        if self.clear {
            return true;
        }
        let settled = self.password.ui(ui, "Password of the file");
        let groups = document.accounts.iter().any(|record| record.trashed.is_none() && !record.account.tags.is_empty());
        let format = if let Target::App(id) = target { by_id(id) } else { None };
        if let Some(said) = format.and_then(|format| notice::import::groups_readable(format, groups)) {
            field::note(ui, &said);
        }
        settled
    }

    /// What is to be known before anything is written.
    fn review(&mut self, ui: &mut Ui, model: &Model, ready: &Ready) -> Vec<Action> {
        let head = notice::export_in_short(ready);
        ui.add(Label::new(RichText::new(head).font(strong_font(14.0))).wrap());
        let means = match ready.target {
            Target::App(_) if !ready.encrypted => Some(notice::import::export_in_the_clear()),
            Target::Page(_) => Some(notice::page_in_the_clear()),
            Target::App(_) | Target::Phone => None,
        };
        if let Some(said) = means {
            field::error(ui, &said.text, &said.advice);
        }
        let room = (room(ui.ctx()).y - 320.0).max(120.0);
        ScrollArea::vertical().id_salt("not held").max_height(room).auto_shrink([false, true]).show(ui, |ui| {
            held_less(ui, &notice::not_in_it(ready.left_out.len()), &ready.left_out);
            held_less(ui, &notice::in_it_without(ready.reduced.len()), &ready.reduced);
        });
        if let Some(error) = &model.export.error {
            field::error(ui, &error.text, &error.advice);
        }
        let mut actions = Vec::new();
        ui.add_space(8.0);
        ui.horizontal_wrapped(|ui| {
            let name = match ready.target {
                Target::Phone => "Show the QR codes",
                Target::Page(_) => "Save the page…",
                Target::App(_) if ready.encrypted => "Choose where…",
                Target::App(_) => "Export without encryption…",
            };
            if field::primary(ui, !model.export.writing, name).clicked() {
                if ready.target == Target::Phone {
                    self.showing = true;
                } else {
                    actions.push(Action::Export(ExportAction::Write));
                }
            }
            if ui.button("Back").clicked() {
                actions.push(Action::Export(ExportAction::Back));
            }
            if ui.button("Cancel").clicked() {
                actions.push(Action::Close);
            }
        });
        actions
    }
}

/// Accounts that the other app cannot hold, or not whole: as many as are read by a person.
fn held_less(ui: &mut Ui, head: &str, accounts: &[(String, Unheld)]) {
    const MOST: usize = 200;
    if accounts.is_empty() {
        return;
    }
    field::note(ui, &notice::Notice::plain(head));
    for (title, what) in accounts.iter().take(MOST) {
        weak(ui, &notice::held_less(title, *what));
    }
    if accounts.len() > MOST {
        weak(ui, "…");
    }
}
