//! How a sequence of `machine` is run: what each step does, and what must be so after it.

use std::collections::BTreeMap;
use std::sync::Arc;

use halfminute::adapters::fake_keyring::Mode;
use halfminute::app::document::Document;
use halfminute::app::ports::{Vault, VaultError, VaultNote};
use halfminute::domain::AccountId;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use crate::disk::Trouble;
use crate::machine::{Step, Wish, plan};
use crate::world::{Program, World, seen};

/// What a person sees: name and whether it is in the trash, by id.
pub type Seen = BTreeMap<AccountId, (String, bool)>;

pub struct Run {
    pub world: World,
    mode: Mode,
    programs: [Program; 2],
    /// What was acknowledged.
    now: Seen,
    /// What a power cut may bring back, because it was said that what followed may not be on the disk.
    before: Vec<Seen>,
    /// Every state that was ever shown, with its generation.
    past: Vec<(u64, Seen)>,
    next: u8,
    /// A journal has gone bad, or it was said that a change may not be on the disk: then the newest generation may be missing, and a start
    /// says so.
    excused: bool,
}

fn opened(world: &World) -> Result<(Program, Arc<Document>, Vec<VaultNote>), TestCaseError> {
    let (program, opened) = world.open().map_err(|error| TestCaseError::fail(format!("it does not open: {error:?}")))?;
    Ok((program, opened.document, opened.notes))
}

impl Run {
    pub fn new(mode: Mode, longest: usize) -> Result<Self, TestCaseError> {
        Self::on(World::new(longest), mode)
    }

    pub fn on(world: World, mode: Mode) -> Result<Self, TestCaseError> {
        world.keyring.set_mode(mode);
        let (first, _, notes) = opened(&world)?;
        prop_assert_eq!(notes.first(), Some(&VaultNote::FirstStart));
        // the key of a lazy keyring is on its disk before anybody has typed an account (see the module `vault`)
        world.keyring.settle();
        let (second, document, _) = opened(&world)?;
        let past = vec![(document.generation, Seen::new())];
        Ok(Self { world, mode, programs: [first, second], now: Seen::new(), before: vec![], past, next: 1, excused: false })
    }

    /// Takes all `steps`; two good boots later no journal is left and everything is in the keyring alone.
    pub fn all(mut self, steps: &[Step]) -> TestCaseResult {
        for (at, step) in steps.iter().enumerate() {
            self.step(step).map_err(|error| TestCaseError::fail(format!("step {at}, {step:?}: {error}")))?;
        }
        self.world.keyring.set_mode(Mode::Eager);
        for _ in 0..2 {
            self.boot(&[])?;
        }
        prop_assert!(!self.world.has("journal"), "a journal is left after two good boots");
        self.restart(0, &[])
    }

    fn wish(&mut self, wish: &Wish) -> Option<(halfminute::app::change::Change, Seen)> {
        let wished = plan(&self.now, wish, self.next)?;
        self.next = self.next.wrapping_add(1).max(1);
        Some(wished)
    }

    /// `who` is started anew and shows what was acknowledged, or one of `fine`, which is then so.
    fn restart(&mut self, who: u8, fine: &[&Seen]) -> TestCaseResult {
        let (program, document, notes) = opened(&self.world)?;
        let shown = seen(&document);
        prop_assert!(shown == self.now || fine.contains(&&shown), "it shows {:?}, not {:?} nor {:?}", shown, self.now, fine);
        for note in &notes {
            let fine = match note {
                VaultNote::RestoredFromJournal | VaultNote::KeyringBehind => true,
                VaultNote::OlderGeneration { .. } => self.excused,
                _ => false,
            };
            prop_assert!(fine, "{:?}", note);
        }
        self.programs[usize::from(who)] = program;
        self.shown(&document);
        // what is shown at a start without a note is on the disk
        self.before.clear();
        self.agree()
    }

    fn shown(&mut self, document: &Document) {
        self.now = seen(document);
        self.past.push((document.generation, self.now.clone()));
    }

    /// Both programs show what was acknowledged, without a restart.
    fn agree(&mut self) -> TestCaseResult {
        for program in &mut self.programs {
            let document = program.newer(0).map_err(|error| TestCaseError::fail(format!("not shown: {error:?}")))?;
            let shown = document.map(|document| seen(&document));
            prop_assert_eq!(shown.as_ref(), Some(&self.now));
        }
        Ok(())
    }

    /// The machine is shut down in order and started again.
    fn boot(&mut self, fine: &[&Seen]) -> TestCaseResult {
        self.world.keyring.settle();
        self.world.shut_down();
        self.power_cut(0, fine)
    }

    fn power_cut(&mut self, luck: u64, fine: &[&Seen]) -> TestCaseResult {
        self.cut(luck);
        self.after_a_cut(fine)
    }

    fn cut(&mut self, luck: u64) {
        self.world.disk.power_cut(luck);
        self.world.keyring.power_cut();
        self.world.boot += 1;
    }

