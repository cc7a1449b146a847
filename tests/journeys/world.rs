//! The pretend world: the real window over a vault, a state, a clipboard and a clock that live in memory.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use egui_kittest::kittest::{NodeT, Queryable};
use egui_kittest::{Harness, HarnessBuilder};
use halfminute::adapters::backup_file::AgeBackups;
use halfminute::adapters::database::Database;
use halfminute::adapters::files::DesktopFiles;
use halfminute::adapters::icon_files::IconFiles;
use halfminute::app::backup::{BackupSide, Log, run_backup};
use halfminute::app::change::Change;
use halfminute::app::document::Document;
use halfminute::app::history::{Filter, Index};
use halfminute::app::job::{
    CameraSide, DesktopDone, DesktopSide, ExchangeSide, IconSide, ScreenSide, VaultSide, WorkSide, run_camera, run_desktop,
    run_exchange, run_file, run_icons, run_screen, run_time, run_vault, run_work,
};
use halfminute::app::ports::*;
use halfminute::app::settings::{Keys, Loaded, Settings, SettingsStore};
use halfminute::app::uses::Uses;
use halfminute::app::window_place::WindowPlace;
use halfminute::app::{Done, Job};
use halfminute::domain::{
    AccountId, Algorithm, Counters, Digits, Moment, OtpParams, RecoveryHash, Step, UnixTime, Uptime, code_at,
};
use halfminute::gui::Shell;
use halfminute::gui::worker::Engine;
use zeroize::Zeroizing;

/// Width, height and pixels of a picture.
pub type Pixels = (usize, usize, Vec<u8>);

/// Everything that the pretend adapters share with the test.
#[derive(Default)]
pub struct Stage {
    pub now: Duration,
    pub document: Document,
    pub refuse_open: Option<VaultError>,
    pub refuse_change: Option<VaultError>,
    pub notes: Vec<VaultNote>,
    pub file_there: bool,
    pub passphrase: String,
    pub cancelled: bool,
    pub started_over: bool,
    pub clipboard: Option<String>,
    pub no_clipboard: bool,
    /// A picture there in place of a text: width, height, its pixels.
    pub clipboard_picture: Option<Pixels>,
    /// What the next looks at the screens find: one picture for each screen, or why there is none.
    pub screens: Vec<Result<Vec<Pixels>, ScreenError>>,
    /// The desktop has left its picture of the screens.
    pub left: Option<PathBuf>,
    /// The desktop takes its time with it.
    pub screens_slow: bool,
    /// Nobody waited for it any more.
    pub screens_given_up: bool,
    /// The cameras by their names, and which one is on.
    pub cameras: Vec<String>,
    pub camera_on: Option<usize>,
    /// What the camera sees next, as the texts of the codes in each frame, or why it sees nothing.
    pub frames: Vec<Result<Vec<String>, CameraError>>,
    pub keyring_used: bool,
    pub set_aside: bool,
    /// What a move has left.
    pub old: Option<OldCopy>,
    /// The next move, or what belongs to it, fails.
    pub refuse_task: Option<VaultError>,
    /// Another program has moved the accounts or changed the passphrase.
    pub lost: Option<VaultError>,
    /// The vault's worker takes its time.
    pub stalled: bool,
    pub worker_dead: bool,
    pub state: Option<(tempfile::TempDir, Database)>,
    pub state_broken: bool,
    /// How long the computer has been running, and in which run.
    pub going: Duration,
    pub run: u32,
    pub synchronised: Option<bool>,
    pub saved_files: Vec<(PathBuf, Vec<u8>)>,
    pub settings: Settings,
    pub entropy: u64,
    pub looks: usize,
    pub backups: Log,
    /// Where backups are saved, and what file dialogs answer, first things first.
    pub folder: Option<PathBuf>,
    pub chosen: Vec<PathBuf>,
    /// What the desktop says of the session.
    pub session: Vec<SessionEvent>,
    /// The passphrase over the keyring's accounts, and whether it is needed now.
    pub lock: Option<String>,
    pub locked: bool,
    pub forgotten: usize,
    /// Results of work are held back.
    pub slow: bool,
    /// Which time servers were asked, and what the next one says: by how many microseconds this computer is behind, and how far that may
    /// be from the truth.
    pub asked: Vec<String>,
    pub time: Option<Result<(i64, u64), TimeError>>,
    /// The time server takes its time.
    pub server_slow: bool,
    /// What the desktop says beside the window.
    pub events: Vec<DesktopEvent>,
    /// What it was asked for: the tray's menu, the keys, a start with the session.
    pub tray: Option<TrayMenu>,
    pub keys: Option<Keys>,
    pub starts: bool,
    pub refuse_start: Option<StartError>,
    /// Where the window stood when that was kept last.
    pub window: Option<WindowPlace>,
}

impl Stage {
    /// The real file with the state, in a folder of the stage's own.
    pub fn state(&mut self) -> &mut (tempfile::TempDir, Database) {
        self.state.get_or_insert_with(|| {
            let folder = tempfile::tempdir().unwrap();
            let database = Database::open(&folder.path().join("state.sqlite")).unwrap();
            (folder, database)
        })
    }

    /// What a look at the vault finds.
    fn examined(&self) -> Examined {
        let items = ItemFacts { key: true, newest: self.document.generation, incomplete: 0 };
        let place = self.refuse_open.clone().map_or_else(|| Ok(place()), Err);
        let items = place.is_ok().then_some(items);
        let journal = JournalFacts::Holds(self.document.generation);
        Examined::Keyring(KeyringFacts { place, locked: false, used: true, items, confirmed: 0, journal })
    }
}

