//! Icon packs as Aegis has them: a zip with `pack.json` and pictures.
//!
//! ```json
//! {"uuid":"…","name":"A pack","version":1,
//!  "icons":[{"name":"Example","filename":"icons/example.svg","category":"Work","issuer":["Example","Example Inc"]}]}
//! ```
//!
//! Limits: [`MOST_PACKED`], [`MOST_ICONS`], [`MOST_ICON`] for each picture and [`MOST_UNPACKED`] for all, counted while they are
//! unpacked and never taken from a header. A pack with a member that is a link, or a name that leads out of it, was made to do harm and is
//! refused as a whole. Nothing is written to a disk here: names are only compared.

use std::collections::{BTreeSet, HashMap};
use std::io::{Cursor, Read};

use serde::Deserialize;
use zip::{CompressionMethod, ZipArchive};

/// The most bytes of a pack: 32 MiB.
pub const MOST_PACKED: usize = 32 << 20;
/// The most bytes that everything in it unpacks to: 32 MiB.
pub const MOST_UNPACKED: usize = 32 << 20;
/// The most icons.
pub const MOST_ICONS: usize = 5_000;
/// The most bytes of one picture: 256 KiB.
pub const MOST_ICON: usize = 256 << 10;
/// The most bytes of `pack.json`: 4 MiB.
const MOST_LIST: usize = 4 << 20;
/// The most members: the icons, the list, folders and what else is beside them.
const MOST_MEMBERS: usize = 2 * MOST_ICONS;
/// The longest name and the most issuers that are taken of an icon.
const MOST_NAME: usize = 200;
const MOST_ISSUERS: usize = 64;

/// Why a file is no icon pack, or none that is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// No zip, or no `pack.json` in it.
    #[error("not an icon pack")]
    NotAPack,
    /// It is cut off, or says things that cannot be.
    #[error("damaged")]
    Damaged,
    /// More than one of the limits.
    #[error("too large")]
    TooLarge,
    /// A member leads out of the pack, or is a link.
    #[error("leads out of the pack")]
    Unsafe,
    /// There is no icon in it that could be shown.
    #[error("no icons")]
    Empty,
}

/// An icon pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    /// What it calls itself.
    pub name: String,
    /// Its version.
    pub version: i64,
    /// Its icons, in their order. Those whose picture is missing or of another kind than PNG and SVG are left out.
    pub icons: Vec<PackIcon>,
}

/// An icon of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackIcon {
    /// What it is called.
    pub name: String,
    /// Whose it is, in lower case.
    pub issuers: Vec<String>,
    /// The member of the zip.
    file: String,
}

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: i64,
    icons: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    name: Option<String>,
    filename: String,
    #[serde(default)]
    issuer: Vec<String>,
}

/// A pack that can be unpacked.
pub struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    places: HashMap<String, usize>,
}

impl<'a> Archive<'a> {
    /// The pack in `bytes`: its members by their names, nothing unpacked.
    ///
    /// # Errors
    /// [`PackError`].
    pub fn new(bytes: &'a [u8]) -> Result<Self, PackError> {
        if bytes.len() > MOST_PACKED {
            return Err(PackError::TooLarge);
        }
        if !bytes.starts_with(b"PK\x03\x04") {
            return Err(PackError::NotAPack);
        }
        // Before anything is allocated for them: every member has such a mark, and the 64-bit form could ask for any number.
        let marks = bytes.windows(4).filter(|window| *window == b"PK\x01\x02").count();
        if marks > MOST_MEMBERS || bytes.windows(4).any(|window| window == b"PK\x06\x06") {
            return Err(PackError::TooLarge);
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| PackError::Damaged)?;
        let mut places = HashMap::new();
        for place in 0..zip.len() {
            let member = zip.by_index_data(place).map_err(|_| PackError::Damaged)?;
            let name = member.name().map_err(|_| PackError::Damaged)?.into_owned();
            if member.is_symlink() || leads_out(&name) {
                return Err(PackError::Unsafe);
            }
            if member.encrypted() {
                return Err(PackError::Damaged);
            }
            let file = member.is_file();
            if file && places.insert(name, place).is_some() {
                return Err(PackError::Damaged);
            }
        }
        if zip.has_duplicate_names() {
            return Err(PackError::Damaged);
        }
        Ok(Self { zip, places })
    }

