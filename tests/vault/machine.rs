//! Any sequence of changes, restarts, kills, power cuts and bad keyrings, against a model of what was acknowledged.

use std::collections::BTreeMap;

use halfminute::adapters::fake_keyring::Mode;
use halfminute::app::change::{Change, Edit};
use halfminute::app::ports::{Opened, Vault, VaultError, VaultNote};
use halfminute::domain::{AccountId, OtpParams, UnixTime};
use proptest::prelude::*;
use zeroize::Zeroizing;

use crate::world::{Program, World, add, id, seen};

#[derive(Debug, Clone)]
enum Wish {
    Add,
    Edit(u8),
    Trash(u8),
    Restore(u8),
    Purge(u8),
}

#[derive(Debug, Clone)]
enum Step {
    /// One of two open programs makes a change.
    Do(bool, Wish),
    /// The program is killed `k` steps into a change.
    Kill(Wish, u32),
    /// The program is killed `k` steps into its start.
    KillStart(u32),
    Restart,
    /// The machine is shut down in order.
    NextBoot,
    PowerCut,
    /// The keyring has had its time.
    Settle,
    /// Another passphrase is set, or none; the program is killed `k` steps into it.
    Protect(bool, Option<u32>),
    /// A change and a start while a keyring of this mode answers.
    Bad(Mode, Wish),
}

type Model = BTreeMap<AccountId, (String, bool)>;

fn wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        3 => Just(Wish::Add),
        2 => any::<u8>().prop_map(Wish::Edit),
        2 => any::<u8>().prop_map(Wish::Trash),
        1 => any::<u8>().prop_map(Wish::Restore),
        2 => any::<u8>().prop_map(Wish::Purge),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    use Mode::{DoneThenError, ErrorNotDone, Hang, Locked, NoProvider, PromptDismissed, Wrong};
    let bad = prop::sample::select(vec![Hang, Locked, PromptDismissed, NoProvider, Wrong, ErrorNotDone, DoneThenError]);
    prop_oneof![
        6 => (any::<bool>(), wish()).prop_map(|(who, wish)| Step::Do(who, wish)),
        3 => (wish(), 0_u32..36).prop_map(|(wish, k)| Step::Kill(wish, k)),
        2 => (0_u32..36).prop_map(Step::KillStart),
        1 => Just(Step::Restart),
        2 => Just(Step::NextBoot),
        2 => Just(Step::PowerCut),
        1 => Just(Step::Settle),
        1 => (any::<bool>(), prop::option::of(0_u32..36)).prop_map(|(set, k)| Step::Protect(set, k)),
        2 => (bad, wish()).prop_map(|(mode, wish)| Step::Bad(mode, wish)),
    ]
}

struct Run {
    world: World,
    mode: Mode,
    programs: [Program; 2],
    model: Model,
    next: u8,
    /// The passphrase that holds; `None`: there is none.
    passphrase: Option<String>,
}

/// Opens the vault with the passphrase, if it asks for one.
fn enter(world: &World, passphrase: Option<&str>) -> Result<(Program, Opened), VaultError> {
    let mut program = world.program();
    let opened = match (program.open(), passphrase) {
        (Err(VaultError::NeedsPassphrase), Some(passphrase)) => program.unlock(typed(passphrase))?,
        (opened, _) => opened?,
    };
    Ok((program, opened))
}

fn typed(passphrase: &str) -> Zeroizing<String> {
    Zeroizing::new(passphrase.to_owned())
}

impl Run {
    fn new(mode: Mode, longest: usize, locked: bool) -> Self {
        let world = World::new(longest);
        world.keyring.set_mode(mode);
        let (mut first, opened) = world.open().unwrap();
        assert_eq!(opened.notes.first(), Some(&VaultNote::FirstStart));
        // the key of a lazy keyring is on its disk before anybody has typed an account (see the module `vault`)
        world.keyring.settle();
        let passphrase = locked.then(|| "the first".to_owned());
        if let Some(passphrase) = &passphrase {
            first.protect(None, Some(typed(passphrase))).unwrap();
        }
        let second = enter(&world, passphrase.as_deref()).unwrap().0;
        Self { world, mode, programs: [first, second], model: Model::new(), next: 1, passphrase }
    }

    /// The change that is wished for, and the model after it.
    fn plan(&mut self, wish: &Wish) -> Option<(Change, Model)> {
        let mut model = self.model.clone();
        let pick = |n: u8| self.model.keys().nth(usize::from(n) % self.model.len().max(1)).copied();
        let n = self.next;
        self.next = self.next.wrapping_add(1).max(1);
        let change = match *wish {
            Wish::Add => {
                model.insert(id(n), (format!("account {n}"), false));
                add(n, &format!("account {n}"))
            }
            Wish::Edit(which) => {
                let id = pick(which)?;
                let name = format!("edited {n}");
                model.get_mut(&id)?.0.clone_from(&name);
                let params = OtpParams::default();
                Change::Edit(Edit {
                    id,
                    issuer: String::new(),
                    name,
                    params,
                    before: params,
                    tags: vec![],
                    note: "x".repeat(900),
                })
            }
            Wish::Trash(which) => {
                model.get_mut(&pick(which)?)?.1 = true;
                Change::Trash { id: pick(which)?, at: UnixTime::from_secs(9) }
            }
            Wish::Restore(which) => {
                model.get_mut(&pick(which)?)?.1 = false;
                Change::Restore { id: pick(which)? }
            }
            Wish::Purge(which) => {
                let id = pick(which).filter(|id| self.model[id].1)?;
                model.remove(&id);
                Change::Purge { id }
            }
        };
        Some((change, model))
    }

