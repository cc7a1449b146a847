//! Draws codes into pictures: any place, size, turn and perspective, any colours, with every pixel averaged or taken at its middle.

use image::{Rgba, RgbaImage};
use qrcode::{Color, EcLevel, QrCode};

/// Numbers that look random and follow from a seed (SplitMix64).
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// From `low` to `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

pub type Rgb = [u8; 3];

pub const BLACK: Rgb = [0, 0, 0];
pub const WHITE: Rgb = [255, 255, 255];

/// How modules look.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Squares,
    /// Round dots, and finder patterns with round corners.
    Dots,
}

/// A code that is to be drawn.
pub struct Code {
    pub size: usize,
    dark: Vec<bool>,
    pub style: Style,
    pub mirrored: bool,
    /// The side of a square in the middle that is covered, in modules.
    pub logo: f64,
    /// The light margin, in modules.
    pub quiet: f64,
    pub ink: Rgb,
    /// `None`: what is there already shines through.
    pub paper: Option<Rgb>,
}

impl Code {
    pub fn new(text: &str, level: EcLevel) -> Self {
        let code = QrCode::with_error_correction_level(text, level).unwrap();
        let size = code.width();
        let dark = code.into_colors().into_iter().map(|color| color == Color::Dark).collect();
        Self { size, dark, style: Style::Squares, mirrored: false, logo: 0.0, quiet: 4.0, ink: BLACK, paper: Some(WHITE) }
    }

    /// Side with margin, in modules.
    pub fn side(&self) -> f64 {
        self.size as f64 + 2.0 * self.quiet
    }

    /// What stands at a place, in modules from the corner of the margin; `None` outside.
    fn at(&self, u: f64, v: f64) -> Option<Option<Rgb>> {
        if u < 0.0 || v < 0.0 || u >= self.side() || v >= self.side() {
            return None;
        }
        let (mut u, v) = (u - self.quiet, v - self.quiet);
        let size = self.size as f64;
        if self.mirrored {
            u = size - u;
        }
        if u < 0.0 || v < 0.0 || u >= size || v >= size {
            return Some(self.paper);
        }
        let from_middle = (u - size / 2.0).abs().max((v - size / 2.0).abs());
        if from_middle < self.logo / 2.0 {
            // a light frame around a badge
            let badge = from_middle < self.logo / 2.0 - 0.7;
            return Some(if badge { Some([210, 40, 60]) } else { self.paper });
        }
        Some(if self.inked(u, v) { Some(self.ink) } else { self.paper })
    }

    fn inked(&self, u: f64, v: f64) -> bool {
        let (x, y) = (u as usize, v as usize);
        if self.style == Style::Squares {
            return self.dark[y * self.size + x];
        }
        let far = self.size - 7;
        for (left, top) in [(0, 0), (far, 0), (0, far)] {
            if (left..left + 7).contains(&x) && (top..top + 7).contains(&y) {
                let (du, dv) = ((u - left as f64 - 3.5).abs(), (v - top as f64 - 3.5).abs());
                let inside = |half: f64, round: f64| {
                    let (cu, cv) = ((du - half + round).max(0.0), (dv - half + round).max(0.0));
                    du < half && dv < half && cu.hypot(cv) < round
                };
                return inside(1.5, 0.8) || inside(3.5, 1.7) && !inside(2.5, 1.2);
            }
        }
        self.dark[y * self.size + x] && (u - x as f64 - 0.5).hypot(v - y as f64 - 0.5) < 0.46
    }
}

/// Takes a point of the picture to a point of the code, in modules from the corner of its margin.
pub struct Place {
    /// Row by row, a plane projection.
    back: [f64; 9],
    bounds: [f64; 4],
}

impl Place {
    /// Upright, its corner at `x`, `y`.
    pub fn upright(code: &Code, x: f64, y: f64, module: f64) -> Self {
        let side = code.side() * module;
        Self::corners(code, [(x, y), (x + side, y), (x + side, y + side), (x, y + side)])
    }

