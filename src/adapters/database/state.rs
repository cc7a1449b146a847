//! The state's calls, each one transaction.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row};

use crate::app::history::{Filter, Index};
use crate::app::ports::{Attempt, Begun, DriftPoint, Sequence, Spent, State, StateError, Ticket, Try, UserKey};
use crate::app::uses::{Use, Uses};
use crate::domain::{AccountId, Counters, Failure, Moment, RecoveryHash, Running, Step, UnixTime, Uptime};

use super::{Bytes, Database, history};

/// Running time is noted when it has gone on by so much.
const NOTED_EVERY: Duration = Duration::from_secs(60);

/// The most steps that [`State::used_since`] gives.
const MOST_STEPS: u32 = 1_000;

impl State for Database {
    fn last_used(&mut self, sequence: &Sequence) -> Result<Option<Step>, StateError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT step FROM last_used WHERE sequence = ?1")?;
            let mut rows = query.query_map([sequence.as_str()], |row| row.get(0).map(|Bytes(step)| Step(step)))?;
            rows.next().transpose()
        })
    }

    fn used_since(&mut self, sequence: &Sequence, from: Step) -> Result<Vec<Step>, StateError> {
        self.read(|db| {
            let sql = "SELECT step FROM used_steps WHERE sequence = ?1 AND step >= ?2 ORDER BY step LIMIT ?3";
            let mut query = db.prepare_cached(sql)?;
            let of_row = |row: &Row<'_>| row.get(0).map(|Bytes(step)| Step(step));
            query.query_map((sequence.as_str(), Bytes(from.0), MOST_STEPS), of_row)?.collect()
        })
    }

    fn burn(&mut self, sequence: &Sequence, step: Step, at: UnixTime) -> Result<bool, StateError> {
        self.write(|db| burn(db, sequence, step, at))
    }

    fn begin(&mut self, attempt: &Try<'_>) -> Result<Begun, StateError> {
        let Try { guarded, way_back, at, line } = *attempt;
        self.write(|db| {
            let Some((user, limits)) = guarded else {
                return Ok(Begun::Open(Ticket { line: history::add(db, line)?, mark: None }));
            };
            let before = counters(db, user)?;
            // A refusal is a look at the clock as well.
            note(db, &before.running.seen(at))?;
            match before.lock(&limits, at) {
                Some(lock) if !way_back || lock == crate::domain::Lock::Disabled => return Ok(Begun::Locked(lock)),
                _ => {}
            }
            let after = before.raised(at);
            // What is older than a day counts no more.
            let gone = (before.recent.len() + 1).saturating_sub(after.recent.len());
            let sql = "DELETE FROM recent_failures WHERE user = ?1 AND id IN
                       (SELECT id FROM recent_failures WHERE user = ?1 ORDER BY id LIMIT ?2)";
            db.prepare_cached(sql)?.execute((user.as_str(), i64::try_from(gone).unwrap_or(0)))?;
            let sql =
                "INSERT INTO failures (user, count) VALUES (?1, ?2) ON CONFLICT (user) DO UPDATE SET count = excluded.count";
            db.prepare_cached(sql)?.execute((user.as_str(), after.failures))?;
            let mark = mark(db, user, at, after.running.total)?;
            Ok(Begun::Open(Ticket { line: history::add(db, line)?, mark: Some((user.clone(), mark)) }))
        })
    }

    fn fail(&mut self, ticket: &Ticket, line: &Attempt) -> Result<(), StateError> {
        self.write_soon(|db| history::replace(db, ticket.line, line))
    }

    fn succeed(&mut self, ticket: &Ticket, spent: &Spent, line: &Attempt) -> Result<bool, StateError> {
        self.write(|db| {
            let fresh = match spent {
                Spent::Nothing => true,
                Spent::Step(sequence, step) => burn(db, sequence, *step, line.at)?,
                Spent::Recovery(user, code) => {
                    let sql =
                        "UPDATE recovery_codes SET used_at = ?4 WHERE user = ?1 AND salt = ?2 AND hash = ?3 AND used_at IS NULL";
                    let row = (user.as_str(), code.salt, code.hash, Bytes(line.at.secs()));
                    db.prepare_cached(sql)?.execute(row)? == 1
                }
            };
            if !fresh {
                return Ok(false);
            }
            if let Some((user, mark)) = &ticket.mark {
                db.prepare_cached("UPDATE failures SET count = 0 WHERE user = ?1")?.execute([user.as_str()])?;
                // It was no failure.
                db.prepare_cached("DELETE FROM recent_failures WHERE id = ?1")?.execute([mark])?;
            }
            history::replace(db, ticket.line, line)?;
            Ok(true)
        })
    }

    fn look(&mut self, at: &Moment) -> Result<(), StateError> {
        let before = self.read(running)?;
        let after = before.seen(at);
        // Not every second is worth a write; a run that is not known yet is.
        if runs(&before) == runs(&after) && after.total.saturating_sub(before.total) < NOTED_EVERY {
            return Ok(());
        }
        self.write(|db| note(db, &running(db)?.seen(at)))
    }

    fn counters(&mut self, user: &UserKey) -> Result<Counters, StateError> {
        self.read(|db| counters(db, user))
    }

    fn reset_counters(&mut self, user: &UserKey, line: &Attempt) -> Result<(), StateError> {
        self.write(|db| {
            forget_failures(db, user)?;
            history::add(db, line).map(drop)
        })
    }

    fn forget_used(&mut self, sequences: &[Sequence], line: &Attempt) -> Result<(), StateError> {
        self.write(|db| {
            for sequence in sequences {
                db.prepare_cached("DELETE FROM last_used WHERE sequence = ?1")?.execute([sequence.as_str()])?;
                db.prepare_cached("DELETE FROM used_steps WHERE sequence = ?1")?.execute([sequence.as_str()])?;
            }
            history::add(db, line).map(drop)
        })
    }

    fn drift(&mut self, sequence: &Sequence) -> Result<i64, StateError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT steps FROM drifts WHERE sequence = ?1")?;
            let steps: Option<i64> = query.query_row([sequence.as_str()], |row| row.get(0)).optional()?;
            Ok(steps.unwrap_or(0))
        })
    }

    fn store_drift(&mut self, sequence: &Sequence, steps: i64, line: &Attempt) -> Result<(), StateError> {
        self.write(|db| {
            db.prepare_cached("DELETE FROM drifts WHERE sequence = ?1")?.execute([sequence.as_str()])?;
            if steps != 0 {
                let sql = "INSERT INTO drifts (sequence, steps) VALUES (?1, ?2)";
                db.prepare_cached(sql)?.execute((sequence.as_str(), steps))?;
            }
            history::add(db, line).map(drop)
        })
    }

    fn recovery(&mut self, user: &UserKey) -> Result<Vec<(RecoveryHash, bool)>, StateError> {
        self.read(|db| {
            let sql = "SELECT salt, hash, used_at IS NOT NULL FROM recovery_codes WHERE user = ?1";
            let code = |row: &Row<'_>| Ok((RecoveryHash { salt: row.get(0)?, hash: row.get(1)? }, row.get(2)?));
            db.prepare_cached(sql)?.query_map([user.as_str()], code)?.collect()
        })
    }

    fn make_recovery(&mut self, user: &UserKey, codes: &[RecoveryHash], line: &Attempt) -> Result<(), StateError> {
        self.write(|db| {
            db.prepare_cached("DELETE FROM recovery_codes WHERE user = ?1")?.execute([user.as_str()])?;
            for code in codes {
                let sql = "INSERT INTO recovery_codes (user, salt, hash) VALUES (?1, ?2, ?3)";
                db.prepare_cached(sql)?.execute((user.as_str(), code.salt, code.hash))?;
            }
            history::add(db, line).map(drop)
        })
    }

    fn forget_user(&mut self, user: &UserKey) -> Result<(), StateError> {
        self.write(|db| {
            forget_failures(db, user)?;
            db.prepare_cached("DELETE FROM recovery_codes WHERE user = ?1")?.execute([user.as_str()]).map(drop)
        })
    }

    fn record(&mut self, attempt: &Attempt) -> Result<(), StateError> {
        self.write(|db| history::add(db, attempt).map(drop))
    }

    fn find(&mut self, filter: &Filter) -> Result<Index, StateError> {
        self.read(|db| history::find(db, filter))
    }

    fn lines(&mut self, numbers: &[i64]) -> Result<Vec<Attempt>, StateError> {
        self.read(|db| history::lines(db, numbers))
    }

    fn drifts(&mut self, account: AccountId, most: usize) -> Result<Vec<DriftPoint>, StateError> {
        self.read(|db| history::drifts(db, account, most))
    }

    fn clear_history(&mut self) -> Result<(), StateError> {
        self.write(|db| db.execute("DELETE FROM history", []).map(drop))
    }

    fn count_use(&mut self, account: AccountId, at: UnixTime) -> Result<(), StateError> {
        self.write_soon(|db| {
            let mut query = db.prepare_cached("SELECT count FROM uses WHERE account = ?1")?;
            let before: Option<Bytes> = query.query_row([account.to_string()], |row| row.get(0)).optional()?;
            let count = before.map_or(0, |Bytes(count)| count).saturating_add(1);
            let sql = "INSERT OR REPLACE INTO uses (account, count, last) VALUES (?1, ?2, ?3)";
            db.prepare_cached(sql)?.execute((account.to_string(), Bytes(count), Bytes(at.secs()))).map(drop)
        })
    }

    fn uses(&mut self) -> Result<Uses, StateError> {
        self.read(|db| {
            let of_row = |row: &Row<'_>| {
                let id: String = row.get(0)?;
                let (Bytes(count), Bytes(last)) = (row.get(1)?, row.get(2)?);
                Ok(AccountId::parse(&id).map(|id| (id, Use { count, last: UnixTime::from_secs(last) })))
            };
            let mut query = db.prepare_cached("SELECT account, count, last FROM uses")?;
            query.query_map([], of_row)?.filter_map(Result::transpose).collect()
        })
    }

    fn forget_uses(&mut self, accounts: &[AccountId]) -> Result<(), StateError> {
        self.write(|db| {
            let mut forget = db.prepare_cached("DELETE FROM uses WHERE account = ?1")?;
            accounts.iter().try_for_each(|id| forget.execute([id.to_string()]).map(drop))
        })
    }

    fn forget(&mut self) {
        // pages and values lie in memory of SQLite's own; it goes with the connection
        if let Ok(fresh) = Self::try_open(&self.path) {
            *self = fresh;
        }
        // the check at opening has read all of it again; without it the names stay until the next try
        let _ = self.connection.execute_batch("PRAGMA shrink_memory");
    }
}

