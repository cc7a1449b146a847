//! Restoring into what is here: nothing of either side is lost, twice is once, and one undo takes exactly that back.

use std::sync::Arc;

use halfminute::app::change::{Change, Merging};
use halfminute::app::document::{Difference, Document, Fate, Merged};
use proptest::prelude::*;

use crate::{FULL, document};

/// What a merge of `backup` into `here` gives, as the vault does it: through a change, and through JSON.
fn merged(here: &str, backup: &str) -> (Document, Merged) {
    let mut document = document(here);
    let merging = Arc::new(Merging::new(crate::document(backup)));
    document.apply(&Change::Merge(Arc::clone(&merging))).unwrap();
    (crate::document(&document.to_json()), merging.done().unwrap())
}

fn fates(merged: &Merged) -> Vec<(String, Fate, bool)> {
    merged.accounts.iter().map(|account| (account.title(), account.fate.clone(), account.trashed)).collect()
}

#[test]
fn a_lost_vault_comes_back_whole() {
    let (document, merged) = merged(r#"{"schema":1,"generation":7,"accounts":[]}"#, FULL);
    // Notes, tags, order, trash, pin, test users, unknown fields, and what nobody can read where it stood.
    assert_eq!(document.to_json().as_str(), FULL);
    assert_eq!(fates(&merged), [("Acme (alice)".into(), Fate::New, false), ("Bank (bob)".into(), Fate::New, true)]);
    assert_eq!((merged.users.len(), merged.odd, merged.left_out.len()), (1, 3, 0));
}

#[test]
fn the_same_backup_changes_nothing() {
    let (document, merged) = merged(FULL, FULL);
    assert_eq!(document.to_json().as_str(), FULL);
    assert!(!merged.changes());
    assert_eq!(merged.count(|fate| *fate == Fate::Same), 2);
    assert_eq!(merged.count_users(|fate| *fate == Fate::Same), 1);
}

#[test]
fn what_becomes_of_an_account() {
    use Difference::*;
    let both = |what: &[Difference]| Fate::Both(what.to_vec());
    // (what is changed here), (what is changed in the backup), what becomes of the account, how many there are then
    let rows: &[(&str, &str, Fate, usize)] = &[
        ("", "", Fate::Same, 2),
        ("", r#""issuer":"Acme">"issuer":"Acne""#, both(&[Issuer]), 3),
        ("", r#""name":"alice">"name":"""#, both(&[Name]), 3),
        ("", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ>GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR", both(&[Secret]), 3),
        ("", r#""period":30>"period":60"#, both(&[Period]), 3),
        ("", r#""digits":6,"period">"digits":8,"period""#, both(&[Digits]), 3),
        ("", r#""totp","algorithm":"SHA1">"totp","algorithm":"SHA512""#, both(&[Algorithm]), 3),
        (
            "",
            r#""type":"totp","algorithm":"SHA1","digits":6,"period":30>"type":"hotp","algorithm":"SHA1","digits":6,"counter":0"#,
            both(&[Type]),
            3,
        ),
        ("", r#"["work"]>["work","mine"]"#, both(&[Tags]), 3),
        ("by hand>", "", both(&[Note]), 3),
        ("", "a.png>b.png", both(&[Unknown]), 3),
        // Shown elsewhere, saved on another day: the same account.
        ("", r#""pinned":true,"created":5>"pinned":false,"created":77"#, Fate::Same, 2),
        // In use in the backup, in the trash here: back.
        (r#""created":5>"created":5,"trashed":9"#, "", Fate::OutOfTrash, 2),
        // The other way round nothing happens.
        ("", r#""created":5>"created":5,"trashed":9"#, Fate::Same, 2),
        (r#""created":5>"created":5,"trashed":9"#, "by hand>x", both(&[Note]), 3),
    ];
    let edit = |how: &str| match how.split_once('>') {
        Some((from, to)) => {
            assert!(FULL.contains(from), "{from}");
            FULL.replacen(from, to, 1)
        }
        None => FULL.to_owned(),
    };
    for (here, backup, fate, accounts) in rows {
        let (document, merged) = merged(&edit(here), &edit(backup));
        assert_eq!((&merged.accounts[0].fate, document.accounts.len()), (fate, *accounts), "{here} / {backup}");
        assert!(document.accounts[0].trashed.is_none(), "{here} / {backup}");
        if let Fate::Both(_) = fate {
            let copy = document.accounts.last().unwrap();
            assert!(copy.account.title().contains("(from backup)"), "{}", copy.account.title());
        }
    }
}

#[test]
fn a_counter_that_is_further_here_is_no_difference() {
    let at = |counter: u32| FULL.replace("\"counter\":9", &format!("\"counter\":{counter}"));
    let (document, merged) = merged(&at(12), &at(9));
    assert_eq!(merged.accounts[1].fate, Fate::Same);
    assert_eq!(document.to_json().as_str(), at(12));
    let (_, merged) = self::merged(&at(9), &at(12));
    assert_eq!(merged.accounts[1].fate, Fate::Both(vec![Difference::Counter]));
}

#[test]
fn a_test_user_that_differs_stays_and_gets_another_beside_it() {
    let here = FULL.replace(r#""accounts":["01010101010101010101010101010101"],"role""#, r#""accounts":[],"role""#);
    let (document, merged) = merged(&here, FULL);
    assert_eq!(merged.users[0].fate, Fate::Both(vec![Difference::Accounts]));
    assert_eq!(document.users.len(), 2);
    assert!(document.users[1].name.starts_with("alice (backup "), "{}", document.users[1].name);
    // More accounts here than there is no difference.
    let (document, merged) = self::merged(FULL, &here);
    assert_eq!((merged.users[0].fate.clone(), document.users.len()), (Fate::Same, 1));
}

#[test]
fn an_unknown_field_of_the_document_cannot_be_kept_twice_and_is_said() {
    let other = FULL.replace(r#"{"work":[1]}"#, r#"{"work":[2]}"#);
    let (document, merged) = merged(FULL, &other);
    assert_eq!(merged.left_out, ["groups"]);
    assert_eq!(document.to_json().as_str(), FULL);
}

#[test]
fn the_passphrase_of_automatic_backups_is_in_no_backup_and_survives_a_restore() {
    let mut here = document(FULL);
    here.apply(&Change::BackupPassphrase(Some("correct horse".to_owned().into()))).unwrap();
    assert!(here.to_json().contains("\"backup_passphrase\":\"correct horse\""));
    assert_eq!(here.to_backup().as_str(), FULL);
    let (after, merged) = merged(&here.to_json(), FULL);
    assert!(!merged.changes());
    assert_eq!(after.backup_passphrase.as_deref().map(String::as_str), Some("correct horse"));
    // Something else under this name is not ours to understand.
    let foreign = FULL.replace(",\"groups\"", ",\"backup_passphrase\":[7],\"groups\"");
    assert_eq!(document(&foreign).to_json().as_str(), foreign);
}

/// The JSON of any document: few ids, so that both sides share some.
fn any_document() -> impl Strategy<Value = String> {
    let record = (0_u8..6, 0_u8..3, 0_u8..3, 0_u64..3, prop::option::of(0_u64..3), any::<bool>());
    let entry = prop_oneof![
        8 => record.prop_map(|(id, name, secret, counter, trashed, hotp)| {
            let id = data_encoding::HEXLOWER.encode(&[id; 16]);
            let secret = ["GEZDGNBVGY3TQOJQ", "GEZDGNBVGY3TQOJR", "JBSWY3DPEHPK3PXP"][usize::from(secret)];
            let moving = if hotp { format!("\"hotp\",\"counter\":{counter}") } else { "\"totp\",\"period\":30".to_owned() };
            let trashed = trashed.map(|at| format!(",\"trashed\":{at}")).unwrap_or_default();
            format!("{{\"id\":\"{id}\",\"name\":\"n{name}\",\"secret\":\"{secret}\",\"algorithm\":\"SHA1\",\"digits\":6,\"type\":{moving},\"x\":{name}{trashed}}}")
        }),
        1 => (0_u8..3).prop_map(|n| format!("{{\"odd\":{n}}}")),
    ];
    let user = prop_oneof![
        4 => (0_u8..3, 0_u8..6).prop_map(|(name, id)| {
            format!("{{\"name\":\"u{name}\",\"accounts\":[\"{}\"]}}", data_encoding::HEXLOWER.encode(&[id; 16]))
        }),
        1 => Just("7".to_owned()),
    ];
    let field = prop::option::of(0_u8..3).prop_map(|field| field.map(|n| format!(",\"groups\":{n}")).unwrap_or_default());
    (prop::collection::vec(entry, 0..8), prop::collection::vec(user, 0..4), field).prop_map(|(accounts, users, field)| {
        format!("{{\"schema\":1,\"generation\":1,\"accounts\":[{}],\"users\":[{}]{field}}}", accounts.join(","), users.join(","))
    })
}

/// What must be found again: name, secret, kind, unknown fields; the mark of a copy and how far a counter is do not count.
fn essence(document: &Document) -> Vec<String> {
    let json: serde_json::Value = serde_json::from_str(&document.to_json()).unwrap();
    let mut all: Vec<String> = Vec::new();
    for entry in json["accounts"].as_array().unwrap() {
        let name = entry["name"].as_str().unwrap_or_default().replace(" (from backup)", "");
        let secret = entry["secret"].as_str().unwrap_or_default();
        let odd = if secret.is_empty() { entry.to_string() } else { String::new() };
        all.push(format!("{name} {secret} {} {} {odd}", entry["type"], entry["x"]));
    }
    for user in json["users"].as_array().unwrap() {
        let name = user["name"].as_str().unwrap_or_default();
        all.push(format!("user {} {}", name.split(" (backup").next().unwrap(), user["accounts"]));
    }
    all.sort();
    all.dedup();
    all
}

proptest! {
    #[test]
    fn nothing_of_either_side_is_lost(here in any_document(), backup in any_document()) {
        let before = document(&here);
        let theirs = document(&backup);
        let (after, _) = merged(&here, &backup);
        let found = essence(&after);
        for side in [&before, &theirs] {
            for entry in essence(side) {
                prop_assert!(found.contains(&entry), "{entry} is lost\n{here}\n{backup}\n{}", after.to_json().as_str());
            }
        }
        // What was here is as it was, but for the trash.
        for record in &before.accounts {
            let now = after.record(record.account.id).unwrap();
            prop_assert!(now.account == record.account && now.secret.same_as(&record.secret));
        }
        // No counter goes back, no id stands twice.
        prop_assert!(after.odd() >= before.odd().max(theirs.odd()));
        prop_assert_eq!(document(&after.to_json()).odd(), after.odd());
    }

    #[test]
    fn twice_is_once(here in any_document(), backup in any_document()) {
        let (once, _) = merged(&here, &backup);
        let (twice, second) = merged(&once.to_json(), &backup);
        prop_assert!(!second.changes());
        prop_assert_eq!(twice.to_json(), once.to_json());
    }

    #[test]
    fn the_preview_is_what_happens_and_undo_takes_exactly_that_back(here in any_document(), backup in any_document()) {
        let preview = document(&here).compare(&document(&backup));
        let (mut after, done) = merged(&here, &backup);
        prop_assert_eq!((&preview.accounts, &preview.users), (&done.accounts, &done.users));
        prop_assert_eq!((preview.odd, &preview.left_out), (done.odd, &done.left_out));
        after.apply(&Change::Unmerge(Arc::new(done))).unwrap();
        prop_assert_eq!(after.to_json(), document(&here).to_json());
    }
}
