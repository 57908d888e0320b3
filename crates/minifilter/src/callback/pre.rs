#![allow(unsafe_code)] // reads FltMgr's callback data

//! [`Pre`]: an operation that has not happened yet.

use core::ffi::c_void;
use core::marker::PhantomData;
use core::ptr::{self, NonNull};

use minifilter_sys::{
    FLT_CALLBACK_DATA, FLT_PREOP_CALLBACK_STATUS, FLT_PREOP_COMPLETE, FLT_PREOP_DISALLOW_FASTIO,
    FLT_PREOP_PENDING, FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK,
    FLT_PREOP_SYNCHRONIZE, FLTFL_CALLBACK_DATA_FAST_IO_OPERATION,
    FLTFL_CALLBACK_DATA_IRP_OPERATION,
};

use super::{CompletionContext, PendedPreOperation};
use crate::data::CallbackData;
use crate::filter::Minifilter;
use crate::irql::Brand;
use crate::objects::RelatedObjects;
use crate::operation::parameters::View;
use crate::operation::{MayFail, Operation};
use crate::status::Status;

/// Registered without a post-operation callback.
#[derive(Debug, Clone, Copy)]
pub enum PreOnly {}

/// Registered with a post-operation callback that takes a `C`.
#[derive(Debug)]
pub struct WithPost<C>(core::convert::Infallible, PhantomData<C>);

/// Registered with a synchronized post-operation callback that takes a `C`.
#[derive(Debug)]
pub struct Synchronized<C>(core::convert::Infallible, PhantomData<C>);

/// Came as an IRP, as fast I/O, or as a file system filter callback: not looked at yet.
#[derive(Debug, Clone, Copy)]
pub enum AnyPath {}

/// Came as an IRP.
#[derive(Debug, Clone, Copy)]
pub enum Irp {}

/// Came as fast I/O.
#[derive(Debug, Clone, Copy)]
pub enum FastIo {}

/// Came as a file system filter callback.
#[derive(Debug, Clone, Copy)]
pub enum FsFilter {}

/// `FLT_CALLBACK_DATA` — an operation that has not happened yet.
///
/// Consuming it is the only way to a result, so every callback decides once. `M` is how the callback is registered, `P` by
/// which path the operation came.
///
/// # Invariants
/// `data` is the live callback data of an operation `O` that FltMgr passed to a pre-operation callback of `F`, for `'i`.
pub struct Pre<'i, F, O: Operation, M, P = AnyPath> {
    data: NonNull<FLT_CALLBACK_DATA>,
    objects: RelatedObjects<'i, F, O::PreObjects>,
    _callback: PhantomData<(Brand<'i>, fn() -> (M, P))>,
}

/// What a pre-operation callback answers. Made by consuming the callback's [`Pre`], and by nothing else.
#[must_use = "the callback returns it"]
pub struct PreStatus<'i, O> {
    pub(super) status: FLT_PREOP_CALLBACK_STATUS,
    pub(super) completion: *mut c_void,
    _callback: PhantomData<(Brand<'i>, fn() -> O)>,
}

impl<O> PreStatus<'_, O> {
    const fn new(status: FLT_PREOP_CALLBACK_STATUS, completion: *mut c_void) -> Self {
        Self {
            status,
            completion,
            _callback: PhantomData,
        }
    }
}

