//! The outside world behind the app's ports: keyring, files, database, clock, clipboard.

pub mod atomic_file;
pub mod backup_file;
pub mod backup_log;
pub mod boot;
pub mod cameras;
pub mod clipboard;
pub mod clipboard_program;
#[cfg(all(unix, not(target_os = "macos")))]
pub mod clipboard_takers;
#[cfg(all(unix, not(target_os = "macos")))]
pub mod clipboard_x11;
pub mod data_dir;
pub mod database;
pub mod desktop;
pub mod fake_keyring;
pub mod files;
pub mod icon_files;
mod in_use;
pub mod journal;
pub mod kernel_clock;
pub mod keyring;
pub mod lock;
pub mod machine;
pub mod os_entropy;
pub mod parts;
pub mod picture_reader;
pub mod process;
pub mod screens;
pub mod session_watch;
pub mod settings_file;
pub mod system_clock;
pub mod terminal;
pub mod time_server;
pub mod unusable;
pub mod vault;
pub mod vault_file;
pub mod vault_files;
pub mod window_file;
