//! Codes without a margin: where the surroundings are as dark as the code, its finder patterns run into them and show no outer edge.
//!
//! What is left of a pattern is its core: light, dark and light as 1 : 3 : 1, across and down, with at least something dark around.
//! Three cores make a code; everything outside its square is then painted light, and it is read as if it had its margin.

use rxing::common::BitMatrix;
use rxing::common::cpp_essentials::ConcentricPattern;
use rxing::point;
use rxing::qrcode::cpp_port::detector::GenerateFinderPatternSets;

use super::patterns::{Place, Places, core};
use super::square::Square;
use super::{Found, search};

/// The most cores in one look: more of them are a pattern of something else.
const MOST_CORES: usize = 400;
/// The most squares that are painted free in one look.
const MOST_GROUPS: usize = 20;

/// The codes in `dark` that have no margin; `known` are those that were found already.
pub(super) fn look(dark: &BitMatrix, places: &[Place], known: &[Found]) -> Vec<Found> {
    let mut cores = cores(dark, places, known);
    let mut found: Vec<Found> = Vec::new();
    let groups = GenerateFinderPatternSets(&mut cores);
    let squares = groups.iter().map(|group| (group.tl.p, Square::of(group))).filter(|(_, square)| square.is_timed(dark));
    for (corner, square) in squares.take(MOST_GROUPS) {
        if found.iter().any(|code| code.covers(corner.x, corner.y)) {
            continue;
        }
        if let Some((free, at)) = square.free(dark) {
            found.extend(search(&free, &Places::of(&free).0, &[]).found.into_iter().map(|code| code.moved(at, 1.0)));
        }
    }
    found
}

/// The cores of finder patterns, each once; none if there are too many.
fn cores(dark: &BitMatrix, places: &[Place], known: &[Found]) -> Vec<ConcentricPattern> {
    let mut cores: Vec<ConcentricPattern> = Vec::new();
    for place in places {
        let (x, y) = (place.x, place.y as f32 + 0.5);
        let inside = |core: &ConcentricPattern| (core.p.x - x).hypot(core.p.y - y) < core.size as f32 / 2.0;
        if cores.iter().any(inside) {
            continue;
        }
        let [_, left, middle, right, _] = place.runs;
        let Some((y, height)) = down(dark, x as u32, place.y, middle) else { continue };
        if known.iter().any(|code| code.covers(x, y)) {
            continue;
        }
        let module = ((left + middle + right) as f32 + height) / 10.0;
        cores.push(ConcentricPattern { p: point(x, y), size: (7.0 * module).round() as i32 });
        if cores.len() > MOST_CORES {
            return Vec::new();
        }
    }
    cores
}

/// Whether there is a core in the column `x` through `y`: where its middle is, and its height with the light on both sides.
fn down(dark: &BitMatrix, x: u32, y: u32, width: u32) -> Option<(f32, f32)> {
    let most = 2 * width;
    let run = |from: i64, by: i64, is: bool| {
        let same = |step: &i64| u32::try_from(from + step * by).is_ok_and(|y| dark.try_get(x, y) == Some(is));
        (0..i64::from(most)).take_while(same).count() as i64
    };
    let y = i64::from(y);
    let (up, low) = (run(y, -1, true), run(y + 1, 1, true));
    let (up_light, low_light) = (run(y - up, -1, false), run(y + 1 + low, 1, false));
    let (up_dark, low_dark) = (run(y - up - up_light, -1, true), run(y + 1 + low + low_light, 1, true));
    let five = [up_dark, up_light, up + low, low_light, low_dark].map(|length| length as u32);
    let alike = (0.6..1.7).contains(&(five[2] as f32 / width as f32));
    let middle = (2 * y + 1 - up + low + 1) as f32 / 2.0;
    (up > 0 && core(five) && alike).then_some((middle, (five[1] + five[2] + five[3]) as f32))
}
