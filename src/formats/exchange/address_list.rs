//! Lists of `otpauth://` addresses, one a line, as several apps write them. Empty lines and `#` comments do not count.

use zeroize::Zeroizing;

use super::{Entry, FormatError, Import, MAX_ENTRIES};

/// The lines that count.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Whether a line begins like an address.
pub(super) fn is_address(line: &str) -> bool {
    line.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("otpauth://"))
}

/// The entries of a list, each read by `entry`; what is no address too.
///
/// # Errors
/// `none` if there is no address at all, and [`FormatError::TooManyEntries`].
pub(super) fn read(text: &str, none: FormatError, entry: impl Fn(&str) -> Entry) -> Result<Import, FormatError> {
    if !lines(text).any(is_address) {
        return Err(none);
    }
    if lines(text).nth(MAX_ENTRIES).is_some() {
        return Err(FormatError::TooManyEntries);
    }
    Ok(Import { entries: lines(text).map(entry).collect(), ..Import::default() })
}

/// A file of these lines.
pub(super) fn write(lines: &[Zeroizing<String>]) -> Zeroizing<Vec<u8>> {
    // The buffer never grows, so no copy is left behind.
    let mut file = Zeroizing::new(Vec::with_capacity(lines.iter().map(|line| line.len() + 1).sum()));
    for line in lines {
        file.extend_from_slice(line.as_bytes());
        file.push(b'\n');
    }
    file
}
