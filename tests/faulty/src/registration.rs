//! FLT_REGISTRATION — what a faulty driver registers, and its own steps at load and unload.
#![allow(unsafe_code)] // shares tables of raw pointers

use core::ptr::null_mut;

use minifilter_sys::{
    FLT_CONTEXT_END, FLT_CONTEXT_REGISTRATION, FLT_CONTEXT_TYPE, FLT_OPERATION_REGISTRATION,
    IRP_MJ_OPERATION_END, NTSTATUS, PDEVICE_OBJECT, PFLT_CONTEXT_CLEANUP_CALLBACK,
    PFLT_GENERATE_FILE_NAME, PFLT_INSTANCE_SETUP_CALLBACK, PFLT_INSTANCE_TEARDOWN_CALLBACK,
    PFLT_POST_OPERATION_CALLBACK, PFLT_PRE_OPERATION_CALLBACK,
    PFLT_SECTION_CONFLICT_NOTIFICATION_CALLBACK, PIRP, STATUS_SUCCESS, UCHAR,
};

use crate::TAG;

/// A dispatch routine.
pub type Control = unsafe extern "C" fn(device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS;

/// What a driver registers.
pub struct Parts {
    /// Contexts, up to [`CONTEXTS_END`].
    pub contexts: &'static [FLT_CONTEXT_REGISTRATION],
    /// Operations, up to [`OPERATIONS_END`].
    pub operations: &'static [FLT_OPERATION_REGISTRATION],
    /// Takes the device controls of programs; with it comes a device, `\Device\Faulty`.
    pub control: Option<Control>,
    /// Takes those that the driver sends to a device below that one.
    pub below: Option<Control>,
    /// InstanceSetupCallback.
    pub setup: PFLT_INSTANCE_SETUP_CALLBACK,
    /// InstanceTeardownStartCallback.
    pub teardown_start: PFLT_INSTANCE_TEARDOWN_CALLBACK,
    /// InstanceTeardownCompleteCallback.
    pub teardown_complete: PFLT_INSTANCE_TEARDOWN_CALLBACK,
    /// GenerateFileNameCallback.
    pub generate_name: PFLT_GENERATE_FILE_NAME,
    /// SectionNotificationCallback.
    pub section_conflict: PFLT_SECTION_CONFLICT_NOTIFICATION_CALLBACK,
    /// Runs between FltRegisterFilter and FltStartFiltering.
    pub load: unsafe fn() -> NTSTATUS,
    /// Runs in the unload callback before FltUnregisterFilter.
    pub unload: unsafe fn(),
    /// Runs in the unload callback after FltUnregisterFilter, and where loading fails.
    pub gone: unsafe fn(),
}

// SAFETY: the tables are constants that nobody writes to.
unsafe impl Sync for Parts {}

impl Parts {
    /// A driver that does nothing.
    pub const NONE: Self = Self {
        contexts: &[CONTEXTS_END],
        operations: &[OPERATIONS_END],
        control: None,
        below: None,
        setup: None,
        teardown_start: None,
        teardown_complete: None,
        generate_name: None,
        section_conflict: None,
        load: || STATUS_SUCCESS,
        unload: || (),
        gone: || (),
    };
}

/// The end of the operations.
pub const OPERATIONS_END: FLT_OPERATION_REGISTRATION = on(IRP_MJ_OPERATION_END, None, None);

/// The end of the contexts.
pub const CONTEXTS_END: FLT_CONTEXT_REGISTRATION = context(FLT_CONTEXT_END, 0, None);

/// Callbacks of one kind of operation.
pub const fn on(
    major: UCHAR,
    pre: PFLT_PRE_OPERATION_CALLBACK,
    post: PFLT_POST_OPERATION_CALLBACK,
) -> FLT_OPERATION_REGISTRATION {
    FLT_OPERATION_REGISTRATION {
        MajorFunction: major,
        Flags: 0,
        PreOperation: pre,
        PostOperation: post,
        Reserved1: null_mut(),
    }
}

/// One kind of context.
pub const fn context(
    kind: FLT_CONTEXT_TYPE,
    size: usize,
    cleanup: PFLT_CONTEXT_CLEANUP_CALLBACK,
) -> FLT_CONTEXT_REGISTRATION {
    FLT_CONTEXT_REGISTRATION {
        ContextType: kind,
        Flags: 0,
        ContextCleanupCallback: cleanup,
        Size: size as _,
        PoolTag: TAG,
        ContextAllocateCallback: None,
        ContextFreeCallback: None,
        Reserved1: null_mut(),
    }
}
