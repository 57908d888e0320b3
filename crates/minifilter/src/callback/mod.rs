//! Callbacks: what a filter implements for an operation, what it gets, and which results exist.
//!
//! A pre-operation callback gets a [`Pre`] by value and must give a [`PreStatus`] back; only methods that consume the `Pre` make
//! one, so there is exactly one result, and it is one that is legal for this operation, this registration and this path.

mod completion;
pub(crate) mod enter;
mod pended;
mod post;
mod pre;
mod safe;

pub use completion::CompletionContext;
pub use pended::PendedPreOperation;
pub use post::{Post, PostStatus};
pub use pre::{
    AnyPath, ByPath, FastIo, FsFilter, Irp, Pre, PreOnly, PreStatus, Synchronized, WithPost,
};
pub use safe::SafePostOperation;

use crate::filter::Minifilter;
use crate::irql::{Apc, ApcsUnknown, Irql};
use crate::operation::{HasPost, Operation, PostIrql, PreIrql, Synchronizes};

/// A filter that looks at `O` before it happens.
#[diagnostic::on_unimplemented(message = "`{Self}` has no pre-operation callback for `{O}`")]
pub trait PreOperation<O: Operation>: Minifilter {
    /// `PFLT_PRE_OPERATION_CALLBACK` — called before lower filters and the file system see the operation.
    fn pre<'i>(
        &self,
        call: Pre<'i, Self, O, PreOnly>,
        irql: &mut PreIrql<'i, O>,
    ) -> PreStatus<'i, O>;
}

/// A filter that looks at `O` after it happened, and not before.
#[diagnostic::on_unimplemented(message = "`{Self}` has no post-operation callback for `{O}`")]
pub trait PostOperation<O: HasPost>: Minifilter {
    /// `PFLT_POST_OPERATION_CALLBACK` — called when lower filters and the file system are done; not while draining.
    fn post<'i>(&self, call: Post<'i, Self, O>, irql: &mut PostIrql<'i, O>) -> PostStatus<'i>;
}

/// A filter that looks at `O` before and after it happened.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no pair of pre- and post-operation callbacks for `{O}`"
)]
pub trait PrePostOperation<O: HasPost>: Minifilter {
    /// What the first callback hands to the second. Dropped if the instance goes before (draining).
    type Completion: CompletionContext;

    /// `PFLT_PRE_OPERATION_CALLBACK` — called before lower filters and the file system see the operation.
    fn pre<'i>(
        &self,
        call: Pre<'i, Self, O, WithPost<Self::Completion>>,
        irql: &mut PreIrql<'i, O>,
    ) -> PreStatus<'i, O>;

    /// `PFLT_POST_OPERATION_CALLBACK` — called when lower filters and the file system are done; not while draining.
    fn post<'i>(
        &self,
        call: Post<'i, Self, O>,
        completion: Self::Completion,
        irql: &mut PostIrql<'i, O>,
    ) -> PostStatus<'i>;
}

/// A filter that looks at `O` before and after it happened, on the same thread and at IRQL ≤ APC_LEVEL.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no pair of synchronized callbacks for `{O}`"
)]
pub trait SynchronizedOperation<O: Synchronizes>: Minifilter {
    /// What the first callback hands to the second. Dropped if the instance goes before (draining).
    type Completion: CompletionContext;

    /// `PFLT_PRE_OPERATION_CALLBACK` — called before lower filters and the file system see the operation.
    fn pre<'i>(
        &self,
        call: Pre<'i, Self, O, Synchronized<Self::Completion>>,
        irql: &mut PreIrql<'i, O>,
    ) -> PreStatus<'i, O>;

    /// `PFLT_POST_OPERATION_CALLBACK` — called when lower filters and the file system are done; not while draining.
    fn post<'i>(
        &self,
        call: Post<'i, Self, O>,
        completion: Self::Completion,
        irql: &mut Irql<'i, Apc, ApcsUnknown>,
    ) -> PostStatus<'i>;
}
