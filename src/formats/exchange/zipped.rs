//! Zip archives of phone apps, locked with ZipCrypto or WinZip's AES or not at all, opened in memory under limits.
//!
//! [`Zipped::new`] looks at the list of members, [`Zipped::find`] chooses one by its name, [`Zipped::unpack`] gives its bytes. Nothing
//! is ever written to a disk: a name is only compared, its folders are left away, links and folders do not count.
//!
//! Limits: 64 members; what is unpacked is counted while it is read (never taken from a header): 16 MiB a member, 64 MiB together,
//! and at most 100 times what it was packed. The 64-bit form of zips is for larger things and is refused unread.
//!
//! A wrong password: AES has a check of two bytes and an HMAC, ZipCrypto a check of one byte and no more than a CRC. So one wrong
//! password of 256 passes ZipCrypto's check, and then reads as [`FormatError::WrongOrDamaged`].

use std::io::{Cursor, Read};

use zeroize::Zeroizing;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::{FormatError, Key, MAX_BYTES};

const MAX_MEMBERS: usize = 64;
/// The most unpacked of all members together.
const MAX_UNPACKED: usize = 64 << 20;
const MAX_RATIO: usize = 100;
/// Below this no ratio counts: a few bytes say nothing.
const SMALL: usize = 64 << 10;

/// Whether `bytes` begin like a zip with anything in it.
pub(super) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// An archive whose members are known.
pub(super) struct Zipped<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    members: Vec<Member>,
    size: usize,
    unpacked: usize,
}

/// A file in an archive.
#[derive(Debug)]
struct Member {
    place: usize,
    name: String,
    lock: Lock,
    packed: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lock {
    None,
    ZipCrypto,
    Aes,
}

impl<'a> Zipped<'a> {
    /// The archive in `bytes`. No password is needed for its list of members.
    ///
    /// # Errors
    /// [`FormatError::NotThisFormat`] if it is none, [`FormatError::Damaged`], [`FormatError::TooLarge`] with too many members or in
    /// the 64-bit form, [`FormatError::KeyTwice`] with two members of one name.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, FormatError> {
        if !is_zip(bytes) {
            return Err(FormatError::NotThisFormat);
        }
        // Before anything is allocated for them: every member has such a mark, and the 64-bit form could ask for any number.
        let marks = |mark: &[u8; 4]| bytes.windows(4).filter(|window| window == mark).count();
        if marks(b"PK\x06\x06") > 0 || marks(b"PK\x01\x02") > MAX_MEMBERS {
            return Err(FormatError::TooLarge);
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| FormatError::Damaged)?;
        if archive.len() > MAX_MEMBERS {
            return Err(FormatError::TooLarge);
        }
        if archive.has_duplicate_names() {
            return Err(FormatError::KeyTwice);
        }
        let mut members = Vec::new();
        for place in 0..archive.len() {
            let aes = archive.get_aes_verification_key_and_salt(place).map_err(|_| FormatError::Damaged)?.is_some();
            let entry = archive.by_index_data(place).map_err(|_| FormatError::Damaged)?;
            if !entry.is_file() {
                continue;
            }
            let name = entry.name().map_err(|_| FormatError::Damaged)?;
            let name = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
            let lock = match (entry.encrypted(), aes) {
                (false, _) => Lock::None,
                (true, false) => Lock::ZipCrypto,
                (true, true) => Lock::Aes,
            };
            let packed = usize::try_from(entry.compressed_size()).unwrap_or(usize::MAX).min(bytes.len());
            members.push(Member { place, name, lock, packed });
        }
        Ok(Self { archive, members, size: bytes.len(), unpacked: 0 })
    }

    /// The place of the one member with a name (without folders) that is `wanted`; `None` if there is none.
    ///
    /// # Errors
    /// [`FormatError::KeyTwice`] if there are several: nobody can say which one counts.
    pub(super) fn find(&self, wanted: impl Fn(&str) -> bool) -> Result<Option<usize>, FormatError> {
        let mut found = self.members.iter().enumerate().filter(|(_, member)| wanted(&member.name)).map(|(at, _)| at);
        let first = found.next();
        if found.next().is_some() { Err(FormatError::KeyTwice) } else { Ok(first) }
    }

