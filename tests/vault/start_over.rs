//! Starting over, and how it ends when the program is killed, the disk is full or the power fails in the middle.

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use halfminute::adapters::fake_keyring::Mode;
use halfminute::app::ports::{Vault, VaultError, VaultNote};

use crate::world::{World, add, id};

/// A world whose newest account the journal alone holds.
fn behind() -> World {
    let world = World::new(1_200);
    let (mut program, _) = world.open().unwrap();
    world.keyring.set_mode(Mode::ErrorNotDone);
    program.change(&add(1, "one")).unwrap();
    world.keyring.set_mode(Mode::Eager);
    world
}

/// Either the old vault is in use, with everything, or the new one, and the old one's journal is kept.
fn check(world: &World, done: bool, at: u32) {
    let (mut program, opened) = world.open().unwrap();
    let old = opened.document.record(id(1)).is_some();
    assert!(!old || !done, "step {at}: it said that it was done");
    assert!(old || world.journals().iter().any(|document| document.record(id(1)).is_some()), "step {at}: the account is gone");
    let count = program.change(&add(2, "two")).unwrap().accounts.len();
    assert_eq!(count, if old { 2 } else { 1 }, "step {at}");
    assert_eq!(world.open().unwrap().1.document.accounts.len(), count, "step {at}");
}

#[test]
fn killed_or_without_power_at_any_step() {
    for power_fails in [true, false] {
        let mut ends = 0;
        for k in 0..60 {
            let world = behind();
            let mut program = world.program();
            world.keyring.answer(Some(k));
            // without the note, it is also on the disk
            let done = program.start_over().is_ok_and(|opened| !opened.notes.contains(&VaultNote::Unsynced));
            world.keyring.answer(None);
            drop(program);
            if power_fails {
                world.power_cut();
            }
            check(&world, done, k);
            ends += u32::from(done);
        }
        assert!(ends > 0 && ends < 60, "{ends}");
    }
}

#[test]
fn on_a_disk_that_is_full_from_any_step_on() {
    let mut ends = 0;
    for k in 0..30 {
        let world = behind();
        let left = AtomicU32::new(k);
        let full = move |_| {
            let before = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| Some(left.saturating_sub(1)));
            if before == Ok(0) { Err(ErrorKind::StorageFull.into()) } else { Ok(()) }
        };
        let mut program = world.program_probed(Arc::new(full), None);
        let done = match program.start_over() {
            Ok(opened) => !opened.notes.contains(&VaultNote::Unsynced),
            Err(error) => {
                assert!(matches!(error, VaultError::Disk { kind: ErrorKind::StorageFull, .. }), "{error:?}");
                false
            }
        };
        drop(program);
        check(&world, done, k);
        ends += u32::from(done);
    }
    assert!(ends > 0 && ends < 30, "{ends}");
}

#[test]
fn a_change_after_another_program_started_over_says_what_it_found() {
    let world = World::new(1_200);
    let (mut program, _) = world.open().unwrap();
    program.change(&add(1, "one")).unwrap();
    program.notes();
    world.program().start_over().unwrap();
    // and the keyring loses the new vault's document
    let newest = world
        .keyring
        .snapshot()
        .into_keys()
        .filter(|name| name.starts_with("doc-"))
        .max_by_key(|name| name.split('-').nth(2).and_then(|generation| generation.parse::<u64>().ok()));
    world.keyring.tamper(&newest.unwrap(), None);
    assert_eq!(program.change(&add(2, "two")).unwrap().accounts.len(), 1);
    assert_eq!(program.notes(), [VaultNote::RestoredFromJournal]);
}

#[test]
fn a_change_on_a_program_that_was_never_opened_says_what_it_found() {
    let world = World::new(1_200);
    let mut program = world.program();
    program.change(&add(1, "one")).unwrap();
    assert_eq!(program.notes(), [VaultNote::FirstStart]);
}
