//! Pool and lookaside lists.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `ExAllocatePool2` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExAllocatePool2(flags: POOL_FLAGS, number_of_bytes: SIZE_T, tag: ULONG) -> PVOID;

    /// `ExAllocatePool` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExAllocatePool(pool_type: POOL_TYPE, number_of_bytes: SIZE_T) -> PVOID;

    /// `ExAllocatePoolWithTag` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExAllocatePoolWithTag(
        pool_type: POOL_TYPE,
        number_of_bytes: SIZE_T,
        tag: ULONG,
    ) -> PVOID;

    /// `ExAllocatePoolWithTagPriority` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExAllocatePoolWithTagPriority(
        pool_type: POOL_TYPE,
        number_of_bytes: SIZE_T,
        tag: ULONG,
        priority: EX_POOL_PRIORITY,
    ) -> PVOID;

    /// `ExAllocatePoolWithQuotaTag` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExAllocatePoolWithQuotaTag(
        pool_type: POOL_TYPE,
        number_of_bytes: SIZE_T,
        tag: ULONG,
    ) -> PVOID;

    /// `ExFreePool` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExFreePool(p: PVOID);

    /// `ExFreePoolWithTag` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExFreePoolWithTag(p: PVOID, tag: ULONG);

    /// `ExFreePool2` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExFreePool2(
        p: PVOID,
        tag: ULONG,
        extended_parameters: PVOID,
        extended_parameters_count: ULONG,
    );

    /// `ExGetPreviousMode` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExGetPreviousMode() -> KPROCESSOR_MODE;

    /// `ExInitializeLookasideListEx` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExInitializeLookasideListEx(
        lookaside: PLOOKASIDE_LIST_EX,
        allocate: PALLOCATE_FUNCTION_EX,
        free: PFREE_FUNCTION_EX,
        pool_type: POOL_TYPE,
        flags: ULONG,
        size: SIZE_T,
        tag: ULONG,
        depth: USHORT,
    ) -> NTSTATUS;

    /// `ExDeleteLookasideListEx` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExDeleteLookasideListEx(lookaside: PLOOKASIDE_LIST_EX);

    /// `ExFlushLookasideListEx` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExFlushLookasideListEx(lookaside: PLOOKASIDE_LIST_EX);

    /// `ExAllocateFromLookasideListEx` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExAllocateFromLookasideListEx(lookaside: PLOOKASIDE_LIST_EX) -> PVOID;

    /// `ExFreeToLookasideListEx` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExFreeToLookasideListEx(lookaside: PLOOKASIDE_LIST_EX, entry: PVOID);

    /// `ExInitializeNPagedLookasideList` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExInitializeNPagedLookasideList(
        lookaside: PNPAGED_LOOKASIDE_LIST,
        allocate: PALLOCATE_FUNCTION,
        free: PFREE_FUNCTION,
        flags: ULONG,
        size: SIZE_T,
        tag: ULONG,
        depth: USHORT,
    );

    /// `ExDeleteNPagedLookasideList` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExDeleteNPagedLookasideList(lookaside: PNPAGED_LOOKASIDE_LIST);

    /// `ExInitializePagedLookasideList` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExInitializePagedLookasideList(
        lookaside: PPAGED_LOOKASIDE_LIST,
        allocate: PALLOCATE_FUNCTION,
        free: PFREE_FUNCTION,
        flags: ULONG,
        size: SIZE_T,
        tag: ULONG,
        depth: USHORT,
    );

    /// `ExDeletePagedLookasideList` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExDeletePagedLookasideList(lookaside: PPAGED_LOOKASIDE_LIST);
}
