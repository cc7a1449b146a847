//! Icons of issuers: the set that comes with the program, packs of icons that people install, and the names by which they are found.

pub mod names;
pub mod pack;
pub mod services;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// How much of the width of a circle the diagonal of an outline takes: a wide one gets as much room as a square one.
const ROOM: f32 = 0.79;

/// Draws the outline `path` of an icon of ours, as it stands in SVG, in the middle of a circle as wide as `side`: the coverage of each
/// pixel of the square around it, row by row. `None` if it is no path or `side` is 0.
#[must_use]
pub fn glyph(path: &str, side: u16) -> Option<Vec<u8>> {
    // ours: letters, digits, dots, signs and spaces
    let picture = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="{path}"/></svg>"#);
    let tree = Tree::from_str(&picture, &Options::default()).ok()?;
    let mut pixmap = Pixmap::new(side.into(), side.into())?;
    let whole = tree.root().abs_bounding_box();
    let scale = ROOM * f32::from(side) / whole.width().hypot(whole.height()).max(1.0);
    let to_middle = |from: f32, length: f32| f32::from(side) / 2.0 - (from + length / 2.0) * scale;
    let (left, top) = (to_middle(whole.x(), whole.width()), to_middle(whole.y(), whole.height()));
    resvg::render(&tree, Transform::from_row(scale, 0.0, 0.0, scale, left, top), &mut pixmap.as_mut());
    Some(pixmap.pixels().iter().map(|pixel| pixel.alpha()).collect())
}

#[cfg(test)]
mod tests {
    use super::glyph;

    #[test]
    fn outlines_stand_in_the_middle_and_within_the_circle() {
        // A square, a wide one, one in a corner.
        for (path, wide, high) in [("M0 0h24v24H0z", 56, 56), ("M0 10h24v4H0z", 78, 13), ("M0 0h2v2H0z", 56, 56)] {
            let drawn = glyph(path, 100).unwrap();
            let covered: Vec<(usize, usize)> =
                (0..100 * 100).filter(|at| drawn[*at] > 127).map(|at| (at % 100, at / 100)).collect();
            let span = |of: &dyn Fn(&(usize, usize)) -> usize| {
                let (least, most) = (covered.iter().map(of).min().unwrap(), covered.iter().map(of).max().unwrap());
                assert!((least + most).abs_diff(99) <= 1, "{path}: from {least} to {most}");
                most - least + 1
            };
            assert_eq!((span(&|at| at.0), span(&|at| at.1)), (wide, high), "{path}");
        }
        assert_eq!(glyph("M6 6h12v12H6z", 0), None);
        // Without an outline nothing is covered.
        assert!(glyph("nonsense", 4).is_none_or(|drawn| drawn.iter().all(|at| *at == 0)));
    }
}
