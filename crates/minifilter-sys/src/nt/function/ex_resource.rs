//! Resources.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `ExInitializeResourceLite` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExInitializeResourceLite(resource: PERESOURCE) -> NTSTATUS;

    /// `ExReinitializeResourceLite` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExReinitializeResourceLite(resource: PERESOURCE) -> NTSTATUS;

    /// `ExDeleteResourceLite` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExDeleteResourceLite(resource: PERESOURCE) -> NTSTATUS;

    /// `ExAcquireResourceExclusiveLite` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExAcquireResourceExclusiveLite(resource: PERESOURCE, wait: BOOLEAN) -> BOOLEAN;

    /// `ExAcquireResourceSharedLite` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExAcquireResourceSharedLite(resource: PERESOURCE, wait: BOOLEAN) -> BOOLEAN;

    /// `ExAcquireSharedStarveExclusive` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExAcquireSharedStarveExclusive(resource: PERESOURCE, wait: BOOLEAN) -> BOOLEAN;

    /// `ExAcquireSharedWaitForExclusive` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExAcquireSharedWaitForExclusive(resource: PERESOURCE, wait: BOOLEAN) -> BOOLEAN;

    /// `ExReleaseResourceLite` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExReleaseResourceLite(resource: PERESOURCE);

    /// `ExReleaseResourceForThreadLite` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExReleaseResourceForThreadLite(
        resource: PERESOURCE,
        resource_thread_id: ERESOURCE_THREAD,
    );

    /// `ExConvertExclusiveToSharedLite` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExConvertExclusiveToSharedLite(resource: PERESOURCE);

    /// `ExDisableResourceBoostLite` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExDisableResourceBoostLite(resource: PERESOURCE);

    /// `ExIsResourceAcquiredExclusiveLite` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExIsResourceAcquiredExclusiveLite(resource: PERESOURCE) -> BOOLEAN;

    /// `ExIsResourceAcquiredSharedLite` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExIsResourceAcquiredSharedLite(resource: PERESOURCE) -> ULONG;

    /// `ExGetExclusiveWaiterCount` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExGetExclusiveWaiterCount(resource: PERESOURCE) -> ULONG;

    /// `ExGetSharedWaiterCount` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExGetSharedWaiterCount(resource: PERESOURCE) -> ULONG;

    /// `ExSetResourceOwnerPointer` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExSetResourceOwnerPointer(resource: PERESOURCE, owner_pointer: PVOID);

    /// `ExSetResourceOwnerPointerEx` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExSetResourceOwnerPointerEx(resource: PERESOURCE, owner_pointer: PVOID, flags: ULONG);

    /// `ExEnterCriticalRegionAndAcquireResourceExclusive` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExEnterCriticalRegionAndAcquireResourceExclusive(resource: PERESOURCE) -> PVOID;

    /// `ExEnterCriticalRegionAndAcquireResourceShared` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExEnterCriticalRegionAndAcquireResourceShared(resource: PERESOURCE) -> PVOID;

    /// `ExEnterCriticalRegionAndAcquireSharedWaitForExclusive` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(resource: PERESOURCE) -> PVOID;

    /// `ExReleaseResourceAndLeaveCriticalRegion` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExReleaseResourceAndLeaveCriticalRegion(resource: PERESOURCE);
}
