//! The bar at the top: tabs, search, the padlock, the menu; and the notes about the vault under it.

use egui::{Align, Frame, Id, Key, Layout, Margin, Modifiers, Response, RichText, Sense, Stroke, TextEdit, Ui, vec2};

use crate::app::action::{Dialog, Section, TabId};
use crate::app::backup::BackupAction;
use crate::app::import::ImportAction;
use crate::app::model::{OpenVault, VaultState};
use crate::app::ports::{Place, Protection};
use crate::app::settings::{Looks, ThemeChoice};
use crate::app::{Action, Model, notice};

use super::tabs::accounts::keys;
use super::theme::{self, palette};
use super::widgets::icon::{self, Icon};

/// Under this width the search field gets a row of its own.
const NARROW: f32 = 640.0;

/// The width of every menu.
pub const MENU_WIDTH: f32 = 264.0;

/// The draft of the search field.
#[derive(Default)]
pub struct Bar {
    search: String,
}

/// The bar's ground and margins.
pub fn frame(ui: &Ui) -> Frame {
    Frame::new().fill(ui.visuals().panel_fill).inner_margin(Margin { left: 16, right: 16, top: 12, bottom: 10 })
}

impl Bar {
    /// Draws the bar.
    pub fn ui(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action> {
        let mut actions = Vec::new();
        let searching = model.tab == TabId::Accounts && model.listing.total > 0;
        let narrow = ui.available_width() < NARROW;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            for tab in TabId::ALL {
                // Where an account was just made, the tab begins anew.
                let elsewhere = model.tab != tab || model.enrolment.done.is_some();
                if tab_button(ui, tab, model.tab == tab).clicked() && elsewhere {
                    actions.push(Action::Go(tab));
                }
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                actions.extend(menu(ui, model));
                padlock(ui, model);
                if searching && !narrow {
                    let width = (ui.available_width() - 8.0).clamp(120.0, 280.0);
                    actions.extend(self.search(ui, model, width));
                }
            });
        });
        if searching && narrow {
            let width = ui.available_width();
            actions.extend(self.search(ui, model, width));
        }
        actions
    }

    fn search(&mut self, ui: &mut Ui, model: &Model, width: f32) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.search != model.search {
            self.search.clone_from(&model.search);
        }
        let id = Id::unique("search");
        let free = keys::are_ours(ui.ctx(), model);
        let nothing_focused = free && ui.memory(|memory| memory.focused().is_none());
        // Typing anywhere searches: the field takes the focus, and with it what was typed in this frame. Letters that do something with the
        // card that has the focus do that.
        let typed = |event: &egui::Event| matches!(event, egui::Event::Text(text) if !text.trim().is_empty() && !keys::acts(ui.ctx(), text));
        let types = free && !ui.ctx().text_edit_focused() && ui.input(|input| input.events.clone()).iter().any(typed);
        if keys::go_to_search(ui, model) || types {
            ui.memory_mut(|memory| memory.request_focus(id));
        }
        let field = TextEdit::singleline(&mut self.search)
            .id(id)
            .hint_text("Search")
            .desired_width(width - 24.0)
            .align(egui::Align2::LEFT_CENTER);
        let response = ui.add_sized(vec2(width, 32.0), field.margin(Margin::symmetric(12, 6))).accessible_name("Search");
        let ours = response.has_focus() || response.lost_focus() || nothing_focused;
        // With nothing to clear, Esc is for others.
        let clears = ours && !self.search.is_empty();
        if clears && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
            self.search.clear();
        }
        if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) && !self.search.is_empty() {
            if let Some(first) = model.listing.rows.first() {
                actions.push(Action::Copy(first.id, crate::app::action::Which::Current));
            }
            response.request_focus();
        }
        if self.search != model.search {
            actions.push(Action::Search(self.search.clone()));
        }
        actions
    }
}

fn tab_button(ui: &mut Ui, tab: TabId, chosen: bool) -> Response {
    let palette = palette(ui);
    let text =
        RichText::new(tab.title()).font(theme::strong_font(14.0)).color(if chosen { palette.accent } else { palette.weak });
    let button = egui::Button::selectable(chosen, text).min_size(vec2(0.0, 32.0)).corner_radius(8).stroke(Stroke::NONE);
    let response = ui.add(button.fill(if chosen { palette.accent_ground } else { egui::Color32::TRANSPARENT }));
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Tab, true, chosen, tab.title()));
    response
}

/// The padlock: where the secrets are, said in a tooltip and to assistive technology.
fn padlock(ui: &mut Ui, model: &Model) {
    let (shape, colour, text) = match &model.vault {
        VaultState::Open(open) => {
            let unprotected = matches!(open.place, Place::Keyring { protection: Protection::No, .. });
            let colour = if unprotected { palette(ui).warn } else { palette(ui).weak };
            (if unprotected { Icon::PadlockOpen } else { Icon::Padlock }, colour, notice::place(&open.place).line())
        }
        VaultState::Opening { .. } => (Icon::Padlock, palette(ui).weak, "The vault is being opened".to_owned()),
        VaultState::NeedsPassphrase { in_file, .. } => {
            let text = if *in_file { "The vault file is locked" } else { "Halfminute is locked" };
            (Icon::Padlock, palette(ui).weak, text.to_owned())
        }
        VaultState::Failed(unopened) => (Icon::PadlockOpen, palette(ui).bad, notice::vault_error(&unopened.error).text),
    };
    let (rect, response) = ui.allocate_exact_size(vec2(32.0, 32.0), Sense::hover());
    icon::paint(ui.painter(), shape, rect.center(), colour);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &text));
    response.on_hover_text(text);
}

