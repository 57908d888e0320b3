//! ExXxxLookasideListXxx — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;

use minifilter_sys::{
    GENERAL_LOOKASIDE_POOL, LOOKASIDE_LIST_EX, NTSTATUS, PALLOCATE_FUNCTION, PFREE_FUNCTION,
    POOL_TYPE, STATUS_SUCCESS,
};

use super::{Dll, mm};
use crate::export;
use crate::model::interlocked_list;
use crate::model::lookaside::{self, Entries};
use crate::model::pool::PoolKind;

/// NPAGED_LOOKASIDE_LIST and PAGED_LOOKASIDE_LIST begin with the fields of GENERAL_LOOKASIDE_POOL.
type List = *mut GENERAL_LOOKASIDE_POOL;
type ListEx = *mut LOOKASIDE_LIST_EX;

/// The entries of a list, and the routines of the driver's own that make and free them (0 for none).
struct Wanted {
    pool_type: POOL_TYPE,
    size: usize,
    tag: u32,
    allocate: usize,
    free: usize,
}

/// What the inline functions of the headers call where the driver gave no routine of its own.
fn or_pool(own: usize, name: &str) -> usize {
    if own == 0 {
        mm::routine_address(Dll::Ntoskrnl, name)
    } else {
        own
    }
}

fn initialize(list: usize, wanted: &Wanted) {
    let kind = if wanted.pool_type & 1 != 0 {
        PoolKind::Paged
    } else {
        PoolKind::NonPaged
    };
    let entries = Entries {
        kind,
        size: wanted.size,
        tag: wanted.tag,
        allocate: wanted.allocate,
        free: wanted.free,
        pool_type: wanted.pool_type,
    };
    lookaside::initialize(list, entries);
    interlocked_list::initialize(list);
    // SAFETY: the driver gives the storage of a lookaside list to be initialised; each form begins with this structure.
    let fields = unsafe { &mut *(list as List) };
    fields.Type = wanted.pool_type;
    fields.Tag = wanted.tag;
    fields.Size = u32::try_from(wanted.size).unwrap_or(u32::MAX);
    // As under Driver Verifier nothing is kept for later: what is freed must not be used any more.
    (fields.Depth, fields.MaximumDepth) = (0, 256);
    (fields.TotalAllocates, fields.TotalFrees) = (0, 0);
    (
        fields.Anonymous2.AllocateMisses,
        fields.Anonymous3.FreeMisses,
    ) = (0, 0);
    let allocate = or_pool(wanted.allocate, "ExAllocatePoolWithTag");
    let free = or_pool(wanted.free, "ExFreePool");
    // SAFETY: a routine's address and a nullable function pointer have one representation; only drivers call it.
    fields.Anonymous4.Allocate =
        unsafe { std::mem::transmute::<usize, PALLOCATE_FUNCTION>(allocate) };
    // SAFETY: as above.
    fields.Anonymous5.Free = unsafe { std::mem::transmute::<usize, PFREE_FUNCTION>(free) };
}

/// Ends a list; what the driver's inline calls have put on it is freed.
fn delete(list: usize) {
    loop {
        let entry = interlocked_list::pop(list);
        if entry == 0 {
            break;
        }
        lookaside::free(list, entry as *mut c_void);
    }
    lookaside::delete(list);
}

