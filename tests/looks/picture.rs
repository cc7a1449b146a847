//! Pictures: beside each other, in files, and compared.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A picture without transparency, row by row.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<[u8; 3]>,
}

/// Between two pictures.
const GAP: usize = 8;
/// The colour of the gap, unlike any of the window.
const GAP_INK: [u8; 3] = [0x80, 0x40, 0x80];
/// A colour of so many pixels or more is that of a surface, a line, the inside of letters: it stands in a file as it is.
const PLAIN: usize = 100;
/// By so much a channel of a plain colour may differ: letters drawn by another processor may be one or two brighter.
const NEAR: u8 = 2;
/// The same for the other colours, those of edges: most of them have a near one in the file.
const EDGE: u8 = 32;
/// So many pixels may be others: less than one letter has.
const OTHERS: usize = 8;
/// Says that what is drawn now is right.
const ACCEPT: &str = "HALFMINUTE_ACCEPT";

impl Picture {
    /// This one, and `right` beside it.
    pub fn beside(&self, right: &Self) -> Self {
        let (width, height) = (self.width + GAP + right.width, self.height.max(right.height));
        let mut joined = Self { width, height, pixels: vec![GAP_INK; width * height] };
        joined.place(self, 0);
        joined.place(right, self.width + GAP);
        joined
    }

    fn place(&mut self, part: &Self, left: usize) {
        for (y, row) in part.pixels.chunks(part.width).enumerate() {
            let start = y * self.width + left;
            self.pixels[start..start + row.len()].copy_from_slice(row);
        }
    }

    /// Reads a file.
    pub fn read(path: &Path) -> Option<Self> {
        let picture = image::open(path).ok()?.into_rgb8();
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        Some(Self { width, height, pixels: picture.pixels().map(|pixel| pixel.0).collect() })
    }

    /// How many pixels each colour has.
    fn colours(&self) -> HashMap<[u8; 3], usize> {
        let mut colours = HashMap::new();
        for pixel in &self.pixels {
            *colours.entry(*pixel).or_default() += 1;
        }
        colours
    }

    /// Up to 256 colours: all plain ones, and so many others that each has a near one.
    fn palette(&self) -> Vec<[u8; 3]> {
        let mut colours: Vec<_> = self.colours().into_iter().collect();
        colours.sort_by_key(|(colour, count)| (std::cmp::Reverse(*count), *colour));
        for distance in [4, 8, 12, 16, 20, 24, EDGE] {
            let mut taken: Vec<[u8; 3]> = Vec::new();
            for (colour, count) in &colours {
                if *count >= PLAIN || taken.iter().all(|other| apart(colour, other) > distance) {
                    taken.push(*colour);
                }
            }
            if taken.len() <= 256 {
                return taken;
            }
        }
        panic!("more than 256 colours that are far apart");
    }

    /// Writes a file with a palette.
    pub fn write(&self, path: &Path) {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder for pictures");
        let palette = self.palette();
        let mut known = HashMap::new();
        let mut index = |pixel: &[u8; 3]| {
            *known.entry(*pixel).or_insert_with(|| {
                (0..palette.len()).min_by_key(|n| apart(pixel, &palette[*n])).expect("a palette is not empty") as u8
            })
        };
        let indices: Vec<u8> = self.pixels.iter().map(&mut index).collect();
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_palette(palette.concat());
        encoder.set_filter(png::Filter::NoFilter);
        encoder.set_deflate_compression(png::DeflateCompression::Level(9));
        let mut writer = encoder.write_header().expect("the head of a picture");
        writer.write_image_data(&indices).expect("a picture");
        writer.finish().expect("the end of a picture");
        fs::write(path, file).expect("a picture is written");
    }

    /// How many pixels are others than in the file that was written of `before`, and a picture on which they are red.
    fn others(&self, before: &Self) -> (usize, Self) {
        let mut marked = self.clone();
        let mut count = 0;
        if (self.width, self.height) != (before.width, before.height) {
            return (usize::MAX, marked);
        }
        let colours = self.colours();
        for (pixel, was) in marked.pixels.iter_mut().zip(&before.pixels) {
            let plain = colours.get(pixel).is_some_and(|count| *count >= PLAIN);
            let other = apart(pixel, was) > if plain { NEAR } else { EDGE };
            count += usize::from(other);
            *pixel = if other { [0xff, 0, 0] } else { pixel.map(|byte| 0xa0 + byte / 4) };
        }
        (count, marked)
    }

