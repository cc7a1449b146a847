//! Composition root: the one place that names concrete adapters.

use std::alloc::System;
use std::ffi::OsString;
use std::io::{Read, Stderr, Stdin, Stdout, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use halfminute::adapters::backup_file::AgeBackups;
use halfminute::adapters::backup_log::BackupLogFile;
use halfminute::adapters::boot::BootId;
use halfminute::adapters::cameras::{self, CameraProcess};
use halfminute::adapters::clipboard::SystemClipboard;
use halfminute::adapters::data_dir::DataDir;
use halfminute::adapters::database::Database;
use halfminute::adapters::desktop::instance::{self, Claim, Instance};
use halfminute::adapters::desktop::{self, Heard, ThisDesktop};
use halfminute::adapters::files::{self, DesktopFiles};
use halfminute::adapters::icon_files::IconFiles;
use halfminute::adapters::keyring::SystemKeyring;
use halfminute::adapters::machine::ThisMachine;
use halfminute::adapters::os_entropy::OsEntropy;
use halfminute::adapters::picture_reader::{self, PictureProcess};
use halfminute::adapters::process;
use halfminute::adapters::screens::DesktopScreens;
use halfminute::adapters::session_watch::DesktopSession;
use halfminute::adapters::settings_file::SettingsFile;
use halfminute::adapters::system_clock::SystemClock;
use halfminute::adapters::time_server::Sntp;
use halfminute::adapters::unusable::{BrokenState, NoFolder};
use halfminute::adapters::vault::KeyringVault;
use halfminute::adapters::vault_file::FilePlace;
use halfminute::adapters::vault_files::AgeVaultFiles;
use halfminute::adapters::window_file::WindowFile;
use halfminute::adapters::{clipboard_program, terminal};
use halfminute::app::backup::BackupSide;
use halfminute::app::job::{CameraSide, DesktopSide, ExchangeSide, IconSide, ScreenSide, VaultSide, WorkSide};
use halfminute::app::notice::{self, Notice};
use halfminute::app::outside::Start;
use halfminute::app::ports::{
    BackupLog, Backups, Clock, DesktopEvent, Entropy, FileError, Files, IconStore, Machine as MachinePort, NoClipboard,
    PictureReader, Screens, State, Terminals, TimeServers, Vault, VaultError, VaultFiles, WindowStore, Wish,
};
use halfminute::app::settings::{ClearAfter, Settings, SettingsStore};
use halfminute::cli::world::{FoundVault, NoState, World};
use halfminute::cli::{self, exit, starts_window};
use halfminute::domain::{Moment, UnixTime};
use halfminute::gui::window::{self, Beginning};
use halfminute::gui::worker::Sides;
use zeroize::Zeroizing;
use zeroizing_alloc::ZeroAlloc;

/// Wipes memory as it is given back, libraries' copies of secrets included.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    ExitCode::from(run())
}

fn run() -> u8 {
    let hardened = process::harden().is_ok();
    let mut machine = Machine::new();
    if !hardened {
        let said = Notice::plain("core dumps could not be switched off; a crash may write secrets to disk");
        cli::complain(&mut machine, exit::DONE, &said);
    }
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    if let Some(start) = starts_window(&arguments) {
        process::wipe_what_libraries_give_back();
        return the_only_one(&mut machine, start);
    }
    match arguments.as_slice() {
        [only] if only == clipboard_program::ARGUMENT => match clipboard_program::run() {
            Ok(()) => exit::DONE,
            Err(NoClipboard) => exit::VAULT,
        },
        [only] if only == picture_reader::ARGUMENT => match picture_reader::run() {
            Ok(()) => exit::DONE,
            Err(_) => exit::VAULT,
        },
        [only] if only == cameras::ARGUMENT => match cameras::run() {
            Ok(()) => exit::DONE,
            Err(_) => exit::VAULT,
        },
        _ => cli::run(arguments, &mut machine),
    }
}

/// Opens the window, unless another program does it already: that one is asked then.
fn the_only_one(machine: &mut Machine, start: Start) -> u8 {
    let (tell, heard) = desktop::events();
    let wish = match start {
        Start::Window => Some(Wish::Show),
        Start::Quick => Some(Wish::Quick),
        Start::Hidden => None,
    };
    let claim = match DataDir::locate() {
        Ok(dir) => instance::claim(&dir, wish, &tell),
        Err(_) => Claim::First(Instance::default()),
    };
    match claim {
        Claim::First(_instance) => open_window(machine, start, tell, heard),
        Claim::Told => exit::DONE,
        Claim::Silent => cli::complain(machine, exit::VAULT, &notice::outside::silent()),
    }
}

