//! The driver's callbacks as what they are: functions with the Windows x64 calling convention.
//!
//! minifilter-sys declares them `extern "C"`, which on this host means another convention; they are only ever called
//! through the types here.
#![allow(unsafe_code)] // reinterprets function pointers

use std::ffi::c_void;

use minifilter_sys::{
    FILE_LOCK_INFO, FILE_OBJECT, FLT_IO_PARAMETER_BLOCK, FLT_NAME_CONTROL,
    FLT_POSTOP_CALLBACK_STATUS, FLT_PREOP_CALLBACK_STATUS, GUID, NTSTATUS, PDEVICE_OBJECT,
    PDRIVER_OBJECT, PFLT_CALLBACK_DATA, PFLT_CALLBACK_DATA_QUEUE, PFLT_INSTANCE, PFLT_PORT,
    PFLT_RELATED_OBJECTS, PIO_CSQ, PIRP, UNICODE_STRING,
};

/// PFLT_PRE_OPERATION_CALLBACK.
pub type PreOperation = unsafe extern "win64" fn(
    PFLT_CALLBACK_DATA,
    PFLT_RELATED_OBJECTS,
    *mut *mut c_void,
) -> FLT_PREOP_CALLBACK_STATUS;
/// PFLT_POST_OPERATION_CALLBACK.
pub type PostOperation = unsafe extern "win64" fn(
    PFLT_CALLBACK_DATA,
    PFLT_RELATED_OBJECTS,
    *mut c_void,
    u32,
) -> FLT_POSTOP_CALLBACK_STATUS;
/// PFLT_FILTER_UNLOAD_CALLBACK.
pub type FilterUnload = unsafe extern "win64" fn(u32) -> NTSTATUS;
/// PFLT_INSTANCE_SETUP_CALLBACK.
pub type InstanceSetup = unsafe extern "win64" fn(PFLT_RELATED_OBJECTS, u32, u32, i32) -> NTSTATUS;
/// PFLT_INSTANCE_QUERY_TEARDOWN_CALLBACK.
pub type InstanceQueryTeardown = unsafe extern "win64" fn(PFLT_RELATED_OBJECTS, u32) -> NTSTATUS;
/// PFLT_INSTANCE_TEARDOWN_CALLBACK.
pub type InstanceTeardown = unsafe extern "win64" fn(PFLT_RELATED_OBJECTS, u32);
/// PFLT_CONTEXT_CLEANUP_CALLBACK.
pub type ContextCleanup = unsafe extern "win64" fn(*mut c_void, u16);
/// PFLT_CONTEXT_ALLOCATE_CALLBACK.
pub type ContextAllocate = unsafe extern "win64" fn(i32, usize, u16) -> *mut c_void;
/// PFLT_CONTEXT_FREE_CALLBACK.
pub type ContextFree = unsafe extern "win64" fn(*mut c_void, u16);
/// PFLT_GENERIC_WORKITEM_ROUTINE.
pub type GenericWorkItem = unsafe extern "win64" fn(*mut c_void, *mut c_void, *mut c_void);
/// PFLT_DEFERRED_IO_WORKITEM_ROUTINE.
pub type DeferredIoWorkItem =
    unsafe extern "win64" fn(*mut c_void, PFLT_CALLBACK_DATA, *mut c_void);
/// PFLT_CONNECT_NOTIFY.
pub type ConnectNotify = unsafe extern "win64" fn(
    PFLT_PORT,
    *mut c_void,
    *mut c_void,
    u32,
    *mut *mut c_void,
) -> NTSTATUS;
/// PFLT_DISCONNECT_NOTIFY.
pub type DisconnectNotify = unsafe extern "win64" fn(*mut c_void);
/// PFLT_MESSAGE_NOTIFY.
pub type MessageNotify =
    unsafe extern "win64" fn(*mut c_void, *mut c_void, u32, *mut c_void, u32, *mut u32) -> NTSTATUS;