/// One row, and only upwards: the compare-and-set that makes a code count once.
fn burn(db: &Connection, sequence: &Sequence, step: Step, at: UnixTime) -> rusqlite::Result<bool> {
    let sql = "INSERT INTO last_used (sequence, step) VALUES (?1, ?2)
               ON CONFLICT (sequence) DO UPDATE SET step = excluded.step WHERE last_used.step < excluded.step";
    let burned = db.prepare_cached(sql)?.execute((sequence.as_str(), Bytes(step.0)))? == 1;
    if burned {
        let sql = "INSERT INTO used_steps (sequence, step, at) VALUES (?1, ?2, ?3)";
        db.prepare_cached(sql)?.execute((sequence.as_str(), Bytes(step.0), Bytes(at.secs())))?;
    }
    Ok(burned)
}

fn counters(db: &Connection, user: &UserKey) -> rusqlite::Result<Counters> {
    let mut query = db.prepare_cached("SELECT count FROM failures WHERE user = ?1")?;
    let failures: Option<u32> = query.query_row([user.as_str()], |row| row.get(0)).optional()?;
    let sql = "SELECT at, at_nanos, run, going, going_nanos, ran, ran_nanos FROM recent_failures WHERE user = ?1 ORDER BY id";
    let recent = db.prepare_cached(sql)?.query_map([user.as_str()], failure)?.collect::<rusqlite::Result<_>>()?;
    Ok(Counters { failures: failures.unwrap_or(0), recent, running: running(db)? })
}

