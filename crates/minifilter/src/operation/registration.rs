#![allow(unsafe_code)] // zeroes plain C structures

//! The operation part of a filter's registration, made at compile time.

use core::marker::PhantomData;

use minifilter_sys::{
    FLT_OPERATION_REGISTRATION, IRP_MJ_OPERATION_END, PFLT_POST_OPERATION_CALLBACK,
    PFLT_PRE_OPERATION_CALLBACK, UCHAR,
};

use super::{HasPost, Operation, Synchronizes};
use crate::callback::{self, PostOperation, PreOperation, PrePostOperation, SynchronizedOperation};

/// `FLT_OPERATION_REGISTRATION` — the callbacks of filter `F` for one operation.
#[repr(transparent)]
pub struct OperationRegistration<F> {
    raw: FLT_OPERATION_REGISTRATION,
    _filter: PhantomData<fn() -> F>,
}

impl<F> OperationRegistration<F> {
    /// A pre-operation callback only.
    pub const fn pre<O: Operation>() -> Self
    where
        F: PreOperation<O>,
    {
        Self::of::<O>(Some(callback::enter::pre::<F, O>), None)
    }

    /// A post-operation callback only.
    pub const fn post<O: HasPost>() -> Self
    where
        F: PostOperation<O>,
    {
        Self::of::<O>(None, Some(callback::enter::post::<F, O>))
    }

    /// Both, with a completion context between them.
    pub const fn pre_post<O: HasPost>() -> Self
    where
        F: PrePostOperation<O>,
    {
        Self::of::<O>(
            Some(callback::enter::pre_with_post::<F, O>),
            Some(callback::enter::post_with_pre::<F, O>),
        )
    }

    /// Both, the post-operation callback in the same thread at IRQL ≤ APC_LEVEL.
    pub const fn synchronized<O: Synchronizes>() -> Self
    where
        F: SynchronizedOperation<O>,
    {
        Self::of::<O>(
            Some(callback::enter::pre_synchronized::<F, O>),
            Some(callback::enter::post_synchronized::<F, O>),
        )
    }

    /// The entry that ends the table.
    pub const fn end() -> Self {
        // SAFETY: all zero is a value of every field of the plain C structure.
        let mut raw: FLT_OPERATION_REGISTRATION = unsafe { core::mem::zeroed() };
        raw.MajorFunction = IRP_MJ_OPERATION_END as UCHAR;
        Self {
            raw,
            _filter: PhantomData,
        }
    }

    const fn of<O: Operation>(
        pre: PFLT_PRE_OPERATION_CALLBACK,
        post: PFLT_POST_OPERATION_CALLBACK,
    ) -> Self {
        let mut this = Self::end();
        this.raw.MajorFunction = O::MAJOR;
        this.raw.Flags = O::FLAGS;
        this.raw.PreOperation = pre;
        this.raw.PostOperation = post;
        this
    }
}

/// The operations that a filter wants to see; made by [`operations!`](crate::operations).
pub struct Operations<F: 'static>(&'static [OperationRegistration<F>]);

impl<F> Operations<F> {
    /// The table of these entries.
    ///
    /// # Panics
    /// At compile time when used in a constant: if the last entry is not [`OperationRegistration::end`], or two entries are for
    /// one operation.
    pub const fn new(table: &'static [OperationRegistration<F>]) -> Self {
        assert!(
            !table.is_empty(),
            "an operation table ends with its one end entry"
        );
        let mut index = 0;
        while index < table.len() {
            let ends = table[index].raw.MajorFunction == IRP_MJ_OPERATION_END as UCHAR;
            assert!(
                ends == (index + 1 == table.len()),
                "an operation table ends with its one end entry"
            );
            let mut earlier = 0;
            while earlier < index {
                assert!(
                    table[earlier].raw.MajorFunction != table[index].raw.MajorFunction,
                    "an operation is listed twice"
                );
                earlier += 1;
            }
            index += 1;
        }
        Self(table)
    }

    /// The table as FltMgr takes it.
    pub(crate) const fn as_ptr(&self) -> *const FLT_OPERATION_REGISTRATION {
        self.0.as_ptr().cast()
    }
}

/// The table of the operations that a filter wants to see: `operations![Self; pre Create, pre_post Write]`.
///
/// Each entry is the way of calling back, `pre`, `post`, `pre_post` or `synchronized`, and the operation; the filter implements
/// the trait of that way for that operation.
#[macro_export]
macro_rules! operations {
    ($filter:ty; $($way:ident $operation:ty),+ $(,)?) => {
        $crate::operation::Operations::new(const {
            &[
                $($crate::operation::OperationRegistration::<$filter>::$way::<$operation>(),)+
                $crate::operation::OperationRegistration::<$filter>::end(),
            ]
        })
    };
}
