//! The vault under a passphrase: the table "At start" while it is locked, two programs, set, changed, forgotten, removed.

use halfminute::adapters::fake_keyring::Mode;
use halfminute::adapters::journal::{self, Found, Key};
use halfminute::adapters::parts::ItemName;
use halfminute::adapters::vault::envelope;
use halfminute::app::change::Change;
use halfminute::app::document::Document;
use halfminute::app::ports::{Examined, ItemFacts, JournalFacts, Opened, Vault, VaultError, VaultNote};
use zeroize::Zeroizing;

use crate::world::{Program, World, add, seen};

const PASSPHRASE: &str = "seven green bottles";

fn typed(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

/// A world whose vault holds one account under the passphrase, `boots` boots after that was set.
fn sealed(boots: u32) -> World {
    let mut world = World::new(1_200);
    let (mut program, _) = world.open().unwrap();
    program.change(&add(1, "one")).unwrap();
    program.protect(None, Some(typed(PASSPHRASE))).unwrap();
    for _ in 0..boots {
        world.boot += 1;
        unlock(&world);
    }
    world
}

fn try_unlock(world: &World, passphrase: &str) -> Result<(Program, Opened), VaultError> {
    let mut program = world.program();
    match program.open() {
        Err(VaultError::NeedsPassphrase) => {}
        other => return other.map(|opened| (program, opened)),
    }
    let opened = program.unlock(typed(passphrase))?;
    Ok((program, opened))
}

fn unlock(world: &World) -> (Program, Opened) {
    let (program, opened) = try_unlock(world, PASSPHRASE).unwrap();
    assert!(opened.passphrase);
    (program, opened)
}

fn parts(world: &World) -> Vec<(u64, String)> {
    let names = world.keyring.snapshot().into_keys().filter_map(|name| match ItemName::parse(&name)? {
        ItemName::Part { generation, .. } => Some((generation, name)),
        ItemName::Key(_) => None,
    });
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

fn key(world: &World) -> Key {
    let (_, text) = world.keyring.snapshot().into_iter().find(|(name, _)| name.starts_with("key-")).unwrap();
    Key::new(data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).unwrap().try_into().unwrap())
}

/// What can be read in the clear by somebody who has the keyring and the data folder: in how many places an account's name stands.
fn in_the_clear(world: &World) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (name, value) in world.keyring.snapshot() {
        if value.contains(r#"schema\":1"#) || value.contains(r#""schema":1"#) || value.contains("created") {
            found.push(name);
        }
    }
    let key = key(world);
    let folder = halfminute::adapters::atomic_file::Folder::new(world.path());
    for entry in std::fs::read_dir(world.path()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !name.starts_with("journal") {
            continue;
        }
        if let Ok(Found::Sealed(journal)) = journal::read_as(&folder, &name)
            && journal.open(&key).is_some_and(|text| !envelope::is_sealed(&text))
        {
            found.push(name);
        }
    }
    found
}

#[test]
fn it_is_asked_for_and_nothing_is_changed_before_it_is_right() {
    let world = sealed(0);
    let before = world.bytes();
    let mut program = world.program();
    assert_eq!(program.open().map(|_| ()).unwrap_err(), VaultError::NeedsPassphrase);
    assert_eq!(program.change(&add(2, "two")).map(|_| ()).unwrap_err(), VaultError::NeedsPassphrase);
    assert_eq!(program.newer(0).map(|newer| newer.is_some()), Ok(false));
    assert_eq!(program.unlock(typed("seven green bottle")).map(|_| ()).unwrap_err(), VaultError::WrongPassphrase);
    let new = Some(typed("another one"));
    assert_eq!(program.protect(Some(typed(PASSPHRASE)), new).map(|_| ()).unwrap_err(), VaultError::NeedsPassphrase);
    assert!(world.bytes() == before, "locked, it changed something");
    let opened = program.unlock(typed(PASSPHRASE)).unwrap();
    assert_eq!((seen(&opened.document).len(), opened.passphrase, opened.notes), (1, true, vec![]));
    assert_eq!(seen(&program.change(&add(2, "two")).unwrap()).len(), 2);
    assert_eq!(seen(&unlock(&world).1.document).len(), 2);
}

