//! FltObjectReference, FltObjectDereference — and finding out what a handle of the driver is.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ffi::c_void;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minifilter_sys::{
    NTSTATUS, PFLT_FILTER, PFLT_INSTANCE, PFLT_VOLUME, STATUS_FLT_DELETING_OBJECT,
};

use super::activity::Activity;
use super::filter::{self, Filter};
use super::flt_handle::Found;
use super::flt_volume::{self, FltVolume};
use super::instance::{self, Instance};
use super::origin::Origin;
use crate::verify::{self, rule};

/// Reports a handle that is no good.
#[cold]
pub fn bad_handle(detail: String) {
    verify::violation(rule::FLT_OBJECT_GONE, detail);
}

/// Any object of the filter manager.
#[derive(Clone)]
pub enum Object {
    /// PFLT_FILTER.
    Filter(Arc<Filter>),
    /// PFLT_INSTANCE.
    Instance(Arc<Instance>),
    /// PFLT_VOLUME.
    Volume(Arc<FltVolume>),
}

fn usable<T>(
    found: Found<T>,
    what: &str,
    address: usize,
    referenced: impl Fn(&T) -> bool,
) -> Option<Arc<T>> {
    let detail = match found {
        Found::Live(object) => return Some(object),
        // A reference or a work item keeps an object usable after its teardown.
        Found::Gone(object) if referenced(&object) => return Some(object),
        Found::Gone(_) => format!("{what} {address:#x} is gone"),
        Found::Unknown => format!("{address:#x} is not a {what}"),
    };
    verify::violation(rule::FLT_OBJECT_GONE, detail);
    None
}

/// The filter of a handle; a bad handle is reported.
pub fn filter(handle: PFLT_FILTER) -> Option<Arc<Filter>> {
    usable(filter::find(handle), "filter", handle as usize, |filter| {
        filter.references.count() != 0
    })
}

/// The instance of a handle; a bad handle is reported.
pub fn instance(handle: PFLT_INSTANCE) -> Option<Arc<Instance>> {
    usable(
        instance::find(handle),
        "instance",
        handle as usize,
        |instance| instance.references.count() != 0 || instance.is_kept(),
    )
}

/// The volume of a handle; a bad handle is reported.
pub fn volume(handle: PFLT_VOLUME) -> Option<Arc<FltVolume>> {
    usable(
        flt_volume::find(handle),
        "volume",
        handle as usize,
        |volume| volume.references.count() != 0,
    )
}

fn any(address: *const c_void) -> Option<Object> {
    if let Found::Live(found) | Found::Gone(found) = instance::find(address as PFLT_INSTANCE) {
        return Some(Object::Instance(found));
    }
    if let Found::Live(found) | Found::Gone(found) = flt_volume::find(address as PFLT_VOLUME) {
        return Some(Object::Volume(found));
    }
    if let Found::Live(found) | Found::Gone(found) = filter::find(address as PFLT_FILTER) {
        return Some(Object::Filter(found));
    }
    verify::violation(
        rule::FLT_OBJECT_GONE,
        format!("{address:p} is no filter, instance or volume"),
    );
    None
}

/// Who holds references on which object.
static HOLDERS: Mutex<BTreeMap<usize, Vec<Origin>>> = Mutex::new(BTreeMap::new());

fn holders() -> MutexGuard<'static, BTreeMap<usize, Vec<Origin>>> {
    HOLDERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reports the references on instances and volumes that the image still holds; gives back how many there are.
///
/// For those on its filter FltUnregisterFilter has waited.
pub fn report_leaks(image: &Range<usize>) -> u64 {
    let mut leaked = 0;
    for (address, origins) in holders().iter() {
        for origin in origins
            .iter()
            .filter(|origin| image.contains(&origin.caller))
        {
            leaked += 1;
            let detail =
                format!("object {address:#x} of the filter manager has a reference left, taken");
            origin.blame(rule::OBJECT_LEAK, &detail);
        }
    }
    leaked
}

impl Object {
    fn handle(&self) -> usize {
        match self {
            Self::Filter(filter) => filter.handle() as usize,
            Self::Instance(instance) => instance.handle() as usize,
            Self::Volume(volume) => volume.handle() as usize,
        }
    }

    fn references(&self) -> &Activity {
        match self {
            Self::Filter(filter) => &filter.references,
            Self::Instance(instance) => &instance.references,
            Self::Volume(volume) => &volume.references,
        }
    }

    fn is_going(&self) -> bool {
        match self {
            Self::Filter(filter) => filter.is_unregistering(),
            Self::Instance(instance) => instance.operations.is_closed(),
            Self::Volume(_) => false,
        }
    }

    /// Adds a reference.
    ///
    /// # Errors
    /// STATUS_FLT_DELETING_OBJECT once the object is being torn down.
    pub fn reference(&self) -> Result<(), NTSTATUS> {
        if self.is_going() || !self.references().enter() {
            return Err(STATUS_FLT_DELETING_OBJECT);
        }
        if !matches!(self, Self::Filter(_)) {
            holders()
                .entry(self.handle())
                .or_default()
                .push(Origin::of_call());
        }
        Ok(())
    }
}

/// FltObjectReference.
///
/// # Errors
/// STATUS_FLT_DELETING_OBJECT once the object is being torn down.
pub fn reference(address: *const c_void) -> Result<(), NTSTATUS> {
    any(address).ok_or(STATUS_FLT_DELETING_OBJECT)?.reference()
}

/// FltObjectDereference.
pub fn dereference(address: *const c_void) {
    let Some(object) = any(address) else { return };
    if let Entry::Occupied(mut held) = holders().entry(object.handle()) {
        held.get_mut().pop();
    }
    if !object.references().try_exit() {
        let detail = format!("{address:p} has no reference left");
        verify::violation(rule::OBJECT_OVER_DEREFERENCED, detail);
    }
}

/// The filter that a filter or instance handle belongs to; a bad handle is reported.
pub fn filter_of(address: *const c_void) -> Option<Arc<Filter>> {
    user(address).map(|(filter, _)| filter)
}

/// The same, and the instance if it is one's.
pub fn user(address: *const c_void) -> Option<(Arc<Filter>, Option<Arc<Instance>>)> {
    match any(address)? {
        Object::Filter(filter) => Some((filter, None)),
        Object::Instance(instance) => Some((Arc::clone(&instance.filter), Some(instance))),
        Object::Volume(_) => None,
    }
}

/// The volume that a volume or instance handle belongs to; a bad handle is reported.
pub fn volume_of(address: *const c_void) -> Option<Arc<FltVolume>> {
    match any(address)? {
        Object::Volume(volume) => Some(volume),
        Object::Instance(instance) => Some(Arc::clone(&instance.volume)),
        Object::Filter(_) => None,
    }
}