fn time(secs: Bytes, nanos: u32) -> Duration {
    Duration::from_secs(secs.0).saturating_add(Duration::from_nanos(nanos.into()))
}

fn moment(row: &Row<'_>) -> rusqlite::Result<Moment> {
    let run: String = row.get(2)?;
    let going = time(row.get(3)?, row.get(4)?);
    let uptime = (!run.is_empty()).then_some(Uptime { run, going });
    Ok(Moment { wall: UnixTime::from_duration(time(row.get(0)?, row.get(1)?)), uptime })
}

fn failure(row: &Row<'_>) -> rusqlite::Result<Failure> {
    Ok(Failure { at: moment(row)?, ran: time(row.get(5)?, row.get(6)?) })
}

/// How long the computer has been running, as it was noted last.
fn running(db: &Connection) -> rusqlite::Result<Running> {
    let of_row = |row: &Row<'_>| Ok(Running { last: Some(moment(row)?), total: time(row.get(5)?, row.get(6)?) });
    let mut query = db.prepare_cached("SELECT at, at_nanos, run, going, going_nanos, total, total_nanos FROM running")?;
    Ok(query.query_row([], of_row).optional()?.unwrap_or_default())
}

fn note(db: &Connection, running: &Running) -> rusqlite::Result<()> {
    let Some(last) = &running.last else { return Ok(()) };
    let Some(Uptime { run, going }) = &last.uptime else { return Ok(()) };
    let sql = "INSERT OR REPLACE INTO running (id, at, at_nanos, run, going, going_nanos, total, total_nanos)
               VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let (wall, nanos) = (Bytes(last.wall.secs()), last.wall.since_epoch().subsec_nanos());
    let total = running.total;
    let (since, total_secs) = (Bytes(going.as_secs()), Bytes(total.as_secs()));
    db.prepare_cached(sql)?.execute((wall, nanos, run, since, going.subsec_nanos(), total_secs, total.subsec_nanos())).map(drop)
}

