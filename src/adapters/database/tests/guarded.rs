//! Failures, recovery codes, drifts, the history's index: what the second shape of the file brought.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use super::super::schema::MIGRATIONS;
use super::*;
use crate::app::history::{Kind, Order};
use crate::app::ports::{Begun, Spent, Ticket, Try, UserKey};
use crate::domain::{Failure, Guard, Lock, Moment, RecoveryHash, Uptime};

/// The key of a test user of this name.
fn user(name: &str) -> UserKey {
    UserKey::of(&crate::app::document::TestUser {
        name: name.into(),
        password: None,
        accounts: vec![],
        key: None,
        rules: crate::domain::Rules::default(),
    })
}

fn at(wall: u64, run: &str, going: u64) -> Moment {
    let uptime = Uptime { run: run.into(), going: Duration::from_secs(going) };
    Moment { wall: UnixTime::from_duration(Duration::new(wall, 7)), uptime: Some(uptime) }
}

fn begin(database: &mut Database, who: &UserKey, at: &Moment) -> Begun {
    let limits = Guard::Recommended.limits().unwrap();
    let line = Attempt { reason: "interrupted".into(), ..attempt(0) };
    database.begin(&Try { guarded: Some((who, limits)), way_back: false, at, line: &line }).unwrap()
}

fn open(begun: Begun) -> Ticket {
    match begun {
        Begun::Open(ticket) => ticket,
        Begun::Locked(lock) => panic!("{lock:?}"),
    }
}

#[test]
fn a_file_of_the_first_shape_is_brought_up_to_date_and_loses_nothing() {
    let folder = folder();
    let path = folder.path().join("state.db");
    // As version 1 has made it.
    let old = Connection::open(&path).unwrap();
    old.pragma_update(None, "journal_mode", "WAL").unwrap();
    old.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
    old.execute_batch(MIGRATIONS[0]).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    let sequence = of(ANN);
    old.execute("INSERT INTO last_used VALUES (?1, ?2)", (sequence.as_str(), Bytes(7))).unwrap();
    old.execute("INSERT INTO used_steps VALUES (?1, ?2, ?3)", (sequence.as_str(), Bytes(7), Bytes(210))).unwrap();
    let sql = "INSERT INTO history (at, at_nanos, user, account, accepted, reason, drift, drift_seconds)
               VALUES (?1, 5, 'alice', 'A', 1, 'accepted', -1, -30)";
    old.execute(sql, [Bytes(210)]).unwrap();
    drop(old);

    let mut database = Database::open(&path).unwrap();
    assert_eq!(database.last_used(&sequence), Ok(Some(Step(7))));
    assert_eq!(database.burn(&sequence, Step(7), UnixTime::EPOCH), Ok(false));
    let line = newest(&mut database, 1).unwrap().remove(0);
    assert_eq!((line.user.as_str(), line.reason.as_str(), line.account_id), ("alice", "accepted", None));
    assert_eq!(line.drift_seconds, Some(-30));
    open(begin(&mut database, &user("alice"), &at(1, "a", 1)));
    drop(database);
    assert!(!Database::open(&path).unwrap().is_too_new());
    let version: u32 = Connection::open(&path).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, MIGRATIONS.len() as u32);
}

#[test]
fn a_failure_of_the_second_shape_is_as_young_as_it_can_be() {
    let folder = folder();
    let path = folder.path().join("state.db");
    let old = Connection::open(&path).unwrap();
    old.pragma_update(None, "journal_mode", "WAL").unwrap();
    old.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
    MIGRATIONS[..2].iter().for_each(|migration| old.execute_batch(migration).unwrap());
    old.pragma_update(None, "user_version", 2).unwrap();
    let alice = user("alice");
    let sql = "INSERT INTO recent_failures (user, at, at_nanos, run, going, going_nanos) VALUES (?1, ?2, 7, 'a', ?3, 0)";
    for n in 0..10 {
        old.execute(sql, (alice.as_str(), Bytes(1_000 + n), Bytes(n))).unwrap();
    }
    drop(old);

    let mut database = Database::open(&path).unwrap();
    let counters = database.counters(&alice).unwrap();
    assert_eq!(counters.recent[9], Failure { at: at(1_009, "a", 9), ran: Duration::ZERO });
    database.look(&at(2_000, "b", 100)).unwrap();
    assert!(matches!(begin(&mut database, &alice, &at(999_999_999, "b", 86_499)), Begun::Locked(Lock::Day(_))));
    open(begin(&mut database, &alice, &at(2_000, "b", 86_500)));
}

