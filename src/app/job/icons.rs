//! Draws what stands beside accounts, keeps pictures of their own, and installs icon packs.

use std::path::Path;
use std::sync::Arc;

use crate::app::icons::{
    Catalogue, Choice, Drawn, IconDone, IconError, IconJob, Ink, Installed, MOST_PACKED, Of, Offered, Sign, Source, Wish,
};
use crate::app::picture::MOST_FILE_BYTES;
use crate::app::ports::{Files, Fit, IconStore, OwnIcon, PackId, PictureReader, Unreadable};
use crate::domain::AccountId;
use crate::formats::icons::glyph;
use crate::formats::icons::pack::{Archive, Pack, PackError};
use crate::formats::icons::services::{Service, Services};
use crate::formats::picture::square::{LARGEST, disc, png, square};

use super::Done;

/// What the worker that draws icons owns.
pub struct IconSide {
    /// Where they are kept.
    pub store: Box<dyn IconStore>,
    /// Reads what people choose.
    pub files: Box<dyn Files>,
    /// Makes pictures of strangers small.
    pub pictures: Box<dyn PictureReader>,
    /// The set that comes with the program, once it was needed.
    services: Option<Services>,
    /// The packs and what is in them, once they were needed.
    packs: Option<Vec<(PackId, Result<Pack, PackError>)>>,
}

impl IconSide {
    /// Over these.
    #[must_use]
    pub fn new(store: Box<dyn IconStore>, files: Box<dyn Files>, pictures: Box<dyn PictureReader>) -> Self {
        Self { store, files, pictures, services: None, packs: None }
    }

    fn services(&mut self) -> &Services {
        self.services.get_or_insert_with(Services::read)
    }

    /// What is installed. A pack whose file cannot be used is none, until it was removed.
    fn packs(&mut self) -> &[(PackId, Result<Pack, PackError>)] {
        let store = &mut self.store;
        self.packs.get_or_insert_with(|| {
            // what cannot be listed is not there for now
            let mut ids = store.packs().unwrap_or_default();
            ids.sort();
            let mut read = |id: PackId| {
                let file = store.pack(&id).ok().flatten()?;
                let pack = Archive::new(&file).and_then(|mut archive| archive.pack(false));
                Some((id, pack))
            };
            ids.into_iter().filter_map(&mut read).collect()
        })
    }

    fn found_in_packs(&mut self, issuer: &str) -> Option<(PackId, usize)> {
        self.packs().iter().find_map(|(id, pack)| Some((id.clone(), pack.as_ref().ok()?.find(issuer)?)))
    }

    /// The picture of an icon of a pack, as a square of `side` pixels.
    fn pack_square(&mut self, id: &PackId, place: usize, side: u16) -> Result<Vec<u8>, IconError> {
        let found = self.packs().iter().find(|(one, _)| one == id).and_then(|(_, pack)| pack.as_ref().ok()?.icons.get(place));
        let icon = found.cloned().ok_or(IconError::Gone)?;
        let file = self.store.pack(id)?.ok_or(IconError::Gone)?;
        let picture = Archive::new(&file)?.picture(&icon)?;
        Ok(self.pictures.square(&picture, side, Fit::Whole)?)
    }

    fn catalogue(&mut self) -> Arc<Catalogue> {
        self.packs = None;
        let mut packs = Vec::new();
        let mut offered = Vec::new();
        for (id, pack) in self.packs() {
            let Ok(pack) = pack else {
                packs.push(Installed { id: id.clone(), name: id.as_str()[..8].to_owned(), icons: None });
                continue;
            };
            packs.push(Installed { id: id.clone(), name: pack.name.clone(), icons: Some(pack.icons.len()) });
            let offer = |(place, title): (usize, &str)| Offered {
                choice: Choice::Pack(id.clone(), place),
                title: title.to_owned(),
                pack: pack.name.clone(),
            };
            offered.extend(pack.icons.iter().map(|icon| icon.name.as_str()).enumerate().map(offer));
        }
        let offer = |service: &Service| Offered {
            choice: Choice::Service(service.slug.clone()),
            title: service.title.clone(),
            pack: String::new(),
        };
        offered.extend(self.services().all().iter().map(offer));
        packs.sort_by(|a, b| (a.name.to_lowercase(), &a.id).cmp(&(b.name.to_lowercase(), &b.id)));
        offered.sort_by_cached_key(|icon| (icon.pack.is_empty(), icon.title.to_lowercase(), icon.pack.clone()));
        Arc::new(Catalogue { packs, offered })
    }
}

