//! Groups of three patterns that are seen very much askew: one of them is up to four times as large as another.

use rxing::common::cpp_essentials::ConcentricPattern;
use rxing::qrcode::cpp_port::detector::FinderPatternSet;

/// Among more patterns than these nobody knows which three belong together.
const MOST_PATTERNS: usize = 12;
/// The most that one pattern is larger than another.
const MOST_LARGER: i32 = 4;
/// What the angle in the corner may be: its cosine.
const MOST_COSINE: f32 = 0.8;

/// All groups that three of `patterns` may be; none if there are too many.
pub(super) fn groups(patterns: &[ConcentricPattern]) -> Vec<FinderPatternSet> {
    let mut groups = Vec::new();
    if patterns.len() > MOST_PATTERNS {
        return groups;
    }
    for (third, c) in patterns.iter().enumerate() {
        for (second, b) in patterns[..third].iter().enumerate() {
            groups.extend(patterns[..second].iter().filter_map(|a| group([*a, *b, *c])));
        }
    }
    groups
}

fn group(three: [ConcentricPattern; 3]) -> Option<FinderPatternSet> {
    let sizes = three.map(|pattern| pattern.size);
    let (least, most) = (sizes.into_iter().min()?, sizes.into_iter().max()?);
    if least <= 0 || most > MOST_LARGER * least {
        return None;
    }
    // The corner is across from the longest side, as long as it is measured in patterns.
    let length =
        |a: ConcentricPattern, b: ConcentricPattern| (a.p.x - b.p.x).hypot(a.p.y - b.p.y) / ((a.size + b.size) as f32 / 2.0);
    let [a, b, c] = three;
    let (corner, one, other) = [(a, b, c), (b, c, a), (c, a, b)]
        .into_iter()
        .max_by(|(_, one, other), (_, next, last)| length(*one, *other).total_cmp(&length(*next, *last)))?;
    let (u, v) = ((one.p.x - corner.p.x, one.p.y - corner.p.y), (other.p.x - corner.p.x, other.p.y - corner.p.y));
    let cosine = (u.0 * v.0 + u.1 * v.1) / (u.0.hypot(u.1) * v.0.hypot(v.1));
    // patterns in one place have no angle
    if cosine.is_nan() || cosine.abs() > MOST_COSINE {
        return None;
    }
    let clockwise = u.0 * v.1 - u.1 * v.0 > 0.0;
    let (tr, bl) = if clockwise { (one, other) } else { (other, one) };
    Some(FinderPatternSet { bl, tl: corner, tr })
}
