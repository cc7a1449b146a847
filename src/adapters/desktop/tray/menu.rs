//! The sign's menu, `com.canonical.dbusmenu`: pinned accounts, then what the program can do.
//!
//! <https://github.com/AyatanaIndicators/libdbusmenu/blob/master/libdbusmenu-glib/dbus-menu.xml>

use std::collections::HashMap;
use std::sync::mpsc::Sender;

use zbus::fdo;
use zbus::zvariant::{OwnedValue, Structure, Value};

use crate::app::ports::{DesktopEvent, TrayMenu, Wish};
use crate::domain::AccountId;

use super::{Shared, content};

const ROOT: i32 = 0;
const BELOW_ACCOUNTS: i32 = 1;
const QUICK: i32 = 2;
const OPEN: i32 = 3;
const LOCK: i32 = 4;
const ABOVE_QUIT: i32 = 5;
const QUIT: i32 = 6;
/// Accounts have the numbers from here on.
const ACCOUNTS: i32 = 100;

/// The properties of an entry.
type Properties = HashMap<String, OwnedValue>;

/// What stands in the menu.
pub(super) struct Content {
    menu: TrayMenu,
    revision: u32,
    /// Every account that ever stood in it: a number means the same one for ever, also in a menu that is still open.
    known: Vec<AccountId>,
}

impl Content {
    pub fn of(menu: TrayMenu) -> Self {
        let mut content = Self { menu: TrayMenu::default(), revision: 0, known: Vec::new() };
        content.change(menu);
        content
    }

    /// Puts another menu there; the number of the new state.
    pub fn change(&mut self, menu: TrayMenu) -> u32 {
        for (id, _) in &menu.accounts {
            if !self.known.contains(id) {
                self.known.push(*id);
            }
        }
        self.menu = menu;
        self.revision += 1;
        self.revision
    }

    /// The entries from above, each with its number and its words; `None` is a line.
    fn entries(&self) -> Vec<(i32, Option<String>)> {
        let number = |id: &AccountId| self.known.iter().position(|known| known == id).and_then(|at| i32::try_from(at).ok());
        let mut entries: Vec<_> =
            self.menu.accounts.iter().filter_map(|(id, title)| Some((number(id)? + ACCOUNTS, Some(label(title))))).collect();
        if !entries.is_empty() {
            entries.push((BELOW_ACCOUNTS, None));
        }
        let mut fixed = |number, words: &str| entries.push((number, Some(words.to_owned())));
        fixed(QUICK, "Quick search");
        fixed(OPEN, "Open Halfminute");
        if self.menu.can_lock {
            fixed(LOCK, "Lock");
        }
        entries.push((ABOVE_QUIT, None));
        entries.push((QUIT, Some("Quit".to_owned())));
        entries
    }

    /// What a click on an entry wants. One that has left the menu meanwhile wants nothing.
    fn clicked(&self, number: i32) -> Option<Wish> {
        let there = self.entries().iter().any(|(entry, _)| *entry == number);
        match number {
            _ if !there => None,
            QUICK => Some(Wish::Quick),
            OPEN => Some(Wish::Show),
            LOCK => Some(Wish::Lock),
            QUIT => Some(Wish::Quit),
            _ => usize::try_from(number - ACCOUNTS).ok().and_then(|at| self.known.get(at)).map(|id| Wish::Copy(*id)),
        }
    }
}

/// A title as it stands in a menu: a line, in which an underscore is no mark.
fn label(title: &str) -> String {
    let line: String = title.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).take(80).collect();
    line.replace('_', "__")
}