fn place() -> Place {
    Place::Keyring { provider: "the pretend keyring".into(), protection: Protection::Yes }
}

impl Desktop for Pretend {
    fn tray(&mut self, menu: Option<TrayMenu>) {
        self.stage().tray = menu;
    }

    fn keys(&mut self, keys: Option<Keys>) {
        self.stage().keys = keys;
    }

    fn starts(&mut self) -> Result<bool, StartError> {
        let stage = self.stage();
        stage.refuse_start.clone().map_or(Ok(stage.starts), Err)
    }

    fn set_starts(&mut self, starts: bool) -> Result<(), StartError> {
        self.stage().starts = starts;
        Ok(())
    }
}

impl WindowStore for Pretend {
    fn load(&mut self) -> WindowPlace {
        self.stage().window.unwrap_or_default()
    }

    fn save(&mut self, place: &WindowPlace) -> Result<(), FileError> {
        self.stage().window = Some(*place);
        Ok(())
    }
}

impl Machine for Pretend {
    fn look(&mut self) -> MachineFacts {
        let folder = FolderFacts { path: Ok("/pretend".into()), missing: false, open_to_others: vec![], free: Some(20 << 30) };
        MachineFacts { folder, synchronised: Some(false) }
    }
}

/// The stage, as the pretend adapters and the test hold it.
pub type Shared = Arc<Mutex<Stage>>;

#[derive(Clone)]
struct Pretend(Shared);

/// The pretend vault file, open.
#[derive(Clone)]
struct PretendFile(Pretend);

impl Pretend {
    fn refuse_task(&self) -> Result<(), VaultError> {
        self.stage().refuse_task.take().map_or(Ok(()), Err)
    }

    fn stage(&self) -> std::sync::MutexGuard<'_, Stage> {
        self.0.lock().unwrap()
    }
}

fn copy_of(document: &Document) -> Arc<Document> {
    Arc::new(Document::from_json(&document.to_json()).unwrap())
}

impl Vault for Pretend {
    fn open(&mut self) -> Result<Opened, VaultError> {
        let stage = self.stage();
        match &stage.refuse_open {
            Some(error) => Err(error.clone()),
            None if stage.locked => Err(VaultError::NeedsPassphrase),
            None => Ok(Opened {
                document: copy_of(&stage.document),
                place: place(),
                notes: stage.notes.clone(),
                passphrase: stage.lock.is_some(),
            }),
        }
    }

    fn change(&mut self, change: &Change) -> Result<Arc<Document>, VaultError> {
        let mut stage = self.stage();
        if stage.locked {
            return Err(VaultError::NeedsPassphrase);
        }
        if let Some(error) = &stage.refuse_change {
            return Err(error.clone());
        }
        stage.document.apply(change)?;
        stage.document.generation += 1;
        Ok(copy_of(&stage.document))
    }

    fn newer(&mut self, than: u64) -> Result<Option<Arc<Document>>, VaultError> {
        let mut stage = self.stage();
        if let Some(error) = &stage.lost {
            return Err(error.clone());
        }
        stage.looks += 1;
        if stage.locked {
            return Err(VaultError::NeedsPassphrase);
        }
        Ok((stage.document.generation > than).then(|| copy_of(&stage.document)))
    }

    fn start_over(&mut self) -> Result<Opened, VaultError> {
        let mut stage = self.stage();
        stage.refuse_open = None;
        stage.locked = false;
        stage.lock = None;
        stage.started_over = true;
        stage.document = Document::default();
        drop(stage);
        self.open()
    }

    fn adopt(&mut self, _document: &Document) -> Result<(), VaultError> {
        self.refuse_task()
    }

    fn leave(&mut self, _generation: u64) -> Result<(), VaultError> {
        let mut stage = self.stage();
        (stage.file_there, stage.old) = (true, Some(OldCopy::Keyring));
        Ok(())
    }

    fn remove_old(&mut self) -> Result<(), VaultError> {
        self.refuse_task()?;
        self.stage().old = None;
        Ok(())
    }

    fn forget(&mut self) -> bool {
        let mut stage = self.stage();
        stage.locked = stage.lock.is_some();
        stage.locked
    }

    fn unlock(&mut self, passphrase: Zeroizing<String>) -> Result<Opened, VaultError> {
        let right = self.stage().lock.as_deref() == Some(passphrase.as_str());
        if !right {
            return Err(VaultError::WrongPassphrase);
        }
        self.stage().locked = false;
        self.open()
    }

    fn protect(
        &mut self,
        current: Option<Zeroizing<String>>,
        new: Option<Zeroizing<String>>,
    ) -> Result<Arc<Document>, VaultError> {
        let mut stage = self.stage();
        if stage.lock.is_some() && stage.lock.as_deref() != current.as_deref().map(String::as_str) {
            return Err(VaultError::WrongPassphrase);
        }
        stage.lock = new.map(|new| new.to_string());
        stage.document.generation += 1;
        Ok(copy_of(&stage.document))
    }

    fn examine(&mut self) -> Examined {
        self.stage().examined()
    }

    fn canceller(&self) -> Arc<dyn Fn() + Send + Sync> {
        let shared = self.clone();
        Arc::new(move || shared.stage().cancelled = true)
    }
}

