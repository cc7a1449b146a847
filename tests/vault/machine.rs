//! Any sequence of changes, restarts, kills, power cuts, disks that refuse and keyrings that behave badly, against a model of what was
//! acknowledged. A sequence that fails is printed in its shortest form, which is Rust: it can be kept as a test in `kept`.

use std::io::ErrorKind;

use halfminute::adapters::fake_keyring::Mode;
use halfminute::app::change::{Change, Edit};
use halfminute::domain::{OtpParams, UnixTime};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestCaseResult, TestError, TestRng, TestRunner};

use crate::run::{Run, Seen};
use crate::world::{add, id};

#[derive(Debug, Clone)]
pub enum Wish {
    Add,
    Edit(u8),
    Trash(u8),
    Restore(u8),
    Purge(u8),
}

/// One thing that happens. The first number of most steps says which of the two open programs does it.
#[derive(Debug, Clone)]
pub enum Step {
    Do(u8, Wish),
    /// Killed so many steps into a change.
    Kill(u8, Wish, u32),
    /// Killed so many steps into its start.
    KillStart(u8, u32),
    Restart(u8),
    /// The machine is shut down in order.
    NextBoot,
    /// With so much luck.
    PowerCut(u64),
    /// The power fails so many steps into a change.
    CutDuring(u8, Wish, u32, u64),
    /// With so much luck, and the first start after it is killed after so many steps.
    CutAndKill(u64, u32),
    /// The power fails so many steps into a start.
    CutStart(u32, u64),
    /// So many pretend seconds pass.
    Pass(u64),
    /// A change and a start while a keyring of this mode answers.
    Bad(Mode, Wish),
    /// The keyring turns so many calls into a change.
    Turn(u8, Mode, Wish, u32),
    /// The keyring turns so many calls into a start.
    TurnStart(Mode, u32),
    /// Every connection is lost so many calls into a change.
    Lost(u8, Wish, u32),
    /// The keyring's program crashes and is started again; whether programs notice.
    Crash(bool),
    /// The disk refuses the step of a change of this number; whether all that follow, too. The program lives on.
    Disk(u8, ErrorKind, bool, Wish, u32),
    /// The same at a start.
    DiskStart(u8, ErrorKind, bool, u32),
    /// The journal cannot be read any more.
    Rot(u8),
}

/// A sequence and what it happens to.
#[derive(Debug, Clone)]
pub struct Plan {
    pub mode: Mode,
    /// The most characters of an item.
    pub longest: usize,
    pub steps: Vec<Step>,
}

pub fn wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        3 => Just(Wish::Add),
        2 => any::<u8>().prop_map(Wish::Edit),
        2 => any::<u8>().prop_map(Wish::Trash),
        1 => any::<u8>().prop_map(Wish::Restore),
        2 => any::<u8>().prop_map(Wish::Purge),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    use Mode::{
        AsciiMangled, AsciiOnly, Cut, DoneThenError, ErrorNotDone, Hang, Locked, LocksAgain, NoProvider, PromptDismissed, Slow,
        Wrong,
    };
    let who = 0_u8..2;
    // most changes take fewer than 24 steps, those of many parts up to a hundred
    let k = prop_oneof![4 => 0_u32..24, 1 => 0_u32..100];
    let bad = vec![
        Hang,
        Locked,
        LocksAgain,
        PromptDismissed,
        NoProvider,
        Wrong,
        ErrorNotDone,
        DoneThenError,
        AsciiOnly,
        AsciiMangled,
        Slow,
        Cut,
    ];
    let bad = prop::sample::select(bad);
    let kind = prop::sample::select(vec![ErrorKind::StorageFull, ErrorKind::ReadOnlyFilesystem, ErrorKind::PermissionDenied]);
    prop_oneof![
        8 => (who.clone(), wish()).prop_map(|(who, wish)| Step::Do(who, wish)),
        3 => (who.clone(), wish(), k.clone()).prop_map(|(who, wish, k)| Step::Kill(who, wish, k)),
        2 => (who.clone(), k.clone()).prop_map(|(who, k)| Step::KillStart(who, k)),
        1 => who.clone().prop_map(Step::Restart),
        2 => Just(Step::NextBoot),
        2 => any::<u64>().prop_map(Step::PowerCut),
        2 => (who.clone(), wish(), k.clone(), any::<u64>()).prop_map(|(who, wish, k, luck)| Step::CutDuring(who, wish, k, luck)),
        1 => (k.clone(), any::<u64>()).prop_map(|(k, luck)| Step::CutStart(k, luck)),
        2 => (any::<u64>(), k.clone()).prop_map(|(luck, k)| Step::CutAndKill(luck, k)),
        2 => (1_u64..8).prop_map(Step::Pass),
        1 => (bad.clone(), wish()).prop_map(|(mode, wish)| Step::Bad(mode, wish)),
        2 => (who.clone(), bad.clone(), wish(), k.clone()).prop_map(|(who, mode, wish, k)| Step::Turn(who, mode, wish, k)),
        1 => (bad, k.clone()).prop_map(|(mode, k)| Step::TurnStart(mode, k)),
        1 => (who.clone(), wish(), k.clone()).prop_map(|(who, wish, k)| Step::Lost(who, wish, k)),
        1 => any::<bool>().prop_map(Step::Crash),
        2 => (who.clone(), kind.clone(), any::<bool>(), wish(), 0_u32..12)
            .prop_map(|(who, kind, lasts, wish, k)| Step::Disk(who, kind, lasts, wish, k)),
        1 => (who.clone(), kind, any::<bool>(), 0_u32..12).prop_map(|(who, kind, lasts, k)| Step::DiskStart(who, kind, lasts, k)),
        1 => who.prop_map(Step::Rot),
    ]
}

