//! What has the keyboard's focus is in sight: Tab goes on to what lies beyond the edge of a page that scrolls, and so does the page.

use egui::accesskit::{Action, ActionRequest, TreeId};
use egui::{Context, Event, Id};

/// After a click so many seconds nothing is scrolled: what was clicked is in sight, and a page that moves under the pointer is in the way.
const AFTER_CLICK: f32 = 0.5;

/// What had the focus last.
#[derive(Default)]
pub struct Sight(Option<Id>);

impl Sight {
    /// Before drawing: has what got the focus scrolled to, wherever it is drawn, if some of it is cut off.
    pub fn follow(&mut self, ctx: &Context) {
        let focused = ctx.memory(egui::Memory::focused);
        if self.0 == focused {
            return;
        }
        self.0 = focused;
        let clicked = ctx.input(|input| input.pointer.any_down() || input.pointer.time_since_last_click() < AFTER_CLICK);
        let Some(id) = focused.filter(|_| !clicked) else { return };
        let cut = ctx.read_response(id).is_some_and(|seen| !seen.interact_rect.expand(1.0).contains_rect(seen.rect));
        if cut {
            // As assistive technology asks for it: each area that scrolls knows how.
            let (action, target_node, target_tree) = (Action::ScrollIntoView, id.accesskit_id(), TreeId::ROOT);
            let request = ActionRequest { action, target_tree, target_node, data: None };
            ctx.input_mut(|input| input.events.push(Event::AccessKitActionRequest(request)));
        }
    }
}