#[test]
fn what_was_in_the_clear_is_gone_at_the_first_start_after_the_next_boot() {
    let mut world = World::new(1_200);
    let (mut program, _) = world.open().unwrap();
    program.change(&add(1, "one")).unwrap();
    world.boot += 1;
    let (mut program, _) = world.open().unwrap();
    program.change(&add(2, "two")).unwrap();
    // a journal that was kept aside in the clear
    std::fs::copy(world.path().join("journal"), world.path().join("journal.old-7")).unwrap();
    let confirmed = parts(&world)[0].1.clone();
    program.protect(None, Some(typed(PASSPHRASE))).unwrap();
    assert_eq!(program.notes(), []);
    assert_eq!(in_the_clear(&world), [confirmed], "one generation that a later boot has read, and no journal");
    assert_eq!(seen(&unlock(&world).1.document).len(), 2);
    world.boot += 1;
    assert_eq!(unlock(&world).1.notes, []);
    assert!(in_the_clear(&world).is_empty());
    assert!(!world.has("journal"));
    // taken away, everything can be read again, and the old copy too
    let (mut program, _) = unlock(&world);
    assert_eq!(program.protect(Some(typed("wrong")), None).map(|_| ()).unwrap_err(), VaultError::WrongPassphrase);
    assert_eq!(program.protect(None, None).map(|_| ()).unwrap_err(), VaultError::WrongPassphrase);
    program.protect(Some(typed(PASSPHRASE)), None).unwrap();
    let (_, opened) = world.open().unwrap();
    assert_eq!((seen(&opened.document).len(), opened.passphrase), (2, false));
    assert!(in_the_clear(&world).contains(&"journal.old-7".to_owned()));
}

#[test]
fn the_confirmed_state_outlives_a_keyring_that_never_wrote_and_a_lost_journal() {
    let mut world = World::new(1_200);
    let (mut program, _) = world.open().unwrap();
    program.change(&add(1, "one")).unwrap();
    world.keyring.settle();
    world.boot += 1;
    let (mut program, _) = world.open().unwrap();
    world.keyring.set_mode(Mode::Lazy);
    program.protect(None, Some(typed(PASSPHRASE))).unwrap();
    std::fs::remove_file(world.path().join("journal")).unwrap();
    world.keyring.power_cut();
    world.boot += 1;
    assert_eq!(seen(&world.open().unwrap().1.document).len(), 1, "that is why it is not removed at once");
}

#[test]
fn every_row_of_the_table_changes_nothing_while_locked_and_is_followed_when_unlocked() {
    type Spoil = fn(&mut World);
    let newest = |world: &World| parts(world).pop().unwrap().1;
    let rows: [(&str, Spoil, &[VaultNote], bool); 6] = [
        ("equal, same boot", |_| {}, &[], true),
        ("equal, other boot", |world| world.boot += 1, &[], false),
        (
            "keyring incomplete",
            |world| world.keyring.tamper(&parts(world).pop().unwrap().1, None),
            &[VaultNote::RestoredFromJournal],
            true,
        ),
        (
            "keyring damaged, other boot",
            |world| {
                world.boot += 1;
                world.keyring.tamper(&parts(world).pop().unwrap().1, Some("hm1.x"));
            },
            &[VaultNote::RestoredFromJournal],
            true,
        ),
        (
            "journal damaged",
            |world| {
                let path = world.path().join("journal");
                let mut bytes = std::fs::read(&path).unwrap();
                *bytes.last_mut().unwrap() ^= 1;
                std::fs::write(path, bytes).unwrap();
            },
            &[VaultNote::JournalDamaged],
            true,
        ),
        ("no journal", |world| std::fs::remove_file(world.path().join("journal")).unwrap(), &[], false),
    ];
    for (row, spoil, notes, journal) in rows {
        let mut world = sealed(0);
        let whole = newest(&world);
        spoil(&mut world);
        let before = world.bytes();
        assert_eq!(world.open().map(|_| ()).unwrap_err(), VaultError::NeedsPassphrase, "{row}");
        assert_eq!(try_unlock(&world, "wrong one").map(|_| ()).unwrap_err(), VaultError::WrongPassphrase, "{row}");
        assert!(world.bytes() == before, "{row}: it changed something while locked");
        let (_, opened) = unlock(&world);
        assert_eq!((seen(&opened.document).len(), opened.notes.as_slice()), (1, notes), "{row}");
        assert_eq!(world.has("journal"), journal, "{row}");
        assert!(world.keyring.snapshot()[&whole].starts_with("hm1."), "{row}: it is in the keyring again");
        world.boot += 1;
        assert_eq!(unlock(&world).1.notes, [], "{row}");
    }
}