impl Vault for PretendFile {
    fn open(&mut self) -> Result<Opened, VaultError> {
        self.0.open().map(|opened| Opened { place: Place::File("/pretend/vault.age".into()), passphrase: true, ..opened })
    }

    fn change(&mut self, change: &Change) -> Result<Arc<Document>, VaultError> {
        self.0.change(change)
    }

    fn newer(&mut self, than: u64) -> Result<Option<Arc<Document>>, VaultError> {
        self.0.newer(than)
    }

    fn start_over(&mut self) -> Result<Opened, VaultError> {
        self.0.start_over()
    }

    fn adopt(&mut self, document: &Document) -> Result<(), VaultError> {
        self.0.adopt(document)
    }

    fn leave(&mut self, _generation: u64) -> Result<(), VaultError> {
        let mut stage = self.0.stage();
        (stage.file_there, stage.old) = (false, Some(OldCopy::File("/pretend/vault.age".into())));
        Ok(())
    }

    fn examine(&mut self) -> Examined {
        Vault::examine(&mut self.0)
    }

    fn forget(&mut self) -> bool {
        true
    }

    fn protect(
        &mut self,
        current: Option<Zeroizing<String>>,
        new: Option<Zeroizing<String>>,
    ) -> Result<Arc<Document>, VaultError> {
        let mut stage = self.0.stage();
        if current.as_deref() != Some(&stage.passphrase) {
            return Err(VaultError::WrongPassphrase);
        }
        stage.passphrase = new.unwrap().to_string();
        Ok(copy_of(&stage.document))
    }

    fn canceller(&self) -> Arc<dyn Fn() + Send + Sync> {
        Vault::canceller(&self.0)
    }
}

impl VaultFiles for Pretend {
    fn exists(&self) -> bool {
        self.stage().file_there
    }

    fn create(&mut self, passphrase: Zeroizing<String>) -> Result<Box<dyn Vault>, VaultError> {
        let mut stage = self.stage();
        stage.passphrase = passphrase.to_string();
        stage.file_there = true;
        stage.refuse_open = None;
        Ok(Box::new(PretendFile(self.clone())))
    }

    fn unlock(&mut self, passphrase: Zeroizing<String>) -> Result<Box<dyn Vault>, VaultError> {
        if std::mem::take(&mut self.stage().cancelled) {
            return Err(VaultError::GivenUp);
        }
        let right = *passphrase == self.stage().passphrase;
        self.stage().locked &= !right;
        if right { Ok(Box::new(PretendFile(self.clone()))) } else { Err(VaultError::WrongPassphrase) }
    }

    fn prepare(&mut self, passphrase: Zeroizing<String>) -> Result<Box<dyn Vault>, VaultError> {
        self.stage().passphrase = passphrase.to_string();
        Ok(Box::new(PretendFile(self.clone())))
    }

    fn old_copy(&self) -> Result<Option<OldCopy>, VaultError> {
        Ok(self.stage().old.clone())
    }

    fn remove_old(&mut self) -> Result<(), VaultError> {
        Vault::remove_old(self)
    }

    fn go_back(&mut self) -> Result<(), VaultError> {
        let mut stage = self.stage();
        stage.file_there = matches!(stage.old, Some(OldCopy::File(_)));
        stage.refuse_open = None;
        stage.old = None;
        Ok(())
    }

    fn set_aside(&mut self) -> Result<(), VaultError> {
        let mut stage = self.stage();
        stage.file_there = false;
        stage.set_aside = true;
        Ok(())
    }

    fn examine(&self) -> Examined {
        self.stage().examined()
    }

    fn keyring_used(&self) -> bool {
        self.stage().keyring_used
    }
}

impl Pretend {
    fn state<T>(&self, call: impl FnOnce(&mut Database) -> Result<T, StateError>) -> Result<T, StateError> {
        let mut stage = self.stage();
        if stage.state_broken {
            return Err(StateError::Unusable { path: "state.sqlite".into() });
        }
        let (_, database) = stage.state();
        call(database)
    }
}

impl State for Pretend {
    fn last_used(&mut self, sequence: &Sequence) -> Result<Option<Step>, StateError> {
        self.state(|state| state.last_used(sequence))
    }

    fn used_since(&mut self, sequence: &Sequence, from: Step) -> Result<Vec<Step>, StateError> {
        self.state(|state| state.used_since(sequence, from))
    }

    fn burn(&mut self, sequence: &Sequence, step: Step, at: UnixTime) -> Result<bool, StateError> {
        self.state(|state| state.burn(sequence, step, at))
    }

    fn begin(&mut self, attempt: &Try<'_>) -> Result<Begun, StateError> {
        self.state(|state| state.begin(attempt))
    }

    fn fail(&mut self, ticket: &Ticket, line: &Attempt) -> Result<(), StateError> {
        self.state(|state| state.fail(ticket, line))
    }

    fn succeed(&mut self, ticket: &Ticket, spent: &Spent, line: &Attempt) -> Result<bool, StateError> {
        self.state(|state| state.succeed(ticket, spent, line))
    }

    fn look(&mut self, at: &Moment) -> Result<(), StateError> {
        self.state(|state| state.look(at))
    }

    fn counters(&mut self, user: &UserKey) -> Result<Counters, StateError> {
        self.state(|state| state.counters(user))
    }

    fn reset_counters(&mut self, user: &UserKey, line: &Attempt) -> Result<(), StateError> {
        self.state(|state| state.reset_counters(user, line))
    }

    fn forget_used(&mut self, sequences: &[Sequence], line: &Attempt) -> Result<(), StateError> {
        self.state(|state| state.forget_used(sequences, line))
    }

