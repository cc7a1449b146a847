//! What holds of any accounts that are written, and of any file that somebody has changed: nothing is lost, and nothing is made up.

use halfminute::domain::name::clean;
use halfminute::domain::{Algorithm, Digits, OtpKind, OtpParams, Period, Secret};
use halfminute::formats::NewAccount;
use halfminute::formats::exchange::{self, Found, Key, Writes, google};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fixture::all;
use crate::whole;

fn params() -> impl Strategy<Value = OtpParams> {
    let algorithm = prop_oneof![4 => Just(Algorithm::Sha1), 1 => Just(Algorithm::Sha256), 1 => Just(Algorithm::Sha512)];
    let secs = prop_oneof![4 => Just(30), 1 => Just(60), 1 => Just(10), 1 => 1..=86_400_u32];
    let counter = prop_oneof![Just(0), Just((1 << 63) - 1), 0..1_u64 << 63, 0..5_u64];
    let totp = secs.clone().prop_map(|secs| OtpKind::Totp { period: Period::new(secs).unwrap() });
    let steam = secs.prop_map(|secs| OtpKind::Steam { period: Period::new(secs).unwrap() });
    let kind = prop_oneof![4 => totp, 1 => steam, 2 => counter.prop_map(|counter| OtpKind::Hotp { counter })];
    (algorithm, prop_oneof![4 => Just(6_u8), 1 => 5..=10_u8], kind).prop_map(|(algorithm, digits, kind)| match kind {
        OtpKind::Steam { .. } => OtpParams::new(Algorithm::Sha1, Digits::STEAM, kind).unwrap(),
        _ => OtpParams::new(algorithm, Digits::new(digits).unwrap(), kind).unwrap(),
    })
}

/// Anything that a person could type, and all that means something in one of the forms.
fn letters() -> impl Strategy<Value = String> {
    let odd = "[-=+@:;,/%#&?<>{}\\[\\]\"'\\\\ |~^`$!*().0-9a-zA-ZäßéøΩж例בش🦊\u{200d}\u{301}\u{202e}\u{feff}\t\r\n\u{0}]{0,24}";
    const FIXED: [&str; 12] =
        ["", "none", "KeePassXC", "Root", "Root/a", "Steam", "otpauth://totp/a?secret=MA", "a:b", ":", "a: b", "Steam:x", " - "];
    prop_oneof![6 => odd, 2 => any::<String>(), 1 => proptest::sample::select(&FIXED[..]).prop_map(str::to_owned)]
}

fn name() -> impl Strategy<Value = String> {
    letters().prop_map(|text| clean(&text).text)
}

/// Lines, as every reader leaves them.
fn note() -> impl Strategy<Value = String> {
    proptest::collection::vec(letters(), 0..4).prop_map(|lines| {
        let lines = lines.iter().map(|line| line.chars().filter(|letter| !letter.is_control()).collect::<String>());
        lines.collect::<Vec<_>>().join("\n").trim().to_owned()
    })
}

fn tags() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(name(), 0..4).prop_map(|tags| {
        let mut kept: Vec<String> = Vec::new();
        for tag in tags {
            if !tag.is_empty() && !kept.contains(&tag) {
                kept.push(tag);
            }
        }
        kept
    })
}