#[test]
fn nothing_readable_at_all_is_damage_and_a_bad_keyring_is_named() {
    let world = sealed(1);
    for (mode, reason) in [
        (Mode::Locked, VaultError::Locked),
        (Mode::NoProvider, VaultError::NoProvider),
        (Mode::Hang, VaultError::Silent),
        (Mode::Wrong, VaultError::AnotherKeyring),
    ] {
        let before = world.bytes();
        world.keyring.set_mode(mode);
        assert_eq!(try_unlock(&world, PASSPHRASE).map(|_| ()).unwrap_err(), reason);
        world.keyring.set_mode(Mode::Eager);
        assert!(world.bytes() == before);
    }
    for (_, name) in parts(&world) {
        world.keyring.tamper(&name, None);
    }
    let before = world.bytes();
    assert_eq!(try_unlock(&world, PASSPHRASE).map(|_| ()).unwrap_err(), VaultError::Damaged);
    assert!(world.bytes() == before);
}

#[test]
fn every_byte_of_what_the_keyring_holds_is_guarded() {
    let world = sealed(1);
    let names: Vec<_> = parts(&world).into_iter().map(|(_, name)| name).collect();
    assert!(names.len() >= 2, "it stands in several items");
    for name in names {
        let good = world.keyring.snapshot()[&name].clone();
        for at in (0..good.len()).step_by(7) {
            let mut bad = good.clone().into_bytes();
            bad[at] ^= 1;
            world.keyring.tamper(&name, Some(std::str::from_utf8(&bad).unwrap()));
            let before = world.bytes();
            assert_eq!(world.open().map(|_| ()).unwrap_err(), VaultError::Damaged, "{name} at {at}");
            assert!(world.bytes() == before);
        }
        world.keyring.tamper(&name, Some(&good));
    }
    assert_eq!(seen(&unlock(&world).1.document).len(), 1);
}

