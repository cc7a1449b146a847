//! The whole circle, for everything that is written: odd accounts, written, read by our own reader, and compared. What is not the same
//! afterwards was said before, in words for just that; and what was said is so.

use halfminute::domain::{AccountId, Algorithm, Digits, OtpKind, OtpParams, Period, Secret, UnixTime};
use halfminute::formats::exchange::{self, Format, Found, Given, How, Import, Key, Outgoing, Unheld, Writes, Written, google};
use halfminute::formats::print_page::{self, Paper};
use halfminute::formats::{picture, qr_reader};

/// An account with something odd in it.
struct Odd {
    issuer: String,
    name: String,
    params: OtpParams,
    secret: Secret,
    tags: Vec<String>,
    note: String,
    pinned: bool,
}

fn params(algorithm: Algorithm, digits: u8, kind: OtpKind) -> OtpParams {
    OtpParams::new(algorithm, Digits::new(digits).unwrap(), kind).unwrap()
}

fn totp(digits: u8, secs: u32) -> OtpParams {
    params(Algorithm::Sha1, digits, OtpKind::Totp { period: Period::new(secs).unwrap() })
}

fn odd(issuer: &str, name: &str, params: OtpParams) -> Odd {
    let own = issuer.bytes().chain(name.bytes()).fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let secret = Secret::new([&own.to_be_bytes()[..], b"0123456789ab"].concat()).unwrap();
    Odd { issuer: issuer.into(), name: name.into(), params, secret, tags: Vec::new(), note: String::new(), pinned: false }
}

fn accounts() -> Vec<Odd> {
    use Algorithm::{Sha256, Sha512};
    let plain = totp(6, 30);
    let steam = |secs| params(Algorithm::Sha1, 5, OtpKind::Steam { period: Period::new(secs).unwrap() });
    let hotp = |counter| params(Algorithm::Sha1, 6, OtpKind::Hotp { counter });
    let tags = |many: usize| (1..=many).map(|n| format!("tag {n}")).collect::<Vec<_>>();
    let mut accounts = vec![
        odd("Plain", "alice", plain),
        odd("Five", "alice", totp(5, 30)),
        odd("Seven", "alice", totp(7, 30)),
        odd("Nine", "alice", totp(9, 30)),
        odd("Ten", "alice", totp(10, 30)),
        odd("Fifteen", "alice", totp(6, 15)),
        odd("Sixty", "alice", totp(8, 60)),
        odd("Three hundred", "alice", totp(6, 300)),
        odd("A day", "alice", totp(6, 86_400)),
        odd("Sha256", "alice", params(Sha256, 6, plain.kind())),
        odd("Sha512", "alice", params(Sha512, 8, OtpKind::Totp { period: Period::new(60).unwrap() })),
        odd("Steam", "gabe", steam(30)),
        odd("Steam of a minute", "gabe", steam(60)),
        odd("Zero", "alice", hotp(0)),
        odd("Large", "alice", hotp(u64::from(u32::MAX) + 7)),
        odd("Largest", "alice", params(Sha512, 8, OtpKind::Hotp { counter: OtpKind::MAX_COUNTER })),
        odd("", "nobody issued it", plain),
        odd("No name", "", plain),
        odd("Twin", "alice", plain),
        odd("Twin", "alice", totp(8, 30)),
    ];
    let names = [
        ("Acme", "Acme:alice"),
        ("Acme", "Acme: alice"),
        ("Acme", "Other:alice"),
        ("Acme", "Acme"),
        ("Acme: Bank", "a:b:c"),
        ("", "a:b"),
        ("", "a:b:c"),
        (":", "::"),
        ("Root/Sub", "a/b\\c"),
        ("100 %", "a%20b%zz+c"),
        ("A&B=C?D#E", "x;y,z\"'`<b>"),
        ("=1+2", "=cmd|' /C calc'!A0"),
        ("+1", "-1+1"),
        ("@SUM(A1)", "\"quoted\",\"cells\""),
        ("🦊", "👩‍👩‍👧‍👦 familie"),
        ("בנק לדוגמה", "دعم@مثال"),
        ("例示銀行", "山田太郎"),
        ("Crédit", "señor"),
        ("Steam", "not Steam's codes"),
    ];
    accounts.extend(names.map(|(issuer, name)| odd(issuer, name, plain)));
    accounts.extend([
        Odd { tags: tags(1), ..odd("One tag", "alice", plain) },
        Odd { tags: tags(10), ..odd("Ten tags", "alice", plain) },
        Odd { tags: vec!["a/b, c".into(), "=x".into(), "größe 🦊".into()], ..odd("Odd tags", "alice", plain) },
        Odd { tags: vec!["Root".into()], ..odd("The tag Root", "alice", plain) },
        Odd { note: "one line".into(), ..odd("Note", "alice", plain) },
        Odd { note: "two \"lines\",\n\n=1+2\nof; a note, and 🦊".into(), ..odd("Lines", "alice", plain) },
        Odd { note: "words and words ".repeat(256).trim_end().into(), ..odd("Long note", "alice", plain) },
        Odd { pinned: true, ..odd("Pinned", "alice", plain) },
        Odd { tags: tags(2), note: "all".into(), pinned: true, ..odd("All of it", "alice", totp(7, 300)) },
        Odd { secret: Secret::new(vec![7]).unwrap(), ..odd("One byte", "alice", plain) },
        Odd { secret: Secret::new((0..128).collect::<Vec<u8>>()).unwrap(), ..odd("128 bytes", "alice", plain) },
        odd(&"I".repeat(256), &"n".repeat(256), plain),
        odd(&"銀".repeat(85), &"🦊".repeat(64), plain),
    ]);
    accounts
}

