//! The accounts move between the keyring and the vault file: killed anywhere, changed meanwhile, there and back, with other data folders.

use std::path::PathBuf;

use halfminute::adapters::atomic_file::Folder;
use halfminute::adapters::data_dir::DataDir;
use halfminute::adapters::fake_keyring::Mode;
use halfminute::adapters::machine::ThisMachine;
use halfminute::adapters::vault_file::FilePlace;
use halfminute::adapters::vault_files::AgeVaultFiles;
use halfminute::app::change::Change;
use halfminute::app::document::Document;
use halfminute::app::job::{TaskDone, VaultJob, VaultSide, VaultTask, run_vault};
use halfminute::app::ports::{OldCopy, Opened, Place, VaultError, VaultFiles, VaultNote};
use zeroize::Zeroizing;

use crate::world::{World, add, id, seen};

const PASSPHRASE: &str = "seven green bottles";

fn typed() -> Zeroizing<String> {
    Zeroizing::new(PASSPHRASE.to_owned())
}

fn files(world: &World) -> AgeVaultFiles {
    let place = FilePlace::of_dir(&DataDir::open(world.path()).unwrap());
    AgeVaultFiles::with_folder(place, Folder::probed(world.path(), world.probe()), 2)
}

/// A window or command that was just started.
fn started(world: &World) -> VaultSide {
    VaultSide::new(Box::new(world.program()), Box::new(files(world)), Box::new(ThisMachine::new()))
}

/// The same with what is in use open.
fn opened(world: &World) -> (VaultSide, Opened) {
    let mut side = started(world);
    let opened = if side.files.exists() { side.unlock(typed()).unwrap() } else { side.in_use().open().unwrap() };
    (side, opened)
}

/// A keyring with two accounts, and a program that has it open.
fn in_keyring() -> (World, VaultSide) {
    let world = World::new(1_200);
    let (mut side, _) = opened(&world);
    side.in_use().change(&add(1, "one")).unwrap();
    side.in_use().change(&add(2, "two")).unwrap();
    (world, side)
}

fn in_file() -> (World, VaultSide) {
    let (world, mut side) = in_keyring();
    moved(&mut side, VaultTask::ToFile(typed()));
    (world, side)
}

#[track_caller]
fn moved(side: &mut VaultSide, task: VaultTask) -> Opened {
    match side.task(task) {
        Ok(TaskDone::Moved(opened)) => opened,
        other => panic!("{other:?}"),
    }
}

fn file(world: &World) -> PathBuf {
    world.path().join("vault.age")
}

fn count(document: &Document) -> usize {
    seen(document).len()
}

fn items(world: &World, start: &str) -> usize {
    world.keyring.snapshot().keys().filter(|name| name.starts_with(start)).count()
}

#[test]
fn there_and_back_nothing_is_lost_and_the_old_copy_stays_until_it_is_removed() {
    let (world, mut side) = in_keyring();
    let before = side.in_use().open().unwrap();
    let vault = std::fs::read(world.path().join("vault-id")).unwrap();
    let now = moved(&mut side, VaultTask::ToFile(typed()));
    assert_eq!((now.place, now.notes), (Place::File(file(&world)), vec![]));
    assert_eq!(seen(&now.document), seen(&before.document));
    assert_eq!(side.files.old_copy(), Ok(Some(OldCopy::Keyring)));
    assert!(items(&world, "doc-") > 0);
    assert_eq!(side.task(VaultTask::ToFile(typed())).err(), Some(VaultError::AlreadyThere));
    side.in_use().change(&add(3, "three")).unwrap();
    side.in_use().change(&Change::Trash { id: id(1), at: halfminute::domain::UnixTime::EPOCH }).unwrap();
    side.in_use().change(&Change::Purge { id: id(1) }).unwrap();
    drop(side);

    let (mut side, found) = opened(&world);
    assert_eq!((found.place, count(&found.document)), (Place::File(file(&world)), 2));
    // into the same vault as before: it is what was moved from there
    let now = moved(&mut side, VaultTask::ToKeyring);
    assert!(matches!(now.place, Place::Keyring { .. }));
    assert_eq!((count(&now.document), now.notes), (2, vec![]));
    assert!(now.document.record(id(1)).is_none(), "what was deleted came back");
    assert_eq!(std::fs::read(world.path().join("vault-id")).unwrap()[..51], vault[..51]);
    assert_eq!(items(&world, "key-"), 1);
    assert_eq!(side.files.old_copy(), Ok(Some(OldCopy::File(file(&world)))));
    assert_eq!(side.task(VaultTask::ToKeyring).err(), Some(VaultError::AlreadyThere));
    drop(side);

    let (mut side, found) = opened(&world);
    assert_eq!(count(&found.document), 2);
    assert!(matches!(side.task(VaultTask::RemoveOld), Ok(TaskDone::OldRemoved(OldCopy::File(_)))));
    for name in ["vault.age", "vault.age.bak", "vault.key.age", "vault.key.age.bak"] {
        assert!(!world.has(name), "{name}");
    }
    assert_eq!(side.files.old_copy(), Ok(None));
    assert_eq!(side.task(VaultTask::RemoveOld).err(), Some(VaultError::NoOldCopy));
    assert_eq!(count(&side.in_use().change(&add(4, "four")).unwrap()), 3);
}

