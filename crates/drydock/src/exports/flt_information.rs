//! FltGetFilterInformation, FltEnumerateInstanceInformationByVolume and their like.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::sync::Arc;

use minifilter_sys::{
    NTSTATUS, PDEVICE_OBJECT, PFLT_FILTER, PFLT_INSTANCE, PFLT_VOLUME, STATUS_BUFFER_TOO_SMALL,
    STATUS_FLT_DELETING_OBJECT, STATUS_FLT_FILTER_NOT_FOUND, STATUS_FLT_VOLUME_NOT_FOUND,
    STATUS_INVALID_PARAMETER, STATUS_NO_MORE_ENTRIES, STATUS_SUCCESS,
};

use super::flt_argument::{InString, Out};
use crate::export;
use crate::io::{device, path};
use crate::model::flt_information::{self as information, of_filter, of_instance, of_volume};
use crate::model::instance::Instance;
use crate::model::{flt_object, stack};

/// Where the driver wants a record.
#[derive(Clone, Copy)]
struct Place {
    buffer: *mut u8,
    size: u32,
    returned: Out<u32>,
}

impl Place {
    /// Leaves the record, or says how large it is.
    fn give(self, record: Result<Vec<u8>, NTSTATUS>) -> NTSTATUS {
        let record = match record {
            Ok(record) => record,
            Err(status) => {
                self.returned.give(0);
                return status;
            }
        };
        self.returned.give(record.len() as u32);
        if self.buffer.is_null() || (self.size as usize) < record.len() {
            return STATUS_BUFFER_TOO_SMALL;
        }
        // SAFETY: the driver's buffer has `size` bytes, as the functions demand, and the record is no longer.
        unsafe { std::ptr::copy_nonoverlapping(record.as_ptr(), self.buffer, record.len()) };
        STATUS_SUCCESS
    }
}

fn nth<T>(all: &[Arc<T>], index: u32) -> Result<&Arc<T>, NTSTATUS> {
    all.get(index as usize).ok_or(STATUS_NO_MORE_ENTRIES)
}

fn nth_instance(all: &[Arc<Instance>], index: u32, class: i32) -> Result<Vec<u8>, NTSTATUS> {
    nth(all, index).and_then(|instance| of_instance(instance, class))
}

export! { Dll::FltMgr;
    /// `FltGetInstanceInformation` — about an instance.
    fn FltGetInstanceInformation(instance: PFLT_INSTANCE, class: i32, buffer: *mut u8, size: u32, returned: Out<u32>) -> NTSTATUS {
        let found = flt_object::instance(instance).ok_or(STATUS_FLT_DELETING_OBJECT);
        Place { buffer, size, returned }.give(found.and_then(|instance| of_instance(&instance, class)))
    }
    /// `FltEnumerateInstanceInformationByFilter` — about the n-th instance of a filter.
    fn FltEnumerateInstanceInformationByFilter(filter: PFLT_FILTER, index: u32, class: i32, buffer: *mut u8, size: u32, returned: Out<u32>) -> NTSTATUS {
        let found = flt_object::filter(filter).ok_or(STATUS_FLT_DELETING_OBJECT);
        let record = found.and_then(|filter| nth_instance(&stack::of(None, Some(&filter)), index, class));
        Place { buffer, size, returned }.give(record)
    }
    /// `FltEnumerateInstanceInformationByVolume` — about the n-th instance on a volume, from high to low altitude.
    fn FltEnumerateInstanceInformationByVolume(volume: PFLT_VOLUME, index: u32, class: i32, buffer: *mut u8, size: u32, returned: Out<u32>) -> NTSTATUS {
        let found = flt_object::volume(volume).ok_or(STATUS_FLT_DELETING_OBJECT);
        let record = found.and_then(|volume| nth_instance(&volume.stack(), index, class));
        Place { buffer, size, returned }.give(record)
    }
    /// `FltEnumerateInstanceInformationByVolumeName` — the same for a volume by its name.
    fn FltEnumerateInstanceInformationByVolumeName(name: InString, index: u32, class: i32, buffer: *mut u8, size: u32, returned: Out<u32>) -> NTSTATUS {
        let found = name.text().ok_or(STATUS_INVALID_PARAMETER)
            .and_then(|name| path::volume_named(&name).ok_or(STATUS_FLT_VOLUME_NOT_FOUND));
        Place { buffer, size, returned }.give(found.and_then(|volume| nth_instance(&volume.stack(), index, class)))
    }
    /// `FltEnumerateInstanceInformationByDeviceObject` — the same for a volume by its device object.
    fn FltEnumerateInstanceInformationByDeviceObject(object: PDEVICE_OBJECT, index: u32, class: i32, buffer: *mut u8, size: u32, returned: Out<u32>) -> NTSTATUS {
        let found = device::volume_of(object).ok_or(STATUS_FLT_VOLUME_NOT_FOUND);
        Place { buffer, size, returned }.give(found.and_then(|volume| nth_instance(&volume.stack(), index, class)))
    }
    /// `FltGetFilterInformation` — about a filter.
    fn FltGetFilterInformation(filter: PFLT_FILTER, class: i32, buffer: *mut u8, size: u32, returned: Out<u32>) -> NTSTATUS {
        let found = flt_object::filter(filter).ok_or(STATUS_FLT_FILTER_NOT_FOUND);
        Place { buffer, size, returned }.give(found.and_then(|filter| of_filter(&filter, class)))
    }
    /// `FltEnumerateFilterInformation` — about the n-th filter, from high to low altitude.
    fn FltEnumerateFilterInformation(index: u32, class: i32, buffer: *mut u8, size: u32, returned: Out<u32>) -> NTSTATUS {
        let all = information::filters();
        Place { buffer, size, returned }.give(nth(&all, index).and_then(|filter| of_filter(filter, class)))
    }
    /// `FltGetVolumeInformation` — about a volume.
    fn FltGetVolumeInformation(volume: PFLT_VOLUME, class: i32, buffer: *mut u8, size: u32, returned: Out<u32>) -> NTSTATUS {
        let found = flt_object::volume(volume).ok_or(STATUS_FLT_DELETING_OBJECT);
        Place { buffer, size, returned }.give(found.and_then(|volume| of_volume(&volume, class)))
    }
    /// `FltEnumerateVolumeInformation` — about the n-th volume.
    fn FltEnumerateVolumeInformation(_filter: PFLT_FILTER, index: u32, class: i32, buffer: *mut u8, size: u32, returned: Out<u32>) -> NTSTATUS {
        let all = information::volumes();
        Place { buffer, size, returned }.give(nth(&all, index).and_then(|volume| of_volume(volume, class)))
    }
}

#[cfg(test)]
mod tests;