#[test]
fn a_program_that_was_open_before_notices_and_never_writes_in_the_clear() {
    // in the same data folder, and in another one that sees the keyring alone
    for same_folder in [true, false] {
        let world = World::new(1_200);
        let (mut first, _) = world.open().unwrap();
        first.change(&add(1, "one")).unwrap();
        let beside = world.beside();
        let other = if same_folder { &world } else { &beside };
        let mut second = other.program_sharing(Some(world.locks()));
        assert_eq!(seen(&second.open().unwrap().document).len(), 1);
        first.protect(None, Some(typed(PASSPHRASE))).unwrap();
        let before = (world.bytes(), other.bytes());
        if same_folder {
            assert_eq!(second.newer(0).map(|_| ()).unwrap_err(), VaultError::NeedsPassphrase);
        }
        assert_eq!(second.change(&add(2, "two")).map(|_| ()).unwrap_err(), VaultError::NeedsPassphrase);
        assert!((world.bytes(), other.bytes()) == before, "it wrote");
        second.unlock(typed(PASSPHRASE)).unwrap();
        assert_eq!(seen(&second.change(&add(2, "two")).unwrap()).len(), 2);
        assert_eq!(seen(&first.change(&add(3, "three")).unwrap()).len(), 3, "the same passphrase goes on");
        // changed there, it is asked for here
        second.protect(Some(typed(PASSPHRASE)), Some(typed("quite another"))).unwrap();
        assert_eq!(first.change(&add(4, "four")).map(|_| ()).unwrap_err(), VaultError::NeedsPassphrase);
        assert_eq!(first.unlock(typed(PASSPHRASE)).map(|_| ()).unwrap_err(), VaultError::WrongPassphrase);
        assert_eq!(seen(&first.unlock(typed("quite another")).unwrap().document).len(), 3);
        // taken away there, it is not needed here any more
        second.protect(Some(typed("quite another")), None).unwrap();
        assert_eq!(seen(&first.change(&add(4, "four")).unwrap()).len(), 4);
        assert!(!first.forget(), "there is nothing to lock");
        let opened = world.open().unwrap().1;
        assert_eq!((seen(&opened.document).len(), opened.passphrase), (4, false));
        assert!(opened.notes.is_empty(), "{:?}", opened.notes);
    }
}

#[test]
fn a_journal_under_another_passphrase_is_kept_and_the_newer_state_used() {
    let world = sealed(0);
    let beside = world.beside();
    let mut second = beside.program_sharing(Some(world.locks()));
    let opened = second.open().map(|_| ());
    assert_eq!(opened.unwrap_err(), VaultError::NeedsPassphrase);
    second.unlock(typed(PASSPHRASE)).unwrap();
    second.protect(Some(typed(PASSPHRASE)), Some(typed("quite another"))).unwrap();
    let old = std::fs::read(world.path().join("journal")).unwrap();
    assert_eq!(try_unlock(&world, PASSPHRASE).map(|_| ()).unwrap_err(), VaultError::WrongPassphrase);
    let (_, opened) = try_unlock(&world, "quite another").unwrap();
    assert_eq!((seen(&opened.document).len(), opened.notes), (1, vec![VaultNote::OtherPassphrase]));
    assert_eq!(std::fs::read(world.path().join("journal.old-1")).unwrap(), old);
    assert_eq!(try_unlock(&world, "quite another").unwrap().1.notes, []);
}

#[test]
fn a_keyring_that_is_behind_under_the_old_passphrase_is_kept_and_brought_up() {
    let world = sealed(0);
    let (mut program, _) = unlock(&world);
    world.keyring.set_mode(Mode::ErrorNotDone);
    program.protect(Some(typed(PASSPHRASE)), Some(typed("quite another"))).unwrap();
    assert_eq!(program.notes(), [VaultNote::KeyringBehind]);
    world.keyring.set_mode(Mode::Eager);
    assert_eq!(try_unlock(&world, PASSPHRASE).map(|_| ()).unwrap_err(), VaultError::WrongPassphrase);
    let (_, opened) = try_unlock(&world, "quite another").unwrap();
    assert_eq!(opened.notes, [VaultNote::RestoredFromJournal]);
    assert!(world.has("journal.old-1"));
    assert_eq!(try_unlock(&world, "quite another").unwrap().1.notes, []);
}

#[test]
fn equal_states_that_were_encrypted_apart_are_no_conflict() {
    let world = sealed(0);
    let beside = world.beside();
    // both make the same change without seeing each other's locks: the same number, the same state, other bytes
    let mut first = world.program_sharing(Some(world.locks()));
    let mut second = beside.program_sharing(Some(beside.locks()));
    for program in [&mut first, &mut second] {
        let _ = program.open();
        program.unlock(typed(PASSPHRASE)).unwrap();
    }
    let before = world.keyring.snapshot();
    first.change(&add(2, "two")).unwrap();
    let after = world.keyring.snapshot();
    for name in after.keys().filter(|name| !before.contains_key(*name)) {
        world.keyring.tamper(name, None);
    }
    for (name, value) in &before {
        world.keyring.tamper(name, Some(value));
    }
    second.change(&add(2, "two")).unwrap();
    let (_, opened) = unlock(&world);
    assert_eq!((seen(&opened.document).len(), opened.notes), (2, vec![]), "nothing is joined, nothing kept aside");
    assert!(!world.has("journal.old-1"));
}

