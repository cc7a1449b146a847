//! Several data directories and one keyring: nothing that was acknowledged in any of them is destroyed.

use std::time::Duration;

use halfminute::adapters::fake_keyring::Mode;
use halfminute::adapters::lock::Lock;
use halfminute::adapters::parts::{self, ItemName, VaultId};
use halfminute::app::change::Change;
use halfminute::app::ports::{Vault, VaultNote};
use halfminute::domain::UnixTime;

use crate::world::{Program, World, add, id, seen};

pub fn opened(world: &World) -> Program {
    let mut program = world.program();
    program.open().unwrap();
    program
}

fn shown(world: &World) -> Vec<u8> {
    let document = world.open().unwrap().1.document;
    (1..=9_u8).filter(|n| document.record(id(*n)).is_some()).collect()
}

#[test]
fn two_data_directories_see_each_others_changes() {
    let a = World::new(1_200);
    let b = a.beside();
    let mut one = opened(&a);
    one.change(&add(1, "one")).unwrap();
    let mut two = opened(&b);
    one.change(&add(2, "two")).unwrap();
    two.change(&add(3, "three")).unwrap();
    one.change(&add(4, "four")).unwrap();
    two.change(&add(5, "five")).unwrap();
    drop((one, two));
    for world in [&a, &b, &a] {
        assert_eq!(shown(world), [1, 2, 3, 4, 5]);
    }
}

