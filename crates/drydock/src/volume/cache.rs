//! The pages of one stream in the system cache.

use std::collections::BTreeMap;

/// Bytes in a page.
pub const PAGE: usize = 4096;

struct Page {
    bytes: Box<[u8; PAGE]>,
    dirty: bool,
}

/// Cache — resident pages by number. Bytes beyond the end of the file are zero.
#[derive(Default)]
pub struct Cache {
    pages: BTreeMap<u64, Page>,
    dirty: usize,
}

/// PageRun — pages side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRun {
    pub first: u64,
    pub count: u64,
}

/// Longest run of pages in one paging transfer: 64 KiB, as the cache manager clusters them.
const MAX_RUN: u64 = 16;

impl Cache {
    /// The first run of pages missing from `offset..end`.
    pub fn missing(&self, offset: u64, end: u64) -> Option<PageRun> {
        let pages = offset / PAGE as u64..end.div_ceil(PAGE as u64);
        let first = pages.clone().find(|p| !self.pages.contains_key(p))?;
        let count = (first..pages.end)
            .take(MAX_RUN as usize)
            .take_while(|p| !self.pages.contains_key(p))
            .count();
        Some(PageRun {
            first,
            count: count as u64,
        })
    }

    /// Takes pages that were read in, unless they came in by another way meanwhile.
    pub fn insert(&mut self, first: u64, bytes: &[u8]) {
        for (index, chunk) in bytes.chunks(PAGE).enumerate() {
            self.pages.entry(first + index as u64).or_insert_with(|| {
                let mut page = Box::new([0; PAGE]);
                page[..chunk.len()].copy_from_slice(chunk);
                Page {
                    bytes: page,
                    dirty: false,
                }
            });
        }
    }

    /// Copies out of resident pages; false if one is missing.
    #[must_use]
    pub fn read(&self, offset: u64, out: &mut [u8]) -> bool {
        for (page, within, range) in spans(offset, out.len()) {
            let Some(page) = self.pages.get(&page) else {
                return false;
            };
            let length = range.len();
            out[range].copy_from_slice(&page.bytes[within..within + length]);
        }
        true
    }

    /// Copies into resident pages and marks them dirty; false, with nothing done, if one is missing.
    #[must_use]
    pub fn write(&mut self, offset: u64, data: &[u8]) -> bool {
        if spans(offset, data.len()).any(|(page, ..)| !self.pages.contains_key(&page)) {
            return false;
        }
        for (page, within, range) in spans(offset, data.len()) {
            if let Some(page) = self.pages.get_mut(&page) {
                page.bytes[within..within + range.len()].copy_from_slice(&data[range]);
                self.dirty += usize::from(!std::mem::replace(&mut page.dirty, true));
            }
        }
        true
    }

    /// Makes pages resident without reading them, where the write covers them or the file ended before them.
    pub fn zero_fill(&mut self, run: PageRun) {
        for page in run.first..run.first + run.count {
            self.pages.entry(page).or_insert_with(|| Page {
                bytes: Box::new([0; PAGE]),
                dirty: false,
            });
        }
    }

    /// Whether anything waits to be written.
    pub fn is_dirty(&self) -> bool {
        self.dirty > 0
    }

    /// Takes the first run of dirty pages at or after page `from`, which are clean from here on.
    pub fn take_dirty(&mut self, from: u64) -> Option<(PageRun, Vec<u8>)> {
        if self.dirty == 0 {
            return None;
        }
        let first = *self.pages.range(from..).find(|(_, page)| page.dirty)?.0;
        let mut bytes = Vec::new();
        let mut count = 0;
        while count < MAX_RUN
            && let Some(page) = self
                .pages
                .get_mut(&(first + count))
                .filter(|page| page.dirty)
        {
            page.dirty = false;
            bytes.extend_from_slice(&page.bytes[..]);
            count += 1;
        }
        self.dirty -= count as usize;
        Some((PageRun { first, count }, bytes))
    }

