//! Every intent of a person: one closed list, shared by all tabs.

mod section;

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::domain::{AccountId, Algorithm, OtpParams, Password, Rules, Secret, Step};

use super::backup::BackupAction;
use super::change::{Beside, Edit};
use super::diagnosis::{Ask, Place};
use super::export::ExportAction;
use super::history::Filter;
use super::icons::IconAction;
use super::import::ImportAction;
use super::job::VaultTask;
use super::login::ResyncForm;
use super::outside::OutsideAction;
use super::settings::{ClearAfter, LockAfter, Looks, Shelf, WithScreen};

pub use section::Section;

/// The three tabs, in the order in which they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TabId {
    /// Live codes.
    #[default]
    Accounts,
    /// New secrets, and accounts that exist elsewhere.
    Enroll,
    /// Logging in by hand.
    Login,
}

impl TabId {
    /// All of them, in their order.
    pub const ALL: [Self; 3] = [Self::Accounts, Self::Enroll, Self::Login];

    /// The name on the tab, which is its accessible name too.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Accounts => "Accounts",
            Self::Enroll => "Enroll",
            Self::Login => "Login test",
        }
    }
}

/// What stands over the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// The editable fields of one account.
    Edit(AccountId),
    /// The QR picture of one account.
    ShowQr(AccountId),
    /// How the code of one account is computed: that of a step, or of now.
    Explain(AccountId, Option<Step>),
    /// What is in the trash.
    Trash,
    /// Deleting for ever asks once more.
    Purge(AccountId),
    /// The same for everything that has been in the trash for long.
    PurgeOld,
    /// Setting the old vault aside asks for a typed word.
    StartOver,
    /// The fields of a test user; `None` makes a new one.
    TestUser(Option<String>),
    /// Removing a test user asks once more.
    RemoveUser(String),
    /// Other recovery codes are made for one: those before count no more.
    MakeRecovery(String),
    /// Recovery codes that were just made.
    Recovery,
    /// Two codes in a row for an account of a test user.
    Resync(String, AccountId),
    /// Clearing the history asks once more.
    ClearHistory,
    /// Making a backup.
    Backup,
    /// Restoring a backup.
    RestoreBackup,
    /// Other apps' files.
    Import,
    /// A file for another app, or a page to print.
    Export,
    /// What can be set.
    Settings(Section),
    /// Something about where the accounts are kept asks for more.
    Vault(VaultDialog),
    /// The keys that work everywhere.
    Shortcuts,
    /// What this program is.
    About,
    /// The licences of all its parts.
    Licences,
}

/// What asks for more before it is done with the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultDialog {
    /// A passphrase for the file that the accounts move to.
    ToFile,
    /// Sure to move them to the keyring?
    ToKeyring,
    /// The old passphrase, and a new one.
    Passphrase,
    /// Sure to remove the old copy?
    RemoveOld,
    /// Sure to use the old copy again?
    GoBack,
}

/// Which of an account's two codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The code that counts now.
    Current,
    /// The one after it.
    Next,
}

/// An account that is about to be saved.
#[derive(Debug)]
pub struct NewEntry {
    /// Who issues it; may be empty.
    pub issuer: String,
    /// Whose it is.
    pub name: String,
    /// What decides its codes.
    pub params: OtpParams,
    /// Its key.
    pub secret: Arc<Secret>,
    /// The test user to make with it, with the password the login test asks for, if any.
    pub user: Option<NewUser>,
}

/// A test user that is about to be saved.
#[derive(Debug)]
pub struct NewUser {
    /// The user name.
    pub name: String,
    /// Its password; `None`: none is asked for.
    pub password: Option<Password>,
}

/// A login as it was typed.
#[derive(Debug)]
pub struct LoginForm {
    /// The user name.
    pub user: String,
    /// The password; `None` if it is longer than a password can be.
    pub password: Option<Password>,
    /// The code.
    pub code: Zeroizing<String>,
}

/// A test user as it was typed.
#[derive(Debug)]
pub struct UserDraft {
    /// Whom it replaces; `None` makes a new one.
    pub before: Option<String>,
    /// The user name.
    pub name: String,
    /// What becomes of the password.
    pub password: UserPassword,
    /// Whose codes count.
    pub accounts: Vec<AccountId>,
    /// What is asked of it.
    pub rules: Rules,
}

/// What becomes of a test user's password.
#[derive(Debug)]
pub enum UserPassword {
    /// It stays as it is.
    Keep,
    /// None is asked for any more.
    None,
    /// This one from now on.
    New(Password),
}

/// What the owner of the login test may do with a test user. It stands in the history.
#[derive(Debug)]
pub enum OwnerAct {
    /// Forget its failures.
    ResetCounters(String),
    /// Forget which codes were used.
    ForgetUsed(String),
    /// Keep how many steps a phone is off; 0 forgets it.
    StoreDrift {
        /// The user.
        user: String,
        /// Which of its accounts.
        account: AccountId,
        /// How many steps, within 20.
        steps: i64,
    },
    /// Make other recovery codes.
    MakeRecovery(String),
}

