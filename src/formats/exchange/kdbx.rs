//! KeePass databases of versions 3 and 4 (`.kdbx`): KeePass 2, KeePassXC, Strongbox, KeePassDX.
//!
//! The entries with a one-time password in any of the forms of [`keepass_otp`]; title and user name are issuer and account name, the path
//! of groups is the tag, the notes are the note. Entries without codes are counted, history and the recycle bin are not looked at. Not
//! kept: passwords, web addresses, attachments, icons. Older ones are refused: saving the database once in a current program makes
//! it version 4. A key file or a hardware key beside the password is not known here: such a database reads as a wrong password.
//!
//! What the header asks of the password's derivation is read and checked here before anything is spent. Source: KeePass "KDBX 4", the
//! crate `keepass`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use keepass::db::GroupRef;
use keepass::error::{DatabaseKeyError, DatabaseOpenError};
use keepass::{Database, DatabaseKey};

use super::crypt::{Argon2Cost, aes_rounds_affordable, argon2_affordable};
use super::{Draft, Format, FormatError, Given, Import, Key, MAX_DEPTH, MAX_ENTRIES, keepass_otp};

/// See the module.
pub struct Kdbx;

const SIGNATURE: [u8; 4] = 0x9AA2_D903_u32.to_le_bytes();
const KEEPASS_1: [u8; 4] = 0xB54B_FB65_u32.to_le_bytes();
const KEEPASS_2: [u8; 4] = 0xB54B_FB67_u32.to_le_bytes();
/// The field of the outer header with the derivation's parameters.
const KDF: u8 = 11;
/// The field of version 3 with the rounds of its derivation.
const ROUNDS: u8 = 6;
/// The one that ends it.
const END: u8 = 0;
const AES_KDF: [u8; 16] = [0xc9, 0xd9, 0xf3, 0x9a, 0x62, 0x8a, 0x44, 0x60, 0xbf, 0x74, 0x0d, 0x08, 0xc1, 0x8a, 0x4f, 0xea];
const AES_KDF_4: [u8; 16] = [0x7c, 0x02, 0xbb, 0x82, 0x79, 0xa7, 0x4a, 0xc0, 0x92, 0x7d, 0x11, 0x4a, 0x00, 0x64, 0x82, 0x38];
const ARGON2_D: [u8; 16] = [0xef, 0x63, 0x6d, 0xdf, 0x8c, 0x29, 0x44, 0x4b, 0x91, 0xf7, 0xa9, 0xa4, 0x03, 0xe3, 0x0a, 0x0c];
const ARGON2_ID: [u8; 16] = [0x9e, 0x29, 0x8b, 0x19, 0x56, 0xdb, 0x47, 0x73, 0xb2, 0x3d, 0xfc, 0x3e, 0xc6, 0xf0, 0xa1, 0xe6];

impl Format for Kdbx {
    fn id(&self) -> &'static str {
        "keepass"
    }

    fn name(&self) -> &'static str {
        "KeePass"
    }

    fn hint(&self) -> &'static str {
        "the database itself, a .kdbx file"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        let bytes = given.bytes();
        bytes.starts_with(&SIGNATURE) && matches!(bytes.get(4..8), Some(kind) if kind == KEEPASS_1 || kind == KEEPASS_2)
    }

    fn read(&self, given: &Given<'_>, key: &Key) -> Result<Import, FormatError> {
        let bytes = given.bytes();
        if !self.sniff(given) {
            return Err(FormatError::NotThisFormat);
        }
        let mut header = Reader(bytes.get(4..).unwrap_or_default());
        if header.take(4)? == KEEPASS_1 {
            return Err(FormatError::NotRead("a database of KeePass 1"));
        }
        header.take(2)?;
        let version = u16::from_le_bytes(header.array()?);
        match version {
            0..=2 => return Err(FormatError::NotRead("a KeePass database of before version 3")),
            3 => affordable_3(&mut header, key)?,
            4 => affordable_4(&mut header, key)?,
            _ => return Err(FormatError::TooNew),
        }
        let password = std::str::from_utf8(key.password()?).map_err(|_| FormatError::WrongPassword)?;
        // The file is a stranger's, and the crate was not made for such: what it stumbles over is damage.
        let open = || Database::parse(bytes, DatabaseKey::new().with_password(password));
        let database = catch_unwind(AssertUnwindSafe(open)).map_err(|_| FormatError::Damaged)?.map_err(|error| match error {
            DatabaseOpenError::Key(DatabaseKeyError::IncorrectKey) => FormatError::WrongPassword,
            DatabaseOpenError::UnsupportedVersion => FormatError::TooNew,
            // Before version 4 nothing proves the password before the contents are opened with it.
            _ if version == 3 => FormatError::WrongOrDamaged,
            _ => FormatError::Damaged,
        })?;
        let bin = database.meta.recyclebin_uuid.map(|uuid| uuid.as_u128()).filter(|uuid| *uuid != 0);
        let mut import = Import::default();
        group(&database.root(), &mut Vec::new(), bin, &mut import)?;
        Ok(import)
    }
}

