//! Any sequence of changes, restarts, kills, power cuts and disks that refuse, for the vault file. As `machine`, which see.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use halfminute::adapters::atomic_file::Folder;
use halfminute::adapters::data_dir::DataDir;
use halfminute::adapters::vault_file::{FilePlace, FileVault, Passphrase};
use halfminute::app::document::Document;
use halfminute::app::ports::{Vault, VaultError, VaultNote};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use zeroize::Zeroizing;

use crate::disk::{Disk, Trouble};
use crate::machine::{Sequence, Wish, plan, sequences, try_all, wish};
use crate::run::Seen;
use crate::world::seen;

/// One thing that happens. The first number of most says which of the two open programs does it.
#[derive(Debug, Clone)]
enum Event {
    Do(u8, Wish),
    /// Killed so many file steps into a change.
    Kill(u8, Wish, u32),
    Restart(u8),
    ShutDown,
    PowerCut(u64),
    /// The power fails so many file steps into a change.
    CutDuring(u8, Wish, u32, u64),
    /// The disk refuses a step of a change; whether all that follow, too. The program lives on.
    Disk(u8, ErrorKind, bool, Wish, u32),
    /// The same at a start.
    DiskStart(u8, ErrorKind, u32),
    /// The file cannot be read any more.
    Rot,
}

impl Sequence for Vec<Event> {
    fn len(&self) -> usize {
        Vec::len(self)
    }

    fn without(&self, steps: std::ops::Range<usize>) -> Self {
        let mut shorter = self.clone();
        shorter.drain(steps);
        shorter
    }
}

fn event() -> impl Strategy<Value = Event> {
    let who = 0_u8..2;
    let kind = prop::sample::select(vec![ErrorKind::StorageFull, ErrorKind::ReadOnlyFilesystem]);
    prop_oneof![
        6 => (who.clone(), wish()).prop_map(|(who, wish)| Event::Do(who, wish)),
        3 => (who.clone(), wish(), 0_u32..10).prop_map(|(who, wish, k)| Event::Kill(who, wish, k)),
        1 => who.clone().prop_map(Event::Restart),
        1 => Just(Event::ShutDown),
        2 => any::<u64>().prop_map(Event::PowerCut),
        3 => (who.clone(), wish(), 0_u32..10, any::<u64>()).prop_map(|(who, wish, k, luck)| Event::CutDuring(who, wish, k, luck)),
        3 => (who.clone(), kind.clone(), any::<bool>(), wish(), 0_u32..10)
            .prop_map(|(who, kind, lasts, wish, k)| Event::Disk(who, kind, lasts, wish, k)),
        1 => (who, kind, 0_u32..2).prop_map(|(who, kind, k)| Event::DiskStart(who, kind, k)),
        1 => Just(Event::Rot),
    ]
}

fn passphrase() -> Passphrase {
    Passphrase::new(Zeroizing::new("correct horse".to_owned()))
}

struct Run {
    dir: tempfile::TempDir,
    disk: Disk,
    programs: [FileVault; 2],
    now: Seen,
    /// What was acknowledged before that.
    previous: Seen,
    /// What a power cut may bring back.
    before: Vec<Seen>,
    next: u8,
}

fn program(path: &Path, disk: &Disk) -> FileVault {
    let steps = disk.clone();
    let folder = Folder::probed(path, Arc::new(move |step| steps.step(step)));
    FileVault::with_folder(FilePlace::of_dir(&DataDir::open(path).unwrap()), folder, 1)
}

fn failed(error: VaultError) -> TestCaseError {
    TestCaseError::fail(format!("{error:?}"))
}

impl Run {
    fn new() -> Result<Self, TestCaseError> {
        let dir = crate::world::place();
        let disk = Disk::of(dir.path());
        let mut programs = [program(dir.path(), &disk), program(dir.path(), &disk)];
        programs[0].create(&passphrase()).map_err(failed)?;
        programs[1].unlock(&passphrase()).map_err(failed)?;
        let mut run = Self { dir, disk, programs, now: Seen::new(), previous: Seen::new(), before: vec![], next: 1 };
        run.step(&Event::Do(0, Wish::Add))?;
        Ok(run)
    }

    /// `who` begins anew. It keeps the file's identity, which takes age longer to unlock than all the rest.
    fn opened(&mut self, who: u8) -> Result<(Arc<Document>, Vec<VaultNote>), TestCaseError> {
        let vault = &mut self.programs[usize::from(who)];
        // what it had to say before, it has said
        vault.notes();
        let opened = vault.open().map_err(failed)?;
        Ok((opened.document, opened.notes))
    }

    fn shown(&mut self, shown: Seen) {
        if shown != self.now {
            self.previous = std::mem::replace(&mut self.now, shown);
        }
    }

    fn restart(&mut self, who: u8, fine: &[&Seen]) -> TestCaseResult {
        let (document, notes) = self.opened(who)?;
        prop_assert_eq!(notes, vec![]);
        let shown = seen(&document);
        prop_assert!(shown == self.now || fine.contains(&&shown), "it shows {:?}, not {:?} nor {:?}", shown, self.now, fine);
        self.shown(shown);
        self.before.clear();
        self.agree()
    }

