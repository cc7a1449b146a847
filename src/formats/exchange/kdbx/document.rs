//! The XML of a database: groups, entries, fields, and the values that are covered once more.

use std::cell::OnceCell;
use std::collections::HashMap;

use roxmltree::{Document, Node, NodeId};
use zeroize::Zeroizing;

use super::super::draft::base64;
use super::super::{civil, keepass_otp, xml};
use super::content::Stream;
use super::references::{self, Wanted};
use super::{Draft, Entry, FormatError, Import, LeftOut, MAX_DEPTH, MAX_ENTRIES};
use crate::domain::UnixTime;

/// The most elements and texts: an entry with its history has a few hundred.
const MOST_NODES: u32 = 1_000_000;
/// From the year 1, which version 4 counts from, to 1970, in seconds.
const YEAR_1: i64 = 62_135_596_800;

const TITLE: &str = "Title";
const USER: &str = "UserName";
const NOTES: &str = "Notes";

/// The entries of a database. `header` is the hash of the outer header, which version 3 says here.
pub(super) fn read(xml: &[u8], stream: Stream, header: Option<[u8; 32]>) -> Result<Import, FormatError> {
    let text = std::str::from_utf8(xml).map_err(|_| FormatError::Damaged)?;
    let document = xml::parse(text, MOST_NODES)?;
    let root = document.root_element();
    if !root.has_tag_name("KeePassFile") {
        return Err(FormatError::Damaged);
    }
    let meta = child(root, "Meta");
    let said = |name: &str| meta.and_then(|meta| child(meta, name)).map(xml::text).unwrap_or_default();
    let hash = said("HeaderHash");
    if let (Some(header), false) = (header, hash.is_empty()) {
        let same = base64(&hash).is_some_and(|hash| hash.as_slice() == header);
        same.then_some(()).ok_or(FormatError::Damaged)?;
    }
    let bin = if said("RecycleBinEnabled").eq_ignore_ascii_case("true") { id(&said("RecycleBinUUID")) } else { None };
    let groups = child(root, "Root").ok_or(FormatError::Damaged)?;
    let mut reader = Reader {
        uncovered: uncovered(&document, stream)?,
        groups,
        names: OnceCell::new(),
        bin,
        path: Vec::new(),
        depth: 0,
        import: Import::default(),
    };
    for group in groups.children().filter(|node| node.has_tag_name("Group")) {
        reader.group(group, false)?;
    }
    Ok(reader.import)
}

/// The values of fields that count here and are covered. Every covered value moves the stream on, be it wanted or not.
fn uncovered(document: &Document<'_>, mut stream: Stream) -> Result<HashMap<NodeId, Zeroizing<Vec<u8>>>, FormatError> {
    let mut uncovered = HashMap::new();
    let covered = |node: &Node<'_, '_>| node.attribute("Protected").is_some_and(|said| said.eq_ignore_ascii_case("true"));
    for node in document.descendants().filter(covered) {
        let mut value = base64(&xml::text(node)).ok_or(FormatError::Damaged)?;
        stream.apply(&mut value);
        if node.parent().and_then(name).is_some() {
            uncovered.insert(node.id(), value);
        }
    }
    Ok(uncovered)
}

/// Title and user name of an entry; `None` where it is not clear what they are.
type Names = [Option<Zeroizing<String>>; 2];

struct Reader<'a, 'i> {
    uncovered: HashMap<NodeId, Zeroizing<Vec<u8>>>,
    groups: Node<'a, 'i>,
    /// The names of all entries, as soon as one refers to another; `None` for an id that stands twice.
    names: OnceCell<HashMap<[u8; 16], Option<Names>>>,
    /// The group that is the recycle bin.
    bin: Option<[u8; 16]>,
    /// The names of the groups around, the first one and the recycle bin left out.
    path: Vec<String>,
    depth: usize,
    import: Import,
}

impl Reader<'_, '_> {
    fn group(&mut self, group: Node<'_, '_>, in_trash: bool) -> Result<(), FormatError> {
        if self.depth > MAX_DEPTH {
            return Err(FormatError::TooDeep);
        }
        let in_trash = in_trash || self.bin.is_some() && child(group, "UUID").and_then(|uuid| id(&xml::text(uuid))) == self.bin;
        let named = child(group, "Name").map(xml::text).filter(|name| self.depth > 0 && !in_trash && !name.trim().is_empty());
        let at = self.path.len();
        self.path.extend(named);
        self.depth += 1;
        for node in group.children() {
            if node.has_tag_name("Entry") {
                let entries = self.entry(node, in_trash);
                if entries.is_empty() {
                    self.import.without_code += 1;
                }
                self.import.entries.extend(entries);
                if self.import.entries.len() > MAX_ENTRIES {
                    return Err(FormatError::TooManyEntries);
                }
            } else if node.has_tag_name("Group") {
                self.group(node, in_trash)?;
            }
        }
        self.depth -= 1;
        self.path.truncate(at);
        Ok(())
    }

