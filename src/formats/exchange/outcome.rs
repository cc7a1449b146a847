//! What comes of reading another app's file: every entry with its outcome, and why a file cannot be read.

use std::collections::HashMap;

use super::{Part, Parts};
use crate::domain::{NameNote, UnixTime};
use crate::formats::NewAccount;
use crate::formats::base32::{Base32Error, KeyNote};
use crate::formats::otpauth::{AddressError, AddressNote};

/// A file that was read.
#[derive(Debug, Default)]
pub struct Import {
    /// Every entry that is about codes, in the order of the file. Number one is the first.
    pub entries: Vec<Entry>,
    /// How many entries of the file are about something else, such as a password manager's logins without codes.
    pub without_code: usize,
    /// Which parts of an app's exports it holds, where the app says it.
    pub parts: Parts,
    /// What a person should know of the whole file.
    pub notes: Vec<FileNote>,
}

impl Import {
    /// These entries; `looks`: the app has pictures or colours with them, which are not taken over.
    #[must_use]
    pub fn of(entries: Vec<Entry>, looks: bool) -> Self {
        Self { entries, notes: looks.then_some(FileNote::Looks).into_iter().collect(), ..Self::default() }
    }

    /// Several readings as one, in their order: files of one app, or codes of one picture.
    ///
    /// The parts of an export stand together where it begins, in the order of the export; what is no part stays at its place. The very
    /// same part again adds nothing and is noted.
    ///
    /// # Errors
    /// [`FormatError::TooManyEntries`].
    pub fn join(readings: impl IntoIterator<Item = Self>) -> Result<Self, FormatError> {
        let mut whole = Self::default();
        for reading in readings {
            let again = whole.parts.join(&reading.parts);
            let known = |entry: &Entry| entry.part.is_some_and(|part| again.contains(&part));
            whole.entries.extend(reading.entries.into_iter().filter(|entry| !known(entry)));
            if whole.entries.len() > super::MAX_ENTRIES {
                return Err(FormatError::TooManyEntries);
            }
            whole.without_code += reading.without_code;
            let twice = (!again.is_empty()).then_some(FileNote::PartTwice);
            for note in reading.notes.into_iter().chain(twice) {
                if !whole.notes.contains(&note) {
                    whole.notes.push(note);
                }
            }
        }
        let mut begins: HashMap<(i32, u32), usize> = HashMap::new();
        let place = |(at, entry): (usize, Entry)| match entry.part {
            Some(part) => ((*begins.entry(part.export()).or_insert(at), part.index), entry),
            None => ((at, 0), entry),
        };
        let mut placed: Vec<_> = whole.entries.into_iter().enumerate().map(place).collect();
        placed.sort_by_key(|(place, _)| *place);
        whole.entries = placed.into_iter().map(|(_, entry)| entry).collect();
        Ok(whole)
    }
}

/// One entry.
#[derive(Debug)]
pub struct Entry {
    /// Whose it is, cleaned, also where it is left out; empty if the file does not say.
    pub title: String,
    /// What was read, or why it is left out.
    pub outcome: Result<Box<Found>, LeftOut>,
    /// In which part of an export it stands.
    pub part: Option<Part>,
}

/// An account that was read.
#[derive(Debug)]
pub struct Found {
    /// Names, parameters, key.
    pub account: NewAccount,
    /// The app's tags, groups or folders.
    pub tags: Vec<String>,
    /// The app's note.
    pub note: String,
    /// The app shows it before the others.
    pub pinned: bool,
    /// How often its code was used in the app.
    pub uses: u64,
    /// It is in the app's trash.
    pub in_trash: bool,
    /// When the app says that it was made.
    pub created: Option<UnixTime>,
    /// What was noticed.
    pub notes: Vec<EntryNote>,
}

/// What was noticed in an entry that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryNote {
    /// Something about its address.
    #[error("{0}")]
    Address(AddressNote),
    /// Something about its key.
    #[error("{0}")]
    Key(KeyNote),
    /// The issuer was cleaned.
    #[error("{}", AddressNote::Issuer(*.0))]
    Issuer(NameNote),
    /// The account name was cleaned.
    #[error("{}", AddressNote::Name(*.0))]
    Name(NameNote),
    /// A tag or the note was cleaned or cut.
    #[error("a tag or the note was cleaned")]
    Text,
    /// Codes of 5, 9 or 10 digits.
    #[error("its codes have {digits} digits, which few apps know")]
    Digits {
        /// How many.
        digits: u8,
    },
    /// A period other than 30 and 60 seconds.
    #[error("each code lives {secs} s instead of 30 s; some apps do not know this")]
    Period {
        /// The period in seconds.
        secs: u32,
    },
    /// A counter that the file does not say: it starts at 0.
    #[error("the file does not say its counter; it starts at 0")]
    CounterMissing,
    /// The app's file cannot say the period: it is taken as 30 seconds.
    #[error("this app's files do not say how long a code lives; 30 s is assumed")]
    PeriodUnknown,
    /// The app keeps something of it that is not kept here; the word says what.
    #[error("its {0} is not taken over")]
    NotKept(&'static str),
    /// It is in the app's trash.
    #[error("it is in the trash of the app")]
    InTrash,
}

/// What a person should know of the whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileNote {
    /// The app's pictures or colours are not taken over.
    #[error("pictures and colours of the app are not taken over")]
    Looks,
    /// The file is not protected against change: with a wrong password it may read as damaged.
    #[error("this kind of file cannot tell a wrong password from damage")]
    NoCheck,
    /// The app's files do not say the period: 30 seconds are taken for all of it.
    #[error("this app's files do not say how long a code lives; 30 s is assumed for all of them")]
    PeriodUnknown,
    /// The app keeps its newest changes in a second file, which is not read.
    #[error("the app may keep newer accounts in a second file, whose name ends in -wal; those are not in this one")]
    NewerElsewhere,
    /// A part was there twice, and is taken once.
    #[error("a part of the export is here twice and is taken once")]
    PartTwice,
}

