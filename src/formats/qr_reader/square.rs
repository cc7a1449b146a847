//! The square that three finder patterns span, as if it were seen straight on.

use rxing::common::BitMatrix;
use rxing::qrcode::cpp_port::detector::FinderPatternSet;

use crate::formats::picture::Grey;

/// What is painted light around a code, in modules.
const QUIET: f32 = 4.0;

/// The square of a code.
pub(super) struct Square {
    corner: (f32, f32),
    across: (f32, f32),
    down: (f32, f32),
    /// The sides, in modules.
    size: f32,
    /// In pixels.
    module: f32,
}

impl Square {
    pub(super) fn of(group: &FinderPatternSet) -> Self {
        let (a, b, c) = (group.tl.p, group.tr.p, group.bl.p);
        let module = (group.tl.size + group.tr.size + group.bl.size) as f32 / 21.0;
        let (across, down) = ((b.x - a.x, b.y - a.y), (c.x - a.x, c.y - a.y));
        let length = f32::midpoint(across.0.hypot(across.1), down.0.hypot(down.1)).max(1.0);
        // codes have 21, 25, 29, … modules; the middles of their patterns are seven modules less apart
        let size = 17.0 + 4.0 * ((length / module.max(0.1) + 7.0 - 17.0) / 4.0).round().clamp(1.0, 40.0);
        let per = 1.0 / (size - 7.0);
        let (across, down) = ((across.0 * per, across.1 * per), (down.0 * per, down.1 * per));
        let corner = (a.x - 3.5 * (across.0 + down.0), a.y - 3.5 * (across.1 + down.1));
        Self { corner, across, down, size, module: length * per }
    }

    /// A place in modules from its corner, in pixels of the picture.
    fn at(&self, u: f32, v: f32) -> (f32, f32) {
        (self.corner.0 + u * self.across.0 + v * self.down.0, self.corner.1 + u * self.across.1 + v * self.down.1)
    }

    /// How often dark and light change between its patterns, as parts of what a timing pattern has: across and down.
    fn changes(&self, dark: &BitMatrix) -> [f32; 2] {
        const STEPS: f32 = 3.0;
        let modules = self.size - 13.0;
        let count = |(x, y): (f32, f32), by: (f32, f32)| {
            let (mut before, mut changes) = (true, 0_u32);
            for step in 0..=(modules * STEPS) as u32 {
                let part = step as f32 / STEPS;
                let (x, y) = (x + part * by.0, y + part * by.1);
                let here = x >= 0.0 && y >= 0.0 && dark.try_get(x as u32, y as u32) == Some(true);
                changes += u32::from(before != here);
                before = here;
            }
            changes as f32 / modules
        };
        let begin = self.at(6.5, 6.5);
        [count(begin, self.across), count(begin, self.down)]
    }

    /// Whether there may be a timing pattern, across or down, seen askew or not. Icons and letters that look like three patterns have
    /// hardly anything between them.
    pub(super) fn may_be_timed(&self, dark: &BitMatrix) -> bool {
        self.changes(dark).iter().any(|part| *part >= 0.35)
    }

    /// Whether there are timing patterns, across and down.
    pub(super) fn is_timed(&self, dark: &BitMatrix) -> bool {
        self.changes(dark).iter().all(|part| (0.8..1.2).contains(part))
    }

    /// Whether there seem to be timing patterns, across and down.
    pub(super) fn is_roughly_timed(&self, dark: &BitMatrix) -> bool {
        self.changes(dark).iter().all(|part| (0.5..1.3).contains(part))
    }

    /// Whether twice the size may help.
    pub(super) fn is_small(&self) -> bool {
        self.module < 3.0
    }

    /// Where it is, with its margin.
    pub(super) fn part(&self) -> Part {
        let ((left, width), (top, height)) = self.bounds();
        Part { left, top, width, height }
    }

    /// Where it begins and how long it is, across and down, with its margin; whole pixels.
    fn bounds(&self) -> ((f32, f32), (f32, f32)) {
        let size = self.size;
        let corners = [self.at(0.0, 0.0), self.at(size, 0.0), self.at(size, size), self.at(0.0, size)];
        let margin = QUIET * self.module;
        let bounds = |values: [f32; 4]| {
            let least = values.into_iter().fold(f32::INFINITY, f32::min) - margin;
            let most = values.into_iter().fold(f32::NEG_INFINITY, f32::max) + margin;
            (least.floor(), (most - least).ceil())
        };
        (bounds(corners.map(|corner| corner.0)), bounds(corners.map(|corner| corner.1)))
    }

    /// The square alone on light, and where that piece begins in the picture.
    pub(super) fn free(&self, dark: &BitMatrix) -> Option<(BitMatrix, (f32, f32))> {
        let size = self.size;
        let ((left, width), (top, height)) = self.bounds();
        if !(21.0..8192.0).contains(&width) || !(21.0..8192.0).contains(&height) {
            return None;
        }
        let det = self.across.0 * self.down.1 - self.across.1 * self.down.0;
        let mut free = BitMatrix::new(width as u32, height as u32).ok()?;
        for y in 0..height as u32 {
            for x in 0..width as u32 {
                let (px, py) = (left + x as f32, top + y as f32);
                let (dx, dy) = (px + 0.5 - self.corner.0, py + 0.5 - self.corner.1);
                let u = (dx * self.down.1 - dy * self.down.0) / det;
                let v = (dy * self.across.0 - dx * self.across.1) / det;
                let inside = (0.0..size).contains(&u) && (0.0..size).contains(&v) && px >= 0.0 && py >= 0.0;
                if inside && dark.try_get(px as u32, py as u32) == Some(true) {
                    free.set(x, y);
                }
            }
        }
        Some((free, (left, top)))
    }
}

/// A part of a picture, in pixels.
pub(super) struct Part {
    left: f32,
    top: f32,
    width: f32,
    height: f32,
}

impl Part {
    pub(super) fn middle(&self) -> (f32, f32) {
        (self.left + self.width / 2.0, self.top + self.height / 2.0)
    }

    /// Whether `other` is about the same place.
    pub(super) fn same(&self, other: &Self) -> bool {
        let ((ax, ay), (bx, by)) = (self.middle(), other.middle());
        (ax - bx).hypot(ay - by) < 0.1 * self.width
    }

    /// What of it is in `picture`, and where that begins.
    pub(super) fn of(&self, picture: &Grey) -> Option<(Grey, (f32, f32))> {
        // a negative number becomes 0
        let side = |begin: f32, length: f32, most: usize| {
            let (from, to) = (begin as usize, ((begin + length) as usize).min(most));
            to.checked_sub(from).map(|length| (from, length))
        };
        let (left, width) = side(self.left, self.width, picture.width())?;
        let (top, height) = side(self.top, self.height, picture.height())?;
        Some((picture.part(left, top, width, height)?, (left as f32, top as f32)))
    }
}
