//! Bytes to accounts and back. No paths, no dialogs, no clock.

use crate::domain::{OtpParams, Secret};

pub mod base32;
pub mod exchange;
pub mod icons;
pub mod otpauth;
pub mod pasted;
pub mod phone_apps;
pub mod picture;
pub mod print_page;
pub mod qr;
pub mod qr_reader;
pub mod scanned;

/// An account that was read from somewhere and is not in the vault yet: no id, no moment.
///
/// It holds its secret, so it cannot be cloned, and its `Debug` shows nothing of the key.
#[derive(Debug)]
pub struct NewAccount {
    /// Who issued the secret; cleaned by [`clean`](crate::domain::name::clean); may be empty.
    pub issuer: String,
    /// Whose account it is at the issuer; cleaned likewise; may be empty.
    pub name: String,
    /// What decides its codes, besides the secret.
    pub params: OtpParams,
    /// The key.
    pub secret: Secret,
}