#[test]
fn the_old_copy_in_the_keyring_is_removed_and_the_key_stays() {
    let (world, mut side) = in_file();
    side.in_use().change(&add(3, "three")).unwrap();
    assert!(matches!(side.task(VaultTask::RemoveOld), Ok(TaskDone::OldRemoved(OldCopy::Keyring))));
    assert_eq!((items(&world, "doc-"), items(&world, "key-"), world.has("journal")), (0, 1, false));
    let (mut side, found) = opened(&world);
    assert_eq!((count(&found.document), side.files.old_copy()), (3, Ok(None)));
    // whoever asks the keyring is told where they are, and nothing is made there
    let before = world.bytes();
    assert_eq!(side.keyring.open().err(), Some(VaultError::Moved { to: Some(file(&world)) }));
    assert_eq!(world.bytes(), before);
    // and back, into a new vault
    let now = moved(&mut side, VaultTask::ToKeyring);
    assert_eq!(count(&now.document), 3);
    assert_eq!(count(&opened(&world).1.document), 3);
}

#[test]
fn a_program_that_still_has_the_old_place_open_is_told_and_changes_nothing() {
    let (world, mut side) = in_keyring();
    let (mut other, _) = opened(&world);
    moved(&mut side, VaultTask::ToFile(typed()));
    let before = world.bytes();
    let there = VaultError::Moved { to: Some(file(&world)) };
    assert_eq!(other.in_use().newer(0).err(), Some(there.clone()));
    assert_eq!(other.in_use().change(&add(9, "nine")).err(), Some(there.clone()));
    assert_eq!(other.in_use().start_over().err(), Some(there.clone()));
    assert_eq!(other.in_use().leave(3).err(), Some(there.clone()));
    assert_eq!(started(&world).keyring.open().err(), Some(there));
    assert_eq!(world.bytes(), before);
    // trying again asks for the passphrase of the new place
    let halfminute::app::Done::Opened(Err(why)) = run_vault(VaultJob::Open, &mut other) else { panic!() };
    assert_eq!(why.error, VaultError::NeedsPassphrase);
    other.unlock(typed()).unwrap();

    moved(&mut side, VaultTask::ToKeyring);
    let before = world.bytes();
    let there = VaultError::Moved { to: None };
    assert_eq!(other.in_use().newer(0).err(), Some(there.clone()));
    assert_eq!(other.in_use().change(&add(9, "nine")).err(), Some(there.clone()));
    assert_eq!(other.in_use().protect(Some(typed()), Some(typed())).err(), Some(there.clone()));
    assert_eq!(files(&world).unlock(typed()).err(), Some(there));
    assert_eq!(world.bytes(), before);
    let halfminute::app::Done::Opened(Ok(found)) = run_vault(VaultJob::Open, &mut other) else { panic!() };
    assert!(matches!(found.place, Place::Keyring { .. }));
    // the file is removed under it: it is not made anew
    let (mut late, _) = opened(&world);
    late.in_use().open().unwrap();
    side.task(VaultTask::RemoveOld).unwrap();
    assert_eq!(count(&late.in_use().change(&add(9, "nine")).unwrap()), 3);
    assert!(!world.has("vault.age"));
}