#[test]
fn a_day_is_not_skipped_by_restarts_and_moved_clocks() {
    const DAY: u64 = 86_400;
    let folder = folder();
    let path = folder.path().join("state.db");
    let (alice, bob) = (user("alice"), user("bob"));
    let mut database = Database::open(&path).unwrap();
    // An hour apart: no delay is left between them.
    for n in 0..10 {
        open(begin(&mut database, &alice, &at(1_000 + n * 3_600, "a", n * 3_600)));
    }
    drop(database);
    // (the clocks at a try after that, each in a program that was started anew; whether the door is shut)
    let tries = [
        ("set forward a day in the same run", at(40_000 + DAY, "a", 33_000), true),
        ("set back in the same run", at(10, "a", 33_100), true),
        ("started again, set forward a month", at(40_000 + 30 * DAY, "b", 3_600), true),
        ("started again, set back", at(0, "c", 3_600), true),
        ("a second too early: 33 100 + 3 600 + 3 600 + 46 099", at(0, "d", 46_099), true),
        ("to the second", at(0, "d", 46_100), false),
    ];
    for (what, now, shut) in tries {
        let begun = begin(&mut Database::open(&path).unwrap(), &alice, &now);
        assert_eq!(matches!(begun, Begun::Locked(Lock::Day(_))), shut, "{what}: {begun:?}");
    }
    let mut database = Database::open(&path).unwrap();
    assert_eq!(database.counters(&alice).unwrap().recent.len(), 10, "the oldest has made room for one");
    // Running time is the computer's: it counts for every user, and looking at it counts too.
    database.look(&at(0, "e", 59)).unwrap();
    database.look(&at(0, "e", 100)).unwrap();
    assert_eq!(database.counters(&bob).unwrap().running.total, Duration::from_secs(86_400 + 59), "not every second is written");
    database.look(&at(0, "e", 119)).unwrap();
    assert_eq!(database.counters(&bob).unwrap().running.total, Duration::from_secs(86_400 + 119));
}

#[test]
fn a_failure_is_counted_before_and_set_back_with_a_success() {
    let folder = folder();
    let path = folder.path().join("state.db");
    let (alice, bob) = (user("alice"), user("bob"));
    let mut database = Database::open(&path).unwrap();
    for n in 0..4 {
        let ticket = open(begin(&mut database, &alice, &at(100 + n, "a", n)));
        database.fail(&ticket, &attempt(2)).unwrap();
    }
    drop(database);
    let mut database = Database::open(&path).unwrap();
    let counters = database.counters(&alice).unwrap();
    assert_eq!((counters.failures, counters.recent.len()), (4, 4));
    assert_eq!(counters.recent[3], Failure { at: at(103, "a", 3), ran: Duration::from_secs(3) });
    assert_eq!(database.counters(&bob).unwrap().recent, []);
    // Right, and the counter is at 0; the four of today stay, the success is none of them.
    let ticket = open(begin(&mut database, &alice, &at(104, "a", 4)));
    assert_eq!(database.counters(&alice).unwrap().failures, 5, "before anything is compared");
    assert_eq!(database.succeed(&ticket, &Spent::Step(of(ANN), Step(7)), &attempt(0)), Ok(true));
    let counters = database.counters(&alice).unwrap();
    assert_eq!((counters.failures, counters.recent.len()), (0, 4));
    // The same code once more: nothing is set back.
    let ticket = open(begin(&mut database, &alice, &at(105, "a", 5)));
    assert_eq!(database.succeed(&ticket, &Spent::Step(of(ANN), Step(7)), &attempt(0)), Ok(false));
    assert_eq!(database.counters(&alice).unwrap().failures, 1);
    let line = newest(&mut database, 1).unwrap().remove(0);
    assert_eq!(line.reason, "interrupted", "whoever asked has to say why");
    database.reset_counters(&alice, &attempt(0)).unwrap();
    let counters = database.counters(&alice).unwrap();
    assert_eq!((counters.failures, counters.recent.len()), (0, 0));
}

