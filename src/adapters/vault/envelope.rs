//! The passphrase over the document: what then stands in the keyring's items and in the journal.
//!
//! One line of printable ASCII, JSON, carried by parts and journal as a document in the clear is:
//!
//! ```json
//! {"schema":2,"generation":7,"key":"base64 of an age file","document":"base64 of an age file"}
//! ```
//!
//! - `key` is an age identity (`AGE-SECRET-KEY-1…`), encrypted with the passphrase (scrypt, N = 2^18, about a second and 256 MiB).
//!   It is the same in every generation until the passphrase is changed, and then another identity: who knows the old passphrase and
//!   an old generation reads nothing newer.
//! - `document` is the document as JSON, encrypted to that identity: a change costs no key derivation.
//! - `generation` is that of the document inside and can be read without the passphrase. If the two differ, it is damaged.
//! - base64 is that of RFC 4648 with padding. The text begins with exactly `{"schema":2,`.
//! - A version that knows no lock says "written by a newer version" and changes nothing; so does this one where it finds a field that
//!   it does not know.
//!
//! Without this program, with a keyring that takes the document in one item (`hm1.<vault>.<generation>.0.1.<payload>.<checksum>`):
//!
//! ```sh
//! secret-tool search --all service halfminute       # the item doc-<vault>-<generation>-0 with the highest generation
//! secret-tool lookup service halfminute username doc-<vault>-<generation>-0 | cut -d. -f6 > envelope.json
//! jq -r .key envelope.json | base64 -d > key.age
//! jq -r .document envelope.json | base64 -d > document.age
//! age -d -i key.age document.age                    # asks for the passphrase and prints the JSON
//! ```

use std::fmt;

use data_encoding::BASE64;
use serde::Deserialize;
use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use crate::adapters::vault_file::Passphrase;
use crate::adapters::vault_file::crypt::{self, MAX_WORK_FACTOR, VaultKey};
use crate::app::document::{Document, DocumentError};
use crate::app::ports::VaultError;

/// How every envelope begins, and no document in the clear does.
const BEGINNING: &str = r#"{"schema":2,"#;

/// A document that needs its passphrase.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The generation of the document inside.
    pub generation: u64,
    key: Zeroizing<Vec<u8>>,
    document: Vec<u8>,
}

/// What has opened an envelope and opens and closes those of the same passphrase. The identity is wiped when dropped.
pub struct Seal(VaultKey);

/// What a text says.
#[derive(Debug)]
pub enum Said {
    /// A document.
    Document(Document),
    /// One that needs another passphrase than the one at hand.
    Locked(Envelope),
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Envelope({})", self.generation)
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(…)")
    }
}

/// Whether `text` needs a passphrase.
#[must_use]
pub fn is_sealed(text: &str) -> bool {
    text.starts_with(BEGINNING)
}

/// Reads a document in the clear, or one that `seal` opens.
///
/// # Errors
/// [`DocumentError`]. That another passphrase is needed is no error.
pub fn read(text: &str, seal: Option<&Seal>) -> Result<Said, DocumentError> {
    if !is_sealed(text) {
        return Document::from_json(text).map(Said::Document);
    }
    let envelope = Envelope::parse(text)?;
    match seal.filter(|seal| seal.0.sealed == envelope.key) {
        Some(seal) => seal.open(&envelope).map(Said::Document),
        None => Ok(Said::Locked(envelope)),
    }
}

#[derive(Deserialize)]
struct Shape<'a> {
    generation: u64,
    #[serde(borrow)]
    key: Option<&'a str>,
    #[serde(borrow)]
    document: Option<&'a str>,
    #[serde(rename = "schema")]
    _schema: u64,
    #[serde(flatten)]
    unknown: std::collections::BTreeMap<String, IgnoredAny>,
}

impl Envelope {
    fn parse(text: &str) -> Result<Self, DocumentError> {
        let shape: Shape<'_> = serde_json::from_str(text).map_err(|_| DocumentError::Damaged)?;
        if !shape.unknown.is_empty() {
            // it could not be written back
            return Err(DocumentError::TooNew);
        }
        let bytes = |text: Option<&str>| text.and_then(|text| BASE64.decode(text.as_bytes()).ok()).ok_or(DocumentError::Damaged);
        Ok(Self { generation: shape.generation, key: bytes(shape.key)?.into(), document: bytes(shape.document)? })
    }
}

impl Seal {
    /// A new one for `passphrase`, with scrypt's N as a power of two. Takes about a second.
    ///
    /// # Errors
    /// [`VaultError::Refused`] when it cannot be made.
    pub fn new(passphrase: &Passphrase, work_factor: u8) -> Result<Self, VaultError> {
        VaultKey::generate(passphrase, work_factor.clamp(1, MAX_WORK_FACTOR)).map(Self)
    }

    /// Opens `envelope` with `passphrase`. Takes about a second.
    ///
    /// # Errors
    /// [`VaultError::WrongPassphrase`] or [`VaultError::Damaged`], as far as the format can tell; [`VaultError::TooNew`];
    /// [`VaultError::Refused`] when it asks for more than 1 GiB of memory.
    pub fn unlock(envelope: &Envelope, passphrase: &Passphrase) -> Result<Self, VaultError> {
        let seal = Self(VaultKey::open(passphrase, &envelope.key)?);
        seal.open(envelope)?;
        Ok(seal)
    }

