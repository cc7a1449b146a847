//! The history in the file: lines in, an index of them out, and the lines that are shown.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row};

use crate::app::history::{Filter, Gather, Index, STEADY, Seen, drifting};
use crate::app::ports::{Attempt, DriftPoint};
use crate::domain::{AccountId, UnixTime};

use super::Bytes;

const COLUMNS: &str = "at, at_nanos, user, account, accepted, reason, drift, drift_seconds, account_id";

/// Writes one line; gives its number.
pub(super) fn add(db: &Connection, line: &Attempt) -> rusqlite::Result<i64> {
    put(
        db,
        "INSERT INTO history (at, at_nanos, user, account, accepted, reason, drift, drift_seconds, account_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        line,
        None,
    )?;
    Ok(db.last_insert_rowid())
}

/// Writes what became of line `number`; nothing if it was cleared meanwhile.
pub(super) fn replace(db: &Connection, number: i64, line: &Attempt) -> rusqlite::Result<()> {
    put(
        db,
        "UPDATE history SET at = ?1, at_nanos = ?2, user = ?3, account = ?4, accepted = ?5, reason = ?6, drift = ?7,
             drift_seconds = ?8, account_id = ?9 WHERE id = ?10",
        line,
        Some(number),
    )
}

fn put(db: &Connection, sql: &str, line: &Attempt, number: Option<i64>) -> rusqlite::Result<()> {
    let Attempt { at, user, account, account_id, accepted, reason, drift, drift_seconds } = line;
    let (secs, nanos) = (Bytes(at.secs()), at.since_epoch().subsec_nanos());
    let id = account_id.map(|id| id.to_string());
    let mut query = db.prepare_cached(sql)?;
    let row: [&dyn rusqlite::ToSql; 10] = [&secs, &nanos, user, account, accepted, reason, drift, drift_seconds, &id, &number];
    query.execute(row.get(..if number.is_some() { 10 } else { 9 }).unwrap_or_default()).map(drop)
}

/// Goes through all lines, oldest first.
pub(super) fn find(db: &Connection, filter: &Filter) -> rusqlite::Result<Index> {
    let mut query = db.prepare_cached("SELECT id, user, account, accepted, reason, drift_seconds FROM history ORDER BY id")?;
    let mut rows = query.query([])?;
    let mut gather = Gather::new(filter);
    while let Some(row) = rows.next()? {
        gather.add(&Seen {
            number: row.get(0)?,
            user: row.get_ref(1)?.as_str()?,
            account: row.get_ref(2)?.as_str()?,
            accepted: row.get(3)?,
            reason: row.get_ref(4)?.as_str()?,
            drift: row.get(5)?,
        });
    }
    Ok(gather.finish(all_drifting(db)?))
}

/// Phones whose last accepted codes all lay on one side. The index makes it as quick as there are accounts.
fn all_drifting(db: &Connection) -> rusqlite::Result<Vec<(AccountId, i64)>> {
    let sql = "SELECT DISTINCT account_id FROM history WHERE drift_seconds IS NOT NULL AND account_id IS NOT NULL";
    let accounts: Vec<String> = db.prepare_cached(sql)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let sql = "SELECT drift_seconds FROM history WHERE account_id = ?1 AND accepted AND drift_seconds IS NOT NULL
               ORDER BY id DESC LIMIT ?2";
    let mut last = db.prepare_cached(sql)?;
    let mut found = Vec::new();
    for account in accounts {
        let seconds: Vec<i64> = last.query_map((&account, STEADY as u32), |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        if let (Some(id), Some(drift)) = (AccountId::parse(&account), drifting(seconds.into_iter())) {
            found.push((id, drift));
        }
    }
    Ok(found)
}

/// The lines with these numbers.
pub(super) fn lines(db: &Connection, numbers: &[i64]) -> rusqlite::Result<Vec<Attempt>> {
    let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM history WHERE id = ?1"))?;
    let found = numbers.iter().filter_map(|number| query.query_row([number], attempt).optional().transpose());
    found.collect()
}

/// The newest tries of an account in which a step matched, oldest first.
pub(super) fn drifts(db: &Connection, account: AccountId, most: usize) -> rusqlite::Result<Vec<DriftPoint>> {
    let sql = "SELECT at, drift_seconds, accepted FROM history WHERE account_id = ?1 AND drift_seconds IS NOT NULL
               ORDER BY id DESC LIMIT ?2";
    let point = |row: &Row<'_>| {
        let Bytes(secs) = row.get(0)?;
        Ok(DriftPoint { at: UnixTime::from_secs(secs), seconds: row.get(1)?, accepted: row.get(2)? })
    };
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut points: Vec<DriftPoint> =
        db.prepare_cached(sql)?.query_map((account.to_string(), most), point)?.collect::<rusqlite::Result<_>>()?;
    points.reverse();
    Ok(points)
}

fn attempt(row: &Row<'_>) -> rusqlite::Result<Attempt> {
    let (Bytes(secs), nanos): (Bytes, u32) = (row.get(0)?, row.get(1)?);
    let id: Option<String> = row.get(8)?;
    Ok(Attempt {
        at: UnixTime::from_secs(secs).plus(Duration::from_nanos(nanos.into())),
        user: row.get(2)?,
        account: row.get(3)?,
        accepted: row.get(4)?,
        reason: row.get(5)?,
        drift: row.get(6)?,
        drift_seconds: row.get(7)?,
        account_id: id.and_then(|id| AccountId::parse(&id)),
    })
}
