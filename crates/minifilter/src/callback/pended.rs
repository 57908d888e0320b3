#![allow(unsafe_code)] // FltCompletePendedPreOperation

//! [`PendedPreOperation`]: an operation that a filter keeps for a while.

use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ptr::{self, NonNull};

use minifilter_sys::{FLT_CALLBACK_DATA, FLT_PREOP_COMPLETE, FLT_PREOP_SUCCESS_NO_CALLBACK};

use crate::ddi;
use crate::irql::{Apc, ApcState, AtMost, Dispatch, Irql, WaitState};
use crate::operation::MayFail;
use crate::status::Status;

/// An operation that was pended, to be ended or passed on from any thread; the filter must do so before its instance's
/// teardown can complete.
///
/// # Drop
/// Completes the operation with `STATUS_UNSUCCESSFUL`, at IRQL ≤ DISPATCH_LEVEL.
///
/// # Invariants
/// `data` is the callback data of an IRP operation for which FLT_PREOP_PENDING was or will be returned, not resumed yet.
#[must_use = "dropping it fails the operation"]
pub struct PendedPreOperation<F, O: MayFail> {
    data: NonNull<FLT_CALLBACK_DATA>,
    _operation: PhantomData<fn() -> (F, O)>,
}

// SAFETY: FltMgr lets any thread resume a pended operation.
unsafe impl<F, O: MayFail> Send for PendedPreOperation<F, O> {}

impl<F, O: MayFail> PendedPreOperation<F, O> {
    /// # Safety
    /// `data` is the callback data of an IRP operation for which FLT_PREOP_PENDING is returned.
    pub(super) const unsafe fn new(data: NonNull<FLT_CALLBACK_DATA>) -> Self {
        Self {
            data,
            _operation: PhantomData,
        }
    }

    /// `FltCompletePendedPreOperation` — ends the operation with a final status and its information. IRQL ≤ DISPATCH_LEVEL.
    pub fn complete(
        self,
        status: Status,
        information: usize,
        irql: &Irql<'_, impl AtMost<Dispatch>, impl ApcState, impl WaitState>,
    ) {
        ManuallyDrop::new(self).end(status, information, irql);
    }

    /// `FltCompletePendedPreOperation` — lets the operation pass; the filter does not see it again. IRQL ≤ APC_LEVEL.
    pub fn pass(self, irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>) {
        let this = ManuallyDrop::new(self);
        // SAFETY: the operation is pended and not resumed yet (type invariant); it is not touched afterwards.
        unsafe {
            ddi::FltCompletePendedPreOperation(
                irql,
                this.data.as_ptr(),
                FLT_PREOP_SUCCESS_NO_CALLBACK,
                ptr::null_mut(),
            );
        }
    }

    fn end(
        &mut self,
        status: Status,
        information: usize,
        irql: &Irql<'_, impl AtMost<Dispatch>, impl ApcState, impl WaitState>,
    ) {
        let not_final = matches!(status, Status::PENDING | Status::FLT_DISALLOW_FAST_IO);
        let status = if not_final {
            Status::UNSUCCESSFUL
        } else {
            status
        };
        // SAFETY: the operation is pended, so its data is ours until it is resumed (type invariant).
        let data = unsafe { self.data.as_mut() };
        data.IoStatus.Anonymous.Status = status.as_raw();
        data.IoStatus.Information = information as _;
        // SAFETY: the operation is pended and not resumed yet, and the status is FLT_PREOP_COMPLETE, which this row is for.
        unsafe {
            ddi::complete_pended_with_final_status(
                irql,
                self.data.as_ptr(),
                FLT_PREOP_COMPLETE,
                ptr::null_mut(),
            );
        }
    }
}

impl<F, O: MayFail> Drop for PendedPreOperation<F, O> {
    fn drop(&mut self) {
        // SAFETY: the type is `Send`, so it dies at IRQL ≤ DISPATCH_LEVEL (L3).
        let irql = unsafe { ddi::at_drop::<Dispatch>() };
        self.end(Status::UNSUCCESSFUL, 0, &irql);
    }
}
