#![allow(unsafe_code)] // the set functions take raw objects

//! The seven kinds of context, the pools each may lie in, and the objects that carry them.

use minifilter_sys::{
    FLT_CONTEXT_TYPE, FLT_FILE_CONTEXT, FLT_INSTANCE_CONTEXT, FLT_RELATED_CONTEXTS_EX,
    FLT_RELATED_OBJECTS, FLT_SECTION_CONTEXT, FLT_SET_CONTEXT_OPERATION, FLT_STREAM_CONTEXT,
    FLT_STREAMHANDLE_CONTEXT, FLT_TRANSACTION_CONTEXT, FLT_VOLUME_CONTEXT, NTSTATUS, PFLT_CONTEXT,
    STATUS_INVALID_PARAMETER, STATUS_NOT_FOUND,
};

use crate::ddi;
use crate::irql::{Apc, ApcState, Irql, WaitState};
use crate::objects::{Opened, Unopened};
use crate::pool::{NonPaged, Paged, PoolKind};

/// One of [`Volume`], [`Instance`], [`File`], [`Stream`], [`StreamHandle`], [`Transaction`] and [`Section`].
pub trait ContextKind: sealed::Sealed + 'static {
    /// The kind's bit.
    const FLAG: FLT_CONTEXT_TYPE;

    /// Where `FltGetContextsEx` puts a context of this kind.
    #[doc(hidden)]
    fn slot(contexts: &FLT_RELATED_CONTEXTS_EX) -> PFLT_CONTEXT;
}

/// A kind that a filter attaches itself: all but [`Section`].
#[diagnostic::on_unimplemented(
    message = "a context on `{Self}` is not set but attached by its own call"
)]
pub trait Settable: ContextKind {
    /// Attaches `new` to this kind's object among `objects`.
    ///
    /// # Safety
    /// `objects` are FltMgr's, alive; `new` is an unattached context of this kind; `old` may be written.
    #[doc(hidden)]
    unsafe fn set(
        irql: &Irql<'_, Apc, impl ApcState, impl WaitState>,
        objects: &FLT_RELATED_OBJECTS,
        operation: FLT_SET_CONTEXT_OPERATION,
        new: PFLT_CONTEXT,
        old: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// Fetches the context of this kind's object among `objects`, referenced.
    ///
    /// # Safety
    /// `objects` are FltMgr's, alive; `context` may be written.
    #[doc(hidden)]
    unsafe fn get(
        irql: &Irql<'_, Apc, impl ApcState, impl WaitState>,
        objects: &FLT_RELATED_OBJECTS,
        context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;
}

/// A pool in which contexts of kind `K` may lie.
#[diagnostic::on_unimplemented(
    message = "a context on `{K}` must not lie in `{Self}` pool",
    label = "volume contexts are nonpaged only"
)]
pub trait PoolFor<K>: PoolKind {}

impl<K: ContextKind> PoolFor<K> for NonPaged {}
impl PoolFor<Instance> for Paged {}
impl PoolFor<File> for Paged {}
impl PoolFor<Stream> for Paged {}
impl PoolFor<StreamHandle> for Paged {}
impl PoolFor<Transaction> for Paged {}
impl PoolFor<Section> for Paged {}

/// A kind whose context can be set and got while the objects of an operation are in state `S`.
#[diagnostic::on_unimplemented(
    message = "a context on `{Self}` cannot be used here: the file object is `{S}`",
    label = "not before the open has succeeded, nor after close",
    note = "before create has succeeded, after close, and in network query open there is no stream yet or no more: allocate in \
            the pre-operation callback, pass the new context on as completion context, set it in the post-operation callback on `call.opened()`"
)]
pub trait UsableOn<S>: ContextKind {}

impl UsableOn<Unopened> for Volume {}
impl UsableOn<Unopened> for Instance {}
impl UsableOn<Unopened> for Transaction {}
impl<K: ContextKind> UsableOn<Opened> for K {}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident, $flag:ident, $slot:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub enum $kind {}

        impl sealed::Sealed for $kind {}

        impl ContextKind for $kind {
            const FLAG: FLT_CONTEXT_TYPE = $flag as FLT_CONTEXT_TYPE;

            fn slot(contexts: &FLT_RELATED_CONTEXTS_EX) -> PFLT_CONTEXT {
                contexts.$slot
            }
        }
    )+};
}

kinds! {
    /// `FLT_VOLUME_CONTEXT` — on a volume, one for all instances of the filter there. Nonpaged only.
    Volume, FLT_VOLUME_CONTEXT, VolumeContext;
    /// `FLT_INSTANCE_CONTEXT` — on an instance: the filter's attachment to one volume at one altitude.
    Instance, FLT_INSTANCE_CONTEXT, InstanceContext;
    /// `FLT_FILE_CONTEXT` — on a file with all its streams.
    File, FLT_FILE_CONTEXT, FileContext;
    /// `FLT_STREAM_CONTEXT` — on a stream, shared by all its handles.
    Stream, FLT_STREAM_CONTEXT, StreamContext;
    /// `FLT_STREAMHANDLE_CONTEXT` — on one open of a stream: a file object.
    StreamHandle, FLT_STREAMHANDLE_CONTEXT, StreamHandleContext;
    /// `FLT_TRANSACTION_CONTEXT` — on a transaction.
    Transaction, FLT_TRANSACTION_CONTEXT, TransactionContext;
    /// `FLT_SECTION_CONTEXT` — on a section made for a data scan; `FltCreateSectionForDataScan` attaches it.
    Section, FLT_SECTION_CONTEXT, SectionContext;
}

macro_rules! settable {
    ($($kind:ident: $set:ident($($of:ident),+), $get:ident($($from:ident),+);)+) => {$(
        impl Settable for $kind {
            unsafe fn set(
                irql: &Irql<'_, Apc, impl ApcState, impl WaitState>,
                objects: &FLT_RELATED_OBJECTS,
                operation: FLT_SET_CONTEXT_OPERATION,
                new: PFLT_CONTEXT,
                old: *mut PFLT_CONTEXT,
            ) -> NTSTATUS {
                if $(objects.$of.is_null())||+ {
                    return STATUS_INVALID_PARAMETER;
                }
                // SAFETY: the caller passes live objects, an unattached context of this kind, and room for the old one.
                unsafe { ddi::$set(irql, $(objects.$of,)+ operation, new, old) }
            }

            unsafe fn get(
                irql: &Irql<'_, Apc, impl ApcState, impl WaitState>,
                objects: &FLT_RELATED_OBJECTS,
                context: *mut PFLT_CONTEXT,
            ) -> NTSTATUS {
                if $(objects.$from.is_null())||+ {
                    return STATUS_NOT_FOUND;
                }
                // SAFETY: the caller passes live objects and room for the context.
                unsafe { ddi::$get(irql, $(objects.$from,)+ context) }
            }
        }
    )+};
}

settable! {
    Volume: FltSetVolumeContext(Volume), FltGetVolumeContext(Filter, Volume);
    Instance: FltSetInstanceContext(Instance), FltGetInstanceContext(Instance);
    File: FltSetFileContext(Instance, FileObject), FltGetFileContext(Instance, FileObject);
    Stream: FltSetStreamContext(Instance, FileObject), FltGetStreamContext(Instance, FileObject);
    StreamHandle: FltSetStreamHandleContext(Instance, FileObject), FltGetStreamHandleContext(Instance, FileObject);
    Transaction: FltSetTransactionContext(Instance, Transaction), FltGetTransactionContext(Instance, Transaction);
}

mod sealed {
    pub trait Sealed {}
}
