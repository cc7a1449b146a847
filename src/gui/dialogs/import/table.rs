//! The table of an import: a tick, a title, what becomes of it, its live code. Only rows that can be seen are laid out and computed.

use egui::text::{LayoutJob, TextFormat};
use egui::{Align, Checkbox, Color32, FontId, Id, Layout, Margin, ScrollArea, Sense, TextEdit, Ui, UiBuilder, pos2, vec2};

use crate::app::import::{ImportAction, Listed, Row, Standing};
use crate::app::{Action, Model, notice};
use crate::domain::code_at;
use crate::formats::exchange::Found;
use crate::gui::theme::{digits_font, palette, strong_font};
use crate::gui::widgets::one_line::one_line;
use crate::gui::widgets::{list, ring};

use crate::gui::dialogs::room;
use crate::gui::dialogs::seal::weak;

/// The height of one entry.
const ROW: f32 = 48.0;
/// The height of what stands below the rows.
const BELOW: f32 = 124.0;
/// From this width on the countdown stands beside the code.
const WIDE: f32 = 460.0;

/// As many entries are found without a filter.
const AT_A_GLANCE: usize = 6;

/// What was typed, and which rows that leaves.
#[derive(Default)]
pub struct TableDraft {
    filter: String,
    /// For what `shown` was made.
    made_for: Option<(String, u64, u64)>,
    shown: Vec<usize>,
}

impl TableDraft {
    /// Draws filter and rows.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model, listed: &Listed) -> Vec<Action> {
        let mut actions = Vec::new();
        let rows = &listed.table.rows;
        if rows.len() > 1 {
            actions.extend(self.tools(ui, rows.len() > AT_A_GLANCE));
        }
        let wanted = (self.filter.trim().to_lowercase(), model.import.run, listed.turn);
        if self.made_for.as_ref() != Some(&wanted) {
            let fits = |row: &Row| wanted.0.is_empty() || row.title.to_lowercase().contains(&wanted.0);
            self.shown = rows.iter().enumerate().filter(|(_, row)| fits(row)).map(|(at, _)| at).collect();
            self.made_for = Some(wanted);
        }
        if self.shown.is_empty() && !rows.is_empty() {
            weak(ui, "No entry has this in its name");
        }
        let room = room(ui.ctx()).y - 56.0;
        let most = (room - ui.min_rect().height() - BELOW).max(2.0 * ROW);
        let area = ScrollArea::vertical().id_salt("entries").max_height(most).min_scrolled_height(most.min(3.0 * ROW));
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            list::rows(ui, area.auto_shrink([false, true]), ROW, self.shown.len(), |ui, seen| {
                for at in self.shown.get(seen).unwrap_or_default() {
                    if let Some(entry) = rows.get(*at) {
                        actions.extend(row(ui, model, *at, entry));
                    }
                }
            });
        });
        if listed.table.has_accounts() {
            weak(ui, "Nothing here is written over, and one Undo takes it back");
        }
        actions
    }

    /// The filter, where it is of use, and both ticks for all that it leaves.
    fn tools(&mut self, ui: &mut Ui, filtered: bool) -> Vec<Action> {
        let mut actions = Vec::new();
        ui.horizontal_wrapped(|ui| {
            const BOTH: [(&str, bool); 2] = [("Select all", true), ("Select none", false)];
            if filtered {
                let font = egui::TextStyle::Button.resolve(ui.style());
                let text = |name: &str| ui.painter().layout_no_wrap(name.to_owned(), font.clone(), Color32::PLACEHOLDER).size().x;
                let around = 2.0 * ui.spacing().button_padding.x + ui.spacing().item_spacing.x;
                let buttons: f32 = BOTH.iter().map(|(name, _)| text(name).ceil() + around).sum();
                let room = ui.available_width();
                let width = if room >= 120.0 + buttons { room - buttons } else { room };
                let filter = TextEdit::singleline(&mut self.filter).hint_text("Filter").char_limit(128);
                let filter = filter.desired_width(width - 24.0).align(egui::Align2::LEFT_CENTER).margin(Margin::symmetric(12, 6));
                ui.add_sized(vec2(width, 32.0), filter).accessible_name("Filter");
            }
            for (name, ticked) in BOTH {
                if ui.button(name).clicked() {
                    actions.push(Action::Import(ImportAction::Tick(self.shown.clone(), ticked)));
                }
            }
        });
        actions
    }
}

