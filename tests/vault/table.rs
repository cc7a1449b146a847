//! The table "At start", row by row, and what two programs do to each other.

use halfminute::adapters::atomic_file::{FileStep, Folder};
use halfminute::adapters::boot::BootId;
use halfminute::adapters::data_dir::DataDir;
use halfminute::adapters::fake_keyring::Mode;
use halfminute::adapters::parts::ItemName;
use halfminute::adapters::vault::KeyringVault;
use halfminute::app::change::{Change, ChangeError};
use halfminute::app::ports::{Vault, VaultError, VaultNote};
use halfminute::domain::{Account, AccountId, Secret};

use crate::world::{World, account, add, id, parts, seen};

/// What becomes of an item's value; `None`: the item is gone.
type Spoil<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A world whose vault holds one account, `boots` boots after it was added.
fn with_one_account(boots: u32) -> World {
    let mut world = World::new(1_200);
    let (mut program, opened) = world.open().unwrap();
    assert_eq!(opened.notes, [VaultNote::FirstStart]);
    program.change(&add(1, "one")).unwrap();
    for _ in 0..boots {
        world.boot += 1;
        world.open().unwrap();
    }
    world
}

fn key_name(world: &World) -> String {
    world.keyring.snapshot().into_keys().find(|name| name.starts_with("key-")).unwrap()
}

fn notes(world: &World) -> Vec<VaultNote> {
    let (_, opened) = world.open().unwrap();
    assert_eq!(seen(&opened.document).len(), 1, "the account is there");
    opened.notes
}

#[test]
fn the_journal_stays_for_this_boot_and_goes_in_the_next() {
    let mut world = with_one_account(0);
    assert_eq!(notes(&world), []);
    assert!(world.has("journal"));
    world.boot += 1;
    assert_eq!(notes(&world), []);
    assert!(!world.has("journal"));
    assert_eq!(parts(&world).len(), 1, "older generations are removed once the newest is confirmed");
    assert_eq!(notes(&world), []);
}

#[test]
fn an_unknown_boot_confirms_nothing() {
    let world = with_one_account(0);
    let dir = DataDir::open(world.path()).unwrap();
    KeyringVault::new(world.keyring.clone(), dir, BootId::named("")).open().unwrap();
    assert!(world.has("journal"));
}

#[test]
fn a_keyring_that_lost_cut_or_mixed_up_the_newest_is_written_again_from_the_journal() {
    let spoilt: [Spoil<'_>; 8] = [
        &|_| None,
        &|_| Some(String::new()),
        &|value| Some(value[..value.len() / 2].to_owned()),
        &|value| Some(format!("{value}\n")),
        &|value| Some(value.replacen("hm1.", "otp9.", 1)),
        &|value| Some(value.replace("one", "two")),
        &|_| Some("x".repeat(1 << 20)),
        &|value| Some(value.chars().take(40).collect()),
    ];
    for (row, spoil) in spoilt.iter().enumerate() {
        for later in [0, 1] {
            let mut world = with_one_account(0);
            let (_, newest) = parts(&world).pop().unwrap();
            let value = world.keyring.snapshot()[&newest].clone();
            world.keyring.tamper(&newest, spoil(&value).as_deref());
            world.boot += later;
            assert_eq!(notes(&world), [VaultNote::RestoredFromJournal], "row {row}");
            assert_eq!(world.keyring.snapshot()[&newest], value, "row {row}");
            assert!(world.has("journal"), "row {row}: not confirmed by the boot that wrote it");
            world.boot += 1;
            assert_eq!(notes(&world), []);
            assert!(!world.has("journal"));
        }
    }
}

#[test]
fn a_damaged_journal_is_set_aside_and_the_keyrings_document_used() {
    let mut world = with_one_account(0);
    let journal = world.path().join("journal");
    let mut bytes = std::fs::read(&journal).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&journal, &bytes).unwrap();
    assert_eq!(notes(&world), [VaultNote::JournalDamaged]);
    assert_eq!(std::fs::read(world.path().join("journal.old-1")).unwrap(), bytes);
    assert_eq!(notes(&world), []);
    world.boot += 1;
    assert_eq!(notes(&world), []);
    assert!(!world.has("journal"));
}

#[test]
fn without_a_journal_an_older_generation_is_used_and_the_rest_kept() {
    let world = with_one_account(1);
    let (mut program, _) = world.open().unwrap();
    program.change(&add(2, "two")).unwrap();
    std::fs::remove_file(world.path().join("journal")).unwrap();
    let (newest, name) = parts(&world).pop().unwrap();
    world.keyring.tamper(&name, Some(""));
    let used = newest - 1;
    assert_eq!(notes(&world), [VaultNote::OlderGeneration { used, newest }]);
    let (mut program, _) = world.open().unwrap();
    let document = program.change(&add(3, "three")).unwrap();
    assert_eq!(document.generation, newest + 1, "a number that was used is never used again");
    assert_eq!(world.keyring.snapshot()[&name], "", "what could not be read is kept");
}

