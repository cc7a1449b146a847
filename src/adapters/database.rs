//! Used steps and the login test's history, in one SQLite file of ours.
//!
//! Durable when a call returns: write-ahead log with `synchronous=FULL`. Several programs may have the file open; each write is
//! one immediate transaction. A new file is made beside its final name and put there whole, so a file that is empty, cut off
//! or not ours is never a first start: it is refused, and stays as it is. Nothing is deleted but what a person forgets or clears.
//!
//! Steps and seconds are unsigned and may lie above SQLite's largest integer, so they are kept as eight bytes, most
//! significant first: comparing the bytes compares the numbers.

mod history;
mod schema;
mod state;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::app::ports::StateError;

use schema::MIGRATIONS;

/// "HMst": marks the file as ours.
const APPLICATION_ID: i32 = i32::from_be_bytes(*b"HMst");

/// How long a write waits for another program's.
const BUSY: Duration = Duration::from_secs(5);

/// The version of the file's shape that this program writes.
const VERSION: u32 = MIGRATIONS.len() as u32;

/// The open file.
#[derive(Debug)]
pub struct Database {
    connection: Connection,
    path: PathBuf,
    identity: Identity,
    too_new: bool,
}

/// Why an inner step failed: which of the two the caller is told.
enum Trouble {
    Unfit,
    TooNew,
}

impl From<rusqlite::Error> for Trouble {
    fn from(_: rusqlite::Error) -> Self {
        Self::Unfit
    }
}

impl From<io::Error> for Trouble {
    fn from(_: io::Error) -> Self {
        Self::Unfit
    }
}

impl Database {
    /// Opens the file at `path`, makes it if there is none, and brings an older one up to date. Its folder must exist.
    ///
    /// A file of a newer version is opened for reading: writes then give [`StateError::TooNew`].
    ///
    /// # Errors
    /// [`StateError::Unusable`] when the file cannot be read, is damaged, is not ours, is a link or belongs to someone else.
    pub fn open(path: &Path) -> Result<Self, StateError> {
        Self::try_open(path).map_err(|_| StateError::Unusable { path: path.to_owned() })
    }

