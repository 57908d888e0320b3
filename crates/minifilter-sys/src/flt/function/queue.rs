//! Cancel-safe queues and work items.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "FLTMGR.SYS", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `FltCbdqInitialize` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn FltCbdqInitialize(
        instance: PFLT_INSTANCE,
        cbdq: PFLT_CALLBACK_DATA_QUEUE,
        cbdq_insert_io: PFLT_CALLBACK_DATA_QUEUE_INSERT_IO,
        cbdq_remove_io: PFLT_CALLBACK_DATA_QUEUE_REMOVE_IO,
        cbdq_peek_next_io: PFLT_CALLBACK_DATA_QUEUE_PEEK_NEXT_IO,
        cbdq_acquire: PFLT_CALLBACK_DATA_QUEUE_ACQUIRE,
        cbdq_release: PFLT_CALLBACK_DATA_QUEUE_RELEASE,
        cbdq_complete_canceled_io: PFLT_CALLBACK_DATA_QUEUE_COMPLETE_CANCELED_IO,
    ) -> NTSTATUS;

    /// `FltCbdqEnable` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltCbdqEnable(cbdq: PFLT_CALLBACK_DATA_QUEUE);

    /// `FltCbdqDisable` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltCbdqDisable(cbdq: PFLT_CALLBACK_DATA_QUEUE);

    /// `FltCbdqInsertIo` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltCbdqInsertIo(
        cbdq: PFLT_CALLBACK_DATA_QUEUE,
        cbd: PFLT_CALLBACK_DATA,
        context: PFLT_CALLBACK_DATA_QUEUE_IO_CONTEXT,
        insert_context: PVOID,
    ) -> NTSTATUS;

    /// `FltCbdqRemoveIo` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltCbdqRemoveIo(
        cbdq: PFLT_CALLBACK_DATA_QUEUE,
        context: PFLT_CALLBACK_DATA_QUEUE_IO_CONTEXT,
    ) -> PFLT_CALLBACK_DATA;

    /// `FltCbdqRemoveNextIo` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltCbdqRemoveNextIo(
        cbdq: PFLT_CALLBACK_DATA_QUEUE,
        peek_context: PVOID,
    ) -> PFLT_CALLBACK_DATA;

    /// `FltAllocateDeferredIoWorkItem` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltAllocateDeferredIoWorkItem() -> PFLT_DEFERRED_IO_WORKITEM;

    /// `FltFreeDeferredIoWorkItem` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltFreeDeferredIoWorkItem(flt_work_item: PFLT_DEFERRED_IO_WORKITEM);

    /// `FltQueueDeferredIoWorkItem` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltQueueDeferredIoWorkItem(
        flt_work_item: PFLT_DEFERRED_IO_WORKITEM,
        data: PFLT_CALLBACK_DATA,
        worker_routine: PFLT_DEFERRED_IO_WORKITEM_ROUTINE,
        queue_type: WORK_QUEUE_TYPE,
        context: PVOID,
    ) -> NTSTATUS;

    /// `FltAllocateGenericWorkItem` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltAllocateGenericWorkItem() -> PFLT_GENERIC_WORKITEM;

    /// `FltFreeGenericWorkItem` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltFreeGenericWorkItem(flt_work_item: PFLT_GENERIC_WORKITEM);

    /// `FltQueueGenericWorkItem` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltQueueGenericWorkItem(
        flt_work_item: PFLT_GENERIC_WORKITEM,
        flt_object: PVOID,
        worker_routine: PFLT_GENERIC_WORKITEM_ROUTINE,
        queue_type: WORK_QUEUE_TYPE,
        context: PVOID,
    ) -> NTSTATUS;

    /// `FltAllocatePoolAlignedWithTag` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltAllocatePoolAlignedWithTag(
        instance: PFLT_INSTANCE,
        pool_type: POOL_TYPE,
        number_of_bytes: SIZE_T,
        tag: ULONG,
    ) -> PVOID;

    /// `FltFreePoolAlignedWithTag` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltFreePoolAlignedWithTag(instance: PFLT_INSTANCE, buffer: PVOID, tag: ULONG);
}
