//! Hostile addresses, joining, and what is written is read back.

use super::*;
use crate::domain::{AccountId, Algorithm, Digits, OtpParams, Period, Secret, UnixTime};
use crate::formats::exchange::{Outgoing, Unheld, WriteError};

/// A field of the encoding: tag, wire type, and its bytes.
fn field(tag: u8, wire: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![tag << 3 | wire];
    if wire == 2 {
        assert!(body.len() < 16_384);
        if body.len() < 128 {
            out.push(body.len() as u8);
        } else {
            out.extend([body.len() as u8 | 0x80, (body.len() >> 7) as u8]);
        }
    }
    out.extend(body);
    out
}

fn uri(message: &[u8]) -> String {
    format!("otpauth-migration://offline?data={}", data_encoding::BASE64.encode(message).replace('+', "%2B"))
}

fn account(extra: &[u8]) -> Vec<u8> {
    let mut body = [field(1, 2, b"12345678901234567890"), field(2, 2, b"alice"), field(3, 2, b"Acme")].concat();
    body.extend(extra);
    field(1, 2, &body)
}

fn said(import: &Import) -> Vec<String> {
    let line = |entry: &Entry| match &entry.outcome {
        Ok(found) => format!("{} {} {:?}", found.account.issuer, found.account.name, found.account.params.kind()),
        Err(why) => format!("{why:?}"),
    };
    import.entries.iter().map(line).collect()
}

#[test]
fn hostile_messages() {
    use FormatError::{Damaged, KeyTwice, NotThisFormat, TooLarge, TooNew};
    let good = account(&[]);
    let batch = |size: &[u8], index: &[u8]| [good.clone(), field(3, 0, size), field(4, 0, index)].concat();
    let minus = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
    let rows: Vec<(&str, String, Result<usize, FormatError>)> = vec![
        ("good", uri(&good), Ok(1)),
        ("any case", uri(&good).replace("otpauth-migration://offline", "OTPAUTH-Migration://OffLine/"), Ok(1)),
        ("in brackets", format!("\u{feff} <{}> ", uri(&good)), Ok(1)),
        ("no data", "otpauth-migration://offline".into(), Err(Damaged)),
        ("empty data", "otpauth-migration://offline?data=".into(), Err(Damaged)),
        ("data twice", format!("{0}&data={1}", uri(&good), "AA"), Err(KeyTwice)),
        ("other data", format!("{}&x=1#", uri(&good)), Ok(1)),
        ("another host", uri(&good).replace("offline", "online"), Err(NotThisFormat)),
        ("no base64", "otpauth-migration://offline?data=*".into(), Err(Damaged)),
        ("not UTF-8", "otpauth-migration://offline?data=%ff".into(), Err(Damaged)),
        ("another scheme", "otpauth://totp/a?secret=MA".into(), Err(NotThisFormat)),
        ("length past the end", uri(&[0x0a, 0x7f, 1]), Err(Damaged)),
        ("length 2^31", uri(&[0x0a, 0x80, 0x80, 0x80, 0x80, 0x08]), Err(Damaged)),
        ("length 2^63", uri(&[&[0x0a][..], &[0x80; 9], &[1]].concat()), Err(Damaged)),
        ("11-byte varint", uri(&[&good[..], &[0x10], &[0xff; 10], &[1]].concat()), Err(Damaged)),
        ("field 0", uri(&[&good[..], &[0x02, 0x00]].concat()), Err(Damaged)),
        ("wire type 6", uri(&[&good[..], &[0x16, 0x00]].concat()), Err(Damaged)),
        ("wire type 7", uri(&[&good[..], &[0x17, 0x00]].concat()), Err(Damaged)),
        ("an unknown group", uri(&[&good[..], &[0x7b, 0x7c]].concat()), Ok(1)),
        ("an open group", uri(&[&good[..], &[0x7b]].concat()), Err(Damaged)),
        ("groups 200 deep", uri(&[good.clone(), vec![0x7b; 200], vec![0x7c; 200]].concat()), Err(Damaged)),
        ("unknown fields", uri(&[good.clone(), field(15, 2, b"x")].concat()), Ok(1)),
        ("version 2", uri(&[good.clone(), field(2, 0, &[2])].concat()), Ok(1)),
        ("version 3", uri(&[good.clone(), field(2, 0, &[3])].concat()), Err(TooNew)),
        ("version -1", uri(&[good.clone(), field(2, 0, &minus)].concat()), Err(Damaged)),
        ("2 of 3", uri(&batch(&[3], &[1])), Ok(1)),
        ("3 of 3 and one more", uri(&batch(&[3], &[3])), Err(Damaged)),
        ("part of none", uri(&batch(&[0], &[1])), Err(Damaged)),
        ("2^31 parts", uri(&batch(&[0x80, 0x80, 0x80, 0x80, 0x08], &[0])), Err(Damaged)),
        ("part -1", uri(&batch(&[3], &minus)), Err(Damaged)),
        ("5 000 empty accounts", uri(&[0x0a, 0].repeat(5000)), Ok(5000)),
        ("a million empty accounts", uri(&[0x0a, 0].repeat(1 << 20)), Err(TooLarge)),
        ("500 000 empty accounts", uri(&[0x0a, 0].repeat(500_000)), Err(FormatError::TooManyEntries)),
        ("4 MiB of letters", format!("otpauth-migration://offline?data={}", "A".repeat(5 << 20)), Err(TooLarge)),
    ];
    for (what, text, expected) in rows {
        assert_eq!(read_uri(&text).map(|import| import.entries.len()), expected, "{what}");
    }
}

