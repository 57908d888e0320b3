//! IRPs — what the headers of the driver kit have as inline functions, and requests that a driver makes itself.
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::mem::offset_of;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering};

use minifilter_sys::*;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `IoBuildDeviceIoControlRequest` — a control whose IRP belongs to the I/O manager.
    pub fn IoBuildDeviceIoControlRequest(
        code: ULONG,
        device: PDEVICE_OBJECT,
        input: PVOID,
        input_length: ULONG,
        output: PVOID,
        output_length: ULONG,
        internal: BOOLEAN,
        event: PKEVENT,
        status: PIO_STATUS_BLOCK,
    ) -> PIRP;

    /// `IoReuseIrp` — makes an IRP of the driver's own as new.
    pub fn IoReuseIrp(irp: PIRP, status: NTSTATUS);
}

/// A control code of the drivers' own: METHOD_BUFFERED, FILE_ANY_ACCESS.
pub const CONTROL: ULONG = 0x22_2000;

/// `IoGetCurrentIrpStackLocation`
///
/// # Safety
/// A driver has the IRP.
pub unsafe fn location(irp: PIRP) -> PIO_STACK_LOCATION {
    (*irp)
        .Tail
        .Overlay
        .Anonymous2
        .Anonymous
        .CurrentStackLocation
}

/// `IoGetNextIrpStackLocation`
///
/// # Safety
/// The IRP has a location for the next driver.
pub unsafe fn next_location(irp: PIRP) -> PIO_STACK_LOCATION {
    location(irp).sub(1)
}

/// `IoMarkIrpPending`
///
/// # Safety
/// A driver has the IRP.
pub unsafe fn mark_pending(irp: PIRP) {
    (*location(irp)).Control |= SL_PENDING_RETURNED as UCHAR;
}

/// `IoSkipCurrentIrpStackLocation`
///
/// # Safety
/// A driver has the IRP and sends it on.
pub unsafe fn skip(irp: PIRP) {
    (*irp).CurrentLocation += 1;
    (*irp)
        .Tail
        .Overlay
        .Anonymous2
        .Anonymous
        .CurrentStackLocation = location(irp).add(1);
}

/// `IoSetNextIrpStackLocation` — the location below is the driver's own now.
///
/// # Safety
/// The IRP has one.
pub unsafe fn set_next(irp: PIRP) {
    (*irp).CurrentLocation -= 1;
    (*irp)
        .Tail
        .Overlay
        .Anonymous2
        .Anonymous
        .CurrentStackLocation = next_location(irp);
}

/// `IoCopyCurrentIrpStackLocationToNext`
///
/// # Safety
/// The IRP has a location for the next driver.
pub unsafe fn copy_to_next(irp: PIRP) {
    let (from, to) = (location(irp), next_location(irp));
    (*to).MajorFunction = (*from).MajorFunction;
    (*to).MinorFunction = (*from).MinorFunction;
    (*to).Flags = (*from).Flags;
    (*to).Control = 0;
    (*to).Parameters = (*from).Parameters;
    (*to).FileObject = (*from).FileObject;
}

/// `IoSetCompletionRoutine` — for success, error and cancellation.
///
/// # Safety
/// The IRP has a location for the next driver.
pub unsafe fn on_completion(irp: PIRP, routine: PIO_COMPLETION_ROUTINE, context: PVOID) {
    let next = next_location(irp);
    (*next).CompletionRoutine = routine;
    (*next).Context = context;
    (*next).Control = (SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL) as UCHAR;
}

/// `IoSetCancelRoutine` — whether one was set before.
///
/// # Safety
/// The driver has the IRP.
pub unsafe fn set_cancel(irp: PIRP, routine: PDRIVER_CANCEL) -> bool {
    let new = routine.map_or(null_mut(), |routine| routine as *mut _);
    let place = irp.byte_add(offset_of!(IRP, CancelRoutine));
    let word = AtomicPtr::<()>::from_ptr(place.cast());
    !word.swap(new, Ordering::AcqRel).is_null()
}

/// `IoCompleteRequest` — completes the IRP; gives the status back.
///
/// # Safety
/// The driver has the IRP.
pub unsafe fn finish(irp: PIRP, status: NTSTATUS, information: ULONG_PTR) -> NTSTATUS {
    (*irp).IoStatus.Anonymous.Status = status;
    (*irp).IoStatus.Information = information;
    IofCompleteRequest(irp, 0);
    status
}

/// Pends the IRP: a work item completes it.
///
/// # Safety
/// The driver has the IRP, as a dispatch routine for `device`.
pub unsafe extern "C" fn pend(device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    let item = IoAllocateWorkItem(device);
    if item.is_null() {
        return finish(irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    }
    mark_pending(irp);
    IoQueueWorkItemEx(item, Some(finish_later), DelayedWorkQueue, irp.cast());
    STATUS_PENDING
}

unsafe extern "C" fn finish_later(_object: PVOID, irp: PVOID, item: PIO_WORKITEM) {
    IoFreeWorkItem(item);
    finish(irp.cast(), STATUS_SUCCESS, 0);
}

/// `IoAllocateIrp` — a control of the driver's own to `device`; null without memory.
///
/// # Safety
/// The device lives.
pub unsafe fn own_control(device: PDEVICE_OBJECT) -> PIRP {
    let irp = IoAllocateIrp((*device).StackSize, 0);
    if !irp.is_null() {
        let next = next_location(irp);
        (*next).MajorFunction = IRP_MJ_DEVICE_CONTROL as UCHAR;
        (*next).Parameters.DeviceIoControl.IoControlCode = CONTROL;
    }
    irp
}