/// PDRIVER_DISPATCH.
pub type Dispatch = unsafe extern "win64" fn(PDEVICE_OBJECT, PIRP) -> NTSTATUS;
/// PDRIVER_CANCEL.
pub type Cancel = unsafe extern "win64" fn(PDEVICE_OBJECT, PIRP);
/// PIO_COMPLETION_ROUTINE.
pub type IoCompletion = unsafe extern "win64" fn(PDEVICE_OBJECT, PIRP, *mut c_void) -> NTSTATUS;
/// PKSTART_ROUTINE, PWORKER_THREAD_ROUTINE.
pub type Start = unsafe extern "win64" fn(*mut c_void);
/// PKDEFERRED_ROUTINE.
pub type Deferred = unsafe extern "win64" fn(*mut c_void, *mut c_void, *mut c_void, *mut c_void);
/// PIO_WORKITEM_ROUTINE; PIO_WORKITEM_ROUTINE_EX with the work item in the third register.
pub type IoWorkItem = unsafe extern "win64" fn(*mut c_void, *mut c_void, *mut c_void);
/// PDRIVER_UNLOAD.
pub type DriverUnload = unsafe extern "win64" fn(PDRIVER_OBJECT);
/// PFLT_COMPLETE_CANCELED_CALLBACK.
pub type CompleteCanceled = unsafe extern "win64" fn(PFLT_CALLBACK_DATA);
/// PFLT_GET_OPERATION_STATUS_CALLBACK.
pub type OperationStatus = unsafe extern "win64" fn(
    PFLT_RELATED_OBJECTS,
    *mut FLT_IO_PARAMETER_BLOCK,
    NTSTATUS,
    *mut c_void,
);
/// PFLT_CALLBACK_DATA_QUEUE_INSERT_IO.
pub type CbdqInsert =
    unsafe extern "win64" fn(PFLT_CALLBACK_DATA_QUEUE, PFLT_CALLBACK_DATA, *mut c_void) -> NTSTATUS;
/// PFLT_CALLBACK_DATA_QUEUE_REMOVE_IO.
pub type CbdqRemove = unsafe extern "win64" fn(PFLT_CALLBACK_DATA_QUEUE, PFLT_CALLBACK_DATA);
/// PFLT_CALLBACK_DATA_QUEUE_PEEK_NEXT_IO.
pub type CbdqPeekNext = unsafe extern "win64" fn(
    PFLT_CALLBACK_DATA_QUEUE,
    PFLT_CALLBACK_DATA,
    *mut c_void,
) -> PFLT_CALLBACK_DATA;
/// PFLT_CALLBACK_DATA_QUEUE_ACQUIRE.
pub type CbdqAcquire = unsafe extern "win64" fn(PFLT_CALLBACK_DATA_QUEUE, *mut u8);
/// PFLT_CALLBACK_DATA_QUEUE_RELEASE.
pub type CbdqRelease = unsafe extern "win64" fn(PFLT_CALLBACK_DATA_QUEUE, u8);
/// PFLT_CALLBACK_DATA_QUEUE_COMPLETE_CANCELED_IO.
pub type CbdqCompleteCanceled =
    unsafe extern "win64" fn(PFLT_CALLBACK_DATA_QUEUE, PFLT_CALLBACK_DATA);
