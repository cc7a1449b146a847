//! Which parts of which exports were read: Google Authenticator splits what it exports over several QR codes.
//!
//! They come in any order, from any number of files, pictures and pastes, and some of them more than once. A part is known again by its
//! content, not by its number alone: other programs give every export the same name.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

/// A part of an export, of which there may be one alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Names the export: parts of different ones do not belong together.
    pub batch: i32,
    /// How many there are.
    pub of: u32,
    /// From 0.
    pub index: u32,
    /// A digest of what it says.
    content: [u8; 32],
}

impl Part {
    /// Part `index`, from 0, of the `of` parts of the export `batch`; `content` is all that it says.
    #[must_use]
    pub fn new(batch: i32, index: u32, of: u32, content: &[u8]) -> Self {
        Self { batch, of, index, content: Sha256::digest(content).into() }
    }

    /// What tells exports apart.
    #[must_use]
    pub const fn export(&self) -> (i32, u32) {
        (self.batch, self.of)
    }
}

impl std::fmt::Debug for Part {
    /// Without the digest, since it is one of keys.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Part({}, {} of {})", self.batch, self.index + 1, self.of)
    }
}

/// The parts that were read, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    parts: BTreeSet<Part>,
    /// When each export was met first.
    met: BTreeMap<(i32, u32), usize>,
}

impl Parts {
    /// Takes a part in; `false` if the very same was there already.
    pub fn add(&mut self, part: Part) -> bool {
        let place = self.met.len();
        self.met.entry(part.export()).or_insert(place);
        self.parts.insert(part)
    }

    /// Takes in all parts of another reading. Gives back those that were there already.
    pub fn join(&mut self, other: &Self) -> Self {
        let mut again = Self::default();
        for part in other.iter() {
            if !self.add(*part) {
                again.add(*part);
            }
        }
        again
    }

    /// Whether the very same part is there.
    #[must_use]
    pub fn contains(&self, part: &Part) -> bool {
        self.parts.contains(part)
    }

    /// None is there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// All of them: exports in the order in which they were met, and each one's parts in theirs.
    pub fn iter(&self) -> impl Iterator<Item = &Part> {
        self.in_order().into_iter().flat_map(|(batch, of)| self.of(batch, of))
    }

    /// The exports that have several parts, in the order in which they were met, and what is missing of each.
    #[must_use]
    pub fn exports(&self) -> Vec<Export> {
        let several = self.in_order().into_iter().filter(|(_, of)| *of > 1);
        let export = |(batch, of)| {
            let here: BTreeSet<u32> = self.of(batch, of).map(|part| part.index).collect();
            Export { of, missing: (0..of).filter(|index| !here.contains(index)).map(|index| index + 1).collect() }
        };
        several.map(export).collect()
    }

    fn in_order(&self) -> Vec<(i32, u32)> {
        let mut exports: Vec<_> = self.met.iter().map(|(export, place)| (*place, *export)).collect();
        exports.sort_unstable();
        exports.into_iter().map(|(_, export)| export).collect()
    }

    fn of(&self, batch: i32, of: u32) -> impl Iterator<Item = &Part> {
        let end = |index, byte| Part { batch, of, index, content: [byte; 32] };
        self.parts.range(end(0, 0)..=end(u32::MAX, u8::MAX))
    }
}

/// How far an export in several parts is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// How many parts it has.
    pub of: u32,
    /// The numbers of those that are missing, from 1.
    pub missing: Vec<u32>,
}

impl Export {
    /// How many different parts are there.
    #[must_use]
    pub fn read(&self) -> u32 {
        self.of.saturating_sub(u32::try_from(self.missing.len()).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(batch: i32, index: u32, of: u32) -> Part {
        Part::new(batch, index, of, &[batch as u8, index as u8])
    }

    #[test]
    fn what_is_missing_is_exact_in_any_order() {
        let export = |of, missing: &[u32]| Export { of, missing: missing.to_vec() };
        let rows: &[(&str, &[Part], &[Export])] = &[
            ("nothing", &[], &[]),
            ("one that is all there is", &[part(5, 0, 1)], &[]),
            ("one of three", &[part(7, 1, 3)], &[export(3, &[1, 3])]),
            ("backwards", &[part(7, 2, 3), part(7, 1, 3), part(7, 0, 3)], &[export(3, &[])]),
            ("one twice", &[part(7, 2, 3), part(7, 0, 3), part(7, 2, 3)], &[export(3, &[2])]),
            (
                "two exports, mixed",
                &[part(7, 0, 3), part(-2, 1, 2), part(7, 2, 3), part(5, 0, 1)],
                &[export(3, &[2]), export(2, &[1])],
            ),
            ("one name, two sizes", &[part(0, 0, 2), part(0, 0, 3)], &[export(2, &[2]), export(3, &[2, 3])]),
            ("one place, two contents", &[part(0, 0, 2), Part::new(0, 0, 2, b"other")], &[export(2, &[2])]),
        ];
        for (what, given, expected) in rows {
            let mut parts = Parts::default();
            for part in *given {
                parts.add(*part);
            }
            assert_eq!(parts.exports(), *expected, "{what}");
        }
        assert_eq!(export(3, &[2]).read(), 2);
    }

    #[test]
    fn readings_are_joined_and_doubles_are_told() {
        let of = |parts: &[Part]| {
            let mut set = Parts::default();
            parts.iter().for_each(|part| assert!(set.add(*part)));
            set
        };
        let mut all = of(&[part(7, 1, 3)]);
        assert!(all.join(&of(&[part(7, 0, 3), part(8, 0, 2)])).is_empty());
        let again = all.join(&of(&[part(7, 2, 3), part(8, 0, 2), part(7, 1, 3)]));
        assert_eq!(again.iter().copied().collect::<Vec<_>>(), [part(7, 1, 3), part(8, 0, 2)]);
        assert_eq!(all.iter().map(|part| part.index).collect::<Vec<_>>(), [0, 1, 2, 0]);
        assert!(!all.add(part(8, 0, 2)) && all.contains(&part(8, 0, 2)));
        assert!(all.add(Part::new(8, 0, 2, b"another content")), "it is no double");
        assert_eq!(format!("{:?}", part(7, 1, 3)), "Part(7, 2 of 3)");
    }
}
