//! SQLite databases of strangers: the rows of one table, read from memory.
//!
//! Read here and not by SQLite: keys would stay behind in memory that is SQLite's own and that nobody wipes, and all of what a schema
//! may hold (views, triggers, computed columns) would be at hand. Here it is bytes: pages, records, values. A page is read once at most,
//! so that whatever points where, no file takes more time or memory than its size.
//!
//! Read: tables with row numbers, in all page sizes and text encodings. Not read: what stands in the write-ahead log beside the file.
//! Source: "Database File Format" of SQLite (<https://www.sqlite.org/fileformat2.html>).

use zeroize::Zeroizing;

use super::FormatError;

mod columns;
#[cfg(test)]
mod tests;

const START: &[u8; 16] = b"SQLite format 3\0";
/// The header, which is the beginning of the first page.
const HEADER: usize = 100;
/// A page of a table: one with rows, and one that leads to others.
const LEAF: u8 = 13;
const INNER: u8 = 5;
/// The most columns of a table.
const MAX_COLUMNS: usize = 2000;
/// How many levels of pages a table may have; SQLite itself goes no deeper.
const MAX_LEVELS: usize = 20;

/// Whether `bytes` begin like a database.
pub(super) fn is_database(bytes: &[u8]) -> bool {
    bytes.starts_with(START)
}

/// A database, in memory.
pub(super) struct Database<'a> {
    bytes: &'a [u8],
    page: usize,
    /// The part of a page that is used.
    usable: usize,
    coding: Coding,
    /// The app keeps its newest changes in a second file.
    pub(super) has_log: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Coding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

/// A value of a row.
pub(super) enum Value {
    Null,
    Whole(i64),
    /// `None` where it is no text in the database's own encoding.
    Text(Option<Zeroizing<String>>),
    /// A number with a point, or bytes.
    Other,
}

/// A table: where it begins, and the names of its columns in lower case.
pub(super) struct Table {
    root: u32,
    columns: Vec<String>,
}

impl Table {
    /// The place of a column in its rows.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }
}

impl<'a> Database<'a> {
    /// # Errors
    /// [`FormatError::NotThisFormat`] if it is none, [`FormatError::TooNew`], [`FormatError::Damaged`].
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, FormatError> {
        if !is_database(bytes) {
            return Err(FormatError::NotThisFormat);
        }
        let header = bytes.get(..HEADER).ok_or(FormatError::Damaged)?;
        let page = match number(header, 16, 2)? {
            1 => 65_536,
            size if (512..=32_768).contains(&size) && size.is_power_of_two() => size,
            _ => return Err(FormatError::Damaged),
        };
        let marks = [number(header, 18, 1)?, number(header, 19, 1)?];
        if marks[1] > 2 || number(header, 44, 4)? > 4 {
            return Err(FormatError::TooNew);
        }
        let usable = page.saturating_sub(number(header, 20, 1)?);
        // The number of pages is true only where the same program wrote it that changed the file last.
        let said = if number(header, 24, 4)? == number(header, 92, 4)? { number(header, 28, 4)? } else { 0 };
        if usable < 480 || said > bytes.len() / page {
            return Err(FormatError::Damaged);
        }
        let coding = match number(header, 56, 4)? {
            0 | 1 => Coding::Utf8,
            2 => Coding::Utf16Le,
            3 => Coding::Utf16Be,
            _ => return Err(FormatError::Damaged),
        };
        Ok(Self { bytes, page, usable, coding, has_log: marks.contains(&2) })
    }

