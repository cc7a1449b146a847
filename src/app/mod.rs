//! What a person can ask for: the model, the actions, the jobs, the ports. No widgets, no OS, no threads.
//!
//! A view reads the [`model::Model`] and returns [`action::Action`]s. [`update::update`] is the only place that changes the
//! model for them; slow work leaves as a [`job::Job`] and comes back as a [`job::Done`], which [`update::absorb`] takes in.

pub mod action;
pub mod backup;
pub mod camera;
pub mod change;
pub mod clock;
pub mod diagnosis;
pub mod doctor;
pub mod document;
pub mod export;
pub mod history;
pub mod icons;
pub mod import;
pub mod job;
pub mod licences;
pub mod listing;
pub mod login;
pub mod model;
pub mod notice;
pub mod outside;
pub mod picture;
pub mod ports;
pub mod screen;
pub mod settings;
pub mod update;
pub mod uses;
pub mod window_place;

pub use action::Action;
pub use change::Change;
pub use document::Document;
pub use job::{Done, Job};
pub use model::Model;