fn runs(running: &Running) -> Option<&str> {
    running.last.as_ref().and_then(|last| last.uptime.as_ref()).map(|uptime| uptime.run.as_str())
}

/// Notes when a failure was, and how long the computer had been running then; gives its number.
fn mark(db: &Connection, user: &UserKey, at: &Moment, ran: Duration) -> rusqlite::Result<i64> {
    let (run, going) = at.uptime.as_ref().map_or(("", Duration::ZERO), |uptime| (uptime.run.as_str(), uptime.going));
    let sql = "INSERT INTO recent_failures (user, at, at_nanos, run, going, going_nanos, ran, ran_nanos)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let (wall, nanos) = (Bytes(at.wall.secs()), at.wall.since_epoch().subsec_nanos());
    let (since, ran_secs) = (Bytes(going.as_secs()), Bytes(ran.as_secs()));
    db.prepare_cached(sql)?.execute((
        user.as_str(),
        wall,
        nanos,
        run,
        since,
        going.subsec_nanos(),
        ran_secs,
        ran.subsec_nanos(),
    ))?;
    Ok(db.last_insert_rowid())
}

fn forget_failures(db: &Connection, user: &UserKey) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM failures WHERE user = ?1")?.execute([user.as_str()])?;
    db.prepare_cached("DELETE FROM recent_failures WHERE user = ?1")?.execute([user.as_str()]).map(drop)
}
