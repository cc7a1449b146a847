//! Randomness from the operating system.

use crate::app::ports::{Entropy, NoEntropy};

/// The operating system's generator (`getrandom(2)` and its like).
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        getrandom::fill(bytes).map_err(|_| NoEntropy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_filled_and_no_two_fillings_are_equal() {
        let (mut one, mut other) = ([0u8; 64], [0u8; 64]);
        OsEntropy.fill(&mut one).unwrap();
        OsEntropy.fill(&mut other).unwrap();
        assert_ne!(one, other);
        // Each quarter is all zeros once in 2^128 times.
        assert!(one.chunks(16).all(|part| part.iter().any(|&byte| byte != 0)));
        OsEntropy.fill(&mut []).unwrap();
    }
}
