//! What the writers' tests share: accounts of every kind, written and read back.

use crate::domain::{AccountId, Algorithm, Digits, OtpKind, OtpParams, Period, Secret, UnixTime};

use super::{Format, FormatError, Given, How, Key, Outgoing, Unheld, WriteError, Written};

struct Account {
    issuer: &'static str,
    name: &'static str,
    params: OtpParams,
    secret: Secret,
    tags: Vec<String>,
    note: &'static str,
    pinned: bool,
}

fn params(algorithm: Algorithm, digits: u8, kind: OtpKind) -> OtpParams {
    OtpParams::new(algorithm, Digits::new(digits).unwrap(), kind).unwrap()
}

fn totp(secs: u32) -> OtpKind {
    OtpKind::Totp { period: Period::new(secs).unwrap() }
}

/// All hashes, 5 to 10 digits, several periods, small and large counters, Steam, names in several scripts, twins, tags and notes.
fn accounts() -> Vec<Account> {
    use Algorithm::{Sha1, Sha256, Sha512};
    let rows = [
        ("GitHub", "alice@example.org", params(Sha1, 6, totp(30))),
        ("Sha256", "alice", params(Sha256, 6, totp(30))),
        ("Sha512", "alice", params(Sha512, 8, totp(30))),
        ("Five", "alice", params(Sha1, 5, totp(30))),
        ("Seven", "alice", params(Sha1, 7, totp(30))),
        ("Nine", "alice", params(Sha1, 9, totp(30))),
        ("Ten", "alice", params(Sha1, 10, totp(30))),
        ("Sixty", "alice", params(Sha1, 6, totp(60))),
        ("Forty-five", "alice", params(Sha1, 6, totp(45))),
        ("A day", "alice", params(Sha1, 6, totp(86_400))),
        ("Counter", "zero", params(Sha1, 6, OtpKind::Hotp { counter: 0 })),
        ("Counter", "small", params(Sha256, 8, OtpKind::Hotp { counter: 7 })),
        ("Counter", "large", params(Sha1, 6, OtpKind::Hotp { counter: (1 << 63) - 1 })),
        ("Steam", "gabe", params(Sha1, 5, OtpKind::Steam { period: Period::DEFAULT })),
        ("בנק לדוגמה", "דוגמה", params(Sha1, 6, totp(30))),
        ("A/B+C%D#E,F\"G\\H", "a/b+c%d#e,f&g=h?i;j - k", params(Sha1, 6, totp(30))),
        ("", "no issuer", params(Sha1, 6, totp(30))),
        ("No name", "", params(Sha1, 6, totp(30))),
        ("Twin", "alice", params(Sha1, 6, totp(30))),
        ("Twin", "alice", params(Sha1, 6, totp(30))),
    ];
    let tags = |at: usize| ["work", "größe"].iter().take(at.saturating_sub(1)).map(|tag| (*tag).to_owned()).collect();
    let make = |(at, (issuer, name, params))| Account {
        issuer,
        name,
        params,
        secret: Secret::new(vec![at as u8; if at == 1 { 128 } else { 10 + at }]).unwrap(),
        tags: if at < 4 { tags(at) } else { Vec::new() },
        note: if at == 0 { "two lines\nof a \"note\"" } else { "" },
        pinned: at == 2,
    };
    rows.into_iter().enumerate().map(make).collect()
}

fn write(format: &dyn Format, accounts: &[Account], password: Option<&str>, gives: bool) -> Result<Written, WriteError> {
    let mut next = 0_u8;
    let mut random = |bytes: &mut [u8]| {
        for byte in bytes {
            next = next.wrapping_add(1);
            *byte = next;
        }
        gives
    };
    let outgoing: Vec<Outgoing<'_>> = (1_u8..)
        .zip(accounts)
        .map(|(id, account)| Outgoing {
            id: AccountId::from_bytes([id; 16]),
            issuer: account.issuer,
            name: account.name,
            params: account.params,
            secret: &account.secret,
            tags: &account.tags,
            note: account.note,
            pinned: account.pinned,
            uses: 3,
            created: UnixTime::from_secs(1_000_000_000),
        })
        .collect();
    format.write(&outgoing, &mut How { password, random: &mut random, now: UnixTime::from_secs(1_700_000_000) })
}

/// Writes accounts of every kind and reads them back: all of them but those left out, whole but for what is said to be reduced.
/// `unheld` says what the app cannot hold of an account at all, from its parameters.
pub(super) fn written_is_read_back(format: &dyn Format, password: Option<&str>, unheld: impl Fn(&OtpParams) -> Option<Unheld>) {
    let accounts = accounts();
    let written = write(format, &accounts, password, true).unwrap();
    let expected: Vec<(usize, Unheld)> =
        accounts.iter().enumerate().filter_map(|(at, account)| Some((at, unheld(&account.params)?))).collect();
    assert_eq!(written.left_out, expected);
    let given = Given::new(&written.file).unwrap();
    assert!(format.sniff(&given));
    let key = |password: Option<&str>| Key { password: password.map(|password| password.to_owned().into()), long: false };
    if password.is_some() {
        assert_eq!(format.read(&given, &key(None)).err(), Some(FormatError::NeedsPassword));
        assert_eq!(format.read(&given, &key(Some("other"))).err(), Some(FormatError::WrongPassword));
    }
    let import = format.read(&given, &key(password)).unwrap();
    let kept: Vec<_> = accounts.iter().enumerate().filter(|(at, _)| !expected.iter().any(|(left, _)| left == at)).collect();
    assert_eq!(import.entries.len(), kept.len());
    for ((at, account), entry) in kept.into_iter().zip(&import.entries) {
        let found = entry.outcome.as_ref().unwrap();
        let title = format!("{} ({})", account.issuer, account.name);
        assert_eq!(found.account.issuer, account.issuer, "{title}");
        assert_eq!(found.account.name, account.name, "{title}");
        assert_eq!(found.account.params, account.params, "{title}");
        assert!(found.account.secret.same_as(&account.secret), "{title}");
        let reduced = |what| written.reduced.contains(&(at, what));
        let tags_lost = reduced(Unheld::Tags) || reduced(Unheld::MoreTags);
        assert_eq!(found.tags == account.tags, !tags_lost, "{title}: tags {:?}", found.tags);
        assert_eq!(found.note == account.note, !reduced(Unheld::Note), "{title}: note {:?}", found.note);
    }
}

/// Without randomness nothing is written that needs some, and without accounts nothing at all.
pub(super) fn without_randomness(format: &dyn Format, password: Option<&str>) {
    let accounts = accounts();
    assert_eq!(write(format, &accounts, password, false).err(), Some(WriteError::NoRandom));
    assert_eq!(write(format, &[], None, true).err(), Some(WriteError::NothingLeft));
}
