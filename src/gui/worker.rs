//! Where slow work runs: two named threads in the window, in line in tests. Work goes in as a job and comes back as a result.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::app::backup::{BackupJob, BackupSide, run_backup};
use crate::app::job::{FileJob, VaultJob, VaultSide, WorkJob, WorkSide, run_file, run_time, run_vault, run_work};
use crate::app::ports::{Files, SessionWatch, TimeServer, TimeServers};
use crate::app::{Done, Job};

/// Takes jobs and hands back results. Neither call ever waits.
pub trait Engine {
    /// Takes a job.
    fn submit(&mut self, job: Job);
    /// What has been finished since the last call.
    fn finished(&mut self) -> Vec<Done>;
    /// Gives up the wait for the keyring's prompt.
    fn cancel_prompt(&mut self);
}

/// What is outside of the program and waited for: each has a thread of its own, which is not waited for at the end.
pub struct Outside {
    /// File dialogs.
    pub files: Box<dyn Files>,
    /// What the desktop tells of the session.
    pub watch: Box<dyn SessionWatch>,
    /// Time servers.
    pub time: Box<dyn TimeServers>,
}

/// Six named threads: one owns the vault and does its jobs in order, one waits for file dialogs, one for a time server, one writes and
/// opens backups, one listens to the desktop, one does everything else.
pub struct Workers {
    vault: Option<Sender<VaultJob>>,
    work: Option<Sender<WorkJob>>,
    file: Option<Sender<FileJob>>,
    backup: Option<Sender<BackupJob>>,
    time: Option<Sender<TimeServer>>,
    done: Receiver<Done>,
    /// What is said for jobs that found their worker gone.
    lost: Vec<Done>,
    cancel: Arc<dyn Fn() + Send + Sync>,
    threads: Vec<JoinHandle<()>>,
}

/// Called when something has been finished that is worth a frame.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

impl Workers {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(vault: VaultSide, work: WorkSide, backup: BackupSide, outside: Outside, wake: &Wake) -> std::io::Result<Self> {
        let cancel = vault.canceller();
        let (to_window, done) = channel();
        let (to_vault, vault_jobs) = channel();
        let (to_work, work_jobs) = channel();
        let (to_files, file_jobs) = channel();
        let (to_backup, backup_jobs) = channel();
        let (to_time, time_jobs) = channel();
        let do_backup = |job, side: &mut BackupSide| Done::Backup(run_backup(job, side));
        // An open dialog and a silent server are not waited for at the end.
        start("file dialog", outside.files, file_jobs, run_file, to_window.clone(), wake)?;
        start("time server", outside.time, time_jobs, run_time, to_window.clone(), wake)?;
        listen(outside.watch, to_window.clone(), wake)?;
        let threads = vec![
            start("vault", vault, vault_jobs, run_vault, to_window.clone(), wake)?,
            start("backup", backup, backup_jobs, do_backup, to_window.clone(), wake)?,
            start("work", work, work_jobs, run_work, to_window, wake)?,
        ];
        Ok(Self {
            vault: Some(to_vault),
            work: Some(to_work),
            file: Some(to_files),
            backup: Some(to_backup),
            time: Some(to_time),
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

/// Hands on what the desktop says of the session. Never waited for: it may say nothing for ever.
fn listen(mut watch: Box<dyn SessionWatch>, to_window: Sender<Done>, wake: &Wake) -> std::io::Result<()> {
    let wake = Arc::clone(wake);
    let work = move || {
        while let Some(event) = watch.next() {
            if to_window.send(Done::Session(event)).is_err() {
                break;
            }
            wake();
        }
    };
    std::thread::Builder::new().name("session lock".to_owned()).spawn(work).map(drop)
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
        self.time = None;
        for _ in 0..60 {
            if self.threads.iter().all(JoinHandle::is_finished) {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