    /// The table of this name, in lower case; `None` if there is none, or if it is no table that has its rows: a view, a virtual table.
    ///
    /// # Errors
    /// [`FormatError::Damaged`], also where its columns cannot be told; [`FormatError::KeyTwice`] with two of the name.
    pub(super) fn table(&self, name: &str) -> Result<Option<Table>, FormatError> {
        let (mut found, mut seen) = (None, false);
        self.walk(1, &mut |values| {
            let mut values = values.into_iter();
            let (kind, called, root, sql) = (values.next(), values.next(), values.nth(1), values.next());
            let is = |value: Option<Value>, word: &str| match value {
                Some(Value::Text(Some(text))) => text.eq_ignore_ascii_case(word),
                _ => false,
            };
            if !is(called, name) {
                return Ok(true);
            }
            if std::mem::replace(&mut seen, true) {
                return Err(FormatError::KeyTwice);
            }
            if let (true, Some(Value::Whole(root @ 2..)), Some(Value::Text(Some(sql)))) = (is(kind, "table"), root, sql) {
                let columns = columns::of(&sql).ok_or(FormatError::Damaged)?;
                found = Some(Table { root: u32::try_from(root).map_err(|_| FormatError::Damaged)?, columns });
            }
            Ok(true)
        })?;
        Ok(found)
    }

    /// Gives each row of a table to `each`, in order, until it says `false`. A row may have fewer values than the table columns: the
    /// others are what they were before the column was added.
    ///
    /// # Errors
    /// [`FormatError::Damaged`], and what `each` gives.
    pub(super) fn rows(&self, table: &Table, each: &mut Each<'_>) -> Result<(), FormatError> {
        self.walk(table.root, each)
    }

    /// The rows of the tree whose first page is `root`.
    fn walk(&self, root: u32, each: &mut Each<'_>) -> Result<(), FormatError> {
        let mut seen = vec![false; self.bytes.len() / self.page];
        // The schema's page is no other table's.
        if let (Some(first), 2..) = (seen.first_mut(), root) {
            *first = true;
        }
        // Cells may lie over one another in a page that was made to harm: together they hold no more than the file.
        let mut left = self.bytes.len();
        // Pages still to be read, the next one last, each with its level.
        let mut next = vec![(root, 0)];
        while let Some((number_of_page, level)) = next.pop() {
            let page = self.page(number_of_page, &mut seen)?;
            let start = if number_of_page == 1 { HEADER } else { 0 };
            let count = number(page, start + 3, 2)?;
            match page.get(start).copied() {
                Some(LEAF) => {
                    for cell in 0..count {
                        let at = number(page, start + 8 + 2 * cell, 2)?;
                        let payload = self.payload(page, at, &mut seen)?;
                        left = left.checked_sub(payload.len()).ok_or(FormatError::Damaged)?;
                        if !each(self.record(&payload)?)? {
                            return Ok(());
                        }
                    }
                }
                Some(INNER) if level < MAX_LEVELS => {
                    next.push((page_number(page, start + 8)?, level + 1));
                    for cell in (0..count).rev() {
                        let at = number(page, start + 12 + 2 * cell, 2)?;
                        next.push((page_number(page, at)?, level + 1));
                    }
                }
                _ => return Err(FormatError::Damaged),
            }
        }
        Ok(())
    }

