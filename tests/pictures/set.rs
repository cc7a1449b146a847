//! The set of pictures: every way in which codes come, from the sharp one to the desktop full of windows. It follows from seeds.

use image::RgbaImage;
use image::imageops::{self, FilterType};
use qrcode::EcLevel::{self, H, L, M, Q};

use super::desktop::{DARK, Desk, LIGHT, Theme};
use super::draw::{BLACK, Code, Numbers, Place, Rgb, Style, WHITE, draw, each, noise, sheet};

/// How a picture comes to the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Raw pixels.
    Screen,
    /// A PNG file.
    Png,
    /// A JPEG file of this quality.
    Jpeg(u8),
    /// A WebP file.
    WebP,
    /// A GIF file.
    Gif,
    /// A BMP file.
    Bmp,
}

/// Draws a picture, and notes the texts in it.
type Make = dyn Fn(&mut Numbers, &mut Vec<String>) -> RgbaImage + Send + Sync;

/// One picture of the set.
pub struct Case {
    pub kind: &'static str,
    pub name: String,
    pub way: Way,
    seed: u64,
    make: Box<Make>,
}

impl Case {
    /// The picture, and the texts in it.
    pub fn make(&self) -> (RgbaImage, Vec<String>) {
        let mut texts = Vec::new();
        let picture = (self.make)(&mut Numbers(self.seed), &mut texts);
        (picture, texts)
    }
}

/// An address of about `length` bytes, as services make them.
pub fn address(numbers: &mut Numbers, length: usize) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const ISSUERS: [&str; 8] =
        ["GitHub", "Example%20Bank", "ACME%20Co", "Google", "AWS", "%C3%9Cber%20Mail", "Work", "Nextcloud"];
    let issuer = ISSUERS[numbers.below(8) as usize];
    let secret: String =
        (0..if length < 75 { 16 } else { 32 }).map(|_| char::from(ALPHABET[numbers.below(32) as usize])).collect();
    let mut text = format!("otpauth://totp/{issuer}:u{}?secret={secret}", numbers.below(1000));
    if length > 90 {
        text.push_str(&format!("&issuer={issuer}"));
    }
    if length > 130 {
        text.push_str("&algorithm=SHA1&digits=6&period=30");
    }
    if length > text.len() + 10 {
        text.push_str("&image=https%3A%2F%2F");
        while text.len() < length {
            text.push(char::from(b'a' + numbers.below(26) as u8));
        }
    }
    text
}

/// A code of a new address, noted in `texts`.
fn code(numbers: &mut Numbers, texts: &mut Vec<String>, length: usize, level: EcLevel) -> Code {
    let text = address(numbers, length);
    let code = Code::new(&text, level);
    texts.push(text);
    code
}

/// `code` alone on a sheet, at a place between pixels, with `room` pixels around its margin.
fn alone(numbers: &mut Numbers, code: &Code, module: f64, room: f64, back: Rgb, fine: u32) -> RgbaImage {
    let (dx, dy) = (numbers.between(0.0, 1.0), numbers.between(0.0, 1.0));
    let side = (code.side() * module + 2.0 * room + 1.0).ceil() as u32;
    let mut picture = sheet(side, side, back);
    draw(&mut picture, code, &Place::upright(code, room + dx, room + dy, module), fine);
    picture
}

fn turned(numbers: &mut Numbers, code: &Code, module: f64, degrees: f64, back: Rgb) -> RgbaImage {
    let side = (code.side() * module * 1.5).ceil() + 20.0;
    let mut picture = sheet(side as u32, side as u32, back);
    let middle = side / 2.0;
    let place = Place::turned(code, middle + numbers.between(0.0, 1.0), middle + numbers.between(0.0, 1.0), module, degrees);
    draw(&mut picture, code, &place, 4);
    picture
}

