//! Slow work: a named message to a named worker, and its answer. The tests call the same functions in line.

mod ask;
mod camera;
mod desktop;
mod exchange;
mod icons;
mod login;
mod moving;
mod screen;
mod vault;

use std::path::PathBuf;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::domain::{Account, AccountId, Algorithm, Match, PasswordHash, Secret, UnixTime};

use super::action::{LoginForm, NewEntry};
use super::backup::{BackupDone, BackupJob};
use super::change::Change;
use super::diagnosis::{DiagnosisDone, DiagnosisJob, search};
use super::doctor::Report;
use super::document::Document;
use super::icons::{IconDone, IconJob};
use super::notice::Notice;
use super::ports::{
    CameraError, Clip, Clipboard, Clock, Entropy, FileError, Files, NoClipboard, NoEntropy, OldCopy, Opened, Sequence,
    SessionEvent, State, TimeAnswer, TimeError, TimeServer, TimeServers, VaultError, VaultNote,
};
use super::screen::{NotSeen, Sight};
use super::settings::{ClearAfter, Settings, SettingsStore};
use super::uses::Uses;

pub use ask::{Ask, Chosen};
pub use camera::{CameraSide, Filmed, Shoot, run_camera};
pub use desktop::{DesktopDone, DesktopJob, DesktopSide, run_desktop};
pub use exchange::{ExchangeDone, ExchangeJob, ExchangeSide, NotRead, Read, run_exchange};
pub use icons::{IconSide, run_icons};
pub use login::{LoginDone, LoginJob, prepare_user};
pub use moving::{TaskDone, VaultTask, Where};
pub use screen::{Look, ScreenSide, Waiting, run_screen};
pub use vault::{Then, Unopened, VaultJob, VaultSide, run_vault};

/// Work for one of the workers.
#[derive(Debug)]
#[must_use]
pub enum Job {
    /// For the worker that owns the vault.
    Vault(VaultJob),
    /// For the worker that does everything else that takes time.
    Work(WorkJob),
    /// For the worker that waits for file dialogs, as long as a person leaves them open.
    File(FileJob),
    /// For the worker that writes and opens backups: a passphrase takes seconds.
    Backup(BackupJob),
    /// For the worker that reads and makes other apps' files.
    Exchange(ExchangeJob),
    /// For the worker that looks at the screens.
    Screen(Look),
    /// For the worker that has the cameras.
    Camera(Shoot),
    /// For the worker that draws icons.
    Icons(IconJob),
    /// For the worker that waits for a time server's answer, some seconds at most.
    Time(TimeServer),
    /// For the worker that speaks with the desktop.
    Desktop(DesktopJob),
}

/// Everything else that takes time.
#[derive(Debug)]
pub enum WorkJob {
    /// Random bytes for a new secret.
    Generate(Algorithm),
    /// Hash the password, name the account: what the vault needs to save it. A code that has proved the enrolment is used up.
    Prepare(NewEntry, Option<Match>),
    /// Put something on the clipboard; then say so.
    Copy {
        /// What.
        text: Zeroizing<String>,
        /// When it is cleared.
        clear: ClearAfter,
        /// What is said when it stands there.
        said: Notice,
    },
    /// Read what stands on the clipboard.
    Paste,
    /// Something for the login test.
    Login(LoginJob),
    /// Ask why a code was refused.
    Diagnose(DiagnosisJob),
    /// Keep the settings.
    SaveSettings(Settings),
    /// Take note of how long the computer has been running.
    LookAtClock,
    /// Count a copied code.
    CountUse(AccountId),
    /// Read how often codes were copied.
    ReadUses,
    /// Forget that of accounts which were deleted for ever.
    ForgetUses(Vec<AccountId>),
    /// The window is locked: what is still ours leaves the clipboard, and names that were read leave the memory.
    Forget,
}

/// What is done with files that a person chooses.
#[derive(Debug)]
pub enum FileJob {
    /// Ask for a file name and write the picture.
    SavePng {
        /// The picture.
        png: Zeroizing<Vec<u8>>,
        /// The name to suggest.
        name: String,
    },
    /// Ask for a file name and write the history's table.
    SaveCsv(String),
    /// Ask for a file or a folder.
    Ask(Ask),
}

