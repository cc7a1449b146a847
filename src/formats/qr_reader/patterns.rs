//! Where finder patterns may be: the places in the rows of a picture that look like a line through the middle of one.

use rxing::common::cpp_essentials::{ConcentricPattern, LocateConcentricPattern};
use rxing::common::{BitFieldBaseType as Word, BitMatrix};
use rxing::{Point, point};

/// Only every third row is looked at: the core of a pattern is three modules high, and a module at least a pixel.
const ROWS: usize = 3;
/// The most places of one kind in one look, and the most patterns: more of them are not codes.
const MOST_PLACES: usize = 200_000;
const MOST_PATTERNS: usize = 2_000;

/// The middle of five runs in a row.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) x: f32,
    pub(super) y: u32,
    /// The widths of the runs, in pixels.
    pub(super) runs: [u32; 5],
}

/// The places of one polarity.
#[derive(Default)]
pub(super) struct Places {
    /// 1 : 1 : 3 : 1 : 1.
    pub(super) whole: Vec<Place>,
    /// The inner three of them, with anything around that is wide enough.
    pub(super) cores: Vec<Place>,
}

impl Places {
    /// The places of patterns that are dark in `dark`, and of those that are light.
    pub(super) fn of(dark: &BitMatrix) -> (Self, Self) {
        let mut both = (Self::default(), Self::default());
        let mut edges = Vec::new();
        for y in (ROWS as u32 - 1..dark.height()).step_by(ROWS) {
            edges_of(dark, y, &mut edges);
            for (place, six) in edges.windows(6).enumerate() {
                let &[a, b, c, d, e, f] = six else { continue };
                let runs = [b - a, c - b, d - c, e - d, f - e];
                // the fewest pass this, so that little is spent on the others
                if runs[2] < 3 || runs[2] < runs[1].max(runs[3]) {
                    continue;
                }
                let places = if place % 2 == 0 { &mut both.0 } else { &mut both.1 };
                let here = Place { x: (c + d) as f32 / 2.0, y, runs };
                if whole(runs) && places.whole.len() < MOST_PLACES {
                    places.whole.push(here);
                }
                if core(runs) && places.cores.len() < MOST_PLACES {
                    places.cores.push(here);
                }
            }
        }
        both
    }

    /// The patterns that are whole, each once, but for those in places that `skip` names.
    pub(super) fn patterns(&self, dark: &BitMatrix, skip: impl Fn(Point) -> bool) -> Vec<ConcentricPattern> {
        let mut patterns: Vec<ConcentricPattern> = Vec::new();
        for place in &self.whole {
            let middle = point(place.x, place.y as f32 + 0.5);
            let inside = |known: &ConcentricPattern| Point::distance(middle, known.p) < known.size as f32 / 2.0;
            if patterns.iter().any(inside) || skip(middle) {
                continue;
            }
            // three times as far, for those that are seen askew
            let range = 3 * place.runs.iter().sum::<u32>() as i32;
            if let Some(pattern) = LocateConcentricPattern::<true, 5, 7>(dark, &[1, 1, 3, 1, 1], middle, range) {
                patterns.push(pattern);
                if patterns.len() >= MOST_PATTERNS {
                    break;
                }
            }
        }
        patterns
    }
}

/// Where the colour of row `y` changes: at even places from light to dark, at odd ones from dark to light; its end last.
fn edges_of(dark: &BitMatrix, y: u32, edges: &mut Vec<u32>) {
    edges.clear();
    let (row, width) = (dark.getRow(y), dark.width());
    let mut before: Word = 0;
    for (place, word) in row.getBitArray().iter().enumerate() {
        // a bit is set where a pixel differs from the one on its left
        let mut changes = word ^ (word << 1 | before);
        while changes != 0 {
            edges.push(place as u32 * Word::BITS + changes.trailing_zeros());
            changes &= changes - 1;
        }
        before = word >> (Word::BITS - 1);
    }
    // behind the end of the row there may be more bits
    while edges.last().is_some_and(|edge| *edge >= width) {
        edges.pop();
    }
    edges.push(width);
}

/// Whether the runs are 1 : 1 : 3 : 1 : 1, as far as dark and light may differ in how far they spread (ZXing's tolerances).
fn whole([a, b, c, d, e]: [u32; 5]) -> bool {
    if c < 2 * a.max(e) {
        return false;
    }
    let dark = (a + c + e) as f32 / 5.0;
    let light = (b + d) as f32 / 2.0;
    let near = |run: u32, modules: f32, module: f32, most: f32| (run as f32 - modules * module).abs() <= most;
    let (most_dark, most_light) = (dark * 0.75 + 0.5, light / 3.0 + 0.5);
    dark.max(light) <= 4.0 * dark.min(light)
        && [(a, 1.0), (c, 3.0), (e, 1.0)].iter().all(|(run, modules)| near(*run, *modules, dark, most_dark))
        && [b, d].iter().all(|run| near(*run, 1.0, light, most_light))
}

/// Whether dark, light, dark, light, dark of these widths may be a core with something dark around.
pub(super) fn core([before, left, middle, right, after]: [u32; 5]) -> bool {
    let module = (left + middle + right) as f32 / 5.0;
    let part = |run: u32| run as f32 / module;
    middle >= 4
        && (0.5..1.6).contains(&part(left))
        && (0.5..1.6).contains(&part(right))
        && (2.4..3.7).contains(&part(middle))
        && part(before) > 0.6
        && part(after) > 0.6
}
