//! FltRegisterFilter and what lives as long as a filter: registration, references, instances.
#![allow(unsafe_code)] // hands the driver's registration to the model

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Arc;

use minifilter_sys::{
    DRIVER_OBJECT, FILE_OBJECT, FLT_REGISTRATION, NTSTATUS, PDEVICE_OBJECT, PFLT_FILTER,
    PFLT_INSTANCE, PFLT_VOLUME, STATUS_FLT_DELETING_OBJECT, STATUS_FLT_FILTER_NOT_FOUND,
    STATUS_FLT_INSTANCE_NOT_FOUND, STATUS_FLT_VOLUME_NOT_FOUND, STATUS_INVALID_PARAMETER,
    STATUS_NO_MORE_ENTRIES, STATUS_SUCCESS,
};

use super::flt_argument::{InString, Out};
use crate::export;
use crate::io::{device, path};
use crate::model::filter::{self, Filter};
use crate::model::flt_object::{self, Object};
use crate::model::flt_volume;
use crate::model::instance::Instance;
use crate::model::{attach, stack};
use crate::report;

fn code(result: Result<(), NTSTATUS>) -> NTSTATUS {
    result.err().unwrap_or(STATUS_SUCCESS)
}

fn give_instance(
    found: Option<Arc<Instance>>,
    out: Out<PFLT_INSTANCE>,
    none: NTSTATUS,
) -> NTSTATUS {
    let referenced = found.ok_or(none).and_then(|found| {
        Object::Instance(Arc::clone(&found)).reference()?;
        Ok(found.handle())
    });
    out.give(*referenced.as_ref().unwrap_or(&null_mut()));
    code(referenced.map(drop))
}

fn give_volume(found: Option<Arc<flt_volume::FltVolume>>, out: Out<PFLT_VOLUME>) -> NTSTATUS {
    let referenced = found.ok_or(STATUS_FLT_VOLUME_NOT_FOUND).and_then(|found| {
        Object::Volume(Arc::clone(&found)).reference()?;
        Ok(found.handle())
    });
    out.give(*referenced.as_ref().unwrap_or(&null_mut()));
    code(referenced.map(drop))
}

fn give_filter(found: Option<Arc<Filter>>, out: Out<PFLT_FILTER>) -> NTSTATUS {
    let referenced = found.ok_or(STATUS_FLT_FILTER_NOT_FOUND).and_then(|found| {
        Object::Filter(Arc::clone(&found)).reference()?;
        Ok(found.handle())
    });
    out.give(*referenced.as_ref().unwrap_or(&null_mut()));
    code(referenced.map(drop))
}

fn attached(
    filter: PFLT_FILTER,
    volume: PFLT_VOLUME,
    name: InString,
    altitude: Option<String>,
    out: Out<PFLT_INSTANCE>,
) -> NTSTATUS {
    let (Some(filter), Some(volume)) = (flt_object::filter(filter), flt_object::volume(volume))
    else {
        return STATUS_FLT_DELETING_OBJECT;
    };
    match attach::attach_manually(
        &filter,
        &volume,
        name.text().as_deref(),
        altitude.as_deref(),
    ) {
        Ok(instance) if out.wanted() => {
            give_instance(Some(instance), out, STATUS_FLT_DELETING_OBJECT)
        }
        Ok(_) => STATUS_SUCCESS,
        Err(status) => {
            out.give(null_mut());
            status
        }
    }
}

