#![allow(unsafe_code)] // DriverEntry and FltMgr's filter and instance callbacks

//! From `DriverEntry` to the unload callback.

use core::ptr;

use minifilter_sys::{
    DEVICE_TYPE, FLT_FILESYSTEM_TYPE, FLT_FILTER_UNLOAD_FLAGS, FLT_INSTANCE_QUERY_TEARDOWN_FLAGS,
    FLT_INSTANCE_SETUP_FLAGS, FLT_INSTANCE_TEARDOWN_FLAGS, FLT_REGISTRATION,
    FLT_REGISTRATION_VERSION, FLTFL_FILTER_UNLOAD_MANDATORY, NTSTATUS, PCFLT_RELATED_OBJECTS,
    PDRIVER_OBJECT, PFLT_FILTER, PUNICODE_STRING, STATUS_FLT_DO_NOT_ATTACH,
    STATUS_FLT_DO_NOT_DETACH, STATUS_SUCCESS, USHORT,
};

use super::{
    Attachment, Detachment, InstanceIrql, InstanceSetup, Loading, Minifilter, TeardownReason,
    UnloadReason,
};
use crate::ddi;
use crate::irql::{Irql, Passive};
use crate::objects::{RelatedObjects, Unopened};
use crate::parked;
use crate::status::{Result, Status};

/// `DriverEntry` — registers the filter, makes its state, starts filtering; undoes all of it if a step fails. PASSIVE_LEVEL.
///
/// # Safety
/// Called by the I/O manager as the driver's entry point, once, with its arguments.
#[doc(hidden)]
pub unsafe fn driver_entry<F: Minifilter>(
    driver: PDRIVER_OBJECT,
    registry_path: PUNICODE_STRING,
) -> NTSTATUS {
    // SAFETY: the I/O manager calls DriverEntry at PASSIVE_LEVEL in a system thread with APCs on.
    let mut irql = unsafe { Irql::assume() };
    // SAFETY: the I/O manager passes a live string.
    let registry_path = unsafe { &*registry_path };
    // SAFETY: it is DriverEntry's, and lives until that returns.
    let loading = unsafe { Loading::new(registry_path) };
    match start::<F>(driver, &loading, &mut irql) {
        Ok(()) => STATUS_SUCCESS,
        Err(status) => status.into_failure(),
    }
}

fn start<F: Minifilter>(
    driver: PDRIVER_OBJECT,
    loading: &Loading<'_>,
    irql: &mut Irql<'_, Passive>,
) -> Result<()> {
    let registration = registration::<F>();
    let mut filter: PFLT_FILTER = ptr::null_mut();
    // SAFETY: the driver object is the I/O manager's; FltMgr copies the registration, and `filter` may be written.
    let status =
        unsafe { ddi::FltRegisterFilter(irql, driver, &raw const registration, &raw mut filter) };
    Status::from_raw(status).ok()?;
    F::cell().set_handle(filter);
    let started = F::load(loading, irql).and_then(|state| {
        // SAFETY: nothing is loaded yet, and no callback runs before FltStartFiltering.
        unsafe { F::cell().fill(state) };
        // SAFETY: the filter is registered, and its state is ready for callbacks.
        Status::from_raw(unsafe { ddi::FltStartFiltering(irql, filter) }).ok()
    });
    if started.is_err() {
        stop::<F>(filter, irql);
    }
    started
}

/// Unregisters the filter and drops its state.
fn stop<F: Minifilter>(filter: PFLT_FILTER, irql: &Irql<'_, Passive>) {
    parked::drain(irql);
    // SAFETY: the filter is registered, and this is the one place that unregisters it.
    unsafe { ddi::FltUnregisterFilter(irql, filter) };
    F::cell().set_handle(ptr::null_mut());
    // SAFETY: FltUnregisterFilter returns when every callback has returned, and none comes after it.
    unsafe { F::cell().empty() };
    parked::drain(irql);
}

/// What FltMgr is told of the filter.
const fn registration<F: Minifilter>() -> FLT_REGISTRATION {
    // SAFETY: all zero is a value of every field of the plain C structure.
    let mut registration: FLT_REGISTRATION = unsafe { core::mem::zeroed() };
    registration.Size = size_of::<FLT_REGISTRATION>() as USHORT;
    registration.Version = FLT_REGISTRATION_VERSION as USHORT;
    registration.ContextRegistration = F::CONTEXTS.as_ptr();
    registration.OperationRegistration = F::OPERATIONS.as_ptr();
    registration.FilterUnloadCallback = Some(unload::<F>);
    registration.InstanceSetupCallback = Some(instance_setup::<F>);
    registration.InstanceQueryTeardownCallback = Some(instance_query_teardown::<F>);
    registration.InstanceTeardownStartCallback = Some(instance_teardown_start::<F>);
    registration.InstanceTeardownCompleteCallback = Some(instance_teardown_complete::<F>);
    registration
}