/// What came of a job.
#[derive(Debug)]
#[must_use]
pub enum Done {
    /// The vault was opened, or not.
    Opened(Result<Opened, Unopened>),
    /// A change was made, or not; and what came up on the way without stopping it.
    Changed(Result<Arc<Document>, VaultError>, Vec<VaultNote>, Then),
    /// What was read is forgotten; `false`: no passphrase would be needed to read it again, and nothing is.
    Locked(bool),
    /// The passphrase over the accounts was set, changed or taken away, or not.
    Protected {
        /// The document in its next generation, or why not.
        result: Result<Arc<Document>, VaultError>,
        /// There is to be one.
        is_set: bool,
        /// What came up on the way.
        notes: Vec<VaultNote>,
    },
    /// Clipboard and state hold nothing any more.
    Forgotten,
    /// How often codes were copied. Where that cannot be read, they count from now on.
    Uses(Uses),
    /// A use was counted or forgotten. Where that could not be, an order is a little off, and nobody is told.
    UsesKept,
    /// The clock was looked at. Where that could not be noted, a lock-out lasts longer, and the next login says what is wrong.
    Looked,
    /// What the desktop says of the person's session.
    Session(SessionEvent),
    /// A newer generation, if there is one.
    Newer(Result<Option<Arc<Document>>, VaultError>),
    /// What the check-up found.
    CheckedUp(Report),
    /// A new secret.
    Generated(Result<Secret, NoEntropy>),
    /// An account ready to be saved.
    Prepared(Result<(Change, AccountId), NoEntropy>),
    /// Something stands on the clipboard, or not.
    Copied(Result<(), NoClipboard>, Notice),
    /// What stood on the clipboard.
    Pasted(Result<Option<Clip>, NoClipboard>),
    /// Something was done for the login test.
    Login(LoginDone),
    /// A piece of a diagnosis was done.
    Diagnosed(DiagnosisDone),
    /// A picture was written, or the dialog closed.
    SavedPng(Result<Option<PathBuf>, FileError>),
    /// A table was written, or the dialog closed.
    SavedCsv(Result<Option<PathBuf>, FileError>),
    /// The settings were kept, or not.
    SettingsKept(Result<(), FileError>),
    /// The accounts were moved or what belongs to it, or not; and the old copy that there is now.
    Task(Result<TaskDone, VaultError>, Option<OldCopy>),
    /// The old copy that there is.
    Old(Option<OldCopy>),
    /// A file or folder was chosen, or the dialog closed.
    Chosen(Result<Chosen, FileError>),
    /// What came of a job of backups, in its order.
    Backup(Vec<BackupDone>),
    /// Something was done with another app's file.
    Exchange(ExchangeDone),
    /// Codes were found on the screens, or not; in which run of the import.
    Screen(Box<Result<Sight, NotSeen>>, u64),
    /// What came of a question to a camera; in which run of the import.
    Camera(Box<Result<Filmed, CameraError>>, u64),
    /// Something was done with icons.
    Icons(IconDone),
    /// A time server has answered, or not.
    Time(TimeServer, Result<TimeAnswer, TimeError>),
    /// Something was done with the desktop, or it says something.
    Desktop(DesktopDone),
    /// A worker has ended by a fault; its name.
    WorkerDied(&'static str),
}

/// What the other worker owns.
pub struct WorkSide {
    /// Used steps and history.
    pub state: Box<dyn State>,
    /// The clipboard.
    pub clipboard: Box<dyn Clipboard>,
    /// The settings file.
    pub settings: Box<dyn SettingsStore>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

/// Does a job with a file that the person chooses: returns when the dialog is closed.
pub fn run_file(job: FileJob, files: &mut Box<dyn Files>) -> Done {
    match job {
        FileJob::SavePng { png, name } => Done::SavedPng(save(&png, &name, files.as_mut())),
        FileJob::SaveCsv(table) => Done::SavedCsv(save(table.as_bytes(), "login-history.csv", files.as_mut())),
        FileJob::Ask(what) => Done::Chosen(ask::ask(what, files.as_mut())),
    }
}

/// Asks a time server: returns when it has answered, or in some seconds.
pub fn run_time(server: TimeServer, servers: &mut Box<dyn TimeServers>) -> Done {
    let answer = servers.ask(&server);
    Done::Time(server, answer)
}

/// Does any other job.
pub fn run_work(job: WorkJob, side: &mut WorkSide) -> Done {
    match job {
        WorkJob::Generate(algorithm) => Done::Generated(generate(algorithm, side.entropy.as_ref())),
        WorkJob::Prepare(entry, proof) => Done::Prepared(prove_and_prepare(entry, proof, side)),
        WorkJob::Copy { text, clear, said } => Done::Copied(side.clipboard.copy(text, clear.duration()), said),
        WorkJob::Paste => Done::Pasted(side.clipboard.read()),
        WorkJob::Login(job) => login::run(job, side),
        WorkJob::Diagnose(job) => Done::Diagnosed(search(job)),
        WorkJob::LookAtClock => {
            let _unnoted = side.state.look(&side.clock.moment());
            Done::Looked
        }
        WorkJob::CountUse(id) => {
            let _uncounted = side.state.count_use(id, side.clock.now());
            Done::UsesKept
        }
        WorkJob::ReadUses => Done::Uses(side.state.uses().unwrap_or_default()),
        WorkJob::ForgetUses(ids) => {
            let _left = side.state.forget_uses(&ids);
            Done::UsesKept
        }
        WorkJob::Forget => {
            side.clipboard.forget();
            side.state.forget();
            Done::Forgotten
        }
        WorkJob::SaveSettings(settings) => Done::SettingsKept(side.settings.save(&settings)),
    }
}

/// A new secret of the length that fits `algorithm`.
///
/// # Errors
/// [`NoEntropy`].
pub fn generate(algorithm: Algorithm, entropy: &dyn Entropy) -> Result<Secret, NoEntropy> {
    let mut bytes = Zeroizing::new(vec![0; algorithm.secret_bytes()]);
    entropy.fill(&mut bytes)?;
    Secret::new(bytes).map_err(|_| NoEntropy)
}

fn prove_and_prepare(entry: NewEntry, proof: Option<Match>, side: &mut WorkSide) -> Result<(Change, AccountId), NoEntropy> {
    let account = account_of(&entry, side.entropy.as_ref(), side.clock.now())?;
    if let Some(proof) = proof {
        // A code counts once, the one that has proved the enrolment too (RFC 6238 section 5.2). Where it cannot be noted, no login
        // is accepted either, so the account is saved all the same.
        let _unnoted = side.state.burn(&Sequence::of(&account), proof.step, side.clock.now());
    }
    change_of(account, entry, side.entropy.as_ref())
}

/// What the vault needs to save `entry` at `now`: a change, and the new account's id. Hashing a password takes a second.
///
/// # Errors
/// [`NoEntropy`].
pub fn prepare(entry: NewEntry, entropy: &dyn Entropy, now: UnixTime) -> Result<(Change, AccountId), NoEntropy> {
    change_of(account_of(&entry, entropy, now)?, entry, entropy)
}

fn account_of(entry: &NewEntry, entropy: &dyn Entropy, now: UnixTime) -> Result<Account, NoEntropy> {
    let mut id = [0; 16];
    entropy.fill(&mut id)?;
    Ok(Account {
        id: AccountId::from_bytes(id),
        issuer: entry.issuer.clone(),
        name: entry.name.clone(),
        params: entry.params,
        tags: Vec::new(),
        note: String::new(),
        pinned: false,
        uses: 0,
        created: now,
    })
}

fn change_of(account: Account, entry: NewEntry, entropy: &dyn Entropy) -> Result<(Change, AccountId), NoEntropy> {
    let id = account.id;
    // The vault's document owns its own copy: the enrolment may go on showing the picture while it is saved.
    let mut changes = vec![Change::Add(vec![(account, entry.secret.duplicate())])];
    if let Some(user) = entry.user {
        let password = match user.password {
            Some(password) => {
                let mut salt = [0; 16];
                entropy.fill(&mut salt)?;
                Some(PasswordHash::new(&password, salt))
            }
            None => None,
        };
        changes.push(Change::JoinUser { name: user.name, password, account: id });
    }
    Ok((Change::All(changes), id))
}

fn save(bytes: &[u8], name: &str, files: &mut dyn Files) -> Result<Option<PathBuf>, FileError> {
    let Some(path) = files.choose_save(name)? else { return Ok(None) };
    files.write(&path, bytes)?;
    Ok(Some(path))
}
