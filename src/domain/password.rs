//! Passwords of test users: how they are hashed and checked. Slow on purpose: only ever on a worker.

use argon2::password_hash::phc::{self, ParamsString};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use data_encoding::BASE64_NOPAD;
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The longest password taken, in bytes after normalisation.
pub const MAX_BYTES: usize = 1024;

/// What a new hash costs: 64 MiB, 3 passes, 4 lanes, a tag of 32 bytes (RFC 9106 section 4, second recommendation).
const COST: Params = match Params::new(64 * 1024, 3, 4, Some(32)) {
    Ok(params) => params,
    Err(_) => panic!("checked by the compiler"),
};

/// The dearest hash that is checked at all: 1 GiB in KiB, passes, lanes.
const MOST: (u32, u32, u32) = (1024 * 1024, 10, 16);

/// The longest PHC string looked at, in bytes; ours have 97.
const MAX_PHC_BYTES: usize = 512;

/// A password as typed, in Unicode's NFC form, wiped when dropped.
pub struct Password(Zeroizing<String>);

/// Argon2id in the PHC string format, m = 64 MiB, t = 3, p = 4, 16-byte salt, 32-byte tag.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// The password is longer than 1 024 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the password is longer than 1 024 bytes")]
pub struct PasswordTooLong;

impl Password {
    /// Takes over what was typed. The empty password is one, too; whether it may be set is the caller's to say.
    ///
    /// # Errors
    /// [`PasswordTooLong`].
    pub fn new(typed: &str) -> Result<Self, PasswordTooLong> {
        // Its full size at once, so that no outgrown copy stays behind.
        let mut password = Zeroizing::new(String::with_capacity(MAX_BYTES));
        for character in typed.nfc() {
            if password.len() + character.len_utf8() > MAX_BYTES {
                return Err(PasswordTooLong);
            }
            password.push(character);
        }
        Ok(Self(password))
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

impl PasswordHash {
    /// Hashes `password` with 16 random bytes of salt. Takes 64 MiB and about a tenth of a second.
    #[must_use]
    pub fn new(password: &Password, salt: [u8; 16]) -> Self {
        let tag = hash_at_our_cost(password, &salt);
        let (salt, tag) = (BASE64_NOPAD.encode(&salt), BASE64_NOPAD.encode(&*tag));
        Self(format!("$argon2id$v=19$m={},t={},p={}${salt}${tag}", COST.m_cost(), COST.t_cost(), COST.p_cost()))
    }

    /// Reads a PHC string whose costs lie within the ceilings (1 GiB, 10 passes, 16 lanes); anything else is `None`: another
    /// algorithm or version, unknown or missing parameters, no salt, a tag under 16 bytes.
    #[must_use]
    pub fn parse(phc: &str) -> Option<Self> {
        Parts::read(phc).map(|_| Self(phc.to_owned()))
    }

    /// The PHC string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `password` is the one that was hashed; takes as long as hashing. False as well when there is not enough
    /// memory to tell.
    #[must_use]
    pub fn matches(&self, password: &Password) -> bool {
        let Some(Parts { params, salt, tag }) = Parts::read(&self.0) else { return false };
        #[cfg(test)]
        HASHES.with(|made| made.set(made.get() + 1));
        let mut found = Zeroizing::new(vec![0; tag.len()]);
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        // The password's bytes are looked at to hash them.
        argon2.hash_password_into(password.0.as_bytes(), &salt, &mut found).is_ok() && bool::from(found.ct_eq(&tag))
    }

    /// Spends the time of [`matches`](Self::matches) for a user that does not exist.
    pub fn pretend(password: &Password) {
        #[cfg(test)]
        HASHES.with(|made| made.set(made.get() + 1));
        std::hint::black_box(hash_at_our_cost(password, &[0; 16]));
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// The tag of `password` at the cost of a new hash. The memory is ours, so that running out of it is what it always is in
/// Rust, and no error remains that these sizes could give.
fn hash_at_our_cost(password: &Password, salt: &[u8; 16]) -> Zeroizing<[u8; 32]> {
    let mut memory = vec![Block::default(); COST.block_count()];
    let mut tag = Zeroizing::new([0; 32]);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, COST);
    // The password's bytes are looked at to hash them.
    match argon2.hash_password_into_with_memory(password.0.as_bytes(), salt, &mut *tag, &mut memory) {
        Ok(()) => tag,
        Err(error) => unreachable!("Argon2 with fixed sizes: {error}"),
    }
}

#[cfg(test)]
thread_local! { static HASHES: std::cell::Cell<u32> = const { std::cell::Cell::new(0) } }

/// How many passwords this thread has checked, or pretended to.
#[cfg(test)]
pub(crate) fn hashes_made() -> u32 {
    HASHES.with(std::cell::Cell::get)
}

/// A PHC string taken apart, its costs within the ceilings.
struct Parts {
    params: Params,
    salt: Vec<u8>,
    tag: Vec<u8>,
}

impl Parts {
    fn read(phc: &str) -> Option<Self> {
        if phc.len() > MAX_PHC_BYTES {
            return None;
        }
        let read = phc::PasswordHash::new(phc).ok()?;
        let ours = read.algorithm.as_str() == "argon2id" && read.version == Some(0x13);
        let (salt, tag) = (read.salt?, read.hash.filter(|tag| tag.len() >= 16)?);
        let params = ours.then(|| costs(&read.params, tag.len())).flatten()?;
        Some(Self { params, salt: AsRef::<[u8]>::as_ref(&salt).to_vec(), tag: tag.as_bytes().to_vec() })
    }
}

/// m, t and p, each once and nothing else, before anything is allocated.
fn costs(params: &ParamsString, tag_bytes: usize) -> Option<Params> {
    let (m, t, p) = (params.get_decimal("m")?, params.get_decimal("t")?, params.get_decimal("p")?);
    let fine = params.iter().count() == 3 && m <= MOST.0 && t <= MOST.1 && p <= MOST.2;
    fine.then(|| Params::new(m, t, p, Some(tag_bytes)).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALT: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
    /// A cheap hash for tests: m = 8 KiB, t = 1, p = 1. Made with argon2-cffi (the reference implementation in C):
    /// `hash_secret(b"cheap", bytes(range(16)), time_cost=1, memory_cost=8, parallelism=1, hash_len=32, type=Type.ID)`.
    const CHEAP: &str = "$argon2id$v=19$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$sM8vh0q3DN05lJ7k9s7s6HZ/SU59jQcR+q87e3GJWR8";

    fn password(typed: &str) -> Password {
        Password::new(typed).unwrap()
    }

    #[test]
    fn another_implementation_makes_the_same_hash() {
        // argon2-cffi, the reference implementation in C: hash_secret(password, bytes(range(16)), time_cost=3,
        // memory_cost=65536, parallelism=4, hash_len=32, type=Type.ID). The second password is typed in NFD.
        let rows = [
            (
                "correct horse battery staple",
                "$argon2id$v=19$m=65536,t=3,p=4$AAECAwQFBgcICQoLDA0ODw$hTsnKkTbFCHAKWJmmlXrCZTzyrOF7RxMeSU+7hm6tJ4",
            ),
            (
                "Zoe\u{308} \u{2764} pa\u{301}ss",
                "$argon2id$v=19$m=65536,t=3,p=4$AAECAwQFBgcICQoLDA0ODw$rzlo/dRIGK4FivTVoHwIOTQYbcqefUsyAAA+mHgFRjM",
            ),
        ];
        for (typed, phc) in rows {
            assert_eq!(PasswordHash::new(&password(typed), SALT).as_str(), phc);
        }
    }

    #[test]
    fn only_the_password_that_was_hashed_matches() {
        let hash = PasswordHash::new(&password("na\u{ef}ve"), SALT);
        assert_eq!(PasswordHash::parse(hash.as_str()).as_ref(), Some(&hash));
        for (typed, matches) in [("na\u{ef}ve", true), ("nai\u{308}ve", true), ("naive", false)] {
            assert_eq!(hash.matches(&password(typed)), matches, "{typed}");
        }
        PasswordHash::pretend(&password("na\u{ef}ve"));
        let cheap = PasswordHash::parse(CHEAP).unwrap();
        for (typed, matches) in [("cheap", true), ("cheap ", false), ("Cheap", false), ("", false), ("cheap\0", false)] {
            assert_eq!(cheap.matches(&password(typed)), matches, "{typed:?}");
        }
    }

    #[test]
    fn a_password_is_what_was_typed_and_no_more_than_1_024_bytes() {
        let rows = [
            (String::new(), Ok(0)),
            ("a".into(), Ok(1)),
            (" trailing ".into(), Ok(10)),
            ("nul\0".into(), Ok(4)),
            ("'; DROP TABLE users; -- %s%n{}".into(), Ok(30)),
            ("\u{202e}abc".into(), Ok(6)),
            ("a".repeat(1024), Ok(1024)),
            ("a".repeat(1025), Err(PasswordTooLong)),
            // 1 026 bytes as typed, 684 in NFC.
            ("e\u{301}".repeat(342), Ok(684)),
            ("\u{e9}".repeat(513), Err(PasswordTooLong)),
            ("a".repeat(1_000_000), Err(PasswordTooLong)),
            ("\u{301}".repeat(500_000), Err(PasswordTooLong)),
        ];
        for (typed, bytes) in rows {
            let start: String = typed.chars().take(10).collect();
            assert_eq!(Password::new(&typed).map(|password| password.0.len()), bytes, "{start:?}…");
        }
    }

    #[test]
    fn costs_above_the_ceilings_and_other_algorithms_are_not_even_tried() {
        let phc = |id: &str, version: &str, costs: &str| {
            format!("${id}{version}${costs}$AAECAwQFBgcICQoLDA0ODw$hTsnKkTbFCHAKWJmmlXrCZTzyrOF7RxMeSU+7hm6tJ4")
        };
        let rows = [
            ("argon2id", "$v=19", "m=65536,t=3,p=4", true),
            ("argon2id", "$v=19", "m=1048576,t=10,p=16", true),
            ("argon2id", "$v=19", "m=1048577,t=3,p=4", false),
            ("argon2id", "$v=19", "m=4294967295,t=3,p=4", false),
            ("argon2id", "$v=19", "m=65536,t=11,p=4", false),
            ("argon2id", "$v=19", "m=65536,t=4294967295,p=4", false),
            ("argon2id", "$v=19", "m=65536,t=3,p=17", false),
            ("argon2id", "$v=19", "m=65536,t=3,p=16777216", false),
            ("argon2id", "$v=19", "m=0,t=3,p=4", false),
            ("argon2id", "$v=19", "m=7,t=3,p=1", false),
            ("argon2id", "$v=19", "m=65536,t=0,p=4", false),
            ("argon2id", "$v=19", "m=65536,t=3,p=0", false),
            ("argon2id", "$v=19", "m=65536,t=3", false),
            ("argon2id", "$v=19", "m=65536,t=3,p=4,keyid=AAAA", false),
            ("argon2id", "$v=19", "m=65536,m=65536,t=3,p=4", false),
            ("argon2id", "$v=16", "m=65536,t=3,p=4", false),
            ("argon2id", "", "m=65536,t=3,p=4", false),
            ("argon2i", "$v=19", "m=65536,t=3,p=4", false),
            ("argon2d", "$v=19", "m=65536,t=3,p=4", false),
            ("scrypt", "$v=19", "m=65536,t=3,p=4", false),
        ];
        for (id, version, costs, fine) in rows {
            assert_eq!(PasswordHash::parse(&phc(id, version, costs)).is_some(), fine, "{id}{version} {costs}");
        }
        let head = "$argon2id$v=19$m=65536,t=3,p=4";
        let long = format!("{head}$AAECAwQFBgcICQoLDA0ODw${}", "A".repeat(1_000_000));
        for odd in ["", "$", "password", head, "$argon2id$v=19$m=65536,t=3,p=4$AAECAwQFBgcICQoLDA0ODw", long.as_str()] {
            assert!(PasswordHash::parse(odd).is_none());
        }
        let short_tag = format!("{head}$AAECAwQFBgcICQoLDA0ODw$hTsnKkTbFCHAKWJmmlXr");
        assert!(PasswordHash::parse(&short_tag).is_none(), "a tag of 15 bytes");
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", password("hunter2")), "Password(…)");
        assert_eq!(format!("{:?}", PasswordHash::parse(CHEAP).unwrap()), "PasswordHash(…)");
    }
}