fn outgoing(accounts: &[Odd]) -> Vec<Outgoing<'_>> {
    (1..)
        .zip(accounts)
        .map(|(id, account)| Outgoing {
            id: AccountId::from_bytes([id; 16]),
            issuer: &account.issuer,
            name: &account.name,
            params: account.params,
            secret: &account.secret,
            tags: &account.tags,
            note: &account.note,
            pinned: account.pinned,
            uses: 0,
            created: UnixTime::from_secs(1_700_000_000),
        })
        .collect()
}

/// What of an account is not as it was said.
fn compare(account: &Odd, found: &Found, said: &[Unheld]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut check = |right: bool, what: String| wrong.extend((!right).then_some(what));
    let back = &found.account;
    check(
        (back.issuer.as_str(), back.name.as_str()) == (&account.issuer, &account.name),
        format!("{} / {}", back.issuer, back.name),
    );
    check(back.params == account.params, format!("{:?}", back.params));
    check(back.secret.same_as(&account.secret), "its key".into());
    let first = !found.tags.is_empty() && found.tags != account.tags;
    check(!first || found.tags == account.tags[..1], format!("tags {:?}", found.tags));
    check(found.note == account.note || found.note.is_empty(), format!("a note in part: {}", found.note));
    let lost = [
        (found.tags.is_empty() && !account.tags.is_empty(), Unheld::Tags),
        (first, Unheld::MoreTags),
        (found.note != account.note, Unheld::Note),
        (found.pinned != account.pinned, Unheld::Pin),
    ];
    for (lost, unheld) in lost {
        check(lost == said.contains(&unheld), format!("lost: {lost}, and said: {said:?}"));
    }
    check(said.iter().all(|unheld| lost.iter().any(|(_, known)| known == unheld)), format!("said {said:?}"));
    wrong
}

/// The same account with what is said to be unknown to the app as every app knows it.
fn mended(account: &Odd, unheld: Unheld) -> Odd {
    let (kind, digits) = (account.params.kind(), account.params.digits().get());
    let plain = OtpKind::Totp { period: Period::DEFAULT };
    let (algorithm, digits, kind) = match (unheld, kind) {
        (Unheld::Kind, _) => (account.params.algorithm(), if digits == 5 { 6 } else { digits }, plain),
        (Unheld::Algorithm, kind) => (Algorithm::Sha1, digits, kind),
        (Unheld::Digits, kind) => (account.params.algorithm(), 6, kind),
        (Unheld::Period, OtpKind::Steam { .. }) => (Algorithm::Sha1, 5, OtpKind::Steam { period: Period::DEFAULT }),
        (Unheld::Period, _) => (account.params.algorithm(), digits, plain),
        (Unheld::Counter, _) => (account.params.algorithm(), digits, OtpKind::Hotp { counter: 7 }),
        (other, _) => panic!("{other}: this leaves no account out"),
    };
    odd(&account.issuer, &account.name, params(algorithm, digits, kind))
}

