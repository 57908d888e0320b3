//! DriverEntry and the unload callback of the faulty drivers; right in every detail, so that only the fault is wrong.
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering};

use minifilter_sys::*;

use crate::{Parts, delete_devices, make_devices};

static FILTER: AtomicPtr<_FLT_FILTER> = AtomicPtr::new(null_mut());
static PARTS: AtomicPtr<Parts> = AtomicPtr::new(null_mut());

/// The registered filter.
pub fn filter() -> PFLT_FILTER {
    FILTER.load(Ordering::Acquire)
}

/// `DriverEntry` — registers `parts` and starts filtering; undoes what was done if a step fails.
///
/// # Safety
/// Called by DriverEntry with its driver object.
pub unsafe fn enter(driver: PDRIVER_OBJECT, parts: &'static Parts) -> NTSTATUS {
    let mut status = register(driver, parts);
    if status < 0 {
        return status;
    }
    if parts.control.is_some() || parts.below.is_some() {
        status = make_devices(driver, parts);
    }
    if status >= 0 {
        status = (parts.load)();
    }
    if status >= 0 {
        status = FltStartFiltering(filter());
    }
    if status < 0 {
        leave(parts);
    }
    status
}

/// `FltRegisterFilter` — registers `parts`.
///
/// # Safety
/// Called by DriverEntry with its driver object.
pub unsafe fn register(driver: PDRIVER_OBJECT, parts: &'static Parts) -> NTSTATUS {
    PARTS.store(core::ptr::from_ref(parts).cast_mut(), Ordering::Release);
    let registration = registration(parts);
    let mut filter = null_mut();
    let status = FltRegisterFilter(driver, &raw const registration, &raw mut filter);
    FILTER.store(filter, Ordering::Release);
    status
}

/// `FltUnregisterFilter` — and the driver's own step after it.
///
/// # Safety
/// The filter is registered.
pub unsafe fn leave(parts: &Parts) {
    FltUnregisterFilter(filter());
    (parts.gone)();
    delete_devices();
}

unsafe extern "C" fn unload(_flags: FLT_FILTER_UNLOAD_FLAGS) -> NTSTATUS {
    let parts = &*PARTS.load(Ordering::Acquire);
    (parts.unload)();
    leave(parts);
    STATUS_SUCCESS
}

fn registration(parts: &Parts) -> FLT_REGISTRATION {
    FLT_REGISTRATION {
        Size: size_of::<FLT_REGISTRATION>() as USHORT,
        Version: FLT_REGISTRATION_VERSION,
        Flags: 0,
        ContextRegistration: parts.contexts.as_ptr(),
        OperationRegistration: parts.operations.as_ptr(),
        FilterUnloadCallback: Some(unload),
        InstanceSetupCallback: parts.setup,
        InstanceQueryTeardownCallback: None,
        InstanceTeardownStartCallback: parts.teardown_start,
        InstanceTeardownCompleteCallback: parts.teardown_complete,
        GenerateFileNameCallback: parts.generate_name,
        NormalizeNameComponentCallback: None,
        NormalizeContextCleanupCallback: None,
        TransactionNotificationCallback: None,
        NormalizeNameComponentExCallback: None,
        SectionNotificationCallback: parts.section_conflict,
    }
}
