//! The three tabs. A tab keeps drafts only; everything else it reads from the model.

pub mod accounts;
mod diagnosis;
mod enroll;
mod existing;
pub mod history;
mod login;
pub mod new_secret;
pub mod params_form;
mod phone_notes;
mod saved;
mod users;
mod verdict;
mod welcome;

use egui::{Context, Frame, Margin, ScrollArea, Ui};

use crate::app::action::TabId;
use crate::app::{Action, Model};

/// The widest page with a form: beyond it, lines are too far apart to be read together.
pub const PAGE: f32 = 1_180.0;

/// Between two columns.
pub const GUTTER: f32 = 28.0;

/// A page of the window.
pub trait Tab {
    /// Draws the page; returns what the person did. `&mut self` is for drafts only.
    fn ui(&mut self, ui: &mut Ui, model: &Model) -> Vec<Action>;

    /// The person goes to another page: what is secret is forgotten or hidden.
    fn leave(&mut self, ctx: &Context);
}

/// All tabs with their drafts.
#[derive(Default)]
pub struct Tabs {
    accounts: accounts::Accounts,
    enroll: enroll::Enroll,
    login: login::Login,
}

impl Tabs {
    /// The tab that stands in front.
    pub fn current(&mut self, tab: TabId) -> &mut dyn Tab {
        match tab {
            TabId::Accounts => &mut self.accounts,
            TabId::Enroll => &mut self.enroll,
            TabId::Login => &mut self.login,
        }
    }

    /// A form of the enrolment was saved: 0 "Create", 1 "Add".
    pub fn saved(&mut self, form: usize) {
        self.enroll.saved(form);
    }

    /// Tells `tab` that it is left.
    pub fn leave(&mut self, ctx: &Context, tab: TabId) {
        self.current(tab).leave(ctx);
    }
}

/// The ground and margins of every tab. Right and below, the contents go to the window's edge: see [`scroll`].
pub fn frame(ui: &Ui) -> Frame {
    Frame::new().fill(ui.visuals().panel_fill).inner_margin(Margin { left: 16, right: 0, top: 6, bottom: 0 })
}

/// A page that scrolls. The scroll bar lies in the margin, never over a field or a card.
pub fn scroll() -> ScrollArea {
    ScrollArea::vertical().auto_shrink(false).content_margin(Margin { left: 0, right: 16, top: 0, bottom: 16 })
}
