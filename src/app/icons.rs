//! What stands beside an account: a picture of its own, an icon of a pack, of the set that comes with the program, or its first letter.
//!
//! A view that draws an account says which sign it wants, and how large. A worker draws it; until then a quiet ground stands there.
//! What was drawn is kept here up to [`MOST_BYTES`].

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;

use crate::domain::AccountId;
use crate::formats::icons::pack::PackError;

use super::notice::Notice;
use super::ports::{FileError, PackId, PictureError};

pub use crate::formats::icons::pack::MOST_PACKED;

/// The most bytes of pixels that are kept: 16 MiB. A full screen takes about a third of it with the largest text.
pub const MOST_BYTES: usize = 16 << 20;
/// What an entry without pixels counts, in bytes.
const EMPTY: usize = 256;

/// A sign of this size is wanted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wish {
    /// Whose.
    pub of: Of,
    /// Width and height, in pixels.
    pub side: u16,
}

/// Whose sign.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Of {
    /// An account's, with what it is known by: its issuer, or without one its name.
    Account(AccountId, String),
    /// An icon that may be chosen.
    Choice(Choice),
}

/// An icon that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Choice {
    /// One of those that come with the program, by its slug.
    Service(String),
    /// One of a pack, by its place there.
    Pack(PackId, usize),
}

/// Where a sign comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Somebody has chosen it for this account.
    Own,
    /// A pack.
    Pack,
    /// The set that comes with the program.
    Service,
}

/// A sign that was drawn.
#[derive(Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Where it comes from.
    pub source: Source,
    /// What is drawn.
    pub ink: Ink,
}

/// What of a sign is drawn.
#[derive(Debug, PartialEq, Eq)]
pub enum Ink {
    /// An outline in one colour.
    Glyph {
        /// How far each pixel is covered, row by row, as many as were wished for. It stands within the circle.
        cover: Vec<u8>,
        /// The colour that the service goes by: red, green, blue.
        colour: [u8; 3],
    },
    /// A round picture of the size that was wished for: red, green, blue (multiplied with the opacity) and opacity of each pixel.
    Picture(Vec<u8>),
}

impl Ink {
    fn bytes(&self) -> usize {
        match self {
            Self::Glyph { cover, .. } => cover.len(),
            Self::Picture(rgba) => rgba.len(),
        }
    }
}

/// What is known of a wish. `None`: the first letter.
pub type Sign = Option<Arc<Drawn>>;

/// Signs that were drawn, the oldest first to go.
#[derive(Clone, Debug, Default)]
pub struct Signs {
    known: BTreeMap<Wish, Sign>,
    order: VecDeque<Wish>,
    bytes: usize,
}

impl Signs {
    /// What is known of `wish`.
    #[must_use]
    pub fn get(&self, wish: &Wish) -> Option<&Sign> {
        self.known.get(wish)
    }

    fn put(&mut self, wish: Wish, sign: Sign) {
        self.bytes += weight(&sign);
        match self.known.insert(wish.clone(), sign) {
            Some(before) => self.bytes -= weight(&before),
            None => self.order.push_back(wish),
        }
        while self.bytes > MOST_BYTES
            && let Some(oldest) = self.order.pop_front()
        {
            self.bytes -= self.known.remove(&oldest).map_or(0, |sign| weight(&sign));
        }
    }

    fn forget(&mut self, account: AccountId) {
        let of = |wish: &Wish| matches!(wish.of, Of::Account(id, _) if id == account);
        self.order.retain(|wish| !of(wish));
        self.known.retain(|wish, _| !of(wish));
        self.bytes = self.known.values().map(weight).sum();
    }
}

fn weight(sign: &Sign) -> usize {
    EMPTY + sign.as_ref().map_or(0, |drawn| drawn.ink.bytes())
}

/// An icon pack that is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// Which.
    pub id: PackId,
    /// What it calls itself.
    pub name: String,
    /// How many icons it has; `None`: its file is damaged or of another kind.
    pub icons: Option<usize>,
}

/// An icon that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Which.
    pub choice: Choice,
    /// What it is called.
    pub title: String,
    /// The pack that it is from; empty for the set that comes with the program.
    pub pack: String,
}

/// Everything that may be chosen.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// The packs, in the order of their names.
    pub packs: Vec<Installed>,
    /// The icons, those of packs first, in the order of their names.
    pub offered: Vec<Offered>,
}

/// What the window knows of icons.
#[derive(Debug, Default)]
pub struct Icons {
    /// What was drawn.
    pub signs: Arc<Signs>,
    /// What may be chosen, once somebody has asked.
    pub catalogue: Option<Arc<Catalogue>>,
    /// A pack is being installed or removed, or a picture is being read.
    pub busy: bool,
    /// Why that could not be done.
    pub error: Option<Notice>,
    /// A worker is looking what may be chosen.
    pub(super) listing: bool,
    /// What a worker is drawing.
    asked: BTreeSet<Wish>,
    /// The last account that was deleted for ever when its picture was.
    pub(super) swept: Option<AccountId>,
}

impl Icons {
    /// Whether what stands beside `account` was chosen for it, as far as it was drawn.
    #[must_use]
    pub fn is_own(&self, account: AccountId) -> bool {
        let own = |(wish, sign): (&Wish, &Sign)| {
            matches!(wish.of, Of::Account(id, _) if id == account)
                && sign.as_ref().is_some_and(|drawn| drawn.source == Source::Own)
        };
        self.signs.known.iter().any(own)
    }

