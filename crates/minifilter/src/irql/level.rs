//! The three levels a minifilter meets.

use minifilter_sys::{APC_LEVEL, DISPATCH_LEVEL, KIRQL, PASSIVE_LEVEL};

/// `PASSIVE_LEVEL` — threads run, everything may be paged.
#[derive(Debug, Clone, Copy)]
pub enum Passive {}

/// `APC_LEVEL` — paging works, but asynchronous procedure calls wait.
#[derive(Debug, Clone, Copy)]
pub enum Apc {}

/// `DISPATCH_LEVEL` — no paging, no waiting, spin locks only.
#[derive(Debug, Clone, Copy)]
pub enum Dispatch {}

/// Any level at all, as the bound of calls that have none.
#[derive(Debug, Clone, Copy)]
pub enum Any {}

/// One of [`Passive`], [`Apc`] and [`Dispatch`].
pub trait Level: sealed::Sealed + 'static {
    /// The number that `KeGetCurrentIrql` would return at most.
    const IRQL: KIRQL;
}

impl Level for Passive {
    const IRQL: KIRQL = PASSIVE_LEVEL as KIRQL;
}
impl Level for Apc {
    const IRQL: KIRQL = APC_LEVEL as KIRQL;
}
impl Level for Dispatch {
    const IRQL: KIRQL = DISPATCH_LEVEL as KIRQL;
}

/// Holds for every level that is not above `Max`: the bound in the signature of a call.
#[diagnostic::on_unimplemented(
    message = "this call is allowed at IRQL ≤ `{Max}`, but here the thread may run at `{Self}`",
    label = "needs IRQL ≤ `{Max}`",
    note = "make the call before the level is raised, or in a callback that runs lower; \
            `irql.try_into_passive()` and `irql.try_into_apc()` ask the processor where the level is not known"
)]
pub trait AtMost<Max>: Level {}

impl<L: Level> AtMost<Any> for L {}
impl AtMost<Passive> for Passive {}
impl AtMost<Apc> for Passive {}
impl AtMost<Dispatch> for Passive {}
impl AtMost<Apc> for Apc {}
impl AtMost<Dispatch> for Apc {}
impl AtMost<Dispatch> for Dispatch {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Passive {}
    impl Sealed for super::Apc {}
    impl Sealed for super::Dispatch {}
}