    /// Turned by `degrees` around its middle, which is at `x`, `y`.
    pub fn turned(code: &Code, x: f64, y: f64, module: f64, degrees: f64) -> Self {
        let (half, angle) = (code.side() * module / 2.0, degrees.to_radians());
        let corner =
            |a: f64, b: f64| (x + (a * angle.cos() - b * angle.sin()) * half, y + (a * angle.sin() + b * angle.cos()) * half);
        Self::corners(code, [corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)])
    }

    /// Its corners in the picture, clockwise from the top left one.
    pub fn corners(code: &Code, to: [(f64, f64); 4]) -> Self {
        let side = code.side();
        let [(x0, y0), (x1, y1), (x2, y2), (x3, y3)] = to;
        let (dx1, dy1, dx2, dy2) = (x1 - x2, y1 - y2, x3 - x2, y3 - y2);
        let (sx, sy) = (x0 - x1 + x2 - x3, y0 - y1 + y2 - y3);
        let det = dx1 * dy2 - dx2 * dy1;
        let (g, h) = ((sx * dy2 - dx2 * sy) / det, (dx1 * sy - sx * dy1) / det);
        let m = [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1.0];
        let [a, b, c, d, e, f, g, h, i] = m;
        let adjugate = [
            e * i - f * h,
            c * h - b * i,
            b * f - c * e,
            f * g - d * i,
            a * i - c * g,
            c * d - a * f,
            d * h - e * g,
            b * g - a * h,
            a * e - b * d,
        ];
        let mut back = adjugate;
        for value in &mut back[..6] {
            *value *= side;
        }
        let xs = to.map(|(x, _)| x);
        let ys = to.map(|(_, y)| y);
        let least = |of: [f64; 4]| of.into_iter().fold(f64::INFINITY, f64::min);
        let most = |of: [f64; 4]| of.into_iter().fold(f64::NEG_INFINITY, f64::max);
        Self { back, bounds: [least(xs), least(ys), most(xs), most(ys)] }
    }

    fn to_code(&self, x: f64, y: f64) -> (f64, f64) {
        let m = &self.back;
        let w = m[6] * x + m[7] * y + m[8];
        ((m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w)
    }
}

/// Draws `code`; each pixel is the average of `fine` × `fine` points (1: its middle alone).
pub fn draw(picture: &mut RgbaImage, code: &Code, place: &Place, fine: u32) {
    let [left, top, right, bottom] = place.bounds;
    let clip = |value: f64, most: u32| value.clamp(0.0, f64::from(most)) as u32;
    let (width, height) = picture.dimensions();
    for y in clip(top.floor(), height)..clip(bottom.ceil(), height) {
        for x in clip(left.floor(), width)..clip(right.ceil(), width) {
            let under = picture.get_pixel(x, y).0;
            let mut sum = [0_u32; 4];
            for part in 0..fine * fine {
                let step = |n: u32| (f64::from(n) + 0.5) / f64::from(fine);
                let (u, v) = place.to_code(f64::from(x) + step(part % fine), f64::from(y) + step(part / fine));
                let here = match code.at(u, v) {
                    Some(Some([r, g, b])) => [r, g, b, 255],
                    Some(None) | None => under,
                };
                sum.iter_mut().zip(here).for_each(|(sum, value)| *sum += u32::from(value));
            }
            let mean = sum.map(|sum| ((sum + fine * fine / 2) / (fine * fine)) as u8);
            picture.put_pixel(x, y, Rgba(mean));
        }
    }
}

/// A picture of one colour.
pub fn sheet(width: u32, height: u32, [r, g, b]: Rgb) -> RgbaImage {
    RgbaImage::from_pixel(width, height, Rgba([r, g, b, 255]))
}

/// Each pixel by a rule.
pub fn each(picture: &mut RgbaImage, mut rule: impl FnMut(u32, u32, Rgb) -> [f64; 3]) {
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let [r, g, b, _] = pixel.0;
        let [r, g, b] = rule(x, y, [r, g, b]).map(|value| value.round().clamp(0.0, 255.0) as u8);
        pixel.0 = [r, g, b, pixel.0[3]];
    }
}

/// Noise of `strength` grey levels on either side.
pub fn noise(picture: &mut RgbaImage, strength: f64, numbers: &mut Numbers) {
    each(picture, |_, _, rgb| {
        let by = numbers.between(-strength, strength);
        rgb.map(|value| f64::from(value) + by)
    });
}