    /// CcPurgeCacheSection — forgets everything, written or not.
    pub fn purge(&mut self) {
        self.pages.clear();
        self.dirty = 0;
    }

    /// The same for the pages from one offset to another; what waits to be written on a page that is only partly in the
    /// range stays.
    pub fn purge_range(&mut self, from: u64, to: u64) {
        let page = PAGE as u64;
        let whole = |index: u64| index * page >= from && (index + 1) * page <= to;
        let touched = |index: u64| index * page < to && (index + 1) * page > from;
        self.pages
            .retain(|index, kept| !(whole(*index) || (touched(*index) && !kept.dirty)));
        self.dirty = self.pages.values().filter(|page| page.dirty).count();
    }

    /// Forgets what is on disk as it is here; what waits to be written stays.
    pub fn purge_clean(&mut self) {
        self.pages.retain(|_, page| page.dirty);
    }

    /// CcSetFileSizes — forgets what lies beyond a new, smaller end.
    pub fn truncate(&mut self, size: u64) {
        let gone = self.pages.split_off(&size.div_ceil(PAGE as u64));
        self.dirty -= gone.values().filter(|page| page.dirty).count();
        let within = (size % PAGE as u64) as usize;
        if within > 0
            && let Some(page) = self.pages.get_mut(&(size / PAGE as u64))
        {
            page.bytes[within..].fill(0);
        }
    }
}

/// Splits a transfer at page borders: page number, offset in the page, range of the transfer.
fn spans(offset: u64, length: usize) -> impl Iterator<Item = (u64, usize, std::ops::Range<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        (at < length).then(|| {
            let position = offset + at as u64;
            let within = (position % PAGE as u64) as usize;
            let end = (at + PAGE - within).min(length);
            let span = (position / PAGE as u64, within, at..end);
            at = end;
            span
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_give_back_what_was_written_across_pages() {
        let mut cache = Cache::default();
        assert_eq!(
            cache.missing(4000, 9000),
            Some(PageRun { first: 0, count: 3 })
        );
        assert!(!cache.write(4000, &[1; 5000]));
        cache.zero_fill(PageRun { first: 0, count: 3 });
        assert!(cache.write(4000, &[1; 5000]));
        let mut out = [9; 5002];
        assert!(cache.read(3999, &mut out));
        assert_eq!((out[0], out[1], out[5000], out[5001]), (0, 1, 1, 0));
    }

    #[test]
    fn dirty_pages_are_taken_once_and_in_runs() {
        let mut cache = Cache::default();
        cache.zero_fill(PageRun {
            first: 0,
            count: 40,
        });
        assert!(cache.write(0, &[1; 20 * PAGE]) && cache.write(30 * PAGE as u64, &[2]));
        let mut runs = Vec::new();
        let mut from = 0;
        while let Some((run, bytes)) = cache.take_dirty(from) {
            assert_eq!(bytes.len() as u64, run.count * PAGE as u64);
            runs.push((run.first, run.count));
            from = run.first + run.count;
        }
        assert_eq!(runs, [(0, 16), (16, 4), (30, 1)]);
        assert!(!cache.is_dirty());
    }

    #[test]
    fn truncation_forgets_pages_and_zeroes_the_rest_of_the_last() {
        let mut cache = Cache::default();
        cache.zero_fill(PageRun { first: 0, count: 3 });
        assert!(cache.write(0, &[7; 3 * PAGE]));
        cache.truncate(100);
        let mut out = [1; 2];
        assert!(cache.read(99, &mut out) && out == [7, 0]);
        assert!(!cache.read(PAGE as u64, &mut out));
        assert_eq!(cache.take_dirty(0).map(|(run, _)| run.count), Some(1));
        assert!(!cache.is_dirty());
    }

    #[test]
    fn pages_read_late_do_not_overwrite_newer_ones() {
        let mut cache = Cache::default();
        cache.insert(0, &[1; 10]);
        cache.insert(0, &[2; 10]);
        let mut out = [0; 11];
        assert!(cache.read(0, &mut out));
        assert_eq!((out[9], out[10]), (1, 0));
    }
}