    fn after_a_cut(&mut self, fine: &[&Seen]) -> TestCaseResult {
        let before = std::mem::take(&mut self.before);
        let fine: Vec<&Seen> = fine.iter().copied().chain(&before).collect();
        // the other program still is of the old boot: it is started before anything is compared
        let (program, ..) = opened(&self.world)?;
        self.programs = [program, self.world.program()];
        let (program, document, _) = opened(&self.world)?;
        self.programs[1] = program;
        let shown = seen(&document);
        prop_assert!(shown == self.now || fine.contains(&&shown), "it shows {:?}, not {:?} nor {:?}", shown, self.now, fine);
        self.shown(&document);
        self.restart(0, &[])
    }

    /// What a change that went through or not leaves behind. It was made while the program lived on.
    fn judge(&mut self, who: u8, outcome: Result<Arc<Document>, VaultError>, after: &Seen) -> Result<bool, TestCaseError> {
        let notes = self.programs[usize::from(who)].notes();
        let done = match outcome {
            Ok(document) => {
                prop_assert_eq!(&seen(&document), after);
                if notes.contains(&VaultNote::Unsynced) {
                    self.before.push(self.now.clone());
                    self.excused = true;
                } else {
                    self.before.clear();
                }
                self.shown(&document);
                if document.generation.is_multiple_of(3) {
                    // the other one has not looked yet: its next change must read first
                    return Ok(true);
                }
                true
            }
            Err(_) => false,
        };
        self.agree()?;
        Ok(done)
    }

    fn change(&mut self, who: u8, change: &halfminute::app::change::Change) -> Result<Arc<Document>, VaultError> {
        self.programs[usize::from(who)].change(change)
    }

    fn step(&mut self, step: &Step) -> TestCaseResult {
        match step {
            Step::Do(who, wish) => {
                let Some((change, after)) = self.wish(wish) else { return Ok(()) };
                let outcome = self.change(*who, &change);
                prop_assert!(outcome.is_ok(), "{:?}", outcome.err());
                self.judge(*who, outcome, &after)?;
            }
            Step::Kill(who, wish, k) => {
                let Some((change, after)) = self.wish(wish) else { return Ok(()) };
                self.world.keyring.answer(Some(*k));
                let outcome = self.change(*who, &change);
                self.world.keyring.answer(None);
                self.now = if outcome.is_ok() { after.clone() } else { self.now.clone() };
                self.restart(*who, &[&after])?;
            }
            Step::KillStart(who, k) => {
                self.world.keyring.answer(Some(*k));
                // it may or may not come so far
                let _ = self.world.open();
                self.world.keyring.answer(None);
                self.restart(*who, &[])?;
            }
            Step::Restart(who) => self.restart(*who, &[])?,
            Step::NextBoot => self.boot(&[])?,
            Step::PowerCut(luck) => self.power_cut(*luck, &[])?,
            Step::CutDuring(who, wish, k, luck) => {
                let Some((change, after)) = self.wish(wish) else { return Ok(()) };
                self.world.keyring.answer(Some(*k));
                let outcome = self.change(*who, &change);
                self.world.keyring.answer(None);
                if outcome.is_ok() && !self.programs[usize::from(*who)].notes().contains(&VaultNote::Unsynced) {
                    self.now = after.clone();
                    self.before.clear();
                }
                self.power_cut(*luck, &[&after])?;
            }
            Step::CutStart(k, luck) => {
                self.world.keyring.answer(Some(*k));
                let _ = self.world.open();
                self.world.keyring.answer(None);
                self.power_cut(*luck, &[])?;
            }
            Step::CutAndKill(luck, k) => {
                self.cut(*luck);
                self.world.keyring.answer(Some(*k));
                let _ = self.world.open();
                self.world.keyring.answer(None);
                self.after_a_cut(&[])?;
            }
            Step::Pass(seconds) => self.world.keyring.pass(*seconds),
            Step::Bad(mode, wish) => self.bad(*mode, wish)?,
            Step::Turn(who, mode, wish, k) => {
                let Some((change, after)) = self.wish(wish) else { return Ok(()) };
                let files = self.world.bytes().0;
                self.world.keyring.turn(*k, *mode);
                let outcome = self.change(*who, &change);
                self.world.keyring.set_mode(self.mode);
                if !self.judge(*who, outcome, &after)? {
                    prop_assert!(files == self.world.bytes().0, "it failed and changed a file");
                }
            }
            Step::TurnStart(mode, k) => {
                self.world.keyring.turn(*k, *mode);
                let outcome = self.world.open();
                self.world.keyring.set_mode(self.mode);
                if let Ok((_, opened)) = outcome {
                    prop_assert_eq!(&seen(&opened.document), &self.now);
                }
                self.restart(0, &[])?;
            }
            Step::Lost(who, wish, k) => {
                let Some((change, after)) = self.wish(wish) else { return Ok(()) };
                self.world.keyring.lose_sessions(Some(*k));
                let outcome = self.change(*who, &change);
                self.world.keyring.lose_sessions(None);
                let said = outcome.as_ref().err().cloned();
                prop_assert!(matches!(said, None | Some(VaultError::Refused("a call failed"))), "{:?}", said);
                self.judge(*who, outcome, &after)?;
                self.try_again()?;
            }
            Step::Crash(noticed) => {
                if *noticed {
                    self.world.keyring.crash();
                    self.try_again()?;
                } else {
                    self.world.keyring.power_cut();
                }
                self.agree()?;
            }
            Step::Disk(who, kind, lasts, wish, k) => {
                let Some((change, after)) = self.wish(wish) else { return Ok(()) };
                self.world.disk.fail(Trouble { left: *k, kind: *kind, lasts: *lasts });
                let outcome = self.change(*who, &change);
                let hit = self.world.disk.recover();
                if let Err(error) = &outcome {
                    let why = matches!(error, VaultError::Disk { kind: said, .. } if said == kind);
                    prop_assert!(hit && why, "{:?}", error);
                }
                self.judge(*who, outcome, &after)?;
            }
            Step::DiskStart(who, kind, lasts, k) => {
                self.world.disk.fail(Trouble { left: *k, kind: *kind, lasts: *lasts });
                let outcome = self.world.open();
                let hit = self.world.disk.recover();
                match outcome {
                    Ok((program, opened)) => {
                        prop_assert_eq!(&seen(&opened.document), &self.now);
                        // it lives on
                        self.programs[usize::from(*who)] = program;
                    }
                    Err(error) => {
                        let why = matches!(&error, VaultError::Disk { kind: said, .. } if said == kind);
                        prop_assert!(hit && why, "{:?}", error);
                    }
                }
                self.agree()?;
            }
            Step::Rot(who) => self.rot(*who)?,
        }
        Ok(())
    }

