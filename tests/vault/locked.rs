//! Prompts come before the locks, and nothing waits for a prompt while others wait for the lock; a disk that does not answer.

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use halfminute::adapters::atomic_file::FileStep;
use halfminute::adapters::fake_keyring::Mode;
use halfminute::adapters::lock::Lock;
use halfminute::app::ports::{Vault, VaultError, VaultNote};

use crate::world::{World, add, seen};

#[test]
fn no_lock_is_held_while_a_prompt_may_be_open() {
    let world = World::new(1_200);
    world.open().unwrap();
    let prompts = Arc::new(AtomicU32::new(0));
    let files = || std::fs::read_dir(world.locks()).unwrap().map(|entry| entry.unwrap().path());
    let locks: Vec<_> = files().chain([world.path().join("lock")]).collect();
    assert!(locks.len() >= 2);
    let count = Arc::clone(&prompts);
    world.keyring.at_prompts(Arc::new(move || {
        count.fetch_add(1, Ordering::SeqCst);
        for lock in &locks {
            assert!(Lock::acquire(lock, Duration::ZERO).is_ok(), "{} is held while a prompt is open", lock.display());
        }
    }));
    let (mut program, _) = world.open().unwrap();
    program.change(&add(1, "one")).unwrap();
    program.start_over().unwrap();
    program.change(&add(2, "two")).unwrap();
    assert!(prompts.load(Ordering::SeqCst) >= 4);
}

#[test]
fn a_keyring_that_is_locked_in_the_middle_stops_the_change_without_a_prompt() {
    let world = World::new(1_200);
    let (mut program, _) = world.open().unwrap();
    let before = world.bytes();
    world.keyring.set_mode(Mode::LocksAgain);
    assert_eq!(program.change(&add(1, "one")).unwrap_err(), VaultError::Locked);
    assert!(world.bytes() == before);
    world.keyring.set_mode(Mode::Eager);
    assert_eq!(seen(&program.change(&add(1, "one")).unwrap()).len(), 1);
}

#[test]
fn a_change_whose_last_sync_failed_is_made_once() {
    let world = World::new(1_200);
    let fails = Arc::new(AtomicBool::new(false));
    let failing = Arc::clone(&fails);
    let probe = move |step| {
        if step == FileStep::Sync && failing.load(Ordering::SeqCst) { Err(ErrorKind::Other.into()) } else { Ok(()) }
    };
    let mut program = world.program_probed(Arc::new(probe), None);
    program.open().unwrap();
    fails.store(true, Ordering::SeqCst);
    assert_eq!(seen(&program.change(&add(1, "one")).unwrap()).len(), 1);
    assert_eq!(program.notes(), [VaultNote::Unsynced]);
    assert_eq!(seen(&program.change(&add(2, "two")).unwrap()).len(), 2);
}

#[test]
fn a_journal_of_another_vault_is_set_aside_by_the_next_change() {
    let world = World::new(1_200);
    let other = World::new(1_200);
    let (mut program, _) = world.open().unwrap();
    other.open().unwrap().0.change(&add(9, "another's")).unwrap();
    program.change(&add(1, "one")).unwrap();
    let foreign = std::fs::read(other.path().join("journal")).unwrap();
    std::fs::write(world.path().join("journal"), &foreign).unwrap();
    assert_eq!(seen(&program.change(&add(2, "two")).unwrap()).len(), 2);
    assert_eq!(std::fs::read(world.path().join("journal.old-1")).unwrap(), foreign);
}