    fn drift(&mut self, sequence: &Sequence) -> Result<i64, StateError> {
        self.state(|state| state.drift(sequence))
    }

    fn store_drift(&mut self, sequence: &Sequence, steps: i64, line: &Attempt) -> Result<(), StateError> {
        self.state(|state| state.store_drift(sequence, steps, line))
    }

    fn recovery(&mut self, user: &UserKey) -> Result<Vec<(RecoveryHash, bool)>, StateError> {
        self.state(|state| state.recovery(user))
    }

    fn make_recovery(&mut self, user: &UserKey, codes: &[RecoveryHash], line: &Attempt) -> Result<(), StateError> {
        self.state(|state| state.make_recovery(user, codes, line))
    }

    fn forget_user(&mut self, user: &UserKey) -> Result<(), StateError> {
        self.state(|state| state.forget_user(user))
    }

    fn record(&mut self, attempt: &Attempt) -> Result<(), StateError> {
        self.state(|state| state.record(attempt))
    }

    fn find(&mut self, filter: &Filter) -> Result<Index, StateError> {
        self.state(|state| state.find(filter))
    }

    fn lines(&mut self, numbers: &[i64]) -> Result<Vec<Attempt>, StateError> {
        self.state(|state| state.lines(numbers))
    }

    fn drifts(&mut self, account: AccountId, most: usize) -> Result<Vec<DriftPoint>, StateError> {
        self.state(|state| state.drifts(account, most))
    }

    fn count_use(&mut self, account: AccountId, at: UnixTime) -> Result<(), StateError> {
        self.state(|state| state.count_use(account, at))
    }

    fn uses(&mut self) -> Result<Uses, StateError> {
        self.state(|state| state.uses())
    }

    fn forget_uses(&mut self, accounts: &[AccountId]) -> Result<(), StateError> {
        self.state(|state| state.forget_uses(accounts))
    }

    fn clear_history(&mut self) -> Result<(), StateError> {
        self.state(|state| state.clear_history())
    }

    fn forget(&mut self) {
        self.stage().state().1.forget();
    }
}

impl Clipboard for Pretend {
    fn copy(&mut self, text: Zeroizing<String>, _clear_after: Duration) -> Result<(), NoClipboard> {
        let mut stage = self.stage();
        if stage.no_clipboard {
            return Err(NoClipboard);
        }
        stage.clipboard = Some(text.to_string());
        Ok(())
    }

    fn forget(&mut self) {
        let mut stage = self.stage();
        stage.clipboard = None;
        stage.forgotten += 1;
    }

    fn read(&mut self) -> Result<Option<Clip>, NoClipboard> {
        let stage = self.stage();
        if stage.no_clipboard {
            return Err(NoClipboard);
        }
        if let Some((width, height, rgba)) = stage.clipboard_picture.clone() {
            return Ok(Some(Clip::Picture { width, height, rgba: rgba.into() }));
        }
        Ok(stage.clipboard.clone().map(|text| Clip::Text(text.into())))
    }
}

impl Files for Pretend {
    fn choose_save(&mut self, suggested_name: &str) -> Result<Option<PathBuf>, FileError> {
        let folder = self.stage().folder.clone();
        Ok(Some(folder.unwrap_or_else(|| "/pretend".into()).join(suggested_name)))
    }

    fn choose_open(&mut self, _title: &str) -> Result<Option<PathBuf>, FileError> {
        let mut stage = self.stage();
        Ok(if stage.chosen.is_empty() { None } else { Some(stage.chosen.remove(0)) })
    }

    fn choose_several(&mut self, title: &str) -> Result<Vec<PathBuf>, FileError> {
        Ok(self.choose_open(title)?.into_iter().collect())
    }

    fn choose_folder(&mut self, title: &str) -> Result<Option<PathBuf>, FileError> {
        self.choose_open(title)
    }

    fn read(&mut self, path: &Path, most: usize) -> Result<Zeroizing<Vec<u8>>, FileError> {
        DesktopFiles.read(path, most)
    }

    fn write(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        self.stage().saved_files.push((path.into(), bytes.into()));
        Ok(())
    }
}

impl BackupLog for Pretend {
    fn load(&mut self) -> Log {
        self.stage().backups.clone()
    }

    fn save(&mut self, log: &Log) -> Result<(), FileError> {
        self.stage().backups = log.clone();
        Ok(())
    }
}

impl SettingsStore for Pretend {
    fn load(&mut self) -> Loaded {
        Loaded { settings: self.stage().settings.clone(), trouble: None }
    }

    fn save(&mut self, settings: &Settings) -> Result<(), FileError> {
        self.stage().settings = settings.clone();
        Ok(())
    }
}

impl Clock for Pretend {
    fn now(&self) -> UnixTime {
        UnixTime::from_duration(self.stage().now)
    }

    fn moment(&self) -> Moment {
        let stage = self.stage();
        let uptime = Uptime { run: format!("run-{}", stage.run), going: stage.going };
        Moment { wall: UnixTime::from_duration(stage.now), uptime: Some(uptime) }
    }

    fn synchronised(&self) -> Option<bool> {
        self.stage().synchronised
    }
}

impl TimeServers for Pretend {
    fn ask(&mut self, server: &TimeServer) -> Result<TimeAnswer, TimeError> {
        let at = self.moment();
        let mut stage = self.stage();
        stage.asked.push(server.to_string());
        let (behind, uncertainty) = stage.time.unwrap_or(Err(TimeError::Silent))?;
        Ok(TimeAnswer { server: server.clone(), at, behind, uncertainty: Duration::from_micros(uncertainty) })
    }
}

