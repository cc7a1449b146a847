//! How a document is cut into keyring items, and how each item says what it is.
//!
//! An item of the user `doc-<vault>-<generation>-<part>` holds `hm1.<vault>.<generation>.<part>.<of>.<payload>.<checksum>`: parts count
//! from 0, the payload is a piece of the document's text, and the checksum is the first 16 bytes of SHA-256 over everything before its dot,
//! in hex. A keyring that cuts, mixes up or forgets a payload is found out; against a forger the keyring itself is the protection.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Names one vault for ever: 16 random bytes, written as 32 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VaultId([u8; 16]);

/// What the user name of one of our items says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemName {
    /// `key-<vault>`.
    Key(VaultId),
    /// `doc-<vault>-<generation>-<part>`.
    Part {
        /// Whose.
        vault: VaultId,
        /// Of which generation.
        generation: u64,
        /// Which part, from 0.
        part: u32,
    },
}

/// Why what an item holds is not the part that its name promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PartError {
    /// Nothing is in it.
    #[error("the item is empty")]
    Empty,
    /// It is not written in this version's form.
    #[error("the item is of another form")]
    Form,
    /// It is cut or changed.
    #[error("the checksum does not match")]
    Checksum,
    /// It belongs somewhere else.
    #[error("the item is another part")]
    Misplaced,
}

impl VaultId {
    /// An id from 16 random bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Reads 32 lower-case hex digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(Self(data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()?))
    }
}

impl fmt::Display for VaultId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for VaultId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for ItemName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(vault) => write!(f, "key-{vault}"),
            Self::Part { vault, generation, part } => write!(f, "doc-{vault}-{generation}-{part}"),
        }
    }
}

impl ItemName {
    /// Reads a user name; one that is not ours is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split('-');
        let kind = words.next()?;
        let vault = VaultId::parse(words.next()?)?;
        let name = match kind {
            "key" => Self::Key(vault),
            "doc" => Self::Part { vault, generation: words.next()?.parse().ok()?, part: words.next()?.parse().ok()? },
            _ => return None,
        };
        // the one spelling only: what we write
        (name.to_string() == text).then_some(name)
    }
}

/// Cuts `json`, printable ASCII, into the values of the items of one generation, each at most `most` characters long.
#[must_use]
pub fn cut(vault: VaultId, generation: u64, json: &str, most: usize) -> Vec<Zeroizing<String>> {
    // hm1. + id + two 10-digit and one 20-digit number + dots + checksum
    let room = most.saturating_sub(3 + 32 + 20 + 10 + 10 + 6 + 32).max(1);
    let pieces: Vec<&[u8]> = json.as_bytes().chunks(room).collect();
    let of = pieces.len();
    let value = |(part, piece): (usize, &&[u8])| {
        let mut value = Zeroizing::new(String::with_capacity(most.max(piece.len() + 128)));
        let piece = std::str::from_utf8(piece).unwrap_or_default();
        value.push_str(&format!("hm1.{vault}.{generation}.{part}.{of}."));
        value.push_str(piece);
        let sum = checksum(&value);
        value.push('.');
        value.push_str(&sum);
        value
    };
    pieces.iter().enumerate().map(value).collect()
}

/// What a part says: how many parts there are, and its piece of the text.
///
/// # Errors
/// [`PartError`] when `value` is not the part of that name.
pub fn read(vault: VaultId, generation: u64, part: u32, value: &str) -> Result<(u32, &str), PartError> {
    if value.is_empty() {
        return Err(PartError::Empty);
    }
    let mut words = value.splitn(6, '.');
    let mut word = || words.next().ok_or(PartError::Form);
    if word()? != "hm1" {
        return Err(PartError::Form);
    }
    let (vault_word, generation_word, part_word, of_word, rest) = (word()?, word()?, word()?, word()?, word()?);
    let (payload, sum) = rest.rsplit_once('.').ok_or(PartError::Checksum)?;
    let signed = value.len() - sum.len() - 1;
    if value.get(..signed).is_none_or(|signed| checksum(signed) != sum) {
        return Err(PartError::Checksum);
    }
    let here =
        VaultId::parse(vault_word) == Some(vault) && generation_word.parse() == Ok(generation) && part_word.parse() == Ok(part);
    if here { Ok((of_word.parse().map_err(|_| PartError::Form)?, payload)) } else { Err(PartError::Misplaced) }
}

fn checksum(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    data_encoding::HEXLOWER.encode(digest.get(..16).unwrap_or(&digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VAULT: VaultId = VaultId([0xab; 16]);

    #[test]
    fn names_are_read_as_they_are_written_and_no_other_way() {
        let id = VAULT.to_string();
        for name in [ItemName::Key(VAULT), ItemName::Part { vault: VAULT, generation: u64::MAX, part: 12 }] {
            assert_eq!(ItemName::parse(&name.to_string()), Some(name));
        }
        for bad in [format!("doc-{id}-01-0"), format!("doc-{id}-1"), format!("key-{id}-1"), format!("KEY-{id}"), "key-".into()] {
            assert_eq!(ItemName::parse(&bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_cut_comes_together_again_and_no_part_is_too_long() {
        let json: String = (0..5_000).map(|n| char::from(b' ' + (n % 95) as u8)).collect();
        for most in [200, 1_200, 262_144] {
            let values = cut(VAULT, u64::MAX, &json, most);
            let mut whole = String::new();
            for (part, value) in values.iter().enumerate() {
                assert!(value.len() <= most, "{} of {most}", value.len());
                assert!(value.bytes().all(|b| (b' '..=b'~').contains(&b)));
                let (of, piece) = read(VAULT, u64::MAX, part as u32, value).unwrap();
                assert_eq!(of as usize, values.len());
                whole.push_str(piece);
            }
            assert_eq!(whole, json);
        }
    }

    #[test]
    fn every_way_in_which_an_item_goes_wrong_has_its_reason() {
        let fine = cut(VAULT, 7, r#"{"schema":1}"#, 1_200)[0].to_string();
        let (payload, sum) = fine.rsplit_once('.').unwrap();
        let rows = [
            (String::new(), PartError::Empty),
            (fine[..fine.len() - 1].to_owned(), PartError::Checksum),
            (fine[..70].to_owned(), PartError::Checksum),
            ("otp9.1".to_owned(), PartError::Form),
            ("hm1".to_owned(), PartError::Form),
            (fine.replace("hm1.", "otp9."), PartError::Form),
            (fine.replace("schema", "schemA"), PartError::Checksum),
            (format!("{payload}.{}", "0".repeat(sum.len())), PartError::Checksum),
            (format!("{fine}\n"), PartError::Checksum),
            (cut(VAULT, 8, "{}", 1_200)[0].to_string(), PartError::Misplaced),
            (cut(VaultId([1; 16]), 7, "{}", 1_200)[0].to_string(), PartError::Misplaced),
            ("x".repeat(1 << 20), PartError::Form),
        ];
        for (value, reason) in rows {
            assert_eq!(read(VAULT, 7, 0, &value), Err(reason), "{:?}", value.get(..80));
        }
        assert_eq!(read(VAULT, 7, 1, &fine), Err(PartError::Misplaced));
    }
}