/// Sequences of `length` steps.
pub fn plans(length: usize) -> impl Strategy<Value = Plan> {
    let mode = prop::sample::select(vec![Mode::Eager, Mode::Lazy, Mode::LateWrites, Mode::FoundButEmpty, Mode::Cut]);
    let longest = prop::sample::select(vec![1_200_usize, 256 << 10]);
    (mode, longest, prop::collection::vec(step(), length)).prop_map(|(mode, longest, steps)| Plan { mode, longest, steps })
}

/// How many sequences are tried: 2 000, or what `HALFMINUTE_SEQUENCES` says.
pub fn sequences() -> u32 {
    std::env::var("HALFMINUTE_SEQUENCES").ok().and_then(|text| text.parse().ok()).unwrap_or(2_000)
}

/// A sequence that can be made shorter.
pub trait Sequence: Clone + std::fmt::Debug {
    /// How many steps it has.
    fn len(&self) -> usize;
    /// The same without some of its steps.
    fn without(&self, steps: std::ops::Range<usize>) -> Self;
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

/// Tries `count` sequences; a short form of the first that goes wrong, and why.
pub fn first_wrong<T: Sequence>(
    count: u32,
    luck: TestRng,
    plans: &impl Strategy<Value = T>,
    follow: impl Fn(&T) -> TestCaseResult,
) -> Option<(T, String)> {
    // proptest would shrink steps one by one and take minutes: leaving steps out is enough
    let config = ProptestConfig { failure_persistence: None, cases: count, max_shrink_iters: 0, ..ProptestConfig::default() };
    let (mut plan, mut why) = match TestRunner::new_with_rng(config, luck).run(plans, |plan| follow(&plan)) {
        Ok(()) => return None,
        Err(TestError::Fail(why, plan)) => (plan, why.to_string()),
        Err(error) => panic!("{error}"),
    };
    for size in [16, 8, 4, 2, 1, 1] {
        let mut end = plan.len();
        while end > 0 {
            let begin = end.saturating_sub(size);
            let shorter = plan.without(begin..end);
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| follow(&shorter)));
            match outcome {
                Ok(Ok(())) => {}
                Ok(Err(reason)) => (plan, why) = (shorter, reason.to_string()),
                Err(_) => (plan, why) = (shorter, "a panic, see above".to_owned()),
            }
            end = begin.min(plan.len());
        }
    }
    Some((plan, why))
}

/// Tries `count` sequences and fails with a short form of the first that goes wrong.
pub fn try_all<T: Sequence>(count: u32, plans: &impl Strategy<Value = T>, follow: impl Fn(&T) -> TestCaseResult) {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).unwrap();
    if let Some((plan, why)) = first_wrong(count, TestRng::from_seed(RngAlgorithm::ChaCha, &seed), plans, follow) {
        panic!("{why}\nA short sequence that goes wrong:\n{plan:?}");
    }
}

/// The change that is wished for as number `n`, and what is seen after it.
pub fn plan(seen: &Seen, wish: &Wish, n: u8) -> Option<(Change, Seen)> {
    let mut after = seen.clone();
    let pick = |which: u8| seen.keys().nth(usize::from(which) % seen.len().max(1)).copied();
    let change = match *wish {
        Wish::Add => {
            // an id that was given once is not given again, but for the 255th
            after.insert(id(n), (format!("account {n}"), false)).is_none().then_some(())?;
            add(n, &format!("account {n}"))
        }
        Wish::Edit(which) => {
            let id = pick(which)?;
            let name = format!("edited {n}");
            after.get_mut(&id)?.0.clone_from(&name);
            let params = OtpParams::default();
            let (issuer, note) = (String::new(), "x".repeat(900));
            Change::Edit(Edit { id, issuer, name, params, before: params, tags: vec![], note })
        }
        Wish::Trash(which) => {
            after.get_mut(&pick(which)?)?.1 = true;
            Change::Trash { id: pick(which)?, at: UnixTime::from_secs(9) }
        }
        Wish::Restore(which) => {
            after.get_mut(&pick(which)?)?.1 = false;
            Change::Restore { id: pick(which)? }
        }
        Wish::Purge(which) => {
            let id = pick(which).filter(|id| seen[id].1)?;
            after.remove(&id);
            Change::Purge { id }
        }
    };
    Some((change, after))
}

/// Does all of `plan`.
pub fn follow(plan: &Plan) -> TestCaseResult {
    Run::new(plan.mode, plan.longest)?.all(&plan.steps)
}

#[test]
fn what_was_acknowledged_stays_and_what_was_removed_stays_away() {
    try_all(sequences(), &plans(50), follow);
}
