//! The signs of accounts at hand while a frame is drawn: what was drawn already as textures, and what is wanted and was not.
//!
//! It lies in egui's own memory, so that whatever draws an account reaches it; with the window locked, that is emptied.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use egui::mutex::Mutex;
use egui::{Color32, ColorImage, Context, Id, TextureHandle, TextureId, TextureOptions};

use crate::app::icons::{Drawn, IconAction, Ink, Signs, Wish};
use crate::app::settings::IssuerIcons;
use crate::app::{Action, Model};

/// With more textures than this, those that the frame before did not show are given back.
const MOST_TEXTURES: usize = 400;

#[derive(Default)]
struct Shelf {
    /// Icons are shown at all.
    shown: bool,
    signs: Arc<Signs>,
    wanted: BTreeSet<Wish>,
    textures: HashMap<Wish, Texture>,
    frame: u64,
}

struct Texture {
    drawn: Arc<Drawn>,
    handle: TextureHandle,
    seen: u64,
}

/// What stands for an account now.
pub enum Look {
    /// Its first letter.
    Letter,
    /// It is being drawn.
    Waiting,
    /// An outline in this colour: red, green, blue.
    Glyph(TextureId, [u8; 3]),
    /// A round picture.
    Picture(TextureId),
}

fn shelf(ctx: &Context) -> Arc<Mutex<Shelf>> {
    ctx.data_mut(|data| Arc::clone(data.get_temp_mut_or_default::<Arc<Mutex<Shelf>>>(Id::unique("shelf"))))
}

/// Before the frame is drawn: what is known stands ready.
pub fn fill(ctx: &Context, model: &Model) {
    let shelf = shelf(ctx);
    let mut shelf = shelf.lock();
    shelf.shown = model.settings.issuer_icons == IssuerIcons::Shown;
    shelf.signs = Arc::clone(&model.icons.signs);
    let last = shelf.frame;
    if shelf.textures.len() > MOST_TEXTURES {
        shelf.textures.retain(|_, texture| texture.seen == last);
    }
    shelf.frame += 1;
}

/// After it was drawn: what was missing.
pub fn wanted(ctx: &Context) -> Option<Action> {
    let shelf = shelf(ctx);
    let mut shelf = shelf.lock();
    // so that the model's is the only one when it takes something in
    shelf.signs = Arc::default();
    let wanted = std::mem::take(&mut shelf.wanted);
    (!wanted.is_empty()).then(|| Action::Icons(IconAction::Need(wanted.into_iter().collect())))
}

/// What is to be drawn for `wish`.
pub fn look(ctx: &Context, wish: Wish) -> Look {
    let shelf = shelf(ctx);
    let mut shelf = shelf.lock();
    if !shelf.shown {
        return Look::Letter;
    }
    let Some(sign) = shelf.signs.get(&wish).cloned() else {
        shelf.wanted.insert(wish);
        return Look::Waiting;
    };
    let Some(drawn) = sign else { return Look::Letter };
    let frame = shelf.frame;
    let side = wish.side;
    let known = shelf.textures.get_mut(&wish).filter(|texture| Arc::ptr_eq(&texture.drawn, &drawn));
    let id = if let Some(texture) = known {
        texture.seen = frame;
        texture.handle.id()
    } else {
        let handle = ctx.load_texture("sign", image(&drawn.ink, side), TextureOptions::LINEAR);
        let id = handle.id();
        shelf.textures.insert(wish, Texture { drawn: Arc::clone(&drawn), handle, seen: frame });
        id
    };
    match drawn.ink {
        Ink::Glyph { colour, .. } => Look::Glyph(id, colour),
        Ink::Picture(_) => Look::Picture(id),
    }
}

/// An outline is white, to be coloured when it is painted.
fn image(ink: &Ink, side: u16) -> ColorImage {
    let size = [usize::from(side); 2];
    match ink {
        Ink::Glyph { cover, .. } => ColorImage::new(size, cover.iter().map(|cover| Color32::from_white_alpha(*cover)).collect()),
        Ink::Picture(rgba) => ColorImage::from_rgba_premultiplied(size, rgba),
    }
}
