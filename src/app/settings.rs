//! What a person may set, and where it is kept. Nothing secret: losing it costs a few clicks.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::ports::FileError;

mod accounts;
mod keys;
mod looks;

pub use accounts::{AfterCopy, Codes, Columns, Countdown, Order, Shelf, ShownFor, View};
pub use keys::{Held, Keys, Letter, NoKeys};
pub use looks::{Contrast, Looks, Motion, TextSize};

/// Everything that can be set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Light or dark.
    pub theme: ThemeChoice,
    /// How large everything is drawn.
    pub text_size: TextSize,
    /// How far text and lines stand out.
    pub contrast: Contrast,
    /// Whether things move.
    pub motion: Motion,
    /// How long a copied code stays on the clipboard.
    pub clear_clipboard: ClearAfter,
    /// Automatic backups are made.
    pub backup_auto: bool,
    /// The folder they go to; empty: none was chosen.
    pub backup_folder: String,
    /// The public keys they are locked to; none: the passphrase that the vault keeps.
    pub backup_recipients: Vec<String>,
    /// After how long without input the window is locked, where a passphrase opens it again.
    pub lock_after: LockAfter,
    /// Whether it is then locked with the screen, too.
    pub lock_with_screen: WithScreen,
    /// What stands beside an account.
    pub issuer_icons: IssuerIcons,
    /// The time server that the person has named; empty: none. It is asked when a button is pressed, and never otherwise.
    pub time_server: String,
    /// Accounts stand as cards or as a list.
    #[serde(rename = "accounts_view")]
    pub view: View,
    /// In how many columns.
    #[serde(rename = "accounts_columns")]
    pub columns: Columns,
    /// In which order.
    #[serde(rename = "accounts_order")]
    pub order: Order,
    /// Whether their codes are shown.
    #[serde(rename = "accounts_codes")]
    pub codes: Codes,
    /// How long a hidden one is.
    #[serde(rename = "codes_shown_for")]
    pub shown_for: ShownFor,
    /// What the window does after a code was copied.
    pub after_copy: AfterCopy,
    /// How the countdown moves.
    pub countdown: Countdown,
    /// Whether a sign of ours stands in the desktop's tray.
    pub tray: InTray,
    /// What closing the window does while it stands there.
    pub on_close: OnClose,
    /// The keys that open the quick search everywhere; none at first.
    pub quick_keys: Option<Keys>,
    /// What a newer version has written and this one does not know; it is written back as it was.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// The colours of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThemeChoice {
    /// As the desktop has it.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl ThemeChoice {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];
}

/// How long a copied code stays on the clipboard, 5 to 600 seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct ClearAfter(u16);

impl ClearAfter {
    /// After `secs` seconds, or `None` outside 5..=600.
    #[must_use]
    pub const fn new(secs: u16) -> Option<Self> {
        match secs {
            5..=600 => Some(Self(secs)),
            _ => None,
        }
    }

    /// The seconds, 5..=600.
    #[must_use]
    pub const fn secs(self) -> u16 {
        self.0
    }

    /// The same as a length of time.
    #[must_use]
    pub const fn duration(self) -> std::time::Duration {
        std::time::Duration::from_secs(self.0 as u64)
    }
}

impl Default for ClearAfter {
    /// One period of nearly every code: 30 seconds.
    fn default() -> Self {
        Self(30)
    }
}

impl TryFrom<u16> for ClearAfter {
    type Error = &'static str;

    fn try_from(secs: u16) -> Result<Self, Self::Error> {
        Self::new(secs).ok_or("the clipboard is cleared after 5 to 600 seconds")
    }
}

impl From<ClearAfter> for u16 {
    fn from(after: ClearAfter) -> Self {
        after.0
    }
}

/// After how many minutes without input the window is locked, up to a day; 0: never.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct LockAfter(u16);

impl LockAfter {
    /// Not by itself.
    pub const NEVER: Self = Self(0);

    /// After `minutes`, 0 for never, or `None` above 1 440.
    #[must_use]
    pub const fn new(minutes: u16) -> Option<Self> {
        match minutes {
            0..=1_440 => Some(Self(minutes)),
            _ => None,
        }
    }

    /// The time without input; `None` for never.
    #[must_use]
    pub const fn duration(self) -> Option<std::time::Duration> {
        match self.0 {
            0 => None,
            minutes => Some(std::time::Duration::from_secs(minutes as u64 * 60)),
        }
    }
}

impl Default for LockAfter {
    /// A quarter of an hour.
    fn default() -> Self {
        Self(15)
    }
}

impl TryFrom<u16> for LockAfter {
    type Error = &'static str;

    fn try_from(minutes: u16) -> Result<Self, Self::Error> {
        Self::new(minutes).ok_or("the window is locked after at most 1440 minutes")
    }
}

impl From<LockAfter> for u16 {
    fn from(after: LockAfter) -> Self {
        after.0
    }
}

/// What the window does when the screen is locked or the computer goes to sleep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WithScreen {
    /// It is locked as well.
    #[default]
    Lock,
    /// It stays as it is.
    StayOpen,
}

/// What stands beside an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IssuerIcons {
    /// Its picture or its issuer's icon, where there is one.
    #[default]
    Shown,
    /// The first letter.
    Monograms,
}

/// Whether a sign of ours stands in the desktop's tray.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InTray {
    /// None.
    #[default]
    Absent,
    /// There is one, where the desktop has a tray.
    Shown,
}

/// What closing the window does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnClose {
    /// The program ends.
    #[default]
    Quit,
    /// It stays in the tray; without a tray it ends.
    KeepRunning,
}

/// Settings as they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// What holds from now on.
    pub settings: Settings,
    /// What the person should know: some or all of it are defaults, and why.
    pub trouble: Option<SettingsTrouble>,
}