#[test]
fn two_states_of_one_number_are_joined_under_the_passphrase() {
    let world = sealed(0);
    let beside = world.beside();
    let mut first = world.program_sharing(Some(world.locks()));
    let mut second = beside.program_sharing(Some(beside.locks()));
    for program in [&mut first, &mut second] {
        let _ = program.open();
        program.unlock(typed(PASSPHRASE)).unwrap();
    }
    let before = world.keyring.snapshot();
    first.change(&add(2, "two")).unwrap();
    let lost: Vec<_> = world.keyring.snapshot().into_keys().filter(|name| !before.contains_key(name)).collect();
    for name in lost {
        world.keyring.tamper(&name, None);
    }
    for (name, value) in &before {
        world.keyring.tamper(name, Some(value));
    }
    second.change(&add(3, "three")).unwrap();
    let (_, opened) = unlock(&world);
    assert_eq!((seen(&opened.document).len(), opened.notes), (3, vec![VaultNote::Joined]));
    assert!(in_the_clear(&world).iter().all(|name| !name.starts_with("journal")));
    assert_eq!(seen(&unlock(&world).1.document).len(), 3);
}

#[test]
fn what_a_clear_journal_of_another_folder_alone_says_is_kept_aside_under_the_passphrase() {
    let world = World::new(1_200);
    let (mut first, opened) = world.open().unwrap();
    first.change(&add(1, "one")).unwrap();
    let beside = world.beside();
    let mut second = beside.program_sharing(Some(world.locks()));
    second.open().unwrap();
    // a change that the keyring does not take, and another program that does not know of it
    world.keyring.set_mode(Mode::ErrorNotDone);
    let id = first.change(&add(2, "two")).unwrap().accounts[0].account.id;
    first.change(&Change::Pin { id, pinned: true }).unwrap();
    world.keyring.set_mode(Mode::Eager);
    second.protect(None, Some(typed(PASSPHRASE))).unwrap();
    for n in [3, 4] {
        second.change(&add(n, "more")).unwrap();
    }
    assert!(in_the_clear(&world).contains(&"journal".to_owned()));
    drop(opened);
    let (_, opened) = unlock(&world);
    assert_eq!((seen(&opened.document).len(), opened.notes), (4, vec![VaultNote::Joined]));
    assert!(world.has("journal.old-1"), "the pin is in no other place");
    assert!(in_the_clear(&world).iter().all(|name| !name.starts_with("journal")));
}

#[test]
fn a_newer_state_in_the_clear_beside_one_under_a_passphrase_is_said() {
    let world = sealed(0);
    let (mut program, _) = unlock(&world);
    // the passphrase is taken away, and the keyring does not take that
    world.keyring.set_mode(Mode::ErrorNotDone);
    program.protect(Some(typed(PASSPHRASE)), None).unwrap();
    world.keyring.set_mode(Mode::Eager);
    let (_, opened) = world.open().unwrap();
    assert!(!opened.passphrase);
    assert!(opened.notes.contains(&VaultNote::OtherPassphrase), "{:?}", opened.notes);
    assert_eq!(world.open().unwrap().1.notes, [], "it is said once");
}

