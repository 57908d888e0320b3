#![allow(unsafe_code)] // the kernel's functions

//! Contexts.

use minifilter_sys::{
    FLT_CONTEXT_TYPE, FLT_RELATED_CONTEXTS_EX, FLT_RELATED_OBJECTS, FLT_SET_CONTEXT_OPERATION,
    NTSTATUS, PFILE_OBJECT, PFLT_CONTEXT, PFLT_FILTER, PFLT_INSTANCE, PFLT_VOLUME, PKTRANSACTION,
    POOL_TYPE, SIZE_T,
};

ddi! {
    FltAllocateContext <= Apc: fn(filter: PFLT_FILTER, kind: FLT_CONTEXT_TYPE, size: SIZE_T, pool: POOL_TYPE, context: *mut PFLT_CONTEXT) -> NTSTATUS;
    FltReferenceContext <= Dispatch: fn(context: PFLT_CONTEXT);
    FltReleaseContext <= Apc: fn(context: PFLT_CONTEXT);
    release_nonpaged_context = FltReleaseContext <= Dispatch when "the context is nonpaged": fn(context: PFLT_CONTEXT);
    FltDeleteContext <= Apc: fn(context: PFLT_CONTEXT);
    FltGetContextsEx <= Apc: fn(objects: *const FLT_RELATED_OBJECTS, desired: FLT_CONTEXT_TYPE, size: SIZE_T, contexts: *mut FLT_RELATED_CONTEXTS_EX) -> NTSTATUS;
    FltReleaseContextsEx <= Apc: fn(size: SIZE_T, contexts: *mut FLT_RELATED_CONTEXTS_EX);
    FltSetVolumeContext <= Apc: fn(volume: PFLT_VOLUME, operation: FLT_SET_CONTEXT_OPERATION, new: PFLT_CONTEXT, old: *mut PFLT_CONTEXT) -> NTSTATUS;
    FltGetVolumeContext <= Apc: fn(filter: PFLT_FILTER, volume: PFLT_VOLUME, context: *mut PFLT_CONTEXT) -> NTSTATUS;
    FltSetInstanceContext <= Apc: fn(instance: PFLT_INSTANCE, operation: FLT_SET_CONTEXT_OPERATION, new: PFLT_CONTEXT, old: *mut PFLT_CONTEXT) -> NTSTATUS;
    FltGetInstanceContext <= Apc: fn(instance: PFLT_INSTANCE, context: *mut PFLT_CONTEXT) -> NTSTATUS;
    FltSetFileContext <= Apc: fn(instance: PFLT_INSTANCE, file: PFILE_OBJECT, operation: FLT_SET_CONTEXT_OPERATION, new: PFLT_CONTEXT, old: *mut PFLT_CONTEXT) -> NTSTATUS;
    FltGetFileContext <= Apc: fn(instance: PFLT_INSTANCE, file: PFILE_OBJECT, context: *mut PFLT_CONTEXT) -> NTSTATUS;
    FltSetStreamContext <= Apc: fn(instance: PFLT_INSTANCE, file: PFILE_OBJECT, operation: FLT_SET_CONTEXT_OPERATION, new: PFLT_CONTEXT, old: *mut PFLT_CONTEXT) -> NTSTATUS;
    FltGetStreamContext <= Apc: fn(instance: PFLT_INSTANCE, file: PFILE_OBJECT, context: *mut PFLT_CONTEXT) -> NTSTATUS;
    FltSetStreamHandleContext <= Apc: fn(instance: PFLT_INSTANCE, file: PFILE_OBJECT, operation: FLT_SET_CONTEXT_OPERATION, new: PFLT_CONTEXT, old: *mut PFLT_CONTEXT) -> NTSTATUS;
    FltGetStreamHandleContext <= Apc: fn(instance: PFLT_INSTANCE, file: PFILE_OBJECT, context: *mut PFLT_CONTEXT) -> NTSTATUS;
    FltSetTransactionContext <= Apc: fn(instance: PFLT_INSTANCE, transaction: PKTRANSACTION, operation: FLT_SET_CONTEXT_OPERATION, new: PFLT_CONTEXT, old: *mut PFLT_CONTEXT) -> NTSTATUS;
    FltGetTransactionContext <= Apc: fn(instance: PFLT_INSTANCE, transaction: PKTRANSACTION, context: *mut PFLT_CONTEXT) -> NTSTATUS;
}
