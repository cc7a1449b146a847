//! The pages of the settings.

/// A page of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Looks and the clipboard.
    General,
    /// How the accounts are shown.
    Accounts,
    /// Where the accounts are kept.
    Vault,
    /// The passphrase over the accounts, and when the window is locked.
    Lock,
    /// Backups, those made by hand and those that are not.
    Backups,
    /// Icons of issuers, and packs of them.
    Icons,
    /// The computer's clock, and asking a time server about it.
    Clock,
    /// The quick search, the tray and the start with the session.
    Desktop,
    /// How the vault and the machine are.
    CheckUp,
}

impl Section {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 9] = [
        Self::General,
        Self::Accounts,
        Self::Icons,
        Self::Vault,
        Self::Lock,
        Self::Backups,
        Self::Clock,
        Self::Desktop,
        Self::CheckUp,
    ];

    /// Its name, which is its accessible name too.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::General => "General",
            Self::Accounts => "Account list",
            Self::Vault => "Vault",
            Self::Lock => "Lock",
            Self::Backups => "Backups",
            Self::Icons => "Icons",
            Self::Clock => "Clock",
            Self::Desktop => "Desktop",
            Self::CheckUp => "Check-up",
        }
    }
}