fn open_window(machine: &mut Machine, start: Start, tell: Sender<DesktopEvent>, heard: Heard) -> u8 {
    // A file or folder of ours that cannot be used does not keep the window shut: it says so where it matters.
    let parts = match data_dir() {
        Ok(dir) => Parts::of(dir),
        Err(error) => Parts::without(NoFolder(error)),
    };
    let mut settings = parts.settings;
    let loaded = settings.load();
    if let Some(trouble) = &loaded.trouble {
        cli::complain(machine, exit::DONE, &notice::settings_trouble(trouble));
    }
    let clock = Arc::new(SystemClock::new());
    let vault = VaultSide::new(parts.vault, parts.files, Box::new(ThisMachine::new()));
    let work = WorkSide {
        state: parts.state,
        clipboard: Box::new(SystemClipboard::start()),
        settings,
        entropy: Arc::new(OsEntropy),
        clock: Arc::<SystemClock>::clone(&clock),
    };
    let backup = BackupSide { files: Box::new(AgeBackups::default()), log: parts.backups };
    let exchange =
        ExchangeSide { files: Box::new(DesktopFiles), entropy: Arc::new(OsEntropy), pictures: Box::new(PictureProcess::new()) };
    let screen = ScreenSide { screens: Box::new(DesktopScreens), pictures: Box::new(PictureProcess::new()) };
    let camera = CameraSide::new(Box::new(CameraProcess::new()));
    let watch = Box::new(DesktopSession::default());
    let time = Box::new(Sntp::new(Arc::<SystemClock>::clone(&clock)));
    let icons = IconSide::new(parts.icons, Box::new(DesktopFiles), Box::new(PictureProcess::new()));
    let mut window = parts.window;
    let beginning = Beginning { start, place: window.load(), screens: Box::new(DesktopScreens) };
    let desktop = DesktopSide { desktop: Box::new(ThisDesktop::new(tell)), window };
    let files = Box::new(DesktopFiles);
    let sides =
        Sides { vault, work, files, backup, exchange, screen, camera, watch, time, icons, desktop, events: Box::new(heard) };
    match window::run(sides, clock, loaded.settings, beginning) {
        Ok(()) => exit::DONE,
        Err(error) => cli::complain(machine, exit::VAULT, &Notice::plain(error.to_string())),
    }
}

/// What of the window depends on the data folder.
struct Parts {
    vault: Box<dyn Vault>,
    files: Box<dyn VaultFiles>,
    state: Box<dyn State>,
    settings: Box<dyn SettingsStore>,
    backups: Box<dyn BackupLog>,
    icons: Box<dyn IconStore>,
    window: Box<dyn WindowStore>,
}

impl Parts {
    fn of(dir: DataDir) -> Self {
        Self {
            files: Box::new(AgeVaultFiles::new(FilePlace::of_dir(&dir))),
            state: match Database::open(&dir.state()) {
                Ok(state) => Box::new(state),
                Err(error) => Box::new(BrokenState(error)),
            },
            settings: Box::new(SettingsFile::at(dir.settings())),
            backups: Box::new(BackupLogFile::at(dir.backups())),
            icons: Box::new(IconFiles::of(dir.path())),
            window: Box::new(WindowFile::at(dir.window())),
            vault: Box::new(keyring_vault(dir)),
        }
    }

    fn without(folder: NoFolder) -> Self {
        Self {
            state: Box::new(folder.state()),
            vault: Box::new(folder.clone()),
            files: Box::new(folder.clone()),
            backups: Box::new(folder.clone()),
            icons: Box::new(folder.clone()),
            window: Box::new(folder.clone()),
            settings: Box::new(folder),
        }
    }
}

fn data_dir() -> Result<DataDir, VaultError> {
    DataDir::locate().and_then(|path| DataDir::open(&path))
}

fn keyring_vault(dir: DataDir) -> KeyringVault<SystemKeyring> {
    KeyringVault::new(SystemKeyring::default(), dir, BootId::current())
}

/// The adapters as the commands ask for them: none is made before it is needed.
struct Machine {
    input: Stdin,
    output: Stdout,
    errors: Stderr,
    terminals: Terminals,
}

