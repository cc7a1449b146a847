//! The vault: what was acknowledged stays readable, what was removed never comes back, a bad keyring changes no byte.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what a test calls is a test too, and what is skipped is said"
)]

#[path = "vault/bad_input.rs"]
mod bad_input;
#[path = "vault/disk.rs"]
mod disk;
#[path = "vault/document.rs"]
mod document;
#[path = "vault/examine.rs"]
mod examine;
#[path = "vault/file.rs"]
mod file;
#[path = "vault/file_machine.rs"]
mod file_machine;
#[path = "vault/file_passphrase.rs"]
mod file_passphrase;
#[cfg(debug_assertions)]
#[path = "vault/flaws.rs"]
mod flaws;
#[path = "vault/folders.rs"]
mod folders;
#[path = "vault/fork.rs"]
mod fork;
#[path = "vault/kept.rs"]
mod kept;
#[cfg(target_os = "linux")]
#[path = "vault/kills.rs"]
mod kills;
#[path = "vault/locked.rs"]
mod locked;
#[path = "vault/machine.rs"]
mod machine;
#[path = "vault/moving.rs"]
mod moving;
#[path = "vault/order.rs"]
mod order;
#[path = "vault/passphrase.rs"]
mod passphrase;
#[cfg(target_os = "linux")]
#[path = "vault/places.rs"]
mod places;
#[cfg(target_os = "linux")]
#[path = "vault/providers.rs"]
mod providers;
#[cfg(target_os = "linux")]
#[path = "vault/real.rs"]
mod real;
#[path = "vault/run.rs"]
mod run;
#[cfg(target_os = "linux")]
#[path = "vault/scene.rs"]
mod scene;
#[path = "vault/start_over.rs"]
mod start_over;
#[cfg(target_os = "linux")]
#[path = "vault/steps.rs"]
mod steps;
#[cfg(target_os = "linux")]
#[path = "vault/stub.rs"]
mod stub;
#[path = "vault/table.rs"]
mod table;
#[path = "vault/world.rs"]
mod world;
