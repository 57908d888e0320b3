//! ExpInterlockedXxxSList, ExInterlockedXxxList — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::LARGE_INTEGER;

use crate::export;
use crate::model::driver_word::long;
use crate::model::interlocked_list as list;
use std::sync::atomic::Ordering;

export! { Dll::Ntoskrnl;
    /// `InitializeSListHead`
    fn InitializeSListHead(head: usize) { list::initialize(head) }
    /// `ExQueryDepthSList`
    fn ExQueryDepthSList(head: usize) -> u16 { list::depth(head) }
    /// `ExpInterlockedPushEntrySList`
    fn ExpInterlockedPushEntrySList(head: usize, entry: usize) -> usize { list::push(head, entry) }
    /// `ExpInterlockedPopEntrySList`
    fn ExpInterlockedPopEntrySList(head: usize) -> usize { list::pop(head) }
    /// `ExpInterlockedFlushSList`
    fn ExpInterlockedFlushSList(head: usize) -> usize { list::flush(head) }
    /// `ExInterlockedInsertHeadList`
    fn ExInterlockedInsertHeadList(head: usize, entry: usize, lock: usize) -> usize {
        list::insert_head(head, entry, lock)
    }
    /// `ExInterlockedInsertTailList`
    fn ExInterlockedInsertTailList(head: usize, entry: usize, lock: usize) -> usize {
        list::insert_tail(head, entry, lock)
    }
    /// `ExInterlockedRemoveHeadList`
    fn ExInterlockedRemoveHeadList(head: usize, lock: usize) -> usize { list::remove_head(head, lock) }
    /// `ExInterlockedPushEntryList`
    fn ExInterlockedPushEntryList(head: usize, entry: usize, lock: usize) -> usize {
        list::push_single(head, entry, lock)
    }
    /// `ExInterlockedPopEntryList`
    fn ExInterlockedPopEntryList(head: usize, lock: usize) -> usize { list::pop_single(head, lock) }
    /// `ExInterlockedAddUlong` — gives back the former value.
    fn ExInterlockedAddUlong(value: usize, more: u32, lock: usize) -> u32 {
        list::guarded(lock, || long(value).fetch_add(more as i32, Ordering::AcqRel)) as u32
    }
    /// `ExInterlockedAddLargeInteger` — gives back the former value.
    fn ExInterlockedAddLargeInteger(value: *mut LARGE_INTEGER, more: i64, lock: usize) -> i64 {
        list::guarded(lock, || {
            // SAFETY: the driver passes a LARGE_INTEGER that this lock guards.
            let old = unsafe { value.cast::<i64>().read() };
            // SAFETY: as above.
            unsafe { value.cast::<i64>().write(old.wrapping_add(more)) };
            old
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words that are aligned as an SLIST_ENTRY is.
    #[repr(align(16))]
    struct Words([usize; 8]);

    impl Words {
        fn at(&mut self, index: usize) -> usize {
            &raw mut self.0[index] as usize
        }
    }

    #[test]
    fn an_slist_gives_its_entries_back_in_reverse() {
        let _ = crate::model::thread::current();
        let mut words = Words([7; 8]);
        let (head, first, second) = (words.at(0), words.at(2), words.at(4));
        call!(InitializeSListHead(head));
        assert_eq!(call!(ExpInterlockedPopEntrySList(head)), 0);
        assert_eq!(call!(ExpInterlockedPushEntrySList(head, first)), 0);
        assert_eq!(call!(ExpInterlockedPushEntrySList(head, second)), first);
        assert_eq!(call!(ExQueryDepthSList(head)), 2);
        assert_eq!(call!(ExpInterlockedPopEntrySList(head)), second);
        assert_eq!(call!(ExpInterlockedFlushSList(head)), first);
        assert_eq!(
            (
                call!(ExQueryDepthSList(head)),
                call!(ExpInterlockedFlushSList(head))
            ),
            (0, 0)
        );
    }

    #[test]
    fn a_guarded_list_takes_entries_at_both_ends() {
        let _ = crate::model::thread::current();
        let mut words = Words([0; 8]);
        let (head, first, second, lock) = (words.at(0), words.at(2), words.at(4), words.at(6));
        for link in [head, head + 8] {
            crate::model::driver_word::word(link).store(head, Ordering::Relaxed);
        }
        assert_eq!(call!(ExInterlockedRemoveHeadList(head, lock)), 0);
        assert_eq!(call!(ExInterlockedInsertTailList(head, first, lock)), 0);
        assert_eq!(
            call!(ExInterlockedInsertHeadList(head, second, lock)),
            first
        );
        assert_eq!(call!(ExInterlockedRemoveHeadList(head, lock)), second);
        assert_eq!(
            call!(ExInterlockedInsertTailList(head, second, lock)),
            first
        );
        assert_eq!(call!(ExInterlockedRemoveHeadList(head, lock)), first);
    }

    #[test]
    fn a_single_list_and_the_sums_are_guarded_too() {
        let _ = crate::model::thread::current();
        let mut words = Words([0; 8]);
        let (head, entry, lock, sum) = (words.at(0), words.at(2), words.at(4), words.at(6));
        assert_eq!(call!(ExInterlockedPushEntryList(head, entry, lock)), 0);
        assert_eq!(call!(ExInterlockedPopEntryList(head, lock)), entry);
        assert_eq!(call!(ExInterlockedPopEntryList(head, lock)), 0);
        assert_eq!(call!(ExInterlockedAddUlong(sum, 5, lock)), 0);
        assert_eq!(
            call!(ExInterlockedAddLargeInteger(sum as *mut _, -6, lock)),
            5
        );
        assert_eq!(words.0[6], usize::MAX);
    }
}
