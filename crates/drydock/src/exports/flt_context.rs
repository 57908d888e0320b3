//! Flt*Context — contexts on volumes, instances, files, streams, opens and transactions.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Arc;

use minifilter_sys::{
    BOOLEAN, FILE_OBJECT, FLT_RELATED_CONTEXTS, FLT_RELATED_CONTEXTS_EX, FLT_RELATED_OBJECTS,
    NTSTATUS, PFLT_FILTER, PFLT_INSTANCE, PFLT_VOLUME, POOL_TYPE, STATUS_FLT_DELETING_OBJECT,
    STATUS_SUCCESS,
};

use super::flt_argument::{In, InOut, Out};
use crate::export;
use crate::model::context::{self, Context, Kind, Target};
use crate::model::pool::PoolKind;
use crate::model::related::Contexts;
use crate::model::{flt_object, related};

type Pointer = *mut c_void;

fn pool_kind(pool: POOL_TYPE) -> PoolKind {
    match pool & 0x1FF {
        kind if kind & 1 == 1 => PoolKind::Paged,
        _ if pool & 0x200 != 0 => PoolKind::NonPaged,
        _ => PoolKind::NonPagedExecute,
    }
}

fn status_of(result: Result<(), NTSTATUS>) -> NTSTATUS {
    result.err().unwrap_or(STATUS_SUCCESS)
}

fn give_context(found: Result<Arc<Context>, NTSTATUS>, out: Out<Pointer>) -> NTSTATUS {
    let (status, pointer) = match found {
        Ok(context) => (STATUS_SUCCESS, context.pointer()),
        Err(status) => (status, null_mut()),
    };
    out.give(pointer);
    status
}

fn set(
    target: Option<Target<'_>>,
    kind: Kind,
    operation: i32,
    new: Pointer,
    old: Out<Pointer>,
) -> NTSTATUS {
    old.give(null_mut());
    let Some(target) = target else {
        return STATUS_FLT_DELETING_OBJECT;
    };
    let (status, handed_over) = match context::set(&target, kind, operation, new, old.wanted()) {
        Ok(replaced) => (STATUS_SUCCESS, replaced),
        Err((status, existing)) => (status, existing),
    };
    if let Some(context) = handed_over {
        old.give(context.pointer());
    }
    status
}

fn get(target: Option<Target<'_>>, kind: Kind, out: Out<Pointer>) -> NTSTATUS {
    give_context(
        target
            .ok_or(STATUS_FLT_DELETING_OBJECT)
            .and_then(|target| context::get(&target, kind)),
        out,
    )
}

fn delete(target: Option<Target<'_>>, kind: Kind, old: Out<Pointer>) -> NTSTATUS {
    old.give(null_mut());
    let Some(target) = target else {
        return STATUS_FLT_DELETING_OBJECT;
    };
    match context::delete_from(&target, kind, old.wanted()) {
        Ok(removed) => {
            if let Some(context) = removed {
                old.give(context.pointer());
            }
            STATUS_SUCCESS
        }
        Err(status) => status,
    }
}