export! { Dll::FltMgr;
    /// `FltRegisterFilter` — makes a filter of a registration.
    fn FltRegisterFilter(driver: *const DRIVER_OBJECT, registration: *const FLT_REGISTRATION, out: Out<PFLT_FILTER>) -> NTSTATUS {
        // SAFETY: the driver passes an FLT_REGISTRATION with terminated tables, as the function demands.
        match unsafe { filter::register(driver as usize, registration) } {
            Ok(filter) => {
                out.give(filter.handle());
                STATUS_SUCCESS
            }
            Err(status) => {
                out.give(null_mut());
                status
            }
        }
    }
    /// `FltStartFiltering` — attaches to the mounted volumes.
    fn FltStartFiltering(filter: PFLT_FILTER) -> NTSTATUS {
        code(flt_object::filter(filter).ok_or(STATUS_FLT_DELETING_OBJECT).map(|filter| filter.start()))
    }
    /// `FltUnregisterFilter` — tears everything down and waits for it.
    fn FltUnregisterFilter(filter: PFLT_FILTER) {
        let returns = flt_object::filter(filter).is_none_or(|filter| filter.unregister());
        if !returns {
            // The driver never gets further than this call.
            report::end(None);
        }
    }
    /// `FltObjectReference` — keeps a filter, instance or volume.
    fn FltObjectReference(object: *const c_void) -> NTSTATUS {
        code(flt_object::reference(object))
    }
    /// `FltObjectDereference` — lets it go.
    fn FltObjectDereference(object: *const c_void) {
        flt_object::dereference(object);
    }
    /// `FltGetFilterFromInstance` — the filter of an instance, referenced.
    fn FltGetFilterFromInstance(instance: PFLT_INSTANCE, out: Out<PFLT_FILTER>) -> NTSTATUS {
        give_filter(flt_object::instance(instance).map(|instance| Arc::clone(&instance.filter)), out)
    }
    /// `FltGetFilterFromName` — a filter by name, referenced.
    fn FltGetFilterFromName(name: InString, out: Out<PFLT_FILTER>) -> NTSTATUS {
        let name = name.text().unwrap_or_default();
        give_filter(filter::registered().into_iter().find(|filter| filter.name.eq_ignore_ascii_case(&name)), out)
    }
    /// `FltGetVolumeFromInstance` — the volume of an instance, referenced.
    fn FltGetVolumeFromInstance(instance: PFLT_INSTANCE, out: Out<PFLT_VOLUME>) -> NTSTATUS {
        give_volume(flt_object::instance(instance).map(|instance| Arc::clone(&instance.volume)), out)
    }
    /// `FltGetVolumeFromFileObject` — the volume of a file object, referenced.
    fn FltGetVolumeFromFileObject(_filter: PFLT_FILTER, file: *const FILE_OBJECT, out: Out<PFLT_VOLUME>) -> NTSTATUS {
        give_volume(flt_volume::of_file_object(file), out)
    }
    /// `FltGetVolumeFromDeviceObject` — the volume of a file system's or storage device, referenced.
    fn FltGetVolumeFromDeviceObject(_filter: PFLT_FILTER, device: PDEVICE_OBJECT, out: Out<PFLT_VOLUME>) -> NTSTATUS {
        give_volume(device::volume_of(device), out)
    }
    /// `FltGetVolumeFromName` — a volume by its device name, referenced.
    fn FltGetVolumeFromName(_filter: PFLT_FILTER, name: InString, out: Out<PFLT_VOLUME>) -> NTSTATUS {
        match name.text() {
            Some(name) if !name.is_empty() => give_volume(path::volume_named(&name), out),
            _ => {
                out.give(null_mut());
                STATUS_INVALID_PARAMETER
            }
        }
    }
    /// `FltGetVolumeInstanceFromName` — an instance on a volume by name, referenced.
    fn FltGetVolumeInstanceFromName(filter: PFLT_FILTER, volume: PFLT_VOLUME, name: InString, out: Out<PFLT_INSTANCE>) -> NTSTATUS {
        let filter = if filter.is_null() { None } else { flt_object::filter(filter) };
        let found = flt_object::volume(volume).and_then(|volume| stack::named(&volume, filter.as_ref(), name.text().as_deref()));
        give_instance(found, out, STATUS_FLT_INSTANCE_NOT_FOUND)
    }
    /// `FltAttachVolume` — attaches an instance by hand.
    fn FltAttachVolume(filter: PFLT_FILTER, volume: PFLT_VOLUME, name: InString, out: Out<PFLT_INSTANCE>) -> NTSTATUS {
        attached(filter, volume, name, None, out)
    }
    /// `FltAttachVolumeAtAltitude` — attaches an instance by hand at a given altitude.
    fn FltAttachVolumeAtAltitude(filter: PFLT_FILTER, volume: PFLT_VOLUME, altitude: InString, name: InString, out: Out<PFLT_INSTANCE>) -> NTSTATUS {
        attached(filter, volume, name, altitude.text(), out)
    }
    /// `FltDetachVolume` — takes an instance off by hand.
    fn FltDetachVolume(filter: PFLT_FILTER, volume: PFLT_VOLUME, name: InString) -> NTSTATUS {
        let (filter, volume) = (flt_object::filter(filter), flt_object::volume(volume));
        let found = volume.and_then(|volume| stack::named(&volume, filter.as_ref(), name.text().as_deref()));
        code(found.ok_or(STATUS_FLT_INSTANCE_NOT_FOUND).and_then(|instance| attach::detach_manually(&instance)))
    }
    /// `FltGetTopInstance` — the highest instance of a volume, referenced.
    fn FltGetTopInstance(volume: PFLT_VOLUME, out: Out<PFLT_INSTANCE>) -> NTSTATUS {
        give_instance(flt_object::volume(volume).and_then(|volume| volume.stack().first().cloned()), out, STATUS_NO_MORE_ENTRIES)
    }
    /// `FltGetBottomInstance` — the lowest instance of a volume, referenced.
    fn FltGetBottomInstance(volume: PFLT_VOLUME, out: Out<PFLT_INSTANCE>) -> NTSTATUS {
        give_instance(flt_object::volume(volume).and_then(|volume| volume.stack().last().cloned()), out, STATUS_NO_MORE_ENTRIES)
    }
    /// `FltGetUpperInstance` — the next higher instance, referenced.
    fn FltGetUpperInstance(instance: PFLT_INSTANCE, out: Out<PFLT_INSTANCE>) -> NTSTATUS {
        give_instance(flt_object::instance(instance).and_then(|instance| stack::upper(&instance)), out, STATUS_NO_MORE_ENTRIES)
    }
    /// `FltGetLowerInstance` — the next lower instance, referenced.
    fn FltGetLowerInstance(instance: PFLT_INSTANCE, out: Out<PFLT_INSTANCE>) -> NTSTATUS {
        give_instance(flt_object::instance(instance).and_then(|instance| stack::lower(&instance)), out, STATUS_NO_MORE_ENTRIES)
    }
    /// `FltCompareInstanceAltitudes` — 1, 0 or -1.
    fn FltCompareInstanceAltitudes(one: PFLT_INSTANCE, other: PFLT_INSTANCE) -> i32 {
        let (one, other) = (flt_object::instance(one), flt_object::instance(other));
        one.zip(other).map_or(0, |(one, other)| one.altitude.cmp(&other.altitude) as i32)
    }
    /// `FltEnumerateVolumes` — every volume, referenced.
    fn FltEnumerateVolumes(_filter: PFLT_FILTER, list: *mut PFLT_VOLUME, size: u32, returned: Out<u32>) -> NTSTATUS {
        let all = flt_volume::mounted();
        let handles: Vec<_> = all.iter().map(|volume| volume.handle()).collect();
        // SAFETY: the list has `size` entries, as the function demands.
        unsafe { give_list(&handles, list, size, returned) }
    }
    /// `FltEnumerateInstances` — the instances of a filter or volume, referenced.
    fn FltEnumerateInstances(volume: PFLT_VOLUME, filter: PFLT_FILTER, list: *mut PFLT_INSTANCE, size: u32, returned: Out<u32>) -> NTSTATUS {
        if volume.is_null() && filter.is_null() {
            return STATUS_INVALID_PARAMETER;
        }
        let volume = if volume.is_null() { None } else { flt_object::volume(volume) };
        let filter = if filter.is_null() { None } else { flt_object::filter(filter) };
        let handles: Vec<_> = stack::of(volume.as_ref(), filter.as_ref()).iter().map(|instance| instance.handle()).collect();
        // SAFETY: the list has `size` entries, as the function demands.
        unsafe { give_list(&handles, list, size, returned) }
    }
    /// `FltEnumerateFilters` — every filter, referenced.
    fn FltEnumerateFilters(list: *mut PFLT_FILTER, size: u32, returned: Out<u32>) -> NTSTATUS {
        let handles: Vec<_> = filter::registered().iter().map(|filter| filter.handle()).collect();
        // SAFETY: the list has `size` entries, as the function demands.
        unsafe { give_list(&handles, list, size, returned) }
    }
}

/// Fills a list of handles, each with a reference; says how many there are when it is too small.
///
/// # Safety
/// `list` has room for `size` handles.
unsafe fn give_list<T>(
    handles: &[*mut T],
    list: *mut *mut T,
    size: u32,
    returned: Out<u32>,
) -> NTSTATUS {
    returned.give(handles.len() as u32);
    if (size as usize) < handles.len() {
        return minifilter_sys::STATUS_BUFFER_TOO_SMALL;
    }
    for (index, handle) in handles.iter().enumerate() {
        if let Err(status) = flt_object::reference(handle.cast()) {
            return status;
        }
        // SAFETY: `index` is less than `size`, and the caller vouches for that many.
        unsafe { list.wrapping_add(index).write(*handle) };
    }
    STATUS_SUCCESS
}

#[cfg(test)]
mod tests;
