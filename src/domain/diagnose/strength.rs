//! How far a finding can be trusted, in one word, by how often chance makes one.

use super::Finding;

/// How far a finding can be trusted, from the most to the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Two codes match, and chance does that less than once in ten thousand times.
    Certain,
    /// Chance makes it less than once in a thousand times.
    NearlySure,
    /// Less than once in twenty times.
    Likely,
    /// Less than once in five times.
    Weak,
    /// More often: hardly more than chance.
    Chance,
}

impl Strength {
    /// Of a finding that chance makes with probability `chance`, 0 to 1; `certain` where two codes were given. What is no number is chance.
    #[must_use]
    pub fn of(chance: f64, certain: bool) -> Self {
        match chance {
            chance if certain && chance < 1e-4 => Self::Certain,
            chance if chance < 1e-3 => Self::NearlySure,
            chance if chance < 0.05 => Self::Likely,
            chance if certain || chance < 0.2 => Self::Weak,
            _ => Self::Chance,
        }
    }
}

impl Finding {
    /// How far it can be trusted; `certain` where two codes were given.
    #[must_use]
    pub fn strength(&self, certain: bool) -> Strength {
        Strength::of(self.chance, certain)
    }
}

#[cfg(test)]
mod tests {
    use super::Strength::{self, Certain, Chance, Likely, NearlySure, Weak};

    #[test]
    fn words_for_odds() {
        let rows = [
            (0.0, NearlySure, Certain),
            (0.000_099, NearlySure, Certain),
            (0.000_1, NearlySure, NearlySure),
            (0.000_999, NearlySure, NearlySure),
            (0.001, Likely, Likely),
            (0.049_9, Likely, Likely),
            (0.05, Weak, Weak),
            (0.199, Weak, Weak),
            (0.2, Chance, Weak),
            (1.0, Chance, Weak),
        ];
        for (chance, one, two) in rows {
            assert_eq!((Strength::of(chance, false), Strength::of(chance, true)), (one, two), "{chance}");
        }
        assert_eq!(Strength::of(f64::NAN, false), Chance);
    }
}
