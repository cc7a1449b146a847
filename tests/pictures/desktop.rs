//! Desktops that look real: a wallpaper, windows with titles, text, tables, pictures and buttons, in light and dark themes.

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};
use image::{Rgba, RgbaImage};

use super::draw::{Numbers, Rgb};

const INTER: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.otf");
const MONO: &[u8] = include_bytes!("../../assets/fonts/JetBrainsMono-Medium.ttf");
const WORDS: &str = "Security key two factor sign in to your account scan this code with an authenticator app then type the six digits it \
shows fn main let mut result = items.iter().map(|x| x + 1) Settings Profile Notifications 2026-11-25 14:07 INFO started server on \
127.0.0.1:8080 Invoice total 1 299.00 EUR The quick brown fox jumps over the lazy dog Files Edit View Search Terminal Help commit \
3af6941 Merge branch main #### ---- |||| [] [] [] 0000 1111 ■ □ ▪";

/// A theme: what the parts are painted with.
pub struct Theme {
    pub dark: bool,
    pub back: Rgb,
    pub bar: Rgb,
    pub text: Rgb,
    pub faint: Rgb,
    pub accent: Rgb,
}

pub const LIGHT: Theme = Theme {
    dark: false,
    back: [250, 250, 252],
    bar: [228, 230, 235],
    text: [28, 30, 34],
    faint: [140, 144, 150],
    accent: [38, 104, 214],
};
pub const DARK: Theme = Theme {
    dark: true,
    back: [30, 31, 36],
    bar: [44, 46, 53],
    text: [222, 224, 228],
    faint: [120, 124, 134],
    accent: [110, 168, 255],
};

/// A picture that is being painted, and how many pixels a point has.
pub struct Desk {
    pub picture: RgbaImage,
    scale: f32,
    words: Vec<&'static str>,
}

impl Desk {
    pub fn new(width: u32, height: u32, scale: f32, theme: &Theme, numbers: &mut Numbers) -> Self {
        let (a, b): ([f64; 3], [f64; 3]) =
            if theme.dark { ([18.0, 22.0, 48.0], [70.0, 30.0, 80.0]) } else { ([120.0, 170.0, 220.0], [240.0, 200.0, 170.0]) };
        let wave = numbers.between(150.0, 400.0);
        let picture = RgbaImage::from_fn(width, height, |x, y| {
            let (fx, fy) = (f64::from(x) / f64::from(width), f64::from(y) / f64::from(height));
            let t = (0.6 * fx + 0.4 * fy + 0.08 * (f64::from(x) / wave).sin() * (f64::from(y) / wave).cos()).clamp(0.0, 1.0);
            let mix = |n: usize| (a[n] + (b[n] - a[n]) * t) as u8;
            Rgba([mix(0), mix(1), mix(2), 255])
        });
        Self { picture, scale, words: WORDS.split(' ').collect() }
    }

    pub fn fill(&mut self, x: i64, y: i64, width: i64, height: i64, [r, g, b]: Rgb) {
        let (most_x, most_y) = (i64::from(self.picture.width()), i64::from(self.picture.height()));
        for py in y.clamp(0, most_y)..(y + height).clamp(0, most_y) {
            for px in x.clamp(0, most_x)..(x + width).clamp(0, most_x) {
                self.picture.put_pixel(px as u32, py as u32, Rgba([r, g, b, 255]));
            }
        }
    }

    /// Text whose top left corner is at `x`, `y`; says how wide it became.
    pub fn text(&mut self, x: i64, y: i64, points: f32, mono: bool, color: Rgb, text: &str) -> i64 {
        let font = FontRef::try_from_slice(if mono { MONO } else { INTER }).unwrap();
        let font = font.as_scaled(PxScale::from(points * self.scale));
        let (mut pen, base) = (x as f32, y as f32 + font.ascent());
        for letter in text.chars() {
            let mut glyph = font.scaled_glyph(letter);
            glyph.position = point(pen, base);
            pen += font.h_advance(glyph.id);
            let Some(outline) = font.outline_glyph(glyph) else { continue };
            let from = outline.px_bounds().min;
            outline.draw(|gx, gy, cover| {
                let (px, py) = (from.x as i64 + i64::from(gx), from.y as i64 + i64::from(gy));
                if px < 0 || py < 0 || px >= i64::from(self.picture.width()) || py >= i64::from(self.picture.height()) {
                    return;
                }
                let pixel = self.picture.get_pixel_mut(px as u32, py as u32);
                for (value, ink) in pixel.0.iter_mut().zip(color) {
                    *value = (f32::from(*value) + (f32::from(ink) - f32::from(*value)) * cover.clamp(0.0, 1.0)) as u8;
                }
            });
        }
        (pen - x as f32) as i64
    }

