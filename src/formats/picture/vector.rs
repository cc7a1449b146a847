//! SVG to grey pixels, on white. Text, fonts, and pictures inside of it are left out: a code has none of them.

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree};

use super::{Grey, Unreadable};

/// The longer side of what is drawn, in pixels: at least eight for each module of the largest code.
const SIDE: f32 = 1480.0;

/// What is to be drawn.
pub(super) fn tree(file: &[u8]) -> Result<Tree, Unreadable> {
    // Pictures inside would be files of this computer, or a second format within the first.
    let nothing = ImageHrefResolver { resolve_data: Box::new(|_, _, _| None), resolve_string: Box::new(|_, _| None) };
    let options = Options { image_href_resolver: nothing, ..Options::default() };
    Tree::from_data(file, &options).map_err(|_| Unreadable::Broken)
}

/// Draws it.
pub(super) fn draw(file: &[u8]) -> Result<Grey, Unreadable> {
    let tree = tree(file)?;
    let size = tree.size();
    let scale = SIDE / size.width().max(size.height());
    let side = |length: f32| ((length * scale).ceil() as u32).clamp(1, SIDE as u32);
    let mut pixmap = Pixmap::new(side(size.width()), side(size.height())).ok_or(Unreadable::Broken)?;
    pixmap.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    // on white nothing shines through any more
    Grey::from_rgba(pixmap.width() as usize, pixmap.height() as usize, pixmap.data()).ok_or(Unreadable::Broken)
}
