//! ExXxxLookasideListXxx — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;

use minifilter_sys::{
    GENERAL_LOOKASIDE_POOL, LOOKASIDE_LIST_EX, NTSTATUS, POOL_TYPE, STATUS_SUCCESS,
};

use crate::export;
use crate::model::lookaside::{self, Entries};
use crate::model::pool::PoolKind;
use crate::report;

/// NPAGED_LOOKASIDE_LIST and PAGED_LOOKASIDE_LIST begin with the fields of GENERAL_LOOKASIDE_POOL.
type List = *mut GENERAL_LOOKASIDE_POOL;
type ListEx = *mut LOOKASIDE_LIST_EX;

const STATUS_NOT_IMPLEMENTED: NTSTATUS = 0xC000_0002_u32 as NTSTATUS;

fn initialize(list: usize, kind: PoolKind, pool_type: POOL_TYPE, size: usize, tag: u32) {
    lookaside::initialize(list, Entries { kind, size, tag });
    // SAFETY: the driver gives the storage of a lookaside list to be initialised; each form begins with this structure.
    let fields = unsafe { &mut *(list as List) };
    fields.Type = pool_type;
    fields.Tag = tag;
    fields.Size = u32::try_from(size).unwrap_or(u32::MAX);
    fields.Depth = 4;
}

/// A driver's own allocate or free function is not modelled.
fn own_functions(allocate: *const c_void, free: *const c_void) -> bool {
    let own = !allocate.is_null() || !free.is_null();
    if own {
        report::unimplemented("lookaside list with the driver's own allocate or free function");
    }
    own
}

export! { Dll::Ntoskrnl;
    /// `ExInitializeNPagedLookasideList`
    fn ExInitializeNPagedLookasideList(
        list: List, allocate: *const c_void, free: *const c_void, _flags: u32, size: usize, tag: u32, _depth: u16,
    ) {
        own_functions(allocate, free);
        initialize(list as usize, PoolKind::NonPaged, minifilter_sys::NonPagedPoolNx, size, tag);
    }
    /// `ExInitializePagedLookasideList`
    fn ExInitializePagedLookasideList(
        list: List, allocate: *const c_void, free: *const c_void, _flags: u32, size: usize, tag: u32, _depth: u16,
    ) {
        own_functions(allocate, free);
        initialize(list as usize, PoolKind::Paged, minifilter_sys::PagedPool, size, tag);
    }
    /// `ExInitializeLookasideListEx`
    fn ExInitializeLookasideListEx(
        list: ListEx, allocate: *const c_void, free: *const c_void, pool_type: POOL_TYPE, _flags: u32, size: usize,
        tag: u32, _depth: u16,
    ) -> NTSTATUS {
        if own_functions(allocate, free) {
            return STATUS_NOT_IMPLEMENTED;
        }
        let kind = if pool_type & 1 != 0 { PoolKind::Paged } else { PoolKind::NonPaged };
        initialize(list as usize, kind, pool_type, size, tag);
        STATUS_SUCCESS
    }
    /// `ExDeleteNPagedLookasideList`
    fn ExDeleteNPagedLookasideList(list: List) { lookaside::delete(list as usize) }
    /// `ExDeletePagedLookasideList`
    fn ExDeletePagedLookasideList(list: List) { lookaside::delete(list as usize) }
    /// `ExDeleteLookasideListEx`
    fn ExDeleteLookasideListEx(list: ListEx) { lookaside::delete(list as usize) }
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