    /// How many members there are, folders and links aside.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.members.len()
    }

    /// The content of the member that [`find`](Self::find) found. The password is used as it was typed, in UTF-8.
    ///
    /// # Errors
    /// [`FormatError::NeedsPassword`], [`FormatError::WrongPassword`], [`FormatError::WrongOrDamaged`] (ZipCrypto),
    /// [`FormatError::Damaged`], [`FormatError::TooLarge`], [`FormatError::NotRead`] when it is packed in a way that no app uses.
    pub(super) fn unpack(&mut self, at: usize, key: &Key) -> Result<Zeroizing<Vec<u8>>, FormatError> {
        let member = self.members.get(at).ok_or(FormatError::Damaged)?;
        let damaged = if member.lock == Lock::ZipCrypto { FormatError::WrongOrDamaged } else { FormatError::Damaged };
        let file = match member.lock {
            Lock::None => self.archive.by_index(member.place),
            Lock::ZipCrypto | Lock::Aes => self.archive.by_index_decrypt(member.place, key.password()?),
        };
        let mut file = file.map_err(|error| match error {
            ZipError::InvalidPassword => FormatError::WrongPassword,
            ZipError::CompressionMethodNotSupported(_) | ZipError::UnsupportedArchive(_) => OTHER_PACKING,
            _ => FormatError::Damaged,
        })?;
        if !matches!(file.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            return Err(OTHER_PACKING);
        }
        let ratio = member.packed.saturating_mul(MAX_RATIO).max(SMALL);
        let most = ratio.min(MAX_BYTES).min(MAX_UNPACKED.saturating_sub(self.unpacked));
        // What the header says is the usual size; it grows or ends elsewhere if the header lies.
        let said = usize::try_from(file.size()).unwrap_or(usize::MAX).min(most).min(self.size.saturating_mul(MAX_RATIO));
        let mut out = Zeroizing::new(Vec::with_capacity(said.saturating_add(1)));
        let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        (&mut file).take(limit).read_to_end(&mut out).map_err(|_| damaged)?;
        self.unpacked = self.unpacked.saturating_add(out.len());
        if out.len() > most { Err(FormatError::TooLarge) } else { Ok(out) }
    }
}

