//! What is read is what SQLite reads: databases that it made, in every form, and what comes of damaged ones.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, params_from_iter};

use super::*;

/// A number of a fixed sequence.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

/// A database as SQLite makes it: settings first, then the table, then what is done with it.
fn made(settings: &str, rows: usize, after: &str) -> (Vec<u8>, Vec<Vec<String>>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("database");
    let mut database = Connection::open(&path).unwrap();
    database.execute_batch(settings).unwrap();
    database
        .execute_batch("CREATE TABLE other (x); CREATE TABLE \"Accounts\" (_id INTEGER PRIMARY KEY, a, b TEXT, c BLOB);")
        .unwrap();
    let mut state = 7;
    let turn = database.transaction().unwrap();
    for row in 0..rows {
        let value = |state: &mut u64| match random(state) % 9 {
            0 => ToSqlOutput::Borrowed(ValueRef::Null),
            1 => ToSqlOutput::from(random(state) as i64 % 300 - 150),
            2 => ToSqlOutput::from((random(state) << 32) as i64),
            3 => ToSqlOutput::from(i64::MIN + (random(state) % 2) as i64),
            4 => ToSqlOutput::from(1.5),
            5 => ToSqlOutput::from(vec![7_u8; (random(state) % 3000) as usize]),
            6 => ToSqlOutput::from("größe 🦊".repeat((random(state) % 2000) as usize)),
            7 => ToSqlOutput::from((random(state) % 2) as i64),
            _ => ToSqlOutput::from(format!("text {row}")),
        };
        let values = [value(&mut state), value(&mut state), value(&mut state)];
        turn.execute("INSERT INTO accounts (a, b, c) VALUES (?, ?, ?)", params_from_iter(values)).unwrap();
    }
    turn.commit().unwrap();
    database.execute_batch(after).unwrap();
    let mut statement = database.prepare("SELECT a, b, c FROM accounts ORDER BY _id").unwrap();
    let shown = |value: ValueRef<'_>| match value {
        ValueRef::Null => "null".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Text(text) => format!("{:?}", std::str::from_utf8(text).unwrap()),
        ValueRef::Real(_) | ValueRef::Blob(_) => "other".to_owned(),
    };
    let theirs = statement.query_map([], |row| (0..3).map(|at| Ok(shown(row.get_ref(at)?))).collect()).unwrap();
    let theirs = theirs.collect::<Result<_, _>>().unwrap();
    drop(statement);
    drop(database);
    (std::fs::read(&path).unwrap(), theirs)
}

fn read(bytes: &[u8]) -> Result<Option<Vec<Vec<String>>>, FormatError> {
    let database = Database::new(bytes)?;
    let Some(table) = database.table("accounts")? else { return Ok(None) };
    let places = ["a", "b", "c"].map(|name| table.column(name).ok_or(FormatError::Damaged));
    let mut rows = Vec::new();
    database.rows(&table, &mut |row| {
        let mut values = Vec::new();
        for place in places {
            values.push(match row.get(place?) {
                None | Some(Value::Null) => "null".to_owned(),
                Some(Value::Whole(number)) => number.to_string(),
                Some(Value::Text(text)) => format!("{:?}", text.as_ref().ok_or(FormatError::Damaged)?.as_str()),
                Some(Value::Other) => "other".to_owned(),
            });
        }
        rows.push(values);
        Ok(true)
    })?;
    Ok(Some(rows))
}

#[test]
fn what_is_read_is_what_sqlite_reads() {
    let rows = [
        ("", 0, ""),
        ("", 1, ""),
        ("", 700, ""),
        ("PRAGMA page_size = 512", 700, ""),
        (
            "PRAGMA page_size = 512",
            300,
            "DELETE FROM accounts WHERE _id % 3 = 0; UPDATE accounts SET b = 'new' WHERE _id % 5 = 0",
        ),
        ("PRAGMA page_size = 65536", 300, ""),
        ("PRAGMA encoding = 'UTF-16le'", 200, ""),
        ("PRAGMA encoding = 'UTF-16be'", 200, ""),
        ("PRAGMA auto_vacuum = FULL", 300, "DELETE FROM accounts WHERE _id < 100"),
        ("", 50, "ALTER TABLE accounts ADD COLUMN d TEXT; ALTER TABLE accounts DROP COLUMN d; ALTER TABLE accounts ADD COLUMN e"),
        (
            "",
            50,
            "ALTER TABLE accounts RENAME COLUMN a TO e; ALTER TABLE accounts RENAME COLUMN e TO a; CREATE INDEX i ON accounts (b)",
        ),
    ];
    for (settings, count, after) in rows {
        let (bytes, theirs) = made(settings, count, after);
        let ours = read(&bytes).unwrap().unwrap();
        assert_eq!(ours.len(), theirs.len(), "{settings} {count} {after}");
        assert!(ours == theirs, "{settings} {count} {after}");
    }
}

#[test]
fn the_log_is_told_and_its_rows_are_not_here() {
    let (bytes, theirs) = made("PRAGMA journal_mode = WAL", 30, "PRAGMA wal_checkpoint(TRUNCATE)");
    assert!(Database::new(&bytes).unwrap().has_log);
    assert_eq!(read(&bytes).unwrap().unwrap(), theirs);
    assert!(!Database::new(&made("", 1, "").0).unwrap().has_log);
}