fn found() -> impl Strategy<Value = Found> {
    let key = proptest::collection::vec(any::<u8>(), 1..=128_usize);
    (name(), name(), params(), key, tags(), note(), any::<bool>(), 0..1000_u64).prop_map(
        |(issuer, name, params, key, tags, note, pinned, uses)| Found {
            account: NewAccount { issuer, name, params, secret: Secret::new(key).unwrap() },
            tags,
            note,
            pinned,
            uses,
            in_trash: false,
            created: None,
            notes: Vec::new(),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_accounts_are_read_as_they_were_written(accounts in proptest::collection::vec(found(), 0..12)) {
        let accounts: Vec<&Found> = accounts.iter().collect();
        let mut written = 0;
        for format in exchange::ALL {
            written += usize::from(whole::written_and_read_back(*format, &accounts, None));
        }
        // Lists of addresses, Ente and Aegis hold everything.
        prop_assert!(written >= 3 || accounts.is_empty(), "{written} files were written");
    }

    /// Google's addresses hold no period, and 6 or 8 digits.
    #[test]
    fn any_accounts_are_read_as_they_were_written_for_google(accounts in proptest::collection::vec(found(), 1..25)) {
        let outgoing: Vec<_> = accounts.iter().enumerate().map(|(at, found)| whole::outgoing(at, found)).collect();
        let mut random = |bytes: &mut [u8]| { bytes.fill(7); true };
        let Ok(written) = google::addresses(&outgoing, &mut random) else { return Ok(()) };
        let file = written.addresses.iter().map(|address| format!("{}\n", address.as_str())).collect::<String>();
        let import = whole::read(exchange::by_id("google").unwrap(), file.as_bytes(), &Key::default()).unwrap();
        let left_out = |at: &usize| written.left_out.iter().any(|(left, _)| left == at);
        let kept: Vec<usize> = (0..accounts.len()).filter(|at| !left_out(at)).collect();
        prop_assert_eq!(import.entries.len(), kept.len());
        for (at, entry) in kept.into_iter().zip(&import.entries) {
            let (before, after) = (&accounts[at].account, &entry.outcome.as_ref().unwrap().account);
            prop_assert_eq!((&after.issuer, &after.name, after.params), (&before.issuer, &before.name, before.params));
            prop_assert!(after.secret.same_as(&before.secret));
        }
    }

    #[test]
    fn every_entry_of_a_changed_file_is_accounted_for(changes in proptest::collection::vec(change(), 1..6), seed in any::<u64>()) {
        changed(&changes, seed);
    }
}

/// Accounts that were once read as others than they were written.
#[test]
fn names_that_mean_something_in_one_of_the_forms() {
    let totp = OtpKind::Totp { period: Period::DEFAULT };
    let steam = OtpParams::new(Algorithm::Sha1, Digits::STEAM, OtpKind::Steam { period: Period::DEFAULT }).unwrap();
    let usual = OtpParams::new(Algorithm::Sha1, Digits::SIX, totp).unwrap();
    let rows: [(&str, &str, OtpParams, &[&str], &str); 9] = [
        ("", ":", usual, &[], ""),
        ("", "a:b", usual, &[], ""),
        (":a", "", usual, &[], ""),
        ("a:", "", usual, &[], ""),
        ("same", "same", usual, &[], ""),
        ("", "only", steam, &[], ""),
        ("same", "", steam, &[], ""),
        ("Acmeperiod=30", "a", usual, &["b", "a", "Root/c"], ""),
        ("a", "b", usual, &["a"], &"x\n".repeat(3000)),
    ];
    let found = rows.map(|(issuer, name, params, tags, note)| Found {
        account: NewAccount { issuer: issuer.into(), name: name.into(), params, secret: Secret::new(vec![7; 20]).unwrap() },
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        // As any reader cuts it.
        note: note.chars().take(exchange::MAX_TEXT).collect::<String>().trim().to_owned(),
        pinned: false,
        uses: 0,
        in_trash: false,
        created: None,
        notes: Vec::new(),
    });
    // All of them together, and each alone.
    let all: Vec<&Found> = found.iter().collect();
    for format in exchange::ALL.iter().filter(|format| format.writes() != Writes::Nothing) {
        assert!(whole::written_and_read_back(*format, &all, None), "{}", format.id());
        all.iter().for_each(|one| _ = whole::written_and_read_back(*format, &[*one], None));
    }
}

proptest! {
    // Each costs what Aegis spends on a password.
    #![proptest_config(ProptestConfig { cases: 3, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_accounts_are_read_as_they_were_encrypted(accounts in proptest::collection::vec(found(), 1..12), password in letters()) {
        let accounts: Vec<&Found> = accounts.iter().collect();
        let written = exchange::ALL.iter().filter(|format| whole::written_and_read_back(**format, &accounts, Some(&password)));
        prop_assert!(written.count() >= 1);
    }
}

/// One thing that somebody did to a file.
#[derive(Clone, Debug)]
enum Change {
    /// A value is gone.
    Delete,
    /// An item of a list stands twice, a field also under another name.
    Double,
    /// A value is of another type.
    Retype(Value),
    /// A list is the other way round.
    Turn,
    /// A text lost its end, or got one.
    Cut(usize),
    /// A text is this one.
    Text(String),
}

fn change() -> impl Strategy<Value = Change> {
    let other = proptest::sample::select(vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(6.5),
        json!(u64::MAX),
        json!(""),
        json!("30"),
        json!([]),
        json!([1]),
        json!({}),
        json!({"secret": "MA"}),
    ]);
    prop_oneof![
        3 => Just(Change::Delete),
        2 => Just(Change::Double),
        3 => other.prop_map(Change::Retype),
        1 => Just(Change::Turn),
        1 => (0..40_usize).prop_map(Change::Cut),
        2 => letters().prop_map(Change::Text),
    ]
}

