//! The APC state, the second dimension of the evidence.

/// Normal kernel APCs are delivered: no critical region, no guarded region, IRQL below `APC_LEVEL`.
#[derive(Debug, Clone, Copy)]
pub enum ApcsOn {}

/// Nothing is known about normal kernel APCs.
#[derive(Debug, Clone, Copy)]
pub enum ApcsUnknown {}

/// Normal kernel APCs are held off: a critical region, or IRQL at `APC_LEVEL` or above.
#[derive(Debug, Clone, Copy)]
pub enum ApcsOff {}

/// One of [`ApcsOn`], [`ApcsUnknown`] and [`ApcsOff`].
pub trait ApcState: sealed::Sealed + 'static {}

impl ApcState for ApcsOn {}
impl ApcState for ApcsUnknown {}
impl ApcState for ApcsOff {}

/// Evidence that normal kernel APCs are on, wanted by file calls such as `FltQueryInformationFile`.
#[diagnostic::on_unimplemented(
    message = "this call needs normal kernel APCs on, but the state here is `{Self}`",
    label = "needs APCs on",
    note = "a resource, push lock or critical region turns them off: make the call before taking it or after \
            dropping its guard; `irql.try_into_apcs_on()` asks the kernel where the state is not known"
)]
pub trait ApcsEnabled: ApcState {}

impl ApcsEnabled for ApcsOn {}

/// Evidence that normal kernel APCs are off, wanted by calls such as `ExAcquireResourceExclusiveLite`.
#[diagnostic::on_unimplemented(
    message = "this call needs normal kernel APCs off, but the state here is `{Self}`",
    label = "needs APCs off",
    note = "enter a critical region first: `irql.critical_region(|irql| …)`"
)]
pub trait ApcsDisabled: ApcState {}

impl ApcsDisabled for ApcsOff {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::ApcsOn {}
    impl Sealed for super::ApcsUnknown {}
    impl Sealed for super::ApcsOff {}
}
