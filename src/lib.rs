//! Halfminute: both sides of a one-time password, in one window.
//!
//! This page is the architecture. `tests/architecture/` reads the sources and holds them to it.
//!
//! ```text
//!           main                     arguments -> cli or gui -> exit code; the only place that names adapters
//!         ┌──┴───┬──────────┐
//!        gui    cli      adapters    gui and cli never see adapters; adapters implement app::ports
//!         └──┬───┘          │
//!           app ◀───────────┘        what a person can ask for
//!            │
//!         formats                    bytes <-> accounts
//!            │
//!         domain                     same input, same answer
//! ```
//!
//! # What is deliberately absent
//!
//! - [`domain`] reads no clock, file or environment: the moment is an argument, UTC since the epoch, never a local date.
//! - [`formats`] knows no paths and no dialogs. An error never holds what was read.
//! - [`app`] draws nothing and starts no thread. [`app::update`] is the only place that changes [`app::Model`].
//! - [`cli`] names no adapter: it asks for what it needs through [`cli::world::World`], and nothing is made before it is asked for.
//! - [`gui`] never waits and never writes the model: a view reads it and returns [`app::Action`]s.
//! - No network, but for [`adapters::time_server`], which sends a question when a person has pressed the button.
//! - No global, no process-wide keyring, no async runtime of ours, no `unsafe`.
//!
//! # One frame
//!
//! Results of the workers are absorbed, the model is moved to now, the next repaint is ordered for the moment at which something
//! visible changes, the tab in front draws, and what the person did is carried out: each [`app::Action`] may give
//! [`app::Job`]s, which named threads do in order. One scheduler drives every countdown.
//!
//! # Invariants
//!
//! - A change is durable before it is said to be saved, and "no such entry" never leads to deleting anything ([`adapters::vault`]).
//! - A counter is moved on durably before its code is shown on the terminal ([`app::Change::TakeCodes`]).
//! - A backup is read back before it takes its name ([`adapters::backup_file`]), and restoring one loses nothing of either side
//!   ([`app::Document::merge`]).
//! - A failure is counted durably before anything is compared, and a one-time step or a recovery code is burnt durably before a login
//!   is accepted ([`app::login`]).
//! - A secret cannot be printed, compared or copied by accident ([`domain::Secret`]); an address and a picture of it are secrets.

pub mod adapters;
pub mod app;
pub mod cli;
pub mod domain;
pub mod formats;
pub mod gui;