#[test]
fn with_the_key_but_no_document_nothing_is_touched() {
    let world = with_one_account(1);
    for (_, name) in parts(&world) {
        world.keyring.tamper(&name, None);
    }
    let before = world.bytes();
    assert_eq!(world.open().map(|_| ()).unwrap_err(), VaultError::Damaged);
    assert!(world.bytes() == before);
}

#[test]
fn a_key_that_is_empty_or_gone_is_not_replaced() {
    for (value, reason) in
        [(Some(""), VaultError::Damaged), (Some("AAAA"), VaultError::Damaged), (None, VaultError::AnotherKeyring)]
    {
        let world = with_one_account(0);
        world.keyring.tamper(&key_name(&world), value);
        let before = world.bytes();
        assert_eq!(world.open().map(|_| ()).unwrap_err(), reason);
        assert!(world.bytes() == before);
    }
    // nothing of ours on disk, but parts in the keyring: no first start either
    let world = with_one_account(1);
    world.keyring.tamper(&key_name(&world), None);
    std::fs::remove_file(world.path().join("vault-id")).unwrap();
    assert_eq!(world.open().map(|_| ()).unwrap_err(), VaultError::AnotherKeyring);
}

#[test]
fn the_data_directory_may_be_lost() {
    for boots in [0, 1] {
        let world = with_one_account(boots);
        for file in ["journal", "vault-id"] {
            // one of them may be gone already
            let _ = std::fs::remove_file(world.path().join(file));
        }
        assert_eq!(notes(&world), []);
        assert!(world.has("vault-id"));
    }
}