    fn try_open(path: &Path) -> Result<Self, Trouble> {
        if let Err(error) = fs::symlink_metadata(path) {
            if error.kind() != io::ErrorKind::NotFound {
                return Err(error.into());
            }
            create(path)?;
        }
        let identity = Identity::of_own_file(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
        let mut connection = Connection::open_with_flags(path, flags)?;
        configure(&connection)?;
        let version = check(&connection)?;
        let too_new = version > VERSION;
        if too_new {
            connection.pragma_update(None, "query_only", true)?;
        } else if version < VERSION {
            migrate(&mut connection)?;
        }
        let database = Self { connection, path: path.to_owned(), identity, too_new };
        if database.identity != Identity::of_own_file(path)? {
            return Err(Trouble::Unfit);
        }
        Ok(database)
    }

    /// Whether the file was written by a newer version, so that it is only read.
    #[must_use]
    pub fn is_too_new(&self) -> bool {
        self.too_new
    }

    /// Runs `query`; in a newer version's file anything that goes wrong is the version's fault.
    fn read<T>(&mut self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StateError> {
        query(&self.connection).map_err(|_| {
            let too_new = self.too_new || version(&self.connection).is_ok_and(|version| version > VERSION);
            self.error(if too_new { Trouble::TooNew } else { Trouble::Unfit })
        })
    }

    /// Runs `work` in one durable transaction, all or nothing.
    fn write<T>(&mut self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StateError> {
        self.try_write(work).map_err(|trouble| self.error(trouble))
    }

    /// The same without waiting for the disk: what was committed before is on it, this is when something is committed after.
    fn write_soon<T>(&mut self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StateError> {
        let hurry = |database: &mut Self, how: &str| {
            let set = database.connection.pragma_update(None, "synchronous", how);
            set.map_err(|_| database.error(Trouble::Unfit))
        };
        hurry(self, "NORMAL")?;
        let written = self.write(work);
        hurry(self, "FULL")?;
        written
    }

    fn try_write<T>(&mut self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Trouble> {
        if self.too_new {
            return Err(Trouble::TooNew);
        }
        // Another program may have brought the file up to date since, or someone may have put another file in its place:
        // what is written to a file without a name is lost at the end.
        if self.identity != Identity::of_own_file(&self.path)? {
            return Err(Trouble::Unfit);
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if version(&transaction)? > VERSION {
            return Err(Trouble::TooNew);
        }
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    fn error(&self, trouble: Trouble) -> StateError {
        match trouble {
            Trouble::TooNew => StateError::TooNew { path: self.path.clone() },
            Trouble::Unfit => StateError::Unusable { path: self.path.clone() },
        }
    }
}

/// Makes a complete, empty file at `path`, readable by its owner alone from the first moment. If another program was faster,
/// its file stays.
fn create(path: &Path) -> Result<(), Trouble> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // tempfile gives it a name nobody can guess and mode 0600.
    let new = tempfile::Builder::new().prefix(".state-").suffix(".new").tempfile_in(folder)?;
    {
        let mut connection = Connection::open(new.path())?;
        configure(&connection)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        migrate(&mut connection)?;
        // The last connection moves the log into the file and removes it.
        connection.close().map_err(|(_, error)| error)?;
    }
    new.as_file().sync_all()?;
    match new.persist_noclobber(path) {
        Err(refused) if refused.error.kind() != io::ErrorKind::AlreadyExists => return Err(refused.error.into()),
        _ => {}
    }
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}

/// What every connection is told first.
fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)
}

/// Whether the file is whole and ours; its version.
fn check(connection: &Connection) -> Result<u32, Trouble> {
    let ours: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let whole: String = connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    let version = version(connection)?;
    // A version of 0 is a file that was never finished, which ours never are.
    if ours != APPLICATION_ID || whole != "ok" || version == 0 {
        return Err(Trouble::Unfit);
    }
    if version <= VERSION {
        // What is written twice must agree: bytes changed inside a cell do not show in the check above.
        let sql = "SELECT NOT EXISTS (SELECT sequence, step FROM last_used
                                      EXCEPT SELECT sequence, max(step) FROM used_steps GROUP BY sequence)
                      AND (SELECT count(*) FROM last_used) = (SELECT count(DISTINCT sequence) FROM used_steps)";
        if !connection.query_row(sql, [], |row| row.get::<_, bool>(0))? {
            return Err(Trouble::Unfit);
        }
    }
    Ok(version)
}

fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Brings the file to this program's version, all steps or none. Another program may do the same at the same time.
fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for migration in MIGRATIONS.iter().skip(version(&transaction)? as usize) {
        transaction.execute_batch(migration)?;
    }
    let newest = version(&transaction)?.max(VERSION);
    transaction.pragma_update(None, "user_version", newest)?;
    transaction.commit()
}

/// Which file stands at a path.
#[derive(Debug, PartialEq, Eq)]
struct Identity {
    #[cfg(unix)]
    device_and_inode: (u64, u64),
}

impl Identity {
    /// The file at `path`, which must be a plain file, not empty, and on Unix our own; it is closed to others if it was not.
    fn of_own_file(path: &Path) -> io::Result<Self> {
        let unfit = || io::Error::from(io::ErrorKind::PermissionDenied);
        let found = fs::symlink_metadata(path)?;
        if !found.is_file() || found.len() == 0 {
            return Err(unfit());
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt, PermissionsExt};
            if found.uid() != rustix::process::geteuid().as_raw() {
                return Err(unfit());
            }
            if found.mode() & 0o077 != 0 {
                fs::set_permissions(path, fs::Permissions::from_mode(found.mode() & 0o700))?;
            }
            Ok(Self { device_and_inode: (found.dev(), found.ino()) })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }
}

/// An unsigned number as eight bytes, most significant first.
struct Bytes(u64);

impl ToSql for Bytes {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.to_be_bytes().to_vec().into())
    }
}

impl FromSql for Bytes {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let bytes = value.as_blob()?.try_into().map_err(|_| FromSqlError::InvalidType)?;
        Ok(Self(u64::from_be_bytes(bytes)))
    }
}

#[cfg(test)]
mod tests;