fn skewed(numbers: &mut Numbers, code: &Code, module: f64, strength: f64, back: Rgb) -> RgbaImage {
    let side = code.side() * module;
    let mut move_by = || numbers.between(0.0, strength) * side;
    let corners = [
        (10.0 + move_by(), 10.0 + move_by()),
        (10.0 + side - move_by(), 10.0 + move_by()),
        (10.0 + side - move_by(), 10.0 + side - move_by()),
        (10.0 + move_by(), 10.0 + side - move_by()),
    ];
    let mut picture = sheet(side as u32 + 20, side as u32 + 20, back);
    draw(&mut picture, code, &Place::corners(code, corners), 4);
    picture
}

/// A desktop with `count` codes. `scale` is pixels a point.
fn desktop(
    numbers: &mut Numbers,
    texts: &mut Vec<String>,
    [width, height]: [u32; 2],
    scale: f64,
    count: u64,
    theme: &Theme,
) -> RgbaImage {
    let mut desk = Desk::new(width, height, scale as f32, theme, numbers);
    let (w, h) = (i64::from(width), i64::from(height));
    for _ in 0..5 {
        let (x, y) = (numbers.below(w as u64 / 2) as i64, numbers.below(h as u64 / 2) as i64);
        let (ww, wh) = (w / 3 + numbers.below(w as u64 / 3) as i64, h / 3 + numbers.below(h as u64 / 3) as i64);
        desk.window(x, y, ww, wh, theme, numbers);
    }
    // codes in a grid of cells, so that none covers another
    let columns = if count > 4 { 4 } else { 2 };
    for place in 0..count {
        let length = 60 + numbers.below(240) as usize;
        let level = [L, M, Q, M][numbers.below(4) as usize];
        let mut code = code(numbers, texts, length, level);
        let rows = count.div_ceil(columns).max(2);
        let (cell_w, cell_h) = (w as u64 / columns, h as u64 / rows);
        let most = (cell_w.min(cell_h) as f64 - 30.0) / code.side();
        let module = numbers.between(1.5, 6.0).mul_add(scale, 0.0).min(most);
        // browsers draw nearest or averaged, and whole pixels where the page was made with care
        let (module, fine) = match numbers.below(3) {
            0 => (module.floor().max(2.0), 1),
            1 => (module.max(2.0), 1),
            _ => (module, 4),
        };
        code.quiet = [4.0, 4.0, 2.0, 1.0][numbers.below(4) as usize];
        if theme.dark && numbers.below(3) == 0 {
            // shown in the theme's colours
            code.ink = theme.text;
            code.paper = Some(theme.back);
        }
        let side = code.side() * module;
        let x = (place % columns * cell_w) as f64 + numbers.between(4.0, (cell_w as f64 - side - 4.0).max(5.0));
        let y = (place / columns * cell_h) as f64 + numbers.between(4.0, (cell_h as f64 - side - 4.0).max(5.0));
        let (x, y) = if fine == 1 { (x.floor(), y.floor()) } else { (x, y) };
        draw(&mut desk.picture, &code, &Place::upright(&code, x, y, module), fine);
    }
    desk.picture
}

/// The cases, made one after the other.
struct Set {
    cases: Vec<Case>,
    shift: u64,
}

impl Set {
    fn add(
        &mut self,
        kind: &'static str,
        name: String,
        way: Way,
        make: impl Fn(&mut Numbers, &mut Vec<String>) -> RgbaImage + Send + Sync + 'static,
    ) {
        let seed = self.cases.len() as u64 * 7919 + 17 + (self.shift << 32);
        self.cases.push(Case { kind, name, way, seed, make: Box::new(make) });
    }
}

