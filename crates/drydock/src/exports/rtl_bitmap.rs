//! RtlInitializeBitMap and the other functions of bitmaps — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::ops::Range;

use minifilter_sys::RTL_BITMAP;

use super::flt_argument::{In, InOut, Out};
use crate::export;
use crate::model::bitmap::{Bits, NOT_FOUND};

/// `RTL_BITMAP_RUN` — where a run begins, and its bits.
type Run = [u32; 2];

/// Works on a bitmap, and on `reach` bits where that is more: a driver that passes the end writes there, as on Windows.
fn within<R>(bitmap: In<RTL_BITMAP>, reach: u64, work: impl FnOnce(&mut Bits<'_>) -> R) -> R
where
    R: Default,
{
    let Some(bitmap) = bitmap.get().filter(|bitmap| !bitmap.Buffer.is_null()) else {
        return R::default();
    };
    let length = u64::from(bitmap.SizeOfBitMap).max(reach).div_ceil(32) as usize;
    // SAFETY: the driver's bitmap has a buffer for its bits; what it reaches for behind it is its own affair.
    let words = unsafe { std::slice::from_raw_parts_mut(bitmap.Buffer, length) };
    work(&mut Bits::new(words, bitmap.SizeOfBitMap))
}

/// Works on the bits that the bitmap has.
fn bits<R: Default>(bitmap: In<RTL_BITMAP>, work: impl FnOnce(&mut Bits<'_>) -> R) -> R {
    within(bitmap, 0, work)
}

fn fill(bitmap: In<RTL_BITMAP>, start: u32, count: u32, set: bool) {
    let reach = u64::from(start) + u64::from(count);
    within(bitmap, reach, |bits| bits.fill(start, count, set));
}

fn fill_all(bitmap: In<RTL_BITMAP>, set: bool) {
    // The words are written whole, with the bits behind the last.
    let size = bitmap.get().map_or(0, |bitmap| bitmap.SizeOfBitMap);
    fill(bitmap, 0, size.next_multiple_of(32), set);
}

fn count(bitmap: In<RTL_BITMAP>, range: Range<u32>, set: bool) -> u32 {
    bits(bitmap, |bits| bits.count(range, set))
}

fn are(bitmap: In<RTL_BITMAP>, start: u32, count: u32, set: bool) -> u8 {
    bits(bitmap, |bits| bits.is_filled(start, count, set).into())
}

fn find(bitmap: In<RTL_BITMAP>, count: u32, hint: u32, set: bool) -> u32 {
    bits(bitmap, |bits| bits.find(count, hint, set))
}

/// Finds bits and turns them over.
fn take(bitmap: In<RTL_BITMAP>, count: u32, hint: u32, set: bool) -> u32 {
    bits(bitmap, |bits| {
        let found = bits.find(count, hint, set);
        if found != NOT_FOUND {
            bits.fill(found, count, !set);
        }
        found
    })
}

/// Leaves where a run begins, and gives its length; where there is none it begins at `none`.
fn give(run: Option<Range<u32>>, none: u32, start: Out<u32>) -> u32 {
    start.give(run.as_ref().map_or(none, |run| run.start));
    run.map_or(0, |run| run.end - run.start)
}

/// The first runs of clear bits, or the longest ones, longest first.
fn clear_runs(bits: &Bits<'_>, most: usize, longest: bool) -> Vec<Run> {
    let runs = bits
        .runs(0, false)
        .map(|run| [run.start, run.end - run.start]);
    if !longest {
        return runs.take(most).collect();
    }
    let mut runs: Vec<Run> = runs.collect();
    runs.sort_by_key(|run| std::cmp::Reverse(run[1]));
    runs.truncate(most);
    runs
}

export! { Dll::Ntoskrnl;
    /// `RtlInitializeBitMap` — the bits stay as they are in the buffer.
    fn RtlInitializeBitMap(bitmap: InOut<RTL_BITMAP>, buffer: *mut u32, size: u32) {
        bitmap.set(RTL_BITMAP { SizeOfBitMap: size, Buffer: buffer });
    }
    /// `RtlClearAllBits`
    fn RtlClearAllBits(bitmap: In<RTL_BITMAP>) { fill_all(bitmap, false) }
    /// `RtlSetAllBits`
    fn RtlSetAllBits(bitmap: In<RTL_BITMAP>) { fill_all(bitmap, true) }
    /// `RtlClearBit`
    fn RtlClearBit(bitmap: In<RTL_BITMAP>, at: u32) { fill(bitmap, at, 1, false) }
    /// `RtlSetBit`
    fn RtlSetBit(bitmap: In<RTL_BITMAP>, at: u32) { fill(bitmap, at, 1, true) }
    /// `RtlClearBits`
    fn RtlClearBits(bitmap: In<RTL_BITMAP>, start: u32, count: u32) { fill(bitmap, start, count, false) }
    /// `RtlSetBits`
    fn RtlSetBits(bitmap: In<RTL_BITMAP>, start: u32, count: u32) { fill(bitmap, start, count, true) }
    /// `RtlTestBit`
    fn RtlTestBit(bitmap: In<RTL_BITMAP>, at: u32) -> u8 { bits(bitmap, |bits| bits.is_set(at).into()) }
    /// `RtlAreBitsClear` — FALSE for no bits and for bits that the bitmap has not.
    fn RtlAreBitsClear(bitmap: In<RTL_BITMAP>, start: u32, length: u32) -> u8 { are(bitmap, start, length, false) }
    /// `RtlAreBitsSet` — the same.
    fn RtlAreBitsSet(bitmap: In<RTL_BITMAP>, start: u32, length: u32) -> u8 { are(bitmap, start, length, true) }
    /// `RtlNumberOfClearBits`
    fn RtlNumberOfClearBits(bitmap: In<RTL_BITMAP>) -> u32 { count(bitmap, 0..u32::MAX, false) }
    /// `RtlNumberOfSetBits`
    fn RtlNumberOfSetBits(bitmap: In<RTL_BITMAP>) -> u32 { count(bitmap, 0..u32::MAX, true) }
    /// `RtlNumberOfClearBitsInRange`
    fn RtlNumberOfClearBitsInRange(bitmap: In<RTL_BITMAP>, start: u32, length: u32) -> u32 { count(bitmap, start..start.saturating_add(length), false) }
    /// `RtlNumberOfSetBitsInRange`
    fn RtlNumberOfSetBitsInRange(bitmap: In<RTL_BITMAP>, start: u32, length: u32) -> u32 { count(bitmap, start..start.saturating_add(length), true) }
    /// `RtlFindClearBits`
    fn RtlFindClearBits(bitmap: In<RTL_BITMAP>, count: u32, hint: u32) -> u32 { find(bitmap, count, hint, false) }
    /// `RtlFindSetBits`
    fn RtlFindSetBits(bitmap: In<RTL_BITMAP>, count: u32, hint: u32) -> u32 { find(bitmap, count, hint, true) }
    /// `RtlFindClearBitsAndSet`
    fn RtlFindClearBitsAndSet(bitmap: In<RTL_BITMAP>, count: u32, hint: u32) -> u32 { take(bitmap, count, hint, false) }
    /// `RtlFindSetBitsAndClear`
    fn RtlFindSetBitsAndClear(bitmap: In<RTL_BITMAP>, count: u32, hint: u32) -> u32 { take(bitmap, count, hint, true) }
    /// `RtlFindFirstRunClear`
    fn RtlFindFirstRunClear(bitmap: In<RTL_BITMAP>, start: Out<u32>) -> u32 {
        bits(bitmap, |bits| give(bits.runs(0, false).next(), 0, start))
    }
    /// `RtlFindNextForwardRunClear`
    fn RtlFindNextForwardRunClear(bitmap: In<RTL_BITMAP>, from: u32, start: Out<u32>) -> u32 {
        bits(bitmap, |bits| give(bits.runs(from, false).next(), from, start))
    }
    /// `RtlFindLastBackwardRunClear`
    fn RtlFindLastBackwardRunClear(bitmap: In<RTL_BITMAP>, from: u32, start: Out<u32>) -> u32 {
        bits(bitmap, |bits| give(bits.run_backward(from, false), from, start))
    }
    /// `RtlFindLongestRunClear`
    fn RtlFindLongestRunClear(bitmap: In<RTL_BITMAP>, start: Out<u32>) -> u32 {
        bits(bitmap, |bits| give(bits.longest(false), 0, start))
    }
    /// `RtlFindClearRuns`
    fn RtlFindClearRuns(bitmap: In<RTL_BITMAP>, out: *mut Run, most: u32, longest: u8) -> u32 {
        let runs = bits(bitmap, |bits| clear_runs(bits, most as usize, longest != 0));
        // SAFETY: the driver passes an array for `most` runs, and there are no more.
        unsafe { std::ptr::copy_nonoverlapping(runs.as_ptr(), out, runs.len()) };
        runs.len() as u32
    }
    /// `RtlFindMostSignificantBit` — -1 for no bit.
    fn RtlFindMostSignificantBit(set: u64) -> i8 { set.checked_ilog2().map_or(-1, |bit| bit as i8) }
    /// `RtlFindLeastSignificantBit` — -1 for no bit.
    fn RtlFindLeastSignificantBit(set: u64) -> i8 { if set == 0 { -1 } else { set.trailing_zeros() as i8 } }
    /// `RtlNumberOfSetBitsUlongPtr`
    fn RtlNumberOfSetBitsUlongPtr(set: u64) -> u32 { set.count_ones() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::flt_argument::tests::{changed, given, out};

    /// A bitmap of 40 bits over words that the driver has filled.
    fn bitmap(words: &mut [u32; 2]) -> RTL_BITMAP {
        let _ = crate::model::thread::current();
        let mut bitmap = RTL_BITMAP {
            SizeOfBitMap: 0,
            Buffer: std::ptr::null_mut(),
        };
        call!(RtlInitializeBitMap(
            changed(&mut bitmap),
            words.as_mut_ptr(),
            40
        ));
        bitmap
    }

    #[test]
    fn rtlsetbits_and_rtlclearbits_change_what_rtltestbit_sees() {
        let mut words = [0; 2];
        let bitmap = bitmap(&mut words);
        let it = given(Some(&bitmap));
        call!(RtlSetBits(it, 30, 5));
        call!(RtlSetBit(it, 1));
        call!(RtlClearBit(it, 33));
        assert_eq!(words, [0xC000_0002, 0b101]);
        let tests = [30, 33, 34, 40].map(|at| call!(RtlTestBit(it, at)));
        assert_eq!(tests, [1, 0, 1, 0]);
        assert_eq!(
            (
                call!(RtlNumberOfSetBits(it)),
                call!(RtlNumberOfClearBits(it))
            ),
            (5, 35)
        );
        let parts = (
            call!(RtlNumberOfSetBitsInRange(it, 0, 31)),
            call!(RtlNumberOfClearBitsInRange(it, 30, 4)),
        );
        assert_eq!(parts, (2, 1));
        call!(RtlClearBits(it, 0, 40));
        assert_eq!(words, [0; 2]);
        call!(RtlSetAllBits(it));
        assert_eq!(words, [u32::MAX; 2]);
        call!(RtlClearAllBits(it));
        assert_eq!(words, [0; 2]);
    }

    #[test]
    fn rtlarebitsclear_is_false_for_no_bits_and_beyond_the_end() {
        let mut words = [0, 0xF0];
        let bitmap = bitmap(&mut words);
        let it = given(Some(&bitmap));
        let clear = [(0, 36), (0, 37), (5, 0), (39, 2)];
        let clear = clear.map(|(start, count)| call!(RtlAreBitsClear(it, start, count)));
        assert_eq!(clear, [1, 0, 0, 0]);
        let set = [(36, 4), (35, 2), (36, 5), (u32::MAX, 2)];
        let set = set.map(|(start, count)| call!(RtlAreBitsSet(it, start, count)));
        assert_eq!(set, [1, 0, 0, 0]);
    }

    #[test]
    fn rtlfindclearbitsandset_takes_each_bit_once_until_there_is_none() {
        let mut words = [0; 2];
        let bitmap = bitmap(&mut words);
        let it = given(Some(&bitmap));
        let found = [0, 0, 30, 0].map(|hint| call!(RtlFindClearBitsAndSet(it, 16, hint)));
        assert_eq!(found, [0, 16, NOT_FOUND, NOT_FOUND]);
        assert_eq!(
            (
                call!(RtlFindClearBits(it, 8, 5)),
                call!(RtlFindSetBits(it, 8, 20))
            ),
            (32, 20)
        );
        assert_eq!(call!(RtlFindSetBitsAndClear(it, 4, 2)), 2);
        assert_eq!(words[0], !0b11_1100);
    }

    #[test]
    fn rtlfindclearruns_gives_the_first_runs_or_the_longest() {
        let mut words = [0x00FF_0FF0, 0xF0];
        let bitmap = bitmap(&mut words);
        let it = given(Some(&bitmap));
        let mut runs = [[0; 2]; 2];
        assert_eq!(call!(RtlFindClearRuns(it, runs.as_mut_ptr(), 2, 0)), 2);
        assert_eq!(runs, [[0, 4], [12, 4]]);
        assert_eq!(call!(RtlFindClearRuns(it, runs.as_mut_ptr(), 2, 1)), 2);
        assert_eq!(runs[0], [24, 12]);
        let mut start = 9;
        assert_eq!(
            (call!(RtlFindFirstRunClear(it, out(&mut start))), start),
            (4, 0)
        );
        assert_eq!(
            (call!(RtlFindLongestRunClear(it, out(&mut start))), start),
            (12, 24)
        );
        assert_eq!(
            (
                call!(RtlFindNextForwardRunClear(it, 5, out(&mut start))),
                start
            ),
            (4, 12)
        );
        assert_eq!(
            (
                call!(RtlFindNextForwardRunClear(it, 36, out(&mut start))),
                start
            ),
            (0, 36)
        );
        assert_eq!(
            (
                call!(RtlFindLastBackwardRunClear(it, 20, out(&mut start))),
                start
            ),
            (4, 12)
        );
    }

    #[test]
    fn rtlfindmostsignificantbit_of_no_bit_is_minus_one() {
        let _ = crate::model::thread::current();
        let most = [0, 1, 0x90].map(|set| call!(RtlFindMostSignificantBit(set)));
        let least = [0, 1, 0x90].map(|set| call!(RtlFindLeastSignificantBit(set)));
        assert_eq!((most, least), ([-1, 0, 7], [-1, 0, 4]));
        assert_eq!(call!(RtlNumberOfSetBitsUlongPtr(0x90)), 2);
    }
}
