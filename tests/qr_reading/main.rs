//! QR codes are read from pictures of every kind, and pictures that were made to harm do none.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a test")]

#[path = "../pictures/mod.rs"]
mod pictures;

mod files;
mod hostile;
mod payloads;
mod whole_set;