#[test]
fn every_way_to_write_base64_is_read() {
    // 0xfb and 0xff give `+` and `/`.
    let message = account(&field(15, 2, &[0xfb, 0xef, 0xbe, 0xff, 0xff, 0xff, 0xff]));
    let letters = data_encoding::BASE64.encode(&message);
    assert!(letters.contains('+') && letters.contains('/'));
    let encoded = letters.replace('+', "%2B").replace('/', "%2f").replace('=', "%3D");
    let spaced = letters.replace('+', " ");
    let url = letters.replace('+', "-").replace('/', "_");
    let bare = letters.trim_end_matches('=').to_owned();
    for data in [&letters, &encoded, &spaced, &url, &bare, &spaced.replace(' ', "%20")] {
        let read = read_uri(&format!("otpauth-migration://offline?data={data}"));
        assert_eq!(read.map(|import| import.entries.len()), Ok(1));
    }
}

#[test]
fn hostile_accounts_are_left_out_and_spoil_no_other() {
    let minus = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
    let big = |n: usize| field(1, 2, &[field(1, 2, &vec![7; n]), field(2, 2, b"n")].concat());
    let rows: Vec<(&str, Vec<u8>, &str)> = vec![
        ("nothing said", account(&[]), "Acme alice Totp"),
        ("unspecified", account(&[field(4, 0, &[0]), field(5, 0, &[0]), field(6, 0, &[0])].concat()), "Acme alice Totp"),
        ("HOTP", account(&field(6, 0, &[1])), "Acme alice Hotp { counter: 0 }"),
        ("HOTP with counter", account(&[field(6, 0, &[1]), field(7, 0, &[9])].concat()), "Acme alice Hotp { counter: 9 }"),
        ("HOTP below zero", account(&[field(6, 0, &[1]), field(7, 0, &minus)].concat()), "Counter"),
        ("kind 3", account(&field(6, 0, &[3])), "Kind(Other)"),
        ("MD5", account(&field(4, 0, &[4])), "Algorithm"),
        ("algorithm 99", account(&field(4, 0, &[99])), "Algorithm"),
        ("digits 3", account(&field(5, 0, &[3])), "Digits"),
        ("key twice", account(&field(1, 2, b"other")), "Unreadable"),
        ("name a thousand times", account(&field(2, 2, b"a").repeat(1000)), "Unreadable"),
        ("unknown field", account(&field(8, 2, b"id")), "Acme alice Totp"),
        ("packed", account(&field(6, 2, b"ab")), "Unreadable"),
        ("a group never closed", account(&[0x7b]), "Unreadable"),
        ("no key", big(0), "NoKey"),
        ("key of 128 bytes", big(128), " n Totp"),
        ("key of 129 bytes", big(129), "KeyTooLong"),
        ("key of 4096 bytes", big(4096), "KeyTooLong"),
        ("name not UTF-8", field(1, 2, &[field(1, 2, b"k"), field(2, 2, b"\xff")].concat()), "Unreadable"),
        ("a single field", field(1, 2, b"\x08"), "Unreadable"),
        ("empty", field(1, 2, b""), "NoKey"),
    ];
    let good = account(&[]);
    for (what, bytes, expected) in rows {
        let import = read_uri(&uri(&[&good[..], &bytes, &good].concat())).unwrap();
        let said = said(&import);
        assert_eq!(said.len(), 3, "{what}");
        assert!(said[1].starts_with(expected), "{what}: {}", said[1]);
        assert!(said[0].starts_with("Acme") && said[2].starts_with("Acme"), "{what}");
    }
}

