//! The vault: what was acknowledged stays readable, what was removed never comes back, a bad keyring changes no byte.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "what a test calls is a test too, and what is skipped is said"
)]

#[path = "vault/document.rs"]
mod document;
#[path = "vault/examine.rs"]
mod examine;
#[path = "vault/file.rs"]
mod file;
#[path = "vault/fork.rs"]
mod fork;
#[cfg(target_os = "linux")]
#[path = "vault/kills.rs"]
mod kills;
#[path = "vault/locked.rs"]
mod locked;
#[path = "vault/machine.rs"]
mod machine;
#[cfg(target_os = "linux")]
#[path = "vault/places.rs"]
mod places;
#[cfg(target_os = "linux")]
#[path = "vault/providers.rs"]
mod providers;
#[cfg(target_os = "linux")]
#[path = "vault/real.rs"]
mod real;
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