impl Screens for Pretend {
    fn grab(&mut self, given_up: &dyn Fn() -> bool) -> Result<Grabbed, ScreenError> {
        let mut stage = self.stage();
        if given_up() {
            stage.screens_given_up = true;
            return Err(ScreenError::GivenUp);
        }
        let shots = if stage.screens.is_empty() { Err(ScreenError::NoDisplay) } else { stage.screens.remove(0) }?;
        let shot = |(width, height, rgba): Pixels| Shot { width, height, rgba: rgba.into() };
        Ok(Grabbed { shots: shots.into_iter().map(shot).collect(), left: stage.left.clone() })
    }
}

impl Cameras for Pretend {
    fn turn_on(&mut self, at: usize, given_up: &dyn Fn() -> bool) -> Result<Vec<String>, CameraError> {
        assert!(!given_up(), "nobody waits");
        let mut stage = self.stage();
        let last = stage.cameras.len().checked_sub(1).ok_or(CameraError::None)?;
        stage.camera_on = Some(at.min(last));
        Ok(stage.cameras.clone())
    }

    fn frame(&mut self, _given_up: &dyn Fn() -> bool) -> Result<Frame, CameraError> {
        let mut stage = self.stage();
        assert!(stage.camera_on.is_some(), "it is on");
        let texts = stage.frames.remove(0)?;
        let code = |text: &String| Found {
            text: text.as_bytes().to_vec().into(),
            corners: [(1.0, 1.0), (5.0, 1.0), (5.0, 5.0), (1.0, 5.0)],
        };
        let picture = Shot { width: 8, height: 6, rgba: vec![90; 8 * 6 * 4].into() };
        Ok(Frame { picture, codes: texts.iter().map(code).collect() })
    }

    fn turn_off(&mut self) {
        self.stage().camera_on = None;
    }
}

impl Entropy for Pretend {
    /// Every secret and every id is another one, and the same in every run: the highest byte of Knuth's generator of 64 bits.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        let mut stage = self.stage();
        for byte in bytes {
            stage.entropy = stage.entropy.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = stage.entropy.to_be_bytes()[0];
        }
        Ok(())
    }
}

/// Does every job in line, and hands its result to the next frame.
struct InLine {
    vault: VaultSide,
    work: WorkSide,
    files: Box<dyn Files>,
    time: Box<dyn TimeServers>,
    backup: BackupSide,
    exchange: ExchangeSide,
    screen: ScreenSide,
    camera: CameraSide,
    icons: IconSide,
    desktop: DesktopSide,
    stage: Shared,
    done: Vec<Done>,
    /// What the vault's worker has not begun yet.
    waiting: Vec<Job>,
    cancel: Arc<dyn Fn() + Send + Sync>,
}

impl Engine for InLine {
    fn submit(&mut self, job: Job) {
        let dead = self.stage.lock().unwrap().worker_dead;
        let stalled = self.stage.lock().unwrap().stalled;
        let done = match job {
            Job::Vault(_) if stalled => return self.waiting.push(job),
            Job::Vault(_) if dead => Done::WorkerDied("vault"),
            Job::Vault(job) => run_vault(job, &mut self.vault),
            Job::Work(job) => run_work(job, &mut self.work),
            Job::File(job) => run_file(job, &mut self.files),
            Job::Exchange(job) => Done::Exchange(run_exchange(job, &mut self.exchange)),
            Job::Backup(job) => Done::Backup(run_backup(job, &mut self.backup)),
            Job::Screen(look) if self.stage.lock().unwrap().screens_slow => return self.waiting.push(Job::Screen(look)),
            Job::Screen(_) if dead => Done::WorkerDied("screen"),
            Job::Screen(look) => run_screen(look, &mut self.screen),
            Job::Camera(_) if dead => Done::WorkerDied("camera"),
            // A camera that is on sends its next frame when the test has one.
            Job::Camera(shoot) if self.camera.rest() && self.stage.lock().unwrap().frames.is_empty() => {
                return self.waiting.push(Job::Camera(shoot));
            }
            Job::Camera(shoot) => run_camera(shoot, &mut self.camera),
            Job::Icons(job) => run_icons(job, &mut self.icons),
            Job::Time(_) if dead => Done::WorkerDied("time server"),
            Job::Time(server) => run_time(server, &mut self.time),
            Job::Desktop(job) => run_desktop(job, &mut self.desktop),
        };
        self.done.push(done);
    }

    fn finished(&mut self) -> Vec<Done> {
        self.camera.rest();
        // What still may not be done waits on.
        std::mem::take(&mut self.waiting).into_iter().for_each(|job| self.submit(job));
        let mut stage = self.stage.lock().unwrap();
        let mut news: Vec<_> = stage.session.drain(..).map(Done::Session).collect();
        news.extend(stage.events.drain(..).map(|event| Done::Desktop(DesktopDone::Event(event))));
        let held_back = |done: &Done| match done {
            Done::Locked(_) | Done::Forgotten => false,
            Done::Time(..) => stage.server_slow,
            _ => stage.slow,
        };
        let (kept, done): (Vec<_>, Vec<_>) = std::mem::take(&mut self.done).into_iter().partition(held_back);
        self.done = kept;
        news.into_iter().chain(done).collect()
    }

