//! What assistive technology reads out by itself, without anybody going there: results, faults, messages. Never what changes by itself.

use egui::accesskit::Live;
use egui::{Response, Ui};

/// Read out when there is time for it: something was done, or something is to be known.
pub fn politely(ui: &Ui, response: &Response) {
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_live(Live::Polite));
}

/// A result that stands in several labels, read out as one: at once if it is `bad`.
pub fn result(ui: &Ui, response: &Response, bad: bool, whole: &str) {
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_live(if bad { Live::Assertive } else { Live::Polite });
        node.set_value(whole);
    });
}
