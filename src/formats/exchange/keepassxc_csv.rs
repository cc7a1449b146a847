//! KeePassXC's CSV: Database > Export > CSV file.
//!
//! Columns `Group, Title, Username, Password, URL, Notes, TOTP, Icon, Last Modified, Created`, every cell in quotes; versions before 2.6
//! have no TOTP column and nothing to read. `Group` is a path that begins with the root group: what follows becomes a tag. `TOTP` is
//! an `otpauth://` address; a bare base32 key is read with the usual parameters, as KeePassXC itself does. Title and username count,
//! not the names in the address. Passwords, addresses of web sites and icons are left where they are. Source: KeePassXC
//! `src/format/CsvExporter.cpp`, `src/gui/csvImport/CsvImportWidget.cpp`.
//!
//! Written in the same form, so that KeePassXC imports it. It holds one group and time-based codes. A cell that a spreadsheet would
//! take for a formula gets a space before it, not an apostrophe: KeePassXC would show that, and a space does no harm anywhere.

use csv::{ReaderBuilder, StringRecord};
use zeroize::Zeroizing;

use super::draft::{Kind, Numbers, base32_key, params};
use super::{
    Draft, Entry, Format, FormatError, Given, How, Import, Key, MAX_ENTRIES, Outgoing, Place, Unheld, WriteError, Writes,
    Written, shape,
};
use super::{LeftOut, civil, keepass_otp};
use crate::domain::OtpKind;
use crate::formats::otpauth::{self, AddressError};

/// See the module.
pub struct KeePassXcCsv;

const COLUMNS: [&str; 10] =
    ["Group", "Title", "Username", "Password", "URL", "Notes", "TOTP", "Icon", "Last Modified", "Created"];
/// Those without which it is no such file.
const NEEDED: [&str; 5] = ["Group", "Title", "Username", "Password", "TOTP"];

impl Format for KeePassXcCsv {
    fn id(&self) -> &'static str {
        "keepassxc-csv"
    }

    fn name(&self) -> &'static str {
        "KeePassXC CSV"
    }

    fn is_app(&self) -> bool {
        false
    }

    fn hint(&self) -> &'static str {
        "Database > Export > CSV file"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        let Some(line) = given.text().and_then(|text| text.lines().next()) else { return false };
        line.len() < 1024 && NEEDED.iter().all(|name| line.split(',').any(|cell| cell.trim().trim_matches('"') == *name))
    }

    fn read(&self, given: &Given<'_>, _: &Key) -> Result<Import, FormatError> {
        let text = given.text().ok_or(FormatError::NotThisFormat)?;
        if !self.sniff(given) {
            return Err(FormatError::NotThisFormat);
        }
        shape::few_cells(text)?;
        let mut rows = ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let header = rows.headers().map_err(|_| FormatError::Damaged)?.clone();
        let place = |name: &str| header.iter().position(|column| column.trim() == name);
        if COLUMNS.iter().any(|name| header.iter().filter(|column| column.trim() == *name).count() > 1) {
            return Err(FormatError::KeyTwice);
        }
        let places = COLUMNS.map(place);
        let mut import = Import::default();
        for row in rows.records() {
            let row = row.map_err(|_| FormatError::Damaged)?;
            match entry(&row, header.len(), &places) {
                Some(entry) => import.entries.push(entry),
                None => import.without_code += 1,
            }
            if import.entries.len() > MAX_ENTRIES {
                return Err(FormatError::TooManyEntries);
            }
        }
        Ok(import)
    }

    fn way_in(&self) -> &'static str {
        "import a CSV file; its first line names the columns"
    }

    fn writes(&self) -> Writes {
        Writes::Plain("csv")
    }

    fn write(&self, accounts: &[Outgoing<'_>], how: &mut How<'_>) -> Result<Written, WriteError> {
        if how.password.is_some() {
            return Err(WriteError::CannotEncrypt);
        }
        let mut written = Written { file: Zeroizing::default(), left_out: Vec::new(), reduced: Vec::new() };
        let mut file = Zeroizing::new(String::new());
        line(&mut file, COLUMNS);
        let mut held = 0;
        for (at, account) in accounts.iter().enumerate() {
            if matches!(account.params.kind(), OtpKind::Hotp { .. }) {
                written.left_out.push((at, Unheld::Kind));
                continue;
            }
            held += 1;
            written.reduced.extend(account.reduced(at, Place { tag: true, note: true, pin: false }));
            let group = account.tags.first().map_or("Root".to_owned(), |tag| format!("Root/{tag}"));
            // KeePassXC goes by the encoder and expects the kind of every other time-based code.
            let address = otpauth::write(account.issuer, account.name, &account.params, account.secret);
            let rest = address.strip_prefix("otpauth://steam/").unwrap_or_else(|| address.get(15..).unwrap_or_default());
            let totp = Zeroizing::new(format!("otpauth://totp/{rest}"));
            let (now, created) = (civil::write(how.now), civil::write(account.created));
            line(&mut file, [&group, account.issuer, account.name, "", "", account.note, &totp, "0", &now, &created]);
        }
        if held == 0 {
            return Err(WriteError::NothingLeft);
        }
        written.file = Zeroizing::new(std::mem::take(&mut *file).into_bytes());
        Ok(written)
    }
}

