//! The header of an age file, looked at before anything is computed: is it one, what opens it, how much work does it ask for.

use std::borrow::Cow;

use data_encoding::BASE64;

use crate::app::ports::{BackupError, Locked, WORK_MOST};

/// The first line of version 1 (<https://age-encryption.org/v1>).
const VERSION: &[u8] = b"age-encryption.org/v1\n";
/// The first line of any version, up to its number.
const AGE: &[u8] = b"age-encryption.org/";
/// The first and the last line of an age file as text, as `age -a` writes it.
const ARMOUR: (&str, &str) = ("-----BEGIN AGE ENCRYPTED FILE-----", "-----END AGE ENCRYPTED FILE-----");
/// The longest header that is read, in bytes: every key costs a computation, and age reads a header anew with each line.
const MOST_BYTES: usize = 64 << 10;
/// The most keys that a file may be locked to.
const MOST_KEYS: usize = 64;

/// What a header says.
pub struct Head<'a> {
    /// What opens the file.
    pub locked: Locked,
    /// The file, out of its armour.
    pub sealed: Cow<'a, [u8]>,
}

/// Whether `bytes` begin as an age file does, as text or not.
pub fn is_age(bytes: &[u8]) -> bool {
    bytes.starts_with(AGE) || bytes.trim_ascii_start().starts_with(ARMOUR.0.as_bytes())
}

/// Reads the header of `file`.
///
/// # Errors
/// [`BackupError::NotAge`], [`BackupError::NewerAge`], [`BackupError::Damaged`] or [`BackupError::TooMuchWork`].
pub fn read(file: &[u8]) -> Result<Head<'_>, BackupError> {
    let sealed = if file.trim_ascii_start().starts_with(ARMOUR.0.as_bytes()) {
        Cow::Owned(out_of_armour(file).ok_or(BackupError::Damaged)?)
    } else {
        Cow::Borrowed(file)
    };
    if !sealed.starts_with(AGE) {
        return Err(BackupError::NotAge);
    }
    if !sealed.starts_with(VERSION) {
        // A newer version says so in its first line; anything else there is damage.
        let first = sealed[AGE.len()..].split_inclusive(|byte| *byte == b'\n').next();
        let number = first.and_then(|line| line.strip_prefix(b"v")?.strip_suffix(b"\n")).unwrap_or_default();
        let newer = matches!(number.len(), 1..=4) && number.iter().all(u8::is_ascii_digit);
        return Err(if newer { BackupError::NewerAge } else { BackupError::Damaged });
    }
    let mut keys = 0;
    let mut passphrase = None;
    let mut ended = false;
    let within = &sealed[..sealed.len().min(MOST_BYTES)];
    for line in within.split_inclusive(|byte| *byte == b'\n').skip(1) {
        if line.starts_with(b"---") {
            ended = true;
            break;
        }
        if let Some(stanza) = line.strip_prefix(b"-> ") {
            keys += 1;
            passphrase = passphrase.or_else(|| work_of(stanza));
        }
    }
    match (ended, keys, passphrase) {
        (_, keys, _) if keys > MOST_KEYS => Err(BackupError::TooMuchWork { work: None }),
        (false, ..) if sealed.len() > MOST_BYTES => Err(BackupError::TooMuchWork { work: None }),
        (false, ..) | (true, 0, _) => Err(BackupError::Damaged),
        (true, _, None) => Ok(Head { locked: Locked::Keys, sealed }),
        // age knows no file that opens with a passphrase and with a key.
        (true, 1, Some(Some(work))) if work <= u64::from(WORK_MOST) => {
            Ok(Head { locked: Locked::Passphrase { work: u8::try_from(work).unwrap_or(WORK_MOST) }, sealed })
        }
        (true, 1, Some(Some(work))) => Err(BackupError::TooMuchWork { work: Some(u8::try_from(work).unwrap_or(u8::MAX)) }),
        (true, ..) => Err(BackupError::Damaged),
    }
}