#[test]
fn locked_by_hand_it_forgets_and_a_forgotten_passphrase_is_set_aside() {
    let world = sealed(1);
    let (mut program, _) = unlock(&world);
    assert!(program.forget());
    assert_eq!(program.change(&add(2, "two")).map(|_| ()).unwrap_err(), VaultError::NeedsPassphrase);
    program.unlock(typed(PASSPHRASE)).unwrap();
    assert!(program.forget());
    let before = world.keyring.snapshot();
    let opened = program.start_over().unwrap();
    assert_eq!((opened.document.accounts.len(), opened.passphrase, opened.notes), (0, false, vec![VaultNote::FirstStart]));
    for (name, value) in before {
        assert_eq!(world.keyring.snapshot().get(&name), Some(&value), "nothing is deleted");
    }
    assert!(world.has("vault-id.old-1"));
    program.change(&add(5, "five")).unwrap();
    let opened = world.open().unwrap().1;
    assert_eq!((seen(&opened.document).len(), opened.passphrase), (1, false));
}

#[test]
fn a_passphrase_that_cannot_be_written_is_not_set() {
    let world = World::new(1_200);
    let (mut program, _) = world.open().unwrap();
    program.change(&add(1, "one")).unwrap();
    world.keyring.set_mode(Mode::Locked);
    assert_eq!(program.protect(None, Some(typed(PASSPHRASE))).map(|_| ()).unwrap_err(), VaultError::Locked);
    world.keyring.set_mode(Mode::Eager);
    // it ends at every step: afterwards either all is under the passphrase or nothing is
    for steps in 0..60 {
        let world = World::new(1_200);
        let (mut program, _) = world.open().unwrap();
        program.change(&add(1, "one")).unwrap();
        world.keyring.answer(Some(steps));
        let done = program.protect(None, Some(typed(PASSPHRASE))).is_ok();
        world.keyring.answer(None);
        let found = try_unlock(&world, PASSPHRASE).unwrap().1;
        assert_eq!(seen(&found.document).len(), 1, "after {steps} steps");
        assert!(found.passphrase || !done, "after {steps} steps it was set, and is not");
    }
}

/// The document as anybody reads it who follows the module's description.
#[test]
fn it_is_read_without_this_program() {
    use std::io::Write;
    use std::process::{Command, Stdio};

    let tools = ["age", "script"].map(|tool| Command::new(tool).arg("--version").output().is_ok());
    if tools != [true, true] {
        eprintln!("skipped: age or script is not installed");
        return;
    }
    let world = sealed(1);
    let (_, first) = parts(&world).swap_remove(0);
    let text: String =
        parts(&world).iter().map(|(_, name)| world.keyring.snapshot()[name].split('.').nth(5).unwrap().to_owned()).collect();
    assert!(first.ends_with("-0"));
    let json: std::collections::BTreeMap<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(json.keys().map(String::as_str).collect::<Vec<_>>(), ["document", "generation", "key", "schema"]);
    let dir = tempfile::tempdir().unwrap();
    for name in ["key", "document"] {
        let bytes = data_encoding::BASE64.decode(json[name].as_str().unwrap().as_bytes()).unwrap();
        std::fs::write(dir.path().join(name), bytes).unwrap();
    }
    // age asks on a terminal: `script` gives it one
    let mut command = Command::new("script");
    command.args(["-qec", "age -d -i key -o out document", "/dev/null"]).current_dir(dir.path());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let (mut input, mut shown) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut prompt = Vec::new();
    while !String::from_utf8_lossy(&prompt).contains("passphrase") {
        let mut byte = [0];
        std::io::Read::read_exact(&mut shown, &mut byte).expect("age asks for the passphrase");
        prompt.push(byte[0]);
    }
    input.write_all(format!("{PASSPHRASE}\n").as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    let read = std::fs::read_to_string(dir.path().join("out")).unwrap();
    assert_eq!(seen(&Document::from_json(&read).unwrap()).len(), 1);
}

#[test]
fn a_look_without_the_passphrase_sees_a_whole_vault() {
    let world = sealed(0);
    let newest = parts(&world).pop().unwrap().0;
    let before = world.bytes();
    let Examined::Keyring(facts) = world.program().examine() else { panic!("it is a keyring") };
    assert!(world.bytes() == before);
    assert_eq!(facts.items, Some(ItemFacts { key: true, newest, incomplete: 0 }));
    assert_eq!(facts.journal, JournalFacts::Holds(newest));
}