/// Kills a move at its step `k`, by the program's or the computer's end, looks at what is left, and does it again.
fn killed(to_file: bool, k: u32, power_fails: bool) -> bool {
    let (world, side) = if to_file { in_keyring() } else { in_file() };
    drop(side);
    let (mut doomed, _) = opened(&world);
    let task = |file| if file { VaultTask::ToFile(typed()) } else { VaultTask::ToKeyring };
    world.keyring.answer(Some(k));
    let done = doomed.task(task(to_file)).is_ok();
    world.keyring.answer(None);
    drop(doomed);
    if power_fails {
        world.power_cut();
    }
    let (mut side, found) = opened(&world);
    let there = matches!(found.place, Place::File(_)) == to_file;
    assert!(there || !done, "step {k}: it said that it was done");
    assert_eq!(count(&found.document), 2, "step {k}");
    assert_eq!(count(&side.in_use().change(&add(3, "three")).unwrap()), 3, "step {k}");
    if !there {
        let now = moved(&mut side, task(to_file));
        assert_eq!(count(&now.document), 3, "step {k}");
    }
    // and back, and the old copies go
    let old = side.files.old_copy().unwrap();
    assert_eq!(old, Some(if to_file { OldCopy::Keyring } else { OldCopy::File(file(&world)) }), "step {k}");
    side.task(VaultTask::RemoveOld).unwrap_or_else(|error| panic!("step {k}: {error}"));
    assert_eq!(count(&opened(&world).1.document), 3, "step {k}");
    assert_eq!(count(&moved(&mut side, task(!to_file)).document), 3, "step {k}");
    assert_eq!(count(&opened(&world).1.document), 3, "step {k}");
    done
}

#[test]
fn killed_at_any_step_one_of_both_places_has_everything_and_the_move_can_be_done_again() {
    for to_file in [true, false] {
        let mut done = 0;
        for (k, power_fails) in (0..140).map(|k| (k, k % 3 == 0)) {
            done += u32::from(killed(to_file, k, power_fails));
        }
        assert!(done > 5 && done < 135, "{to_file}: {done}");
    }
}

#[test]
fn removing_the_old_copy_that_was_killed_at_any_step_can_be_done_again() {
    for to_file in [true, false] {
        let mut done = 0;
        for k in 0..80 {
            let (world, mut side) = in_file();
            if !to_file {
                moved(&mut side, VaultTask::ToKeyring);
            }
            world.keyring.answer(Some(k));
            done += u32::from(side.task(VaultTask::RemoveOld).is_ok());
            world.keyring.answer(None);
            let (mut side, found) = opened(&world);
            assert_eq!(count(&found.document), 2, "step {k}");
            match side.task(VaultTask::RemoveOld) {
                Ok(TaskDone::OldRemoved(_)) | Err(VaultError::NoOldCopy) => {}
                other => panic!("step {k}: {other:?}"),
            }
            assert_eq!(side.files.old_copy(), Ok(None));
            assert!(if to_file { items(&world, "doc-") == 0 } else { !world.has("vault.age") }, "step {k}");
            assert_eq!(count(&opened(&world).1.document), 2, "step {k}");
        }
        assert!(done > 5 && done < 75, "{to_file}: {done}");
    }
}

#[test]
fn without_power_at_the_end_of_a_move_the_new_place_has_everything() {
    for to_file in [true, false] {
        let (world, mut side) = if to_file { in_keyring() } else { in_file() };
        moved(&mut side, if to_file { VaultTask::ToFile(typed()) } else { VaultTask::ToKeyring });
        world.power_cut();
        let (_, found) = opened(&world);
        assert_eq!((matches!(found.place, Place::File(_)), count(&found.document)), (to_file, 2));
    }
}

