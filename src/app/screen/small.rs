//! A small picture of a screen, to point at. The codes on it are made unreadable: a picture of a code is its secret.

use zeroize::Zeroizing;

use crate::app::ports::Shot;

/// The longer side is at most this many pixels.
const SIDE: usize = 1280;
/// So many squares a code is blurred to, on each side.
const SQUARES: usize = 8;

/// A picture of a screen, smaller than it is.
pub struct Small {
    /// In pixels.
    pub width: usize,
    /// In pixels.
    pub height: usize,
    /// Red, green, blue and opacity of each pixel, row by row; nothing shines through.
    pub rgba: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Small {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Small({} × {})", self.width, self.height)
    }
}

impl Small {
    /// `shot`, made smaller, the codes with these corners blurred.
    #[must_use]
    pub fn of(shot: &Shot, codes: &[[(f32, f32); 4]]) -> Self {
        let longer = shot.width.max(shot.height).max(1);
        let side = |side: usize| (side * SIDE.min(longer) / longer).max(1);
        let (width, height) = (side(shot.width), side(shot.height));
        let mut small = Self { width, height, rgba: Zeroizing::new(Vec::with_capacity(width * height * 4)) };
        for y in 0..height {
            for x in 0..width {
                let from = |at: usize, side: usize, all: usize| at * all / side..((at + 1) * all).div_ceil(side);
                let colour = mean(&shot.rgba, shot.width, from(x, width, shot.width), from(y, height, shot.height));
                small.rgba.extend_from_slice(&colour);
            }
        }
        let scale = width as f32 / shot.width.max(1) as f32;
        codes.iter().for_each(|corners| small.blur(corners.map(|(x, y)| (x * scale, y * scale))));
        small
    }

    /// Makes a grid of few squares of the rectangle around these corners.
    fn blur(&mut self, corners: [(f32, f32); 4]) {
        let span = |of: fn(&(f32, f32)) -> f32, most: usize| {
            let least = corners.iter().map(of).fold(f32::INFINITY, f32::min).floor().max(0.0) as usize;
            let greatest = corners.iter().map(of).fold(0.0, f32::max).ceil().max(0.0) as usize;
            // a pixel more on each side, where dark and light have run together
            (least.saturating_sub(1).min(most), (greatest + 1).min(most))
        };
        let ((left, right), (top, bottom)) = (span(|corner| corner.0, self.width), span(|corner| corner.1, self.height));
        let cut = |begin: usize, end: usize, at: usize| begin + (end - begin) * at / SQUARES;
        for row in 0..SQUARES {
            for column in 0..SQUARES {
                let across = cut(left, right, column)..cut(left, right, column + 1);
                let down = cut(top, bottom, row)..cut(top, bottom, row + 1);
                let colour = mean(&self.rgba, self.width, across.clone(), down.clone());
                for y in down {
                    for x in across.clone() {
                        let at = (y * self.width + x) * 4;
                        if let Some(pixel) = self.rgba.get_mut(at..at + 4) {
                            pixel.copy_from_slice(&colour);
                        }
                    }
                }
            }
        }
    }
}

/// The mean colour of a rectangle; opaque.
fn mean(rgba: &[u8], width: usize, across: std::ops::Range<usize>, down: std::ops::Range<usize>) -> [u8; 4] {
    let (mut sum, mut many) = ([0_u64; 3], 0_u64);
    for y in down {
        let row = rgba.get((y * width + across.start) * 4..(y * width + across.end) * 4).unwrap_or_default();
        for pixel in row.as_chunks::<4>().0 {
            for (sum, part) in sum.iter_mut().zip(pixel) {
                *sum += u64::from(*part);
            }
            many += 1;
        }
    }
    let [r, g, b] = sum.map(|sum| sum.checked_div(many).and_then(|mean| u8::try_from(mean).ok()).unwrap_or(u8::MAX));
    [r, g, b, u8::MAX]
}