/// Kinds of codes that are not computed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OddKind {
    /// mOTP, with its PIN.
    Motp,
    /// Yandex Key, with its PIN.
    Yandex,
    /// Battle.net.
    BattleNet,
    /// A sign-in that the app approves by itself, without a code: Duo Push, a Microsoft or work account, Authy's own.
    Push,
    /// Any other.
    Other,
}

impl OddKind {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Motp => "mOTP",
            Self::Yandex => "Yandex",
            Self::BattleNet => "Battle.net",
            Self::Push => "sign-in by approval",
            Self::Other => "unknown",
        }
    }
}

/// Why an entry is left out. Holds nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeftOut {
    /// Its kind of codes is not computed here.
    #[error("its kind of codes ({}) is not supported", .0.name())]
    Kind(OddKind),
    /// It has no key.
    #[error("it has no key")]
    NoKey,
    /// Its key cannot be read.
    #[error("its key cannot be read: {0}")]
    Key(Base32Error),
    /// Its key is written in another way than this app writes keys.
    #[error("its key is not in the form in which this app writes keys")]
    KeyForm,
    /// Its key is longer than 128 bytes.
    #[error("its key is longer than 128 bytes")]
    KeyTooLong,
    /// Its key is encrypted and does not open with the password of the others.
    #[error("its key does not open with this password")]
    KeyLocked,
    /// Another hash than SHA-1, SHA-256 and SHA-512.
    #[error("its algorithm is not SHA-1, SHA-256 or SHA-512")]
    Algorithm,
    /// Digits outside 5 to 10, or none.
    #[error("its number of digits is not from 5 to 10")]
    Digits,
    /// A period outside 1 to 86 400 seconds.
    #[error("its period is not a number of seconds from 1 to 86 400")]
    Period,
    /// A counter outside 0 to 2^63 − 1.
    #[error("its counter is not a number from 0 to 9 223 372 036 854 775 807")]
    Counter,
    /// Steam with another length or hash than Steam has.
    #[error("it is for Steam, but not with five letters and SHA-1 as Steam has them")]
    Steam,
    /// Its address cannot be read.
    #[error("{0}")]
    Address(AddressError),
    /// It is not written as this app writes entries.
    #[error("it is not written as this app writes entries")]
    Unreadable,
    /// It is a QR code with a list of accounts, none of which can be read.
    #[error("it is a list of accounts that cannot be read: {0}")]
    List(FormatError),
}

/// Which work of a key derivation is too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CostKind {
    /// Memory.
    Memory,
    /// Time.
    Time,
}

/// Why a file cannot be read. Holds nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is not a file of this app.
    #[error("this is not a file of this app")]
    NotThisFormat,
    /// It is encrypted, and no password was given yet.
    #[error("the file asks for its password")]
    NeedsPassword,
    /// The password is wrong; the file can tell.
    #[error("the password is wrong")]
    WrongPassword,
    /// The password is wrong, or the file is damaged: it cannot tell.
    #[error("the password is wrong, or the file is damaged")]
    WrongOrDamaged,
    /// The password is wrong, or a password is not all that opens it, which the file does not say.
    #[error("the password is wrong, or the file needs a key file or a hardware key too{}", if *.damage { ", or it is damaged" } else { "" })]
    WrongKey {
        /// Nor can it be told from damage.
        damage: bool,
    },
    /// A newer version of the app wrote it.
    #[error("a newer version of the app wrote this file")]
    TooNew,
    /// It is larger than 16 MiB, or unpacks to more than is read.
    #[error("the file is larger than anything that is read here")]
    TooLarge,
    /// More than 10 000 entries.
    #[error("the file has more than 10 000 entries")]
    TooManyEntries,
    /// Lists and objects lie deeper in one another than 64 levels.
    #[error("the file is nested deeper than any app does")]
    TooDeep,
    /// A name stands twice in one object: nobody can say which one counts.
    #[error("the file says the same thing twice in one place; it is unclear which counts")]
    KeyTwice,
    /// Its key derivation asks for more than is ever done.
    #[error("the file asks for more {} than is ever spent on a password", match .0 { CostKind::Memory => "memory", CostKind::Time => "time" })]
    TooCostly(CostKind),
    /// Its key derivation asks for more than usual: agree with [`Key::long`](super::Key::long).
    #[error("checking the password takes more than usual: {}about {secs} s", of_memory(*.mib))]
    AsksForWork {
        /// Memory in MiB.
        mib: u32,
        /// Time in seconds, roughly, on an ordinary computer.
        secs: u32,
    },
    /// It can be opened only by the account that made it.
    #[error("the file was exported for one account alone; export it with a password, or without encryption")]
    ForOneAccount,
    /// It is locked in a way that is not opened here; the word says which.
    #[error("the file is locked with {0}, which is not opened here")]
    LockedWith(&'static str),
    /// It is a form of the app's files that is not read; the word says which.
    #[error("{0} is not read here; export it in another form")]
    NotRead(&'static str),
    /// It is a backup of this program, or another file that age encrypted.
    #[error("the file is encrypted as the backups made here are")]
    OwnBackup,
    /// It is damaged or cut short.
    #[error("the file is damaged or cut short")]
    Damaged,
}

/// Memory that is asked for, if any.
fn of_memory(mib: u32) -> String {
    if mib == 0 { String::new() } else { format!("{mib} MiB of memory, ") }
}