/// Every picture there is. `shift` makes others of the same kinds: 0 are those that the reader was made with.
#[allow(clippy::too_many_lines, reason = "a list")]
pub fn all(shift: u64) -> Vec<Case> {
    let mut set = Set { cases: Vec::new(), shift };
    for module in [1.5, 1.75, 2.0, 2.25, 2.5, 3.0, 3.3, 4.0, 5.0, 6.7, 8.0, 10.0, 13.3, 16.0, 20.0] {
        for (fine, how) in [(1, "nearest"), (4, "averaged")] {
            for length in [60, 140, 300] {
                set.add("module size", format!("{module} px {how} {length} B"), Way::Png, move |n, t| {
                    let code = code(n, t, length, M);
                    alone(n, &code, module, 8.0, WHITE, fine)
                });
            }
        }
    }
    for degrees in [5.0, 15.0, 30.0, 45.0, 60.0, 90.0, 180.0, 270.0, 333.0] {
        for (module, length) in [(2.5, 80), (3.3, 160), (6.0, 120)] {
            set.add("turned", format!("{degrees}° {module} px"), Way::Screen, move |n, t| {
                let code = code(n, t, length, M);
                turned(n, &code, module, degrees, WHITE)
            });
        }
    }
    for module in [1.75, 2.5, 3.0, 5.0, 9.0] {
        for (ink, paper) in [(WHITE, BLACK), ([222, 224, 228], [30, 31, 36]), ([120, 200, 255], [10, 20, 60])] {
            set.add("light on dark", format!("{module} px {ink:?}"), Way::Png, move |n, t| {
                let mut code = code(n, t, 130, M);
                (code.ink, code.paper) = (ink, Some(paper));
                alone(n, &code, module, 20.0, paper, 4)
            });
        }
    }
    for (ink, paper) in [(200, 230), (120, 150), (30, 60), (235, 250), (0, 18), (60, 44), (180, 140)] {
        for module in [2.5, 4.0] {
            set.add("low contrast", format!("{ink} on {paper} {module} px"), Way::Screen, move |n, t| {
                let mut code = code(n, t, 120, M);
                (code.ink, code.paper) = ([ink; 3], Some([paper; 3]));
                alone(n, &code, module, 30.0, [paper.saturating_add(3); 3], 4)
            });
        }
    }
    let odd: [(Rgb, Rgb); 8] = [
        ([200, 0, 0], WHITE),
        ([0, 0, 255], [255, 255, 0]),
        ([0, 120, 60], BLACK),
        ([255, 120, 0], WHITE),
        ([90, 0, 120], [255, 180, 220]),
        ([255, 255, 0], [0, 60, 200]),
        ([0, 180, 180], [255, 250, 230]),
        ([60, 30, 10], [190, 150, 90]),
    ];
    for (ink, paper) in odd {
        for module in [2.2, 5.0] {
            set.add("odd colours", format!("{ink:?} on {paper:?} {module} px"), Way::Png, move |n, t| {
                let mut code = code(n, t, 120, M);
                (code.ink, code.paper) = (ink, Some(paper));
                alone(n, &code, module, 12.0, paper, 4)
            });
        }
    }
    for quality in [10, 20, 35] {
        for module in [2.0, 2.5, 3.0, 4.0, 6.3] {
            set.add("strong compression", format!("quality {quality} {module} px"), Way::Jpeg(quality), move |n, t| {
                let code = code(n, t, 130, M);
                alone(n, &code, module, 10.0, WHITE, 4)
            });
        }
    }
    for (module, sigma) in [(2.0, 0.6), (2.5, 0.9), (3.0, 1.2), (4.0, 1.7), (5.0, 2.2), (6.0, 2.6), (8.0, 3.5), (10.0, 4.6)] {
        for length in [70, 200] {
            set.add("blurred", format!("{module} px by {sigma} {length} B"), Way::Screen, move |n, t| {
                let code = code(n, t, length, M);
                imageops::blur(&alone(n, &code, module, 12.0, WHITE, 4), sigma)
            });
        }
    }
    for strength in [0.06, 0.12, 0.18, 0.25] {
        for (module, length) in [(4.0, 80), (6.0, 140), (9.0, 280)] {
            set.add("perspective", format!("{strength} {module} px {length} B"), Way::Screen, move |n, t| {
                let code = code(n, t, length, M);
                skewed(n, &code, module, strength, [215, 213, 205])
            });
        }
    }
    for module in [2.0, 3.0, 4.5, 7.0] {
        for ink in [BLACK, [60, 20, 90]] {
            set.add(
                "transparent",
                format!("{module} px {ink:?}"),
                if module == 3.0 { Way::WebP } else { Way::Png },
                move |n, t| {
                    let mut code = code(n, t, 110, M);
                    (code.ink, code.paper) = (ink, None);
                    let side = (code.side() * module).ceil() as u32;
                    // what shines through is "black that is not there", as programs leave it
                    let mut picture = RgbaImage::new(side, side);
                    draw(&mut picture, &code, &Place::upright(&code, 0.0, 0.0, module), 1);
                    picture
                },
            );
        }
    }
    for (around, what) in [(BLACK, "black"), ([40, 44, 52], "dark grey"), ([200, 30, 30], "red"), (WHITE, "the edge")] {
        for (module, quiet) in [(2.5, 0.0), (4.0, 0.0), (4.0, 1.0), (7.0, 0.5)] {
            set.add("no quiet zone", format!("{what} at {quiet}, {module} px"), Way::Screen, move |n, t| {
                let mut code = code(n, t, 120, M);
                code.quiet = quiet;
                alone(n, &code, module, if what == "the edge" { 0.0 } else { 25.0 }, around, 4)
            });
        }
    }
    for (module, degrees) in [(2.0, 0.0), (3.0, 0.0), (4.0, 90.0), (4.0, 20.0), (6.0, 180.0), (9.0, 0.0)] {
        for dark in [false, true] {
            set.add("mirrored", format!("{module} px {degrees}° {dark}"), Way::Bmp, move |n, t| {
                let mut code = code(n, t, 120, M);
                code.mirrored = true;
                let (ink, paper) = if dark { (WHITE, BLACK) } else { (BLACK, WHITE) };
                (code.ink, code.paper) = (ink, Some(paper));
                turned(n, &code, module, degrees, paper)
            });
        }
    }
    for (level, share) in [(Q, 0.10), (H, 0.10), (H, 0.15), (M, 0.05)] {
        for module in [2.5, 4.0, 7.0] {
            set.add("logo in the middle", format!("{share} {level:?} {module} px"), Way::Png, move |n, t| {
                let mut code = code(n, t, 120, level);
                code.logo = (share * (code.size * code.size) as f64).sqrt();
                alone(n, &code, module, 8.0, WHITE, 4)
            });
        }
    }
    for strength in [20.0, 45.0, 70.0] {
        for module in [2.5, 4.0, 8.0] {
            set.add("noise", format!("{strength} {module} px"), Way::Screen, move |n, t| {
                let mut code = code(n, t, 120, M);
                (code.ink, code.paper) = ([50; 3], Some([205; 3]));
                let mut picture = alone(n, &code, module, 20.0, [205; 3], 4);
                noise(&mut picture, strength, n);
                picture
            });
        }
    }
    for module in [3.0, 5.0, 8.0] {
        for (low, high) in [(0.12, 1.0), (0.3, 1.0), (0.05, 0.6)] {
            set.add("uneven light", format!("{low} to {high} {module} px"), Way::Screen, move |n, t| {
                let mut code = code(n, t, 140, M);
                code.ink = [40; 3];
                let mut picture = alone(n, &code, module, 30.0, WHITE, 4);
                let (w, h) = (f64::from(picture.width()), f64::from(picture.height()));
                each(&mut picture, |x, y, rgb| {
                    let part = (f64::from(x) / w + f64::from(y) / h) / 2.0;
                    rgb.map(|value| f64::from(value) * (low + (high - low) * part))
                });
                picture
            });
        }
    }
    for module in [4.0, 6.0, 9.0, 14.0] {
        for (level, logo) in [(M, 0.0), (Q, 0.0), (H, 0.1)] {
            set.add("round dots", format!("{module} px {level:?} logo {logo}"), Way::Png, move |n, t| {
                let mut code = code(n, t, 120, level);
                (code.style, code.logo) = (Style::Dots, (logo * (code.size * code.size) as f64).sqrt());
                alone(n, &code, module, 8.0, WHITE, 4)
            });
        }
    }
    for quality in [30, 60] {
        for (module, strength) in [(5.0, 0.08), (6.0, 0.14), (8.0, 0.2), (10.0, 0.1)] {
            set.add("like a photo", format!("{module} px {strength} quality {quality}"), Way::Jpeg(quality), move |n, t| {
                let mut code = code(n, t, 130, M);
                (code.ink, code.paper) = ([45, 42, 50], Some([215, 210, 200]));
                let mut picture = imageops::blur(&skewed(n, &code, module, strength, [150, 130, 110]), (module * 0.22) as f32);
                let w = f64::from(picture.width());
                each(&mut picture, |x, _, rgb| rgb.map(|value| f64::from(value) * (0.45 + 0.55 * f64::from(x) / w)));
                noise(&mut picture, 14.0, n);
                picture
            });
        }
    }
    for (filter, how) in [(FilterType::Triangle, "bilinear"), (FilterType::Lanczos3, "lanczos"), (FilterType::Nearest, "nearest")]
    {
        for share in [0.4, 0.55, 0.8, 1.3] {
            set.add("scaled", format!("{how} by {share}"), Way::Png, move |n, t| {
                let code = code(n, t, 130, M);
                let picture = alone(n, &code, 5.0, 20.0, WHITE, 1);
                let side = (f64::from(picture.width()) * share) as u32;
                imageops::resize(&picture, side, side, filter)
            });
        }
    }
    for (length, module) in [(500, 2.0), (500, 3.3), (900, 2.0), (900, 4.0), (1500, 2.5), (2300, 3.0)] {
        for way in [Way::Screen, Way::Gif] {
            set.add("long text", format!("{length} B {module} px"), way, move |n, t| {
                let code = code(n, t, length, L);
                alone(n, &code, module, 10.0, WHITE, 4)
            });
        }
    }
    for (count, module) in [(2, 3.0), (4, 2.5), (6, 4.0), (8, 3.0), (8, 2.0)] {
        for dark in [false, true] {
            set.add("several, one inverted", format!("{count} at {module} px, on dark: {dark}"), Way::Png, move |n, t| {
                let codes: Vec<Code> = (0..count).map(|_| code(n, t, 60 + 20 * count, M)).collect();
                let cell = codes.iter().map(Code::side).fold(0.0, f64::max) * module + 12.0;
                let columns = (count as f64).sqrt().ceil() as usize;
                let back = if dark { [24, 26, 30] } else { WHITE };
                let side = (cell * columns as f64) as u32 + 12;
                let mut picture = sheet(side, side, back);
                for (place, mut code) in codes.into_iter().enumerate() {
                    if place % 3 == 1 {
                        (code.ink, code.paper) = (WHITE, Some(BLACK));
                    }
                    let (x, y) = ((place % columns) as f64 * cell + 6.0, (place / columns) as f64 * cell + 6.0);
                    draw(&mut picture, &code, &Place::upright(&code, x, y, module), 2);
                }
                picture
            });
        }
    }
    for (count, scale) in [(1, 1.0), (1, 1.25), (2, 1.0), (3, 1.5), (4, 1.0), (4, 1.25), (6, 1.0), (8, 1.0)] {
        for dark in [false, true] {
            for way in [Way::Screen, Way::Jpeg(60)] {
                set.add("desktop 1920 × 1080", format!("{count} at {scale}, dark: {dark}"), way, move |n, t| {
                    desktop(n, t, [1920, 1080], scale, count, if dark { &DARK } else { &LIGHT })
                });
            }
        }
    }
    for (count, scale) in [(1, 1.0), (1, 2.0), (2, 1.5), (4, 2.0), (6, 1.75), (8, 1.0)] {
        for dark in [false, true] {
            set.add("desktop 3840 × 2160", format!("{count} at {scale}, dark: {dark}"), Way::Screen, move |n, t| {
                desktop(n, t, [3840, 2160], scale, count, if dark { &DARK } else { &LIGHT })
            });
        }
    }
    set.cases
}