/// Does a job with icons.
pub fn run_icons(job: IconJob, side: &mut IconSide) -> Done {
    Done::Icons(match job {
        IconJob::Draw(wishes) => IconDone::Drawn(wishes.into_iter().map(|wish| (wish.clone(), draw(&wish, side))).collect()),
        IconJob::TakePicture(account, path) => IconDone::Taken(account, false, take_picture(account, &path, side)),
        IconJob::Take(account, choice) => IconDone::Taken(account, false, take(account, choice, side)),
        IconJob::Usual(account) => IconDone::Taken(account, true, side.store.forget(&[account]).map_err(IconError::from)),
        IconJob::Sweep(accounts) => {
            let _next_time = side.store.forget(&accounts);
            IconDone::Swept
        }
        IconJob::List => IconDone::Listed(side.catalogue()),
        IconJob::Install(path) => {
            let result = install(&path, side);
            IconDone::Installed(side.catalogue(), result)
        }
        IconJob::Remove(pack) => {
            let result = side.store.remove(&pack).map_err(IconError::from);
            IconDone::Removed(side.catalogue(), result)
        }
    })
}

/// The sign that was wished for; `None`: the first letter.
fn draw(wish: &Wish, side: &mut IconSide) -> Sign {
    let made = match &wish.of {
        Of::Account(account, issuer) => own(*account, wish.side, side).or_else(|| usual(issuer, wish.side, side)),
        Of::Choice(Choice::Service(slug)) => {
            side.services().get(slug).and_then(|service| outline(service, wish.side)).map(|ink| (Source::Service, ink))
        }
        Of::Choice(Choice::Pack(pack, place)) => packed(pack, *place, wish.side, side),
    };
    made.map(|(source, ink)| Arc::new(Drawn { source, ink }))
}

fn own(account: AccountId, size: u16, side: &mut IconSide) -> Option<(Source, Ink)> {
    let ink = match side.store.own(account).ok().flatten()? {
        // ours: it was made small and written here
        OwnIcon::Picture(file) => disc(square(&file, LARGEST, Fit::Middle).ok()?, LARGEST, size).map(Ink::Picture),
        OwnIcon::Service(slug) => side.services().get(&slug).and_then(|service| outline(service, size)),
    };
    Some((Source::Own, ink?))
}

fn usual(issuer: &str, size: u16, side: &mut IconSide) -> Option<(Source, Ink)> {
    let from_pack = side.found_in_packs(issuer).and_then(|(pack, place)| packed(&pack, place, size, side));
    from_pack.or_else(|| Some((Source::Service, outline(side.services().find(issuer)?, size)?)))
}

fn packed(pack: &PackId, place: usize, size: u16, side: &mut IconSide) -> Option<(Source, Ink)> {
    let made = size.clamp(1, 512);
    let square = side.pack_square(pack, place, made).ok()?;
    Some((Source::Pack, Ink::Picture(disc(square, made, size)?)))
}

fn outline(service: &Service, size: u16) -> Option<Ink> {
    Some(Ink::Glyph { cover: glyph(&service.path, size)?, colour: service.colour })
}

fn take_picture(account: AccountId, path: &Path, side: &mut IconSide) -> Result<(), IconError> {
    let file = side.files.read(path, MOST_FILE_BYTES).map_err(IconError::Chosen)?;
    keep_square(account, side.pictures.square(&file, LARGEST, Fit::Middle)?, side)
}

fn take(account: AccountId, choice: Choice, side: &mut IconSide) -> Result<(), IconError> {
    match choice {
        Choice::Service(slug) => {
            let slug = side.services().get(&slug).ok_or(IconError::Gone)?.slug.clone();
            Ok(side.store.keep(account, &OwnIcon::Service(slug))?)
        }
        // A copy: it stays when the pack goes.
        Choice::Pack(pack, place) => {
            let square = side.pack_square(&pack, place, LARGEST)?;
            keep_square(account, square, side)
        }
    }
}

fn keep_square(account: AccountId, square: Vec<u8>, side: &mut IconSide) -> Result<(), IconError> {
    let file = png(square, LARGEST).ok_or(IconError::Picture(Unreadable::Broken.into()))?;
    Ok(side.store.keep(account, &OwnIcon::Picture(file))?)
}

fn install(path: &Path, side: &mut IconSide) -> Result<(String, usize), IconError> {
    let file = side.files.read(path, MOST_PACKED).map_err(IconError::Chosen)?;
    let pack = Archive::new(&file)?.pack(true)?;
    side.store.install(&file)?;
    Ok((pack.name, pack.icons.len()))
}