    fn cancel_prompt(&mut self) {
        (self.cancel)();
    }
}

/// A file that is dropped.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("the window reads dropped files by their paths, on its worker".to_owned())
    }
}

/// What draws the window of a test.
pub type Window = Harness<'static, Option<Shell>>;

/// The window in the pretend world. Its methods read as what a person does.
pub struct App {
    pub stage: Shared,
    pub harness: Window,
    minimised: bool,
}

impl App {
    /// The window at `secs` after the epoch, 960 × 640.
    pub fn at(secs: u64) -> Self {
        Self::with(secs, |_| {})
    }

    /// The same, the stage prepared before the window opens.
    pub fn with(secs: u64, prepare: impl FnOnce(&mut Stage)) -> Self {
        let mut stage = Stage { now: Duration::from_secs(secs), ..Stage::default() };
        prepare(&mut stage);
        Self::on(Arc::new(Mutex::new(stage)), [960.0, 640.0])
    }

    /// A window of `size` on a stage that is there already: the app is started again.
    pub fn on(stage: Shared, size: [f32; 2]) -> Self {
        Self::in_window(stage, Harness::builder().with_size(size))
    }

    /// The same in a window that is made in another way.
    pub fn in_window(stage: Shared, window: HarnessBuilder<Option<Shell>>) -> Self {
        let pretend = Pretend(Arc::clone(&stage));
        let settings = stage.lock().unwrap().settings.clone();
        let vault = VaultSide::new(Box::new(pretend.clone()), Box::new(pretend.clone()), Box::new(pretend.clone()));
        let work = WorkSide {
            state: Box::new(pretend.clone()),
            clipboard: Box::new(pretend.clone()),
            settings: Box::new(pretend.clone()),
            entropy: Arc::new(pretend.clone()),
            clock: Arc::new(pretend.clone()),
        };
        let cancel = vault.keyring.canceller();
        // Real files, locked with little work.
        let backup = BackupSide { files: Box::new(AgeBackups::with_work(1)), log: Box::new(pretend.clone()) };
        let engine = InLine {
            vault,
            work,
            files: Box::new(pretend.clone()),
            time: Box::new(pretend.clone()),
            backup,
            exchange: ExchangeSide {
                files: Box::new(pretend.clone()),
                entropy: Arc::new(pretend.clone()),
                pictures: Box::new(halfminute::app::picture::InLine),
            },
            screen: ScreenSide { screens: Box::new(pretend.clone()), pictures: Box::new(halfminute::app::picture::InLine) },
            camera: CameraSide::new(Box::new(pretend.clone())),
            icons: IconSide::new(
                Box::new(IconFiles::of(stage.lock().unwrap().state().0.path())),
                Box::new(pretend.clone()),
                Box::new(halfminute::app::picture::InLine),
            ),
            desktop: DesktopSide { desktop: Box::new(pretend.clone()), window: Box::new(pretend.clone()) },
            stage: Arc::clone(&stage),
            done: Vec::new(),
            waiting: Vec::new(),
            cancel,
        };
        // The shell is made in the first frame, when there is a context to make it in.
        let mut parts = Some((pretend, settings, engine));
        let frame = move |ui: &mut egui::Ui, shell: &mut Option<Shell>| {
            if let Some((pretend, settings, engine)) = parts.take() {
                *shell = Some(Shell::new(ui.ctx(), Arc::new(pretend), settings, Box::new(engine)));
            }
            let shell = shell.as_mut().unwrap();
            shell.before(ui.ctx());
            // The test's window has a margin, which no window of a desktop has.
            let whole = ui.ctx().content_rect();
            let mut page = ui.new_child(egui::UiBuilder::new().max_rect(whole));
            page.set_clip_rect(whole);
            shell.draw(&mut page);
        };
        let harness = window.build_ui_state(frame, None);
        let mut app = Self { stage, harness, minimised: false };
        app.settle();
        app
    }

    fn settle(&mut self) {
        for _ in 0..6 {
            self.frame();
        }
    }

    fn frame(&mut self) {
        self.harness.step();
        let minimises = |command: &egui::ViewportCommand| *command == egui::ViewportCommand::Minimized(true);
        let outputs = &self.harness.output().viewport_output;
        self.minimised |= outputs.values().flat_map(|output| &output.commands).any(minimises);
    }

    /// Lets `secs` pass.
    pub fn wait(mut self, secs: u64) -> Self {
        let mut stage = self.stage.lock().unwrap();
        stage.now += Duration::from_secs(secs);
        stage.going += Duration::from_secs(secs);
        drop(stage);
        self.settle();
        self
    }

    /// Sets the wall clock; the time since the start goes on as it did.
    pub fn set_clock(mut self, secs: u64) -> Self {
        self.stage.lock().unwrap().now = Duration::from_secs(secs);
        self.settle();
        self
    }

    /// The lines of history, newest first.
    pub fn history(&self) -> Vec<Attempt> {
        let pretend = Pretend(Arc::clone(&self.stage));
        let index = pretend.state(|state| state.find(&Filter::default())).unwrap();
        pretend.state(|state| state.lines(&index.numbers)).unwrap()
    }

    /// Presses what is called `name`.
    pub fn press(mut self, name: &str) -> Self {
        self.harness.get_by_label(name).click_accesskit();
        self.settle();
        self
    }

