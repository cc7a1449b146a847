//! Parts of Google's exports, put together: in their order, each once, and what is missing is said.

use super::super::{Entry, FileNote, FormatError, Import, MAX_ENTRIES, Part};
use super::Seen;

/// Puts parts together: each export's in their order, exports in the order in which they begin, what is no part at its place.
///
/// The same part twice counts once and is noted, if it says the same; two that differ are both kept. [`Import::part`] stays where one part
/// is all there is. Missing parts and parts of different exports are noted.
///
/// # Errors
/// [`FormatError::TooManyEntries`].
pub fn join(parts: Vec<Import>) -> Result<Import, FormatError> {
    let mut groups: Vec<Group> = Vec::new();
    let mut twice = false;
    for import in parts {
        let whose = import.part.map(|part| (part.batch, part.of));
        match groups.iter_mut().find(|group| whose.is_some() && group.whose == whose) {
            Some(group) if group.parts.iter().any(|known| same(known, &import)) => twice = true,
            Some(group) => group.parts.push(import),
            None => groups.push(Group { whose, parts: vec![import] }),
        }
    }
    let exports = groups.iter().filter(|group| group.whose.is_some()).count();
    let mut whole = Import::default();
    if let ([group], 1) = (groups.as_slice(), exports)
        && let [only] = group.parts.as_slice()
    {
        whole.part = only.part;
    }
    for mut group in groups {
        group.parts.sort_by_key(|import| import.part.map(|part| part.index));
        if let Some(note) = group.missing() {
            whole.notes.push(note);
        }
        for import in group.parts {
            whole.append(import)?;
        }
    }
    if exports > 1 {
        whole.notes.push(FileNote::SeveralExports);
    }
    if twice {
        whole.notes.push(FileNote::PartTwice);
    }
    if whole.entries.len() > MAX_ENTRIES { Err(FormatError::TooManyEntries) } else { Ok(whole) }
}

/// What belongs together.
struct Group {
    /// Batch and number of parts; `None` for what is no part, which stands alone.
    whose: Option<(i32, u32)>,
    parts: Vec<Import>,
}

impl Group {
    fn missing(&self) -> Option<FileNote> {
        let (_, of) = self.whose?;
        let seen: Seen = self.parts.iter().filter_map(|import| import.part).map(|part: Part| part.index).collect();
        let here = u32::try_from(seen.len()).unwrap_or(u32::MAX);
        (here < of).then_some(FileNote::PartsMissing { here, of })
    }
}

fn same(one: &Import, other: &Import) -> bool {
    one.part == other.part
        && one.entries.len() == other.entries.len()
        && one.entries.iter().zip(&other.entries).all(|(one, other)| same_entry(one, other))
}

fn same_entry(one: &Entry, other: &Entry) -> bool {
    match (&one.outcome, &other.outcome) {
        (Err(one_why), Err(other_why)) => one_why == other_why && one.title == other.title,
        (Ok(one), Ok(other)) => {
            let (one, other) = (&one.account, &other.account);
            one.issuer == other.issuer
                && one.name == other.name
                && one.params == other.params
                && one.secret.same_as(&other.secret)
        }
        _ => false,
    }
}
