//! Sequences of `machine` that went wrong once, or that a mistake made on purpose is found with. Each says what it was about.

use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};

use halfminute::adapters::fake_keyring::Mode::{self, FoundButEmpty, LateWrites, Lazy, PromptDismissed};

use crate::machine::Step::{self, CutAndKill, CutDuring, CutStart, Disk, Do, Kill, PowerCut, Rot, Turn};
use crate::machine::Wish::{Add, Purge, Restore, Trash};
use crate::machine::{Plan, follow};

fn goes_well(mode: Mode, longest: usize, steps: &[Step]) {
    follow(&Plan { mode, longest, steps: steps.to_vec() }).unwrap();
}

/// The first start after a power cut is killed between the keyring and the journal.
#[test]
fn what_this_boot_wrote_is_not_confirmed_by_this_boot() {
    let steps = [Do(0, Add), CutAndKill(17_281_883_150_209_914_541, 12), CutAndKill(16_986_948_587_308_303_229, 18)];
    goes_well(Lazy, 262_144, &steps);
}

/// The keyring removes at once and writes late, and the journal goes bad.
#[test]
fn the_confirmed_generation_outlives_the_next_one() {
    goes_well(LateWrites, 262_144, &[PowerCut(7_016_135_371_089_703_109), Do(1, Add), Rot(0)]);
}

/// The directory was not synced, the program was killed, the next start showed the change, and the power failed.
#[test]
fn what_was_shown_is_not_taken_back() {
    let steps = [
        CutDuring(1, Add, 97, 440_907_788_769_658_439),
        Disk(0, ReadOnlyFilesystem, true, Trash(17), 3),
        Kill(1, Restore(54), 1),
        CutStart(13, 10_412_586_827_428_466_013),
    ];
    goes_well(FoundButEmpty, 1_200, &steps);
}

/// It was said that the change may not be on the disk; then the generation that was lost is said to be incomplete.
#[test]
fn a_change_that_was_not_synced_may_be_lost_and_that_is_said() {
    let steps = [
        Turn(0, PromptDismissed, Add, 11),
        Disk(1, PermissionDenied, true, Trash(231), 3),
        CutDuring(0, Purge(46), 1, 14_563_360_997_634_864_157),
    ];
    goes_well(FoundButEmpty, 1_200, &steps);
}