/// An operation sorted by the path it came by.
pub enum ByPath<'i, F, O: Operation, M> {
    /// As an IRP.
    Irp(Pre<'i, F, O, M, Irp>),
    /// As fast I/O.
    FastIo(Pre<'i, F, O, M, FastIo>),
    /// As a file system filter callback.
    FsFilter(Pre<'i, F, O, M, FsFilter>),
}

impl<'i, F: Minifilter, O: Operation, M, P> Pre<'i, F, O, M, P> {
    /// # Safety
    /// `data` and `objects` are FltMgr's for a pre-operation callback of `F` for `O`, live for `'i`.
    pub(super) const unsafe fn new(
        data: NonNull<FLT_CALLBACK_DATA>,
        objects: RelatedObjects<'i, F, O::PreObjects>,
    ) -> Self {
        Self {
            data,
            objects,
            _callback: PhantomData,
        }
    }

    /// `FLT_PREOP_SUCCESS_NO_CALLBACK` — lets the operation pass; the filter does not see it again.
    pub const fn pass(self) -> PreStatus<'i, O> {
        PreStatus::new(FLT_PREOP_SUCCESS_NO_CALLBACK, ptr::null_mut())
    }

    /// `FLT_PREOP_COMPLETE` — ends the operation here with `STATUS_SUCCESS` and no information.
    pub fn complete_with_success(self) -> PreStatus<'i, O> {
        self.complete_unchecked(Status::SUCCESS, 0)
    }

    /// `FLT_PREOP_COMPLETE` — ends the operation here with a final status and its information.
    ///
    /// `STATUS_PENDING` and `STATUS_FLT_DISALLOW_FAST_IO` are not final: they become `STATUS_UNSUCCESSFUL`.
    pub fn complete(self, status: Status, information: usize) -> PreStatus<'i, O>
    where
        O: MayFail,
    {
        self.complete_unchecked(status, information)
    }

    fn complete_unchecked(mut self, status: Status, information: usize) -> PreStatus<'i, O> {
        let not_final = matches!(status, Status::PENDING | Status::FLT_DISALLOW_FAST_IO);
        let status = if not_final {
            Status::UNSUCCESSFUL
        } else {
            status
        };
        // SAFETY: the data is live (type invariant); a filter writes the status right before it completes the operation.
        let data = unsafe { self.data.as_mut() };
        data.IoStatus.Anonymous.Status = status.as_raw();
        data.IoStatus.Information = information as _;
        PreStatus::new(FLT_PREOP_COMPLETE, ptr::null_mut())
    }

    /// The filter's objects that the operation is about, until this callback decides: a pended operation may be over, and its
    /// objects gone, before the callback returns.
    pub const fn objects(&self) -> RelatedObjects<'_, F, O::PreObjects> {
        self.objects
    }

    /// The operation's parameters.
    pub fn parameters(&self) -> O::Parameters<'_> {
        // SAFETY: the block is that of an operation `O` (type invariant).
        unsafe { O::Parameters::new(self.data().block()) }
    }

    /// What every operation has.
    pub const fn data(&self) -> CallbackData<'_> {
        // SAFETY: the data is live for as long as `self` (type invariant).
        unsafe { CallbackData::new(self.data) }
    }

    const fn on_path<Q>(self) -> Pre<'i, F, O, M, Q> {
        Pre {
            data: self.data,
            objects: self.objects,
            _callback: PhantomData,
        }
    }
}

impl<'i, F: Minifilter, O: Operation, M> Pre<'i, F, O, M, AnyPath> {
    /// `FLT_IS_IRP_OPERATION` and its kin — sorts by the path the operation came by.
    pub fn by_path(self) -> ByPath<'i, F, O, M> {
        let flags = self.data().raw_flags();
        if flags & FLTFL_CALLBACK_DATA_IRP_OPERATION != 0 {
            ByPath::Irp(self.on_path())
        } else if flags & FLTFL_CALLBACK_DATA_FAST_IO_OPERATION != 0 {
            ByPath::FastIo(self.on_path())
        } else {
            ByPath::FsFilter(self.on_path())
        }
    }
}

impl<'i, F: Minifilter, O: Operation, C, P> Pre<'i, F, O, WithPost<C>, P> {
    /// `FLT_PREOP_SUCCESS_WITH_CALLBACK` — lets the operation pass and hands `completion` to the post-operation callback.
    pub fn with_callback(self, completion: C) -> PreStatus<'i, O>
    where
        C: CompletionContext,
    {
        PreStatus::new(FLT_PREOP_SUCCESS_WITH_CALLBACK, completion.into_raw())
    }
}

impl<'i, F: Minifilter, O: Operation, C, P> Pre<'i, F, O, Synchronized<C>, P> {
    /// `FLT_PREOP_SYNCHRONIZE` — lets the operation pass and hands `completion` to the post-operation callback, which runs on
    /// this thread at IRQL ≤ APC_LEVEL.
    pub fn synchronize(self, completion: C) -> PreStatus<'i, O>
    where
        C: CompletionContext,
    {
        PreStatus::new(FLT_PREOP_SYNCHRONIZE, completion.into_raw())
    }
}

impl<'i, F: Minifilter, O: Operation, M> Pre<'i, F, O, M, FastIo> {
    /// `FLT_PREOP_DISALLOW_FASTIO` — refuses the fast path; the operation comes again as an IRP.
    pub const fn disallow_fast_io(self) -> PreStatus<'i, O> {
        PreStatus::new(FLT_PREOP_DISALLOW_FASTIO, ptr::null_mut())
    }
}

impl<'i, F: Minifilter, O: Operation, M> Pre<'i, F, O, M, Irp> {
    /// `FLT_PREOP_PENDING` — keeps the operation: `keep` gets it, to be ended or passed on later, from any thread.
    pub fn pend(self, keep: impl FnOnce(PendedPreOperation<F, O>)) -> PreStatus<'i, O>
    where
        O: MayFail,
    {
        // SAFETY: the operation is an IRP, and FLT_PREOP_PENDING is returned for it, whatever `keep` does.
        keep(unsafe { PendedPreOperation::new(self.data) });
        PreStatus::new(FLT_PREOP_PENDING, ptr::null_mut())
    }
}
