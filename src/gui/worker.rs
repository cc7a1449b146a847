//! Where slow work runs: two named threads in the window, in line in tests. Work goes in as a job and comes back as a result.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::app::backup::{BackupJob, BackupSide, run_backup};
use crate::app::icons::IconJob;
use crate::app::job::{
    CameraSide, DesktopDone, DesktopJob, DesktopSide, ExchangeJob, ExchangeSide, FileJob, IconSide, Look, ScreenSide, Shoot,
    VaultJob, VaultSide, WorkJob, WorkSide, run_camera, run_desktop, run_exchange, run_file, run_icons, run_screen, run_time,
    run_vault, run_work,
};
use crate::app::ports::{DesktopEvents, Files, SessionWatch, TimeServer, TimeServers};
use crate::app::{Done, Job};

/// Takes jobs and hands back results. Neither call ever waits.
pub trait Engine: Send {
    /// Takes a job.
    fn submit(&mut self, job: Job);
    /// What has been finished since the last call.
    fn finished(&mut self) -> Vec<Done>;
    /// Gives up the wait for the keyring's prompt.
    fn cancel_prompt(&mut self);
}

/// Twelve named threads: one owns the vault and does its jobs in order, one draws icons, one waits for file dialogs, one for a time server,
/// one looks at the screens, one has the cameras, one writes and opens backups, one reads and makes other apps' files, one listens to the
/// session, one speaks with the desktop and one listens to it, one does everything else.
pub struct Workers {
    vault: Option<Sender<VaultJob>>,
    work: Option<Sender<WorkJob>>,
    file: Option<Sender<FileJob>>,
    backup: Option<Sender<BackupJob>>,
    exchange: Option<Sender<ExchangeJob>>,
    screen: Option<Sender<Look>>,
    camera: Option<Sender<Shoot>>,
    time: Option<Sender<TimeServer>>,
    icons: Option<Sender<IconJob>>,
    desktop: Option<Sender<DesktopJob>>,
    done: Receiver<Done>,
    /// What is said for jobs that found their worker gone.
    lost: Vec<Done>,
    cancel: Arc<dyn Fn() + Send + Sync>,
    threads: Vec<JoinHandle<()>>,
}

/// What the workers own, each its side.
pub struct Sides {
    /// The vault.
    pub vault: VaultSide,
    /// Everything else that takes time.
    pub work: WorkSide,
    /// File dialogs.
    pub files: Box<dyn Files>,
    /// Backups.
    pub backup: BackupSide,
    /// Other apps' files.
    pub exchange: ExchangeSide,
    /// The screens.
    pub screen: ScreenSide,
    /// The cameras.
    pub camera: CameraSide,
    /// What the desktop says.
    pub watch: Box<dyn SessionWatch>,
    /// Time servers.
    pub time: Box<dyn TimeServers>,
    /// Icons.
    pub icons: IconSide,
    /// The tray, the keys, the start with the session.
    pub desktop: DesktopSide,
    /// What comes from outside of the window.
    pub events: Box<dyn DesktopEvents>,
}

/// Called when something has been finished that is worth a frame.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

impl Workers {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(sides: Sides, wake: &Wake) -> std::io::Result<Self> {
        let Sides { vault, work, files, backup, exchange, screen, camera, watch, time, icons, desktop, events } = sides;
        let cancel = vault.canceller();
        let (to_window, done) = channel();
        let (to_vault, vault_jobs) = channel();
        let (to_work, work_jobs) = channel();
        let (to_files, file_jobs) = channel();
        let (to_backup, backup_jobs) = channel();
        let (to_exchange, exchange_jobs) = channel();
        let do_exchange = |job, side: &mut ExchangeSide| Done::Exchange(run_exchange(job, side));
        let (to_time, time_jobs) = channel();
        let (to_icons, icon_jobs) = channel();
        let (to_screen, screen_jobs) = channel();
        let (to_camera, camera_jobs) = channel();
        let (to_desktop, desktop_jobs) = channel();
        let do_backup = |job, side: &mut BackupSide| Done::Backup(run_backup(job, side));
        // An open dialog and a silent server are not waited for at the end.
        start("screen", screen, screen_jobs, run_screen, to_window.clone(), wake)?;
        film(camera, camera_jobs, to_window.clone(), wake)?;
        start("file dialog", files, file_jobs, run_file, to_window.clone(), wake)?;
        start("time server", time, time_jobs, run_time, to_window.clone(), wake)?;
        start("icons", icons, icon_jobs, run_icons, to_window.clone(), wake)?;
        let (mut watch, mut events) = (watch, events);
        listen("session lock", move || watch.next().map(Done::Session), to_window.clone(), wake)?;
        let heard = move || events.next().map(|event| Done::Desktop(DesktopDone::Event(event)));
        listen("desktop events", heard, to_window.clone(), wake)?;
        let threads = vec![
            start("desktop", desktop, desktop_jobs, run_desktop, to_window.clone(), wake)?,
            start("vault", vault, vault_jobs, run_vault, to_window.clone(), wake)?,
            start("backup", backup, backup_jobs, do_backup, to_window.clone(), wake)?,
            start("import", exchange, exchange_jobs, do_exchange, to_window.clone(), wake)?,
            start("work", work, work_jobs, run_work, to_window, wake)?,
        ];
        Ok(Self {
            vault: Some(to_vault),
            work: Some(to_work),
            file: Some(to_files),
            backup: Some(to_backup),
            exchange: Some(to_exchange),
            screen: Some(to_screen),
            camera: Some(to_camera),
            time: Some(to_time),
            icons: Some(to_icons),
            desktop: Some(to_desktop),
            done,
            lost: Vec::new(),
            cancel,
            threads,
        })
    }
}

