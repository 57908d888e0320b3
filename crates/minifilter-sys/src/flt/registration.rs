//! What a minifilter registers.

use crate::*;
/// `FLT_REGISTRATION_FLAGS` — `FLTFL_REGISTRATION_*`.
pub type FLT_REGISTRATION_FLAGS = ULONG;
/// `FLT_OPERATION_REGISTRATION_FLAGS` — `FLTFL_OPERATION_REGISTRATION_*`.
pub type FLT_OPERATION_REGISTRATION_FLAGS = ULONG;
/// `FLT_FILTER_UNLOAD_FLAGS` — `FLTFL_FILTER_UNLOAD_*`.
pub type FLT_FILTER_UNLOAD_FLAGS = ULONG;
/// `FLT_INSTANCE_SETUP_FLAGS` — `FLTFL_INSTANCE_SETUP_*`.
pub type FLT_INSTANCE_SETUP_FLAGS = ULONG;
/// `FLT_INSTANCE_QUERY_TEARDOWN_FLAGS` — flags of a request to detach.
pub type FLT_INSTANCE_QUERY_TEARDOWN_FLAGS = ULONG;
/// `FLT_INSTANCE_TEARDOWN_FLAGS` — `FLTFL_INSTANCE_TEARDOWN_*`.
pub type FLT_INSTANCE_TEARDOWN_FLAGS = ULONG;

/// `FLT_OPERATION_REGISTRATION` — the callbacks of one kind of operation.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_OPERATION_REGISTRATION {
    pub MajorFunction: UCHAR,
    pub Flags: FLT_OPERATION_REGISTRATION_FLAGS,
    pub PreOperation: PFLT_PRE_OPERATION_CALLBACK,
    pub PostOperation: PFLT_POST_OPERATION_CALLBACK,
    pub Reserved1: PVOID,
}
layout!(FLT_OPERATION_REGISTRATION: 32, 8 {
    MajorFunction: 0..1, Flags: 4..8, PreOperation: 8..16, PostOperation: 16..24, Reserved1: 24..32,
});
/// `PFLT_OPERATION_REGISTRATION` — points to a `FLT_OPERATION_REGISTRATION`.
pub type PFLT_OPERATION_REGISTRATION = *mut FLT_OPERATION_REGISTRATION;
/// `PCFLT_OPERATION_REGISTRATION` — a table of callbacks that stays as it is.
pub type PCFLT_OPERATION_REGISTRATION = *const FLT_OPERATION_REGISTRATION;

/// `FLT_REGISTRATION` — a minifilter's callbacks.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_REGISTRATION {
    pub Size: USHORT,
    pub Version: USHORT,
    pub Flags: FLT_REGISTRATION_FLAGS,
    pub ContextRegistration: PCFLT_CONTEXT_REGISTRATION,
    pub OperationRegistration: PCFLT_OPERATION_REGISTRATION,
    pub FilterUnloadCallback: PFLT_FILTER_UNLOAD_CALLBACK,
    pub InstanceSetupCallback: PFLT_INSTANCE_SETUP_CALLBACK,
    pub InstanceQueryTeardownCallback: PFLT_INSTANCE_QUERY_TEARDOWN_CALLBACK,
    pub InstanceTeardownStartCallback: PFLT_INSTANCE_TEARDOWN_CALLBACK,
    pub InstanceTeardownCompleteCallback: PFLT_INSTANCE_TEARDOWN_CALLBACK,
    pub GenerateFileNameCallback: PFLT_GENERATE_FILE_NAME,
    pub NormalizeNameComponentCallback: PFLT_NORMALIZE_NAME_COMPONENT,
    pub NormalizeContextCleanupCallback: PFLT_NORMALIZE_CONTEXT_CLEANUP,
    pub TransactionNotificationCallback: PFLT_TRANSACTION_NOTIFICATION_CALLBACK,
    pub NormalizeNameComponentExCallback: PFLT_NORMALIZE_NAME_COMPONENT_EX,
    pub SectionNotificationCallback: PFLT_SECTION_CONFLICT_NOTIFICATION_CALLBACK,
}
layout!(FLT_REGISTRATION: 112, 8 {
    Size: 0..2, Version: 2..4, Flags: 4..8, ContextRegistration: 8..16,
    OperationRegistration: 16..24, FilterUnloadCallback: 24..32, InstanceSetupCallback: 32..40,
    InstanceQueryTeardownCallback: 40..48, InstanceTeardownStartCallback: 48..56,
    InstanceTeardownCompleteCallback: 56..64, GenerateFileNameCallback: 64..72,
    NormalizeNameComponentCallback: 72..80, NormalizeContextCleanupCallback: 80..88,
    TransactionNotificationCallback: 88..96, NormalizeNameComponentExCallback: 96..104,
    SectionNotificationCallback: 104..112,
});
/// `PFLT_REGISTRATION` — points to a `FLT_REGISTRATION`.
pub type PFLT_REGISTRATION = *mut FLT_REGISTRATION;
/// `PCFLT_REGISTRATION` — a registration that stays as it is.
pub type PCFLT_REGISTRATION = *const FLT_REGISTRATION;

/// `PFLT_FILTER_UNLOAD_CALLBACK` — is asked to unload.
pub type PFLT_FILTER_UNLOAD_CALLBACK =
    Option<unsafe extern "C" fn(flags: FLT_FILTER_UNLOAD_FLAGS) -> NTSTATUS>;

/// `PFLT_INSTANCE_SETUP_CALLBACK` — is asked to attach to a volume.
pub type PFLT_INSTANCE_SETUP_CALLBACK = Option<
    unsafe extern "C" fn(
        flt_objects: PCFLT_RELATED_OBJECTS,
        flags: FLT_INSTANCE_SETUP_FLAGS,
        volume_device_type: DEVICE_TYPE,
        volume_filesystem_type: FLT_FILESYSTEM_TYPE,
    ) -> NTSTATUS,
>;

/// `PFLT_INSTANCE_QUERY_TEARDOWN_CALLBACK` — is asked to detach.
pub type PFLT_INSTANCE_QUERY_TEARDOWN_CALLBACK = Option<
    unsafe extern "C" fn(
        flt_objects: PCFLT_RELATED_OBJECTS,
        flags: FLT_INSTANCE_QUERY_TEARDOWN_FLAGS,
    ) -> NTSTATUS,
>;

/// `PFLT_INSTANCE_TEARDOWN_CALLBACK` — is told that an instance goes.
pub type PFLT_INSTANCE_TEARDOWN_CALLBACK = Option<
    unsafe extern "C" fn(flt_objects: PCFLT_RELATED_OBJECTS, reason: FLT_INSTANCE_TEARDOWN_FLAGS),
>;

/// `PFLT_TRANSACTION_NOTIFICATION_CALLBACK` — is told of a transaction's progress.
pub type PFLT_TRANSACTION_NOTIFICATION_CALLBACK = Option<
    unsafe extern "C" fn(
        flt_objects: PCFLT_RELATED_OBJECTS,
        transaction_context: PFLT_CONTEXT,
        notification_mask: ULONG,
    ) -> NTSTATUS,
>;

/// `PFLT_SECTION_CONFLICT_NOTIFICATION_CALLBACK` — is told that a section is in somebody's way.
pub type PFLT_SECTION_CONFLICT_NOTIFICATION_CALLBACK = Option<
    unsafe extern "C" fn(
        instance: PFLT_INSTANCE,
        section_context: PFLT_CONTEXT,
        data: PFLT_CALLBACK_DATA,
    ) -> NTSTATUS,
>;
