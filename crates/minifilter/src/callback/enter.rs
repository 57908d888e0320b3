#![allow(unsafe_code)] // FltMgr's callbacks

//! Where FltMgr enters: each function makes the typed view of one callback, with the evidence that
//! `facts/callback-irql.csv` grants, and calls the filter.

use core::ffi::c_void;
use core::ptr::NonNull;

use minifilter_sys::{
    FLT_POST_OPERATION_FLAGS, FLT_POSTOP_CALLBACK_STATUS, FLT_POSTOP_FINISHED_PROCESSING,
    FLT_PREOP_CALLBACK_STATUS, FLT_PREOP_SUCCESS_NO_CALLBACK, FLTFL_POST_OPERATION_DRAINING,
    PCFLT_RELATED_OBJECTS, PFLT_CALLBACK_DATA,
};

use super::{
    CompletionContext, Post, PostOperation, PostStatus, Pre, PreOperation, PrePostOperation,
    PreStatus, SynchronizedOperation,
};
use crate::filter::Minifilter;
use crate::irql::{Apc, ApcState, ApcsUnknown, Irql, Level};
use crate::objects::RelatedObjects;
use crate::operation::{HasPost, Operation, PreIrql, Synchronizes};

/// Makes the view of a pre-operation callback and answers for the filter.
///
/// # Safety
/// The arguments are those of a pre-operation callback of `F` for `O`, registered as `M`.
unsafe fn enter_pre<F: Minifilter, O: Operation, M>(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    completion: *mut *mut c_void,
    callback: impl for<'i> FnOnce(&F, Pre<'i, F, O, M>, &mut PreIrql<'i, O>) -> PreStatus<'i, O>,
) -> FLT_PREOP_CALLBACK_STATUS {
    let Some(filter) = F::cell().get() else {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    };
    // SAFETY: FltMgr passes live callback data.
    let data = unsafe { NonNull::new_unchecked(data) };
    // SAFETY: FltMgr passes live objects.
    let objects = RelatedObjects::new(unsafe { &*objects });
    // SAFETY: both belong to this callback, as the caller says.
    let call = unsafe { Pre::new(data, objects) };
    // SAFETY: the level and APC state of `O`'s pre-operation callbacks are the worst documented ones; the thread has just
    // entered the filter, so it holds none of its guards.
    let mut irql = unsafe { Irql::assume() };
    let answer = callback(filter, call, &mut irql);
    if !answer.completion.is_null() {
        // SAFETY: FltMgr passes room for a pointer, null until written. It is written only with a status that has a completion
        // context: with FLT_PREOP_PENDING the operation may be over by now, and the room gone.
        unsafe { completion.write(answer.completion) };
    }
    answer.status
}

/// Makes the view of a post-operation callback and answers for the filter. While draining the filter is not asked.
///
/// # Safety
/// The arguments are those of a post-operation callback of `F` for `O`, which runs at IRQL ≤ `L` with APC state `A`.
unsafe fn enter_post<F: Minifilter, O: Operation, L: Level, A: ApcState>(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    flags: FLT_POST_OPERATION_FLAGS,
    callback: impl for<'i> FnOnce(&F, Post<'i, F, O>, &mut Irql<'i, L, A>) -> PostStatus<'i>,
) -> FLT_POSTOP_CALLBACK_STATUS {
    let draining = flags & FLTFL_POST_OPERATION_DRAINING != 0;
    let Some(filter) = F::cell().get().filter(|_| !draining) else {
        return FLT_POSTOP_FINISHED_PROCESSING;
    };
    // SAFETY: FltMgr passes live callback data.
    let data = unsafe { NonNull::new_unchecked(data) };
    // SAFETY: FltMgr passes live objects.
    let objects = RelatedObjects::new(unsafe { &*objects });
    // SAFETY: both belong to this callback, which is not draining.
    let call = unsafe { Post::new(data, objects) };
    // SAFETY: level and APC state are as the caller says; the thread has just entered the filter, so it holds no guard of it.
    let mut irql = unsafe { Irql::assume() };
    callback(filter, call, &mut irql).status
}

/// `PFLT_PRE_OPERATION_CALLBACK` without a post-operation callback.
pub(crate) unsafe extern "C" fn pre<F: PreOperation<O>, O: Operation>(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    completion: *mut *mut c_void,
) -> FLT_PREOP_CALLBACK_STATUS {
    // SAFETY: FltMgr's arguments, for the operation that this function is registered for.
    unsafe {
        enter_pre(data, objects, completion, |filter: &F, call, irql| {
            filter.pre(call, irql)
        })
    }
}

/// `PFLT_POST_OPERATION_CALLBACK` without a pre-operation callback.
pub(crate) unsafe extern "C" fn post<F: PostOperation<O>, O: HasPost>(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut c_void,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    // SAFETY: FltMgr's arguments, at the level that is documented for `O`.
    unsafe {
        enter_post::<F, O, O::PostLevel, O::PostApcs>(data, objects, flags, |filter, call, irql| {
            filter.post(call, irql)
        })
    }
}

/// `PFLT_PRE_OPERATION_CALLBACK` with a post-operation callback.
pub(crate) unsafe extern "C" fn pre_with_post<F: PrePostOperation<O>, O: HasPost>(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    completion: *mut *mut c_void,
) -> FLT_PREOP_CALLBACK_STATUS {
    // SAFETY: FltMgr's arguments, for the operation that this function is registered for.
    unsafe {
        enter_pre(data, objects, completion, |filter: &F, call, irql| {
            filter.pre(call, irql)
        })
    }
}

/// `PFLT_POST_OPERATION_CALLBACK` with a pre-operation callback.
pub(crate) unsafe extern "C" fn post_with_pre<F: PrePostOperation<O>, O: HasPost>(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    completion: *mut c_void,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    // SAFETY: it is what `pre_with_post` handed over; FltMgr passes it on once, draining or not.
    let completion = unsafe { F::Completion::from_raw(completion) };
    // SAFETY: FltMgr's arguments, at the level that is documented for `O`.
    unsafe {
        enter_post::<F, O, O::PostLevel, O::PostApcs>(data, objects, flags, |filter, call, irql| {
            filter.post(call, completion, irql)
        })
    }
}

/// `PFLT_PRE_OPERATION_CALLBACK` with a synchronized post-operation callback.
pub(crate) unsafe extern "C" fn pre_synchronized<F: SynchronizedOperation<O>, O: Synchronizes>(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    completion: *mut *mut c_void,
) -> FLT_PREOP_CALLBACK_STATUS {
    // SAFETY: FltMgr's arguments, for the operation that this function is registered for.
    unsafe {
        enter_pre(data, objects, completion, |filter: &F, call, irql| {
            filter.pre(call, irql)
        })
    }
}

/// `PFLT_POST_OPERATION_CALLBACK`, synchronized: on the thread of the pre-operation callback at IRQL ≤ APC_LEVEL, for fast I/O too.
pub(crate) unsafe extern "C" fn post_synchronized<F: SynchronizedOperation<O>, O: Synchronizes>(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    completion: *mut c_void,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    // SAFETY: it is what `pre_synchronized` handed over; FltMgr passes it on once, draining or not.
    let completion = unsafe { F::Completion::from_raw(completion) };
    // SAFETY: FltMgr's arguments; only FLT_PREOP_SYNCHRONIZE asks for this callback, so it runs at IRQL ≤ APC_LEVEL.
    unsafe {
        enter_post::<F, O, Apc, ApcsUnknown>(data, objects, flags, |filter, call, irql| {
            filter.post(call, completion, irql)
        })
    }
}