/// Why settings that were made before do not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsTrouble {
    /// The file is there but cannot be read; the defaults hold.
    #[error(transparent)]
    Unreadable(FileError),
    /// The file is no settings file; the defaults hold. The next save writes over it.
    #[error("the settings file is damaged")]
    Damaged,
    /// Single settings make no sense to this version: their defaults hold. The next save writes over them.
    #[error("{} settings are not understood", fields.len())]
    NotUnderstood {
        /// The names of the settings, in the order of the alphabet.
        fields: Vec<String>,
    },
}

/// Where settings are kept.
pub trait SettingsStore: Send {
    /// The settings as they were saved last, or the defaults, with what went wrong. Without a file they are the defaults, and
    /// nothing is wrong.
    fn load(&mut self) -> Loaded;

    /// Keeps `settings`, all or nothing.
    ///
    /// # Errors
    /// [`FileError`] when they could not be written; what was saved before then still is.
    fn save(&mut self, settings: &Settings) -> Result<(), FileError>;
}

impl Settings {
    /// Reads what [`to_json`](Self::to_json) has written, by this version or another. A setting that makes no sense costs that
    /// one setting.
    #[must_use]
    pub fn from_json(bytes: &[u8]) -> Loaded {
        let Ok(mut found) = serde_json::from_slice::<Map<String, Value>>(bytes) else {
            return Loaded { settings: Self::default(), trouble: Some(SettingsTrouble::Damaged) };
        };
        let reads = |field: (&String, &Value)| {
            let alone = Map::from_iter([(field.0.clone(), field.1.clone())]);
            serde_json::from_value::<Self>(Value::Object(alone)).is_ok()
        };
        let mut fields: Vec<String> = found.iter().filter(|&field| !reads(field)).map(|(name, _)| name.clone()).collect();
        fields.sort();
        found.retain(|name, _| !fields.contains(name));
        match serde_json::from_value(Value::Object(found)) {
            Ok(settings) if fields.is_empty() => Loaded { settings, trouble: None },
            Ok(settings) => Loaded { settings, trouble: Some(SettingsTrouble::NotUnderstood { fields }) },
            Err(_) => Loaded { settings: Self::default(), trouble: Some(SettingsTrouble::Damaged) },
        }
    }

    /// The settings as JSON, for people to read as well.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        // Plain fields and text as keys: serde_json has nothing to refuse in them.
        let mut json = serde_json::to_vec_pretty(self).unwrap_or_else(|error| unreachable!("plain settings: {error}"));
        json.push(b'\n');
        json
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bad_setting_costs_one_setting() {
        let dark = Settings { theme: ThemeChoice::Dark, ..Settings::default() };
        let fields =
            |names: &[&str]| Some(SettingsTrouble::NotUnderstood { fields: names.iter().map(|&name| name.to_owned()).collect() });
        let rows = [
            ("{}", Settings::default(), None),
            (r#"{"theme":"dark"}"#, dark.clone(), None),
            (r#"{"theme":"dark","clear_clipboard":4}"#, dark, fields(&["clear_clipboard"])),
            (r#"{"theme":7,"clear_clipboard":-1}"#, Settings::default(), fields(&["clear_clipboard", "theme"])),
            (r#"{"text_size":201,"contrast":"higher"}"#, Settings::default(), fields(&["contrast", "text_size"])),
            (r#"{"theme":"purple"}"#, Settings::default(), fields(&["theme"])),
            (r#"{"clear_clipboard":601}"#, Settings::default(), fields(&["clear_clipboard"])),
            (r#"{"quick_keys":"O","tray":true}"#, Settings::default(), fields(&["quick_keys", "tray"])),
            (
                r#"{"quick_keys":"Ctrl+Alt+O","tray":"shown","on_close":"keep-running"}"#,
                Settings {
                    quick_keys: Some(Keys::SUGGESTED),
                    tray: InTray::Shown,
                    on_close: OnClose::KeepRunning,
                    ..Settings::default()
                },
                None,
            ),
            (
                r#"{"accounts_columns":4,"codes_shown_for":11}"#,
                Settings::default(),
                fields(&["accounts_columns", "codes_shown_for"]),
            ),
            ("", Settings::default(), Some(SettingsTrouble::Damaged)),
            ("{", Settings::default(), Some(SettingsTrouble::Damaged)),
            ("[]", Settings::default(), Some(SettingsTrouble::Damaged)),
            ("null", Settings::default(), Some(SettingsTrouble::Damaged)),
            ("\u{feff}{}", Settings::default(), Some(SettingsTrouble::Damaged)),
            (&"[".repeat(100_000), Settings::default(), Some(SettingsTrouble::Damaged)),
        ];
        for (json, settings, trouble) in rows {
            let start: String = json.chars().take(60).collect();
            assert_eq!(Settings::from_json(json.as_bytes()), Loaded { settings, trouble }, "{start}");
        }
    }

    #[test]
    fn what_another_version_has_written_is_kept() {
        let json = r#"{"theme":"light","mood":{"bright":[1,2.5,null]},"zoom":"150 %"}"#;
        let Loaded { mut settings, trouble } = Settings::from_json(json.as_bytes());
        assert_eq!(trouble, None);
        settings.theme = ThemeChoice::Dark;
        let written: Value = serde_json::from_slice(&settings.to_json()).unwrap();
        assert_eq!(written["mood"], serde_json::json!({"bright": [1, 2.5, null]}));
        assert_eq!(written["zoom"], "150 %");
        assert_eq!(written["theme"], "dark");
        assert_eq!(Settings::from_json(&settings.to_json()), Loaded { settings, trouble: None });
    }
}
