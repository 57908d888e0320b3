//! Attaching filters to volumes and taking them off again.
#![allow(unsafe_code)] // calls the driver's instance callbacks

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use minifilter_sys::{
    FLT_RELATED_OBJECTS, FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT,
    FLTFL_INSTANCE_SETUP_MANUAL_ATTACHMENT, FLTFL_INSTANCE_SETUP_NEWLY_MOUNTED_VOLUME,
    FLTFL_INSTANCE_TEARDOWN_FILTER_UNLOAD, FLTFL_INSTANCE_TEARDOWN_MANUAL,
    FLTFL_INSTANCE_TEARDOWN_VOLUME_DISMOUNT, NTSTATUS, STATUS_FLT_DELETING_OBJECT,
    STATUS_FLT_DO_NOT_DETACH, STATUS_FLT_FILTER_NOT_READY, STATUS_FLT_INSTANCE_ALTITUDE_COLLISION,
    STATUS_FLT_INSTANCE_NAME_COLLISION, STATUS_FLT_INSTANCE_NOT_FOUND, STATUS_INVALID_PARAMETER,
};

use super::altitude::Altitude;
use super::bounds::PASSIVE;
use super::callback::{self, InstanceQueryTeardown, InstanceSetup, InstanceTeardown};
use super::filter::{self, Filter, HANG};
use super::flt_volume::{self, FltVolume};
use super::instance::Instance;
use super::operation::{self, drain};
use super::thread::Site;
use super::{context, name, related, thread, transaction};
use crate::inf;
use crate::report::{self, Attachment};
use crate::verify::{self, rule};

/// INF flag: no automatic attachment.
pub const NO_AUTOMATIC: u32 = 1;
/// INF flag: no manual attachment.
const NO_MANUAL: u32 = 2;

/// A volume appeared: every filtering filter is asked.
pub fn volume_mounted(volume: &Arc<FltVolume>) {
    let flags =
        FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT | FLTFL_INSTANCE_SETUP_NEWLY_MOUNTED_VOLUME;
    for filter in filter::registered() {
        if filter.is_filtering() {
            attach_automatically(&filter, volume, flags);
        }
    }
}

/// A filter began: it is asked for every mounted volume.
pub fn filter_started(filter: &Arc<Filter>) {
    for volume in flt_volume::mounted() {
        attach_automatically(filter, &volume, FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT);
    }
}

fn attach_automatically(filter: &Arc<Filter>, volume: &Arc<FltVolume>, flags: u32) {
    let (_, definitions) = filter.definitions();
    for definition in definitions
        .iter()
        .filter(|definition| definition.flags & NO_AUTOMATIC == 0)
    {
        // A refusal is an answer, not an error: the volume goes without this instance.
        let _refused = attach(filter, volume, definition, flags).is_err();
    }
}

/// FltAttachVolume — attaches the named (or default) instance by hand.
///
/// # Errors
/// When there is no such instance, it may not be attached by hand, or it refuses.
pub fn attach_manually(
    filter: &Arc<Filter>,
    volume: &Arc<FltVolume>,
    name: Option<&str>,
    altitude: Option<&str>,
) -> Result<Arc<Instance>, NTSTATUS> {
    if !filter.is_filtering() {
        return Err(STATUS_FLT_FILTER_NOT_READY);
    }
    let (default, definitions) = filter.definitions();
    let wanted = name.unwrap_or(&default);
    let found = definitions
        .iter()
        .find(|definition| definition.name.eq_ignore_ascii_case(wanted));
    let mut definition = match (found, altitude) {
        (Some(found), _) if found.flags & NO_MANUAL == 0 => found.clone(),
        (None, Some(altitude)) => inf::Instance {
            name: wanted.to_owned(),
            altitude: altitude.to_owned(),
            flags: 0,
        },
        _ => return Err(STATUS_FLT_INSTANCE_NOT_FOUND),
    };
    if let Some(altitude) = altitude {
        definition.altitude = altitude.to_owned();
    }
    attach(
        filter,
        volume,
        &definition,
        FLTFL_INSTANCE_SETUP_MANUAL_ATTACHMENT,
    )
}

fn attach(
    filter: &Arc<Filter>,
    volume: &Arc<FltVolume>,
    definition: &inf::Instance,
    flags: u32,
) -> Result<Arc<Instance>, NTSTATUS> {
    if filter.is_unregistering() {
        return Err(STATUS_FLT_DELETING_OBJECT);
    }
    let altitude = Altitude::parse(&definition.altitude).ok_or(STATUS_INVALID_PARAMETER)?;
    check_place(volume, &definition.name, &altitude)?;
    let instance = Instance::new(filter, volume, &definition.name, altitude);
    let status = set_up(&instance, flags);
    // Any error or warning status means: not attached.
    let refused = if status & (1 << 31) != 0 {
        Some(status)
    } else if volume.add(&instance) {
        None
    } else {
        Some(STATUS_FLT_INSTANCE_ALTITUDE_COLLISION)
    };
    if let Some(status) = refused {
        instance.let_go();
        instance.retire();
        return Err(status);
    }
    filter
        .instances
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(Arc::clone(&instance));
    note_attachment(&instance);
    Ok(instance)
}

/// Neither name nor altitude may be taken on the volume.
fn check_place(volume: &FltVolume, name: &str, altitude: &Altitude) -> Result<(), NTSTATUS> {
    for other in volume.stack().iter() {
        if other.name.eq_ignore_ascii_case(name) {
            return Err(STATUS_FLT_INSTANCE_NAME_COLLISION);
        }
        if other.altitude == *altitude {
            return Err(STATUS_FLT_INSTANCE_ALTITUDE_COLLISION);
        }
    }
    Ok(())
}

