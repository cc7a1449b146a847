//! Grey pictures to the QR codes in them: a ladder of looks at the picture, from the cheapest on; what each finds is merged.
//!
//! Each step makes dark and light of the grey (`threshold`) and searches both the picture and its negative, so that a light code on
//! dark is found beside a dark one on light. Every step is taken, however much was found before: nothing tells that a picture holds
//! no further code. The patterns, grids and texts are read by `rxing`, a port of ZXing; its picture of dark and light, the ladder
//! and the mending of what it cannot see (`margin`) are ours.
//!
//! It may panic and take its time on a picture that was made to harm: run it where both do no harm (`adapters::picture_reader`).

use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::cpp_essentials::ConcentricPattern;
use rxing::common::{BitMatrix, DetectorRXingResult};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{FinderPatternSet, GenerateFinderPatternSets, SampleQR};
use zeroize::Zeroizing;

use super::picture::Grey;

mod askew;
mod margin;
mod patterns;
mod scale;
mod square;
mod threshold;

use patterns::Places;
use square::{Part, Square};
use threshold::{Blocks, Cut};

/// The most codes that are given back.
pub const MOST_CODES: usize = 64;
/// A picture of more pixels is looked at in tiles of this side, in pixels.
const TILE: usize = 4096;
/// How far tiles overlap: no code on a screen is larger than that and whole in neither of two tiles.
const OVERLAP: usize = 1024;
/// The most groups of three patterns that are tried in one look.
const MOST_GROUPS: usize = 3000;
/// The most places of a large picture that are looked at more closely.
const MOST_CLOSER: usize = 12;
/// So many of them, the likeliest, are tried without a look at what is between their patterns.
const FREE_GROUPS: usize = 20;

/// One code that was found.
pub struct Found {
    /// What it says, as its bytes. A secret.
    pub text: Zeroizing<Vec<u8>>,
    /// Where it is: its corners in pixels of the picture, in the code's own order (top left, top right, bottom right, bottom left).
    pub corners: [(f32, f32); 4],
}

impl Found {
    fn middle(&self) -> (f32, f32) {
        let sum = self.corners.iter().fold((0.0, 0.0), |sum, corner| (sum.0 + corner.0, sum.1 + corner.1));
        (sum.0 / 4.0, sum.1 / 4.0)
    }

    fn size(&self) -> f32 {
        let [(ax, ay), _, (bx, by), _] = self.corners;
        (ax - bx).hypot(ay - by)
    }

    /// Whether `other` is a second sight of the same code.
    fn same(&self, other: &Self) -> bool {
        let ((ax, ay), (bx, by)) = (self.middle(), other.middle());
        (ax - bx).hypot(ay - by) < 0.25 * self.size().max(other.size())
    }

    /// Whether a place is inside of it.
    fn covers(&self, x: f32, y: f32) -> bool {
        let turns = |place: usize| {
            let ((ax, ay), (bx, by)) = (self.corners[place], self.corners[(place + 1) % 4]);
            (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        };
        (0..4).all(|place| turns(place) >= 0.0) || (0..4).all(|place| turns(place) <= 0.0)
    }

    /// Its place in a picture that is `scale` times as large, without its text.
    fn seen(&self, scale: f32) -> Self {
        Self { text: Zeroizing::default(), corners: self.corners.map(|(x, y)| (x * scale, y * scale)) }
    }

    fn moved(mut self, by: (f32, f32), scale: f32) -> Self {
        for (x, y) in &mut self.corners {
            (*x, *y) = (*x / scale + by.0, *y / scale + by.1);
        }
        self
    }
}

impl std::fmt::Debug for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Found").field("corners", &self.corners).finish_non_exhaustive()
    }
}

/// All codes in `picture`, from the top down; at most [`MOST_CODES`].
#[must_use]
pub fn read(picture: &Grey) -> Vec<Found> {
    let mut found = Vec::new();
    for (top, height) in tiles(picture.height()) {
        for (left, width) in tiles(picture.width()) {
            if (width, height) == (picture.width(), picture.height()) {
                climb(picture, (0.0, 0.0), &mut found);
            } else if let Some(tile) = picture.part(left, top, width, height) {
                climb(&tile, (left as f32, top as f32), &mut found);
            }
        }
    }
    found.sort_by(|a, b| a.middle().1.total_cmp(&b.middle().1).then(a.middle().0.total_cmp(&b.middle().0)));
    found.truncate(MOST_CODES);
    found
}

/// Where the tiles of one side begin, and how long they are.
fn tiles(side: usize) -> Vec<(usize, usize)> {
    if side <= TILE {
        return vec![(0, side)];
    }
    let begins = (0..).map(|tile| tile * (TILE - OVERLAP)).take_while(|begin| begin + OVERLAP < side);
    begins.map(|begin| (begin, TILE.min(side - begin))).collect()
}