    /// A page, counted from 1, which nothing has led to before.
    fn page(&self, number: u32, seen: &mut [bool]) -> Result<&'a [u8], FormatError> {
        let at = usize::try_from(number).ok().and_then(|number| number.checked_sub(1)).ok_or(FormatError::Damaged)?;
        let first = std::mem::replace(seen.get_mut(at).ok_or(FormatError::Damaged)?, true);
        let page = self.bytes.get(at * self.page..).and_then(|rest| rest.get(..self.usable)).ok_or(FormatError::Damaged)?;
        if first { Err(FormatError::Damaged) } else { Ok(page) }
    }

    /// The record of the cell at `at`, put together from the pages it flows over to.
    fn payload(&self, page: &[u8], at: usize, seen: &mut [bool]) -> Result<Zeroizing<Vec<u8>>, FormatError> {
        let mut cell = page.get(at..).ok_or(FormatError::Damaged)?;
        let size = usize::try_from(varint(&mut cell)?).map_err(|_| FormatError::Damaged)?;
        if size > self.bytes.len() {
            return Err(FormatError::Damaged);
        }
        let _row_number = varint(&mut cell)?;
        let most = self.usable - 35;
        let here = if size <= most {
            size
        } else {
            let least = (self.usable - 12) * 32 / 255 - 23;
            let filled = least + (size - least) % (self.usable - 4);
            if filled <= most { filled } else { least }
        };
        let mut payload = Zeroizing::new(Vec::with_capacity(size));
        payload.extend_from_slice(cell.get(..here).ok_or(FormatError::Damaged)?);
        let mut next = if size > here { page_number(cell, here)? } else { 0 };
        while payload.len() < size {
            let over = self.page(next, seen)?;
            next = page_number(over, 0)?;
            let rest = over.get(4..).unwrap_or_default();
            let more = rest.len().min(size - payload.len());
            payload.extend_from_slice(rest.get(..more).unwrap_or_default());
        }
        Ok(payload)
    }

    /// The values of a record.
    fn record(&self, payload: &[u8]) -> Result<Vec<Value>, FormatError> {
        let mut rest = payload;
        let header = usize::try_from(varint(&mut rest)?).map_err(|_| FormatError::Damaged)?;
        let mut kinds = rest.get(..header.saturating_sub(payload.len() - rest.len())).ok_or(FormatError::Damaged)?;
        let mut body = payload.get(header..).ok_or(FormatError::Damaged)?;
        let mut values = Vec::new();
        while !kinds.is_empty() {
            let kind = varint(&mut kinds)?;
            let length = match kind {
                0 | 8 | 9 => 0,
                1..=4 => kind,
                5 => 6,
                6 | 7 => 8,
                10 | 11 => return Err(FormatError::Damaged),
                _ => (kind - 12) / 2,
            };
            let length = usize::try_from(length).map_err(|_| FormatError::Damaged)?;
            let (value, rest) = body.split_at_checked(length).ok_or(FormatError::Damaged)?;
            body = rest;
            if values.len() >= MAX_COLUMNS {
                return Err(FormatError::Damaged);
            }
            values.push(match kind {
                0 => Value::Null,
                1..=6 => Value::Whole(signed(value)),
                8 => Value::Whole(0),
                9 => Value::Whole(1),
                13.. if kind % 2 == 1 => Value::Text(self.text(value)),
                _ => Value::Other,
            });
        }
        Ok(values)
    }

    fn text(&self, bytes: &[u8]) -> Option<Zeroizing<String>> {
        let unit = match self.coding {
            Coding::Utf8 => return std::str::from_utf8(bytes).ok().map(|text| Zeroizing::new(text.to_owned())),
            Coding::Utf16Le => u16::from_le_bytes,
            Coding::Utf16Be => u16::from_be_bytes,
        };
        let (pairs, rest) = bytes.as_chunks::<2>();
        let mut text = Zeroizing::new(String::with_capacity(3 * pairs.len()));
        for letter in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
            text.push(letter.ok()?);
        }
        rest.is_empty().then_some(text)
    }
}

/// Takes a row; whether to go on.
pub(super) type Each<'a> = dyn FnMut(Vec<Value>) -> Result<bool, FormatError> + 'a;

/// The number in `length` bytes at `at`, the most significant first.
fn number(bytes: &[u8], at: usize, length: usize) -> Result<usize, FormatError> {
    let taken = bytes.get(at..).and_then(|rest| rest.get(..length)).ok_or(FormatError::Damaged)?;
    Ok(taken.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

fn page_number(bytes: &[u8], at: usize) -> Result<u32, FormatError> {
    u32::try_from(number(bytes, at, 4)?).map_err(|_| FormatError::Damaged)
}

/// A signed number in up to 8 bytes.
fn signed(bytes: &[u8]) -> i64 {
    let negative = bytes.first().is_some_and(|byte| *byte >= 0x80);
    bytes.iter().fold(if negative { -1 } else { 0 }, |number, byte| number << 8 | i64::from(*byte))
}

/// SQLite's number of one to nine bytes: seven bits of each, and all eight of the ninth.
fn varint(bytes: &mut &[u8]) -> Result<u64, FormatError> {
    let mut number = 0_u64;
    for place in 0..9 {
        let (byte, rest) = bytes.split_first().ok_or(FormatError::Damaged)?;
        *bytes = rest;
        if place == 8 {
            return Ok(number << 8 | u64::from(*byte));
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if *byte < 0x80 {
            break;
        }
    }
    Ok(number)
}
