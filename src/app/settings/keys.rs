//! A combination of keys that is heard everywhere, as a person writes it: "Ctrl+Alt+O".

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A combination of keys: at least one of Ctrl, Alt and Super, perhaps Shift, and one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Keys {
    ctrl: bool,
    alt: bool,
    shift: bool,
    logo: bool,
    key: Letter,
}

/// The one key that is no modifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Letter {
    /// A letter or a digit, in upper case: `A` to `Z`, `0` to `9`.
    Sign(char),
    /// `F1` to `F12`.
    Function(u8),
    /// The space bar.
    Space,
}

/// Which keys are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Ctrl.
    pub ctrl: bool,
    /// Alt.
    pub alt: bool,
    /// Shift.
    pub shift: bool,
    /// Super, the key with the sign of the system.
    pub logo: bool,
}

/// What is no combination that can be heard everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("keys are Ctrl, Alt or Super with a letter, a digit, a function key or the space bar")]
pub struct NoKeys;

impl Keys {
    /// What is suggested.
    pub const SUGGESTED: Self = Self { ctrl: true, alt: true, shift: false, logo: false, key: Letter::Sign('O') };

    /// These keys.
    ///
    /// # Errors
    /// [`NoKeys`] without Ctrl, Alt and Super: such a key would be taken from every other program.
    pub fn new(held: Held, key: Letter) -> Result<Self, NoKeys> {
        let Held { ctrl, alt, shift, logo } = held;
        if ctrl || alt || logo { Ok(Self { ctrl, alt, shift, logo, key }) } else { Err(NoKeys) }
    }

    /// Which modifiers it has.
    #[must_use]
    pub const fn held(self) -> Held {
        Held { ctrl: self.ctrl, alt: self.alt, shift: self.shift, logo: self.logo }
    }

    /// Its key.
    #[must_use]
    pub const fn key(self) -> Letter {
        self.key
    }

    /// As the shortcuts specification of freedesktop.org writes it: "CTRL+ALT+o".
    #[must_use]
    pub fn trigger(self) -> String {
        let mut text = String::new();
        for (held, name) in [(self.ctrl, "CTRL+"), (self.alt, "ALT+"), (self.shift, "SHIFT+"), (self.logo, "LOGO+")] {
            text.push_str(if held { name } else { "" });
        }
        match self.key {
            Letter::Sign(sign) => text.push(sign.to_ascii_lowercase()),
            Letter::Function(number) => text.push_str(&format!("F{number}")),
            Letter::Space => text.push_str("space"),
        }
        text
    }
}

impl FromStr for Letter {
    type Err = NoKeys;

    /// Reads "O", "7", "F5" or "Space".
    fn from_str(text: &str) -> Result<Self, NoKeys> {
        let mut signs = text.chars();
        match (signs.next(), signs.as_str()) {
            (Some(sign), "") if sign.is_ascii_alphanumeric() => Ok(Self::Sign(sign.to_ascii_uppercase())),
            (Some('F'), number) if !number.starts_with(['0', '+']) => match number.parse() {
                Ok(number @ 1..=12) => Ok(Self::Function(number)),
                _ => Err(NoKeys),
            },
            _ if text == "Space" => Ok(Self::Space),
            _ => Err(NoKeys),
        }
    }
}

impl Display for Keys {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "Ctrl+"), (self.alt, "Alt+"), (self.shift, "Shift+"), (self.logo, "Super+")] {
            f.write_str(if held { name } else { "" })?;
        }
        match self.key {
            Letter::Sign(sign) => write!(f, "{sign}"),
            Letter::Function(number) => write!(f, "F{number}"),
            Letter::Space => f.write_str("Space"),
        }
    }
}

impl FromStr for Keys {
    type Err = NoKeys;

    fn from_str(text: &str) -> Result<Self, NoKeys> {
        let (modifiers, key) = text.rsplit_once('+').ok_or(NoKeys)?;
        let mut held = Held::default();
        for name in modifiers.split('+') {
            let flag = match name {
                "Ctrl" => &mut held.ctrl,
                "Alt" => &mut held.alt,
                "Shift" => &mut held.shift,
                "Super" => &mut held.logo,
                _ => return Err(NoKeys),
            };
            if std::mem::replace(flag, true) {
                return Err(NoKeys);
            }
        }
        Self::new(held, key.parse()?)
    }
}

impl TryFrom<String> for Keys {
    type Error = NoKeys;

    fn try_from(text: String) -> Result<Self, NoKeys> {
        text.parse()
    }
}

impl From<Keys> for String {
    fn from(keys: Keys) -> Self {
        keys.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_and_read_back() {
        let rows = [
            ("Ctrl+Alt+O", "CTRL+ALT+o"),
            ("Super+Space", "LOGO+space"),
            ("Ctrl+Alt+Shift+Super+F12", "CTRL+ALT+SHIFT+LOGO+F12"),
            ("Alt+0", "ALT+0"),
            ("Ctrl+F", "CTRL+f"),
        ];
        for (text, trigger) in rows {
            let keys: Keys = text.parse().unwrap();
            assert_eq!((keys.to_string().as_str(), keys.trigger().as_str()), (text, trigger));
        }
        assert_eq!(Keys::SUGGESTED.to_string(), "Ctrl+Alt+O");
    }

    #[test]
    fn what_other_programs_need_or_nobody_can_press_is_refused() {
        let long = "Ctrl+".repeat(100_000);
        let refused = [
            "",
            "O",
            "Shift+O",
            "Shift+F1",
            "Ctrl",
            "Ctrl+",
            "Ctrl+Alt",
            "+O",
            "Ctrl++O",
            "Ctrl+Ctrl+O",
            "ctrl+O",
            "Ctrl+F0",
            "Ctrl+F13",
            "Ctrl+F01",
            "Ctrl+F+1",
            "Ctrl+Ö",
            "Ctrl+AB",
            "Ctrl+ O",
            "Ctrl+space",
            "Ctrl+Space+O",
            &long,
        ];
        for text in refused {
            assert_eq!(text.parse::<Keys>(), Err(NoKeys), "{}", &text[..text.len().min(20)]);
        }
    }
}
