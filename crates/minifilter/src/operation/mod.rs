//! The operations that FltMgr calls back for: one type each, with what is documented about it in associated types.

mod capability;
mod kind;
pub mod parameters;
mod registration;

pub use capability::{HasPost, MayFail, Opens, SkipsPaging, Synchronizes};
pub use kind::*;
pub use registration::{OperationRegistration, Operations};

use minifilter_sys::{FLT_OPERATION_REGISTRATION_FLAGS, UCHAR};

use crate::irql::{ApcState, Irql, Level};

/// One operation, `IRP_MJ_…`.
///
/// Levels and threads are the worst documented case: a callback body must be fit for that.
pub trait Operation: sealed::Sealed + 'static {
    /// The major function code.
    const MAJOR: UCHAR;
    #[doc(hidden)]
    const FLAGS: FLT_OPERATION_REGISTRATION_FLAGS;
    /// The highest level of a pre-operation callback.
    type PreLevel: Level;
    /// The APC state of a pre-operation callback.
    type PreApcs: ApcState;
    /// Whether the file object is open in a pre-operation callback.
    type PreObjects: 'static;
    /// The highest level of a post-operation callback.
    type PostLevel: Level;
    /// The APC state of a post-operation callback.
    type PostApcs: ApcState;
    /// Whether the file object is open in a post-operation callback.
    type PostObjects: 'static;
    /// The operation's parameters, typed.
    type Parameters<'p>: parameters::View<'p>;
}

/// The evidence that a pre-operation callback of `O` gets.
pub type PreIrql<'i, O> = Irql<'i, <O as Operation>::PreLevel, <O as Operation>::PreApcs>;

/// The evidence that a post-operation callback of `O` gets.
pub type PostIrql<'i, O> = Irql<'i, <O as Operation>::PostLevel, <O as Operation>::PostApcs>;

mod sealed {
    pub trait Sealed {}
}
