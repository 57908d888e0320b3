//! ExXxxResourceLite — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{ERESOURCE, NTSTATUS, STATUS_SUCCESS};

use crate::export;
use crate::model::resource::{self, Mode};
use crate::model::thread;

type Resource = *mut ERESOURCE;

/// Enters a critical region and takes the resource; gives back the KTHREAD, as the kernel does.
fn enter_and_acquire(resource: Resource, mode: Mode) -> usize {
    thread::current().enter_critical_region();
    resource::acquire(resource as usize, mode, true);
    thread::current().kthread()
}

export! { Dll::Ntoskrnl;
    /// `ExInitializeResourceLite`
    fn ExInitializeResourceLite(resource: Resource) -> NTSTATUS {
        resource::initialize(resource as usize);
        let storage = resource.cast::<u8>(); // at any address: that it is aligned is a rule, no certainty
        // SAFETY: the driver gives the storage of an ERESOURCE to be initialised.
        unsafe { storage.write_bytes(0, size_of::<ERESOURCE>()) };
        STATUS_SUCCESS
    }
    /// `ExReinitializeResourceLite`
    fn ExReinitializeResourceLite(resource: Resource) -> NTSTATUS {
        resource::reinitialize(resource as usize);
        STATUS_SUCCESS
    }
    /// `ExDeleteResourceLite`
    fn ExDeleteResourceLite(resource: Resource) -> NTSTATUS {
        resource::delete(resource as usize);
        STATUS_SUCCESS
    }
    /// `ExAcquireResourceExclusiveLite`
    fn ExAcquireResourceExclusiveLite(resource: Resource, wait: u8) -> u8 {
        u8::from(resource::acquire(resource as usize, Mode::Exclusive, wait != 0))
    }
    /// `ExAcquireResourceSharedLite`
    fn ExAcquireResourceSharedLite(resource: Resource, wait: u8) -> u8 {
        u8::from(resource::acquire(resource as usize, Mode::Shared, wait != 0))
    }
    /// `ExAcquireSharedStarveExclusive`
    fn ExAcquireSharedStarveExclusive(resource: Resource, wait: u8) -> u8 {
        u8::from(resource::acquire(resource as usize, Mode::SharedStarveExclusive, wait != 0))
    }
    /// `ExAcquireSharedWaitForExclusive`
    fn ExAcquireSharedWaitForExclusive(resource: Resource, wait: u8) -> u8 {
        u8::from(resource::acquire(resource as usize, Mode::SharedWaitForExclusive, wait != 0))
    }
    /// `ExEnterCriticalRegionAndAcquireResourceExclusive`
    fn ExEnterCriticalRegionAndAcquireResourceExclusive(resource: Resource) -> usize {
        enter_and_acquire(resource, Mode::Exclusive)
    }
    /// `ExEnterCriticalRegionAndAcquireResourceShared`
    fn ExEnterCriticalRegionAndAcquireResourceShared(resource: Resource) -> usize {
        enter_and_acquire(resource, Mode::Shared)
    }
    /// `ExEnterCriticalRegionAndAcquireSharedWaitForExclusive`
    fn ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(resource: Resource) -> usize {
        enter_and_acquire(resource, Mode::SharedWaitForExclusive)
    }
    /// `ExReleaseResourceLite`
    fn ExReleaseResourceLite(resource: Resource) { resource::release(resource as usize) }
    /// `ExReleaseResourceForThreadLite`
    fn ExReleaseResourceForThreadLite(resource: Resource, thread: usize) {
        resource::release_for(resource as usize, thread);
    }
    /// `ExReleaseResourceAndLeaveCriticalRegion`
    fn ExReleaseResourceAndLeaveCriticalRegion(resource: Resource) {
        resource::release(resource as usize);
        thread::current().leave_critical_region();
    }
    /// `ExConvertExclusiveToSharedLite`
    fn ExConvertExclusiveToSharedLite(resource: Resource) { resource::convert_to_shared(resource as usize) }
    /// `ExSetResourceOwnerPointer`
    fn ExSetResourceOwnerPointer(resource: Resource, owner: usize) { resource::set_owner(resource as usize, owner) }
    /// `ExSetResourceOwnerPointerEx`
    fn ExSetResourceOwnerPointerEx(resource: Resource, owner: usize, _flags: u32) {
        resource::set_owner(resource as usize, owner);
    }
    /// `ExIsResourceAcquiredExclusiveLite`
    fn ExIsResourceAcquiredExclusiveLite(resource: Resource) -> u8 {
        u8::from(resource::is_exclusive(resource as usize))
    }
    /// `ExIsResourceAcquiredSharedLite`
    fn ExIsResourceAcquiredSharedLite(resource: Resource) -> u32 { resource::recursion(resource as usize) }
    /// `ExGetExclusiveWaiterCount`
    fn ExGetExclusiveWaiterCount(resource: Resource) -> u32 { resource::waiters(resource as usize).0 }
    /// `ExGetSharedWaiterCount`
    fn ExGetSharedWaiterCount(resource: Resource) -> u32 { resource::waiters(resource as usize).1 }
    /// `ExDisableResourceBoostLite`
    fn ExDisableResourceBoostLite(_resource: Resource) {}
}
