//! Kills at random moments: a program that changes accounts in a real gnome-keyring, and the keyring's own program.
//!
//! `worker` is the program. It says what it is about to do, does it, and says that it is done; the scene believes nothing but that.
//! `HALFMINUTE_KILLS` is how often it is killed, `HALFMINUTE_SEED` repeats a run.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use halfminute::adapters::atomic_file::Folder;
use halfminute::adapters::journal;
use halfminute::adapters::keyring::SystemKeyring;
use halfminute::adapters::parts::ItemName;
use halfminute::adapters::vault::Keyring;
use halfminute::app::change::{Change, Edit};
use halfminute::app::document::Document;
use halfminute::app::ports::{Vault, VaultError, VaultNote};
use halfminute::domain::{AccountId, Secret, UnixTime};

use crate::scene::{Daemon, add_many, beside, home, program, scene};
use crate::world::{account, seen};

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

/// Numbers that a seed decides (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Between nothing and `percent` of `most`.
    fn part_of(&mut self, most: Duration, percent: u64) -> Duration {
        Duration::from_micros(self.below(u64::try_from(most.as_micros()).unwrap() * percent / 100 + 1))
    }
}

/// The accounts by id: name, and whether it is in the trash.
type State = BTreeMap<String, (String, bool)>;

fn state(document: &Document) -> State {
    seen(document).into_iter().map(|(id, value)| (id.to_string(), value)).collect()
}

/// What the program is about to do, in words that both sides read: `add ID NAME`, `edit ID NAME`, `trash ID`, `restore ID`, `purge ID`.
fn act(state: &mut State, step: &str) {
    let words: Vec<&str> = step.split(' ').collect();
    let id = words[1].to_owned();
    match words[0] {
        "add" => assert!(state.insert(id, (words[2].to_owned(), false)).is_none()),
        "edit" => state.get_mut(&id).unwrap().0 = words[2].to_owned(),
        "trash" => state.get_mut(&id).unwrap().1 = true,
        "restore" => state.get_mut(&id).unwrap().1 = false,
        "purge" => assert!(state.remove(&id).unwrap().1),
        other => panic!("{other}"),
    }
}

fn change(document: &Document, step: &str) -> Change {
    let words: Vec<&str> = step.split(' ').collect();
    let id = AccountId::parse(words[1]).unwrap();
    match words[0] {
        "add" => {
            let mut account = account(0, words[2]);
            account.id = id;
            Change::Add(vec![(account, Secret::new(vec![5; 20]).unwrap())])
        }
        "edit" => {
            let now = &document.record(id).unwrap().account;
            let (issuer, tags, note) = (now.issuer.clone(), now.tags.clone(), now.note.clone());
            Change::Edit(Edit { id, issuer, name: words[2].into(), params: now.params, before: now.params, tags, note })
        }
        "trash" => Change::Trash { id, at: UnixTime::from_secs(1_700_000_000) },
        "restore" => Change::Restore { id },
        "purge" => Change::Purge { id },
        other => panic!("{other}"),
    }
}

/// Something that can be done in this state: adding as long as there is little, the rest of it then.
fn choose(state: &State, dice: &mut Dice) -> String {
    let pick = |trashed: bool, dice: &mut Dice| -> Option<String> {
        let some: Vec<&String> =
            state.iter().filter(|(_, (name, t))| *t == trashed && !ballast(name)).map(|(id, _)| id).collect();
        (!some.is_empty()).then(|| some[usize::try_from(dice.below(some.len() as u64)).unwrap()].clone())
    };
    let few = state.values().filter(|(name, _)| !ballast(name)).count() < 12;
    let (kind, named) = (dice.below(10), format!("n{:x}", dice.below(1 << 32)));
    let chosen = match kind {
        0..=2 if few => None,
        0..=3 => pick(true, dice).map(|id| format!("purge {id}")),
        4 => pick(true, dice).map(|id| format!("restore {id}")),
        5..=7 => pick(false, dice).map(|id| format!("trash {id}")),
        _ => pick(false, dice).map(|id| format!("edit {id} {named}")),
    };
    chosen.unwrap_or_else(|| format!("add {:016x}{:016x} {named}", dice.next(), dice.next()))
}

