//! Contexts.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "FLTMGR.SYS", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `FltAllocateContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltAllocateContext(
        filter: PFLT_FILTER,
        context_type: FLT_CONTEXT_TYPE,
        context_size: SIZE_T,
        pool_type: POOL_TYPE,
        returned_context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltReferenceContext` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltReferenceContext(context: PFLT_CONTEXT);

    /// `FltReleaseContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltReleaseContext(context: PFLT_CONTEXT);

    /// `FltDeleteContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltDeleteContext(context: PFLT_CONTEXT);

    /// `FltGetContexts` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetContexts(
        flt_objects: PCFLT_RELATED_OBJECTS,
        desired_contexts: FLT_CONTEXT_TYPE,
        contexts: PFLT_RELATED_CONTEXTS,
    );

    /// `FltGetContextsEx` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetContextsEx(
        flt_objects: PCFLT_RELATED_OBJECTS,
        desired_contexts: FLT_CONTEXT_TYPE,
        contexts_size: SIZE_T,
        contexts: PFLT_RELATED_CONTEXTS_EX,
    ) -> NTSTATUS;

    /// `FltReleaseContexts` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltReleaseContexts(contexts: PFLT_RELATED_CONTEXTS);

    /// `FltReleaseContextsEx` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltReleaseContextsEx(contexts_size: SIZE_T, contexts: PFLT_RELATED_CONTEXTS_EX);

    /// `FltSetVolumeContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltSetVolumeContext(
        volume: PFLT_VOLUME,
        operation: FLT_SET_CONTEXT_OPERATION,
        new_context: PFLT_CONTEXT,
        old_context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltGetVolumeContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetVolumeContext(
        filter: PFLT_FILTER,
        volume: PFLT_VOLUME,
        context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltDeleteVolumeContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltDeleteVolumeContext(
        filter: PFLT_FILTER,
        volume: PFLT_VOLUME,
        old_context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltSetInstanceContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltSetInstanceContext(
        instance: PFLT_INSTANCE,
        operation: FLT_SET_CONTEXT_OPERATION,
        new_context: PFLT_CONTEXT,
        old_context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltGetInstanceContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetInstanceContext(instance: PFLT_INSTANCE, context: *mut PFLT_CONTEXT) -> NTSTATUS;

    /// `FltDeleteInstanceContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltDeleteInstanceContext(
        instance: PFLT_INSTANCE,
        old_context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltSetFileContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltSetFileContext(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        operation: FLT_SET_CONTEXT_OPERATION,
        new_context: PFLT_CONTEXT,
        old_context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltGetFileContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetFileContext(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltDeleteFileContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltDeleteFileContext(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        old_context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltSetStreamContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltSetStreamContext(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        operation: FLT_SET_CONTEXT_OPERATION,
        new_context: PFLT_CONTEXT,
        old_context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltGetStreamContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetStreamContext(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltDeleteStreamContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltDeleteStreamContext(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        old_context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltSetStreamHandleContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltSetStreamHandleContext(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        operation: FLT_SET_CONTEXT_OPERATION,
        new_context: PFLT_CONTEXT,
        old_context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltGetStreamHandleContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetStreamHandleContext(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltDeleteStreamHandleContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltDeleteStreamHandleContext(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        old_context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltSetTransactionContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltSetTransactionContext(
        instance: PFLT_INSTANCE,
        transaction: PKTRANSACTION,
        operation: FLT_SET_CONTEXT_OPERATION,
        new_context: PFLT_CONTEXT,
        old_context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltGetTransactionContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetTransactionContext(
        instance: PFLT_INSTANCE,
        transaction: PKTRANSACTION,
        context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltDeleteTransactionContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltDeleteTransactionContext(
        instance: PFLT_INSTANCE,
        transaction: PKTRANSACTION,
        old_context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltGetSectionContext` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetSectionContext(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltSupportsFileContexts` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltSupportsFileContexts(file_object: PFILE_OBJECT) -> BOOLEAN;

    /// `FltSupportsFileContextsEx` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltSupportsFileContextsEx(file_object: PFILE_OBJECT, instance: PFLT_INSTANCE)
    -> BOOLEAN;

    /// `FltSupportsStreamContexts` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltSupportsStreamContexts(file_object: PFILE_OBJECT) -> BOOLEAN;

    /// `FltSupportsStreamHandleContexts` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltSupportsStreamHandleContexts(file_object: PFILE_OBJECT) -> BOOLEAN;
}