#[test]
fn names_with_their_issuer_in_front() {
    let rows = [
        ("Acme", "Acme:alice", "Acme", "alice"),
        ("Acme", "Acme: alice", "Acme", "alice"),
        ("Acme", "alice", "Acme", "alice"),
        ("Acme", "Other:alice", "Acme", "Other:alice"),
        ("Acme", "Acme", "Acme", "Acme"),
        ("", "Acme:alice", "Acme", "alice"),
        ("", "a:b:c", "", "a:b:c"),
        ("", "alice", "", "alice"),
    ];
    for (issuer, name, expected_issuer, expected_name) in rows {
        let draft = names(issuer.into(), name.into());
        assert_eq!((draft.issuer.as_str(), draft.name.as_str()), (expected_issuer, expected_name), "{issuer} {name}");
    }
}

/// One part with one account.
fn part(batch: i32, index: u32, of: u32, name: &str) -> Import {
    let mut import = read_uri(&uri(&account(&[]))).unwrap();
    let part = Part::new(batch, index, of, name.as_bytes());
    import.parts.add(part);
    for entry in &mut import.entries {
        entry.part = Some(part);
        entry.outcome.as_mut().unwrap().account.name = name.into();
    }
    import
}

/// What is no part of anything.
fn loose(name: &str) -> Import {
    let mut import = part(0, 0, 1, name);
    import.parts = Parts::default();
    import.entries.iter_mut().for_each(|entry| entry.part = None);
    import
}

#[test]
fn parts_are_joined_in_their_order_and_what_is_missing_is_known() {
    let names = |import: &Import| -> String {
        import.entries.iter().map(|entry| entry.outcome.as_ref().unwrap().account.name.clone()).collect()
    };
    let joined = |parts: Vec<Import>| Import::join(parts).unwrap();
    let three = || vec![part(7, 2, 3, "c"), part(7, 0, 3, "a"), part(7, 1, 3, "b")];
    type Row = (&'static str, Vec<Import>, &'static str, bool, &'static [&'static [u32]]);
    let rows: Vec<Row> = vec![
        ("nothing", vec![], "", false, &[]),
        ("one of one", vec![part(7, 0, 1, "a")], "a", false, &[]),
        ("out of order", three(), "abc", false, &[&[]]),
        ("two of three", vec![part(7, 2, 3, "c"), part(7, 0, 3, "a")], "ac", false, &[&[2]]),
        ("two files of two", vec![joined(three()), joined(three())], "abc", true, &[&[]]),
        ("a file of two, and the rest", vec![joined(three().split_off(1)), part(7, 2, 3, "c")], "abc", false, &[&[]]),
        ("twice", vec![part(7, 0, 2, "a"), part(7, 0, 2, "a"), part(7, 1, 2, "b")], "ab", true, &[&[]]),
        ("twice, and different", vec![part(7, 0, 1, "a"), part(7, 0, 1, "b")], "ab", false, &[]),
        ("two exports", vec![part(7, 1, 2, "b"), part(-8, 0, 1, "x"), part(7, 0, 2, "a")], "abx", false, &[&[]]),
        (
            "two exports, one of them in part",
            vec![part(7, 0, 2, "a"), part(8, 0, 2, "x"), part(8, 1, 2, "y")],
            "axy",
            false,
            &[&[2], &[]],
        ),
        (
            "between what is no part",
            vec![loose("1"), part(7, 1, 2, "b"), loose("2"), part(7, 0, 2, "a"), loose("2")],
            "1ab22",
            false,
            &[&[]],
        ),
    ];
    for (what, parts, expected, twice, missing) in rows {
        let whole = joined(parts);
        assert_eq!(names(&whole), expected, "{what}");
        assert_eq!(whole.notes.contains(&FileNote::PartTwice), twice, "{what}");
        let found: Vec<Vec<u32>> = whole.parts.exports().into_iter().map(|export| export.missing).collect();
        assert_eq!(found, missing, "{what}");
    }
    let many = (0..=MAX_ENTRIES).map(|_| loose("x"));
    assert_eq!(Import::join(many).err(), Some(FormatError::TooManyEntries));
}

