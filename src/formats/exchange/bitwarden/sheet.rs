//! Bitwarden's CSV: columns are found by their names.

use csv::{ReaderBuilder, StringRecord};

use super::super::{Draft, Entry, FormatError, Import, LeftOut, shape};
use super::{code, take};

/// Whether the first line is a header of the app.
pub(super) fn is_sheet(text: &str) -> bool {
    let header = text.lines().next().unwrap_or_default();
    let has = |name: &str| header.split(',').any(|column| column.trim().trim_matches('"') == name);
    has("login_totp") && has("name") && has("type")
}

/// Reads it.
///
/// # Errors
/// [`FormatError`].
pub(super) fn read(text: &str) -> Result<Import, FormatError> {
    if !is_sheet(text) {
        return Err(FormatError::NotThisFormat);
    }
    shape::few_cells(text)?;
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_| FormatError::Damaged)?.clone();
    let columns = Columns::find(&header)?;
    let mut import = Import::default();
    for record in reader.records() {
        let record = record.map_err(|_| FormatError::Damaged)?;
        take(&mut import, entry(&record, &header, &columns))?;
    }
    Ok(import)
}

/// Where each column stands.
struct Columns {
    totp: usize,
    name: usize,
    user: Option<usize>,
    notes: Option<usize>,
    favorite: Option<usize>,
    folder: Option<usize>,
    collections: Option<usize>,
}

impl Columns {
    fn find(header: &StringRecord) -> Result<Self, FormatError> {
        let place = |name: &str| {
            let mut places = header.iter().enumerate().filter(|(_, column)| column.trim() == name).map(|(at, _)| at);
            match (places.next(), places.next()) {
                (_, Some(_)) => Err(FormatError::KeyTwice),
                (place, None) => Ok(place),
            }
        };
        Ok(Self {
            totp: place("login_totp")?.ok_or(FormatError::NotThisFormat)?,
            name: place("name")?.ok_or(FormatError::NotThisFormat)?,
            user: place("login_username")?,
            notes: place("notes")?,
            favorite: place("favorite")?,
            folder: place("folder")?,
            collections: place("collections")?,
        })
    }
}

/// `None` for a row without a code.
fn entry(record: &StringRecord, header: &StringRecord, columns: &Columns) -> Option<Entry> {
    let text = |column: Option<usize>| column.and_then(|at| record.get(at)).unwrap_or_default();
    let mut draft = Draft { issuer: text(Some(columns.name)).to_owned(), ..Draft::default() };
    // More or fewer fields than columns: a comma that is not quoted, and nobody knows which field is which.
    if record.len() != header.len() {
        draft.issuer.clear();
        return Some(draft.left_out(LeftOut::Unreadable));
    }
    let totp = text(Some(columns.totp));
    if totp.trim().is_empty() {
        return None;
    }
    draft.name = text(columns.user).to_owned();
    draft.note = text(columns.notes).to_owned();
    draft.pinned = text(columns.favorite) == "1";
    draft.tags = std::iter::once(text(columns.folder)).chain(text(columns.collections).split(',')).map(str::to_owned).collect();
    Some(code(draft, totp))
}