    fn px(&self, points: f32) -> i64 {
        (points * self.scale).round() as i64
    }

    /// A window with what windows hold.
    pub fn window(&mut self, x: i64, y: i64, width: i64, height: i64, theme: &Theme, numbers: &mut Numbers) {
        for ring in 0..self.px(6.0) {
            let shade = theme.bar.map(|value| value / 2);
            if ring == 0 {
                self.fill(x - 1, y - 1, width + 2, height + 2, shade);
            }
        }
        self.fill(x, y, width, height, theme.back);
        let bar = self.px(34.0);
        self.fill(x, y, width, bar, theme.bar);
        let title = self.words[numbers.below(40) as usize];
        self.text(x + self.px(14.0), y + self.px(9.0), 15.0, false, theme.text, &format!("{title} — Halfminute test"));
        for button in 0..3 {
            let left = x + width - self.px(30.0) * (button + 1);
            self.fill(left, y + self.px(11.0), self.px(12.0), self.px(12.0), theme.faint);
            self.fill(left + self.px(2.0), y + self.px(13.0), self.px(8.0), self.px(8.0), theme.bar);
        }
        self.body(x, y + bar, width, height - bar, theme, numbers);
    }

    fn body(&mut self, x: i64, y: i64, width: i64, height: i64, theme: &Theme, numbers: &mut Numbers) {
        let mono = numbers.below(2) == 0;
        let side = if numbers.below(2) == 0 { self.px(170.0) } else { 0 };
        if side > 0 {
            self.fill(x, y, side, height, theme.bar);
            for line in 0..height / self.px(30.0) {
                let word = self.words[numbers.below(self.words.len() as u64) as usize];
                let top = y + self.px(30.0) * line;
                self.fill(x + self.px(12.0), top + self.px(9.0), self.px(13.0), self.px(13.0), theme.accent);
                self.text(x + self.px(34.0), top + self.px(6.0), 14.0, false, theme.text, word);
            }
        }
        let mut top = y + self.px(10.0);
        let left = x + side + self.px(14.0);
        while top + self.px(24.0) < y + height {
            match numbers.below(14) {
                0 => {
                    self.fill(left, top, self.px(96.0), self.px(28.0), theme.accent);
                    self.text(left + self.px(10.0), top + self.px(6.0), 14.0, false, theme.back, "Continue");
                    top += self.px(38.0);
                }
                1 => {
                    // a table, whose lines make many right angles
                    for cell in 0..((x + width - left) / self.px(72.0)).max(0) {
                        self.fill(left + cell * self.px(72.0), top, self.px(70.0), self.px(18.0), theme.bar);
                        self.fill(left + cell * self.px(72.0) + 2, top + 2, self.px(70.0) - 4, self.px(18.0) - 4, theme.back);
                    }
                    top += self.px(20.0);
                }
                2 => {
                    // nested squares, as in icons, check boxes and radio buttons
                    for icon in 0..6 {
                        let size = self.px(14.0 + 2.0 * icon as f32);
                        let at = left + icon * self.px(40.0);
                        self.fill(at, top, size, size, theme.text);
                        self.fill(at + size / 7, top + size / 7, size - 2 * (size / 7), size - 2 * (size / 7), theme.back);
                        self.fill(
                            at + 2 * (size / 7),
                            top + 2 * (size / 7),
                            size - 4 * (size / 7),
                            size - 4 * (size / 7),
                            theme.text,
                        );
                    }
                    top += self.px(32.0);
                }
                _ => {
                    let mut line = String::new();
                    let most = ((x + width - left) as f32 / (8.2 * self.scale)) as usize;
                    while line.len() < most.saturating_sub(12) {
                        line.push_str(self.words[numbers.below(self.words.len() as u64) as usize]);
                        line.push(' ');
                    }
                    let color = if numbers.below(5) == 0 { theme.faint } else { theme.text };
                    self.text(left, top, 13.0, mono, color, &line);
                    top += self.px(19.0);
                }
            }
        }
    }
}
