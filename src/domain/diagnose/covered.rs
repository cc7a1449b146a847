//! Which counters were tried already, as ranges that do not touch.

use std::ops::RangeInclusive;

/// A set of numbers.
#[derive(Default)]
pub struct Covered {
    /// First and last of each range, in their order.
    ranges: Vec<(u64, u64)>,
}

impl Covered {
    /// Adds `range`; gives what of it was not there before, in order.
    pub fn add(&mut self, range: RangeInclusive<u64>) -> Vec<RangeInclusive<u64>> {
        let (first, last) = (*range.start(), *range.end());
        let mut fresh = Vec::new();
        if first > last {
            return fresh;
        }
        let begin = self.ranges.partition_point(|&(_, end)| end < first);
        let end = self.ranges.partition_point(|&(start, _)| start <= last);
        let mut next = Some(first);
        for &(start, end) in &self.ranges[begin..end] {
            if let Some(from) = next.filter(|&from| from < start) {
                fresh.push(from..=start - 1);
            }
            next = end.checked_add(1);
        }
        if let Some(from) = next.filter(|&from| from <= last) {
            fresh.push(from..=last);
        }
        let joined =
            self.ranges[begin..end].iter().fold((first, last), |(low, high), &(start, end)| (low.min(start), high.max(end)));
        self.ranges.splice(begin..end, [joined]);
        fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_new_comes_back() {
        let mut covered = Covered::default();
        let rows: &[(RangeInclusive<u64>, &[RangeInclusive<u64>])] = &[
            (10..=20, &[10..=20]),
            (10..=20, &[]),
            (5..=12, &[5..=9]),
            (30..=40, &[30..=40]),
            (0..=50, &[0..=4, 21..=29, 41..=50]),
            (u64::MAX - 1..=u64::MAX, &[u64::MAX - 1..=u64::MAX]),
            (40..=u64::MAX, &[51..=u64::MAX - 2]),
            (0..=u64::MAX, &[]),
        ];
        for (range, fresh) in rows {
            assert_eq!(covered.add(range.clone()), *fresh, "{range:?}");
        }
        assert_eq!(covered.ranges, [(0, u64::MAX)]);
    }
}