impl Machine {
    fn new() -> Self {
        let (input, output, errors) = (std::io::stdin(), std::io::stdout(), std::io::stderr());
        Self { input, output, errors, terminals: terminal::terminals() }
    }
}

impl World for Machine {
    fn environment(&self, name: &str) -> Option<OsString> {
        std::env::var_os(name)
    }

    fn terminals(&self) -> Terminals {
        self.terminals
    }

    fn now(&self) -> UnixTime {
        SystemClock::default().now()
    }

    fn moment(&self) -> Moment {
        SystemClock::new().moment()
    }

    fn entropy(&self) -> &dyn Entropy {
        &OsEntropy
    }

    fn vault(&mut self, chosen: Option<&Path>) -> Result<FoundVault, VaultError> {
        let file = |place: FilePlace| {
            let path: PathBuf = place.path();
            FoundVault::File(Box::new(AgeVaultFiles::new(place)), path)
        };
        if let Some(path) = chosen {
            // without a home the file is no less usable
            let place = FilePlace::at(path, DataDir::locate().ok().as_deref())?;
            AgeVaultFiles::new(place.clone()).refuse_left()?;
            return Ok(file(place));
        }
        let dir = data_dir()?;
        let place = FilePlace::of_dir(&dir);
        let used = AgeVaultFiles::new(place.clone()).exists();
        Ok(if used { file(place) } else { FoundVault::Keyring(Box::new(keyring_vault(dir))) })
    }

    fn places(&mut self, chosen: Option<&Path>) -> Result<(VaultSide, PathBuf), VaultError> {
        if let Some(path) = chosen
            && !FilePlace::at(path, DataDir::locate().ok().as_deref())?.is_usual()
        {
            return Err(VaultError::NotMovable);
        }
        let dir = data_dir()?;
        let place = FilePlace::of_dir(&dir);
        let path = place.path();
        Ok((
            VaultSide::new(Box::new(keyring_vault(dir)), Box::new(AgeVaultFiles::new(place)), Box::new(ThisMachine::new())),
            path,
        ))
    }

    fn state(&mut self) -> Result<Box<dyn State>, NoState> {
        let dir = data_dir().map_err(NoState::Place)?;
        Ok(Box::new(Database::open(&dir.state()).map_err(NoState::State)?))
    }

    fn machine(&mut self) -> Box<dyn MachinePort> {
        Box::new(ThisMachine::new())
    }

    fn time_servers(&mut self) -> Box<dyn TimeServers> {
        Box::new(Sntp::new(Arc::new(SystemClock::new())))
    }

    fn screens(&mut self) -> Box<dyn Screens> {
        Box::new(DesktopScreens)
    }

    fn settings(&mut self) -> Settings {
        // reading makes no folder
        DataDir::locate().map(|path| SettingsFile::at(path.join("settings.json")).load().settings).unwrap_or_default()
    }

    fn read_file(&mut self, path: &Path, most: usize) -> Result<Zeroizing<Vec<u8>>, FileError> {
        files::read_at_most(path, most).map_err(|error| FileError::Refused { path: path.to_owned(), kind: error.kind() })
    }

    fn write_file(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        DesktopFiles.write(path, bytes)
    }

    fn backups(&mut self) -> Box<dyn Backups> {
        Box::new(AgeBackups::default())
    }

    fn backup_log(&mut self) -> Option<Box<dyn BackupLog>> {
        data_dir().ok().map(|dir| Box::new(BackupLogFile::at(dir.backups())) as _)
    }

    fn exists(&self, path: &Path) -> bool {
        path.symlink_metadata().is_ok()
    }

    fn absolute(&self, path: &Path) -> PathBuf {
        std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
    }

    fn ask_hidden(&mut self, prompt: &str) -> Option<Zeroizing<String>> {
        terminal::ask_hidden(prompt)
    }

    fn keep_on_clipboard(&mut self, text: &str, clear: ClearAfter) -> Result<(), NoClipboard> {
        clipboard_program::keep(text, clear.duration())
    }

    fn pictures(&self) -> Box<dyn PictureReader> {
        Box::new(PictureProcess::new())
    }

    fn input(&mut self) -> &mut dyn Read {
        &mut self.input
    }

    fn output(&mut self) -> &mut dyn Write {
        &mut self.output
    }

    fn errors(&mut self) -> &mut dyn Write {
        &mut self.errors
    }
}