    /// Those of `wishes` that nobody has asked for.
    pub(super) fn ask(&mut self, wishes: Vec<Wish>) -> Vec<Wish> {
        let new: Vec<Wish> =
            wishes.into_iter().filter(|wish| self.signs.get(wish).is_none() && !self.asked.contains(wish)).collect();
        self.asked.extend(new.iter().cloned());
        new
    }

    /// Takes in what was drawn.
    pub(super) fn drawn(&mut self, signs: Vec<(Wish, Sign)>) {
        let known = Arc::make_mut(&mut self.signs);
        for (wish, sign) in signs {
            self.asked.remove(&wish);
            known.put(wish, sign);
        }
    }

    /// `account` has another sign now.
    pub(super) fn changed(&mut self, account: AccountId) {
        Arc::make_mut(&mut self.signs).forget(account);
    }

    /// All signs may be others now.
    pub(super) fn anew(&mut self) {
        self.signs = Arc::default();
        self.asked.clear();
    }

    /// Nobody draws any more.
    pub(super) fn worker_died(&mut self) {
        self.busy = false;
        self.listing = false;
        self.asked.clear();
    }
}

/// Something about icons.
#[derive(Debug)]
pub enum IconAction {
    /// These signs are looked at.
    Need(Vec<Wish>),
    /// Choose a picture file for an account.
    ChoosePicture(AccountId),
    /// An account gets this icon.
    Choose(AccountId, Choice),
    /// An account gets its usual sign again.
    Usual(AccountId),
    /// What may be chosen is looked at.
    List,
    /// Choose an icon pack to install.
    InstallPack,
    /// Remove an icon pack.
    RemovePack(PackId),
    /// Whether icons are shown.
    Show(super::settings::IssuerIcons),
}

/// Work for whoever draws and keeps icons.
#[derive(Debug)]
pub enum IconJob {
    /// Draw.
    Draw(Vec<Wish>),
    /// The picture in this file is to stand for the account.
    TakePicture(AccountId, PathBuf),
    /// This icon is.
    Take(AccountId, Choice),
    /// The usual sign is again.
    Usual(AccountId),
    /// These accounts were deleted for ever.
    Sweep(Vec<AccountId>),
    /// Say what may be chosen.
    List,
    /// Install the pack in this file.
    Install(PathBuf),
    /// Remove a pack.
    Remove(PackId),
}

/// What came of it.
#[derive(Debug)]
pub enum IconDone {
    /// These were drawn.
    Drawn(Vec<(Wish, Sign)>),
    /// An account has another sign, or not; whether it is the usual one.
    Taken(AccountId, bool, Result<(), IconError>),
    /// What may be chosen.
    Listed(Arc<Catalogue>),
    /// A pack was installed, or not: its name and how many icons it has.
    Installed(Arc<Catalogue>, Result<(String, usize), IconError>),
    /// A pack was removed, or not.
    Removed(Arc<Catalogue>, Result<(), IconError>),
    /// What was left of accounts is gone. What could not be removed is tried again at the next start.
    Swept,
}

/// Why it could not be done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IconError {
    /// What is kept here could not be written or read.
    #[error(transparent)]
    Kept(#[from] FileError),
    /// The file that was chosen could not be read.
    #[error("{0}")]
    Chosen(FileError),
    /// The file is no picture that can be read.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// The file is no icon pack, or not one that is installed.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The icon is not there any more.
    #[error("the icon is gone")]
    Gone,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(account: u8) -> Wish {
        Wish { of: Of::Account(AccountId::from_bytes([account; 16]), "Example".into()), side: 40 }
    }

    fn drawn(bytes: usize) -> Sign {
        Some(Arc::new(Drawn { source: Source::Own, ink: Ink::Picture(vec![0; bytes]) }))
    }

    #[test]
    fn each_sign_is_asked_for_once() {
        let mut icons = Icons::default();
        assert_eq!(icons.ask(vec![wish(1), wish(2)]), [wish(1), wish(2)]);
        assert_eq!(icons.ask(vec![wish(1), wish(3)]), [wish(3)]);
        icons.drawn(vec![(wish(1), None), (wish(2), drawn(5))]);
        assert_eq!(icons.ask(vec![wish(1), wish(2), wish(3)]), []);
        icons.changed(AccountId::from_bytes([2; 16]));
        assert_eq!(icons.ask(vec![wish(1), wish(2)]), [wish(2)]);
        icons.anew();
        assert_eq!(icons.ask(vec![wish(1), wish(3)]), [wish(1), wish(3)]);
    }

    #[test]
    fn what_is_kept_has_an_end() {
        let mut icons = Icons::default();
        let quarter = MOST_BYTES / 4;
        icons.drawn((0..5).map(|account| (wish(account), drawn(quarter - EMPTY))).collect());
        assert_eq!(
            (0..5).map(|account| icons.signs.get(&wish(account)).is_some()).collect::<Vec<_>>(),
            [false, true, true, true, true]
        );
        assert_eq!(icons.signs.bytes, MOST_BYTES);
        icons.drawn(vec![(wish(4), None), (wish(4), drawn(1))]);
        assert_eq!(icons.signs.bytes, 3 * quarter + EMPTY + 1);
        assert_eq!((icons.signs.order.len(), icons.signs.known.len()), (4, 4));
    }
}
