//! PFLT_INSTANCE — one attachment of a filter to a volume.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use minifilter_sys::PFLT_INSTANCE;

use super::activity::Activity;
use super::altitude::Altitude;
use super::context;
use super::filter::Filter;
use super::flt_handle::{Found, Handles};
use super::flt_volume::FltVolume;

static INSTANCES: Handles<Instance> = Handles::new();

/// One attachment of a filter to a volume.
pub struct Instance {
    /// Name from the INF.
    pub name: String,
    /// Where it stands.
    pub altitude: Altitude,
    /// Whose it is.
    pub filter: Arc<Filter>,
    /// Where it is attached.
    pub volume: Arc<FltVolume>,
    /// Operations inside its callbacks, below it, or pended by it. Closed when teardown starts.
    pub operations: Activity,
    /// FltObjectReference; does not delay teardown.
    pub references: Activity,
    /// Asynchronous operations of its own that have not ended; teardown waits for them.
    pub own_io: Activity,
    /// One for the attachment and one for each generic work item queued for it: the last takes the contexts along.
    keepers: AtomicUsize,
    /// Set once nothing may be attached to it any more.
    pub contexts_closed: AtomicBool,
    /// Operations that this instance saw, for the report.
    pub seen: AtomicU64,
    /// FltRegisterForDataScan was called for it.
    pub scans_data: AtomicBool,
    /// Set once its teardown has begun.
    pub tearing_down: AtomicBool,
    /// Set once InstanceTeardownStart has returned.
    pub teardown_started: AtomicBool,
}

impl Instance {
    /// A new instance, not yet in the stack of its volume.
    pub fn new(
        filter: &Arc<Filter>,
        volume: &Arc<FltVolume>,
        name: &str,
        altitude: Altitude,
    ) -> Arc<Self> {
        let instance = Arc::new(Self {
            name: name.to_owned(),
            altitude,
            filter: Arc::clone(filter),
            volume: Arc::clone(volume),
            operations: Activity::default(),
            references: Activity::default(),
            own_io: Activity::default(),
            keepers: AtomicUsize::new(1),
            contexts_closed: AtomicBool::new(false),
            seen: AtomicU64::new(0),
            scans_data: AtomicBool::new(false),
            tearing_down: AtomicBool::new(false),
            teardown_started: AtomicBool::new(false),
        });
        INSTANCES.insert(&instance);
        instance
    }

    /// The handle drivers get.
    pub fn handle(self: &Arc<Self>) -> PFLT_INSTANCE {
        Handles::address(self) as PFLT_INSTANCE
    }

    /// The handle's value.
    pub fn address(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }

    /// A generic work item is queued for it.
    pub fn keep(&self) {
        self.keepers.fetch_add(1, Ordering::AcqRel);
    }

    /// Whether it is attached, or a work item is queued for it.
    pub fn is_kept(&self) -> bool {
        self.keepers.load(Ordering::Acquire) != 0
    }

    /// The attachment or a work item lets it go; its contexts go with the last of them.
    pub fn let_go(self: &Arc<Self>) {
        if self.keepers.fetch_sub(1, Ordering::AcqRel) == 1 {
            context::instance_gone(self);
        }
    }

    /// The handle is no good from now on.
    pub fn retire(self: &Arc<Self>) {
        INSTANCES.retire(self);
    }
}

/// Looks a PFLT_INSTANCE up.
pub fn find(handle: PFLT_INSTANCE) -> Found<Instance> {
    INSTANCES.find(handle as usize)
}
