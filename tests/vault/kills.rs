//! Kills at random moments: a program that changes accounts in a real gnome-keyring, and the keyring's own program.
//!
//! `worker` is the program. It says what it is about to do, does it, and says that it is done; the scene believes nothing but that.
//! `HALFMINUTE_KILLS` is how often it is killed, `HALFMINUTE_SEED` repeats a run.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use halfminute::adapters::atomic_file::Folder;
use halfminute::adapters::journal;
use halfminute::adapters::keyring::SystemKeyring;
use halfminute::adapters::parts::ItemName;
use halfminute::adapters::vault::Keyring;
use halfminute::app::change::Change;
use halfminute::app::ports::{Vault, VaultError, VaultNote};
use halfminute::domain::UnixTime;

use crate::scene::{self, Daemon, add_many, beside, home, program, scene};
use crate::steps::{Dice, Model, Said, State, ballast, change, choose, parse, state};
use crate::world::{World, add, id};

const JOB: &str = "HALFMINUTE_TEST_WORKER";

/// Plays the scene if it is one of these.
pub fn play(name: &str) -> bool {
    match name {
        "kills" => kills(wanted(40), 1),
        // in several parts
        "large" => kills(wanted(40) / 5, 1_500),
        _ => return false,
    }
    true
}

fn wanted(usual: u32) -> u32 {
    std::env::var("HALFMINUTE_KILLS").map_or(usual, |text| text.parse().unwrap())
}

#[test]
fn a_program_that_is_killed_at_any_moment_loses_nothing() {
    scene("kills");
}

#[test]
fn a_program_that_is_killed_while_it_writes_a_large_vault_loses_nothing() {
    scene("large");
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // nobody may listen any more
    let _ = out.write_all(format!("{line}\n").as_bytes());
    let _ = out.flush();
}

#[test]
fn worker() {
    let Ok(words) = std::env::var(JOB) else { return };
    let (boot, seed) = words.split_once(' ').unwrap();
    let mut dice = Dice(seed.parse().unwrap());
    let mut one = program(boot);
    let opened = one.open().unwrap();
    for note in &opened.notes {
        assert_eq!(*note, VaultNote::RestoredFromJournal, "nothing else happens here");
    }
    let mut document = opened.document;
    let listed = state(&document).into_iter().filter(|(_, (name, _))| !ballast(name));
    let listed: Vec<String> = listed.map(|(id, (name, trashed))| format!("{id}={name}={trashed}")).collect();
    say(&format!("\nopen {} {} {}", document.generation, document.accounts.len(), listed.join(";")));
    loop {
        let step = choose(&state(&document), &mut dice);
        say(&format!("try {step}"));
        match one.change(&change(&document, &step)) {
            Ok(after) => document = after,
            Err(error @ (VaultError::NoProvider | VaultError::Silent)) => return say(&format!("err {error}")),
            Err(error) => return say(&format!("dishonest {error}")),
        }
        say(&format!("ack {}", document.generation));
    }
}

struct Worker {
    child: Child,
    said: Receiver<String>,
}

impl Worker {
    fn start(boot: &str, seed: u64) -> Self {
        let mut child = beside("kills::worker", JOB, &format!("{boot} {seed}")).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, said) = channel();
        // nobody may wait for it any more
        let read = move || out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)).unwrap_or_default();
        std::thread::Builder::new().name("said".to_owned()).spawn(read).unwrap();
        Self { child, said }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where in a change the program was when it was killed, as the journal and the keyring show.
#[derive(Debug, Default)]
struct Fell {
    at_start_or_between_changes: u32,
    before_the_journal: u32,
    between_journal_and_keyring: u32,
    before_the_old_was_removed: u32,
    after_all_of_it: u32,
}