    /// Whether `passphrase` is the one that opens this. Takes about a second.
    ///
    /// # Errors
    /// [`VaultError::WrongPassphrase`] if it is not.
    pub fn check(&self, passphrase: &Passphrase) -> Result<(), VaultError> {
        Ok(VaultKey::open(passphrase, &self.0.sealed).map(drop)?)
    }

    fn open(&self, envelope: &Envelope) -> Result<Document, DocumentError> {
        let text = self.0.decrypt(&envelope.document).map_err(|_| DocumentError::Damaged)?;
        let document = Document::from_json(std::str::from_utf8(&text).map_err(|_| DocumentError::Damaged)?)?;
        if document.generation == envelope.generation { Ok(document) } else { Err(DocumentError::Damaged) }
    }

    /// `document` as an envelope. Each time another text: what two of them say is compared, never the texts.
    ///
    /// # Errors
    /// [`VaultError::Refused`] when it cannot be encrypted.
    pub fn close(&self, document: &Document) -> Result<Zeroizing<String>, VaultError> {
        let sealed = crypt::seal(&[&self.0], &document.to_json())?;
        let (generation, key, document) = (document.generation, BASE64.encode(&self.0.sealed), BASE64.encode(&sealed));
        Ok(Zeroizing::new(format!(r#"{BEGINNING}"generation":{generation},"key":"{key}","document":"{document}"}}"#)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(Zeroizing::new(text.to_owned()))
    }

    fn document() -> Document {
        Document { generation: 7, ..Document::default() }
    }

    #[test]
    fn it_opens_with_its_passphrase_and_says_its_generation_without() {
        let seal = Seal::new(&passphrase("correct horse"), 2).unwrap();
        let text = seal.close(&document()).unwrap();
        assert!(text.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "one line of printable ASCII");
        let Ok(Said::Locked(envelope)) = read(&text, None) else { panic!("it is not locked") };
        assert_eq!(envelope.generation, 7);
        assert_eq!(Seal::unlock(&envelope, &passphrase("correct horsf")).unwrap_err(), VaultError::WrongPassphrase);
        let again = Seal::unlock(&envelope, &passphrase("correct horse")).unwrap();
        let Ok(Said::Document(read_back)) = read(&text, Some(&again)) else { panic!("it does not open") };
        assert_eq!(*read_back.to_json(), *document().to_json());
        assert!(*again.close(&document()).unwrap() != *text, "each time another text");
        let other = Seal::new(&passphrase("correct horse"), 2).unwrap();
        assert!(matches!(read(&text, Some(&other)), Ok(Said::Locked(_))), "another identity, though the passphrase is the same");
        assert_eq!(Document::from_json(&text).unwrap_err(), DocumentError::TooNew, "a version that knows no lock");
    }

    #[test]
    fn any_changed_byte_is_found_out() {
        let seal = Seal::new(&passphrase("correct horse"), 1).unwrap();
        let good = seal.close(&document()).unwrap();
        for (at, byte) in good.bytes().enumerate() {
            for flip in [0x01, 0x20] {
                let mut bad = good.as_bytes().to_vec();
                bad[at] = byte ^ flip;
                let Ok(bad) = String::from_utf8(bad) else { continue };
                // with the passphrase typed anew, and with the seal that is held
                let typed = match read(&bad, None) {
                    Ok(Said::Locked(envelope)) => Seal::unlock(&envelope, &passphrase("correct horse")).map(drop),
                    Ok(Said::Document(_)) => Ok(()),
                    Err(error) => Err(error.into()),
                };
                let reason = typed.expect_err(&format!("byte {at}"));
                let honest = matches!(
                    reason,
                    VaultError::Damaged | VaultError::TooNew | VaultError::WrongPassphrase | VaultError::Refused(_)
                );
                assert!(honest, "byte {at}: {reason:?}");
                assert!(!matches!(read(&bad, Some(&seal)), Ok(Said::Document(_))), "byte {at}");
            }
        }
    }

    #[test]
    fn what_this_version_could_not_write_back_is_of_a_newer_one() {
        let seal = Seal::new(&passphrase("x"), 1).unwrap();
        let text = seal.close(&document()).unwrap();
        let rows = [
            (text.replacen("\"key\"", "\"new\":[1],\"key\"", 1), DocumentError::TooNew),
            (text.replacen("\"key\"", "\"yek\"", 1), DocumentError::TooNew),
            (
                text.replacen(",\"document\"", "}", 1).split('}').next().unwrap_or_default().to_owned() + "}",
                DocumentError::Damaged,
            ),
            (text.replacen("\"key\"", "\"generation\":7,\"key\"", 1), DocumentError::Damaged),
            (text.replacen("{\"schema\":2", "{\"schema\":3", 1), DocumentError::TooNew),
            (text.replacen(":7,", ":8,", 1), DocumentError::Damaged),
        ];
        for (text, reason) in rows {
            assert_eq!(read(&text, Some(&seal)).map(|_| ()).unwrap_err(), reason);
        }
    }
}
