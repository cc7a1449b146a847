//! Pictures at other sizes: half and soft, which take noise and compression away, and double, for modules of hardly more than a pixel.

use crate::formats::picture::Grey;

/// Pictures of more pixels are neither doubled nor made soft.
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

/// Each pixel as the mean of those around it (1 : 2 : 1, across and down); `None` for pictures that are large already.
pub(super) fn soft(picture: &Grey) -> Option<Grey> {
    let (width, height) = (picture.width(), picture.height());
    if width < 3 || height < 3 || width * height > MOST_DOUBLED {
        return None;
    }
    let mean = |[a, b, c]: [u8; 3]| ((u16::from(a) + 2 * u16::from(b) + u16::from(c) + 2) / 4) as u8;
    let mut wide = Vec::with_capacity(width * height);
    for row in picture.rows() {
        wide.extend((0..width).map(|x| mean([row[x.saturating_sub(1)], row[x], row[(x + 1).min(width - 1)]])));
    }
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        let (above, here, below) = (y.saturating_sub(1) * width, y * width, (y + 1).min(height - 1) * width);
        pixels.extend((0..width).map(|x| mean([wide[above + x], wide[here + x], wide[below + x]])));
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