    /// Reads the list. Pictures are unpacked one by one and counted, and not kept, if `thorough`.
    ///
    /// # Errors
    /// [`PackError`].
    pub fn pack(&mut self, thorough: bool) -> Result<Pack, PackError> {
        let list = self.unpack("pack.json", MOST_LIST)?.ok_or(PackError::NotAPack)?;
        let list: List = serde_json::from_slice(&list).map_err(|_| PackError::NotAPack)?;
        if list.icons.len() > MOST_ICONS {
            return Err(PackError::TooLarge);
        }
        let mut icons = Vec::new();
        let (mut unpacked, mut counted) = (0_usize, BTreeSet::new());
        for line in list.icons {
            if leads_out(&line.filename) {
                return Err(PackError::Unsafe);
            }
            let small = line.filename.to_ascii_lowercase();
            if !(small.ends_with(".svg") || small.ends_with(".png")) || !self.places.contains_key(&line.filename) {
                continue;
            }
            if thorough && counted.insert(line.filename.clone()) {
                unpacked += self.unpack(&line.filename, MOST_ICON)?.map_or(0, |picture| picture.len());
                if unpacked > MOST_UNPACKED {
                    return Err(PackError::TooLarge);
                }
            }
            let stem = line.filename.rsplit('/').next().unwrap_or_default();
            let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
            let name = short(line.name.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(stem));
            let issuers = line.issuer.iter().take(MOST_ISSUERS).map(|issuer| folded(issuer)).collect();
            icons.push(PackIcon { name, issuers, file: line.filename });
        }
        if icons.is_empty() {
            return Err(PackError::Empty);
        }
        let name = short(&list.name);
        Ok(Pack { name: if name.is_empty() { "Icons".to_owned() } else { name }, version: list.version, icons })
    }

    /// The picture of an icon of this pack.
    ///
    /// # Errors
    /// [`PackError`].
    pub fn picture(&mut self, icon: &PackIcon) -> Result<Vec<u8>, PackError> {
        self.unpack(&icon.file, MOST_ICON)?.ok_or(PackError::Damaged)
    }

    fn unpack(&mut self, name: &str, most: usize) -> Result<Option<Vec<u8>>, PackError> {
        let Some(place) = self.places.get(name) else { return Ok(None) };
        let file = self.zip.by_index(*place).map_err(|_| PackError::Damaged)?;
        if !matches!(file.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            return Err(PackError::Damaged);
        }
        let mut bytes = Vec::new();
        file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(|_| PackError::Damaged)?;
        if bytes.len() > most { Err(PackError::TooLarge) } else { Ok(Some(bytes)) }
    }
}

impl Pack {
    /// The place of the icon whose issuers have `issuer` among them, in whatever case.
    #[must_use]
    pub fn find(&self, issuer: &str) -> Option<usize> {
        let issuer = folded(issuer);
        if issuer.is_empty() { None } else { self.icons.iter().position(|icon| icon.issuers.contains(&issuer)) }
    }
}

fn folded(issuer: &str) -> String {
    issuer.trim().to_lowercase()
}

/// Whether a name leads out of the pack or to a place of its own.
fn leads_out(name: &str) -> bool {
    let drive = name.as_bytes().get(1) == Some(&b':');
    drive || name.starts_with(['/', '\\']) || name.contains('\0') || name.split(['/', '\\']).any(|part| part == "..")
}

fn short(name: &str) -> String {
    crate::domain::name::clean(name.get(..name.floor_char_boundary(MOST_NAME)).unwrap_or_default()).text
}

#[cfg(test)]
mod tests;
