#![allow(unsafe_code)] // reads FltMgr's callback data

//! [`Post`]: an operation that has happened.

use core::marker::PhantomData;
use core::ptr::NonNull;

use minifilter_sys::{
    FLT_CALLBACK_DATA, FLT_POSTOP_CALLBACK_STATUS, FLT_POSTOP_FINISHED_PROCESSING,
};

use crate::data::CallbackData;
use crate::filter::Minifilter;
use crate::irql::Brand;
use crate::objects::{Opened, RelatedObjects};
use crate::operation::parameters::View;
use crate::operation::{Opens, Operation};
use crate::status::Status;

/// `FLT_CALLBACK_DATA` — an operation that lower filters and the file system are done with.
///
/// # Invariants
/// `data` is the live callback data of an operation `O` that FltMgr passed to a post-operation callback of `F`, not draining,
/// for `'i`.
pub struct Post<'i, F, O: Operation> {
    data: NonNull<FLT_CALLBACK_DATA>,
    objects: RelatedObjects<'i, F, O::PostObjects>,
    _callback: PhantomData<Brand<'i>>,
}

/// What a post-operation callback answers. Made by consuming the callback's [`Post`], and by nothing else.
#[must_use = "the callback returns it"]
pub struct PostStatus<'i> {
    pub(super) status: FLT_POSTOP_CALLBACK_STATUS,
    _callback: PhantomData<Brand<'i>>,
}

impl PostStatus<'_> {
    pub(super) const fn new(status: FLT_POSTOP_CALLBACK_STATUS) -> Self {
        Self {
            status,
            _callback: PhantomData,
        }
    }
}

impl<'i, F: Minifilter, O: Operation> Post<'i, F, O> {
    /// # Safety
    /// `data` and `objects` are FltMgr's for a post-operation callback of `F` for `O`, not draining, live for `'i`.
    pub(super) const unsafe fn new(
        data: NonNull<FLT_CALLBACK_DATA>,
        objects: RelatedObjects<'i, F, O::PostObjects>,
    ) -> Self {
        Self {
            data,
            objects,
            _callback: PhantomData,
        }
    }

    /// `FLT_POSTOP_FINISHED_PROCESSING` — the filter is done with the operation.
    pub const fn finish(self) -> PostStatus<'i> {
        PostStatus::new(FLT_POSTOP_FINISHED_PROCESSING)
    }

    /// How the operation ended.
    pub const fn status(&self) -> Status {
        self.data().status()
    }

    /// What the operation reports beside its status: bytes transferred, what a create did.
    pub const fn information(&self) -> usize {
        self.data().information()
    }

    /// The filter's objects that the operation was about, until this callback decides: work done
    /// [when safe](Post::when_safe) may be over, and the objects gone, before the callback returns.
    pub const fn objects(&self) -> RelatedObjects<'_, F, O::PostObjects> {
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

    pub(super) const fn raw(&self) -> NonNull<FLT_CALLBACK_DATA> {
        self.data
    }
}

impl<F: Minifilter, O: Opens> Post<'_, F, O> {
    /// The filter's objects with the file that was opened; `None` if the open failed or goes on elsewhere (`STATUS_REPARSE`).
    pub fn opened(&self) -> Option<RelatedObjects<'_, F, Opened>> {
        let opened = self.status().is_success() && self.status() != Status::REPARSE;
        opened.then(|| RelatedObjects::new(self.objects.raw()))
    }
}
