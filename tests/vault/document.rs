//! The document as text, and what each change does to it.

use halfminute::app::change::{Change, ChangeError, Edit};
use halfminute::app::document::{Document, DocumentError, Record, TestUser};
use halfminute::domain::{
    Account, Algorithm, Digits, OtpKind, OtpParams, Password, PasswordHash, Period, Rules, Secret, UnixTime,
};
use proptest::prelude::*;

use crate::world::{account, add, id, seen};

const ONE: &str = r#"{"schema":1,"generation":7,"accounts":[{"id":"01010101010101010101010101010101","issuer":"I","name":"n","secret":"GEZDGNBVGY3TQOJQ","type":"totp","algorithm":"SHA1","digits":6,"period":30,"tags":["t"],"note":"","pinned":false,"created":5}],"users":[{"name":"u","accounts":["01010101010101010101010101010101"]}]}"#;

fn read(text: &str) -> Document {
    Document::from_json(text).unwrap()
}

#[test]
fn what_is_read_is_written_back_to_the_letter() {
    let kept = [
        ONE.to_owned(),
        ONE.replace("\"created\":5", "\"created\":5,\"trashed\":9"),
        // unknown fields at every level, one of them with a number that no float holds, one twice
        ONE.replace("\"created\":5", "\"created\":5,\"icon\":{\"a\":[1,2.50,1e999]},\"icon\":null"),
        ONE.replace("]}]}", "],\"role\":\"admin\"}],\"groups\":[{}]}"),
        // a counter on a time-based account is not ours to understand
        ONE.replace("\"created\":5", "\"created\":5,\"counter\":3"),
        ONE.replace("\"totp\"", "\"hotp\"").replace("\"period\":30", "\"counter\":9223372036854775807"),
        ONE.replace("\"totp\"", "\"steam\"").replace("\"digits\":6", "\"digits\":5"),
        ONE.replace("\"I\"", r#""\u00e4\u202e\ud83e\udd50\"\\\u0000\u007f""#),
    ];
    for text in kept {
        let document = read(&text);
        assert_eq!(document.odd(), 0, "{text}");
        assert_eq!(document.to_json().as_str(), text);
    }
}

#[test]
fn odd_entries_are_counted_kept_and_written_back_where_they_stood() {
    let odd = [
        ("a word", "\"odd\"".to_owned()),
        ("no id", "\"id\":\"01010101010101010101010101010101\",>".to_owned()),
        ("an unknown algorithm", "SHA1>SHA224".to_owned()),
        ("an unknown type", "totp>motp".to_owned()),
        ("no key", "\"GEZDGNBVGY3TQOJQ\">\"\"".to_owned()),
        ("a key that is no base32", "GEZDGNBVGY3TQOJQ>GEZDGNBVGY3TQOJ1".to_owned()),
        ("four digits", "\"digits\":6>\"digits\":4".to_owned()),
        ("no period", "\"period\":30>\"period\":0".to_owned()),
        ("a period beyond a day", "\"period\":30>\"period\":86401".to_owned()),
        ("a key that stands twice", "\"note\":\"\">\"secret\":\"GEZDGNBV\"".to_owned()),
        ("a note that is a number", "\"note\":\"\">\"note\":5".to_owned()),
        ("a negative moment", "\"created\":5>\"created\":-5".to_owned()),
    ];
    let start = ONE.find("{\"id\"").unwrap();
    let end = ONE.find("],\"users\"").unwrap();
    let good = &ONE[start..end];
    let second = good.replace("0101", "0202");
    for (what, how) in odd {
        let entry = match how.split_once('>') {
            Some((from, to)) => good.replace(from, to),
            None => how,
        };
        for list in [format!("{entry},{second}"), format!("{second},{entry}"), format!("{second},{entry},{entry}")] {
            let text = format!("{}{list}{}", &ONE[..start], &ONE[end..]);
            let document = read(&text);
            assert_eq!((document.accounts.len(), document.odd()), (1, list.matches(&entry).count()), "{what}");
            assert_eq!(document.to_json().as_str(), text, "{what}");
        }
    }
    // a second entry of a known id, and of a known name
    let text = format!("{}{good},{good}{}", &ONE[..start], &ONE[end..]);
    assert_eq!((read(&text).odd(), read(&text).to_json().to_string()), (1, text.clone()));
    let text = ONE.replace("\"users\":[", "\"users\":[{\"name\":\"u\",\"accounts\":[]},");
    assert_eq!((read(&text).odd(), read(&text).to_json().to_string()), (1, text.clone()));
}

#[test]
fn what_was_kept_of_a_foreign_hand_becomes_one_ascii_line() {
    let text = ONE.replace("\"created\":5", "\"created\":5,\n\t\"iç\u{202e}n\": {\r\n\"a\" : \"é\u{1f950}\u{7f}\"\n}");
    let written = read(&text).to_json();
    assert!(written.bytes().all(|b| (b' '..=b'~').contains(&b)), "{}", written.as_str());
    assert!(written.contains(r#""i\u00e7\u202en":{  "a" : "\u00e9\ud83e\udd50\u007f" }"#), "{}", written.as_str());
    assert_eq!(read(&written).to_json(), written);
}

#[test]
fn texts_that_are_no_document_have_their_reason() {
    let newer = ONE.replace("\"schema\":1", "\"schema\":2");
    let rows = [
        ("", DocumentError::Damaged),
        ("null", DocumentError::Damaged),
        ("[]", DocumentError::Damaged),
        ("{}", DocumentError::Damaged),
        (&ONE[..ONE.len() - 1], DocumentError::Damaged),
        (r#"{"schema":1,"generation":7,"accounts":{}}"#, DocumentError::Damaged),
        (r#"{"schema":1,"generation":-7,"accounts":[]}"#, DocumentError::Damaged),
        (r#"{"schema":0,"generation":7,"accounts":[]}"#, DocumentError::Damaged),
        (r#"{"schema":1,"generation":7,"generation":8,"accounts":[]}"#, DocumentError::Damaged),
        (r#"{"schema":99}"#, DocumentError::TooNew),
        (newer.as_str(), DocumentError::TooNew),
    ];
    for (text, reason) in rows {
        assert_eq!(Document::from_json(text).map(|_| ()), Err(reason), "{text}");
    }
    let deep = format!(r#"{{"schema":1,"generation":7,"accounts":[],"x":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    // what nobody looks into may be as deep as it likes
    assert_eq!(read(&deep).to_json().len(), deep.len() + ",\"users\":[]".len());
}

#[test]
fn ten_thousand_accounts_are_written_and_read() {
    let mut document = Document::default();
    for n in 0..10_000_u32 {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&n.to_be_bytes());
        let mut account = account(0, &format!("account {n}"));
        account.id = halfminute::domain::AccountId::from_bytes(bytes);
        document.accounts.push(Record { account, secret: Secret::new(vec![7; 20]).unwrap(), trashed: None });
    }
    let again = read(&document.to_json());
    assert_eq!(seen(&again), seen(&document));
    assert_eq!((again.entries(), again.odd()), (10_000, 0));
}

proptest! {
    #[test]
    fn any_account_comes_back_as_it_was(
        issuer in any::<String>(), name in any::<String>(), note in any::<String>(),
        tags in prop::collection::vec(any::<String>(), 0..4),
        secret in prop::collection::vec(any::<u8>(), 1..=128),
        kind in 0_u8..2, moving in 1_u32..=86_400, digits in 5_u8..=10, algorithm in prop::sample::select(Algorithm::ALL.to_vec()),
        created in any::<u64>(), trashed in any::<Option<u64>>(), user in any::<String>(),
    ) {
        let kind = match kind {
            0 => OtpKind::Totp { period: Period::new(moving).unwrap() },
            _ => OtpKind::Hotp { counter: u64::from(moving) },
        };
        let params = OtpParams::new(algorithm, Digits::new(digits).unwrap(), kind).unwrap();
        let created = UnixTime::from_secs(created);
        let account = Account { id: id(1), issuer, name, params, tags, note, pinned: true, uses: 9, created };
        let secret = Secret::new(secret).unwrap();
        let mut document = Document { generation: u64::MAX, ..Document::default() };
        let trashed = trashed.map(UnixTime::from_secs);
        document.accounts.push(Record { account: account.clone(), secret: secret.duplicate(), trashed });
        document.users.push(TestUser { name: user.clone(), password: None, accounts: vec![id(1), id(2)], key: None, rules: Rules::default() });
        let text = document.to_json();
        prop_assert!(text.bytes().all(|b| (b' '..=b'~').contains(&b)));
        let again = read(&text);
        prop_assert_eq!(again.generation, u64::MAX);
        prop_assert_eq!(&again.accounts[0].account, &account);
        prop_assert!(again.accounts[0].secret.same_as(&secret));
        prop_assert_eq!(again.accounts[0].trashed, trashed);
        prop_assert_eq!((&again.users[0].name, &again.users[0].accounts), (&user, &vec![id(1), id(2)]));
        prop_assert!(again.duplicate().to_json() == text);
    }
}

fn hotp(counter: u64) -> OtpParams {
    OtpParams::new(Algorithm::Sha1, Digits::SIX, OtpKind::Hotp { counter }).unwrap()
}

/// Accounts 1 (time), 2 (in the trash), 3 (counter 4), 4 (counter at its end); user `u` with 1 and 2.
fn some() -> Document {
    let mut document = Document::default();
    for n in 1..=4 {
        document.apply(&add(n, "a")).unwrap();
    }
    document.accounts[1].trashed = Some(UnixTime::from_secs(3));
    document.accounts[2].account.params = hotp(4);
    document.accounts[3].account.params = hotp(OtpKind::MAX_COUNTER);
    document.users.push(TestUser {
        name: "u".into(),
        password: None,
        accounts: vec![id(1), id(2)],
        key: None,
        rules: Rules::default(),
    });
    document
}

#[test]
fn each_change_and_each_reason_not_to_make_it() {
    use ChangeError::{NoCounter, NoSuchAccount, NoSuchUser, NotInTrash, SameId};
    let edit = |n| Edit {
        id: id(n),
        issuer: "J".into(),
        name: "b".into(),
        params: hotp(1),
        before: hotp(0),
        tags: vec![],
        note: "x".into(),
    };
    let join = |name: &str, account| Change::JoinUser { name: name.into(), password: None, account };
    let at = UnixTime::from_secs(8);
    let twice = || (account(9, "x"), Secret::new(vec![1]).unwrap());
    let rows: Vec<(Change, Result<&str, ChangeError>)> = vec![
        (add(9, "x"), Ok("\"name\":\"x\"")),
        (add(2, "x"), Err(SameId)),
        (Change::Add(vec![twice(), twice()]), Err(SameId)),
        (Change::Edit(edit(1)), Ok("\"issuer\":\"J\",\"name\":\"b\"")),
        (Change::Edit(edit(9)), Err(NoSuchAccount)),
        (Change::Pin { id: id(1), pinned: true }, Ok("\"pinned\":true")),
        (Change::Pin { id: id(9), pinned: true }, Err(NoSuchAccount)),
        (Change::Trash { id: id(1), at }, Ok("\"trashed\":8")),
        (Change::Trash { id: id(9), at }, Err(NoSuchAccount)),
        (Change::Restore { id: id(9) }, Err(NoSuchAccount)),
        (Change::Purge { id: id(1) }, Err(NotInTrash)),
        (Change::Purge { id: id(9) }, Err(NoSuchAccount)),
        (Change::Purge { id: id(2) }, Ok("\"accounts\":[\"01010101010101010101010101010101\"]")),
        (Change::NextCode { id: id(3), from: 4 }, Ok("\"counter\":5")),
        (Change::NextCode { id: id(1), from: 0 }, Err(NoCounter)),
        (Change::NextCode { id: id(4), from: OtpKind::MAX_COUNTER }, Err(NoCounter)),
        (Change::NextCode { id: id(9), from: 0 }, Err(NoSuchAccount)),
        (join("v", id(3)), Ok("\"accounts\":[\"03030303030303030303030303030303\"],\"key\":\"0:v\"}")),
        (join("u", id(3)), Ok("02020202\",\"03030303030303030303030303030303\"]}]}")),
        (join("v", id(9)), Err(NoSuchAccount)),
        (Change::RemoveUser { name: "u".into() }, Ok("\"users\":[]")),
        (Change::RemoveUser { name: "U".into() }, Err(NoSuchUser)),
        (
            Change::All(vec![add(9, "x"), Change::Trash { id: id(9), at }, Change::Purge { id: id(9) }, join("v", id(3))]),
            Ok("\"v\""),
        ),
        (Change::All(vec![add(9, "x"), Change::Purge { id: id(9) }]), Err(NotInTrash)),
        (Change::All(vec![Change::Restore { id: id(2) }, Change::All(vec![add(9, "x"), add(9, "x")])]), Err(SameId)),
    ];
    for (change, outcome) in rows {
        let mut document = some();
        let before = document.to_json();
        let done = document.apply(&change);
        let after = document.to_json();
        match outcome {
            Ok(part) => {
                assert_eq!(done, Ok(()), "{change:?}");
                assert!(after.contains(part) && !before.contains(part), "{change:?}: {}", after.as_str());
            }
            Err(reason) => {
                assert_eq!(done, Err(reason), "{change:?}");
                assert!(before == after, "{change:?} changed something");
            }
        }
    }
}

#[test]
fn what_is_so_already_stays_so() {
    let at = UnixTime::from_secs(8);
    let changes = [
        Change::Trash { id: id(2), at },
        Change::Restore { id: id(1) },
        Change::NextCode { id: id(3), from: 3 },
        Change::NextCode { id: id(4), from: 0 },
        Change::All(vec![]),
        Change::Add(vec![]),
    ];
    for change in changes {
        let mut document = some();
        let before = document.to_json();
        document.apply(&change).unwrap();
        assert!(document.to_json() == before, "{change:?}");
    }
}

#[test]
fn what_is_unknown_of_an_entry_lives_as_long_as_the_entry() {
    let mut document =
        read(&ONE.replace("\"created\":5", "\"created\":5,\"icon\":1").replace("\"name\":\"u\"", "\"name\":\"u\",\"role\":2"));
    let edit = Edit {
        id: id(1),
        issuer: "J".into(),
        name: "b".into(),
        params: hotp(1),
        before: hotp(0),
        tags: vec![],
        note: String::new(),
    };
    document.apply(&Change::Edit(edit)).unwrap();
    document.apply(&Change::JoinUser { name: "u".into(), password: None, account: id(1) }).unwrap();
    assert!(document.to_json().contains("\"icon\":1") && document.to_json().contains("\"role\":2"));
    document.apply(&Change::Trash { id: id(1), at: UnixTime::EPOCH }).unwrap();
    document.apply(&Change::Purge { id: id(1) }).unwrap();
    document.apply(&add(1, "anew")).unwrap();
    assert!(!document.to_json().contains("icon") && !document.to_json().contains("role"));
}

#[test]
fn an_unknown_field_does_not_become_a_second_known_one() {
    let mut document = read(&ONE.replace("\"created\":5", "\"created\":5,\"counter\":3"));
    let edit = Edit {
        id: id(1),
        issuer: "J".into(),
        name: "b".into(),
        params: hotp(1),
        before: hotp(0),
        tags: vec![],
        note: String::new(),
    };
    document.apply(&Change::Edit(edit)).unwrap();
    assert_eq!(read(&document.to_json()).odd(), 0);
}

#[test]
fn a_password_hash_comes_back_and_only_a_new_one_replaces_it() {
    let hash = |text: &str| PasswordHash::new(&Password::new(text).unwrap(), [7; 16]);
    let join = |password| Change::JoinUser { name: "u".into(), password, account: id(1) };
    let mut document = read(ONE);
    document.apply(&join(Some(hash("correct horse")))).unwrap();
    document.apply(&join(None)).unwrap();
    let again = read(&document.to_json());
    assert!(again.user("u").unwrap().password.as_ref().unwrap().matches(&Password::new("correct horse").unwrap()));
    // A hash that nothing can check makes its user odd: kept, never open to everybody.
    let weak = document.to_json().replace("argon2id", "argon2i");
    let odd = read(&weak);
    assert_eq!((odd.odd(), odd.users.len()), (1, 0));
    assert!(odd.to_json().contains("argon2i$"));
}