#[test]
fn a_lock_out_survives_a_restart_and_is_not_made_longer_by_trying() {
    let folder = folder();
    let path = folder.path().join("state.db");
    let alice = user("alice");
    for n in 0..5 {
        open(begin(&mut Database::open(&path).unwrap(), &alice, &at(100 + n, "a", n)));
    }
    for (now, left) in [
        (at(104, "a", 4), Some(30)),
        (at(113, "a", 13), Some(21)),
        (at(113, "a", 13), Some(21)),
        (at(9_000_000, "a", 20), Some(14)),
        (at(0, "a", 20), Some(14)),
        (at(9_000_000, "b", 10), Some(20)),
    ] {
        let lines = newest(&mut Database::open(&path).unwrap(), 99).unwrap().len();
        let begun = begin(&mut Database::open(&path).unwrap(), &alice, &now);
        let until = left.map(|left| now.wall.plus(Duration::from_secs(left)));
        assert_eq!(begun, Begun::Locked(Lock::Delay(until.unwrap())), "{now:?}");
        assert_eq!(newest(&mut Database::open(&path).unwrap(), 99).unwrap().len(), lines, "nothing is written");
    }
    open(begin(&mut Database::open(&path).unwrap(), &alice, &at(135, "a", 34)));
    assert_eq!(Database::open(&path).unwrap().counters(&alice).unwrap().failures, 6);
    // Two codes in a row may be tried all the same.
    let limits = Guard::Recommended.limits().unwrap();
    let line = attempt(0);
    let way_back = Try { guarded: Some((&alice, limits)), way_back: true, at: &at(136, "a", 35), line: &line };
    assert!(matches!(Database::open(&path).unwrap().begin(&way_back), Ok(Begun::Open(_))));
}

/// Not a test by itself: the child that the next one kills.
#[test]
fn child_that_is_killed_between_counting_and_comparing() {
    let Ok(path) = std::env::var("HALFMINUTE_TEST_KILLED") else { return };
    open(begin(&mut Database::open(Path::new(&path)).unwrap(), &user("alice"), &at(100, "a", 1)));
    std::process::abort();
}

#[test]
fn a_kill_between_counting_and_the_verdict_gives_no_try_back() {
    let folder = folder();
    let path = folder.path().join("state.db");
    for killed in 1..=3 {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["child_that_is_killed", "--test-threads", "1"]).env("HALFMINUTE_TEST_KILLED", &path);
        let ended = child.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
        assert!(!ended.success(), "it was killed");
        let mut database = Database::open(&path).unwrap();
        assert_eq!(database.counters(&user("alice")).unwrap().failures, killed);
        assert_eq!(newest(&mut database, 1).unwrap()[0].reason, "interrupted");
    }
}

#[test]
fn recovery_codes_count_once_each_and_older_ones_not_at_all() {
    let folder = folder();
    let mut database = Database::open(&folder.path().join("state.db")).unwrap();
    let alice = user("alice");
    let code = |n: u8| RecoveryHash { salt: [n; 16], hash: [n; 32] };
    database.make_recovery(&alice, &[code(1), code(2)], &attempt(0)).unwrap();
    let ticket = open(begin(&mut database, &alice, &at(1, "a", 1)));
    let spend = |database: &mut Database, n| database.succeed(&ticket, &Spent::Recovery(alice.clone(), code(n)), &attempt(0));
    assert_eq!(spend(&mut database, 1), Ok(true));
    assert_eq!(spend(&mut database, 1), Ok(false));
    assert_eq!(spend(&mut database, 3), Ok(false));
    assert_eq!(database.recovery(&alice), Ok(vec![(code(1), true), (code(2), false)]));
    database.make_recovery(&alice, &[code(4)], &attempt(0)).unwrap();
    assert_eq!(spend(&mut database, 2), Ok(false));
    assert_eq!(database.recovery(&alice), Ok(vec![(code(4), false)]));
    assert_eq!(database.recovery(&user("bob")), Ok(vec![]));
    database.forget_user(&alice).unwrap();
    assert_eq!(database.recovery(&alice), Ok(vec![]));
}