fn start<Job: Send + 'static, Side: Send + 'static>(
    name: &'static str,
    mut side: Side,
    jobs: Receiver<Job>,
    run: fn(Job, &mut Side) -> Done,
    to_window: Sender<Done>,
    wake: &Wake,
) -> std::io::Result<JoinHandle<()>> {
    let wake = Arc::clone(wake);
    std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        let mut obituary = Obituary { name, to_window: to_window.clone(), wake: Arc::clone(&wake), due: true };
        for job in jobs {
            let done = run(job, &mut side);
            let quiet = matches!(done, Done::Newer(Ok(None) | Err(_)));
            if to_window.send(done).is_err() {
                break;
            }
            if !quiet {
                wake();
            }
        }
        obituary.due = false;
    })
}

/// Has the cameras: answers questions, and turns a camera off as soon as nobody waits for its next frame. Never waited for.
fn film(mut side: CameraSide, jobs: Receiver<Shoot>, to_window: Sender<Done>, wake: &Wake) -> std::io::Result<()> {
    const NAME: &str = "camera";
    let wake = Arc::clone(wake);
    let work = move || {
        let mut obituary = Obituary { name: NAME, to_window: to_window.clone(), wake: Arc::clone(&wake), due: true };
        loop {
            let shoot = if side.rest() {
                match jobs.recv_timeout(Duration::from_millis(20)) {
                    Ok(shoot) => shoot,
                    Err(RecvTimeoutError::Timeout) => continue,
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            } else {
                let Ok(shoot) = jobs.recv() else { break };
                shoot
            };
            if to_window.send(run_camera(shoot, &mut side)).is_err() {
                break;
            }
            wake();
        }
        obituary.due = false;
    };
    std::thread::Builder::new().name(NAME.to_owned()).spawn(work).map(drop)
}

/// Hands on what comes from outside. Never waited for: it may say nothing for ever.
fn listen(
    name: &'static str,
    mut next: impl FnMut() -> Option<Done> + Send + 'static,
    to_window: Sender<Done>,
    wake: &Wake,
) -> std::io::Result<()> {
    let wake = Arc::clone(wake);
    let work = move || {
        while let Some(done) = next() {
            if to_window.send(done).is_err() {
                break;
            }
            wake();
        }
    };
    std::thread::Builder::new().name(name.to_owned()).spawn(work).map(drop)
}

/// Tells the window when a worker ends by a panic, so that nothing waits for ever.
struct Obituary {
    name: &'static str,
    to_window: Sender<Done>,
    wake: Wake,
    due: bool,
}

impl Drop for Obituary {
    fn drop(&mut self) {
        if self.due && self.to_window.send(Done::WorkerDied(self.name)).is_ok() {
            (self.wake)();
        }
    }
}

impl Engine for Workers {
    fn submit(&mut self, job: Job) {
        let (name, taken) = match job {
            Job::Vault(job) => ("vault", self.vault.as_ref().is_some_and(|worker| worker.send(job).is_ok())),
            Job::Work(job) => ("work", self.work.as_ref().is_some_and(|worker| worker.send(job).is_ok())),
            Job::Backup(job) => ("backup", self.backup.as_ref().is_some_and(|worker| worker.send(job).is_ok())),
            Job::Exchange(job) => ("import", self.exchange.as_ref().is_some_and(|worker| worker.send(job).is_ok())),
            Job::Screen(look) => ("screen", self.screen.as_ref().is_some_and(|worker| worker.send(look).is_ok())),
            Job::Camera(shoot) => ("camera", self.camera.as_ref().is_some_and(|worker| worker.send(shoot).is_ok())),
            Job::Icons(job) => ("icons", self.icons.as_ref().is_some_and(|worker| worker.send(job).is_ok())),
            Job::Desktop(job) => ("desktop", self.desktop.as_ref().is_some_and(|worker| worker.send(job).is_ok())),
            Job::Time(server) => ("time server", self.time.as_ref().is_some_and(|worker| worker.send(server).is_ok())),
            Job::File(job) => ("file dialog", self.file.as_ref().is_some_and(|worker| worker.send(job).is_ok())),
        };
        if !taken {
            // The worker is gone: whoever waits for this job is told, every time.
            self.lost.push(Done::WorkerDied(name));
        }
    }

    fn finished(&mut self) -> Vec<Done> {
        self.lost.drain(..).chain(self.done.try_iter()).collect()
    }

    fn cancel_prompt(&mut self) {
        (self.cancel)();
    }
}

impl Drop for Workers {
    /// Lets the workers finish what they have, the clipboard's clearing included; a keyring that hangs is not waited for.
    fn drop(&mut self) {
        (self.cancel)();
        self.vault = None;
        self.work = None;
        self.file = None;
        self.backup = None;
        self.exchange = None;
        self.screen = None;
        self.camera = None;
        self.time = None;
        self.icons = None;
        self.desktop = None;
        for _ in 0..60 {
            if self.threads.iter().all(JoinHandle::is_finished) {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
