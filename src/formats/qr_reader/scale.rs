//! Pictures at other sizes: half, which takes noise and compression away, and double, for modules of hardly more than a pixel.

use crate::formats::picture::Grey;

/// Pictures of more pixels are not doubled.
const MOST_DOUBLED: usize = 600_000;

/// Each two by two pixels as one; `None` when too little is left for a code.
pub(super) fn half(picture: &Grey) -> Option<Grey> {
    let (width, height) = (picture.width() / 2, picture.height() / 2);
    if width < 21 || height < 21 {
        return None;
    }
    let mut pixels = Vec::with_capacity(width * height);
    let mut rows = picture.rows();
    while let (Some(upper), Some(lower)) = (rows.next(), rows.next()) {
        let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
        pixels.extend(
            pairs.map(|([a, b], [c, d])| ((u16::from(*a) + u16::from(*b) + u16::from(*c) + u16::from(*d) + 2) / 4) as u8),
        );
    }
    Grey::new(width, height, pixels)
}

/// Four pixels for each one, bent smoothly (Catmull-Rom); `None` for pictures that are large already.
pub(super) fn double(picture: &Grey) -> Option<Grey> {
    let (width, height) = (picture.width(), picture.height());
    if width * height > MOST_DOUBLED {
        return None;
    }
    let wide: Vec<u8> = picture.rows().flat_map(|row| doubled(row.iter().copied())).collect();
    let mut pixels = vec![0; 4 * width * height];
    for x in 0..2 * width {
        let column = (0..height).map(|y| wide[y * 2 * width + x]);
        for (y, value) in doubled(column).into_iter().enumerate() {
            pixels[y * 2 * width + x] = value;
        }
    }
    Grey::new(2 * width, 2 * height, pixels)
}

fn doubled(line: impl Iterator<Item = u8>) -> Vec<u8> {
    let line: Vec<i32> = line.map(i32::from).collect();
    let at = |place: usize, by: isize| {
        let near = place.saturating_add_signed(by).min(line.len().saturating_sub(1));
        line.get(near).copied().unwrap_or_default()
    };
    let mut twice = Vec::with_capacity(2 * line.len());
    for place in 0..line.len() {
        // the new pixels lie a quarter to the left and to the right of the old one
        let quarter = |a: i32, b: i32, c: i32, d: i32| ((-9 * a + 111 * b + 29 * c - 3 * d + 64) / 128).clamp(0, 255) as u8;
        twice.push(quarter(at(place, 1), at(place, 0), at(place, -1), at(place, -2)));
        twice.push(quarter(at(place, -1), at(place, 0), at(place, 1), at(place, 2)));
    }
    twice
}
