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
use halfminute::adapters::vault::KeyringVault;
use halfminute::adapters::vault_files::DirVaultFiles;
use halfminute::app::job::{VaultSide, WorkSide};
use halfminute::app::notice;
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
    let dir = match DataDir::locate().and_then(|path| DataDir::open(&path)) {
        Ok(dir) => dir,
        Err(error) => return cli::fail(cli::VAULT, &notice::vault_error(&error)),
    };
    let state = match Database::open(&dir.state()) {
        Ok(state) => state,
        Err(error) => return cli::fail(cli::VAULT, &notice::state_error(&error)),
    };
    let mut settings_file = SettingsFile::at(dir.settings());
    let loaded = settings_file.load();
    if let Some(trouble) = &loaded.trouble {
        cli::complain(&notice::settings_trouble(trouble).line());
    }
    let clock = Arc::new(SystemClock);
    let vault = VaultSide {
        vault: Box::new(KeyringVault::new(SystemKeyring::default(), dir.clone(), BootId::current())),
        files: Box::new(DirVaultFiles::new(dir)),
        file_open: false,
    };
    let work = WorkSide {
        state: Box::new(state),
        clipboard: Box::new(SystemClipboard::start()),
        files: Box::new(DesktopFiles),
        settings: Box::new(settings_file),
        entropy: Arc::new(OsEntropy),
        clock: Arc::<SystemClock>::clone(&clock),
    };
    match window::run(vault, work, clock, loaded.settings) {
        Ok(()) => cli::DONE,
        Err(error) => cli::fail(cli::VAULT, &notice::Notice::plain(error.to_string())),
    }
}
