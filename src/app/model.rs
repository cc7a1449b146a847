//! Everything the window shows. Views read it; only [`super::update`] writes it.

mod login;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::{AccountId, Secret, UnixTime, Verdict};

use super::action::{Dialog, TabId};
use super::backup::Desk;
use super::clock::ClockWatch;
use super::diagnosis::Diagnoses;
use super::doctor::Report;
use super::document::{Document, Merged};
use super::job::Unopened;
use super::listing::{Index, Listing};
use super::notice::Notice;
use super::outside::Outside;
use super::ports::{OldCopy, Place, VaultError, VaultNote, Watched};
use super::settings::{Codes, Settings};
use super::uses::Uses;

pub use login::{History, Login, Outcome, Standing};

/// How long a toast stays.
pub const TOAST_FOR: Duration = Duration::from_secs(6);
/// How many days the trash promises to keep what is in it. Nothing is deleted by itself after that: it is offered.
pub const TRASH_DAYS: u64 = 30;

/// The whole model.
#[derive(Debug)]
pub struct Model {
    /// The moment of this frame.
    pub now: UnixTime,
    /// The tab in front.
    pub tab: TabId,
    /// What stands over the window.
    pub dialog: Option<Dialog>,
    /// Whether the accounts can be used.
    pub vault: VaultState,
    /// What is searched for.
    pub search: String,
    /// The tags that an account must have to be listed.
    pub tags: Vec<String>,
    /// The accounts, ready to be searched.
    pub index: Index,
    /// How often codes were copied.
    pub uses: Uses,
    /// The same as it was when the order was made: cards do not change their places under the pointer.
    pub uses_ordered: Uses,
    /// The one hidden code that is shown.
    pub revealed: Option<Revealed>,
    /// Whether the window makes way after a copy.
    pub making_way: MakingWay,
    /// Which accounts are listed, in which order.
    pub listing: Listing,
    /// The message at the bottom.
    pub toast: Option<Toast>,
    /// What is done about where the accounts are kept.
    pub moving: Moving,
    /// The enrolment.
    pub enrolment: Enrolment,
    /// The login test.
    pub login: Login,
    /// What is known of the computer's clock.
    pub clock: ClockWatch,
    /// Why codes were refused.
    pub diagnoses: Diagnoses,
    /// The check-up.
    pub check_up: CheckUp,
    /// What the person chose once and for all.
    pub settings: Settings,
    /// Backups.
    pub backup: Desk,
    /// Import.
    pub import: super::import::Desk,
    /// Icons.
    pub icons: super::icons::Icons,
    /// Export.
    pub export: super::export::Desk,
    /// How many changes are being written.
    pub writing: usize,
    /// How many changes have failed.
    pub failures: usize,
    /// The workers that have ended by a fault.
    pub dead: BTreeSet<&'static str>,
    /// When the person last did something in the window.
    pub touched: UnixTime,
    /// The window is to be locked as soon as what is on its way into the vault is there; how many changes had failed then. Nothing of
    /// the vault is shown meanwhile.
    pub locking: Option<usize>,
    /// The passphrase over the accounts is being changed.
    pub protection: Protecting,
    /// What of the desktop is listened to; `None` until that is known.
    pub watched: Option<Watched>,
    /// The quick search, the tray, and whether there is a window at all.
    pub outside: Outside,
}

/// A hidden code that is shown for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revealed {
    /// Whose.
    pub id: AccountId,
    /// When it is hidden again.
    pub until: UnixTime,
}

/// Whether the window makes way after a copy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MakingWay {
    /// It stays.
    #[default]
    No,
    /// As soon as the code stands on the clipboard.
    WhenCopied,
    /// At once.
    Now,
}

/// The state of the page on which the passphrase is set.
#[derive(Debug, Default)]
pub struct Protecting {
    /// It is being written.
    pub busy: bool,
    /// Counts what was written: the drafts start anew when it moves.
    pub written: u64,
    /// Why it could not be.
    pub error: Option<Notice>,
}

/// Whether the vault is open.
#[derive(Debug)]
pub enum VaultState {
    /// It is being opened since then.
    Opening {
        /// When that began.
        since: UnixTime,
        /// It is the keyring's, which may ask for its password.
        keyring: bool,
        /// With a passphrase: that takes a second.
        unlocking: bool,
    },
    /// It waits for its passphrase; whether the last one was wrong.
    NeedsPassphrase {
        /// It is the encrypted file that waits, not the keyring's accounts.
        in_file: bool,
        /// What was wrong with the last try.
        error: Option<VaultError>,
    },
    /// It is open.
    Open(OpenVault),
    /// It is not, and nothing was changed.
    Failed(Unopened),
}

/// The open vault.
#[derive(Debug)]
pub struct OpenVault {
    /// The newest document.
    pub document: Arc<Document>,
    /// Where it is kept.
    pub place: Place,
    /// What was noticed when it was opened.
    pub notes: Vec<VaultNote>,
    /// A passphrase is needed to open it again: it can be locked.
    pub passphrase: bool,
}

