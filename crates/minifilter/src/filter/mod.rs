//! The filter itself: what it registers, how it loads and unloads, and the instances it is attached by.

mod cell;
pub mod entry;
mod instance;
mod loading;

pub use cell::{FilterCell, Installed};
pub use instance::{Attachment, Detachment, InstanceSetup, TeardownReason};
pub use loading::Loading;

use crate::context::Contexts;
use crate::irql::{ApcsUnknown, Irql, Passive};
use crate::objects::{RelatedObjects, Unopened};
use crate::operation::Operations;
use crate::status::Result;

/// The evidence that an instance callback gets: PASSIVE_LEVEL, but FltMgr may hold locks of its own, so that nothing is known of
/// APCs.
pub type InstanceIrql<'i> = Irql<'i, Passive, ApcsUnknown>;

/// Why a filter is asked to unload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnloadReason {
    /// `fltmc unload`, `FltUnloadFilter`: may be refused.
    Optional,
    /// The service is stopped: will happen, whatever the filter says.
    Mandatory,
}

/// A minifilter driver: its state, and what FltMgr is told of it.
///
/// One value of the type exists while the driver is loaded: [`load`](Minifilter::load) makes it before filtering starts, and it
/// is dropped at PASSIVE_LEVEL after `FltUnregisterFilter` has returned, when no callback can run any more. Written together
/// with [`driver!`](crate::driver).
pub trait Minifilter: Installed + Send + Sync + Sized + 'static {
    /// The operations it wants to see: [`operations!`](crate::operations).
    const OPERATIONS: Operations<Self>;
    /// The contexts it keeps: [`contexts!`](crate::contexts).
    const CONTEXTS: Contexts<Self> = Contexts::NONE;

    /// `DriverEntry` — makes the filter's state, between `FltRegisterFilter` and `FltStartFiltering`. PASSIVE_LEVEL.
    ///
    /// # Errors
    /// Any; the driver is not loaded then, and what was registered is undone.
    fn load(loading: &Loading<'_>, irql: &mut Irql<'_, Passive>) -> Result<Self>;

    /// `PFLT_FILTER_UNLOAD_CALLBACK` — makes ready to go: closes ports, waits for run-down. Called before
    /// `FltUnregisterFilter`, while callbacks still come. PASSIVE_LEVEL.
    ///
    /// # Errors
    /// Any, to refuse an optional unload; without effect on a mandatory one.
    fn unload(&self, _reason: UnloadReason, _irql: &mut Irql<'_, Passive>) -> Result<()> {
        Ok(())
    }

    /// `PFLT_INSTANCE_SETUP_CALLBACK` — decides whether to attach to a volume. PASSIVE_LEVEL.
    fn instance_setup(
        &self,
        _setup: &InstanceSetup<'_, Self>,
        _irql: &mut InstanceIrql<'_>,
    ) -> Attachment {
        Attachment::Attach
    }

    /// `PFLT_INSTANCE_QUERY_TEARDOWN_CALLBACK` — decides whether a manual detach is allowed. PASSIVE_LEVEL.
    fn instance_query_teardown(
        &self,
        _objects: RelatedObjects<'_, Self, Unopened>,
        _irql: &mut InstanceIrql<'_>,
    ) -> Detachment {
        Detachment::Detach
    }

    /// `PFLT_INSTANCE_TEARDOWN_CALLBACK`, start — resumes what was pended and stops queueing work. PASSIVE_LEVEL.
    fn instance_teardown_start(
        &self,
        _objects: RelatedObjects<'_, Self, Unopened>,
        _reason: TeardownReason,
        _irql: &mut InstanceIrql<'_>,
    ) {
    }

    /// `PFLT_INSTANCE_TEARDOWN_CALLBACK`, complete — every operation has ended or was drained. PASSIVE_LEVEL.
    fn instance_teardown_complete(
        &self,
        _objects: RelatedObjects<'_, Self, Unopened>,
        _reason: TeardownReason,
        _irql: &mut InstanceIrql<'_>,
    ) {
    }
}
