//! PFLT_FILTER — a registered minifilter.
#![allow(unsafe_code)] // calls the driver's unload callback

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use minifilter_sys::{
    FLT_REGISTRATION, FLTFL_FILTER_UNLOAD_MANDATORY, IRP_MJ_DEVICE_CHANGE, IRP_MJ_POWER,
    IRP_MJ_SHUTDOWN, NTSTATUS, PFLT_FILTER, STATUS_FLT_INSTANCE_ALTITUDE_COLLISION,
    STATUS_OBJECT_NAME_NOT_FOUND,
};

use super::activity::Activity;
use super::bounds::PASSIVE;
use super::callback::{self, FilterUnload};
use super::context::{self, Lookaside};
use super::flt_handle::{Found, Handles};
use super::instance::Instance;
use super::port::Ports;
use super::registration::Registration;
use super::thread::Site;
use super::{attach, name, registry, thread};
use crate::inf::{self, DriverSetup};
use crate::verify::{self, rule};

static FILTERS: Handles<Filter> = Handles::new();
static SETUP: Mutex<Option<DriverSetup>> = Mutex::new(None);
static DRIVERS: Mutex<BTreeMap<usize, DriverSetup>> = Mutex::new(BTreeMap::new());

/// How long FltUnregisterFilter and teardown wait before they call it a hang.
pub const HANG: Duration = Duration::from_millis(if cfg!(test) { 300 } else { 5000 });

/// A registered minifilter.
pub struct Filter {
    /// Service name.
    pub name: String,
    /// What it registered.
    pub registration: Registration,
    /// Its set-up, with the instances that its service key had when it registered.
    pub setup: DriverSetup,
    /// FltObjectReference, FltGetFilterFromInstance and their like; FltUnregisterFilter waits for them.
    pub references: Activity,
    /// Queued work items, context cleanups included; FltUnregisterFilter waits for them.
    pub work: Activity,
    /// Instances attached now.
    pub instances: Mutex<Vec<Arc<Instance>>>,
    /// One per context definition.
    pub lookasides: Vec<Lookaside>,
    /// Its communication ports.
    pub ports: Ports,
    filtering: AtomicBool,
    unregistering: AtomicBool,
}

/// Takes names, altitudes and flags of instances from an INF, before DriverEntry.
pub fn configure(setup: &DriverSetup) {
    *SETUP.lock().unwrap_or_else(PoisonError::into_inner) = Some(setup.clone());
}

/// The same for the driver of a driver object, which may register when other drivers were loaded meanwhile.
pub fn configure_driver(driver: usize, setup: &DriverSetup) {
    let mut drivers = DRIVERS.lock().unwrap_or_else(PoisonError::into_inner);
    drivers.insert(driver, setup.clone());
}

/// What would be installed for the driver of a driver object; for an unknown one what was configured last.
fn setup_of(driver: usize) -> Option<DriverSetup> {
    let drivers = DRIVERS.lock().unwrap_or_else(PoisonError::into_inner);
    let last = || SETUP.lock().unwrap_or_else(PoisonError::into_inner).clone();
    drivers.get(&driver).cloned().or_else(last)
}

/// FltRegisterFilter — copies the registration of a driver and makes a filter of it.
///
/// # Safety
/// As for [`Registration::copy`].
///
/// # Errors
/// The statuses of the DDI page: a bad registration, or no instances in the service key.
pub unsafe fn register(
    driver: usize,
    registration: *const FLT_REGISTRATION,
) -> Result<Arc<Filter>, NTSTATUS> {
    // SAFETY: the caller's contract is the same.
    let registration = unsafe { Registration::copy(registration) }?;
    let mut setup = setup_of(driver).ok_or(STATUS_OBJECT_NAME_NOT_FOUND)?;
    if let Some(described) = registry::service::instances(&setup.service) {
        (setup.default_instance, setup.instances) = described?;
    }
    if FILTERS
        .live()
        .iter()
        .any(|other| other.name == setup.service)
    {
        return Err(STATUS_FLT_INSTANCE_ALTITUDE_COLLISION);
    }
    check_forbidden(&registration);
    let filter = Arc::new(Filter {
        name: setup.service.clone(),
        lookasides: registration
            .contexts
            .iter()
            .map(|_| Lookaside::default())
            .collect(),
        registration,
        setup,
        references: Activity::default(),
        work: Activity::default(),
        instances: Mutex::default(),
        ports: Ports::default(),
        filtering: AtomicBool::new(false),
        unregistering: AtomicBool::new(false),
    });
    FILTERS.insert(&filter);
    Ok(filter)
}

fn check_forbidden(registration: &Registration) {
    for operation in registration.majors() {
        let detail = match operation.MajorFunction {
            IRP_MJ_SHUTDOWN if operation.PostOperation.is_some() => {
                "post-operation callback for IRP_MJ_SHUTDOWN"
            }
            IRP_MJ_POWER => "callback for IRP_MJ_POWER",
            IRP_MJ_DEVICE_CHANGE => "callback for IRP_MJ_DEVICE_CHANGE",
            _ => continue,
        };
        verify::violation(rule::F17, detail.to_owned());
    }
}

