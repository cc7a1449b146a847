//! The database under everything that happens to files.

mod guarded;
mod uses;

use std::sync::{Arc, Barrier};
use std::thread;

use super::*;
use crate::app::history::Filter;
use crate::app::ports::{Attempt, Sequence, State};
use crate::domain::{Account, AccountId, OtpParams, Step, UnixTime};

/// The sequence of an account with the period of every phone.
fn of(account: u8) -> Sequence {
    Sequence::of(&Account {
        id: AccountId::from_bytes([account; 16]),
        issuer: String::new(),
        name: String::new(),
        params: OtpParams::default(),
        tags: Vec::new(),
        note: String::new(),
        pinned: false,
        uses: 0,
        created: UnixTime::EPOCH,
    })
}

const ANN: u8 = 1;
const BOB: u8 = 2;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn attempt(number: u64) -> Attempt {
    Attempt {
        at: UnixTime::from_duration(Duration::new(1_700_000_000 - number, 123_456_789)),
        user: format!("'; DROP TABLE history; -- {number}"),
        account: "Пример (ann)\0".into(),
        accepted: number.is_multiple_of(2),
        reason: "too-old".into(),
        drift: (number > 0).then_some(-2),
        drift_seconds: (number > 0).then_some(i64::MIN),
        account_id: (number > 1).then_some(AccountId::from_bytes([7; 16])),
    }
}

fn unusable(path: &Path) -> StateError {
    StateError::Unusable { path: path.to_owned() }
}

#[test]
fn a_step_counts_once_and_only_upwards_and_a_restart_keeps_it() {
    let folder = folder();
    let path = folder.path().join("state.db");
    // Numbers above i64::MAX keep their order.
    let rows = [
        (ANN, 100, true),
        (ANN, 100, false),
        (ANN, 99, false),
        (BOB, 99, true),
        (ANN, 101, true),
        (ANN, i64::MAX as u64, true),
        (ANN, i64::MAX as u64 + 1, true),
        (ANN, 5, false),
        (ANN, u64::MAX, true),
        (ANN, u64::MAX, false),
        (BOB, 0, false),
    ];
    for (account, step, burned) in rows {
        let mut database = Database::open(&path).unwrap();
        assert_eq!(database.burn(&of(account), Step(step), UnixTime::from_secs(u64::MAX)), Ok(burned), "{step}");
    }
    let mut database = Database::open(&path).unwrap();
    assert_eq!(database.last_used(&of(ANN)), Ok(Some(Step(u64::MAX))));
    assert_eq!(database.last_used(&of(BOB)), Ok(Some(Step(99))));
    assert_eq!(database.last_used(&of(3)), Ok(None));
    let high = [101, i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX].map(Step);
    assert_eq!(database.used_since(&of(ANN), Step(101)).as_deref(), Ok(&high[..]));
    assert_eq!(database.used_since(&of(BOB), Step(100)), Ok(vec![]));
}

/// The newest lines.
fn newest(database: &mut Database, most: usize) -> Result<Vec<Attempt>, StateError> {
    let index = database.find(&Filter::default())?;
    database.lines(&index.numbers[..most.min(index.numbers.len())])
}

#[test]
fn history_comes_back_newest_first_and_whole() {
    let folder = folder();
    let path = folder.path().join("state.db");
    for number in 0..5 {
        // Each line is older by the clock than the one before.
        Database::open(&path).unwrap().record(&attempt(number)).unwrap();
    }
    let mut database = Database::open(&path).unwrap();
    assert_eq!(newest(&mut database, 3), Ok(vec![attempt(4), attempt(3), attempt(2)]));
    assert_eq!(newest(&mut database, usize::MAX).map(|lines| lines.len()), Ok(5));
    assert_eq!(newest(&mut database, 0), Ok(vec![]));
    let end = Attempt { at: UnixTime::from_duration(Duration::MAX), ..attempt(1) };
    database.record(&end).unwrap();
    assert_eq!(newest(&mut database, 1), Ok(vec![end]));
}

#[test]
fn two_programs_that_burn_the_same_step_get_true_once() {
    let folder = folder();
    let path = folder.path().join("state.db");
    const ROUNDS: u64 = 200;
    let barrier = Arc::new(Barrier::new(2));
    // They even race for the creation of the file.
    let racers: Vec<_> = (0..2)
        .map(|number| {
            let (path, barrier) = (path.clone(), Arc::clone(&barrier));
            let race = move || {
                barrier.wait();
                let mut database = Database::open(&path).unwrap();
                let round = |round| {
                    barrier.wait();
                    database.burn(&of(ANN), Step(round), UnixTime::EPOCH).unwrap()
                };
                (0..ROUNDS).map(round).collect::<Vec<_>>()
            };
            thread::Builder::new().name(format!("racer {number}")).spawn(race).unwrap()
        })
        .collect();
    let results: Vec<_> = racers.into_iter().map(|racer| racer.join().unwrap()).collect();
    for (round, (one, other)) in results[0].iter().zip(&results[1]).enumerate() {
        assert!(one ^ other, "round {round}: {one} and {other}");
    }
    assert_eq!(Database::open(&path).unwrap().used_since(&of(ANN), Step(0)).unwrap().len(), 200);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["state.db"], "no half-made file is left");
}