#[test]
fn drifts_are_kept_and_used_steps_forgotten_when_asked() {
    let folder = folder();
    let path = folder.path().join("state.db");
    let mut database = Database::open(&path).unwrap();
    for (steps, kept) in [(-9, -9), (20, 20), (0, 0)] {
        database.store_drift(&of(ANN), steps, &attempt(0)).unwrap();
        assert_eq!(Database::open(&path).unwrap().drift(&of(ANN)), Ok(kept));
        assert_eq!(database.drift(&of(BOB)), Ok(0));
    }
    for account in [ANN, BOB] {
        assert_eq!(database.burn(&of(account), Step(7), UnixTime::EPOCH), Ok(true));
    }
    database.forget_used(&[of(ANN)], &attempt(0)).unwrap();
    let mut database = Database::open(&path).unwrap();
    assert_eq!(database.burn(&of(ANN), Step(7), UnixTime::EPOCH), Ok(true));
    assert_eq!(database.burn(&of(BOB), Step(7), UnixTime::EPOCH), Ok(false));
}

#[test]
fn of_two_threads_with_one_code_one_is_accepted_a_thousand_times() {
    let folder = folder();
    let path = folder.path().join("state.db");
    const ROUNDS: u64 = 1_000;
    Database::open(&path).unwrap();
    let barrier = Arc::new(Barrier::new(2));
    let racers: Vec<_> = (0..2)
        .map(|number| {
            let (path, barrier) = (path.clone(), Arc::clone(&barrier));
            let race = move || {
                let mut database = Database::open(&path).unwrap();
                let mut round = |round| {
                    barrier.wait();
                    let line = attempt(0);
                    // No guard: what counts here is that the code counts once.
                    let begun = database.begin(&Try { guarded: None, way_back: false, at: &at(round, "a", round), line: &line });
                    let ticket = open(begun.unwrap());
                    database.succeed(&ticket, &Spent::Step(of(ANN), Step(round)), &line).unwrap()
                };
                (0..ROUNDS).map(&mut round).collect::<Vec<_>>()
            };
            thread::Builder::new().name(format!("racer {number}")).spawn(race).unwrap()
        })
        .collect();
    let results: Vec<_> = racers.into_iter().map(|racer| racer.join().unwrap()).collect();
    for (round, (one, other)) in results[0].iter().zip(&results[1]).enumerate() {
        assert!(one ^ other, "round {round}: {one} and {other}");
    }
    assert_eq!(results[0].len(), 1_000);
}

#[test]
fn a_hundred_thousand_lines_are_found_and_fetched_quickly() {
    let folder = folder();
    let path = folder.path().join("state.db");
    let mut database = Database::open(&path).unwrap();
    let filling = database.connection.transaction().unwrap();
    for n in 0..100_000u64 {
        let line = Attempt {
            user: format!("user {}", n % 50),
            account_id: Some(AccountId::from_bytes([(n % 50) as u8; 16])),
            ..attempt(n)
        };
        super::super::history::add(&filling, &line).unwrap();
    }
    filling.commit().unwrap();
    let mut timed = |what: &str, filter: &Filter, expected: usize| {
        let begun = Instant::now();
        let index = database.find(filter).unwrap();
        let found = begun.elapsed();
        let begun = Instant::now();
        let lines = database.lines(&index.numbers[..200]).unwrap();
        // For whoever runs it with --nocapture; what is asserted is what came of it.
        writeln!(std::io::stderr(), "{what}: index {found:?}, 200 lines {:?}", begun.elapsed()).unwrap();
        assert_eq!((index.total, index.numbers.len(), lines.len()), (100_000, expected, 200), "{what}");
    };
    timed("all", &Filter::default(), 100_000);
    timed("a word", &Filter { text: "user 7".into(), ..Filter::default() }, 10_000);
    timed("a user", &Filter { user: Some("user 7".into()), ..Filter::default() }, 2_000);
    timed("accepted", &Filter { kind: Some(Kind::Accepted), ..Filter::default() }, 50_000);
    timed("by user", &Filter { order: Order::User, ..Filter::default() }, 100_000);
    timed("by drift, backwards", &Filter { order: Order::Drift, backwards: true, ..Filter::default() }, 100_000);
    database.clear_history().unwrap();
    assert_eq!(database.find(&Filter::default()).unwrap().total, 0);
}
