//! RTL_BITMAP — the bits of a bitmap, looked at and changed in runs.

use std::ops::Range;

/// What a search answers that finds nothing.
pub const NOT_FOUND: u32 = u32::MAX;

/// Bits — the words of a bitmap and how many of their bits belong to it.
pub struct Bits<'a> {
    words: &'a mut [u32],
    size: u32,
}

impl<'a> Bits<'a> {
    /// The first `size` bits of `words`.
    pub fn new(words: &'a mut [u32], size: u32) -> Self {
        Self { words, size }
    }

    /// The state of a bit; a bit that the bitmap does not have is clear.
    #[must_use]
    pub fn is_set(&self, at: u32) -> bool {
        let word = self.words.get((at / 32) as usize);
        at < self.size && word.is_some_and(|word| word >> (at % 32) & 1 != 0)
    }

    /// Makes `count` bits from `start` set or clear.
    pub fn fill(&mut self, start: u32, count: u32, set: bool) {
        for at in u64::from(start)..u64::from(start) + u64::from(count) {
            let Some(word) = self.words.get_mut((at / 32) as usize) else {
                return;
            };
            let bit = 1 << (at % 32);
            *word = if set { *word | bit } else { *word & !bit };
        }
    }

    /// Whether `count` bits from `start` are all set or all clear: not so for no bits, nor for some that the bitmap has not.
    #[must_use]
    pub fn is_filled(&self, start: u32, count: u32, set: bool) -> bool {
        let fits = start.checked_add(count).is_some_and(|end| end <= self.size);
        fits && count != 0 && (start..start + count).all(|at| self.is_set(at) == set)
    }

    /// How many bits are set, or clear.
    #[must_use]
    pub fn count(&self, range: Range<u32>, set: bool) -> u32 {
        let range = range.start..range.end.min(self.size);
        range.filter(|at| self.is_set(*at) == set).count() as u32
    }

    /// The runs of set or clear bits, from `from` on.
    pub fn runs(&self, from: u32, set: bool) -> impl Iterator<Item = Range<u32>> {
        let mut next = from;
        std::iter::from_fn(move || {
            let start = (next..self.size).find(|at| self.is_set(*at) == set)?;
            let end = (start..self.size).find(|at| self.is_set(*at) != set);
            next = end.unwrap_or(self.size);
            Some(start..next)
        })
    }

    /// The run that ends at `from` or lies next before it.
    #[must_use]
    pub fn run_backward(&self, from: u32, set: bool) -> Option<Range<u32>> {
        let from = from.min(self.size.checked_sub(1)?);
        let last = (0..=from).rev().find(|at| self.is_set(*at) == set)?;
        let before = (0..last).rev().find(|at| self.is_set(*at) != set);
        Some(before.map_or(0, |before| before + 1)..last + 1)
    }

    /// The longest run; of several the first.
    #[must_use]
    pub fn longest(&self, set: bool) -> Option<Range<u32>> {
        self.runs(0, set)
            .reduce(|best, run| if run.len() > best.len() { run } else { best })
    }

    /// Where `count` such bits are together: at `hint` or behind it, or else anywhere. A hint behind the end is none, and for no
    /// bits the answer is the byte of the hint.
    #[must_use]
    pub fn find(&self, count: u32, hint: u32, set: bool) -> u32 {
        let hint = if hint < self.size { hint } else { 0 };
        if count == 0 {
            return hint & !7;
        }
        let found = |from| {
            let run = self.runs(from, set).find(|run| run.len() >= count as usize);
            run.map(|run| run.start)
        };
        found(hint).or_else(|| found(0)).unwrap_or(NOT_FOUND)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_cross_words_and_end_with_the_bitmap() {
        let mut words = [0xFFFF_0000, 0x0000_00FF];
        let bits = Bits::new(&mut words, 36);
        assert!(bits.runs(0, true).eq(std::iter::once(16..36)));
        assert_eq!(bits.runs(20, true).next(), Some(20..36));
        assert_eq!(bits.longest(false), Some(0..16));
        assert_eq!(bits.run_backward(99, true), Some(16..36));
        assert_eq!(bits.run_backward(15, true), None);
        assert_eq!((bits.count(0..36, true), bits.count(0..18, true)), (20, 2));
    }

    #[test]
    fn a_search_begins_at_its_hint_and_goes_round() {
        let mut words = [0x0000_FF00];
        let bits = Bits::new(&mut words, 32);
        assert_eq!((bits.find(8, 0, false), bits.find(9, 0, false)), (0, 16));
        assert_eq!((bits.find(8, 25, false), bits.find(8, 99, false)), (0, 0));
        assert_eq!(
            (bits.find(17, 0, false), bits.find(0, 13, false)),
            (NOT_FOUND, 8)
        );
        assert_eq!(bits.find(4, 10, true), 10);
    }
}