    /// A person whose keyring came back tries again, with the same programs.
    fn try_again(&mut self) -> TestCaseResult {
        for program in &mut self.programs {
            let opened = program.open().map_err(|error| TestCaseError::fail(format!("it does not open again: {error:?}")))?;
            prop_assert_eq!(&seen(&opened.document), &self.now);
        }
        Ok(())
    }

    /// The journal is damaged by itself. What a later boot has confirmed is there all the same, and what is shown was so once.
    fn rot(&mut self, who: u8) -> TestCaseResult {
        let path = self.world.path().join("journal");
        let Ok(mut bytes) = std::fs::read(&path) else { return Ok(()) };
        let text = std::fs::read_to_string(self.world.path().join("vault-id")).unwrap_or_default();
        let confirmed = text.trim_end().rsplit(' ').next().and_then(|word| word.parse::<u64>().ok()).unwrap_or(0);
        if confirmed == 0 {
            // nothing is promised yet of a keyring that has not proved anything
            return Ok(());
        }
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&path, bytes).unwrap();
        self.world.shut_down();
        self.world.keyring.power_cut();
        let (program, document, notes) = opened(&self.world)?;
        prop_assert!(notes.contains(&VaultNote::JournalDamaged), "{:?}", notes);
        prop_assert!(document.generation >= confirmed, "{} is below {}", document.generation, confirmed);
        let was = (document.generation, seen(&document));
        prop_assert!(self.past.contains(&was), "it shows {:?}, which was never so", was);
        self.programs[usize::from(who)] = program;
        self.excused = true;
        self.shown(&document);
        self.before.clear();
        // what the other one has in its memory is newer than anything that is kept
        let (program, _, _) = opened(&self.world)?;
        self.programs[usize::from(1 - who)] = program;
        self.agree()
    }

    fn bad(&mut self, mode: Mode, wish: &Wish) -> TestCaseResult {
        let Some((change, after)) = self.wish(wish) else { return Ok(()) };
        let before = self.world.bytes();
        self.world.keyring.set_mode(mode);
        let reason = match mode {
            Mode::Hang => VaultError::Silent,
            Mode::Locked | Mode::LocksAgain => VaultError::Locked,
            Mode::PromptDismissed => VaultError::PromptDismissed,
            Mode::NoProvider => VaultError::NoProvider,
            Mode::Wrong => VaultError::AnotherKeyring,
            _ => {
                let outcome = self.change(0, &change);
                prop_assert!(outcome.is_ok(), "{:?}", outcome.err());
                let notes = self.programs[0].notes();
                let behind = notes.contains(&VaultNote::KeyringBehind);
                match mode {
                    // it reads, and writes badly: the journal has the change
                    Mode::ErrorNotDone | Mode::DoneThenError => prop_assert!(behind),
                    Mode::Cut => {}
                    // it takes what we write
                    _ => prop_assert!(!behind),
                }
                self.judge(0, outcome, &after)?;
                self.world.keyring.set_mode(self.mode);
                return self.restart(0, &[]);
            }
        };
        let said = self.change(0, &change).err();
        prop_assert_eq!(said, Some(reason.clone()));
        prop_assert_eq!(self.world.open().err(), Some(reason));
        prop_assert!(self.world.bytes() == before, "a bad keyring changed something");
        self.world.keyring.set_mode(self.mode);
        self.agree()
    }
}
