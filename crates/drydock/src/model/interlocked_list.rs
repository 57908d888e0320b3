//! SLIST_HEADER, and lists that ExInterlockedXxx guards with a spin lock: links in driver memory.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::{Mutex, PoisonError};

use super::driver_word::word;
use super::spin_lock;

/// Windows changes both words of a head in one instruction; here every change passes this lock.
static SEQUENCED: Mutex<()> = Mutex::new(());

const DEPTH: usize = 0xFFFF;
/// One more change, in the word that also counts the entries.
const SEQUENCE: usize = 0x1_0000;

/// `InitializeSListHead` — an empty list.
pub fn initialize(head: usize) {
    word(head).store(0, Relaxed);
    word(head + 8).store(0, Release);
}

/// `ExQueryDepthSList` — how many entries there are, modulo 2^16.
#[must_use]
pub fn depth(head: usize) -> u16 {
    (word(head).load(Acquire) & DEPTH) as u16
}

/// Changes count, sequence and first entry at once; gives back the former first entry.
fn change(head: usize, change: impl FnOnce(usize, usize) -> Option<(usize, usize)>) -> usize {
    let _one_at_a_time = SEQUENCED.lock().unwrap_or_else(PoisonError::into_inner);
    let (counts, first) = (word(head).load(Acquire), word(head + 8).load(Acquire));
    if let Some((depth, next)) = change(counts & DEPTH, first) {
        word(head + 8).store(next, Release);
        let sequence = counts.wrapping_add(SEQUENCE) & !DEPTH;
        word(head).store(sequence | depth & DEPTH, Release);
    }
    first
}

/// `ExpInterlockedPushEntrySList` — puts an entry in front; gives back the former first one, 0 for none.
pub fn push(head: usize, entry: usize) -> usize {
    change(head, |depth, first| {
        word(entry).store(first, Release);
        Some((depth.wrapping_add(1), entry))
    })
}

/// `ExpInterlockedPopEntrySList` — takes the first entry; 0 when there is none.
pub fn pop(head: usize) -> usize {
    change(head, |depth, first| {
        (first != 0).then(|| (depth.wrapping_sub(1), word(first).load(Acquire)))
    })
}

/// `ExpInterlockedFlushSList` — takes all entries, chained as they were.
pub fn flush(head: usize) -> usize {
    change(head, |_, first| (first != 0).then_some((0, 0)))
}

/// Does something under a spin lock, as the ExInterlockedXxx functions do with interrupts off.
pub fn guarded<R>(lock: usize, body: impl FnOnce() -> R) -> R {
    spin_lock::acquire(lock);
    let result = body();
    spin_lock::release(lock);
    result
}

/// Puts `entry` between two neighbours of a LIST_ENTRY list.
fn insert(before: usize, entry: usize, behind: usize) {
    word(entry).store(behind, Relaxed);
    word(entry + 8).store(before, Relaxed);
    word(before).store(entry, Release);
    word(behind + 8).store(entry, Release);
}

/// `ExInterlockedInsertHeadList` — gives back the entry that was first, 0 for none.
pub fn insert_head(head: usize, entry: usize, lock: usize) -> usize {
    guarded(lock, || {
        let first = word(head).load(Acquire);
        insert(head, entry, first);
        if first == head { 0 } else { first }
    })
}

/// `ExInterlockedInsertTailList` — gives back the entry that was last, 0 for none.
pub fn insert_tail(head: usize, entry: usize, lock: usize) -> usize {
    guarded(lock, || {
        let last = word(head + 8).load(Acquire);
        insert(last, entry, head);
        if last == head { 0 } else { last }
    })
}

/// `ExInterlockedRemoveHeadList` — takes the first entry; 0 when there is none.
pub fn remove_head(head: usize, lock: usize) -> usize {
    guarded(lock, || {
        let first = word(head).load(Acquire);
        if first == head {
            return 0;
        }
        let second = word(first).load(Acquire);
        word(head).store(second, Release);
        word(second + 8).store(head, Release);
        first
    })
}

/// `ExInterlockedPushEntryList` — in front of a SINGLE_LIST_ENTRY list; gives back the former first entry.
pub fn push_single(head: usize, entry: usize, lock: usize) -> usize {
    guarded(lock, || {
        let first = word(head).load(Acquire);
        word(entry).store(first, Relaxed);
        word(head).store(entry, Release);
        first
    })
}

/// `ExInterlockedPopEntryList` — takes the first entry; 0 when there is none.
pub fn pop_single(head: usize, lock: usize) -> usize {
    guarded(lock, || {
        let first = word(head).load(Acquire);
        if first != 0 {
            word(head).store(word(first).load(Acquire), Release);
        }
        first
    })
}
