//! What a person pastes as "an account I already have": an `otpauth://` address, or a bare key.

use super::base32::{self, Base32Error, Decoded};
use super::otpauth::{self, AddressError, ReadAddress};

/// What was pasted.
#[derive(Debug)]
pub enum Pasted {
    /// A whole address: names, parameters and key.
    Address(ReadAddress),
    /// A key alone; names and parameters are still to be asked for.
    Key(Decoded),
}

/// Why what was pasted is neither, in terms of what it seems to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PastedError {
    /// It looks like an address.
    #[error(transparent)]
    Address(AddressError),
    /// It does not look like an address, so it was read as a key; nothing at all is an empty key.
    #[error(transparent)]
    Key(Base32Error),
}

/// Reads what was pasted: an address if it has `://` in it or begins with `otpauth`, otherwise a key.
///
/// An address of another kind is so refused as an address, and an address inside a sentence is told apart from a mistyped key.
///
/// # Errors
/// [`PastedError`], which never holds any of the text. [`AddressError::Migration`] and [`AddressError::Several`] are for the caller
/// to offer the reader of lists.
pub fn read(text: &str) -> Result<Pasted, PastedError> {
    if looks_like_an_address(text) {
        otpauth::read(text).map(Pasted::Address).map_err(PastedError::Address)
    } else {
        base32::decode(text).map(Pasted::Key).map_err(PastedError::Key)
    }
}

fn looks_like_an_address(text: &str) -> bool {
    text.contains("://") || base32::is_address(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Issuer and name of an address, or the bytes of a key; or the reason.
    fn outcome(text: &str) -> Result<String, PastedError> {
        read(text).map(|pasted| match pasted {
            Pasted::Address(read) => format!("address {}/{}", read.entry.issuer, read.entry.name),
            Pasted::Key(read) => format!("key {}", data_encoding::HEXLOWER.encode(read.secret.expose())),
        })
    }

    #[test]
    fn what_people_paste() {
        use PastedError::{Address, Key};
        let rows: &[(&str, Result<&str, PastedError>)] = &[
            ("otpauth://totp/Acme:alice?secret=JBSWY3DP&issuer=Acme", Ok("address Acme/alice")),
            (" <OTPAUTH://totp/alice?secret=JBSWY3DP>\n", Ok("address /alice")),
            ("steam://JBSWY3DP", Ok("address Steam/")),
            ("STEAM://", Err(Address(AddressError::SecretMissing))),
            ("JBSW Y3DP", Ok("key 48656c6c6f")),
            ("\tjbsw-y3dp\n", Ok("key 48656c6c6f")),
            ("otpauthA", Ok("key 74de0a4ce0")),
            ("", Err(Key(Base32Error::Empty))),
            (" \n", Err(Key(Base32Error::Empty))),
            ("JBSW 0", Err(Key(Base32Error::Digit { position: 6, hint: base32::Hint::O }))),
            ("otpauth://totp/alice", Err(Address(AddressError::SecretMissing))),
            ("otpauth:totp/alice?secret=JBSWY3DP", Err(Address(AddressError::NotAnAddress))),
            ("https://example.com/setup", Err(Address(AddressError::NotAnAddress))),
            ("Scan this: otpauth://totp/alice?secret=JBSWY3DP", Err(Address(AddressError::NotAnAddress))),
            ("otpauth-migration://offline?data=AAAA", Err(Address(AddressError::Migration))),
            ("otpauth://totp/a?secret=MA\notpauth://totp/b?secret=MA", Err(Address(AddressError::Several { count: 2 }))),
            (&"A".repeat(1 << 20), Err(Key(Base32Error::TooLong))),
            (&"://".repeat(1 << 20), Err(Address(AddressError::TooLong))),
        ];
        for (text, expected) in rows {
            assert_eq!(outcome(text), expected.map(str::to_owned), "{:?}", text.chars().take(60).collect::<String>());
        }
    }
}
