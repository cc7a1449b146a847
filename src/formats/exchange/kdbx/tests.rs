//! What a changed, cut or costly database is told as. The databases are those of tests/fixtures/keepass/.

use super::*;

const SMALL: &[u8] = include_bytes!("../../../../tests/fixtures/keepass/small.kdbx");
const PASSWORD: &str = "größe 密码";

fn read(bytes: &[u8], password: Option<&str>, long: bool) -> Result<usize, FormatError> {
    let key = Key { password: password.map(|password| password.to_owned().into()), long };
    Kdbx.read(&Given::new(bytes)?, &key).map(|import| import.entries.len())
}

/// Every byte of version 4 is proved by something.
#[test]
fn no_byte_can_be_changed_and_none_left_away() {
    assert_eq!(read(SMALL, Some(PASSWORD), true), Ok(1));
    // The end of the outer header is where its hash begins.
    let header = SMALL.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    for at in 0..SMALL.len() {
        let mut changed = SMALL.to_vec();
        changed[at] ^= 1;
        let told = read(&changed, Some(PASSWORD), true).unwrap_err();
        if (header..header + 32).contains(&at) || at >= header + 64 {
            assert_eq!(told, FormatError::Damaged, "byte {at}");
        } else if at >= header + 32 {
            assert_eq!(told, FormatError::WrongKey { damage: false }, "byte {at}");
        }
        let told = read(&SMALL[..at], Some(PASSWORD), true).unwrap_err();
        let expected = if at == 0 {
            FormatError::Empty
        } else if at < 8 {
            FormatError::NotThisFormat
        } else {
            FormatError::Damaged
        };
        assert_eq!(told, expected, "cut at {at}");
    }
}

/// A database whose key would take so many rounds of AES, up to where the key is needed.
fn costly(rounds: u64) -> Vec<u8> {
    let value = |kind: u8, name: &str, value: &[u8]| {
        let length = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap().to_le_bytes();
        [&[kind], &length(name.as_bytes())[..], name.as_bytes(), &length(value), value].concat()
    };
    let uuid = b"\xc9\xd9\xf3\x9a\x62\x8a\x44\x60\xbf\x74\x0d\x08\xc1\x8a\x4f\xea";
    let values = [value(0x42, "$UUID", uuid), value(5, "R", &rounds.to_le_bytes()), value(0x42, "S", &[1; 32])].concat();
    let derivation = [b"\0\x01", &values[..], b"\0"].concat();
    let aes = b"\x31\xc1\xf2\xe6\xbf\x71\x43\x50\xbe\x58\x05\x21\x6a\xfc\x5a\xff";
    let fields: [(u8, &[u8]); 6] = [(2, aes), (3, &[1, 0, 0, 0]), (4, &[2; 32]), (7, &[3; 16]), (11, &derivation), (0, b"")];
    let mut file = [&SIGNATURE[..], &KEEPASS_2, &[1, 0, 4, 0]].concat();
    for (id, field) in fields {
        file.push(id);
        file.extend(u32::try_from(field.len()).unwrap().to_le_bytes());
        file.extend(field);
    }
    let hash = Sha256::digest(&file);
    file.extend(hash);
    file.extend([0; 36]);
    file
}

#[test]
fn work_is_asked_for_and_too_much_is_not_even_asked() {
    use FormatError::{AsksForWork, NeedsPassword, TooCostly, WrongKey};
    let rows = [
        (1, None, false, NeedsPassword),
        (1, Some("x"), false, WrongKey { damage: false }),
        (60_000_000, None, false, NeedsPassword),
        (60_000_000, Some("x"), false, AsksForWork { mib: 0, secs: 6 }),
        (u64::MAX, None, false, TooCostly(crate::formats::exchange::CostKind::Time)),
        (u64::MAX, Some("x"), true, TooCostly(crate::formats::exchange::CostKind::Time)),
    ];
    for (rounds, password, long, told) in rows {
        assert_eq!(read(&costly(rounds), password, long), Err(told), "{rounds} rounds, {password:?}");
    }
}
