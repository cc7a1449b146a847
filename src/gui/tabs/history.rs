//! The history of the login test as a table: sorted, filtered, and only the lines that can be seen are fetched and laid out.

use std::collections::BTreeSet;

use egui::{Label, RichText, Ui, vec2};
use egui_extras::{Column, TableBuilder};

use crate::app::action::Dialog;
use crate::app::history::{CHUNK, Filter, Kind, Order};
use crate::app::ports::Attempt;
use crate::app::{Action, Model, notice};
use crate::gui::theme::{digits_font, palette, strong_font};
use crate::gui::widgets::drift_plot::signed;
use crate::gui::widgets::icon::focus_line;
use crate::gui::widgets::when::{clock_time, date_time};
use crate::gui::widgets::{field, list};

/// The height of a row in points, with the space around its words.
const ROW: f32 = 32.0;
/// From this width on the table has every column; below, time, user, result and drift.
const WIDE: f32 = 640.0;
/// The height of a line of the users' menu.
const LINE: f32 = 30.0;

/// Draws filter and table.
pub fn ui(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let history = &model.login.history;
    let mut actions = Vec::new();
    let total = history.index.total;
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new("History").font(strong_font(16.0)));
        let shown = history.index.numbers.len();
        let grouped = |count: usize| notice::grouped(count as u64);
        let said = if shown == total { grouped(total) } else { format!("{} of {}", grouped(shown), grouped(total)) };
        if total > 0 {
            ui.label(RichText::new(said).color(palette(ui).weak).size(13.0));
            if ui.add_enabled(shown > 0, egui::Button::new("Export as CSV…")).clicked() {
                actions.push(Action::ExportHistory);
            }
            if ui.button("Clear…").accessible_name("Clear the history…").clicked() {
                actions.push(Action::Open(Dialog::ClearHistory));
            }
        }
    });
    if total == 0 {
        let said = if history.known { "Every try stands here, also after a restart" } else { "" };
        ui.label(RichText::new(said).color(palette(ui).weak));
        return actions;
    }
    actions.extend(filter(ui, model));
    if history.index.numbers.is_empty() {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new("No line fits the filter").color(palette(ui).weak));
            if ui.button("Show all").accessible_name("Show all lines").clicked() {
                let Filter { order, backwards, .. } = history.filter;
                actions.push(Action::FilterHistory(Filter { order, backwards, ..Filter::default() }));
            }
        });
    } else {
        actions.extend(table(ui, model));
    }
    actions
}

fn filter(ui: &mut Ui, model: &Model) -> Option<Action> {
    let filter = &model.login.history.filter;
    let mut wanted = filter.clone();
    ui.horizontal_wrapped(|ui| {
        let field = egui::TextEdit::singleline(&mut wanted.text).hint_text("Filter").desired_width(170.0).char_limit(200);
        let field = field.margin(egui::Margin::symmetric(10, 6)).align(egui::Align2::LEFT_CENTER);
        ui.add_sized(vec2(180.0, 32.0), field).accessible_name("Filter the history");
        if let Some(user) = users(ui, model, filter) {
            wanted.user = user;
        }
        if ui.max_rect().width() >= WIDE {
            ui.add_space(8.0);
            kinds(ui, &mut wanted.kind);
        }
    });
    if ui.available_width() < WIDE {
        kinds(ui, &mut wanted.kind);
    }
    (wanted != *filter).then_some(Action::FilterHistory(wanted))
}

/// The choice between all lines and those of one kind.
fn kinds(ui: &mut Ui, kind: &mut Option<Kind>) {
    let kinds: Vec<(Option<Kind>, &str)> =
        std::iter::once((None, "All")).chain(Kind::ALL.map(|kind| (Some(kind), only(kind)))).collect();
    field::choice(ui, kind, &kinds);
}

/// What the filter's choice is called.
const fn only(kind: Kind) -> &'static str {
    match kind {
        Kind::Accepted => "Only accepted",
        Kind::Refused => "Only refused",
        Kind::Owner => "Owner's acts",
    }
}

/// The menu of users: one of them alone, or all. Only the lines that can be seen are laid out.
fn users(ui: &mut Ui, model: &Model, filter: &Filter) -> Option<Option<String>> {
    let known = model.document().map(|document| document.users.as_slice()).unwrap_or_default();
    let name = |user: &Option<String>| match user {
        None => "Every user".to_owned(),
        Some(user) if user.is_empty() => "No such user".to_owned(),
        Some(user) => user.clone(),
    };
    let opens = ui.add(egui::Button::new(format!("{} ▾", name(&filter.user))).truncate().min_size(vec2(96.0, 32.0)));
    let opens = opens.accessible_name("Lines of which user");
    let mut chosen = None;
    egui::Popup::menu(&opens).width(240.0).show(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        list::rows(ui, egui::ScrollArea::vertical().max_height(240.0), LINE, known.len() + 2, |ui, seen| {
            for place in seen {
                let user = match place {
                    0 => None,
                    1 => Some(String::new()),
                    place => known.get(place - 2).map(|user| user.name.clone()),
                };
                ui.spacing_mut().button_padding = vec2(10.0, 4.0);
                let line = egui::Button::selectable(filter.user == user, name(&user)).right_text("").truncate();
                // The empty text on the right is not part of its name.
                if ui.add_sized(vec2(232.0, LINE), line).accessible_name(name(&user)).clicked() {
                    chosen = Some(user);
                    ui.close();
                }
            }
        });
    });
    chosen
}