#[test]
fn a_newer_shape_is_refused_and_kept() {
    let world = with_one_account(1);
    let (_, name) = parts(&world).pop().unwrap();
    let ItemName::Part { vault, generation, .. } = ItemName::parse(&name).unwrap() else { panic!("a part") };
    let newer = format!(r#"{{"schema":2,"generation":{generation},"everything":"else"}}"#);
    let value = halfminute::adapters::parts::cut(vault, generation, &newer, 1_200).remove(0);
    world.keyring.tamper(&name, Some(&value));
    let before = world.bytes();
    assert_eq!(world.open().map(|_| ()).unwrap_err(), VaultError::TooNew);
    assert!(world.bytes() == before);
}

#[test]
fn starting_over_deletes_nothing_and_takes_the_place_of_the_old_vault() {
    let world = with_one_account(1);
    let (mut program, _) = world.open().unwrap();
    let generation = program.change(&add(2, "two")).unwrap().generation;
    let before = world.keyring.snapshot();
    let opened = world.program().start_over().unwrap();
    assert_eq!(opened.notes, [VaultNote::FirstStart]);
    assert_eq!(seen(&opened.document).len(), 0);
    assert!(opened.document.generation > generation);
    let after = world.keyring.snapshot();
    assert!(before.iter().all(|(name, value)| after.get(name) == Some(value)), "the old vault is untouched");
    assert!(world.has("journal.old-1") && world.has("vault-id.old-1"));
    // a program that was open all the time goes over to the new vault
    let document = program.change(&add(3, "three")).unwrap();
    assert_eq!(seen(&document).keys().copied().collect::<Vec<_>>(), [id(3)]);
    // and it is found without the data directory, too
    for file in ["journal", "vault-id"] {
        std::fs::remove_file(world.path().join(file)).unwrap();
    }
    assert_eq!(seen(&world.open().unwrap().1.document).len(), 1);
}

#[test]
fn a_change_that_does_not_fit_the_newest_document_is_refused_and_nothing_is_written() {
    let world = with_one_account(0);
    let (mut one, _) = world.open().unwrap();
    let (mut two, _) = world.open().unwrap();
    one.change(&Change::Trash { id: id(1), at: halfminute::domain::UnixTime::from_secs(5) }).unwrap();
    two.change(&Change::Purge { id: id(1) }).unwrap();
    let before = world.bytes();
    let refused = one.change(&Change::Restore { id: id(1) }).unwrap_err();
    assert_eq!(refused, VaultError::Change(ChangeError::NoSuchAccount));
    assert!(world.bytes() == before);
}

#[test]
fn a_journal_that_is_damaged_while_a_program_is_open_is_set_aside() {
    for damage in [&b"no journal"[..], b""] {
        let world = with_one_account(0);
        let (mut program, opened) = world.open().unwrap();
        let mut journal = std::fs::read(world.path().join("journal")).unwrap();
        journal.truncate(if damage.is_empty() { journal.len() - 1 } else { 0 });
        journal.extend_from_slice(damage);
        std::fs::write(world.path().join("journal"), &journal).unwrap();
        assert!(program.newer(opened.document.generation).unwrap().is_none());
        assert_eq!(seen(&program.change(&add(2, "two")).unwrap()).len(), 2);
        assert_eq!(std::fs::read(world.path().join("journal.old-1")).unwrap(), journal);
        assert_eq!(seen(&world.open().unwrap().1.document).len(), 2);
    }
}

#[cfg(unix)]
#[test]
fn files_are_the_owners_alone() {
    let world = with_one_account(1);
    world.open().unwrap().0.change(&add(2, "two")).unwrap();
    let mut names = vec![];
    for entry in std::fs::read_dir(world.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = std::os::unix::fs::PermissionsExt::mode(&entry.metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600, "{entry:?}");
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["journal", "lock", "vault-id"]);
}

#[test]
fn what_a_killed_write_left_behind_is_removed_and_other_peoples_writes_are_not() {
    let world = with_one_account(0);
    for name in [".new-journal-aBc", ".new-vault-id-x", ".new-settings.json-x", ".new-journal2-x"] {
        std::fs::write(world.path().join(name), "half").unwrap();
    }
    world.open().unwrap();
    let left = [".new-journal-aBc", ".new-vault-id-x", ".new-settings.json-x", ".new-journal2-x"].map(|name| world.has(name));
    assert_eq!(left, [false, false, true, true]);
}

#[cfg(unix)]
#[test]
fn a_link_in_our_directory_is_refused() {
    for name in ["journal", "vault-id", "lock"] {
        let world = with_one_account(0);
        let path = world.path().join(name);
        let target = world.path().join("elsewhere");
        std::fs::rename(&path, &target).unwrap();
        std::os::unix::fs::symlink(&target, &path).unwrap();
        assert_eq!(world.open().map(|_| ()).unwrap_err(), VaultError::UnsafeFolder { path });
    }
}

#[test]
fn more_entries_than_are_read_back_are_refused() {
    let world = with_one_account(0);
    let (mut program, _) = world.open().unwrap();
    let many = |first: u32, count: u32| {
        let one = |n: u32| {
            let mut bytes = [0xee; 16];
            bytes[..4].copy_from_slice(&n.to_be_bytes());
            let account = halfminute::domain::Account {
                id: halfminute::domain::AccountId::from_bytes(bytes),
                ..crate::world::account(1, "x")
            };
            (account, halfminute::domain::Secret::new(vec![1]).unwrap())
        };
        Change::Add((first..first + count).map(one).collect())
    };
    program.change(&many(0, 9_999)).unwrap();
    assert_eq!(program.change(&many(20_000, 1)).unwrap_err(), VaultError::TooLarge);
    assert_eq!(world.open().unwrap().1.document.entries(), 10_000);
}

#[test]
fn a_full_disk_refuses_the_change_before_the_keyring_is_touched() {
    let world = with_one_account(0);
    let full = |_: FileStep| Err(std::io::ErrorKind::StorageFull.into());
    let folder = Folder::probed(world.path(), std::sync::Arc::new(full));
    let dir = DataDir::open(world.path()).unwrap();
    let mut program = KeyringVault::with_folder(world.keyring.clone(), dir, folder, BootId::named("boot-1"));
    program.open().unwrap();
    let before = world.bytes();
    let refused = program.change(&add(2, "two")).unwrap_err();
    let path = world.path().join("journal");
    assert_eq!(refused, VaultError::Disk { path, kind: std::io::ErrorKind::StorageFull });
    assert!(world.bytes() == before);
}

#[test]
fn noticing_a_change_asks_the_keyring_nothing() {
    let world = with_one_account(0);
    let (mut one, opened) = world.open().unwrap();
    let (mut two, _) = world.open().unwrap();
    two.change(&add(2, "two")).unwrap();
    world.keyring.set_mode(Mode::Locked);
    let newer = one.newer(opened.document.generation).unwrap().unwrap();
    assert_eq!(seen(&newer).len(), 2);
}

#[test]
fn two_programs_that_start_for_the_first_time_make_one_vault() {
    let world = World::new(1_200);
    std::thread::scope(|scope| {
        for n in 1..=4 {
            let mut program = world.program();
            scope.spawn(move || {
                program.open().unwrap();
                program.change(&add(n, "at once")).unwrap();
            });
        }
    });
    assert_eq!(seen(&world.open().unwrap().1.document).len(), 4);
    assert_eq!(world.keyring.snapshot().keys().filter(|name| name.starts_with("key-")).count(), 1);
}

#[test]
fn the_canceller_reaches_the_keyring() {
    let world = World::new(1_200);
    (world.program().canceller())();
    assert!(world.keyring.was_cancelled());
}

#[test]
fn a_thousand_accounts_at_once_are_one_generation_and_one_write() {
    let world = World::new(256 << 10);
    let (mut program, opened) = world.open().unwrap();
    let one = |n: u128| {
        let id = AccountId::from_bytes(n.to_be_bytes());
        (Account { id, ..account(1, &format!("account {n}")) }, Secret::new(vec![7; 20]).unwrap())
    };
    let before = world.keyring.writes();
    let document = program.change(&Change::Add((1..=1_000).map(one).collect())).unwrap();
    assert_eq!((document.accounts.len(), document.generation), (1_000, opened.document.generation + 1));
    let written = parts(&world).iter().filter(|(generation, _)| *generation == document.generation).count() as u64;
    // its parts, and the generation before it removed
    assert!(written > 0 && world.keyring.writes() - before <= written + 1, "{written}");
}