/// One row; `None` if it has no code.
fn entry(row: &StringRecord, columns: usize, places: &[Option<usize>; 10]) -> Option<Entry> {
    let [group, title, user, _, _, notes, totp, _, _, created] =
        places.map(|place| place.and_then(|at| row.get(at)).unwrap_or_default());
    let mut draft = Draft {
        issuer: title.to_owned(),
        name: user.to_owned(),
        tags: group.split_once('/').map(|(_, path)| path.to_owned()).into_iter().collect(),
        note: notes.to_owned(),
        created: civil::read(created),
        ..Draft::default()
    };
    if row.len() != columns {
        return Some(Draft { tags: Vec::new(), ..draft }.left_out(LeftOut::Unreadable));
    }
    let totp = totp.trim();
    if totp.is_empty() {
        return None;
    }
    if totp.len() > otpauth::MAX_BYTES {
        return Some(draft.left_out(LeftOut::Address(AddressError::TooLong)));
    }
    if totp.contains(['=', ':']) && !totp.trim_end_matches('=').bytes().all(|b| b.is_ascii_alphanumeric()) {
        let names = (draft.issuer.clone(), draft.name.clone());
        let nameless = Draft { issuer: names.0, name: names.1, ..Draft::default() };
        let mut entry = keepass_otp::address_or_keeotp(totp, draft).unwrap_or_else(|| nameless.left_out(LeftOut::Unreadable));
        keepass_otp::without_placeholders(&mut entry, title, user);
        return Some(entry);
    }
    let params = params(Kind::Totp, Numbers::default(), &mut draft);
    Some(draft.entry(base32_key(totp), params))
}

/// Adds a line: every cell in quotes, quotes doubled.
fn line(file: &mut String, cells: [&str; 10]) {
    for (at, cell) in cells.into_iter().enumerate() {
        file.push_str(if at == 0 { "\"" } else { ",\"" });
        if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) {
            file.push(' ');
        }
        file.push_str(&cell.replace('"', "\"\""));
        file.push('"');
    }
    file.push('\n');
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::domain::{AccountId, Algorithm, Digits, OtpParams, Period, Secret, UnixTime};

    #[test]
    fn what_is_written_is_read_back() {
        testing::written_is_read_back(&KeePassXcCsv, None, |params| {
            matches!(params.kind(), OtpKind::Hotp { .. }).then_some(Unheld::Kind)
        });
    }

    /// Names that a spreadsheet would compute, with everything in them that a cell can end at.
    #[test]
    fn formulas_quotes_and_lines_are_read_back() {
        let names = ["=HYPERLINK(\"http://a\",\"b\")", "+1", "-1", "@SUM(A1)", "＝1", "a,\"b\"", "\"", "=\"\"", "Root/x", "none"];
        let tags = ["=tag/with \"quotes\", and more".to_owned()];
        let note = "=first, \"line\"\n+second\n\n@last";
        let kind = OtpKind::Totp { period: Period::DEFAULT };
        let params = OtpParams::new(Algorithm::Sha1, Digits::SIX, kind).unwrap();
        let secret = Secret::new(vec![7; 20]).unwrap();
        let created = UnixTime::from_secs(1_000_000_000);
        let accounts: Vec<Outgoing<'_>> = (1_u8..)
            .zip(names)
            .map(|(id, name)| Outgoing {
                id: AccountId::from_bytes([id; 16]),
                issuer: name,
                name,
                params,
                secret: &secret,
                tags: &tags,
                note,
                pinned: false,
                uses: 0,
                created,
            })
            .collect();
        let mut random = |_: &mut [u8]| false;
        let mut how = How { password: None, random: &mut random, now: UnixTime::from_secs(1_700_000_000) };
        let written = KeePassXcCsv.write(&accounts, &mut how).unwrap();
        assert!(written.left_out.is_empty() && written.reduced.is_empty());
        let formula = |cell: &str| cell.starts_with(['=', '+', '-', '@', '＝']);
        for row in ReaderBuilder::new().from_reader(&written.file[..]).records() {
            assert!(!row.unwrap().iter().any(formula));
        }
        let import = KeePassXcCsv.read(&Given::new(&written.file).unwrap(), &Key::default()).unwrap();
        assert_eq!(import.entries.len(), names.len());
        for (entry, name) in import.entries.iter().zip(names) {
            let found = entry.outcome.as_ref().unwrap();
            assert_eq!((found.account.issuer.as_str(), found.account.name.as_str()), (name, name));
            assert_eq!((&found.tags[..], found.note.as_str(), found.created), (&tags[..], note, Some(created)), "{name}");
        }
        // A password or no account at all: nothing is written.
        how.password = Some("x");
        assert_eq!(KeePassXcCsv.write(&accounts, &mut how).err(), Some(WriteError::CannotEncrypt));
        how.password = None;
        assert_eq!(KeePassXcCsv.write(&[], &mut how).err(), Some(WriteError::NothingLeft));
    }
}