/// `PFLT_FILTER_UNLOAD_CALLBACK` — FltMgr calls it at PASSIVE_LEVEL.
unsafe extern "C" fn unload<F: Minifilter>(flags: FLT_FILTER_UNLOAD_FLAGS) -> NTSTATUS {
    // SAFETY: FltMgr calls the unload callback at PASSIVE_LEVEL in a system thread with APCs on.
    let mut irql = unsafe { Irql::assume() };
    let mandatory = flags & FLTFL_FILTER_UNLOAD_MANDATORY != 0;
    let reason = if mandatory {
        UnloadReason::Mandatory
    } else {
        UnloadReason::Optional
    };
    let refused = F::cell()
        .get()
        .is_some_and(|filter| filter.unload(reason, &mut irql).is_err());
    if refused && !mandatory {
        return STATUS_FLT_DO_NOT_DETACH;
    }
    if let Some(filter) = F::cell().handle() {
        stop::<F>(filter, &irql);
    }
    STATUS_SUCCESS
}

/// Calls the filter about an instance.
///
/// # Safety
/// The objects are those of an instance callback of `F`.
unsafe fn about_instance<F: Minifilter, R>(
    objects: PCFLT_RELATED_OBJECTS,
    callback: impl FnOnce(&F, RelatedObjects<'_, F, Unopened>, &mut InstanceIrql<'_>) -> R,
) -> Option<R> {
    let filter = F::cell().get()?;
    // SAFETY: FltMgr passes live objects.
    let objects = RelatedObjects::new(unsafe { &*objects });
    // SAFETY: FltMgr calls instance callbacks at PASSIVE_LEVEL, in a thread that has just entered the filter; the APC state
    // claims nothing.
    let mut irql = unsafe { Irql::assume() };
    Some(callback(filter, objects, &mut irql))
}

/// `PFLT_INSTANCE_SETUP_CALLBACK` — FltMgr calls it at PASSIVE_LEVEL.
unsafe extern "C" fn instance_setup<F: Minifilter>(
    objects: PCFLT_RELATED_OBJECTS,
    flags: FLT_INSTANCE_SETUP_FLAGS,
    device_type: DEVICE_TYPE,
    file_system: FLT_FILESYSTEM_TYPE,
) -> NTSTATUS {
    // SAFETY: FltMgr's arguments.
    let answer = unsafe {
        about_instance(objects, |filter: &F, objects, irql| {
            filter.instance_setup(
                &InstanceSetup::new(objects, flags, device_type, file_system),
                irql,
            )
        })
    };
    match answer {
        Some(Attachment::Attach) => STATUS_SUCCESS,
        Some(Attachment::DoNotAttach) | None => STATUS_FLT_DO_NOT_ATTACH,
    }
}

/// `PFLT_INSTANCE_QUERY_TEARDOWN_CALLBACK` — FltMgr calls it at PASSIVE_LEVEL.
unsafe extern "C" fn instance_query_teardown<F: Minifilter>(
    objects: PCFLT_RELATED_OBJECTS,
    _flags: FLT_INSTANCE_QUERY_TEARDOWN_FLAGS,
) -> NTSTATUS {
    // SAFETY: FltMgr's arguments.
    match unsafe { about_instance(objects, F::instance_query_teardown) } {
        Some(Detachment::DoNotDetach) => STATUS_FLT_DO_NOT_DETACH,
        Some(Detachment::Detach) | None => STATUS_SUCCESS,
    }
}

/// `PFLT_INSTANCE_TEARDOWN_CALLBACK`, start — FltMgr calls it at PASSIVE_LEVEL.
unsafe extern "C" fn instance_teardown_start<F: Minifilter>(
    objects: PCFLT_RELATED_OBJECTS,
    reason: FLT_INSTANCE_TEARDOWN_FLAGS,
) {
    let reason = TeardownReason::from_raw(reason);
    // SAFETY: FltMgr's arguments.
    unsafe {
        about_instance(objects, |filter: &F, objects, irql| {
            filter.instance_teardown_start(objects, reason, irql)
        });
    }
}

/// `PFLT_INSTANCE_TEARDOWN_CALLBACK`, complete — FltMgr calls it at PASSIVE_LEVEL.
unsafe extern "C" fn instance_teardown_complete<F: Minifilter>(
    objects: PCFLT_RELATED_OBJECTS,
    reason: FLT_INSTANCE_TEARDOWN_FLAGS,
) {
    let reason = TeardownReason::from_raw(reason);
    // SAFETY: FltMgr's arguments.
    unsafe {
        about_instance(objects, |filter: &F, objects, irql| {
            filter.instance_teardown_complete(objects, reason, irql);
            // What the last operations parked may refer to contexts, which FltMgr waits for.
            parked::drain(irql);
        });
    }
}
