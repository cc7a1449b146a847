//! How the accounts are shown: as cards or as a list, in which order, whether their codes are hidden.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Settings;

/// Cards or a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// A card with large digits for each account.
    #[default]
    Cards,
    /// One line for each account.
    List,
}

/// How many columns there are at most: 1 to 3, or as many as the window's width allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Columns(u8);

impl Columns {
    /// Those that are offered.
    pub const OFFERED: [Self; 4] = [Self(0), Self(1), Self(2), Self(3)];

    /// At most `most`, 1 to 3; 0: as the width allows; anything else is `None`.
    #[must_use]
    pub const fn new(most: u8) -> Option<Self> {
        match most {
            0..=3 => Some(Self(most)),
            _ => None,
        }
    }

    /// So many at most; `None`: as the width allows.
    #[must_use]
    pub const fn most(self) -> Option<usize> {
        match self.0 {
            0 => None,
            most => Some(most as usize),
        }
    }
}

impl TryFrom<u8> for Columns {
    type Error = &'static str;

    fn try_from(most: u8) -> Result<Self, Self::Error> {
        Self::new(most).ok_or("there are at most three columns")
    }
}

impl From<Columns> for u8 {
    fn from(columns: Columns) -> Self {
        columns.0
    }
}

/// In which order accounts stand. Those that are pinned stand before the others in each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// By issuer, then by name.
    #[default]
    Alphabet,
    /// As the person has put them: the order of the vault's document.
    Manual,
    /// The most copied first.
    MostUsed,
    /// The last copied first.
    LastUsed,
}

impl Order {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Alphabet, Self::Manual, Self::MostUsed, Self::LastUsed];

    /// Its name, which is its accessible name too.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Alphabet => "A–Z",
            Self::Manual => "Manual",
            Self::MostUsed => "Most used",
            Self::LastUsed => "Last used",
        }
    }
}

/// Whether codes are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Codes {
    /// All of them.
    #[default]
    Shown,
    /// One at a time, when it is asked for.
    Hidden,
}

/// How long a hidden code is shown: 10, 30 or 60 seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct ShownFor(u16);

impl ShownFor {
    /// Those that are offered.
    pub const OFFERED: [Self; 3] = [Self(10), Self(30), Self(60)];

    /// The seconds.
    #[must_use]
    pub const fn secs(self) -> u16 {
        self.0
    }

    /// The same as a length of time.
    #[must_use]
    pub const fn duration(self) -> Duration {
        Duration::from_secs(self.0 as u64)
    }
}

impl Default for ShownFor {
    fn default() -> Self {
        Self(10)
    }
}

impl TryFrom<u16> for ShownFor {
    type Error = &'static str;

    fn try_from(secs: u16) -> Result<Self, Self::Error> {
        Self::OFFERED.into_iter().find(|offered| offered.0 == secs).ok_or("a code is shown for 10, 30 or 60 seconds")
    }
}

impl From<ShownFor> for u16 {
    fn from(shown: ShownFor) -> Self {
        shown.0
    }
}

/// What the window does after a code was copied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AfterCopy {
    /// It stays.
    #[default]
    Stay,
    /// It makes way for the one that the code is for.
    Minimise,
}

/// How the countdown moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Countdown {
    /// Once a second.
    #[default]
    Seconds,
    /// All the time, while the window has the focus and motion is not reduced.
    Smooth,
}

/// Everything about how the accounts are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shelf {
    /// Cards or a list.
    pub view: View,
    /// How many columns.
    pub columns: Columns,
    /// In which order.
    pub order: Order,
    /// Whether codes are shown.
    pub codes: Codes,
    /// How long a hidden one is.
    pub shown_for: ShownFor,
    /// What happens after a copy.
    pub after_copy: AfterCopy,
    /// How the countdown moves.
    pub countdown: Countdown,
}

impl Settings {
    /// How the accounts are shown.
    #[must_use]
    pub const fn shelf(&self) -> Shelf {
        let Self { view, columns, order, codes, shown_for, after_copy, countdown, .. } = *self;
        Shelf { view, columns, order, codes, shown_for, after_copy, countdown }
    }

    /// Changes it.
    pub const fn set_shelf(&mut self, shelf: Shelf) {
        let Shelf { view, columns, order, codes, shown_for, after_copy, countdown } = shelf;
        self.view = view;
        self.columns = columns;
        self.order = order;
        self.codes = codes;
        self.shown_for = shown_for;
        self.after_copy = after_copy;
        self.countdown = countdown;
    }
}
