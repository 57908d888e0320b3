//! FltAcquireResource* — ERESOURCE with the critical region taken care of.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use crate::export;
use crate::model::resource::{self, Mode};
use crate::model::thread;

export! { Dll::FltMgr;
    /// `FltAcquireResourceExclusive` — enters a critical region and takes the resource alone.
    fn FltAcquireResourceExclusive(resource: usize) {
        thread::current().enter_critical_region();
        resource::acquire(resource, Mode::Exclusive, true);
    }
    /// `FltAcquireResourceShared` — enters a critical region and takes the resource with others.
    fn FltAcquireResourceShared(resource: usize) {
        thread::current().enter_critical_region();
        resource::acquire(resource, Mode::Shared, true);
    }
    /// `FltReleaseResource` — gives the resource back and leaves the critical region.
    fn FltReleaseResource(resource: usize) {
        resource::release(resource);
        thread::current().leave_critical_region();
    }
}
