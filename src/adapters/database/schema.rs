//! The shape of the file, version by version.

/// Brings a file of version `n` to `n + 1`; a new file goes through all of them. Never edit one that was released.
pub(super) const MIGRATIONS: &[&str] = &[FIRST, GUARDED, RUNNING, USES];

/// Used steps and history.
const FIRST: &str = "
    CREATE TABLE last_used (
        sequence TEXT NOT NULL PRIMARY KEY,
        step BLOB NOT NULL CHECK (length(step) = 8)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE used_steps (
        sequence TEXT NOT NULL,
        step BLOB NOT NULL CHECK (length(step) = 8),
        at BLOB NOT NULL CHECK (length(at) = 8),
        PRIMARY KEY (sequence, step)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE history (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at BLOB NOT NULL CHECK (length(at) = 8),
        at_nanos INTEGER NOT NULL,
        user TEXT NOT NULL,
        account TEXT NOT NULL,
        accepted INTEGER NOT NULL CHECK (accepted IN (0, 1)),
        reason TEXT NOT NULL,
        drift INTEGER,
        drift_seconds INTEGER
    ) STRICT;
";

/// Failures, recovery codes and drifts; which account a line of history is about. A moment is kept by the wall clock, and by
/// how long a run of the computer had been going on (`run` is empty where that was not known).
const GUARDED: &str = "
    CREATE TABLE failures (
        user TEXT NOT NULL PRIMARY KEY,
        count INTEGER NOT NULL CHECK (count BETWEEN 0 AND 4294967295)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE recent_failures (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        user TEXT NOT NULL,
        at BLOB NOT NULL CHECK (length(at) = 8),
        at_nanos INTEGER NOT NULL,
        run TEXT NOT NULL,
        going BLOB NOT NULL CHECK (length(going) = 8),
        going_nanos INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX recent_failures_of ON recent_failures (user, id);
    CREATE TABLE recovery_codes (
        user TEXT NOT NULL,
        salt BLOB NOT NULL CHECK (length(salt) = 16),
        hash BLOB NOT NULL CHECK (length(hash) = 32),
        used_at BLOB CHECK (used_at IS NULL OR length(used_at) = 8),
        PRIMARY KEY (user, salt, hash)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE drifts (
        sequence TEXT NOT NULL PRIMARY KEY,
        steps INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE history ADD COLUMN account_id TEXT;
    CREATE INDEX history_of_account ON history (account_id, id) WHERE drift_seconds IS NOT NULL AND account_id IS NOT NULL;
";

/// How long the computer has certainly been running, and had been at each failure: one row at most.
const RUNNING: &str = "
    CREATE TABLE running (
        id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
        at BLOB NOT NULL CHECK (length(at) = 8),
        at_nanos INTEGER NOT NULL,
        run TEXT NOT NULL,
        going BLOB NOT NULL CHECK (length(going) = 8),
        going_nanos INTEGER NOT NULL,
        total BLOB NOT NULL CHECK (length(total) = 8),
        total_nanos INTEGER NOT NULL
    ) STRICT;
    ALTER TABLE recent_failures ADD COLUMN ran BLOB NOT NULL DEFAULT x'0000000000000000' CHECK (length(ran) = 8);
    ALTER TABLE recent_failures ADD COLUMN ran_nanos INTEGER NOT NULL DEFAULT 0;
";

/// How often codes of an account were copied, and when last.
const USES: &str = "
    CREATE TABLE uses (
        account TEXT NOT NULL PRIMARY KEY,
        count BLOB NOT NULL CHECK (length(count) = 8),
        last BLOB NOT NULL CHECK (length(last) = 8)
    ) STRICT, WITHOUT ROWID;
";
