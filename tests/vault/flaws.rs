//! The sequences of `machine` find mistakes that are made on purpose, each within a bounded number of them.

use halfminute::adapters::atomic_file::FileStep;
use halfminute::adapters::vault::Flaw;
use proptest::test_runner::{RngAlgorithm, TestRng};

use crate::machine::{Plan, first_wrong, follow, plans};
use crate::run::Run;
use crate::world::World;

/// The first of at most `most` sequences that goes wrong in a world that `spoil` has changed. The same ones are tried each time.
fn found(name: &str, most: u32, spoil: impl Fn(&mut World)) {
    let spoilt = |plan: &Plan| {
        let mut world = World::new(plan.longest);
        spoil(&mut world);
        Run::on(world, plan.mode)?.all(&plan.steps)
    };
    let luck = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let Some((plan, why)) = first_wrong(most, luck, &plans(50), spoilt) else {
        panic!("{name}: not found in {most} sequences");
    };
    println!("{name}: {why}\n    {plan:?}");
    // it is the mistake that makes it go wrong
    follow(&plan).unwrap();
}

#[test]
fn the_boot_id_is_stamped_after_the_keyring_was_written() {
    found("boot id late", 400, |world| world.flaw = Some(Flaw::BootIdLate));
}

#[test]
fn the_journal_is_removed_in_the_boot_that_wrote_it() {
    found("no later boot", 100, |world| world.flaw = Some(Flaw::NoLaterBoot));
}

#[test]
fn no_entry_is_taken_for_gone() {
    found("no entry is gone", 100, |world| world.flaw = Some(Flaw::NoEntryIsGone));
}

#[test]
fn a_change_does_not_look_whose_keyring_answers() {
    found("no canary", 100, |world| world.flaw = Some(Flaw::NoCanary));
}

#[test]
fn the_confirmed_generation_is_removed_before_the_next_one_is() {
    found("confirmed removed", 400, |world| world.flaw = Some(Flaw::ConfirmedRemoved));
}

#[test]
fn what_is_shown_at_start_is_not_on_the_disk() {
    found("shown unsynced", 400, |world| world.flaw = Some(Flaw::ShownUnsynced));
}

#[test]
fn another_programs_change_is_not_read() {
    found("not read", 100, |world| world.flaw = Some(Flaw::NotRead));
}

#[test]
fn the_directory_is_not_synced_after_a_rename() {
    found("directory not synced", 100, |world| world.disk.forget_step(FileStep::Sync));
}

#[test]
fn a_file_is_not_synced_before_its_rename() {
    found("file not synced", 100, |world| world.disk.forget_step(FileStep::SyncFile));
}