/// Looks a PFLT_FILTER up.
pub fn find(handle: PFLT_FILTER) -> Found<Filter> {
    FILTERS.find(handle as usize)
}

/// Every filter registered now.
pub fn registered() -> Vec<Arc<Filter>> {
    FILTERS.live()
}

/// How an unload ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unload {
    /// The driver took itself down.
    Done,
    /// No filter is registered.
    NoFilter,
    /// The filter registered no unload callback, or no service stop.
    NotUnloadable,
    /// The callback refused an optional unload.
    Refused(NTSTATUS),
}

/// The filters that the driver of a service has registered.
pub fn of_service(service: &str) -> Vec<Arc<Filter>> {
    let mut filters = registered();
    filters.retain(|filter| filter.name == service);
    filters
}

/// Unloads every filter: calls its unload callback and checks that it unregistered.
#[cfg(test)]
pub fn unload(mandatory: bool) -> Unload {
    unload_these(registered(), mandatory)
}

/// Unloads the filters of a service.
pub fn unload_service(service: &str, mandatory: bool) -> Unload {
    unload_these(of_service(service), mandatory)
}

fn unload_these(filters: Vec<Arc<Filter>>, mandatory: bool) -> Unload {
    if filters.is_empty() {
        return Unload::NoFilter;
    }
    for filter in filters {
        let outcome = filter.unload(mandatory);
        if outcome != Unload::Done {
            return outcome;
        }
    }
    Unload::Done
}

impl Filter {
    /// The handle drivers get.
    pub fn handle(self: &Arc<Self>) -> PFLT_FILTER {
        Handles::address(self) as PFLT_FILTER
    }

    /// The handle's value.
    pub fn address(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }

    /// Its instances at this moment.
    pub fn attached(&self) -> Vec<Arc<Instance>> {
        let instances = self.instances.lock();
        instances.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Name of the default instance, and all instances, as the service key has them now.
    pub fn definitions(&self) -> (String, Vec<inf::Instance>) {
        match registry::service::instances(&self.setup.service) {
            Some(Ok(described)) => described,
            _ => (
                self.setup.default_instance.clone(),
                self.setup.instances.clone(),
            ),
        }
    }

    /// FltStartFiltering was called.
    pub fn is_filtering(&self) -> bool {
        self.filtering.load(Ordering::Acquire)
    }

    /// FltUnregisterFilter was called.
    pub fn is_unregistering(&self) -> bool {
        self.unregistering.load(Ordering::Acquire)
    }

    /// FltStartFiltering — attaches to every mounted volume.
    pub fn start(self: &Arc<Self>) {
        if self.filtering.swap(true, Ordering::AcqRel) {
            verify::violation(
                rule::STARTED_TWICE,
                format!("filter {} is filtering already", self.name),
            );
            return;
        }
        attach::filter_started(self);
    }

    fn unload(self: &Arc<Self>, mandatory: bool) -> Unload {
        let Some(unload) = self.registration.callbacks.FilterUnloadCallback else {
            return Unload::NotUnloadable;
        };
        let no_service_stop = self.registration.callbacks.Flags & 1 != 0;
        if mandatory && no_service_stop {
            return Unload::NotUnloadable;
        }
        // SAFETY: the registration's type of this member is PFLT_FILTER_UNLOAD_CALLBACK, of which FilterUnload is the
        // true convention.
        let unload: FilterUnload = unsafe { callback::win64(unload) };
        let flags = if mandatory {
            FLTFL_FILTER_UNLOAD_MANDATORY
        } else {
            0
        };
        let site = Site {
            name: "FilterUnload",
            code: unload as usize,
        };
        let status = thread::call_driver(site, PASSIVE, || {
            // SAFETY: the driver registered this code for exactly this call.
            unsafe { unload(flags) }
        });
        if status < 0 && !mandatory {
            return Unload::Refused(status);
        }
        if matches!(find(self.handle()), Found::Live(_)) {
            let detail = format!(
                "FilterUnload returned {status:#x} and filter {} is still registered",
                self.name
            );
            verify::violation(rule::FILTER_STILL_REGISTERED, detail);
            self.unregister();
        }
        Unload::Done
    }

    /// FltUnregisterFilter — tears the instances down, waits for work items, frees the contexts, waits for users, reports what is left.
    ///
    /// Gives false where Windows would wait for ever.
    pub fn unregister(self: &Arc<Self>) -> bool {
        self.unregistering.store(true, Ordering::Release);
        let ports_closed = self.ports.unregister();
        attach::filter_unloading(self);
        let mut returns = self.wait_for(&self.work, "queued work items");
        context::filter_gone(self);
        returns &= self.wait_for(&self.references, "references to the filter");
        context::report_leaks(self);
        name::report_leaks();
        self.ports.report_leaks();
        FILTERS.retire(self);
        returns && ports_closed
    }

    fn wait_for(&self, activity: &Activity, what: &str) -> bool {
        let idle = activity.wait_idle(HANG);
        if !idle {
            let detail = format!(
                "FltUnregisterFilter waits for ever: {} {what}",
                activity.count()
            );
            verify::violation(rule::F19, detail);
        }
        activity.close();
        idle
    }
}