    fn agree(&mut self) -> TestCaseResult {
        for vault in &mut self.programs {
            let shown = vault.newer(0).map_err(failed)?.map(|document| seen(&document));
            prop_assert_eq!(shown.as_ref(), Some(&self.now));
        }
        Ok(())
    }

    fn power_cut(&mut self, luck: u64, fine: &[&Seen]) -> TestCaseResult {
        self.disk.power_cut(luck);
        let before = std::mem::take(&mut self.before);
        let fine: Vec<&Seen> = fine.iter().copied().chain(&before).collect();
        self.opened(0)?;
        let document = self.opened(1)?.0;
        let shown = seen(&document);
        prop_assert!(shown == self.now || fine.contains(&&shown), "it shows {:?}, not {:?} nor {:?}", shown, self.now, fine);
        self.shown(shown);
        self.agree()
    }

    fn judge(&mut self, who: u8, outcome: Result<Arc<Document>, VaultError>, after: &Seen) -> TestCaseResult {
        let notes = self.programs[usize::from(who)].notes();
        if let Ok(document) = outcome {
            prop_assert_eq!(&seen(&document), after);
            if notes.contains(&VaultNote::Unsynced) {
                self.before.push(self.now.clone());
            } else {
                self.before.clear();
            }
            self.shown(after.clone());
        }
        self.agree()
    }

    fn step(&mut self, event: &Event) -> TestCaseResult {
        let wish = match event {
            Event::Do(_, wish) | Event::Kill(_, wish, _) | Event::CutDuring(_, wish, ..) | Event::Disk(_, _, _, wish, _) => {
                Some(wish)
            }
            _ => None,
        };
        let wished = wish.map(|wish| plan(&self.now, wish, self.next));
        self.next = self.next.wrapping_add(1).max(1);
        let (change, after) = match wished {
            Some(Some((change, after))) => (Some(change), after),
            Some(None) => return Ok(()),
            None => (None, Seen::new()),
        };
        let change = |run: &mut Self, who: u8| run.programs[usize::from(who)].change(change.as_ref().unwrap());
        let end = |left| Trouble { left, kind: ErrorKind::Interrupted, lasts: true };
        match *event {
            Event::Do(who, _) => {
                let outcome = change(self, who);
                prop_assert!(outcome.is_ok(), "{:?}", outcome.err());
                self.judge(who, outcome, &after)?;
            }
            Event::Kill(who, _, k) => {
                self.disk.fail(end(k));
                let done = change(self, who).is_ok();
                self.disk.recover();
                if done {
                    self.shown(after.clone());
                }
                self.restart(who, &[&after])?;
            }
            Event::Restart(who) => self.restart(who, &[])?,
            Event::ShutDown => self.disk.shut_down(),
            Event::PowerCut(luck) => self.power_cut(luck, &[])?,
            Event::CutDuring(who, _, k, luck) => {
                self.disk.fail(end(k));
                let done = change(self, who).is_ok();
                self.disk.recover();
                if done && !self.programs[usize::from(who)].notes().contains(&VaultNote::Unsynced) {
                    self.shown(after.clone());
                    self.before.clear();
                }
                self.power_cut(luck, &[&after])?;
            }
            Event::Disk(who, kind, lasts, _, left) => {
                self.disk.fail(Trouble { left, kind, lasts });
                let outcome = change(self, who);
                let hit = self.disk.recover();
                if let Err(error) = &outcome {
                    let why = matches!(error, VaultError::Disk { kind: said, .. } if *said == kind);
                    prop_assert!(hit && why, "{:?}", error);
                }
                self.judge(who, outcome, &after)?;
            }
            Event::DiskStart(who, kind, left) => {
                self.disk.fail(Trouble { left, kind, lasts: true });
                let outcome = self.opened(who);
                let hit = self.disk.recover();
                let (document, notes) = outcome?;
                prop_assert_eq!(notes.contains(&VaultNote::Unsynced), hit);
                prop_assert_eq!(&seen(&document), &self.now);
                self.agree()?;
            }
            Event::Rot => {
                let path = self.dir.path().join("vault.age");
                let mut bytes = std::fs::read(&path).unwrap();
                *bytes.last_mut().unwrap() ^= 1;
                std::fs::write(&path, bytes).unwrap();
                self.disk.shut_down();
                let (document, notes) = self.opened(0)?;
                prop_assert_eq!(notes, vec![VaultNote::PreviousFile]);
                let shown = seen(&document);
                prop_assert!(shown == self.previous || shown == self.now, "it shows {:?}, not {:?}", shown, self.previous);
                self.now = shown;
                self.opened(1)?;
                // the damaged file is set aside by the next change
                self.next = self.next.wrapping_add(1).max(1);
                return self.step(&Event::Do(0, Wish::Add));
            }
        }
        Ok(())
    }
}

fn follow(events: &[Event]) -> TestCaseResult {
    let mut run = Run::new()?;
    for (at, event) in events.iter().enumerate() {
        run.step(event).map_err(|error| TestCaseError::fail(format!("step {at}, {event:?}: {error}")))?;
    }
    // and with the passphrase alone
    run.programs[0] = program(run.dir.path(), &run.disk);
    run.programs[0].unlock(&passphrase()).map_err(failed)?;
    run.agree()
}

#[test]
fn what_was_acknowledged_stays_in_the_file() {
    try_all(sequences(), &prop::collection::vec(event(), 50), |events: &Vec<Event>| follow(events));
}