#[test]
fn two_data_directories_change_at_the_same_time() {
    let a = World::new(1_200);
    opened(&a);
    let others = [a.beside(), a.beside(), a.beside()];
    std::thread::scope(|scope| {
        for (n, world) in (0_u8..).zip(&others) {
            let mut program = world.program_sharing(Some(a.locks()));
            scope.spawn(move || {
                for k in 1..=3 {
                    program.change(&add(3 * n + k, "at once")).unwrap();
                }
            });
        }
    });
    assert_eq!(shown(&a), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
}

#[test]
fn two_data_directories_start_for_the_first_time_and_make_one_vault() {
    let a = World::new(1_200);
    let others = [a.beside(), a.beside(), a.beside(), a.beside()];
    std::thread::scope(|scope| {
        for (n, world) in (1..).zip(&others) {
            let mut program = world.program_sharing(Some(a.locks()));
            scope.spawn(move || program.change(&add(n, "at once")).unwrap());
        }
    });
    assert_eq!(shown(&a), [1, 2, 3, 4]);
    assert_eq!(a.keyring.snapshot().keys().filter(|name| name.starts_with("key-")).count(), 1);
}

#[test]
fn the_vaults_lock_lies_where_all_programs_see_it() {
    let a = World::new(1_200);
    opened(&a).change(&add(1, "one")).unwrap();
    let key = a.keyring.snapshot().into_keys().find(|name| name.starts_with("key-")).unwrap();
    let lock = a.locks().join(format!("halfminute-{}.lock", key.trim_start_matches("key-")));
    assert!(lock.is_file());
    // a place that is gone or takes no files is no reason not to work
    let mut program = a.program_sharing(Some(&a.path().join("nowhere")));
    program.change(&add(2, "two")).unwrap();
    Lock::acquire(&lock, Duration::ZERO).unwrap();
}

/// A keyring that took nothing from one program, and then something from the other under the same number.
#[test]
fn two_documents_of_one_number_are_joined_and_the_journal_is_kept() {
    for restarted in [false, true] {
        let a = World::new(1_200);
        let b = a.beside();
        let (mut one, mut two) = (opened(&a), opened(&b));
        a.keyring.set_mode(Mode::ErrorNotDone);
        one.change(&add(1, "one")).unwrap();
        assert_eq!(one.notes(), [VaultNote::KeyringBehind]);
        a.keyring.set_mode(Mode::Eager);
        two.change(&add(2, "two")).unwrap();
        if restarted {
            let (program, found) = a.open().unwrap();
            assert_eq!(found.notes, [VaultNote::Joined]);
            one = program;
        }
        let document = one.change(&add(3, "three")).unwrap();
        assert_eq!(seen(&document).len(), 3);
        assert_eq!(one.notes(), if restarted { vec![] } else { vec![VaultNote::Joined] });
        assert!(a.has("journal.old-1"));
        assert_eq!(seen(&two.change(&add(4, "four")).unwrap()).len(), 4);
        assert_eq!((shown(&a), shown(&b)), (vec![1, 2, 3, 4], vec![1, 2, 3, 4]));
    }
}

#[test]
fn what_the_keyring_never_held_is_joined_with_a_newer_document() {
    let a = World::new(1_200);
    let b = a.beside();
    let (mut one, mut two) = (opened(&a), opened(&b));
    a.keyring.set_mode(Mode::ErrorNotDone);
    one.change(&add(1, "one")).unwrap();
    drop(one);
    a.keyring.set_mode(Mode::Eager);
    two.change(&add(2, "two")).unwrap();
    two.change(&add(3, "three")).unwrap();
    let (_, found) = a.open().unwrap();
    assert_eq!((seen(&found.document).len(), found.notes), (3, vec![VaultNote::Joined]));
    assert!(a.journals().iter().any(|document| document.record(id(1)).is_some()));
    assert_eq!(shown(&b), [1, 2, 3]);
}

/// Puts an account in the trash and deletes it for ever.
pub fn purge(program: &mut Program, n: u8) -> bool {
    let trash = Change::Trash { id: id(n), at: UnixTime::EPOCH };
    program.change(&Change::All(vec![trash, Change::Purge { id: id(n) }])).is_ok()
}

fn held_anywhere(worlds: [&World; 2], n: u8) -> bool {
    worlds.iter().flat_map(|world| world.journals()).any(|document| document.record(id(n)).is_some())
}

#[test]
fn a_purge_while_the_keyring_refuses_leaves_no_copy() {
    for later in [0, 1] {
        let mut a = World::new(1_200);
        let mut one = opened(&a);
        one.change(&add(1, "one")).unwrap();
        one.change(&add(2, "two")).unwrap();
        a.keyring.set_mode(Mode::ErrorNotDone);
        assert!(purge(&mut one, 1));
        assert_eq!(one.notes(), [VaultNote::KeyringBehind]);
        a.keyring.set_mode(Mode::Eager);
        drop(one);
        a.boot += later;
        let (_, found) = a.open().unwrap();
        assert_eq!((seen(&found.document).len(), found.notes), (1, vec![VaultNote::RestoredFromJournal]));
        assert!(!held_anywhere([&a, &a], 1) && !a.has("journal.old-1"));
    }
}

#[test]
fn what_one_side_purged_is_not_joined_back_nor_kept() {
    // the purge is in the keyring, or in the journal that it is joined from
    for there in [true, false] {
        let a = World::new(1_200);
        let b = a.beside();
        let mut one = opened(&a);
        one.change(&add(1, "one")).unwrap();
        one.change(&add(2, "two")).unwrap();
        let mut two = opened(&b);
        a.keyring.set_mode(Mode::ErrorNotDone);
        assert!(if there { one.change(&add(3, "three")).is_ok() } else { purge(&mut one, 1) });
        a.keyring.set_mode(Mode::Eager);
        assert!(if there { purge(&mut two, 1) } else { two.change(&add(3, "three")).is_ok() });
        drop(one);
        let (_, found) = a.open().unwrap();
        assert_eq!(found.notes, [VaultNote::Joined]);
        assert_eq!((shown(&a), shown(&b)), (vec![2, 3], vec![2, 3]));
        if there {
            assert!(!held_anywhere([&a, &b], 1));
        }
    }
}

#[test]
fn what_another_folder_purged_leaves_no_copy() {
    let a = World::new(1_200);
    let b = a.beside();
    let mut one = opened(&a);
    one.change(&add(1, "one")).unwrap();
    one.change(&add(2, "two")).unwrap();
    let mut two = opened(&b);
    assert!(purge(&mut two, 1));
    drop(one);
    let (mut one, found) = a.open().unwrap();
    assert_eq!((seen(&found.document).len(), found.notes), (1, vec![]));
    assert!(!held_anywhere([&a, &b], 1));
    // somebody wants it back, from a backup
    one.change(&add(1, "again")).unwrap();
    assert_eq!((shown(&a), shown(&b)), (vec![1, 2], vec![1, 2]));
}

#[test]
fn what_was_purged_and_added_again_stays() {
    let a = World::new(1_200);
    let mut one = opened(&a);
    one.change(&add(1, "one")).unwrap();
    assert!(purge(&mut one, 1));
    a.keyring.set_mode(Mode::ErrorNotDone);
    one.change(&add(1, "again")).unwrap();
    a.keyring.set_mode(Mode::Eager);
    assert_eq!(shown(&a), [1]);
    assert!(purge(&mut opened(&a), 1));
    assert_eq!(shown(&a), [0_u8; 0]);
}

/// An older generation of the other folder, which did not see the last changes, says that an account was deleted for ever.
#[test]
fn a_purge_in_an_older_generation_counts() {
    let a = World::new(1_200);
    let b = a.beside();
    let mut one = opened(&a);
    one.change(&add(1, "one")).unwrap();
    let mut two = opened(&b);
    two.change(&add(2, "two")).unwrap();
    a.keyring.set_mode(Mode::ErrorNotDone);
    for n in 3..6 {
        one.change(&add(n, "more")).unwrap();
    }
    a.keyring.set_mode(Mode::Eager);
    assert!(purge(&mut two, 1));
    drop((one, two));
    assert_eq!(shown(&a), [2, 3, 4, 5]);
    assert_eq!(shown(&b), [2, 3, 4, 5]);
}

#[test]
fn a_keyring_that_forgot_what_was_seen_in_it_gets_it_back() {
    let a = World::new(1_200);
    a.keyring.set_mode(Mode::Lazy);
    let mut one = opened(&a);
    a.keyring.settle();
    let b = a.beside();
    let mut two = opened(&b);
    one.change(&add(1, "one")).unwrap();
    // its program crashes; the other folder's program never saw the first account
    a.keyring.power_cut();
    two.change(&add(2, "two")).unwrap();
    two.change(&add(3, "three")).unwrap();
    assert_eq!(seen(&one.change(&add(4, "four")).unwrap()).len(), 4);
    assert_eq!(one.notes(), [VaultNote::Joined]);
    assert_eq!(shown(&b), [1, 2, 3, 4]);
}

#[test]
fn a_part_that_says_something_is_never_written_over() {
    let a = World::new(1_200);
    let mut one = opened(&a);
    let generation = one.change(&add(1, "one")).unwrap().generation;
    let part = |generation, part| {
        let key = a.keyring.snapshot().into_keys().find(|name| name.starts_with("key-")).unwrap();
        let vault = VaultId::parse(key.trim_start_matches("key-")).unwrap();
        (vault, ItemName::Part { vault, generation, part }.to_string())
    };
    // half a generation of somebody whose lock we do not see
    let (vault, name) = part(generation + 1, 0);
    let half = parts::cut(vault, generation + 1, &"x".repeat(3_000), 1_200).remove(0).to_string();
    a.keyring.tamper(&name, Some(&half));
    let document = one.change(&add(2, "two")).unwrap();
    assert_eq!(document.generation, generation + 2);
    assert_eq!(a.keyring.snapshot()[&name], half);
    // the same, when our own journal has that number already
    a.keyring.set_mode(Mode::ErrorNotDone);
    one.change(&add(3, "three")).unwrap();
    a.keyring.set_mode(Mode::Eager);
    let (vault, name) = part(generation + 3, 0);
    let half = parts::cut(vault, generation + 3, &"x".repeat(3_000), 1_200).remove(0).to_string();
    a.keyring.tamper(&name, Some(&half));
    drop(one);
    assert_eq!(shown(&a), [1, 2, 3]);
    assert_eq!(a.keyring.snapshot()[&name], half);
    assert_eq!(seen(&opened(&a).change(&add(4, "four")).unwrap()).len(), 4);
}

#[test]
fn parts_of_two_writers_are_not_put_together() {
    let a = World::new(1_200);
    let mut one = opened(&a);
    let generation = one.change(&add(1, "one")).unwrap().generation;
    let key = a.keyring.snapshot().into_keys().find(|name| name.starts_with("key-")).unwrap();
    let vault = VaultId::parse(key.trim_start_matches("key-")).unwrap();
    let json = format!(r#"{{"schema":1,"generation":{},"accounts":[],"x":"{}"}}"#, generation + 1, "y".repeat(2_500));
    let name = |part| ItemName::Part { vault, generation: generation + 1, part }.to_string();
    let values = parts::cut(vault, generation + 1, &json, 1_200);
    for (part, value) in (0..).zip(&values) {
        a.keyring.tamper(&name(part), Some(value));
    }
    // the middle one says that there are more of them; the text itself would be whole
    let (of, piece) = parts::read(vault, generation + 1, 1, &values[1]).unwrap();
    let other = parts::cut(vault, generation + 1, &format!("{}{piece}{}", "z".repeat(piece.len()), "z".repeat(9_000)), 1_200);
    let forged = other.iter().find(|value| parts::read(vault, generation + 1, 1, value).is_ok()).unwrap();
    assert!(parts::read(vault, generation + 1, 1, forged).unwrap().0 > of);
    a.keyring.tamper(&name(1), Some(forged));
    assert_eq!(shown(&a), [1]);
}