    /// Types into the field called `name`, in place of what is there.
    pub fn fill(mut self, name: &str, text: &str) -> Self {
        let field = |harness: &Harness<'static, Option<Shell>>| {
            let role = |node: &egui_kittest::Node<'_>| {
                use egui::accesskit::Role;
                matches!(node.accesskit_node().role(), Role::TextInput | Role::PasswordInput | Role::MultilineTextInput)
            };
            let found = harness.get_all_by_label(name).find(role).unwrap_or_else(|| panic!("no field {name}"));
            found.focus();
        };
        field(&self.harness);
        self.settle();
        self.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        self.harness.key_press(egui::Key::Delete);
        self.settle();
        if !text.is_empty() {
            self.harness.event(egui::Event::Text(text.to_owned()));
        }
        self.settle();
        self
    }

    /// Presses a key.
    pub fn key(mut self, modifiers: egui::Modifiers, key: egui::Key) -> Self {
        self.harness.key_press_modifiers(modifiers, key);
        self.settle();
        self
    }

    /// Moves files over the window, or away from it.
    pub fn hover(mut self, files: usize) -> Self {
        self.harness.input_mut().hovered_files = vec![egui::HoveredFile::default(); files];
        self.settle();
        self
    }

    /// Drops files on the window.
    pub fn drop_files(mut self, paths: &[PathBuf]) -> Self {
        let handle = |path: &PathBuf| Arc::new(Dropped(path.clone())) as egui::DroppedFileHandle;
        self.harness.input_mut().hovered_files.clear();
        self.harness.input_mut().dropped_files.extend(paths.iter().map(handle));
        self.settle();
        self
    }

    /// Pastes with the keyboard, without having gone to a field.
    pub fn paste(mut self) -> Self {
        let text = self.clipboard().unwrap_or_default();
        self.harness.event(egui::Event::Paste(text));
        self.settle();
        self
    }

    /// Ticks the box called `name`, or takes its tick away.
    pub fn tick(mut self, name: &str) -> Self {
        self.harness.get_by_role_and_label(egui::accesskit::Role::CheckBox, name).click_accesskit();
        self.settle();
        self
    }

    /// Clicks inside of what is called `name`, at so much of its width and height.
    pub fn click_in(mut self, name: &str, x: f32, y: f32) -> Self {
        let rect = self.harness.get_by_label(name).rect();
        let place = rect.min + rect.size() * egui::vec2(x, y);
        self.harness.hover_at(place);
        self.settle();
        for pressed in [true, false] {
            let (button, modifiers) = (egui::PointerButton::Primary, egui::Modifiers::NONE);
            self.harness.event(egui::Event::PointerButton { pos: place, button, pressed, modifiers });
        }
        self.settle();
        self
    }

    /// Where the one thing called `name` lies.
    #[track_caller]
    pub fn place_of(&self, name: &str) -> egui::Rect {
        self.harness.get_by_label(name).rect()
    }

    /// How wide what is called `name` is drawn, in points.
    pub fn width_of(&self, name: &str) -> f32 {
        self.harness.get_by_label(name).rect().width()
    }

    /// How many boxes to tick are drawn.
    pub fn boxes(&self) -> usize {
        self.harness.query_all_by_role(egui::accesskit::Role::CheckBox).count()
    }

    /// Types letters without having gone to a field.
    pub fn types(mut self, text: &str) -> Self {
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.settle();
        self
    }

    /// Types a letter as a keyboard does: key and text in one frame.
    pub fn presses(mut self, letter: char) -> Self {
        let key = egui::Key::from_name(&letter.to_string().to_uppercase()).unwrap();
        let press = |pressed| {
            let modifiers = egui::Modifiers::NONE;
            egui::Event::Key { key, physical_key: Some(key), pressed, repeat: false, modifiers }
        };
        let events = [press(true), egui::Event::Text(letter.to_string()), press(false)];
        self.harness.input_mut().events.extend(events);
        self.settle();
        self
    }

    /// Drags what is called `from` onto `to`, at so much of its width and height.
    pub fn drag(mut self, from: &str, to: &str, x: f32, y: f32) -> Self {
        let place = self.take(from, to, x, y);
        self.button(place, false);
        self
    }

    /// The same, but Esc is pressed before it is let go.
    pub fn drag_and_give_up(mut self, from: &str, to: &str) -> Self {
        let place = self.take(from, to, 0.8, 0.5);
        self.harness.key_press(egui::Key::Escape);
        self.settle();
        self.button(place, false);
        self
    }

    fn take(&mut self, from: &str, to: &str, x: f32, y: f32) -> egui::Pos2 {
        let rect = |name: &str| self.harness.get_by_label(name).rect();
        let (start, to) = (rect(from).center(), rect(to));
        let end = to.min + to.size() * egui::vec2(x, y);
        self.harness.hover_at(start);
        self.settle();
        self.button(start, true);
        for part in [0.2, 0.6, 1.0] {
            self.harness.hover_at(start + (end - start) * part);
            self.settle();
        }
        end
    }

    fn button(&mut self, pos: egui::Pos2, pressed: bool) {
        let (button, modifiers) = (egui::PointerButton::Primary, egui::Modifiers::NONE);
        self.harness.event(egui::Event::PointerButton { pos, button, pressed, modifiers });
        self.settle();
    }

    /// How long the window would wait until it is drawn again by itself.
    pub fn repaint_delay(&self) -> Duration {
        self.harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay
    }

    /// Lets so much time pass, and draws one frame.
    pub fn pass(mut self, time: Duration) -> Self {
        let mut stage = self.stage.lock().unwrap();
        stage.now += time;
        stage.going += time;
        drop(stage);
        self.frame();
        self
    }

    /// Another window gets the desktop's focus.
    pub fn without_focus(mut self) -> Self {
        self.harness.input_mut().focused = false;
        self.settle();
        self
    }

    /// Whether the window has been minimised.
    pub fn was_minimised(&self) -> bool {
        self.minimised
    }

    /// Everything that is said: names, values and descriptions of the accessibility tree.
    pub fn said(&self) -> Vec<String> {
        let root = self.harness.root();
        let mut said = Vec::new();
        for node in root.children_recursive() {
            let node = node.accesskit_node();
            said.extend(node.label());
            said.extend(node.value());
            said.extend(node.description());
            // A code that is spelt is a code in groups to those who see it.
            said.extend(node.description().and_then(|description| grouped(&description)));
        }
        said
    }

    /// Something that contains `text` is said.
    #[track_caller]
    pub fn sees(self, text: &str) -> Self {
        let said = self.said();
        assert!(said.iter().any(|line| line.contains(text)), "“{text}” is not said. What is:\n{}", said.join("\n"));
        self
    }

    /// Nothing that contains `text` is said.
    #[track_caller]
    pub fn sees_no(self, text: &str) -> Self {
        let said = self.said();
        assert!(!said.iter().any(|line| line.contains(text)), "“{text}” is said. What is:\n{}", said.join("\n"));
        self
    }

    /// Something that contains `text` is said, and lies inside of the window.
    #[track_caller]
    pub fn in_sight(self, text: &str) -> Self {
        let window = self.harness.ctx.content_rect();
        let node = self.harness.get_by_label_contains(text);
        assert!(window.contains_rect(node.rect()), "“{text}” lies at {:?}", node.rect());
        self
    }

    /// The name of what is chosen among everything whose name begins like this.
    pub fn selected(&self, begins: &str) -> String {
        let chosen = self.harness.query_all_by(|node| node.is_selected() == Some(true));
        let mut names = chosen.filter_map(|node| node.accesskit_node().label());
        names.find(|name| name.starts_with(begins)).unwrap_or_default()
    }

    /// The name of what has the focus; empty if nothing has.
    pub fn focused(&self) -> String {
        let named = self.harness.query_all_by(|node| node.is_focused()).find_map(|node| node.accesskit_node().label());
        named.unwrap_or_default()
    }

    /// Whether the button `name` can be pressed.
    #[track_caller]
    pub fn can_press(self, name: &str, can: bool) -> Self {
        assert_eq!(!self.harness.get_by_label(name).accesskit_node().is_disabled(), can, "{name}");
        self
    }

    /// Enrols `name` without a check, and goes back to the accounts.
    pub fn enrol(self, issuer: &str, name: &str, password: &str) -> Self {
        self.press("Enroll")
            .fill("Issuer", issuer)
            .fill("Account name", name)
            .fill("Password", password)
            .press("Save without checking")
            .press("Accounts")
    }

    /// The code that the phone of the account at `place` shows when its clock is `offset` steps off.
    pub fn phone(&self, place: usize, offset: i64) -> String {
        let stage = self.stage.lock().unwrap();
        let record = &stage.document.accounts[place];
        let params: &OtpParams = &record.account.params;
        let step = params.step_at(UnixTime::from_duration(stage.now)).offset(offset).unwrap();
        code_at(params, &record.secret, step).as_str().to_owned()
    }

    /// How long a frame takes, the slowest of ten.
    pub fn frame_time(&mut self) -> Duration {
        let frame = |harness: &mut Harness<'static, Option<Shell>>| {
            let begun = std::time::Instant::now();
            harness.step();
            begun.elapsed()
        };
        (0..10).map(|_| frame(&mut self.harness)).max().unwrap()
    }

    /// What is shown.
    pub fn model(&self) -> &halfminute::app::Model {
        self.harness.state().as_ref().unwrap().model()
    }

    /// Of how many fields egui keeps what was typed, cursor and undo.
    pub fn kept_fields(&self) -> usize {
        self.harness.ctx.memory(|memory| memory.data.count::<egui::text_edit::TextEditState>())
    }

    /// What stands on the clipboard.
    pub fn clipboard(&self) -> Option<String> {
        self.stage.lock().unwrap().clipboard.clone()
    }
}

/// "3 0 7 4 1 8" as a card shows it: "307 418".
fn grouped(spelt: &str) -> Option<String> {
    let digits: String = spelt.split(' ').collect();
    let spelt_out = digits.len() > 4 && spelt.split(' ').all(|part| part.len() == 1);
    let params =
        OtpParams::new(Algorithm::Sha1, Digits::new(digits.len().try_into().ok()?)?, OtpParams::default().kind()).ok()?;
    let code = halfminute::domain::Code::parse(&digits, &params).ok()?;
    spelt_out.then(|| code.grouped().to_string())
}

/// An account as the vault keeps it, with a secret of its own.
pub fn record(id: [u8; 16], issuer: &str, name: &str) -> halfminute::app::document::Record {
    halfminute::app::document::Record {
        account: halfminute::domain::Account {
            id: AccountId::from_bytes(id),
            issuer: issuer.into(),
            name: name.into(),
            params: OtpParams::default(),
            tags: Vec::new(),
            note: String::new(),
            pinned: false,
            uses: 0,
            created: UnixTime::EPOCH,
        },
        secret: halfminute::domain::Secret::new([b"0123456789".as_slice(), &id].concat()).unwrap(),
        trashed: None,
    }
}