impl Fell {
    fn look(&mut self, model: &Model) {
        if model.in_flight.is_none() {
            self.at_start_or_between_changes += 1;
            return;
        }
        let saved = match journal::read(&Folder::new(&home().join("data"))).unwrap() {
            journal::Found::Sealed(sealed) => sealed.header.generation,
            _ => 0,
        };
        if saved <= model.generation {
            self.before_the_journal += 1;
            return;
        }
        let generations = listed();
        let newest = generations.iter().next_back().copied().unwrap_or(0);
        // the confirmed one stays beside the newest
        let before = generations.contains(&model.generation);
        let place = match (newest == saved, before) {
            (false, _) => &mut self.between_journal_and_keyring,
            (true, true) => &mut self.before_the_old_was_removed,
            (true, false) => &mut self.after_all_of_it,
        };
        *place += 1;
    }
}

/// The generations in the real keyring.
fn listed() -> BTreeSet<u64> {
    let mut keyring = SystemKeyring::default();
    keyring.connect(false).unwrap();
    let names = keyring.list().unwrap().into_iter();
    let generations = names.filter_map(|name| match ItemName::parse(&name).unwrap() {
        ItemName::Part { generation, .. } => Some(generation),
        ItemName::Key(_) => None,
    });
    generations.collect()
}

fn kills(wanted: u32, ballast: u32) {
    let seed = std::env::var("HALFMINUTE_SEED").map_or_else(|_| getrandom::u64().unwrap(), |text| text.parse().unwrap());
    scene::say(&format!("\nfigure: HALFMINUTE_SEED={seed}"));
    let begun = Instant::now();
    let mut dice = Dice(seed);
    let mut daemon = Some(Daemon::start(Some("pw")));
    let mut model = Model { ballast: ballast as usize, ..Model::default() };
    let mut boot = 1_u32;
    let mut first = program("boot-1");
    first.open().unwrap();
    // what a start and a change take here, learnt on the way
    let (mut start, timed) = (Duration::from_millis(100), Instant::now());
    first.change(&add_many(ballast)).unwrap();
    let mut one_change = timed.elapsed();
    drop(first);
    let (mut fell, mut killed, mut daemons, mut survivors) = (Fell::default(), 0, 0, 0);
    while killed < wanted {
        let mut worker = Worker::start(&format!("boot-{boot}"), dice.next());
        let (spawned, mut tried) = (Instant::now(), Instant::now());
        // now and then while it starts, else in the middle of one of its first changes
        let mut tries = if dice.below(8) == 0 { 0 } else { 1 + dice.below(3) };
        let mut until = if tries == 0 { Some(Instant::now() + dice.part_of(start, 100)) } else { None };
        // its keyring instead: the program lives on and must tell the truth
        let keyring_instead = tries > 0 && dice.below(6) == 0;
        let mut ended = false;
        loop {
            let wait = until.map_or(Duration::from_secs(30), |until| until.saturating_duration_since(Instant::now()));
            match worker.said.recv_timeout(wait) {
                Ok(line) => {
                    let Some(said) = parse(&line) else { continue };
                    match &said {
                        Said::Open { .. } => start = spawned.elapsed(),
                        Said::Try(_) => {
                            tried = Instant::now();
                            if tries == 1 {
                                // the second half is where it writes
                                let half = if dice.below(3) == 0 { Duration::ZERO } else { one_change * 2 / 5 };
                                until = Some(Instant::now() + half + dice.part_of(one_change - half, 110));
                            }
                            tries = tries.saturating_sub(1);
                        }
                        Said::Ack(_) => one_change = (one_change * 3 + tried.elapsed()) / 4,
                        Said::Err => {}
                    }
                    model.hear(said);
                }
                Err(RecvTimeoutError::Timeout) if until.is_some() && keyring_instead && daemon.is_some() => {
                    daemon.take().unwrap().stop();
                    daemons += 1;
                    until = None;
                }
                Err(RecvTimeoutError::Timeout) => {
                    assert!(until.is_some(), "the program neither answered nor ended");
                    worker.child.kill().unwrap();
                    until = Some(Instant::now() + Duration::from_secs(30));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let status = worker.child.wait().unwrap();
                    if daemon.is_none() {
                        assert!(status.success() && model.in_flight.is_none(), "it did not say how its change ended");
                        ended = true;
                    } else {
                        assert!(!status.success(), "it ended by itself");
                    }
                    break;
                }
            }
        }
        drop(worker);
        if ended {
            survivors += 1;
        } else {
            killed += 1;
            fell.look(&model);
            if dice.below(4) == 0 {
                daemon.take().unwrap().stop();
                daemons += 1;
            }
        }
        daemon.get_or_insert_with(|| Daemon::start(Some("pw")));
        boot += u32::from(dice.below(4) == 0);
        if killed % 20 == 0 {
            healthy(&mut model, &mut boot);
        }
    }
    healthy(&mut model, &mut boot);
    let Fell { between_journal_and_keyring: inside, before_the_old_was_removed: written, .. } = fell;
    // of a few, none may have
    assert!(inside + written > 0 || killed < 40, "no kill fell into a write: {fell:?}");
    scene::say(&format!(
        "figure: {killed} kills, {} of them between saving and the end of the change ({fell:?}); {daemons} kills of the keyring, \
         {survivors} under a program that lived on; {} changes acknowledged, {} more found done, {} accounts deleted for ever; a change \
         takes {one_change:?}, all of it {:?}",
        inside + written,
        model.changes,
        model.survived,
        model.purged.len(),
        begun.elapsed()
    ));
}

