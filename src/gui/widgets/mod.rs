//! Small pieces that more than one view is made of.

pub mod chevron;
pub mod drift_plot;
pub mod field;
pub mod ground;
pub mod heard;
pub mod icon;
pub mod list;
pub mod matched;
pub mod monogram;
pub mod one_line;
pub mod passphrase;
pub mod qr_picture;
pub mod ring;
pub mod steps;
pub mod strip;
pub mod when;