/// The entries of a group and those below it. `path` has the groups below the root.
fn group(group: &GroupRef<'_>, path: &mut Vec<String>, bin: Option<u128>, import: &mut Import) -> Result<(), FormatError> {
    if path.len() > MAX_DEPTH {
        return Err(FormatError::TooDeep);
    }
    for entry in group.entries() {
        let text = |key: &str| entry.get(key).unwrap_or_default().to_owned();
        let tags = || if path.is_empty() { Vec::new() } else { vec![path.join("/")] };
        let draft =
            || Draft { issuer: text("Title"), name: text("UserName"), tags: tags(), note: text("Notes"), ..Draft::default() };
        let mut found = keepass_otp::entries(&|key| entry.get(key), &draft);
        for one in &mut found {
            keepass_otp::without_placeholders(
                one,
                entry.get_title().unwrap_or_default(),
                entry.get_username().unwrap_or_default(),
            );
        }
        if found.is_empty() {
            import.without_code += 1;
        }
        import.entries.extend(found);
        if import.entries.len() > MAX_ENTRIES {
            return Err(FormatError::TooManyEntries);
        }
    }
    for below in group.groups().filter(|below| Some(below.id().uuid().as_u128()) != bin) {
        path.push(below.name.clone());
        self::group(&below, path, bin, import)?;
        path.pop();
    }
    Ok(())
}

/// Checks what the derivation in the header of version 3 costs: rounds of AES.
fn affordable_3(header: &mut Reader<'_>, key: &Key) -> Result<(), FormatError> {
    loop {
        let [id] = header.array()?;
        let length = u16::from_le_bytes(header.array()?);
        let mut data = Reader(header.take(length.into())?);
        if id == END {
            return Err(FormatError::Damaged);
        }
        if id == ROUNDS {
            return aes_rounds_affordable(u64::from_le_bytes(data.array()?), key);
        }
    }
}

/// Checks what the derivation in the outer header of version 4 costs.
fn affordable_4(header: &mut Reader<'_>, key: &Key) -> Result<(), FormatError> {
    loop {
        let id = header.take(1)?[0];
        let length = u32::from_le_bytes(header.array()?);
        let data = header.take(usize::try_from(length).map_err(|_| FormatError::Damaged)?)?;
        if id == END {
            return Err(FormatError::Damaged);
        }
        if id == KDF {
            return derivation(data, key);
        }
    }
}

/// The derivation's parameters: a "variant dictionary".
fn derivation(data: &[u8], key: &Key) -> Result<(), FormatError> {
    let mut dictionary = Reader(data);
    dictionary.take(2)?;
    let mut values: Vec<(&[u8], &[u8])> = Vec::new();
    loop {
        if dictionary.take(1)?[0] == 0 {
            break;
        }
        let mut piece = || {
            let length = u32::from_le_bytes(dictionary.array()?);
            dictionary.take(usize::try_from(length).map_err(|_| FormatError::Damaged)?)
        };
        let (name, value) = (piece()?, piece()?);
        if values.iter().any(|(known, _)| *known == name) {
            return Err(FormatError::KeyTwice);
        }
        values.push((name, value));
    }
    let value =
        |name: &[u8]| values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value).ok_or(FormatError::Damaged);
    let number = |name: &[u8]| -> Result<u64, FormatError> {
        let bytes = value(name)?;
        let mut wide = [0; 8];
        wide.get_mut(..bytes.len()).ok_or(FormatError::Damaged)?.copy_from_slice(bytes);
        Ok(u64::from_le_bytes(wide))
    };
    let kind = value(b"$UUID")?;
    if kind == AES_KDF || kind == AES_KDF_4 {
        return aes_rounds_affordable(number(b"R")?, key);
    }
    if kind == ARGON2_D || kind == ARGON2_ID {
        let cost = Argon2Cost { kib: (number(b"M")? / 1024).into(), passes: number(b"I")?.into(), lanes: number(b"P")?.into() };
        return argon2_affordable(cost, key).map(|_| ());
    }
    Err(FormatError::NotRead("a KeePass database with an unknown derivation of its key"))
}

/// Bytes, from the front.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], FormatError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(FormatError::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        self.take(N)?.try_into().map_err(|_| FormatError::Damaged)
    }
}