    /// Whether it is as it was accepted under this name; if not, why, and where to look.
    pub fn check(&self, name: &str) -> Result<(), String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let accepted = root.join("tests/looks/accepted").join(format!("{name}.png"));
        if std::env::var_os(ACCEPT).is_some() {
            // What is near enough stays as it is, byte by byte.
            let same = Self::read(&accepted).is_some_and(|before| self.others(&before).0 <= OTHERS);
            if !same {
                self.write(&accepted);
            }
            return Ok(());
        }
        let result = PathBuf::from(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| root.join("target").into()));
        let file = |kind: &str| result.join("looks").join(format!("{name}.{kind}.png"));
        let (new, diff) = (file("new"), file("diff"));
        let before = Self::read(&accepted);
        let (count, marked) = before.as_ref().map_or((usize::MAX, self.clone()), |before| self.others(before));
        if count <= OTHERS {
            for old in [new, diff] {
                if old.exists() {
                    fs::remove_file(old).expect("an old result is removed");
                }
            }
            return Ok(());
        }
        self.write(&new);
        let why = match before {
            None => format!("there is no picture {}", accepted.display()),
            Some(before) if count == usize::MAX => {
                format!("it is {} × {} pixels large, and was {} × {}", self.width, self.height, before.width, before.height)
            }
            Some(_) => {
                marked.write(&diff);
                format!("{count} pixels are others, red in {}", diff.display())
            }
        };
        Err(format!("{name}: {why}. What is drawn now: {}", new.display()))
    }
}

/// By how much the channel that differs most does.
fn apart(a: &[u8; 3], b: &[u8; 3]) -> u8 {
    (0..3).map(|n| a[n].abs_diff(b[n])).max().unwrap_or(0)
}

/// How to say that pictures are right.
pub fn how_to_accept() -> String {
    format!("Look at them. If they are right: {ACCEPT}=1 cargo test --test looks pictures")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width: usize, height: usize) -> Picture {
        Picture { width, height, pixels: vec![[0x20; 3]; width * height] }
    }

    #[test]
    fn a_letter_makes_another_picture_and_a_rounding_does_not() {
        let before = grey(40, 20);
        let mut rounded = before.clone();
        rounded.pixels.iter_mut().for_each(|pixel| pixel[1] += 2);
        assert_eq!(rounded.others(&before).0, 0);
        // A dot of three by three.
        let mut dotted = before.clone();
        for y in 4..7 {
            for x in 4..7 {
                dotted.pixels[y * 40 + x] = [0x30; 3];
            }
        }
        for pixel in &mut dotted.pixels[4 * 40..7 * 40] {
            pixel[0] += if pixel[0] == 0x30 { 0x20 } else { 0 };
        }
        assert!(dotted.others(&before).0 > OTHERS);
        // A surface that is a little brighter.
        let mut brighter = before.clone();
        brighter.pixels[..200].iter_mut().for_each(|pixel| *pixel = [0x24; 3]);
        assert_eq!(brighter.others(&before).0, 200);
        assert_eq!(grey(41, 20).others(&before).0, usize::MAX);
    }

    #[test]
    fn a_file_holds_every_plain_colour_and_one_near_to_every_other() {
        let mut many = grey(64, 64);
        for (n, pixel) in many.pixels.iter_mut().enumerate().skip(1_000) {
            *pixel = [(n / 16) as u8, (n % 16 * 16) as u8, 0x11];
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("many.png");
        many.write(&path);
        let read = Picture::read(&path).unwrap();
        assert!(many.colours().len() > 2_000 && read.colours().len() <= 256);
        assert_eq!(many.others(&read).0, 0);
        assert_eq!(read.colours()[&[0x20; 3]], 1_000);
    }

    #[test]
    fn a_file_holds_what_was_drawn() {
        let mut picture = grey(30, 10).beside(&grey(20, 12));
        picture.pixels[7] = [1, 2, 3];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one/two.png");
        picture.write(&path);
        assert!(Picture::read(&path).unwrap() == picture);
        assert_eq!((picture.width, picture.height), (58, 12));
    }

    #[test]
    fn what_was_never_accepted_is_refused() {
        if std::env::var_os(ACCEPT).is_none() {
            let said = grey(4, 4).check("no-such-picture").unwrap_err();
            assert!(said.contains("there is no picture") && said.contains("no-such-picture.new.png"), "{said}");
        }
    }
}
