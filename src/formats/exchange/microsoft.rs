//! Microsoft Authenticator: `databases/PhoneFactor` of the Android app, an SQLite database, from a rooted phone; read only.
//!
//! Table `accounts`. `account_type` 0 is a time-based code with its key in base32; 1 a Microsoft account, whose key is in base64 and
//! whose codes have eight digits, if it has a key; 2 a work or school account. Those of types 1 and 2 without a key are sign-ins that
//! the app approves. `name` is the issuer, `username` the account's name. The app computes everything with SHA-1 and 30 s, six digits
//! but for its own. Source: Aegis `MicrosoftAuthImporter.java`.
//!
//! The app may keep newer accounts in a second file, `PhoneFactor-wal`: that a database says so is noted.
//!
//! Not kept of an account: its picture.

use zeroize::Zeroizing;

use super::draft::{Kind, Numbers, base32_key, base64_key, params};
use super::sqlite::{Database, Value, is_database};
use super::{Draft, Entry, FileNote, Format, FormatError, Given, Import, Key, LeftOut, MAX_ENTRIES, MAX_TEXT, OddKind};

/// See the module.
pub struct Microsoft;

const TABLE: &str = "accounts";
const COLUMNS: [&str; 4] = ["account_type", "oath_secret_key", "name", "username"];

impl Format for Microsoft {
    fn id(&self) -> &'static str {
        "microsoft"
    }

    fn name(&self) -> &'static str {
        "Microsoft Authenticator"
    }

    fn hint(&self) -> &'static str {
        "databases/PhoneFactor of the Android app, from a rooted phone"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        // In the schema, which is SQL: by its words and not by its table, which a damaged file may have lost.
        let has = |word: &str| given.bytes().windows(word.len()).any(|window| window == word.as_bytes());
        is_database(given.bytes()) && has(TABLE) && has(COLUMNS[1])
    }

    fn read(&self, given: &Given<'_>, _: &Key) -> Result<Import, FormatError> {
        let database = Database::new(given.bytes())?;
        let Some(table) = database.table(TABLE)? else {
            let elsewhere = FormatError::NotRead("a database whose accounts are all in its second file, -wal,");
            return Err(if database.has_log { elsewhere } else { FormatError::NotThisFormat });
        };
        let [Some(kind), Some(key), Some(issuer), Some(name)] = COLUMNS.map(|column| table.column(column)) else {
            return Err(FormatError::NotThisFormat);
        };
        let mut entries = Vec::new();
        database.rows(&table, &mut |mut row| {
            if entries.len() >= MAX_ENTRIES {
                return Err(FormatError::TooManyEntries);
            }
            // What a row does not have was added to the table later.
            let mut take = |at: usize| row.get_mut(at).map_or(Value::Null, |value| std::mem::replace(value, Value::Null));
            entries.push(entry(take(kind), take(key), take(issuer), take(name)));
            Ok(true)
        })?;
        let codes = entries.iter().any(|entry| entry.outcome.is_ok());
        let notes = [(codes, FileNote::PeriodUnknown), (database.has_log, FileNote::NewerElsewhere)];
        let notes = notes.into_iter().filter(|(noted, _)| *noted).map(|(_, note)| note).collect();
        Ok(Import { entries, notes, ..Import::default() })
    }
}

fn entry(kind: Value, key: Value, issuer: Value, name: Value) -> Entry {
    let [key, issuer, name] = [key, issuer, name].map(|value| match value {
        Value::Null => Some(Zeroizing::default()),
        Value::Text(text) => text.filter(|text| text.len() <= MAX_TEXT),
        Value::Whole(_) | Value::Other => None,
    });
    let named = |text: &Option<Zeroizing<String>>| text.as_deref().cloned().unwrap_or_default();
    let mut draft = Draft { issuer: named(&issuer), name: named(&name), ..Draft::default() };
    let (Value::Whole(kind), Some(key), Some(_), Some(_)) = (kind, key, issuer, name) else {
        return draft.left_out(LeftOut::Unreadable);
    };
    let (key, digits) = match (kind, key.trim().is_empty()) {
        (0, _) => (base32_key(&key), None),
        (1, false) => (base64_key(&key), Some(8)),
        (1 | 2, _) => return draft.left_out(LeftOut::Kind(OddKind::Push)),
        _ => return draft.left_out(LeftOut::Kind(OddKind::Other)),
    };
    let params = params(Kind::Totp, Numbers { digits, ..Numbers::default() }, &mut draft);
    draft.entry(key, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATABASE: &[u8] = include_bytes!("../../../tests/fixtures/microsoft/PhoneFactor");
    const WITH_LOG: &[u8] = include_bytes!("../../../tests/fixtures/microsoft/with-log.db");

    #[test]
    fn that_accounts_may_be_elsewhere_is_noted() {
        let rows: [(&[u8], &[FileNote]); 2] =
            [(DATABASE, &[FileNote::PeriodUnknown]), (WITH_LOG, &[FileNote::PeriodUnknown, FileNote::NewerElsewhere])];
        for (bytes, notes) in rows {
            let import = Microsoft.read(&Given::new(bytes).unwrap(), &Key::default()).unwrap();
            assert_eq!(import.notes, notes);
        }
    }

    #[test]
    fn ten_thousand_accounts_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("PhoneFactor");
        let mut database = rusqlite::Connection::open(&path).unwrap();
        database.execute_batch("CREATE TABLE accounts (account_type, oath_secret_key, name, username)").unwrap();
        for (more, told) in [(MAX_ENTRIES, Ok(MAX_ENTRIES)), (1, Err(FormatError::TooManyEntries))] {
            let turn = database.transaction().unwrap();
            for _ in 0..more {
                turn.execute("INSERT INTO accounts VALUES (0, 'GEZDGNBVGY3TQOJQ', 'a', 'b')", []).unwrap();
            }
            turn.commit().unwrap();
            let bytes = std::fs::read(&path).unwrap();
            let read = Microsoft.read(&Given::new(&bytes).unwrap(), &Key::default());
            assert_eq!(read.map(|import| import.entries.len()), told);
        }
    }
}
