//! Contexts a minifilter keeps with objects.

use crate::*;
/// `FLT_CONTEXT_TYPE` — `FLT_*_CONTEXT`.
pub type FLT_CONTEXT_TYPE = USHORT;
/// `PFLT_CONTEXT_TYPE` — where a context type goes.
pub type PFLT_CONTEXT_TYPE = *mut FLT_CONTEXT_TYPE;
/// `FLT_CONTEXT_REGISTRATION_FLAGS` — `FLTFL_CONTEXT_REGISTRATION_*`.
pub type FLT_CONTEXT_REGISTRATION_FLAGS = USHORT;

/// `FLT_SET_CONTEXT_OPERATION` — what happens to a context that is already there.
pub type FLT_SET_CONTEXT_OPERATION = i32;
pub const FLT_SET_CONTEXT_REPLACE_IF_EXISTS: FLT_SET_CONTEXT_OPERATION = 0;
pub const FLT_SET_CONTEXT_KEEP_IF_EXISTS: FLT_SET_CONTEXT_OPERATION = 1;

/// `FLT_CONTEXT_REGISTRATION` — one kind of context.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_CONTEXT_REGISTRATION {
    pub ContextType: FLT_CONTEXT_TYPE,
    pub Flags: FLT_CONTEXT_REGISTRATION_FLAGS,
    pub ContextCleanupCallback: PFLT_CONTEXT_CLEANUP_CALLBACK,
    pub Size: SIZE_T,
    pub PoolTag: ULONG,
    pub ContextAllocateCallback: PFLT_CONTEXT_ALLOCATE_CALLBACK,
    pub ContextFreeCallback: PFLT_CONTEXT_FREE_CALLBACK,
    pub Reserved1: PVOID,
}
layout!(FLT_CONTEXT_REGISTRATION: 56, 8 {
    ContextType: 0..2, Flags: 2..4, ContextCleanupCallback: 8..16, Size: 16..24, PoolTag: 24..28,
    ContextAllocateCallback: 32..40, ContextFreeCallback: 40..48, Reserved1: 48..56,
});
/// `PFLT_CONTEXT_REGISTRATION` — points to a `FLT_CONTEXT_REGISTRATION`.
pub type PFLT_CONTEXT_REGISTRATION = *mut FLT_CONTEXT_REGISTRATION;
/// `PCFLT_CONTEXT_REGISTRATION` — a table of contexts that stays as it is.
pub type PCFLT_CONTEXT_REGISTRATION = *const FLT_CONTEXT_REGISTRATION;

/// `FLT_RELATED_CONTEXTS` — the contexts of one operation.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_RELATED_CONTEXTS {
    pub VolumeContext: PFLT_CONTEXT,
    pub InstanceContext: PFLT_CONTEXT,
    pub FileContext: PFLT_CONTEXT,
    pub StreamContext: PFLT_CONTEXT,
    pub StreamHandleContext: PFLT_CONTEXT,
    pub TransactionContext: PFLT_CONTEXT,
}
layout!(FLT_RELATED_CONTEXTS: 48, 8 {
    VolumeContext: 0..8, InstanceContext: 8..16, FileContext: 16..24, StreamContext: 24..32,
    StreamHandleContext: 32..40, TransactionContext: 40..48,
});
/// `PFLT_RELATED_CONTEXTS` — points to a `FLT_RELATED_CONTEXTS`.
pub type PFLT_RELATED_CONTEXTS = *mut FLT_RELATED_CONTEXTS;

/// `FLT_RELATED_CONTEXTS_EX` — the contexts of one operation, section included.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_RELATED_CONTEXTS_EX {
    pub VolumeContext: PFLT_CONTEXT,
    pub InstanceContext: PFLT_CONTEXT,
    pub FileContext: PFLT_CONTEXT,
    pub StreamContext: PFLT_CONTEXT,
    pub StreamHandleContext: PFLT_CONTEXT,
    pub TransactionContext: PFLT_CONTEXT,
    pub SectionContext: PFLT_CONTEXT,
}
layout!(FLT_RELATED_CONTEXTS_EX: 56, 8 {
    VolumeContext: 0..8, InstanceContext: 8..16, FileContext: 16..24, StreamContext: 24..32,
    StreamHandleContext: 32..40, TransactionContext: 40..48, SectionContext: 48..56,
});
/// `PFLT_RELATED_CONTEXTS_EX` — points to a `FLT_RELATED_CONTEXTS_EX`.
pub type PFLT_RELATED_CONTEXTS_EX = *mut FLT_RELATED_CONTEXTS_EX;

/// `PFLT_CONTEXT_CLEANUP_CALLBACK` — empties a context before it is freed.
pub type PFLT_CONTEXT_CLEANUP_CALLBACK =
    Option<unsafe extern "C" fn(context: PFLT_CONTEXT, context_type: FLT_CONTEXT_TYPE)>;

/// `PFLT_CONTEXT_ALLOCATE_CALLBACK` — makes room for a context.
pub type PFLT_CONTEXT_ALLOCATE_CALLBACK = Option<
    unsafe extern "C" fn(
        pool_type: POOL_TYPE,
        size: SIZE_T,
        context_type: FLT_CONTEXT_TYPE,
    ) -> PVOID,
>;

/// `PFLT_CONTEXT_FREE_CALLBACK` — frees a context.
pub type PFLT_CONTEXT_FREE_CALLBACK =
    Option<unsafe extern "C" fn(context: PVOID, context_type: FLT_CONTEXT_TYPE)>;