fn menu(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    let response = icon::button(ui, Icon::Menu, "Menu");
    egui::Popup::menu(&response).width(MENU_WIDTH).show(|ui| {
        // All of it fits into the smallest window.
        ui.spacing_mut().item_spacing.y = 1.0;
        let open = matches!(model.vault, VaultState::Open(_));
        let trash = if model.listing.trashed == 0 { "Trash".to_owned() } else { format!("Trash ({})", model.listing.trashed) };
        if item(ui, open, &trash, "Trash") {
            actions.push(Action::Open(Dialog::Trash));
        }
        if item(ui, open && model.listing.total + model.listing.trashed > 0, "Back up…", "Back up…") {
            actions.push(Action::Open(Dialog::Backup));
        }
        if item(ui, open, "Restore a backup…", "Restore a backup…") {
            actions.push(Action::Backup(BackupAction::Choose));
        }
        if item(ui, open, "Import…", "Import…") {
            actions.push(Action::Import(ImportAction::Choose));
        }
        if item(ui, open, "Scan the screen", "Scan the screen") {
            actions.push(Action::Import(ImportAction::Screen));
        }
        if item(ui, open && model.listing.total > 0, "Export…", "Export…") {
            actions.push(Action::Open(Dialog::Export));
        }
        if model.can_lock() {
            if item(ui, true, "Lock", "Lock") {
                actions.push(Action::Lock);
            }
        } else if open && item(ui, true, "Lock: set a passphrase…", "Lock: set a passphrase…") {
            actions.push(Action::Open(Dialog::Settings(Section::Lock)));
        }
        ui.separator();
        for (theme, name) in
            [(ThemeChoice::System, "Theme: system"), (ThemeChoice::Light, "Theme: light"), (ThemeChoice::Dark, "Theme: dark")]
        {
            if line(ui, true, model.settings.theme == theme, name, name) {
                actions.push(Action::Looks(Looks { theme, ..model.settings.looks() }));
            }
        }
        ui.separator();
        if item(ui, true, "Settings…", "Settings…") {
            actions.push(Action::Open(Dialog::Settings(Section::General)));
        }
        if item(ui, true, "Keyboard shortcuts", "Keyboard shortcuts") {
            actions.push(Action::Open(Dialog::Shortcuts));
        }
        if item(ui, true, "About Halfminute", "About") {
            actions.push(Action::Open(Dialog::About));
        }
    });
    actions
}

/// One line of a menu. Pressing it closes the menu, also from the keyboard and by assistive technology.
pub fn item(ui: &mut Ui, enabled: bool, text: &str, name: &str) -> bool {
    line(ui, enabled, false, text, name)
}

/// The same, with a tick where it is `chosen`.
pub fn line(ui: &mut Ui, enabled: bool, chosen: bool, text: &str, name: &str) -> bool {
    // A tick as well: nothing is said by colour alone.
    let clicked = entry(ui, enabled, chosen, text, name, if chosen { "✓" } else { "" }).clicked();
    if clicked {
        ui.close();
    }
    clicked
}

/// The same, with its key at the right edge. It does not close the menu by itself.
pub fn entry(ui: &mut Ui, enabled: bool, chosen: bool, text: &str, name: &str, key: &str) -> Response {
    ui.spacing_mut().button_padding = vec2(10.0, 4.0);
    // A text on the right keeps the words at the left edge of a line as wide as the menu.
    let key = RichText::new(key).color(palette(ui).weak).size(12.0);
    let button = egui::Button::selectable(chosen, text).right_text(key).min_size(vec2(MENU_WIDTH - 14.0, 32.0)).corner_radius(6);
    ui.add_enabled(enabled, button).accessible_name(name)
}

/// What was noticed when the vault was opened, until it is dismissed.
pub fn notes(ui: &mut Ui, open: &OpenVault) -> Option<Action> {
    let lines: Vec<_> = open.notes.iter().filter_map(notice::vault_note).collect();
    if lines.is_empty() {
        return None;
    }
    let palette = palette(ui);
    let width = ui.available_width() - 16.0 - 28.0;
    let noted = Frame::new()
        .fill(palette.surface)
        .stroke(Stroke::new(1.0, palette.warn))
        .corner_radius(10)
        .inner_margin(Margin::symmetric(14, 10))
        .show(ui, |ui| {
            ui.set_width(width);
            for line in lines {
                ui.add(egui::Label::new(line.line()).wrap());
            }
            ui.button("Understood").clicked().then_some(Action::DismissNotes)
        })
        .inner;
    ui.add_space(4.0);
    noted
}