fn properties(words: Option<&String>) -> Properties {
    let text = |value: &str| OwnedValue::from(zbus::zvariant::Str::from(value.to_owned()));
    let entry = match words {
        Some(words) => [("label", text(words))],
        None => [("type", text("separator"))],
    };
    entry.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The menu on the bus.
pub(super) struct Menu {
    content: Shared,
    tell: Sender<DesktopEvent>,
}

impl Menu {
    pub fn new(content: Shared, tell: Sender<DesktopEvent>) -> Self {
        Self { content, tell }
    }

    fn happened(&self, number: i32, event: &str) {
        let wish = (event == "clicked").then(|| content(&self.content).clicked(number)).flatten();
        if let Some(wish) = wish {
            let _told = self.tell.send(DesktopEvent::Wish(wish));
        }
    }
}

/// An entry with those below it.
type Node = (i32, Properties, Vec<OwnedValue>);

#[zbus::interface(name = "com.canonical.dbusmenu")]
impl Menu {
    #[zbus(property)]
    fn version(&self) -> u32 {
        3
    }

    #[zbus(property)]
    fn text_direction(&self) -> &'static str {
        "ltr"
    }

    #[zbus(property)]
    fn status(&self) -> &'static str {
        "normal"
    }

    #[zbus(property)]
    fn icon_theme_path(&self) -> Vec<String> {
        Vec::new()
    }

    fn get_layout(&self, parent_id: i32, depth: i32, _property_names: Vec<String>) -> fdo::Result<(u32, Node)> {
        let content = content(&self.content);
        let entries = content.entries();
        if parent_id != ROOT {
            let found = entries.iter().find(|(number, _)| *number == parent_id);
            let (number, words) = found.ok_or_else(|| fdo::Error::InvalidArgs("there is no such entry".into()))?;
            return Ok((content.revision, (*number, properties(words.as_ref()), Vec::new())));
        }
        let child = |(number, words): &(i32, Option<String>)| {
            let below: Vec<Value<'_>> = Vec::new();
            let structure = Structure::from((*number, properties(words.as_ref()), below));
            OwnedValue::try_from(Value::from(structure)).map_err(|error| fdo::Error::Failed(error.to_string()))
        };
        let below = if depth == 0 { Vec::new() } else { entries.iter().map(child).collect::<fdo::Result<_>>()? };
        let submenu = zbus::zvariant::Str::from("submenu");
        let root = Properties::from([("children-display".to_owned(), OwnedValue::from(submenu))]);
        Ok((content.revision, (ROOT, root, below)))
    }

    fn get_group_properties(&self, ids: Vec<i32>, _property_names: Vec<String>) -> Vec<(i32, Properties)> {
        let wanted = |number: &i32| ids.is_empty() || ids.contains(number);
        let entries = content(&self.content).entries();
        entries.iter().filter(|(number, _)| wanted(number)).map(|(number, words)| (*number, properties(words.as_ref()))).collect()
    }

    fn get_property(&self, id: i32, name: &str) -> fdo::Result<OwnedValue> {
        let entries = content(&self.content).entries();
        let found = entries.iter().find(|(number, _)| *number == id);
        let value = found.and_then(|(_, words)| properties(words.as_ref()).remove(name));
        value.ok_or_else(|| fdo::Error::InvalidArgs("there is no such entry or property".into()))
    }

    fn event(&self, id: i32, event_id: &str, _data: OwnedValue, _timestamp: u32) {
        self.happened(id, event_id);
    }

    fn event_group(&self, events: Vec<(i32, String, OwnedValue, u32)>) -> Vec<i32> {
        events.iter().for_each(|(id, event, ..)| self.happened(*id, event));
        Vec::new()
    }

    fn about_to_show(&self, _id: i32) -> bool {
        false
    }

    fn about_to_show_group(&self, _ids: Vec<i32>) -> (Vec<i32>, Vec<i32>) {
        (Vec::new(), Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn menu(accounts: &[(u8, &str)], can_lock: bool) -> TrayMenu {
        let accounts = accounts.iter().map(|(id, title)| (AccountId::from_bytes([*id; 16]), (*title).to_owned())).collect();
        TrayMenu { accounts, can_lock }
    }

    fn words(content: &Content) -> Vec<String> {
        content.entries().into_iter().map(|(_, words)| words.unwrap_or_else(|| "-".into())).collect()
    }

    #[test]
    fn what_stands_in_it() {
        let mut content = Content::of(menu(&[(1, "GitHub (a_b)"), (2, "two\nlines")], true));
        let fixed = ["Quick search", "Open Halfminute", "Lock", "-", "Quit"];
        assert_eq!(words(&content), [&["GitHub (a__b)", "two lines", "-"], &fixed[..]].concat());
        content.change(menu(&[], false));
        assert_eq!(
            words(&content),
            ["Quick search", "Open Halfminute", "-", "Quit"],
            "locked, nothing of the vault stands in it"
        );
    }

    #[test]
    fn a_number_means_one_account_for_ever() {
        let (one, two) = (AccountId::from_bytes([1; 16]), AccountId::from_bytes([2; 16]));
        let mut content = Content::of(menu(&[(1, "one"), (2, "two")], true));
        let numbers: Vec<i32> = content.entries().iter().map(|(number, _)| *number).collect();
        assert_eq!(content.clicked(numbers[0]), Some(Wish::Copy(one)));
        content.change(menu(&[(2, "two")], false));
        assert_eq!(content.clicked(numbers[0]), None, "it has left the menu");
        assert_eq!(content.clicked(numbers[1]), Some(Wish::Copy(two)), "the other has not moved up");
        let rows = [
            (QUICK, Some(Wish::Quick)),
            (OPEN, Some(Wish::Show)),
            (LOCK, None),
            (QUIT, Some(Wish::Quit)),
            (ROOT, None),
            (-7, None),
        ];
        for (number, wish) in rows {
            assert_eq!(content.clicked(number), wish, "{number}");
        }
    }
}
