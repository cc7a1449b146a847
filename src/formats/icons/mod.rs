//! Icons of issuers: the set that comes with the program, packs of icons that people install, and the names by which they are found.

pub mod names;
pub mod pack;
pub mod services;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// What an icon of the set that comes with the program is drawn in: a square of so many units.
const UNITS: f32 = 24.0;

/// Draws the outline `path` of an icon of ours, as it stands in SVG: the coverage of each pixel of a square of `side`, row by row.
/// `None` if it is no path or `side` is 0.
#[must_use]
pub fn glyph(path: &str, side: u16) -> Option<Vec<u8>> {
    // ours: letters, digits, dots, signs and spaces
    let picture = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="{path}"/></svg>"#);
    let tree = Tree::from_str(&picture, &Options::default()).ok()?;
    let mut pixmap = Pixmap::new(side.into(), side.into())?;
    let scale = f32::from(side) / UNITS;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    Some(pixmap.pixels().iter().map(|pixel| pixel.alpha()).collect())
}

#[cfg(test)]
mod tests {
    use super::glyph;

    #[test]
    fn a_square_is_drawn_where_it_stands() {
        let drawn = glyph("M6 6h12v12H6z", 8).unwrap();
        let rows: Vec<String> =
            drawn.chunks(8).map(|row| row.iter().map(|at| if *at == 255 { '#' } else { '.' }).collect()).collect();
        let expected = ["........", "........", "..####..", "..####..", "..####..", "..####..", "........", "........"];
        assert_eq!(rows, expected);
        assert_eq!(glyph("M6 6h12v12H6z", 0), None);
        // Without an outline nothing is covered.
        assert!(glyph("nonsense", 4).is_none_or(|drawn| drawn.iter().all(|at| *at == 0)));
    }
}