#[test]
fn what_another_data_folder_saved_in_the_keyring_is_neither_superseded_nor_removed() {
    let (world, mut side) = in_file();
    let beside = world.beside();
    let (mut other, _) = opened(&beside);
    other.in_use().change(&add(7, "seven")).unwrap();
    assert_eq!(side.task(VaultTask::RemoveOld).err(), Some(VaultError::OldChanged));
    assert_eq!(count(&other.in_use().change(&add(8, "eight")).unwrap()), 4);
    // and back: a vault of its own beside it
    side.in_use().change(&add(3, "three")).unwrap();
    assert_eq!(count(&moved(&mut side, VaultTask::ToKeyring).document), 3);
    assert_eq!(count(&opened(&world).1.document), 3);
    assert_eq!(count(&opened(&beside).1.document), 4);
    assert_eq!(count(&other.in_use().change(&add(9, "nine")).unwrap()), 5);
    assert_eq!(items(&world, "key-"), 2);
}

#[test]
fn another_data_folder_is_told_where_the_accounts_went_and_its_journal_still_opens() {
    let (world, mut side) = in_keyring();
    let (told, ahead) = (world.beside(), world.beside());
    drop(opened(&told));
    let (mut other, _) = opened(&ahead);
    // what it saved is in its journal alone
    world.keyring.set_mode(Mode::ErrorNotDone);
    other.in_use().change(&add(7, "seven")).unwrap();
    world.keyring.set_mode(Mode::Eager);
    drop(other);
    moved(&mut side, VaultTask::ToFile(typed()));
    side.task(VaultTask::RemoveOld).unwrap();
    assert_eq!(started(&told).keyring.open().err(), Some(VaultError::Moved { to: Some(file(&world)) }));
    assert_eq!(count(&opened(&ahead).1.document), 3);
}

#[test]
fn where_both_were_in_use_beside_each_other_both_are_joined() {
    let (world, side) = in_keyring();
    drop(side);
    // the keyring was gone, and a file was made
    let mut side = started(&world);
    let halfminute::app::Done::Opened(Ok(_)) = run_vault(VaultJob::CreateFile(typed()), &mut side) else { panic!() };
    side.in_use().change(&add(3, "three")).unwrap();
    assert_eq!(side.files.old_copy(), Ok(None));
    let now = moved(&mut side, VaultTask::ToKeyring);
    assert_eq!((count(&now.document), now.notes), (3, vec![VaultNote::Joined]));
    assert!(world.journals().iter().any(|document| count(document) == 2), "the keyring's own document is not kept aside");
    assert_eq!(count(&opened(&world).1.document), 3);
}

#[test]
fn the_old_copy_can_be_used_again() {
    let (world, mut side) = in_file();
    side.in_use().change(&add(3, "three")).unwrap();
    let go_back = |side: &mut VaultSide| match run_vault(VaultJob::GoBack, side) {
        halfminute::app::Done::Opened(opened) => opened.map(|opened| count(&opened.document)).map_err(|why| why.error),
        other => panic!("{other:?}"),
    };
    // the passphrase is forgotten
    let mut forgetful = started(&world);
    assert_eq!(go_back(&mut forgetful), Ok(2));
    assert_eq!(go_back(&mut forgetful), Err(VaultError::NoOldCopy));
    assert_eq!(forgetful.task(VaultTask::RemoveOld).err(), Some(VaultError::NoOldCopy), "the file holds more than was moved");
    assert!(world.has("vault.age"));
    // a move to a file sets that one aside
    moved(&mut forgetful, VaultTask::ToFile(typed()));
    assert!(world.has("vault.age.old-1") && world.has("vault.key.age.old-1"));
    moved(&mut forgetful, VaultTask::ToKeyring);
    // the keyring is gone
    world.keyring.set_mode(Mode::Wrong);
    let mut side = started(&world);
    assert_eq!(go_back(&mut side), Err(VaultError::NeedsPassphrase));
    assert_eq!(count(&side.unlock(typed()).unwrap().document), 2);
}