impl OwnerAct {
    /// The test user it is about.
    #[must_use]
    pub fn user(&self) -> &str {
        match self {
            Self::ResetCounters(user) | Self::ForgetUsed(user) | Self::MakeRecovery(user) | Self::StoreDrift { user, .. } => user,
        }
    }
}

/// One intent.
#[derive(Debug)]
#[must_use]
pub enum Action {
    /// Go to a tab.
    Go(TabId),
    /// Search the accounts.
    Search(String),
    /// List only accounts with this tag, too; or no longer.
    ToggleTag(String),
    /// How the accounts are shown.
    Shelf(Shelf),
    /// Put an account elsewhere in the order by hand.
    Move(AccountId, Beside),
    /// Show a hidden code for a while, or hide it again.
    Reveal(AccountId),
    /// Put a code on the clipboard.
    Copy(AccountId, Which),
    /// Use up a counter-based code.
    NextCode(AccountId),
    /// Pin or unpin.
    Pin(AccountId, bool),
    /// Move to the trash.
    Trash(AccountId),
    /// Take out of the trash.
    Restore(AccountId),
    /// Delete for ever.
    Purge(AccountId),
    /// Delete for ever what has been in the trash for longer than [`TRASH_DAYS`](super::model::TRASH_DAYS).
    PurgeOld,
    /// Save the edited fields.
    Edit(Edit),
    /// Open a dialog.
    Open(Dialog),
    /// Close the dialog.
    Close,
    /// Make a new secret for this hash.
    Generate(Algorithm),
    /// Check the phone's code, then save.
    Confirm(NewEntry, Zeroizing<String>),
    /// Save without a check.
    Save(NewEntry),
    /// Put an address on the clipboard.
    CopyAddress(Zeroizing<String>),
    /// Write a picture of the QR code to a file the person chooses.
    SavePng {
        /// The picture.
        png: Zeroizing<Vec<u8>>,
        /// The file name to suggest.
        name: String,
    },
    /// Log in.
    LogIn(LoginForm),
    /// Ask more about a code that was refused.
    Diagnose(Place, Ask),
    /// Put a text on the clipboard that holds a code but no secret.
    CopyText(Zeroizing<String>),
    /// Go to the login test with this account's user filled in; one is made if there is none.
    TestLogin(AccountId),
    /// Go to "Add an account I already have".
    AddExisting,
    /// The user name of `prefill` stands in its field.
    Prefilled,
    /// Go to "Create a new secret".
    CreateNew,
    /// Save a test user.
    PutUser(UserDraft),
    /// Remove a test user.
    RemoveUser(String),
    /// Look where two codes in a row lie.
    Resync(ResyncForm),
    /// Do what the owner may do.
    Owner(OwnerAct),
    /// Show other lines of history, or in another order.
    FilterHistory(Filter),
    /// The chunk of lines that begins at this place is looked at.
    NeedLines(usize),
    /// Write the lines that are shown to a file the person chooses.
    ExportHistory,
    /// Delete the history.
    ClearHistory,
    /// Something about backups.
    Backup(BackupAction),
    /// Something about an import.
    Import(ImportAction),
    /// Something about an export.
    Export(ExportAction),
    /// Something about icons.
    Icons(IconAction),
    /// Something about the quick search, the tray and what else is outside of the window.
    Outside(OutsideAction),
    /// Light, dark or the system's.
    Looks(Looks),
    /// How long a copied code stays on the clipboard.
    ClearAfter(ClearAfter),
    /// Try to open the vault again.
    Retry,
    /// Open the keyring although there is an encrypted file.
    UseKeyring,
    /// Look at the vault and the machine.
    CheckUp,
    /// Give up the wait for the keyring's prompt.
    CancelPrompt,
    /// Make an encrypted file and keep the accounts there.
    CreateFile(Zeroizing<String>),
    /// Open what waits for its passphrase.
    Unlock(Zeroizing<String>),
    /// Lock the window: the passphrase is asked for again.
    Lock,
    /// Put a passphrase over the accounts, change it or take it away.
    Protect {
        /// The one that holds now.
        current: Option<Zeroizing<String>>,
        /// The one that is to hold.
        new: Option<Zeroizing<String>>,
    },
    /// After how long without input the window is locked.
    LockAfter(LockAfter),
    /// Whether it is locked with the screen.
    WithScreen(WithScreen),
    /// Set the old vault aside and begin with an empty one.
    StartOver,
    /// Move the accounts, or what belongs to it.
    VaultTask(VaultTask),
    /// Use the old copy again.
    GoBack,
    /// Take back what the toast tells of.
    Undo,
    /// Close the toast.
    DismissToast,
    /// Close the bar of notes.
    DismissNotes,
    /// Ask the time server that was typed.
    AskTime(String),
    /// Close the line about the clock and the phones.
    DismissClock,
}