fn table(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let history = &model.login.history;
    let rows = history.index.numbers.len();
    ui.spacing_mut().item_spacing.y = 0.0;
    let height = rows as f32 * ROW;
    // As high as the window leaves room for under the form.
    let room = (ui.ctx().content_rect().height() - 440.0).max(300.0);
    let wide = ui.available_width() >= WIDE;
    let user = Column::remainder().at_least(60.0).clip(true);
    let (titles, columns): (&[(&str, Order)], _) = if wide {
        let sizes = [Column::exact(160.0), user, user, Column::exact(84.0), Column::exact(150.0), Column::exact(104.0)];
        (
            &[
                ("Time", Order::Time),
                ("User", Order::User),
                ("Account", Order::Account),
                ("Verdict", Order::Verdict),
                ("Reason", Order::Reason),
                ("Drift", Order::Drift),
            ],
            sizes.to_vec(),
        )
    } else {
        let sizes = [Column::exact(68.0), user, Column::exact(120.0), Column::exact(98.0)];
        (&[("Time", Order::Time), ("User", Order::User), ("Result", Order::Reason), ("Drift", Order::Drift)], sizes.to_vec())
    };
    let table = TableBuilder::new(ui)
        .id_salt(("history", wide))
        .striped(true)
        .vscroll(true)
        .max_scroll_height(height.min(room))
        .min_scrolled_height(height.min(220.0))
        .cell_layout(egui::Layout::left_to_right(egui::Align::Center));
    let mut actions = Vec::new();
    let mut missing = BTreeSet::new();
    columns
        .into_iter()
        .fold(table, TableBuilder::column)
        .header(ROW, |mut header| {
            for (title, order) in titles {
                header.col(|ui| actions.extend(heading(ui, title, *order, &history.filter)));
            }
        })
        .body(|body| {
            body.rows(ROW, rows, |mut row| {
                let place = row.index();
                let Some(attempt) = history.line(place) else {
                    missing.insert(place - place % CHUNK);
                    row.col(|ui| text(ui, RichText::new("…").color(palette(ui).weak)));
                    (1..titles.len()).for_each(|_| {
                        row.col(|_| {});
                    });
                    return;
                };
                cells(&mut row, attempt, wide);
            });
        });
    actions.extend(missing.into_iter().map(Action::NeedLines));
    actions
}

/// A column's title: pressed, it orders; pressed again, the other way round.
fn heading(ui: &mut Ui, title: &str, order: Order, filter: &Filter) -> Option<Action> {
    let ours = filter.order == order;
    let arrow = match (ours, filter.backwards) {
        (true, false) => " ↓",
        (true, true) => " ↑",
        (false, _) => "",
    };
    let text = RichText::new(format!("{title}{arrow}")).font(strong_font(13.0)).color(palette(ui).weak);
    let response = ui.add(egui::Button::new(text).frame(false));
    // A line around it would be cut at the column's edge.
    let under = response.rect.center().y + 11.0;
    ui.painter().hline(response.rect.x_range(), under, focus_line(ui, &response));
    let pressed = response.accessible_name(format!("Order by {}", title.to_lowercase())).clicked();
    pressed.then(|| Action::FilterHistory(Filter { order, backwards: ours && !filter.backwards, ..filter.clone() }))
}

fn cells(row: &mut egui_extras::TableRow<'_, '_>, attempt: &Attempt, wide: bool) {
    let time = if wide { date_time(attempt.at) } else { clock_time(attempt.at) };
    row.col(|ui| {
        let label = Label::new(RichText::new(time).font(digits_font(12.5))).truncate();
        ui.add(label).on_hover_text(date_time(attempt.at));
    });
    row.col(|ui| {
        // A name that nobody has is not kept: people type passwords into the wrong field.
        let nobody = RichText::new("(no such user)").color(palette(ui).weak);
        text(ui, if attempt.user.is_empty() { nobody } else { RichText::new(&attempt.user) });
    });
    if wide {
        row.col(|ui| text(ui, RichText::new(&attempt.account)));
    }
    let kind = Kind::of(attempt.accepted, &attempt.reason);
    let plain = attempt.reason == "accepted";
    let reason = if plain { "" } else { notice::reason_word(&attempt.reason) };
    row.col(|ui| {
        let colour = match kind {
            Kind::Accepted => palette(ui).good,
            Kind::Refused => palette(ui).bad,
            Kind::Owner => palette(ui).weak,
        };
        let word = if wide || plain { kind.title() } else { reason };
        text(ui, RichText::new(word).color(colour));
    });
    if wide {
        row.col(|ui| text(ui, RichText::new(reason)));
    }
    row.col(|ui| text(ui, RichText::new(drift(attempt)).font(digits_font(12.5))));
}

fn text(ui: &mut Ui, text: RichText) {
    ui.add(Label::new(text).truncate());
}

/// "−2 min 30 s", "+30 s", "0 s", or nothing where no step matched; steps for a counter.
fn drift(attempt: &Attempt) -> String {
    match (attempt.drift, attempt.drift_seconds) {
        (Some(steps), None | Some(0)) if steps != 0 => format!("{steps:+} steps"),
        (Some(_), Some(seconds)) => signed(seconds),
        _ => String::new(),
    }
}
