//! FltOplock… and FltCheckOplock — oplocks that filters keep.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use minifilter_sys::*;

use crate::export;
use crate::model::callback::OplockRoutine;
use crate::model::operation::find;
use crate::model::oplock::conflict::Conflict;
use crate::model::oplock::filter::{self, Routines};
use crate::model::oplock::keys_equal;

/// Breaks for an operation that is under way; there is nothing to do for another.
fn break_for(
    oplock: usize,
    data: PFLT_CALLBACK_DATA,
    conflict: Conflict,
    flags: u32,
    routines: Routines,
) -> FLT_PREOP_CALLBACK_STATUS {
    find(data).map_or(FLT_PREOP_COMPLETE, |operation| {
        filter::break_for(oplock, operation, conflict, flags, routines)
    })
}

fn routines(
    complete: Option<OplockRoutine>,
    post: Option<OplockRoutine>,
    context: usize,
) -> Routines {
    Routines {
        complete,
        post,
        context,
    }
}

export! { Dll::FltMgr;
    /// `FltInitializeOplock` — an oplock that nobody holds.
    fn FltInitializeOplock(oplock: usize) {
        filter::initialize(oplock);
    }
    /// `FltUninitializeOplock` — ends what waits for it.
    fn FltUninitializeOplock(oplock: usize) {
        filter::uninitialize(oplock);
    }
    /// `FltOplockFsctrl` — carries out a control of oplocks.
    fn FltOplockFsctrl(oplock: usize, data: PFLT_CALLBACK_DATA, open_count: u32) -> FLT_PREOP_CALLBACK_STATUS {
        find(data).map_or(FLT_PREOP_COMPLETE, |operation| filter::control(oplock, operation, open_count, 0))
    }
    /// `FltOplockFsctrlEx` — the same, with OPLOCK_FSCTRL_FLAG_*.
    fn FltOplockFsctrlEx(oplock: usize, data: PFLT_CALLBACK_DATA, open_count: u32, flags: u32) -> FLT_PREOP_CALLBACK_STATUS {
        find(data).map_or(FLT_PREOP_COMPLETE, |operation| filter::control(oplock, operation, open_count, flags))
    }
    /// `FltCheckOplock` — breaks what an operation makes wrong.
    fn FltCheckOplock(oplock: usize, data: PFLT_CALLBACK_DATA, context: usize, complete: Option<OplockRoutine>, post: Option<OplockRoutine>) -> FLT_PREOP_CALLBACK_STATUS {
        let routines = routines(complete, post, context);
        find(data).map_or(FLT_PREOP_COMPLETE, |operation| filter::check(oplock, operation, 0, routines))
    }
    /// `FltCheckOplockEx` — the same, with OPLOCK_FLAG_*.
    fn FltCheckOplockEx(oplock: usize, data: PFLT_CALLBACK_DATA, flags: u32, context: usize, complete: Option<OplockRoutine>, post: Option<OplockRoutine>) -> FLT_PREOP_CALLBACK_STATUS {
        let routines = routines(complete, post, context);
        find(data).map_or(FLT_PREOP_COMPLETE, |operation| filter::check(oplock, operation, flags, routines))
    }
    /// `FltOplockBreakToNone` — breaks all, whatever their keys.
    fn FltOplockBreakToNone(oplock: usize, data: PFLT_CALLBACK_DATA, context: usize, complete: Option<OplockRoutine>, post: Option<OplockRoutine>) -> FLT_PREOP_CALLBACK_STATUS {
        break_for(oplock, data, Conflict::ToNone, 0, routines(complete, post, context))
    }
    /// `FltOplockBreakToNoneEx` — the same, with OPLOCK_FLAG_*.
    fn FltOplockBreakToNoneEx(oplock: usize, data: PFLT_CALLBACK_DATA, flags: u32, context: usize, complete: Option<OplockRoutine>, post: Option<OplockRoutine>) -> FLT_PREOP_CALLBACK_STATUS {
        break_for(oplock, data, Conflict::ToNone, flags, routines(complete, post, context))
    }
    /// `FltOplockBreakH` — breaks those that let handles be cached.
    fn FltOplockBreakH(oplock: usize, data: PFLT_CALLBACK_DATA, flags: u32, context: usize, complete: Option<OplockRoutine>, post: Option<OplockRoutine>) -> FLT_PREOP_CALLBACK_STATUS {
        break_for(oplock, data, Conflict::Handle, flags, routines(complete, post, context))
    }
    /// `FltCurrentOplock` — whether somebody holds one.
    fn FltCurrentOplock(oplock: usize) -> BOOLEAN {
        filter::at(oplock).is_held().into()
    }
    /// `FltCurrentOplockH` — whether somebody holds one that lets handles be cached.
    fn FltCurrentOplockH(oplock: usize) -> BOOLEAN {
        filter::at(oplock).caches_handles().into()
    }
    /// `FltCurrentBatchOplock` — whether somebody holds a batch or filter oplock.
    fn FltCurrentBatchOplock(oplock: usize) -> BOOLEAN {
        filter::at(oplock).is_batch().into()
    }
    /// `FltOplockIsFastIoPossible` — whether fast I/O breaks none and waits for none.
    fn FltOplockIsFastIoPossible(oplock: usize) -> BOOLEAN {
        filter::at(oplock).allows_fast_io().into()
    }
    /// `FltOplockIsSharedRequest` — whether an oplock is asked for that others may have too.
    fn FltOplockIsSharedRequest(data: PFLT_CALLBACK_DATA) -> BOOLEAN {
        find(data).is_some_and(filter::is_shared).into()
    }
    /// `FltOplockKeysEqual` — whether two file objects have the same oplock key.
    fn FltOplockKeysEqual(first: usize, second: usize) -> BOOLEAN {
        keys_equal(first, second).into()
    }
}

#[cfg(test)]
mod tests;