/// A file with enough lines to have many pages.
fn filled(path: &Path) -> Vec<u8> {
    let mut database = Database::open(path).unwrap();
    for step in 0..40 {
        database.burn(&of(ANN), Step(step), UnixTime::EPOCH).unwrap();
        database.record(&Attempt { user: "u".repeat(256), ..attempt(step) }).unwrap();
    }
    drop(database);
    fs::read(path).unwrap()
}

#[test]
fn a_damaged_file_is_refused_and_left_as_it_is() {
    let folder = folder();
    let path = folder.path().join("state.db");
    let whole = filled(&path);
    let page = 4096;
    assert!(whole.len() >= 6 * page, "{} bytes", whole.len());
    let mut damaged = vec![
        ("empty".to_owned(), vec![]),
        ("one byte".into(), vec![b'S']),
        ("text".into(), b"This is no database, whatever its name says.".to_vec()),
        ("half a page".into(), whole[..page / 2].to_vec()),
        ("zeros".into(), vec![0; whole.len()]),
    ];
    for pages in 1..whole.len() / page {
        damaged.push((format!("cut after page {pages}"), whole[..pages * page].to_vec()));
        damaged.push((format!("cut inside page {pages}"), whole[..pages * page + 1000].to_vec()));
    }
    for number in 0..whole.len() / page {
        let mut bytes = whole.clone();
        // The page's own bytes, turned over.
        bytes[number * page..(number + 1) * page].iter_mut().for_each(|byte| *byte ^= 0xa5);
        damaged.push((format!("page {number} turned over"), bytes));
    }
    for (name, bytes) in damaged {
        fs::write(&path, &bytes).unwrap();
        assert_eq!(Database::open(&path).map(drop), Err(unusable(&path)), "{name}");
        assert_eq!(fs::read(&path).unwrap(), bytes, "{name}: changed");
        for side in ["state.db-wal", "state.db-shm"] {
            let _ = fs::remove_file(folder.path().join(side));
        }
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(Database::open(&path).unwrap().last_used(&of(ANN)), Ok(Some(Step(39))));
}

#[test]
fn a_step_changed_inside_the_file_is_noticed() {
    let folder = folder();
    let path = folder.path().join("state.db");
    filled(&path);
    let other = Connection::open(&path).unwrap();
    other.execute("UPDATE last_used SET step = ?1", [Bytes(3)]).unwrap();
    drop(other);
    assert_eq!(Database::open(&path).map(drop), Err(unusable(&path)));
}

#[test]
fn another_programs_database_is_refused() {
    let folder = folder();
    let path = folder.path().join("state.db");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE history (id); PRAGMA user_version = 1").unwrap();
    drop(other);
    assert_eq!(Database::open(&path).map(drop), Err(unusable(&path)));
}

#[test]
fn a_file_from_a_newer_version_is_read_and_not_written() {
    let folder = folder();
    let path = folder.path().join("state.db");
    let mut before = Database::open(&path).unwrap();
    before.burn(&of(ANN), Step(7), UnixTime::EPOCH).unwrap();
    before.record(&attempt(0)).unwrap();
    let newer = Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    newer.execute_batch("ALTER TABLE history ADD COLUMN mood TEXT").unwrap();
    drop(newer);

    let too_new = StateError::TooNew { path: path.clone() };
    // One that was open before the other program brought the file up to date, and one that is opened after.
    assert!(!before.is_too_new());
    let after = Database::open(&path).unwrap();
    assert!(after.is_too_new());
    for mut database in [before, after] {
        assert_eq!(database.last_used(&of(ANN)), Ok(Some(Step(7))));
        assert_eq!(database.used_since(&of(ANN), Step(0)), Ok(vec![Step(7)]));
        assert_eq!(newest(&mut database, 9), Ok(vec![attempt(0)]));
        assert_eq!(database.burn(&of(ANN), Step(8), UnixTime::EPOCH), Err(too_new.clone()));
        assert_eq!(database.record(&attempt(1)), Err(too_new.clone()));
        assert_eq!(database.last_used(&of(ANN)), Ok(Some(Step(7))));
    }
    let newer = Connection::open(&path).unwrap();
    newer.execute_batch("DROP TABLE used_steps").unwrap();
    drop(newer);
    assert_eq!(Database::open(&path).unwrap().used_since(&of(ANN), Step(0)), Err(too_new));
}

#[test]
fn a_file_that_was_taken_away_is_not_written_into_the_void() {
    let folder = folder();
    let path = folder.path().join("state.db");
    let mut database = Database::open(&path).unwrap();
    assert_eq!(database.burn(&of(ANN), Step(1), UnixTime::EPOCH), Ok(true));
    fs::rename(&path, folder.path().join("moved.db")).unwrap();
    assert_eq!(database.burn(&of(ANN), Step(2), UnixTime::EPOCH), Err(unusable(&path)));
    Database::open(&path).unwrap();
    assert_eq!(database.burn(&of(ANN), Step(2), UnixTime::EPOCH), Err(unusable(&path)), "another file stands there");
}

#[test]
fn a_full_disk_is_an_answer_and_what_was_there_stays() {
    let folder = folder();
    let path = folder.path().join("state.db");
    let whole = filled(&path).len() / 4096;
    let mut database = Database::open(&path).unwrap();
    // the file may not grow: what SQLite says then is what it says on a full disk
    database.connection.pragma_update(None, "max_page_count", whole as u32).unwrap();
    let refused = (0..500).find_map(|number| database.record(&Attempt { user: "u".repeat(256), ..attempt(number) }).err());
    assert_eq!(refused, Some(unusable(&path)));
    let before = newest(&mut database, usize::MAX).unwrap();
    assert!(before.len() >= 40);
    drop(database);
    let mut again = Database::open(&path).unwrap();
    assert_eq!(newest(&mut again, usize::MAX), Ok(before));
    assert_eq!(again.last_used(&of(ANN)), Ok(Some(Step(39))));
    assert_eq!(again.burn(&of(ANN), Step(40), UnixTime::EPOCH), Ok(true), "there is room again");
}

#[test]
fn a_file_that_may_only_be_read_is_an_answer_and_stays_as_it_is() {
    let folder = folder();
    let path = folder.path().join("state.db");
    filled(&path);
    let mut database = Database::open(&path).unwrap();
    // the administrator may write to any file, so SQLite is told
    database.connection.pragma_update(None, "query_only", true).unwrap();
    assert_eq!(database.burn(&of(ANN), Step(99), UnixTime::EPOCH), Err(unusable(&path)));
    assert_eq!(database.record(&attempt(1)), Err(unusable(&path)));
    assert_eq!(database.last_used(&of(ANN)), Ok(Some(Step(39))));
    assert_eq!(newest(&mut database, usize::MAX).map(|lines| lines.len()), Ok(40));
}

#[test]
fn a_missing_folder_is_an_answer() {
    let folder = folder();
    let path = folder.path().join("not there").join("state.db");
    assert_eq!(Database::open(&path).map(drop), Err(unusable(&path)));
    assert_eq!(Database::open(folder.path()).map(drop), Err(unusable(folder.path())), "a folder is no file");
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn the_file_and_its_log_belong_to_their_owner_alone_whatever_the_umask() {
        let before = rustix::process::umask(rustix::fs::Mode::empty());
        let folder = folder();
        let path = folder.path().join("state.db");
        let mut database = Database::open(&path).unwrap();
        database.burn(&of(ANN), Step(1), UnixTime::EPOCH).unwrap();
        let modes: Vec<_> = ["state.db", "state.db-wal", "state.db-shm"].map(|name| mode(&folder.path().join(name))).into();
        rustix::process::umask(before);
        assert_eq!(modes, [0o600; 3]);

        drop(database);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o664)).unwrap();
        Database::open(&path).unwrap();
        assert_eq!(mode(&path), 0o600, "closed to others when it was open to them");
    }

    #[test]
    fn links_are_not_followed() {
        let folder = folder();
        let (there, link) = (folder.path().join("there.db"), folder.path().join("state.db"));
        Database::open(&there).unwrap();
        symlink(&there, &link).unwrap();
        assert_eq!(Database::open(&link).map(drop), Err(unusable(&link)));
        let dangling = folder.path().join("dangling.db");
        symlink(folder.path().join("nowhere"), &dangling).unwrap();
        assert_eq!(Database::open(&dangling).map(drop), Err(unusable(&dangling)));
        assert!(!folder.path().join("nowhere").exists());
    }

    #[test]
    fn names_that_are_not_utf_8_work() {
        let folder = folder();
        let path = folder.path().join(OsStr::from_bytes(b"st\xffate.db"));
        assert_eq!(Database::open(&path).unwrap().burn(&of(ANN), Step(1), UnixTime::EPOCH), Ok(true));
        assert_eq!(Database::open(&path).unwrap().last_used(&of(ANN)), Ok(Some(Step(1))));
    }
}