const OTHER_PACKING: FormatError = FormatError::NotRead("a zip that is packed in this way");

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::unstable::write::FileOptionsExt;
    use zip::write::{SimpleFileOptions, ZipWriter};
    use zip::{AesMode, ZipArchive};

    use super::*;

    fn options() -> SimpleFileOptions {
        SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
    }

    fn zip(members: &[(&str, &[u8], SimpleFileOptions)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content, options) in members {
            writer.start_file(*name, *options).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn unpacked(bytes: &[u8], name: &str, password: Option<&str>) -> Result<Vec<u8>, FormatError> {
        let mut zipped = Zipped::new(bytes)?;
        let at = zipped.find(|found| found == name)?.ok_or(FormatError::NotThisFormat)?;
        let key = Key { password: password.map(|password| password.to_owned().into()), long: false };
        zipped.unpack(at, &key).map(|bytes| bytes.to_vec())
    }

    #[test]
    fn members_open_with_their_password_and_no_other() {
        let crypto = options().with_deprecated_encryption("größe 1".as_bytes()).unwrap();
        let aes = options().with_aes_encryption(AesMode::Aes256, "größe 1");
        for (bytes, lock) in
            [(zip(&[("a/b.txt", b"hello", crypto)]), Lock::ZipCrypto), (zip(&[("a/b.txt", b"hello", aes)]), Lock::Aes)]
        {
            assert_eq!(Zipped::new(&bytes).unwrap().members[0].lock, lock);
            assert_eq!(unpacked(&bytes, "b.txt", Some("größe 1")), Ok(b"hello".to_vec()));
            assert_eq!(unpacked(&bytes, "b.txt", None), Err(FormatError::NeedsPassword));
            let told = [FormatError::WrongPassword, FormatError::WrongOrDamaged];
            for wrong in ["", "x", "größe 2", "grosse 1"] {
                let error = unpacked(&bytes, "b.txt", Some(wrong)).unwrap_err();
                assert!(told[..if lock == Lock::Aes { 1 } else { 2 }].contains(&error), "{wrong}: {error:?}");
            }
        }
        let open = zip(&[("../../x", b"hello", options()), ("C:\\y.txt", b"", options())]);
        assert_eq!(unpacked(&open, "x", Some("not asked for")), Ok(b"hello".to_vec()));
        assert_eq!(unpacked(&open, "y.txt", None), Ok(Vec::new()));
    }

    #[test]
    fn two_members_of_one_name_are_one_too_many() {
        let bytes = zip(&[("a/b", b"1", options()), ("c/b", b"2", options())]);
        assert_eq!(unpacked(&bytes, "b", None), Err(FormatError::KeyTwice));
        // The same name in full: the writer refuses it, so it is put there by hand.
        let mut bytes = zip(&[("a/b", b"1", options()), ("a/c", b"2", options())]);
        let places: Vec<usize> = (0..bytes.len() - 2).filter(|at| &bytes[*at..*at + 3] == b"a/c").collect();
        assert_eq!(places.len(), 2, "local header and list");
        places.iter().for_each(|at| bytes[at + 2] = b'b');
        assert_eq!(unpacked(&bytes, "b", None), Err(FormatError::KeyTwice));
    }

    /// What a link leads to is never looked at.
    #[test]
    fn links_and_folders_are_no_members() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.add_symlink("a.txt", "/etc/passwd", options()).unwrap();
        writer.add_directory("b.txt", options()).unwrap();
        let bytes = writer.finish().unwrap().into_inner();
        assert_eq!(Zipped::new(&bytes).unwrap().len(), 0);
        assert_eq!(unpacked(&bytes, "a.txt", None), Err(FormatError::NotThisFormat));
    }

    #[test]
    fn too_many_and_too_much_are_refused() {
        let names: Vec<String> = (0..=MAX_MEMBERS).map(|n| n.to_string()).collect();
        let members: Vec<_> = names.iter().map(|name| (name.as_str(), &b"x"[..], options())).collect();
        assert_eq!(Zipped::new(&zip(&members[..MAX_MEMBERS])).unwrap().len(), MAX_MEMBERS);
        assert_eq!(Zipped::new(&zip(&members)).err(), Some(FormatError::TooLarge));
        let zeros = vec![0; MAX_BYTES];
        assert_eq!(unpacked(&zip(&[("bomb", &zeros, options())]), "bomb", None), Err(FormatError::TooLarge));
        assert_eq!(unpacked(&zip(&[("small", &zeros[..SMALL], options())]), "small", None).map(|bytes| bytes.len()), Ok(SMALL));
        assert_eq!(unpacked(&zip(&[("small", &zeros[..=SMALL], options())]), "small", None), Err(FormatError::TooLarge));
        // The form for large things, whose numbers nobody should believe.
        let mut bytes = zip(&[("a", b"x", options())]);
        let end = bytes.len() - 22;
        let mut large = b"PK\x06\x06".to_vec();
        large.extend([44, 0, 0, 0, 0, 0, 0, 0, 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        large.extend([0xff; 32]);
        bytes.splice(end..end, large);
        assert_eq!(Zipped::new(&bytes).err(), Some(FormatError::TooLarge));
    }

    /// All members together, though each alone is allowed.
    #[test]
    fn what_is_unpacked_is_counted_over_all_members() {
        // Bytes that do not pack well, from a fixed seed.
        let mut state = 1_u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if state & 0x1f00_0000 == 0 { (state >> 16) as u8 } else { 0 }
        })
        .take(MAX_BYTES)
        .collect();
        let bytes = zip(&[("a", &noise, options())]);
        let mut zipped = Zipped::new(&bytes).unwrap();
        for turn in 0..5 {
            let told = zipped.unpack(0, &Key::default()).map(|bytes| bytes.len());
            assert_eq!(told, if turn < 4 { Ok(MAX_BYTES) } else { Err(FormatError::TooLarge) }, "turn {turn}");
        }
    }

    #[test]
    fn cut_and_changed_archives_end_nothing() {
        let aes = options().with_aes_encryption(AesMode::Aes256, "p");
        let bytes = zip(&[("a", b"hello hello hello hello", aes), ("b", b"hello", options())]);
        assert!(ZipArchive::new(Cursor::new(&bytes[..])).is_ok());
        for at in 0..bytes.len() {
            assert!(unpacked(&bytes[..at], "a", Some("p")).is_err(), "cut at {at}");
            let mut changed = bytes.clone();
            changed[at] ^= 0x15;
            let told = unpacked(&changed, "a", Some("p"));
            assert!(told.is_err() || told == Ok(b"hello hello hello hello".to_vec()), "byte {at}");
        }
    }
}
