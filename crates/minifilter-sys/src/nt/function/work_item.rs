//! Work items.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `ExQueueWorkItem` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExQueueWorkItem(work_item: PWORK_QUEUE_ITEM, queue_type: WORK_QUEUE_TYPE);

    /// `IoAllocateWorkItem` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn IoAllocateWorkItem(device_object: PDEVICE_OBJECT) -> PIO_WORKITEM;

    /// `IoFreeWorkItem` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn IoFreeWorkItem(io_work_item: PIO_WORKITEM);

    /// `IoSizeofWorkItem` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn IoSizeofWorkItem() -> ULONG;

    /// `IoInitializeWorkItem` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn IoInitializeWorkItem(io_object: PVOID, io_work_item: PIO_WORKITEM);

    /// `IoUninitializeWorkItem` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn IoUninitializeWorkItem(io_work_item: PIO_WORKITEM);

    /// `IoQueueWorkItem` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn IoQueueWorkItem(
        io_work_item: PIO_WORKITEM,
        worker_routine: PIO_WORKITEM_ROUTINE,
        queue_type: WORK_QUEUE_TYPE,
        context: PVOID,
    );

    /// `IoQueueWorkItemEx` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn IoQueueWorkItemEx(
        io_work_item: PIO_WORKITEM,
        worker_routine: PIO_WORKITEM_ROUTINE_EX,
        queue_type: WORK_QUEUE_TYPE,
        context: PVOID,
    );
}