/// PIO_CSQ_INSERT_IRP(_EX): what the former leaves out is not looked at, and it returns nothing.
pub type CsqInsert = unsafe extern "win64" fn(PIO_CSQ, PIRP, *mut c_void) -> NTSTATUS;
/// PIO_CSQ_REMOVE_IRP, PIO_CSQ_COMPLETE_CANCELED_IRP.
pub type CsqTake = unsafe extern "win64" fn(PIO_CSQ, PIRP);
/// PIO_CSQ_PEEK_NEXT_IRP.
pub type CsqPeekNext = unsafe extern "win64" fn(PIO_CSQ, PIRP, *mut c_void) -> PIRP;
/// PIO_CSQ_ACQUIRE_LOCK.
pub type CsqAcquire = unsafe extern "win64" fn(PIO_CSQ, *mut u8);
/// PIO_CSQ_RELEASE_LOCK.
pub type CsqRelease = unsafe extern "win64" fn(PIO_CSQ, u8);
/// PFSRTL_EXTRA_CREATE_PARAMETER_CLEANUP_CALLBACK.
pub type EcpCleanup = unsafe extern "win64" fn(*mut c_void, *const GUID);
/// PFLTOPLOCK_WAIT_COMPLETE_ROUTINE, PFLTOPLOCK_PREPOST_CALLBACKDATA_ROUTINE.
pub type OplockRoutine = unsafe extern "win64" fn(PFLT_CALLBACK_DATA, *mut c_void);
/// PFLT_COMPLETE_LOCK_CALLBACK_DATA_ROUTINE.
pub type LockCompletion = unsafe extern "win64" fn(*mut c_void, PFLT_CALLBACK_DATA) -> NTSTATUS;
/// PUNLOCK_ROUTINE.
pub type Unlock = unsafe extern "win64" fn(*mut c_void, *mut FILE_LOCK_INFO);
/// PFLT_COMPLETED_ASYNC_IO_CALLBACK.
pub type CompletedAsyncIo = unsafe extern "win64" fn(PFLT_CALLBACK_DATA, *mut c_void);

/// PFLT_GENERATE_FILE_NAME.
pub type GenerateFileName = unsafe extern "win64" fn(
    PFLT_INSTANCE,
    *mut FILE_OBJECT,
    PFLT_CALLBACK_DATA,
    u32,
    *mut u8,
    *mut FLT_NAME_CONTROL,
) -> NTSTATUS;
/// PFLT_NORMALIZE_NAME_COMPONENT, with a place for FILE_NAMES_INFORMATION.
pub type NormalizeNameComponent = unsafe extern "win64" fn(
    PFLT_INSTANCE,
    *const UNICODE_STRING,
    u16,
    *const UNICODE_STRING,
    *mut c_void,
    u32,
    u32,
    *mut *mut c_void,
) -> NTSTATUS;
/// PFLT_NORMALIZE_NAME_COMPONENT_EX, with a place for FILE_NAMES_INFORMATION.
pub type NormalizeNameComponentEx = unsafe extern "win64" fn(
    PFLT_INSTANCE,
    *mut FILE_OBJECT,
    *const UNICODE_STRING,
    u16,
    *const UNICODE_STRING,
    *mut c_void,
    u32,
    u32,
    *mut *mut c_void,
) -> NTSTATUS;
/// PFLT_SECTION_CONFLICT_NOTIFICATION_CALLBACK.
pub type SectionConflict =
    unsafe extern "win64" fn(PFLT_INSTANCE, *mut c_void, PFLT_CALLBACK_DATA) -> NTSTATUS;
/// PFLT_NORMALIZE_CONTEXT_CLEANUP.
pub type NormalizeContextCleanup = unsafe extern "win64" fn(*mut *mut c_void);
/// PEXPAND_STACK_CALLOUT.
pub type ExpandStackCallout = unsafe extern "win64" fn(*mut c_void);
/// Gives a registered callback its true type `F`.
///
/// # Safety
/// `C` and `F` are both pointer-sized function pointer types, and the code behind `callback` follows `F`.
pub unsafe fn win64<C: Copy, F: Copy>(callback: C) -> F {
    const { assert!(size_of::<C>() == size_of::<F>() && size_of::<F>() == size_of::<usize>()) };
    // SAFETY: the sizes are equal as asserted, and the contract says that F is what the code follows.
    unsafe { std::mem::transmute_copy::<C, F>(&callback) }
}