/// Does `changes` to every file that is no encrypted one, each at a place that `seed` chooses, and reads it.
fn changed(changes: &[Change], seed: u64) {
    let mut choices = seed;
    let mut choose = |count: usize| {
        choices = choices.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (choices >> 33) as usize % count.max(1)
    };
    let fixtures = all();
    // Some at a time: each case takes others.
    for _ in 0..12 {
        let fixture = &fixtures[choose(fixtures.len())];
        let Ok(text) = std::str::from_utf8(&fixture.bytes) else { continue };
        if fixture.password().is_some() {
            continue;
        }
        let bytes = match serde_json::from_str::<Value>(text) {
            Ok(mut root) => {
                for change in changes {
                    let mut places = Vec::new();
                    places_in(&root, String::new(), &mut places);
                    if places.len() == 1 {
                        break;
                    }
                    // The whole is the last of them.
                    let place = places[choose(places.len() - 1)].clone();
                    change_json(&mut root, &place, change);
                }
                root.to_string()
            }
            Err(_) => {
                let mut pieces: Vec<String> = text.split_inclusive(['\n', ',', '&']).map(str::to_owned).collect();
                for change in changes {
                    change_pieces(&mut pieces, change, &mut choose);
                }
                pieces.concat()
            }
        };
        whole::read(fixture.format, bytes.as_bytes(), &Key::default());
    }
}

fn places_in(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(n, item)| places_in(item, format!("{at}/{n}"), places)),
        Value::Object(fields) => {
            let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
            fields.iter().for_each(|(key, value)| places_in(value, format!("{at}/{}", escaped(key)), places));
        }
        _ => {}
    }
    places.push(at);
}

fn change_json(root: &mut Value, place: &str, change: &Change) {
    let (parent, key) = place.rsplit_once('/').unwrap_or(("", ""));
    let copy = root.pointer(place).cloned().unwrap_or_default();
    match (change, root.pointer_mut(parent)) {
        (Change::Delete, Some(Value::Object(fields))) => _ = fields.remove(key),
        (Change::Delete, Some(Value::Array(items))) => _ = items.remove(key.parse().unwrap()),
        (Change::Double, Some(Value::Object(fields))) => _ = fields.insert(format!("{key}2"), copy),
        (Change::Double, Some(Value::Array(items))) => items.push(copy),
        (Change::Retype(other), _) => *root.pointer_mut(place).unwrap() = other.clone(),
        (Change::Text(text), _) => *root.pointer_mut(place).unwrap() = json!(text),
        (Change::Turn, Some(Value::Array(items))) => items.reverse(),
        (Change::Cut(length), _) => {
            if let Some(Value::String(text)) = root.pointer_mut(place) {
                *text = text.chars().take(*length).collect();
            }
        }
        _ => {}
    }
}

fn change_pieces(pieces: &mut Vec<String>, change: &Change, choose: &mut impl FnMut(usize) -> usize) {
    if pieces.is_empty() {
        return;
    }
    let at = choose(pieces.len());
    match change {
        Change::Delete => _ = pieces.remove(at),
        Change::Double => pieces.insert(at, pieces[at].clone()),
        Change::Retype(other) => pieces[at] = other.to_string(),
        Change::Turn => pieces[at..].reverse(),
        Change::Cut(length) => pieces[at] = pieces[at].chars().take(*length).collect(),
        Change::Text(text) => pieces[at].push_str(text),
    }
}