/// Every step of the ladder over one tile.
fn climb(tile: &Grey, at: (f32, f32), found: &mut Vec<Found>) {
    let mut ladder = Ladder::default();
    ladder.steps(tile, 1.0, &[Cut::Near, Cut::Faint]);
    if let Some(half) = scale::half(tile) {
        ladder.steps(&half, 0.5, &[Cut::Near]);
        if let Some(quarter) = scale::half(&half) {
            ladder.steps(&quarter, 0.25, &[Cut::Near]);
        }
    }
    if let Some(soft) = scale::soft(tile) {
        ladder.steps(&soft, 1.0, &[Cut::Faint]);
        if let Some(double) = scale::double(&soft) {
            ladder.steps(&double, 2.0, &[Cut::Near]);
        }
    }
    if let Some(double) = scale::double(tile) {
        ladder.steps(&double, 2.0, &[Cut::Near]);
    } else {
        ladder.look_closer(tile);
    }
    for code in ladder.found {
        let code = code.moved(at, 1.0);
        if !found.iter().any(|known| known.same(&code)) {
            found.push(code);
        }
    }
}

/// What was found on the way up, in pixels of the tile.
#[derive(Default)]
struct Ladder {
    found: Vec<Found>,
    missed: Vec<Part>,
}

/// What one look found.
#[derive(Default)]
struct Seen {
    found: Vec<Found>,
    /// Where a code seems to be that could not be read.
    missed: Vec<Part>,
}

impl Ladder {
    /// A look at the tile, which is `scale` times as large here, and at its negative, for each of `cuts`.
    fn steps(&mut self, picture: &Grey, scale: f32, cuts: &[Cut]) {
        let Some(blocks) = Blocks::of(picture) else { return };
        for &cut in cuts {
            let Some(mut dark) = threshold::dark(picture, &blocks, cut) else { return };
            let (inked, light) = Places::of(&dark);
            for places in [inked, light] {
                self.take(scale, |known| search(&dark, &places, known));
                if cut == Cut::Near {
                    self.take(scale, |known| Seen { found: margin::look(&dark, &places.cores, known), missed: Vec::new() });
                }
                dark.flip_self();
            }
        }
    }

    /// Adds what `look` finds, which is told what is known already.
    fn take(&mut self, scale: f32, look: impl FnOnce(&[Found]) -> Seen) {
        let known: Vec<Found> = self.found.iter().map(|code| code.seen(scale)).collect();
        // What panics has found nothing; the other looks still may.
        let seen = catch_unwind(AssertUnwindSafe(|| look(&known))).unwrap_or_default();
        seen.found.into_iter().for_each(|code| self.add(code.moved((0.0, 0.0), scale)));
        if scale == 1.0 {
            let new = seen.missed.into_iter().filter(|part| !self.missed.iter().any(|known| known.same(part)));
            let new: Vec<Part> = new.take(MOST_CLOSER.saturating_sub(self.missed.len())).collect();
            self.missed.extend(new);
        }
    }

    fn add(&mut self, code: Found) {
        if !self.found.iter().any(|known| known.same(&code)) {
            self.found.push(code);
        }
    }

    /// A look at twice the size at the places of a large picture where a code seems to be.
    fn look_closer(&mut self, tile: &Grey) {
        for part in std::mem::take(&mut self.missed) {
            let (x, y) = part.middle();
            if self.found.iter().any(|code| code.covers(x, y)) {
                continue;
            }
            let Some((piece, at)) = part.of(tile) else { continue };
            let Some(double) = scale::double(&piece) else { continue };
            let mut closer = Self::default();
            closer.steps(&double, 2.0, &[Cut::Near]);
            closer.found.into_iter().for_each(|code| self.add(code.moved(at, 1.0)));
        }
    }
}

/// The codes whose dark modules are set in `dark`, but for those that are `known`. `places` are those of its dark patterns.
fn search(dark: &BitMatrix, places: &Places, known: &[Found]) -> Seen {
    let mut patterns = places.patterns(dark, |place| known.iter().any(|code| code.covers(place.x, place.y)));
    let mut used: Vec<ConcentricPattern> = Vec::new();
    let mut seen = Seen::default();
    let groups = GenerateFinderPatternSets(&mut patterns);
    let mut read = |groups: Vec<FinderPatternSet>| {
        for (number, group) in groups.into_iter().take(MOST_GROUPS).enumerate() {
            let three = [group.bl, group.tl, group.tr];
            let square = Square::of(&group);
            if three.iter().any(|pattern| used.contains(pattern)) || number >= FREE_GROUPS && !square.may_be_timed(dark) {
                continue;
            }
            if let Some(code) = sample(dark, &group) {
                // nothing else is in the same place
                used.extend(patterns.iter().filter(|pattern| code.covers(pattern.p.x, pattern.p.y)));
                used.extend(three);
                seen.found.push(code);
            } else if seen.missed.len() < MOST_CLOSER && square.is_small() && square.is_roughly_timed(dark) {
                seen.missed.push(square.part());
            }
        }
        patterns.iter().filter(|pattern| !used.contains(pattern)).copied().collect::<Vec<_>>()
    };
    let left = read(groups);
    read(askew::groups(&left));
    seen
}

fn sample(dark: &BitMatrix, group: &FinderPatternSet) -> Option<Found> {
    let grid = SampleQR(dark, group).ok()?;
    let text = Decode(grid.getBits()).ok().filter(|decoded| decoded.isValid())?;
    let [top_left, top_right, bottom_left, bottom_right] = <[_; 4]>::try_from(grid.getPoints()).ok()?;
    let corners = [top_left, top_right, bottom_right, bottom_left].map(|point| (point.x, point.y));
    Some(Found { text: Zeroizing::new(text.content().bytes().to_vec()), corners })
}

#[cfg(test)]
mod tests;
