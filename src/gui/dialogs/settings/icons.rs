//! Settings, Icons: whether issuers have icons, and packs of them.

use egui::{Label, RichText, Ui};

use crate::app::icons::IconAction;
use crate::app::settings::IssuerIcons;
use crate::app::{Action, Model, notice};
use crate::gui::theme::palette;
use crate::gui::widgets::field;

/// Draws the page.
pub fn ui(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let mut actions = Vec::new();
    field::caption(ui, "Beside an account");
    let mut icons = model.settings.issuer_icons;
    if field::choice(ui, &mut icons, &[(IssuerIcons::Shown, "Issuer’s icon"), (IssuerIcons::Monograms, "First letter")]) {
        actions.push(Action::Icons(IconAction::Show(icons)));
    }
    let weak = palette(ui).weak;
    let quiet = |ui: &mut Ui, text: &str| ui.add(Label::new(RichText::new(text).color(weak)).wrap());
    quiet(
        ui,
        "An issuer’s name must be known exactly to get an icon. Another icon, or a picture of yours: “Edit…” of the account.",
    );
    ui.add_space(8.0);
    field::caption(ui, "Icon packs");
    let Some(catalogue) = &model.icons.catalogue else {
        // asked for until it is there; the answer takes a moment
        if !model.dead.contains("icons") {
            actions.push(Action::Icons(IconAction::List));
        }
        return actions;
    };
    for pack in &catalogue.packs {
        ui.horizontal_wrapped(|ui| {
            ui.add(Label::new(&pack.name).truncate());
            quiet(ui, &notice::icons::count(pack.icons));
            let remove = ui.add_enabled(!model.icons.busy, egui::Button::new("Remove"));
            if remove.accessible_name(format!("Remove the icon pack {}", pack.name)).clicked() {
                actions.push(Action::Icons(IconAction::RemovePack(pack.id.clone())));
            }
        });
    }
    if catalogue.packs.is_empty() {
        quiet(
            ui,
            "None is installed. Packs that were made for Aegis can be used: zip files with the icons of many more services.",
        );
    }
    if let Some(said) = &model.icons.error {
        field::error(ui, &said.text, &said.advice);
    }
    ui.add_space(4.0);
    if ui.add_enabled(!model.icons.busy, egui::Button::new("Install an icon pack…")).clicked() {
        actions.push(Action::Icons(IconAction::InstallPack));
    }
    ui.add_space(8.0);
    quiet(ui, "Names and logos are trademarks of their owners, who have nothing to do with Halfminute.");
    actions
}
