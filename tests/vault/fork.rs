//! Several data directories and one keyring: nothing that was acknowledged in any of them is destroyed.

use std::time::Duration;

use halfminute::adapters::fake_keyring::Mode;
use halfminute::adapters::lock::Lock;
use halfminute::adapters::parts::{self, ItemName, VaultId};
use halfminute::app::change::Change;
use halfminute::app::ports::{Vault, VaultNote};
use halfminute::domain::UnixTime;
use proptest::prelude::*;

use crate::world::{Program, World, add, id, seen};

fn opened(world: &World) -> Program {
    let mut program = world.program();
    program.open().unwrap();
    program
}

fn shown(world: &World) -> Vec<u8> {
    let document = world.open().unwrap().1.document;
    (1..=9).filter(|n| document.record(id(*n)).is_some()).collect()
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
fn a_journal_that_the_keyring_may_never_have_held_is_kept_beside_a_newer_document() {
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
    assert_eq!((seen(&found.document).len(), found.notes), (2, vec![VaultNote::KeptAside]));
    assert!(a.journals().iter().any(|document| document.record(id(1)).is_some()));
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

#[derive(Debug, Clone)]
enum Step {
    Add(bool),
    Trash(bool, u8),
    Kill(bool, u32),
    Restart(bool),
    Behind(bool),
    PowerCut(bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => any::<bool>().prop_map(Step::Add),
        2 => (any::<bool>(), any::<u8>()).prop_map(|(who, which)| Step::Trash(who, which)),
        2 => (any::<bool>(), 0_u32..36).prop_map(|(who, k)| Step::Kill(who, k)),
        2 => any::<bool>().prop_map(Step::Restart),
        1 => any::<bool>().prop_map(Step::Behind),
        1 => any::<bool>().prop_map(Step::PowerCut),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 96, ..ProptestConfig::default() })]

    /// Nothing is purged, so every account that was acknowledged is shown or lies in a journal that was kept.
    #[test]
    fn whatever_two_data_directories_do_no_account_is_destroyed(
        mode in prop::sample::select(vec![Mode::Eager, Mode::Lazy, Mode::FoundButEmpty]),
        steps in prop::collection::vec(step(), 24),
    ) {
        let mut worlds = [World::new(1_200), World::new(0)];
        worlds[1].keyring = worlds[0].keyring.clone();
        let keyring = worlds[0].keyring.clone();
        keyring.set_mode(mode);
        opened(&worlds[0]);
        keyring.settle();
        let mut programs = [opened(&worlds[0]), opened(&worlds[1])];
        let mut added: Vec<u8> = vec![];
        for (n, step) in (1_u8..).zip(&steps) {
            match *step {
                Step::Add(who) => {
                    programs[usize::from(who)].change(&add(n, "x")).unwrap();
                    added.push(n);
                }
                Step::Trash(who, which) => {
                    let Some(which) = added.get(usize::from(which) % added.len().max(1)) else { continue };
                    // it may lie in a kept journal alone
                    let _ = programs[usize::from(who)].change(&Change::Trash { id: id(*which), at: UnixTime::EPOCH });
                }
                Step::Kill(who, k) => {
                    keyring.answer(Some(k));
                    if programs[usize::from(who)].change(&add(n, "x")).is_ok() {
                        added.push(n);
                    }
                    keyring.answer(None);
                    programs[usize::from(who)] = opened(&worlds[usize::from(who)]);
                }
                Step::Restart(who) => programs[usize::from(who)] = opened(&worlds[usize::from(who)]),
                Step::Behind(who) => {
                    keyring.set_mode(Mode::ErrorNotDone);
                    programs[usize::from(who)].change(&add(n, "x")).unwrap();
                    added.push(n);
                    keyring.set_mode(mode);
                }
                Step::PowerCut(first) => {
                    keyring.power_cut();
                    for world in &mut worlds {
                        world.power_cut();
                        world.boot += 1;
                    }
                    for who in [usize::from(first), usize::from(!first)] {
                        programs[who] = opened(&worlds[who]);
                    }
                }
            }
        }
        let mut kept: Vec<_> = worlds.iter().flat_map(World::journals).collect();
        kept.extend(worlds.iter().map(|world| world.open().unwrap().1.document.duplicate()));
        for n in added {
            prop_assert!(kept.iter().any(|document| document.record(id(n)).is_some()), "account {} is gone", n);
        }
    }
}
