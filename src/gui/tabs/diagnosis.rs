//! Under a refused code: what it would be right for, a wider search, and a field for the next code.

use egui::{CollapsingHeader, Key, Label, ProgressBar, RichText, Ui};
use zeroize::Zeroizing;

use crate::app::diagnosis::{Ask, Case, Place};
use crate::app::notice::{Reader, diagnosis as words};
use crate::app::{Action, Model};
use crate::domain::diagnose::{Finding, Space, Strength};
use crate::gui::theme::{palette, strong_font};
use crate::gui::widgets::{chevron, field, heard};

/// The draft: the next code.
#[derive(Default)]
pub struct Draft(Zeroizing<String>);

impl Draft {
    /// Forgets what was typed.
    pub fn forget(&mut self) {
        self.0 = Zeroizing::default();
    }

    /// Draws what is known of the code that was refused at `place`.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model, place: Place) -> Option<Action> {
        let case = model.diagnoses.at(place)?;
        ui.add_space(6.0);
        ui.label(RichText::new("What the code would be right for").font(strong_font(14.0)));
        let title = |n: usize| {
            let record = case.others.get(n).and_then(|id| model.document()?.record(*id));
            record.map_or_else(|| "an account that is gone".to_owned(), |record| record.account.title())
        };
        if let (true, Some(told)) = (case.accounts() > 1, &case.told) {
            let account = case.account.and_then(|id| model.document()?.record(id)).map(|record| record.account.title());
            weak(ui, &words::of_several(case.accounts(), account.filter(|_| !told.findings.is_empty()).as_deref()));
        }
        if let Some(told) = &case.told {
            let (chance, likely): (Vec<_>, Vec<_>) =
                told.findings.iter().partition(|finding| finding.strength(told.certain) == Strength::Chance);
            // Beside an answer that is hardly chance, those that may be are noise.
            let hidden = !likely.is_empty() && !chance.is_empty();
            let (shown, folded) = if hidden { (likely, chance) } else { (told.findings.iter().collect(), Vec::new()) };
            for finding in shown {
                found(ui, case, finding, told.certain, &title);
            }
            if hidden {
                CollapsingHeader::new(words::more_by_chance(folded.len())).id_salt("by chance").icon(chevron::folds).show(
                    ui,
                    |ui| {
                        for finding in folded {
                            found(ui, case, finding, told.certain, &title);
                        }
                    },
                );
            }
            // While more is searched, nothing has been said yet.
            if told.findings.is_empty() && case.progress.is_none() {
                let nothing = weak(ui, &words::nothing(told, case.searched, Reader::Window).line());
                heard::politely(ui, &nothing);
            }
        }
        let mut ask = None;
        if let Some(done) = case.progress {
            ui.horizontal(|ui| {
                let width = (ui.available_width() - 96.0).clamp(80.0, 320.0);
                let palette = palette(ui);
                // The bar's ground stands out from the card's.
                ui.visuals_mut().extreme_bg_color = palette.surface_hover;
                let said = RichText::new(format!("Searching… {:.0} %", done * 100.0)).color(palette.text);
                ui.add(ProgressBar::new(done).desired_width(width).fill(palette.accent_ground).text(said));
                if ui.button("Cancel").clicked() {
                    ask = Some(Ask::Cancel);
                }
            });
        }
        let certain = case.told.as_ref().is_some_and(|told| told.certain && !told.findings.is_empty());
        let right = case.told.iter().flat_map(|told| &told.findings).any(|finding| finding.causes.is_empty());
        if !certain && !right {
            // Where failures are counted, people wonder whether this is one.
            let guarded = place == Place::Login && model.login.outcome.as_ref().is_some_and(|outcome| outcome.standing.is_some());
            ask = self.more(ui, case, guarded).or(ask);
        }
        ask.map(|ask| Action::Diagnose(place, ask))
    }

    /// A second code, and the wider search.
    fn more(&mut self, ui: &mut Ui, case: &Case, guarded: bool) -> Option<Ask> {
        let mut ask = None;
        let next = field::named_code(ui, "The next code the phone shows", &mut self.0);
        if case.not_a_code {
            let said = words::not_a_second_code();
            field::error(ui, &said.text, &said.advice);
        }
        let entered = next.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        ui.horizontal_wrapped(|ui| {
            let typed = !self.0.trim().is_empty();
            let check = ui.add_enabled(typed, egui::Button::new("Make certain")).clicked();
            if typed && (check || entered) {
                ask = Some(Ask::Second(std::mem::take(&mut self.0)));
            }
            if case.progress.is_none() && case.space == Space::Common && ui.button("Search further").clicked() {
                ask = Some(Ask::Further);
            }
        });
        if guarded {
            weak(ui, words::not_a_login());
        }
        ask
    }
}

fn found(ui: &mut Ui, case: &Case, finding: &Finding, certain: bool, title: &dyn Fn(usize) -> String) {
    let said = words::finding(finding, &case.params, title, Reader::Window);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        let told = ui.add(Label::new(RichText::new(format!("• {}", said.text)).size(15.0)).wrap());
        heard::politely(ui, &told);
        let how = if finding.causes.is_empty() { String::new() } else { words::certainty(finding, certain) };
        for line in [said.advice, how].iter().filter(|line| !line.is_empty()) {
            weak(ui, line);
        }
    });
}

fn weak(ui: &mut Ui, text: &str) -> egui::Response {
    ui.add(Label::new(RichText::new(text).color(palette(ui).weak).size(13.0)).wrap())
}
