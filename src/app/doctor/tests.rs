//! The check-up: each trouble has its finding.

use std::path::PathBuf;

use super::*;

fn keyring() -> KeyringFacts {
    KeyringFacts {
        place: Ok(Place::Keyring { provider: "gnome-keyring".into(), protection: Protection::Yes }),
        locked: false,
        used: true,
        items: Some(ItemFacts { key: true, newest: 7, incomplete: 0 }),
        confirmed: 7,
        journal: JournalFacts::None,
    }
}

fn file() -> FileFacts {
    FileFacts { path: "/x/vault.age".into(), document: true, key: true, previous: true, opens: Some(Ok(())) }
}

fn machine() -> MachineFacts {
    let folder = FolderFacts { path: Ok("/x".into()), missing: false, open_to_others: vec![], free: Some(5 << 30) };
    MachineFacts { folder, synchronised: Some(true) }
}

/// What is not good, as `topic state: first words`.
fn troubles(vault: Examined, machine: &MachineFacts) -> Vec<String> {
    let findings = Report::of(&vault, machine).findings.into_iter().filter(|finding| finding.state != State::Good);
    let brief = |finding: Finding| {
        assert!(!finding.notice.text.is_empty());
        let words: Vec<&str> = finding.notice.text.split(' ').take(5).collect();
        format!("{} {}: {}", finding.topic.key(), finding.state.key(), words.join(" "))
    };
    findings.map(brief).collect()
}

#[test]
fn each_trouble_of_the_keyring_has_its_finding() {
    type Spoil = fn(&mut KeyringFacts);
    let rows: &[(Spoil, &[&str])] = &[
        (|_| {}, &[]),
        (|f| f.journal = JournalFacts::Holds(7), &[]),
        (|f| f.journal = JournalFacts::Holds(8), &["journal look: The keyring does not hold"]),
        (|f| f.journal = JournalFacts::Damaged, &["journal look: The journal is damaged"]),
        (|f| f.journal = JournalFacts::Foreign, &["journal look: The journal belongs to another"]),
        (|f| f.journal = JournalFacts::Unreadable(VaultError::TooLarge), &["journal bad: The vault is too large"]),
        (|f| f.items = Some(ItemFacts { key: false, newest: 0, incomplete: 0 }), &["key bad: Another keyring answers than the"]),
        (
            |f| {
                f.items = Some(ItemFacts { key: false, newest: 0, incomplete: 0 });
                f.used = false;
            },
            &[],
        ),
        (
            |f| f.items = Some(ItemFacts { key: true, newest: 6, incomplete: 1 }),
            &["document look: One newer state is incomplete"],
        ),
        (|f| f.items = Some(ItemFacts { key: true, newest: 0, incomplete: 1 }), &["document bad: The vault cannot be read"]),
        (
            |f| {
                f.items = Some(ItemFacts { key: true, newest: 0, incomplete: 0 });
                f.journal = JournalFacts::Holds(7);
            },
            &["document look: The accounts stand in the", "journal look: The keyring does not hold"],
        ),
        (
            |f| {
                f.locked = true;
                f.items = None;
                f.journal = JournalFacts::Sealed;
            },
            &["keyring look: gnome-keyring answers, and is locked", "journal unknown: There is a journal. It"],
        ),
        (
            |f| {
                f.place = Err(VaultError::NoProvider);
                f.items = None;
            },
            &["keyring bad: No keyring program answers"],
        ),
        (
            |f| f.place = Ok(Place::Keyring { provider: "gnome-keyring".into(), protection: Protection::No }),
            &["protection bad: The keyring has no password:"],
        ),
        (
            |f| f.place = Ok(Place::Keyring { provider: "KWallet".into(), protection: Protection::Unknown }),
            &["protection unknown: Whether the keyring has a"],
        ),
    ];
    for (spoil, expected) in rows {
        let mut facts = keyring();
        spoil(&mut facts);
        assert_eq!(troubles(Examined::Keyring(facts.clone()), &machine()), *expected, "{facts:?}");
    }
}

#[test]
fn each_trouble_of_a_file_has_its_finding() {
    type Spoil = fn(&mut FileFacts);
    let rows: &[(Spoil, &[&str])] = &[
        (|_| {}, &[]),
        (|f| f.previous = false, &[]),
        (|f| f.opens = None, &["vault-file unknown: /x/vault.age is there and locked"]),
        (|f| f.opens = Some(Err(VaultError::Damaged)), &["vault-file bad: The vault cannot be read"]),
        (|f| f.key = false, &["vault-file bad: The key file that belongs"]),
        (|f| f.document = false, &["vault-file look: /x/vault.age is missing. Its previous"]),
        (
            |f| {
                f.document = false;
                f.previous = false;
            },
            &["vault-file bad: There is no vault file"],
        ),
    ];
    for (spoil, expected) in rows {
        let mut facts = file();
        spoil(&mut facts);
        assert_eq!(troubles(Examined::File(facts.clone()), &machine()), *expected, "{facts:?}");
    }
}

#[test]
fn a_missing_or_old_backup_is_worth_a_look() {
    let rows = [
        (Standing::Nothing, State::Good, "There is nothing to back up yet"),
        (Standing::Never, State::Look, "There is no backup yet"),
        (Standing::Fine(3), State::Good, "The last backup: 3 days old"),
        (Standing::Old(31), State::Look, "The last backup: 31 days old"),
    ];
    for (standing, state, said) in rows {
        let report = Report::of(&Examined::File(file()), &machine()).with_backups(standing);
        let last = report.findings.last().unwrap();
        assert_eq!((last.topic, last.state, last.notice.text.as_str()), (Topic::Backup, state, said));
        assert!(!report.is_bad());
    }
}

#[test]
fn each_trouble_of_the_machine_has_its_finding() {
    type Spoil = fn(&mut MachineFacts);
    let rows: &[(Spoil, &[&str])] = &[
        (|_| {}, &[]),
        (|m| m.synchronised = Some(false), &["clock look: Nothing keeps the clock right,"]),
        (|m| m.synchronised = None, &["clock unknown: Whether the clock is kept"]),
        (|m| m.folder.free = Some(1 << 20), &["disk bad: 1 MB are free on"]),
        (|m| m.folder.free = Some(100 << 20), &["disk look: 104 MB are free on"]),
        (|m| m.folder.free = None, &[]),
        (|m| m.folder.open_to_others = vec![PathBuf::from("/x/journal")], &["folder bad: /x/journal can be read by"]),
        (|m| m.folder.missing = true, &[]),
        (|m| m.folder.path = Err(VaultError::UnsafeFolder { path: "/x".into() }), &["folder bad: /x belongs to somebody else"]),
    ];
    for (spoil, expected) in rows {
        let mut facts = machine();
        spoil(&mut facts);
        assert_eq!(troubles(Examined::Keyring(keyring()), &facts), *expected, "{facts:?}");
    }
}