    /// Both programs are started anew and show one of `fine`, which is then the model.
    fn restart(&mut self, fine: &[&Model]) {
        for which in 0..2 {
            let (program, opened) = enter(&self.world, self.passphrase.as_deref()).unwrap();
            assert_eq!(opened.passphrase, self.passphrase.is_some());
            let now = seen(&opened.document);
            assert!(fine.contains(&&now), "it shows {now:?}, not one of {fine:?}");
            for note in &opened.notes {
                assert!(matches!(note, VaultNote::RestoredFromJournal | VaultNote::KeyringBehind), "{note:?}");
            }
            self.model = now;
            self.programs[which] = program;
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Do(who, wish) => {
                let Some((change, after)) = self.plan(wish) else { return };
                let [one, two] = &mut self.programs;
                let (actor, watcher) = if *who { (one, two) } else { (two, one) };
                let document = actor.change(&change).unwrap();
                assert_eq!(seen(&document), after);
                self.model = after;
                if document.generation.is_multiple_of(3) {
                    // the other one has not looked yet: its next change must read first
                    return;
                }
                let noticed = watcher.newer(document.generation - 1).unwrap().expect("the other program notices");
                assert_eq!(seen(&noticed), self.model);
                assert!(watcher.newer(document.generation).unwrap().is_none());
            }
            Step::Kill(wish, k) => {
                let Some((change, after)) = self.plan(wish) else { return };
                self.world.keyring.answer(Some(*k));
                let outcome = self.programs[0].change(&change);
                self.world.keyring.answer(None);
                let before = self.model.clone();
                if outcome.is_ok() { self.restart(&[&after]) } else { self.restart(&[&before, &after]) }
            }
            Step::KillStart(k) => {
                self.world.keyring.answer(Some(*k));
                // it may or may not come so far
                let _ = enter(&self.world, self.passphrase.as_deref());
                self.world.keyring.answer(None);
                self.restart(&[&self.model.clone()]);
            }
            Step::Protect(set, k) => self.protect(*set, *k),
            Step::Restart => self.restart(&[&self.model.clone()]),
            Step::NextBoot | Step::PowerCut => {
                if matches!(step, Step::NextBoot) {
                    self.world.keyring.settle();
                    self.world.shut_down();
                }
                self.world.power_cut();
                self.world.keyring.power_cut();
                self.world.boot += 1;
                self.restart(&[&self.model.clone()]);
            }
            Step::Settle => self.world.keyring.settle(),
            Step::Bad(mode, wish) => self.bad(*mode, wish),
        }
    }

    fn protect(&mut self, set: bool, k: Option<u32>) {
        let (before, n) = (self.passphrase.clone(), self.next);
        let after = set.then(|| format!("passphrase {n}"));
        self.next = self.next.wrapping_add(1).max(1);
        self.world.keyring.answer(k);
        let done = self.programs[0].protect(before.as_deref().map(typed), after.as_deref().map(typed)).is_ok();
        self.world.keyring.answer(None);
        // killed in the middle, it is one or the other
        let new = enter(&self.world, after.as_deref()).is_ok_and(|(_, opened)| opened.passphrase == after.is_some());
        assert!(new || !done, "{after:?} was set in place of {before:?}, and is not");
        self.passphrase = if new { after } else { before };
        self.restart(&[&self.model.clone()]);
    }

    fn bad(&mut self, mode: Mode, wish: &Wish) {
        let Some((change, after)) = self.plan(wish) else { return };
        let before = self.world.bytes();
        self.world.keyring.set_mode(mode);
        let reason = match mode {
            Mode::Hang => VaultError::Silent,
            Mode::Locked => VaultError::Locked,
            Mode::PromptDismissed => VaultError::PromptDismissed,
            Mode::NoProvider => VaultError::NoProvider,
            Mode::Wrong => VaultError::AnotherKeyring,
            _ => {
                // it reads, and writes badly: the journal has the change
                let document = self.programs[0].change(&change).unwrap();
                assert_eq!(seen(&document), after);
                assert_eq!(self.programs[0].notes(), [VaultNote::KeyringBehind]);
                self.world.keyring.set_mode(self.mode);
                return self.restart(&[&after]);
            }
        };
        assert_eq!(self.programs[0].change(&change).unwrap_err(), reason);
        assert_eq!(self.world.open().map(|_| ()).unwrap_err(), reason);
        assert!(self.world.bytes() == before, "a bad keyring changed something");
        self.world.keyring.set_mode(self.mode);
    }

    /// Two good boots later no journal is left and everything is in the keyring alone.
    fn finish(mut self) {
        self.world.keyring.set_mode(Mode::Eager);
        for _ in 0..2 {
            self.world.keyring.settle();
            self.world.boot += 1;
            self.restart(&[&self.model.clone()]);
        }
        assert!(!self.world.has("journal"), "a journal is left after two good boots");
        self.restart(&[&self.model.clone()]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_acknowledged_stays_and_what_was_removed_stays_away(
        mode in prop::sample::select(vec![Mode::Eager, Mode::Lazy, Mode::FoundButEmpty, Mode::Cut]),
        longest in prop::sample::select(vec![1_200_usize, 256 << 10]),
        locked in any::<bool>(),
        steps in prop::collection::vec(step(), 30),
    ) {
        let mut run = Run::new(mode, longest, locked);
        for step in &steps {
            run.step(step);
        }
        run.finish();
    }
}
