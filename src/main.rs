//! Composition root: the one place that names concrete adapters.

use std::alloc::System;
use std::process::ExitCode;
use std::sync::Arc;

use halfminute::adapters::boot::BootId;
use halfminute::adapters::clipboard::SystemClipboard;
use halfminute::adapters::data_dir::DataDir;
use halfminute::adapters::database::Database;
use halfminute::adapters::files::DesktopFiles;
use halfminute::adapters::keyring::SystemKeyring;
use halfminute::adapters::os_entropy::OsEntropy;
use halfminute::adapters::process;
use halfminute::adapters::settings_file::SettingsFile;
use halfminute::adapters::system_clock::SystemClock;
use halfminute::adapters::unusable::{NoFolder, NoState};
use halfminute::adapters::vault::KeyringVault;
use halfminute::adapters::vault_files::DirVaultFiles;
use halfminute::app::job::{VaultSide, WorkSide};
use halfminute::app::notice;
use halfminute::app::ports::{State, Vault, VaultFiles};
use halfminute::app::settings::SettingsStore;
use halfminute::cli::{self, Asked};
use halfminute::gui::window;
use zeroizing_alloc::ZeroAlloc;

/// Wipes memory as it is given back, libraries' copies of secrets included.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    ExitCode::from(run())
}

fn run() -> u8 {
    let hardened = process::harden().is_ok();
    match cli::asked(std::env::args_os().skip(1)) {
        Asked::Window => {}
        Asked::Answered(code) => return code,
    }
    if !hardened {
        cli::complain("core dumps could not be switched off; a crash may write secrets to disk");
    }
    // A file or folder of ours that cannot be used does not keep the window shut: it says so where it matters.
    let parts = match DataDir::locate().and_then(|path| DataDir::open(&path)) {
        Ok(dir) => Parts::of(dir),
        Err(error) => Parts::without(NoFolder(error)),
    };
    let mut settings = parts.settings;
    let loaded = settings.load();
    if let Some(trouble) = &loaded.trouble {
        cli::complain(&notice::settings_trouble(trouble).line());
    }
    let clock = Arc::new(SystemClock);
    let vault = VaultSide { vault: parts.vault, files: parts.files, file_open: false };
    let work = WorkSide {
        state: parts.state,
        clipboard: Box::new(SystemClipboard::start()),
        settings,
        entropy: Arc::new(OsEntropy),
        clock: Arc::<SystemClock>::clone(&clock),
    };
    match window::run(vault, work, Box::new(DesktopFiles), clock, loaded.settings) {
        Ok(()) => cli::DONE,
        Err(error) => cli::fail(cli::VAULT, &notice::Notice::plain(error.to_string())),
    }
}

/// What depends on the data folder.
struct Parts {
    vault: Box<dyn Vault>,
    files: Box<dyn VaultFiles>,
    state: Box<dyn State>,
    settings: Box<dyn SettingsStore>,
}

impl Parts {
    fn of(dir: DataDir) -> Self {
        Self {
            vault: Box::new(KeyringVault::new(SystemKeyring::default(), dir.clone(), BootId::current())),
            state: match Database::open(&dir.state()) {
                Ok(state) => Box::new(state),
                Err(error) => Box::new(NoState(error)),
            },
            settings: Box::new(SettingsFile::at(dir.settings())),
            files: Box::new(DirVaultFiles::new(dir)),
        }
    }

    fn without(folder: NoFolder) -> Self {
        Self {
            state: Box::new(folder.state()),
            vault: Box::new(folder.clone()),
            files: Box::new(folder.clone()),
            settings: Box::new(folder),
        }
    }
}