/// Accounts that are there only to make the vault large.
fn ballast(name: &str) -> bool {
    name.starts_with("account ")
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

/// What the program said.
enum Said {
    Open { generation: u64, all: usize, state: State },
    Try(String),
    Ack(u64),
    Err,
}

fn parse(line: &str) -> Option<Said> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    Some(match word {
        "open" => {
            let words: Vec<&str> = rest.splitn(3, ' ').collect();
            let listed = words[2].split(';').filter(|one| !one.is_empty()).map(|one| {
                let fields: Vec<&str> = one.split('=').collect();
                (fields[0].to_owned(), (fields[1].to_owned(), fields[2] == "true"))
            });
            Said::Open { generation: words[0].parse().unwrap(), all: words[1].parse().unwrap(), state: listed.collect() }
        }
        "try" => Said::Try(rest.to_owned()),
        "ack" => Said::Ack(rest.parse().unwrap()),
        "err" => Said::Err,
        "dishonest" => panic!("this tells the person nothing: {rest}"),
        _ => return None,
    })
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
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
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

/// What must be there, and what must never be back.
#[derive(Default)]
struct Model {
    ballast: usize,
    acknowledged: State,
    generation: u64,
    /// Said to be begun, not said to be done.
    in_flight: Option<String>,
    purged: BTreeSet<String>,
    changes: u32,
    /// In flight when the program ended, and there afterwards.
    survived: u32,
}

impl Model {
    fn hear(&mut self, said: Said) {
        match said {
            Said::Open { generation, all, state } => {
                let done = self.in_flight.take().map(|step| {
                    let mut after = self.acknowledged.clone();
                    act(&mut after, &step);
                    (after, step)
                });
                match done {
                    Some((after, step)) if state == after => {
                        self.survived += 1;
                        self.note(&step);
                    }
                    other => assert_eq!(state, self.acknowledged, "lost or back (in flight: {:?})", other.map(|(_, step)| step)),
                }
                let back: Vec<_> = self.purged.iter().filter(|id| state.contains_key(*id)).collect();
                assert!(back.is_empty(), "deleted for ever and back: {back:?}");
                assert_eq!(all, state.len() + self.ballast);
                assert!(generation >= self.generation, "{generation} after {}", self.generation);
                (self.acknowledged, self.generation) = (state, generation);
            }
            Said::Try(step) => assert!(self.in_flight.replace(step).is_none()),
            Said::Ack(generation) => {
                let step = self.in_flight.take().unwrap();
                act(&mut self.acknowledged, &step);
                self.note(&step);
                self.generation = generation;
                self.changes += 1;
            }
            // an error says that nothing was changed
            Said::Err => self.in_flight = None,
        }
    }

    fn note(&mut self, step: &str) {
        if let Some(id) = step.strip_prefix("purge ") {
            self.purged.insert(id.to_owned());
        }
    }
}

/// Where in a change the program was when it was killed, as the journal and the keyring show.
#[derive(Debug, Default)]
struct Fell {
    at_start: u32,
    before_the_journal: u32,
    between_journal_and_keyring: u32,
    before_the_old_was_removed: u32,
    after_all_of_it: u32,
}

impl Fell {
    fn look(&mut self, model: &Model) {
        if model.in_flight.is_none() {
            self.at_start += 1;
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

/// The generations in the keyring.
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
    println!("\nfigure: HALFMINUTE_SEED={seed}");
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
    assert!(inside + written > 0, "no kill fell into a write: {fell:?}");
    println!(
        "figure: {killed} kills, {} of them between saving and the end of the change ({fell:?}); {daemons} kills of the keyring, \
         {survivors} under a program that lived on; {} changes acknowledged, {} more found done, {} accounts deleted for ever; a change \
         takes {one_change:?}, all of it {:?}",
        inside + written,
        model.changes,
        model.survived,
        model.purged.len(),
        begun.elapsed()
    );
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
    let names = crate::scene::data().into_iter().map(|(path, _)| path.file_name().unwrap().to_str().unwrap().to_owned());
    // what was just deleted for ever is kept aside if the program ended before the keyring had the news
    let left: Vec<_> = names.filter(|name| !name.starts_with("journal.old")).collect();
    assert_eq!(left, ["lock", "vault-id"], "something half written is still there");
}