#[test]
fn a_part_is_known_again_by_what_it_says() {
    let address = |index: u8, name: &[u8]| {
        let account = field(1, 2, &[field(1, 2, b"key"), field(2, 2, name)].concat());
        uri(&[account, field(3, 0, &[2]), field(4, 0, &[index])].concat())
    };
    let once = read_uri(&address(0, b"a")).unwrap();
    let again = read_uri(&format!("<{}>", address(0, b"a").replace("%3D", "="))).unwrap();
    let other = read_uri(&address(0, b"b")).unwrap();
    assert_eq!(once.parts, again.parts);
    assert_ne!(once.parts, other.parts);
    assert!(once.entries.iter().all(|entry| entry.part.is_some_and(|part| once.parts.contains(&part))));
    assert_eq!(Import::join([once, again, other]).unwrap().entries.len(), 2);
}

#[test]
fn what_is_written_is_read_back_in_parts_of_ten() {
    let params = |digits, kind| OtpParams::new(Algorithm::Sha1, Digits::new(digits).unwrap(), kind).unwrap();
    let totp = |secs| OtpKind::Totp { period: Period::new(secs).unwrap() };
    let hotp =
        OtpParams::new(Algorithm::Sha512, Digits::new(8).unwrap(), OtpKind::Hotp { counter: OtpKind::MAX_COUNTER }).unwrap();
    let steam = params(5, OtpKind::Steam { period: Period::DEFAULT });
    let secret = Secret::new(b"12345678901234567890".to_vec()).unwrap();
    let tags = vec!["t".to_owned()];
    let out = |name: &'static str, params| Outgoing {
        id: AccountId::from_bytes([0; 16]),
        issuer: "Acme",
        name,
        params,
        secret: &secret,
        tags: &[],
        note: "",
        pinned: false,
        uses: 0,
        created: UnixTime::from_secs(0),
    };
    let mut accounts = vec![
        out("seven", params(7, totp(30))),
        out("sixty", params(6, totp(60))),
        out("steam", steam),
        out("hotp", hotp),
        Outgoing { tags: &tags, note: "n", ..out("Acme:repeated", params(6, totp(30))) },
    ];
    accounts.extend((0..20).map(|_| out("größe", params(8, totp(30)))));
    let made = addresses(&accounts, &mut |bytes| {
        bytes.fill(0xee);
        true
    })
    .unwrap();
    assert_eq!(made.left_out, [(0, Unheld::Digits), (1, Unheld::Period), (2, Unheld::Kind)]);
    assert_eq!(made.reduced, [(4, Unheld::Tags), (4, Unheld::Note)]);
    let parts: Vec<Import> = made.addresses.iter().map(|address| read_uri(address).unwrap()).collect();
    assert_eq!(parts.iter().map(|part| part.entries.len()).collect::<Vec<_>>(), [10, 10, 2]);
    let whole = Import::join(parts).unwrap();
    assert_eq!(whole.notes, [FileNote::PeriodUnknown]);
    let back = whole.entries.iter().map(|entry| &entry.outcome.as_ref().unwrap().account);
    for (account, back) in accounts[3..].iter().zip(back) {
        assert_eq!((account.issuer, account.name), (back.issuer.as_str(), back.name.as_str()));
        assert_eq!(account.params, back.params);
        assert!(account.secret.same_as(&back.secret));
    }
    // A large account stands in a QR code of its own, and all of them fit into one.
    let long = Secret::new(vec![7; 128]).unwrap();
    let name = "ß".repeat(256);
    let large: Vec<_> = (0..4).map(|_| Outgoing { name: &name, secret: &long, ..out("", params(6, totp(30))) }).collect();
    let made = addresses(&large, &mut |_| true).unwrap();
    assert_eq!(made.addresses.len(), 4);
    assert!(made.addresses.iter().all(|address| address.len() < 1500));

    assert_eq!(addresses(&accounts[..3], &mut |_| true).err(), Some(WriteError::NothingLeft));
    assert_eq!(addresses(&accounts, &mut |_| false).err(), Some(WriteError::NoRandom));
}
