//! What a program that is killed does, what it says of it, and what must therefore be there.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use halfminute::app::change::{Change, Edit};
use halfminute::app::document::Document;
use halfminute::domain::{AccountId, Secret, UnixTime};

use crate::world::{account, seen};

/// Numbers that a seed decides (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Between nothing and `percent` of `most`.
    pub fn part_of(&mut self, most: Duration, percent: u64) -> Duration {
        Duration::from_micros(self.below(u64::try_from(most.as_micros()).unwrap() * percent / 100 + 1))
    }
}

/// The accounts by id: name, and whether it is in the trash.
pub type State = BTreeMap<String, (String, bool)>;

pub fn state(document: &Document) -> State {
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

pub fn change(document: &Document, step: &str) -> Change {
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
pub fn choose(state: &State, dice: &mut Dice) -> String {
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
pub fn ballast(name: &str) -> bool {
    name.starts_with("account ")
}

/// What the program said.
pub enum Said {
    Open { generation: u64, all: usize, state: State },
    Try(String),
    Ack(u64),
    Err,
}

pub fn parse(line: &str) -> Option<Said> {
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

/// What must be there, and what must never be back.
#[derive(Default)]
pub struct Model {
    pub ballast: usize,
    pub acknowledged: State,
    pub generation: u64,
    /// Said to be begun, not said to be done.
    pub in_flight: Option<String>,
    pub purged: BTreeSet<String>,
    pub changes: u32,
    /// In flight when the program ended, and there afterwards.
    pub survived: u32,
}

impl Model {
    pub fn hear(&mut self, said: Said) {
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