/// Two good starts in later boots: all of it is there, no journal is left, and the keyring holds one generation.
fn healthy(model: &mut Model, boot: &mut u32) {
    for _ in 0..2 {
        *boot += 1;
        let document = program(&format!("boot-{boot}")).open().unwrap().document;
        let state: State = state(&document).into_iter().filter(|(_, (name, _))| !ballast(name)).collect();
        model.hear(Said::Open { generation: document.generation, all: document.accounts.len(), state });
    }
    assert!(!home().join("data/journal").exists(), "the journal is still there");
    assert_eq!(listed(), BTreeSet::from([model.generation]));
    let names = scene::data().into_iter().map(|(path, _)| path.file_name().unwrap().to_str().unwrap().to_owned());
    // what was just deleted for ever is kept aside if the program ended before the keyring had the news
    let left: Vec<_> = names.filter(|name| !name.starts_with("journal.old")).collect();
    assert_eq!(left, ["lock", "vault-id"], "something half written is still there");
}

/// Found by such kills: what was superseded stayed in the keyring until the next change.
#[test]
fn a_start_that_is_ended_while_it_tidies_is_made_up_for_by_the_next() {
    let generations = |world: &World| world.keyring.snapshot().into_keys().filter(|name| name.starts_with("doc-")).count();
    let mut untidy = 0;
    for k in 0..40 {
        let mut world = World::new(4_096);
        let (mut program, _) = world.open().unwrap();
        program.change(&add(1, "one")).unwrap();
        program.change(&add(2, "two")).unwrap();
        drop(program);
        world.boot += 1;
        // confirmed from now on, and therefore kept beside the next one
        let (mut program, _) = world.open().unwrap();
        program.change(&Change::Trash { id: id(1), at: UnixTime::from_secs(1) }).unwrap();
        program.change(&Change::Purge { id: id(1) }).unwrap();
        drop(program);
        world.boot += 1;
        world.keyring.answer(Some(k));
        // ended somewhere, or not
        let _ = world.program().open().map(|_| ());
        world.keyring.answer(None);
        untidy += u32::from(!world.has("journal") && generations(&world) > 1);
        world.open().unwrap();
        assert_eq!((world.has("journal"), generations(&world)), (false, 1), "step {k}");
    }
    assert!(untidy > 0, "no start was ended there");
}
