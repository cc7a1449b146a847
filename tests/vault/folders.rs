//! Any sequence of what happens to two data directories with one keyring. As `machine`, which see.

use halfminute::adapters::fake_keyring::Mode;
use halfminute::app::change::Change;
use halfminute::app::ports::Vault;
use halfminute::domain::UnixTime;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use crate::fork::{opened, purge};
use crate::machine::{Sequence, sequences, try_all};
use crate::world::{World, add, id};

#[derive(Debug, Clone)]
enum Step {
    Add(bool),
    Trash(bool, u8),
    Purge(bool, u8),
    Kill(bool, u32),
    Restart(bool),
    Behind(bool),
    PowerCut(bool, u64),
    /// The keyring's program crashes, and nobody notices.
    Crash,
    Pass(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => any::<bool>().prop_map(Step::Add),
        2 => (any::<bool>(), any::<u8>()).prop_map(|(who, which)| Step::Trash(who, which)),
        2 => (any::<bool>(), 0_u32..36).prop_map(|(who, k)| Step::Kill(who, k)),
        2 => any::<bool>().prop_map(Step::Restart),
        1 => any::<bool>().prop_map(Step::Behind),
        2 => (any::<bool>(), any::<u8>()).prop_map(|(who, which)| Step::Purge(who, which)),
        1 => (any::<bool>(), any::<u64>()).prop_map(|(first, luck)| Step::PowerCut(first, luck)),
        1 => Just(Step::Crash),
        1 => (1_u64..8).prop_map(Step::Pass),
    ]
}

/// A sequence, and the keyring that it happens to.
#[derive(Debug, Clone)]
struct Plan {
    mode: Mode,
    steps: Vec<Step>,
}

impl Sequence for Plan {
    fn len(&self) -> usize {
        self.steps.len()
    }

    fn without(&self, steps: std::ops::Range<usize>) -> Self {
        let mut shorter = self.clone();
        shorter.steps.drain(steps);
        shorter
    }
}

/// Every account that was acknowledged and not deleted for ever is shown in the end, by both; none that was deleted for ever is.
fn follow(plan: &Plan) -> TestCaseResult {
    let mut worlds = [World::new(1_200), World::new(0)];
    worlds[1].keyring = worlds[0].keyring.clone();
    let keyring = worlds[0].keyring.clone();
    keyring.set_mode(plan.mode);
    opened(&worlds[0]);
    keyring.settle();
    let mut programs = [opened(&worlds[0]), opened(&worlds[1])];
    let (mut added, mut purged): (Vec<u8>, Vec<u8>) = (vec![], vec![]);
    for (n, step) in (1_u8..).zip(&plan.steps) {
        let pick = |which: u8| added.get(usize::from(which) % added.len().max(1)).copied();
        match *step {
            Step::Add(who) => {
                programs[usize::from(who)].change(&add(n, "x")).unwrap();
                added.push(n);
            }
            Step::Trash(who, which) => {
                let Some(which) = pick(which) else { continue };
                // the other one may not have it yet
                let _ = programs[usize::from(who)].change(&Change::Trash { id: id(which), at: UnixTime::EPOCH });
            }
            Step::Purge(who, which) => {
                let Some(which) = pick(which) else { continue };
                if purge(&mut programs[usize::from(who)], which) {
                    purged.push(which);
                }
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
                keyring.set_mode(plan.mode);
            }
            Step::PowerCut(first, luck) => {
                keyring.power_cut();
                for world in &mut worlds {
                    world.disk.power_cut(luck);
                    world.boot += 1;
                }
                for who in [usize::from(first), usize::from(!first)] {
                    programs[who] = opened(&worlds[who]);
                }
            }
            Step::Crash => keyring.power_cut(),
            Step::Pass(seconds) => keyring.pass(seconds),
        }
    }
    keyring.set_mode(Mode::Eager);
    drop(programs);
    // the first does not see what only the other one's journal has
    opened(&worlds[0]);
    opened(&worlds[1]);
    added.retain(|n| !purged.contains(n));
    for world in [&worlds[0], &worlds[1]] {
        let document = world.open().unwrap().1.document;
        for n in &added {
            prop_assert!(document.record(id(*n)).is_some(), "account {} is gone", n);
        }
        for n in &purged {
            prop_assert!(document.record(id(*n)).is_none(), "account {} is back", n);
        }
    }
    Ok(())
}

#[test]
fn whatever_two_data_directories_do_no_account_is_lost_or_comes_back() {
    // Not `LateWrites`: it can lose every generation, and then a folder without a journal has nothing to show until the other one is started.
    let mode = prop::sample::select(vec![Mode::Eager, Mode::Lazy, Mode::FoundButEmpty]);
    let plans = (mode, prop::collection::vec(step(), 50)).prop_map(|(mode, steps)| Plan { mode, steps });
    try_all(sequences() / 4, &plans, follow);
}