fn row(ui: &mut Ui, model: &Model, at: usize, row: &Row) -> Option<Action> {
    let palette = palette(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::empty());
    ui.painter().hline(rect.x_range(), rect.bottom(), egui::Stroke::new(1.0, palette.border));
    let name = if row.title.is_empty() { "No name" } else { &row.title };
    // Its ids are the same wherever it is scrolled to, so that the focus stays where it is.
    let own = Id::unique(("import entry", at));
    let inside = UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center)).scope_id(own);
    ui.scope_builder(inside, |ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 1.0);
        let mut ticked = row.ticked;
        let tick = ui.add_enabled(row.found.is_some(), Checkbox::without_text(&mut ticked)).accessible_name(name);
        let mut changed = tick.changed();
        let code = row.found.as_deref().map(|found| code_width(rect.width(), found)).unwrap_or_default();
        let words = vec2(ui.available_width() - code - 8.0, ROW);
        ui.allocate_ui_with_layout(words, Layout::top_down(Align::Min), |ui| {
            ui.set_min_size(words);
            ui.add_space(6.0);
            let title = titled(row, name, palette.weak, palette.text);
            if one_line(ui, title, Sense::CLICK, None).clicked() && row.found.is_some() {
                ticked = !ticked;
                changed = true;
            }
            outcome(ui, row);
        });
        if let Some(found) = row.found.as_deref() {
            code_now(ui, model, found, rect);
        }
        changed.then(|| Action::Import(ImportAction::Tick(vec![at], ticked)))
    })
    .inner
}

/// Number and title in one line.
fn titled(row: &Row, name: &str, weak: Color32, ink: Color32) -> LayoutJob {
    let mut job = LayoutJob::default();
    job.append(&format!("{}  ", row.number), 0.0, TextFormat::simple(digits_font(12.0), weak));
    job.append(name, 0.0, TextFormat::simple(strong_font(14.0), ink));
    job
}

/// What becomes of it, and what was noticed in it; all of it when the pointer rests there.
fn outcome(ui: &mut Ui, row: &Row) {
    let palette = palette(ui);
    let colour = match row.standing {
        Standing::New => palette.good,
        Standing::SameName | Standing::SameKey => palette.warn,
        Standing::Here | Standing::InTrash | Standing::Twice => palette.weak,
        Standing::LeftOut(_) => palette.bad,
    };
    let small = FontId::proportional(13.0);
    let mut job = LayoutJob::default();
    let standing = notice::import::standing(row.standing);
    job.append(&standing, 0.0, TextFormat::simple(small.clone(), colour));
    let notes: Vec<String> = row.found.iter().flat_map(|found| &found.notes).map(notice::import::entry_note).collect();
    for note in &notes {
        job.append(&format!(". {note}"), 0.0, TextFormat::simple(small.clone(), palette.weak));
    }
    let all = || std::iter::once(standing).chain(notes.iter().cloned()).collect::<Vec<_>>().join("\n");
    one_line(ui, job, Sense::HOVER, (!notes.is_empty()).then(all));
}

/// How much room the code needs, with its countdown where the row is wide enough.
fn code_width(row: f32, found: &Found) -> f32 {
    let digits = f32::from(found.account.params.digits().get()).max(6.0) + 1.0;
    let ring = if row >= WIDE { 66.0 } else { 0.0 };
    digits * 10.4 + ring
}

/// The code of this moment, to be compared with the other app.
fn code_now(ui: &mut Ui, model: &Model, found: &Found, rect: egui::Rect) {
    let palette = palette(ui);
    let params = &found.account.params;
    let code = code_at(params, &found.account.secret, params.step_at(model.now)).grouped();
    let wide = rect.width() >= WIDE;
    let right = pos2(rect.right() - 2.0, rect.center().y);
    let edge = if wide { right - vec2(66.0, 0.0) } else { right };
    ui.painter().text(edge, egui::Align2::RIGHT_CENTER, code.as_str(), digits_font(17.0), palette.text);
    if let (true, Some(period)) = (wide, params.period()) {
        ring::paint(ui, right, period, model);
    }
    let space = egui::Rect::from_min_max(pos2(edge.x - 96.0, rect.top()), edge + vec2(0.0, ROW / 2.0));
    let response = ui.allocate_rect(space, Sense::empty());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, format!("Live code {}", code.as_str())));
}