type Circle<'a> = (String, &'a dyn Fn(&[Outgoing<'_>]) -> Option<Written>, &'a dyn Fn(&[u8]) -> Import);

/// Writes, reads, compares; and shows that what is left out is left out for the reason that is said.
fn goes_round(accounts: &[Odd], (what, write, read): &Circle<'_>) {
    let written = write(&outgoing(accounts)).unwrap();
    let left_out = |at: usize| written.left_out.iter().find(|(place, _)| *place == at).map(|(_, why)| *why);
    let import = read(&written.file);
    let kept: Vec<usize> = (0..accounts.len()).filter(|at| left_out(*at).is_none()).collect();
    assert_eq!(import.entries.len(), kept.len(), "{what}");
    let mut wrong = Vec::new();
    for (entry, at) in import.entries.iter().zip(&kept) {
        let account = &accounts[*at];
        let said: Vec<Unheld> = written.reduced.iter().filter(|(place, _)| place == at).map(|(_, why)| *why).collect();
        let found = match &entry.outcome {
            Ok(found) => compare(account, found, &said),
            Err(why) => vec![why.to_string()],
        };
        wrong.extend(found.into_iter().map(|found| format!("{what}: {} / {}: {found}", account.issuer, account.name)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (at, why) in &written.left_out {
        assert!(!written.reduced.iter().any(|(place, _)| place == at), "{what}: it is not in it at all");
        let mended = [mended(&accounts[*at], *why)];
        let again = write(&outgoing(&mended)).map(|written| written.left_out).unwrap_or_default();
        assert!(!again.iter().any(|(_, other)| other == why), "{what}: {} is not why: {why}", accounts[*at].issuer);
    }
}

/// What stands in for randomness: the same bytes each time.
pub fn random() -> impl FnMut(&mut [u8]) -> bool {
    let mut next = 0_u8;
    move |bytes| {
        bytes.fill_with(|| {
            next = next.wrapping_mul(5).wrapping_add(7);
            next
        });
        true
    }
}

/// In which ways a format is written: in the clear, and with which password.
pub fn passwords(format: &dyn Format) -> &'static [Option<&'static str>] {
    match format.writes() {
        Writes::Nothing => &[],
        Writes::Plain(_) => &[None],
        Writes::Both(_) => &[None, Some("größe 🦊")],
    }
}

#[test]
fn names_that_a_person_can_have_here() {
    for account in accounts() {
        for name in [&account.issuer, &account.name].into_iter().chain(&account.tags) {
            assert_eq!(halfminute::domain::name::clean(name).text, *name);
        }
    }
}

#[test]
fn every_file_that_is_written_is_read_back_as_it_was_said() {
    let mut circles = 0;
    for format in exchange::ALL {
        for password in passwords(*format) {
            circles += 1;
            let write = |accounts: &[Outgoing<'_>]| {
                let mut random = random();
                let how = &mut How { password: *password, random: &mut random, now: UnixTime::from_secs(1_800_000_000) };
                format.write(accounts, how).ok()
            };
            let read = |file: &[u8]| {
                let key = Key { password: password.map(|password| password.to_owned().into()), long: false };
                let given = Given::new(file).unwrap();
                assert_eq!(exchange::recognise(&given).first().map(|found| found.id()), Some(format.id()));
                format.read(&given, &key).unwrap()
            };
            goes_round(&accounts(), &(format!("{}, {password:?}", format.id()), &write, &read));
        }
    }
    assert!(circles > 7, "{circles}");
}

#[test]
fn codes_for_a_phone_are_read_back_as_it_was_said() {
    let write = |accounts: &[Outgoing<'_>]| {
        let made = google::addresses(accounts, &mut random()).ok()?;
        let lines: Vec<u8> = made.addresses.iter().flat_map(|address| [address.as_bytes(), b"\n"].concat()).collect();
        Some(Written { file: lines.into(), left_out: made.left_out, reduced: made.reduced })
    };
    let read = |file: &[u8]| {
        let import = exchange::by_id("google").unwrap().read(&Given::new(file).unwrap(), &Key::default()).unwrap();
        assert!(import.parts.exports().iter().all(|export| export.missing.is_empty() && export.of > 3));
        import
    };
    goes_round(&accounts(), &("Google".to_owned(), &write, &read));
}

/// The codes on the page are read as a camera would see them.
#[test]
fn a_printed_page_is_read_back_as_it_was_said() {
    let write = |accounts: &[Outgoing<'_>]| print_page::write(accounts, Paper::A4).ok();
    let read = |file: &[u8]| {
        let page = std::str::from_utf8(file).unwrap();
        let codes = page.split("<svg ").skip(1).map(|rest| {
            let svg = rest.split_once("</svg>").unwrap().0;
            let svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" {svg}</svg>");
            let found = qr_reader::read(&picture::read(svg.as_bytes()).unwrap());
            assert_eq!(found.len(), 1);
            String::from_utf8(found[0].text.to_vec()).unwrap()
        });
        let lines = codes.collect::<Vec<_>>().join("\n");
        exchange::by_id("otpauth").unwrap().read(&Given::new(lines.as_bytes()).unwrap(), &Key::default()).unwrap()
    };
    // Reading pictures takes its time where nothing is optimised: some of every kind.
    let some: Vec<Odd> =
        accounts().into_iter().step_by(7).chain([odd(&"I".repeat(256), &"n".repeat(256), totp(6, 30))]).collect();
    goes_round(&some, &("page".to_owned(), &write, &read));
}
