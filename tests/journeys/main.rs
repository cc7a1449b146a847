//! Journeys: what a person does in the window, through the real shell, in a pretend world.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accounts;
mod backups;
mod camera;
mod clock;
mod diagnosis;
mod enrolment;
mod explanation;
mod export;
mod forms;
mod icons;
mod import;
mod lock;
mod login;
mod looks;
mod outside;
mod pages;
mod phone_apps;
mod screen;
mod shelf;
mod vault_page;
mod vault_states;
mod verifier;
mod world;