    /// The codes of one entry; none if it has no field about codes.
    fn entry(&self, entry: Node<'_, '_>, in_trash: bool) -> Vec<Entry> {
        let (mut fields, mut unclear) = (Vec::new(), false);
        for field in entry.children().filter(|node| node.has_tag_name("String")) {
            let Some(name) = name(field) else { continue };
            // Two fields of one name, or a value that is no text: it is not guessed which counts, or what it says.
            unclear |= fields.iter().any(|(known, _)| *known == name);
            if let (Some(value), false) = (self.value(field), unclear) {
                fields.push((name, value));
            } else {
                unclear = true;
            }
        }
        let get = |wanted: &str| fields.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str());
        let text = |wanted: &str| get(wanted).unwrap_or_default();
        let made = child(entry, "Times").and_then(|times| child(times, "CreationTime")).map(xml::text).unwrap_or_default();
        let marks = child(entry, "Tags").map(xml::text).unwrap_or_default();
        let path = Some(self.path.join("/")).filter(|path| !path.is_empty());
        let (title, user) = (self.resolved(text(TITLE)), self.resolved(text(USER)));
        let draft = || Draft {
            issuer: title.clone(),
            name: user.clone(),
            tags: path.clone().into_iter().chain(marks.split([';', ',']).map(str::to_owned)).collect(),
            note: text(NOTES).to_owned(),
            in_trash,
            created: moment(&made),
            ..Draft::default()
        };
        if unclear {
            return vec![draft().left_out(LeftOut::Unreadable)];
        }
        let mut entries = keepass_otp::entries(&get, &draft);
        for found in &mut entries {
            keepass_otp::without_placeholders(found, &title, &user);
        }
        entries
    }

    /// `text` with the names that it refers to.
    fn resolved(&self, text: &str) -> String {
        if !references::refers(text) {
            return text.to_owned();
        }
        let names = self.names.get_or_init(|| self.all_names());
        references::resolved(text, &|wanted, id| {
            let [title, user] = names.get(&id)?.as_ref()?;
            let name = if wanted == Wanted::Title { title } else { user };
            name.as_deref().map(String::as_str)
        })
    }

    /// The names of all entries that are in groups: those of a history have the id of the entry that they were.
    fn all_names(&self) -> HashMap<[u8; 16], Option<Names>> {
        let mut all: HashMap<_, Option<Names>> = HashMap::new();
        let in_group = |node: &Node<'_, '_>| node.parent().is_some_and(|parent| parent.has_tag_name("Group"));
        for entry in self.groups.descendants().filter(|node| node.has_tag_name("Entry") && in_group(node)) {
            let Some(id) = child(entry, "UUID").and_then(|uuid| id(&xml::text(uuid))) else { continue };
            let one = |wanted: &str| {
                let mut fields = entry.children().filter(|node| node.has_tag_name("String") && name(*node) == Some(wanted));
                let found = fields.next();
                if fields.next().is_some() { None } else { found.map_or(Some(Zeroizing::default()), |field| self.value(field)) }
            };
            let names = [one(TITLE), one(USER)];
            all.entry(id).and_modify(|known| *known = None).or_insert(Some(names));
        }
        all
    }

    /// The value of a field; `None` if it is no text.
    fn value(&self, field: Node<'_, '_>) -> Option<Zeroizing<String>> {
        let Some(value) = child(field, "Value") else { return Some(Zeroizing::default()) };
        match self.uncovered.get(&value.id()) {
            Some(bytes) => std::str::from_utf8(bytes).ok().map(|text| Zeroizing::new(text.to_owned())),
            None => Some(Zeroizing::new(xml::text(value))),
        }
    }
}

/// The first child of this name.
fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| child.has_tag_name(name))
}

/// The name of a field that counts here.
fn name(field: Node<'_, '_>) -> Option<&'static str> {
    let name = child(field, "Key").map(xml::text)?;
    [TITLE, USER, NOTES].into_iter().find(|known| *known == name).or_else(|| keepass_otp::field(&name))
}

/// The id of a group; `None` for the one of zeros, which is none.
fn id(text: &str) -> Option<[u8; 16]> {
    let bytes = base64(text)?;
    bytes.as_slice().try_into().ok().filter(|id| *id != [0; 16])
}

/// A moment: ISO 8601 in version 3, seconds in base64 in version 4.
fn moment(text: &str) -> Option<UnixTime> {
    civil::read(text).or_else(|| {
        let secs = i64::from_le_bytes(base64(text)?.as_slice().try_into().ok()?);
        u64::try_from(secs.checked_sub(YEAR_1)?).ok().map(UnixTime::from_secs)
    })
}
