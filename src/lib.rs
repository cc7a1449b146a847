//! Halfminute: both sides of a one-time password.

pub mod adapters;
pub mod app;
pub mod domain;
pub mod formats;
pub mod gui;
