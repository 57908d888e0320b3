#![allow(unsafe_code)] // ExAllocatePool2, ExFreePoolWithTag

//! The two kinds of pool.

use minifilter_sys::{
    NonPagedPoolNx, PFLT_CONTEXT, POOL_FLAG_NON_PAGED, POOL_FLAG_PAGED, POOL_TYPE, PVOID,
    PagedPool, SIZE_T,
};

use super::PoolTag;
use crate::ddi;
use crate::irql::{Apc, ApcState, AtMost, Dispatch, Irql, Level, WaitState};

/// Resident memory that cannot be executed: may be touched at any level, allocated and freed at IRQL ≤ DISPATCH_LEVEL.
#[derive(Debug, Clone, Copy)]
pub enum NonPaged {}

/// Memory that may be on disk: touched, allocated and freed at IRQL ≤ APC_LEVEL only.
#[derive(Debug, Clone, Copy)]
pub enum Paged {}

/// [`NonPaged`] or [`Paged`].
pub trait PoolKind: sealed::Sealed + 'static {
    /// The highest level at which such memory may be allocated, freed and, if paged, touched.
    type MaxIrql: Level + AtMost<Self::MaxIrql> + AtMost<Dispatch>;

    #[doc(hidden)]
    const TYPE: POOL_TYPE;

    #[doc(hidden)]
    fn allocate(
        bytes: usize,
        tag: PoolTag,
        irql: &Irql<'_, impl AtMost<Self::MaxIrql>, impl ApcState, impl WaitState>,
    ) -> PVOID;

    /// # Safety
    /// `block` was allocated with this kind and `tag`, and is not used again.
    #[doc(hidden)]
    unsafe fn free(
        block: PVOID,
        tag: PoolTag,
        irql: &Irql<'_, impl AtMost<Self::MaxIrql>, impl ApcState, impl WaitState>,
    );

    /// # Safety
    /// `context` lies in this kind of pool, and the caller gives one reference of it up.
    #[doc(hidden)]
    unsafe fn release_context(
        context: PFLT_CONTEXT,
        irql: &Irql<'_, impl AtMost<Self::MaxIrql>, impl ApcState, impl WaitState>,
    );
}

impl PoolKind for NonPaged {
    type MaxIrql = Dispatch;
    const TYPE: POOL_TYPE = NonPagedPoolNx;

    fn allocate(
        bytes: usize,
        tag: PoolTag,
        irql: &Irql<'_, impl AtMost<Dispatch>, impl ApcState, impl WaitState>,
    ) -> PVOID {
        // SAFETY: the flags name one pool, nonpaged, which the bound of this row is for; the tag is printable.
        unsafe { ddi::allocate_nonpaged(irql, POOL_FLAG_NON_PAGED, bytes as SIZE_T, tag.as_raw()) }
    }

    unsafe fn free(
        block: PVOID,
        tag: PoolTag,
        irql: &Irql<'_, impl AtMost<Dispatch>, impl ApcState, impl WaitState>,
    ) {
        // SAFETY: the caller passes a nonpaged block with its tag for the last time.
        unsafe { ddi::free_nonpaged(irql, block, tag.as_raw()) };
    }

    unsafe fn release_context(
        context: PFLT_CONTEXT,
        irql: &Irql<'_, impl AtMost<Dispatch>, impl ApcState, impl WaitState>,
    ) {
        // SAFETY: the caller owns the reference, and the context is nonpaged, which the bound of this row is for.
        unsafe { ddi::release_nonpaged_context(irql, context) };
    }
}

impl PoolKind for Paged {
    type MaxIrql = Apc;
    const TYPE: POOL_TYPE = PagedPool;

    fn allocate(
        bytes: usize,
        tag: PoolTag,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) -> PVOID {
        // SAFETY: the flags name one pool, and the tag is printable.
        unsafe { ddi::ExAllocatePool2(irql, POOL_FLAG_PAGED, bytes as SIZE_T, tag.as_raw()) }
    }

    unsafe fn free(
        block: PVOID,
        tag: PoolTag,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) {
        // SAFETY: the caller passes a block with its tag for the last time.
        unsafe { ddi::ExFreePoolWithTag(irql, block, tag.as_raw()) };
    }

    unsafe fn release_context(
        context: PFLT_CONTEXT,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) {
        // SAFETY: the caller owns the reference.
        unsafe { ddi::FltReleaseContext(irql, context) };
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::NonPaged {}
    impl Sealed for super::Paged {}
}
