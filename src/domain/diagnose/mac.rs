//! HMAC with the key's half computed once: twice as fast for the thousandth counter.

use hmac::{Hmac, KeyInit, Mac as _};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use crate::domain::code::truncate;
use crate::domain::otp::Algorithm;
use crate::domain::secret::Secret;

/// One key and one hash, ready for any counter.
pub enum Mac {
    Sha1(Box<Hmac<Sha1>>),
    Sha256(Box<Hmac<Sha256>>),
    Sha512(Box<Hmac<Sha512>>),
}

impl Mac {
    /// The key is exposed to compute with it. HMAC takes keys of every length: `None` does not happen.
    pub fn new(algorithm: Algorithm, secret: &Secret) -> Option<Self> {
        let key = secret.expose();
        Some(match algorithm {
            Algorithm::Sha1 => Self::Sha1(Box::new(Hmac::new_from_slice(key).ok()?)),
            Algorithm::Sha256 => Self::Sha256(Box::new(Hmac::new_from_slice(key).ok()?)),
            Algorithm::Sha512 => Self::Sha512(Box::new(Hmac::new_from_slice(key).ok()?)),
        })
    }

    /// The 31 bits of `counter` (RFC 4226 section 5.3).
    pub fn number(&self, counter: u64) -> u32 {
        let bytes = counter.to_be_bytes();
        match self {
            Self::Sha1(mac) => truncate(&mac.as_ref().clone().chain_update(bytes).finalize().into_bytes()),
            Self::Sha256(mac) => truncate(&mac.as_ref().clone().chain_update(bytes).finalize().into_bytes()),
            Self::Sha512(mac) => truncate(&mac.as_ref().clone().chain_update(bytes).finalize().into_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::code::hmac;
    use crate::domain::time::Step;

    #[test]
    fn the_numbers_are_those_of_every_other_code() {
        for length in [1, 20, 64, 65, 128] {
            let secret = Secret::new(vec![0x5a; length]).unwrap();
            for algorithm in Algorithm::ALL {
                let mac = Mac::new(algorithm, &secret).unwrap();
                for counter in [0, 1, 57_600_000, u64::MAX] {
                    let expected = truncate(&hmac(algorithm, &secret, Step(counter)));
                    assert_eq!(mac.number(counter), expected, "{algorithm:?} {length} {counter}");
                }
            }
        }
    }
}