export! { Dll::Ntoskrnl;
    /// `ExInitializeNPagedLookasideList`
    fn ExInitializeNPagedLookasideList(
        list: List, allocate: usize, free: usize, _flags: u32, size: usize, tag: u32, _depth: u16,
    ) {
        let pool_type = minifilter_sys::NonPagedPoolNx;
        initialize(list as usize, &Wanted { pool_type, size, tag, allocate, free });
    }
    /// `ExInitializePagedLookasideList`
    fn ExInitializePagedLookasideList(
        list: List, allocate: usize, free: usize, _flags: u32, size: usize, tag: u32, _depth: u16,
    ) {
        let pool_type = minifilter_sys::PagedPool;
        initialize(list as usize, &Wanted { pool_type, size, tag, allocate, free });
    }
    /// `ExInitializeLookasideListEx`
    fn ExInitializeLookasideListEx(
        list: ListEx, allocate: usize, free: usize, pool_type: POOL_TYPE, _flags: u32, size: usize,
        tag: u32, _depth: u16,
    ) -> NTSTATUS {
        initialize(list as usize, &Wanted { pool_type, size, tag, allocate, free });
        STATUS_SUCCESS
    }
    /// `ExDeleteNPagedLookasideList`
    fn ExDeleteNPagedLookasideList(list: List) { delete(list as usize) }
    /// `ExDeletePagedLookasideList`
    fn ExDeletePagedLookasideList(list: List) { delete(list as usize) }
    /// `ExDeleteLookasideListEx`
    fn ExDeleteLookasideListEx(list: ListEx) { delete(list as usize) }
    /// `ExFlushLookasideListEx` — nothing is cached here.
    fn ExFlushLookasideListEx(_list: ListEx) {}
    /// `ExAllocateFromNPagedLookasideList`
    fn ExAllocateFromNPagedLookasideList(list: List) -> *mut c_void { lookaside::allocate(list as usize) }
    /// `ExAllocateFromPagedLookasideList`
    fn ExAllocateFromPagedLookasideList(list: List) -> *mut c_void { lookaside::allocate(list as usize) }
    /// `ExAllocateFromLookasideListEx`
    fn ExAllocateFromLookasideListEx(list: ListEx) -> *mut c_void { lookaside::allocate(list as usize) }
    /// `ExFreeToNPagedLookasideList`
    fn ExFreeToNPagedLookasideList(list: List, block: *mut c_void) { lookaside::free(list as usize, block) }
    /// `ExFreeToPagedLookasideList`
    fn ExFreeToPagedLookasideList(list: List, block: *mut c_void) { lookaside::free(list as usize, block) }
    /// `ExFreeToLookasideListEx`
    fn ExFreeToLookasideListEx(list: ListEx, block: *mut c_void) { lookaside::free(list as usize, block) }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::model::pool;

    static FREED: AtomicUsize = AtomicUsize::new(0);

    unsafe extern "win64" fn own_allocate(_kind: POOL_TYPE, size: usize, tag: u32) -> *mut c_void {
        pool::allocate(PoolKind::NonPaged, size + 32, tag, 0)
    }

    unsafe extern "win64" fn own_free(block: *mut c_void) {
        FREED.store(block as usize, Ordering::Release);
        pool::free(block, 0);
    }

    #[test]
    fn a_list_with_routines_of_the_driver_uses_them() {
        let _ = crate::model::thread::current();
        // SAFETY: integers and nullable pointers, for which zero is a value.
        let mut list: Box<GENERAL_LOOKASIDE_POOL> = Box::new(unsafe { std::mem::zeroed() });
        let at: List = &raw mut *list;
        let (allocate, free) = (
            own_allocate as *const () as usize,
            own_free as *const () as usize,
        );
        // SAFETY: the list is storage for one.
        unsafe { ExInitializeNPagedLookasideList(at, allocate, free, 0, 64, 7, 0) };
        // SAFETY: the list is initialised.
        let block = unsafe { ExAllocateFromNPagedLookasideList(at) };
        assert_eq!(pool::block_at(block).map(|block| block.size), Some(96));
        // SAFETY: as above.
        unsafe { ExFreeToNPagedLookasideList(at, block) };
        assert_eq!(FREED.load(Ordering::Acquire), block as usize);
        // SAFETY: as above.
        unsafe { ExDeleteNPagedLookasideList(at) };
    }

    #[test]
    fn what_inline_calls_have_put_on_a_list_goes_with_it() {
        let _ = crate::model::thread::current();
        // SAFETY: integers and nullable pointers, for which zero is a value.
        let mut list: Box<GENERAL_LOOKASIDE_POOL> = Box::new(unsafe { std::mem::zeroed() });
        let at: List = &raw mut *list;
        // SAFETY: the list is storage for one.
        unsafe { ExInitializePagedLookasideList(at, 0, 0, 0, 64, 7, 0) };
        // SAFETY: as above.
        assert!(unsafe { list.Anonymous4.Allocate }.is_some());
        // SAFETY: the list is initialised.
        let block = unsafe { ExAllocateFromPagedLookasideList(at) };
        interlocked_list::push(at as usize, block as usize);
        // SAFETY: as above.
        unsafe { ExDeletePagedLookasideList(at) };
        assert!(pool::block_at(block).is_none());
    }
}