export! { Dll::FltMgr;
    /// `FltAllocateContext` — a context with one reference and junk in it.
    fn FltAllocateContext(filter: PFLT_FILTER, kind: u16, size: usize, pool: POOL_TYPE, out: Out<Pointer>) -> NTSTATUS {
        let filter = flt_object::filter(filter).ok_or(STATUS_FLT_DELETING_OBJECT);
        give_context(filter.and_then(|filter| context::allocate(&filter, kind, size, pool_kind(pool))), out)
    }
    /// `FltReferenceContext` — one more reference.
    fn FltReferenceContext(context: Pointer) {
        context::reference(context);
    }
    /// `FltReleaseContext` — one reference less.
    fn FltReleaseContext(context: Pointer) {
        context::release(context);
    }
    /// `FltDeleteContext` — off its object; the caller keeps its reference.
    fn FltDeleteContext(context: Pointer) {
        context::delete(context);
    }
    /// `FltSetVolumeContext` — attaches to a volume.
    fn FltSetVolumeContext(volume: PFLT_VOLUME, operation: i32, new: Pointer, old: Out<Pointer>) -> NTSTATUS {
        let owner = context::find(new).map(|context| Arc::clone(&context.filter));
        let volume = flt_object::volume(volume);
        let target = owner.as_ref().zip(volume.as_ref()).map(|(filter, volume)| Target::Volume(filter, volume));
        set(target, Kind::Volume, operation, new, old)
    }
    /// `FltSetInstanceContext` — attaches to an instance.
    fn FltSetInstanceContext(instance: PFLT_INSTANCE, operation: i32, new: Pointer, old: Out<Pointer>) -> NTSTATUS {
        let instance = flt_object::instance(instance);
        set(instance.as_ref().map(Target::Instance), Kind::Instance, operation, new, old)
    }
    /// `FltSetFileContext` — attaches to a file.
    fn FltSetFileContext(instance: PFLT_INSTANCE, file: *const FILE_OBJECT, operation: i32, new: Pointer, old: Out<Pointer>) -> NTSTATUS {
        let instance = flt_object::instance(instance);
        set(instance.as_ref().map(|instance| Target::File(instance, file)), Kind::File, operation, new, old)
    }
    /// `FltSetStreamContext` — attaches to a stream.
    fn FltSetStreamContext(instance: PFLT_INSTANCE, file: *const FILE_OBJECT, operation: i32, new: Pointer, old: Out<Pointer>) -> NTSTATUS {
        let instance = flt_object::instance(instance);
        set(instance.as_ref().map(|instance| Target::File(instance, file)), Kind::Stream, operation, new, old)
    }
    /// `FltSetStreamHandleContext` — attaches to an open.
    fn FltSetStreamHandleContext(instance: PFLT_INSTANCE, file: *const FILE_OBJECT, operation: i32, new: Pointer, old: Out<Pointer>) -> NTSTATUS {
        let instance = flt_object::instance(instance);
        set(instance.as_ref().map(|instance| Target::File(instance, file)), Kind::StreamHandle, operation, new, old)
    }
    /// `FltSetTransactionContext` — attaches to a transaction.
    fn FltSetTransactionContext(instance: PFLT_INSTANCE, transaction: usize, operation: i32, new: Pointer, old: Out<Pointer>) -> NTSTATUS {
        let instance = flt_object::instance(instance);
        set(instance.as_ref().map(|instance| Target::Transaction(instance, transaction)), Kind::Transaction, operation, new, old)
    }
    /// `FltGetVolumeContext` — the filter's context on a volume.
    fn FltGetVolumeContext(filter: PFLT_FILTER, volume: PFLT_VOLUME, out: Out<Pointer>) -> NTSTATUS {
        let (filter, volume) = (flt_object::filter(filter), flt_object::volume(volume));
        let target = filter.as_ref().zip(volume.as_ref()).map(|(filter, volume)| Target::Volume(filter, volume));
        get(target, Kind::Volume, out)
    }
    /// `FltGetInstanceContext` — the context on an instance.
    fn FltGetInstanceContext(instance: PFLT_INSTANCE, out: Out<Pointer>) -> NTSTATUS {
        let instance = flt_object::instance(instance);
        get(instance.as_ref().map(Target::Instance), Kind::Instance, out)
    }
    /// `FltGetFileContext` — the context on a file.
    fn FltGetFileContext(instance: PFLT_INSTANCE, file: *const FILE_OBJECT, out: Out<Pointer>) -> NTSTATUS {
        let instance = flt_object::instance(instance);
        get(instance.as_ref().map(|instance| Target::File(instance, file)), Kind::File, out)
    }
    /// `FltGetStreamContext` — the context on a stream.
    fn FltGetStreamContext(instance: PFLT_INSTANCE, file: *const FILE_OBJECT, out: Out<Pointer>) -> NTSTATUS {
        let instance = flt_object::instance(instance);
        get(instance.as_ref().map(|instance| Target::File(instance, file)), Kind::Stream, out)
    }
    /// `FltGetStreamHandleContext` — the context on an open.
    fn FltGetStreamHandleContext(instance: PFLT_INSTANCE, file: *const FILE_OBJECT, out: Out<Pointer>) -> NTSTATUS {
        let instance = flt_object::instance(instance);
        get(instance.as_ref().map(|instance| Target::File(instance, file)), Kind::StreamHandle, out)
    }
    /// `FltGetTransactionContext` — the context on a transaction.
    fn FltGetTransactionContext(instance: PFLT_INSTANCE, transaction: usize, out: Out<Pointer>) -> NTSTATUS {
        let instance = flt_object::instance(instance);
        get(instance.as_ref().map(|instance| Target::Transaction(instance, transaction)), Kind::Transaction, out)
    }
    /// `FltGetSectionContext` — the context on the data-scan section of a stream.
    fn FltGetSectionContext(instance: PFLT_INSTANCE, file: *const FILE_OBJECT, out: Out<Pointer>) -> NTSTATUS {
        let instance = flt_object::instance(instance);
        get(instance.as_ref().map(|instance| Target::File(instance, file)), Kind::Section, out)
    }
    /// `FltDeleteVolumeContext` — off a volume.
    fn FltDeleteVolumeContext(filter: PFLT_FILTER, volume: PFLT_VOLUME, old: Out<Pointer>) -> NTSTATUS {
        let (filter, volume) = (flt_object::filter(filter), flt_object::volume(volume));
        let target = filter.as_ref().zip(volume.as_ref()).map(|(filter, volume)| Target::Volume(filter, volume));
        delete(target, Kind::Volume, old)
    }
    /// `FltDeleteInstanceContext` — off an instance.
    fn FltDeleteInstanceContext(instance: PFLT_INSTANCE, old: Out<Pointer>) -> NTSTATUS {
        let instance = flt_object::instance(instance);
        delete(instance.as_ref().map(Target::Instance), Kind::Instance, old)
    }
    /// `FltDeleteFileContext` — off a file.
    fn FltDeleteFileContext(instance: PFLT_INSTANCE, file: *const FILE_OBJECT, old: Out<Pointer>) -> NTSTATUS {
        let instance = flt_object::instance(instance);
        delete(instance.as_ref().map(|instance| Target::File(instance, file)), Kind::File, old)
    }
    /// `FltDeleteStreamContext` — off a stream.
    fn FltDeleteStreamContext(instance: PFLT_INSTANCE, file: *const FILE_OBJECT, old: Out<Pointer>) -> NTSTATUS {
        let instance = flt_object::instance(instance);
        delete(instance.as_ref().map(|instance| Target::File(instance, file)), Kind::Stream, old)
    }
    /// `FltDeleteStreamHandleContext` — off an open.
    fn FltDeleteStreamHandleContext(instance: PFLT_INSTANCE, file: *const FILE_OBJECT, old: Out<Pointer>) -> NTSTATUS {
        let instance = flt_object::instance(instance);
        delete(instance.as_ref().map(|instance| Target::File(instance, file)), Kind::StreamHandle, old)
    }
    /// `FltDeleteTransactionContext` — off a transaction.
    fn FltDeleteTransactionContext(instance: PFLT_INSTANCE, transaction: usize, old: Out<Pointer>) -> NTSTATUS {
        let instance = flt_object::instance(instance);
        delete(instance.as_ref().map(|instance| Target::Transaction(instance, transaction)), Kind::Transaction, old)
    }
    /// `FltGetContexts` — the wanted contexts of one operation, of the six older kinds.
    fn FltGetContexts(objects: In<FLT_RELATED_OBJECTS>, wanted: u16, out: Out<FLT_RELATED_CONTEXTS>) {
        if let Some(objects) = objects.get() {
            out.give(related::contexts(&objects, wanted & 0x3F).older());
        }
    }
    /// `FltGetContextsEx` — the wanted contexts of one operation.
    fn FltGetContextsEx(objects: In<FLT_RELATED_OBJECTS>, wanted: u16, size: usize, out: Out<FLT_RELATED_CONTEXTS_EX>) -> NTSTATUS {
        let gotten = match (size, objects.get()) {
            (related::CONTEXTS_EX_SIZE, Some(objects)) => Ok(related::contexts(&objects, wanted)),
            _ => Err(minifilter_sys::STATUS_INVALID_PARAMETER),
        };
        status_of(gotten.map(|contexts| out.give(contexts.all())))
    }
    /// `FltReleaseContexts` — drops what FltGetContexts took and clears the slots.
    fn FltReleaseContexts(contexts: InOut<FLT_RELATED_CONTEXTS>) {
        if let Some(taken) = contexts.get() {
            Contexts::from_older(&taken).release();
            contexts.set(Contexts::default().older());
        }
    }
    /// `FltReleaseContextsEx` — drops what FltGetContextsEx took and clears the slots.
    fn FltReleaseContextsEx(size: usize, contexts: InOut<FLT_RELATED_CONTEXTS_EX>) {
        if let (related::CONTEXTS_EX_SIZE, Some(taken)) = (size, contexts.get()) {
            Contexts::from_all(&taken).release();
            contexts.set(Contexts::default().all());
        }
    }
    /// `FltSupportsStreamContexts` — whether an open file's stream can carry contexts.
    fn FltSupportsStreamContexts(file: *const FILE_OBJECT) -> BOOLEAN {
        context::supports_stream(file).into()
    }
    /// `FltSupportsStreamHandleContexts` — whether an open can carry contexts.
    fn FltSupportsStreamHandleContexts(file: *const FILE_OBJECT) -> BOOLEAN {
        context::supports_stream_handle(file).into()
    }
    /// `FltSupportsFileContexts` — whether an open file can carry contexts by itself.
    fn FltSupportsFileContexts(file: *const FILE_OBJECT) -> BOOLEAN {
        context::supports_file(file, false).into()
    }
    /// `FltSupportsFileContextsEx` — the same; with an instance, emulation counts.
    fn FltSupportsFileContextsEx(file: *const FILE_OBJECT, instance: PFLT_INSTANCE) -> BOOLEAN {
        context::supports_file(file, !instance.is_null()).into()
    }
}