fn note_attachment(instance: &Instance) {
    let attachment = Attachment {
        instance: instance.name.clone(),
        altitude: instance.altitude.to_string(),
        volume: instance.volume.name.clone(),
    };
    report::with(|report| report.attached.push(attachment));
}

fn set_up(instance: &Arc<Instance>, flags: u32) -> NTSTATUS {
    let Some(setup) = instance.filter.registration.callbacks.InstanceSetupCallback else {
        return 0;
    };
    // SAFETY: the member's type is PFLT_INSTANCE_SETUP_CALLBACK, of which InstanceSetup is the true convention.
    let setup: InstanceSetup = unsafe { callback::win64(setup) };
    let properties = instance.volume.file_system.properties();
    let objects = related::of_instance(instance);
    let site = Site {
        name: "InstanceSetup",
        code: setup as usize,
    };
    thread::call_driver(site, PASSIVE, || {
        // SAFETY: the driver registered this code for exactly this call; `objects` outlives it.
        unsafe {
            setup(
                pointer(&objects),
                flags,
                properties.device_type,
                properties.file_system,
            )
        }
    })
}

fn pointer(objects: &FLT_RELATED_OBJECTS) -> minifilter_sys::PFLT_RELATED_OBJECTS {
    std::ptr::from_ref(objects).cast_mut()
}

/// FltDetachVolume — takes an instance off by hand, if it agrees.
///
/// # Errors
/// The status with which the instance refuses.
pub fn detach_manually(instance: &Arc<Instance>) -> Result<(), NTSTATUS> {
    let Some(query) = instance
        .filter
        .registration
        .callbacks
        .InstanceQueryTeardownCallback
    else {
        return Err(STATUS_FLT_DO_NOT_DETACH);
    };
    // SAFETY: the member's type is PFLT_INSTANCE_QUERY_TEARDOWN_CALLBACK, of which this is the true convention.
    let query: InstanceQueryTeardown = unsafe { callback::win64(query) };
    let objects = related::of_instance(instance);
    let site = Site {
        name: "InstanceQueryTeardown",
        code: query as usize,
    };
    let status = thread::call_driver(site, PASSIVE, || {
        // SAFETY: the driver registered this code for exactly this call; `objects` outlives it.
        unsafe { query(pointer(&objects), 0) }
    });
    if status < 0 {
        return Err(status);
    }
    detach(instance, FLTFL_INSTANCE_TEARDOWN_MANUAL);
    Ok(())
}

/// The filter goes: its instances go first.
pub fn filter_unloading(filter: &Arc<Filter>) {
    let instances = filter
        .instances
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    for instance in instances {
        detach(&instance, FLTFL_INSTANCE_TEARDOWN_FILTER_UNLOAD);
    }
}

/// The volume goes: its instances go first.
pub fn volume_dismounted(volume: &Arc<FltVolume>) {
    for instance in volume.stack().iter() {
        detach(instance, FLTFL_INSTANCE_TEARDOWN_VOLUME_DISMOUNT);
    }
    context::volume_gone(volume);
}

/// Tears an instance down: start, wait and drain, complete, contexts.
fn detach(instance: &Arc<Instance>, reason: u32) {
    if instance.tearing_down.swap(true, Ordering::AcqRel) {
        return;
    }
    instance.volume.remove(instance);
    instance.operations.close();
    let callbacks = &instance.filter.registration.callbacks;
    if let Some(start) = callbacks.InstanceTeardownStartCallback {
        // SAFETY: the member's type is PFLT_INSTANCE_TEARDOWN_CALLBACK, of which this is the true convention.
        tear_down(
            "InstanceTeardownStart",
            unsafe { callback::win64(start) },
            instance,
            reason,
        );
    }
    instance.teardown_started.store(true, Ordering::Release);
    drain::drain(instance);
    await_operations(instance);
    if let Some(complete) = callbacks.InstanceTeardownCompleteCallback {
        // SAFETY: the member's type is PFLT_INSTANCE_TEARDOWN_CALLBACK, of which this is the true convention.
        tear_down(
            "InstanceTeardownComplete",
            unsafe { callback::win64(complete) },
            instance,
            reason,
        );
    }
    if name::is_provider(instance) {
        name::provider_gone(instance.address());
    }
    transaction::instance_gone(instance);
    instance.let_go();
    let mut instances = instance
        .filter
        .instances
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    instances.retain(|other| !Arc::ptr_eq(other, instance));
    instance.retire();
}

/// Waits for what the instance keeps and for what it sent itself.
fn await_operations(instance: &Arc<Instance>) {
    if !instance.operations.wait_idle(HANG) {
        let left = instance.operations.count();
        if left > operation::report_late(instance) {
            let detail = format!(
                "{left} operations of instance {} were not resumed after InstanceTeardownStart",
                instance.name
            );
            verify::violation(rule::F24, detail);
        }
    }
    if !instance.own_io.wait_idle(HANG) {
        let detail = format!(
            "{} operations that instance {} sent itself have not ended",
            instance.own_io.count(),
            instance.name
        );
        verify::violation(rule::F24, detail);
    }
}

fn tear_down(name: &str, callback: InstanceTeardown, instance: &Arc<Instance>, reason: u32) {
    let objects = related::of_instance(instance);
    let site = Site {
        name,
        code: callback as usize,
    };
    thread::call_driver(site, PASSIVE, || {
        // SAFETY: the driver registered this code for exactly this call; `objects` outlives it.
        unsafe { callback(pointer(&objects), reason) }
    });
}