#[test]
fn a_file_that_somebody_deleted_is_not_taken_for_an_empty_vault_and_the_old_copy_comes_back() {
    let (world, side) = in_file();
    drop(side);
    for name in ["vault.age", "vault.age.bak", "vault.key.age", "vault.key.age.bak"] {
        std::fs::remove_file(world.path().join(name)).unwrap();
    }
    let mut side = started(&world);
    let halfminute::app::Done::Opened(Err(why)) = run_vault(VaultJob::Open, &mut side) else { panic!() };
    assert_eq!(why.error, VaultError::Moved { to: Some(file(&world)) });
    assert_eq!(side.files.old_copy(), Ok(Some(OldCopy::Keyring)));
    let halfminute::app::Done::Opened(Ok(found)) = run_vault(VaultJob::GoBack, &mut side) else { panic!() };
    assert_eq!(count(&found.document), 2);
}

#[test]
fn starting_over_with_a_forgotten_passphrase_shows_the_old_copy() {
    let (world, mut side) = in_file();
    side.in_use().change(&add(3, "three")).unwrap();
    let mut forgetful = started(&world);
    let halfminute::app::Done::Opened(Ok(found)) = run_vault(VaultJob::StartOver, &mut forgetful) else { panic!() };
    assert_eq!(count(&found.document), 2);
    assert!(world.has("vault.age.old-1") && !world.has("vault.age"));
    assert_eq!(side.in_use().change(&add(4, "four")).err(), Some(VaultError::Moved { to: None }));
    assert!(!world.has("vault.age"), "a file that was set aside is made anew");
}

#[test]
fn a_keyring_that_does_not_keep_what_it_is_given_does_not_take_over() {
    for mode in [Mode::ErrorNotDone, Mode::Locked, Mode::NoProvider, Mode::Hang, Mode::DoneThenError] {
        let (world, mut side) = in_file();
        world.keyring.set_mode(mode);
        let error = side.task(VaultTask::ToKeyring).err();
        assert!(error.is_some(), "{mode:?}");
        assert_eq!(count(&side.in_use().change(&add(3, "three")).unwrap()), 3, "{mode:?}");
        world.keyring.set_mode(Mode::Eager);
        assert_eq!(count(&opened(&world).1.document), 3, "{mode:?}");
        assert_eq!(count(&moved(&mut side, VaultTask::ToKeyring).document), 3, "{mode:?}");
    }
}

#[test]
fn a_move_to_a_file_that_fails_leaves_no_file_and_the_keyring_in_use() {
    let (world, mut side) = in_keyring();
    for mode in [Mode::Locked, Mode::NoProvider, Mode::Wrong] {
        world.keyring.set_mode(mode);
        assert!(side.task(VaultTask::ToFile(typed())).is_err(), "{mode:?}");
        world.keyring.set_mode(Mode::Eager);
        assert!(!world.has("vault.age") && !world.has("vault.key.age"), "{mode:?}");
        assert_eq!(count(&opened(&world).1.document), 2, "{mode:?}");
    }
    let elsewhere = FilePlace::at(&world.path().join("other.age"), None).unwrap();
    assert_eq!(AgeVaultFiles::new(elsewhere).prepare(typed()).err(), Some(VaultError::NotMovable));
}

#[test]
fn an_old_copy_that_was_changed_is_not_removed() {
    let (world, mut side) = in_file();
    moved(&mut side, VaultTask::ToKeyring);
    let mut bytes = std::fs::read(file(&world)).unwrap();
    bytes.push(b'x');
    std::fs::write(file(&world), &bytes).unwrap();
    assert_eq!(side.task(VaultTask::RemoveOld).err(), Some(VaultError::OldChanged));
    assert_eq!(std::fs::read(file(&world)).unwrap(), bytes);
    // and while the place in use cannot be read, nothing is removed
    let (world, mut side) = in_file();
    for name in ["vault.age", "vault.age.bak"] {
        std::fs::write(world.path().join(name), "").unwrap();
    }
    assert_eq!(side.task(VaultTask::RemoveOld).err(), Some(VaultError::FileDamaged { path: file(&world) }));
    assert!(items(&world, "doc-") > 0);
}