#[test]
fn what_only_looks_like_the_table_is_none() {
    let rows = [
        ("CREATE VIEW t AS SELECT 1", Ok(true)),
        ("DROP TABLE accounts; CREATE VIEW accounts AS SELECT 1 AS a, 2 AS b, 3 AS c", Ok(false)),
        ("DROP TABLE accounts; CREATE VIRTUAL TABLE accounts USING fts5(a, b, c)", Ok(false)),
        ("DROP TABLE accounts", Ok(false)),
        ("DROP TABLE accounts; CREATE TABLE accounts (a PRIMARY KEY, b, c) WITHOUT ROWID", Err(FormatError::Damaged)),
        ("DROP TABLE accounts; CREATE TABLE accounts (a, b AS (a + 1), c)", Err(FormatError::Damaged)),
    ];
    for (after, told) in rows {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("database");
        let database = Connection::open(&path).unwrap();
        database.execute_batch("CREATE TABLE accounts (a, b, c)").unwrap();
        database.execute_batch(after).unwrap();
        drop(database);
        let read = read(&std::fs::read(&path).unwrap());
        assert_eq!(read.map(|rows| rows.is_some()), told, "{after}");
    }
}

/// Whatever a database says, it takes no longer than its size and ends.
#[test]
fn changed_and_cut_databases_end() {
    let (bytes, _) = made("PRAGMA page_size = 512", 12, "");
    for at in (0..bytes.len()).step_by(997) {
        let _ = read(&bytes[..at]);
    }
    let mut state = 3;
    for _ in 0..1000 {
        let mut changed = bytes.clone();
        for _ in 0..=random(&mut state) % 4 {
            // The beginnings of pages, where the numbers are, more often than not.
            let (page, within) = (random(&mut state) as usize * 512, random(&mut state) as usize);
            let within = if random(&mut state).is_multiple_of(3) { within % 512 } else { within % 32 };
            let at = (page + within) % changed.len();
            changed[at] = random(&mut state) as u8;
        }
        let _ = read(&changed);
    }
}

/// Pages that lead in circles, cells over one another, a row that is said to be endless.
#[test]
fn databases_that_were_made_to_harm() {
    let (bytes, _) = made("PRAGMA page_size = 512", 60, "");
    let root = (1..bytes.len() / 512).find(|page| bytes[page * 512] == INNER).unwrap();
    let mut circle = bytes.clone();
    circle[root * 512 + 8..root * 512 + 12].copy_from_slice(&u32::try_from(root + 1).unwrap().to_be_bytes());
    assert_eq!(read(&circle), Err(FormatError::Damaged));
    let mut nowhere = bytes.clone();
    nowhere[root * 512 + 8..root * 512 + 12].copy_from_slice(&u32::MAX.to_be_bytes());
    assert_eq!(read(&nowhere), Err(FormatError::Damaged));
    // A page full of pointers to one cell of 50 000 bytes: two fit into the file, more cannot be.
    for (pointers, told) in [(1, Ok(None)), (2, Ok(None)), (3, Err(FormatError::Damaged)), (3000, Err(FormatError::Damaged))] {
        let mut file = made("PRAGMA page_size = 65536", 0, "").0;
        file.resize(2 * 65_536, 0);
        file[HEADER + 3..HEADER + 5].copy_from_slice(&u16::try_from(pointers).unwrap().to_be_bytes());
        for pointer in 0..pointers {
            file[HEADER + 8 + 2 * pointer..HEADER + 10 + 2 * pointer].copy_from_slice(&8000_u16.to_be_bytes());
        }
        // Its size, its number, the size of its header, and that it has bytes.
        file[8000..8008].copy_from_slice(&[0x83, 0x86, 0x54, 1, 4, 0x86, 0x8d, 0x2c]);
        file[28..32].copy_from_slice(&2_u32.to_be_bytes());
        assert_eq!(read(&file), told, "{pointers} pointers");
    }
}

#[test]
fn numbers_of_every_length() {
    let rows: &[(&[u8], u64)] = &[
        (&[0], 0),
        (&[0x7f], 127),
        (&[0x81, 0], 128),
        (&[0x82, 0x2c], 300),
        (&[0xff; 9], u64::MAX),
        (&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 5], 5),
    ];
    for (bytes, expected) in rows {
        let mut rest = *bytes;
        assert_eq!(varint(&mut rest), Ok(*expected));
        assert!(rest.is_empty());
        assert_eq!(varint(&mut &bytes[..bytes.len() - 1]), Err(FormatError::Damaged));
    }
    let rows: &[(&[u8], i64)] = &[
        (&[], 0),
        (&[0xff], -1),
        (&[0x80, 0], -32_768),
        (&[0, 0x80], 128),
        (&[0x7f, 0xff], 32_767),
        (&[0x80, 0, 0, 0, 0, 0, 0, 0], i64::MIN),
    ];
    for (bytes, expected) in rows {
        assert_eq!(signed(bytes), *expected);
    }
}
