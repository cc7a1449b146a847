//! Generations in the keyring: finding, reading, writing and removing their parts.

use std::collections::{BTreeMap, BTreeSet};

use zeroize::Zeroizing;

use crate::adapters::parts::{self, ItemName, VaultId};
use crate::app::document::{Document, DocumentError, MAX_BYTES};
use crate::app::ports::VaultError;

use super::envelope::{self, Envelope, Said, Seal};
use super::{Keyring, KeyringError};

/// What the keyring holds of one vault.
#[derive(Default)]
pub(super) struct Reading {
    /// The newest complete generation: its text and what it says.
    pub best: Option<(Zeroizing<String>, Document)>,
    /// The newest complete generation instead, if another passphrase is needed to read it.
    pub locked: Option<(Zeroizing<String>, Envelope)>,
    /// The highest generation of which any part was seen; 0: none.
    pub newest: u64,
    /// Generations above the best one that could not be read.
    pub unread: BTreeSet<u64>,
}

/// The names of our items, as far as they are ours.
pub(super) fn names(keyring: &mut impl Keyring) -> Result<Vec<ItemName>, KeyringError> {
    Ok(keyring.list()?.iter().filter_map(|name| ItemName::parse(name)).collect())
}

/// The generations of `vault` of which a part is listed, with the listed parts.
fn generations(names: &[ItemName], vault: VaultId) -> BTreeMap<u64, Vec<u32>> {
    let mut found: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
    for name in names {
        if let ItemName::Part { vault: whose, generation, part } = *name
            && whose == vault
        {
            found.entry(generation).or_default().push(part);
        }
    }
    found
}

/// The highest generation of `vault` of which a part is listed; 0: none.
pub(super) fn newest_listed(names: &[ItemName], vault: VaultId) -> u64 {
    generations(names, vault).keys().next_back().copied().unwrap_or(0)
}

/// The newest complete generation of `vault`.
///
/// # Errors
/// [`VaultError::TooNew`] when a newer version wrote it; what the keyring answered when it cannot be asked at all.
pub(super) fn newest(
    keyring: &mut impl Keyring,
    vault: VaultId,
    names: &[ItemName],
    seal: Option<&Seal>,
) -> Result<Reading, VaultError> {
    newest_above(keyring, vault, names, 0, seal)
}

/// The newest complete generation of `vault` above `own`, if there is one.
///
/// # Errors
/// As [`newest`].
pub(super) fn newest_above(
    keyring: &mut impl Keyring,
    vault: VaultId,
    names: &[ItemName],
    own: u64,
    seal: Option<&Seal>,
) -> Result<Reading, VaultError> {
    let found = generations(names, vault);
    let mut reading = Reading { newest: found.keys().next_back().copied().unwrap_or(0), ..Reading::default() };
    for &generation in found.keys().rev().take_while(|generation| **generation > own) {
        if let Some(text) = get(keyring, vault, generation)? {
            match envelope::read(&text, seal) {
                Ok(Said::Document(document)) if document.generation == generation => {
                    reading.best = Some((text, document));
                    break;
                }
                Ok(Said::Locked(envelope)) if envelope.generation == generation => {
                    reading.locked = Some((text, envelope));
                    break;
                }
                Err(DocumentError::TooNew) => return Err(VaultError::TooNew),
                Ok(_) | Err(DocumentError::Damaged) => {}
            }
        }
        reading.unread.insert(generation);
    }
    Ok(reading)
}

/// The text of one generation, `None` if it is not complete.
pub(super) fn get(
    keyring: &mut impl Keyring,
    vault: VaultId,
    generation: u64,
) -> Result<Option<Zeroizing<String>>, KeyringError> {
    let mut text = Zeroizing::new(String::new());
    let (mut part, mut parts_in_all) = (0, None);
    loop {
        let name = ItemName::Part { vault, generation, part }.to_string();
        let value = match keyring.get(&name) {
            Ok(Some(value)) => value,
            Ok(None) | Err(KeyringError::Unreadable) => return Ok(None),
            Err(error) => return Err(error),
        };
        let Ok((of, piece)) = parts::read(vault, generation, part, &value) else { return Ok(None) };
        // parts of two writers do not go together
        if *parts_in_all.get_or_insert(of) != of {
            return Ok(None);
        }
        if text.is_empty() {
            text.reserve_exact(piece.len().saturating_mul(of as usize).min(MAX_BYTES));
        }
        if text.len() + piece.len() > MAX_BYTES {
            return Ok(None);
        }
        text.push_str(piece);
        part += 1;
        if part >= of {
            return Ok(Some(text));
        }
    }
}

/// What became of a generation that was to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    /// The keyring holds it.
    Done,
    /// Its number is taken: a part of another document stands there and was not touched.
    Taken,
}

/// W3 and W4: writes the parts, reads them back and compares. A part that stands there already is not written over, unless it says nothing:
/// empty, cut or damaged.
pub(super) fn put(keyring: &mut impl Keyring, vault: VaultId, generation: u64, json: &str) -> Result<Put, KeyringError> {
    let values = parts::cut(vault, generation, json, keyring.longest());
    let name = |part: usize| ItemName::Part { vault, generation, part: u32::try_from(part).unwrap_or(u32::MAX) }.to_string();
    let mut missing = Vec::new();
    for (part, value) in values.iter().enumerate() {
        match keyring.get(&name(part)) {
            Ok(Some(there)) if there == *value => {}
            Ok(Some(there)) if parts::read(vault, generation, u32::try_from(part).unwrap_or(u32::MAX), &there).is_ok() => {
                return Ok(Put::Taken);
            }
            Ok(_) | Err(KeyringError::Unreadable) => missing.push((part, value)),
            Err(error) => return Err(error),
        }
    }
    for (part, value) in missing {
        keyring.set(&name(part), value)?;
    }
    for (part, value) in values.iter().enumerate() {
        if keyring.get(&name(part))?.as_ref() != Some(value) {
            return Err(KeyringError::Refused("it keeps something else than it was given"));
        }
    }
    Ok(Put::Done)
}

/// W5: removes the generations of `vault` below `generation` that are not in `keep`.
pub(super) fn remove_before(
    keyring: &mut impl Keyring,
    vault: VaultId,
    generation: u64,
    keep: &BTreeSet<u64>,
) -> Result<(), KeyringError> {
    for (old, mut listed) in generations(&names(keyring)?, vault) {
        if old < generation && !keep.contains(&old) {
            // the last part first: what is half removed is seen as incomplete
            listed.sort_unstable_by(|a, b| b.cmp(a));
            for part in listed {
                match keyring.delete(&ItemName::Part { vault, generation: old, part }.to_string()) {
                    // one that stands there twice must not keep all the others for ever
                    Ok(()) | Err(KeyringError::Unreadable) => {}
                    Err(error) => return Err(error),
                }
            }
        }
    }
    Ok(())
}
