//! Settings, Accounts: cards or a list, columns, order, hidden codes, what happens after a copy, the countdown.

use egui::Ui;

use crate::app::settings::{AfterCopy, Codes, Columns, Countdown, Motion, Order, Shelf, ShownFor, View};
use crate::app::{Action, Model, notice::Notice};
use crate::gui::widgets::field;

/// Draws the page.
pub fn ui(ui: &mut Ui, model: &Model) -> Vec<Action> {
    let before = model.settings.shelf();
    let mut shelf: Shelf = before;
    field::caption(ui, "Accounts stand as");
    field::choice(ui, &mut shelf.view, &[(View::Cards, "Cards"), (View::List, "A compact list")]);
    ui.add_space(8.0);
    field::caption(ui, "Columns");
    let names = ["As many as fit", "One", "At most two", "At most three"];
    let columns: Vec<_> = Columns::OFFERED.into_iter().zip(names).collect();
    field::choice(ui, &mut shelf.columns, &columns);
    ui.add_space(8.0);
    field::caption(ui, "Order");
    field::choice(ui, &mut shelf.order, &Order::ALL.map(|order| (order, order.title())));
    ui.add_space(8.0);
    field::caption(ui, "Codes");
    field::choice(ui, &mut shelf.codes, &[(Codes::Shown, "Always shown"), (Codes::Hidden, "Hidden until I ask")]);
    if shelf.codes == Codes::Hidden {
        ui.add_space(8.0);
        field::caption(ui, "A code is then shown for");
        field::choice(
            ui,
            &mut shelf.shown_for,
            &ShownFor::OFFERED
                .map(|shown| (shown, format!("{} s", shown.secs())))
                .each_ref()
                .map(|(shown, name)| (*shown, name.as_str())),
        );
    }
    ui.add_space(8.0);
    field::caption(ui, "After a code was copied");
    let after = [(AfterCopy::Stay, "The window stays"), (AfterCopy::Minimise, "The window is minimised")];
    field::choice(ui, &mut shelf.after_copy, &after);
    ui.add_space(8.0);
    field::caption(ui, "Countdown");
    field::choice(ui, &mut shelf.countdown, &[(Countdown::Seconds, "Once a second"), (Countdown::Smooth, "Smooth")]);
    if shelf.countdown == Countdown::Smooth && model.settings.motion == Motion::Reduced {
        field::note(ui, &Notice::plain("Motion is reduced: it moves once a second all the same"));
    }
    if shelf == before { Vec::new() } else { vec![Action::Shelf(shelf)] }
}