/// The work of a line `scrypt SALT WORK`; `Some(None)` where its number cannot be read, `None` for any other line.
fn work_of(stanza: &[u8]) -> Option<Option<u64>> {
    let text = std::str::from_utf8(stanza).ok()?;
    let mut words = text.trim_end_matches('\n').split(' ');
    if words.next() != Some("scrypt") {
        return None;
    }
    let digits = |word: &&str| !word.is_empty() && !word.starts_with('0') && word.bytes().all(|byte| byte.is_ascii_digit());
    let number = words.nth(1).filter(digits);
    Some(number.map(|word| word.parse().unwrap_or(u64::MAX)))
}

/// The bytes of a file that was written as text.
fn out_of_armour(file: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(file).ok()?.trim();
    let body = text.strip_prefix(ARMOUR.0)?.strip_suffix(ARMOUR.1)?;
    let letters: Vec<u8> = body.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    BASE64.decode(&letters).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_header_asks_for() {
        let body = "c29tZXRoaW5nIG9mIG5vIHVzZQ\n--- c29tZXRoaW5nIG9mIG5vIHVzZQ\n";
        let of = |lines: &str| format!("age-encryption.org/v1\n{lines}{body}");
        let scrypt = |work: &str| of(&format!("-> scrypt bWFueSBncmFpbnMgb2Y {work}\n"));
        let keys = |many: usize| of(&"-> X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc\nAAAA\n".repeat(many));
        let too_much = |work| Err(BackupError::TooMuchWork { work });
        let rows = [
            (String::new(), Err(BackupError::NotAge)),
            ("{\"schema\":1}".into(), Err(BackupError::NotAge)),
            ("age-encryption.org/v2\nwhatever".into(), Err(BackupError::NewerAge)),
            ("age-encryption.org/v1".into(), Err(BackupError::Damaged)),
            ("age-encryption.org/w1\n".into(), Err(BackupError::Damaged)),
            ("age-encryption.org/v1\n".into(), Err(BackupError::Damaged)),
            (of(""), Err(BackupError::Damaged)),
            (scrypt("18"), Ok(Locked::Passphrase { work: 18 })),
            (scrypt("20"), Ok(Locked::Passphrase { work: 20 })),
            (scrypt("21"), too_much(Some(21))),
            (scrypt("63"), too_much(Some(63))),
            (scrypt("18446744073709551616"), too_much(Some(255))),
            (scrypt("0"), Err(BackupError::Damaged)),
            (scrypt("018"), Err(BackupError::Damaged)),
            (scrypt("-1"), Err(BackupError::Damaged)),
            (scrypt("1e1"), Err(BackupError::Damaged)),
            (scrypt(""), Err(BackupError::Damaged)),
            (of("-> scrypt a 18\nAAAA\n-> X25519 b\n"), Err(BackupError::Damaged)),
            (of("-> scrypt a 18\nAAAA\n-> scrypt b 18\n"), Err(BackupError::Damaged)),
            (keys(1), Ok(Locked::Keys)),
            (keys(64), Ok(Locked::Keys)),
            (keys(65), too_much(None)),
            (keys(100_000), too_much(None)),
            (of(&"AAAA\n".repeat(50_000)), too_much(None)),
            ("-----BEGIN AGE ENCRYPTED FILE-----\nnonsense!\n-----END AGE ENCRYPTED FILE-----".into(), Err(BackupError::Damaged)),
            ("-----BEGIN AGE ENCRYPTED FILE-----\n".into(), Err(BackupError::Damaged)),
            (
                format!("{}\n{}\n{}\n", ARMOUR.0, BASE64.encode(scrypt("18").as_bytes()), ARMOUR.1),
                Ok(Locked::Passphrase { work: 18 }),
            ),
        ];
        for (file, expected) in rows {
            let start: String = file.chars().take(80).collect();
            assert_eq!(read(file.as_bytes()).map(|head| head.locked), expected, "{start:?}");
        }
    }
}