/// What is done about where the accounts are kept.
#[derive(Debug, Default)]
pub struct Moving {
    /// It takes some seconds.
    pub busy: bool,
    /// Why it could not be done.
    pub error: Option<Notice>,
    /// What is left where the accounts were before.
    pub old: Option<OldCopy>,
}

/// A short message with a way back.
#[derive(Debug)]
pub struct Toast {
    /// What happened, and what to do.
    pub notice: Notice,
    /// What "Undo" takes back.
    pub undo: Option<Undo>,
    /// When it goes.
    pub until: UnixTime,
}

/// What can be taken back.
#[derive(Debug, Clone)]
pub enum Undo {
    /// Take the account out of the trash.
    Restore(AccountId),
    /// Take a restored backup back.
    Merge(Arc<Merged>),
    /// Take an import back.
    Import(Arc<Merged>),
}

/// The state of the enrolment that is not a draft.
#[derive(Debug, Default)]
pub struct Enrolment {
    /// "Add an account I already have" rather than "Create a new secret".
    pub existing: bool,
    /// The secret that was made, for the QR picture.
    pub secret: Option<Arc<Secret>>,
    /// What the check of the phone's code said.
    pub verdict: Option<Verdict>,
    /// It is being saved.
    pub saving: bool,
    /// Counts what was saved from each form, "Create" first: its drafts start anew when its number moves.
    pub saved: [u64; 2],
    /// Why it could not be saved.
    pub error: Option<Notice>,
    /// The account that was just made with a new secret, while its page is shown.
    pub done: Option<AccountId>,
}

/// The check-up of the vault and the machine.
#[derive(Debug, Default)]
pub struct CheckUp {
    /// It is being made.
    pub busy: bool,
    /// What the last one found, and when.
    pub report: Option<(UnixTime, Report)>,
}

impl Model {
    /// The model before anything is known.
    #[must_use]
    pub fn new(now: UnixTime, settings: Settings) -> Self {
        Self {
            now,
            tab: TabId::default(),
            dialog: None,
            vault: VaultState::Opening { since: now, keyring: true, unlocking: false },
            search: String::new(),
            tags: Vec::new(),
            index: Index::default(),
            uses: Uses::default(),
            uses_ordered: Uses::default(),
            revealed: None,
            making_way: MakingWay::No,
            listing: Listing::default(),
            toast: None,
            moving: Moving::default(),
            enrolment: Enrolment::default(),
            login: Login::default(),
            clock: ClockWatch::default(),
            diagnoses: Diagnoses::default(),
            check_up: CheckUp::default(),
            settings,
            backup: Desk::default(),
            import: Default::default(),
            icons: Default::default(),
            export: Default::default(),
            writing: 0,
            failures: 0,
            dead: BTreeSet::new(),
            touched: now,
            locking: None,
            protection: Protecting::default(),
            watched: None,
            outside: Outside::default(),
        }
    }

    /// The document, when the vault is open.
    #[must_use]
    pub fn document(&self) -> Option<&Document> {
        match &self.vault {
            VaultState::Open(open) => Some(&open.document),
            _ => None,
        }
    }

    /// Whether the code of `id` may be seen, and heard.
    #[must_use]
    pub fn shows(&self, id: AccountId) -> bool {
        self.settings.codes == Codes::Shown || self.revealed.is_some_and(|revealed| revealed.id == id)
    }

    /// Whether a person may put accounts into another order: all of them stand in theirs.
    #[must_use]
    pub fn can_move(&self) -> bool {
        self.settings.order == super::settings::Order::Manual && self.search.trim().is_empty() && self.tags.is_empty()
    }

    /// Whether it can be locked: it is open, and a passphrase opens it again.
    #[must_use]
    pub fn can_lock(&self) -> bool {
        matches!(&self.vault, VaultState::Open(open) if open.passphrase)
    }

    /// Something is on its way into the vault.
    #[must_use]
    pub fn busy(&self) -> bool {
        let backup = self.backup.writing || self.backup.auto_running;
        let exchange = matches!(self.import.step, super::import::Step::Saving) || self.export.writing;
        let saving = self.enrolment.saving || self.login.saving_user || exchange;
        self.writing > 0 || saving || self.protection.busy || self.moving.busy || backup
    }

    /// What has been in the trash for longer than [`TRASH_DAYS`].
    #[must_use]
    pub fn old_trash(&self) -> Vec<AccountId> {
        let promised = Duration::from_secs(TRASH_DAYS * 24 * 60 * 60);
        let records = self.document().map(|document| document.accounts.as_slice()).unwrap_or_default();
        let old = |at: UnixTime| at <= self.now && self.now.since(at) > promised;
        records.iter().filter(|record| record.trashed.is_some_and(old)).map(|record| record.account.id).collect()
    }

    /// Shows a message at the bottom.
    pub fn say(&mut self, notice: Notice, undo: Option<Undo>) {
        self.toast = Some(Toast { notice, undo, until: self.now.plus(TOAST_FOR) });
    }
}
